//! The shape of a file: its encoding, its separator, where its headings are (rule 48).
//!
//! For files that nobody has described yet, above `text`, `delimiter` and `rows`. The reading of a run never guesses; what is
//! found here becomes a proposal that a person reads, or is compared with what the configuration says. Promises to read
//! the file once, in bounded memory.

use super::code_page::{Better, Words};
use super::delimiter::{self, CANDIDATES, LOOK_AHEAD_CHARS, rows_of};
use super::rows::{Header, Rows};
use super::text::{Char, HEAD_BYTES, Text, utf16_without_mark};
use super::unpack::with_bytes;
use super::utf8_watch::Utf8Watch;
use super::{kind, whole_line};
use crate::error::{DelimiterError, Error, FileError, FileKind};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};
use rollcall_config::{CsvEncoding, CsvSettings};
use std::io::{Read, Seek, SeekFrom};

/// How a file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How its bytes become text.
    pub encoding: CsvEncoding,
    /// Whether the configuration must name the encoding: the file is neither UTF-8 nor begins with a mark.
    pub needs_encoding: bool,
    /// What separates its columns.
    pub delimiter: char,
    /// Whether the configuration must name it: it is none of those that a run tries.
    pub needs_delimiter: bool,
    /// How many lines above the headings are to be skipped; 0 if only blank lines or a `sep=` line are there.
    pub skip_lines: u64,
    /// The line of the headings, from 1.
    pub headings_line: u64,
    /// The headings, trimmed.
    pub headings: Vec<String>,
    /// Whether the row below the headings is a second line of headings.
    pub second_headings: bool,
}

/// In how many rows the headings are looked for.
const ROWS_LOOKED_AT: usize = 40;

/// Delimiters that are found here only: a run reads a file with one of them if the configuration names it.
const RARE: [char; 4] = ['^', '~', '\u{1F}', '\u{1}'];

/// Finds the shape of a file of which nothing is known. `rank` says how well a row of headings is known: the best known row
/// is taken, whatever the others look like.
///
/// # Errors
/// When the file is empty, no text, packed in a way that is not read, or damaged.
pub fn find_shape(
    mut file: impl Read + Seek,
    bytes: u64,
    rank: &dyn Fn(&[String]) -> usize,
) -> Result<Shape, Error> {
    let (encoding, needs_encoding) = with_bytes(&mut file, bytes, |input, _| find_encoding(input))?;
    file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
    with_bytes(file, bytes, |input, _| {
        let mut text = Text::open(input, encoding, None)?;
        let stated = delimiter::sep_line(&mut text)?;
        let ahead = text.look_ahead(LOOK_AHEAD_CHARS)?;
        let candidates = stated.map_or_else(|| [&CANDIDATES[..], &RARE].concat(), |stated| vec![stated]);
        // The first of equals counts.
        let mut best: Option<(usize, usize, char, Table)> = None;
        for delimiter in candidates {
            let Some(table) = Table::find(&ahead, delimiter, rank) else { continue };
            let worth = (table.rank, table.cells);
            if best.as_ref().is_none_or(|(rank, cells, ..)| worth > (*rank, *cells)) {
                best = Some((worth.0, worth.1, delimiter, table));
            }
        }
        let (.., delimiter, table) = best.ok_or(Error::Empty)?;
        refuse_whole_lines(&ahead, delimiter, &table)?;
        // Lines are counted from 1.
        let skip_lines = if table.is_first { 0 } else { table.header.line.saturating_sub(1) };
        Ok(Shape {
            encoding,
            needs_encoding,
            delimiter,
            needs_delimiter: !CANDIDATES.contains(&delimiter),
            skip_lines,
            headings_line: table.header.line,
            headings: table.header.headings,
            second_headings: table.second_headings,
        })
    })
}

/// Refuses a file whose lines have no columns and were several.
fn refuse_whole_lines(ahead: &[Char], delimiter: char, table: &Table) -> Result<(), Error> {
    if let Some(line) = whole_line::fixed_width(ahead) {
        return Err(DelimiterError::FixedWidth { line }.into());
    }
    if kind::is_table_of_error(&table.header.headings.join(",").to_lowercase()) {
        return Err(FileError::NotCsv(FileKind::ServerError).into());
    }
    let line = table.header.line;
    if table.header.headings.len() == 1 && whole_line::is_quoted(&rows_of(ahead, delimiter)) {
        return Err(FileError::QuotedLines { line }.into());
    }
    Ok(())
}

/// The shape of a file that is read by these settings.
///
/// # Errors
/// As the reading itself: when the headings cannot be found.
pub fn shape_for(settings: &CsvSettings, file: impl Read + Seek, bytes: u64) -> Result<Shape, Error> {
    with_bytes(file, bytes, |input, expected| {
        let mut text = Text::open(input, settings.encoding, expected)?;
        let delimiter = delimiter::find(&mut text, settings)?;
        let encoding = CsvEncoding::parse(text.encoding()).unwrap_or(settings.encoding);
        let header = Rows::new(text, delimiter).header()?;
        Ok(Shape {
            encoding,
            needs_encoding: settings.encoding != CsvEncoding::UTF_8,
            delimiter,
            needs_delimiter: settings.delimiter.is_some(),
            skip_lines: settings.skip_lines,
            headings_line: header.line,
            headings: header.headings,
            second_headings: settings.second_headings,
        })
    })
}

/// The encoding of a text, and whether the configuration must name it.
fn find_encoding(input: &mut dyn Read) -> Result<(CsvEncoding, bool), Error> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut watch = Utf8Watch::new();
    let (mut words, mut has_escape, mut is_ascii) = (Words::default(), false, true);
    let mut chunk = vec![0; 64 * 1024];
    let mut is_first = true;
    loop {
        let count = match input.read(&mut chunk) {
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::Read(error)),
        };
        let bytes = &chunk[..count];
        if std::mem::take(&mut is_first) {
            let named = |encoding: &'static Encoding| {
                CsvEncoding::parse(encoding.name()).unwrap_or(CsvEncoding::UTF_8)
            };
            if let Some((marked, _)) = Encoding::for_bom(bytes) {
                return Ok((named(marked), false));
            }
            if let Some(found) = utf16_without_mark(bytes.get(..HEAD_BYTES).unwrap_or(bytes)) {
                return Ok((named(found), true));
            }
        }
        watch.see(bytes);
        words.see(bytes);
        // Japanese mail programs switch between alphabets with ESC, and use no byte beyond ASCII.
        has_escape |= memchr::memmem::find(bytes, b"\x1b$").is_some();
        is_ascii &= bytes.is_ascii();
        detector.feed(bytes, count == 0);
        if count == 0 {
            break;
        }
    }
    if is_ascii && has_escape {
        return Ok((CsvEncoding::parse(ISO_2022_JP.name()).unwrap_or(CsvEncoding::UTF_8), true));
    }
    // A zero byte in a cell is no sign of another encoding.
    if is_ascii || watch.letters().is_some() || watch.is_cut() {
        return Ok((CsvEncoding::UTF_8, false));
    }
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let guessed = match words.better_than(guessed) {
        Some(Better::Is(encoding)) => encoding,
        Some(Better::Unread) => return Err(FileError::CodePage.into()),
        None => guessed,
    };
    let encoding = CsvEncoding::parse(guessed.name()).unwrap_or(CsvEncoding::UTF_8);
    Ok((encoding, guessed != UTF_8))
}

/// What the beginning of a file is with one separator.
struct Table {
    header: Header,
    rank: usize,
    /// How many cells of the rows looked at are in rows as wide as the headings.
    cells: usize,
    /// Whether no row is above the headings.
    is_first: bool,
    second_headings: bool,
}

impl Table {
    fn find(ahead: &[Char], delimiter: char, rank: &dyn Fn(&[String]) -> usize) -> Option<Self> {
        let mut rows = rows_of(ahead, delimiter);
        rows.truncate(ROWS_LOOKED_AT);
        let best = rows.iter().map(|row| rank(&row.headings)).max().unwrap_or_default();
        let widths: Vec<usize> = rows.iter().map(|row| filled_width(&row.headings)).collect();
        let at = if best > 0 {
            rows.iter().position(|row| rank(&row.headings) == best)?
        } else {
            // The first row that is as wide as the widest, and has no empty heading within.
            let widest = widths.iter().copied().max()?;
            let is_whole = |row: &Header| row.headings.iter().take(widest).all(|heading| !heading.is_empty());
            (0..rows.len())
                .find(|at| widths[*at] == widest && is_whole(&rows[*at]))
                .or_else(|| widths.iter().position(|width| *width == widest))?
        };
        let width = rows[at].headings.len();
        let cells =
            rows.iter().skip(at).filter(|row| row.headings.len() == width).count() * width.saturating_sub(1);
        let second_headings =
            rows.get(at + 1).is_some_and(|row| is_second(&rows[at].headings, &row.headings));
        Some(Self { header: rows.swap_remove(at), rank: best, cells, is_first: at == 0, second_headings })
    }
}

/// How many cells there are up to the last one that is filled.
fn filled_width(cells: &[String]) -> usize {
    cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
}

/// Whether a row says its headings once more in other words, as the second line of `SuccessFactors` does.
fn is_second(headings: &[String], row: &[String]) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let pairs: Vec<(&String, &String)> =
        headings.iter().zip(row).filter(|(heading, cell)| !heading.is_empty() && !cell.is_empty()).collect();
    let is_same = |(heading, cell): &(&String, &String)| plain(heading) == plain(cell);
    // A digit is a person's, but for that of "Custom 01" below "CUSTOM01".
    let is_value = |cell: &str| cell.contains('@') || cell.chars().any(|c| c.is_ascii_digit());
    let has_value = pairs.iter().any(|pair| is_value(pair.1) && !is_same(pair));
    let same = pairs.iter().filter(|pair| is_same(pair)).count();
    let is_copy = pairs.iter().all(|(heading, cell)| heading == cell);
    // Headings that are repeated word by word are passed over anyway.
    !has_value && !is_copy && same >= 2 && same * 2 >= pairs.len()
}
