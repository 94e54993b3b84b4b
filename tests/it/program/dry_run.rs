//! A dry run from the outside: the data folder holds what it held, but for what is the dry run's own (rule 29).

use super::{Desk, SMALL, people};
use crate::dry_runs::is_its_own;
use crate::world::{Dump, World, is_emulated};
use serde_json::json;

/// Everything in the data folder, read from a copy of it.
async fn everything(desk: &Desk) -> Dump {
    World::of_data(&desk.data(), SMALL).await.everything().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sync_dry_run_touches_nothing_but_what_is_its_own() {
    if is_emulated() {
        // The program keeps its data with servers of its own, wherever the other tests keep theirs.
        return;
    }
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.done(&["block", "ann"]);
    // Everybody is gone: that is held. Another file lies in the bucket then, which no run has applied.
    desk.sync(&people(&["zoe"]), 3);
    let next = desk.file("next.csv", people(&["ben", "cem", "eva"]));
    desk.done(&["sync", &next, "--dry-run"]);
    let before = everything(&desk).await;
    let run = desk.json(&["sync", "--dry-run"]);
    assert_eq!((&run["status"], &run["summary"]["rows"]), (&json!("dry_run"), &json!(3)));
    let id = run["id"].as_str().unwrap();
    let differ = everything(&desk).await.differs_from(&before);
    assert!(differ.contains(&format!("rollcall-control run#{id}")), "{differ:?}");
    let others: Vec<_> = differ.iter().filter(|place| !is_its_own(place, id)).collect();
    assert!(others.is_empty(), "a dry run has touched {others:?}");
}
