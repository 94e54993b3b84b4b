//! What an undo says of people: who went back and to what, who was left alone and why.

use super::found::Found;
use rollcall_core::account::{Account, BlockReason};
use rollcall_core::outcome::{Change, Observation, Outcome};
use rollcall_core::undo::{LeftAlone, Undo};
use rollcall_store::{LeftAlone as LeftAloneView, TakenBack, UndoResult};
use std::collections::{BTreeMap, BTreeSet};

/// How many people a run's record names; the audit log and the report have all.
const NAMED_MAX: usize = 200;

/// An account that is left alone.
pub(super) struct Left {
    account: Account,
    why: LeftAlone,
}

impl Left {
    /// What the report says of it: nothing has changed, and why.
    pub(super) fn observation(&self) -> Observation {
        Observation {
            outcome: Outcome::Unchanged,
            reason: Some(self.why.to_string()),
            account: Some(self.account.id),
            username: Some(self.account.username.clone()),
            key: self.account.key().cloned(),
            line: None,
            state: Some(self.account.state.clone()),
        }
    }
}

/// Who is left alone: whom the plan names, and whose entries are gone.
pub(super) fn left_of(plan: &Undo, found: &Found) -> Vec<Left> {
    let why: BTreeMap<_, _> = plan.left_alone.iter().copied().collect();
    let told: BTreeSet<_> = found.done.iter().map(|done| done.account).collect();
    let of = |account: &Account| {
        let why = why.get(&account.id).copied();
        let is_untold = !told.contains(&account.id);
        let why = why.or(is_untold.then_some(LeftAlone::Unknown))?;
        Some(Left { account: account.clone(), why })
    };
    let mut left: Vec<Left> = found.accounts.iter().filter_map(of).collect();
    left.sort_by(|a, b| a.account.username.folded().cmp(b.account.username.folded()));
    left
}

/// What the record of an undo says. `changes` are those of its last plan that are committed, or would be.
pub(super) fn result_of<'a>(
    found: &Found,
    changes: impl Iterator<Item = &'a Change>,
    left: &[Observation],
) -> UndoResult {
    let earlier = found.back.iter().map(|account| taken_back(None, account));
    let mut back: Vec<_> =
        earlier.chain(changes.map(|change| taken_back(change.before.as_ref(), &change.after))).collect();
    back.sort_by(|a, b| a.username.cmp(&b.username));
    let mut left_alone: Vec<_> = left.iter().map(left_alone_view).collect();
    left_alone.sort_by(|a, b| a.username.cmp(&b.username));
    let (back_count, left_alone_count) = (back.len() as u64, left_alone.len() as u64);
    back.truncate(NAMED_MAX);
    left_alone.truncate(NAMED_MAX);
    UndoResult { back, back_count, back_before: found.back_before, left_alone, left_alone_count }
}

fn left_alone_view(observation: &Observation) -> LeftAloneView {
    let username = observation.username.as_ref().map(|name| name.original().to_owned()).unwrap_or_default();
    LeftAloneView { username, why: observation.reason.clone().unwrap_or_default() }
}

/// What an account is again, in words. What it was before is not known where an earlier invocation took it back.
fn taken_back(before: Option<&Account>, after: &Account) -> TakenBack {
    let mut what = Vec::new();
    if before.is_none_or(|before| before.state != after.state) {
        what.push(words_of_state(after).to_owned());
    }
    if let Some(before) = before {
        if before.username.original() != after.username.original() {
            what.push(format!("the username was {}", before.username.original()));
        }
        if before.is_admin != after.is_admin {
            what.push(String::from(if after.is_admin { "administrator again" } else { "no administrator" }));
        }
        let others = before.fields != after.fields || before.owner != after.owner;
        if others || what.is_empty() {
            what.push(String::from("fields as they were"));
        }
    }
    TakenBack { username: after.username.original().to_owned(), what: what.join("; ") }
}

fn words_of_state(account: &Account) -> &'static str {
    let Some(block) = account.state.block() else { return "has a seat again" };
    match block.reason {
        BlockReason::NoSeat if account.history.seat_lost_at.is_some() => {
            "waits for a seat: none is free, and the person goes before all who never had one"
        }
        BlockReason::NoSeat => "waits for a seat at the old place",
        BlockReason::LeftScope => "blocked: left_scope",
        BlockReason::DisabledInDirectory => "blocked: disabled_in_directory",
        BlockReason::NotStarted { .. } => "blocked: not_started",
        BlockReason::ByAdmin(_) => "blocked by an administrator",
    }
}
