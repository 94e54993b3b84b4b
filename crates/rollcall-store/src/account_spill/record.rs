//! An account in bytes, for the spill file alone: written and read by one process, so its form may change at any time.
//!
//! Below `account_spill`. Numbers are little-endian in eight bytes, a text follows its length, and a value that may be absent
//! follows a byte that says whether it is there. Reading promises the account that was written, or why the bytes are none.

use crate::field_names::FieldNames;
use rollcall_core::account::{
    Account, AccountId, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner,
};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::history::{Away, History};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use std::fmt::Display;

// What comes first of a state, and of what is beneath a person's block.
const ACTIVE: u8 = 0;
const NO_SEAT: u8 = 1;
const LEFT_SCOPE: u8 = 2;
const DISABLED: u8 = 3;
const NOT_STARTED: u8 = 4;
const BY_ADMIN: u8 = 5;

/// Before the name of a field that has no number.
const NAMED: u8 = u8::MAX;

/// Room is made for no more at once, whatever the bytes say.
const FIELDS_USUAL: usize = 32;

/// Adds an account behind these bytes. The names of its fields are their numbers in `names`.
pub(super) fn write(to: &mut Vec<u8>, account: &Account, names: &mut FieldNames) {
    let mut out = Writer(to);
    out.0.extend_from_slice(&account.id.to_bytes());
    out.number(account.version);
    match &account.owner {
        Owner::Local => out.flag(false),
        Owner::Source { source, key, immutable_id } => {
            out.flag(true);
            out.text(source.as_str());
            out.text(key.original());
            out.option(immutable_id.as_ref(), |out, id| out.text(id.as_str()));
        }
    }
    out.text(account.username.original());
    out.flag(account.is_admin);
    out.0.extend_from_slice(&account.priority.to_le_bytes());
    out.state(&account.state);
    out.option(account.missing_since, Writer::time);
    out.history(&account.history);
    out.number(account.fields.iter().count() as u64);
    for (name, value) in account.fields.iter() {
        match names.number_of(name) {
            Some(number) => out.0.push(number),
            None => {
                out.0.push(NAMED);
                out.text(name.as_str());
            }
        }
        out.text(value);
    }
}

/// The account that [`write()`] wrote into these bytes, with these names.
pub(super) fn read(bytes: &[u8], names: &FieldNames) -> Result<Account, String> {
    let mut from = Reader(bytes);
    let account = Account {
        id: AccountId::from_bytes(from.take()?),
        version: from.number()?,
        owner: from.owner()?,
        username: from.text().and_then(|text| Username::of_stored(text).map_err(show))?,
        is_admin: from.flag()?,
        priority: u16::from_le_bytes(from.take()?),
        state: from.state()?,
        missing_since: from.option(Reader::time)?,
        history: from.history()?,
        fields: from.fields(names)?,
    };
    if from.0.is_empty() { Ok(account) } else { Err("expected the end of an account".to_owned()) }
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn flag(&mut self, is_set: bool) {
        self.0.push(u8::from(is_set));
    }

    fn time(&mut self, time: Timestamp) {
        self.0.extend_from_slice(&time.as_millis().to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn state(&mut self, state: &AccountState) {
        let AccountState::Blocked(Block { reason, since }) = state else { return self.0.push(ACTIVE) };
        let code = match reason {
            BlockReason::NoSeat => NO_SEAT,
            BlockReason::LeftScope => LEFT_SCOPE,
            BlockReason::DisabledInDirectory => DISABLED,
            BlockReason::NotStarted { .. } => NOT_STARTED,
            BlockReason::ByAdmin(_) => BY_ADMIN,
        };
        self.0.push(code);
        self.time(*since);
        match reason {
            BlockReason::NoSeat | BlockReason::LeftScope | BlockReason::DisabledInDirectory => {}
            BlockReason::NotStarted { starts } => self.time(*starts),
            BlockReason::ByAdmin(AdminBlock { by, why, beneath }) => {
                self.text(by);
                self.option(why.as_deref(), Self::text);
                self.state(&beneath.into_state());
            }
        }
    }

    fn history(&mut self, history: &History) {
        self.option(history.seat_lost_at, Self::time);
        self.option(history.away, |out, away| {
            out.time(away.since);
            out.option(away.place, Self::time);
        });
        self.option(history.renamed_at, Self::time);
        self.option(history.given_back_at, Self::time);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (bytes, rest) =
            self.0.split_at_checked(length).ok_or_else(|| "it ends within an account".to_owned())?;
        self.0 = rest;
        Ok(bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.bytes(N)?);
        Ok(bytes)
    }

    fn number(&mut self) -> Result<u64, String> {
        self.take().map(u64::from_le_bytes)
    }

    fn flag(&mut self) -> Result<bool, String> {
        match self.take()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(format!("expected 0 or 1, not {other}")),
        }
    }

    fn time(&mut self) -> Result<Timestamp, String> {
        self.take().map(i64::from_le_bytes).map(Timestamp::from_millis)
    }

    fn text(&mut self) -> Result<&'a str, String> {
        let length = usize::try_from(self.number()?).map_err(show)?;
        std::str::from_utf8(self.bytes(length)?).map_err(show)
    }

    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<Option<T>, String> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    fn owner(&mut self) -> Result<Owner, String> {
        if !self.flag()? {
            return Ok(Owner::Local);
        }
        Ok(Owner::Source {
            source: SourceName::parse(self.text()?).map_err(show)?,
            key: MatchKey::of_stored(self.text()?).map_err(show)?,
            immutable_id: self.option(|from| ImmutableId::of_stored(from.text()?).map_err(show))?,
        })
    }

    fn state(&mut self) -> Result<AccountState, String> {
        let [code] = self.take()?;
        if code == ACTIVE {
            return Ok(AccountState::Active);
        }
        let since = self.time()?;
        let reason = match code {
            NO_SEAT => BlockReason::NoSeat,
            LEFT_SCOPE => BlockReason::LeftScope,
            DISABLED => BlockReason::DisabledInDirectory,
            NOT_STARTED => BlockReason::NotStarted { starts: self.time()? },
            BY_ADMIN => BlockReason::ByAdmin(AdminBlock {
                by: self.text()?.to_owned(),
                why: self.option(Self::text)?.map(str::to_owned),
                beneath: self.beneath()?,
            }),
            other => return Err(format!("expected a state, not {other}")),
        };
        Ok(AccountState::blocked(reason, since))
    }

    fn beneath(&mut self) -> Result<Beneath, String> {
        let [code] = self.take()?;
        if code == ACTIVE {
            return Ok(Beneath::Active);
        }
        let since = self.time()?;
        match code {
            NO_SEAT => Ok(Beneath::NoSeat(since)),
            LEFT_SCOPE => Ok(Beneath::LeftScope(since)),
            DISABLED => Ok(Beneath::DisabledInDirectory(since)),
            NOT_STARTED => Ok(Beneath::NotStarted { since, starts: self.time()? }),
            other => Err(format!("expected the state beneath a block, not {other}")),
        }
    }

    fn history(&mut self) -> Result<History, String> {
        Ok(History {
            seat_lost_at: self.option(Self::time)?,
            away: self.option(|from| Ok(Away { since: from.time()?, place: from.option(Self::time)? }))?,
            renamed_at: self.option(Self::time)?,
            given_back_at: self.option(Self::time)?,
        })
    }

    fn fields(&mut self, names: &FieldNames) -> Result<Fields, String> {
        let count = self.number()?;
        let mut fields = Fields::with_room_for(usize::try_from(count).map_err(show)?.min(FIELDS_USUAL));
        for _ in 0..count {
            let name = match self.take()? {
                [NAMED] => FieldName::parse(self.text()?).map_err(show)?,
                [number] => names.of_number(number).cloned().ok_or("expected the number of a field")?,
            };
            fields.set(name, self.text()?);
        }
        Ok(fields)
    }
}

fn show(error: impl Display) -> String {
    error.to_string()
}
