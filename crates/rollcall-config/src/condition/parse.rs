//! From a text to a condition, or what is wrong in it, with its position and the cure.
//!
//! A text that could be read in two ways is a mistake: a wrong guess would put people out of scope.

use super::foreign::{IN_BRACKETS, Place, sign_in, sign_in_name};
use super::{Condition, Test, Word};
use crate::scan::{Scanner, Unreadable};
use crate::template::{Template, leading};
use std::str::FromStr;

/// The longest text of a condition, in bytes.
const TEXT_BYTES_MAX: usize = 8000;
/// The most values of `in`.
const WORDS_MAX: usize = 500;

const EXAMPLE: &str =
    "write for example: Department = Sales, or Department in Sales, Support, or Department is not empty";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Is,
    IsNot,
    In,
    NotIn,
    Contains,
    Begins,
    Ends,
    Empty,
    NotEmpty,
}

/// The operators that are words, longer ones first.
const WORDS: [(&str, Operator); 7] = [
    ("is not empty", Operator::NotEmpty),
    ("is empty", Operator::Empty),
    ("begins with", Operator::Begins),
    ("ends with", Operator::Ends),
    ("contains", Operator::Contains),
    ("not in", Operator::NotIn),
    ("in", Operator::In),
];

impl FromStr for Condition {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let mut scanner = Scanner::new(text);
        if text.len() > TEXT_BYTES_MAX {
            return Err(scanner.error(format!("the text is longer than {TEXT_BYTES_MAX} bytes; shorten it")));
        }
        scanner.skip_spaces();
        let is_denied = take_not(&mut scanner);
        let left = left(&mut scanner)?;
        scanner.skip_spaces();
        let Some((operator, length)) = operator_at(scanner.rest()) else {
            return Err(scanner.error(format!(
                "expected =, !=, in, contains, begins with, ends with or is empty; {EXAMPLE}"
            )));
        };
        for _ in 0..scanner.rest().get(..length).unwrap_or_default().chars().count() {
            scanner.next();
        }
        let test = test(&mut scanner, operator)?;
        scanner.skip_spaces();
        if scanner.peek().is_some() {
            return Err(
                scanner.error("the condition has ended here; write every condition as a text of its own")
            );
        }
        let is_not = matches!(operator, Operator::IsNot | Operator::NotIn | Operator::NotEmpty) != is_denied;
        let text = shown(&left, is_not, &test);
        Ok(Self { left, is_not, test, text })
    }
}

fn take_not(scanner: &mut Scanner<'_>) -> bool {
    let mut ahead = scanner.clone();
    let is_not = ahead.take_while(char::is_alphabetic).eq_ignore_ascii_case("not")
        && ahead.peek().is_some_and(char::is_whitespace);
    ahead.skip_spaces();
    // `not in A, B` has no column: the message is about that.
    if is_not && operator_at(ahead.rest()).is_none() {
        *scanner = ahead;
        return true;
    }
    false
}

/// The column, or a placeholder with filters.
fn left(scanner: &mut Scanner<'_>) -> Result<Template, Unreadable> {
    match scanner.peek() {
        Some('{') => leading(scanner),
        Some('\'' | '"') => {
            let begin = scanner.clone();
            let name = scanner.text(&[])?.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            name.map(Template::column).ok_or_else(|| begin.error("the name of a column is missing"))
        }
        _ => {
            let rest = scanner.rest();
            let Some((at, length)) = first_operator(rest) else {
                return Err(scanner.error(format!("there is no condition in it; {EXAMPLE}")));
            };
            let name = rest.get(..at).unwrap_or_default();
            let after = rest.get(at + length..).unwrap_or_default();
            if name.trim().is_empty() {
                return Err(scanner.error(format!("the name of a column is missing; {EXAMPLE}")));
            }
            let is_word = !rest.get(at..).is_some_and(|rest| rest.starts_with(['=', '!']));
            if is_word && first_operator(unquoted(after)).is_some() {
                return Err(scanner.error(
                    "this can be read in two ways; write the column, or the values, in quotes: 'Works in EU' = yes",
                ));
            }
            if let Some((at, cure)) = sign_in_name(name) {
                return Err(error_at(scanner, name, at, cure));
            }
            for _ in 0..name.chars().count() {
                scanner.next();
            }
            Ok(Template::column(name.trim().to_owned()))
        }
    }
}

/// The part of the values before the first quote: what is in quotes is no operator.
fn unquoted(text: &str) -> &str {
    text.find(['\'', '"']).and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The operator at the beginning of a text, and its length.
fn operator_at(text: &str) -> Option<(Operator, usize)> {
    if text.starts_with("!=") {
        return Some((Operator::IsNot, 2));
    }
    if text.starts_with('=') {
        return Some((Operator::Is, 1));
    }
    WORDS.iter().find_map(|(words, operator)| Some((*operator, words_at(text, words)?)))
}

/// The length of these words at the beginning of a text, with any spaces between them, up to the end of a word.
fn words_at(text: &str, words: &str) -> Option<usize> {
    let mut rest = text;
    for (number, word) in words.split(' ').enumerate() {
        if number > 0 {
            let trimmed = rest.trim_start();
            (trimmed.len() < rest.len()).then_some(())?;
            rest = trimmed;
        }
        let beginning = rest.get(..word.len()).filter(|beginning| beginning.eq_ignore_ascii_case(word))?;
        rest = rest.get(beginning.len()..)?;
    }
    let is_end = rest.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '\'' | '"'));
    is_end.then_some(text.len() - rest.len())
}

/// The first operator in a text and its length. A word counts after a space.
pub(super) fn first_operator(text: &str) -> Option<(usize, usize)> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        if let Some((_, length)) = operator_at(rest)
            && (matches!(c, '=' | '!') || before.is_whitespace())
        {
            return Some((at, length));
        }
        before = c;
    }
    None
}

fn test(scanner: &mut Scanner<'_>, operator: Operator) -> Result<Test, Unreadable> {
    Ok(match operator {
        Operator::Is | Operator::IsNot => Test::AnyOf(vec![word(scanner, Place::Alone)?]),
        Operator::In | Operator::NotIn => {
            let mut words = Vec::new();
            scanner.skip_spaces();
            let begin = scanner.clone();
            loop {
                words.push(word(scanner, Place::Listed)?);
                scanner.skip_spaces();
                if !scanner.take(",") {
                    break;
                }
            }
            if words.len() > WORDS_MAX {
                return Err(scanner.error(format!("more than {WORDS_MAX} values; use fewer")));
            }
            // A list of one: in several of them, each may be a word in brackets.
            if words.len() == 1 && matches!(begin.peek(), Some('(' | '[')) {
                return Err(begin.error(IN_BRACKETS));
            }
            Test::AnyOf(words)
        }
        Operator::Contains => Test::Contains(word(scanner, Place::Part)?),
        Operator::Begins => Test::Begins(word(scanner, Place::Part)?),
        Operator::Ends => Test::Ends(word(scanner, Place::Part)?),
        Operator::Empty | Operator::NotEmpty => Test::Empty,
    })
}

fn word(scanner: &mut Scanner<'_>, place: Place) -> Result<Word, Unreadable> {
    scanner.skip_spaces();
    let begin = scanner.clone();
    if scanner.peek() == Some('=') {
        return Err(begin.error("there is one = too many; write one, or the value in quotes"));
    }
    let is_bare = !matches!(scanner.peek(), Some('\'' | '"'));
    let ends: &[char] = if place == Place::Listed { &[','] } else { &[] };
    let word = Word::new(scanner.text(ends)?.unwrap_or_default());
    if word.folded.is_empty() {
        return Err(
            begin.error("a value is missing; for a column without a value write: Department is empty")
        );
    }
    if let Some((at, cure)) = sign_in(&word.text, place).filter(|_| is_bare) {
        return Err(error_at(&begin, &word.text, at, cure));
    }
    Ok(word)
}

/// An error at an offset of a text that comes next.
fn error_at(scanner: &Scanner<'_>, text: &str, at: usize, what: String) -> Unreadable {
    let mut scanner = scanner.clone();
    for _ in 0..text.get(..at).unwrap_or_default().chars().count() {
        scanner.next();
    }
    scanner.error(what)
}

/// The text of a condition.
fn shown(left: &Template, is_not: bool, test: &Test) -> String {
    let mut out = String::new();
    let is_prefixed = is_not && matches!(test, Test::Contains(_) | Test::Begins(_) | Test::Ends(_));
    if is_prefixed {
        out.push_str("not ");
    }
    match left.as_column() {
        Some(name) if is_bare_column(name) => out.push_str(name),
        Some(name) => out.push_str(&quoted(name)),
        None => out.push_str(&left.to_string()),
    }
    let place = Place::of(test);
    let word = |word: &Word, is_listed: bool| {
        let is_bare = sign_in(&word.text, place).is_none()
            && !word.text.starts_with(['\'', '"', '='])
            && word.text.trim() == word.text
            && first_operator(&word.text).is_none()
            && !(is_listed && word.text.contains(','));
        if is_bare { word.text.clone() } else { quoted(&word.text) }
    };
    match test {
        Test::AnyOf(words) if words.len() == 1 => {
            out.push_str(if is_not { " != " } else { " = " });
            out.push_str(&words.first().map(|one| word(one, false)).unwrap_or_default());
        }
        Test::AnyOf(words) => {
            out.push_str(if is_not { " not in " } else { " in " });
            out.push_str(&words.iter().map(|one| word(one, true)).collect::<Vec<_>>().join(", "));
        }
        Test::Contains(one) => out.push_str(&format!(" contains {}", word(one, false))),
        Test::Begins(one) => out.push_str(&format!(" begins with {}", word(one, false))),
        Test::Ends(one) => out.push_str(&format!(" ends with {}", word(one, false))),
        Test::Empty => out.push_str(if is_not { " is not empty" } else { " is empty" }),
    }
    out
}

fn is_bare_column(name: &str) -> bool {
    let mut scanner = Scanner::new(name);
    scanner.skip_spaces();
    let is_denied = scanner.take_while(char::is_alphabetic).eq_ignore_ascii_case("not");
    !is_denied
        && sign_in_name(name).is_none()
        && !name.starts_with(['\'', '"', '{'])
        && first_operator(&format!("{name} ")).is_none()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
