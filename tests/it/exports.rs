//! Exports over HTTP, on the embedded servers: made in steps, the same file however a step ends, fetched by a link (rule 31).

mod accounts;

use crate::crash::{Killer, When, calls};
use crate::handlers::api::{answer, ask, get, send};
use crate::world::World;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::shell::{ExportLimits, Limits};
use rollcall_sync::store::{QueueName, QueuedMessage};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

const CONFIG: &str = r#"
[licence]
seats = 4
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
"#;

/// The first seconds of a request last so long that only pages end a step.
const LONG: Duration = Duration::from_secs(60);

/// Pages of four entries, parts of three pages or so, steps of five pages.
const SMALL: ExportLimits =
    ExportLimits { page_entries: 4, part_bytes: 3000, pages: Some(5), answer_within: LONG };

/// The same process, which makes exports so.
fn with_exports(shell: Shell, exports: ExportLimits) -> Shell {
    shell.with_limits(Limits { exports, ..Limits::default() })
}

/// Asks for an export, a moment after what was written last.
async fn begin(world: &World, shell: &Shell, wanted: &Value) -> (i64, Value) {
    world.tick();
    let answer = answer(send("POST", "/exports", wanted), shell).await;
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    (answer["statusCode"].as_i64().unwrap(), body)
}

/// An export as it stands.
async fn look(world: &World, export: &Value) -> Value {
    let (status, body) = ask(world, get(&path_of(export), &[])).await;
    assert_eq!(status, 200, "{body}");
    body
}

fn path_of(export: &Value) -> String {
    format!("/exports/{}", export["id"].as_str().unwrap())
}

/// The file of an export that is done.
async fn file_of(world: &World, export: &Value) -> String {
    let export = look(world, export).await;
    assert_eq!(export["state"], "done", "{export}");
    let file = world.download(export["link"].as_str().unwrap()).await;
    assert_eq!(export["bytes"], file.len(), "{export}");
    file
}

/// The file of what is asked for, made by this process to its end.
pub(crate) async fn exported_by(world: &World, shell: &Shell, wanted: &Value) -> String {
    let (status, export) = begin(world, shell, wanted).await;
    assert!(status == 201 || status == 202, "{status}: {export}");
    events::drain(shell).await.unwrap();
    file_of(world, &export).await
}

/// The same, made by the world's own process.
pub(crate) async fn exported(world: &World, wanted: &Value) -> String {
    exported_by(world, &world.shell, wanted).await
}

/// The message of an export's next step.
fn message_of(export: &Value) -> QueuedMessage {
    QueuedMessage { queue: QueueName::Reconcile, body: json!({ "export": export["id"] }).to_string() }
}

/// A process takes a step of an export, and what follows from it.
async fn deliver(shell: &Shell, export: &Value) {
    // A process that is killed answers nothing.
    if rollcall_reconcile::handle(events::queue_event(&message_of(export)), shell).await.is_ok() {
        drop(events::drain(shell).await);
    }
}

fn people(count: u32, title: &str) -> String {
    (0..count).fold(String::from("key,title\n"), |mut csv, number| {
        writeln!(csv, "p{number:05},{title}").unwrap();
        csv
    })
}

/// Forty people who have come and then been given another title.
async fn eighty_changes() -> World {
    let world = World::new(CONFIG).await;
    world.sync(people(40, "clerk")).await;
    world.sync(people(40, "boss")).await;
    world
}

/// The list says whose account it is today; the file has what the log has.
fn without_name(mut entry: Value) -> Value {
    assert!(entry.as_object_mut().unwrap().remove("name").is_some());
    entry
}

/// Everything that the list gives with these filters, page by page.
async fn listed(world: &World, filters: &[(&str, &str)]) -> Vec<Value> {
    let (mut entries, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut query = [filters, &[("limit", "500")]].concat();
        query.extend(after.as_deref().map(|after| ("after", after)));
        let (_, page) = ask(world, get("/audit", &query)).await;
        entries.extend(page["entries"].as_array().unwrap().iter().cloned().map(without_name));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return entries,
        }
    }
}

#[tokio::test]
async fn a_small_export_is_done_when_it_is_answered() {
    let world = eighty_changes().await;
    let (status, export) = begin(&world, &world.shell, &json!({ "outcome": "created_active" })).await;
    assert_eq!((status, &export["state"], &export["rows"]), (201, &json!("done"), &json!(4)), "{export}");
    assert!(world.shell.queues.take().is_none());
    let file = world.download(export["link"].as_str().unwrap()).await;
    assert_eq!(file, file_of(&world, &export).await);
    assert_eq!(file.lines().count(), 1 + 4);
    let entries = listed(&world, &[("outcome", "exported")]).await;
    assert_eq!(entries[0]["actor"], "ada@example.org");
    let said: Vec<_> = entries[0]["changes"].as_array().unwrap().iter().collect();
    let filter = json!({ "field": "outcome", "old": "", "new": "created_active" });
    let which = json!({ "field": "export", "old": "", "new": export["id"] });
    assert!(said.contains(&&filter) && said.contains(&&which), "{entries:?}");
}

#[tokio::test]
async fn an_export_is_made_in_steps_and_says_how_far_it_is() {
    let world = eighty_changes().await;
    let whole = exported(&world, &json!({})).await;
    assert_eq!(whole.lines().count(), 1 + 80);
    let shell = with_exports(world.process(None), SMALL);
    let (status, export) = begin(&world, &shell, &json!({ "outcome": "updated" })).await;
    assert_eq!((status, &export["state"], &export["link"]), (202, &json!("making"), &Value::Null));
    assert_eq!(look(&world, &export).await["rows"], 20);
    let mut steps = 1;
    while let Some(message) = shell.queues.take() {
        steps += 1;
        rollcall_reconcile::handle(events::queue_event(&message), &shell).await.unwrap();
    }
    assert_eq!(steps, 2, "of five pages of four entries");
    let file = file_of(&world, &export).await;
    assert_eq!(file.lines().count(), 1 + 40);
    let updated: Vec<_> = whole.lines().filter(|line| line.contains(",updated,")).collect();
    assert_eq!(file.lines().skip(1).collect::<Vec<_>>(), updated);
    // A message that comes twice finds nothing to do.
    deliver(&world.shell, &export).await;
    assert_eq!(file_of(&world, &export).await, file);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_entries_are_exported_as_the_list_gives_them() {
    let world = World::new(CONFIG).await.in_pages_of(1000);
    world.put_csv(people(20_000, "clerk")).await;
    let run = world.reset(true, None).await.unwrap().id.to_string();
    let limits = ExportLimits { page_entries: 700, part_bytes: 900_000, pages: Some(4), answer_within: LONG };
    let shell = with_exports(world.process(None), limits);
    let file = exported_by(&world, &shell, &json!({ "run": run, "format": "json" })).await;
    let exported: Vec<Value> = serde_json::from_str(&file).unwrap();
    assert_eq!(exported.len(), 20_000);
    assert_eq!(exported, listed(&world, &[("run", &run)]).await);
    let csv = exported_by(&world, &shell, &json!({ "run": run })).await;
    assert_eq!(csv.lines().count(), 1 + 20_000);
    assert_eq!(csv, exported_by(&world, &world.shell, &json!({ "run": run })).await, "in one step");
}

/// Lets a process begin an export, and another die at each of its calls. Then the queue delivers the message again.
async fn kill_at_every_call(when: When) {
    let base = eighty_changes().await;
    let twin = base.copy(CONFIG).await;
    let expected = exported_by(&twin, &with_exports(twin.process(None), SMALL), &json!({})).await;
    assert_eq!(expected.lines().count(), 1 + 80);
    for at in calls(u64::from(when == When::AfterItsEffect), 2) {
        let world = base.copy(CONFIG).await;
        let (status, export) = begin(&world, &with_exports(world.process(None), SMALL), &json!({})).await;
        assert_eq!(status, 202, "{export}");
        let (shell, killer) = Killer::process(&world, when, at);
        deliver(&with_exports(shell, SMALL), &export).await;
        if !killer.is_dead() {
            assert!(at > 30, "an export in steps has more calls than {at}");
            return;
        }
        let living = with_exports(world.process(None), SMALL);
        deliver(&living, &export).await;
        assert_eq!(file_of(&world, &export).await, expected, "killed at call {at}, {when:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_killed_before_any_call_gives_the_same_file() {
    kill_at_every_call(When::BeforeItsEffect).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_killed_after_any_call_gives_the_same_file() {
    kill_at_every_call(When::AfterItsEffect).await;
}

#[tokio::test]
async fn who_asks_again_after_a_request_that_died_gets_the_same_file() {
    let base = eighty_changes().await;
    let expected = exported(&base.copy(CONFIG).await, &json!({ "outcome": "updated" })).await;
    for at in 1.. {
        let world = base.copy(CONFIG).await;
        let (shell, killer) = Killer::process(&world, When::AfterItsEffect, at);
        drop(answer(send("POST", "/exports", &json!({ "outcome": "updated" })), &shell).await);
        if !killer.is_dead() {
            assert!(at > 4, "an export is begun in more calls than {at}");
            break;
        }
        assert_eq!(exported(&world, &json!({ "outcome": "updated" })).await, expected, "at {at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_workers_at_once_one_writes() {
    let world = eighty_changes().await;
    let expected = exported(&world.copy(CONFIG).await, &json!({ "outcome": "updated" })).await;
    let (_, export) =
        begin(&world, &with_exports(world.process(None), SMALL), &json!({ "outcome": "updated" })).await;
    let workers = [(); 3].map(|()| with_exports(world.process(None), SMALL));
    let works = workers.iter().map(|shell| Box::pin(deliver(shell, &export)));
    futures::future::join_all(works).await;
    // Those that were replaced have written nothing, and the last one to take it up has brought it to its end.
    assert_eq!(file_of(&world, &export).await, expected);
}

#[tokio::test]
async fn what_is_written_after_the_request_is_not_in_the_file() {
    let world = eighty_changes().await;
    let expected = exported(&world.copy(CONFIG).await, &json!({})).await;
    let shell = with_exports(world.process(None), SMALL);
    let (_, export) = begin(&world, &shell, &json!({})).await;
    world.sync(people(40, "chief")).await;
    events::drain(&shell).await.unwrap();
    assert_eq!(file_of(&world, &export).await, expected);
}

#[tokio::test]
async fn a_step_whose_rows_are_lost_begins_the_file_again() {
    let world = eighty_changes().await;
    let expected = exported(&world.copy(CONFIG).await, &json!({})).await;
    let limits = ExportLimits { part_bytes: 1_000_000, ..SMALL };
    let shell = with_exports(world.process(None), limits);
    let (_, export) = begin(&world, &shell, &json!({})).await;
    let tail = format!("exports/{}-tail-1", export["id"].as_str().unwrap());
    assert!(!world.object(&tail).await.is_empty());
    world.remove_object(&tail).await;
    events::drain(&shell).await.unwrap();
    assert_eq!(file_of(&world, &export).await, expected);
}

#[tokio::test]
async fn an_export_that_cannot_be_made_says_why() {
    let world = eighty_changes().await;
    let run = world.sync(people(40, "boss")).await.id;
    let key = format!("reports/staff/{run}/observations.jsonl.zst");
    let limits = ExportLimits { page_entries: 2, pages: Some(1), ..SMALL };
    let shell = with_exports(world.process(None), limits);
    let (status, export) = begin(&world, &shell, &json!({ "run": run })).await;
    assert_eq!(status, 202, "{export}");
    let report = world.object(&key).await;
    world.shell.store.put_object(&key, report[..report.len() / 2].to_vec()).await.unwrap();
    events::drain(&shell).await.unwrap();
    let failed = look(&world, &export).await;
    assert_eq!((&failed["state"], &failed["link"]), (&json!("failed"), &Value::Null), "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("cannot be read"), "{failed}");
    let (status, refused) = begin(&world, &world.shell, &json!({ "run": "nobody" })).await;
    assert_eq!((status, refused["detail"].as_str().unwrap().contains("no run nobody")), (404, true));
}

#[tokio::test]
async fn an_export_that_nobody_goes_on_with_is_said_to_be_cut_off() {
    let world = eighty_changes().await;
    let (_, export) = begin(&world, &with_exports(world.process(None), SMALL), &json!({})).await;
    world.wait(59 * 60 * 1000);
    assert_eq!(look(&world, &export).await["state"], "making");
    world.wait(2 * 60 * 1000);
    let cut_off = look(&world, &export).await;
    assert_eq!(
        (&cut_off["state"], &cut_off["error"]),
        (&json!("failed"), &json!("was cut off; ask for it again"))
    );
}

#[tokio::test]
async fn a_deleted_export_is_gone_with_its_file() {
    let world = eighty_changes().await;
    let (_, export) = begin(&world, &world.shell, &json!({})).await;
    let delete = || send("DELETE", &path_of(&export), &json!({}));
    assert_eq!(ask(&world, delete()).await.0, 200);
    assert_eq!(world.servers.download(export["link"].as_str().unwrap()).await.unwrap().status(), 404);
    assert_eq!(ask(&world, get(&path_of(&export), &[])).await.0, 404);
    assert_eq!(ask(&world, delete()).await.0, 404);
    // One that is being made is not gone on with.
    let shell = with_exports(world.process(None), SMALL);
    let (_, export) = begin(&world, &shell, &json!({})).await;
    assert_eq!(ask(&world, send("DELETE", &path_of(&export), &json!({}))).await.0, 200);
    events::drain(&shell).await.unwrap();
    assert_eq!(ask(&world, get(&path_of(&export), &[])).await.0, 404);
}

#[tokio::test]
async fn an_export_is_forgotten_when_its_file_may_be_gone() {
    let world = eighty_changes().await;
    let (_, export) = begin(&world, &world.shell, &json!({})).await;
    world.wait(23 * 60 * 60 * 1000);
    assert_eq!(look(&world, &export).await["state"], "done");
    world.wait(2 * 60 * 60 * 1000);
    assert_eq!(ask(&world, get(&path_of(&export), &[])).await.0, 404);
}
