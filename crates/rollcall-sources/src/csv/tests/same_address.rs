//! People with one address, one below the other (rule 43f).

use super::{by_id, map, read_all};

fn note(addresses: &[&str]) -> Option<String> {
    let mut settings = by_id();
    map(&mut settings, "email", "mail", false);
    let rows: String =
        addresses.iter().enumerate().map(|(id, address)| format!("{id},p{id},{address}\n")).collect();
    read_all(&settings, format!("id,user,mail\n{rows}").as_bytes()).unwrap().1.same_address.note()
}

#[test]
fn address_that_was_filled_down_is_said() {
    let said = note(&[
        "a@x.test", "b@x.test", "k@x.test", "k@x.test", "k@x.test", "k@x.test", "k@x.test", "c@x.test",
    ]);
    let said = said.unwrap();
    assert!(
        said.starts_with("5 people one below the other, from line 4 on, have one e-mail address"),
        "{said}"
    );
}

#[test]
fn few_of_them_and_others_between_are_not_said() {
    let four = ["k@x.test", "k@x.test", "k@x.test", "k@x.test", "a@x.test", "k@x.test", "k@x.test"];
    assert_eq!(note(&four), None);
    assert_eq!(note(&["", "", "", "", "", ""]), None);
}
