//! Many sources that move seats in the same second, over a DynamoDB whose transactions conflict: all come to their end,
//! none gives up, and a person's block gets through meanwhile (rules 10, 15, 26).
//!
//! The embedded server does one transaction after the other. Here the ledger is locked while a transaction is under way,
//! as in DynamoDB, and the next one is cancelled.

use super::{check, people, reset_event, used};
use crate::faults;
use crate::world::World;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_api::newest_run::all_runs;
use rollcall_core::fields::Fields;
use rollcall_sync::store::RunStatus;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// What happens to a call on its way from the request to the response.
#[derive(Debug)]
enum Fate {
    /// It has the lock of the ledger.
    HasLock,
    /// It is cancelled with this answer.
    Cancelled(faults::Answer),
}

impl Storable for Fate {
    type Storer = StoreReplace<Self>;
}

/// The lock of the ledger, which all processes see, and how many calls it has cancelled.
#[derive(Debug, Default)]
struct Ledger {
    is_locked: AtomicBool,
    cancelled: AtomicU64,
}

/// Cancels transactions of a process that meet others at the ledger, and counts them.
#[derive(Debug)]
struct Locks(Arc<Ledger>, Arc<AtomicU64>);

fn is_of_ledger(item: &Value) -> bool {
    item["Update"]["Key"]["name"]["S"] == "licence"
}

impl Intercept for Locks {
    fn name(&self) -> &'static str {
        "locks"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().unset::<Fate>();
        let request = context.request_mut();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        if !target.ends_with(".TransactWriteItems") {
            return Ok(());
        }
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default())?;
        let items = body["TransactItems"].as_array().ok_or("a transaction has items")?;
        let Some(at) = items.iter().position(is_of_ledger) else { return Ok(()) };
        if self.0.is_locked.swap(true, Ordering::SeqCst) {
            self.0.cancelled.fetch_add(1, Ordering::SeqCst);
            self.1.fetch_add(1, Ordering::SeqCst);
            request.headers_mut().insert("x-amz-target", "DynamoDB_20120810.Nothing");
            config
                .interceptor_state()
                .store_put(Fate::Cancelled(faults::transaction_conflict(items.len(), at)));
        } else {
            config.interceptor_state().store_put(Fate::HasLock);
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match config.load::<Fate>() {
            Some(Fate::HasLock) => self.0.is_locked.store(false, Ordering::SeqCst),
            Some(Fate::Cancelled(answer)) => {
                *context.response_mut() = faults::response(answer)?;
            }
            None => {}
        }
        Ok(())
    }
}

/// How many people each source has: so many that one transaction does not take them all.
const PEOPLE: u64 = 40;

/// How often a block may be cancelled. A try is a look at its own entry, what it reads at once, and its transaction, some 25 ms
/// in AWS, and the pause before it is 10 ms at most: so many are one second. The time itself would measure the machine that
/// runs the tests, which see six.
const CANCELLED_MAX: u64 = 30;

/// Local accounts, which a person blocks while the sources load.
const LOCALS: u64 = 40;

/// Seats for each source: some people wait.
const SEATS: u64 = 30;

fn limit(sources: usize) -> u64 {
    SEATS * sources as u64 + LOCALS
}

fn names(sources: usize) -> Vec<String> {
    (0..sources).map(|number| format!("s{number:02}")).collect()
}

async fn installation(names: &[String]) -> World {
    let of_source = |name: &String| {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"csv\"\nobject = \"inbox/{name}.csv\"\nmatch_field = \"key\"\n\
             [source.mapping]\nusername = \"key\"\ntitle = \"title\"\n"
        )
    };
    let sources: String = names.iter().map(of_source).collect();
    let world = World::new(&format!("[licence]\nseats = {}\n{sources}", limit(names.len()))).await;
    for name in names {
        let csv = people(name, 0..PEOPLE, "clerk");
        world.shell.store.put_object(&format!("inbox/{name}.csv"), csv.into()).await.unwrap();
    }
    for number in 0..LOCALS {
        let name = format!("local{number}");
        administer::add_local(&world.shell, &name, false, Fields::new(), "boss").await.unwrap();
    }
    world
}

/// Blocks local accounts, one after the other, until told to stop. Answers with how many, and how often one was cancelled
/// at most.
async fn block_people(world: &World, ledger: Arc<Ledger>, stop: Arc<AtomicBool>) -> (u64, u64) {
    let (mut blocked, mut most) = (0, 0);
    let cancelled = Arc::new(AtomicU64::new(0));
    let shell = world.process(Some(SharedInterceptor::new(Locks(ledger, Arc::clone(&cancelled)))));
    while blocked < LOCALS && !stop.load(Ordering::SeqCst) {
        let name = format!("local{blocked}");
        let before = cancelled.load(Ordering::SeqCst);
        administer::block(&shell, &name, "boss", Some("lost laptop")).await.unwrap();
        most = most.max(cancelled.load(Ordering::SeqCst) - before);
        blocked += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (blocked, most)
}

/// Looks at the seats in use, not so often that the server has no time for others. Answers with the most that it saw.
fn watch_now_and_then(world: &World, stop: Arc<AtomicBool>) -> tokio::task::JoinHandle<u64> {
    let shell = world.process(None);
    tokio::spawn(async move {
        let mut most = 0;
        while !stop.load(Ordering::SeqCst) {
            most = most.max(used(&shell).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        most
    })
}

async fn load_at_once(sources: usize) {
    let names = names(sources);
    let world = installation(&names).await;
    let ledger = Arc::new(Ledger::default());
    let locks = || SharedInterceptor::new(Locks(Arc::clone(&ledger), Arc::default()));
    let stop = Arc::new(AtomicBool::new(false));
    let watched = watch_now_and_then(&world, Arc::clone(&stop));
    let runs: Vec<_> = names
        .iter()
        .map(|name| {
            let (shell, event) = (world.process(Some(locks())), reset_event(name));
            tokio::spawn(async move {
                rollcall_reset::handle(event, &shell).await.unwrap();
                events::drain(&shell).await.unwrap();
            })
        })
        .collect();
    let all = async {
        for run in runs {
            run.await.unwrap();
        }
        stop.store(true, Ordering::SeqCst);
    };
    let blocking = block_people(&world, Arc::clone(&ledger), Arc::clone(&stop));
    let ((), (blocked, most)) = tokio::join!(all, blocking);
    let limit = limit(sources);
    assert!(watched.await.unwrap() <= limit);
    assert!(most <= CANCELLED_MAX, "{sources} sources: one of {blocked} blocks was cancelled {most} times");
    assert!(blocked > 0 && ledger.cancelled.load(Ordering::SeqCst) > 0, "they have met");
    let runs = all_runs(&world.shell).await.unwrap();
    assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "{runs:?}");
    let invocations: BTreeSet<_> = runs.iter().map(|run| run.invocations).collect();
    assert_eq!(invocations, [2].into(), "each came to its end at the first try: {runs:?}");
    check(&world, limit).await;
    assert!(used(&world.shell).await >= limit - blocked, "nothing but the seats of the blocked can be free");
    for run in runs {
        let filter = AuditFilter { run: Some(run.id), ..AuditFilter::default() };
        let entries = audit::read(&world.shell, &filter).await.unwrap();
        let changed: Vec<_> = entries.iter().filter_map(|entry| entry.account).collect();
        let accounts: BTreeSet<_> = changed.iter().collect();
        let summary = run.summary.unwrap();
        // Who waits may get a seat in the same run, when a person's block frees one.
        assert_eq!((summary.writes, accounts.len() as u64), (changed.len() as u64, PEOPLE));
        assert_eq!(summary.counts.values().sum::<u64>(), PEOPLE, "each account once: {:?}", summary.counts);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sources_that_load_at_once_and_a_block() {
    load_at_once(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_sources_that_load_at_once_and_a_block() {
    load_at_once(5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_sources_that_load_at_once_and_a_block() {
    load_at_once(20).await;
}
