//! A run as a person wants to see it: what happened, then the seats, then who waits, then what to do next.

use crate::installation::Installation;
use crate::show::{plan, render, undone, unprocessed, words};
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{
    ExaminationResult, How, PutBack, RunRecord, RunStatus, RunSummary, Settled, show_time,
};

/// Shows a run.
pub(crate) fn show(installation: &Installation, record: &RunRecord) {
    let of = record.undoes.as_ref().map(|undoing| format!(" (undo of run {})", undoing.run));
    let of = of.unwrap_or_default();
    render::say(&format!("Run {} of {}{of}: {}", record.id, record.source, headline(record)));
    if let Some(error) = &record.error {
        render::say(&format!("  {error}"));
    }
    if let Some(result) = record.examination.as_ref().and_then(|examination| examination.result.as_ref()) {
        show_examination(result);
    }
    let Some(summary) = finished(record) else {
        show_put_back(record);
        show_earlier(installation, record);
        return;
    };
    if record.undoes.is_some() {
        show_undo(installation, record, summary);
        return;
    }
    render::say(&format!(
        "  {} read in {}, applied in {}, {} written",
        render::several(summary.rows, "record", "records"),
        seconds(summary.read_millis),
        seconds(summary.apply_millis),
        render::several(summary.writes, "account", "accounts"),
    ));
    for note in record.read.iter().flat_map(|read| &read.notes) {
        render::say(&format!("  {note}"));
    }
    if summary.passed_over > 0 {
        let rows = render::several(summary.passed_over, "row is no person", "rows are no people");
        render::say(&format!("  {rows} (headings, dashes, totals), and passed over"));
    }
    if summary.repeated > 0 {
        let rows = render::several(summary.repeated, "record says", "records say");
        render::say(&format!("  {rows} again what another one says"));
    }
    render::say(if record.dry_run { "\n  If this were applied:" } else { "" });
    show_counts(summary);
    render::say("");
    if !summary.planned.is_empty() {
        plan::show(installation, record, summary);
    }
    show_seats(installation, record, summary);
    show_hold(installation, record, summary);
    unprocessed::show(installation, record, summary);
    unprocessed::show_file(installation, record, summary);
    show_put_back(record);
    undone::show_way_back(installation, record, summary);
    show_earlier(installation, record);
}

/// Shows a run that takes back what another one did.
fn show_undo(installation: &Installation, record: &RunRecord, summary: &RunSummary) {
    render::say("");
    undone::show(installation, record);
    render::say("");
    show_seats(installation, record, summary);
    unprocessed::show(installation, record, summary);
    undone::show_next(installation, record);
    undone::show_way_back(installation, record, summary);
}

fn show_examination(result: &ExaminationResult) {
    for repair in &result.repairs {
        render::say(&format!("  repaired: {repair}"));
    }
    for finding in &result.findings {
        render::say(&format!("  wrong: {finding}"));
    }
    if result.findings.is_empty() {
        render::say("  everything that is stored agrees with the accounts");
    }
}

/// What came of a run that came to its end.
fn finished(record: &RunRecord) -> Option<&RunSummary> {
    record.summary.as_ref().filter(|_| record.status.is_finished() && record.status != RunStatus::Failed)
}

/// The outcomes of people who could not be processed (rule 62), with how many there are.
pub(crate) fn unprocessed(summary: &RunSummary) -> impl Iterator<Item = (Outcome, u64)> + '_ {
    Outcome::of_runs()
        .filter(|outcome| outcome.is_unprocessed())
        .map(|outcome| (outcome, count(summary, outcome)))
        .filter(|(_, number)| *number > 0)
}

/// How many accounts or records had an outcome.
pub(crate) fn count(summary: &RunSummary, outcome: Outcome) -> u64 {
    summary.counts.get(outcome.as_str()).copied().unwrap_or(0)
}

fn headline(record: &RunRecord) -> &'static str {
    match record.status {
        RunStatus::Requested | RunStatus::Reading | RunStatus::Reconciling => {
            "not finished; the next `rollcall sync` goes on with it"
        }
        RunStatus::Completed if record.examination.is_some() => "examined",
        RunStatus::Completed => "completed",
        RunStatus::Held => match record.summary.as_ref().is_some_and(|summary| summary.hold.is_some()) {
            true => "completed but for its removals, which are held",
            false => "completed but for what the guard holds",
        },
        RunStatus::Failed if record.summary.as_ref().is_some_and(|summary| summary.writes > 0) => {
            "failed before its end; what it has changed stands in `rollcall audit`, the next run goes on from there"
        }
        RunStatus::Failed => "failed, nothing was changed",
        RunStatus::DryRun => "dry run, nothing was changed",
    }
}

/// What a run did, or would do, in one line.
pub(crate) fn in_a_line(summary: &RunSummary, is_plan: bool) -> String {
    let changed = Outcome::of_runs().filter(|outcome| *outcome != Outcome::Unchanged);
    let counts: Vec<String> = changed
        .filter(|outcome| count(summary, *outcome) > 0)
        .map(|outcome| format!("{} {}", render::number(count(summary, outcome)), words::brief(outcome)))
        .collect();
    let what = if counts.is_empty() { String::from("nothing to do") } else { counts.join(", ") };
    let would = if is_plan { "dry run: " } else { "" };
    let waiting = render::number(summary.waiting);
    format!("{would}{what}; {}, {waiting} waiting", render::seats(summary.limit, summary.used))
}

fn show_counts(summary: &RunSummary) {
    for outcome in Outcome::of_runs().filter(|outcome| count(summary, *outcome) > 0) {
        let (number, word) = (render::number(count(summary, outcome)), outcome.as_str());
        let is_back = outcome == Outcome::Reactivated;
        let how =
            if is_back { how_back(count(summary, outcome), summary.back_waiting) } else { String::new() };
        let meaning = match plan::only_shown_again(summary, outcome) {
            true => "in the directory again after an undo; nothing else changed",
            false => words::meaning(outcome),
        };
        render::say(&format!("  {number:>7}  {word:<20}  {meaning}{how}"));
    }
}

/// How many of those who came back have a seat, and how many wait (rule 56).
fn how_back(back: u64, waiting: u64) -> String {
    let [seated, waiting] = [back.saturating_sub(waiting), waiting].map(render::number);
    format!(": {seated} with a seat, {waiting} without")
}

fn show_seats(installation: &Installation, record: &RunRecord, summary: &RunSummary) {
    let [before, freed, given] = [summary.used_before, summary.freed, summary.taken].map(render::number);
    let figures = format!("{before} before, {freed} freed, {given} given");
    render::say(&format!("Seats    {} ({figures})", render::seats(summary.limit, summary.used)));
    if summary.over_by > 0 {
        let over = words::over_by(summary.over_by, summary.reserve, summary.trims);
        render::say(&format!("         {over}"));
    }
    if let Some(warned) = words::warned(&summary.warned) {
        render::say(&format!("         {warned}"));
    }
    if summary.waiting == 0 {
        return;
    }
    // Under a hold people wait of whom none is next, and who may lose their place is not named: the numbers would be wrong.
    let has_places = count(summary, Outcome::Held) == 0;
    let follows = match (summary.next_waiting.is_empty(), has_places) {
        (true, _) => "",
        (false, true) => "; next in line:",
        (false, false) => "; next in line, without those about whom a decision is held:",
    };
    render::say(&format!("Waiting  {}{follows}", render::number(summary.waiting)));
    for (place, name) in summary.next_waiting.iter().enumerate() {
        render::say(&match has_places {
            true => format!("  {:>7}. {name}", place + 1),
            false => format!("           {name}"),
        });
    }
    let more = summary.in_line().saturating_sub(summary.next_waiting.len() as u64);
    if more > 0 && !summary.next_waiting.is_empty() {
        render::say(&format!("           and {} more", render::number(more)));
    }
    if summary.waiting > summary.next_waiting.len() as u64 && !record.dry_run {
        render::say(&format!("         See who: {}", installation.command("waiting")));
    }
}

fn show_hold(installation: &Installation, record: &RunRecord, summary: &RunSummary) {
    let parts = &summary.held_parts;
    if !summary.is_held() && !parts.asks() {
        return;
    }
    for line in held_lines(summary) {
        render::say(&line);
    }
    if parts.undone > 0 {
        let people = render::several(parts.undone, "person", "people");
        render::say(&format!(
            "Held     {people} to whom an undo gave something back: the directory does not show them yet."
        ));
    }
    let who = installation.command(&format!("audit --run {} --outcome held", record.id));
    render::say(&format!("         See who: {who}"));
    if let Some(Settled { how, run, by, at }) = &record.settled {
        let at = show_time(*at);
        render::say(&match how {
            How::Approved => format!("         Approved by {by}, {at}: run {run} carried it out"),
            How::Replaced => {
                format!("         Replaced by run {run}, {at}: what is still held stands there")
            }
        });
    } else if !record.dry_run {
        show_decision(installation, record);
    }
}

/// Says what a person can decide about what a run holds, or has decided.
fn show_decision(installation: &Installation, record: &RunRecord) {
    let approve = installation.command(&format!("sync --source {} --approve {}", record.source, record.id));
    if let Some(left) = &record.dismissed {
        let at = show_time(left.at);
        render::say(&format!("         Left as they are by {}, {at}: nobody was removed", left.by));
        render::say(&format!("         If they are right after all: {approve}"));
        return;
    }
    render::say(&format!("         Apply:   {approve}"));
    if record.status == RunStatus::Held {
        let leave = installation.command(&format!("runs {} --leave", record.id));
        render::say(&format!("         Leave:   {leave}"));
    }
    render::say("         Or mend the directory and sync again: people who are back in it stay.");
}

/// Says what a run holds, to the person who is asked about it.
pub(crate) fn show_held(record: &RunRecord) {
    for line in record.summary.iter().flat_map(held_lines) {
        render::note(&line);
    }
}

/// What a run holds, part by part.
fn held_lines(summary: &RunSummary) -> Vec<String> {
    let parts = &summary.held_parts;
    let several = render::several;
    let mut held = Vec::new();
    if let Some(hold) = &summary.hold {
        let removals = render::number(hold.removals);
        let active = several(hold.active, "active account", "active accounts");
        let places = hold.places.unwrap_or(0);
        let displaced =
            format!("{} would lose their place in the waiting list", several(places, "person", "people"));
        if hold.removals == 0 && places > 0 {
            held.push(format!("{displaced}, and nobody a seat: {}.", hold.cause));
        } else {
            held.push(format!("{removals} of {active} would be blocked: {}.", hold.cause));
            held.extend((places > 0).then(|| format!("{displaced}.")));
        }
    }
    if let Some(part) = parts.renames {
        let (count, of) = (render::number(part.count), several(part.of, "account", "accounts"));
        held.push(format!("{count} of {of} would get another username or admin mark."));
    }
    if let Some(part) = parts.newcomers {
        let (count, of) =
            (several(part.count, "newcomer", "newcomers"), several(part.of, "account", "accounts"));
        held.push(format!("{count} to {of}: did the keys of people change?"));
    }
    if parts.perhaps_same > 0 {
        let accounts = several(parts.perhaps_same, "account", "accounts");
        held.push(format!("{accounts} may belong to people whose key has changed."));
    }
    held.into_iter().map(|what| format!("Held     {what}")).collect()
}

/// Says which earlier file was put back.
fn show_put_back(record: &RunRecord) {
    if let Some(PutBack::File(file)) = &record.put_back {
        let what = if record.dry_run { "was only tried" } else { "is back in its place" };
        render::say(&format!(
            "Earlier  the file that run {} read on {} {what}",
            file.run,
            show_time(file.read_at)
        ));
    }
}

/// Says which earlier file can be put back, where this one was perhaps wrong. The undo comes before it: that gives people back
/// at once what they lost.
fn show_earlier(installation: &Installation, record: &RunRecord) {
    let gives_back = record.summary.as_ref().is_some_and(|summary| summary.held_parts.undone > 0);
    let is_wrong = matches!(record.status, RunStatus::Held | RunStatus::Failed) || gives_back;
    if let Some(file) = record.previous_file.as_ref().filter(|_| is_wrong && !record.dry_run) {
        let back = installation.command(&format!("sync --source {} --previous", record.source));
        render::say(&format!(
            "Earlier  the file that run {} read on {} can be put back; first see what would happen:\n         {back} --dry-run\n         {back}",
            file.run,
            show_time(file.read_at)
        ));
    }
}

fn seconds(millis: i64) -> String {
    format!("{}.{:03} s", millis / 1000, (millis % 1000).abs())
}
