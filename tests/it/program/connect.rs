//! `rollcall check --connect`, and a run of the built program, against a directory that is played.

use super::Desk;
use crate::fakes::FakeDirectory as _;
use crate::fakes::Person;
use crate::fakes::ldap::{FakeLdap, Flavour};
use crate::fakes::okta::Okta;

fn person(name: &str) -> Person {
    Person {
        username: name.to_owned(),
        key: name.to_owned(),
        title: String::from("Clerk"),
        ..Person::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_source_is_tried_and_told_in_a_line() {
    let (okta, ldap) = (Okta::start().await, FakeLdap::new(Flavour::OpenLdap).await);
    okta.fill(&["ann", "ben", "cem"].map(person));
    ldap.fill(&[Person { key: String::from("CN=dee,DC=example,DC=com"), ..person("dee") }]);
    let wrong = okta
        .source()
        .replacen("staff", "wrong", 1)
        .replace(&okta.by_key("rsa.pem"), "token = \"file:/dev/zero-and-more\"");
    let two = format!("{}{}", okta.source(), ldap.source().replacen("staff", "ldap", 1));
    let desk = Desk::new(&two);
    let shown = desk.done(&["check", "--connect"]);
    assert_eq!(
        shown,
        "staff: Okta at 127.0.0.1, \"Intranet \\\"users\\\" \\\\ all\" has 3 people\nldap: OpenLDAP at 127.0.0.1, \"everyone\" has 1 person\n"
    );
    let desk = Desk::new(&format!("{two}{wrong}"));
    let answer = desk.run(&["check", "--connect", "--json"]);
    answer.assert_code(4);
    let sources = answer.json();
    assert_eq!(sources["sources"][0]["groups"][0]["people"], 3);
    let why = sources["sources"][2]["error"].as_str().unwrap().to_owned();
    assert!(why.contains("the file cannot be read"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_built_program_syncs_a_directory() {
    let okta = Okta::start().await;
    okta.fill(&["ann", "ben", "cem"].map(person));
    let desk = Desk::new(&okta.source());
    let run = desk.json(&["sync"]);
    assert_eq!(run["summary"]["counts"]["created_active"], 3, "{run}");
    assert_eq!(desk.json(&["sync"])["summary"]["writes"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_that_failed_is_not_answered_with_a_file() {
    let (okta, ldap) = (Okta::start().await, FakeLdap::new(Flavour::OpenLdap).await);
    for source in [okta.source().replace(&okta.by_key("rsa.pem"), "token = \"env:NOT_THERE\""), ldap.source()]
    {
        let source = source.replace("bind_password = \"file:", "bind_password = \"file:/not/there");
        let desk = Desk::new(&source);
        let failed = desk.run(&["sync"]);
        assert_ne!(failed.code, 0, "{}", failed.out);
        assert!(failed.out.contains("cannot be read"), "{}", failed.out);
        assert!(failed.out.contains("Then run again: rollcall sync"), "{}", failed.out);
        assert!(!failed.out.contains("FILE") && !failed.out.contains("drop a file"), "{}", failed.out);
    }
}
