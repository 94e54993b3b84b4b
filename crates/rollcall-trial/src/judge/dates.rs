//! What would surely be wrong with the dates of a file: they cannot be read, may be others, or leave nobody a time (rule 42).
//!
//! A part of `judge`.

use super::{FEW, is_many};
use crate::dates::{formats_of, is_epoch, other_order, with_and_without_zero};
use crate::finding::Finding;
use crate::people::Samples;
use crate::tally::{Dates, Tally};

/// More words than this among dates are no words for "no date".
const OTHER_WORDS: usize = 5;

/// Dates that cannot be read, or can be read as others.
pub(super) fn unreadable(tally: &Tally<'_>, found: &mut Vec<Finding>) {
    for date in tally.dates() {
        let (name, filled, readable) = (date.name, date.filled, date.readable);
        let (from, format) = (date.rule.from.to_string(), date.rule.format.name().to_owned());
        let unreadable = filled - readable;
        if filled > 0 && (readable == 0 || is_many(unreadable, filled)) {
            let what = format!("{unreadable} of {filled} dates in {from:?} cannot be read as {format}");
            let words: Vec<&str> = date.words.iter().map(|(word, _)| word.as_str()).collect();
            let said = |format: &str| format!("{name} = {{ from = {from:?}, format = {format:?} }}");
            let (dated, others): (Vec<&str>, Vec<&str>) =
                words.iter().partition(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
            let cure = match (formats_of(&words).as_slice(), formats_of(&dated).as_slice()) {
                ([], [one, ..]) if others.len() <= OTHER_WORDS => format!(
                    "if these words mean that there is no date: {name} = {{ from = {from:?}, format = {one:?}, nothing = {others:?} }}"
                ),
                ([], _) => String::from(
                    "no format that is known fits all of them: map another column, or write them in one way, such as 2026-05-31",
                ),
                ([one], _) => format!("say how they are written: {}", said(one)),
                ([one, other, ..], _) => {
                    format!("say how they are written: {}, or format = {other:?}: both fit", said(one))
                }
            };
            found.push(Finding::wrong(name, what, cure));
        }
    }
    order_of_day_and_month(tally, found);
    exchanged_days(tally, found);
}

/// Days in the hand of a person or of two programs.
fn exchanged_days(tally: &Tally<'_>, found: &mut Vec<Finding>) {
    for date in tally.dates() {
        let words: Vec<&str> = date.words.iter().map(|(word, _)| word.as_str()).collect();
        let Some((with, without)) = with_and_without_zero(date.rule.format.name(), &words) else { continue };
        let what = format!(
            "some days in {:?} have a zero in front, such as {with:?}, and some have none, such as {without:?}: a spreadsheet may \
             have exchanged day and month in those without",
            date.rule.from.to_string()
        );
        let cure = "look at some whose date you know; if they are wrong, export the list again; format = \"dd/mm/yyyy\" takes only \
                    days with two digits";
        found.push(Finding::look(date.name, what, cure));
    }
}

/// Dates of which none has a day above the twelfth: with the other order everybody would start or end on another day. A column
/// that can be read in one way speaks for one that is read in the same format.
fn order_of_day_and_month(tally: &Tally<'_>, found: &mut Vec<Finding>) {
    let format = |date: &Dates<'_>| date.rule.format.name().to_owned();
    let both = |date: &Dates<'_>| {
        let words: Vec<&str> = date.words.iter().map(|(word, _)| word.as_str()).collect();
        other_order(&format(date), &words).map(|(other, word)| (other, word.to_owned()))
    };
    let seen = tally.dates().iter().filter(|date| date.filled > 0 && date.readable == date.filled);
    let (twofold, plain): (Vec<_>, Vec<_>) =
        seen.map(|date| (date, both(date))).partition(|(_, both)| both.is_some());
    for (date, both) in twofold {
        let is_settled = plain.iter().any(|(other, _)| format(other) == format(date));
        let Some((other, word)) = both.filter(|_| !is_settled) else { continue };
        let (from, format) = (date.rule.from.to_string(), format(date));
        let what = format!("the dates in {from:?} can be read as {format} and as {other}, such as {word:?}");
        let cure = "find out which is meant: look for somebody whose date you know";
        found.push(Finding::look(date.name, what, cure));
    }
}

/// Dates that leave nobody a time to be there.
pub(super) fn in_order(samples: &Samples, tally: &Tally<'_>, found: &mut Vec<Finding>) {
    let (turned, both) = (samples.turned_dates, samples.with_both_dates);
    if turned > 0 {
        let what = format!("{turned} of {both} people with both dates would end before they start");
        found.push(if turned >= 2 && is_many(turned, both) {
            Finding::wrong(
                "starts",
                what,
                "exchange the columns of `starts` and `ends`, or correct their formats",
            )
        } else {
            Finding::look("starts", what, "correct their dates; until then they are as disabled")
        });
    }
    let (people, ended, early) = (samples.in_scope(), samples.ends.ended, samples.ends.not_started);
    if people >= 2 && ended == people {
        let what = format!("the last day of all {people} people is over");
        let cure = epoch_cure(tally).unwrap_or_else(|| {
            String::from("map `ends` to the column of the last day, or export those who are there")
        });
        found.push(Finding::wrong("ends", what, cure));
    } else if people >= FEW && ended * 2 > people {
        let what = format!("the last day of {ended} of {people} people is over");
        let cure = epoch_cure(tally)
            .unwrap_or_else(|| String::from("if they have not left, map `ends` to another column"));
        found.push(Finding::look("ends", what, cure));
    }
    if people >= FEW && early == people {
        let what = format!("all {people} people start later, so nobody gets a seat today");
        found.push(Finding::look(
            "starts",
            what,
            "if they are there already, map `starts` to another column",
        ));
    }
}

/// The cure where a program has written the zero of its clock for "no last day": that day is taken out of the column.
fn epoch_cure(tally: &Tally<'_>) -> Option<String> {
    let date = tally.dates().iter().find(|date| date.name == "ends")?;
    let format = date.rule.format.name();
    let (word, _) = date.words.iter().find(|(word, _)| is_epoch(format, word))?;
    let column = date.rule.from.as_column()?;
    Some(format!(
        "{word:?} is how a program writes that there is none; take it out: ends = {{ from = \"{{{column} | replace '{word}' \
         ''}}\", format = {format:?} }}"
    ))
}
