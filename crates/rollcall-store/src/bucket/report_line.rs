//! The line of an account about which nothing is to be done, in a report: nearly every line is one.
//!
//! Below `report_writer`. Promises the line of the account's [`AuditEntry`](crate::AuditEntry), without making one: nothing is
//! copied, and what all lines of a report have in common is written once.

use crate::error::Error;
use crate::ids::RunId;
use crate::tables::audit::AuditHead;
use crate::tables::audit_views::SeatsView;
use crate::wire;
use rollcall_core::account::{Account, AccountId, AccountState};
use rollcall_core::licence::Seats;
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::Seen;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use serde::Serialize;

/// The beginning of each line of one report.
#[derive(Debug)]
pub struct LineHead(Vec<u8>);

/// The fields of an entry that its head has, in their order.
#[derive(Serialize)]
struct OfHead<'a> {
    #[serde(with = "wire::time")]
    at: Timestamp,
    run: Option<&'a RunId>,
    trigger: &'a str,
    actor: &'a str,
    source: Option<&'a str>,
}

/// The others, without those that are left out where nothing was done.
#[derive(Serialize)]
struct OfAccount<'a> {
    #[serde(with = "wire::optional_account")]
    account: Option<AccountId>,
    username: &'a str,
    match_key: Option<&'a str>,
    line: Option<u32>,
    outcome: &'a str,
    reason: Option<&'a str>,
    before: State<'a>,
    after: State<'a>,
    changes: [(); 0],
    seats: SeatsView,
    version: u64,
}

#[derive(Clone, Copy, Serialize)]
struct State<'a> {
    state: &'a str,
    reason: Option<&'a str>,
    #[serde(with = "wire::optional_time")]
    since: Option<Timestamp>,
}

impl LineHead {
    /// Of a report whose entries have this head.
    ///
    /// # Errors
    /// Never, but where JSON cannot be written.
    pub fn of(head: &AuditHead) -> Result<Self, Error> {
        let mut line = json(&OfHead {
            at: head.at,
            run: head.run.as_ref(),
            trigger: &head.trigger,
            actor: &head.actor,
            source: head.source.as_ref().map(SourceName::as_str),
        })?;
        // The end of the object: the fields of the account follow.
        line.pop();
        Ok(Self(line))
    }

    /// Writes the line of an account, without its end.
    pub(super) fn write(
        &self,
        (account, seen, seats): (&Account, Seen, Seats),
        to: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let state = State::of(&account.state);
        to.extend_from_slice(&self.0);
        let begin = to.len();
        let fields = OfAccount {
            account: Some(account.id),
            username: account.username.original(),
            match_key: account.key().map(MatchKey::original),
            line: seen.line,
            outcome: seen.outcome.as_str(),
            reason: state.reason,
            before: state,
            after: state,
            changes: [],
            seats: SeatsView::of(seats),
            version: 0,
        };
        serde_json::to_writer(&mut *to, &fields).map_err(std::io::Error::from)?;
        // In place of the begin of an object of its own.
        to[begin] = b',';
        Ok(())
    }
}

impl<'a> State<'a> {
    fn of(state: &'a AccountState) -> Self {
        let block = state.block();
        Self {
            state: state.as_str(),
            reason: block.map(|block| block.reason.as_str()),
            since: block.map(|block| block.since),
        }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    Ok(serde_json::to_vec(value).map_err(std::io::Error::from)?)
}

#[cfg(test)]
mod tests;
