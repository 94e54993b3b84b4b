//! Who could not be processed is named by the run itself, the first twenty of them (rule 62).

use super::{Desk, SMALL};
use std::fmt::Write as _;

#[test]
fn run_names_who_could_not_be_processed() {
    let desk = Desk::new(SMALL);
    let file = "key,username,title\n1,ann,\n1,ann,x\n,ben,\n,,clerk\n2,cem,\n3,Cem,\n";
    let said = desk.sync(file, 5).out;
    for (who, why) in [
        ("ann", "the same person as line 3"),
        ("ben", ""),
        ("line 5", ""),
        ("cem", "line 7 asks for the same username"),
    ] {
        let named = |line: &&str| {
            line.trim() == if why.is_empty() { who.to_owned() } else { format!("{who}: {why}") }
        };
        assert!(said.lines().any(|line| named(&line)), "{who}: {why} in\n{said}");
    }
    let runs = desk.json(&["runs"]);
    let unprocessed = runs[0]["summary"]["unprocessed"].as_array().unwrap();
    assert_eq!(unprocessed.len(), 6, "{unprocessed:?}");
    // A dry run names them too.
    assert_eq!(desk.run(&["sync", "--dry-run"]).code, 5);
    assert_eq!(desk.json(&["runs"])[0]["summary"]["unprocessed"].as_array().map(Vec::len), Some(6));
}

#[test]
fn of_many_the_first_twenty_are_named_and_where_the_rest_is() {
    let desk = Desk::new(SMALL);
    let mut file = String::from("key,username,title\n");
    for number in 0..30 {
        writeln!(file, "{number},p{number},a\n{number},p{number},b").unwrap();
    }
    let said = desk.sync(&format!("{file}x,x,\n"), 5).out;
    assert_eq!(said.matches("the same person as line").count(), 20, "{said}");
    assert!(said.contains("60 people or rows with skipped_duplicate"), "{said}");
    assert!(said.contains("--outcome skipped_duplicate"), "{said}");
}
