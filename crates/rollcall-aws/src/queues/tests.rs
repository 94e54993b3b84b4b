//! The calls as a server sees them.

use super::SqsQueues;
use crate::parameter::tests::Server;
use rollcall_store::{QueueName, QueueService as _};
use serde_json::json;
use std::time::Duration;

const FETCH_URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/fetch.fifo";
const RECONCILE_URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/reconcile.fifo";

fn queues(server: &Server) -> SqsQueues {
    let config = aws_sdk_sqs::config::Builder::from(&server.config)
        .retry_config(aws_sdk_sqs::config::retry::RetryConfig::disabled())
        .build();
    SqsQueues {
        client: aws_sdk_sqs::Client::from_conf(config),
        fetch_url: FETCH_URL.to_owned(),
        reconcile_url: RECONCILE_URL.to_owned(),
    }
}

#[tokio::test]
async fn a_failed_message_is_hidden_for_seconds() {
    let server = Server::start(vec![(200, json!({})), (200, json!({}))]).await;
    let queues = queues(&server);
    queues.postpone(QueueName::Fetch, "receipt one", Duration::from_secs(10)).await.unwrap();
    queues.postpone(QueueName::Reconcile, "receipt two", Duration::ZERO).await.unwrap();
    let requests = server.requests.lock().unwrap();
    let expected = [(FETCH_URL, "receipt one", 10), (RECONCILE_URL, "receipt two", 0)];
    assert_eq!(requests.len(), expected.len());
    for (request, (url, receipt, seconds)) in requests.iter().zip(expected) {
        assert_eq!(request.headers["x-amz-target"], "AmazonSQS.ChangeMessageVisibility");
        let body = json!({ "QueueUrl": url, "ReceiptHandle": receipt, "VisibilityTimeout": seconds });
        assert_eq!(request.body, body);
    }
}

#[tokio::test]
async fn a_queue_that_refuses_to_hide_a_message_is_an_error() {
    let refusal =
        json!({ "__type": "com.amazonaws.sqs#MessageNotInflight", "message": "it is not in flight" });
    let server = Server::start(vec![(400, refusal)]).await;
    let refused =
        queues(&server).postpone(QueueName::Fetch, "old", Duration::from_secs(10)).await.unwrap_err();
    assert!(refused.to_string().starts_with("postponing a message"), "{refused}");
}
