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

    assert_eq!(figures(&desk.json(&["licence", "set", "1", "--below-use"])), json!([1, 3, 2, 2]));
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
fn at_the_limit_unblock_waits_and_local_is_refused_with_figures() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.done(&["block", "ann"]);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    let before = desk.json(&["accounts"]);
    let figures = ["3 of 3 are used", "1 is needed", "`reserve` in [licence]"];
    desk.run(&["local", "add", "root", "--admin"]).assert_refused(&figures);
    assert_eq!(desk.json(&["accounts"]), before);
    let shown = desk.done(&["unblock", "ann"]);
    assert!(
        shown.starts_with("ann waits for a seat, since ")
            && shown.contains(
                " UTC\nbefore: blocked by a person; seats used: 3 of 3; number 1 of 1 in the line\n"
            ),
        "{shown}"
    );
    desk.done(&["block", "ben"]);
    let shown = desk.done(&["unblock", "ben"]);
    assert!(
        shown.contains("ben is active\nbefore: blocked by a person; seats used: 2 -> 3 of 3\n"),
        "{shown}"
    );
    desk.assert_healthy();
}

#[test]
fn a_run_says_how_short_seats_are_as_the_licence_does() {
    let seats = "seats = 3\nreserve = 1\nwarn_at = [\"60%\", \"0 left\"]";
    let desk = Desk::new(&SMALL.replace("seats = 3", seats));
    let shown = desk.sync(&people(&["ann", "ben", "cem"]), 0).out;
    let warned = "warned at 60%: seats run short\n";
    assert!(shown.contains(warned), "{shown}");
    assert!(desk.done(&["licence"]).contains(warned) && desk.done(&["runs", "last"]).contains(warned));
    desk.done(&["licence", "set", "1", "--below-use"]);
    let shown = desk.sync(&people(&["ann", "ben", "cem"]), 0).out;
    let over = "over by 1: everybody keeps their seat, and nobody gets one until 3 have left\n";
    for said in [over, "warned at 60%, 0 left: seats run short\n"] {
        assert!(shown.contains(said), "{said} in\n{shown}");
        assert!(desk.done(&["licence"]).contains(said), "{said}");
    }
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

#[test]
fn five_more_is_five_more_than_there_are() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    let shown = desk.done(&["licence", "set", "+5"]);
    assert!(shown.starts_with("limit: 3 -> 8\n3 of 8 seats used\n"), "{shown}");
    for said in [
        "note: somebody has set 8 seats, and that counts; the configuration says 3 seats",
        "licence set configured",
    ] {
        assert!(shown.contains(said), "{shown}");
        assert!(desk.done(&["licence"]).contains(said));
    }
    assert!(desk.done(&["licence", "set", "-4"]).starts_with("limit: 8 -> 4\n"));
    let check = desk.done(&["check"]);
    assert!(
        check.contains("is good: 3 seats") && check.contains("warning: somebody has set 4 seats"),
        "{check}"
    );
    for command in ["doctor", "config"] {
        let said = desk.run(&[command]).err;
        assert!(said.contains("the licence: somebody has set 4 seats"), "{command}: {said}");
    }
    // A limit below the seats in use is most often a forgotten digit.
    let figures =
        ["2 seats are fewer than the 3 in use (the limit is 4 now)", "until 2 have left", "--below-use"];
    desk.run(&["licence", "set", "2"]).assert_refused(&figures);
    desk.run(&["licence", "set", "-2"]).assert_refused(&figures);
    assert_eq!(desk.json(&["licence"])["limit"], 4);
    assert_eq!(desk.json(&["licence", "set", "-2", "--below-use"])["before"]["limit"], 4);
    desk.run(&["licence", "set", "-3", "--below-use"]).assert_refused(&["2 seats less 3"]);
    desk.done(&["licence", "set", "unlimited"]);
    desk.run(&["licence", "set", "+1"]).assert_refused(&["the licence has no limit"]);
    for wrong in ["+", "+0", "5+", "+-5", "many", "1e3"] {
        desk.run(&["licence", "set", wrong]).assert_refused(&["expected a whole number of seats"]);
    }
    let configured = desk.done(&["licence", "set", "configured"]);
    assert!(
        configured.starts_with("limit: no limit -> 3\n") && !configured.contains("note:"),
        "{configured}"
    );
    let log = desk.json(&["audit", "--outcome", "licence_set"]);
    assert_eq!(log[0]["changes"][0], json!({ "field": "limit", "old": "3", "new": "8" }), "{log}");
    desk.assert_healthy();
}

#[test]
fn a_forecast_says_how_many_days_it_needs() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann"]), 0);
    let said = "a forecast needs at least 7 days of history; there are 0.";
    for command in [vec!["licence"], vec!["licence", "--history"]] {
        let shown = desk.done(&command);
        assert!(shown.contains(said), "{shown}");
    }
}
