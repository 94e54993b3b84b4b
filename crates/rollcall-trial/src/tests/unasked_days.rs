//! Columns of days that nothing asks: said in any language, by the days themselves (rules 42, 48).

use super::{accepted, settings, tried};

/// Eight people, of whom two have a day.
fn last_days(heading: &str, gone: &str, going: &str) -> String {
    let rows = (1..=8).map(|id| {
        let day = if id == 3 {
            gone
        } else if id == 5 {
            going
        } else {
            ""
        };
        format!("{id};p{id}@x.test;Ann;{day}\n")
    });
    format!("Employee ID;Email;Name;{heading}\n{}", rows.collect::<String>())
}

/// Eight people with a first day.
fn first_days(heading: &str) -> String {
    let rows = (1..=8).map(|id| {
        let day = if id == 4 { "2027-01-11" } else { "2020-03-01" };
        format!("{id};p{id}@x.test;Ann;{day}\n")
    });
    format!("Employee ID;Email;Name;{heading}\n{}", rows.collect::<String>())
}

/// The setting that both commands speak of, where the day is not mapped.
fn said(file: &str) -> Vec<String> {
    let (proposal, proposed) = accepted(file);
    if proposed.mapping.ends.is_some() || proposed.mapping.starts.is_some() {
        return vec![String::from("mapped")];
    }
    let of_init: Vec<&String> =
        proposal.notes.iter().filter(|note| note.contains("nothing asks it")).collect();
    let plain = settings("match_field = \"Employee ID\"", "username = \"Email\"");
    let findings = tried(&plain, file).unwrap().findings;
    let of_check = findings.iter().filter(|finding| finding.what.contains("nothing asks it"));
    let of_check: Vec<&str> =
        of_check.map(|finding| finding.setting.as_deref().unwrap_or_default()).collect();
    assert_eq!(of_init.len(), of_check.len(), "{of_init:#?} {of_check:?}");
    of_check.into_iter().map(str::to_owned).collect()
}

#[test]
fn days_that_are_over_for_some_may_be_the_last() {
    for heading in [
        "Last working date",
        "Letzter Tag",
        "Resignation date",
        "Retirement date",
        "term_dt",
        "Uitdienstdatum",
        "Fratrædelsesdato",
        "Data fim",
        "Koniec umowy",
        "Työsuhde päättyy",
        "Befristung",
        "Until",
        "Notice period end",
        "X17",
        "離職",
    ] {
        for (gone, going) in
            [("2026-10-31", "2027-06-30"), ("31.10.2026", "30.06.2027"), ("10/31/2026", "6/30/2027")]
        {
            let said = said(&last_days(heading, gone, going));
            assert!(said == ["ends"] || said == ["mapped"], "{heading} {gone}: {said:?}");
        }
    }
}

#[test]
fn last_day_by_its_heading_is_said_whatever_is_below() {
    for cells in
        [("31/10/2026", "Present"), ("46326.0", "46500.0"), ("2026-10", "2027-06"), ("soon", "later")]
    {
        let file = last_days("Termination Date", cells.0, cells.1);
        let plain = settings("match_field = \"Employee ID\"", "username = \"Email\"");
        let findings = tried(&plain, &file).unwrap().findings;
        assert!(
            findings.iter().any(|finding| finding.what.contains("is the last day by its heading")),
            "{findings:#?}"
        );
    }
}

#[test]
fn days_still_to_come_for_some_may_be_the_first() {
    for heading in [
        "First working day",
        "DOJ",
        "Joins on",
        "Beschäftigt ab",
        "Alkamispäivä",
        "Data przyjęcia",
        "Nástup",
        "Von",
    ] {
        let said = said(&first_days(heading));
        assert!(said == ["starts"] || said == ["mapped"], "{heading}: {said:?}");
    }
}

#[test]
fn other_days_are_not_said() {
    for heading in [
        "Birth date",
        "Geburtstag",
        "DOB",
        "Last login",
        "Password changed",
        "Last dirsync time",
        "Created at",
        "Visa expiry",
    ] {
        assert_eq!(said(&last_days(heading, "2026-10-31", "2027-06-30")), [""; 0], "{heading}");
        assert_eq!(said(&first_days(heading)), [""; 0], "{heading}");
    }
    // Nobody has gone yet; these are no days.
    assert_eq!(said(&last_days("X17", "2027-05-31", "2027-06-30")), [""; 0]);
    for other in ["20261031", "46326", "2", "B-12"] {
        assert_eq!(said(&last_days("X17", other, other)), [""; 0], "{other}");
    }
}
