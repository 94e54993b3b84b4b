//! Many sources that move seats in the same second, over a DynamoDB whose transactions conflict: all come to their end,
//! none gives up, and a person's block gets through meanwhile (rules 10, 15, 26).
//!
//! The embedded server does one transaction after the other. Here the ledger is locked while a transaction is under way,
//! as in DynamoDB, and the next one is cancelled.

use super::{check, people, reset_event, used};
use crate::world::World;
use aws_sdk_dynamodb::config::http::HttpResponse;
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
use rollcall_sync::store::RunStatus;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What happens to a call on its way from the request to the response.
#[derive(Debug)]
enum Fate {
    /// It has the lock of the ledger.
    HasLock,
    /// It is cancelled with this answer.
    Cancelled(String),
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

/// Cancels transactions that meet at the ledger.
#[derive(Debug)]
struct Locks(Arc<Ledger>);

fn is_of_ledger(item: &Value) -> bool {
    item["Update"]["Key"]["name"]["S"] == "licence"
}

/// The answer to a transaction that met another at its item with this number.
fn conflict(items: usize, at: usize) -> String {
    let reason = |item| {
        if item == at { json!({ "Code": "TransactionConflict" }) } else { json!({ "Code": "None" }) }
    };
    let reasons: Vec<Value> = (0..items).map(reason).collect();
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    json!({ "__type": kind, "message": "cancelled", "CancellationReasons": reasons }).to_string()
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
            request.headers_mut().insert("x-amz-target", "DynamoDB_20120810.Nothing");
            config.interceptor_state().store_put(Fate::Cancelled(conflict(items.len(), at)));
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
                *context.response_mut() = HttpResponse::new(400.try_into()?, answer.clone().into());
            }
            None => {}
        }
        Ok(())
    }
}

/// Entries of a run that are no account's: that somebody asked for it.
const OF_ITS_REQUEST: u64 = 1;

/// How many people each source has: so many that one transaction does not take them all.
const PEOPLE: u64 = 40;

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
        administer::add_local(&world.shell, &name, false, [].into_iter().collect(), "boss").await.unwrap();
    }
    world
}

/// Blocks local accounts, one after the other, until told to stop. Answers with how many, and how long the slowest took.
async fn block_people(world: &World, locks: SharedInterceptor, stop: Arc<AtomicBool>) -> (u64, Duration) {
    let (mut blocked, mut slowest) = (0, Duration::ZERO);
    let shell = world.process(Some(locks));
    while blocked < LOCALS && !stop.load(Ordering::SeqCst) {
        let name = format!("local{blocked}");
        let begin = Instant::now();
        administer::block(&shell, &name, "boss", Some("lost laptop")).await.unwrap();
        slowest = slowest.max(begin.elapsed());
        blocked += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (blocked, slowest)
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
    let locks = || SharedInterceptor::new(Locks(Arc::clone(&ledger)));
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
    let ((), (blocked, slowest)) = tokio::join!(all, block_people(&world, locks(), Arc::clone(&stop)));
    let limit = limit(sources);
    assert!(watched.await.unwrap() <= limit);
    assert!(
        slowest < Duration::from_secs(2),
        "{sources} sources: the slowest of {blocked} blocks took {slowest:?}"
    );
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
        let accounts: BTreeSet<_> = entries.iter().filter_map(|entry| entry.account).collect();
        let summary = run.summary.unwrap();
        // A seat that a block has freed meanwhile may go to somebody whom this run has just created without one.
        assert_eq!((summary.writes, accounts.len() as u64), (entries.len() as u64 - OF_ITS_REQUEST, PEOPLE));
        assert_eq!(summary.counts["created_active"] + summary.counts["activated"], summary.taken);
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
