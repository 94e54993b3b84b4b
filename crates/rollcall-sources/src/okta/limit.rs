//! How long to wait where Okta says that too much was asked: by its own clock, so that ours does not matter.

use crate::http::{Advice, Answer};
use jiff::fmt::rfc2822::DateTimeParser;
use std::time::Duration;

/// What is to be done about an answer.
pub(super) fn advise(answer: &Answer) -> Advice {
    match answer.status.as_u16() {
        429 => Advice::Wait(Some(wait(
            answer.header("x-rate-limit-limit"),
            answer.header("x-rate-limit-reset"),
            answer.header("date"),
        ))),
        408 | 500 | 502 | 503 | 504 => Advice::Wait(None),
        _ => Advice::Take,
    }
}

/// A limit of nothing means that too much is asked at the same time; the time that is said with it is a guess then.
fn wait(limit: Option<&str>, reset: Option<&str>, date: Option<&str>) -> Duration {
    let at_once = Duration::from_millis(1000 + fastrand::u64(0..1000));
    if limit.is_some_and(|limit| limit.trim() == "0") {
        return at_once;
    }
    let reset = reset.and_then(|text| text.trim().parse::<i64>().ok());
    let now = date.and_then(|text| DateTimeParser::new().parse_timestamp(text).ok());
    match (reset, now) {
        // A second more: both are whole seconds.
        (Some(reset), Some(now)) => {
            let seconds = reset.saturating_sub(now.as_second()).saturating_add(1);
            Duration::from_secs(u64::try_from(seconds).unwrap_or(0).max(1))
        }
        _ => at_once,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_reckoned_by_the_servers_clock() {
        let date = Some("Mon, 23 Nov 2026 06:14:09 GMT");
        let reset = |seconds: i64| (1_795_414_449 + seconds).to_string();
        assert_eq!(wait(Some("600"), Some(&reset(30)), date), Duration::from_secs(31));
        assert_eq!(wait(Some("600"), Some(&reset(-30)), date), Duration::from_secs(1));
        for (limit, at, date) in
            [(Some("0"), Some(&*reset(30)), date), (None, None, date), (Some("600"), Some("soon"), date)]
        {
            let wait = wait(limit, at, date);
            assert!((Duration::from_secs(1)..Duration::from_secs(2)).contains(&wait), "{wait:?}");
        }
    }
}
