//! A `[[source]]` of kind `csv`: its file, how the file is read, and which columns become which fields.

use crate::column::read_template;
use crate::mapping;
use crate::mistake::Mistakes;
use crate::object::Objects;
use crate::section::{Section, nearest};
use crate::sources::{CsvEncoding, CsvSettings};
use crate::value::{Setting, quoted};
use crate::words;

/// Encodings by their usual names, for the message about one that is not known.
const ENCODINGS: [&str; 12] = [
    "utf-8",
    "utf-16le",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1254",
    "iso-8859-2",
    "iso-8859-15",
    "shift_jis",
    "gbk",
    "big5",
    "euc-kr",
];

/// More lines above the headings than any export has: a larger number is meant for something else.
const SKIP_LINES_MAX: u64 = 1000;

/// Reads the settings that follow the name and the kind. `None` if a needed setting is missing.
pub(crate) fn read(
    mut section: Section<'_>,
    objects: &mut Objects,
    mistakes: &mut Mistakes,
) -> Option<CsvSettings> {
    let object = section
        .required("object", "object = \"inbox/staff.csv\"", mistakes)
        .and_then(|setting| objects.read(&setting, mistakes));
    let match_field = section
        .required("match_field", "match_field = \"employee_id\"", mistakes)
        .and_then(|setting| read_template(&setting, mistakes));
    let immutable_id = section.optional("immutable_id").and_then(|setting| read_template(&setting, mistakes));
    let encoding = section.optional("encoding").and_then(|setting| read_encoding(&setting, mistakes));
    let delimiter = section.optional("delimiter").and_then(|setting| read_delimiter(&setting, mistakes));
    let skip_lines =
        section.optional("skip_lines").and_then(|setting| setting.whole_number(SKIP_LINES_MAX, mistakes));
    let second_headings = section.optional("second_headings").and_then(|setting| setting.truth(mistakes));
    let words = words::read(&mut section, mistakes);
    let mapping = mapping::read(&mut section, &words, mistakes);
    section.finish(mistakes);
    Some(CsvSettings {
        object: object?,
        match_field: match_field?,
        immutable_id,
        encoding: encoding.unwrap_or(CsvEncoding::UTF_8),
        delimiter,
        skip_lines: skip_lines.unwrap_or(0),
        second_headings: second_headings.unwrap_or(false),
        mapping,
    })
}

fn read_encoding(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<CsvEncoding> {
    let name = setting.text(mistakes)?;
    let known = CsvEncoding::parse(name);
    if known.is_none() {
        let expected =
            "`encoding` must be the name of an encoding, such as \"windows-1250\" or \"shift_jis\"";
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_lowercase();
        let other = |names: &[&str]| names.contains(&plain.as_str());
        let meant = match nearest(name, ENCODINGS.into_iter()) {
            _ if other(&["ansi", "excel", "windows", "western", "cp1252windows"]) => Some("windows-1252"),
            _ if other(&["utf16", "utf16bom", "unicode", "ucs2"]) => Some("utf-16le"),
            _ if other(&["utf8bom", "utf8sig", "utf8withbom"]) => Some("utf-8"),
            meant => meant,
        };
        let is_of_dos = other(&["oem", "dos", "msdos"])
            || ["cp", "ibm", "dos", "oem"].iter().any(|prefix| {
                matches!(
                    plain.strip_prefix(prefix),
                    Some("437" | "720" | "737" | "775" | "850" | "852" | "857" | "858" | "862")
                )
            });
        match meant {
            _ if is_of_dos => mistakes.add(
                setting.at,
                format!(
                    "`encoding` {} is one of DOS, which cannot be read; save the file as \"CSV UTF-8\"",
                    quoted(name)
                ),
            ),
            Some(meant) => mistakes.add(setting.at, format!("{expected}; did you mean \"{meant}\"?")),
            None => mistakes.add(
                setting.at,
                format!("{expected}; found {}; or save the file as \"CSV UTF-8\"", quoted(name)),
            ),
        }
    }
    known
}

/// One character that is not usual in a value.
fn read_delimiter(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<u8> {
    let text = match setting.value.as_str() {
        // Not read with `text`, which refuses blank texts: a tab is allowed here.
        Some(text) => text,
        None => setting.text(mistakes)?,
    };
    let delimiter = match text.as_bytes() {
        b"tab" | b"\t" => Some(b'\t'),
        [byte] if is_delimiter(*byte) => Some(*byte),
        _ => None,
    };
    if delimiter.is_none() {
        let expected = "must be one character such as \",\" or \";\", or \"tab\"";
        mistakes.add(setting.at, format!("`delimiter` {expected}; found {}", quoted(text)));
    }
    delimiter
}

/// Whether a character can separate columns: a sign, a space, a tab, or a control character that programs use for it.
#[must_use]
pub const fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii_punctuation() && byte != b'"' || matches!(byte, b' ' | b'\t' | 1..=8 | 14..=31)
}
