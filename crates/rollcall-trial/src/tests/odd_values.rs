//! Tables that are none, and values that are worth a look.

use super::{accepted, proposed, settings, tried};
use crate::Weight;

#[test]
fn people_in_columns_are_refused() {
    for file in [
        "Employee ID,1,2,3\nName,Ann Lee,Bob Ray,Eve Poe\nEmail,ann@x.test,bob@x.test,eve@x.test\nStatus,Active,Terminated,Active\n",
        "Name;Ann Lee;Bob Ray\nE-Mail;ann@x.test;bob@x.test\nAbteilung;Ops;Law\n",
        ",Person A,Person B\nUsername,ann,bob\nDepartment,Ops,Law\nStart Date,2020-01-01,2021-01-01\n",
    ] {
        let said = proposed(file).unwrap_err().to_string();
        assert!(
            said.contains("people in its columns") || said.contains("looks like a person"),
            "{file}: {said}"
        );
    }
}

#[test]
fn first_row_that_is_a_person_is_no_heading() {
    for file in [
        "Ann,Lee,Ops,Active\nBob,Ray,Ops,Terminated\nEve,Poe,Ops,Active\n",
        "Lee;Ann;Vertrieb\nRay;Bob;Einkauf\nPoe;Eve;Vertrieb\n",
        "p01,Ann Lee\np02,Bob Ray\np17,Eve Poe\n",
    ] {
        let said = proposed(file).unwrap_err().to_string();
        assert!(said.contains("looks like a person"), "{file}: {said}");
    }
    for file in [
        "Tunnus,Nimi,Osasto\nann,Ann Lee,Ops\nbob,Bob Ray,Ops\n",
        "Kürzel,Active\nann,Active\nbob,Inactive\n",
        "Login,Email\nann,ann@x.test\nemail,email@x.test\n",
        "Name,Status\nName Lee,Active\nStatus Ray,Active\n",
        "p1,p2\nann,1\nbob,2\n",
        "Login,Department\nann,Department\nbob,Ops\n",
    ] {
        accepted(file);
    }
}

/// What should be looked at.
fn looks(source: &str, mapping: &str, file: &str) -> Vec<String> {
    let trial = tried(&settings(source, mapping), file).unwrap();
    let looks = trial.findings.into_iter().filter(|finding| finding.weight == Weight::Look);
    looks.map(|finding| finding.what).collect()
}

#[test]
fn keys_and_addresses_of_another_form_are_said() {
    let key = "match_field = \"id\"";
    let mapping = "username = \"user\"\nemail = \"mail\"";
    let file = |rows: &[(&str, &str)]| {
        let rows = rows.iter().enumerate().map(|(at, (id, mail))| format!("{id},u{at},{mail}\n"));
        format!("id,user,mail\n{}", rows.collect::<String>())
    };
    for (rows, said) in [
        (
            &[("1.001", ""), ("1.002", ""), ("1.003", "")][..],
            "all 3 keys are numbers with separators, such as \"1.001\"",
        ),
        (
            &[("1001.0", ""), ("1002.0", "")],
            "all 2 keys are numbers with a fraction of zeros, such as \"1001.0\"",
        ),
        (
            &[("1001", ""), ("1002", ""), ("1003", ""), ("new", "")],
            "1 key is no number, where 3 are, for example \"new\" in line 5",
        ),
        (
            &[("1", "a@x"), ("2", "b@x"), ("3", "c@x"), ("4", "d at x.test")],
            "1 e-mail address has no @, for example \"d at x.test\" in line 5",
        ),
    ] {
        assert_eq!(looks(key, mapping, &file(rows)), [said], "{rows:?}");
    }
    for rows in [
        &[("1001", "a@x"), ("1002", "")][..],
        &[("1001", ""), ("1002", ""), ("1003", ""), ("C-100", "")],
        &[("ann", ""), ("bob", ""), ("3", "")],
        &[("1.5", ""), ("1.6", "")],
        &[("1", "ann"), ("2", "bob")],
    ] {
        assert_eq!(looks(key, mapping, &file(rows)), [""; 0], "{rows:?}");
    }
}

#[test]
fn row_with_nothing_but_a_login_is_said() {
    let file = "login,name\nann,Ann\nbob,Bob\ncy,Cy\ndee,Dee\neve,Eve\nsales,\n";
    let said = looks("match_field = \"login\"", "name = \"name\"", file);
    assert_eq!(said, ["1 row has nothing but its key (line 7)"]);
    let said = looks("match_field = \"login\"", "name = \"name\"", "login,name\nann,Ann\nbob,\n");
    assert_eq!(said, [""; 0]);
}
