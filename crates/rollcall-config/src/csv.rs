//! A `[[source]]` of kind `csv`: its file, how the file is read, and which columns become which fields.

use crate::column::read_template;
use crate::mapping;
use crate::mistake::Mistakes;
use crate::object::Objects;
use crate::section::{Section, nearest};
use crate::sources::{CsvEncoding, CsvSettings};
use crate::value::{Setting, quoted};
use crate::words;

/// The encodings by their usual names.
const ENCODINGS: [(&str, CsvEncoding); 2] =
    [("utf-8", CsvEncoding::Utf8), ("windows-1252", CsvEncoding::Windows1252)];

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
    let words = words::read(&mut section, mistakes);
    let mapping = mapping::read(&mut section, &words, mistakes);
    section.finish(mistakes);
    Some(CsvSettings {
        object: object?,
        match_field: match_field?,
        immutable_id,
        encoding: encoding.unwrap_or(CsvEncoding::Utf8),
        delimiter,
        mapping,
    })
}

fn read_encoding(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<CsvEncoding> {
    let name = setting.text(mistakes)?;
    if let Some((_, encoding)) = ENCODINGS.iter().find(|(known, _)| *known == name) {
        return Some(*encoding);
    }
    let expected = "`encoding` must be \"utf-8\" or \"windows-1252\"";
    match nearest(name, ENCODINGS.iter().map(|(known, _)| *known)) {
        Some(meant) => mistakes.add(setting.at, format!("{expected}; did you mean \"{meant}\"?")),
        None => mistakes.add(setting.at, format!("{expected}; found {}", quoted(name))),
    }
    None
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
        [byte] if byte.is_ascii_punctuation() && *byte != b'"' || *byte == b' ' => Some(*byte),
        _ => None,
    };
    if delimiter.is_none() {
        let expected = "must be one character such as \",\" or \";\", or \"tab\"";
        mistakes.add(setting.at, format!("`delimiter` {expected}; found {}", quoted(text)));
    }
    delimiter
}
