//! With whole lines or without: the same rows, the same lines, the same errors, wherever a piece of the text ends.

use crate::csv::rows::Rows;
use crate::csv::scanner::{RawRow, Scanner};
use crate::csv::text::Text;
use proptest::prelude::*;
use rollcall_config::CsvEncoding;

/// The plain twin: every character through the scanner.
fn by_characters(bytes: &[u8], delimiter: char) -> (Vec<RawRow>, Option<String>) {
    let mut text = Text::open(bytes, CsvEncoding::parse("utf-8").unwrap(), Some(bytes.len() as u64)).unwrap();
    let (mut scanner, mut rows) = (Scanner::new(delimiter), Vec::new());
    loop {
        let (row, is_end) = match text.next() {
            Ok(Some(c)) => (scanner.push(c), false),
            Ok(None) => (scanner.finish(), true),
            Err(error) => return (rows, Some(error.to_string())),
        };
        match row {
            Ok(row) => rows.extend(row.filter(|row| !row.is_blank())),
            Err(open) => return (rows, Some(format!("{:?}", open.0))),
        }
        if is_end {
            return (rows, None);
        }
    }
}

fn by_lines(bytes: &[u8], delimiter: char) -> (Vec<RawRow>, bool) {
    let text = Text::open(bytes, CsvEncoding::parse("utf-8").unwrap(), Some(bytes.len() as u64)).unwrap();
    let (mut reader, mut rows) = (Rows::new(text, delimiter), Vec::new());
    loop {
        match reader.next() {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => return (rows, false),
            Err(_) => return (rows, true),
        }
    }
}

fn check(bytes: &[u8], delimiter: char) {
    let (expected, error) = by_characters(bytes, delimiter);
    assert_eq!(
        by_lines(bytes, delimiter),
        (expected, error.is_some()),
        "{:?}",
        String::from_utf8_lossy(bytes)
    );
}

proptest! {
    #[test]
    fn lines_are_what_their_characters_are(
        lines in prop::collection::vec("[ab,;ü \"\u{7f}]{0,12}|[a-z0-9,@.]{0,90}|((\"[a,;ü ]{0,3}\"|[a ü]{0,3})[,;ü]){0,6}(\"[a,;ü]{0,3}\")?", 0..60),
        ends in prop::collection::vec(prop::sample::select(vec!["\n", "\n", "\r\n", "\r", "\n\n", ""]), 60),
        delimiter in prop::sample::select(vec![',', ';', 'ü']),
    ) {
        let text: String = lines.iter().zip(&ends).flat_map(|(line, end)| [line.as_str(), *end]).collect();
        check(text.as_bytes(), delimiter);
    }

    #[test]
    fn damaged_bytes_end_both(before in "[a-z,\n]{0,1200}", after in "[a-z,\n]{0,20}") {
        let bytes = [before.as_bytes(), b"\xff", after.as_bytes()].concat();
        check(&bytes, ',');
    }
}

#[test]
fn long_cells_and_long_lines_are_left_to_the_scanner() {
    let cell = "x".repeat(5000);
    let many = "ab,".repeat(40_000);
    check(format!("a,b\n{cell},c\nd,e\n{many}\nf,g\n").as_bytes(), ',');
}
