//! A separator of columns that is not tried: which it is, for the message of a refusal (rule 44).
//!
//! Below `delimiter`. It decides nothing: a file is never read with what is found here. Promises to name a separator only if
//! configured headings stand between it, and never a letter or a digit, which may be a person's.

use super::delimiter::CANDIDATES;
use super::text::Char;
use crate::error::{DelimiterError, Stated};
use rollcall_config::is_delimiter;
use rollcall_core::fold::fold;
use std::collections::BTreeSet;

/// A longer run of signs is a line that is drawn, or a text.
const CHARS_MAX: usize = 6;

/// How many needed headings a line has with a separator, and how many columns.
type Score = (usize, usize);

/// What separates the headings, where that has more of the needed ones than the usual delimiters have.
pub(super) fn find(ahead: &[Char], needed: &[&str], usual: Score, stated: Stated) -> Option<DelimiterError> {
    let mut lines = ahead.split(|c| matches!(c.value, '\r' | '\n'));
    let headings = lines.by_ref().find(|line| line.iter().any(|c| !c.value.is_whitespace()))?;
    let line = headings.first()?.line;
    let text: String = headings.iter().map(|c| c.value).collect();
    let is_better = |(found, columns): Score| found > usual.0 && columns > usual.1;
    let score = |separator: &str| score_of(text.split(separator), needed);

    let row: String =
        lines.find(|line| !line.is_empty()).unwrap_or_default().iter().map(|c| c.value).collect();
    let is_filled_up = [&text, &row].iter().any(|text| text.trim().contains("  "));
    if is_filled_up && is_better(score_of(text.split(' ').filter(|cell| !cell.is_empty()), needed)) {
        return Some(DelimiterError::FixedWidth { line });
    }
    let best = candidates(&text)
        .into_iter()
        .filter(|separator| !CANDIDATES.map(String::from).contains(separator))
        .map(|separator| (score(&separator), separator))
        .filter(|(score, _)| is_better(*score))
        // Of equals the longer one: `::` leaves no empty columns, as `:` does.
        .max_by_key(|(score, separator)| (score.0, separator.chars().count(), score.1))?;
    let mut chars = best.1.chars();
    Some(match (chars.next()?, chars.next()) {
        (_, Some(_)) => DelimiterError::Several { line, found: best.1 },
        (found, None) if u8::try_from(found).is_ok_and(is_delimiter) => {
            DelimiterError::Other { line, stated, found }
        }
        (found, None) => DelimiterError::NotPossible { line, found },
    })
}

/// Signs of the line, alone and in runs.
fn candidates(text: &str) -> BTreeSet<String> {
    let is_sign = |c: char| !c.is_alphanumeric() && !matches!(c, ' ' | '"' | '_' | '-' | '.');
    let alone = text.chars().filter(|c| is_sign(*c) || *c == ' ').map(String::from);
    let runs = text.split(|c| !is_sign(c)).filter(|run| (2..=CHARS_MAX).contains(&run.chars().count()));
    alone.chain(runs.map(str::to_owned)).collect()
}

fn score_of<'t>(cells: impl Iterator<Item = &'t str>, needed: &[&str]) -> Score {
    let unquoted = |cell: &'t str| {
        let cell = cell.trim();
        cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
    };
    let headings: Vec<String> = cells.map(|cell| fold(unquoted(cell))).collect();
    (needed.iter().filter(|needed| headings.contains(&fold(needed))).count(), headings.len())
}
