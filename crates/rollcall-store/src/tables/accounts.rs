//! Account records as DynamoDB items, and reading them: by id, by username.
//!
//! The application reads these items: `state` is `active` or `blocked`. Attributes that others add to an item or to its
//! `fields` are never touched, because changes are written attribute by attribute.

use crate::aws::dynamo::{
    Cursor, Item, Pages, get_number, get_text, need_number, need_text, number, optional_text, text,
};
use crate::error::Error;
use crate::ids::RunId;
use crate::schema::{SCHEMA, SCHEMA_VERSION, check_schema};
use crate::store::Store;
use crate::tables::account_keys::{key, keys_of};
use crate::wire::{read_time, show_time};
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_core::account::{
    Account, AccountId, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner,
};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::history::{Away, History};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::outcome::Outcome;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use std::collections::BTreeMap;

/// The attributes of an account item without its key and `fields`. An attribute that a state does not have is removed.
pub(crate) const ATTRIBUTES: [&str; 26] = [
    "username",
    "is_admin",
    "priority",
    "state",
    "reason",
    "since",
    "starts",
    "blocked_by",
    "why",
    "beneath",
    "beneath_since",
    "missing_since",
    "seat_lost_at",
    "away_since",
    "away_place",
    "renamed_at",
    "given_back_at",
    "source",
    "match_key",
    "immutable_id",
    "version",
    "standing",
    "username_folded",
    "waiting_in",
    "waiting_place",
    SCHEMA,
];

/// The attribute that says which run has changed an account last, and with which outcome. Runs count by it.
pub(crate) const CHANGED_IN: &str = "changed_in";

/// What a run has made of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// The run.
    pub run: RunId,
    /// The outcome that the account has in it.
    pub outcome: Outcome,
}

impl LastChange {
    pub(crate) fn encode(&self) -> String {
        format!("{}#{}", self.run, self.outcome.as_str())
    }

    pub(super) fn decode(item: &Item) -> Option<Self> {
        Self::parse(get_text(item, CHANGED_IN)?)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (run, outcome) = text.rsplit_once('#')?;
        Some(Self { run: RunId::parse(run).ok()?, outcome: Outcome::from_word(outcome)? })
    }
}

/// A page of the username claims.
#[derive(Debug)]
pub struct UsernamesPage {
    /// Folded usernames and the accounts that hold them; none where the item has no valid account id.
    pub claims: Vec<(String, Option<AccountId>)>,
    /// The usernames of this page whose claim does not name the right shard of its account: an earlier version wrote none.
    pub without_shard: Vec<String>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl Store {
    /// One account.
    ///
    /// # Errors
    /// When the storage fails or the item is not an account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, Error> {
        let response = self
            .dynamo
            .get_item()
            .table_name(&self.names.accounts)
            .set_key(Some(key(id, self.names.shards)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::service("reading an account", error))?;
        response.item.as_ref().map(decode).transpose()
    }

    /// The account that holds this username.
    ///
    /// # Errors
    /// As [`Store::account`].
    pub async fn account_by_username(&self, username: &Username) -> Result<Option<Account>, Error> {
        let response = self
            .dynamo
            .get_item()
            .table_name(&self.names.usernames)
            .key("username", text(username.folded()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::service("looking up a username", error))?;
        match response.item {
            Some(claim) => self.account(holder(&claim)?).await,
            None => Ok(None),
        }
    }

    /// A page of the username claims, in no particular order.
    ///
    /// # Errors
    /// When the storage fails or an item is not a claim.
    pub async fn usernames_page(&self, after: Option<Cursor>) -> Result<UsernamesPage, Error> {
        let scan = self.dynamo.scan().table_name(&self.names.usernames).consistent_read(true);
        let pages = Pages::of(scan, self.page_items, after, "reading the usernames");
        let (items, next) = pages.one().await?;
        let (mut claims, mut without_shard) = (Vec::new(), Vec::new());
        for item in items {
            let username = need_text(&item, "username", "a username claim")?.to_owned();
            let holder = holder(&item).ok();
            let shard = holder.map(|id| id.shard(self.names.shards));
            if shard.is_some() && get_number(&item, "shard") != shard {
                without_shard.push(username.clone());
            }
            claims.push((username, holder));
        }
        Ok(UsernamesPage { claims, without_shard, next })
    }
}

fn holder(claim: &Item) -> Result<AccountId, Error> {
    let what = "a username claim";
    AccountId::parse(need_text(claim, "account", what)?)
        .map_err(|error| Error::corrupt(what, error.to_string()))
}

/// The whole item of an account.
pub(crate) fn encode(account: &Account, shards: u64) -> Item {
    let mut item = key(account.id, shards);
    let mut set = |name: &str, value: AttributeValue| drop(item.insert(name.to_owned(), value));
    set("username", text(account.username.original()));
    set("is_admin", AttributeValue::Bool(account.is_admin));
    if account.priority != 0 {
        set("priority", number(account.priority));
    }
    set("version", number(account.version));
    set(SCHEMA, number(SCHEMA_VERSION));
    if let Owner::Source { source, key, immutable_id } = &account.owner {
        set("source", text(source.as_str()));
        set("match_key", text(key.original()));
        if let Some(id) = immutable_id {
            set("immutable_id", text(id.as_str()));
        }
    }
    let fields = account.fields.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    set("fields", AttributeValue::M(fields));
    item.extend(encode_state(&account.state, account.missing_since, account.history));
    item.extend(keys_of(account));
    item
}

/// The attributes of an account's state and of what it remembers.
pub(crate) fn encode_state(state: &AccountState, missing: Option<Timestamp>, history: History) -> Item {
    let mut item = Item::new();
    let mut set = |name: &str, value: AttributeValue| drop(item.insert(name.to_owned(), value));
    set("state", text(state.as_str()));
    if let Some(block) = state.block() {
        set("reason", text(block.reason.as_str()));
        set("since", text(show_time(block.since)));
        if let BlockReason::ByAdmin(admin) = &block.reason {
            set("blocked_by", text(&admin.by));
            if let Some(why) = &admin.why {
                set("why", text(why));
            }
            set("beneath", text(admin.beneath.as_str()));
            if let Some(beneath) = admin.beneath.into_state().block() {
                set("beneath_since", text(show_time(beneath.since)));
            }
        }
    }
    if let Some(starts) = state.starts() {
        set("starts", text(show_time(starts)));
    }
    if let Some(since) = missing {
        set("missing_since", text(show_time(since)));
    }
    let History { seat_lost_at, away, renamed_at, given_back_at } = history;
    for (name, time) in [
        ("seat_lost_at", seat_lost_at),
        ("away_since", away.map(|away| away.since)),
        ("away_place", away.and_then(|away| away.place)),
        ("renamed_at", renamed_at),
        ("given_back_at", given_back_at),
    ] {
        if let Some(time) = time {
            set(name, text(show_time(time)));
        }
    }
    item
}

pub(crate) fn decode(item: &Item) -> Result<Account, Error> {
    let id = need_text(item, "id", "an account")?;
    let what = format!("account {id}");
    check_schema(item, &what)?;
    let bad = |error: &dyn std::fmt::Display| Error::corrupt(&what, error.to_string());
    let is_admin = item.get("is_admin").and_then(|value| value.as_bool().ok());
    Ok(Account {
        id: AccountId::parse(id).map_err(|error| bad(&error))?,
        owner: decode_owner(item, &what)?,
        username: Username::of_stored(need_text(item, "username", &what)?).map_err(|error| bad(&error))?,
        is_admin: *is_admin.ok_or_else(|| bad(&"expected true or false as \"is_admin\""))?,
        priority: decode_priority(item).ok_or_else(|| bad(&"expected 0 to 65535 as \"priority\""))?,
        state: decode_state(item, &what)?,
        missing_since: decode_time(item, "missing_since", &what)?,
        history: decode_history(item, &what)?,
        fields: decode_fields(item, &what)?,
        version: need_number(item, "version", &what)?,
    })
}

/// An account without one has none, nor have those of earlier versions.
fn decode_priority(item: &Item) -> Option<u16> {
    match item.get("priority") {
        None => Some(0),
        Some(value) => value.as_n().ok()?.parse().ok(),
    }
}

/// What accounts of earlier versions do not have is empty.
pub(crate) fn decode_history(item: &Item, what: &str) -> Result<History, Error> {
    let place = decode_time(item, "away_place", what)?;
    let away = decode_time(item, "away_since", what)?.map(|since| Away { since, place });
    Ok(History {
        seat_lost_at: decode_time(item, "seat_lost_at", what)?,
        away,
        renamed_at: decode_time(item, "renamed_at", what)?,
        given_back_at: decode_time(item, "given_back_at", what)?,
    })
}

fn decode_owner(item: &Item, what: &str) -> Result<Owner, Error> {
    let bad = |error: &dyn std::fmt::Display| Error::corrupt(what, error.to_string());
    let Some(source) = optional_text(item, "source", what)? else { return Ok(Owner::Local) };
    Ok(Owner::Source {
        source: SourceName::parse(source).map_err(|error| bad(&error))?,
        key: MatchKey::of_stored(need_text(item, "match_key", what)?).map_err(|error| bad(&error))?,
        immutable_id: optional_text(item, "immutable_id", what)?
            .map(ImmutableId::of_stored)
            .transpose()
            .map_err(|error| bad(&error))?,
    })
}

pub(crate) fn decode_state(item: &Item, what: &str) -> Result<AccountState, Error> {
    let time = |name: &str| -> Result<Timestamp, Error> {
        decode_time(item, name, what)?
            .ok_or_else(|| Error::corrupt(what, format!("expected a time as {name:?}")))
    };
    match need_text(item, "state", what)? {
        "active" => return Ok(AccountState::Active),
        "blocked" => {}
        other => {
            return Err(Error::corrupt(
                what,
                format!("expected \"active\" or \"blocked\" as its state, not {other:?}"),
            ));
        }
    }
    let beneath = || -> Result<Beneath, Error> {
        Ok(match need_text(item, "beneath", what)? {
            "active" => Beneath::Active,
            "no_seat" => Beneath::NoSeat(time("beneath_since")?),
            "left_scope" => Beneath::LeftScope(time("beneath_since")?),
            "disabled_in_directory" => Beneath::DisabledInDirectory(time("beneath_since")?),
            "not_started" => Beneath::NotStarted { since: time("beneath_since")?, starts: time("starts")? },
            other => return Err(Error::corrupt(what, format!("{other:?} is not a state beneath a block"))),
        })
    };
    let reason = match need_text(item, "reason", what)? {
        "no_seat" => BlockReason::NoSeat,
        "left_scope" => BlockReason::LeftScope,
        "disabled_in_directory" => BlockReason::DisabledInDirectory,
        "not_started" => BlockReason::NotStarted { starts: time("starts")? },
        "by_admin" => BlockReason::ByAdmin(AdminBlock {
            by: need_text(item, "blocked_by", what)?.to_owned(),
            why: optional_text(item, "why", what)?.map(str::to_owned),
            beneath: beneath()?,
        }),
        other => return Err(Error::corrupt(what, format!("{other:?} is not the reason of a block"))),
    };
    Ok(AccountState::Blocked(Block { reason, since: time("since")? }))
}

/// A time that may be missing.
pub(crate) fn decode_time(item: &Item, name: &str, what: &str) -> Result<Option<Timestamp>, Error> {
    let Some(stored) = optional_text(item, name, what)? else { return Ok(None) };
    let bad = || Error::corrupt(what, format!("expected a time as RFC 3339 as {name:?}"));
    read_time(stored).map(Some).ok_or_else(bad)
}

/// The fields that Rollcall knows. All others belong to the application and stay as they are.
fn decode_fields(item: &Item, what: &str) -> Result<Fields, Error> {
    let Some(AttributeValue::M(stored)) = item.get("fields") else {
        return Err(Error::corrupt(what, "expected a map as \"fields\""));
    };
    let ours =
        stored.iter().filter_map(|(name, value)| Some((FieldName::parse(name).ok()?, value.as_s().ok()?)));
    Ok(ours.filter(|(_, value)| !value.is_empty()).collect())
}

/// The fields that differ, with the value after the change, if there is one.
pub(crate) fn changed_fields<'a>(
    before: &'a Account,
    after: &'a Account,
) -> BTreeMap<&'a str, Option<&'a str>> {
    let mut changed = BTreeMap::new();
    for (name, _) in before.fields.iter() {
        if after.fields.get(name).is_empty() {
            changed.insert(name.as_str(), None);
        }
    }
    for (name, value) in after.fields.iter() {
        if before.fields.get(name) != value {
            changed.insert(name.as_str(), Some(value));
        }
    }
    changed
}
