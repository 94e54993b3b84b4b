//! What a run passes over says nothing of a file: `init` looks at people only.

use super::accepted;

const PEOPLE: &str =
    "1,ann@x.test,Active,\n2,bob@x.test,Terminated,2026-09-30\n3,cy@x.test,Active,2026-12-31\n";

#[test]
fn rows_that_are_no_people_change_no_proposal() {
    let (plain, _) = accepted(format!("Employee ID,Email,Status,Last day\n{PEOPLE}"));
    assert_eq!(plain.notes, [""; 0]);
    for (above, below) in [
        ("Required,Required,Optional,Optional\n", ""),
        ("varchar(10),varchar(100),text,date\n", ""),
        ("", "Total: 3,,,\n"),
        ("", ",,,Total: 3\n"),
        ("", "-----,-----,-----,-----\n"),
        ("", "Page 1 of 1,,,\n"),
        ("Pflicht,Pflicht,Optional,Optional\n", "(3 rows affected),,,\n"),
        // These a run rejects.
        ("", "Confidential,,,\n"),
        ("", "Exported from the personnel system,,,\nfor internal use only,,,\n"),
    ] {
        let (proposal, _) = accepted(format!("Employee ID,Email,Status,Last day\n{above}{PEOPLE}{below}"));
        assert_eq!((&proposal.text, proposal.rows), (&plain.text, 3), "{above}{below}");
        assert_eq!(proposal.notes, plain.notes, "{above}{below}");
    }
}
