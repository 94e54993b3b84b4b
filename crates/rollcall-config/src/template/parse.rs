//! From a text to a template, or what is wrong in it, with its position and the cure.

use super::filter::{Filter, Pair};
use super::list::FILTERS;
use super::{Form, Part, Step, Template};
use crate::scan::{Scanner, Unreadable};
use crate::section::nearest;
use std::str::FromStr;

/// The longest text of a template, in bytes.
const TEXT_BYTES_MAX: usize = 2000;
/// The most placeholders of a template.
const PLACEHOLDERS_MAX: usize = 16;
/// The most filters of a placeholder.
const STEPS_MAX: usize = 16;
/// The most characters that `first` and `last` keep.
const KEPT_MAX: usize = 1000;
/// The most characters to which `pad` fills up.
const PAD_MAX: usize = 64;
/// The highest number of a word or a value.
const NUMBER_MAX: usize = 100;

/// What ends a bare text within a placeholder.
const ENDS: [char; 2] = ['|', '}'];

/// A text without braces is the name of a column; with braces it is a template.
impl FromStr for Template {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let mut scanner = Scanner::new(text);
        if text.len() > TEXT_BYTES_MAX {
            return Err(scanner.error(format!("the text is longer than {TEXT_BYTES_MAX} bytes; shorten it")));
        }
        if !text.contains(['{', '}']) {
            let column = text.trim();
            return if column.is_empty() {
                Err(scanner.error("there is nothing; write the name of a column"))
            } else {
                Ok(Self::column(column.to_owned()))
            };
        }
        let parts = parts(&mut scanner)?;
        let placeholders = parts.iter().filter(|part| matches!(part, Part::Placeholder { .. })).count();
        if placeholders == 0 {
            return Err(Scanner::new(text).error("no column is named; write one in braces: {mail}"));
        }
        if placeholders > PLACEHOLDERS_MAX {
            return Err(Scanner::new(text)
                .error(format!("more than {PLACEHOLDERS_MAX} columns in braces; use fewer")));
        }
        Ok(match <[Part<String>; 1]>::try_from(parts) {
            Ok([Part::Placeholder { column, steps }]) if steps.is_empty() => Self::column(column),
            Ok([part]) => Self(Form::Parts(vec![part])),
            Err(parts) => Self(Form::Parts(parts)),
        })
    }
}

fn parts(scanner: &mut Scanner<'_>) -> Result<Vec<Part<String>>, Unreadable> {
    let mut parts = Vec::new();
    let mut text = String::new();
    while let Some(c) = scanner.peek() {
        if scanner.take("{{") {
            text.push('{');
        } else if scanner.take("}}") {
            text.push('}');
        } else if c == '}' {
            return Err(
                scanner.error("there is a } without a { before it; write }} for the character itself")
            );
        } else if c == '{' {
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(placeholder(scanner)?);
        } else {
            scanner.next();
            text.push(c);
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}

fn placeholder(scanner: &mut Scanner<'_>) -> Result<Part<String>, Unreadable> {
    let begin = scanner.clone();
    scanner.next();
    let column = column(scanner, "the name of a column is missing; write for example {mail}")?;
    let mut steps = Vec::new();
    loop {
        scanner.skip_spaces();
        match scanner.peek() {
            Some('}') => {
                scanner.next();
                return Ok(Part::Placeholder { column, steps });
            }
            Some('|') if steps.len() == STEPS_MAX => {
                return Err(scanner.error(format!("more than {STEPS_MAX} filters for one column; use fewer")));
            }
            Some('|') => {
                scanner.next();
                steps.push(step(scanner)?);
            }
            Some(_) => return Err(scanner.error("expected | and a filter, or } after this")),
            None => return Err(begin.error("the { is not closed; write } after the column and its filters")),
        }
    }
}

/// The name of a column: in quotes if it has a brace or a bar in it.
fn column(scanner: &mut Scanner<'_>, missing: &str) -> Result<String, Unreadable> {
    scanner.skip_spaces();
    let begin = scanner.clone();
    let name = scanner.text(&ENDS)?.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| begin.error(missing))?;
    let is_quoted = begin.rest().starts_with(['\'', '"']);
    if name.contains('{') && !is_quoted {
        return Err(begin.error("there is a { in the name of a column; write the name in quotes: {'a{b'}"));
    }
    Ok(name)
}

fn step(scanner: &mut Scanner<'_>) -> Result<Step<String>, Unreadable> {
    scanner.skip_spaces();
    let begin = scanner.clone();
    let name = scanner.take_while(|c| c.is_ascii_alphabetic() || c == '_').to_lowercase();
    if name == "or" {
        return column(scanner, "the column is missing; write for example: or userPrincipalName")
            .map(Step::Or);
    }
    Ok(Step::Filter(match name.as_str() {
        "lower" => Filter::Lower,
        "upper" => Filter::Upper,
        "title" => Filter::Title,
        "trim" => Filter::Trim,
        "unaccent" => Filter::Unaccent,
        "slug" => Filter::Slug,
        "digits" => Filter::Digits,
        "before" => Filter::Before(needed(scanner, "before @")?),
        "after" => Filter::After(needed(scanner, "after @")?),
        "before_last" => Filter::BeforeLast(needed(scanner, "before_last .")?),
        "after_last" => Filter::AfterLast(needed(scanner, "after_last /")?),
        "split" => Filter::Split(needed(scanner, "split +")?),
        "starting" => Filter::Starting(needed(scanner, "starting SMTP:")?),
        "else" => Filter::Else(given(scanner, "else Other")?),
        "join" => Filter::Join(given(scanner, "join ', '")?),
        "first" => Filter::First(number(scanner, KEPT_MAX, "first 3")?),
        "last" => Filter::Last(number(scanner, KEPT_MAX, "last 4")?),
        "word" => Filter::Word(number(scanner, NUMBER_MAX, "word 2")?),
        "value" => Filter::Value(number(scanner, NUMBER_MAX, "value 2")?),
        "pad" => Filter::Pad(number(scanner, PAD_MAX, "pad 8 0")?, character(scanner, "pad 8 0")?),
        "unpad" => Filter::Unpad(character(scanner, "unpad 0")?),
        "replace" => replace(scanner)?,
        "map" => Filter::Map(pairs(scanner)?),
        _ => return Err(unknown(&begin, &name)),
    }))
}

fn unknown(begin: &Scanner<'_>, name: &str) -> Unreadable {
    let names = FILTERS.iter().map(|filter| filter.name);
    if name.is_empty() {
        let first =
            "a filter is missing after the |; a | in the name of a column needs quotes around the name";
        return begin.error(first);
    }
    match nearest(name, names.clone()) {
        Some(meant) => begin.error(format!("there is no filter `{name}`; did you mean `{meant}`?")),
        None => begin.error(format!(
            "there is no filter `{name}`; the filters are {}",
            names.collect::<Vec<_>>().join(", ")
        )),
    }
}

/// A text that must be there; it may be empty in quotes.
fn given(scanner: &mut Scanner<'_>, example: &str) -> Result<String, Unreadable> {
    let begin = scanner.clone();
    scanner
        .text(&ENDS)?
        .ok_or_else(|| begin.error(format!("a text is missing; write for example: {example}")))
}

/// A text that must be there and not be empty.
fn needed(scanner: &mut Scanner<'_>, example: &str) -> Result<String, Unreadable> {
    let begin = scanner.clone();
    let text = given(scanner, example)?;
    if text.is_empty() {
        return Err(begin.error(format!("the text must not be empty; write for example: {example}")));
    }
    Ok(text)
}

fn number(scanner: &mut Scanner<'_>, max: usize, example: &str) -> Result<usize, Unreadable> {
    scanner.skip_spaces();
    let begin = scanner.clone();
    let digits = scanner.take_while(|c| c.is_ascii_digit());
    let number = digits.parse::<usize>().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| begin.error(format!("expected a number from 1 to {max}, for example: {example}")))
}

fn character(scanner: &mut Scanner<'_>, example: &str) -> Result<char, Unreadable> {
    scanner.skip_spaces();
    let begin = scanner.clone();
    let text = scanner.text(&ENDS)?.unwrap_or_default();
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(begin.error(format!("expected one character, for example: {example}"))),
    }
}

fn replace(scanner: &mut Scanner<'_>) -> Result<Filter, Unreadable> {
    const EXAMPLE: &str = "write for example: replace ' ' . (or '' for nothing)";
    let word = |scanner: &mut Scanner<'_>| scanner.text(&[' ', '\t', '|', '}']);
    scanner.skip_spaces();
    let begin = scanner.clone();
    let from = word(scanner)?.filter(|from| !from.is_empty());
    let from = from.ok_or_else(|| begin.error(format!("the text to replace is missing; {EXAMPLE}")))?;
    scanner.skip_spaces();
    let begin = scanner.clone();
    let to =
        word(scanner)?.ok_or_else(|| begin.error(format!("the text in its place is missing; {EXAMPLE}")))?;
    Ok(Filter::Replace(from, to))
}

/// The pairs of `map`: A=B, C=D.
fn pairs(scanner: &mut Scanner<'_>) -> Result<Vec<Pair>, Unreadable> {
    const EXAMPLE: &str = "write for example: map DE=Germany, FR=France";
    let mut pairs: Vec<Pair> = Vec::new();
    loop {
        scanner.skip_spaces();
        let begin = scanner.clone();
        let from = scanner.text(&['=', ',', '|', '}'])?.filter(|from| !from.is_empty());
        let from = from.ok_or_else(|| begin.error(format!("a value is missing; {EXAMPLE}")))?;
        scanner.skip_spaces();
        if !scanner.take("=") {
            return Err(scanner.error(format!("expected = after a value; {EXAMPLE}")));
        }
        let to = scanner.text(&['=', ',', '|', '}'])?;
        let to = to.ok_or_else(|| {
            scanner.error(format!("a text is missing after the = ('' for nothing); {EXAMPLE}"))
        })?;
        let pair = Pair::new(from, to);
        if pairs.iter().any(|known| known.folded == pair.folded) {
            return Err(begin.error(format!("{:?} is listed twice; remove one", pair.from)));
        }
        pairs.push(pair);
        scanner.skip_spaces();
        if !scanner.take(",") {
            return Ok(pairs);
        }
    }
}

/// The one placeholder with which a condition begins.
pub(crate) fn leading(scanner: &mut Scanner<'_>) -> Result<Template, Unreadable> {
    Ok(match placeholder(scanner)? {
        Part::Placeholder { column, steps } if steps.is_empty() => Template::column(column),
        part => Template(Form::Parts(vec![part])),
    })
}
