//! From a file to a configuration: the front door of `rollcall init` (rule 48).
//!
//! A known export is described by its settings in `exports`; here each is held against the file at hand. Promises that what
//! comes out is read without a mistake, and that a setting whose column nobody has is left out, with the reason.

use crate::export::{Export, Roles, rank, recognise};
use crate::line::{self, Line, Value, Words};
use crate::profile::Profile;
use crate::trial::Refused;
use crate::{EXPORTS, dates, guess, write};
use rollcall_core::fold::fold;
use rollcall_core::source::SourceName;
use rollcall_sources::csv::find_shape;
use std::io::{Read, Seek, SeekFrom};

/// A configuration for a file, and what it rests on.
#[derive(Debug)]
pub struct Proposal {
    /// The text of a `rollcall.toml`.
    pub text: String,
    /// Which export the file was recognised as.
    pub export: Option<&'static Export>,
    /// What a person should look at, in sentences.
    pub notes: Vec<String>,
    /// How many rows the file has.
    pub rows: u64,
}

/// A setting that is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposed {
    pub(crate) name: String,
    /// Its value as TOML.
    pub(crate) value: String,
    pub(crate) why: String,
}

/// What is proposed for a file.
#[derive(Default)]
pub(crate) struct Settings {
    /// Settings of the source and of its mapping, in the order in which they are written.
    pub(crate) all: Vec<Proposed>,
    pub(crate) notes: Vec<String>,
}

impl Settings {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all.iter().any(|setting| setting.name == name)
    }

    pub(crate) fn add(&mut self, name: &str, value: String, why: impl Into<String>) {
        self.all.push(Proposed { name: name.to_owned(), value, why: why.into() });
    }
}

/// Writes a configuration for a file. `file_name` is only mentioned.
///
/// # Errors
/// When the file cannot be read as a table, or has nobody in it.
pub fn propose(
    file: &mut (impl Read + Seek),
    bytes: u64,
    source: &SourceName,
    file_name: &str,
) -> Result<Proposal, Refused> {
    let exports: &'static [&'static Export] = &EXPORTS;
    let shape =
        find_shape(&mut *file, bytes, &|headings| rank(exports, headings)).map_err(Refused::of_file)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| Refused::of_file(rollcall_sources::Error::Read(error)))?;
    let profile = Profile::of(&mut *file, bytes, shape).map_err(Refused::of_file)?;
    if profile.rows == 0 {
        let line = profile.shape.headings_line;
        return Err(Refused::of_file(rollcall_sources::Error::NoRows { line }));
    }
    let known = recognise(exports, &profile.shape.headings);
    let (export, settings) = match known {
        Some((export, roles)) => (Some(export), of_export(export, &roles, &profile)),
        None => (None, guess::settings(&profile)),
    };
    let text = write::text(source, file_name, export, &settings, &profile);
    Ok(Proposal { text, export, notes: settings.notes, rows: profile.rows })
}

/// The settings of a known export that the file at hand has columns for.
fn of_export(export: &Export, roles: &Roles, profile: &Profile) -> Settings {
    let mut settings = Settings::default();
    for line in export.lines {
        let is_condition = line.setting == "where";
        if !is_condition && settings.has(line.setting) {
            continue;
        }
        if is_condition {
            add_condition(line, roles, profile, &mut settings);
            continue;
        }
        // A better line of the same setting may follow, one whose columns are filled for everybody.
        let is_last =
            !export.lines.iter().skip_while(|other| !std::ptr::eq(*other, line)).skip(1).any(|other| {
                other.setting == line.setting
                    && other.roles().iter().all(|role| roles.contains_key(role.as_str()))
            });
        let Some(percent) = percent_of(line, roles, profile) else { continue };
        if percent < FULL_PERCENT && !is_last && line.setting == "display_name" {
            continue;
        }
        add_line(line, percent, roles, profile, &mut settings);
    }
    if !settings.has("match_field") {
        let guessed = guess::settings(profile);
        settings.all.extend(guessed.all.into_iter().filter(|setting| setting.name == "match_field"));
    }
    settings
}

/// A column of which less is filled is not there for everybody.
const FULL_PERCENT: u64 = 95;
/// A key that fewer have is no key.
const KEY_PERCENT: u64 = 75;

/// How many rows in a hundred have a value for a line; `None` if a column is not there.
fn percent_of(line: &Line, roles: &Roles, profile: &Profile) -> Option<u64> {
    let columns = line.roles();
    let percents: Option<Vec<u64>> = columns
        .iter()
        .map(|role| Some(profile.column(roles.get(role.as_str())?)?.percent(profile.rows)))
        .collect();
    percents?.into_iter().max()
}

fn add_line(line: &Line, percent: u64, roles: &Roles, profile: &Profile, settings: &mut Settings) {
    let first = line.roles().first().and_then(|role| roles.get(role.as_str())).cloned().unwrap_or_default();
    let column = profile.column(&first);
    match &line.value {
        Value::Text(text) => {
            let Some(made) = line::template(text, roles) else { return };
            if percent == 0 {
                settings
                    .notes
                    .push(format!("nobody has a value in {first:?}, so `{}` is left out", line.setting));
                return;
            }
            let is_key = line.setting == "match_field";
            if is_key && percent < KEY_PERCENT {
                settings.notes.push(format!(
                    "{first:?} is filled in only {percent} % of the rows, so it is not the key"
                ));
                return;
            }
            let is_shared = column.is_some_and(|column| !column.is_unique());
            if line.setting == "immutable_id" && (is_shared || percent < KEY_PERCENT) {
                settings.notes.push(format!(
                    "{first:?} is not filled or not different for everybody, so it is no immutable id"
                ));
                return;
            }
            settings.add(line.setting, line::toml_text(&made), with_fill(line.why, percent));
        }
        Value::Status(words) => add_status(line, words, roles, profile, settings),
        Value::Date(_) => add_date(line, &first, profile, settings),
        Value::Condition(_) => {}
    }
}

fn with_fill(why: &str, percent: u64) -> String {
    if percent >= 100 {
        why.to_owned()
    } else if why.is_empty() {
        format!("filled in {percent} % of the rows")
    } else {
        format!("{why}; filled in {percent} % of the rows")
    }
}

fn add_status(line: &Line, words: &[Words], roles: &Roles, profile: &Profile, settings: &mut Settings) {
    let Some(first) = words.first() else { return };
    let has_value = roles
        .get(first.role)
        .and_then(|heading| profile.column(heading))
        .is_some_and(|column| column.filled > 0);
    if !has_value && first.empty.is_none() {
        return;
    }
    let Some(value) = line::status(words, roles) else { return };
    for words in words.iter().filter(|words| words.otherwise.is_none()) {
        let Some(column) = roles.get(words.role).and_then(|heading| profile.column(heading)) else {
            continue;
        };
        let is_known = |word: &str| words.yes.iter().chain(words.no).any(|known| fold(known) == fold(word));
        let unknown: Vec<String> = column
            .words
            .iter()
            .filter(|(word, _)| !is_known(word))
            .take(6)
            .map(|(word, _)| format!("{word:?}"))
            .collect();
        if !unknown.is_empty() {
            let (heading, list) = (&column.heading, unknown.join(", "));
            settings.notes.push(format!(
                "{heading:?} also has {list}: add each word to `true` or to `false` of `active`; until then such a row is \
                 rejected and changes nobody"
            ));
        }
    }
    settings.add("active", value, line.why);
}

/// The date of a column, in the format that all its values have.
fn add_date(line: &Line, heading: &str, profile: &Profile, settings: &mut Settings) {
    let Some(column) = profile.column(heading) else { return };
    if column.filled == 0 && line.setting == "starts" {
        return;
    }
    add_date_of(line.setting, heading, line.why, profile, settings);
}

/// The same for any column.
pub(crate) fn add_date_of(
    setting: &str,
    heading: &str,
    why: &str,
    profile: &Profile,
    settings: &mut Settings,
) {
    let Some(column) = profile.column(heading) else { return };
    // A column of which nobody has a value yet is written as the other dates of the file are.
    let other = settings.all.iter().find(|other| other.name == "starts" || other.name == "ends");
    let other =
        other.filter(|_| column.words.is_empty()).and_then(|other| other.value.split("format = ").nth(1));
    let (format, also) = match other {
        Some(rest) => (rest.trim_matches([' ', '}', '"']).to_owned(), None),
        None => match dates::format_of(column, profile) {
            Some(found) => (found.format.to_owned(), found.also),
            None => {
                settings.notes.push(format!(
                    "the dates in {heading:?} are written in no way that is known, so `{setting}` is left out; say their \
                     format yourself: {setting} = {{ from = {heading:?}, format = \"dd.mm.yyyy\" }}"
                ));
                return;
            }
        },
    };
    if let Some(also) = also {
        settings.notes.push(format!(
            "the dates in {heading:?} can be read as {format} and as {also}; {format} is written: look at it"
        ));
    }
    let from = line::toml_text(&rollcall_config::Template::column(heading.to_owned()).to_string());
    settings.add(setting, format!("{{ from = {from}, format = {} }}", line::toml_text(&format)), why);
}

fn add_condition(line: &Line, roles: &Roles, profile: &Profile, settings: &mut Settings) {
    let Value::Condition(text) = line.value else { return };
    let Some(condition) = line::condition(text, roles) else { return };
    let heading = line.roles().first().and_then(|role| roles.get(role.as_str())).cloned().unwrap_or_default();
    let Some(column) = profile.column(&heading) else { return };
    // Where it would leave nobody, the column means something else in this file.
    let everybody: u64 = profile.rows;
    if let Some(word) = text.split(" != ").nth(1)
        && column.words.iter().any(|(found, number)| fold(found) == fold(word) && *number == everybody)
    {
        settings.notes.push(format!("everybody is {word:?} in {heading:?}, so that keeps nobody out"));
        return;
    }
    settings.add("where", line::toml_text(&condition), line.why);
}
