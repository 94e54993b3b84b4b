//! A row at once, where that is as good as one character after the other: a whole line in which each quote is the first or the
//! last character of a cell.
//!
//! Beside the scanner, which reads every other row. Promises the row that the scanner would make of the line, or none.

use super::cells::Cells;
use super::scanner::{CELL_BYTES_MAX, RawRow};

/// The row of this line, which is given without its end; none where the scanner has to read it.
pub(super) fn row_of(line: &str, number: u64, delimiter: char) -> Option<RawRow> {
    if memchr::memchr(b'\r', line.as_bytes()).is_some() {
        return None;
    }
    let mut cells = Cells::with_capacity(line.len());
    if memchr::memchr(b'"', line.as_bytes()).is_none() {
        split_at(line, delimiter, &mut cells);
    } else {
        let mut rest = Some(line);
        while let Some(text) = rest {
            let (cell, after) = split_cell(text, delimiter)?;
            cells.push(cell);
            rest = after;
        }
    }
    if cells.iter().any(|cell| cell.len() > CELL_BYTES_MAX) {
        return None;
    }
    Some(RawRow { line: number, count: cells.len(), cells, is_ended: true, ..RawRow::default() })
}

/// Every cell of a line without quotes.
fn split_at(line: &str, delimiter: char, cells: &mut Cells) {
    // A byte of ASCII is never a part of another letter, and quicker to find.
    let Some(byte) = u8::try_from(delimiter).ok().filter(u8::is_ascii) else {
        return line.split(delimiter).for_each(|cell| cells.push(cell));
    };
    let mut begin = 0;
    for end in memchr::memchr_iter(byte, line.as_bytes()) {
        cells.push(&line[begin..end]);
        begin = end + 1;
    }
    cells.push(&line[begin..]);
}

/// The first cell, and what follows its delimiter; none for a quote anywhere else than at its ends.
fn split_cell(text: &str, delimiter: char) -> Option<(&str, Option<&str>)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (cell, rest) = text.split_once(delimiter).map_or((text, None), |(cell, rest)| (cell, Some(rest)));
        return (!cell.contains('"')).then_some((cell, rest));
    };
    let (cell, rest) = quoted.split_once('"')?;
    if rest.is_empty() { Some((cell, None)) } else { Some((cell, Some(rest.strip_prefix(delimiter)?))) }
}

#[cfg(test)]
mod tests;
