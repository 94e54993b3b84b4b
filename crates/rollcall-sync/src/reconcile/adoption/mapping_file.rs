//! The mapping file: which existing account belongs to which person of which source (rule 8).

use csv::{ReaderBuilder, StringRecord, Trim};
use rollcall_config::Config;
use rollcall_core::adoption::Adoption;
use rollcall_core::source::SourceName;
use rollcall_core::username::Username;
use std::collections::{BTreeMap, BTreeSet};

/// The names of the columns (rule 8).
const EXISTING: &str = "existing_username";
const NEW: &str = "new_username";
const SOURCE: &str = "source";

/// Reads a mapping file; answers with the lines of one source.
///
/// # Errors
/// The first mistake of the whole file, with its line, and what was expected.
pub(super) fn read(text: &str, config: &Config, of: &SourceName) -> Result<Vec<Adoption>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let columns = Columns::find(reader.headers().map_err(|error| error.to_string())?)?;
    let mut seen = Seen::default();
    let mut adoptions = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let line = row.position().map_or(0, csv::Position::line);
        let adoption = Adoption {
            line,
            existing: username(&row, columns.existing, EXISTING, line)?,
            new: username(&row, columns.new, NEW, line)?,
        };
        let source = row.get(columns.source).unwrap_or_default();
        let Some(source) = config.source(source) else {
            let known: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
            return Err(format!(
                "line {line}: there is no source {source:?} in the configuration; it has {}",
                known.join(", ")
            ));
        };
        seen.record(&adoption, &source.name)?;
        if source.name == *of {
            adoptions.push(adoption);
        }
    }
    Ok(adoptions)
}

/// The position of each column.
struct Columns {
    existing: usize,
    new: usize,
    source: usize,
}

impl Columns {
    fn find(headings: &StringRecord) -> Result<Self, String> {
        let find = |wanted: &str| {
            let at =
                headings.iter().position(|heading| heading.to_lowercase().replace([' ', '-'], "_") == wanted);
            // The error does not repeat the first line: without headings it would be a person.
            at.ok_or_else(|| {
                format!(
                    "line 1: the column {wanted} is missing among the {} that are there; the first line must name \
                     {EXISTING}, {NEW} and {SOURCE}",
                    headings.len()
                )
            })
        };
        Ok(Self { existing: find(EXISTING)?, new: find(NEW)?, source: find(SOURCE)? })
    }
}

fn username(row: &StringRecord, at: usize, column: &str, line: u64) -> Result<Username, String> {
    let text = row.get(at).unwrap_or_default();
    Username::parse(text).map_err(|error| format!("line {line}: the {column} {text:?} {error}"))
}

/// An account has one line, and so has a person of a source.
#[derive(Default)]
struct Seen {
    existing: BTreeMap<String, u64>,
    new: BTreeSet<(String, String)>,
}

impl Seen {
    fn record(&mut self, adoption: &Adoption, source: &SourceName) -> Result<(), String> {
        let line = adoption.line;
        if let Some(first) = self.existing.insert(adoption.existing.folded().to_owned(), line) {
            let name = adoption.existing.original();
            return Err(format!(
                "line {line}: the account {name:?} stands on line {first} as well; keep one of them"
            ));
        }
        if !self.new.insert((source.to_string(), adoption.new.folded().to_owned())) {
            let name = adoption.new.original();
            return Err(format!(
                "line {line}: {name:?} of source {source} stands in the file twice; keep one of them"
            ));
        }
        Ok(())
    }
}
