//! The README's tour: its commands, run in its order, print what it says. Run ids, times and seconds may differ.

use super::{Desk, example};
use regex_lite::Regex;
use std::path::Path;

/// What stands in the README for lines that it leaves out.
const LEFT_OUT: &str = "…";

/// A command of the tour, and what the README says that it prints.
struct Step {
    arguments: Vec<String>,
    said: Vec<String>,
}

/// The fenced blocks of a section whose lines begin with `$ rollcall`.
fn tour() -> Vec<Step> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let section = readme.split("\n## What to try next").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut steps: Vec<Step> = Vec::new();
    let mut is_inside = false;
    for line in section.lines() {
        if line.starts_with("```") {
            is_inside = !is_inside;
        } else if let Some(command) = line.strip_prefix("$ rollcall ") {
            let command = command.split('#').next().unwrap();
            steps.push(Step { arguments: words(command), said: Vec::new() });
        } else if is_inside && let Some(step) = steps.last_mut() {
            step.said.push(line.trim_end().to_owned());
        }
    }
    steps
}

/// The words of a command, as a shell splits them.
fn words(command: &str) -> Vec<String> {
    let word = Regex::new(r#""([^"]*)"|(\S+)"#).unwrap();
    let found = word.captures_iter(command);
    found.map(|found| found.get(1).or(found.get(2)).unwrap().as_str().to_owned()).collect()
}

/// The line without what is another one every time.
fn plain(line: &str) -> String {
    let mut plain = line.split_whitespace().collect::<Vec<_>>().join(" ");
    for (pattern, stands_for) in [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "RUN"),
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}\b", "RUN"),
        (r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z| UTC)?", "TIME"),
        (r"\b\d+\.\d{3} s\b", "SECONDS"),
        (r" --(config|data) \S+", ""),
        // Who runs the tests, and who runs the tour.
        (r"\btester@[^\s:]+", "ann@desk"),
    ] {
        plain = Regex::new(pattern).unwrap().replace_all(&plain, stands_for).into_owned();
    }
    plain
}

/// What is printed has the lines that the README shows, in their order; where it leaves lines out, others may stand
/// between.
fn assert_says(step: &Step, printed: &str) {
    let shown: Vec<String> = printed.lines().map(plain).filter(|line| !line.is_empty()).collect();
    let mut rest = shown.iter();
    let mut may_skip = false;
    for line in step.said.iter().map(|line| plain(line)).filter(|line| !line.is_empty()) {
        if line == LEFT_OUT {
            may_skip = true;
            continue;
        }
        let found = if may_skip { rest.any(|one| *one == line) } else { rest.next() == Some(&line) };
        assert!(found, "{:?} does not print {line:?} here:\n{printed}", step.arguments);
        may_skip = false;
    }
    assert!(may_skip || rest.next().is_none(), "{:?} prints more:\n{printed}", step.arguments);
}

#[test]
fn the_readmes_tour_prints_what_the_readme_says() {
    let desk = Desk::of_quick_start();
    let first = example("staff.csv");
    desk.done(&["sync", first.to_str().unwrap()]);
    let steps = tour();
    assert!(steps.len() >= 6, "the tour has {} commands", steps.len());
    for step in steps {
        let arguments: Vec<String> = step.arguments.iter().map(|word| of_repository(word)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let printed = desk.done(&arguments).replace(example("").to_str().unwrap(), "examples/quickstart/");
        assert_says(&step, &printed);
    }
}

/// A path of the README, wherever the test runs.
fn of_repository(word: &str) -> String {
    match word.strip_prefix("examples/quickstart/") {
        Some(name) => example(name).to_str().unwrap().to_owned(),
        None => word.to_owned(),
    }
}
