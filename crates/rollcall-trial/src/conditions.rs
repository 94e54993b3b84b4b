//! The conditions of a known export, held against the file at hand: one that would keep everybody out means something else
//! there.

use crate::export::Roles;
use crate::find::is_nameable;
use crate::heading_words::joined;
use crate::line::{self, Line, Value};
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use rollcall_config::{Condition, Values};
use rollcall_core::fold::fold;

/// Adds a condition, if its column is there.
pub(crate) fn add(line: &Line, roles: &Roles, profile: &Profile, settings: &mut Settings) {
    let Some(role) = line.roles().into_iter().next() else { return };
    let Some(column) = roles.get(role.as_str()).and_then(|heading| profile.column(heading)) else { return };
    let written = match line.value {
        Value::Condition(text) => line::condition(text, roles),
        Value::Without(_, words) => Some(without(column, words)),
        Value::Text(_) | Value::Status(_) | Value::Date(_) => None,
    };
    let Some(written) = written else { return };
    let Ok(condition) = written.parse::<Condition>() else { return };
    let outside = outside(&condition, column, profile);
    if outside == profile.rows && !column.has_more_words {
        settings.notes.push(format!(
            "a condition on {:?} would keep everybody out, so it is left out; look at who is in the file",
            column.heading
        ));
        return;
    }
    if matches!(line.value, Value::Without(..)) && outside == 0 && column.filled == profile.rows {
        settings.notes.push(format!(
            "no known word below {:?} keeps anybody out; if the file has shared mailboxes or rooms, add the word that they have \
             there to the condition",
            column.heading
        ));
    }
    settings.add("where", line::toml_text(&written), line.why);
}

/// The condition with the words that the file has; with all of them where it has none.
fn without(column: &Column, words: &[&str]) -> String {
    let is_known = |word: &str| words.iter().any(|known| fold(known) == fold(word));
    let found = column.words.iter().map(|(word, _)| word.as_str());
    let found: Vec<&str> = found.filter(|word| is_known(word)).collect();
    line::without(&column.heading, if found.is_empty() { words } else { &found })
}

/// How many rows are outside a condition, as far as the words of its column are kept.
fn outside(condition: &Condition, column: &Column, profile: &Profile) -> u64 {
    let is_outside = |word: &str| !condition.holds(&|_: &String| Values::one(word));
    let words = column.words.iter().filter(|(word, _)| is_outside(word)).map(|(_, number)| number);
    let empty = if is_outside("") { profile.rows - column.filled } else { 0 };
    words.sum::<u64>() + empty
}

/// The classes of a directory's objects that are people.
const PEOPLE: [&str; 2] = ["user", "inetorgperson"];
/// The classes of objects that are people by one of their classes, and machines by another.
const NO_PEOPLE: [&str; 3] = ["computer", "msds-groupmanagedserviceaccount", "msds-managedserviceaccount"];

/// Adds the conditions that keep computers, groups and other objects of Active Directory out, where the file has some.
pub(crate) fn add_people_only(profile: &Profile, settings: &mut Settings) {
    for column in profile.columns.iter().filter(|column| column.filled > 0 && is_nameable(profile, column)) {
        match joined(&column.heading).as_str() {
            "samaccountname" => add_logins_of_people(column, profile, settings),
            "objectclass" => {
                if let Some(written) = of_people(column) {
                    add_condition(&written, "computers, groups and contacts are no people", settings);
                }
            }
            _ => {}
        }
    }
}

fn add_condition(written: &str, why: &str, settings: &mut Settings) {
    settings.add("where", line::toml_text(written), why);
}

/// By the logins: computers, managed accounts of services and the trust of a domain end with a sign of their own.
fn add_logins_of_people(column: &Column, profile: &Profile, settings: &mut Settings) {
    if column.computers == profile.rows {
        settings.notes.push(format!(
            "all accounts in {:?} are those of computers; export the people, such as with Get-ADUser",
            column.heading
        ));
        return;
    }
    let roles: Roles = [("login", column.heading.clone())].into();
    for (number, text, why) in [
        (column.computers, "not {login} ends with $", "accounts of computers and of services end so"),
        (column.monitors, "not {login} begins with HealthMailbox", "Exchange watches itself by them"),
    ] {
        if number > 0
            && let Some(written) = line::condition(text, &roles)
        {
            add_condition(&written, why, settings);
        }
    }
}

/// The condition that keeps out what is no person by its class. Some tools write all classes of an object: `top;person;user`.
fn of_people(column: &Column) -> Option<String> {
    let is_person = |word: &str| {
        let classes: Vec<String> = word.split([';', ',', ' ', '|']).map(fold).collect();
        let has = |list: &[&str]| classes.iter().any(|class| list.contains(&class.as_str()));
        has(&PEOPLE) && !has(&NO_PEOPLE)
    };
    let words = || column.words.iter().map(|(word, _)| word.as_str());
    let others: Vec<&str> = words().filter(|word| !is_person(word)).collect();
    let has_people = words().any(is_person);
    (has_people && !others.is_empty()).then(|| line::without(&column.heading, &others))
}
