//! Usernames of another kind than nearly all others (rule 43e).

use super::{read_all, settings};
use std::fmt::Write as _;

/// A file of so many addresses, and these cells after them.
fn note(addresses: u32, others: &[&str]) -> Option<String> {
    let mut file = String::from("email,name\n");
    for number in 0..addresses {
        writeln!(file, "p{number}@x.test,P").unwrap();
    }
    for other in others {
        writeln!(file, "{other},P").unwrap();
    }
    read_all(&settings(), file.as_bytes()).unwrap().1.logins.note()
}

#[test]
fn username_that_is_no_address_among_addresses_is_named() {
    for other in ["not an address", "ann", "ann@", "@x.test", "ann@x@test", "ann lee@x.test"] {
        let said = note(20, &[other]).unwrap_or_else(|| panic!("{other}"));
        assert!(said.starts_with("1 username is no e-mail address, where 20 are, for example "), "{said}");
        assert!(said.contains(&format!("{other:?} in line 22")), "{said}");
    }
    let said = note(40, &["ann", "ben"]).unwrap();
    assert!(said.starts_with("2 usernames are no e-mail addresses, where 40 are"), "{said}");
}

#[test]
fn usernames_of_one_kind_or_of_both_are_not_named() {
    assert_eq!(note(20, &[]), None);
    assert!(note(4, &["ann"]).is_some());
    assert_eq!(note(3, &["ann"]), None);
    assert_eq!(note(19, &["ann", "ben"]), None);
    assert_eq!(note(0, &["ann", "ben"]), None);
    assert_eq!(note(30, &["ann", "ben"]), None);
}
