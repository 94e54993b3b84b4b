//! Settings for a file that is no known export: by the words of its headings, how many cells are filled, and how many differ.
//!
//! Above `profile` and `words`. Promises that each setting says what it rests on; what is doubtful is a note for the person.

use crate::line::{status_table, toml_text};
use crate::profile::{Column, Profile};
use crate::propose::add_date_of;
use crate::settings::Settings;
use crate::usual_headings::{
    DEPARTMENTS, DISPLAY, EMAILS, ENDS, FAMILY, GIVEN, GUIDS, IDS, STARTS, STATUSES, TITLES, USERNAMES,
};
use crate::words::{plain, sense_of, unbracketed};
use rollcall_config::{Template, is_opposite, truth_of};
use rollcall_core::fold::fold;

/// A status has no more words than this.
const STATUS_WORDS_MAX: usize = 12;
/// A key must be filled in so many rows of a hundred.
const KEY_PERCENT: u64 = 95;

/// The settings for a file.
pub(crate) fn settings(profile: &Profile) -> Settings {
    let mut settings = Settings::default();
    let find = |names: &[&str]| find(profile, names);
    let (username, email) = (find(USERNAMES), find(EMAILS));
    add_key(profile, &mut settings);
    if let Some(column) =
        find(GUIDS).filter(|column| column.is_unique() && column.percent(profile.rows) >= KEY_PERCENT)
        && !settings.all.iter().any(|key| key.value == quoted(&column.heading))
    {
        settings.add(
            "immutable_id",
            quoted(&column.heading),
            why("its heading names an id that does not change", column, profile),
        );
    }
    if let Some(column) = username.or(email) {
        settings.add("username", quoted(&column.heading), why("its heading", column, profile));
    }
    add_status(profile, &mut settings);
    for (name, names, reason) in [
        ("starts", STARTS, "its heading; before that day a person has an account without a seat"),
        ("ends", ENDS, "its heading; the last day counts as a whole"),
    ] {
        if let Some(column) = find(names) {
            add_date_of(name, &column.heading, reason, profile, &mut settings);
        }
    }
    let (given, family, display) = (find(GIVEN), find(FAMILY), find(DISPLAY));
    for (name, column) in [("email", email), ("display_name", display)] {
        if let Some(column) = column {
            settings.add(name, quoted(&column.heading), why("its heading", column, profile));
        }
    }
    if let (None, Some(given), Some(family)) = (display, given, family) {
        let template: Option<Template> = "{given} {family}".parse().ok();
        let made = template.and_then(|template: Template| {
            let heading = |role: &String| {
                Ok::<_, ()>(if role == "given" { &given.heading } else { &family.heading }.clone())
            };
            template.resolve(&mut |role| heading(role)).ok()
        });
        if let Some(made) = made {
            settings.add("display_name", toml_text(&made.to_string()), "made of two columns");
        }
    }
    for (name, column) in [
        ("given_name", given),
        ("family_name", family),
        ("department", find(DEPARTMENTS)),
        ("title", find(TITLES)),
    ] {
        if let Some(column) = column {
            settings.add(name, quoted(&column.heading), why("its heading", column, profile));
        }
    }
    settings
}

fn quoted(heading: &str) -> String {
    toml_text(&Template::column(heading.to_owned()).to_string())
}

fn why(reason: &str, column: &Column, profile: &Profile) -> String {
    let percent = column.percent(profile.rows);
    let fill = if percent >= 100 {
        String::from("filled in every row")
    } else {
        format!("filled in {percent} % of the rows")
    };
    let unique = if column.is_unique() { ", and everybody's is different" } else { "" };
    format!("{reason}; {fill}{unique}")
}

/// The filled column with one of these headings; the first name counts most. No column has a heading twice.
fn find<'p>(profile: &'p Profile, names: &[&str]) -> Option<&'p Column> {
    names.iter().find_map(|name| {
        let is_it = |column: &&Column| {
            let heading = &column.heading;
            column.filled > 0 && (plain(heading) == *name || plain(unbracketed(heading)) == *name)
        };
        let mut found = profile.columns.iter().filter(is_it);
        found.next().filter(|_| found.next().is_none())
    })
}

/// The key: what is filled in every row and different everywhere, by the best heading.
fn add_key(profile: &Profile, settings: &mut Settings) {
    let rows = profile.rows;
    let candidates = [IDS, GUIDS, USERNAMES, EMAILS];
    let named: Vec<&Column> =
        candidates.iter().flat_map(|names| names.iter().filter_map(|name| find(profile, &[name]))).collect();
    let is_key = |column: &&Column| column.is_unique() && column.percent(rows) >= KEY_PERCENT;
    for column in named.iter().take_while(|column| !is_key(column)) {
        let percent = column.percent(rows);
        let what = if percent < KEY_PERCENT {
            format!("is empty in {} of {rows} rows", rows - column.filled)
        } else {
            format!("has {} different values in {} rows", column.distinct, column.compared)
        };
        settings.notes.push(format!("{:?} {what}: it is not the key", column.heading));
    }
    if let Some(column) = named.iter().copied().find(|column| is_key(column)) {
        settings.add("match_field", quoted(&column.heading), why("the key", column, profile));
        return;
    }
    // What has no heading, or another's, cannot be named.
    let is_nameable = |column: &&Column| {
        !plain(&column.heading).is_empty()
            && profile.columns.iter().filter(|other| fold(&other.heading) == fold(&column.heading)).count()
                == 1
    };
    let nameable = || profile.columns.iter().filter(is_nameable);
    let best = nameable().find(is_key).or_else(|| {
        let worth = |column: &&Column| (column.distinct.min(column.filled), column.filled);
        named.iter().copied().max_by_key(worth).or_else(|| nameable().max_by_key(worth))
    });
    if let Some(column) = best {
        settings.notes.push(format!(
            "no column with a heading such as \"employee id\" is filled and different in every row; {:?} is taken as the key: \
             check that it tells people apart and stays the same",
            column.heading
        ));
        settings.add("match_field", quoted(&column.heading), why("the best there is", column, profile));
    }
}

/// The status columns: those whose words all say who is there, by themselves or by their heading.
fn add_status(profile: &Profile, settings: &mut Settings) {
    let mut tables = Vec::new();
    let mut headings = Vec::new();
    for column in &profile.columns {
        let is_named = STATUSES.contains(&plain(unbracketed(&column.heading)).as_str());
        if !(is_named || is_opposite(&column.heading) || crate::words::says_active(&column.heading)) {
            continue;
        }
        if column.filled == 0 || column.has_more_words || column.words.len() > STATUS_WORDS_MAX {
            continue;
        }
        let words: Vec<&str> = column.words.iter().map(|(word, _)| word.as_str()).collect();
        let senses: Vec<(&str, Option<bool>)> = words
            .iter()
            // Below "Status" a plain yes is a yes.
            .map(|word| {
                (*word, sense_of(&column.heading, word).or_else(|| truth_of(word).filter(|_| is_named)))
            })
            .collect();
        let is = |wanted: Option<bool>| -> Vec<&str> {
            senses.iter().filter(|(_, sense)| *sense == wanted).map(|(word, _)| *word).collect()
        };
        let (yes, no, unknown) = (is(Some(true)), is(Some(false)), is(None));
        let listed =
            |words: &[&str]| words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        if yes.is_empty() && no.is_empty() || unknown.len() > yes.len() + no.len() {
            if is_named {
                // Its words are not repeated: the column is not named by what is written.
                settings.notes.push(format!(
                    "{:?} looks like a status, but most of its words are not known; say what they mean: active = {{ column = \
                     {}, true = [...], false = [...] }}",
                    column.heading,
                    quoted(&column.heading)
                ));
            }
            continue;
        }
        if !unknown.is_empty() {
            settings.notes.push(format!(
                "{:?} also has {}: add each word to `true` or to `false` of `active`; until then such a row is rejected and \
                 changes nobody",
                column.heading, listed(&unknown)
            ));
        }
        tables.push(table(column, &yes, &no, &unknown, profile.rows));
        headings.push(column.heading.clone());
    }
    let value = match tables.as_slice() {
        [] => return,
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    settings.add(
        "active",
        value,
        "its heading and its words; everybody else's rows are rejected and change nobody",
    );
}

fn table(column: &Column, yes: &[&str], no: &[&str], unknown: &[&str], rows: u64) -> String {
    let has_empty = column.filled < rows;
    if is_opposite(&column.heading) {
        let or_usual = |words: &[&'static str], found: &[&str]| -> Vec<String> {
            let words = if found.is_empty() { words } else { found };
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        let no = or_usual(&["True", "Yes", "1"], no);
        // Below "suspended" every other word means no, unless the file has one of which that is not sure.
        return if unknown.is_empty() {
            status_table(&column.heading, &[] as &[&str], &no, Some(true), Some(true))
        } else {
            status_table(&column.heading, &or_usual(&["False", "No", "0"], yes), &no, None, Some(true))
        };
    }
    // A list that the file has no word for is the usual one, in the parser.
    let empty = has_empty.then_some(true).filter(|_| !yes.is_empty());
    status_table(&column.heading, yes, no, None, empty)
}
