//! Workday: dates with a zone, people on leave, and the table that is saved from the screen.

use super::accepted;

#[test]
fn dates_with_a_zone_are_known() {
    for dates in [
        ["2027-02-01-08:00", "2021-01-01-08:00"],
        ["2027-02-01Z", "2021-01-01Z"],
        ["2027-02-01+01:00", "2021-01-01"],
        ["2027-02-01", "2021-01-01"],
    ] {
        let file = format!(
            "Employee_ID,First_Name,Last_Name,Email,Hire_Date,Termination_Date\n1,Ann,Lee,ann@x.test,{},\n\
             2,Bob,Kay,bob@x.test,{},{}\n",
            dates[1], dates[1], dates[0]
        );
        let (proposal, _) = accepted(&file);
        for line in [
            "starts = { from = \"Hire_Date\", format = \"iso\" }",
            "ends = { from = \"Termination_Date\", format = \"iso\" }",
        ] {
            assert!(proposal.text.contains(line), "{dates:?}\n{}", proposal.text);
        }
    }
    // What only begins like a date is none.
    let (proposal, _) = accepted("id,Hire date\n1,2021-01-01-soon\n2,2021-01-01Q\n");
    assert!(!proposal.text.contains("\nstarts"), "{}", proposal.text);
}

#[test]
fn people_on_leave_keep_their_access() {
    for heading in
        ["On_Leave", "On Leave", "onLeave", "Is On Leave", "Abwesend", "En congé", "Leave of absence"]
    {
        for (yes, no) in [("1", "0"), ("Yes", "No"), ("true", "false")] {
            let file = format!("Employee_ID,Login,{heading}\n1,ann,{no}\n2,bob,{yes}\n3,cy,{no}\n");
            let (proposal, settings) = accepted(&file);
            assert!(settings.mapping.active.is_none(), "{heading}\n{}", proposal.text);
        }
    }
    // Somebody who left is another matter.
    for heading in ["Leaver", "Left company", "Terminated"] {
        let (proposal, settings) =
            accepted(format!("Employee_ID,Login,{heading}\n1,ann,0\n2,bob,1\n3,cy,0\n"));
        assert!(settings.mapping.active.is_some(), "{heading}\n{}", proposal.text);
    }
}

#[test]
fn table_of_the_screen_is_known() {
    for headings in [
        "Employee ID,Worker,Email - Primary Work,Worker Status",
        "Employee ID,Worker,Primary Work Email,Status",
        "Worker ID,Worker Name,Work Email,Worker Status",
    ] {
        let file = format!(
            "{headings}\n1,Ann Lee,ann@x.test,Active\n2,Bob Kay,bob@x.test,Terminated\n3,Cy May,cy@x.test,On Leave\n"
        );
        let (proposal, settings) = accepted(&file);
        assert_eq!(proposal.export.map(|export| export.name), Some("workday"), "{headings}");
        let email = headings.split(',').nth(2);
        assert_eq!(settings.mapping.username.map(|name| name.to_string()).as_deref(), email);
        assert!(settings.mapping.active.is_some(), "{}", proposal.text);
        assert!(proposal.text.contains(&format!("email = \"{}\"", email.unwrap())), "{}", proposal.text);
        assert!(proposal.text.contains("display_name = \"Worker"), "{}", proposal.text);
    }
    // Two usual headings are not enough.
    let (proposal, _) = accepted("Employee ID,Email,Status\n1,ann@x.test,Active\n2,bob@x.test,Terminated\n");
    assert_eq!(proposal.export.map(|export| export.name), None);
}
