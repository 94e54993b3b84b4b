//! Which columns `init` takes as the first and the last day: other headings, several columns, words that stand for no day.

use super::{accepted, tried, wrong};

/// What is written for the two days: the template of each.
fn days(file: &str) -> (Option<String>, Option<String>, Vec<String>) {
    let (proposal, settings) = accepted(file);
    let trial = tried(&settings, file).unwrap();
    assert!(wrong(&trial).is_empty(), "{file}\n{:#?}", trial.findings);
    let text = |rule: &Option<rollcall_config::DateRule>| rule.as_ref().map(|rule| rule.from.to_string());
    (text(&settings.mapping.starts), text(&settings.mapping.ends), proposal.notes)
}

#[test]
fn last_day_is_known_by_other_headings() {
    for heading in [
        "ExitDate",
        "lastWorkingDay",
        "terminationDate",
        "EMPLOYEE_EXIT_DT",
        "TERMINATION_DT",
        "ACTUAL_TERMINATION_DATE",
        "Terminated on",
        "Deactivated on",
        "deactivatedAt",
        "deleted_at",
        "Disabled since",
        "Inactive since",
        "Leaver",
        "Left on",
        "Date of leaving the company",
        "Contract ends",
        "End of employment",
        "Exit Date / Austritt",
        "5. Exit date",
        "employees.exit_date",
        "End Date (dd/mm/yyyy)",
        "Ausgetreten am",
        "Deaktiviert seit",
        "Ende des Arbeitsverhältnisses",
        "Date de fin de contrat",
        "Désactivé le",
        "Fecha de cese",
        "Fecha fin contrato",
        "Data di fine rapporto",
        "Data rescisão",
        "Datum uitdiensttreding",
        "Sluttdato",
        "Дата увольнения",
        "Ayrıldı",
        "Kilépett",
        "Irtisanottu",
        "Ukončen dne",
        "離職日期",
    ] {
        let file = format!("id;name;{heading}\n1;Ann Lee;\n2;Bob Ray;31/10/2026\n3;Eve Poe;30/11/2099\n");
        let (starts, ends, notes) = days(&file);
        assert_eq!(starts, None, "{heading}");
        assert_eq!(ends.as_deref(), Some(heading), "{heading}: {notes:#?}");
    }
}

#[test]
fn other_days_are_no_last_days() {
    for heading in [
        "Probation end date",
        "Leave end date",
        "Leave of absence ended",
        "Password expires on",
        "Visa expiry date",
        "Passport expiration",
        "Work permit end",
        "Notice given on",
        "Project end date",
        "Suspended until",
        "Locked until",
        "Terminated by",
        "Last login",
        "Last updated on",
        "Training expires on",
        "Parental leave ends",
        "Retirement date",
        "Review end date",
        "Ende der Probezeit",
        "Birth date",
        "Created at",
        "Last suspended on",
        "Original contract end date",
        "Locked at",
        "Hidden since",
        "On leave since",
    ] {
        let file = format!("id;name;{heading}\n1;Ann Lee;\n2;Bob Ray;31/10/2026\n3;Eve Poe;30/11/2027\n");
        assert_eq!(days(&file).1, None, "{heading}");
    }
    // Words that are no days say something else.
    for (heading, words) in [("Leaver", "no;yes;no"), ("Exit on", "x;y;z"), ("Ended", "0;1;0")] {
        let cells: Vec<&str> = words.split(';').collect();
        let file = format!(
            "id;name;{heading}\n1;Ann Lee;{}\n2;Bob Ray;{}\n3;Eve Poe;{}\n",
            cells[0], cells[1], cells[2]
        );
        assert_eq!(accepted(&file).1.mapping.ends, None, "{heading}");
    }
}

#[test]
fn first_day_is_known_by_other_headings() {
    for (heading, is_known) in [
        ("HireDate", true),
        ("HIRE_DT", true),
        ("Hired on", true),
        ("Joined", true),
        ("Employed since", true),
        ("Start Date (dd/mm/yyyy)", true),
        ("Employment started", true),
        ("Beginn des Arbeitsverhältnisses", true),
        ("Date d'entrée", true),
        ("Fecha de ingreso", true),
        ("Data assunzione", true),
        ("Leave start date", false),
        ("Probation start", false),
        ("Project start date", false),
        ("Password started", false),
        ("Created on", false),
    ] {
        let file =
            format!("id;name;{heading}\n1;Ann Lee;13/01/2019\n2;Bob Ray;31/10/2020\n3;Eve Poe;30/11/2021\n");
        let (starts, ends, _) = days(&file);
        assert_eq!(starts.as_deref(), is_known.then_some(heading), "{heading}");
        assert_eq!(ends, None, "{heading}");
    }
}

/// The template of the last days, of a file with two columns and these cells.
fn two(first: &str, second: &str, cells: [&str; 6]) -> (Option<String>, Vec<String>) {
    let [a, b, c, d, e, f] = cells;
    let file = format!("id,name,{first},{second}\n1,Ann Lee,{a},{b}\n2,Bob Ray,{c},{d}\n3,Eve Poe,{e},{f}\n");
    let (_, ends, notes) = days(&file);
    (ends, notes)
}

#[test]
fn of_two_last_days_those_that_are_filled_count() {
    let (first, second) = ("Last day of work", "Termination date");
    let only = |cells| two(first, second, cells).0.unwrap();
    assert_eq!(only(["", "", "", "2026-10-31", "", ""]), second);
    assert_eq!(only(["", "", "2026-10-31", "", "", ""]), first);
    let both = "{Termination date | or Last day of work}";
    assert_eq!(only(["2026-10-31", "", "", "2026-10-30", "", ""]), both);
    let both = "{Termination date | replace 0000-00-00 '' | or Last day of work}";
    assert_eq!(only(["2026-10-31", "0000-00-00", "", "2026-10-30", "", "0000-00-00"]), both);
    assert_eq!(only(["2026-10-31", "0000-00-00", "", "0000-00-00", "", "0000-00-00"]), both);
    // Written in two ways: one of them, and a word of it.
    let (ends, notes) = two(first, second, ["31.10.2026", "", "", "2026-10-30", "", ""]);
    assert_eq!(ends.as_deref(), Some(second));
    assert!(notes.iter().any(|note| note.contains(first)), "{notes:#?}");
    // A contract may be followed by another.
    let (ends, notes) = two(second, "Contract end date", ["2026-10-31", "", "", "2026-10-30", "", ""]);
    assert_eq!(ends.as_deref(), Some("{Termination date | or Contract end date}"));
    assert!(notes.iter().any(|note| note.contains("Contract end date")), "{notes:#?}");
}

#[test]
fn last_day_of_a_known_export_may_be_in_another_column() {
    let head = "ID,First name,Last name,Email,Status,Hire date,Last day of work,Termination date\n";
    let file = format!(
        "{head}1,Ann,Lee,a@x.test,Active,2019-01-01,,\n2,Bob,Ray,b@x.test,Active,2019-01-01,,2026-10-31\n"
    );
    assert_eq!(days(&file).1.as_deref(), Some("{Last day of work | or Termination date}"));
    let (_, settings) = accepted(&file);
    assert_eq!(tried(&settings, &file).unwrap().ends.ended, 1);
}

#[test]
fn later_of_two_first_days_counts() {
    let file =
        "id,name,Hire Date,Rehire Date\n1,Ann,2019-01-01,\n2,Bob,2015-01-01,2099-01-01\n3,Eve,2019-01-01,\n";
    assert_eq!(days(file).0.as_deref(), Some("{Rehire Date | or Hire Date}"));
    let file =
        "id,name,Hire Date,Original Hire Date\n1,Ann,2019-01-01,2012-01-01\n2,Bob,2015-01-01,2015-01-01\n";
    assert_eq!(days(file).0.as_deref(), Some("Hire Date"));
    let file = "id,name,Start date,Hire date\n1,Ann,,2019-01-01\n2,Bob,2099-01-01,\n3,Eve,,2019-01-01\n";
    assert_eq!(days(file).0.as_deref(), Some("{Start date | or Hire date}"));
}

#[test]
fn zero_of_a_clock_is_no_last_day() {
    for (none, day) in [
        ("1970-01-01", "2026-10-31"),
        ("01/01/1970", "31/10/2026"),
        ("1970-01-01 00:00:00", "2026-10-31 00:00:00"),
        ("1969-12-31", "2026-10-31"),
    ] {
        let file =
            format!("id,name,End Date\n1,Ann,{none}\n2,Bob,{day}\n3,Eve,{none}\n4,Cy,{none}\n5,Di,{none}\n");
        let (_, ends, notes) = days(&file);
        assert!(ends.unwrap().contains("replace"), "{none}");
        assert!(notes.iter().any(|note| note.contains("1970")), "{notes:#?}");
        let (_, settings) = accepted(&file);
        assert_eq!(tried(&settings, &file).unwrap().ends.ended, 1, "{none}");
        // Without it, the cure says it.
        let plain = super::settings(
            "match_field = \"id\"",
            &format!(
                "ends = {{ from = \"End Date\", format = \"{}\" }}",
                if none.contains('/') { "dd/mm/yyyy" } else { "iso" }
            ),
        );
        let trial = tried(&plain, &file).unwrap();
        assert!(trial.findings.iter().any(|found| found.cure.contains("replace")), "{:#?}", trial.findings);
    }
}
