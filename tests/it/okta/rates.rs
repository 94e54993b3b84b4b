//! Rate limits: as long as Okta asks for is waited, by Okta's own clock, and never beyond the run's time.

use super::{assert_completed, assert_failed, run, seen, set_limits, with_five};
use crate::fakes::okta::Okta;
use crate::fakes::{FakeDirectory as _, Fault};
use std::time::{Duration, Instant};

const BODY: &str = r#"{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit due to too many requests.","errorLink":"E0000047","errorId":"oae1","errorCauses":[]}"#;

/// A clock that is decades behind this machine's.
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const DATE_SECONDS: u64 = 784_111_777;

/// A refusal that counts so many, until so many seconds after its date.
fn refusal(limit: u32, seconds: u64) -> Fault {
    let headers = vec![
        ("date", DATE.to_owned()),
        ("x-rate-limit-limit", limit.to_string()),
        ("x-rate-limit-remaining", String::from("0")),
        ("x-rate-limit-reset", (DATE_SECONDS + seconds).to_string()),
    ];
    Fault::Status(429, headers, BODY)
}

/// The time between the second request for a page and the third.
fn waited(okta: &Okta) -> Duration {
    let asked: Vec<Instant> = okta.take_asked();
    assert_eq!(asked.len(), 4, "three pages, one of them twice");
    asked[2] - asked[1]
}

#[tokio::test]
async fn the_end_of_a_minute_is_waited_for_by_oktas_own_clock() {
    let (okta, world) = with_five().await;
    okta.take_asked();
    okta.faults().plan(1, 1, refusal(600, 1));
    assert_completed(&run(&world).await);
    let waited = waited(&okta);
    assert!((2000..5000).contains(&waited.as_millis()), "{waited:?}");
}

#[tokio::test]
async fn too_many_concurrent_requests_wait_only_a_moment() {
    let (okta, world) = with_five().await;
    okta.take_asked();
    okta.faults().plan(1, 1, refusal(0, 59));
    assert_completed(&run(&world).await);
    let waited = waited(&okta);
    assert!((1000..5000).contains(&waited.as_millis()), "{waited:?}");
}

#[tokio::test]
async fn nothing_is_waited_for_beyond_the_time_of_the_run() {
    let (okta, mut world) = with_five().await;
    let before = seen(&world.shell).await;
    // Twenty seconds are kept for what must be done after reading.
    set_limits(&mut world, |limits| limits.deadline = Some(Instant::now() + Duration::from_secs(50)));
    okta.faults().plan(0, 100, refusal(600, 40));
    let begun = Instant::now();
    assert_failed(&run(&world).await, "asks to wait for 41 s, longer than this run may take");
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(okta.faults().clear(), 1);
    assert_eq!(seen(&world.shell).await, before);
}

#[tokio::test]
async fn time_that_is_up_is_not_blamed_on_okta() {
    let (okta, mut world) = with_five().await;
    set_limits(&mut world, |limits| {
        limits.deadline = Some(Instant::now() + Duration::from_secs(30));
        limits.patience.first_wait = Duration::from_secs(25);
    });
    okta.faults().plan(0, 100, Fault::Status(503, Vec::new(), ""));
    assert_failed(&run(&world).await, "the time for reading 127.0.0.1 is up");
    assert_eq!(okta.faults().clear(), 1);
}
