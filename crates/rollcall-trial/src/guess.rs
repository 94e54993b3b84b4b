//! Settings for a file that is no known export: by the words of its headings, how many cells are filled, and how many differ.
//!
//! Above `profile` and `words`. Promises that each setting says what it rests on; what is doubtful is a note for the person.

use crate::line::{column_text as quoted, toml_text};
use crate::profile::{Column, Profile};
use crate::propose::add_date_of;
use crate::settings::Settings;
use crate::usual_headings::{
    DEPARTMENTS, DISPLAY, EMAILS, ENDS, FAMILY, GIVEN, GUIDS, IDS, STARTS, TITLES, USERNAMES,
};
use crate::words::{plain, unbracketed};
use crate::{dates, status_guess, usual_headings};
use rollcall_config::Template;
use rollcall_core::fold::fold;

/// A key must be filled in so many rows of a hundred.
const KEY_PERCENT: u64 = 95;

/// The settings for a file.
pub(crate) fn settings(profile: &Profile) -> Settings {
    let mut settings = Settings::default();
    let find = |names: &[&str]| find(profile, names);
    // Below "User name" some systems write the whole name of a person.
    let username = find(USERNAMES).filter(|column| !column.is_of_names());
    let of_addresses = addresses(profile);
    let other = of_addresses.iter().find(|column| username.is_none_or(|name| name.heading != column.heading));
    let email = find(EMAILS).or(other.or(of_addresses.first()).copied());
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
        settings.add("username", quoted(&column.heading), why(reason_of(column), column, profile));
    }
    add_presence(profile, &mut settings);
    let (family, display) = (find(FAMILY), find(DISPLAY));
    // Few have a preferred name; who has none has the other.
    let given = GIVEN.iter().filter_map(|name| find(&[name]));
    let given = given.max_by_key(|column| (column.filled, std::cmp::Reverse(place(GIVEN, column))));
    for (name, column) in [("email", email), ("display_name", display)] {
        if let Some(column) = column {
            settings.add(name, quoted(&column.heading), why(reason_of(column), column, profile));
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

/// Adds what says who is there, where it is missing: a status, and the first and the last day.
pub(crate) fn add_presence(profile: &Profile, settings: &mut Settings) {
    if !settings.has("active") {
        status_guess::add(profile, settings);
    }
    for (name, names, reason) in [
        ("starts", STARTS, "its heading; before that day a person has an account without a seat"),
        ("ends", ENDS, "its heading; the last day counts as a whole"),
    ] {
        if let Some(column) = find(profile, names).filter(|_| !settings.has(name)) {
            add_date_of(name, &column.heading, reason, profile, settings);
        }
    }
}

/// The place of a column's heading in a list of names.
fn place(names: &[&str], column: &Column) -> usize {
    let heading = plain(unbracketed(&column.heading));
    names.iter().position(|name| *name == heading).unwrap_or(names.len())
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

/// Why a column is taken for what it is.
fn reason_of(column: &Column) -> &'static str {
    if usual_headings::has(&column.heading) { "its heading" } else { "every value is an address" }
}

/// Beginnings of words for an address of somebody else, or one that is not of the company.
const OTHERS_ADDRESS: [&str; 14] = [
    "manager",
    "supervisor",
    "boss",
    "vorgesetzt",
    "responsable",
    "responsabile",
    "private",
    "privat",
    "recovery",
    "secondary",
    "home",
    "alternat",
    "backup",
    "assistant",
];

/// The columns of which every value is an address of the person's own, whatever their headings.
fn addresses(profile: &Profile) -> Vec<&Column> {
    let is_own = |column: &&Column| {
        let plain = plain(&column.heading);
        let is_others = plain.split(' ').any(|word| OTHERS_ADDRESS.iter().any(|stem| word.starts_with(stem)));
        column.is_of_addresses() && column.is_unique() && is_nameable(profile, column) && !is_others
    };
    let mut found: Vec<&Column> = profile.columns.iter().filter(is_own).collect();
    found.sort_by_key(|column| std::cmp::Reverse(column.filled));
    found
}

/// Whether a column can be named in a configuration: what has no heading, or another's, cannot.
fn is_nameable(profile: &Profile, column: &Column) -> bool {
    let heading = fold(&column.heading);
    !plain(&column.heading).is_empty()
        && profile.columns.iter().filter(|other| fold(&other.heading) == heading).count() == 1
}

/// How well a column that nobody knows is suited to be the key: names of people are not, they change and are shared.
fn rank(column: &Column, profile: &Profile) -> u8 {
    let has_date_sign = |word: &str| word.contains(['-', '/', '.', ':']);
    if usual_headings::is_shared(&column.heading)
        || column.words.iter().all(|(word, _)| has_date_sign(word))
            && dates::format_of(column, profile).is_some()
    {
        2
    } else {
        u8::from(usual_headings::is_of_name(&column.heading) || column.is_of_names())
    }
}

/// The key: what is filled in every row and different everywhere, by the best heading.
fn add_key(profile: &Profile, settings: &mut Settings) {
    let rows = profile.rows;
    let candidates = [IDS, GUIDS, USERNAMES, EMAILS];
    let mut named: Vec<&Column> =
        candidates.iter().flat_map(|names| names.iter().filter_map(|name| find(profile, &[name]))).collect();
    named.extend(addresses(profile));
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
    let nameable = || profile.columns.iter().filter(|column| is_nameable(profile, column));
    let best = nameable().filter(is_key).min_by_key(|column| rank(column, profile)).or_else(|| {
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
