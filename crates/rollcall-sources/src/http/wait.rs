//! How long a server asks to wait (RFC 9110, 10.2.3), within bounds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Limits are per minute or for a few minutes. A server that asks for a longer wait has its units wrong; this is the
/// longest wait.
pub(crate) const ASKED_WAIT_SECONDS_MAX: u64 = 600;

/// The wait that a `Retry-After` asks for, if it does. A date is compared with the server's own clock, if the answer
/// has its time.
pub(super) fn asked(text: &str, date: Option<&str>) -> Option<Duration> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if is_number {
        // A number with too many digits is a long wait.
        text.parse().unwrap_or(u64::MAX)
    } else {
        let now = date.and_then(seconds_of).or_else(own_seconds)?;
        u64::try_from(seconds_of(text)?.checked_sub(now)?).ok()?
    };
    Some(Duration::from_secs(seconds.min(ASKED_WAIT_SECONDS_MAX))).filter(|wait| !wait.is_zero())
}

fn own_seconds() -> Option<i64> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_secs()).ok()
}

/// A date in a header, in seconds since 1970.
pub(crate) fn seconds_of(date: &str) -> Option<i64> {
    // In any of the three forms that RFC 9110, 5.6.7 has.
    let at = httpdate::parse_http_date(date.trim()).ok()?;
    let since_1970 = at.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::asked;
    use std::time::Duration;

    #[test]
    fn retry_after_is_read_with_a_maximum() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        for (text, seconds) in [
            ("1", Some(1)),
            ("300", Some(300)),
            ("600", Some(600)),
            ("601", Some(600)),
            ("86400000", Some(600)),
            ("99999999999999999999999999", Some(600)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(30)),
            ("Sun Nov  6 08:50:07 1994", Some(30)),
            ("Tue, 01 Jan 2999 23:59:59 GMT", Some(600)),
            // The usual wait.
            ("0", None),
            ("-1", None),
            ("-99999999999999999999999999", None),
            ("+5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:00 GMT", None),
            ("Sun, 99 Nov 1994 08:49:00 GMT", None),
        ] {
            assert_eq!(asked(text, now), seconds.map(Duration::from_secs), "{text}");
        }
        // By our own clock, if the answer has no time.
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:07 GMT", None), None);
        assert_eq!(asked("Tue, 01 Jan 2999 23:59:59 GMT", None), Some(Duration::from_secs(600)));
    }
}
