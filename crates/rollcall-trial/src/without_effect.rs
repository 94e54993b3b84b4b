//! Settings that do not do what they seem to: words that nobody has, a `$` before a value, addresses without an @.
//!
//! Above `judge`, which asks for it. Says Wrong only where everybody is touched and a word of the file says so.

use crate::finding::Finding;
use crate::people::Samples;
use crate::senses::senses;
use crate::tally::{Status, Tally, WORDS_MAX};
use crate::tried::Tried;
use rollcall_config::{Nothing, StatusRule, Template, Values, Verdict};
use rollcall_core::fold::fold;

/// Fewer people than this show nothing by what they do not have.
const FEW: u64 = 4;
/// Two people may have no addresses by chance.
const ADDRESSES_MIN: u64 = 3;

/// Whether nobody has a word of `false`, while every other word is a yes; says so.
pub(crate) fn status(status: &Status<'_>, nothing: &Nothing, people: u64, found: &mut Vec<Finding>) -> bool {
    let Status { name, column, words } = status;
    if *name != "active" || column.otherwise != Some(true) || words.len() >= WORDS_MAX {
        return false;
    }
    let rule = StatusRule { all: vec![(*column).clone()] };
    let is_yes =
        |word: &str| rule.verdict(nothing, &|_: &String| Values::one(word.to_owned())) == Verdict::Said(true);
    let filled = || words.iter().filter(|(word, _)| !nothing.is(word));
    if filled().count() == 0 || !filled().all(|(word, _)| is_yes(word)) {
        return false;
    }
    let from = column.from.to_string();
    let listed: Vec<String> = column.no.iter().map(|word| format!("{word:?}")).collect();
    let listed = if listed.is_empty() { String::from("(there is none)") } else { listed.join(", ") };
    let what = format!("nobody has a word of `false` ({listed}) in {from:?}");
    let senses = senses(name, column, words, nothing);
    let gone =
        senses.turned_words.iter().map(|(word, _)| word).find(|word| !column.yes.contains(&fold(word)));
    if let Some(gone) = gone {
        found.push(Finding::wrong(
            name,
            format!("{what}, and people with {gone:?} would be enabled like everybody else"),
            format!("write {gone:?} into `false`; if they are to have a seat, into `true`"),
        ));
        return true;
    }
    // Words that are known as states speak for the column: nobody has left.
    if senses.right == 0 && people >= FEW {
        found.push(Finding::look(
            name,
            format!("{what}, so that everybody is enabled"),
            "compare the words and the column with the file",
        ));
    }
    false
}

/// `${mail}` is how other programs write a column: here the sign becomes part of every value.
pub(crate) fn signs(settings: &Tried<'_>, found: &mut Vec<Finding>) {
    let mapping = settings.mapping;
    let main = [("match_field", Some(settings.match_field)), ("username", mapping.username.as_ref())];
    let main = main.into_iter().filter_map(|(name, from)| Some((name, from?, true)));
    let fields = mapping.fields.iter().map(|(name, field)| (name.as_str(), &field.from, false));
    for (name, from, is_name) in main.chain(fields) {
        let Some((sign, text)) = sign_before(from) else { continue };
        let what = format!("`{name}` ({text:?}) has a {sign} before every value");
        let cure = format!("write {name} = {:?}", text.replace(&format!("{sign}{{"), "{"));
        found.push(if is_name { Finding::wrong(name, what, cure) } else { Finding::look(name, what, cure) });
    }
}

/// The sign at the beginning of a template, and the template.
fn sign_before(from: &Template) -> Option<(char, String)> {
    // A plain column may have any name.
    from.as_column().is_none().then_some(())?;
    let text = from.to_string();
    let sign = ['$', '#', '%'].into_iter().find(|sign| {
        text.strip_prefix(*sign).is_some_and(|rest| rest.starts_with('{') && !rest.starts_with("{{"))
    })?;
    Some((sign, text))
}

/// Usernames with two @, and addresses that have none.
pub(crate) fn addresses(settings: &Tried<'_>, samples: &Samples, found: &mut Vec<Finding>) {
    let (named, doubled) = (samples.logins.filled, samples.logins.with_two_ats);
    if let Some(from) = settings.mapping.username.as_ref().filter(|_| named >= 2 && doubled == named) {
        let what = format!("every username has two @ ({:?})", from.to_string());
        found.push(Finding::wrong("username", what, "take one of them out, such as with {mail | before @}"));
    }
    for (name, seen) in &samples.addresses {
        let from = settings.mapping.fields.iter().find(|(field, _)| field.as_str() == name);
        let from = from.map(|(_, field)| field.from.to_string()).unwrap_or_default();
        let cure = format!("map `{name}` to the column of the address, or give the field another name");
        if seen.filled >= ADDRESSES_MIN && seen.with_at == 0 {
            found.push(Finding::look(name, format!("no value of {from:?} has an @"), cure));
        } else if seen.filled >= ADDRESSES_MIN && seen.with_two_ats == seen.filled {
            found.push(Finding::look(name, format!("every value of {from:?} has two @"), cure));
        }
    }
}

/// Values in conditions that nobody has, and that look like several or like the beginning of one: they keep nobody out, or
/// let nobody in.
pub(crate) fn conditions(tally: &Tally<'_>, found: &mut Vec<Finding>) {
    for compared in tally.compared.iter().filter(|compared| compared.words.len() < WORDS_MAX) {
        let words: Vec<String> = compared.words.iter().map(|(word, _)| fold(word)).collect();
        for with in &compared.with {
            let folded = fold(with);
            let has_sign = folded.contains([',', ';', '/', '(', '[', '<', '&']) || folded.contains(" and ");
            let longer = words.iter().position(|word| folded.len() >= 3 && word.starts_with(&folded));
            let near =
                longer.is_none().then(|| words.iter().position(|word| is_near(&folded, word))).flatten();
            if words.is_empty() || words.contains(&folded) || !(has_sign || longer.or(near).is_some()) {
                continue;
            }
            let (from, text) = (compared.from.to_string(), compared.condition.text());
            let what = format!("nobody has {with:?} in {from:?}, as the condition {text:?} asks");
            let word = |at: Option<usize>| at.and_then(|at| compared.words.get(at)).map(|(word, _)| word);
            let cure = match (word(longer), word(near)) {
                (Some(word), _) => {
                    format!("there is {word:?}; for the beginning of a value write begins with")
                }
                (None, Some(word)) => format!("there is {word:?}; did you mean that?"),
                (None, None) => String::from(
                    "write the value as the file has it, and several values with in: Department in Sales, Legal",
                ),
            };
            found.push(Finding::look("where", what, cure));
        }
    }
}

/// Whether a value that nobody has is meant for one that somebody has: a letter more or less, or a remark behind it.
fn is_near(wanted: &str, word: &str) -> bool {
    let letters = word.chars().count();
    let is_of_number = word.bytes().all(|byte| byte.is_ascii_digit());
    let rest =
        wanted.strip_prefix(word).filter(|rest| letters >= 3 && !rest.starts_with(char::is_alphanumeric));
    // Another number is another person's.
    let is_same_number = is_of_number && wanted.trim_start_matches('0') == word.trim_start_matches('0');
    let is_spelt = !is_of_number && letters >= 3 && strsim::osa_distance(wanted, word) <= 1 + letters / 8;
    rest.is_some_and(|rest| !rest.is_empty()) || is_same_number || is_spelt
}
