//! Several rows of one person: `init` makes them one, so that the person gets an account.

use super::{accepted, tried, wrong};
use rollcall_config::CsvSettings;

/// The settings, how many people are eligible, and what is to be looked at.
fn tried_people(file: &str) -> (CsvSettings, u64, Vec<String>) {
    let (proposal, settings) = accepted(file);
    let trial = tried(&settings, file).unwrap();
    assert!(wrong(&trial).is_empty(), "{file}\n{:#?}\n{}", trial.findings, proposal.text);
    (settings, trial.ends.eligible, proposal.notes)
}

fn fields(settings: &CsvSettings) -> Vec<&str> {
    settings.mapping.fields.keys().map(|name| name.as_str()).collect()
}

#[test]
fn field_in_which_positions_differ_is_left_out() {
    let head = "Employee_ID,Worker_Status,Legal_First_Name,Legal_Last_Name,Primary_Work_Email,Hire_Date,Business_Title,Supervisory_Organization\n";
    let others =
        "2,Active,Bob,Ray,bob@x.test,2019-01-01,Dev,Ops\n3,Active,Eve,Poe,eve@x.test,2019-01-01,Dev,Ops\n";
    let file = |first: &str, second: &str| {
        format!(
            "{head}1,Active,Ann,Lee,ann@x.test,2019-01-01,{first}\n1,Active,Ann,Lee,ann@x.test,2019-01-01,{second}\n{others}"
        )
    };
    for (first, second, has_title, has_department) in [
        ("Dev,Ops", "Host,Club", false, false),
        ("Dev,Ops", "Host,Ops", false, true),
        ("Dev,Ops", "Dev,Club", true, false),
        ("Dev,Ops", "Dev,Ops", true, true),
    ] {
        let (settings, _, notes) = tried_people(&file(first, second));
        let fields = fields(&settings);
        assert_eq!(fields.contains(&"title"), has_title, "{first} {second}");
        assert_eq!(fields.contains(&"department"), has_department, "{first} {second}");
        assert_eq!(
            notes.iter().filter(|note| note.contains("is left out")).count(),
            usize::from(!has_title) + usize::from(!has_department)
        );
    }
    // They differ in more than that: nothing is left out.
    let other = file("Dev,Ops", "Host,Club").replacen("Lee,ann@", "Lee,anna@", 1);
    assert!(fields(&accepted(&other).1).contains(&"title"));
}

#[test]
fn main_position_is_asked_for() {
    let file = "Payroll Name,Associate ID,Position ID,Hire Date,Position Status,Primary Position,Work Contact: Work Email\n\
                \"Lee, Ann\",A1,P1,01/15/2019,Active,Yes,ann@x.test\n\"Lee, Ann\",A1,P2,03/15/2020,Active,No,ann@x.test\n\
                \"Ray, Bob\",A2,P3,01/15/2019,Terminated,Yes,bob@x.test\n\"Poe, Eve\",A3,P4,01/15/2019,Active,Yes,eve@x.test\n\
                \"Kay, Fay\",A4,P5,01/15/2019,Active,Yes,fay@x.test\n";
    let (settings, eligible, _) = tried_people(file);
    assert_eq!(settings.match_field.to_string(), "Associate ID");
    assert_eq!(
        settings.mapping.username.as_ref().map(ToString::to_string).as_deref(),
        Some("Work Contact: Work Email")
    );
    assert_eq!((settings.mapping.scope.len(), eligible), (1, 3));
    // Everybody has one row: nothing is asked.
    let file = file.replace(
        "\"Lee, Ann\",A1,P2,03/15/2020,Active,No,ann@x.test\n",
        "\"Lee, Al\",A9,P2,03/15/2020,Active,No,al@x.test\n",
    );
    let (settings, eligible, _) = tried_people(&file);
    assert_eq!((settings.mapping.scope.len(), eligible), (0, 4));
}
