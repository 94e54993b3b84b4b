//! The first and the last day of a person: which columns have them, and how they are written down (rules 42, 48).
//!
//! Above `dates`, used by `guess` and by the known exports. Promises that of several columns those that are filled count, and
//! that a column is not used without a word where its dates cannot be read together with the others.

use crate::dates;
use crate::find::is_nameable;
use crate::heading_words::joined;
use crate::line::toml_text;
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use crate::spellings::spaced;
use crate::usual_headings::days::{FIRST_REMARKS, FIRST_WORDS, LAST_WORDS, NO_LAST_WORDS, REMARKS, WHENS};
use crate::usual_headings::{ENDS, STARTS};
use crate::words::plain;
use rollcall_config::{Template, is_opposite};

/// A column of which so many rows in a hundred have a day needs no other beside it.
const FULL_PERCENT: u64 = 95;
/// A file writes "no day" in no more ways than this.
const NO_DAYS_MAX: usize = 3;
/// A shorter word could be a part of a day.
const NO_DAY_CHARS_MIN: usize = 6;

/// `starts` or `ends`.
struct Day {
    setting: &'static str,
    /// The usual headings, the best first.
    headings: &'static [&'static str],
    /// Words that say it in other headings.
    words: &'static [&'static str],
    /// Words beside them that do not make it another day.
    remarks: &'static [&'static str],
    why: &'static str,
}

static DAYS: [Day; 2] = [
    Day {
        setting: "starts",
        headings: STARTS,
        words: FIRST_WORDS,
        remarks: FIRST_REMARKS,
        why: "its heading; before that day a person has an account without a seat",
    },
    Day {
        setting: "ends",
        headings: ENDS,
        words: LAST_WORDS,
        remarks: &[],
        why: "its heading; the last day counts as a whole",
    },
];

/// Adds what is missing of the two days, by the headings of the file.
pub(crate) fn add(profile: &Profile, settings: &mut Settings) {
    for day in &DAYS {
        if !day.is_tried(settings) {
            day.write(&day.candidates(profile), day.why, profile, settings);
        }
    }
}

/// Adds the day that a known export has in a column, and in others that a company has added.
pub(crate) fn add_known(setting: &str, heading: &str, why: &str, profile: &Profile, settings: &mut Settings) {
    let Some(day) = DAYS.iter().find(|day| day.setting == setting) else { return };
    let Some(first) = profile.column(heading) else { return };
    if first.filled == 0 && setting == "starts" {
        return;
    }
    let others = day.candidates(profile).into_iter().filter(|other| other.heading != first.heading);
    let columns: Vec<&Column> = std::iter::once(first).chain(others).collect();
    day.write(&columns, why, profile, settings);
}

impl Day {
    /// Whether it is written, or was left out with a reason.
    fn is_tried(&self, settings: &Settings) -> bool {
        settings.has(self.setting)
            || settings.notes.iter().any(|note| note.contains(&format!("`{}` is left out", self.setting)))
    }

    /// The filled columns of this day, the best first.
    fn candidates<'p>(&self, profile: &'p Profile) -> Vec<&'p Column> {
        let mut found: Vec<&Column> = Vec::new();
        let filled =
            || profile.columns.iter().filter(|column| column.filled > 0 && is_nameable(profile, column));
        for name in self.headings {
            let name = name.replace(' ', "");
            let named = filled().filter(|column| joined(&column.heading) == name);
            let new: Vec<&Column> =
                named.filter(|column| !found.iter().any(|known| known.heading == column.heading)).collect();
            found.extend(new);
        }
        // A heading that says it in its own words: what is below must say it too.
        let is_other = |column: &&Column| {
            self.is_said(&column.heading)
                && dates::format_of(column, profile).is_some_and(|found| dates::has_day(found.format, column))
        };
        for column in filled().filter(is_other) {
            if !found.iter().any(|known| known.heading == column.heading) {
                found.push(column);
            }
        }
        // Who was hired again begins on the later day.
        if self.setting == "starts" {
            found.sort_by_key(|column| !is_of_return(&column.heading));
        }
        found
    }

    /// Whether a heading says this day in other words: one of its own, and nothing that makes it another's.
    fn is_said(&self, heading: &str) -> bool {
        let plain = plain(&spaced(heading));
        // Other languages have words that say that somebody is there no more.
        let is_opposite = |word: &str| {
            self.setting == "ends"
                && is_opposite(word)
                && !NO_LAST_WORDS.iter().any(|stem| word.starts_with(stem))
        };
        let is_own = |word: &str| self.words.contains(&word) || is_opposite(word);
        let is_remark = |word: &str| {
            WHENS.contains(&word)
                || REMARKS.contains(&word)
                || self.remarks.contains(&word)
                || word.bytes().all(|byte| byte.is_ascii_digit())
        };
        plain.split(' ').any(is_own) && plain.split(' ').all(|word| is_own(word) || is_remark(word))
    }

    fn write(&self, columns: &[&Column], why: &str, profile: &Profile, settings: &mut Settings) {
        let Some(first) = columns.first().copied() else { return };
        let reads = |column: &&&Column| {
            dates::format_of(column, profile).is_some_and(|found| dates::has_day(found.format, column))
        };
        // The first that has a day says how they are written.
        let main = columns.iter().find(reads).copied().unwrap_or(first);
        let Some((format, also)) = self.format(main, profile, settings) else { return };
        if let Some(also) = also {
            settings.notes.push(format!(
                "the dates in {:?} can be read as {format} and as {also}; {format} is written: look at it",
                main.heading
            ));
        }
        let mut used = vec![main];
        let place = |column: &Column| columns.iter().position(|other| other.heading == column.heading);
        for other in columns.iter().copied().filter(|other| other.heading != main.heading) {
            // A better column without a day yet may have some in the next file.
            let is_better = place(other) < place(main)
                && (other.words.is_empty() || dates::fits(&format, other))
                && can_be_replaced(&dates::no_days(&format, other));
            if is_better || self.is_used_beside(other, main, &format, profile, settings) {
                used.push(other);
            }
        }
        used.sort_by_key(|column| place(column));
        if used
            .iter()
            .any(|column| dates::no_days(&format, column).iter().any(|word| dates::is_epoch(&format, word)))
        {
            settings.notes.push(format!(
                "{:?} has days of 1970, which is how a program writes none: they are taken for no date",
                main.heading
            ));
        }
        let value =
            format!("{{ from = {}, format = {} }}", toml_text(&from(&used, &format)), toml_text(&format));
        settings.add(self.setting, value, why);
    }

    /// How the days of a column are written, and another way in which they can be read.
    fn format(
        &self,
        column: &Column,
        profile: &Profile,
        settings: &mut Settings,
    ) -> Option<(String, Option<&'static str>)> {
        // A column of which nobody has a value yet is written as the other dates of the file are.
        let other = settings.all.iter().find(|other| other.name == "starts" || other.name == "ends");
        let other = other.filter(|_| column.words.is_empty());
        if let Some(rest) = other.and_then(|other| other.value.split("format = ").nth(1)) {
            return Some((rest.trim_matches([' ', '}', '"']).to_owned(), None));
        }
        if column.words.is_empty() {
            return Some((String::from("iso"), None));
        }
        let Some(found) = dates::format_of(column, profile) else {
            let (heading, setting) = (&column.heading, self.setting);
            settings.notes.push(format!(
                "the dates in {heading:?} are written in no way that is known, so `{setting}` is left out; write them in one \
                 way, such as 2026-05-31, or say their format: {setting} = {{ from = {heading:?}, format = \"...\" }}"
            ));
            return None;
        };
        let words: Vec<&str> = column.words.iter().map(|(word, _)| word.as_str()).collect();
        if let Some((with, without)) = dates::with_and_without_zero(found.format, &words) {
            settings.notes.push(format!(
                "the days in {:?} are written as {with:?} and as {without:?}: a spreadsheet may have exchanged day and month in some; \
                 look at those whose date you know",
                column.heading
            ));
        }
        Some((found.format.to_owned(), found.also))
    }

    /// Whether another column is asked where the best one has no day; says what a person should look at.
    fn is_used_beside(
        &self,
        other: &Column,
        main: &Column,
        format: &str,
        profile: &Profile,
        settings: &mut Settings,
    ) -> bool {
        let setting = self.setting;
        // Everybody has a first day in the best column, but for those who were hired again.
        if setting == "starts"
            && main.percent(profile.rows) >= FULL_PERCENT
            && dates::no_days(format, main).is_empty()
        {
            return false;
        }
        if !dates::fits(format, other) || !can_be_replaced(&dates::no_days(format, main)) {
            // Two ways of writing one thing are no news: accountExpires and AccountExpirationDate.
            let is_same = [main, other].iter().all(|column| plain(&column.heading).contains("expir"));
            if !is_same {
                settings.notes.push(format!(
                    "{:?} may be read for `{setting}` too, but its dates cannot be read together with those of {:?}; only the \
                     latter is used: look at both",
                    other.heading, main.heading
                ));
            }
            return false;
        }
        if !dates::has_day(format, other) {
            return false;
        }
        if setting == "ends" && is_of_contract(&other.heading) && !is_of_contract(&main.heading) {
            settings.notes.push(format!(
                "{:?} counts as the last day of those who have none in {:?}; take it out of `ends` if somebody stays after it",
                other.heading, main.heading
            ));
        }
        true
    }
}

/// Whether a heading says that somebody began once more.
fn is_of_return(heading: &str) -> bool {
    let joined = joined(heading);
    ["rehire", "recenthire", "lasthire", "latesthire", "wiedereintritt"]
        .iter()
        .any(|part| joined.contains(part))
}

/// Whether a heading is that of a contract: it may end while the person stays with another.
fn is_of_contract(heading: &str) -> bool {
    let joined = joined(heading);
    ["contract", "contrat", "vertrag", "befrist", "expir", "valid", "gültig"]
        .iter()
        .any(|part| joined.contains(part))
}

/// Whether the words that mean no day can be taken out by a filter without harm to a day.
fn can_be_replaced(words: &[&str]) -> bool {
    let is_part_of_none =
        |word: &str| word.chars().count() >= NO_DAY_CHARS_MIN || !word.contains(|c: char| c.is_ascii_digit());
    words.len() <= NO_DAYS_MAX && words.iter().all(|word| is_part_of_none(word) && !word.contains('\''))
}

/// The columns as one template: each where those before it have no day.
fn from(columns: &[&Column], format: &str) -> String {
    let plain_column = || {
        columns.first().map_or_else(String::new, |column| {
            let column: Template = Template::column(column.heading.clone());
            column.to_string()
        })
    };
    let mut text = String::new();
    for (at, column) in columns.iter().enumerate() {
        text.push_str(&if at == 0 { String::from("{0") } else { format!(" | or {at}") });
        let words = dates::no_days(format, column);
        let is_last = at + 1 == columns.len();
        let is_needed = |word: &&&str| !is_last || dates::is_epoch(format, word);
        if can_be_replaced(&words) {
            text.extend(words.iter().filter(is_needed).map(|word| format!(" | replace '{word}' ''")));
        }
    }
    text.push('}');
    if text == "{0}" {
        return plain_column();
    }
    let heading = |place: &String| {
        let place = place.parse::<usize>().map_err(|_| ())?;
        columns.get(place).map(|column| column.heading.clone()).ok_or(())
    };
    let made =
        text.parse::<Template>().ok().and_then(|template| template.resolve(&mut |place| heading(place)).ok());
    made.map_or_else(plain_column, |made: Template| made.to_string())
}
