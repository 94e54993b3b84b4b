//! Exports of systems that nobody has described, or that look like one that is: who has left or has not begun gets no seat.

use super::{accepted, tried};

/// How many people end in each way: eligible, disabled or ended, not started, rejected.
fn ends(file: &str) -> ([u64; 4], String) {
    let (proposal, settings) = accepted(file);
    let ends = tried(&settings, file).unwrap().ends;
    let counts = [ends.eligible, ends.disabled + ends.ended, ends.not_started, ends.rejected];
    (counts, format!("{}\n{:#?}", proposal.text, proposal.notes))
}

#[track_caller]
fn check(system: &str, file: &str, expected: [u64; 4]) {
    let (found, proposal) = ends(file);
    assert_eq!(found, expected, "{system}: {proposal}");
}

#[test]
fn status_and_days_count_whatever_the_system_calls_them() {
    for (system, file, expected) in [
        // Looks like BambooHR, and calls its status and its days otherwise.
        (
            "Rippling",
            "Employee number,Full name,Work email,Employment status,Start date,Last day of work\n\
             1,Ann Lee,ann@x.test,ACTIVE,2020-01-15,\n2,Bob Ray,bob@x.test,TERMINATED,2018-03-02,2026-10-31\n\
             3,Cy Fox,cy@x.test,ACTIVE,2026-12-20,\n4,Di Orr,di@x.test,ACTIVE,2021-02-02,2026-12-31\n",
            [2, 1, 1, 0],
        ),
        // Looks like Workday.
        (
            "Gusto",
            "First name,Last name,Work email,Employment status,Start date,Employee ID\n\
             Ann,Lee,ann@x.test,Active,01/15/2020,e1\nBob,Ray,bob@x.test,Terminated,03/22/2018,e2\n\
             Cy,Fox,cy@x.test,On leave,05/05/2019,e3\n",
            [2, 1, 0, 0],
        ),
        (
            "ADP",
            "Associate ID,Legal First Name,Legal Last Name,Position Status,Hire Date,Work Email\n\
             A1,Ann,Lee,Active,01/15/2020,ann@x.test\nA2,Bob,Ray,Terminated,03/02/2018,bob@x.test\n\
             A3,Cy,Fox,Leave,05/05/2019,cy@x.test\nA4,Di,Orr,Active,12/15/2026,di@x.test\nA5,Ed,Poe,Deceased,05/05/2009,e@x.test\n",
            [2, 2, 1, 0],
        ),
        (
            "UKG",
            "Employee Number,First Name,Last Name,Email Address,Employment Status,Date of Last Hire,Termination Date\n\
             00123,Ann,Lee,ann@x.test,Active,2020-01-15,\n00124,Bob,Ray,bob@x.test,Terminated,2018-03-02,2026-10-31\n\
             00125,Cy,Fox,cy@x.test,Leave of absence,2019-05-05,\n00126,Di,Orr,di@x.test,Active,2026-12-15,\n",
            [2, 1, 1, 0],
        ),
        (
            "Oracle HCM",
            "Person Number,Display Name,Work Email,Assignment Status,Hire Date\n\
             1,Ann Lee,ann@x.test,Active - Payroll Eligible,2020-01-15\n2,Bob Ray,bob@x.test,Inactive - Payroll Eligible,2018-03-02\n\
             3,Cy Fox,cy@x.test,Suspended - No Payroll,2019-05-05\n4,Di Orr,di@x.test,Active - No Payroll,2019-05-05\n",
            [2, 2, 0, 0],
        ),
        (
            "Get-ADUser",
            "SamAccountName;Name;Enabled;AccountExpirationDate;Mail\nann;Ann Lee;True;;ann@x.test\nbob;Bob;False;;bob@x.test\n\
             cy;Cy;True;31.10.2026 00:00:00;cy@x.test\n",
            [1, 2, 0, 0],
        ),
        (
            "Zoho People",
            "Employee ID,Email address,Employee Status,Date of joining,Date of exit\n\
             E1,ann@x.test,Active,15-Jan-2020,\nE2,bob@x.test,Active,02-Mar-2018,31-Oct-2026\n\
             E3,cy@x.test,Notice Period,05-May-2019,\nE4,di@x.test,Probation,05-May-2027,\n",
            [2, 1, 1, 0],
        ),
        (
            "a French list",
            "Matricule;Nom;Prénom;Courriel;Statut;Date entrée;Date sortie\n1;Lee;Ann;ann@x.test;Présent;25/02/2020;\n\
             2;Ray;Bob;bob@x.test;Sorti;25/02/2019;31/10/2026\n3;Fox;Cy;cy@x.test;Congé parental;25/02/2019;\n",
            [2, 1, 0, 0],
        ),
    ] {
        check(system, file, expected);
    }
}

#[test]
fn files_that_are_known_or_have_no_status_stay_as_they_are() {
    for (system, file, expected) in [
        // All of it is known, and right as it is.
        (
            "HiBob",
            "Display name,Email,Employee ID,Start date,Status,Termination date\n\
             Ann Lee,ann@x.test,1,15/01/2020,Active,\nBob Ray,bob@x.test,2,02/03/2018,Inactive,31/10/2026\n\
             Di Orr,di@x.test,4,25/12/2026,Active,\n",
            [1, 1, 1, 0],
        ),
        // Nobody has left.
        (
            "no status",
            "Employee number,Work email,Employment status\n1,a@x.test,Full-time\n2,b@x.test,Part-time\n",
            [2, 0, 0, 0],
        ),
    ] {
        check(system, file, expected);
    }
}

#[test]
fn word_for_leave_or_with_a_remark_is_a_state() {
    for (word, is_there) in [
        ("Leave of absence", true),
        ("LOA", true),
        ("Maternity Leave", true),
        ("Active (part time)", true),
        ("Active - Payroll Eligible", true),
        ("Left", false),
        ("Leaver", false),
        ("Inactive - Payroll Eligible", false),
        ("Terminated (2026)", false),
    ] {
        let (found, proposal) = ends(&format!(
            "id,Employment Status\n1,Active\n2,Terminated\n3,Active\n4,Active\n5,Active\n6,{word}\n"
        ));
        let expected = [4 + u64::from(is_there), 2 - u64::from(is_there), 0, 0];
        assert_eq!(found, expected, "{word}: {proposal}");
    }
}

#[test]
fn whole_name_of_a_person_is_no_login() {
    let file = "User id,User name,email,User status\n1,Ann Lee,ann@x.test,Active\n2,Bob Ray,bob@x.test,Active\n3,Cy Fox,cy@x.test,Active\n";
    let username = |file: &str| accepted(file).1.mapping.username.unwrap().to_string();
    assert_eq!(username(file), "email");
    assert_eq!(
        username(&file.replace("Ann Lee", "ann").replace("Bob Ray", "bob").replace("Cy Fox", "cy")),
        "User name"
    );
}

#[test]
fn preferred_name_that_few_have_is_not_everybody_s_name() {
    let file = "Employee ID,Legal First Name,Preferred Name,Legal Last Name\n1,Ann,,Lee\n2,Robert,Bob,Ray\n3,Cy,,Fox\n";
    let all = file.replace("Ann,,", "Ann,Annie,").replace("Cy,,", "Cy,Cyd,");
    for (file, expected) in [
        (file, "{Legal First Name} {Legal Last Name}"),
        // Everybody has one.
        (&all, "{Preferred Name} {Legal Last Name}"),
    ] {
        let (_, settings) = accepted(file);
        let mut fields = settings.mapping.fields.iter();
        let (_, name) = fields.find(|(name, _)| name.as_str() == "display_name").unwrap();
        assert_eq!(name.from.to_string(), expected);
    }
}
