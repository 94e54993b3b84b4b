//! A row at once, where that is as good as one character after the other: a whole line without a quote.
//!
//! Beside the scanner, which reads every other row. Promises the row that the scanner would make of the line, or none.

use super::scanner::{CELL_BYTES_MAX, RawRow};

/// The row of this line, which is given without its end; none where the scanner has to read it.
pub(super) fn row_of(line: &str, number: u64, delimiter: char) -> Option<RawRow> {
    if memchr::memchr2(b'"', b'\r', line.as_bytes()).is_some() {
        return None;
    }
    let cells: Vec<String> = line.split(delimiter).map(str::to_owned).collect();
    if cells.iter().any(|cell| cell.len() > CELL_BYTES_MAX) {
        return None;
    }
    Some(RawRow { line: number, count: cells.len(), cells, is_ended: true, ..RawRow::default() })
}

#[cfg(test)]
mod tests;
