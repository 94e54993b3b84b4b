//! Text to TOML, with its offsets; mistakes of syntax in words for people who do not write TOML every day.
//!
//! Below `config.rs`, which reads no further when there is a mistake of syntax: what follows one is guesswork.

use crate::mistake::Mistakes;
use crate::value::shortened;
use toml::de::{DeTable, Error};

/// So many mistakes of syntax are told at most; a file with more of them is no TOML at all.
const SYNTAX_MISTAKES_MAX: usize = 20;

/// Parses, or notes the first mistake of each line and answers with none.
pub(crate) fn parse<'a>(text: &'a str, mistakes: &mut Mistakes) -> Option<DeTable<'a>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut told = Vec::new();
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        let line = mistakes.line(at);
        if !told.contains(&line) && told.len() < SYNTAX_MISTAKES_MAX {
            mistakes.note(at, explain(text, error));
            told.push(line);
        }
    }
    errors.is_empty().then(|| table.into_inner())
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
            "" => "there is no value after the `=`; texts stand in quotes, numbers without".to_owned(),
            _ if here.starts_with(['“', '”', '„', '‘', '’', '«', '»']) => {
                format!("{here} has typographic quotes; write straight ones: \"text\"")
            }
            _ => format!("{here} is no value; a text must stand in quotes: \"{here}\""),
        }
    } else if message.starts_with("key with no value") {
        format!("after `{before}` an `=` and a value are missing")
    } else if message.contains("unicode") || message.contains("escape") {
        "a backslash has a meaning of its own in \"...\"; write it twice, or use '...'".to_owned()
    } else {
        message.to_owned()
    };
    format!("this is not TOML: {what}")
}
