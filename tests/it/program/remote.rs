//! The same commands here and, with `--remote`, on a deployed API; and what only the API knows: explanations, the waiting
//! line, exports (rules 33, 38).

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
pub(super) struct Remote {
    up: Up,
}

impl Remote {
    pub(super) fn of(desk: &Desk) -> Self {
        Self { up: Up::start(desk, &[]) }
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Answer {
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
    assert!(said.starts_with("eva: waiting for a seat\n"), "{said}");
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
    let left = std::fs::read_dir(desk.folder.path().join("data/buckets/rollcall/exports"));
    assert_eq!(left.map_or(0, Iterator::count), 0, "the copy that was made for it is gone");
}

#[test]
fn accounts_are_a_table_or_a_file_by_the_same_command() {
    let desk = five();
    let table = desk.done(&["accounts", "--csv"]);
    assert_eq!(table.lines().count(), 6, "{table}");
    assert!(
        table.starts_with("username,name,email,state,reason,since,waits_at,source,match_key,"),
        "{table}"
    );
    let file = desk.file("accounts.json", "");
    desk.done(&["accounts", "--reason", "no_seat", "--json", "-o", &file]);
    let accounts: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let places: Vec<_> = accounts.as_array().unwrap().iter().map(|one| one["waits_at"].clone()).collect();
    assert_eq!(places, [json!(1), json!(2)]);
    desk.run(&["accounts", "-o", &file]).assert_refused(&["`--csv` or `--json`"]);
    desk.run(&["accounts", "--csv", "--json"]).assert_refused(&["one form"]);
    desk.run(&["accounts", "--csv", "--source", "nobody"]).assert_refused(&["nobody"]);
    let remote = Remote::of(&desk);
    let there = remote.run(&["accounts", "--csv"]);
    there.assert_code(0);
    assert_eq!(there.out, table);
}

#[test]
fn a_configuration_is_shown_and_set_by_the_command() {
    let desk = five();
    let shown = desk.done(&["config"]);
    assert!(shown.contains("seats = 3"));
    assert!(
        shown.contains("What the source staff means:") && shown.contains("  A person is recognised by "),
        "{shown}"
    );
    let wrong = desk.file("wrong.toml", SMALL.replace("seats", "saets"));
    desk.run(&["config", "set", &wrong]).assert_refused(&["line 3: `saets` is unknown in [licence]"]);
    let next = desk.file("next.toml", SMALL.replace("seats = 3", "seats = 4"));
    desk.run(&["config", "dry-run", &wrong]).assert_refused(&["line 3: `saets` is unknown in [licence]"]);
    let tried = desk.done(&["config", "dry-run", &next]);
    assert!(tried.contains("activated") && tried.contains("4 of 4 seats"), "{tried}");
    assert_eq!(desk.json(&["licence"])["limit"], 3, "it is not in force");
    assert!(desk.done(&["config", "set", &next]).contains("is in force"));
    assert!(desk.done(&["config", "set", &next]).contains("already"));
    assert_eq!(desk.json(&["licence"])["limit"], 4);
}

/// Three seats; a run with a duplicate, a missing key, a damaged row, a conflict, somebody who waits and a block that a person
/// has set, and one that finds them so again.
fn much_seen() -> Desk {
    let desk = Desk::new(SMALL);
    desk.done(&["local", "add", "root", "--set", "email=r@example.com"]);
    let csv = "key,username,title\nann,ann,clerk\nben,ben,clerk\ncem,cem,clerk\ndup,dora,clerk\nDUP,dirk,clerk\n,nora,clerk\nbad,row\nrob,root,clerk\nzoe,zoe,clerk\n";
    desk.sync(csv, 5);
    desk.done(&["block", "ann", "--why", "lost laptop"]);
    desk.sync(csv, 5);
    desk
}

#[tokio::test]
async fn every_command_that_looks_answers_the_same_here_and_there() {
    let desk = much_seen();
    let runs = desk.json(&["runs"]);
    let (newest, block) =
        (runs[0]["id"].as_str().unwrap(), desk.json(&["audit", "--outcome", "blocked_by_admin"]));
    let when = block[0]["at"].as_str().unwrap();
    let asked: Vec<Vec<&str>> = vec![
        vec!["accounts"],
        vec!["accounts", "--state", "active"],
        vec!["accounts", "--reason", "by_admin"],
        vec!["accounts", "--source", "local"],
        vec!["accounts", "--source", "staff", "--text", "B"],
        vec!["audit"],
        vec!["audit", "--user", "ann"],
        vec!["audit", "--user", "dup"],
        vec!["audit", "--user", "Dora"],
        vec!["audit", "--user", "rob"],
        vec!["audit", "--user", "nobody"],
        vec!["audit", "--run", newest],
        vec!["audit", "--run", newest, "--user", "ben"],
        vec!["audit", "--run", newest, "--outcome", "conflict"],
        vec!["audit", "--outcome", "unchanged"],
        vec!["audit", "--outcome", "skipped_missing_key"],
        vec!["audit", "--outcome", "error"],
        vec!["audit", "--reason", "by_admin"],
        vec!["audit", "--source", "local"],
        vec!["audit", "--source", "staff"],
        vec!["audit", "--since", when],
        vec!["audit", "--until", when],
        vec!["runs"],
        vec!["runs", newest],
        vec!["licence"],
        vec!["waiting"],
        vec!["waiting", "--source", "staff", "--reverse"],
        vec!["explain", "ann"],
        vec!["explain", "zoe"],
        vec!["config"],
        vec!["config", "show"],
    ];
    let files: Vec<Vec<&str>> = vec![
        // Each export has an entry of its own, which the next one has in its file.
        vec!["export", "--until", when],
        vec!["export", "--user", "dup", "--format", "json"],
        vec!["export", "--run", newest],
        vec!["export", "--since", when, "--until", when],
    ];
    // Before the rest: each is in the audit log, here and there.
    let files_here: Vec<_> = files.iter().map(|asked| desk.done(asked)).collect();
    let here: Vec<_> = asked.iter().map(|asked| (desk.json(asked), desk.done(asked))).collect();
    let remote = Remote::of(&desk);
    for (asked, (json, shown)) in asked.iter().zip(here) {
        let answer = remote.run(&[asked.as_slice(), &["--json"]].concat());
        answer.assert_code(0);
        assert_eq!(answer.json(), json, "{asked:?}");
        let shown = shown.lines().map(without_place);
        let there = remote.run(asked).out;
        let there: Vec<_> = there.lines().map(without_place).collect();
        assert_eq!(there, shown.collect::<Vec<_>>(), "{asked:?}");
        let is_empty = json.as_array().is_some_and(Vec::is_empty);
        assert_eq!(
            is_empty,
            asked.contains(&"nobody"),
            "{asked:?} must show something to say anything: {json}"
        );
    }
    for (asked, file) in files.iter().zip(files_here) {
        assert_eq!(remote.run(asked).out, file, "{asked:?}");
    }
}

#[tokio::test]
async fn what_acts_answers_in_the_same_shape_here_and_there() {
    let acts: [&[&str]; 6] = [
        &["sync"],
        &["sync", "--dry-run"],
        &["block", "ben", "--why", "on leave"],
        &["unblock", "ben"],
        &["local", "add", "eve", "--admin"],
        &["licence", "set", "7"],
    ];
    let (at_home, deployed) = (five(), five());
    let remote = Remote::of(&deployed);
    for act in acts {
        // Without a limit there is a seat for everybody who is unblocked.
        drop((at_home.run(&["licence", "set", "unlimited"]), remote.run(&["licence", "set", "unlimited"])));
        let (here, there) = (at_home.json(act), remote.json(act));
        assert_eq!(super::keys(&here), super::keys(&there), "{act:?}");
        let same = ["status", "username", "state", "reason", "why", "is_admin", "limit", "used", "dry_run"];
        for name in same {
            assert_eq!(here[name], there[name], "{name} after {act:?}");
        }
        assert_eq!(here["summary"]["counts"], there["summary"]["counts"], "{act:?}");
    }
    assert_eq!(at_home.json(&["accounts", "--state", "active"]).as_array().unwrap().len(), 6);
    assert_eq!(remote.json(&["accounts", "--state", "active"]).as_array().unwrap().len(), 6);
    // What is set there is in force there, and the file here stays what it was.
    let next = deployed.file("next.toml", SMALL.replace("seats = 3", "seats = 4"));
    assert!(remote.run(&["config", "set", &next]).out.contains("is in force"));
    assert!(remote.run(&["config"]).out.contains("seats = 4"));
    let wrong = deployed.file("wrong.toml", SMALL.replace("seats", "saets"));
    remote.run(&["config", "set", &wrong]).assert_refused(&["line 3: `saets` is unknown in [licence]"]);
}

#[tokio::test]
async fn commands_act_on_a_deployed_api() {
    let desk = five();
    let remote = Remote::of(&desk);
    assert_eq!(remote.json(&["block", "ann", "--why", "lost laptop"])["why"], "lost laptop");
    let synced = remote.run(&["sync"]);
    synced.assert_code(0);
    assert!(synced.out.contains("activated"), "{}", synced.out);
    let waits = remote.run(&["unblock", "ann"]);
    assert!(
        waits.out.contains(" UTC\nbefore: blocked by a person; seats used: 3 of 3; number "),
        "{}",
        waits.out
    );
    assert_eq!(remote.json(&["licence", "set", "+2"])["limit"], 5);
    assert_eq!(
        remote.json(&["local", "add", "root", "--admin", "--set", "email=r@example.com"])["fields"]["email"],
        "r@example.com"
    );
    assert_eq!(remote.run(&["export"]).out.lines().count(), 1 + 5 + 6);
    let exports = remote.json(&["audit", "--outcome", "exported"]);
    assert_eq!(exports.as_array().unwrap().len(), 1, "{exports}");
    assert!(remote.run(&["explain", "eva"]).out.contains("eva: waiting for a seat"));
    assert!(remote.run(&["runs"]).out.contains("completed"));
    assert!(remote.run(&["accounts"]).out.contains("root"));
    let runs = remote.json(&["runs"]);
    remote.run(&["runs", runs[0]["id"].as_str().unwrap(), "--leave"]).assert_refused(&["it holds none"]);
    remote.run(&["sync", "file.csv"]).assert_refused(&["cannot be read"]);
    let large = desk.file("large.csv", vec![b'x'; 4 * 1024 * 1024 + 1]);
    remote.run(&["sync", &large]).assert_refused(&["too many to be sent", "aws s3 cp"]);
    let doctor = remote.run(&["doctor", "--repair"]);
    assert_eq!(doctor.code, 0, "{}", doctor.err);
    assert!(doctor.out.contains("agree with the accounts"), "{}", doctor.out);
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

#[tokio::test]
async fn sent_file_is_applied_by_a_deployed_installation() {
    let desk = five();
    let remote = Remote::of(&desk);
    let csv = people(&["ann", "ben", "cem", "dan", "eva", "fay"]);
    let file = desk.file("sent.csv", &csv);
    let run = remote.json(&["sync", &file]);
    assert_eq!((&run["status"], &run["summary"]["rows"]), (&json!("completed"), &json!(6)), "{run}");
    assert_eq!(run["file"]["object"], "inbox/staff.csv");
    assert_eq!(std::fs::read_to_string(desk.inbox_file()).unwrap(), csv);
    let log = remote.json(&["audit", "--outcome", "file_sent"]);
    assert_eq!(log.as_array().map(Vec::len), Some(1), "{log}");
    remote.run(&["sync", &file, "--source", "nobody"]).assert_refused(&["there is no source"]);
}

/// A line without the end of a command that says which installation is meant.
fn without_place(line: &str) -> &str {
    line.find(" --config ").or_else(|| line.find(" --remote ")).map_or(line, |end| &line[..end])
}

/// A file that lies in `config/tried/` of the bucket: the deployed installation tries it, and nothing else changes (rule 49).
#[tokio::test]
async fn tried_file_is_tried_by_a_deployed_installation() {
    let desk = five();
    let counts = std::fs::read(desk.inbox_file()).unwrap();
    let accounts = desk.json(&["accounts"]);
    let tried = desk.data().join("s3/rollcall/config/tried");
    std::fs::create_dir_all(&tried).unwrap();
    std::fs::write(tried.join("few.csv"), people(&["ann", "zoe"])).unwrap();
    let remote = Remote::of(&desk);
    let answer = remote.run(&["sync", "--dry-run", "--tried", "few.csv", "--json"]);
    // Three of five would go: that would be held.
    answer.assert_code(3);
    let run = answer.json();
    assert_eq!(
        (&run["status"], &run["tried"], &run["summary"]["rows"]),
        (&json!("dry_run"), &json!("few.csv"), &json!(2))
    );
    // It says that only a file was tried, and never how to approve that.
    let shown = remote.run(&["sync", "--dry-run", "--tried", "few.csv"]).out;
    assert!(shown.contains("would be blocked") && !shown.contains("--approve"), "{shown}");
    // The file itself may be sent, where it is not too large.
    let file = desk.file("sent.csv", people(&["ann", "zoe"]));
    let sent = remote.run(&["sync", &file, "--dry-run", "--json"]);
    sent.assert_code(3);
    assert_eq!(sent.json()["summary"]["rows"], 2);
    let large = desk.file("large.csv", vec![b'x'; 4 * 1024 * 1024 + 1]);
    remote.run(&["sync", &large, "--dry-run"]).assert_refused(&["too many to be sent", "--tried NAME"]);
    let missing = remote.run(&["sync", "--dry-run", "--tried", "none.csv"]);
    missing.assert_code(4);
    assert!(missing.out.contains("config/tried/none.csv"), "{}", missing.out);
    for (arguments, why) in [
        (
            vec!["sync", "--dry-run", "--tried", "../rollcall.toml"],
            "expected the name of a file in that folder",
        ),
        (vec!["sync", "--dry-run", "--tried", "x.toml"], "expected the name of a file in that folder"),
        (vec!["sync", "--dry-run", "--tried", ""], "expected the name of a file in that folder"),
        (vec!["sync", "--tried", "few.csv"], "--dry-run"),
    ] {
        remote.run(&arguments).assert_refused(&[why]);
    }
    assert_eq!(std::fs::read(desk.inbox_file()).unwrap(), counts);
    assert_eq!(remote.json(&["accounts"]), accounts);
}

/// The file before the one that lies there, put back by a deployed installation (rule 49a).
#[tokio::test]
async fn earlier_file_is_put_back_by_a_deployed_installation() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    let counts = std::fs::read(desk.inbox_file()).unwrap();
    let held = desk.sync(&people(&["ann"]), 3);
    assert!(held.out.contains("sync --source staff --previous"), "{}", held.out);
    let remote = Remote::of(&desk);
    let tried = remote.run(&["sync", "--previous", "--dry-run"]);
    tried.assert_code(0);
    assert!(tried.out.contains("was only tried"), "{}", tried.out);
    let back = remote.json(&["sync", "--previous"]);
    assert_eq!((&back["status"], &back["summary"]["rows"]), (&json!("completed"), &json!(3)));
    assert!(back["put_back"]["run"].is_string(), "{back}");
    assert_eq!(std::fs::read(desk.inbox_file()).unwrap(), counts);
    drop(remote);
    // Here as there: the wrong one does not come back by itself.
    let again = desk.run(&["sync", "--previous"]);
    assert!(again.out.contains("no earlier file can be put back"), "{}", again.out);
    assert_eq!(std::fs::read(desk.inbox_file()).unwrap(), counts);
}
