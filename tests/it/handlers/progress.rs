//! How far a run is, seen while it is at work (rules 36, 37). The run stops wherever it says how far it is, and goes on
//! when that was looked at.

use super::api::{ask, get};
use super::{STAFF, STAFF_OBJECT, put};
use crate::fakes::Person;
use crate::fakes::ldap::{BASE, FakeLdap, Flavour};
use crate::world::World;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::shell::{Limits, Progress};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A run that is watched.
struct Watched {
    told: UnboundedReceiver<Progress>,
    go_on: mpsc::Sender<()>,
}

fn watched(shell: &Shell) -> (Shell, Watched) {
    let (tell, told) = unbounded_channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let stop = move |progress| {
        // The watcher has seen enough and has gone, and the run goes on by itself.
        if tell.send(progress).is_ok() {
            tokio::task::block_in_place(|| may_go_on.lock().unwrap().recv().unwrap_or_default());
        }
    };
    let limits = Limits { noted_every: Duration::ZERO, ..*shell.limits() };
    (shell.clone().with_limits(limits).with_progress(stop), Watched { told, go_on })
}

/// Presses Reset, and looks at the run at each of these moments. Answers with what was seen: how many the run said, and
/// what the API showed.
async fn looked_at(world: &World, moment: fn(&Progress) -> Option<u64>) -> Vec<(u64, Value)> {
    let (_, asked) = ask(world, events::http_event(&json!({}), "ada")).await;
    let path = format!("/runs/{}", asked["run"].as_str().unwrap());
    let (shell, mut watched) = watched(&world.shell);
    let run = tokio::spawn(async move { events::drain(&shell).await });
    let mut seen = Vec::new();
    while let Some(progress) = watched.told.recv().await {
        if let Some(count) = moment(&progress) {
            seen.push((count, ask(world, get(&path, &[])).await.1));
        }
        if watched.go_on.send(()).is_err() {
            break;
        }
    }
    run.await.unwrap().unwrap();
    assert_eq!(ask(world, get(&path, &[])).await.1["status"], "completed");
    seen
}

fn read(progress: &Progress) -> Option<u64> {
    if let Progress::Listed { records } = progress { Some(*records) } else { None }
}

fn written(progress: &Progress) -> Option<u64> {
    if let Progress::Committing { written, .. } = progress { Some(*written) } else { None }
}

async fn many() -> World {
    let world = World::new(STAFF).await;
    let rows: String = (0..1100).map(|number| format!("k{number:04},u{number:04},x\n")).collect();
    put(&world, STAFF_OBJECT, &format!("key,username,title\n{rows}")).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn how_many_rows_of_a_file_are_read_is_seen_while_it_is_read() {
    let seen = looked_at(&many().await, read).await;
    assert!(!seen.is_empty());
    for (count, run) in seen {
        assert_eq!(
            (&run["status"], &run["progress"]),
            (&json!("reading"), &json!({ "read": count, "written": 0 }))
        );
        assert!(count >= 1000, "{run}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn progress_shows_the_people_read_from_page_to_page() {
    let fake = FakeLdap::new(Flavour::OpenLdap).await;
    let person = |number: u32| {
        let name = format!("u{number}");
        Person { key: format!("CN={name},OU=People,{BASE}"), username: name, ..Person::default() }
    };
    fake.fill(&(0..7).map(person).collect::<Vec<_>>());
    let world = World::new(&fake.source()).await;
    let seen = looked_at(&world, read).await;
    let counts: Vec<u64> = seen.iter().map(|(count, _)| *count).collect();
    assert_eq!(counts, [2, 4, 6, 7]);
    for (count, run) in &seen {
        assert_eq!((&run["status"], &run["progress"]["read"]), (&json!("reading"), &json!(count)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn how_many_accounts_are_written_is_seen_from_commit_to_commit() {
    let seen = looked_at(&many().await, written).await;
    assert!(seen.len() > 30, "1,100 people are more than thirty commits: {}", seen.len());
    for (count, run) in seen {
        let expected = json!({ "read": 1100, "written": count });
        assert_eq!((&run["status"], &run["progress"]), (&json!("reconciling"), &expected));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn how_far_through_the_plan_a_run_is_never_goes_back() {
    let world = many().await;
    let (_, asked) = ask(&world, events::http_event(&json!({}), "ada")).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let to = told.clone();
    let shell = world.shell.clone().with_progress(move |progress| {
        if let Progress::Committing { done, of, .. } = progress {
            to.lock().unwrap().push((done, of));
        }
    });
    events::drain(&shell).await.unwrap();
    let path = format!("/runs/{}", asked["run"].as_str().unwrap());
    assert_eq!(ask(&world, get(&path, &[])).await.1["status"], "completed");
    let told = told.lock().unwrap().clone();
    assert!(told.len() > 10 && told.is_sorted(), "{told:?}");
    assert!(told.iter().all(|(done, of)| done < of && *of == told[0].1), "{told:?}");
    let last = told.last().unwrap();
    assert!(last.0 * 10 > last.1 * 9, "it ends near its end: {last:?}");
}
