//! What an undo says of people: who went back and to what, who was left alone and why.

use rollcall_core::account::{Account, BlockReason};
use rollcall_core::outcome::{Observation, Outcome};
use rollcall_core::undo::LeftAlone;
use rollcall_store::{LeftAlone as LeftAloneView, TakenBack};
use std::collections::BTreeSet;

/// How many people a run's record names; the audit log and the report have all.
const NAMED_MAX: usize = 200;

/// The first people of a list, by username, and how many there are. No more are held than are named.
#[derive(Clone, Debug, Default)]
pub(super) struct FirstNamed {
    named: BTreeSet<(String, String)>,
    pub(super) count: u64,
}

impl FirstNamed {
    fn add(&mut self, username: &str, what: String) {
        self.count += 1;
        self.named.insert((username.to_owned(), what));
        if self.named.len() > NAMED_MAX {
            self.named.pop_last();
        }
    }

    /// An account that went back. What it was before is not known where an earlier invocation took it back.
    pub(super) fn add_back(&mut self, before: Option<&Account>, after: &Account) {
        self.add(after.username.original(), words_of(before, after));
    }

    /// An account that was left alone.
    pub(super) fn add_left(&mut self, left: &Observation) {
        let username = left.username.as_ref().map_or("", |name| name.original());
        self.add(username, left.reason.clone().unwrap_or_default());
    }

    pub(super) fn into_back(self) -> Vec<TakenBack> {
        self.named.into_iter().map(|(username, what)| TakenBack { username, what }).collect()
    }

    pub(super) fn into_left_alone(self) -> Vec<LeftAloneView> {
        self.named.into_iter().map(|(username, why)| LeftAloneView { username, why }).collect()
    }
}

/// What the report says of an account that is left alone: nothing has changed, and why.
pub(super) fn observe_left(account: &Account, why: LeftAlone) -> Observation {
    Observation {
        outcome: Outcome::Unchanged,
        reason: Some(why.to_string()),
        account: Some(account.id),
        username: Some(account.username.clone()),
        name: None,
        key: account.key().cloned(),
        line: None,
        state: Some(account.state.clone()),
    }
}

/// What an account is again, in words.
fn words_of(before: Option<&Account>, after: &Account) -> String {
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
        if before.priority != after.priority {
            what.push(format!("priority {} again", after.priority));
        }
        let others = before.fields != after.fields || before.owner != after.owner;
        if others || what.is_empty() {
            what.push(String::from("fields as they were"));
        }
    }
    what.join("; ")
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
