//! Settings for a file that is no known export: by the words of its headings, how many cells are filled, and how many differ.
//!
//! Above `profile` and `words`. Promises that each setting says what it rests on; what is doubtful is a note for the person.

use crate::find::{find, find_where, is_nameable, why};
use crate::keys::{self, KEY_PERCENT};
use crate::line::{column_text as quoted, toml_text};
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use crate::usual_headings::{DEPARTMENTS, DISPLAY, FAMILY, GIVEN, GUIDS, IDS, TITLES, USERNAMES};
use crate::{addresses, conditions, days, logins, spellings, status_guess, usual_headings};
use rollcall_config::Template;
use rollcall_core::fold::fold;

/// The settings for a file.
pub(crate) fn settings(profile: &Profile) -> Settings {
    let mut settings = Settings::default();
    let find = |names: &[&str]| find(profile, names);
    // Below "User name" some systems write the whole name of a person.
    let username = find_where(profile, USERNAMES, &|column| !column.is_of_names());
    let key = keys::add(profile, &mut settings);
    let email = addresses::email(profile, username).or_else(|| addresses::of_rows(profile, key?));
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
    } else if let Some(column) = key.and_then(|key| logins::other(profile, key, &mut settings)) {
        let reason = "its heading, and its values are written as sign-in names are";
        settings.add("username", quoted(&column.heading), why(reason, column, profile));
    }
    add_presence(profile, &mut settings);
    let of_names = || {
        let names = [IDS, USERNAMES];
        names.into_iter().find_map(|names| find_where(profile, names, &|column| column.is_of_names()))
    };
    let (family, display) = (find(FAMILY), find(DISPLAY).or_else(of_names));
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
    days::add(profile, settings);
    conditions::add_people_only(profile, settings);
    note_doubled(profile, settings);
}

/// Says which usual headings are there twice: such a column cannot be named, so it is not used.
fn note_doubled(profile: &Profile, settings: &mut Settings) {
    let mut said: Vec<String> = Vec::new();
    for column in profile.columns.iter().filter(|column| column.filled > 0) {
        let heading = &column.heading;
        let is_used = settings.all.iter().any(|setting| setting.value.contains(&quoted(heading)));
        let is_said = said.contains(&fold(heading));
        if is_said || is_used || !usual_headings::has(heading) || is_nameable(profile, column) {
            continue;
        }
        settings.notes.push(format!(
            "the heading {heading:?} is there twice, so neither of these columns is used; rename one of them in the file, and \
             write this configuration again"
        ));
        said.push(fold(heading));
    }
}

/// The place of a column's heading in a list of names.
fn place(names: &[&str], column: &Column) -> usize {
    names.iter().position(|name| spellings::is_one_of(&column.heading, &[*name])).unwrap_or(names.len())
}

/// Why a column is taken for what it is.
fn reason_of(column: &Column) -> &'static str {
    if usual_headings::has_form(&column.heading) { "its heading" } else { "every value is an address" }
}
