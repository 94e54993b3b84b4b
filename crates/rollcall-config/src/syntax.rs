//! Text to TOML, with its offsets; mistakes of syntax, in words for people who do not write TOML every day.
//!
//! Below `config.rs`, which stops if there is a mistake of syntax: what follows such a mistake is unclear.

use crate::mistake::Mistakes;
use crate::value::shortened;
use toml::de::{DeTable, Error};

/// How many mistakes of syntax are listed at most. A file with more of them is probably not TOML.
const SYNTAX_MISTAKES_MAX: usize = 20;

/// What is said of a file of people in the place of a configuration.
const TABLE: &str = "this looks like a CSV file, not like a configuration: `--config` names the configuration, a TOML file; \
    `rollcall init FILE` writes one for a CSV file";

/// Parses the text. If that fails, adds the first mistake of each line and returns `None`.
pub(crate) fn parse<'a>(text: &'a str, mistakes: &mut Mistakes) -> Option<DeTable<'a>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() && is_table_of_people(text) {
        mistakes.add(0, String::from(TABLE));
        return None;
    }
    let mut lines = Vec::new();
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        let line = mistakes.line(at);
        if !lines.contains(&line) && lines.len() < SYNTAX_MISTAKES_MAX {
            mistakes.add(at, explain(text, error));
            lines.push(line);
        }
    }
    errors.is_empty().then(|| table.into_inner())
}

/// Whether the first line has headings, as a CSV file has them: cells, and nothing of TOML.
fn is_table_of_people(text: &str) -> bool {
    let first =
        text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let is_toml = first.contains('=') || first.trim_start().starts_with(['[', '#']);
    !is_toml && first.contains([',', ';', '\t'])
}

fn explain(text: &str, error: &Error) -> String {
    let span = error.span().unwrap_or_default();
    let (here, _) = shortened(text.get(span.clone()).unwrap_or_default());
    let before = text.get(..span.start).unwrap_or_default().lines().next_back().unwrap_or_default();
    let (before, _) = shortened(before.trim());
    let message = error.message();
    let what = if message == "duplicate key" && here == "source" {
        return "`source` is given twice; write [[source]], with two brackets, above each source".to_owned();
    } else if message == "duplicate key" {
        return format!("`{here}` is given twice in the same place; keep one of them");
    } else if message.starts_with("string values must be quoted") || message.starts_with("invalid boolean") {
        match here {
            "" => "there is no value after the `=`; write texts in quotes, numbers without quotes".to_owned(),
            _ if here.starts_with(['“', '”', '„', '‘', '’', '«', '»']) => {
                format!("{here} has typographic quotes; write straight ones: \"text\"")
            }
            _ => format!("{here} is not a value; a text must be in quotes: \"{here}\""),
        }
    } else if message.starts_with("key with no value") {
        format!("an `=` and a value are missing after `{before}`")
    } else if message.contains("unicode") || message.contains("escape") {
        "a backslash has a special meaning in \"...\"; write it twice, or use '...'".to_owned()
    } else {
        message.to_owned()
    };
    format!("this is not TOML: {what}")
}
