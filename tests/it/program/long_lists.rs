//! Lists that are longer than what is shown at once, from an API that counts the pages which it gives.

use super::{Answer, program};
use crate::fakes::serve;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More than two blocks, and no whole number of pages.
const PEOPLE: usize = 12_345;

/// An API with so many accounts, and how many pages it has given.
struct Long {
    url: String,
    pages: Arc<AtomicUsize>,
}

impl Long {
    async fn begin() -> Self {
        let pages = Arc::new(AtomicUsize::new(0));
        let router = Router::new().route("/accounts", get(page)).with_state(Arc::clone(&pages));
        Self { url: serve(router).await, pages }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments).args(["--remote", &self.url]).env("ROLLCALL_TOKEN", "token");
        command
    }

    async fn done(&self, arguments: &[&str]) -> String {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let answer = Answer::of(output);
        answer.assert_code(0);
        answer.out
    }
}

/// A page of accounts; the last person is an administrator.
async fn page(
    State(pages): State<Arc<AtomicUsize>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> String {
    pages.fetch_add(1, Ordering::Relaxed);
    let number = |name: &str| query.get(name).map_or(0, |text| text.parse::<usize>().unwrap());
    let (first, end) = (number("after"), PEOPLE.min(number("after") + number("limit")));
    let account =
        |at: usize| json!({"username": username(at), "state": "active", "is_admin": at == PEOPLE - 1});
    let next = (end < PEOPLE).then(|| end.to_string());
    json!({"accounts": (first..end).map(account).collect::<Vec<_>>(), "next": next}).to_string()
}

/// Longer ones far down the list.
fn username(at: usize) -> String {
    format!("{}{at:05}", if at < 9_000 { "user" } else { "somebody.else" })
}

#[tokio::test]
async fn a_list_of_several_blocks_has_everybody_once_and_in_order() {
    let long = Long::begin().await;
    let everybody: Vec<String> = (0..PEOPLE).map(username).collect();
    let table = long.done(&["accounts"]).await;
    let mut lines = table.lines();
    assert!(lines.next().unwrap().trim_start().starts_with("USERNAME"), "{}", &table[..200]);
    let first_word = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    assert_eq!(lines.map(first_word).collect::<Vec<_>>(), everybody);
    assert!(table.lines().last().unwrap().ends_with("administrator"), "{:?}", table.lines().last());
    let array: Value = serde_json::from_str(&long.done(&["accounts", "--json"]).await).unwrap();
    let array = array.as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap().to_owned());
    assert_eq!(array.collect::<Vec<_>>(), everybody);
}

#[tokio::test]
async fn a_limit_counts_over_blocks_and_reads_no_further() {
    let long = Long::begin().await;
    for (limit, pages) in [(1, 1), (200, 1), (5_000, 25), (5_001, 26), (7_300, 37)] {
        long.pages.store(0, Ordering::Relaxed);
        let table = long.done(&["accounts", "--limit", &limit.to_string()]).await;
        assert_eq!(table.lines().count(), limit + 1, "{limit} and the headings");
        assert_eq!(long.pages.load(Ordering::Relaxed), pages, "{limit}");
    }
}

#[tokio::test]
async fn whoever_closes_the_pipe_ends_the_reading() {
    let long = Long::begin().await;
    for arguments in [&["accounts"][..], &["accounts", "--json"]] {
        long.pages.store(0, Ordering::Relaxed);
        let mut command = long.command(arguments);
        let ended = tokio::task::spawn_blocking(move || {
            let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
            let mut first = String::new();
            // As `head -1` does.
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
            child.wait().unwrap()
        });
        assert!(ended.await.unwrap().success(), "{arguments:?}");
        let pages = long.pages.load(Ordering::Relaxed);
        assert!((26..=51).contains(&pages), "{arguments:?} read {pages} of 62 pages");
    }
}
