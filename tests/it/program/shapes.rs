//! What programs get with `--json`: exactly these keys, of these types.

use super::{Desk, SMALL, keys, people, tester};
use rollcall_core::outcome::Outcome;
use serde_json::Value;
use std::collections::BTreeSet;

/// What the API says of a run.
const RUN: [&str; 28] = [
    "id",
    "source",
    "trigger",
    "actor",
    "dry_run",
    "approves",
    "candidate",
    "tried",
    "put_back",
    "put_away",
    "previous_file",
    "file",
    "started_at",
    "finished_at",
    "status",
    "invocations",
    "records",
    "progress",
    "summary",
    "error",
    "left",
    "examination",
    "source_change",
    "undoes",
    "undone",
    "settled",
    "expiries",
    "read",
];

fn assert_is_run(run: &Value, status: &str) {
    assert_eq!(keys(run), BTreeSet::from(RUN));
    assert_eq!(run["status"], status);
    assert!(run["id"].is_string() && run["source"] == "staff", "{run}");
    assert_eq!(run["error"].is_string(), status == "failed", "{run}");
    assert_eq!(run["summary"].is_null(), status == "failed", "{run}");
    if status == "failed" {
        return;
    }
    let summary = &run["summary"];
    assert_eq!(keys(&summary["counts"]), Outcome::of_runs().map(Outcome::as_str).collect());
    assert!(summary["counts"].as_object().unwrap().values().all(Value::is_u64), "{run}");
    for key in ["used_before", "used", "waiting", "over_by", "writes"] {
        assert!(summary[key].is_u64(), "{key} of {run}");
    }
}

#[test]
fn a_sync_is_one_object_whatever_comes_of_it() {
    let desk = Desk::new(SMALL);
    let file = |name: &str, content: &str| desk.file(name, content);
    let good = file("good.csv", &people(&["ann", "ben", "cem"]));
    let few = file("few.csv", &people(&["ann"]));
    let empty = file("empty.csv", "");
    for (arguments, status, code) in [
        (vec!["sync", &good, "--json"], "completed", 0),
        (vec!["sync", &good, "--dry-run", "--json"], "dry_run", 0),
        (vec!["sync", &few, "--json"], "held", 3),
        (vec!["sync", &empty, "--json"], "failed", 4),
    ] {
        let answer = desk.run(&arguments);
        answer.assert_code(code);
        assert_eq!(answer.err, "", "nothing beside the object");
        assert_is_run(&answer.json(), status);
    }
}

#[test]
fn a_refused_source_has_no_summary_and_says_why() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    let empty = desk.file("empty.csv", "key,username,title\n");
    let answer = desk.run(&["sync", &empty, "--json"]);
    answer.assert_code(4);
    let run = answer.json();
    assert_is_run(&run, "failed");
    assert!(run["error"].as_str().unwrap().contains("no rows"), "{run}");
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "ben", "cem"]);
    assert_eq!(desk.json(&["runs", run["id"].as_str().unwrap()]), run, "the same run is shown the same");
    assert_eq!(desk.json(&["runs"])[0], run);
}

#[test]
fn no_limit_is_null() {
    let desk = Desk::new(&SMALL.replace("seats = 3", ""));
    let file = desk.file("staff.csv", people(&["ann"]));
    assert!(desk.json(&["sync", &file])["summary"]["limit"].is_null());
    assert!(desk.json(&["licence"])["limit"].is_null());
    assert!(desk.json(&["audit"])[0]["seats"]["limit"].is_null());
}

#[test]
fn accounts_are_an_array_of_objects_with_their_fields() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["Ann", "ben", "cem", "wim"]), 0);
    desk.done(&["block", "ben"]);
    desk.done(&["local", "add", "Root", "--admin", "--set", "email=root@example.com"]);
    let accounts = desk.json(&["accounts"]);
    let accounts = accounts.as_array().unwrap();
    let expected = [
        "id",
        "username",
        "name",
        "email",
        "source",
        "match_key",
        "immutable_id",
        "is_admin",
        "missing_since",
        "state",
        "reason",
        "since",
        "starts",
        "set_by",
        "why",
        "beneath",
        "fields",
        "version",
    ];
    for account in accounts {
        assert_eq!(keys(account), BTreeSet::from(expected));
        assert!(account["id"].is_string() && account["username"].is_string(), "{account}");
        assert_eq!(account["reason"].is_string(), account["state"] == "blocked", "{account}");
        assert_eq!(account["since"].is_string(), account["state"] == "blocked", "{account}");
        assert_eq!(account["match_key"].is_string(), account["source"] == "staff", "{account}");
    }
    let find = |name: &str| accounts.iter().find(|account| account["username"] == name).unwrap();
    assert_eq!(find("Ann")["match_key"], "Ann");
    assert_eq!(find("Ann")["fields"], serde_json::json!({ "title": "clerk" }));
    assert_eq!(find("ben")["reason"], "by_admin");
    assert_eq!(find("wim")["reason"], "no_seat");
    assert!(find("Root")["source"].is_null());
    assert_eq!(find("Root")["fields"], serde_json::json!({ "email": "root@example.com" }));
}

#[test]
fn audit_entries_say_who_what_when_why_and_at_how_many_seats() {
    let desk = Desk::new(SMALL);
    desk.sync(
        "key,username,title\nann,ann,clerk\nbad,row\n,nobody,clerk\nwim,wim,clerk\nWIM,wim2,clerk\n",
        5,
    );
    desk.sync("key,username,title\nann,ann,boss\n", 0);
    desk.done(&["block", "ann"]);
    desk.done(&["licence", "set", "9"]);
    let first = desk.json(&["runs"])[1]["id"].as_str().unwrap().to_owned();
    let [changes, of_first] = [vec!["audit"], vec!["audit", "--run", &first]].map(|asked| desk.json(&asked));
    let entries = [changes, of_first].map(|entries| entries.as_array().unwrap().clone()).concat();
    let expected = [
        "at",
        "run",
        "trigger",
        "actor",
        "source",
        "account",
        "username",
        "match_key",
        "line",
        "outcome",
        "reason",
        "before",
        "after",
        "changes",
        "seats",
        "version",
    ];
    for entry in &entries {
        assert_eq!(keys(entry), BTreeSet::from(expected));
        for key in ["at", "trigger", "actor", "outcome"] {
            assert!(entry[key].is_string(), "{key} of {entry}");
        }
        assert_eq!(keys(&entry["seats"]), BTreeSet::from(["used", "limit"]));
        assert!(entry["changes"].is_array());
        for state in [&entry["before"], &entry["after"]].into_iter().filter(|state| !state.is_null()) {
            assert_eq!(keys(state), BTreeSet::from(["state", "reason", "since"]));
        }
        assert_eq!(entry["run"].is_string(), entry["trigger"] != "command", "{entry}");
    }
    let find = |outcome: &str| entries.iter().find(|entry| entry["outcome"] == outcome).unwrap();
    let change = serde_json::json!([{ "field": "title", "old": "clerk", "new": "boss" }]);
    assert_eq!(find("updated")["changes"], change);
    assert_eq!(find("created_active")["before"], Value::Null);
    assert_eq!(find("created_active")["after"]["state"], "active");
    assert_eq!(find("created_active")["seats"], serde_json::json!({ "used": 1, "limit": 3 }));
    assert_eq!(find("skipped_missing_key")["line"], 4);
    assert!(find("error")["reason"].as_str().unwrap().starts_with("the row has 2 of 3 cells"));
    assert_eq!(find("error")["line"], 3);
    assert_eq!(find("skipped_duplicate")["username"], "wim");
    assert_eq!(find("blocked_by_admin")["actor"], tester());
    assert!(find("licence_set")["account"].is_null());
}

#[test]
fn the_licence_is_its_figures_and_who_set_it() {
    let desk = Desk::new(SMALL);
    let licence = serde_json::json!({
        "limit": 3, "used": 0, "free": 3, "waiting": 0, "reserve": 0, "over_by": 0, "trims": false, "warned": [], "set_by": "configuration", "configured_limit": 3, "note": null,
    });
    assert_eq!(desk.json(&["licence"]), licence);
}
