//! A spill file on this machine: account records that a plan needs again, one line of JSON each.
//!
//! A record takes about a third of a kilobyte of the file and no memory. The file has no name and goes with its owner.

use crate::error::Error;
use rollcall_core::account::{Account, AccountId, AccountState, AdminBlock, Beneath, BlockReason, Owner};
use rollcall_core::account_spill::AccountSpill;
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::history::{Away, History};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::sync::{Mutex, PoisonError};

/// Bytes that are collected in memory before they are written.
const PENDING_BYTES_MAX: usize = 64 * 1024;

/// Longer than nearly every line, so that one read is enough.
const READ_BYTES: usize = 1024;

/// Account records in a temporary file. The position of a record is the byte at which its line begins.
#[derive(Debug)]
pub struct SpillFile {
    file: Mutex<File>,
    written: usize,
    /// The lines after `written`, which are still in memory.
    pending: Vec<u8>,
}

impl SpillFile {
    /// An empty spill file.
    ///
    /// # Errors
    /// When this machine has no room for a temporary file.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { file: Mutex::new(tempfile::tempfile()?), written: 0, pending: Vec::new() })
    }

    fn write_pending(&mut self) -> Result<(), Error> {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.written as u64))?;
        file.write_all(&self.pending)?;
        self.written += self.pending.len();
        self.pending.clear();
        Ok(())
    }

    fn read_line(&self, position: usize) -> Result<Vec<u8>, Error> {
        let mut line = Vec::with_capacity(READ_BYTES);
        if position >= self.written {
            self.pending.get(position - self.written..).unwrap_or_default().read_until(b'\n', &mut line)?;
            return Ok(line);
        }
        // Only a panic during a read poisons the lock, and the next read begins with a seek.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(position as u64))?;
        BufReader::with_capacity(READ_BYTES, &mut *file).read_until(b'\n', &mut line)?;
        Ok(line)
    }
}

impl AccountSpill for SpillFile {
    type Error = Error;

    fn put(&mut self, account: &Account) -> Result<usize, Error> {
        let position = self.written + self.pending.len();
        serde_json::to_writer(&mut self.pending, &Line::of(account)).map_err(std::io::Error::from)?;
        self.pending.push(b'\n');
        if self.pending.len() >= PENDING_BYTES_MAX {
            self.write_pending()?;
        }
        Ok(position)
    }

    fn get(&self, position: usize) -> Result<Account, Error> {
        let corrupt = |why: String| Error::corrupt("the temporary file of accounts", why);
        let line: Line<'_> =
            serde_json::from_slice(&self.read_line(position)?).map_err(|error| corrupt(error.to_string()))?;
        line.into_account().map_err(corrupt)
    }
}

/// An account, without the names of its fields: they would be a third of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line<'a>(
    Cow<'a, str>,
    u64,
    Option<OwnerLine<'a>>,
    Cow<'a, str>,
    bool,
    Option<BlockLine<'a>>,
    Option<i64>,
    HistoryLine,
    BTreeMap<Cow<'a, str>, Cow<'a, str>>,
);

/// The seat that was lost, since when the person is away and their place, the last rename, the last gift of an undo.
type HistoryLine = (Option<i64>, Option<(i64, Option<i64>)>, Option<i64>, Option<i64>);

/// Source, match key, immutable id.
type OwnerLine<'a> = (Cow<'a, str>, Cow<'a, str>, Option<Cow<'a, str>>);

/// The reason, since when, what more an administrator's block says, and the start date of a person who has not started.
type BlockLine<'a> = (Reason, i64, Option<AdminLine<'a>>, Option<i64>);

/// By whom, why, and the state beneath the block: none where that is active.
type AdminLine<'a> = (Cow<'a, str>, Option<Cow<'a, str>>, Option<(Reason, i64)>);

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Reason {
    #[serde(rename = "n")]
    NoSeat,
    #[serde(rename = "l")]
    LeftScope,
    #[serde(rename = "d")]
    DisabledInDirectory,
    #[serde(rename = "s")]
    NotStarted,
    #[serde(rename = "a")]
    ByAdmin,
}

impl<'a> Line<'a> {
    fn of(account: &'a Account) -> Self {
        let owner = match &account.owner {
            Owner::Local => None,
            Owner::Source { source, key, immutable_id } => Some((
                Cow::Borrowed(source.as_str()),
                Cow::Borrowed(key.original()),
                immutable_id.as_ref().map(|id| Cow::Borrowed(id.as_str())),
            )),
        };
        let fields = account.fields.iter();
        Self(
            Cow::Owned(account.id.to_string()),
            account.version,
            owner,
            Cow::Borrowed(account.username.original()),
            account.is_admin,
            block_line(&account.state),
            account.missing_since.map(Timestamp::as_millis),
            history_line(&account.history),
            fields.map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value))).collect(),
        )
    }

    fn into_account(self) -> Result<Account, String> {
        let Self(id, version, owner, username, is_admin, block, missing_since, history, fields) = self;
        Ok(Account {
            id: AccountId::parse(&id).map_err(show)?,
            owner: owner.map_or(Ok(Owner::Local), into_owner)?,
            username: Username::of_stored(&username).map_err(show)?,
            is_admin,
            state: block.map_or(Ok(AccountState::Active), into_state)?,
            missing_since: missing_since.map(Timestamp::from_millis),
            history: into_history(history),
            fields: into_fields(fields)?,
            version,
        })
    }
}

fn history_line(history: &History) -> HistoryLine {
    let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
    let away = history.away.map(|away| (away.since.as_millis(), millis(away.place)));
    (millis(history.seat_lost_at), away, millis(history.renamed_at), millis(history.given_back_at))
}

fn into_history((seat_lost_at, away, renamed_at, given_back_at): HistoryLine) -> History {
    let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
    let into_away = |(since, place)| Away { since: Timestamp::from_millis(since), place: time(place) };
    History {
        seat_lost_at: time(seat_lost_at),
        away: away.map(into_away),
        renamed_at: time(renamed_at),
        given_back_at: time(given_back_at),
    }
}

fn block_line(state: &AccountState) -> Option<BlockLine<'_>> {
    let block = state.block()?;
    let (reason, admin) = match &block.reason {
        BlockReason::NoSeat => (Reason::NoSeat, None),
        BlockReason::LeftScope => (Reason::LeftScope, None),
        BlockReason::DisabledInDirectory => (Reason::DisabledInDirectory, None),
        BlockReason::NotStarted { .. } => (Reason::NotStarted, None),
        BlockReason::ByAdmin(admin) => {
            let why = admin.why.as_deref().map(Cow::Borrowed);
            (Reason::ByAdmin, Some((Cow::Borrowed(admin.by.as_str()), why, beneath_line(admin.beneath))))
        }
    };
    Some((reason, block.since.as_millis(), admin, state.starts().map(Timestamp::as_millis)))
}

fn beneath_line(beneath: Beneath) -> Option<(Reason, i64)> {
    match beneath {
        Beneath::Active => None,
        Beneath::NoSeat(since) => Some((Reason::NoSeat, since.as_millis())),
        Beneath::LeftScope(since) => Some((Reason::LeftScope, since.as_millis())),
        Beneath::DisabledInDirectory(since) => Some((Reason::DisabledInDirectory, since.as_millis())),
        Beneath::NotStarted { since, .. } => Some((Reason::NotStarted, since.as_millis())),
    }
}

fn into_beneath(line: Option<(Reason, i64)>, starts: Option<i64>) -> Result<Beneath, String> {
    let Some((reason, since)) = line else { return Ok(Beneath::Active) };
    let since = Timestamp::from_millis(since);
    match reason {
        Reason::NoSeat => Ok(Beneath::NoSeat(since)),
        Reason::LeftScope => Ok(Beneath::LeftScope(since)),
        Reason::DisabledInDirectory => Ok(Beneath::DisabledInDirectory(since)),
        Reason::NotStarted => Ok(Beneath::NotStarted { since, starts: into_starts(starts)? }),
        Reason::ByAdmin => Err("expected the state beneath the block, not the block".to_owned()),
    }
}

fn into_starts(starts: Option<i64>) -> Result<Timestamp, String> {
    starts.map(Timestamp::from_millis).ok_or_else(|| "expected the start date".to_owned())
}

fn into_owner((source, key, immutable_id): OwnerLine<'_>) -> Result<Owner, String> {
    Ok(Owner::Source {
        source: SourceName::parse(&source).map_err(show)?,
        key: MatchKey::of_stored(&key).map_err(show)?,
        immutable_id: immutable_id.as_deref().map(ImmutableId::of_stored).transpose().map_err(show)?,
    })
}

fn into_state((reason, since, admin, starts): BlockLine<'_>) -> Result<AccountState, String> {
    let reason = match (reason, admin) {
        (Reason::NoSeat, _) => BlockReason::NoSeat,
        (Reason::LeftScope, _) => BlockReason::LeftScope,
        (Reason::DisabledInDirectory, _) => BlockReason::DisabledInDirectory,
        (Reason::NotStarted, _) => BlockReason::NotStarted { starts: into_starts(starts)? },
        (Reason::ByAdmin, Some((by, why, beneath))) => BlockReason::ByAdmin(AdminBlock {
            by: by.into_owned(),
            why: why.map(Cow::into_owned),
            beneath: into_beneath(beneath, starts)?,
        }),
        (Reason::ByAdmin, None) => return Err("expected who set the block".to_owned()),
    };
    Ok(AccountState::blocked(reason, Timestamp::from_millis(since)))
}

fn into_fields(fields: BTreeMap<Cow<'_, str>, Cow<'_, str>>) -> Result<Fields, String> {
    let parse = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        FieldName::parse(&name).map(|name| (name, value.into_owned())).map_err(show)
    };
    fields.into_iter().map(parse).collect()
}

fn show(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests;
