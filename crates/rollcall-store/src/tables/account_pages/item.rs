//! One item of a page: the attributes of an account, and the account that they are. The twin of the plain decoder in
//! `accounts.rs`, which also says what is wrong.

use super::fields::read_fields;
use crate::aws::dynamo::COUNTER_MAX;
use crate::aws::json::{Json, Value};
use crate::field_names::FieldNames;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::tables::accounts::{CHANGED_IN, LastChange};
use crate::wire::read_time;
use rollcall_core::account::{
    Account, AccountId, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner,
};
use rollcall_core::fields::Fields;
use rollcall_core::history::{Away, History};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use std::borrow::Cow;

/// A text that the item may have.
type Stored<'a> = Option<Cow<'a, str>>;

/// The attributes of an account.
#[derive(Default)]
pub(super) struct Attributes<'a> {
    id: Stored<'a>,
    username: Stored<'a>,
    is_admin: Option<bool>,
    priority: u16,
    version: Option<u64>,
    source: Stored<'a>,
    match_key: Stored<'a>,
    immutable_id: Stored<'a>,
    fields: Option<Fields>,
    changed_in: Stored<'a>,
    state: Stored<'a>,
    reason: Stored<'a>,
    since: Stored<'a>,
    starts: Stored<'a>,
    blocked_by: Stored<'a>,
    why: Stored<'a>,
    beneath: Stored<'a>,
    beneath_since: Stored<'a>,
    missing_since: Stored<'a>,
    seat_lost_at: Stored<'a>,
    away_since: Stored<'a>,
    away_place: Stored<'a>,
    renamed_at: Stored<'a>,
    given_back_at: Stored<'a>,
}

impl<'a> Attributes<'a> {
    /// Reads an item; none where an attribute of ours has an unusual value.
    pub(super) fn read(json: &mut Json<'a>, names: &mut FieldNames) -> Option<Self> {
        let mut item = Self::default();
        json.object(|json, name| {
            match &*name {
                "id" => item.id = text(json)?,
                "username" => item.username = text(json)?,
                "source" => item.source = text(json)?,
                "match_key" => item.match_key = text(json)?,
                "immutable_id" => item.immutable_id = text(json)?,
                "state" => item.state = text(json)?,
                "reason" => item.reason = text(json)?,
                "since" => item.since = text(json)?,
                "starts" => item.starts = text(json)?,
                "blocked_by" => item.blocked_by = text(json)?,
                "why" => item.why = text(json)?,
                "beneath" => item.beneath = text(json)?,
                "beneath_since" => item.beneath_since = text(json)?,
                "missing_since" => item.missing_since = text(json)?,
                "seat_lost_at" => item.seat_lost_at = text(json)?,
                "away_since" => item.away_since = text(json)?,
                "away_place" => item.away_place = text(json)?,
                "renamed_at" => item.renamed_at = text(json)?,
                "given_back_at" => item.given_back_at = text(json)?,
                CHANGED_IN => item.changed_in = text(json)?,
                "fields" => item.fields = Some(read_fields(json, names)?),
                "priority" => item.priority = u16::try_from(number(json, u16::MAX.into())?).ok()?,
                "version" => item.version = Some(number(json, COUNTER_MAX)?),
                SCHEMA => drop(number(json, SCHEMA_VERSION)?),
                "is_admin" => match json.value()? {
                    Value::Bool(is_admin) => item.is_admin = Some(is_admin),
                    Value::Text(_) | Value::Number(_) | Value::Other => return None,
                },
                // The keys of indexes, and what belongs to the application.
                _ => drop(json.value()?),
            }
            Some(())
        })?;
        Some(item)
    }

    /// What a run has made of the account last.
    pub(super) fn last_change(&self) -> Option<LastChange> {
        LastChange::parse(self.changed_in.as_deref()?)
    }

    /// The account; none where an attribute is missing or has an unusual value.
    pub(super) fn account(self) -> Option<Account> {
        Some(Account {
            id: AccountId::parse(self.id.as_deref()?).ok()?,
            username: Username::of_stored(self.username.as_deref()?).ok()?,
            is_admin: self.is_admin?,
            priority: self.priority,
            owner: self.owner()?,
            state: self.state()?,
            missing_since: optional_time(&self.missing_since)?,
            history: self.history()?,
            version: self.version?,
            fields: self.fields?,
        })
    }

    fn owner(&self) -> Option<Owner> {
        let Some(source) = &self.source else { return Some(Owner::Local) };
        Some(Owner::Source {
            source: SourceName::parse(source).ok()?,
            key: MatchKey::of_stored(self.match_key.as_deref()?).ok()?,
            immutable_id: self.immutable_id.as_deref().map(ImmutableId::of_stored).transpose().ok()?,
        })
    }

    fn state(&self) -> Option<AccountState> {
        match self.state.as_deref()? {
            "active" => return Some(AccountState::Active),
            "blocked" => {}
            _ => return None,
        }
        let reason = match self.reason.as_deref()? {
            "no_seat" => BlockReason::NoSeat,
            "left_scope" => BlockReason::LeftScope,
            "disabled_in_directory" => BlockReason::DisabledInDirectory,
            "not_started" => BlockReason::NotStarted { starts: time(&self.starts)? },
            "by_admin" => BlockReason::ByAdmin(AdminBlock {
                by: self.blocked_by.as_deref()?.to_owned(),
                why: self.why.as_deref().map(str::to_owned),
                beneath: self.beneath()?,
            }),
            _ => return None,
        };
        Some(AccountState::Blocked(Block { reason, since: time(&self.since)? }))
    }

    fn beneath(&self) -> Option<Beneath> {
        Some(match self.beneath.as_deref()? {
            "active" => Beneath::Active,
            "no_seat" => Beneath::NoSeat(time(&self.beneath_since)?),
            "left_scope" => Beneath::LeftScope(time(&self.beneath_since)?),
            "disabled_in_directory" => Beneath::DisabledInDirectory(time(&self.beneath_since)?),
            "not_started" => {
                Beneath::NotStarted { since: time(&self.beneath_since)?, starts: time(&self.starts)? }
            }
            _ => return None,
        })
    }

    fn history(&self) -> Option<History> {
        let place = optional_time(&self.away_place)?;
        Some(History {
            seat_lost_at: optional_time(&self.seat_lost_at)?,
            away: optional_time(&self.away_since)?.map(|since| Away { since, place }),
            renamed_at: optional_time(&self.renamed_at)?,
            given_back_at: optional_time(&self.given_back_at)?,
        })
    }
}

/// A time that must be there.
fn time(stored: &Stored<'_>) -> Option<Timestamp> {
    read_time(stored.as_deref()?)
}

/// A time that may be missing; the outer `None` is a text that is no time.
fn optional_time(stored: &Stored<'_>) -> Option<Option<Timestamp>> {
    match stored {
        Some(text) => read_time(text).map(Some),
        None => Some(None),
    }
}

fn text<'a>(json: &mut Json<'a>) -> Option<Stored<'a>> {
    match json.value()? {
        Value::Text(text) => Some(Some(text)),
        Value::Number(_) | Value::Bool(_) | Value::Other => None,
    }
}

/// A whole number of at most so much.
fn number(json: &mut Json<'_>, max: u64) -> Option<u64> {
    match json.value()? {
        Value::Number(number) => number.parse().ok().filter(|number| *number <= max),
        Value::Text(_) | Value::Bool(_) | Value::Other => None,
    }
}
