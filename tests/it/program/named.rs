//! What a person may call things, and what they are told of a name that is not there.

use super::{Desk, SMALL, people, program};
use std::process::Stdio;

fn desk_with_two_runs() -> (Desk, String, String) {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["leila.rahimi", "ben", "cem", "dan"]), 0);
    desk.sync(&people(&["leila.rahimi", "ben", "cem", "dan", "eva"]), 0);
    let runs = desk.json(&["runs"]);
    let id = |at: usize| runs[at]["id"].as_str().unwrap().to_owned();
    let (newest, first) = (id(0), id(1));
    (desk, first, newest)
}

#[test]
fn a_run_has_a_short_name_and_the_newest_is_last() {
    let (desk, first, newest) = desk_with_two_runs();
    assert_eq!(desk.json(&["runs", "last"])["id"], newest);
    assert_eq!(desk.json(&["runs", &first])["id"], first);
    let differ = 1 + first.bytes().zip(newest.bytes()).take_while(|(a, b)| a == b).count();
    assert_eq!(desk.json(&["runs", &first[..differ]])["id"], first);
    assert_eq!(desk.usernames(&["audit", "--run", "last", "--outcome", "created_blocked"]), ["eva"]);
    assert!(desk.done(&["export", "--run", &newest[..differ]]).contains("eva"));
    desk.run(&["runs", &first[..differ - 1]]).assert_refused(&["2 runs begin with", &first, &newest]);
    desk.run(&["runs", "ffff"]).assert_refused(&["there is no run ffff", &newest]);
    Desk::new(SMALL).run(&["runs", "last"]).assert_refused(&["there has been no run yet"]);
}

#[test]
fn a_misspelt_person_gets_a_suggestion() {
    let (desk, ..) = desk_with_two_runs();
    for misspelt in ["leila.rahmi", "leila.rahimi2", "LEILA.rahini"] {
        let refused = desk.run(&["explain", misspelt]);
        refused.assert_refused(&["no account", misspelt, "did you mean \"leila.rahimi\"?"]);
    }
    desk.run(&["block", "leila.rahmi", "--why", "x"]).assert_refused(&["did you mean \"leila.rahimi\"?"]);
    let nobody = desk.run(&["explain", "zoe"]);
    nobody.assert_refused(&["no account", "zoe"]);
    assert!(!nobody.err.contains("did you mean"), "{}", nobody.err);
}

#[test]
fn the_environment_may_name_the_configuration() {
    let (desk, ..) = desk_with_two_runs();
    let ask = |arguments: &[&str], config: &str| {
        let mut command = program();
        command.args(arguments).arg("--data").arg(desk.data()).env("ROLLCALL_CONFIG", config);
        super::Answer::of(command.output().unwrap())
    };
    let config = desk.config.to_str().unwrap();
    ask(&["licence"], config).assert_code(0);
    ask(&["licence"], "/nowhere.toml").assert_refused(&["/nowhere.toml"]);
    ask(&["licence", "--config", config], "/nowhere.toml").assert_code(0);
    // It is no reason to refuse another place.
    let mut there = program();
    there.args(["licence", "--remote", "https://127.0.0.1:1"]);
    there.env("ROLLCALL_CONFIG", config).env("ROLLCALL_TOKEN", "token");
    super::Answer::of(there.output().unwrap()).assert_refused(&["does not answer"]);
}

#[test]
fn completion_and_manual_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let answer = super::Answer::of(program().args(["completion", shell]).output().unwrap());
        answer.assert_code(0);
        for word in ["explain", "licence", "dry-run"] {
            assert!(answer.out.contains(word), "{shell}: {word}");
        }
    }
    let script = program().args(["completion", "bash"]).output().unwrap().stdout;
    let mut bash = std::process::Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut bash.stdin.take().unwrap(), &script).unwrap();
    assert!(bash.wait().unwrap().success(), "bash can read it");
    let folder = tempfile::tempdir().unwrap();
    super::Answer::of(program().arg("man").arg(folder.path()).output().unwrap()).assert_code(0);
    let page = std::fs::read_to_string(folder.path().join("rollcall-sync.1")).unwrap();
    assert!(page.contains("dry\\-run"), "{page}");
    assert!(folder.path().join("rollcall.1").exists());
}
