//! Points in time as directories write them.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

/// Seconds from 1601, where FILETIME begins, to 1970.
const SECONDS_BEFORE_1970: i64 = 11_644_473_600;

/// Seconds of a day, of which `shadowExpire` counts.
const DAY_SECONDS: i64 = 86_400;

/// When something ends. What cannot be read is not "never".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    At(Timestamp),
    Never,
    Unreadable,
}

/// FILETIME: tenths of microseconds since 1601. 0 and the largest number mean never (MS-ADTS 2.2.18).
pub(crate) fn end_of_filetime(text: &str) -> End {
    let Ok(ticks) = text.trim().parse::<i64>() else { return End::Unreadable };
    if ticks == 0 || ticks == i64::MAX {
        return End::Never;
    }
    Timestamp::from_second(ticks / 10_000_000 - SECONDS_BEFORE_1970).map_or(End::Unreadable, End::At)
}

/// `shadowExpire` (RFC 2307): days since 1970. A negative number or nothing means never; 0 is a day like any other
/// (`pam_unix`).
pub(crate) fn end_of_shadow(text: &str) -> End {
    let text = text.trim();
    if text.is_empty() {
        return End::Never;
    }
    match text.parse::<i64>() {
        Err(_) => End::Unreadable,
        Ok(days) if days < 0 => End::Never,
        Ok(days) => {
            let at = days.checked_mul(DAY_SECONDS).and_then(|seconds| Timestamp::from_second(seconds).ok());
            at.map_or(End::Unreadable, End::At)
        }
    }
}

/// `krbPrincipalExpiration`: Kerberos writes the beginning of 1970 for never.
pub(crate) fn end_of_kerberos(text: &str) -> End {
    match end_of_time(text) {
        End::At(end) if end == Timestamp::UNIX_EPOCH => End::Never,
        end @ (End::At(_) | End::Never | End::Unreadable) => end,
    }
}

/// A `GeneralizedTime`. Nothing means never.
pub(crate) fn end_of_time(text: &str) -> End {
    if text.trim().is_empty() {
        return End::Never;
    }
    from_generalized(text.trim()).map_or(End::Unreadable, End::At)
}

/// `GeneralizedTime` (RFC 4517, 3.3.13): minutes, seconds and fraction may be left out, and it may have an offset.
fn from_generalized(text: &str) -> Option<Timestamp> {
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

    fn at(text: &str) -> End {
        End::At(text.parse().unwrap())
    }

    #[test]
    fn filetime_counts_from_1601_or_means_never() {
        for (text, expected) in [
            ("0", End::Never),
            ("9223372036854775807", End::Never),
            ("116444736000000000", at("1970-01-01T00:00:00Z")),
            ("134074656000000000", at("2025-11-13T00:00:00Z")),
            ("never", End::Unreadable),
            ("", End::Unreadable),
            ("20261123061409Z", End::Unreadable),
        ] {
            assert_eq!(end_of_filetime(text), expected, "{text}");
        }
    }

    #[test]
    fn shadow_counts_days_from_1970() {
        for (text, expected) in [
            ("0", at("1970-01-01T00:00:00Z")),
            ("1", at("1970-01-02T00:00:00Z")),
            ("20454", at("2026-01-01T00:00:00Z")),
            ("-1", End::Never),
            ("", End::Never),
            ("soon", End::Unreadable),
            ("9223372036854775807", End::Unreadable),
        ] {
            assert_eq!(end_of_shadow(text), expected, "{text}");
        }
        assert_eq!(end_of_time("20260101000000Z"), at("2026-01-01T00:00:00Z"));
        assert_eq!(end_of_kerberos("20260101000000Z"), at("2026-01-01T00:00:00Z"));
        assert_eq!((end_of_kerberos("19700101000000Z"), end_of_kerberos("x")), (End::Never, End::Unreadable));
        assert_eq!((end_of_time(" "), end_of_time("tomorrow")), (End::Never, End::Unreadable));
    }
}
