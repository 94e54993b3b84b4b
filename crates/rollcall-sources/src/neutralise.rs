//! Makes a cell safe for a spreadsheet, which would run a text that begins like a formula.
//!
//! Used by everything that writes CSV for people (rejected rows, the audit export), never for data that is read back.

use std::borrow::Cow;

/// A cell that is safe in a spreadsheet: a text that begins like a formula gets an apostrophe before it.
///
/// The beginnings are OWASP's ("CSV injection": `=`, `+`, `-`, `@`, tab, CR, LF) and the full-width forms that Excel
/// takes for the same. The caller quotes the cell.
#[must_use]
pub fn neutralise(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::neutralise;

    #[test]
    fn only_beginnings_of_formulas_are_changed() {
        for cell in ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]
        {
            assert_eq!(neutralise(cell), format!("'{cell}"));
        }
        for cell in ["", "Ada", "a=b", "1-2", "'=1", " "] {
            assert_eq!(neutralise(cell), cell);
        }
    }
}
