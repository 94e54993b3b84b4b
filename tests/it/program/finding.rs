//! `rollcall find`, and the commands that take a person by whatever is known of them (rule 67).

use super::Desk;

#[test]
fn every_command_takes_a_person_by_name_and_address() {
    let desk = Desk::of_quick_start();
    desk.done(&["sync", &super::example("staff.csv").display().to_string()]);
    let found = desk.done(&["find", "okafor"]);
    assert!(found.contains("noah.okafor") && found.contains("Noah Okafor"), "{found}");
    for person in ["noah.okafor", "Noah Okafor", "noah.okafor@example.com"] {
        let explained = desk.done(&["explain", person]);
        assert!(explained.starts_with("noah.okafor (Noah Okafor): active"), "{explained}");
        let log = desk.json(&["audit", "--user", person]);
        assert_eq!(log.as_array().unwrap().len(), 1, "{person}: {log}");
    }
    assert!(desk.done(&["block", "Noah Okafor"]).starts_with("noah.okafor is blocked"));
    let waiting = desk.done(&["waiting"]);
    assert!(waiting.contains("Leila Rahimi"), "{waiting}");
    for list in ["waiting", "accounts"] {
        let [mut down, up] = [vec![list, "--reverse"], vec![list]].map(|asked| desk.json(&asked));
        let down = down.as_array_mut().unwrap();
        down.reverse();
        assert!(down.len() > 1 && Some(&*down) == up.as_array(), "{list}");
    }
    let accounts = desk.done(&["accounts", "--reason", "no_seat"]);
    assert!(accounts.contains("Leila Rahimi"), "{accounts}");
}

#[test]
fn a_misspelt_person_is_suggested_and_several_are_listed() {
    let desk = Desk::of_quick_start();
    desk.done(&["sync", &super::example("staff.csv").display().to_string()]);
    let meant = "there is no account with the username \"leila.rahmi\"; did you mean \"leila.rahimi\" (Leila Rahimi)?";
    desk.run(&["explain", "leila.rahmi"]).assert_refused(&[meant]);
    desk.run(&["block", "leila.rahmi"]).assert_refused(&[meant]);
    desk.run(&["block", "leila"]).assert_refused(&["these begin so", "\"leila.rahimi\" (Leila Rahimi)"]);
    let answer = desk.run(&["audit", "--user", "leila.rahmi"]);
    assert!(answer.err.contains(meant), "{}", answer.err);
    let answer = desk.run(&["find", "leila", "rahmi"]);
    assert!(
        answer.err.contains("like it:") && answer.out.contains("leila.rahimi"),
        "{}{}",
        answer.err,
        answer.out
    );
    assert_eq!(desk.json(&["find", "zzz"])["accounts"].as_array().unwrap().len(), 0);
}

#[test]
fn an_exact_username_is_meant_though_others_begin_so() {
    let desk = Desk::new(super::SMALL);
    let names = ["emma.hahn@example.com", "emma.hahn2@example.com", "emma.hahnemann@example.com"];
    desk.sync(&super::people(&names), 0);
    let found = desk.run(&["find", names[0]]);
    assert!(found.err.contains("emma.hahn@example.com is meant by the whole text"), "{}", found.err);
    assert!(found.out.lines().nth(1).unwrap().trim_start().starts_with(names[0]), "{}", found.out);
    assert!(desk.done(&["explain", names[0]]).starts_with("emma.hahn@example.com: active"));
}
