//! Undo at the same time as something else: a sync, other undos, administrators. Never over the limit, nobody twice, and in
//! the end everybody is what they were (rules 10 and 58).

use super::{check, watch};
use crate::handlers::api::{answer, send};
use crate::handlers::undo::{CONFIG, accounts, csv_of_all, undo, without, wrong_file};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_sync::Shell;
use rollcall_sync::store::{RunId, RunStatus};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks for an undo, and works on it in a process of its own.
async fn ask(shell: Shell, run: RunId) -> Value {
    let answered = answer(send("POST", &format!("/runs/{run}/undo"), &json!({})), &shell).await;
    events::drain(&shell).await.unwrap();
    answered
}

async fn all_finished(world: &World) {
    world.deliver_again().await;
    let runs = all_runs(&world.shell).await.unwrap();
    let unfinished: Vec<_> = runs.iter().filter(|run| !run.status.is_finished()).collect();
    assert!(unfinished.is_empty(), "{unfinished:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_undos_at_once_are_one() {
    let (world, before, wrong) = wrong_file().await;
    world.tick();
    let runs_before = all_runs(&world.shell).await.unwrap().len();
    let stop = Arc::new(AtomicBool::new(false));
    let watched = watch(&world, &stop);
    let asked: Vec<_> = (0..20).map(|_| tokio::spawn(ask(world.process(None), wrong.id.clone()))).collect();
    let mut ids = std::collections::BTreeSet::new();
    for asked in asked {
        let answered = asked.await.unwrap();
        assert_eq!(answered["statusCode"], 202, "{answered}");
        let body: Value = serde_json::from_str(answered["body"].as_str().unwrap()).unwrap();
        ids.insert(body["run"].to_string());
    }
    all_finished(&world).await;
    stop.store(true, Ordering::SeqCst);
    assert!(watched.await.unwrap() <= 5);
    assert_eq!(accounts(&world).await, before);
    let runs = all_runs(&world.shell).await.unwrap();
    let undos: Vec<_> = runs.iter().take(runs.len() - runs_before).collect();
    let written: u64 = undos.iter().map(|run| run.summary.as_ref().unwrap().writes).sum();
    // Who came when the first had ended found nothing to do.
    assert_eq!((written, undos.len()), (6, ids.len()), "{undos:?}");
    check(&world, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_beside_right_and_wrong_files_ends_as_it_should() {
    for round in 0..4 {
        let (world, before, wrong) = wrong_file().await;
        let file = if round % 2 == 0 { csv_of_all() } else { without(&["cem", "dee", "eva"]) };
        world.tick();
        world.put_csv(file).await;
        let stop = Arc::new(AtomicBool::new(false));
        let watched = watch(&world, &stop);
        let (shell, source) = (world.process(None), world.source().clone());
        let sync = tokio::spawn(async move {
            events::drop_notice(&shell, &source).await.unwrap();
            events::drain(&shell).await.unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_millis(10 * round)).await;
        let answered = ask(world.process(None), wrong.id.clone()).await;
        assert!([202, 409].contains(&answered["statusCode"].as_i64().unwrap()), "{answered}");
        sync.await.unwrap();
        all_finished(&world).await;
        events::drain(&world.shell).await.unwrap();
        stop.store(true, Ordering::SeqCst);
        assert!(watched.await.unwrap() <= 5);
        check(&world, 5).await;
        // Who was refused asks again; the result is the same.
        let last = undo(&world, &wrong.id, &json!({})).await;
        assert_eq!(last.status, RunStatus::Completed);
        assert_eq!(accounts(&world).await, before, "round {round}");
        check(&world, 5).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_at_work_during_an_undo_overrun_no_seats() {
    let (base, _, wrong) = wrong_file().await;
    for at in 0..3 {
        let world = base.copy(CONFIG).await;
        world.tick();
        let stop = Arc::new(AtomicBool::new(false));
        let watched = watch(&world, &stop);
        let shell = world.process(None);
        let boss = tokio::spawn(async move {
            for name in ["fay", "cem", "ann", "gus", "dee"].iter().cycle().skip(at).take(15) {
                drop(administer::block(&shell, *name, "boss", None).await);
                drop(administer::unblock(&shell, *name, "boss").await);
            }
        });
        let answered = ask(world.process(None), wrong.id.clone()).await;
        assert_eq!(answered["statusCode"], 202, "{answered}");
        boss.await.unwrap();
        all_finished(&world).await;
        stop.store(true, Ordering::SeqCst);
        assert!(watched.await.unwrap() <= 5);
        check(&world, 5).await;
        let names: std::collections::BTreeSet<_> =
            accounts(&world).await.values().map(|one| one.username.folded().to_owned()).collect();
        assert_eq!(names.len(), 9, "nobody exists twice");
    }
}
