//! A run killed at any storage call, before and after the call's effect, and started again: it ends as one that was
//! never killed, and the invariants hold at the moment of its death (rule 25, invariants 1 and 2).

mod decisions;
mod retiring;
mod undo;

use crate::every_call;
use crate::feed;
use crate::world::{World, is_emulated};
use aws_sdk_dynamodb::config::http::HttpRequest as Request;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::account::Account;
use rollcall_core::fields::Fields;
use rollcall_core::licence::Limit;
use rollcall_sync::Shell;
use rollcall_sync::doctor;
use rollcall_sync::shell::CONFIG_OBJECT;
use rollcall_sync::store::{RunStatus, RunSummary};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A bit longer than a lease lasts.
const LEASE_RUNS_OUT_MILLIS: i64 = 21 * 60 * 1000;

pub(crate) const CONFIG: &str = r#"
[licence]
seats = 4
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
immutable_id = "id"
[source.mapping]
username = "username"
title = "title"
"#;

const BEFORE: &str = "key,id,username,title\nann,1,ann,clerk\nben,2,ben,clerk\ncem,3,cem,clerk\ndee,4,dee,clerk\n\
                      eva,5,eva,clerk\nfay,6,fay,clerk\n";

/// Ann is promoted, Ben has left, Cem is renamed, Eva is seated, Fay waits on, Gus is new, two are one, one has no key.
pub(crate) const AFTER: &str = "key,id,username,title\nann,1,ann,boss\ncem,3,cem.baker,clerk\ndee,4,dee,clerk\neva,5,eva,clerk\n\
                     fay,6,fay,clerk\ngus,7,gus,clerk\nhal,8,hal,clerk\nHAL,9,hal2,clerk\n,10,ivy,clerk\n";

/// Where in a call the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    BeforeItsEffect,
    AfterItsEffect,
}

/// Which calls are counted. What is stored is the same at every call between two writes, so a death at one of them stands
/// for a death at each; the code that meets the death may differ between a write and a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Every call.
    All,
    /// Calls that write.
    Writes,
    /// The first call that reads after one that wrote.
    FirstReads,
}

/// Kills a process at one of its storage calls: that call fails, and so does every later one.
#[derive(Debug)]
pub(crate) struct Killer {
    counted: Counted,
    when: When,
    at: u64,
    sent: AtomicU64,
    answered: AtomicU64,
    is_after_write: AtomicBool,
    is_dead: AtomicBool,
}

impl Killer {
    /// A process of an installation that will be killed at its call of this number, and its killer.
    pub(crate) fn process(world: &World, when: When, at: u64) -> (Shell, Arc<Self>) {
        Self::process_at(world, Counted::All, when, at)
    }

    /// The same, where not all calls are counted.
    pub(crate) fn process_at(world: &World, counted: Counted, when: When, at: u64) -> (Shell, Arc<Self>) {
        let (sent, answered, is_after_write, is_dead) = Default::default();
        let killer = Arc::new(Self { counted, when, at, sent, answered, is_after_write, is_dead });
        (world.process(Some(SharedInterceptor::new(KillerHook(Arc::clone(&killer))))), killer)
    }

    /// Whether it has struck.
    pub(crate) fn is_dead(&self) -> bool {
        self.is_dead.load(Ordering::SeqCst)
    }

    fn is_counted(&self, is_write: bool) -> bool {
        match self.counted {
            Counted::All => true,
            Counted::Writes => is_write,
            Counted::FirstReads => self.is_after_write.swap(is_write, Ordering::SeqCst) && !is_write,
        }
    }

    fn pass(&self, when: When, is_counted: bool, counter: &AtomicU64) -> Result<(), BoxError> {
        if self.when == when && is_counted {
            let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
            self.is_dead.fetch_or(number == self.at, Ordering::SeqCst);
        }
        if self.is_dead() { Err(BoxError::from("the process was killed")) } else { Ok(()) }
    }
}

fn is_write(request: &Request) -> bool {
    match request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next()) {
        Some(operation) => {
            !["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"].contains(&operation)
        }
        None => !["GET", "HEAD"].contains(&request.method()),
    }
}

#[derive(Debug)]
struct KillerHook(Arc<Killer>);

/// Whether a call is counted, on its way from the request to the response.
#[derive(Debug)]
struct IsCounted(bool);

impl Storable for IsCounted {
    type Storer = StoreReplace<Self>;
}

impl Intercept for KillerHook {
    fn name(&self) -> &'static str {
        "killer"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_counted = self.0.is_counted(is_write(context.request()));
        config.interceptor_state().store_put(IsCounted(is_counted));
        self.0.pass(When::BeforeItsEffect, is_counted, &self.0.sent)
    }

    fn read_before_deserialization(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_counted = config.load::<IsCounted>().is_some_and(|counted| counted.0);
        self.0.pass(When::AfterItsEffect, is_counted, &self.0.answered)
    }
}

/// Reason of the block or `active`, fields, and version, by username.
type Accounts = BTreeMap<String, (String, String, u64)>;

/// What must be the same however often a run was killed: every account but for the moment of its block.
pub(crate) async fn accounts(world: &World) -> Accounts {
    let show = |account: Account| {
        let reason = account.state.block().map_or("active", |block| block.reason.as_str()).to_owned();
        let fields: Vec<String> =
            account.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (account.username.original().to_owned(), (reason, fields.join(","), account.version))
    };
    administer::all_accounts(&world.shell).await.unwrap().into_iter().map(show).collect()
}

async fn check_invariants(world: &World, context: &str) {
    let diagnosis = doctor::examine(&world.shell).await.unwrap();
    assert_eq!(diagnosis.findings, Vec::<String>::new(), "{context}");
    feed::check(world, context).await;
    let ledger = world.shell.store.seats().await.unwrap();
    if let Limit::Seats(limit) = ledger.seats.limit {
        assert!(ledger.seats.used <= limit, "{context}: {ledger:?}");
    }
}

/// Somebody with a waiting list, a local account and a person that an administrator has blocked.
pub(crate) async fn base() -> World {
    let world = World::new(CONFIG).await;
    administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    assert_eq!(world.sync(BEFORE).await.status, RunStatus::Completed);
    administer::block(&world.shell, "fay", "boss", None).await.unwrap();
    world.put_csv(AFTER).await;
    world
}

/// What the summary of the newest run says, but for how long it took.
pub(crate) async fn newest_run_tells(world: &World) -> RunSummary {
    let newest = all_runs(&world.shell).await.unwrap().remove(0);
    RunSummary { read_millis: 0, apply_millis: 0, time_to_seat_millis: None, ..newest.summary.unwrap() }
}

/// Runs in a process that is killed. `false`: it came to its end before that.
async fn run_and_die(world: &World, counted: Counted, when: When, at: u64) -> bool {
    let (shell, killer) = Killer::process_at(world, counted, when, at);
    if events::drop_notice(&shell, world.source()).await.is_ok() {
        drop(events::drain(&shell).await);
    }
    killer.is_dead()
}

/// The calls, by their number, at which a run dies in one of the tests that differ only in what becomes of it. On an
/// emulator of AWS, where a try takes far longer, the tests share them out.
pub(crate) fn calls(test: u64, tests: u64) -> impl Iterator<Item = u64> {
    with_step(test, if is_emulated() { tests } else { every_call::step() as u64 })
}

/// The same of something that makes few calls: all of them, at home too.
fn few_calls(test: u64, tests: u64) -> impl Iterator<Item = u64> {
    with_step(test, if is_emulated() { tests } else { 1 })
}

fn with_step(test: u64, step: u64) -> impl Iterator<Item = u64> {
    (0..).map(move |turn| 1 + test % step + turn * step)
}

/// The calls that are counted, and where in a call the process dies.
type Death = (Counted, When);

/// Every call is killed by one of these: a death at a later read is a death at the first, and one after a read's effect
/// is one before the next call.
const DEATHS_BEFORE: [Death; 2] =
    [(Counted::Writes, When::BeforeItsEffect), (Counted::FirstReads, When::BeforeItsEffect)];
const DEATHS_AFTER: [Death; 1] = [(Counted::Writes, When::AfterItsEffect)];

async fn kill_everywhere(deaths: &[(Counted, When)], is_redelivered: bool) {
    let base = base().await;
    let told_by_base = newest_run_tells(&base).await;
    let reference = base.copy(CONFIG).await;
    reference.tick();
    assert!(!run_and_die(&reference, Counted::All, When::AfterItsEffect, u64::MAX).await);
    let expected = accounts(&reference).await;
    let told = newest_run_tells(&reference).await;
    for (counted, when) in deaths {
        for at in calls(u64::from(*when == When::AfterItsEffect) + 2 * u64::from(is_redelivered), 4) {
            let world = base.copy(CONFIG).await;
            world.tick();
            if !run_and_die(&world, *counted, *when, at).await {
                assert!(at > 8, "a small run has more of {counted:?} than {at}");
                break;
            }
            let context = format!("killed at {at} of {counted:?}, {when:?}");
            check_invariants(&world, &context).await;
            if is_redelivered {
                world.deliver_again().await;
                let tells = newest_run_tells(&world).await;
                // Killed before it began, there is only the run before it.
                assert!(tells == told || tells == told_by_base, "{context}: {tells:?} instead of {told:?}");
            } else {
                world.wait(LEASE_RUNS_OUT_MILLIS);
            }
            assert_next_runs_mend(&world, &expected, &context).await;
        }
    }
}

/// The next run comes to the same end as one that nobody killed, and the one after it writes nothing.
async fn assert_next_runs_mend(world: &World, expected: &Accounts, context: &str) {
    let next = world.sync(AFTER).await;
    assert_eq!(next.status, RunStatus::Completed, "{context}: {next:?}");
    assert_eq!(&accounts(world).await, expected, "{context}");
    check_invariants(world, context).await;
    let unfinished = all_runs(&world.shell).await.unwrap();
    let unfinished: Vec<_> = unfinished.iter().filter(|run| !run.status.is_finished()).collect();
    assert!(unfinished.is_empty(), "{context}: {unfinished:?}");
    let again = world.sync(AFTER).await.summary.unwrap();
    assert_eq!(again.writes, 0, "{context}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_any_call_and_delivered_again() {
    kill_everywhere(&DEATHS_BEFORE, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_any_call_and_delivered_again() {
    kill_everywhere(&DEATHS_AFTER, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_any_call_and_left_to_the_next_run() {
    kill_everywhere(&DEATHS_BEFORE, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_any_call_and_left_to_the_next_run() {
    kill_everywhere(&DEATHS_AFTER, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_cannot_resume_says_what_it_changed() {
    let base = base().await;
    for at in 1.. {
        let world = base.copy(CONFIG).await;
        world.tick();
        assert!(run_and_die(&world, Counted::All, When::BeforeItsEffect, at).await, "no run died half-way");
        let run = all_runs(&world.shell).await.unwrap().remove(0);
        let changed = world.shell.store.audit_of_run(&run.id, None).await.unwrap().entries.len() as u64;
        if run.status.is_finished() || changed == 0 {
            continue;
        }
        world.shell.store.put_object(CONFIG_OBJECT, b"[licence".to_vec()).await.unwrap();
        world.deliver_again().await;
        let run = events::run_record(&world.shell, &run.id).await.unwrap();
        assert_eq!((run.status, run.summary.unwrap().writes), (RunStatus::Failed, changed));
        world.shell.store.put_object(CONFIG_OBJECT, CONFIG.into()).await.unwrap();
        assert_eq!(world.sync(AFTER).await.status, RunStatus::Completed);
        check_invariants(&world, "mended").await;
        break;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_run_is_ended_although_its_successor_died_too() {
    let base = base().await;
    base.tick();
    // One dies right after it was asked for.
    let (shell, _) = Killer::process(&base, When::BeforeItsEffect, u64::MAX);
    events::drop_notice(&shell, base.source()).await.unwrap();
    base.wait(LEASE_RUNS_OUT_MILLIS);
    for at in 1.. {
        for when in [When::BeforeItsEffect, When::AfterItsEffect] {
            let world = base.copy(CONFIG).await;
            let (shell, killer) = Killer::process(&world, when, at);
            drop(events::drop_notice(&shell, world.source()).await);
            if !killer.is_dead() {
                assert!(at > 5, "a run is begun in more calls than {at}");
                return;
            }
            world.wait(LEASE_RUNS_OUT_MILLIS);
            assert_eq!(world.sync(AFTER).await.status, RunStatus::Completed);
            let runs = all_runs(&world.shell).await.unwrap();
            let unfinished: Vec<_> = runs.iter().filter(|run| !run.status.is_finished()).collect();
            assert!(unfinished.is_empty(), "killed at call {at}, {when:?}: {unfinished:?}");
        }
    }
}
