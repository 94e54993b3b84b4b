//! Files whose lines are one cell each and were several: in quotes as a whole, as a spreadsheet program saves a file with another
//! separator than its own, or in columns of a fixed width.
//!
//! Beside `delimiter` and `shape`, which ask where a line has no columns. A line break or a quote within a line is no hindrance.
//! Promises that only what all lines show is named: a heading may have a comma.

use super::cells::Cells;
use super::delimiter::CANDIDATES;
use super::rows::Header;
use super::scanner::{RawRow, Scanner};
use super::text::Char;

/// How many lines are looked at.
const LINES_LOOKED_AT: usize = 20;

/// The cells that a line in quotes was: its only cell read once more.
pub(super) fn cells_of(line: &str, delimiter: char) -> Option<RawRow> {
    if !line.contains(delimiter) {
        return None;
    }
    let mut scanner = Scanner::new(delimiter);
    for value in line.chars() {
        match scanner.push(Char { value, line: 1 }) {
            Ok(None) => {}
            // A line break: it is not one line.
            Ok(Some(_)) | Err(_) => return None,
        }
    }
    scanner.finish().ok().flatten().filter(|row| row.flaw.is_none())
}

/// The cells of a line that is one cell, where one separator makes a whole row of it.
pub(super) fn split(line: &str, width: usize) -> Option<Cells> {
    let mut rows = CANDIDATES.into_iter().filter_map(|delimiter| cells_of(line, delimiter));
    rows.find(|row| row.count == width).map(|row| row.cells)
}

/// Whether the lines are in quotes as a whole: each of the first rows is one cell, and has the separator of the first as often
/// as that.
pub(super) fn is_quoted(rows: &[Header]) -> bool {
    let only = |row: &Header| match row.headings.as_slice() {
        [cell] => Some(cell.clone()),
        _ => None,
    };
    let Some(first) = rows.first().and_then(only) else { return false };
    CANDIDATES.into_iter().any(|delimiter| {
        let width = |row: &Header| only(row).and_then(|cell| cells_of(&cell, delimiter)).map(|row| row.count);
        let Some(wanted) = cells_of(&first, delimiter).map(|row| row.count) else { return false };
        let below = rows.iter().skip(1).take(LINES_LOOKED_AT);
        rows.len() > 1 && wanted > 1 && below.into_iter().all(|row| width(row) == Some(wanted))
    })
}

/// The headings of lines in quotes, with each separator that they have.
pub(super) fn headings(rows: &[Header]) -> Vec<Vec<String>> {
    let line = rows.first().and_then(|row| row.headings.first()).map_or("", String::as_str);
    let rows = CANDIDATES.into_iter().filter_map(|delimiter| cells_of(line, delimiter));
    rows.map(|row| row.cells.iter().map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The line of headings in columns of a fixed width, filled up with spaces: where a word of it begins, no line below has a word
/// that goes on.
pub(super) fn fixed_width(ahead: &[Char]) -> Option<u64> {
    let mut lines = ahead
        .split(|c| matches!(c.value, '\r' | '\n'))
        .filter(|line| line.iter().any(|c| !c.value.is_whitespace()));
    let headings = lines.next()?;
    if headings.iter().any(|c| CANDIDATES.contains(&c.value)) {
        return None;
    }
    let is_space = |line: &[Char], at: usize| line.get(at).is_none_or(|c| c.value == ' ');
    let begins: Vec<usize> = (2..headings.len())
        .filter(|at| !is_space(headings, *at) && is_space(headings, at - 1) && is_space(headings, at - 2))
        .collect();
    let below: Vec<&[Char]> = lines.take(LINES_LOOKED_AT).collect();
    let is_below = |line: &&[Char]| begins.iter().all(|at| is_space(line, at - 1));
    let is_filled = |line: &&[Char]| begins.iter().any(|at| !is_space(line, *at));
    let is_fixed =
        !begins.is_empty() && !below.is_empty() && below.iter().all(is_below) && below.iter().any(is_filled);
    is_fixed.then(|| headings.first().map_or(1, |c| c.line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::delimiter::rows_of;

    fn chars(text: &str) -> Vec<Char> {
        let mut line = 1;
        let place = |value| {
            let c = Char { value, line };
            line += u64::from(value == '\n');
            c
        };
        text.chars().map(place).collect()
    }

    #[test]
    fn lines_in_quotes_are_known() {
        for (text, is) in [
            ("\"id,name\"\n\"1,Ann\"\n\"2,Bob\"\n", true),
            ("\"id;name\"\r\n\"1;Ann\"\r\n", true),
            ("\"id\tname\"\n\"1\tAnn\"\n", true),
            ("\"id,name\"\n\"1,\"\"Lee, Ann\"\"\"\n", true),
            ("\"id,name\"\n\"1,Ann\"\n2,Bob\n", false),
            ("\"Name, first\"\n\"Lee, Ann, Dr.\"\n\"Poe\"\n", false),
            ("\"Name, first\"\n\"Ann\"\n", false),
            ("\"id,name\"\n", false),
            ("id,name\n1,Ann\n", false),
            ("mail\nann@x.test\n", false),
        ] {
            let rows = rows_of(&chars(text), ',');
            assert_eq!(is_quoted(&rows), is, "{text}");
        }
    }

    #[test]
    fn columns_of_a_fixed_width_are_known() {
        for (text, line) in [
            ("ID    NAME      EMAIL\n1     Ann Lee   ann@x.test\n2     Bob       bob@x.test\n", Some(1)),
            ("\n\nID    NAME\r\n----- --------\r\n1     Ann\r\n", Some(3)),
            ("ID    NAME\n1     Lee, Ann\n", Some(1)),
            ("ID  NAME\nann  Ann Lee\n", None),
            ("ID    NAME\n", None),
            ("mail\nann@x.test\n", None),
            ("Full  name\nAnn Lee\n", None),
            ("ID,  NAME\n1,   Ann\n", None),
            ("Staff    list\n\nid;name\n1;Ann\n", None),
        ] {
            assert_eq!(fixed_width(&chars(text)), line, "{text}");
        }
    }
}
