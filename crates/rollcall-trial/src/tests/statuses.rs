//! Which column is the status, and which is not: nobody is blocked by what says nothing of their access, and nobody who has left
//! gets a seat without a word.

use super::{accepted, settings, tried, wrong};

/// Five people below a heading, with these words.
fn file(heading: &str, words: [&str; 5]) -> String {
    let rows = words.iter().zip(1..).map(|(word, at)| format!("{at},p{at}@x.test,\"{word}\"\n"));
    format!("Employee ID,Email,\"{heading}\"\n{}", rows.collect::<String>())
}

/// How many may have a seat, are disabled and are rejected, by what `init` writes; and whether it is said, and refused.
#[track_caller]
fn check(file: &str, ends: [u64; 3], is_said: bool, is_refused: bool) {
    let (proposal, settings) = accepted(file);
    let trial = tried(&settings, file).unwrap();
    let found = [trial.ends.eligible, trial.ends.disabled, trial.ends.rejected];
    let shown = format!("{file}\n{}\n{:#?}", proposal.text, trial.findings);
    assert_eq!(found, ends, "{shown}");
    assert_eq!(!proposal.notes.is_empty(), is_said, "{shown}");
    assert_eq!(trial.is_wrong(), is_refused, "{shown}");
}

#[test]
fn column_of_something_else_blocks_nobody() {
    for heading in [
        "Disability",
        "Registered disabled",
        "MFA Enabled",
        "2fa_enabled?",
        "Two-factor authentication enabled",
        "VPN active",
        "Active projects",
        "Email notifications enabled",
        "Active Directory account",
        "Left handed",
        "Locker",
        "Leave balance",
        "Newsletter blocked",
        "Excluded from payroll",
        "Hidden from address list",
        "Archive mailbox",
        "Password expired",
        "Locked payslip",
        "Archived documents",
        "Ex-forces",
        "Laptop locked",
        "Visa suspended",
        "Card blocked",
        "Portal enabled",
        "Remote access locked door",
        "Benefits terminated",
        "Parkplatz gesperrt",
        "Newsletter aktiv",
        "Mutuelle active",
    ] {
        for words in [["No", "Yes", "No", "No", "No"], ["1", "0", "1", "1", "1"]] {
            check(&file(heading, words), [5, 0, 0], false, false);
            let status = ["Active", "Active", "Active", "Active", "Terminated"];
            let both: String = file("Status", status)
                .lines()
                .zip(std::iter::once(heading).chain(words))
                .map(|(line, cell)| format!("{line},{cell}\n"))
                .collect();
            check(&both, [4, 1, 0], false, false);
        }
    }
}

#[test]
fn column_that_says_blocked_is_asked_beside_a_status() {
    for heading in [
        "Suspended",
        "Account locked",
        "Archived",
        "is_deleted",
        "accountDisabled",
        "Gesperrt",
        "Login blocked",
        "user.suspended",
    ] {
        let both = format!(
            "id,Status,{heading}\n1,Active,false\n2,Active,true\n3,Active,false\n4,Terminated,false\n5,Active,false\n"
        );
        check(&both, [3, 2, 0], false, false);
    }
}

#[test]
fn status_is_known_by_what_its_heading_means() {
    for heading in [
        "EmploymentStatus",
        "accountStatus",
        "Employee Status Description",
        "Current Status",
        "ASSIGNMENT_STATUS_TYPE",
        "EmploymentStatusXrefCode",
        "4. Status",
        "employees.status",
        "Status / Statut",
        "Status (active/inactive)",
        "Sign-in status",
        "ROW_STATUS",
        "Staff Member Status",
        "Benutzerstatus",
        "Statut du salarié",
        "Status medewerker",
        "User: Status",
        "Employment State",
        "Estado de la cuenta",
    ] {
        check(
            &file(heading, ["Active", "Terminated", "Active", "On leave", "Active"]),
            [4, 1, 0],
            false,
            false,
        );
        check(&file(heading, ["Active", "Quux", "Active", "Terminated", "Active"]), [3, 1, 1], true, false);
        check(&file(heading, ["A", "T", "A", "L", "A"]), [0, 0, 5], true, true);
        check(&file(heading, ["Green", "Red", "Green", "Green", "Green"]), [0, 0, 5], true, true);
    }
}

#[test]
fn status_of_other_languages_is_known() {
    for (heading, here, gone, away) in [
        ("Situação", "Ativo", "Demitido", "Férias"),
        ("Durum", "Aktif", "Pasif", "İzinli"),
        ("DURUM", "AKTİF", "PASİF", "AKTİF"),
        ("在籍区分", "在籍", "退職", "休職"),
        ("员工状态", "在职", "离职", "休假"),
        ("재직상태", "재직", "퇴사", "휴직"),
        ("Status zatrudnienia", "Zatrudniony", "Zwolniony", "Urlop rodzicielski"),
        ("Статус", "Работает", "Уволен", "В отпуске"),
        ("Статус працівника", "Працює", "Звільнений", "У відпустці"),
        ("Estado", "Alta", "Baja", "Excedencia"),
        ("Situación laboral", "En activo", "Cesado", "De permiso"),
        ("Stato", "In forza", "Cessato", "In aspettativa"),
        ("Status", "In dienst", "Uit dienst", "Met verlof"),
        ("Anställningsstatus", "Anställd", "Slutat", "Tjänstledig"),
        ("Ansættelsesstatus", "Ansat", "Fratrådt", "Orlov"),
        ("Stav zaměstnance", "Zaměstnán", "Propuštěn", "Mateřská"),
        ("Statut angajat", "Angajat", "Plecat", "Concediu"),
        ("Situation professionnelle", "En poste", "Sorti", "Congé parental"),
    ] {
        check(&file(heading, [here, gone, here, away, here]), [4, 1, 0], false, false);
    }
}

#[test]
fn status_that_is_not_understood_seats_nobody() {
    for (heading, words) in [
        ("Status", ["1", "2", "1", "1", "3"]),
        ("Enroll_Status", ["0", "2", "0", "0", "3"]),
        ("Record Status", ["A", "D", "A", "A", "A"]),
        ("Employee Status", ["A", "T", "A", "A", "A"]),
        ("Status", ["T", "F1", "T", "T", "F1"]),
        ("Contract status", ["In progress", "Completed", "In progress", "In progress", "Completed"]),
        ("Active", ["A", "B", "A", "A", "A"]),
        ("Blocked", ["quux", "frob", "quux", "quux", "quux"]),
    ] {
        check(&file(heading, words), [0, 0, 5], true, true);
    }
}

#[test]
fn words_that_say_yes_and_no_are_read() {
    for (heading, words, expected) in [
        ("Active", ["✓", "✗", "✓", "✓", "✓"], [4, 1, 0]),
        ("Blocked", ["", "x", "", "", ""], [4, 1, 0]),
        ("Left", ["", "Y", "", "", ""], [4, 1, 0]),
        ("Can log in", ["Yes", "No", "Yes", "Yes", "Yes"], [4, 1, 0]),
        ("Still working here?", ["Y", "N", "Y", "Y", "Y"], [4, 1, 0]),
        ("Not terminated", ["TRUE", "FALSE", "TRUE", "TRUE", "TRUE"], [4, 1, 0]),
        ("Unlocked", ["1", "0", "1", "1", "1"], [4, 1, 0]),
        ("Active (1) / Inactive (0)", ["1", "0", "1", "1", "1"], [4, 1, 0]),
        ("Active (0) / Inactive (1)", ["0", "1", "0", "0", "0"], [4, 1, 0]),
        ("Active/Terminated", ["Yes", "No", "Yes", "Yes", "Yes"], [4, 1, 0]),
        ("Status (active/inactive)", ["Yes", "No", "Yes", "Yes", "Yes"], [4, 1, 0]),
        ("Account enabled/disabled", ["Yes", "No", "Yes", "Yes", "No"], [3, 2, 0]),
        ("Employment Status", ["Full-Time", "Terminated", "Part-Time", "Contractor", "Full-Time"], [4, 1, 0]),
        (
            "Lifecycle status",
            ["Employed", "Terminated", "Garden Leave", "Long Term Leave", "Employed"],
            [4, 1, 0],
        ),
        (
            "Position Status",
            ["A - Active", "T - Terminated", "L - Leave", "A - Active", "A - Active"],
            [4, 1, 0],
        ),
    ] {
        check(&file(heading, words), expected, false, false);
    }
}

#[test]
fn status_that_some_do_not_have_is_said() {
    check(&file("Status", ["Active", "Terminated", "", "Active", "Active"]), [3, 1, 1], true, false);
    check(&file("Suspended", ["No", "Yes", "", "No", "No"]), [3, 1, 1], true, false);
    check(&file("Active", ["Yes", "", "Yes", "Yes", "No"]), [3, 1, 1], true, false);
    // A list of crosses.
    check(&file("Active", ["x", "", "x", "x", "x"]), [4, 1, 0], true, false);
    for word in ["Active - Pending Termination", "Inactive leave", "Leaving"] {
        check(&file("Status", ["Active", word, "Active", "Active", "Active"]), [4, 0, 1], true, false);
    }
}

#[test]
fn states_below_another_heading_are_said_by_init_and_check() {
    let keyed = settings("match_field = \"Employee ID\"", "username = \"Email\"");
    for (heading, words) in [
        ("Employee Type", ["Employee", "Terminated Employee", "Employee", "Employee", "Employee"]),
        ("Person Type", ["Employee", "Ex-employee", "Employee", "Employee", "Employee"]),
        ("OU", ["OU=Staff", "OU=Disabled Users", "OU=Staff", "OU=Staff", "OU=Staff"]),
        ("Quux", ["Aktiv", "Ausgeschieden", "Aktiv", "Aktiv", "Aktiv"]),
        ("Mailbox type", ["UserMailbox", "SharedMailbox", "UserMailbox", "UserMailbox", "UserMailbox"]),
        ("User type", ["Member", "Guest", "Member", "Member", "Member"]),
        ("Guest", ["No", "Yes", "No", "No", "No"]),
    ] {
        let file = file(heading, words);
        check(&file, [5, 0, 0], true, false);
        let trial = tried(&keyed, &file).unwrap();
        let said: Vec<&str> = trial.findings.iter().map(|finding| finding.what.as_str()).collect();
        assert!(said.iter().any(|what| what.contains(heading)), "{heading}: {said:?}");
        // No word of a column that nothing names.
        assert!(
            !said.iter().any(|what| what.contains("Employee\"") || what.contains("Ausgeschieden")),
            "{said:?}"
        );
    }
    // A status that nothing asks is said as well; what has another meaning is not.
    let status = file("Status", ["Active", "Terminated", "Active", "Active", "Active"]);
    assert!(tried(&keyed, &status).unwrap().findings.iter().any(|finding| finding.what.contains("Status")));
    for (heading, words) in [
        ("Position", ["Archivist", "Locksmith", "Archivist", "Nurse", "Nurse"]),
        ("Department", ["Disability Services", "Retirement Services", "Sales", "Sales", "Sales"]),
        ("Marital status", ["Single", "Married", "Single", "Married", "Single"]),
        ("Leave type", ["", "Parental", "", "", ""]),
        ("MFA Enabled", ["Yes", "No", "Yes", "Yes", "Yes"]),
    ] {
        let file = file(heading, words);
        check(&file, [5, 0, 0], false, false);
        assert!(tried(&keyed, &file).unwrap().findings.is_empty(), "{heading}");
    }
}

#[test]
fn known_export_whose_status_is_empty_is_refused() {
    for file in [
        "AccountEnabled,DisplayName,Id,UserPrincipalName,UserType\n,Ann,1,ann@x.test,\n,Bob,2,bob@x.test,\n",
        "Block credential,Licenses,User principal name\n,E3,ann@x.test\n,E3,bob@x.test\n",
        "ID,First name,Last name,Email,Status,Hire date\n1,A,B,a@x.test,,2019-01-01\n2,B,C,b@x.test,,2019-01-01\n",
    ] {
        let (proposal, settings) = accepted(file);
        assert!(
            proposal.notes.iter().any(|note| note.contains("empty for everybody")),
            "{:#?}",
            proposal.notes
        );
        let trial = tried(&settings, file).unwrap();
        assert_eq!((trial.ends.eligible, wrong(&trial)), (0, vec!["rows"]), "{}", proposal.text);
    }
}
