//! From a file to a configuration: the front door of `rollcall init` (rule 48).
//!
//! A known export is described by its settings in `exports`; here each is held against the file at hand. Promises that what
//! comes out is read without a mistake, and that a setting whose column nobody has is left out, with the reason.

use crate::changes::{self, Suspicion};
use crate::export::{Export, Roles, recognise};
use crate::finding::Weight;
use crate::gone_marks::is_of_marks;
use crate::line::{self, Line, Value, Words};
use crate::profile::{Column, Profile};
use crate::refused::Refused;
use crate::senses::sense_of;
use crate::settings::Settings;
use crate::trial::try_file;
use crate::unasked::{self, Hint};
use crate::unasked_days::{self, Seen};
use crate::{
    EXPORTS, conditions, days, guess, headings, leavers, repeated, status_guess, turned, usual_headings,
    write,
};
use rollcall_config::{Config, CsvSettings, SourceSettings};
use rollcall_core::fold::fold;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_sources::Error;
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

/// Writes a configuration for a file. `file_name` is only mentioned. `now` decides who has started and who has left.
///
/// # Errors
/// When the file cannot be read as a table, has nobody in it, or has only what has changed.
pub fn propose(
    file: &mut (impl Read + Seek),
    bytes: u64,
    source: &SourceName,
    file_name: &str,
    now: Timestamp,
) -> Result<Proposal, Refused> {
    let exports: &'static [&'static Export] = &EXPORTS;
    let shape = headings::shape_of(file, bytes, exports)?;
    let all = Profile::of(&mut *file, bytes, shape, None)?;
    let profile = of_people(file, bytes, source, all)?;
    if profile.rows == 0 {
        return Err(Error::NoRows { line: profile.shape.headings_line }.into());
    }
    let change = profile.change_column();
    if let Some((heading, Suspicion::Sure)) = change {
        return Err(Refused::Changes { heading: heading.to_owned() });
    }
    let known = recognise(exports, &profile.shape.headings);
    if known.is_none() && looks_like_a_person(&profile.shape.headings) {
        return Err(Refused::NoHeadings { line: profile.shape.headings_line });
    }
    turned::refuse(&profile)?;
    let (export, mut settings) = described(known, &profile);
    let unused = profile.columns.iter().filter(|column| !settings.uses(&column.heading));
    let no_people = unused.filter(|column| unasked::has_no_people(&column.heading, &column.words));
    let no_people: Vec<String> = no_people.map(|column| Hint::NoPeople.told(&column.heading)).collect();
    settings.notes.extend(no_people);
    let days = days_that_nothing_asks(&profile, &settings, now);
    settings.notes.extend(days);
    if let Some((heading, Suspicion::Doubtful)) = change {
        settings
            .notes
            .push(format!("{heading:?} looks like the column of a file of changes; {}", changes::CURE));
    }
    let written = |settings: &Settings| write::text(source, file_name, export, settings, &profile);
    settings.keep(&|settings| parsed(&written(settings)).is_some());
    if !settings.has("match_field") {
        return Err(Refused::NoKey { line: profile.shape.headings_line });
    }
    repeated::join(&profile, &mut settings, &mut |settings| {
        repeated::doubled(&parsed(&written(settings))?, file, bytes, now)
    });
    if let Some(csv) = parsed(&written(&settings)) {
        leavers::add_condition(&csv, &profile, &mut settings);
    }
    // What would be refused by `check --file` is better said at once.
    if let Some(csv) = parsed(&written(&settings)) {
        file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
        let findings = try_file(&csv, file, bytes, now)?.findings.into_iter();
        let wrong = findings.filter(|finding| finding.weight == Weight::Wrong || is_of_marks(finding));
        settings.notes.extend(wrong.map(|finding| format!("{}; {}", finding.what, finding.cure)));
    }
    let text = written(&settings);
    Ok(Proposal { text, export, notes: settings.notes, rows: profile.rows })
}

/// What is said of columns of days that are not used, and of which nothing has been said.
fn days_that_nothing_asks(profile: &Profile, settings: &Settings, now: Timestamp) -> Vec<String> {
    let unused = profile
        .columns
        .iter()
        .filter(|column| !settings.uses(&column.heading) && !settings.mentions(&column.heading));
    let hints = unused.filter_map(|column| {
        let Column { heading, words, filled, .. } = column;
        let seen = Seen { heading, words, filled: *filled, rows: profile.rows };
        unasked_days::hint(&seen, &|setting| settings.has(setting), now)
    });
    hints.map(|(_, what)| what).collect()
}

/// The settings of a known export, or those that are guessed.
fn described(
    known: Option<(&'static Export, Roles)>,
    profile: &Profile,
) -> (Option<&'static Export>, Settings) {
    match known {
        Some((export, roles)) => (Some(export), of_export(export, &roles, profile)),
        None => (None, guess::settings(profile)),
    }
}

/// The profile without the rows that a run passes over, once it is known which column is the key: a total below the list, or
/// a line of what is required, has no status and no date.
fn of_people(
    file: &mut (impl Read + Seek),
    bytes: u64,
    source: &SourceName,
    all: Profile,
) -> Result<Profile, Error> {
    let (export, mut settings) = described(recognise(&EXPORTS, &all.shape.headings), &all);
    let written = |settings: &Settings| write::text(source, "", export, settings, &all);
    settings.keep(&|settings| parsed(&written(settings)).is_some());
    let Some(csv) = parsed(&written(&settings)) else { return Ok(all) };
    file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
    let people = Profile::of(file, bytes, all.shape.clone(), Some(&csv))?;
    Ok(if people.rows == 0 { all } else { people })
}

/// The settings of the one source of a configuration.
fn parsed(text: &str) -> Option<CsvSettings> {
    match Config::parse(text).ok()?.sources.pop()?.settings {
        SourceSettings::Csv(settings) => Some(settings),
        SourceSettings::Ldap(_) | SourceSettings::Entra(_) | SourceSettings::Okta(_) => None,
    }
}

/// Whether a row of headings begins with a person instead: an address, a number or a date is no heading.
fn looks_like_a_person(headings: &[String]) -> bool {
    let is_address = |heading: &String| heading.contains('@') && heading.contains('.');
    let is_number = |heading: &String| {
        heading.chars().any(|c| c.is_ascii_digit()) && !heading.chars().any(char::is_alphabetic)
    };
    headings.iter().any(is_address)
        || headings.iter().any(is_number) && !headings.iter().any(|heading| usual_headings::has(heading))
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
            conditions::add(line, roles, profile, &mut settings);
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
    if !settings.has("active") {
        status_guess::add_account_control(profile, &mut settings);
    }
    // A company names its columns: a status or a day that the description does not know says who is there all the same.
    guess::add_presence(profile, &mut settings);
    if !settings.has("active") {
        add_empty_status(export, roles, profile, &mut settings);
    }
    for name in ["match_field", "display_name"] {
        if !settings.has(name) {
            let guessed = guess::settings(profile);
            settings.all.extend(guessed.all.into_iter().filter(|setting| setting.name == name));
        }
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
        Value::Date(_) => days::add_known(line.setting, &first, line.why, profile, settings),
        Value::Condition(_) | Value::Without(..) => {}
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

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
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
    let known = |words: &Words| {
        let column = roles.get(words.role).and_then(|heading| profile.column(heading));
        let (mut yes, mut no) = (owned(words.yes), owned(words.no));
        let Some(column) = column.filter(|_| words.otherwise.is_none()) else { return (yes, no) };
        // A company may have states of its own. What they say in the usual languages is known all the same.
        let is_known = |word: &str| words.yes.iter().chain(words.no).any(|known| fold(known) == fold(word));
        for (word, _) in column.words.iter().filter(|(word, _)| !is_known(word)) {
            match sense_of(&column.heading, word) {
                Some(true) => yes.push(word.clone()),
                Some(false) => no.push(word.clone()),
                None => {}
            }
        }
        (yes, no)
    };
    let Some(value) = line::status(words, roles, &known) else { return };
    for words in words.iter().filter(|words| words.otherwise.is_none()) {
        let Some(column) = roles.get(words.role).and_then(|heading| profile.column(heading)) else {
            continue;
        };
        let (yes, no) = known(words);
        let is_known = |word: &str| yes.iter().chain(&no).any(|known| fold(known) == fold(word));
        let unknown = column.words.iter().map(|(word, _)| word.as_str()).filter(|word| !is_known(word));
        let unknown: Vec<&str> = unknown.take(6).collect();
        if !unknown.is_empty() {
            settings.note_unknown(&column.heading, &unknown);
        }
    }
    settings.add("active", value, line.why);
}

/// The status of a known export that is empty for everybody: exported in another way it would say who is blocked. It is asked
/// all the same, so that nobody gets a seat until it is filled.
fn add_empty_status(export: &Export, roles: &Roles, profile: &Profile, settings: &mut Settings) {
    let empty = |role: &str| {
        let column = profile.column(roles.get(role)?)?;
        (column.filled == 0).then_some(column)
    };
    let words = export.lines.iter().filter_map(|line| match line.value {
        Value::Status(words) => Some((line, words)),
        Value::Text(_) | Value::Date(_) | Value::Condition(_) | Value::Without(..) => None,
    });
    let mut found = words.filter_map(|(line, words)| Some((line, words, empty(words.first()?.role)?)));
    let Some((line, words, column)) = found.next() else { return };
    let Some(value) = line::status(words, roles, &|words| (owned(words.yes), owned(words.no))) else {
        return;
    };
    settings.notes.push(format!(
        "{:?} is empty for everybody, so that nobody can say who is disabled or has left: export the file again with this column \
         filled (Get-MgUser needs -Property, for one); until then every row is rejected and nobody gets a seat",
        column.heading
    ));
    settings.add("active", value, line.why);
}
