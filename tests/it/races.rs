//! What happens at the same time: presses of Reset and the timer, two sources, administrators, a changing licence, one
//! message in two hands, and a run that wakes up after another has taken its place (rules 10, 15, 26, scenario i).

mod administrators;
mod one_second;
mod limits;
mod order;
mod seats;
mod trims;
mod undo;

use crate::every_call;
use crate::world::World;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_api::newest_run::all_runs;
use rollcall_core::fields::Fields;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::store::{Acquired, RunRecord, RunStatus, Trigger};
use rollcall_sync::{Shell, doctor};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A bit longer than a lease lasts.
const LEASE_RUNS_OUT_MILLIS: i64 = 21 * 60 * 1000;

const STAFF: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
"#;

const GUESTS: &str = r#"
[[source]]
name = "guests"
kind = "csv"
object = "inbox/guests.csv"
match_field = "key"
[source.mapping]
username = "key"
title = "title"
"#;

fn config(seats: u64, sources: &[&str]) -> String {
    format!("[licence]\nseats = {seats}\n{}", sources.concat())
}

/// A file of so many people, whose keys begin so.
fn people(prefix: &str, numbers: std::ops::Range<u64>, title: &str) -> String {
    numbers.fold(String::from("key,title\n"), |mut text, number| {
        writeln!(text, "{prefix}{number:03},{title}").unwrap();
        text
    })
}

async fn used(shell: &Shell) -> u64 {
    shell.store.seats().await.unwrap().seats.used.get()
}

/// Nothing that must agree disagrees, and the limit holds.
async fn check(world: &World, limit: u64) {
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
    assert!(used(&world.shell).await <= limit);
}

/// Looks at the seats in use, again and again, until told to stop. Answers with the most that it saw.
fn watch(world: &World, stop: &Arc<AtomicBool>) -> tokio::task::JoinHandle<u64> {
    let (shell, stop) = (world.process(None), Arc::clone(stop));
    tokio::spawn(async move {
        let mut most = 0;
        while !stop.load(Ordering::SeqCst) {
            most = most.max(used(&shell).await);
        }
        most
    })
}

fn reset_event(source: &str) -> serde_json::Value {
    events::http_event(&json!({ "source": source }), "boss")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_resets_and_the_timer_at_once_are_one_run() {
    let world = World::new(&config(7, &[STAFF])).await;
    for round in 1..=5 {
        world.put_csv(people("p", round..round + 10, "clerk")).await;
        let stop = Arc::new(AtomicBool::new(false));
        let watched = watch(&world, &stop);
        let run = world.reset_twice_and_tick_the_timer().await;
        assert_eq!(run.status, RunStatus::Completed, "{run:?}");
        stop.store(true, Ordering::SeqCst);
        assert!(watched.await.unwrap() <= 7);
        check(&world, 7).await;
        assert_eq!(used(&world.shell).await, 7);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sources_at_once_share_the_last_seats() {
    let world = World::new(&config(50, &[STAFF, GUESTS])).await;
    let files = [("staff", "s"), ("guests", "g")];
    for (source, prefix) in files {
        let csv = people(prefix, 0..40, "clerk");
        world.shell.store.put_object(&format!("inbox/{source}.csv"), csv.into()).await.unwrap();
    }
    let stop = Arc::new(AtomicBool::new(false));
    let watched = watch(&world, &stop);
    let runs = files.map(|(source, _)| {
        let shell = world.process(None);
        tokio::spawn(async move {
            rollcall_reset::handle(reset_event(source), &shell).await.unwrap();
            events::drain(&shell).await.unwrap();
        })
    });
    for run in runs {
        run.await.unwrap();
    }
    stop.store(true, Ordering::SeqCst);
    assert!(watched.await.unwrap() <= 50);
    let runs = all_runs(&world.shell).await.unwrap();
    assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "{runs:?}");
    check(&world, 50).await;
    assert_eq!(used(&world.shell).await, 50);
    assert_eq!(administer::all_accounts(&world.shell).await.unwrap().len(), 80);
}

/// Blocks, unblocks and adds, as fast as it goes. What is refused is refused; nothing may break.
async fn administer(shell: Shell, prefix: char) {
    for number in 0..30 {
        let username = format!("p{:03}", number % 10);
        drop(administer::block(&shell, &username, "boss", None).await);
        let local = format!("{prefix}{number}");
        drop(administer::add_local(&shell, &local, number == 0, Fields::new(), "boss").await);
        drop(administer::unblock(&shell, &username, "boss").await);
        drop(administer::block(&shell, &local, "boss", Some("gone again")).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_at_work_during_syncs_never_overrun_the_seats() {
    let world = World::new(&config(12, &[STAFF])).await;
    assert_eq!(world.sync(people("p", 0..15, "clerk")).await.status, RunStatus::Completed);
    let stop = Arc::new(AtomicBool::new(false));
    let watched = watch(&world, &stop);
    let boss = tokio::spawn(administer(world.process(None), 'x'));
    let other = tokio::spawn(administer(world.process(None), 'y'));
    let mut round = 0;
    while !(boss.is_finished() && other.is_finished()) {
        round += 1;
        let run = world.sync(people("p", round % 3..15 + round % 3, &format!("clerk {round}"))).await;
        assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    }
    boss.await.unwrap();
    other.await.unwrap();
    stop.store(true, Ordering::SeqCst);
    assert!(watched.await.unwrap() <= 12);
    check(&world, 12).await;
    let last = world.sync(people("p", 0..15, "clerk")).await;
    assert_eq!(last.status, RunStatus::Completed);
    check(&world, 12).await;
    assert_eq!(world.reset(false, None).await.unwrap().summary.unwrap().writes, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_set_during_a_run_holds_from_the_next_write_on() {
    let world = World::new(&config(100, &[STAFF])).await;
    for (round, limit) in [60, 3, 30, 0, 200].into_iter().enumerate() {
        world.tick();
        let before = used(&world.shell).await;
        world.put_csv(people("p", 0..120, &format!("clerk {round}"))).await;
        let shell = world.process(None);
        let run = tokio::spawn(async move {
            rollcall_reset::handle(reset_event("staff"), &shell).await.unwrap();
            events::drain(&shell).await.unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_millis(20 * round as u64)).await;
        let seats = Limit::Seats(SeatCount::new(limit));
        administer::set_limit(&world.shell, seats, "boss").await.unwrap();
        let used_then = used(&world.shell).await;
        run.await.unwrap();
        let used_now = used(&world.shell).await;
        assert!(used_now <= limit.max(used_then).max(before), "{used_now} of {limit}, {used_then} when set");
        check(&world, u64::MAX).await;
        world.reset(false, None).await.unwrap();
        let used_after = used(&world.shell).await;
        assert!(used_after >= limit.min(120) && used_after <= limit.max(used_now), "{used_after} of {limit}");
    }
}

#[tokio::test]
async fn an_older_configuration_does_not_reset_the_limit() {
    let world = World::new(&config(50, &[STAFF])).await;
    let store = &world.shell.store;
    let seats = |count| Limit::Seats(SeatCount::new(count));
    // Where nothing is stored yet, and where a limit is.
    for (older, newer) in [(50, 60), (65, 70)] {
        let read = store.seats().await.unwrap();
        assert!(store.configure_limit(&read, seats(newer), world.shell.now()).await.unwrap().is_some());
        assert_eq!(store.configure_limit(&read, seats(older), world.shell.now()).await.unwrap(), None);
        assert_eq!(store.seats().await.unwrap().seats.limit, seats(newer));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_message_in_two_hands_is_applied_once() {
    for round in 0..8 {
        let world = World::new(&config(20, &[STAFF])).await;
        world.put_csv(people("p", 0..30, "clerk")).await;
        let run = events::drop_notice(&world.shell, world.source()).await.unwrap();
        let event = events::queue_event(&world.shell.queues.take().unwrap());
        let hands = [world.process(None), world.process(None)].map(|shell| {
            let event = event.clone();
            tokio::spawn(async move {
                rollcall_fetch::handle(event, &shell).await.unwrap();
                events::drain(&shell).await.unwrap();
            })
        });
        for hand in hands {
            hand.await.unwrap();
        }
        // In AWS the queue would deliver once more what neither hand could finish.
        world.deliver_again().await;
        let record = events::run_record(&world.shell, &run).await.unwrap();
        assert_eq!(record.status, RunStatus::Completed, "round {round}: {record:?}");
        let filter = AuditFilter { run: Some(run), ..AuditFilter::default() };
        let entries = audit::read(&world.shell, &filter).await.unwrap();
        let names: BTreeSet<_> = entries.iter().map(|entry| entry.username.clone()).collect();
        assert_eq!((entries.len(), names.len()), (30, 30), "round {round}: one entry for each account");
        let counts = record.summary.unwrap().counts;
        assert_eq!((counts["created_active"], counts["created_blocked"]), (20, 10), "round {round}");
        check(&world, 20).await;
    }
}

#[tokio::test]
async fn a_replaced_invocation_writes_nothing_into_the_run() {
    let world = World::new(&config(5, &[STAFF])).await;
    world.put_csv(people("p", 0..3, "clerk")).await;
    let run = events::drop_notice(&world.shell, world.source()).await.unwrap();
    let (store, now) = (&world.shell.store, world.shell.now());
    let mut record = events::run_record(&world.shell, &run).await.unwrap();
    let mut hands = Vec::new();
    for _ in 0..2 {
        match store.acquire_lease(&record.source, &run, now, 1000).await.unwrap() {
            Acquired::Mine { lease, .. } => hands.push(lease),
            Acquired::OwnedBy(other) => panic!("owned by {other}"),
        }
    }
    record.error = Some(String::from("written by the second hand"));
    store.put_run(&record, &hands[1]).await.unwrap();
    let late = RunRecord { error: Some(String::from("written by the first hand")), ..record.clone() };
    let refused = store.put_run(&late, &hands[0]).await.unwrap_err();
    assert!(matches!(refused, rollcall_sync::store::Error::Fenced { .. }), "{refused}");
    assert_eq!(events::run_record(&world.shell, &run).await.unwrap(), record);
}

/// Lets another process take the run's place while one of its storage calls is on the way.
#[derive(Debug)]
struct Sleep {
    at: u64,
    sent: AtomicU64,
    meanwhile: std::sync::mpsc::SyncSender<std::sync::mpsc::SyncSender<()>>,
}

impl Intercept for Sleep {
    fn name(&self) -> &'static str {
        "sleep"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
            let (wake, woken) = std::sync::mpsc::sync_channel(1);
            self.meanwhile.send(wake)?;
            woken.recv()?;
        }
        Ok(())
    }
}

/// A run falls asleep at its storage call number `at`, its lease runs out, another run reads a newer file and
/// finishes, and then the first wakes up. `false`: the first had come to its end before that call.
async fn oversleep(base: &World, config: &str, at: u64) -> bool {
    let world = base.copy(config).await;
    world.tick();
    world.put_csv(people("p", 2..14, "boss")).await;
    let (meanwhile, asleep) = std::sync::mpsc::sync_channel(1);
    let sleep = SharedInterceptor::new(Sleep { at, sent: AtomicU64::new(0), meanwhile });
    let zombie = world.process(Some(sleep));
    let source = world.source().clone();
    let slept = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            if events::drop_notice(&zombie, &source).await.is_ok() {
                drop(events::drain(&zombie).await);
            }
        });
    });
    let Ok(wake) = tokio::task::block_in_place(|| asleep.recv()) else {
        slept.join().unwrap();
        return false;
    };
    world.wait(LEASE_RUNS_OUT_MILLIS);
    let newer = people("p", 4..16, "chief");
    let run = world.sync(newer.clone()).await;
    assert_eq!(run.status, RunStatus::Completed, "call {at}: {run:?}");
    wake.send(()).unwrap();
    tokio::task::block_in_place(|| slept.join()).unwrap();
    check(&world, 10).await;
    let again = world.sync(newer).await;
    assert_eq!(again.status, RunStatus::Completed, "call {at}");
    assert_eq!(again.summary.unwrap().writes, 0, "call {at}: the sleeper has written after it was replaced");
    let runs = all_runs(&world.shell).await.unwrap();
    let unfinished: Vec<_> = runs.iter().filter(|run| !run.status.is_finished()).collect();
    assert!(unfinished.is_empty(), "call {at}: {unfinished:?}");
    check(&world, 10).await;
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_wakes_after_its_lease_changes_nothing() {
    let config = config(10, &[STAFF]);
    let base = World::new(&config).await;
    base.sync(people("p", 0..12, "clerk")).await;
    let mut at = 1;
    while oversleep(&base, &config, at).await {
        at += calls_a_step();
    }
    assert!(at > 50, "a small run has more storage calls than {at}");
    let drops = all_runs(&base.shell).await.unwrap();
    assert!(drops.iter().all(|run| run.trigger == Trigger::Drop));
}

/// A process falls asleep at calls that are so far apart.
fn calls_a_step() -> u64 {
    every_call::step() as u64
}

/// A run of one source falls asleep at its storage call number `at`; meanwhile the other source's run comes to its end.
/// `None`: the first had come to its end before that call.
async fn staff_sleeps_while_guests_run(base: &World, config: &str, at: u64) -> Option<World> {
    let world = base.copy(config).await;
    world.tick();
    let (meanwhile, asleep) = std::sync::mpsc::sync_channel(1);
    let sleep = SharedInterceptor::new(Sleep { at, sent: AtomicU64::new(0), meanwhile });
    let slow = world.process(Some(sleep));
    let slept = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            rollcall_reset::handle(reset_event("staff"), &slow).await.unwrap();
            events::drain(&slow).await.unwrap();
        });
    });
    let Ok(wake) = tokio::task::block_in_place(|| asleep.recv()) else {
        slept.join().unwrap();
        return None;
    };
    let other = world.process(None);
    rollcall_reset::handle(reset_event("guests"), &other).await.unwrap();
    events::drain(&other).await.unwrap();
    wake.send(()).unwrap();
    tokio::task::block_in_place(|| slept.join()).unwrap();
    let runs = all_runs(&world.shell).await.unwrap();
    assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "call {at}: {runs:?}");
    Some(world)
}
