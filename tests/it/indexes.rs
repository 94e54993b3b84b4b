//! What is decided, and what is counted, is read from tables, consistently: an index follows its table by a moment. Here it
//! follows never: every index is empty for those at work (rules 10, 20, 25).

use crate::crash::accounts;
use crate::faults::{self, Call};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::fields::Fields;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::shell::{CONFIG_OBJECT, Limits};
use rollcall_sync::store::{RunId, RunRecord, RunStatus};
use rollcall_sync::{Shell, doctor};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// The indexes that a run reads: none. One would be a decision of its own: what rests on it may be wrong for a moment.
const READ_BY_RUNS: [&str; 0] = [];

const CONFIG: &str = r#"
[licence]
seats = 6
[guard]
min_removals = 3
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
[[source]]
name = "guests"
kind = "csv"
object = "inbox/guests.csv"
match_field = "key"
[source.mapping]
username = "key"
"#;

/// How the indexes of a process are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Indexes {
    AsTheyAre,
    /// They know of nothing yet.
    Behind,
}

/// What was read other than consistently from a table.
#[derive(Clone, Default)]
struct Loose(Arc<Mutex<BTreeSet<String>>>);

impl Loose {
    fn see(&self, call: &Call, indexes: Indexes) -> Option<faults::Answer> {
        let table = call.body["TableName"].as_str().unwrap_or_default();
        let reads = ["GetItem", "Query", "Scan"].contains(&call.operation.as_str());
        if let Some(index) = call.body["IndexName"].as_str() {
            self.0.lock().unwrap().insert(format!("{table} {index}"));
            let nothing = json!({ "Items": [], "Count": 0, "ScannedCount": 0 }).to_string();
            return (indexes == Indexes::Behind).then_some((200, nothing));
        }
        let tables = call.body["RequestItems"].as_object().filter(|_| call.operation == "BatchGetItem");
        for (table, asked) in tables.into_iter().flatten().map(|(table, asked)| (table.as_str(), asked)) {
            self.check(table, asked);
        }
        if reads {
            self.check(table, &call.body);
        }
        None
    }

    fn check(&self, table: &str, asked: &Value) {
        if asked["ConsistentRead"] != true {
            self.0.lock().unwrap().insert(format!("{table}, not consistently"));
        }
    }

    fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn people(names: &str, title: &str) -> String {
    let rows: String = names.chars().map(|name| format!("{name},{title}\n")).collect();
    format!("key,title\n{rows}")
}

/// A run of a source, in an installation whose indexes are so, in as many invocations as it has commits.
async fn run(world: &World, shell: &Shell, source: &str, csv: &str, approve: Option<&RunId>) -> RunRecord {
    world.tick();
    world.shell.store.put_object(&format!("inbox/{source}.csv"), csv.into()).await.unwrap();
    let source = world.config.source(source).unwrap();
    let run = events::post_reset(shell, source, false, approve).await.unwrap();
    events::drain(shell).await.unwrap();
    events::run_record(&world.shell, &run).await.unwrap()
}

/// What a run says that it has done, over all its invocations.
fn told(run: &RunRecord) -> Value {
    let summary = run.summary.as_ref().unwrap();
    json!([summary.counts, summary.writes, summary.freed, summary.taken, run.invocations])
}

/// Everything that runs decide about. Answers with how it stands in the end, and what was read loosely.
async fn everything(indexes: Indexes) -> (Value, BTreeSet<String>) {
    let world = World::new(CONFIG).await;
    let loose = Loose::default();
    let seen = loose.clone();
    let shell = faults::process(&world, move |call| seen.see(call, indexes));
    let shell = shell.with_limits(Limits { commits: Some(1), ..Limits::default() });
    let mut standing = Vec::new();
    // Joiners and a waiting line; leavers, changes and arrivals; the other source; too many leavers at once.
    for (source, names, title, expected) in [
        ("staff", "abcdefgh", "clerk", RunStatus::Completed),
        ("staff", "bcdefghi", "boss", RunStatus::Completed),
        ("guests", "xyz", "", RunStatus::Completed),
        ("staff", "hij", "boss", RunStatus::Held),
    ] {
        let ended = run(&world, &shell, source, &people(names, title), None).await;
        assert_eq!(ended.status, expected);
        standing.push(json!([accounts(&world).await, told(&ended)]));
    }
    let held = all_runs(&world.shell).await.unwrap().remove(0).id;
    let approved = run(&world, &shell, "staff", "unread", Some(&held)).await;
    assert_eq!(approved.status, RunStatus::Completed);
    standing.push(json!([accounts(&world).await, told(&approved)]));
    // A lower limit, which runs trim to.
    let lower = CONFIG.replace("seats = 6", "seats = 2\ntrim = true");
    world.shell.store.put_object(CONFIG_OBJECT, lower.into()).await.unwrap();
    let trimmed = run(&world, &shell, "staff", &people("hij", "boss"), None).await;
    assert_eq!(trimmed.status, RunStatus::Completed);
    standing.push(json!([accounts(&world).await, told(&trimmed)]));
    assert_eq!(world.shell.store.seats().await.unwrap().seats.used.get(), 2);
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, [""; 0]);
    (json!(standing), loose.take())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_decision_of_a_run_rests_on_an_index() {
    let (expected, loose) = everything(Indexes::AsTheyAre).await;
    assert_eq!(loose, READ_BY_RUNS.map(String::from).into());
    let (standing, loose) = everything(Indexes::Behind).await;
    assert_eq!(standing, expected, "with indexes that know of nothing yet");
    assert_eq!(loose, READ_BY_RUNS.map(String::from).into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_and_what_doctor_counts_rests_on_no_index() {
    let world = World::new(CONFIG).await;
    world.sync(people("abcdefgh", "clerk")).await;
    let loose = Loose::default();
    let seen = loose.clone();
    let shell = faults::process(&world, move |call| seen.see(call, Indexes::Behind));
    let refused = administer::add_local(&shell, "root", true, Fields::new(), "boss").await;
    assert!(refused.unwrap_err().to_string().contains("6 of 6 are used"));
    administer::block(&shell, "a", "boss", None).await.unwrap();
    administer::add_local(&shell, "root", true, Fields::new(), "boss").await.unwrap();
    let waits = administer::unblock(&shell, "a", "boss").await.unwrap();
    assert!(waits.after.state.waiting_since().is_some());
    administer::set_limit(&shell, Limit::Seats(SeatCount::new(7)), "boss").await.unwrap();
    administer::block(&shell, "b", "boss", None).await.unwrap();
    administer::unblock(&shell, "b", "boss").await.unwrap();
    administer::add_local(&shell, "deputy", false, Fields::new(), "boss").await.unwrap();
    let overview = administer::overview(&shell).await.unwrap();
    assert_eq!((overview.seats.used.get(), overview.waiting), (7, 3));
    assert_eq!(loose.take(), BTreeSet::new());
    let counted = doctor::examine(&shell).await.unwrap();
    assert_eq!((counted.accounts, counted.active), (10, 7));
    // The lists themselves are what it compares with the accounts, and of these it says that they lag.
    let is_of_lists = |finding: &String| finding.contains("missing from the lists of accounts");
    assert!(!counted.findings.is_empty() && counted.findings.iter().all(is_of_lists), "{counted:?}");
    let of_lists = ["rollcall-accounts by_standing", "rollcall-accounts by_waiting"].map(String::from);
    assert_eq!(loose.take(), of_lists.into());
}
