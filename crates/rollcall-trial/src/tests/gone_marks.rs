//! People who are marked as gone in a column that is no status.

use super::{accepted, settings, tried};

/// What `init` and `check` say of Bob, whose cell this is.
fn said(heading: &str, cell: &str) -> Option<String> {
    let other = if cell.starts_with("CN=") { "CN=Ann,OU=Staff,DC=x" } else { "Ann Lee" };
    let file = format!(
        "id;login;Status;{heading}\n1;ann;Active;{other}\n2;bob;Active;{cell}\n3;cy;Active;{other} 3\n4;dee;Inactive;{cell}\n"
    );
    let (proposal, _) = accepted(&file);
    let of_init = proposal.notes.iter().find(|note| note.contains("marked as gone"));
    let mapping =
        "username = \"login\"\nactive = { column = \"Status\", true = [\"Active\"], false = [\"Inactive\"] }";
    let trial = tried(&settings("match_field = \"id\"", mapping), &file).unwrap();
    let of_check = trial.findings.iter().find(|finding| finding.what.contains("marked as gone"));
    assert_eq!(
        of_init.is_some(),
        of_check.is_some(),
        "{heading} {cell}: {:#?} {:#?}",
        proposal.notes,
        trial.findings
    );
    of_check.map(|finding| format!("{}; {}", finding.what, finding.cure))
}

#[test]
fn mark_of_somebody_gone_is_said_with_a_condition() {
    for (heading, cell, mark) in [
        ("distinguishedName", "CN=Bob,OU=Disabled Users,DC=x", "OU=Disabled Users"),
        ("DN", "CN=Bob,OU=Leavers,OU=Staff,DC=x", "OU=Leavers"),
        ("DN", "CN=Bob,ou=Ausgeschiedene,DC=x", "ou=Ausgeschiedene"),
        ("Full name", "Bob Ray (Terminated)", "(Terminated)"),
        ("Worker", "Bob Ray (left)", "(left)"),
        ("Notes", "LEAVER - do not sync", "LEAVER"),
        ("Comment", "left the company 31.10.", "left the company"),
    ] {
        let said = said(heading, cell).unwrap_or_else(|| panic!("{heading} {cell}"));
        assert!(said.contains(&format!("1 of them have {mark:?} in {heading:?}")), "{said}");
        let condition = said.split_once("where = [").unwrap().1.split_once(']').unwrap().0;
        let source = format!("match_field = \"id\"\nwhere = [{condition}]");
        let file = format!("id;login;{heading}\n1;ann;Ann\n2;bob;{cell}\n");
        let trial = tried(&settings(&source, "username = \"login\""), &file).unwrap();
        assert_eq!((trial.ends.eligible, trial.ends.out_of_scope), (1, 1), "{condition}");
    }
}

#[test]
fn other_cells_are_not_said() {
    for (heading, cell) in [
        ("distinguishedName", "CN=Bob,OU=Staff,DC=x"),
        ("DN", "CN=Disabled Bob,OU=Staff,DC=x"),
        ("Full name", "Bob Ray (On Leave)"),
        ("Full name", "Bob Ray (Ops)"),
        ("Full name", "Bob Leaver"),
        ("Department", "Leavers' Desk"),
        ("Notes", "leaverage"),
        ("Title", "Terminated-line engineer"),
    ] {
        assert_eq!(said(heading, cell), None, "{heading} {cell}");
    }
}
