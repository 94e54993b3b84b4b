//! The obvious way, to compare with: every entry and every account in a hash map, then one rule after the other.
//!
//! It knows the rules that its cases need and no others: no duplicates, no usernames taken, no administrators.

use crate::step::{Counts, Generated};
use anyhow::Result;
use rollcall_core::account::{Account, AccountId, Owner};
use rollcall_core::entry::{Entry, Record};
use rollcall_core::licence::Seats;
use rollcall_core::match_key::ImmutableId;
use rollcall_core::outcome::Outcome;
use rollcall_core::plan::PlanInput;
use rollcall_sync::store::SnapshotReader;
use std::collections::{HashMap, HashSet};

/// Decides, with everything in memory.
pub(crate) fn decide(
    request: &PlanInput,
    snapshot: &SnapshotReader,
    accounts: &mut Generated<'_>,
) -> Result<Counts> {
    let entries = all_entries(snapshot)?;
    let mut all: HashMap<AccountId, Account> = HashMap::new();
    accounts.for_each_page(|page| {
        all.extend(page.drain(..).map(|account| (account.id, account)));
        Ok(())
    })?;
    let mut counts = Counts::new();
    let (mut waiting, mut leaving, mut matched) = (Vec::new(), Vec::new(), HashSet::new());
    for account in all.values() {
        let Some(entry) = find(&entries, account) else {
            leaving.push(account);
            continue;
        };
        matched.insert(entry.key.folded());
        if let Some(since) = account.state.waiting_since() {
            waiting.push((since, entry.key.folded()));
        } else {
            let outcome = if is_as_asked(account, entry) { Outcome::Unchanged } else { Outcome::Updated };
            *counts.entry(outcome).or_default() += 1;
        }
    }
    let active = all.values().filter(|account| account.state.holds_seat()).count();
    let is_held = request.policy.guard.is_exceeded(leaving.len() as u64, active as u64);
    let freed = if is_held { 0 } else { leaving.len() };
    let of_leaver = if is_held { Outcome::Held } else { Outcome::BlockedLeft };
    counts.extend(Some((of_leaver, leaving.len() as u64)).filter(|(_, count)| *count > 0));
    waiting.sort_unstable();
    let mut newcomers: Vec<&Entry> =
        entries.values().filter(|entry| !matched.contains(entry.key.folded())).collect();
    newcomers.sort_unstable_by_key(|entry| entry.key.folded());
    let used = rollcall_core::licence::SeatCount::new((active - freed) as u64);
    let free = Seats { limit: request.limit, used }.free(request.policy.reserve);
    seat(free.map_or(u64::MAX, |free| free.get()), waiting.len() as u64, newcomers.len() as u64, &mut counts);
    Ok(counts)
}

fn all_entries(snapshot: &SnapshotReader) -> Result<HashMap<String, Entry>> {
    let mut entries = HashMap::new();
    for record in snapshot.records()? {
        if let Record::Entry(entry) = record? {
            let id = entry.immutable_id.as_ref().map_or("", ImmutableId::as_str);
            entries.insert(id.to_owned(), entry);
        }
    }
    Ok(entries)
}

fn find<'a>(entries: &'a HashMap<String, Entry>, account: &Account) -> Option<&'a Entry> {
    let Owner::Source { immutable_id: Some(id), .. } = &account.owner else { return None };
    entries.get(id.as_str())
}

fn is_as_asked(account: &Account, entry: &Entry) -> bool {
    account.key() == Some(&entry.key)
        && entry.username.as_ref().is_none_or(|username| *username == account.username)
        && entry.fields.iter().all(|(name, value)| account.fields.get(name) == value)
}

fn seat(free: u64, waiting: u64, newcomers: u64, counts: &mut Counts) {
    let activated = waiting.min(free);
    let created = newcomers.min(free - activated);
    for (outcome, count) in [
        (Outcome::Activated, activated),
        (Outcome::Unchanged, waiting - activated),
        (Outcome::CreatedActive, created),
        (Outcome::CreatedBlocked, newcomers - created),
    ] {
        if count > 0 {
            *counts.entry(outcome).or_default() += count;
        }
    }
}
