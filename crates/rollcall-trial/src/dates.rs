//! How the dates of a column are written: found among the words of the column (rule 42).

use crate::profile::{Column, Profile};
use rollcall_config::{Config, DateRule, Edge, SourceSettings};
use rollcall_core::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The formats that exports have, the most likely first.
const FORMATS: [&str; 48] = [
    "iso",
    "dd.mm.yyyy",
    "mm/dd/yyyy",
    "dd/mm/yyyy",
    "d/m/yyyy",
    "dd-mm-yyyy",
    "yyyy/mm/dd",
    "dd-mmm-yyyy",
    "dd mmm yyyy",
    "mmm dd, yyyy",
    "mmm dd yyyy",
    "dd. mmm yyyy",
    "dd 'de' mmm 'de' yyyy",
    "ddd, mmm dd, yyyy",
    "ddd, dd mmm yyyy",
    "mm/dd/yyyy hh:mm",
    "dd/mm/yyyy hh:mm",
    "d/m/yyyy hh:mm",
    "mm/dd/yyyy hh:mm:ss",
    "dd/mm/yyyy hh:mm:ss",
    "d/m/yyyy hh:mm:ss",
    "mm/dd/yyyy hh:mm am",
    "dd/mm/yyyy hh:mm am",
    "d/m/yyyy hh:mm am",
    "mm/dd/yyyy hh:mm:ss am",
    "dd/mm/yyyy hh:mm:ss am",
    "d/m/yyyy hh:mm:ss am",
    "mm/dd/yyyy, hh:mm:ss am",
    "dd.mm.yyyy hh:mm",
    "dd.mm.yyyy hh:mm:ss",
    "dd-mm-yyyy hh:mm",
    "yyyy/mm/dd hh:mm",
    "yyyy/mm/dd hh:mm:ss",
    "dd-mmm-yyyy hh:mm:ss",
    "mm-dd-yyyy",
    "yyyy.mm.dd",
    "yyyy年mm月dd日",
    "dd.mm.yy",
    "dd-mmm-yy",
    "mm/dd/yy",
    "dd/mm/yy",
    "d/m/yy",
    "yyyymmdd",
    "generalized",
    "filetime",
    "excel",
    "unix",
    "unix_ms",
];

/// A day, as the clock counts.
const DAY_MILLIS: u64 = 86_400_000;

/// How formats begin that differ in the order of day and month only, and that people write both of.
const ORDERS: [(&str, &str); 3] = [("mm/dd/", "dd/mm/"), ("mm/dd/", "d/m/"), ("mm-dd-", "dd-mm-")];

/// A format, and another one that fits as well.
pub(crate) struct Found {
    pub(crate) format: &'static str,
    pub(crate) also: Option<&'static str>,
}

/// The format that fits all words of a column; ISO where there is none. Where both orders of day and month fit, the other
/// columns of dates decide, and then what is usual beside the file's separator.
pub(crate) fn format_of(column: &Column, profile: &Profile) -> Option<Found> {
    let first = FORMATS.into_iter().find(|format| fits(format, column))?;
    let Some(turned) = turned(first).find(|turned| fits(turned, column)) else {
        return Some(Found { format: first, also: None });
    };
    let says = |format: &str, other: &str| {
        let is_date = |column: &&Column| column.filled > 0 && !column.words.is_empty();
        profile.columns.iter().filter(is_date).any(|column| fits(format, column) && !fits(other, column))
    };
    Some(match (says(first, turned), says(turned, first)) {
        (true, false) => Found { format: first, also: None },
        (false, true) => Found { format: turned, also: None },
        (true, true) | (false, false) if profile.shape.delimiter == ';' && first.starts_with('m') => {
            Found { format: turned, also: Some(first) }
        }
        (true, true) | (false, false) => Found { format: first, also: Some(turned) },
    })
}

/// The formats with day and month exchanged.
fn turned(format: &str) -> impl Iterator<Item = &'static str> {
    let is_turned = move |other: &&str| {
        ORDERS.into_iter().flat_map(|(one, two)| [(one, two), (two, one)]).any(|(here, there)| {
            format.strip_prefix(here).is_some_and(|rest| other.strip_prefix(there) == Some(rest))
        })
    };
    FORMATS.into_iter().filter(is_turned)
}

/// Two of these days, one with a zero in front and one without, where a format takes both: in a list that a spreadsheet with the
/// other order has saved, some of the days that it understood have the month in the place of the day.
pub(crate) fn with_and_without_zero<'w>(format: &str, words: &[&'w str]) -> Option<(&'w str, &'w str)> {
    let parts = |word: &'w str| word.split('/').take(2).filter(|part| part.len() <= 2);
    let with = words.iter().find(|word| parts(word).any(|part| part.starts_with('0')));
    let without = words.iter().find(|word| parts(word).any(|part| part.len() == 1));
    format.starts_with("d/m/").then_some(with.copied().zip(without.copied())).flatten()
}

/// The other order of day and month, where all these dates can be read in both and one of them would be another day.
pub(crate) fn other_order<'w>(format: &str, words: &[&'w str]) -> Option<(&'static str, &'w str)> {
    let fit_both = |other: &str| words.iter().all(|word| is_date(format, word) && is_date(other, word));
    let other = turned(format).find(|other| fit_both(other))?;
    let day = |format: &str, word: &str| rules().get(format)?.moment(word, Edge::Start).ok();
    let differs = |word: &&&str| day(format, word) != day(other, word);
    words.iter().find(differs).map(|word| (other, *word))
}

/// The formats that fit all these dates, the most likely first.
pub(crate) fn formats_of(words: &[&str]) -> Vec<&'static str> {
    let fits = |format: &&str| !words.is_empty() && words.iter().all(|word| is_date(format, word));
    FORMATS.into_iter().filter(fits).collect()
}

/// Whether every word of a column that is kept is such a date.
pub(crate) fn fits(format: &str, column: &Column) -> bool {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    // A column with words for "no end" and no date fits every format.
    column.words.iter().any(|(word, _)| has_digit(word))
        && column.words.iter().all(|(word, _)| is_date(format, word))
}

/// Whether a column has a day, and not only words that stand for none.
pub(crate) fn has_day(format: &str, column: &Column) -> bool {
    column.words.iter().any(|(word, _)| is_date(format, word) && !is_no_day(format, word))
}

/// The words of a column that are read as no day, or that a program writes for none.
pub(crate) fn no_days<'c>(format: &str, column: &'c Column) -> Vec<&'c str> {
    let words = column.words.iter().map(|(word, _)| word.as_str());
    words.filter(|word| is_no_day(format, word)).collect()
}

/// Whether a word of this format means that there is no day: `0000-00-00`, 9999-12-31 as a last day, the zero of a clock.
fn is_no_day(format: &str, word: &str) -> bool {
    let read = rules().get(format).map(|rule| rule.moment(word, Edge::End));
    matches!(read, Some(Ok(None))) || is_epoch(format, word)
}

/// Whether a word is the day at which the clocks of computers begin, in one time zone or another: nobody left on that day.
pub(crate) fn is_epoch(format: &str, word: &str) -> bool {
    let read = rules().get(format).and_then(|rule| rule.moment(word, Edge::Start).ok().flatten());
    read.is_some_and(|moment| moment.as_millis().unsigned_abs() <= DAY_MILLIS)
}

/// The moment that a word means in one of the formats; none if it is no date, or one that stands for none.
pub(crate) fn moment_of(format: &str, word: &str) -> Option<Timestamp> {
    let moment = rules().get(format)?.moment(word, Edge::Start).ok().flatten();
    moment.filter(|_| !is_no_day(format, word))
}

/// Whether a word is a date of this format, as a first or as a last day: the last day of the calendar means never.
fn is_date(format: &str, word: &str) -> bool {
    // Any number could be one of these; those of our time have so many digits. Active Directory writes 0 for none.
    let is_number = |digits: usize| word.len() == digits && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_possible = match format {
        "filetime" => word == "0" || is_number(18) || is_number(19),
        "excel" => is_number(5),
        // Before September 2001 and after; people have worked since before.
        "unix" => is_number(9) || is_number(10),
        "unix_ms" => is_number(12) || is_number(13) || word.contains("Date("),
        _ => true,
    };
    if !is_possible {
        return false;
    }
    let word = if format == "iso" { without_zone(word) } else { word };
    let reads =
        |rule: &DateRule| [Edge::Start, Edge::End].into_iter().any(|edge| rule.moment(word, edge).is_ok());
    rules().get(format).is_some_and(reads)
}

/// A day without the zone that XML may write behind it: `2021-01-01Z`, `2021-01-01-08:00`.
fn without_zone(word: &str) -> &str {
    let Some((day, zone)) = word.split_at_checked(10) else { return word };
    let digit = |at: usize| zone.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_offset = zone.len() == 6
        && zone.starts_with(['+', '-'])
        && zone.as_bytes().get(3) == Some(&b':')
        && [1, 2, 4, 5].into_iter().all(digit);
    if is_offset || matches!(zone, "Z" | "z") { day } else { word }
}

/// The rules of all formats, each made once.
fn rules() -> &'static BTreeMap<&'static str, DateRule> {
    static RULES: OnceLock<BTreeMap<&str, DateRule>> = OnceLock::new();
    RULES.get_or_init(|| FORMATS.into_iter().filter_map(|format| Some((format, rule(format)?))).collect())
}

/// The rule of a format, made by the parser of the configuration.
fn rule(format: &str) -> Option<DateRule> {
    let text = format!(
        "[[source]]\nname = \"x\"\nkind = \"csv\"\nobject = \"inbox/x.csv\"\nmatch_field = \"k\"\n[source.mapping]\n\
         starts = {{ from = \"d\", format = \"{format}\" }}\n"
    );
    let settings = Config::parse(&text).ok()?.sources.pop()?.settings;
    let SourceSettings::Csv(settings) = settings else { return None };
    settings.mapping.starts
}
