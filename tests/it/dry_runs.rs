//! A dry run leaves everything as it was, in every table and in the bucket, but for what is its own: its record, the count
//! of the lease, what it has read and its report (rule 29).

use crate::handlers::api::{ask, send};
use crate::world::World;
use rollcall::events;
use rollcall_core::fields::Fields;

use rollcall_api::accounts::administer;
use rollcall_sync::store::{RunId, RunRecord, RunStatus};
use serde_json::{Value, json};

const CONFIG: &str = r#"
[licence]
seats = 3
[guard]
min_removals = 0
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
"#;

/// A waiting line, a block, a local account, removals that are held, a file and a limit that no run has read.
async fn busy() -> World {
    let mut world = World::new(CONFIG).await;
    world.sync("key,title\nann,x\nben,x\ncem,x\ndee,x\neva,x\n").await;
    administer::block(&world.shell, "ben", "boss", None).await.unwrap();
    administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    assert_eq!(world.sync("key,title\nann,y\n").await.status, RunStatus::Held);
    world.put_csv("key,title\nann,z\ndee,z\nfay,z\n").await;
    // A limit that no run has made the ledger's yet.
    world.configure(&CONFIG.replace("seats = 3", "seats = 4")).await;
    world.tick();
    world
}

/// Where something may lie of a dry run of this id, and nothing else may have come, gone or changed.
pub(crate) fn is_its_own(place: &str, run: &str) -> bool {
    let its_own = [
        format!("rollcall-control run#{run}"),
        "rollcall-control lease#staff".to_owned(),
        format!("bucket config/tried/{run}.toml"),
    ];
    let folders = ["reports", "snapshots", "readings"].map(|folder| format!("bucket {folder}/staff/{run}"));
    its_own.iter().any(|own| own == place) || folders.iter().any(|folder| place.starts_with(folder))
}

/// Does a dry run, and looks for whatever else it has left behind.
async fn leaves_nothing_else(world: &World, event: Value, expected: RunStatus) -> RunRecord {
    let before = world.everything().await;
    let (status, answer) = ask(world, event).await;
    assert_eq!(status, 202, "{answer}");
    let run = RunId::parse(answer["run"].as_str().unwrap()).unwrap();
    let record = world.finish(&run).await;
    assert_eq!(record.status, expected, "{record:?}");
    let after = world.everything().await;
    let differ = after.differs_from(&before);
    let others: Vec<_> = differ.iter().filter(|place| !is_its_own(place, run.as_str())).collect();
    assert!(others.is_empty(), "a dry run has touched {others:?}");
    assert!(differ.contains(&format!("rollcall-control run#{run}")), "{differ:?}");
    // Of the lease only the epoch has moved.
    let lease = |dump: &crate::world::Dump| {
        let item = dump.0["rollcall-control lease#staff"].clone();
        item.split(", ").filter(|part| !part.contains("epoch")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lease(&after), lease(&before));
    assert_eq!(world.shell.bus.take(), [""; 0], "a dry run tells nothing");
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_by_reset_touches_nothing_but_what_is_its_own() {
    let world = busy().await;
    drop(world.shell.bus.take());
    let reset = || send("POST", "/reset", &json!({ "dry_run": true }));
    leaves_nothing_else(&world, reset(), RunStatus::DryRun).await;
    // Of the very file whose removals are held; of one that would have more held; of one that cannot be read.
    for (csv, expected) in [
        ("key,title\nann,y\n", RunStatus::DryRun),
        ("key,title\nzoe,y\n", RunStatus::DryRun),
        ("", RunStatus::Failed),
    ] {
        world.put_csv(csv).await;
        world.tick();
        leaves_nothing_else(&world, reset(), expected).await;
    }
    // What waits is what waited: the removals can be approved still.
    let held = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap();
    let held = held.into_iter().find(|run| run.status == RunStatus::Held).unwrap();
    assert_eq!(world.reset(false, Some(&held.id)).await.unwrap().status, RunStatus::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_is_tried_touches_nothing_either() {
    let world = busy().await;
    drop(world.shell.bus.take());
    let adopting = format!("{CONFIG}\n[adopt]\nfile = \"mapping.csv\"\n");
    world
        .shell
        .store
        .put_object("config/mapping.csv", "existing_username,new_username,source\nroot,dee,staff\n".into())
        .await
        .unwrap();
    for candidate in [
        CONFIG.replace("seats = 3", "seats = 30"),
        CONFIG.replace("seats = 3", "seats = 1\ntrim = true"),
        CONFIG.replace("min_removals = 0", "min_removals = 100"),
        CONFIG.replace("title = \"title\"", "name = \"title\""),
        adopting,
    ] {
        let mut event = send("POST", "/configuration/dry-run", &Value::Null);
        event["body"] = json!(candidate);
        world.tick();
        let run = leaves_nothing_else(&world, event, RunStatus::DryRun).await;
        assert!(run.candidate.is_some());
    }
    events::drain(&world.shell).await.unwrap();
}
