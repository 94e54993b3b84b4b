//! Points in time as directories write them.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

/// Seconds from 1601, where FILETIME begins, to 1970.
const SECONDS_BEFORE_1970: i64 = 11_644_473_600;

/// FILETIME: tenths of microseconds since 1601. `None` if it means never, or nothing.
pub(crate) fn from_filetime(text: &str) -> Option<Timestamp> {
    let ticks: i64 = text.trim().parse().ok()?;
    if ticks == 0 || ticks == i64::MAX {
        return None;
    }
    Timestamp::from_second(ticks / 10_000_000 - SECONDS_BEFORE_1970).ok()
}

/// `GeneralizedTime` (RFC 4517, 3.3.13): minutes, seconds and fraction may be left out, and it may have an offset.
pub(crate) fn from_generalized(text: &str) -> Option<Timestamp> {
    let zone_at = text.find(['Z', '+', '-'])?;
    let (local, zone) = text.split_at(zone_at);
    let digits = local.split(['.', ',']).next()?;
    if digits.len() < 10 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, length: usize| digits.get(from..from + length)?.parse::<i16>().ok();
    let small = |from: usize| part(from, 2).and_then(|value| i8::try_from(value).ok());
    let day = Date::new(part(0, 4)?, small(4)?, small(6)?).ok()?;
    // Seconds can be 60 (a leap second).
    let second = small(12).unwrap_or(0).min(59);
    let time = Time::new(small(8)?, small(10).unwrap_or(0), second, 0).ok()?;
    let zoned = day.to_datetime(time).to_zoned(TimeZone::fixed(offset(zone)?)).ok()?;
    Some(zoned.timestamp())
}

fn offset(zone: &str) -> Option<Offset> {
    if zone == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) = zone.split_at(1);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(digits.len(), 2 | 4) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Ok(0), str::parse).ok()?;
    let seconds = (hours * 60 + minutes) * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generalized_time_has_many_forms() {
        for (text, expected) in [
            ("20261123061409Z", Some("2026-11-23T06:14:09Z")),
            ("20261123062102.0Z", Some("2026-11-23T06:21:02Z")),
            ("20261123061409,5+0130", Some("2026-11-23T04:44:09Z")),
            ("202611230614-02", Some("2026-11-23T08:14:00Z")),
            ("2026112306Z", Some("2026-11-23T06:00:00Z")),
            ("20261323061409Z", None),
            ("20260230061409Z", None),
            ("20261123061409", None),
            ("yesterdayZ", None),
            ("", None),
        ] {
            let expected: Option<Timestamp> = expected.map(|text| text.parse().unwrap());
            assert_eq!(from_generalized(text), expected, "{text}");
        }
    }

    #[test]
    fn filetime_counts_from_1601_or_means_never() {
        assert_eq!(from_filetime("0"), None);
        assert_eq!(from_filetime("9223372036854775807"), None);
        assert_eq!(from_filetime("116444736000000000"), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(from_filetime("134074656000000000"), Some("2025-11-13T00:00:00Z".parse().unwrap()));
    }
}
