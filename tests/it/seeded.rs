//! A mixed story of runs and people on a network that does everything wrong, by fixed seeds: answers that are lost after
//! their effect, throttling, transactions that meet others, calls that are never answered, bodies that break at every tenth.
//! The faults are made below the SDK, where the network would be. Its end is that of the undisturbed story (rule 25,
//! invariants 1, 2, 5).

use crate::answers::outcome;
use crate::bodies::{Break, Breaker, tenth};
use crate::crash::{AFTER, CONFIG, base};
use crate::faults;
use crate::world::{World, is_emulated};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use regex_lite::{Captures, Regex};
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::Shell;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a call meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// It has its effect, and the connection breaks before the answer.
    AnswerLost,
    /// It is refused: too much at once.
    Throttled,
    /// It is refused: another transaction is under way at an item.
    Conflict,
    /// It is never answered, and has no effect.
    Unheard,
    /// It is never answered, but has its effect.
    HeardInSilence,
}

const ALL: [Fault; 5] =
    [Fault::AnswerLost, Fault::Throttled, Fault::Conflict, Fault::Unheard, Fault::HeardInSilence];

/// One call in so many meets a fault.
const ONE_IN: usize = 6;

/// A call that is not answered is given up after this time.
const ATTEMPT: Duration = Duration::from_millis(250);

/// The stories of these seeds. Another number is another story; all must end alike.
const SEEDS: [u64; 6] = [1, 7, 42, 1966, 20_261_129, u64::MAX];

/// Who makes the faults of one story.
#[derive(Clone, Debug)]
struct Fate {
    random: Arc<Mutex<fastrand::Rng>>,
    struck: Arc<Mutex<BTreeMap<Fault, u32>>>,
    breaker: Arc<Breaker>,
}

impl Fate {
    fn new(seed: u64) -> Self {
        let random = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        let how = if seed.is_multiple_of(2) { Break::Reset } else { Break::Short };
        Self { random, struck: Arc::default(), breaker: Breaker::new(how, tenth, || ()) }
    }

    /// What this call meets, if it meets anything.
    fn draw(&self, operation: Option<&str>) -> Option<Fault> {
        let fault = {
            let mut random = self.random.lock().unwrap();
            if random.usize(..ONE_IN) > 0 {
                return None;
            }
            ALL[random.usize(..ALL.len())]
        };
        let can_meet = matches!(operation, Some("TransactWriteItems" | "UpdateItem"));
        if fault == Fault::Conflict && !can_meet {
            return None;
        }
        *self.struck.lock().unwrap().entry(fault).or_default() += 1;
        Some(fault)
    }

    /// A process on this network.
    fn process(&self, world: &World) -> Shell {
        let retries =
            RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)).with_max_attempts(4);
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).build();
        let dynamo = world.servers.dynamo().build();
        let inner = dynamo.http_client().unwrap();
        let dynamo = dynamo.to_builder().http_client(self.between(inner));
        let s3 = world.servers.s3().build();
        let inner = s3.http_client().unwrap();
        let s3 = s3.to_builder().http_client(self.between(inner));
        world.process_on(
            dynamo.retry_config(retries.clone()).timeout_config(timeouts.clone()).build(),
            s3.retry_config(retries).timeout_config(timeouts).build(),
        )
    }

    fn between(&self, inner: SharedHttpClient) -> Network<SharedHttpClient> {
        Network { inner, fate: self.clone() }
    }
}

/// The network between the SDK and a server.
#[derive(Clone, Debug)]
struct Network<T> {
    inner: T,
    fate: Fate,
}

impl HttpClient for Network<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Network { inner, fate: self.fate.clone() })
    }
}

impl HttpConnector for Network<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { inner, fate } = self.clone();
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").map(str::to_owned);
            let operation = target.as_deref().and_then(|target| target.rsplit('.').next());
            let is_object =
                operation.is_none() && request.method() == "GET" && !request.uri().contains("list-type=");
            match fate.draw(operation) {
                None => {
                    let mut response = inner.call(request).await?;
                    if is_object {
                        fate.breaker
                            .break_body(&mut response)
                            .map_err(|error| ConnectorError::other(error, None))?;
                    }
                    Ok(response)
                }
                Some(Fault::AnswerLost) => {
                    inner.call(request).await?;
                    Err(ConnectorError::io("connection reset by peer".into()))
                }
                Some(Fault::Throttled) if operation.is_none() => {
                    Ok(response(&faults::s3_error(503, "SlowDown", SLOW_DOWN)))
                }
                Some(Fault::Throttled) => {
                    Ok(response(&faults::dynamo_error("ThrottlingException", SLOW_DOWN)))
                }
                Some(Fault::Conflict) => Ok(response(&conflict(operation, &request))),
                Some(Fault::Unheard) => std::future::pending().await,
                Some(Fault::HeardInSilence) => {
                    inner.call(request).await?;
                    std::future::pending().await
                }
            }
        })
    }
}

const SLOW_DOWN: &str = "Please reduce your request rate.";

fn response(answer: &faults::Answer) -> HttpResponse {
    faults::response(answer).unwrap()
}

/// As DynamoDB says it: a transaction names the item at which it met another, an update only that it did.
fn conflict(operation: Option<&str>, request: &HttpRequest) -> faults::Answer {
    if operation == Some("UpdateItem") {
        return faults::dynamo_error("TransactionConflictException", "conflict");
    }
    let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap();
    faults::transaction_conflict(body["TransactItems"].as_array().unwrap().len(), 0)
}

/// Leavers and joiners, one of whom takes the username of another; somebody who was blocked is gone.
const LATER: &str = "key,id,username,title\nann,1,cem,boss\ncem,3,ann,clerk\ndee,4,dee,boss\neva,5,eva,clerk\n\
                     gus,7,gus,clerk\nida,11,ida,clerk\njon,12,jon,clerk\n";

/// Two files, a person who blocks, a licence that grows, a Reset: told by a process of this kind. Answers with how it stood
/// after each run.
async fn story(base: &World, process: impl Fn(&World) -> Shell) -> Vec<Value> {
    let world = base.copy(CONFIG).await;
    let mut ends = Vec::new();
    for (number, csv) in [AFTER, LATER, LATER].into_iter().enumerate() {
        world.tick();
        world.put_csv(csv).await;
        if number == 2 {
            administer::block(&world.shell, "dee", "boss", None).await.unwrap();
            administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(6)), "boss").await.unwrap();
        }
        let shell = process(&world);
        // S3 sends its notice again when nobody takes it.
        for _ in 0..5 {
            if events::drop_notice(&shell, world.source()).await.is_ok() {
                break;
            }
        }
        events::drain(&shell).await.unwrap();
        let mut end = outcome(&world).await;
        let entries = end["audit"].as_array_mut().unwrap();
        for entry in entries {
            // Who has met others no longer says the seats exactly (rule 30c).
            entry["seats"].take();
        }
        ends.push(in_their_order(&end));
    }
    ends
}

/// The same with runs called by their order: a run whose beginning failed on the way took an id, and left nothing else.
fn in_their_order(end: &Value) -> Value {
    let text = end.to_string();
    let id = Regex::new(r"\brun-(\d+)\b").unwrap();
    let ids: BTreeSet<u32> = id.captures_iter(&text).map(|found| found[1].parse().unwrap()).collect();
    let place = |number: &str| ids.iter().position(|id| id.to_string() == number).unwrap();
    let text = id.replace_all(&text, |found: &Captures<'_>| format!("run-{}", place(&found[1])));
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_story_on_a_bad_network_ends_as_on_a_good_one() {
    if is_emulated() {
        return;
    }
    let base = base().await;
    let undisturbed = story(&base, |world| world.process(None)).await;
    let mut struck: BTreeMap<Fault, u32> = BTreeMap::new();
    let fates = SEEDS.map(Fate::new);
    // At the same time: most of a story is waiting.
    let stories = fates.each_ref().map(|fate| story(&base, |world| fate.process(world)));
    let stories = futures::future::join_all(stories).await;
    for ((seed, fate), disturbed) in SEEDS.iter().zip(&fates).zip(stories) {
        for (number, (end, expected)) in disturbed.iter().zip(&undisturbed).enumerate() {
            assert_eq!(end, expected, "seed {seed}, run {number}, {:?}", fate.struck);
        }
        assert!(fate.breaker.broken.load(Ordering::SeqCst) > 20, "seed {seed}");
        for (fault, times) in fate.struck.lock().unwrap().iter() {
            *struck.entry(*fault).or_default() += times;
        }
    }
    assert!(ALL.iter().all(|fault| struck.get(fault).is_some_and(|times| *times > 3)), "{struck:?}");
}
