//! Runs that take longer than an invocation may: each stops in good order, the next goes on, and the end is that of a run
//! which nobody stopped (rule 27).

use crate::crash::{Killer, When};
use crate::fakes::entra::Entra;
use crate::fakes::{FakeDirectory as _, Person};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::account::Account;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::{RunRecord, RunStatus, RunSummary};
use rollcall_sync::{Shell, doctor};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

pub(crate) const CONFIG: &str = r#"
[licence]
seats = 150
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
"#;

/// People `from..to`, of whom each tenth has another title than the file before.
pub(crate) fn people(from: usize, to: usize, title: &str) -> String {
    let mut csv = String::from("key,title\n");
    for number in from..to {
        let title = if number % 10 == 0 { title } else { "clerk" };
        writeln!(csv, "u{number:04},{title}").unwrap();
    }
    csv
}

/// What must be the same, by username: the state, the title, how often the account was written.
pub(crate) async fn accounts(world: &World) -> BTreeMap<String, (String, String, u64)> {
    let show = |account: Account| {
        let state = account.state.block().map_or("active", |block| block.reason.as_str()).to_owned();
        let title = account.fields.iter().map(|(_, value)| value.to_owned()).collect();
        (account.username.original().to_owned(), (state, title, account.version))
    };
    administer::all_accounts(&world.shell).await.unwrap().into_iter().map(show).collect()
}

/// What the run says it did.
fn told(run: &RunRecord) -> RunSummary {
    RunSummary { read_millis: 0, apply_millis: 0, ..run.summary.clone().unwrap() }
}

async fn newest(world: &World) -> RunRecord {
    all_runs(&world.shell).await.unwrap().remove(0)
}

/// Two files, one after the other, with a shell that goes so far; the second has leavers, joiners and changes.
async fn two_files(world: &mut World, limits: Limits) -> [RunRecord; 2] {
    world.shell = world.shell.clone().with_limits(limits);
    let first = world.sync(people(0, 200, "clerk")).await;
    let second = world.sync(people(30, 260, "boss")).await;
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, [""; 0]);
    [first, second]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_many_invocations_ends_as_one_of_a_single_one() {
    let mut whole = World::new(CONFIG).await.in_pages_of(100);
    let expected = two_files(&mut whole, Limits::default()).await;
    assert_eq!(expected.each_ref().map(|run| (run.status, run.invocations)), [(RunStatus::Completed, 2); 2]);
    // Time is always short: every invocation commits once, or reports.
    let hour = Duration::from_secs(3600);
    let late = Limits { deadline: Some(Instant::now() + hour), reserve: 2 * hour, ..Limits::default() };
    for limits in [Limits { commits: Some(1), ..Limits::default() }, late] {
        let mut world = World::new(CONFIG).await.in_pages_of(100);
        let runs = two_files(&mut world, limits).await;
        for (run, expected) in runs.iter().zip(&expected) {
            assert_eq!((run.status, told(run)), (expected.status, told(expected)));
        }
        assert!(runs[0].invocations > 4 && runs[1].invocations > 3, "{runs:?}");
        assert_eq!(accounts(&world).await, accounts(&whole).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_takes_one_invocation_and_changes_nothing() {
    let mut world = World::new(CONFIG).await.in_pages_of(100);
    two_files(&mut world, Limits { commits: Some(1), ..Limits::default() }).await;
    let before = accounts(&world).await;
    world.put_csv(people(100, 300, "clerk")).await;
    let run = world.reset(true, None).await.unwrap();
    assert_eq!((run.status, run.invocations), (RunStatus::DryRun, 2));
    assert_eq!(accounts(&world).await, before);
}

/// Goes on with the run that waits, in processes that are each killed at another of their storage calls, until one is
/// not. Answers with how many were killed.
async fn go_on_and_die_again_and_again(world: &World, limits: Limits) -> u64 {
    for deaths in 0..500 {
        let (shell, killer) = Killer::process(world, When::AfterItsEffect, 60 + deaths * 13 % 90);
        let shell: Shell = shell.with_limits(limits);
        rollcall_sync::run::send_to_next_step(&shell, &newest(world).await, None).await.unwrap();
        drop(events::drain(&shell).await);
        if !killer.is_dead() {
            return deaths;
        }
    }
    panic!("it never ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invocations_that_die_in_between_change_nothing_of_that() {
    let mut whole = World::new(CONFIG).await.in_pages_of(100);
    let expected = two_files(&mut whole, Limits::default()).await;
    let world = World::new(CONFIG).await.in_pages_of(100);
    let limits = Limits { commits: Some(1), ..Limits::default() };
    let mut deaths = 0;
    for (csv, expected) in [people(0, 200, "clerk"), people(30, 260, "boss")].into_iter().zip(&expected) {
        world.tick();
        world.put_csv(csv).await;
        events::drop_notice(&world.shell, world.source()).await.unwrap();
        while world.shell.queues.take().is_some() {}
        deaths += go_on_and_die_again_and_again(&world, limits).await;
        let run = newest(&world).await;
        assert_eq!((run.status, told(&run)), (expected.status, told(expected)));
    }
    assert!(deaths > 4, "{deaths}");
    assert_eq!(accounts(&world).await, accounts(&whole).await);
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_pages_are_read_over_many_invocations() {
    let entra = Entra::start().await;
    let person = |number: usize| Person {
        username: format!("u{number}"),
        key: format!("u{number}"),
        ..Person::default()
    };
    entra.fill(&(0..200).map(person).collect::<Vec<_>>());
    let mut world = World::new(&format!("[licence]\nseats = 150\n{}", entra.source())).await;
    let limits = Limits { pages: Some(9), commits: Some(2), ..Limits::default() };
    world.shell = world.shell.clone().with_limits(limits);
    let run = world.reset(false, None).await.unwrap();
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    // Every page was read once: nothing is redone.
    assert_eq!(entra.faults().clear(), 100);
    assert!(run.invocations >= 12 + 3, "{}", run.invocations);
    let counts = run.summary.unwrap().counts;
    assert_eq!((counts["created_active"], counts["created_blocked"]), (150, 50));
}

/// An invocation that is ended while it reads the accounts.
fn ended_while_reading() -> Limits {
    let hour = Duration::from_secs(3600);
    Limits { deadline: Some(Instant::now() + hour), planning_reserve: 2 * hour, ..Limits::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_that_cannot_be_read_in_one_invocation_end_the_run() {
    let mut world = World::new(CONFIG).await;
    world.sync(people(0, 30, "clerk")).await;
    let before = accounts(&world).await;
    let shell = world.shell.clone();
    world.shell = shell.clone().with_limits(ended_while_reading());
    let failed = world.sync(people(0, 40, "boss")).await;
    assert_eq!(failed.status, RunStatus::Failed);
    let why = failed.error.unwrap();
    assert!(why.contains("ReconcileMemory") && why.contains("0 of 4 parts"), "{why}");
    assert_eq!(accounts(&world).await, before);
    // A dry run ends in the same way, and the next run that has the time does everything.
    let dry = world.reset(true, None).await.unwrap();
    assert_eq!(dry.status, RunStatus::Failed);
    world.shell = shell;
    assert_eq!(world.reset(false, None).await.unwrap().status, RunStatus::Completed);
    assert_eq!(accounts(&world).await.len(), 40);
}
