//! What an undo did or would do, and that a run was taken back, in words and with names (rule 58).

use crate::installation::Installation;
use crate::show::render;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{RunRecord, RunStatus, RunSummary, UndoResult, show_time};

/// How many people are named after an undo; the audit log has all. Before it, everybody is whom the record names.
const NAMED_MAX: usize = 20;
const NAMED_BEFORE_MAX: usize = 200;

/// Says who went back and who did not.
pub(crate) fn show(installation: &Installation, record: &RunRecord) {
    let Some(result) = record.undoes.as_ref().and_then(|undoing| undoing.result.as_ref()) else { return };
    show_back(installation, record, result);
    if result.back_before > 0 {
        let accounts = render::several(result.back_before, "account", "accounts");
        render::say(&format!("Before   {accounts} had been taken back already"));
    }
    if result.left_alone_count > 0 {
        let accounts = render::several(result.left_alone_count, "account is", "accounts are");
        render::say(&format!("Left     {accounts} left as they are:"));
        let named = named_max(record);
        for left in result.left_alone.iter().take(named) {
            render::say(&format!("         {}: {}", left.username, left.why));
        }
        let all = installation.command(&format!("audit --run {} --outcome unchanged", record.id));
        show_more(result.left_alone_count, named, &all);
    }
}

fn show_back(installation: &Installation, record: &RunRecord, result: &UndoResult) {
    if result.back_count == 0 {
        render::say("Back     nobody: there is nothing to take back");
        return;
    }
    let accounts = render::several(result.back_count, "account", "accounts");
    let what = if record.dry_run { "would go back" } else { "went back" };
    render::say(&format!("Back     {accounts} {what}:"));
    let named = named_max(record);
    for back in result.back.iter().take(named) {
        render::say(&format!("         {}: {}", back.username, back.what));
    }
    let all = installation.command(&format!("audit --run {} --outcome undone", record.id));
    show_more(result.back_count, named, &all);
    if record.dry_run
        && let Some(undoing) = &record.undoes
    {
        let undo = installation.command(&format!("undo {}", undoing.run));
        render::say(&format!("         Do it:   {undo}"));
    }
}

fn named_max(record: &RunRecord) -> usize {
    if record.dry_run { NAMED_BEFORE_MAX } else { NAMED_MAX }
}

fn show_more(count: u64, named: usize, all: &str) {
    if let Some(more) = count.checked_sub(named as u64).filter(|more| *more > 0) {
        render::say(&format!("         and {more} more. See all: {all}"));
    }
}

/// Says that a run was taken back; where people lost something by it, how it can be.
pub(crate) fn show_way_back(installation: &Installation, record: &RunRecord, summary: &RunSummary) {
    if let Some(undone) = &record.undone {
        let (run, by) = (&undone.run, &undone.by);
        render::say(&format!("Undone   by {by} on {}, in run {run}", show_time(undone.at)));
        return;
    }
    let has_taken = [Outcome::BlockedLeft, Outcome::BlockedDisabled, Outcome::BlockedNoSeat];
    let has_taken =
        has_taken.iter().any(|outcome| summary.counts.get(outcome.as_str()).is_some_and(|n| *n > 0));
    if has_taken && matches!(record.status, RunStatus::Completed | RunStatus::Held) {
        let undo = installation.command(&format!("undo {}", record.id));
        render::say(&format!(
            "Undo     if this was a mistake, first see what would go back: {undo} --dry-run"
        ));
    }
}
