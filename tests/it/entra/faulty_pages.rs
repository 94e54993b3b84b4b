//! Answers that cannot be trusted: every fault on every page ends in the right accounts or in none changed.

use super::{completed, expected, failure, limit, people, run, states, user, world};
use crate::every_call::is_played;
use crate::fakes::entra::{Entra, User};
use crate::fakes::{FakeDirectory as _, Fault};
use crate::world::World;
use rollcall::events;
use rollcall_sync::shell::{Limits, Progress, Wait};
use rollcall_sync::store::RunStatus;
use std::time::{Duration, Instant};

const NAMES: [&str; 5] = ["ann", "ben", "cem", "dot", "eve"];

/// How a run ends with this fault once on the first, a middle or the last page: `c`ompleted or `f`ailed.
fn faults() -> Vec<(Fault, &'static str)> {
    let status = |status, headers, body| Fault::Status(status, headers, body);
    let busy = || vec![("retry-after", String::from("0"))];
    vec![
        (status(429, busy(), "{}"), "ccc"),
        (status(500, vec![], "oh dear"), "ccc"),
        (status(503, busy(), ""), "ccc"),
        (status(504, vec![], ""), "ccc"),
        (status(302, vec![("location", String::from("http://127.0.0.1:9/"))], ""), "fff"),
        (status(400, vec![], "{\"error\":{\"code\":\"BadRequest\",\"message\":\"no\"}}"), "fff"),
        (status(403, vec![], "<html>blocked by your organisation</html>"), "fff"),
        // The group is there: only the position in the listing is lost.
        (status(404, vec![], "{\"error\":{\"code\":\"Request_ResourceNotFound\"}}"), "fcc"),
        (status(410, vec![], "{\"error\":{\"code\":\"syncStateNotFound\"}}"), "fcc"),
        (status(200, vec![], "{}"), "fff"),
        (status(200, vec![], "[]"), "fff"),
        (status(200, vec![], "{\"value\": null}"), "fff"),
        (
            status(200, vec![], "{\"value\": [{\"accountEnabled\": true, \"userPrincipalName\": \"x\"}]}"),
            "fff",
        ),
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
        (Fault::AccessExpired, "ccc"),
    ]
}

/// A directory that is another at every run: what an account shows is what the last good run has read.
struct Play {
    world: World,
    entra: Entra,
    runs: u32,
    shown: String,
}

impl Play {
    async fn begin() -> Self {
        let entra = Entra::start().await;
        let world = world(&entra.source()).await;
        let mut play = Self { world, entra, runs: 0, shown: String::new() };
        play.check(&Fault::EmptyPage, 0, 0, 'c').await;
        play
    }

    /// From a page on, so many times, the fault; and then the run ends as is said.
    async fn check(&mut self, fault: &Fault, page: usize, times: usize, ends: char) {
        self.runs += 1;
        let title = format!("title {}", self.runs);
        let users = NAMES.iter().map(|name| User { title: title.clone(), ..user(name) });
        self.entra.put(users.collect());
        self.entra.faults().plan(page, times, fault.clone());
        let context = format!("{fault:?} on page {page}, {times} times");
        let run = run(&self.world).await;
        self.entra.faults().clear();
        let status = if ends == 'c' { RunStatus::Completed } else { RunStatus::Failed };
        assert_eq!(run.status, status, "{context}: {:?}", run.error);
        if ends == 'c' {
            self.shown = title;
        }
        let state = format!("active {}", self.shown);
        assert_eq!(states(&self.world).await, expected(&NAMES.map(|name| (name, &*state))), "{context}");
        let error = run.error.unwrap_or_default();
        assert!(!error.contains("access-token") && !error.contains("skiptoken"), "{context}: {error}");
        assert_eq!(self.entra.tenant.contents().asked_abroad, Vec::<String>::new(), "{context}");
    }
}

/// In one process, or each page in another.
async fn check_all(pages: Option<usize>) {
    let mut play = Play::begin().await;
    limit(&mut play.world, pages);
    let first = pages.unwrap_or_default();
    for (number, (fault, once)) in faults().into_iter().enumerate() {
        let ways = once.chars().enumerate().map(|(page, ends)| (page, 1, ends));
        // What does not pass is given up.
        for (way, (page, times, ends)) in ways.chain([(1, usize::MAX, 'f')]).enumerate() {
            if is_played(first + number + way) {
                play.check(&fault, page, times, ends).await;
            }
        }
    }
    completed(&play.world).await;
}

#[tokio::test]
async fn no_fault_on_any_page_removes_anybody() {
    check_all(None).await;
}

#[tokio::test]
async fn a_fault_on_any_page_in_its_own_process_removes_nobody() {
    check_all(Some(1)).await;
}

#[tokio::test]
async fn an_answer_that_drips_is_asked_for_again_and_then_given_up() {
    let mut play = Play::begin().await;
    let mut limits = Limits { patience: super::PATIENCE, ..Limits::default() };
    limits.patience.request = Duration::from_millis(300);
    play.world.shell = play.world.shell.clone().with_limits(limits);
    play.check(&Fault::Drip, 1, 1, 'c').await;
    play.check(&Fault::Drip, 2, usize::MAX, 'f').await;
    completed(&play.world).await;
}

#[tokio::test]
async fn a_wait_that_is_asked_for_is_waited() {
    let entra = Entra::start().await;
    entra.fill(&people(&NAMES));
    let world = world(&entra.source()).await;
    for status in [429, 503] {
        entra.tenant.contents().asked.clear();
        let wait = vec![("retry-after", String::from("1"))];
        entra.faults().plan(1, 1, Fault::Status(status, wait, "{\"error\":{\"code\":\"TooManyRequests\"}}"));
        completed(&world).await;
        let asked = entra.tenant.contents().asked.clone();
        assert_eq!(asked[1].query, asked[2].query, "the same page again");
        let waited = asked[2].at - asked[1].at;
        assert!(waited >= Duration::from_secs(1) && waited < Duration::from_secs(3), "{waited:?}");
    }
}

#[tokio::test]
async fn a_wait_beyond_the_time_that_is_left_is_not_begun() {
    let entra = Entra::start().await;
    entra.fill(&people(&NAMES));
    let mut world = world(&entra.source()).await;
    let deadline = Some(Instant::now() + Duration::from_secs(150));
    let limits = Limits { deadline, patience: super::PATIENCE, ..Limits::default() };
    world.shell = world.shell.clone().with_limits(limits);
    let wait = vec![("retry-after", String::from("315"))];
    entra.faults().plan(0, 1, Fault::Status(429, wait, "{}"));
    let begun = Instant::now();
    let error = failure(&world).await;
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert!(error.contains("asks to wait for 315 s, longer than this run may take"), "{error}");
}

#[tokio::test]
async fn a_wait_of_days_is_cut_to_minutes_at_graph_and_at_the_login() {
    let entra = Entra::start().await;
    entra.fill(&people(&NAMES));
    let mut world = world(&entra.source()).await;
    let deadline = Some(Instant::now() + Duration::from_secs(400));
    let limits = Limits { deadline, patience: super::PATIENCE, ..Limits::default() };
    world.shell = world.shell.clone().with_limits(limits);
    for (status, header) in
        [(429, "86400000"), (503, "99999999999999999999999999"), (429, "Tue, 01 Jan 2999 23:59:59 GMT")]
    {
        for faults in [entra.faults(), &entra.tenant.login_faults] {
            let wait = vec![("retry-after", header.to_owned())];
            faults.plan(0, 1, Fault::Status(status, wait, "{}"));
            let error = failure(&world).await;
            assert!(
                error.contains("asks to wait for 600 s, longer than this run may take"),
                "{header}: {error}"
            );
            faults.clear();
        }
    }
    // What is no time is waited for as usual.
    for header in ["-1", "soon", "0", "", "1e9", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let wait = vec![("retry-after", header.to_owned())];
        entra.faults().plan(0, 1, Fault::Status(429, wait, "{}"));
        completed(&world).await;
    }
}

#[tokio::test]
async fn a_long_wait_is_told_before_it_begins() {
    let entra = Entra::start().await;
    entra.fill(&people(&NAMES));
    let world = world(&entra.source()).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let shell = world.shell.clone().with_progress(move |progress| drop(tell.send(progress)));
    let wait = vec![("retry-after", String::from("300"))];
    entra.faults().plan(1, 1, Fault::Status(429, wait, "{}"));
    events::post_reset(&shell, world.source(), false, None).await.unwrap();
    let run = tokio::spawn(async move { events::drain(&shell).await });
    loop {
        if let Progress::Waiting(wait) = told.recv().await.unwrap() {
            let expected = Wait { server: String::from("127.0.0.1"), seconds: 300, is_asked_for: true };
            assert_eq!(wait, expected);
            break;
        }
    }
    run.abort();
}

#[tokio::test]
async fn errors_carry_the_servers_own_request_id() {
    let entra = Entra::start().await;
    entra.fill(&people(&NAMES));
    let world = world(&entra.source()).await;
    let request = || vec![("request-id", String::from("e0e0"))];
    let twice = "{\"error\":{\"code\":\"BadRequest\",\"message\":\"Could not find\\r\\na property\"}}";
    for (fault, words) in [
        (Fault::Status(500, request(), ""), "127.0.0.1 could not be read: HTTP 500, request e0e0;"),
        (Fault::Html, "could not be read: HTTP 200: expected JSON, it is an HTML page;"),
        (
            Fault::Cut(60),
            "could not be read: HTTP 200, request 00000000-0000-4000-8000-0000000000dd: the connection broke off",
        ),
        (
            Fault::Status(400, request(), twice),
            "HTTP 400, request e0e0: BadRequest: Could not find a property;",
        ),
        (Fault::Status(403, request(), "<html>"), "HTTP 403, request e0e0: expected JSON from Graph"),
        (Fault::ErrorInside, "its status is a success, but it contains an error"),
        (Fault::Status(200, request(), "{}"), "expected a list, but it has no `value`"),
        (
            Fault::Status(200, request(), "{\"value\": [{}]}"),
            "the listing of staff is not complete: a user on it has no id",
        ),
        (
            Fault::ForeignLink,
            "its link to the next page leads to another server (127.0.0.1), which must not see the token",
        ),
        (Fault::RepeatedPage, "a page came twice"),
        (Fault::SelfLink, "its pages lead in a circle"),
    ] {
        entra.faults().plan(1, usize::MAX, fault);
        let error = failure(&world).await;
        assert!(error.contains(words), "{error:?} does not say {words:?}");
    }
}
