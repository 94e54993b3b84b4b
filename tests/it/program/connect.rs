//! `rollcall check --connect`, and a run of the built program, against a directory that is played.

use super::Desk;
use crate::fakes::FakeDirectory as _;
use crate::fakes::Person;
use crate::fakes::entra::Entra;
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
    for line in [
        "staff: Okta at 127.0.0.1, \"Intranet \\\"users\\\" \\\\ all\" has 3 people",
        // Its first page: the look reads no more.
        "The first 2 people: 2 may have a seat, 0 start later, 0 disabled",
        "ldap: OpenLDAP at 127.0.0.1, \"everyone\" has 1 person",
    ] {
        assert!(shown.lines().any(|shown| shown.starts_with(line)), "{line} in:\n{shown}");
    }
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

/// The output of a run of a source, and its exit code.
fn told(source: &str) -> (i32, String) {
    let ran = Desk::new(source).run(&["sync"]);
    (ran.code, ran.out)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_a_directory_says_who_was_not_done_and_why() {
    let (okta, ldap, entra) =
        (Okta::start().await, FakeLdap::new(Flavour::OpenLdap).await, Entra::start().await);
    let key = |name: &str| format!("CN={name},DC=example,DC=com");
    let dn = |one: &Person| Person { key: key(one.key.split('@').next().unwrap_or_default()), ..one.clone() };
    let fill = |all: &[Person]| {
        okta.fill(all);
        entra.fill(all);
        ldap.fill(&all.iter().map(dn).collect::<Vec<_>>());
        [("okta", okta.source()), ("ldap", ldap.source()), ("entra", entra.source())]
    };
    let right = ["ann", "ben", "cem"].map(person);
    let right = right.map(|one| Person { title: String::from("R&D; clerk"), ..one });
    for (kind, source) in fill(&right) {
        let (code, out) = told(&source);
        assert_eq!(code, 0, "{kind}: {out}");
        for words in ["Not done", "See who", "rejected.csv", "HTML"] {
            assert!(!out.contains(words), "{kind}: nothing is wrong: {out}");
        }
    }
    let damaged = Person { username: String::from("m&uuml;ller"), ..person("mueller") };
    let shown = Person { title: String::from("R&amp;D"), ..person("dee") };
    let wrong: Vec<Person> = right.into_iter().chain([damaged, shown]).collect();
    for (kind, source) in fill(&wrong) {
        let (code, out) = told(&source);
        assert_eq!(code, 5, "{kind}: {out}");
        for words in [
            "Not done 1 person or row with error. See who and why: ",
            "mueller",
            "holds &uuml;",
            "1 person has HTML in a field",
        ] {
            assert!(out.contains(words), "{kind}: {words:?} in {out}");
        }
        let has_line = out.split("line ").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        assert!(!has_line && !out.contains("rejected.csv"), "{kind}: there is no file: {out}");
    }
}

/// The trial of a source, as programs get it.
fn look(source: &str) -> (i32, serde_json::Value) {
    let desk = Desk::new(source);
    let answer = desk.run(&["check", "--connect", "--json"]);
    (answer.code, answer.json()["sources"][0].clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_shown_before_and_after_the_mapping() {
    let (okta, ldap, entra) =
        (Okta::start().await, FakeLdap::new(Flavour::OpenLdap).await, Entra::start().await);
    let people = ["ann", "ben", "cem", "dee"].map(person);
    let gone = Person { is_disabled: true, ..person("eve") };
    let all: Vec<Person> = people.into_iter().chain([gone]).collect();
    okta.fill(&all);
    entra.fill(&all);
    okta.serve_large_pages();
    entra.serve_large_pages();
    let dn = |one: &Person| Person { key: format!("CN={},DC=example,DC=com", one.username), ..one.clone() };
    ldap.fill(&all.iter().map(dn).collect::<Vec<_>>());
    for source in [okta.source(), ldap.source(), entra.source()] {
        let (code, seen) = look(&source);
        assert_eq!((code, &seen["is_wrong"]), (0, &serde_json::json!(false)), "{seen}");
        let trial = &seen["trial"];
        assert_eq!((&trial["rows"], &trial["ends"]["disabled"]), (&5.into(), &1.into()), "{seen}");
        let title = trial["fills"].as_array().unwrap().iter().find(|fill| fill["setting"] == "title");
        assert_eq!(title.unwrap()["filled"], 5, "{seen}");
        let ann = &trial["people"][0];
        assert!(ann.get("line").is_none() && ann["who"].is_string(), "a directory has no lines: {ann}");
        assert!(ann["before"].to_string().contains("Clerk"), "{ann}");
        assert!(ann["after"].to_string().contains("[\"title\",\"Clerk\"]"), "{ann}");
        assert!(!seen.to_string().contains("very-secret"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attribute_that_nobody_has_is_refused_with_its_line() {
    let (okta, ldap) = (Okta::start().await, FakeLdap::new(Flavour::OpenLdap).await);
    let people = ["ann", "ben", "cem"].map(person);
    okta.fill(&people);
    okta.serve_large_pages();
    ldap.fill(&people.map(|one| Person { key: format!("CN={},DC=example,DC=com", one.username), ..one }));
    for source in [okta.source(), ldap.source()] {
        let source = source.replace("title = \"title\"", "title = \"titel\"");
        let line = 1 + source.lines().position(|line| line.starts_with("title = ")).unwrap();
        let (code, seen) = look(&source);
        let why = seen["refused"].as_str().unwrap_or_default();
        assert_eq!(code, 2, "{seen}");
        assert!(
            why.contains("nobody of the 3 people has the attribute \"titel\", which `title` names"),
            "{why}"
        );
        assert!(why.contains("(did you mean \"title\"?)"), "{why}");
        // Above the source, the desk writes lines of its own.
        let said: usize =
            why.split("line ").nth(1).and_then(|rest| rest.split(':').next()).unwrap().parse().unwrap();
        assert!(said >= line, "{why}");
        // Everything else is shown all the same, and a run is refused for the same reason.
        assert_eq!(seen["trial"]["rows"], 3, "{seen}");
        let failed = Desk::new(&source).run(&["sync"]);
        failed.assert_code(4);
        assert!(failed.out.contains(why), "{}", failed.out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_has_the_findings_that_a_file_has() {
    let okta = Okta::start().await;
    // `title` is taken for a status, and its usual words are turned round.
    let people: Vec<Person> = (0..8)
        .map(|n| Person {
            title: String::from(if n == 0 { "inactive" } else { "active" }),
            ..person(&format!("p{n}"))
        })
        .collect();
    okta.fill(&people);
    okta.serve_large_pages();
    let turned = "active = { column = \"title\", true = [\"inactive\"], false = [\"active\"] }";
    let without_own = |source: String| -> String {
        source.lines().filter(|line| !line.starts_with("active = ")).map(|line| format!("{line}\n")).collect()
    };
    let (code, seen) = look(&format!("{}{turned}\n", without_own(okta.source())));
    let findings = seen["trial"]["findings"].to_string();
    assert_eq!(code, 2, "{seen}");
    assert!(findings.contains("turned round") && findings.contains("\"setting\":\"active\""), "{findings}");
    // The right way round.
    let right = "active = { column = \"title\", true = [\"active\"], false = [\"inactive\"] }";
    let (code, seen) = look(&format!("{}{right}\n", without_own(okta.source())));
    assert_eq!((code, &seen["trial"]["ends"]["disabled"]), (0, &1.into()), "{seen}");
    // Most are disabled in the directory itself: that may be, and is said.
    let gone = people.iter().map(|one| Person { is_disabled: true, ..one.clone() }).take(6);
    okta.fill(&gone.chain(people[6..].iter().cloned()).collect::<Vec<_>>());
    let (code, seen) = look(&okta.source());
    assert_eq!(code, 0, "{seen}");
    assert!(seen["trial"]["findings"].to_string().contains("6 of 8 people are disabled"), "{seen}");
}
