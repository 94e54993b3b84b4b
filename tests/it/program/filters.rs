//! Every filter of `accounts`, `audit` and `runs`, and what is said where nothing can fit.

use super::{Desk, SMALL, people, text};

/// Four people for three seats, one of whom an administrator has blocked, one local account, one who has left.
fn desk() -> Desk {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.done(&["block", "ann"]);
    desk.done(&["local", "add", "root"]);
    desk.sync(&people(&["ann", "ben", "wim"]), 0);
    desk
}

#[test]
fn accounts_are_filtered_by_state_reason_and_source_together() {
    let desk = desk();
    let names = |filters: &[&str]| {
        let mut names = desk.usernames(&[&["accounts"], filters].concat());
        names.sort();
        names.join(" ")
    };
    assert_eq!(names(&[]), "ann ben cem root wim");
    assert_eq!(names(&["--state", "active"]), "ben root wim");
    assert_eq!(names(&["--state", "blocked"]), "ann cem");
    assert_eq!(names(&["--reason", "by_admin"]), "ann");
    assert_eq!(names(&["--reason", "left_scope"]), "cem");
    assert_eq!(names(&["--reason", "no_seat"]), "");
    assert_eq!(names(&["--reason", "disabled_in_directory"]), "");
    assert_eq!(names(&["--source", "staff"]), "ann ben cem wim");
    assert_eq!(names(&["--source", "local"]), "root");
    assert_eq!(names(&["--source", "local", "--state", "blocked"]), "");
    assert_eq!(names(&["--state", "active", "--source", "staff"]), "ben wim");
    assert_eq!(names(&["--text", "B"]), "ben");
    assert_eq!(names(&["--text", "e", "--state", "active"]), "");
}

#[test]
fn all_filters_of_the_audit_log_work_together() {
    let desk = desk();
    let outcomes = |filters: &[&str]| -> Vec<String> {
        let entries = desk.json(&[&["audit"], filters].concat());
        entries.as_array().unwrap().iter().map(|entry| text(&entry["outcome"])).collect()
    };
    assert_eq!(outcomes(&["--user", "ann"]), ["created_active", "blocked_by_admin", "kept_admin_block"]);
    assert_eq!(outcomes(&["--user", " ANN"]).len(), 3, "case and space do not count");
    assert_eq!(outcomes(&["--user", "an"]), Vec::<String>::new(), "a part of a name is another name");
    assert_eq!(outcomes(&["--outcome", "created_local"]), ["created_local"]);
    assert_eq!(outcomes(&["--reason", "left_scope"]), ["blocked_left"]);
    assert_eq!(outcomes(&["--reason", "by_admin"]), ["blocked_by_admin"]);
    assert_eq!(outcomes(&["--outcome", "kept_admin_block"]), ["kept_admin_block"]);
    assert_eq!(outcomes(&["--source", "staff", "--outcome", "created_local"]), Vec::<String>::new());
    assert_eq!(outcomes(&["--source", "local"]), ["created_local"]);
    assert_eq!(outcomes(&["--user", "ann", "--outcome", "created_active"]).len(), 1);

    let runs = desk.json(&["runs"]);
    let (last, first) = (text(&runs[0]["id"]), text(&runs[1]["id"]));
    assert_eq!(outcomes(&["--run", &first]).len(), 4);
    let mut of_last = outcomes(&["--run", &last]);
    of_last.sort();
    assert_eq!(of_last, ["activated", "blocked_left", "kept_admin_block", "unchanged"]);

    let everything = outcomes(&[]).len();
    assert_eq!(outcomes(&["--since", "2020-01-31"]).len(), everything);
    assert_eq!(outcomes(&["--since", "2020-01-31T09:30:00Z"]).len(), everything);
    assert_eq!(outcomes(&["--since", "2020-01-31T09:30:00+02:00"]).len(), everything);
    assert_eq!(outcomes(&["--since", "36h"]).len(), everything);
    assert_eq!(outcomes(&["--since", "7d"]).len(), everything);
    // Months and years are those of the calendar.
    for long in ["1mo", "1month", "2 years", "1y"] {
        assert_eq!(outcomes(&["--since", long]).len(), everything, "{long}");
    }
    assert_eq!(outcomes(&["--since", "Yesterday"]).len(), everything);
    assert_eq!(outcomes(&["--until", "yesterday"]).len(), 0);
    assert_eq!(outcomes(&["--since", "2999-12-31"]), Vec::<String>::new());
    let block = text(&desk.json(&["audit", "--outcome", "blocked_by_admin"])[0]["at"]);
    let since_block = outcomes(&["--since", &block]);
    assert_eq!(since_block.len(), everything - 4, "the first run lies before the block: {since_block:?}");
    assert_eq!(outcomes(&["--until", &block]).len(), 4, "and the block itself not before it");
    assert_eq!(outcomes(&["--since", &block, "--until", &block]), Vec::<String>::new());
    assert_eq!(outcomes(&["--until", "2020-01-31"]), Vec::<String>::new());
}

#[test]
fn the_audit_log_finds_a_dn_in_any_spelling() {
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\n\"CN=Doe\\, Ann, OU=People,DC=example\",ann,clerk\n", 0);
    for name in ["CN=Doe\\, Ann, OU=People,DC=example", "cn=doe\\2C ann,ou=people, dc=EXAMPLE"] {
        assert_eq!(desk.usernames(&["audit", "--user", name]), ["ann"], "{name}");
    }
    assert_eq!(desk.usernames(&["audit", "--user", "CN=Doe,OU=People,DC=example"]), Vec::<String>::new());
}

#[test]
fn a_dry_run_shows_in_the_audit_log_only_where_it_is_asked_for() {
    let desk = desk();
    let before = desk.json(&["audit"]);
    let file = desk.file("next.csv", people(&["ann", "ben", "wim", "new"]));
    let run = desk.json(&["sync", &file, "--dry-run"]);
    assert_eq!(desk.json(&["audit"]), before);
    let entries = desk.usernames(&["audit", "--run", run["id"].as_str().unwrap()]);
    assert!(entries.contains(&"new".to_owned()), "{entries:?}");
}

#[test]
fn an_unknown_word_is_refused_with_the_known_ones() {
    let desk = desk();
    let run = text(&desk.json(&["runs"])[0]["id"]);
    for (arguments, known) in [
        (["accounts", "--state", "sleeping"], vec!["active", "blocked"]),
        (["accounts", "--reason", "no_seats"], vec!["no_seat", "left_scope", "by_admin"]),
        (["accounts", "--source", "stuff"], vec!["stuff", "local, staff"]),
        (["audit", "--outcome", "vanished"], vec!["created_active", "error", "created_local", "licence_set"]),
        (["audit", "--reason", "because"], vec!["no_seat", "disabled_in_directory"]),
        (["audit", "--source", "stuff"], vec!["local, staff"]),
        (["audit", "--run", "run-1"], vec!["there is no run run-1", &run]),
        (["audit", "--run", "../1"], vec!["is not the id of a run"]),
        (["audit", "--since", "last week"], vec!["2026-11-23T09:00:00Z", "2026-11-23", "7d"]),
        (["audit", "--since", "2026-11-23T09:00"], vec!["2026-11-23T09:00:00Z"]),
        (["audit", "--since", "1moon"], vec!["how long ago"]),
        (["export", "--until", "tomorrow"], vec!["2026-11-23T09:00:00Z"]),
        (["sync", "--approve", "run-1"], vec!["there is no run run-1", &run]),
        (["sync", "--source", "stuff"], vec!["stuff", "staff"]),
        (["licence", "set", "-1"], vec!["--below-use"]),
        (["licence", "set", "many"], vec!["a whole number of seats", "`unlimited`"]),
    ] {
        desk.run(&arguments).assert_refused(&known);
    }
    desk.run(&["runs", "run-1"]).assert_refused(&["there is no run run-1", &run]);
}

#[test]
fn one_run_is_shown_as_its_sync_showed_it() {
    let desk = Desk::new(SMALL);
    let shown = desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0).out;
    let run = text(&desk.json(&["runs"])[0]["id"]);
    assert_eq!(desk.done(&["runs", &run]), shown);
    assert_eq!(desk.json(&["runs", &run])["id"], *run);
    let list = desk.done(&["runs"]);
    assert!(list.contains(&run[..13]) && list.contains("completed") && list.contains("3/3"), "{list}");
}

#[test]
fn without_data_stdout_is_empty_and_stderr_says_how_to_begin() {
    let desk = Desk::new(SMALL);
    for (command, hint) in [("accounts", "sync FILE"), ("runs", "sync FILE"), ("audit", "no such entries")] {
        let answer = desk.run(&[command]);
        answer.assert_code(0);
        assert_eq!(answer.out, "");
        assert!(answer.err.contains(hint), "{}", answer.err);
        assert_eq!(desk.json(&[command]), serde_json::json!([]));
    }
}
