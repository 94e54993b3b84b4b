//! An answer that is lost although its call took effect, while the caller lives on: the SDK makes the call again, or the
//! caller plans again. It ends as if no answer had been lost (rule 25, invariant 2).

use crate::crash::{AFTER, CONFIG, base, calls, newest_run_tells};
use crate::handlers::api::{answer, send};
use crate::world::World;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_api::configuration;
use rollcall_api::newest_run::all_runs;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::store::{Names, RunStatus};
use rollcall_sync::{Shell, doctor};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What follows a lost answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// The SDK makes the call again, with the same token for a transaction: DynamoDB knows it for ten minutes.
    MadeAgain,
    /// The same, where the token is not known any more.
    MadeAgainTooLate,
    /// The caller is told that it failed.
    GivenUp,
}

/// Loses the answer to the call that writes with this number, once.
#[derive(Debug)]
struct Loss {
    at: u64,
    then: Then,
    writes: AtomicU64,
    attempts: AtomicU64,
    has_struck: AtomicBool,
}

impl Loss {
    /// A process that loses an answer.
    fn process(world: &World, at: u64, then: Then) -> (Shell, Arc<Self>) {
        let (writes, attempts, has_struck) = Default::default();
        let loss = Arc::new(Self { at, then, writes, attempts, has_struck });
        let hook = SharedInterceptor::new(LossHook(Arc::clone(&loss)));
        let shell = match then {
            Then::MadeAgain | Then::MadeAgainTooLate => world.process_that_tries_again(hook),
            Then::GivenUp => world.process(Some(hook)),
        };
        (shell, loss)
    }

    fn has_struck(&self) -> bool {
        self.has_struck.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
struct LossHook(Arc<Loss>);

/// The answer to this call is lost.
#[derive(Debug)]
struct Lost;

impl Storable for Lost {
    type Storer = StoreReplace<Self>;
}

impl Intercept for LossHook {
    fn name(&self) -> &'static str {
        "loss"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let attempt = self.0.attempts.fetch_add(1, Ordering::SeqCst);
        let request = context.request_mut();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        if self.0.then != Then::MadeAgainTooLate || !target.ends_with(".TransactWriteItems") {
            return Ok(());
        }
        let body = std::str::from_utf8(request.body().bytes().unwrap_or_default())?;
        let (before, token) = body.split_once("\"ClientRequestToken\":\"").ok_or("expected a token")?;
        let (token, after) = token.split_once('"').ok_or("expected a token")?;
        let other = format!("{attempt:0width$}", width = token.len());
        *request.body_mut() = format!("{before}\"ClientRequestToken\":\"{other}\"{after}").into();
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().unset::<Lost>();
        let request = context.request();
        let has_effect = match request.headers().get("x-amz-target") {
            Some(target) => ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"]
                .contains(&target.rsplit('.').next().unwrap_or_default()),
            None => !["GET", "HEAD"].contains(&request.method()),
        };
        if has_effect && self.0.writes.fetch_add(1, Ordering::SeqCst) + 1 == self.0.at {
            self.0.has_struck.store(true, Ordering::SeqCst);
            config.interceptor_state().store_put(Lost);
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if config.load::<Lost>().is_some() {
            assert!(context.response().status().is_success(), "a lost answer is one of success");
            *context.response_mut() = HttpResponse::new(500.try_into()?, "".into());
        }
        Ok(())
    }
}

/// What must be as if no answer had been lost: the accounts and the ledger as they are stored, what the run says of itself, every entry of the audit log, how
/// many runs there were.
pub(crate) async fn outcome(world: &World) -> Value {
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, [""; 0]);
    for source in &world.config.sources {
        assert_eq!(world.shell.store.lease_owner(&source.name, world.shell.now()).await.unwrap(), None);
    }
    let mut stored = world.tables().await.0;
    let kinds = ["rollcall-accounts ", "rollcall-usernames ", "rollcall-control licence"];
    stored.retain(|place, _| kinds.iter().any(|kind| place.starts_with(kind)));
    json!({
        "stored": stored,
        "run": format!("{:?}", newest_run_tells(world).await),
        "audit": audit::read(&world.shell, &AuditFilter::default()).await.unwrap(),
        "runs": all_runs(&world.shell).await.unwrap().len(),
    })
}

/// Drops the file, and sees the run that follows to its end. What fails is tried again by those who called: S3 sends its
/// notice three times, SQS its messages.
async fn run(shell: &Shell, world: &World) {
    for _ in 0..3 {
        if events::drop_notice(shell, world.source()).await.is_ok() {
            break;
        }
    }
    events::drain(shell).await.unwrap();
}

/// Lets the next run tell of the licence anew.
async fn forget_what_was_told(world: &World) {
    let name = AttributeValue::S(String::from("health"));
    let deleting = world.dynamo().delete_item().table_name(Names::local().control).key("name", name);
    deleting.send().await.unwrap();
}

async fn lose_each_answer_of_a_run(then: Then, test: u64) {
    let base = base().await;
    forget_what_was_told(&base).await;
    let undisturbed = base.copy(CONFIG).await;
    undisturbed.tick();
    let (shell, _) = Loss::process(&undisturbed, u64::MAX, then);
    run(&shell, &undisturbed).await;
    let expected = outcome(&undisturbed).await;
    let told = shell.bus.take();
    assert_eq!(undisturbed.sync(AFTER).await.summary.unwrap().writes, 0);
    assert!(!told.is_empty(), "the run tells of something");
    for at in calls(test, 3) {
        let world = base.copy(CONFIG).await;
        world.tick();
        let (shell, loss) = Loss::process(&world, at, then);
        run(&shell, &world).await;
        if !loss.has_struck() {
            assert!(at > 20, "a small run has more calls that write than {at}");
            break;
        }
        assert_eq!(outcome(&world).await, expected, "the answer to write {at} was lost, {then:?}");
        if then != Then::GivenUp {
            // A notice that cannot be sent is left to the next run.
            assert_eq!(shell.bus.take(), told, "the answer to write {at} was lost, {then:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_lost_answer_is_asked_for_again_is_as_any_other() {
    lose_each_answer_of_a_run(Then::MadeAgain, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_knows_its_own_writes_where_no_token_tells() {
    lose_each_answer_of_a_run(Then::MadeAgainTooLate, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_fails_for_a_lost_answer_plans_the_same_again() {
    lose_each_answer_of_a_run(Then::GivenUp, 2).await;
}

/// What people ask for, each with a key, so that what is kept of the request is written too.
async fn requests(world: &World) -> Vec<Value> {
    let id = async |name: &str| administer::find(&world.shell, name).await.unwrap().id;
    let held = all_runs(&world.shell).await.unwrap().remove(0).id;
    let (ben, cem) = (id("ben").await, id("cem").await);
    let version = configuration::read(&world.shell).await.unwrap().version;
    let mut configuration = send("PUT", "/configuration", &Value::Null);
    configuration["body"] = json!(format!("# Another.\n{HELD}"));
    configuration["headers"]["if-match"] = json!(format!("\"{version}\""));
    let mut requests = vec![
        send("PUT", "/licence", &json!({ "limit": 3 })),
        send("PUT", "/licence", &json!({ "limit": "configured" })),
        send("POST", "/accounts", &json!({ "username": "root" })),
        send("POST", &format!("/accounts/{ben}/block"), &json!({ "why": "lost laptop" })),
        send("POST", &format!("/accounts/{cem}/unblock"), &json!({})),
        send("POST", &format!("/runs/{held}/leave"), &json!({})),
        send("POST", "/reset", &json!({})),
        send("POST", "/reset", &json!({ "approve": held })),
        send("POST", "/reset", &json!({ "dry_run": true })),
        configuration,
    ];
    for request in &mut requests {
        request["headers"]["idempotency-key"] = json!("k");
    }
    requests
}

/// Five people and a source whose run has its removals held; one of them is blocked, one waits.
pub(crate) const HELD: &str = r#"
[licence]
seats = 5
[guard]
min_removals = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
"#;

pub(crate) async fn held() -> World {
    let world = World::new(HELD).await;
    world.sync("key\nann\nben\ncem\ndee\n").await;
    administer::block(&world.shell, "cem", "boss", None).await.unwrap();
    let run = world.sync("key\nann\n").await;
    assert_eq!(run.status, RunStatus::Held);
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(4)), "boss").await.unwrap();
    world.tick();
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_answered_the_same_where_an_answer_was_lost() {
    let base = held().await;
    for (number, request) in requests(&base).await.into_iter().enumerate() {
        let undisturbed = base.copy(HELD).await;
        let expected = (answer(request.clone(), &undisturbed.shell).await, {
            events::drain(&undisturbed.shell).await.unwrap();
            outcome(&undisturbed).await
        });
        let status = expected.0["statusCode"].as_i64().unwrap();
        assert!((200..300).contains(&status), "{request}: {}", expected.0);
        let then = Then::MadeAgainTooLate;
        for at in calls(number as u64, 3) {
            let world = base.copy(HELD).await;
            let (shell, loss) = Loss::process(&world, at, then);
            let answered = answer(request.clone(), &shell).await;
            if !loss.has_struck() {
                assert!(at > 3, "a request writes more often than {at} times");
                break;
            }
            events::drain(&shell).await.unwrap();
            let context = format!("{}: the answer to write {at} was lost, {then:?}", request["rawPath"]);
            assert_eq!((answered, outcome(&world).await), expected, "{context}");
        }
    }
}
