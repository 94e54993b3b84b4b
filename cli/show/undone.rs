//! What an undo did or would do, and that a run was taken back, in words and with names (rule 58).

use crate::installation::Installation;
use crate::show::render;
use rollcall_console::words::taken_back;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{RunRecord, RunStatus, RunSummary, UndoResult, show_time};

/// How many people are named after an undo; the audit log has all. Before it, everybody is whom the record names.
const NAMED_MAX: usize = 20;
const NAMED_BEFORE_MAX: usize = 200;

/// Says who went back and who did not.
pub(crate) fn show(installation: &Installation, record: &RunRecord) {
    let Some(result) = record.undoes.as_ref().and_then(|undoing| undoing.result.as_ref()) else { return };
    if result.back_count > 0 {
        show_back(installation, record, result);
    }
    if result.back_before > 0 {
        let accounts = render::several(result.back_before, "account", "accounts");
        render::say(&format!("Before   {accounts} had been taken back already"));
    }
    if result.left_alone_count > 0 {
        let (one, many) = ("account is left as it is", "accounts are left as they are");
        render::say(&format!("Left     {}:", render::several(result.left_alone_count, one, many)));
        let named = named_max(record);
        for left in result.left_alone.iter().take(named) {
            render::say(&format!("         {}: {}", left.username, left.why));
        }
        let all = installation.command(&format!("audit --run {} --outcome unchanged", record.id));
        show_more(result.left_alone_count, named, &all);
    }
    // After those who were left alone: they are why.
    match (result.back_count, result.left_alone_count) {
        (0, 0) => render::say("Back     nobody: there is nothing to take back"),
        (0, _) if record.dry_run => render::say("Back     nobody would go back"),
        (0, _) => render::say("Back     nobody went back"),
        (_, _) => {}
    }
}

fn show_back(installation: &Installation, record: &RunRecord, result: &UndoResult) {
    let accounts = render::several(result.back_count, "account", "accounts");
    let what = if record.dry_run { "would go back" } else { "went back" };
    render::say(&format!("Back     {accounts} {what}:"));
    let named = named_max(record);
    for back in result.back.iter().take(named) {
        let what = taken_back(&back.what, record.dry_run);
        render::say(&format!("         {}: {what}", back.username));
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
        render::say(&format!("         and {} more. See all: {all}", render::number(more)));
    }
}

/// Says what is to be done after an undo, so that the next run does not do again what was taken back.
pub(crate) fn show_next(installation: &Installation, record: &RunRecord) {
    let Some(result) = record.undoes.as_ref().and_then(|undoing| undoing.result.as_ref()) else { return };
    if record.dry_run || result.back_count == 0 {
        return;
    }
    let source = &record.source;
    let Some(file) = &record.previous_file else {
        render::say(&format!(
            "Next     {}",
            installation.command(&format!("sync --source {source} --dry-run"))
        ));
        render::say("         shows whether the directory is right again: what it says is done again");
        return;
    };
    let back = installation.command(&format!("sync --source {source} --previous"));
    render::say(&format!(
        "Next     the wrong file is still what {source} reads, and new accounts and changed fields of it would come\n         \
         again. Sync the right one, or put back the one that run {} read on {}:\n         {back} --dry-run\n         {back}",
        file.run,
        show_time(file.read_at)
    ));
}

/// Says that a run was taken back; where it may have been a mistake, how it can be.
pub(crate) fn show_way_back(installation: &Installation, record: &RunRecord, summary: &RunSummary) {
    if let Some(undone) = &record.undone {
        let (run, by) = (&undone.run, &undone.by);
        render::say(&format!("Undone   by {by} on {}, in run {run}", show_time(undone.at)));
        return;
    }
    let may_be_wrong =
        [Outcome::BlockedLeft, Outcome::BlockedDisabled, Outcome::BlockedNoSeat, Outcome::Updated];
    let may_be_wrong =
        may_be_wrong.iter().any(|outcome| summary.counts.get(outcome.as_str()).is_some_and(|n| *n > 0));
    if summary.back_waiting > 0 && !record.dry_run {
        let people = render::several(summary.back_waiting, "person waits", "people wait");
        let runs = format!("         {}\n", installation.command("runs"));
        let (runs, run) = match &record.put_away {
            Some(wrong) => (String::new(), wrong.as_str()),
            None => (runs, "RUN"),
        };
        let undo = installation.command(&format!("undo {run} --dry-run"));
        render::say(&format!(
            "Back     {people} who came back. If an earlier run took their seats by mistake, undo that run, not this one:\n\
             {runs}         {undo}"
        ));
    }
    if may_be_wrong && matches!(record.status, RunStatus::Completed | RunStatus::Held) {
        let undo = installation.command(&format!("undo {}", record.id));
        render::say(&format!(
            "Undo     if this was a mistake, first see what would go back: {undo} --dry-run"
        ));
    }
}
