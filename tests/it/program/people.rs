//! What people decide about single accounts: block, unblock, local accounts.

use super::{Desk, SMALL, people, tester};

#[test]
fn who_a_person_blocks_stays_blocked_until_a_person_lifts_it() {
    let desk = Desk::new(SMALL);
    let file = desk.file("staff.csv", people(&["ann", "ben"]));
    desk.done(&["sync", &file]);
    let shown = desk.done(&["block", "ANN", "--why", "lost laptop"]);
    assert!(shown.starts_with("ann is blocked since "), "{shown}");
    assert!(
        shown.contains(&format!(
            " UTC by {}: lost laptop\nbefore: active; seats used: 2 -> 1 of 3\n",
            tester()
        )),
        "{shown}"
    );
    let run = desk.json(&["sync", &file]);
    assert_eq!(
        (&run["summary"]["counts"]["kept_admin_block"], &run["summary"]["writes"]),
        (&1.into(), &0.into())
    );
    let list = desk.done(&["accounts", "--reason", "by_admin"]);
    assert!(list.contains("lost laptop"), "{list}");
    let log = desk.done(&["audit", "--outcome", "blocked_by_admin"]);
    assert!(log.contains("lost laptop") && log.contains("tester"), "{log}");
    assert_eq!(desk.json(&["unblock", "ann"])["state"], "active");
}

#[test]
fn several_people_are_blocked_only_when_that_is_meant() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    let asked = desk.run(&["block", "ann", "ben"]);
    asked.assert_refused(&["block these 2 people", "--yes"]);
    desk.run(&["block", "ann", "nobody", "--yes"]).assert_refused(&["nobody"]);
    assert_eq!(desk.json(&["accounts", "--state", "blocked"]), serde_json::json!([]));
    let shown = desk.done(&["block", "ann", "BEN", "Ann", "--yes", "--why", "exam"]);
    assert!(shown.contains("ann is blocked") && shown.contains("ben is blocked"), "{shown}");
    let back = desk.json(&["unblock", "ann", "ben"]);
    let states: Vec<_> = back.as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["active", "active"]);
}

#[test]
fn what_cannot_be_done_says_why() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.done(&["block", "ann"]);
    for (arguments, why) in [
        (vec!["block", "nobody"], "there is no account with the username \"nobody\""),
        (vec!["block", "ann"], "blocked by an administrator already"),
        (vec!["block", ""], "the username is empty"),
        (vec!["unblock", "ben"], "the account is active already"),
        (vec!["unblock", "wim"], "blocked as no_seat, which only the sync lifts"),
        (vec!["local", "add", ""], "error: no account was made: the username is empty\n"),
        (vec!["local", "add", "ben"], "belongs to another account"),
        (vec!["local", "add", "a\u{1b}b"], "control character"),
        (vec!["local", "add", "root", "--set", "email"], "FIELD=VALUE"),
        (vec!["local", "add", "root", "--set", "E-Mail=x"], "is not a field name"),
    ] {
        desk.run(&arguments).assert_refused(&[why]);
    }
    // A name that is taken is said first: a seat would not help.
    desk.done(&["sync"]);
    desk.run(&["local", "add", "ben"]).assert_refused(&["belongs to another account"]);
    // At the limit the option that gives somebody's seat is named: the refusal did not say that there is one.
    desk.done(&["unblock", "ann"]);
    desk.done(&["sync"]);
    desk.run(&["local", "add", "root"])
        .assert_refused(&["no free seat", "`--seat-from USERNAME --why TEXT`"]);
    assert_eq!(desk.json(&["accounts"]).as_array().unwrap().len(), 4);
    desk.assert_healthy();
}

#[test]
fn removals_left_by_command_can_still_be_approved() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    let held = desk.sync(&people(&["ann"]), 3).out;
    assert!(held.contains("Leave:   rollcall runs "), "{held}");
    let run = desk.json(&["runs"])[0]["id"].as_str().unwrap().to_owned();
    let left = desk.done(&["runs", &run, "--leave"]);
    assert!(left.contains(&format!("Left as they are by {}, 20", tester())), "{left}");
    assert_eq!(desk.json(&["runs", &run])["left"]["by"], tester());
    assert!(desk.sync(&people(&["ann"]), 3).out.contains(&format!("Left as they are by {}", tester())));
    let log = desk.json(&["audit", "--outcome", "removals_left"]);
    assert_eq!((log.as_array().unwrap().len(), &log[0]["actor"]), (1, &tester().into()), "{log}");
    desk.run(&["runs", "--leave"]).assert_refused(&["required"]);
    desk.run(&["runs", "run-none", "--leave"]).assert_refused(&["there is no run run-none"]);
    let newest = desk.json(&["runs"])[0]["id"].as_str().unwrap().to_owned();
    desk.done(&["sync", "--approve", &newest, "--yes"]);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann"]);
    desk.assert_healthy();
}

#[test]
fn a_newcomer_gets_a_name_and_a_person_a_key_by_command() {
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\n01,ann,clerk\n02,ben,clerk\n", 0);
    // Ben's key has lost its zero.
    let retyped = "key,username,title\n01,ann,clerk\n2,ben,clerk\n";
    let told = desk.sync(retyped, 5).out;
    assert!(told.contains("`rollcall rekey ben 2`"), "{told}");
    let shown = desk.done(&["rekey", "ben", "2"]);
    assert!(
        shown.contains(
            "ben is active\nthe match key was \"02\" and is \"2\": the next run of staff finds it by that"
        ),
        "{shown}"
    );
    desk.sync(retyped, 0);
    // Another Ann takes the place of the first, who has left.
    desk.sync("key,username,title\n2,ben,clerk\n", 0);
    let another = "key,username,title\n2,ben,clerk\n3,ann,chief\n";
    let told = desk.sync(another, 5).out;
    assert!(told.contains("`rollcall rename ann NEW`"), "{told}");
    let shown = desk.done(&["rename", "ann", "ann.first"]);
    assert!(shown.starts_with("ann.first is blocked since ") && shown.contains("\"ann\" is free"), "{shown}");
    desk.sync(another, 0);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "ben"]);
    desk.run(&["rename", "ben", "x"]).assert_refused(&["only an account whose person has left"]);
    desk.assert_healthy();
}

#[test]
fn a_local_account_holds_a_seat_and_no_sync_touches_it() {
    let desk = Desk::new(SMALL);
    let shown = desk.done(&["local", "add", "root", "--admin"]);
    assert!(shown.contains("root is active"), "{shown}");
    desk.sync(&people(&["ann", "ben", "wim", "root"]), 5);
    assert_eq!(desk.usernames(&["accounts", "--source", "local"]), ["root"]);
    assert_eq!(desk.usernames(&["accounts", "--reason", "no_seat"]), ["wim"]);
    assert_eq!(desk.usernames(&["audit", "--outcome", "conflict"]), ["root"]);
    desk.assert_healthy();
}

#[test]
fn who_comes_back_has_a_seat_or_not_and_the_run_says_how_many() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "dan", "eva"]), 0);
    // One seat holder is missing, and the next in line has the seat by then.
    desk.sync(&people(&["ben", "cem", "dan", "eva"]), 0);
    let back = desk.sync(&people(&["ann", "ben", "cem", "dan", "eva"]), 0).out;
    assert!(back.contains("1  reactivated ") && back.contains(": 0 with a seat, 1 without"), "{back}");
    assert_eq!(desk.json(&["runs", "last"])["summary"]["back_waiting"], 1);
    // The same as a dry run, and with a seat.
    desk.sync(&people(&["ben", "cem", "dan", "eva"]), 0);
    desk.done(&["licence", "set", "unlimited"]);
    let file = desk.file("all.csv", people(&["ann", "ben", "cem", "dan", "eva"]));
    for arguments in [vec!["sync", &file, "--dry-run"], vec!["sync", &file]] {
        let shown = desk.done(&arguments);
        assert!(shown.contains(": 1 with a seat, 0 without"), "{shown}");
    }
}

#[test]
fn the_last_run_to_undo_is_the_last_that_changed_somebody() {
    let desk = Desk::new(SMALL);
    desk.run(&["undo", "last"]).assert_refused(&["no run has changed an account yet"]);
    desk.sync(&people(&["ann", "ben", "cem", "dan"]), 0);
    desk.sync(&people(&["ben", "cem", "dan"]), 0);
    desk.done(&["sync"]);
    desk.done(&["undo", "last", "--dry-run"]);
    desk.done(&["undo", "last"]);
    assert!(desk.usernames(&["accounts", "--state", "active"]).contains(&"ann".to_owned()));
}

#[test]
fn a_seat_is_handed_over_and_taken_back() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.run(&["seat", "wim", "--why", "exam week"]).assert_refused(&[
        "3 of 3 are used",
        "--from USERNAME",
        "ann, ben, cem have one",
    ]);
    let shown = desk.done(&["seat", "WIM", "--from", "ben", "--why", "exam week"]);
    for said in [
        "wim is active\nbefore: waiting for a seat; seats used: 3 of 3\n",
        "ben waits for a seat, since ",
        "before: active; seats used: 3 of 3; number 1 of 1 in the line\n",
        "undo --account wim",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(desk.done(&["explain", "ben"]).contains(&format!("{} gave their seat to wim", tester())));
    let again = desk.json(&["seat", "wim", "--from", "ben", "--why", "exam week"]);
    assert_eq!((&again["state"], &again["from"]["username"]), (&"active".into(), &"ben".into()));
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    assert_eq!(desk.json(&["undo", "--account", "ben", "--dry-run"])["state"], "active");
    assert_eq!(desk.json(&["accounts", "--text", "ben"])[0]["reason"], "no_seat", "nothing was changed");
    assert_eq!(desk.json(&["undo", "--account", "ben"])["state"], "active");
    assert_eq!(desk.json(&["accounts", "--text", "wim"])[0]["reason"], "no_seat");
    desk.assert_healthy();
}

#[test]
fn the_licence_says_its_history_and_how_many_seats_would_do() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    let shown = desk.done(&["licence"]);
    let forecast = "The licence is full. 1 person waits; 4 seats would give one to everybody.";
    assert!(shown.ends_with(&format!("{forecast}\n")), "{shown}");
    let days = desk.done(&["licence", "--history", "30"]);
    assert!(days.contains("DAY ") && days.contains(forecast), "{days}");
    assert_eq!(desk.json(&["licence", "--history"])["days"].as_array().unwrap().len(), 1);
    desk.run(&["licence", "--history", "0"]).assert_refused(&["1..=730"]);
}

#[test]
fn who_waits_and_who_administers_is_said_in_words() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    assert!(!desk.done(&["accounts"]).contains("ADMIN"), "nobody is one");
    desk.done(&["block", "ann", "--why", "x"]);
    let made = desk.done(&["local", "add", "root", "--admin"]);
    assert!(made.starts_with("root is active; a local administrator\n"), "{made}");
    let accounts = desk.done(&["accounts"]);
    assert!(accounts.contains("ADMIN") && accounts.contains("administrator"), "{accounts}");
    let unblocked = desk.done(&["unblock", "ann"]);
    assert!(unblocked.starts_with("ann waits for a seat, since "), "{unblocked}");
    let nobody = desk.run(&["export", "--user", "nobody"]);
    nobody.assert_code(0);
    assert!(nobody.err.contains("no account with the username \"nobody\""), "{}", nobody.err);
}
