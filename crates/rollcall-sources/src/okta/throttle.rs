//! When Okta is to be asked again: what its rate limits and its troubles mean.
//!
//! A limit per minute says when its minute is over, by Okta's own clock; too many requests at once are over in a moment,
//! whatever the answer says (there both counts are 0).

use crate::http::{Advice, Answer};
use reqwest::StatusCode;
use std::time::Duration;

/// Limits are per minute. What asks for more than this has its units wrong; then it is asked again at least this late.
const WAIT_SECONDS_MAX: i64 = 600;

pub(super) fn advise(answer: &Answer) -> Advice {
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        return Advice::Wait(wait(&|name| answer.header(name).map(str::to_owned)));
    }
    let is_trouble = answer.status.is_server_error() || answer.status == StatusCode::REQUEST_TIMEOUT;
    if is_trouble { Advice::Wait(None) } else { Advice::Take }
}

/// How long to wait, from the headers of a refusal; `None` for as long as usual.
fn wait(header: &dyn Fn(&str) -> Option<String>) -> Option<Duration> {
    let number = |name: &str| header(name)?.trim().parse::<i64>().ok();
    if number("x-rate-limit-limit") == Some(0) && number("x-rate-limit-remaining") == Some(0) {
        // Not all at the same time again.
        return Some(Duration::from_millis(1000 + fastrand::u64(0..1000)));
    }
    let seconds = match (number("x-rate-limit-reset"), header("date").as_deref().and_then(seconds_of)) {
        // Its minute begins with that second, not before.
        (Some(reset), Some(now)) => reset.saturating_sub(now).saturating_add(1),
        // Whatever stands between may have a limit of its own.
        (_, _) => number("retry-after")?,
    };
    Some(Duration::from_secs(seconds.clamp(1, WAIT_SECONDS_MAX).unsigned_abs()))
}

/// A date in a header, in seconds since 1970.
fn seconds_of(date: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(date).ok().map(|date| date.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::wait;
    use std::time::Duration;

    fn of(headers: &[(&str, &str)]) -> Option<Duration> {
        let value = |name: &str| {
            let found = headers.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        wait(&value)
    }

    const DATE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    const DATE_SECONDS: i64 = 784_111_777;

    #[test]
    fn a_minute_ends_by_the_servers_own_clock() {
        for (reset, seconds) in [
            (DATE_SECONDS + 20, 21),
            (DATE_SECONDS, 1),
            (DATE_SECONDS - 100, 1),
            (DATE_SECONDS * 1000, 600),
            (i64::MAX, 600),
            (i64::MIN, 1),
        ] {
            let reset = reset.to_string();
            let headers = [
                DATE,
                ("x-rate-limit-limit", "600"),
                ("x-rate-limit-remaining", "0"),
                ("x-rate-limit-reset", &reset),
            ];
            assert_eq!(of(&headers), Some(Duration::from_secs(seconds)), "{reset}");
        }
    }

    #[test]
    fn too_many_at_once_is_over_in_a_moment() {
        let reset = (DATE_SECONDS + 59).to_string();
        let headers = [
            DATE,
            ("x-rate-limit-limit", "0"),
            ("x-rate-limit-remaining", "0"),
            ("x-rate-limit-reset", &reset),
        ];
        let wait = of(&headers).unwrap();
        assert!((1000..2000).contains(&wait.as_millis()), "{wait:?}");
    }

    #[test]
    fn without_a_time_it_is_as_usual() {
        assert_eq!(of(&[DATE]), None);
        assert_eq!(of(&[("x-rate-limit-reset", "784111797")]), None);
        assert_eq!(of(&[("date", "today"), ("x-rate-limit-reset", "784111797")]), None);
        assert_eq!(of(&[DATE, ("x-rate-limit-reset", "soon")]), None);
        assert_eq!(of(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
    }
}
