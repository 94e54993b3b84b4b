//! The audit log: one entry per change, written in the change's own transaction and never edited (rule 30).

use crate::aws::dynamo::{Item, number, text};
use crate::error::Error;
use crate::ids::RunId;
use crate::schema::{SCHEMA, SCHEMA_VERSION, check_schema};
use crate::tables::accounts::{decode_history, decode_state, decode_time, encode_state};
use crate::tables::audit_views::{ChangeView, SeatsView, StateView};
use crate::tables::runs::RunRecord;
use crate::wire;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_core::account::{AccountId, AccountState};
use rollcall_core::licence::Seats;
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::{Change, FieldChange, Observation};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::undo::Was;
use rollcall_core::username::Username;
use serde::{Deserialize, Serialize};

/// The outcome code of a changed configuration.
pub const CONFIGURATION_SET: &str = "configuration_set";

/// The outcome code of a run that a person has asked for.
pub const RUN_REQUESTED: &str = "run_requested";

/// The outcome code of the decision to leave held removals as they are.
pub const REMOVALS_DISMISSED: &str = "removals_left";

/// The outcome code of an export that a person has asked for.
pub const EXPORTED: &str = "exported";

/// The outcome code of a file that a person has sent, and that took the place of a source's file.
pub const FILE_SENT: &str = "file_sent";

/// What all entries of one action have in common.
#[derive(Clone, Debug)]
pub struct AuditHead {
    /// When.
    pub at: Timestamp,
    /// The run, if it was part of one.
    pub run: Option<RunId>,
    /// What started it: the code of a trigger.
    pub trigger: String,
    /// Who started it.
    pub actor: String,
    /// The source of the run.
    pub source: Option<SourceName>,
}

/// One entry of the audit log, as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    #[serde(with = "wire::time")]
    pub at: Timestamp,
    /// The run, if it was part of one.
    pub run: Option<RunId>,
    /// What started it.
    pub trigger: String,
    /// Who started it.
    pub actor: String,
    /// The source of the run.
    pub source: Option<String>,
    /// The account, where there is one.
    #[serde(with = "wire::optional_account")]
    pub account: Option<AccountId>,
    /// The username, where one is known.
    pub username: Option<String>,
    /// The person's name, of a record without an account; it is in reports only. An account has the name of today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The match key, where one is known.
    pub match_key: Option<String>,
    /// The line of the person's entry in the source, where there is one.
    pub line: Option<u64>,
    /// What happened: an outcome code of rule 30.
    pub outcome: String,
    /// Why: the reason of the block, or what the outcome does not say.
    pub reason: Option<String>,
    /// The state before; none for a newcomer.
    pub before: Option<StateView>,
    /// The state after.
    pub after: Option<StateView>,
    /// The changed fields, old and new.
    pub changes: Vec<ChangeView>,
    /// The licence at that moment.
    pub seats: SeatsView,
    /// The version of the account (or of the licence) after the change; 0 where there was no change.
    #[serde(default)]
    pub version: u64,
    /// Whether it says only what a run would do: of a dry run nothing happened. Who reads the entries of a run knows; it is not
    /// stored with each.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// All that the account was before beside its fields, for an undo (rule 58). Entries of earlier versions lack it. It is
    /// stored and not shown.
    #[serde(skip)]
    pub was: Option<Was>,
}

impl AuditEntry {
    /// The entry of a change, with the licence as it is after it.
    #[must_use]
    pub fn of_change(head: &AuditHead, change: &Change, seats: Seats) -> Self {
        let after = &change.after;
        let block_reason = after.state.block().map(|block| block.reason.as_str().to_owned());
        Self {
            account: Some(after.id),
            username: Some(after.username.original().to_owned()),
            match_key: after.key().map(|key| key.original().to_owned()),
            reason: change.reason.clone().or(block_reason),
            before: change.before.as_ref().map(|account| StateView::of(&account.state)),
            after: Some(StateView::of(&after.state)),
            changes: change.changes.iter().map(ChangeView::of).collect(),
            version: after.version,
            was: change.before.as_ref().map(Was::of),
            ..Self::plain(head, change.outcome.as_str(), seats)
        }
    }

    /// The entry of an observation, which changes nothing.
    #[must_use]
    pub fn of_observation(head: &AuditHead, observation: &Observation, seats: Seats) -> Self {
        let state = observation.state.as_ref();
        let block_reason = state.and_then(AccountState::block).map(|block| block.reason.as_str().to_owned());
        Self {
            account: observation.account,
            username: observation.username.as_ref().map(Username::original).map(str::to_owned),
            name: observation.name.clone(),
            match_key: observation.key.as_ref().map(MatchKey::original).map(str::to_owned),
            line: observation.line,
            reason: observation.reason.clone().or(block_reason),
            before: state.map(StateView::of),
            after: state.map(StateView::of),
            ..Self::plain(head, observation.outcome.as_str(), seats)
        }
    }

    /// The entry of a change of the ledger, whose version is `version` after it.
    pub(crate) fn of_ledger(
        head: &AuditHead,
        outcome: &str,
        changes: &[FieldChange],
        seats: Seats,
        version: u64,
    ) -> Self {
        let changes = changes.iter().map(ChangeView::of).collect();
        Self { changes, version, ..Self::plain(head, outcome, seats) }
    }

    /// The entry of a changed configuration, with the digests of both.
    pub(crate) fn of_configuration(head: &AuditHead, old: &str, new: &str, seats: Seats) -> Self {
        let change =
            ChangeView { field: String::from("configuration"), old: old.to_owned(), new: new.to_owned() };
        Self { changes: vec![change], ..Self::plain(head, CONFIGURATION_SET, seats) }
    }

    /// The entry of a file that a person has sent, with the digest of its bytes.
    pub(crate) fn of_file(head: &AuditHead, object: &str, digest: &str, seats: Seats) -> Self {
        let change = ChangeView { field: object.to_owned(), old: String::new(), new: digest.to_owned() };
        Self { changes: vec![change], ..Self::plain(head, FILE_SENT, seats) }
    }

    /// The entry of a run that a person has asked for, with the run whose removals it approves, or that it takes back.
    pub(crate) fn of_request(run: &RunRecord, seats: Seats) -> Self {
        let head = AuditHead {
            at: run.started_at,
            run: Some(run.id.clone()),
            trigger: run.trigger.as_str().to_owned(),
            actor: run.actor.clone(),
            source: Some(run.source.clone()),
        };
        let approves = run.approves.iter().map(|held| ChangeView {
            field: String::from("approves"),
            old: String::new(),
            new: held.to_string(),
        });
        let previous = run.put_back.iter().map(|_| ChangeView {
            field: String::from("previous_file"),
            old: String::new(),
            new: String::from("put back"),
        });
        let undoes = run.undoes.iter().map(|undoing| ChangeView {
            field: String::from("undoes"),
            old: String::new(),
            new: match undoing.account {
                Some(account) => format!("{}, account {account}", undoing.run),
                None => undoing.run.to_string(),
            },
        });
        let changes = approves.chain(previous).chain(undoes).collect();
        Self { changes, ..Self::plain(&head, RUN_REQUESTED, seats) }
    }

    /// The entry of an export that a person has asked for, with its filters.
    pub(crate) fn of_export(
        head: &AuditHead,
        id: &str,
        filters: Vec<(&'static str, String)>,
        seats: Seats,
    ) -> Self {
        let filters = std::iter::once(("export", id.to_owned())).chain(filters);
        let changes = filters.map(|(name, value)| ChangeView {
            field: name.to_owned(),
            old: String::new(),
            new: value,
        });
        Self { changes: changes.collect(), ..Self::plain(head, EXPORTED, seats) }
    }

    /// The entry of a person's decision to leave the removals that a run holds.
    pub(crate) fn of_dismissal(head: &AuditHead, seats: Seats) -> Self {
        Self::plain(head, REMOVALS_DISMISSED, seats)
    }

    fn plain(head: &AuditHead, outcome: &str, seats: Seats) -> Self {
        Self {
            at: head.at,
            run: head.run.clone(),
            trigger: head.trigger.clone(),
            actor: head.actor.clone(),
            source: head.source.as_ref().map(|source| source.as_str().to_owned()),
            account: None,
            username: None,
            name: None,
            match_key: None,
            line: None,
            outcome: outcome.to_owned(),
            reason: None,
            before: None,
            after: None,
            changes: Vec::new(),
            seats: SeatsView::of(seats),
            version: 0,
            dry_run: false,
            was: None,
        }
    }

    /// The position of the entry among all entries, in the order of time. It is unique.
    #[must_use]
    pub fn position(&self) -> String {
        format!("{}#{}", self.at_key(), self.subject())
    }

    /// Its sort key in the table: the time, then the version.
    pub(crate) fn at_key(&self) -> String {
        format!("{}#{:010}", wire::show_time(self.at), self.version)
    }

    /// Its hash key in the table: the account's id, or a word for entries without an account.
    pub(crate) fn subject(&self) -> String {
        match self.account {
            Some(id) => id.to_string(),
            None if self.outcome == CONFIGURATION_SET => String::from("configuration"),
            None if self.outcome == FILE_SENT => {
                format!("file-{}", self.source.as_deref().unwrap_or_default())
            }
            None if self.outcome == RUN_REQUESTED => {
                format!("run-{}", self.run.as_ref().map_or("", RunId::as_str))
            }
            None if self.outcome == EXPORTED => {
                // Its first change is its id: two exports of the same millisecond are two entries.
                format!("export-{}", self.changes.first().map_or("", |change| &change.new))
            }
            None if self.outcome == REMOVALS_DISMISSED => {
                // An account's id never looks like this.
                format!("removals-{}", self.run.as_ref().map_or("", RunId::as_str))
            }
            None => String::from("licence"),
        }
    }

    /// The entry as an item. Its sort key is the time, then the version, so that it is unique.
    pub(crate) fn encode(&self, retention_days: Option<u32>) -> Result<Item, Error> {
        let mut item: Item = serde_dynamo::to_item(self)
            .map_err(|error| Error::corrupt("an audit entry", error.to_string()))?;
        let at = self.at_key();
        item.insert(String::from(SCHEMA), number(SCHEMA_VERSION));
        item.insert(String::from("outcome_at"), text(format!("{}#{at}", self.outcome)));
        item.insert(String::from("at_account"), text(self.position()));
        item.insert(String::from("at"), text(at));
        item.insert(String::from("account"), text(self.subject()));
        if let Some(was) = &self.was {
            let was = encode_state(&was.state, was.missing_since, was.history);
            item.insert(String::from("was"), AttributeValue::M(was));
        }
        if self.run.is_none() {
            // The index by run accepts no empty key.
            item.remove("run");
        }
        if let Some(days) = retention_days {
            item.insert(
                String::from("expires"),
                number(self.at.as_millis() / 1000 + i64::from(days) * 86_400),
            );
        }
        Ok(item)
    }

    pub(crate) fn decode(mut item: Item) -> Result<Self, Error> {
        let bad = |why: String| Error::corrupt("an audit entry", why);
        check_schema(&item, "an audit entry")?;
        let at = item
            .get("at")
            .and_then(|at| at.as_s().ok())
            .and_then(|at| at.split('#').next())
            .map(str::to_owned);
        item.insert(
            String::from("at"),
            text(at.ok_or_else(|| bad(String::from("expected a text as \"at\"")))?),
        );
        if item
            .get("account")
            .and_then(|account| account.as_s().ok())
            .is_some_and(|account| AccountId::parse(account).is_err())
        {
            item.remove("account");
        }
        item.entry(String::from("account")).or_insert(aws_sdk_dynamodb::types::AttributeValue::Null(true));
        item.entry(String::from("run")).or_insert(aws_sdk_dynamodb::types::AttributeValue::Null(true));
        let was = match item.remove("was") {
            Some(AttributeValue::M(was)) => Some(decode_was(&was)?),
            Some(_) | None => None,
        };
        let entry: Self = serde_dynamo::from_item(item).map_err(|error| bad(error.to_string()))?;
        Ok(Self { was, ..entry })
    }
}

fn decode_was(item: &Item) -> Result<Was, Error> {
    let what = "what an audit entry says of the account before";
    Ok(Was {
        state: decode_state(item, what)?,
        missing_since: decode_time(item, "missing_since", what)?,
        history: decode_history(item, what)?,
    })
}

#[cfg(test)]
mod tests {
    use super::AuditEntry;
    use rollcall_core::account::{AccountId, AccountState, AdminBlock, Beneath, BlockReason};
    use rollcall_core::history::{Away, History};
    use rollcall_core::licence::{Limit, SeatCount, Seats};
    use rollcall_core::outcome::Outcome;
    use rollcall_core::time::Timestamp;
    use rollcall_core::undo::Was;

    #[test]
    fn an_entry_says_all_that_the_account_was() {
        let at = Timestamp::from_millis;
        let block = |beneath| {
            let (by, why) = (String::from("ada"), Some(String::from("on leave")));
            AccountState::blocked(BlockReason::ByAdmin(AdminBlock { by, why, beneath }), at(5000))
        };
        let history = History {
            seat_lost_at: Some(at(1000)),
            away: Some(Away { since: at(1000), place: Some(at(500)) }),
            renamed_at: Some(at(2000)),
            given_back_at: Some(at(3000)),
        };
        let states = [
            AccountState::Active,
            AccountState::blocked(BlockReason::NoSeat, at(7000)),
            AccountState::blocked(BlockReason::NotStarted { starts: at(9000) }, at(7000)),
            block(Beneath::Active),
            block(Beneath::NoSeat(at(400))),
            block(Beneath::NotStarted { since: at(400), starts: at(9000) }),
        ];
        let seats = Seats { limit: Limit::Unlimited, used: SeatCount::ZERO };
        let head = super::AuditHead {
            at: at(10_000),
            run: None,
            trigger: String::from("reset"),
            actor: String::from("ada"),
            source: None,
        };
        let id = AccountId::parse(&"0a".repeat(16)).unwrap();
        let plain = AuditEntry::plain(&head, Outcome::Updated.as_str(), seats);
        for state in states {
            for (missing_since, history) in [(None, History::default()), (Some(at(800)), history)] {
                let was = Some(Was { state: state.clone(), missing_since, history });
                let entry = AuditEntry { account: Some(id), was, version: 3, ..plain.clone() };
                assert_eq!(AuditEntry::decode(entry.encode(None).unwrap()).unwrap(), entry);
            }
        }
        let mut old = AuditEntry { account: Some(id), ..plain }.encode(None).unwrap();
        assert!(old.remove("was").is_none());
        assert_eq!(AuditEntry::decode(old).unwrap().was, None, "an earlier version's entry is read");
    }
}
