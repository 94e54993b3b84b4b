//! The usual exports (rule 48): `init` writes a configuration for the file, and with it, unedited, everybody ends where they
//! should.
//!
//! Each folder of `tests/fixtures/exports` is one system: its files hold the same people in other shapes, and `people.txt`
//! says how each of them ends.

use super::Desk;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How one person ends.
#[derive(Debug, PartialEq, Eq)]
struct End {
    /// The outcome, or `not_started` for an account without a seat.
    outcome: String,
    /// Username, display name and e-mail address of the account, if there is one.
    account: Option<[String; 3]>,
}

type Ends = BTreeMap<String, End>;

fn folder_of(export: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports").join(export)
}

fn files_of(export: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder_of(export)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "csv")).collect();
    files.sort();
    files
}

fn expected(export: &str) -> Ends {
    let text = std::fs::read_to_string(folder_of(export).join("people.txt")).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|row| {
        let cells: Vec<String> = row.split(" | ").map(str::to_owned).collect();
        let [key, outcome, account @ ..] = cells.as_slice() else { panic!("{row:?} has too few columns") };
        let account = (!account.is_empty()).then(|| account.to_vec().try_into().unwrap());
        (key.clone(), End { outcome: outcome.clone(), account })
    })
    .collect()
}

/// What became of everybody in this run.
fn found(desk: &Desk, run: &str) -> Ends {
    let accounts = desk.json(&["accounts"]);
    let entries = desk.json(&["audit", "--run", run]);
    let field = |account: &Value, name: &str| account["fields"][name].as_str().unwrap_or_default().to_owned();
    entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let key = entry["match_key"].as_str().unwrap_or("-").to_owned();
            let account =
                accounts.as_array().unwrap().iter().find(|account| account["match_key"] == key.as_str());
            let is_early = account.is_some_and(|account| account["reason"] == "not_started");
            let outcome = if is_early { "not_started" } else { entry["outcome"].as_str().unwrap() };
            let account = account.map(|account| {
                [super::text(&account["username"]), field(account, "display_name"), field(account, "email")]
            });
            (key, End { outcome: outcome.to_owned(), account })
        })
        .collect()
}

/// How often each outcome is counted in a run's summary.
fn counted(run: &Value) -> BTreeMap<String, u64> {
    let counts = run["summary"]["counts"].as_object().unwrap().iter();
    counts
        .map(|(word, count)| (word.clone(), count.as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// `init`, `check --file`, the dry run, the run, and once more, with each file of an export.
fn walk(export: &str) {
    let expected = expected(export);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for end in expected.values() {
        let outcome = if end.outcome == "not_started" { "created_blocked" } else { &end.outcome };
        *counts.entry(outcome.to_owned()).or_default() += 1;
    }
    let is_whole = !counts.contains_key("skipped_missing_key");
    for path in files_of(export) {
        let shown = path.display();
        let desk = Desk::new("");
        std::fs::remove_file(&desk.config).unwrap();
        let file = path.to_str().unwrap();

        let written = desk.json(&["init", file]);
        assert_eq!(written["export"], export, "{shown}");
        let text = std::fs::read_to_string(&desk.config).unwrap();
        assert!(text.contains("\n[protect]\n") && text.contains("\nreturn = \"14d\"\n"), "{shown}:\n{text}");

        let trial = desk.json(&["check", "--file", file]);
        assert_eq!(trial["is_wrong"], false, "{shown}: {trial:#}");
        let of = |ends: &[&str]| ends.iter().map(|end| trial["ends"][end].as_u64().unwrap()).sum::<u64>();
        let is = |outcome: &str| counts.get(outcome).copied().unwrap_or_default();
        // Two rows of one person are one account.
        assert!(of(&["eligible"]) >= is("created_active"), "{shown}: {trial:#}");
        assert_eq!(of(&["not_started"]), is("created_blocked"), "{shown}: {trial:#}");
        assert_eq!(of(&["disabled", "ended"]), is("skipped_disabled"), "{shown}: {trial:#}");
        assert_eq!(of(&["out_of_scope"]), is("skipped_scope"), "{shown}: {trial:#}");
        assert_eq!(of(&["without_key", "rejected"]), is("skipped_missing_key"), "{shown}: {trial:#}");

        let code = if is_whole { 0 } else { 5 };
        let dry_run = desk.run(&["sync", file, "--dry-run", "--json"]);
        assert_eq!(counted(&dry_run.json()), counts, "{shown}");
        assert_eq!(desk.json(&["accounts"]), Value::Array(Vec::new()), "{shown}: a dry run changes nothing");

        let run = desk.run(&["sync", file, "--json"]);
        run.assert_code(code);
        let run = run.json();
        assert_eq!(counted(&run), counts, "{shown}");
        let ends = found(&desk, run["id"].as_str().unwrap());
        for (key, end) in &expected {
            assert_eq!(ends.get(key), Some(end), "{shown}: {key}");
        }

        let again = desk.run(&["sync", file, "--json"]);
        again.assert_code(code);
        assert_eq!(again.json()["summary"]["writes"], 0, "{shown}");
        desk.assert_healthy();

        for answer in [text, trial.to_string(), written.to_string()] {
            for secret in ["Geheim", "Herbst", "555-0100", "NO_HR"] {
                assert!(
                    !answer.contains(secret),
                    "{shown}: {secret:?} is a cell that nobody asked for:\n{answer}"
                );
            }
        }
    }
}

macro_rules! exports {
    ($($test:ident: $export:literal,)*) => {
        $(#[test]
        fn $test() {
            walk($export);
        })*

        const WALKED: &[&str] = &[$($export),*];
    };
}

exports! {
    people_of_microsoft_365_end_as_they_should: "microsoft-365",
    people_of_an_entra_download_end_as_they_should: "entra",
    people_of_an_entra_template_end_as_they_should: "entra-template",
    people_of_get_ad_user_end_as_they_should: "active-directory",
    people_of_google_workspace_end_as_they_should: "google-workspace",
    people_of_okta_end_as_they_should: "okta",
    people_of_bamboohr_end_as_they_should: "bamboohr",
    people_of_personio_end_as_they_should: "personio",
    people_of_workday_end_as_they_should: "workday",
    people_of_successfactors_end_as_they_should: "successfactors",
    people_of_a_successfactors_report_end_as_they_should: "successfactors-report",
    people_of_sap_hcm_end_as_they_should: "sap-hcm",
    people_of_moodle_end_as_they_should: "moodle",
    people_of_canvas_end_as_they_should: "canvas",
    people_of_oneroster_end_as_they_should: "oneroster",
    people_of_snipe_it_end_as_they_should: "snipe-it",
    people_of_the_snipe_it_table_end_as_they_should: "snipe-it-people",
}

#[test]
fn every_known_export_is_walked_with_a_sibling() {
    let walked: BTreeSet<&str> = WALKED.iter().copied().collect();
    let known: BTreeSet<&str> = rollcall_trial::EXPORTS.iter().map(|export| export.name).collect();
    assert_eq!(walked, known);
    for export in walked {
        assert!(files_of(export).len() >= 2, "{export} has no sibling");
    }
}
