//! What is proposed for files that are no known export: by headings, fill rates and uniqueness, with the reason of each.

use super::{accepted, proposed, tried};

/// What a template of the configuration is made of, as text.
fn key_of(file: &str) -> String {
    accepted(file).1.match_field.to_string()
}

#[test]
fn key_is_the_best_heading_that_everybody_has_and_nobody_shares() {
    for (file, key) in [
        ("Name,Employee ID,Mail\nAnn,1,a@x.test\nAnn,2,b@x.test\n", "Employee ID"),
        ("Personalnummer;Name\n007;Ann\n008;Ben\n", "Personalnummer"),
        ("Matricule;Nom\n1;Ann\n2;Ben\n", "Matricule"),
        // Some have no number: the next best.
        ("Employee ID,Login\n1,ann\n,ben\n,cem\n", "Login"),
        // The number is that of the department.
        ("Employee ID,E-Mail\n1,a@x.test\n1,b@x.test\n2,c@x.test\n", "E-Mail"),
        // No heading is known: what is unique.
        ("Team,Badge\nred,17a\nred,18b\nblue,19c\n", "Badge"),
        ("User Name,Shoe size\nann,39\nben,42\n", "User Name"),
    ] {
        assert_eq!(key_of(file), key, "{file:?}");
    }
}

#[test]
fn what_is_doubtful_is_said() {
    for (file, part) in [
        ("Employee ID,Login\n1,ann\n,ben\n,cem\n", "\"Employee ID\" is empty in 2 of 3 rows"),
        ("Team,Badge\nred,17a\nred,18b\n", "is taken as the key"),
        ("id,Status\n1,quux\n2,frob\n", "looks like a status"),
        ("id,Status\n1,active\n2,active\n3,frob\n", "\"frob\""),
        ("id,Hire date\n1,soon\n2,later\n", "`starts` is left out"),
        ("id,Hire date\n1,01/02/2020\n2,03/04/2020\n", "mm/dd/yyyy and as dd/mm/yyyy"),
        ("id,Hire date\n1,1/2/2020\n2,3/4/2020\n", "mm/dd/yyyy and as d/m/yyyy"),
        ("id,Hire date\n1,01/02/2020\n2,12/5/2020\n3,13/05/2020\n", "may have exchanged day and month"),
        ("action,id\nA,1\nA,2\n", "file of changes"),
        ("Team,Room\nred,1\nred,1\nred,2\nred,2\n", "is taken as the key"),
    ] {
        let (proposal, _) = accepted(file);
        assert!(proposal.notes.iter().any(|note| note.contains(part)), "{file:?}: {:#?}", proposal.notes);
        assert!(proposal.text.contains("# Look: "), "{}", proposal.text);
    }
}

#[test]
fn status_is_known_by_its_heading_and_its_words() {
    for (file, eligible, disabled) in [
        ("id,Status\n1,Active\n2,Active\n3,Terminated\n", 2, 1),
        ("id,Suspended\n1,no\n2,no\n3,yes\n", 2, 1),
        ("id,gesperrt\n1,\n2,\n3,ja\n", 2, 1),
        // What nobody can know rejects the row.
        ("id,gesperrt\n1,\n2,\n3,x\n4,ja\n", 2, 1),
        ("id,Suspended\n1,no\n2,no\n3,perhaps\n", 2, 0),
        ("id,is_active\n1,1\n2,1\n3,0\n", 2, 1),
        ("id,Account Enabled\n1,TRUE\n2,TRUE\n3,FALSE\n", 2, 1),
        ("id;Statut\n1;Actif\n2;Actif\n3;Inactif\n", 2, 1),
        ("id,Status,Archived\n1,active,0\n2,active,1\n3,active,0\n", 2, 1),
        // A column of places is no status.
        ("id,State\n1,Ohio\n2,Texas\n3,Utah\n", 3, 0),
    ] {
        let (proposal, settings) = accepted(file);
        let ends = tried(&settings, file).unwrap().ends;
        assert_eq!((ends.eligible, ends.disabled), (eligible, disabled), "{file:?}\n{}", proposal.text);
    }
}

#[test]
fn states_of_a_company_s_own_are_known_in_a_known_export() {
    let file = "Employee #,Status,Work Email,Hire Date\n1,Active,a@x.test,2019-01-01\n2,Parental leave,b@x.test,2019-01-01\n\
                3,Offboarded,c@x.test,2019-01-01\n4,Quux,d@x.test,2019-01-01\n";
    let (proposal, settings) = accepted(file);
    assert_eq!(proposal.export.map(|export| export.name), Some("bamboohr"));
    let ends = tried(&settings, file).unwrap().ends;
    assert_eq!((ends.eligible, ends.disabled, ends.rejected), (2, 1, 1), "{}", proposal.text);
    assert!(proposal.notes.iter().any(|note| note.contains("\"Quux\"")), "{:#?}", proposal.notes);
}

#[test]
fn file_with_two_usual_headings_is_no_known_export() {
    for file in [
        "Login,Status\nann,Active\nben,Terminated\n",
        "userid,status,username\n1,active,ann\n2,left,ben\n",
        "Employee ID;Login;Status\n1;ann;Active\n2;ben;Terminated\n",
    ] {
        let (proposal, settings) = accepted(file);
        assert_eq!(proposal.export.map(|export| export.name), None, "{file:?}");
        let ends = tried(&settings, file).unwrap().ends;
        assert_eq!((ends.eligible, ends.disabled), (1, 1), "{file:?}\n{}", proposal.text);
    }
}

#[test]
fn dates_are_read_in_the_format_that_the_file_has() {
    for (file, format) in [
        ("id,Start date\n1,2019-01-31\n2,\n", "iso"),
        ("id,Start date\n1,31.01.2019\n2,01.02.2020\n", "dd.mm.yyyy"),
        ("id,Start date\n1,01/31/2019\n2,02/01/2020\n", "mm/dd/yyyy"),
        ("id,Start date\n1,31/01/2019\n2,01/02/2020\n", "dd/mm/yyyy"),
        ("id,Start date\n1,31/1/2019\n2,1/2/2020\n", "d/m/yyyy"),
        // Another column makes the order certain.
        ("id,Start date,Birthday\n1,01/02/2019,31/12/1980\n2,03/04/2020,01/01/1990\n", "dd/mm/yyyy"),
        ("id;Start date;Last day\n1;01/02/2019;12/31/2099\n2;03/04/2020;\n", "mm/dd/yyyy"),
        ("id,Start date\n1,05-Jan-2019\n2,17-Feb-2020\n", "dd-mmm-yyyy"),
        ("id,Start date\n1,20190131\n2,20200201\n", "yyyymmdd"),
    ] {
        let (proposal, settings) = accepted(file);
        let starts = settings.mapping.starts.unwrap_or_else(|| panic!("{}", proposal.text));
        assert_eq!(starts.format.name(), format, "{file:?}");
        let is_doubted = proposal.notes.iter().any(|note| note.contains("can be read as"));
        assert!(!is_doubted, "{file:?}: {:#?}", proposal.notes);
    }
}

#[test]
fn file_of_which_most_have_left_is_tried_without_them() {
    let file = "id,Status\n1,Terminated\n2,Terminated\n3,Retired\n4,Active\n5,Active\n";
    let (proposal, settings) = accepted(file);
    let trial = tried(&settings, file).unwrap();
    assert_eq!((trial.ends.eligible, trial.ends.out_of_scope), (2, 3), "{}", proposal.text);
    assert!(!trial.is_wrong(), "{:#?}", trial.findings);
}

#[test]
fn what_a_trial_would_refuse_is_said_at_once() {
    let (proposal, _) = accepted("id,Enabled\n1,no\n2,no\n3,no\n4,yes\n");
    assert!(proposal.notes.iter().any(|note| note.contains("3 of 4")), "{:#?}", proposal.notes);
}

#[test]
fn headings_with_signs_of_the_language_are_read_as_they_stand() {
    for heading in
        ["{id}", "a|b", "it's", "say \"id\"", "back\\slash", "id # 1", "id\u{a0}", "'id'", "{{id", "in a, b"]
    {
        let quoted = heading.replace('"', "\"\"");
        let file = format!("\"{quoted}\",Suspended,Start date\n7,no,2019-01-01\n8,no,2019-01-01\n");
        let (proposal, settings) = accepted(&file);
        let trial = tried(&settings, &file).unwrap();
        assert_eq!(trial.ends.eligible, 2, "{heading}: {}\n{:#?}", proposal.text, trial.findings);
    }
}

#[test]
fn nothing_is_proposed_for_what_is_no_table_of_people() {
    for file in [
        "",
        "\n\n",
        "id,name\n",
        "%PDF-1.7\n",
        "<!DOCTYPE html><html></html>",
        "{\"error\": 1}",
        "id,name\n1,\"Ann\n",
    ] {
        assert!(proposed(file).is_err(), "{file:?}");
    }
}
