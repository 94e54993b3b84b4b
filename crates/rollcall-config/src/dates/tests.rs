//! Dates in every form, and those that cannot be read.

use super::*;

fn moment(format: &str, zone: &str, value: &str, edge: Edge) -> Result<Option<String>, String> {
    let rule = DateRule {
        from: Template::column(String::from("date")),
        format: DateFormat::parse(format)?,
        zone: TimeZone::get(zone).unwrap(),
        nothing: vec![String::from("tbd"), String::from("1970-01-02")],
    };
    let moment = rule.moment(value, edge)?;
    Ok(moment.map(|at| jiff::Timestamp::from_millisecond(at.as_millis()).unwrap().to_string()))
}

#[test]
fn dates_are_read_as_the_format_says() {
    for (format, zone, value, expected) in [
        ("iso", "UTC", "2026-05-31", "2026-05-31T00:00:00Z"),
        ("iso", "Europe/Oslo", "2026-05-31", "2026-05-30T22:00:00Z"),
        ("iso", "Europe/Oslo", "2026-05-31 08:30", "2026-05-31T06:30:00Z"),
        ("iso", "Europe/Oslo", "2026-05-31T08:30:00Z", "2026-05-31T08:30:00Z"),
        ("iso", "UTC", "2020-01-05 09:12:33Z", "2020-01-05T09:12:33Z"),
        ("iso", "UTC", "2026-05-31T08:30:00.000+02:00", "2026-05-31T06:30:00Z"),
        ("iso", "UTC", "2027-02-01-08:00", "2027-02-01T00:00:00Z"),
        ("iso", "Europe/Oslo", "2027-02-01Z", "2027-01-31T23:00:00Z"),
        ("iso", "UTC", "2027-02-01+05:30", "2027-02-01T00:00:00Z"),
        ("dd.mm.yyyy", "UTC", "31.05.2026", "2026-05-31T00:00:00Z"),
        ("d.m.yyyy", "UTC", "1.5.2026", "2026-05-01T00:00:00Z"),
        ("mm/dd/yyyy", "America/New_York", "05/31/2026", "2026-05-31T04:00:00Z"),
        ("mm/dd/yyyy", "UTC", "5/31/2026", "2026-05-31T00:00:00Z"),
        ("d/m/yyyy", "UTC", "1/5/2026", "2026-05-01T00:00:00Z"),
        ("d/m/yyyy", "UTC", "01/05/2026", "2026-05-01T00:00:00Z"),
        ("dd/mm/yyyy", "UTC", "01/05/2026", "2026-05-01T00:00:00Z"),
        ("dd.mm.yyyy", "UTC", "1.5.2026", "2026-05-01T00:00:00Z"),
        ("dd.mm.yyyy hh:mm", "Europe/Berlin", "31.12.2026 18:05", "2026-12-31T17:05:00Z"),
        ("yyyy/mm/dd hh:mm:ss", "UTC", "2026/11/20 08:00:00", "2026-11-20T08:00:00Z"),
        ("dd-MMM-yyyy", "UTC", "31-May-2026", "2026-05-31T00:00:00Z"),
        ("yyyymmdd", "UTC", "20260531", "2026-05-31T00:00:00Z"),
        ("filetime", "UTC", "134074656000000000", "2025-11-13T00:00:00Z"),
        ("generalized", "UTC", "20261123061409.0Z", "2026-11-23T06:14:09Z"),
        ("generalized", "UTC", "202611230614-0200", "2026-11-23T08:14:00Z"),
        ("unix", "UTC", "1780185600", "2026-05-31T00:00:00Z"),
        ("excel", "UTC", "46173", "2026-05-31T00:00:00Z"),
        ("unix_ms", "UTC", "1780185600000", "2026-05-31T00:00:00Z"),
        ("unix_ms", "UTC", "/Date(1780185600000)/", "2026-05-31T00:00:00Z"),
        ("unix_ms", "UTC", "\\/Date(1780185600000+0200)\\/", "2026-05-31T00:00:00Z"),
        ("unix_ms", "UTC", "/Date(-86400000-0800)/", "1969-12-31T00:00:00Z"),
        ("mm/dd/yyyy hh:mm:ss am", "UTC", "5/31/2026 12:00:00 AM", "2026-05-31T00:00:00Z"),
        ("mm/dd/yyyy, hh:mm:ss tt", "UTC", "5/31/2026, 1:05:09\u{202f}p.m.", "2026-05-31T13:05:09Z"),
        ("dd/mm/yyyy hh:mm AM/PM", "UTC", "31/05/2026 12:30 p. m.", "2026-05-31T12:30:00Z"),
        ("dd.mm.yy", "UTC", "31.05.26", "2026-05-31T00:00:00Z"),
        ("dd.mm.yy", "UTC", "01.04.98", "1998-04-01T00:00:00Z"),
        ("dd-mmm-yy", "UTC", "31-MAY-26", "2026-05-31T00:00:00Z"),
        ("mmmm d, yyyy", "UTC", "May 31, 2026", "2026-05-31T00:00:00Z"),
        ("dddd, mmmm d, yyyy", "UTC", "Sunday, May 31, 2026", "2026-05-31T00:00:00Z"),
        ("dd. mmmm yyyy", "UTC", "31. März 2026", "2026-03-31T00:00:00Z"),
        ("d mmm yyyy", "UTC", "31 déc. 2026", "2026-12-31T00:00:00Z"),
        ("d 'de' mmmm 'de' yyyy", "UTC", "31 de octubre de 2026", "2026-10-31T00:00:00Z"),
        ("dd.mm.yyyy", "UTC", "31.05.2026.", "2026-05-31T00:00:00Z"),
        ("dd.mm.yyyy", "UTC", "31. 5. 2026.", "2026-05-31T00:00:00Z"),
        ("yyyy.mm.dd", "UTC", "2026. 05. 31.", "2026-05-31T00:00:00Z"),
        ("yyyy年m月d日", "Asia/Tokyo", "2026年5月31日", "2026-05-30T15:00:00Z"),
        ("dd.mm.yyyy hh:mm:ss", "UTC", "31.05.2026 08:00:00.0", "2026-05-31T08:00:00Z"),
    ] {
        assert_eq!(
            moment(format, zone, value, Edge::Start),
            Ok(Some(expected.to_owned())),
            "{format} {value}"
        );
    }
}

#[test]
fn last_day_counts_as_a_whole() {
    assert_eq!(moment("iso", "UTC", "2026-05-31", Edge::End), Ok(Some(String::from("2026-06-01T00:00:00Z"))));
    assert_eq!(
        moment("iso", "Europe/Oslo", "2026-10-24", Edge::End),
        Ok(Some(String::from("2026-10-24T22:00:00Z")))
    );
    assert_eq!(
        moment("iso", "UTC", "2026-05-31 12:00", Edge::End),
        Ok(Some(String::from("2026-05-31T12:00:00Z")))
    );
    for (format, value) in [
        ("iso", "9999-12-31"),
        ("iso", "9999-12-31 00:00:00"),
        ("iso", "9999-12-31T23:59:59Z"),
        ("dd.mm.yyyy", "31.12.9999"),
        ("dd.mm.yyyy hh:mm", "31.12.9999 00:00"),
    ] {
        assert_eq!(moment(format, "America/New_York", value, Edge::End), Ok(None), "{format} {value}");
    }
}

#[test]
fn last_day_written_as_its_midnight_counts_as_a_whole() {
    for (format, zone, value, expected) in [
        ("iso", "UTC", "2026-11-30T00:00:00", "2026-12-01T00:00:00Z"),
        ("iso", "Europe/Oslo", "2026-11-30 00:00", "2026-11-30T23:00:00Z"),
        ("iso", "UTC", "2026-11-30 00:00:00.0", "2026-12-01T00:00:00Z"),
        ("iso", "UTC", "2026-11-30 00:00:00.0000000", "2026-12-01T00:00:00Z"),
        ("iso", "UTC", "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("iso", "UTC", "2026-11-30T00:00:00.000+0000", "2026-12-01T00:00:00Z"),
        ("iso", "UTC", "2026-11-30 00:00:00 +02:00", "2026-12-01T00:00:00Z"),
        ("iso", "America/New_York", "2026-11-30T00:00:00.000Z", "2026-12-01T05:00:00Z"),
        // The midnight of the time zone, written in UTC.
        ("iso", "Europe/Oslo", "2026-11-29T23:00:00.000Z", "2026-11-30T23:00:00Z"),
        ("dd.mm.yyyy hh:mm", "UTC", "30.11.2026 00:00", "2026-12-01T00:00:00Z"),
        ("mm/dd/yyyy hh:mm", "UTC", "11/30/2026 0:00", "2026-12-01T00:00:00Z"),
        ("dd/mm/yyyy hh:mm:ss", "UTC", "30/11/2026 00:00:00", "2026-12-01T00:00:00Z"),
        ("mm/dd/yyyy hh:mm:ss am", "UTC", "11/30/2026 12:00:00 AM", "2026-12-01T00:00:00Z"),
        ("generalized", "UTC", "20261130000000Z", "2026-12-01T00:00:00Z"),
        ("generalized", "UTC", "20261130000000.0+0100", "2026-12-01T00:00:00Z"),
        ("unix", "UTC", "1796083200", "2026-12-02T00:00:00Z"),
        ("unix_ms", "UTC", "1796083200000", "2026-12-02T00:00:00Z"),
        ("unix_ms", "Europe/Oslo", "/Date(1796079600000)/", "2026-12-01T23:00:00Z"),
        // The first moment without access, as Active Directory means it.
        ("filetime", "UTC", "134404704000000000", "2026-11-30T00:00:00Z"),
        // A time of the day is a moment.
        ("iso", "UTC", "2026-11-30T00:00:01", "2026-11-30T00:00:01Z"),
        ("iso", "UTC", "2026-11-30T17:00:00Z", "2026-11-30T17:00:00Z"),
        ("iso", "UTC", "2026-11-30T23:59:59", "2026-11-30T23:59:59Z"),
        ("mm/dd/yyyy hh:mm am", "UTC", "11/30/2026 12:00 PM", "2026-11-30T12:00:00Z"),
        ("unix", "UTC", "1796083201", "2026-12-01T00:00:01Z"),
    ] {
        let said = moment(format, zone, value, Edge::End);
        assert_eq!(said, Ok(Some(expected.to_owned())), "{format} {value} ({zone})");
    }
    // A first day begins with it all the same.
    let starts = moment("iso", "UTC", "2026-11-30T00:00:00", Edge::Start);
    assert_eq!(starts, Ok(Some(String::from("2026-11-30T00:00:00Z"))));
}

#[test]
fn words_that_mean_no_end_are_none_for_a_last_day_only() {
    for value in ["permanent", "Never", "OPEN-ENDED", "unbefristet", "Indéterminé", "Ongoing"] {
        for format in ["iso", "dd.mm.yyyy", "unix"] {
            assert_eq!(moment(format, "UTC", value, Edge::End), Ok(None), "{value}");
            assert!(moment(format, "UTC", value, Edge::Start).is_err(), "{value}");
        }
    }
    // Words of the configuration count for both.
    for edge in [Edge::Start, Edge::End] {
        assert_eq!(moment("iso", "UTC", "TBD", edge), Ok(None));
        assert_eq!(moment("iso", "UTC", "1970-01-02", edge), Ok(None));
    }
    for value in ["soon", "temporary", "resigned", "permanent until 2027", "?", "no"] {
        assert!(moment("iso", "UTC", value, Edge::End).is_err(), "{value}");
    }
}

#[test]
fn two_digits_of_a_year_are_not_guessed_for_a_last_day() {
    for value in ["31.12.99", "01.01.99", "31.12.70"] {
        let said = moment("dd.mm.yy", "UTC", value, Edge::End);
        assert!(said.as_ref().is_err_and(|what| what.contains("write four digits")), "{value}: {said:?}");
        assert!(matches!(moment("dd.mm.yy", "UTC", value, Edge::Start), Ok(Some(_))), "{value}");
    }
    let said = moment("dd.mm.yy", "UTC", "31.10.26", Edge::End);
    assert_eq!(said, Ok(Some(String::from("2026-11-01T00:00:00Z"))));
}

#[test]
fn words_for_no_date_are_none() {
    for (format, value) in [
        ("iso", ""),
        ("iso", "0000-00-00"),
        ("iso", "0000-00-00 00:00:00"),
        ("dd.mm.yyyy", "00.00.0000"),
        ("filetime", "0"),
        ("filetime", "9223372036854775807"),
        ("excel", "0"),
    ] {
        assert_eq!(moment(format, "UTC", value, Edge::Start), Ok(None), "{format} {value}");
    }
}

#[test]
fn other_texts_are_errors_and_never_now() {
    for (format, value) in [
        ("iso", "31.05.2026"),
        ("iso", "2026-13-01"),
        ("iso", "2026-02-30"),
        ("iso", "20260531"),
        ("iso", "soon"),
        ("iso", "2026-05-31 noon"),
        ("iso", "2026-05-31-8"),
        ("iso", "2026-05-31-08:0x"),
        ("dd.mm.yyyy", "2026-05-31"),
        ("dd.mm.yyyy", "31.05.26"),
        ("dd.mm.yyyy", "31.05.2026 08:00"),
        ("mm/dd/yyyy", "31/05/2026"),
        ("filetime", "never"),
        ("filetime", "99999999999999999999"),
        ("generalized", "20261323061409Z"),
        ("generalized", "20261123061409"),
        ("unix", "2026-05-31"),
        ("excel", "31.05.2026"),
        ("excel", "99999999999"),
        ("unix_ms", "2026-05-31"),
        ("unix_ms", "/Date(1780185600000"),
        ("unix_ms", "/Date()/"),
        ("iso", "Oct 2026"),
        ("mmm yyyy dd", "Oct 2026"),
        ("mm/dd/yyyy hh:mm am", "05/31/2026 13:00 PM"),
        ("mm/dd/yyyy hh:mm am", "05/31/2026 0:00 AM"),
        ("mm/dd/yyyy hh:mm am", "05/31/2026 10:00"),
        ("mm/dd/yyyy hh:mm", "05/31/2026 10:00 AM"),
        ("dd.mm.yy", "31.05.2026"),
        ("dd.mm.yyyy", "31.05.2026.."),
        ("dd.mm.yyyy", "31.05.20261"),
        ("d mmmm yyyy", "31 listopada 2026"),
        ("dd.mm.yyyy hh:mm", "31.05.2026 24:00"),
        ("ddmmyyyy", "1112026"),
        // 5 December, as a spreadsheet writes it that puts the month first.
        ("dd/mm/yyyy", "12/5/2026"),
        ("dd/mm/yyyy", "5/12/2026"),
        ("dd/mm/yyyy hh:mm", "12/5/2026 0:00"),
        ("dd/mm/yy", "12/5/26"),
        ("DD/MM/YYYY", "7/12/2026"),
    ] {
        let said = moment(format, "UTC", value, Edge::Start);
        assert!(said.as_ref().is_err_and(|what| what.starts_with("expected ")), "{format} {value}: {said:?}");
    }
}

#[test]
fn patterns_are_checked() {
    for pattern in [
        "dd.mm",
        "yyyy",
        "dd.mm.yyyy.yyyy",
        "isoo",
        "%Y-%m-%d",
        "tomorrow",
        "dd.mm.yyy",
        "dd.mm.yyyy am",
        "d 'de m yyyy",
        "",
    ] {
        assert!(DateFormat::parse(pattern).is_err(), "{pattern}");
    }
}

#[test]
fn first_day_that_a_program_knows_is_no_date() {
    for (format, value) in [
        ("iso", "0001-01-01"),
        ("iso", "0001-01-01T00:00:00"),
        ("iso", "1753-01-01"),
        ("iso", "1899-12-30"),
        ("iso", "1900-01-01"),
        ("iso", "1900-01-01T00:00:00Z"),
        ("iso", "1900-01-00"),
        ("iso", "1900-01-00 00:00:00"),
        ("mm/dd/yyyy", "1/0/1900"),
        ("mm/dd/yyyy", "01/01/1900"),
        ("dd.mm.yyyy", "00.01.1900"),
        ("dd.mm.yyyy", "01.01.1900"),
        ("filetime", "1"),
    ] {
        assert_eq!(moment(format, "UTC", value, Edge::End), Ok(None), "{format} {value}");
    }
    // Right as they are: people have worked since then, or have left.
    for value in ["1955-07-01", "1970-01-01", "1900-01-02", "2001-01-01"] {
        assert!(matches!(moment("iso", "UTC", value, Edge::End), Ok(Some(_))), "{value}");
    }
    assert!(moment("iso", "UTC", "1900-10-00", Edge::End).is_err());
}

proptest::proptest! {
    #[test]
    fn any_value_is_a_date_or_an_error(
        format in "(iso|unix|unix_ms|excel|generalized|filetime|[yMmdhsaT' .:/年-]{0,20}|dd.mm.yyyy hh:mm:ss am|d mmmm yy)",
        value in "([0-9]{1,13}|[0-9./: -]{0,20}|.{0,20}|/Date\\(.{0,6}\\)/|[0-9]{1,2}[. ]+[A-Za-zé]{0,5}\\.? [0-9]{2,4})",
    ) {
        for edge in [Edge::Start, Edge::End] {
            let first = moment(&format, "Europe/Oslo", &value, edge);
            proptest::prop_assert_eq!(first, moment(&format, "Europe/Oslo", &value, edge));
        }
    }

    #[test]
    fn day_written_as_its_midnight_ends_as_the_day(days in 1_i32..60_000, zone in proptest::sample::select(vec!["UTC", "Asia/Tokyo", "America/Sao_Paulo", "Africa/Cairo"])) {
        let day = jiff::civil::date(1950, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let whole = moment("iso", zone, &day.to_string(), Edge::End);
        for value in [format!("{day}T00:00:00"), format!("{day} 00:00"), format!("{day}T00:00:00.000+0000")] {
            if zone == "UTC" || !value.contains('+') {
                proptest::prop_assert_eq!(moment("iso", zone, &value, Edge::End), whole.clone(), "{}", value);
            }
        }
    }
}
