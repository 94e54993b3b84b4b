//! Seats from the outside: the licence's limit, the one gate for people's decisions, and the dry run's arithmetic.

use super::{Desk, SMALL, people};
use serde_json::{Value, json};

/// The limit, the seats in use, who waits, and by how many they are too many.
fn figures(licence: &Value) -> Value {
    ["limit", "used", "waiting", "over_by"].iter().map(|name| licence[name].clone()).collect()
}

#[test]
fn a_limit_that_was_set_goes_before_the_configured_one() {
    let desk = Desk::new(SMALL);
    let file = desk.file("staff.csv", people(&["ann", "ben", "cem", "wim", "zoe"]));
    desk.done(&["sync", &file]);
    let shown = desk.done(&["licence"]);
    assert!(shown.contains("3 of 3 seats used") && shown.contains("2 waiting"), "{shown}");

    assert_eq!(figures(&desk.json(&["licence", "set", "1"])), json!([1, 3, 2, 2]));
    assert!(desk.done(&["licence"]).contains("over by 2"));
    let run = desk.json(&["sync", &file]);
    assert_eq!((&run["summary"]["writes"], &run["summary"]["over_by"]), (&json!(0), &json!(2)));

    assert_eq!(figures(&desk.json(&["licence", "set", "4"])), json!([4, 3, 2, 0]));
    assert!(desk.done(&["licence"]).contains("the next run seats them"));
    assert_eq!(desk.json(&["sync", &file])["summary"]["counts"]["activated"], 1);
    assert_eq!(desk.usernames(&["accounts", "--reason", "no_seat"]), ["zoe"]);

    let unlimited = desk.json(&["licence", "set", "unlimited"]);
    assert_eq!(figures(&unlimited), json!([null, 4, 1, 0]));
    desk.done(&["sync", &file]);
    let shown = desk.done(&["licence"]);
    assert!(shown.contains("5 seats used, no limit") && shown.contains("0 waiting"), "{shown}");
    assert_eq!(desk.json(&["audit", "--outcome", "licence_set"]).as_array().unwrap().len(), 3);
    desk.assert_healthy();
}

#[test]
fn unblock_and_local_are_refused_with_figures_at_the_limit() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.done(&["block", "ann"]);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    let before = desk.json(&["accounts"]);
    let figures = ["3 of 3 are used", "1 is needed"];
    desk.run(&["unblock", "ann"]).assert_refused(&figures);
    desk.run(&["local", "add", "root", "--admin"]).assert_refused(&figures);
    assert_eq!(desk.json(&["accounts"]), before);
    desk.done(&["block", "ben"]);
    let shown = desk.done(&["unblock", "ann"]);
    assert!(shown.contains("ann is active"), "{shown}");
    desk.assert_healthy();
}

#[test]
fn a_dry_run_shows_the_seat_arithmetic_and_changes_nothing() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim", "zoe"]), 0);
    let before = desk.json(&["accounts"]);
    let log = desk.json(&["audit"]);
    let next = desk.file("next.csv", people(&["ben", "cem", "wim", "zoe", "new"]));

    let shown = desk.done(&["sync", &next, "--dry-run"]);
    for part in [
        "dry run, nothing was changed",
        "0 accounts written",
        "3 of 3 seats used (3 before, 1 freed, 1 given)",
        "Waiting  2",
        "1. zoe",
        "2. new",
        "was only tried; inbox/staff.csv stays as it was",
        "To apply it: rollcall sync ",
    ] {
        assert!(shown.contains(part), "{part:?} is missing in:\n{shown}");
    }
    let run = desk.json(&["sync", &next, "--dry-run"]);
    assert_eq!((&run["status"], &run["summary"]["writes"]), (&json!("dry_run"), &json!(0)));
    assert_eq!(figures(&run["summary"]), json!([3, 3, 2, 0]));
    for (outcome, count) in [("blocked_left", 1), ("activated", 1), ("created_blocked", 1), ("unchanged", 3)]
    {
        assert_eq!(run["summary"]["counts"][outcome], count, "{outcome}");
    }
    assert_eq!(desk.json(&["accounts"]), before);
    assert_eq!(desk.json(&["audit"]), log);

    let applied = desk.json(&["sync", &next]);
    assert_eq!(applied["summary"]["counts"], run["summary"]["counts"], "what was shown is what is done");
    assert_eq!(applied["summary"]["writes"], 3);
}
