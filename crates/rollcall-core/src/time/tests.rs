//! Times as text, at the edges of days, months and leap years.

use super::Timestamp;
use std::string::ToString as _;

#[test]
fn time_is_shown_as_rfc_3339() {
    for (millis, expected) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z"),
        (1_795_910_400_000, "2026-11-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] {
        assert_eq!(Timestamp::from_millis(millis).to_string(), expected);
    }
}
