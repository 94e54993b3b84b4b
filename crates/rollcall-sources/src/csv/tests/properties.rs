//! Properties of every file: written rows are read back, cut files are refused, and no row is lost.

use super::{read_all, with_fields};
use crate::csv::read;
use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use proptest::collection::vec;
use proptest::prelude::*;
use rollcall_core::entry::Record;
use rollcall_core::fields::FieldName;

/// Texts that a spreadsheet might hold; without line breaks where `lines` is false.
fn cell(lines: bool) -> impl Strategy<Value = String> {
    let common = "[a-z,;|\"'= éł]{0,8}";
    if lines {
        prop_oneof![3 => common, 1 => "[a-z\"]{0,3}[\r\n]{1,3}[a-z\"]{1,3}"].boxed()
    } else {
        common.boxed()
    }
}

fn table() -> impl Strategy<Value = Vec<(String, [String; 2])>> {
    let row = (0u32..1000)
        .prop_flat_map(|key| (cell(true), cell(true)).prop_map(move |(a, b)| (format!("u{key}"), [a, b])));
    vec(row, 1..8)
}

fn written(table: &[(String, [String; 2])], delimiter: u8, is_crlf: bool, style: QuoteStyle) -> Vec<u8> {
    let terminator = if is_crlf { Terminator::CRLF } else { Terminator::Any(b'\n') };
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(terminator)
        .quote_style(style)
        .from_writer(Vec::new());
    writer.write_record(["email", "a", "b"]).expect("is written");
    for (key, [a, b]) in table {
        writer.write_record([key, a, b]).expect("is written");
    }
    writer.into_inner().expect("is written")
}

/// How many lines a text goes over, as an editor counts them.
fn breaks(text: &str) -> u64 {
    text.replace("\r\n", "\n").chars().filter(|c| matches!(c, '\r' | '\n')).count() as u64
}

/// Puts a quote before a cell, or takes its opening quote's partner away: the cell is open either way.
fn with_open_quote(file: &str, row: usize, column: usize) -> String {
    let lines = file.lines().enumerate().map(|(at, line)| {
        if at != row {
            return line.to_owned();
        }
        let (mut is_quoted, mut place) = (false, 0);
        let start = line.char_indices().find_map(|(byte, c)| {
            is_quoted ^= c == '"';
            place += usize::from(c == ',' && !is_quoted);
            (place == column).then_some(byte + 1)
        });
        let (before, cell) = line.split_at(start.expect("the row has the column"));
        match cell.strip_prefix('"') {
            // One quote more would make an empty cell with text after it; the closing one is what gets lost.
            Some(_) => format!("{before}{}", cell.replacen("\",", ",", 1)),
            None => format!("{before}\"{cell}"),
        }
    });
    lines.map(|line| line + "\n").collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_rows_are_read_back(
        table in table(),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t')],
        is_crlf: bool,
        style in prop_oneof![Just(QuoteStyle::Necessary), Just(QuoteStyle::Always)],
    ) {
        let file = written(&table, delimiter, is_crlf, style);
        let (mut rows, summary) = read_all(&with_fields(&["a", "b"]), &file).expect("is read");
        // A row with nothing but a key comes last.
        rows.sort_by_key(|row| row.record.line());
        prop_assert_eq!(summary.delimiter, char::from(delimiter));
        let mut line = 2;
        prop_assert_eq!(rows.len(), table.len());
        for (row, (key, values)) in rows.iter().zip(&table) {
            let Record::Entry(entry) = &row.record else { panic!("{row:?}") };
            prop_assert_eq!(entry.key.original(), key.as_str());
            prop_assert_eq!(entry.line, line);
            for (name, value) in ["a", "b"].into_iter().zip(values) {
                prop_assert_eq!(entry.fields.get(&FieldName::parse(name).unwrap()), value.trim());
            }
            line += 1 + values.iter().map(|value| breaks(value)).sum::<u64>();
        }
    }

    #[test]
    fn cut_files_are_refused(table in table(), delimiter in prop_oneof![Just(b','), Just(b';')], at: prop::sample::Index) {
        let file = written(&table, delimiter, true, QuoteStyle::Necessary);
        let cut = &file[..at.index(file.len())];
        let outcome = read(&with_fields(&["a", "b"]), cut, file.len() as u64, &mut |_| {});
        prop_assert!(outcome.is_err());
    }

    /// A quote is put before one cell, like a typing mistake. Every person in the file is then still named,
    /// or the file is refused.
    #[test]
    fn open_quote_hides_no_row(
        table in vec((cell(false), cell(false)), 1..8),
        row: prop::sample::Index,
        column in 1usize..3,
        is_quoted: bool,
    ) {
        let table: Vec<(String, [String; 2])> =
            table.into_iter().enumerate().map(|(at, (a, b))| (format!("u{at}"), [a, b])).collect();
        let style = if is_quoted { QuoteStyle::Always } else { QuoteStyle::Necessary };
        let file = String::from_utf8(written(&table, b',', false, style)).expect("is text");
        let broken = with_open_quote(&file, 1 + row.index(table.len()), column);
        if let Ok((rows, _)) = read_all(&with_fields(&["a", "b"]), broken.as_bytes()) {
            let keys: Vec<String> = rows.iter().map(|row| row.record.order().0.0.to_owned()).collect();
            for (key, _) in &table {
                prop_assert!(keys.contains(key), "{key} is lost from {keys:?} in\n{broken}");
            }
        }
    }

    #[test]
    fn no_bytes_cause_a_panic(bytes in vec(prop_oneof![4 => prop::sample::select(b"email,ab;\"\r\n\t|= ".to_vec()), 1 => any::<u8>()], 0..200)) {
        let mut file = b"email,a,b\n".to_vec();
        file.extend(&bytes);
        drop(read_all(&with_fields(&["a", "b"]), &file));
        drop(read_all(&with_fields(&["a", "b"]), &bytes));
    }
}
