//! Pages through the real SDK, before a server that answers what a test says, attempt by attempt.

use super::json::{Spelling, body};
use crate::aws::behavior::sdk_behavior;
use crate::aws::dynamo::{Item, number, text};
use crate::aws::typed_query::{Read, one_page};
use crate::names::Names;
use crate::store::Store;
use crate::tables::account_keys::key;
use crate::tables::account_pages::{READING, decode_all, typed};
use crate::tables::accounts::encode;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use rollcall_core::account::{Account, AccountId, AccountState, Owner};
use rollcall_core::fields::Fields;
use rollcall_core::history::History;
use rollcall_core::username::Username;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a server answers to one attempt.
#[derive(Clone, Debug)]
enum Answer {
    Http(u16, String),
    /// The connection ends within the body.
    CutOff,
    /// There is no connection.
    Unreachable,
}

/// Answers one attempt after the other.
#[derive(Clone, Debug)]
struct Server(Arc<Mutex<VecDeque<Answer>>>);

impl HttpConnector for Server {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.lock().unwrap().pop_front().expect("more attempts than answers");
        HttpConnectorFuture::ready(match answer {
            Answer::Http(status, body) => {
                Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body)))
            }
            Answer::CutOff => Ok(HttpResponse::new(200.try_into().unwrap(), cut_off())),
            Answer::Unreachable => Err(ConnectorError::io("nobody is there".into())),
        })
    }
}

/// A body of which only the beginning comes.
fn cut_off() -> SdkBody {
    struct Broken(bool);
    impl http_body::Body for Broken {
        type Data = <SdkBody as http_body::Body>::Data;
        type Error = aws_smithy_types::body::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
            let frame = if std::mem::replace(&mut self.0, true) {
                Err("the connection has ended".into())
            } else {
                Ok(http_body::Frame::data(Self::Data::from_static(b"{\"Items\":[")))
            };
            std::task::Poll::Ready(Some(frame))
        }
    }
    SdkBody::from_body_1_x(Broken(false))
}

/// A store before a server that gives these answers.
fn store(answers: &[Answer]) -> (Store, Server) {
    let server = Server(Arc::new(Mutex::new(answers.iter().cloned().collect())));
    let connector = SharedHttpConnector::new(server.clone());
    let dynamo = aws_sdk_dynamodb::Config::builder()
        .behavior_version(sdk_behavior())
        .region(Region::from_static("eu-central-1"))
        .credentials_provider(Credentials::for_tests())
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    let s3 = aws_sdk_s3::Config::builder().behavior_version(sdk_behavior()).build();
    let dynamo = aws_sdk_dynamodb::Client::from_conf(dynamo);
    (Store::new(dynamo, aws_sdk_s3::Client::from_conf(s3), Names::local()), server)
}

fn item(username: &str) -> Item {
    let username = Username::parse(username).unwrap();
    let account = Account {
        id: AccountId::of_local(&username),
        owner: Owner::Local,
        username,
        is_admin: false,
        priority: 0,
        state: AccountState::Active,
        missing_since: None,
        history: History::default(),
        fields: Fields::new(),
        version: 1,
    };
    encode(&account, 64)
}

/// The key of such an item.
fn key_of(username: &str) -> Item {
    key(AccountId::of_local(&Username::parse(username).unwrap()), 64)
}

fn page(items: &[Item], next: Option<&Item>) -> Answer {
    Answer::Http(200, body(items, next, Spelling::Plain))
}

fn refused(status: u16, code: &str) -> Answer {
    let body =
        serde_json::json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "no" });
    Answer::Http(status, body.to_string())
}

/// What a caller sees of a page read in the typed way, and of one read as items.
async fn both(answers: &[Answer]) -> [Result<(Vec<String>, bool), String>; 2] {
    let (in_one_pass, server) = store(answers);
    let names =
        |accounts: &[Account]| accounts.iter().map(|one| one.username.original().to_owned()).collect();
    let typed = in_one_pass.accounts_page(3, None).await;
    let typed = typed.map(|page| (names(&page.accounts), page.next.is_some()));
    let rest = server.0.lock().unwrap().len();
    let (as_items, server) = store(answers);
    let plain = as_items.read_shard(3, None).await;
    let plain = plain.and_then(|(items, next)| {
        let (accounts, _) = decode_all(&items)?;
        Ok((names(&accounts), next.is_some()))
    });
    assert_eq!(server.0.lock().unwrap().len(), rest, "as many attempts");
    [typed.map_err(|error| format!("{error:?}")), plain.map_err(|error| format!("{error:?}"))]
}

#[tokio::test]
async fn the_sdk_takes_our_deserializer() {
    let (store, _) = store(&[page(&[item("Ada"), item("Björn")], Some(&key_of("Björn")))]);
    let read = one_page(store.query_of_shard(3), None, typed::read, READING).await.unwrap();
    let (Read::Typed(typed), Some(next)) = read else { panic!("the SDK has read the page itself") };
    assert_eq!(typed.accounts.len(), 2);
    assert_eq!(next.0, key_of("Björn"));
}

#[tokio::test]
async fn what_is_unusual_is_read_as_items() {
    let earlier = {
        let mut item = item("Ada");
        item.insert(String::from("schema_version"), text("one"));
        item
    };
    let (store, _) = store(&[page(&[earlier], None)]);
    let read = one_page(store.query_of_shard(3), None, typed::read, READING).await.unwrap();
    assert!(matches!(read, (Read::Items(items), None) if items.len() == 1));
}

#[tokio::test]
async fn faults_are_tried_again_and_said_as_ever() {
    let good = || page(&[item("Ada")], None);
    let throttled = || refused(400, "ProvisionedThroughputExceededException");
    let damaged = {
        let mut item = item("Ada");
        item.insert(String::from("version"), text("three"));
        page(&[item], None)
    };
    let newer = {
        let mut item = item("Ada");
        item.insert(String::from("schema_version"), number(2));
        page(&[item], None)
    };
    let no_json = || Answer::Http(200, String::from("{\"Items\":[{\"id\":"));
    let passing = [
        vec![throttled(), good()],
        vec![refused(500, "InternalServerError"), refused(503, "ServiceUnavailable"), good()],
        vec![Answer::Unreachable, Answer::CutOff, good()],
        vec![page(&[], None)],
        vec![page(&[item("Ada")], Some(&key_of("Ada")))],
        vec![page(&[item("Ada")], Some(&item("Ada")))],
        vec![Answer::Http(200, String::from("{}"))],
        vec![Answer::Http(200, String::new())],
    ];
    for answers in passing {
        let [typed, plain] = both(&answers).await;
        assert!(typed.is_ok(), "{typed:?} of {answers:?}");
        assert_eq!(typed, plain, "{answers:?}");
    }
    let failing = [
        vec![throttled(), throttled(), throttled()],
        vec![refused(400, "AccessDeniedException")],
        vec![refused(400, "ResourceNotFoundException")],
        vec![Answer::CutOff, Answer::CutOff, Answer::CutOff],
        vec![Answer::CutOff, refused(400, "AccessDeniedException")],
        vec![no_json(), no_json(), no_json()],
        vec![damaged],
        vec![newer],
    ];
    for answers in failing {
        let [typed, plain] = both(&answers).await;
        assert!(typed.is_err(), "{typed:?} of {answers:?}");
        assert_eq!(typed, plain, "{answers:?}");
    }
}
