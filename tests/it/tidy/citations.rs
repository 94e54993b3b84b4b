//! Every rule, section and scenario that is cited anywhere stands in docs/rules.md, and is cited in one form:
//! `rule 13c`, `rules 7 and 25`, `rules 22 to 26`, `section 4 of the rules`, `scenario k`.

use super::{assert_none, files_below, read};
use regex_lite::Regex;
use std::collections::BTreeSet;

const RULES: &str = "docs/rules.md";

const CITING: [&str; 8] = [".rs", ".md", ".yaml", ".yml", ".toml", ".txt", ".py", ".html"];

/// What docs/rules.md has: rules and their parts, scenarios, sections.
struct Rules {
    rules: BTreeSet<String>,
    sections: BTreeSet<String>,
}

impl Rules {
    fn read() -> Self {
        let text = read(RULES);
        let all = |pattern: &str| -> Vec<String> {
            let pattern = Regex::new(pattern).unwrap();
            pattern.captures_iter(&text).map(|captures| captures[1].to_owned()).collect()
        };
        let rules = all(r"(?m)^ *- \*\*(\d*[a-z]?)\.\*\*");
        let distinct: BTreeSet<String> = rules.iter().cloned().collect();
        assert_eq!(distinct.len(), rules.len(), "{RULES} has a number twice");
        Self { rules: distinct, sections: all(r"(?m)^## (\d+)\.").into_iter().collect() }
    }
}

/// The text as one line, without the marks of comments, so that a citation may be wrapped.
fn unwrapped(text: &str) -> String {
    let bare = |line: &str| line.trim().trim_start_matches(['/', '!', '#', '*', '>']).trim_start().to_owned();
    text.lines().map(bare).collect::<Vec<_>>().join(" ")
}

/// The places where one of these words stands, each with what follows it: a pattern for all of a text takes long.
fn places<'a>(text: &'a str, words: &[&str]) -> Vec<&'a str> {
    const CHARS: usize = 100;
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<usize> =
        words.iter().flat_map(|word| lower.match_indices(word)).map(|(at, _)| at).collect();
    found.retain(|at| !text[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_'));
    found.sort_unstable();
    let end_of =
        |at: usize| text[at..].char_indices().nth(CHARS).map_or(text.len(), |(length, _)| at + length);
    found.into_iter().map(|at| &text[at..end_of(at)]).collect()
}

/// What a text cites and docs/rules.md has not.
fn missing(text: &str, rules: &Rules) -> Vec<String> {
    let cited = Regex::new(r"(?i)^rules? (\d+[a-z]?\b(?:(?:,| and| to|, and) \d+[a-z]?\b)*)").unwrap();
    let number = Regex::new(r"\d+[a-z]?").unwrap();
    let section = Regex::new(r"(?i)^section (\d+) of the rules\b").unwrap();
    let scenario = Regex::new(r"(?i)^scenario ([a-z])\b(?:[.,:;)]| and)").unwrap();
    let text = unwrapped(text);
    let mut found = Vec::new();
    for place in places(&text, &["rule", "section", "scenario"]) {
        if let Some(captures) = cited.captures(place) {
            let numbers = number.find_iter(&captures[1]).map(|one| one.as_str());
            found.extend(numbers.filter(|one| !rules.rules.contains(*one)).map(|one| format!("rule {one}")));
        }
        if let Some(captures) = section.captures(place).filter(|of| !rules.sections.contains(&of[1])) {
            found.push(format!("section {}", &captures[1]));
        }
        if let Some(captures) = scenario.captures(place).filter(|of| !rules.rules.contains(&of[1])) {
            found.push(format!("scenario {}", &captures[1]));
        }
    }
    found
}

/// Forms of a citation that lead nowhere.
fn dead(text: &str) -> Vec<String> {
    let form = r"(?i)^(?:product(?: rule| section)? \d+[a-z]?|decisions? \d+|product\.md|docs/decisions)\b";
    let form = Regex::new(form).unwrap();
    let text = unwrapped(text);
    let places = places(&text, &["product", "decision", "docs/decisions"]);
    places.iter().filter_map(|place| form.find(place)).map(|found| found.as_str().to_owned()).collect()
}

/// What is wrong in every file that may cite, this one left out.
fn in_every_file(judge: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let cites = |path: &String| CITING.iter().any(|ending| path.ends_with(ending));
    let files =
        files_below("").into_iter().filter(|path| cites(path) && path != "tests/it/tidy/citations.rs");
    files
        .flat_map(|path| judge(&read(&path)).into_iter().map(move |what| format!("{path}: {what}")))
        .collect()
}

#[test]
fn every_cited_rule_is_there() {
    let rules = Rules::read();
    assert_none(&in_every_file(|text| missing(text, &rules)), "citations of what docs/rules.md has not");
}

#[test]
fn citations_have_one_form() {
    assert_none(&in_every_file(dead), "citations that are not of the form `rule 13c`");
}

#[test]
fn every_scenario_is_of_a_rule_that_is_there() {
    let rules = Rules::read();
    let named = Regex::new(r"^tests/scenarios/(?:rule_(\d+)_|section_(\d+)_|([a-z])_)").unwrap();
    let is_known = |path: &String| {
        named.captures(path).is_some_and(|captures| {
            let of = |group: usize| captures.get(group).map(|found| found.as_str().to_owned());
            of(2).map_or_else(
                || of(1).or(of(3)).is_some_and(|rule| rules.rules.contains(&rule)),
                |section| rules.sections.contains(&section),
            )
        })
    };
    let found: Vec<String> =
        files_below("tests/scenarios").into_iter().filter(|path| !is_known(path)).collect();
    assert_none(&found, "scenarios of no rule");
}

#[test]
fn a_citation_of_nothing_is_found() {
    let rules =
        Rules { rules: ["2", "3", "13c", "k"].map(str::to_owned).into(), sections: ["4".to_owned()].into() };
    let text = "//! As rules 2,\n//! 3 and 99 say (rule 13c), section 4 of the rules, Rule 98; scenario k, scenario z.";
    assert_eq!(missing(text, &rules), ["rule 99", "rule 98", "scenario z"]);
    assert_eq!(
        dead("(product 13c), product\n/// section 1, decision 12"),
        ["product 13c", "product section 1", "decision 12"]
    );
}
