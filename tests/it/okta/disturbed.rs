//! Answers that cannot be trusted: every fault on every page ends in the right accounts or in none changed.

use super::failure;
use crate::entra::{completed, expected, limit, people, person, run, states, world};
use crate::fakes::okta::Okta;
use crate::fakes::{FakeDirectory as _, Fault};
use crate::scenario::Person;
use rollcall_sync::store::RunStatus;
use std::time::Duration;

const NAMES: [&str; 5] = ["ann", "ben", "cem", "dot", "eve"];

/// How a run ends with this fault once on the first, a middle or the last page: `c`ompleted or `f`ailed.
fn faults() -> Vec<(Fault, &'static str)> {
    let status = |status, headers, body| Fault::Status(status, headers, body);
    vec![
        (status(500, vec![], "oh dear"), "ccc"),
        (status(503, vec![], "{\"errorCode\":\"E0000010\"}"), "ccc"),
        (status(504, vec![], ""), "ccc"),
        (status(302, vec![("location", String::from("http://127.0.0.1:9/"))], ""), "fff"),
        (status(403, vec![], "<html>blocked</html>"), "fff"),
        (status(404, vec![], "{\"errorCode\":\"E0000007\"}"), "fcc"),
        (status(410, vec![], "{\"errorCode\":\"E0000007\"}"), "fff"),
        (status(200, vec![], "{}"), "fff"),
        (status(200, vec![], "null"), "fff"),
        (status(200, vec![], "[{\"status\": \"ACTIVE\"}]"), "fff"),
        (status(200, vec![], "[1]"), "fff"),
        (Fault::Cut(0), "ccc"),
        (Fault::Cut(60), "ccc"),
        (Fault::Cut(usize::MAX), "ccc"),
        (Fault::Html, "ccc"),
        (Fault::ErrorInside, "fff"),
        (Fault::EmptyPage, "ccc"),
        // There is no page before the first one.
        (Fault::RepeatedPage, "cff"),
        (Fault::LoopingLink, "fff"),
        (Fault::SelfLink, "fff"),
        (Fault::ForeignLink, "fff"),
        (Fault::PlaceExpired, "fcc"),
        // An API token cannot be renewed.
        (Fault::AccessExpired, "fff"),
    ]
}

/// In one process, or each page in another. The directory is another at every run, so that an account shows what the last
/// good run has read.
async fn check_all(pages: Option<usize>) {
    let okta = Okta::start().await;
    let mut world = world(&okta.source()).await;
    limit(&mut world, pages);
    let (mut runs, mut shown) = (0, String::new());
    okta.fill(&people(&NAMES));
    completed(&world).await;
    for (fault, once) in faults() {
        let for_ever = [(1, usize::MAX, 'f')];
        let once = once.chars().enumerate().map(|(page, ends)| (page, 1, ends));
        for (page, times, ends) in once.chain(for_ever) {
            runs += 1;
            let title = format!("title {runs}");
            okta.fill(&NAMES.map(|name| Person { title: title.clone(), ..person(name) }));
            okta.faults().plan(page, times, fault.clone());
            let context = format!("{fault:?} on page {page}, {times} times");
            let run = run(&world).await;
            okta.faults().clear();
            let status = if ends == 'c' { RunStatus::Completed } else { RunStatus::Failed };
            assert_eq!(run.status, status, "{context}: {:?}", run.error);
            if ends == 'c' {
                shown = title;
            }
            let state = format!("active {shown}");
            assert_eq!(states(&world).await, expected(&NAMES.map(|name| (name, &*state))), "{context}");
            assert_eq!(okta.organisation.contents().asked_abroad, Vec::<String>::new(), "{context}");
        }
    }
    completed(&world).await;
}

#[tokio::test]
async fn no_fault_on_any_page_removes_anybody() {
    check_all(None).await;
}

#[tokio::test]
async fn no_fault_on_any_page_removes_anybody_where_each_page_has_a_process_of_its_own() {
    check_all(Some(1)).await;
}

#[tokio::test]
async fn too_many_questions_wait_by_the_servers_clock_and_too_many_at_once_for_a_moment() {
    let okta = Okta::start().await;
    okta.fill(&people(&NAMES));
    let world = world(&okta.source()).await;
    let now = jiff::Timestamp::now().as_second();
    let headers = |limit: &str, reset: i64| {
        // The server's clock is an hour ahead of ours.
        let date = jiff::Timestamp::from_second(now + 3600).unwrap();
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
        vec![
            ("x-rate-limit-limit", limit.to_owned()),
            ("x-rate-limit-remaining", String::from("0")),
            ("x-rate-limit-reset", (now + 3600 + reset).to_string()),
            ("date", date),
        ]
    };
    for (limit, reset, least, most) in [("600", 2, 3, 6), ("0", 3000, 1, 4)] {
        okta.organisation.contents().asked.clear();
        let body = "{\"errorCode\":\"E0000047\"}";
        okta.faults().plan(1, 1, Fault::Status(429, headers(limit, reset), body));
        completed(&world).await;
        let asked = okta.organisation.contents().asked.clone();
        let waited = asked[2] - asked[1];
        assert!(
            waited >= Duration::from_secs(least) && waited < Duration::from_secs(most),
            "{limit}: {waited:?}"
        );
    }
}

#[tokio::test]
async fn a_link_to_another_server_is_named_and_not_asked() {
    let okta = Okta::start().await;
    okta.fill(&people(&NAMES));
    let world = world(&okta.source()).await;
    okta.faults().plan(1, 1, Fault::ForeignLink);
    let error = failure(&world).await;
    assert!(error.contains("leads to another server (127.0.0.1), which is not asked"), "{error}");
}
