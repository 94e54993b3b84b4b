//! What is asked before many people lose something: an approval, and the retirement of a source (rule 68).
//!
//! Above `confirm`, which is the page. Promises to show how many and who, and of which file, beside the one before it.

use crate::api::Api;
use crate::calls::get;
use crate::confirm::{Confirm, People};
use crate::model::{FileRead, Run, Runs};
use crate::refused::Refused;
use crate::words::{self, several};
use crate::{Request, Response};

/// How many runs are looked at for the one before.
const LOOKED_AT: &str = "100";

/// Asks before what a run holds is applied; once more, with why, where the form was refused.
pub(crate) async fn ask_to_approve(
    held: &Run,
    refused: Option<Refused>,
    request: &Request,
    api: &dyn Api,
) -> Result<Response, Refused> {
    let page = format!("/console/runs/{}", held.id);
    let summary = held.summary.clone().unwrap_or_default();
    let title = format!("Approve what a run of {} holds?", held.source);
    let mut confirm = Confirm::new("runs", &title, &format!("{page}/approve"), request);
    let (people, before) =
        futures::join!(People::of_run(api, &held.id, "held", held.held_count()), run_before(held, api));
    confirm.people = Some(people?);
    confirm.sentences.push(format!("{}.", summary.held_in_words()));
    let cause = summary.hold.map(|hold| format!("The guard holds them: {}.", hold.cause));
    confirm.sentences.extend(cause);
    confirm.sentences.push(format!("What it was read from: {}.", read_from(held)));
    let before =
        before?.map(|before| format!("What the run before it was read from: {}.", read_from(&before)));
    confirm.sentences.extend(before);
    confirm.sentences.push(way_back());
    confirm.hidden = vec![("sure", String::from("1"))];
    confirm.button = format!("Approve: {}", several(held.held_count(), "person", "people"));
    confirm.back = page;
    confirm.refused = refused;
    Ok(confirm.into_response())
}

/// The run that an undo of this one most likely means: it has only put the earlier file back. What was done wrong, the run
/// did that read the file before, or the one that approved what that held.
pub(crate) async fn meant_in_its_place(run: &Run, api: &dyn Api) -> Option<Run> {
    let find = async |id: &str| get::<Run>(api, &format!("/runs/{id}"), &[]).await.ok();
    let wrong = find(run.put_away.as_deref().filter(|_| !run.dry_run)?).await?;
    let approval = match wrong.settled.as_ref().filter(|settled| settled.how == "approved") {
        Some(settled) => find(&settled.run).await,
        None => None,
    };
    [approval, Some(wrong)].into_iter().flatten().find(Run::can_be_undone)
}

/// The newest run before this one that took seats, where people came back in this one and wait: if that was the mistake, an
/// undo of this one helps nobody.
pub(crate) async fn took_their_seats(run: &Run, api: &dyn Api) -> Option<Run> {
    let waits = run.summary.as_ref().is_some_and(|summary| summary.back_waiting > 0);
    if !waits || !run.is_of_accounts() || run.put_away.is_some() {
        return None;
    }
    let query = [("limit", LOOKED_AT), ("before", run.id.as_str())];
    let Runs { runs, .. } = get(api, "/runs", &query).await.ok()?;
    let takes = |run: &Run| {
        let outcomes = ["blocked_left", "blocked_disabled", "blocked_no_seat"];
        run.summary.as_ref().is_some_and(|summary| outcomes.iter().any(|word| summary.count(word) > 0))
    };
    let of_source = |one: &&Run| one.source == run.source && one.is_of_accounts() && one.can_be_undone();
    runs.iter().filter(of_source).find(|one| takes(one)).cloned()
}

/// Asks before a run is taken back that has only put the earlier file back.
pub(crate) fn ask_which_run(run: &Run, meant: &Run, request: &Request) -> Response {
    let page = format!("/console/runs/{}", run.id);
    let mut confirm = Confirm::new("runs", "Which run do you mean?", &format!("{page}/undo"), request);
    let began = words::time(&meant.started_at);
    confirm.sentences = vec![
        String::from(
            "This run only put the earlier file back. An undo of it brings back what the file before had done.",
        ),
        format!("Most likely you mean the run of {began} (UTC): it did what the file before said."),
    ];
    let link = format!("/console/runs/{}#undo-title", meant.id);
    confirm.links = vec![(link, format!("The run of {began}, and its undo"))];
    confirm.hidden = vec![("sure", String::from("1"))];
    for name in ["dry_run", "account"] {
        confirm.hidden.extend(request.field(name).map(|value| (name, value.to_owned())));
    }
    confirm.button = String::from(match request.field("dry_run") {
        Some(_) => "Show what an undo of this run would do",
        None => "Take this run back all the same",
    });
    confirm.back = page;
    confirm.into_response()
}

/// Asks before a source is retired; once more, with why, where the form was refused.
pub(crate) async fn ask_to_retire(
    (plan, count): (&Run, u64),
    refused: Option<Refused>,
    request: &Request,
    api: &dyn Api,
) -> Result<Response, Refused> {
    let title = format!("Retire {}?", plan.source);
    let action = format!("/console/sources/{}/retire", plan.source);
    let mut confirm = Confirm::new("", &title, &action, request);
    confirm.people = Some(People::of_run(api, &plan.id, "blocked_left", count).await?);
    let people = several(count, "person is", "people are");
    confirm.sentences = vec![
        format!("{people} blocked, and their seats are free for people who wait."),
        String::from(
            "There is no grace. The last active administrator and exempt accounts stay as they are.",
        ),
        way_back(),
    ];
    confirm.hidden = vec![("sure", String::from("1")), ("run", plan.id.clone())];
    confirm.button = format!("Retire {} and block {}", plan.source, several(count, "person", "people"));
    confirm.back = String::from("/console");
    confirm.refused = refused;
    Ok(confirm.into_response())
}

fn way_back() -> String {
    String::from("Afterwards it can be taken back: the page of the run that does it has the button.")
}

/// The file that a run has read, its time and size; of a directory only how many records it had.
fn read_from(run: &Run) -> String {
    let records = several(run.records.unwrap_or(0), "record", "records");
    let Some(FileRead { object, bytes, written_at }) = &run.file else { return records };
    let written = written_at.as_ref().map(|at| format!("written {} (UTC), ", words::time(at)));
    format!("{object}, {}{}, {records}", written.unwrap_or_default(), words::size(*bytes))
}

/// The run that read the file before; of a directory, the last complete run before this one.
async fn run_before(held: &Run, api: &dyn Api) -> Result<Option<Run>, Refused> {
    if let Some(before) = &held.previous_file {
        match get(api, &format!("/runs/{}", before.run), &[]).await {
            Ok(run) => return Ok(Some(run)),
            // Its record is gone.
            Err(refused) if refused.status == 404 => {}
            Err(refused) => return Err(refused),
        }
    }
    let query = [("limit", LOOKED_AT), ("before", held.id.as_str())];
    let Runs { runs, .. } = get(api, "/runs", &query).await?;
    let is_before = |run: &Run| {
        run.source == held.source
            && run.is_of_accounts()
            && run.status == "completed"
            && run.records.is_some()
    };
    Ok(runs.into_iter().find(is_before))
}

impl Run {
    /// How many people a decision about what it holds is about.
    pub(crate) fn held_count(&self) -> u64 {
        self.summary.as_ref().map_or(0, |summary| summary.count("held"))
    }
}
