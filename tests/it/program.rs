//! The local program as a person or a script uses it: the built binary, its arguments, what it prints, its exit code.

#[cfg(target_os = "linux")]
mod at_terminal;
#[cfg(target_os = "linux")]
mod browser;
mod configuration;
mod connect;
mod dates;
#[cfg(unix)]
mod disk;
mod drops;
mod dry_run;
mod events;
mod filters;
mod finding;
mod killed;
mod known_exports;
mod long_lists;
mod named;
mod other_files;
mod outcomes;
mod people;
mod quick_start;
mod remote;
mod reached;
mod seats;
mod shapes;
mod sources;
mod terminal;
mod tour;
mod trying;
mod undo;
mod unprocessed;
mod up;

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Three seats and one source; the smallest configuration that can hold removals.
const SMALL: &str = r#"
[licence]
seats = 3
[guard]
max_removal_percent = 20
min_removals = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
title = "title"
"#;

/// One installation, worked on from the outside.
struct Desk {
    /// Goes with the value.
    folder: TempDir,
    config: PathBuf,
}

/// What a command left behind.
struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    /// A folder with this configuration, and its data beside it.
    fn new(config: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("rollcall.toml");
        std::fs::write(&path, config).unwrap();
        Self { folder, config: path }
    }

    /// The quick start's configuration, with the data in a folder of the test's own.
    fn of_quick_start() -> Self {
        Self { folder: TempDir::new().unwrap(), config: example("rollcall.toml") }
    }

    /// Where a dropped file lies.
    fn inbox_file(&self) -> PathBuf {
        self.data().join("s3/rollcall/inbox/staff.csv")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file beside the data. Answers with its path.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments).arg("--config").arg(&self.config).arg("--data").arg(self.data());
        command
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.command(arguments).output().unwrap())
    }

    /// Runs a command that must end with 0.
    fn done(&self, arguments: &[&str]) -> String {
        let answer = self.run(arguments);
        answer.assert_code(0);
        answer.out
    }

    /// Runs a command that must end with 0, and reads its JSON.
    fn json(&self, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let answer = self.run(&arguments);
        answer.assert_code(0);
        answer.json()
    }

    /// Drops a file with this content and syncs, which must end with this code.
    fn sync(&self, csv: &str, code: i32) -> Answer {
        let file = self.file("staff.csv", csv);
        let answer = self.run(&["sync", &file]);
        answer.assert_code(code);
        answer
    }

    fn usernames(&self, arguments: &[&str]) -> Vec<String> {
        let entries = self.json(arguments);
        entries.as_array().unwrap().iter().map(|entry| text(&entry["username"])).collect()
    }

    fn assert_healthy(&self) {
        self.run(&["doctor"]).assert_code(0);
    }
}

impl Answer {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("the program ends by itself");
        Self { code, out: text(output.stdout), err: text(output.stderr) }
    }

    fn assert_code(&self, code: i32) {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
    }

    /// The only thing on stdout, as JSON.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {:?}", self.out))
    }

    /// The command was refused as wrong usage: exit code 2, nothing on stdout, and stderr has all of these.
    fn assert_refused(&self, parts: &[&str]) {
        self.assert_code(2);
        assert_eq!(self.out, "");
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is missing in:\n{}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// Who acts in these tests, as the audit log names them.
fn tester() -> String {
    format!("tester@{}", whoami::hostname().unwrap())
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
    command.env("USER", "tester").stdin(Stdio::null());
    command
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart").join(name)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).keys().map(String::as_str).collect()
}

/// The file of people with these keys; the username is the key, the title `clerk`.
fn people(keys: &[&str]) -> String {
    let rows = keys.iter().map(|key| format!("{key},{key},clerk\n"));
    ["key,username,title\n".to_owned()].into_iter().chain(rows).collect()
}
