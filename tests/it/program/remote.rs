//! The same commands here and, with `--remote`, on a deployed API; and what only the API knows: explanations, the waiting
//! line, exports (product 33, 38).

use super::up::Up;
use super::{Answer, Desk, SMALL, people, program};
use serde_json::{Value, json};

/// Three seats, five people.
fn five() -> Desk {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "dan", "eva"]), 0);
    desk
}

/// The program on the API of another one.
struct Remote {
    up: Up,
}

impl Remote {
    fn of(desk: &Desk) -> Self {
        Self { up: Up::start(desk, &[]) }
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        let mut command = program();
        command.args(arguments).args(["--remote", &self.up.url]).env("ROLLCALL_TOKEN", &self.up.token);
        Answer::of(command.output().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let answer = self.run(&[arguments, &["--json"]].concat());
        answer.assert_code(0);
        answer.json()
    }
}

#[test]
fn explain_says_why_somebody_waits_and_when_that_ends() {
    let desk = five();
    let said = desk.done(&["explain", "Eva"]);
    assert!(said.starts_with("eva: no_seat\n"), "{said}");
    assert!(said.contains("number 2 of 2 in the line of staff. 2 seats must become free"), "{said}");
    assert_eq!(desk.json(&["explain", "ann"])["explanation"]["place"], Value::Null);
    desk.run(&["explain", "nobody"]).assert_refused(&["there is no account with the username \"nobody\""]);
    desk.run(&["explain", "ev"]).assert_refused(&["there is no account"]);
    let waiting = desk.json(&["waiting"]);
    let line: Vec<_> =
        waiting.as_array().unwrap().iter().map(|one| one["account"]["username"].clone()).collect();
    assert_eq!(line, [json!("dan"), json!("eva")]);
    assert!(desk.done(&["waiting"]).contains("dan"));
}

#[test]
fn an_export_has_what_the_audit_log_has() {
    let desk = five();
    let csv = desk.done(&["export"]);
    assert_eq!(csv.lines().count(), 6, "{csv}");
    let file = desk.file("audit.json", "");
    desk.done(&["export", "--format", "json", "--outcome", "created_blocked", "-o", &file]);
    let entries: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(entries.as_array().unwrap().len(), 2);
}

#[test]
fn a_configuration_is_shown_and_set_by_the_command() {
    let desk = five();
    assert!(desk.done(&["config"]).contains("seats = 3"));
    let wrong = desk.file("wrong.toml", SMALL.replace("seats", "saets"));
    desk.run(&["config", "set", &wrong]).assert_refused(&["line 3: `saets` is unknown in [licence]"]);
    let next = desk.file("next.toml", SMALL.replace("seats = 3", "seats = 4"));
    assert!(desk.done(&["config", "set", &next]).contains("is in force"));
    assert!(desk.done(&["config", "set", &next]).contains("already"));
    assert_eq!(desk.json(&["licence"])["limit"], 4);
}

#[tokio::test]
async fn the_commands_work_on_a_deployed_api_as_they_do_here() {
    let desk = five();
    let here =
        (desk.json(&["runs"]), desk.json(&["audit"]), desk.json(&["licence"]), desk.json(&["waiting"]));
    let remote = Remote::of(&desk);
    // Of a run the API shows no more than people need.
    assert_eq!(remote.json(&["runs"])[0]["summary"], here.0[0]["summary"]);
    assert_eq!(remote.json(&["audit"]), here.1);
    assert_eq!(remote.json(&["licence"]), here.2);
    assert_eq!(remote.json(&["waiting"]), here.3);
    assert_eq!(remote.json(&["accounts", "--reason", "no_seat"]).as_array().unwrap().len(), 2);
    assert_eq!(remote.json(&["block", "ann", "--why", "lost laptop"])["why"], "lost laptop");
    let synced = remote.run(&["sync"]);
    synced.assert_code(0);
    assert!(synced.out.contains("activated"), "{}", synced.out);
    remote.run(&["unblock", "ann"]).assert_refused(&["no free seat: 3 of 3 are used"]);
    assert_eq!(remote.json(&["licence", "set", "5"])["limit"], 5);
    remote.run(&["unblock", "ann"]).assert_code(0);
    assert_eq!(
        remote.json(&["local", "add", "root", "--admin", "--set", "email=r@example.com"])["fields"]["email"],
        "r@example.com"
    );
    assert_eq!(remote.run(&["export"]).out.lines().count(), 1 + 5 + 5);
    assert!(remote.run(&["explain", "eva"]).out.contains("eva: no_seat"));
    assert!(remote.run(&["runs"]).out.contains("completed"));
    assert!(remote.run(&["accounts"]).out.contains("root"));
    let run = here.0[0]["id"].as_str().unwrap();
    remote.run(&["runs", run, "--leave"]).assert_refused(&["it holds none"]);
    remote.run(&["sync", "file.csv"]).assert_refused(&["aws s3 cp"]);
    remote.run(&["doctor"]).assert_refused(&["leave --remote out"]);
    drop(remote);
    desk.assert_healthy();
}

#[tokio::test]
async fn without_a_good_token_or_a_safe_address_nothing_is_sent() {
    let desk = five();
    let remote = Remote::of(&desk);
    let with = |token: &str, url: &str| {
        Answer::of(program().args(["runs", "--remote", url]).env("ROLLCALL_TOKEN", token).output().unwrap())
    };
    with("wrong", &remote.up.url).assert_refused(&["is the token in ROLLCALL_TOKEN still good?"]);
    with("", &remote.up.url).assert_refused(&["put a token of your identity provider"]);
    with("secret", "http://api.example.com").assert_refused(&["needs an https:// address"]);
    let nobody = with("secret", "http://127.0.0.1:9");
    nobody.assert_refused(&["does not answer"]);
    assert!(!nobody.err.contains("secret"));
}
