//! What DynamoDB and S3 refuse: for good, then the run ends and says why; for a moment, then it is tried again.

use super::{ANN, ANN_AND_BEN, NOBODY, STAFF, STAFF_OBJECT, assert_at_rest, notice, people, put, runs};
use crate::faults::{Answer, Call, dynamo_error, process, s3_error};
use crate::world::World;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::store::RunStatus;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

async fn with_file() -> World {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN).await;
    world
}

/// A run in a process of its own; an error where a step was to be tried again more often than a queue does.
async fn run_in(shell: &Shell) -> anyhow::Result<()> {
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), shell).await?;
    events::drain(shell).await
}

/// A run that meets this refusal ends as failed, says these words, and gives its lease back.
async fn assert_ends_the_run(
    refuse: impl Fn(&Call) -> Option<Answer> + Send + Sync + 'static,
    words: &[&str],
) {
    let world = with_file().await;
    run_in(&process(&world, refuse)).await.unwrap();
    let run = runs(&world).await.remove(0);
    assert_eq!(run.status, RunStatus::Failed, "{run:?}");
    let error = run.error.unwrap();
    for word in words {
        assert!(error.contains(word), "{error:?} does not say {word:?}");
    }
    assert_eq!(world.sync(ANN).await.status, RunStatus::Completed);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_table_that_may_not_be_read_ends_the_run_and_is_named() {
    let who = "User: rollcall is not authorized to perform: dynamodb:Query on resource: accounts";
    let refuse = move |call: &Call| {
        call.is("Query", "rollcall-accounts").then(|| dynamo_error("AccessDeniedException", who))
    };
    assert_ends_the_run(refuse, &["reading accounts", "AccessDeniedException", who, "permission"]).await;
}

#[tokio::test]
async fn a_request_that_dynamodb_never_takes_ends_the_run() {
    let why = "One or more parameter values were invalid: Missing the key shard in the item";
    let refuse = move |call: &Call| {
        call.is("TransactWriteItems", "rollcall-accounts").then(|| dynamo_error("ValidationException", why))
    };
    assert_ends_the_run(refuse, &["committing changes", why, "table"]).await;
}

#[tokio::test]
async fn an_object_that_may_not_be_read_ends_the_run() {
    let refuse = |call: &Call| {
        let is_read = call.operation.starts_with("GET ") && call.operation.ends_with("/inbox/staff.csv");
        is_read.then(|| s3_error(403, "AccessDenied", "User: rollcall is not authorized"))
    };
    assert_ends_the_run(refuse, &["AccessDenied", "not authorized", "permission"]).await;
}

#[tokio::test]
async fn a_snapshot_that_may_not_be_written_ends_the_run() {
    let refuse = |call: &Call| {
        let is_written = call.operation.starts_with("PUT ") && call.operation.contains("/snapshots/");
        is_written.then(|| s3_error(403, "AccessDenied", "User: rollcall is not authorized"))
    };
    assert_ends_the_run(refuse, &["writing an object", "AccessDenied", "permission"]).await;
}

#[tokio::test]
async fn what_is_refused_for_a_moment_is_tried_again() {
    let moments = [
        dynamo_error("ExpiredTokenException", "The security token included in the request is expired"),
        dynamo_error("ThrottlingException", "Rate exceeded"),
        dynamo_error("ProvisionedThroughputExceededException", "Too much"),
        (500, String::from(r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#)),
        (503, String::from("down for a moment")),
    ];
    for moment in moments {
        let world = with_file().await;
        let calls = AtomicU64::new(0);
        let answer = moment.clone();
        let shell = process(&world, move |call| {
            let is_first = call.operation == "Query" && calls.fetch_add(1, Ordering::SeqCst) == 0;
            is_first.then(|| answer.clone())
        });
        run_in(&shell).await.unwrap();
        assert_eq!(runs(&world).await.remove(0).status, RunStatus::Completed, "{moment:?}");
        assert_at_rest(&world).await;
    }
}

#[tokio::test]
async fn an_update_that_meets_a_transaction_is_made_again() {
    let world = World::new(STAFF).await;
    world.sync(ANN_AND_BEN).await;
    let met: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let (calls, seen) = (AtomicU64::new(0), Arc::clone(&met));
    // Every other update meets one; so does one of two transactions that begin a run or keep its record.
    let shell = process(&world, move |call| {
        let is_update = call.operation == "UpdateItem";
        if !is_update || calls.fetch_add(1, Ordering::SeqCst) % 2 == 1 {
            return None;
        }
        let (item, what) = (&call.body["Key"]["name"]["S"], &call.body["UpdateExpression"]);
        seen.lock().unwrap().insert(format!("{} {}", item.as_str()?, what.as_str()?));
        Some(dynamo_error("TransactionConflictException", "Transaction is ongoing for the item"))
    });
    world.tick();
    put(&world, STAFF_OBJECT, NOBODY).await;
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &shell).await.unwrap();
    rollcall_fetch::handle(notice(&[STAFF_OBJECT]), &shell).await.unwrap();
    events::drain(&shell).await.unwrap();
    let statuses: Vec<RunStatus> = runs(&world).await.iter().map(|run| run.status).collect();
    assert_eq!(statuses, [RunStatus::Completed, RunStatus::Held]);
    let met = met.lock().unwrap().iter().cloned().collect::<Vec<_>>().join("\n");
    for what in ["epoch", "again", "REMOVE again", "expires_at", "digest", "held", "REMOVE #run"] {
        assert!(met.contains(what), "no {what:?} in\n{met}");
    }
    world.sync(ANN_AND_BEN).await;
    assert_eq!(people(&world).await["ben"], "active");
    assert_at_rest(&world).await;
}

/// DynamoDB counts what the application keeps in the items too, which a run does not see.
#[tokio::test]
async fn a_commit_that_is_too_big_is_halved() {
    let world = World::new(STAFF).await;
    let shell = process(&world, |call| {
        let accounts = call.body.to_string().matches("rollcall-accounts").count();
        let is_too_big = call.operation == "TransactWriteItems" && accounts > 1;
        let why = "Collection size of items exceeded, which can also be caused by the aggregate size of the items in \
                   the transaction exceeding the 4MB limit";
        is_too_big.then(|| dynamo_error("ValidationException", why))
    });
    put(&world, STAFF_OBJECT, "key,username,title\na,a,x\nb,b,x\nc,c,x\nd,d,x\ne,e,x\nf,f,x\n").await;
    run_in(&shell).await.unwrap();
    let run = runs(&world).await.remove(0);
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    let people: Vec<_> = people(&world).await.into_iter().collect();
    let expected = ["a", "b", "c", "d", "e"].map(|name| (name.to_owned(), "active"));
    assert_eq!(people[..5], expected);
    assert_eq!(people[5], (String::from("f"), "no_seat"));
    assert_at_rest(&world).await;
}
