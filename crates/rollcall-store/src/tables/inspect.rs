//! Everything that is stored, as it is, for `doctor`. An item that cannot be read is one finding; the others are read all
//! the same.

use crate::aws::dynamo::{Cursor, Item, Pages, get_number, get_text, need_text, text};
use crate::error::Error;
use crate::ids::RunId;
use crate::schema::check_schema;
use crate::store::Store;
use crate::tables::account_keys::keys_of;
use crate::tables::accounts::decode as decode_account;
use crate::tables::applied::{self, Applied};
use crate::tables::audit::AuditEntry;
use crate::tables::folded::outdated_name;
use crate::tables::lease::{self, LeaseItem};
use crate::tables::ledger::counts::Counts;
use crate::tables::ledger::{self, LEDGER, Ledger};
use crate::tables::runs::{self, RunRecord};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use std::collections::BTreeMap;

/// An item of the accounts table.
#[derive(Debug)]
pub struct InspectedAccount {
    /// Its id, where the item has one.
    pub id: Option<AccountId>,
    /// The account, or why it cannot be read.
    pub account: Result<Account, Error>,
    /// Whether the indexes list it correctly.
    pub is_in_place: bool,
    /// Its folded username as it is stored, where that is an earlier form of what folding gives.
    pub outdated: Option<String>,
}

/// The control table, without the idempotency keys.
#[derive(Debug, Default)]
pub struct ControlTable {
    /// The licence.
    pub ledger: Option<Result<Ledger, Error>>,
    /// How many accounts each owner has in each state, as the licence's item says; none where it does not count them.
    pub counts: Option<Result<Counts, Error>>,
    /// The leases by source.
    pub leases: BTreeMap<SourceName, Result<LeaseItem, Error>>,
    /// The applied snapshots by source.
    pub applied: BTreeMap<SourceName, Result<Applied, Error>>,
    /// The runs.
    pub runs: BTreeMap<RunId, RunRecord>,
    /// Runs that the index by kind does not list correctly.
    pub misplaced_runs: Vec<RunId>,
    /// Sources whose applied snapshot the index by kind does not list.
    pub misplaced_applied: Vec<SourceName>,
    /// Records of notices that cannot be read, by the name of their item.
    pub unreadable_health: Vec<String>,
    /// Runs whose record cannot be read, by the name of their item, and why.
    pub unreadable: Vec<(String, Error)>,
}

impl ControlTable {
    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ledger.is_none() && self.leases.is_empty() && self.applied.is_empty() && self.runs.is_empty()
    }
}

impl Store {
    /// A page of a shard of the accounts, with those that cannot be read.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn inspect_accounts(
        &self,
        shard: u64,
        after: Option<Cursor>,
    ) -> Result<(Vec<InspectedAccount>, Option<Cursor>), Error> {
        let (items, next) = self.read_shard(shard, after).await?;
        Ok((items.iter().map(inspect_account).collect(), next))
    }

    /// Everything in the control table.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn inspect_control(&self) -> Result<ControlTable, Error> {
        let mut table = ControlTable::default();
        let scan = self.dynamo.scan().table_name(&self.names.control).consistent_read(true);
        let mut pages = Pages::of(scan, self.page_items, None, "reading the control table");
        while let Some(items) = pages.next(usize::MAX).await? {
            for item in &items {
                table.take(item);
            }
        }
        Ok(table)
    }

    /// A page of the audit log; each entry with whether the indexes list it correctly.
    ///
    /// # Errors
    /// When the storage fails or an item is not an entry.
    pub async fn inspect_audit(
        &self,
        after: Option<Cursor>,
    ) -> Result<(Vec<(AuditEntry, bool)>, Option<Cursor>), Error> {
        let (items, next) = self.scan_audit(after).await?;
        Ok((items.iter().map(inspect_entry).collect::<Result<_, _>>()?, next))
    }

    /// The highest epoch of the snapshots in the bucket, by source.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn inspect_bucket(&self) -> Result<BTreeMap<SourceName, u64>, Error> {
        let mut epochs = BTreeMap::new();
        for source in self.sources_in_bucket().await?.into_keys() {
            let highest = self.highest_published(&source).await?;
            epochs.insert(source, highest);
        }
        Ok(epochs)
    }
}

impl ControlTable {
    fn take(&mut self, item: &Item) {
        let name = get_text(item, "name").unwrap_or_default();
        let readable = |what: &str| check_schema(item, what);
        if name == LEDGER {
            self.ledger = Some(readable(name).and_then(|()| ledger::decode(item)));
            self.counts = ledger::counts::decode(item).transpose();
            return;
        }
        let Some((kind, rest)) = name.split_once('#') else {
            if name == "health" && !crate::tables::health::is_readable(item) {
                self.unreadable_health.push(name.to_owned());
            }
            return;
        };
        match (kind, SourceName::parse(rest)) {
            ("lease", Ok(source)) => {
                let lease = readable(name).and_then(|()| lease::decode_item(item, &source));
                self.leases.insert(source, lease);
            }
            ("applied", Ok(source)) => {
                let applied = readable(name).and_then(|()| applied::decode(item, &source));
                if applied.is_ok() && !has(item, &applied::index_keys(&source)) {
                    self.misplaced_applied.push(source.clone());
                }
                self.applied.insert(source, applied);
            }
            ("health", _) if !crate::tables::health::is_readable(item) => {
                self.unreadable_health.push(name.to_owned());
            }
            ("run", _) => match runs::decode(item) {
                Ok(run) => {
                    if !has(item, &runs::index_keys(&run)) || runs::item_name(&run.id) != name {
                        self.misplaced_runs.push(run.id.clone());
                    }
                    self.runs.insert(run.id.clone(), run);
                }
                Err(error) => {
                    self.unreadable.push((name.to_owned(), Error::corrupt(name, error.to_string())))
                }
            },
            _ => {}
        }
    }
}

fn inspect_account(item: &Item) -> InspectedAccount {
    let account = decode_account(item);
    let id = need_text(item, "id", "an account").ok().and_then(|id| AccountId::parse(id).ok());
    let in_place = |account: &Account| {
        let keys = keys_of(account);
        let has_more = ["waiting_in", "waiting_place"]
            .iter()
            .any(|name| item.contains_key(*name) && !keys.contains_key(*name));
        has(item, &keys) && !has_more
    };
    let is_in_place = account.as_ref().is_ok_and(in_place);
    let outdated = account.as_ref().ok().and_then(|account| outdated_name(item, account));
    InspectedAccount { id, account, is_in_place, outdated }
}

/// The keys of an entry follow from its content, so they can be checked.
fn inspect_entry(item: &Item) -> Result<(AuditEntry, bool), Error> {
    let entry = AuditEntry::decode(item.clone())?;
    let made = entry.encode(None)?;
    let keys = ["outcome_at", "at_account", "run", "account", "at"];
    let is_in_place = keys.iter().all(|name| item.get(*name) == made.get(*name));
    Ok((entry, is_in_place))
}

fn has(item: &Item, keys: &Item) -> bool {
    keys.iter().all(|(name, value)| item.get(name) == Some(value))
}

/// A counter of an item, if it can be read, even where other attributes are wrong.
pub(crate) fn counter_or_none(item: &Item, name: &str) -> Option<u64> {
    get_number(item, name).filter(|number| *number <= crate::aws::dynamo::COUNTER_MAX)
}

/// The key of an item of the control table.
pub(crate) fn control_key(name: &str) -> Item {
    Item::from([(String::from("name"), text(name))])
}
