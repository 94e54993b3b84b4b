//! Dates that a run reads are not refused, and the cure for others is a format that fits them.

use super::{Trial, settings, tried, wrong};
use crate::Weight;

fn trial(setting: &str, dates: &[&str]) -> Trial {
    let rows: Vec<String> =
        dates.iter().enumerate().map(|(at, date)| format!("{at};p{at};{date}\n")).collect();
    let file = format!("id;user;day\n{}", rows.concat());
    tried(&settings("match_field = \"id\"", &format!("username = \"user\"\n{setting}")), file).unwrap()
}

#[test]
fn last_day_of_the_calendar_is_no_unreadable_date() {
    for (format, dates) in [
        ("dd.mm.yyyy", ["31.12.2099", "31.12.9999", "31.12.9999"]),
        ("yyyymmdd", ["20990101", "99991231", "99991231"]),
        ("mm/dd/yyyy", ["12/31/2099", "12/31/9999", "12/31/9999"]),
        ("iso", ["2099-12-31", "9999-12-31", "9999-12-31"]),
    ] {
        let trial = trial(&format!("ends = {{ from = \"day\", format = \"{format}\" }}"), &dates);
        assert!(wrong(&trial).is_empty(), "{format}: {:#?}", trial.findings);
        assert_eq!(trial.ends.eligible, 3, "{format}");
    }
}

#[test]
fn cure_is_a_format_that_fits_the_dates() {
    for (setting, dates, cure) in [
        ("starts = \"day\"", &["03/13/2026", "01/31/2020"][..], "format = \"mm/dd/yyyy\" }"),
        ("starts = \"day\"", &["20200201", "20191231"], "format = \"yyyymmdd\" }"),
        ("ends = \"day\"", &["31.12.2026", "01.02.2027"], "format = \"dd.mm.yyyy\" }"),
        (
            "ends = { from = \"day\", format = \"mm/dd/yyyy\" }",
            &["13/03/2026", "31/12/9999"],
            "format = \"dd/mm/yyyy\" }",
        ),
        (
            "ends = { from = \"day\", format = \"dd.mm.yyyy\" }",
            &["2026-12-31", "2026-10-01"],
            "format = \"iso\" }",
        ),
        ("ends = \"day\"", &["134074656000000000", "0"], "format = \"filetime\" }"),
        ("ends = \"day\"", &["46173", "47000"], "format = \"excel\" }"),
        ("starts = \"day\"", &["05-Jan-2019", "17-Feb-2020"], "format = \"dd-mmm-yyyy\" }"),
        (
            "ends = \"day\"",
            &["10/31/2026 12:00:00 AM", "1/5/2027 12:00:00 AM"],
            "format = \"mm/dd/yyyy hh:mm:ss am\" }",
        ),
        (
            "ends = \"day\"",
            &["31/10/2026 00:00:00", "30/11/2026 00:00:00"],
            "format = \"dd/mm/yyyy hh:mm:ss\" }",
        ),
        ("ends = \"day\"", &["31.10.26", "30.11.27"], "format = \"dd.mm.yy\" }"),
        (
            "ends = { from = \"day\", format = \"dd/mm/yyyy\" }",
            &["31/10/2026", "5/1/2027"],
            "format = \"d/m/yyyy\" }",
        ),
        ("ends = \"day\"", &["31-OCT-26", "30-NOV-27"], "format = \"dd-mmm-yy\" }"),
        ("ends = \"day\"", &["October 31, 2026", "December 31, 2027"], "format = \"mmm dd, yyyy\" }"),
        ("ends = \"day\"", &["31. Oktober 2026", "31. Dez. 2027"], "format = \"dd. mmm yyyy\" }"),
        ("ends = \"day\"", &["31. 10. 2026.", "30. 11. 2026."], "format = \"dd.mm.yyyy\" }"),
        ("ends = \"day\"", &["2026年10月31日", "2027年1月31日"], "format = \"yyyy年mm月dd日\" }"),
        ("ends = \"day\"", &["1793404800000", "1924905600000"], "format = \"unix_ms\" }"),
        ("ends = \"day\"", &["/Date(1793404800000)/", "/Date(1924905600000)/"], "format = \"unix_ms\" }"),
        ("ends = \"day\"", &["31/10/2026", "permanent"], "format = \"dd/mm/yyyy\" }"),
        ("ends = \"day\"", &["Oct 2026", "Dec 2027"], "no format that is known fits"),
        ("ends = \"day\"", &["2026-10-31", "TBD", "see HR"], "nothing = [\"TBD\", \"see HR\"] }"),
        ("starts = \"day\"", &["31.10.2026", "TBD"], "format = \"dd.mm.yyyy\", nothing = [\"TBD\"] }"),
        // Both orders fit.
        ("starts = \"day\"", &["01/02/2026", "03/04/2020"], "or format = \"dd/mm/yyyy\": both fit"),
        // None does.
        ("starts = \"day\"", &["soon", "later"], "no format that is known fits"),
        ("starts = \"day\"", &["31.12.2019", "12/31/2019"], "no format that is known fits"),
    ] {
        let trial = trial(setting, dates);
        let found =
            trial.findings.iter().find(|found| found.weight == Weight::Wrong && found.cure.contains(cure));
        assert!(found.is_some(), "{dates:?}: {:#?}", trial.findings);
        let is_german = cure.contains("dd.mm.yyyy");
        assert!(
            is_german || !trial.findings.iter().any(|found| found.cure.contains("dd.mm.yyyy")),
            "{dates:?}"
        );
    }
}

#[test]
fn word_for_no_end_is_no_unreadable_date() {
    let dates = ["2026-12-31", "permanent", "open-ended", ""];
    for (setting, is_good) in [
        ("ends = \"day\"", true),
        ("starts = \"day\"", false),
        ("starts = { from = \"day\", nothing = [\"permanent\", \"open-ended\"] }", true),
    ] {
        let trial = trial(setting, &dates);
        assert_eq!(wrong(&trial).is_empty(), is_good, "{setting}: {:#?}", trial.findings);
    }
}

#[test]
fn cure_for_dates_is_read_by_the_configuration() {
    let trial = trial("starts = \"day\"", &["03/13/2026", "01/31/2020"]);
    let cure = trial.findings[0].cure.trim_start_matches("say how they are written: ").to_owned();
    let again = self::trial(&cure, &["03/13/2026", "01/31/2020"]);
    assert!(wrong(&again).is_empty(), "{cure}: {:#?}", again.findings);
}

#[test]
fn dates_that_have_two_readings_are_shown() {
    for (format, dates, is_shown) in [
        ("mm/dd/yyyy", ["03/04/2026", "12/01/2020"], true),
        ("dd/mm/yyyy", ["03/04/2026", "12/01/2020"], true),
        ("dd-mm-yyyy", ["03-04-2026", "12-01-2020"], true),
        ("mm/dd/yyyy", ["03/04/2026", "12/31/2020"], false),
        ("dd/mm/yyyy", ["03/04/2026", "31/12/2020"], false),
        // The same day in both.
        ("mm/dd/yyyy", ["03/03/2026", "12/12/2020"], false),
        // Nobody writes it the other way.
        ("dd.mm.yyyy", ["03.04.2026", "12.01.2020"], false),
        ("iso", ["2026-03-04", "2020-01-12"], false),
    ] {
        let trial = trial(&format!("starts = {{ from = \"day\", format = \"{format}\" }}"), &dates);
        let shown = trial.findings.iter().any(|found| found.what.contains("can be read as"));
        assert_eq!(shown, is_shown, "{format} {dates:?}: {:#?}", trial.findings);
        assert!(wrong(&trial).is_empty(), "{format} {dates:?}: {:#?}", trial.findings);
    }
}

#[test]
fn days_with_and_without_zeros_are_shown() {
    for (format, dates, is_shown) in [
        ("d/m/yyyy", ["05/12/2026", "12/6/2026"], true),
        ("d/m/yyyy hh:mm", ["05/12/2026 08:00", "12/6/2026 8:00"], true),
        ("d/m/yyyy", ["31/12/2026", "1/6/2026"], false),
        ("d/m/yyyy", ["31/12/2026", "01/06/2026"], false),
        // A person writes both, and no program exchanges them.
        ("d.m.yyyy", ["05.12.2026", "12.6.2026"], false),
    ] {
        let trial = trial(&format!("ends = {{ from = \"day\", format = \"{format}\" }}"), &dates);
        let shown = trial.findings.iter().any(|found| found.what.contains("have a zero in front"));
        assert_eq!(shown, is_shown, "{format} {dates:?}: {:#?}", trial.findings);
    }
}

#[test]
fn column_with_one_reading_speaks_for_the_other() {
    // A column of another format says nothing of these.
    for (format, ends, is_shown) in [
        ("dd/mm/yyyy", ["31/12/2099", "30/11/2099"], false),
        ("iso", ["2099-12-31", "2099-11-30"], true),
        ("dd.mm.yyyy", ["31.12.2099", "30.11.2099"], true),
        ("mm/dd/yyyy", ["12/31/2099", "11/30/2099"], true),
    ] {
        let mapping = format!(
            "username = \"user\"\nstarts = {{ from = \"day\", format = \"dd/mm/yyyy\" }}\n\
             ends = {{ from = \"end\", format = \"{format}\" }}"
        );
        let [first, second] = ends;
        let file = format!("id;user;day;end\n1;p1;03/04/2020;{first}\n2;p2;05/06/2020;{second}\n");
        let trial = tried(&settings("match_field = \"id\"", &mapping), file).unwrap();
        let shown = trial.findings.iter().any(|found| found.what.contains("can be read as"));
        assert_eq!(shown, is_shown, "{format}: {:#?}", trial.findings);
    }
}
