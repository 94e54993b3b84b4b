//! A row at once, where that is as good as one character after the other: a whole line in which each quote is the first or the
//! last character of a cell.
//!
//! Beside the scanner, which reads every other row. Promises the row that the scanner would make of the line, or none.

use super::cells::Cells;
use super::scanner::{CELL_BYTES_MAX, RawRow};

/// The row of this line, which is given without its end; none where the scanner has to read it.
pub(super) fn row_of(line: &str, number: u64, delimiter: char) -> Option<RawRow> {
    let bytes = line.as_bytes();
    if memchr::memchr(b'\r', bytes).is_some() {
        return None;
    }
    let mut cells = Cells::with_capacity(line.len());
    match (memchr::memchr(b'"', bytes), u8::try_from(delimiter).ok().filter(u8::is_ascii)) {
        // A byte of ASCII is never a part of another letter, and quicker to find.
        (None, Some(delimiter)) => split_at(line, delimiter, &mut cells),
        (Some(_), Some(delimiter)) => split_quoted(line, delimiter, &mut cells)?,
        (None, None) => line.split(delimiter).for_each(|cell| cells.push(cell)),
        (Some(_), None) => return None,
    }
    if line.len() > CELL_BYTES_MAX && cells.iter().any(|cell| cell.len() > CELL_BYTES_MAX) {
        return None;
    }
    Some(RawRow { line: number, count: cells.len(), cells, is_ended: true, ..RawRow::default() })
}

/// Every cell of a line without quotes.
fn split_at(line: &str, delimiter: u8, cells: &mut Cells) {
    let mut begin = 0;
    for end in memchr::memchr_iter(delimiter, line.as_bytes()) {
        cells.push(&line[begin..end]);
        begin = end + 1;
    }
    cells.push(&line[begin..]);
}

/// Every cell of a line with quotes; none for a quote anywhere else than at the ends of a cell.
fn split_quoted(line: &str, delimiter: u8, cells: &mut Cells) -> Option<()> {
    let mut begin = 0;
    loop {
        let (cell, end) = cell_at(line, begin, delimiter)?;
        cells.push(cell);
        match line.as_bytes().get(end) {
            None => return Some(()),
            Some(byte) if *byte == delimiter => begin = end + 1,
            Some(_) => return None,
        }
    }
}

/// The cell that begins here, and where it ends, its quotes included.
fn cell_at(line: &str, begin: usize, delimiter: u8) -> Option<(&str, usize)> {
    let rest = &line.as_bytes()[begin..];
    if rest.first() == Some(&b'"') {
        let close = begin + 1 + memchr::memchr(b'"', &rest[1..])?;
        return Some((&line[begin + 1..close], close + 1));
    }
    let length = memchr::memchr2(delimiter, b'"', rest).unwrap_or(rest.len());
    (rest.get(length) != Some(&b'"')).then(|| (&line[begin..begin + length], begin + length))
}

#[cfg(test)]
mod tests;
