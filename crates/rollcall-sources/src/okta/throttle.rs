//! When to retry a request to Okta: its rate limits and temporary errors.
//!
//! A limit per minute says when its minute ends, by Okta's own clock. Too many concurrent requests need only a short
//! wait, whatever the answer says (both counts are 0 then).

use crate::http::{ASKED_WAIT_SECONDS_MAX, Advice, Answer, seconds_of};
use reqwest::StatusCode;
use std::time::Duration;

pub(super) fn advise(answer: &Answer) -> Advice {
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        // A proxy may have its own limit.
        return Advice::Wait(wait(&|name| answer.header(name)).or_else(|| answer.retry_after()));
    }
    let is_temporary = answer.status.is_server_error() || answer.status == StatusCode::REQUEST_TIMEOUT;
    if is_temporary { Advice::Wait(answer.retry_after()) } else { Advice::Take }
}

/// How long to wait, from Okta's headers; `None` if they do not say.
fn wait(header: &dyn Fn(&str) -> Option<String>) -> Option<Duration> {
    let number = |name: &str| header(name)?.trim().parse::<i64>().ok();
    if number("x-rate-limit-limit") == Some(0) && number("x-rate-limit-remaining") == Some(0) {
        // A random part, so that not all clients retry at the same time.
        return Some(Duration::from_millis(1000 + fastrand::u64(0..1000)));
    }
    let seconds = match (number("x-rate-limit-reset"), header("date").as_deref().and_then(seconds_of)) {
        // The new minute begins with that second.
        (Some(reset), Some(now)) => reset.saturating_sub(now).saturating_add(1),
        (_, _) => return None,
    };
    let seconds = u64::try_from(seconds).unwrap_or(0);
    Some(Duration::from_secs(seconds.clamp(1, ASKED_WAIT_SECONDS_MAX)))
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
    fn rate_limit_ends_by_the_servers_clock() {
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
    fn concurrency_limit_gives_a_short_wait() {
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
    fn rate_limit_without_a_time_gives_the_usual_wait() {
        assert_eq!(of(&[DATE]), None);
        assert_eq!(of(&[("x-rate-limit-reset", "784111797")]), None);
        assert_eq!(of(&[("date", "today"), ("x-rate-limit-reset", "784111797")]), None);
        assert_eq!(of(&[DATE, ("x-rate-limit-reset", "soon")]), None);
    }
}
