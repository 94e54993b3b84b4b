//! The row of a template that stands for nobody (rule 43f).

use super::{by_id, map, read_all, settings};

fn note(rows: &str) -> Option<String> {
    let mut settings = by_id();
    map(&mut settings, "email", "mail", false);
    read_all(&settings, format!("id,user,mail\n{rows}").as_bytes()).unwrap().1.example.note()
}

const OTHERS: &str = "2,ann,ann@x.test\n3,ben,ben@x.test\n4,cy,cy@x.test\n";

#[test]
fn example_below_the_headings_is_named() {
    for row in ["1,jdoe,john.doe@example.com\n", "0,max,Max@Example.ORG\n", "1,user@example.net,\n"] {
        let said = note(&format!("{row}{OTHERS}")).unwrap_or_else(|| panic!("{row}"));
        assert!(said.starts_with("line 2 looks like the example of a template, with the address "), "{said}");
    }
    let rows = "john.doe@example.com,x\na@x.test,y\nb@x.test,z\nc@x.test,w\n";
    let (_, summary) = read_all(&settings(), format!("email,name\n{rows}").as_bytes()).unwrap();
    assert!(summary.notes().any(|note| note.starts_with("line 2 looks like the example")));
}

#[test]
fn list_of_such_addresses_and_other_rows_are_not_named() {
    for rows in [
        format!("1,jdoe,jdoe@example.com\n{OTHERS}5,dee,dee@example.com\n"),
        format!("{OTHERS}5,dee,dee@example.com\n"),
        format!("1,eve,eve@example.company.test\n{OTHERS}"),
        format!("1,example.com,eve@x.test\n{OTHERS}"),
        String::from("1,jdoe,jdoe@example.com\n2,ann,ann@x.test\n"),
    ] {
        assert_eq!(note(&rows), None, "{rows}");
    }
}
