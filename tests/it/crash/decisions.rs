//! A person's decision whose process is killed at any of its storage calls: the change and its audit entry are both there
//! or neither is, and the same request sent again comes to the same end (rules 17, 24, 30, invariant 2).

use super::{Killer, When, few_calls};
use crate::answers::{HELD, held};
use crate::handlers::api::{answer, send};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_api::newest_run::all_runs;
use rollcall_sync::doctor;
use rollcall_sync::store::{RunId, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Longer than anybody answers: a request that was begun and not answered may be begun again.
const NOBODY_ANSWERS_MILLIS: i64 = 61_000;

/// The limit of the company whose removals are held.
const SEATS_BEFORE: u64 = 4;

/// How many entries of the audit log have each outcome.
async fn entries(world: &World) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in audit::read(&world.shell, &AuditFilter::default()).await.unwrap() {
        *counts.entry(entry.outcome).or_default() += 1;
    }
    counts
}

async fn held_run(world: &World) -> RunId {
    let runs = all_runs(&world.shell).await.unwrap();
    runs.into_iter().find(|run| run.status == RunStatus::Held).unwrap().id
}

/// Each of the things that are there or not, together: the parts of a change, and its audit entry.
async fn parts_of_licence(world: &World) -> Vec<bool> {
    let ledger = world.shell.store.seats().await.unwrap();
    // One entry is that of the limit before.
    vec![ledger.seats.limit.seats() == Some(3), entries(world).await["licence_set"] == 2]
}

async fn parts_of_leaving(world: &World) -> Vec<bool> {
    let run = events::run_record(&world.shell, &held_run(world).await).await.unwrap();
    let applied = world.shell.store.applied_snapshot(&run.source).await.unwrap().unwrap();
    let is_left = applied.dismissal_of(&run.snapshot.unwrap().digest).is_some();
    vec![run.dismissed.is_some(), is_left, entries(world).await.contains_key("removals_left")]
}

async fn parts_of_reset(world: &World) -> Vec<bool> {
    let source = &world.source().name;
    let holder = world.shell.store.lease_owner(source, world.shell.now()).await.unwrap();
    let runs = all_runs(&world.shell).await.unwrap();
    let is_begun = runs.iter().any(|run| !run.status.is_finished());
    vec![holder.is_some(), is_begun, entries(world).await.contains_key("run_requested")]
}

/// What is the same however often the process was killed.
async fn end(world: &World) -> Value {
    let runs = all_runs(&world.shell).await.unwrap();
    let runs: Vec<_> = runs.iter().map(|run| (run.status.as_str(), run.dismissed.is_some())).collect();
    json!({
        "accounts": super::accounts(world).await,
        "seats": format!("{:?}", world.shell.store.seats().await.unwrap().seats),
        "entries": entries(world).await,
        "runs": runs,
    })
}

async fn kill_everywhere(base: &World, request: &Value, test: u64, parts: impl AsyncFn(&World) -> Vec<bool>) {
    kill_everywhere_in(base, HELD, request, test, parts).await;
}

async fn kill_everywhere_in(
    base: &World,
    config: &str,
    request: &Value,
    test: u64,
    parts: impl AsyncFn(&World) -> Vec<bool>,
) {
    let undisturbed = base.copy(config).await;
    let status = answer(request.clone(), &undisturbed.shell).await["statusCode"].clone();
    events::drain(&undisturbed.shell).await.unwrap();
    let expected = end(&undisturbed).await;
    assert_eq!(doctor::examine(&undisturbed.shell).await.unwrap().findings, [""; 0]);
    let mut have_been = [false; 2];
    for when in [When::BeforeItsEffect, When::AfterItsEffect] {
        for at in few_calls(test, 2) {
            let world = base.copy(config).await;
            let (mut shell, killer) = Killer::process(&world, when, at);
            // The queues do not die with the process.
            shell.queues = world.shell.queues.clone();
            drop(answer(request.clone(), &shell).await);
            if !killer.is_dead() {
                assert!(at > 4, "a request has more storage calls than {at}");
                break;
            }
            let context = format!("{} killed at call {at}, {when:?}", request["rawPath"]);
            assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, [""; 0], "{context}");
            let parts = parts(&world).await;
            assert!(parts.iter().all(|part| *part == parts[0]), "{context}: {parts:?}");
            have_been[usize::from(parts[0])] = true;
            world.wait(NOBODY_ANSWERS_MILLIS);
            let again = answer(request.clone(), &world.shell).await;
            assert_eq!(again["statusCode"], status, "{context}: {again}");
            events::drain(&world.shell).await.unwrap();
            assert_eq!(end(&world).await, expected, "{context}");
        }
    }
    assert_eq!(have_been, [true; 2], "killed before the change and after it");
}

/// With a key: then what is kept of the request itself is written before and after.
fn with_key(mut request: Value) -> Value {
    request["headers"]["idempotency-key"] = json!("k");
    request
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_licence_change_has_its_entry_or_did_not_happen() {
    let base = held().await;
    let request = with_key(send("PUT", "/licence", &json!({ "limit": 3 })));
    kill_everywhere(&base, &request, 0, parts_of_licence).await;
}

async fn parts_of_five_seats_more(world: &World) -> Vec<bool> {
    let ledger = world.shell.store.seats().await.unwrap();
    vec![ledger.seats.limit.seats() == Some(SEATS_BEFORE + 5), entries(world).await["licence_set"] == 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_seats_more_of_a_killed_process_count_once() {
    let base = held().await;
    assert_eq!(base.shell.store.seats().await.unwrap().seats.limit.seats(), Some(SEATS_BEFORE));
    let request = with_key(send("PUT", "/licence", &json!({ "change": 5 })));
    kill_everywhere(&base, &request, 0, parts_of_five_seats_more).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removals_left_by_a_killed_process_are_left_whole_or_not() {
    let base = held().await;
    let path = format!("/runs/{}/leave", held_run(&base).await);
    let request = with_key(send("POST", &path, &json!({})));
    kill_everywhere(&base, &request, 1, parts_of_leaving).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_of_a_killed_process_is_a_run_and_an_entry_or_neither() {
    let base = held().await;
    let request = with_key(send("POST", "/reset", &json!({})));
    kill_everywhere(&base, &request, 0, parts_of_reset).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_of_a_killed_process_can_be_given_again() {
    let base = held().await;
    let approve = json!({ "approve": held_run(&base).await });
    let request = with_key(send("POST", "/reset", &approve));
    kill_everywhere(&base, &request, 1, parts_of_reset).await;
}

/// Ann of the small company has left it.
async fn ann_has_left() -> (World, String) {
    let world = World::new(super::CONFIG).await;
    world.sync("key,id,username,title\nann,1,ann,clerk\nben,2,ben,clerk\n").await;
    world.sync("key,id,username,title\nben,2,ben,clerk\n").await;
    let ann = administer::find(&world.shell, "ann").await.unwrap();
    let path = format!("/accounts/{}", ann.id);
    (world, path)
}

async fn parts_of_renaming(world: &World) -> Vec<bool> {
    let claim = async |name: &str| administer::find(&world.shell, name).await.is_ok();
    let log = entries(world).await;
    vec![claim("ann.day").await, !claim("ann").await, log.contains_key("renamed_by_admin")]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_rename_moves_the_claim_with_the_account_or_nothing() {
    let (base, path) = ann_has_left().await;
    let request = with_key(send("POST", &format!("{path}/rename"), &json!({ "username": "ann.day" })));
    kill_everywhere_in(&base, super::CONFIG, &request, 0, parts_of_renaming).await;
}

async fn parts_of_rekeying(world: &World) -> Vec<bool> {
    let ann = administer::find(&world.shell, "ann").await.unwrap();
    let has_key = ann.key().is_some_and(|key| key.original() == "a7");
    vec![has_key, entries(world).await.contains_key("rekeyed_by_admin")]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_change_of_a_key_is_whole_or_did_not_happen() {
    let (base, path) = ann_has_left().await;
    let request = with_key(send("POST", &format!("{path}/rekey"), &json!({ "match_key": "a7" })));
    kill_everywhere_in(&base, super::CONFIG, &request, 1, parts_of_rekeying).await;
}

/// Ann has the one seat of the small company, and Ben waits.
async fn one_seat() -> (World, String) {
    let config = super::CONFIG.replace("seats = 4", "seats = 1");
    let world = World::new(&config).await;
    world.sync("key,id,username,title\nann,1,ann,clerk\nben,2,ben,clerk\n").await;
    assert!(administer::find(&world.shell, "ben").await.unwrap().state.waiting_since().is_some(), "{config}");
    (world, config)
}

async fn parts_of_seat(world: &World) -> Vec<bool> {
    let holds_seat =
        async |name: &str| administer::find(&world.shell, name).await.unwrap().state.holds_seat();
    let log = entries(world).await;
    let said = ["seated_by_admin", "unseated_by_admin"].map(|outcome| log.contains_key(outcome));
    vec![holds_seat("ben").await, !holds_seat("ann").await, said[0], said[1]]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_seat_is_handed_over_whole_or_not_and_once() {
    let (base, config) = one_seat().await;
    let ben = administer::find(&base.shell, "ben").await.unwrap().id;
    let wish = json!({ "from": "ann", "why": "exam week" });
    let request = with_key(send("POST", &format!("/accounts/{ben}/seat"), &wish));
    kill_everywhere_in(&base, &config, &request, 0, parts_of_seat).await;
}

async fn parts_of_local_seat(world: &World) -> Vec<bool> {
    let root = administer::find(&world.shell, "root").await.is_ok();
    let ann = administer::find(&world.shell, "ann").await.unwrap().state.holds_seat();
    let log = entries(world).await;
    let said = ["created_local", "unseated_by_admin"].map(|outcome| log.contains_key(outcome));
    vec![root, !ann, said[0], said[1]]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_local_account_has_its_seat_or_is_not_there() {
    let (base, config) = one_seat().await;
    let wish = json!({ "username": "root", "is_admin": true, "seat_from": "ann", "why": "audit week" });
    let request = with_key(send("POST", "/accounts", &wish));
    kill_everywhere_in(&base, &config, &request, 0, parts_of_local_seat).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_undo_of_a_seat_is_of_both_or_of_neither() {
    let (base, config) = one_seat().await;
    crate::handlers::seats::give(&base, "ben", Some("ann"), "boss").await.unwrap();
    let ben = administer::find(&base.shell, "ben").await.unwrap().id;
    let request = send("POST", &format!("/accounts/{ben}/undo"), &json!({}));
    let mut have_been = [false; 2];
    for when in [When::BeforeItsEffect, When::AfterItsEffect] {
        for at in few_calls(0, 1) {
            let world = base.copy(&config).await;
            let (shell, killer) = Killer::process(&world, when, at);
            drop(answer(request.clone(), &shell).await);
            if !killer.is_dead() {
                break;
            }
            let seats = parts_of_seat(&world).await;
            let undone = entries(&world).await.get("undone").copied().unwrap_or_default();
            let is_back = !seats[0];
            assert_eq!((seats[1], undone), (!is_back, if is_back { 2 } else { 0 }), "call {at}, {when:?}");
            assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, [""; 0], "call {at}, {when:?}");
            have_been[usize::from(is_back)] = true;
        }
    }
    assert_eq!(have_been, [true; 2], "killed before the change and after it");
}

async fn parts_of_seat_given_back(world: &World) -> Vec<bool> {
    let seats = parts_of_seat(world).await;
    let undone = entries(world).await.get("undone").copied().unwrap_or_default();
    vec![!seats[0], !seats[1], undone == 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_sent_again_after_a_death_is_not_undone() {
    let (base, config) = one_seat().await;
    crate::handlers::seats::give(&base, "ben", Some("ann"), "boss").await.unwrap();
    let ben = administer::find(&base.shell, "ben").await.unwrap().id;
    let request = with_key(send("POST", &format!("/accounts/{ben}/undo"), &json!({})));
    kill_everywhere_in(&base, &config, &request, 1, parts_of_seat_given_back).await;
}
