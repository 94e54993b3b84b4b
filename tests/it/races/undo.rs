//! Undo at the same time as something else: a sync, other undos, administrators. Never over the limit, nobody twice, and in
//! the end everybody is what they were (rules 10 and 58).

use super::{check, watch};
use crate::handlers::api::{answer, send};
use crate::handlers::undo::{CONFIG, accounts, csv_of_all, undo, without, wrong_file};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::{administer, names};
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

/// The file that lacks three, and a newcomer who asks for the name of one of them.
fn with_a_newcomer() -> String {
    format!("{}new,id-new,cem,clerk\n", without(&["cem", "dee", "eva"]))
}

/// Each name and each key belongs to one account.
async fn assert_nobody_twice(world: &World) {
    let accounts = accounts(world).await;
    let names: std::collections::BTreeSet<_> =
        accounts.values().map(|one| one.username.folded().to_owned()).collect();
    let keys: std::collections::BTreeSet<_> =
        accounts.values().map(|one| one.key().unwrap().folded().to_owned()).collect();
    assert_eq!((names.len(), keys.len()), (accounts.len(), accounts.len()), "{accounts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_during_a_sync_gives_the_name_to_one() {
    for round in 0..4 {
        let (world, _, _) = wrong_file().await;
        world.tick();
        world.put_csv(with_a_newcomer()).await;
        let (shell, source) = (world.process(None), world.source().clone());
        let sync = tokio::spawn(async move {
            events::drop_notice(&shell, &source).await.unwrap();
            events::drain(&shell).await.unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_millis(15 * round)).await;
        names::rename(&world.process(None), "cem", "cem.old", "boss").await.unwrap();
        sync.await.unwrap();
        all_finished(&world).await;
        assert_nobody_twice(&world).await;
        // The run had the name for the newcomer, or the next one has.
        world.sync(with_a_newcomer()).await;
        let key_of = async |name: &str| {
            let account = administer::find(&world.shell, name).await.unwrap();
            account.key().unwrap().original().to_owned()
        };
        assert_eq!((key_of("cem").await, key_of("cem.old").await), ("new".into(), "cem".into()));
        check(&world, 5).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undos_syncs_names_and_keys_at_once_make_nobody_twice() {
    for round in 0..3 {
        let (world, _, wrong) = wrong_file().await;
        world.tick();
        world.put_csv(with_a_newcomer()).await;
        let stop = Arc::new(AtomicBool::new(false));
        let watched = watch(&world, &stop);
        let (shell, source) = (world.process(None), world.source().clone());
        let sync = tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(10 * round)).await;
            drop(events::drop_notice(&shell, &source).await);
            events::drain(&shell).await.unwrap();
        });
        let undos = [(); 2].map(|()| tokio::spawn(ask(world.process(None), wrong.id.clone())));
        let shell = world.process(None);
        let people = tokio::spawn(async move {
            for _ in 0..5 {
                drop(names::rename(&shell, "cem", "cem.old", "boss").await);
                drop(names::rekey(&shell, "dee", "dee-2", "boss").await);
                drop(names::rekey(&shell, "dee", "dee", "boss").await);
            }
        });
        for undo in undos {
            let answered = undo.await.unwrap();
            assert!([202, 409].contains(&answered["statusCode"].as_i64().unwrap()), "{answered}");
        }
        sync.await.unwrap();
        people.await.unwrap();
        all_finished(&world).await;
        assert_nobody_twice(&world).await;
        // The right file, and the undo once more: nobody is lost, and it comes to rest.
        world.sync(csv_of_all()).await;
        assert_eq!(undo(&world, &wrong.id, &json!({})).await.status, RunStatus::Completed);
        world.sync(csv_of_all()).await;
        stop.store(true, Ordering::SeqCst);
        assert!(watched.await.unwrap() <= 5);
        assert_nobody_twice(&world).await;
        assert_eq!(world.sync(csv_of_all()).await.summary.unwrap().writes, 0, "round {round}");
        check(&world, 5).await;
    }
}
