//! Signs of other languages in a condition: `svc-*`, `(Ops, Legal)`, `a or b`. Below `parse`.
//!
//! As a text they would be compared letter by letter, and with `!=` or `not` they would keep nobody out. Promises that a
//! text in quotes is never refused, and neither are the comma of a distinguished name, a percent or a dollar sign at the end.

use super::Test;
use super::parse::first_operator;

/// What a value is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The only value of `=` or `!=`.
    Alone,
    /// One of the values of `in`.
    Listed,
    /// A part of a value: `contains`, `begins with`, `ends with`.
    Part,
}

impl Place {
    /// The place of the words of a test, as it is written by `Display`.
    pub(super) fn of(test: &Test) -> Self {
        match test {
            Test::AnyOf(words) if words.len() == 1 => Self::Alone,
            Test::AnyOf(_) => Self::Listed,
            Test::Contains(_) | Test::Begins(_) | Test::Ends(_) | Test::Empty => Self::Part,
        }
    }
}

const QUOTES: &str = "or write the value in quotes if it is meant so";

/// What is said of a list in brackets.
pub(super) const IN_BRACKETS: &str = "a list has no brackets: write Department in Sales, Legal; or write each value in quotes if it is meant so";

/// What is wrong with a value without quotes: the offset of the sign, and the cure.
pub(super) fn sign_in(value: &str, place: Place) -> Option<(usize, String)> {
    let said = |at: usize, cure: &str| Some((at, format!("{cure}; {QUOTES}")));
    // Nearly all values have letters and digits only.
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@')) {
        return if value.eq_ignore_ascii_case("null") {
            said(0, "an empty value is written as: Department is empty")
        } else {
            None
        };
    }
    if let Some(at) = value.find('*') {
        return said(at, "* is no wildcard here: write begins with, ends with or contains");
    }
    let is_percent = value.starts_with('%')
        || value
            .strip_suffix('%')
            .is_some_and(|before| before.ends_with(|c: char| c.is_alphabetic() || c == '-'));
    if is_percent {
        return said(0, "% is no wildcard here: write begins with, ends with or contains");
    }
    if value.starts_with(['^', '~']) || value.starts_with("/^") {
        return said(0, "a pattern cannot be used here: write begins with, ends with or contains");
    }
    if let Some(at) = ["&&", "||"].into_iter().find_map(|sign| value.find(sign)) {
        return said(
            at,
            "one condition is one text: write where = [\"...\", \"...\"] for and, and in for or",
        );
    }
    joined(value, place).or_else(|| listed(value, place)).or_else(|| bracketed(value, place))
}

/// `Sales or Legal`, `Sales and Status = Active`. `Research and Development` is a department.
fn joined(value: &str, place: Place) -> Option<(usize, String)> {
    let cure = "one condition is one text: write where = [\"...\", \"...\"] for and, and Department in Sales, Legal for or";
    for (at, _) in value.match_indices(' ') {
        let after = value.get(at + 1..).unwrap_or_default();
        let (word, rest) = after.split_once(' ').unwrap_or((after, ""));
        let is_or = word.eq_ignore_ascii_case("or") && place != Place::Part;
        let is_joint = word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or");
        if (is_or && !rest.trim().is_empty()) || is_joint && first_operator(rest).is_some() {
            return Some((at + 1, format!("{cure}; {QUOTES}")));
        }
    }
    None
}

/// Several values where one is expected, or with another sign between them than a comma.
fn listed(value: &str, place: Place) -> Option<(usize, String)> {
    let cure = match place {
        Place::Alone => "several values are written with in: Department in Sales, Legal",
        Place::Listed => "values are separated by commas: Department in Sales, Legal",
        Place::Part => "one text is compared: write one condition for each",
    };
    let is_sign = |c: char| match place {
        // A distinguished name has commas between its parts.
        Place::Alone => matches!(c, ';' | '|') || c == ',' && !is_name_of_an_entry(value),
        Place::Listed => matches!(c, ';' | '|'),
        // Part of a distinguished name, or of a list in a cell, may begin or end with a separator.
        Place::Part => c == ',' && !value.contains('=') && !value.starts_with(',') && !value.ends_with(','),
    };
    let at = value.find(is_sign)?;
    Some((at, format!("{cure}; {QUOTES}")))
}

/// `CN=Vpn,DC=x`: each part has a name and a value, or continues the part before it behind a backslash.
fn is_name_of_an_entry(value: &str) -> bool {
    let mut is_continued = false;
    value.split(',').all(|part| {
        let is_part = is_continued
            || part.split_once('=').is_some_and(|(name, _)| {
                let name = name.trim();
                !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            });
        is_continued = part.ends_with('\\');
        is_part
    })
}

/// `(Ops` as the first of a list in brackets, `[Ops]`, and another column in braces.
fn bracketed(value: &str, place: Place) -> Option<(usize, String)> {
    let opens = value.chars().next().filter(|c| matches!(c, '(' | '[' | '{'))?;
    let closes = match opens {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    // {3F2504E0-4F89-11D3-9A0C-0305E82C3301}
    let is_id = opens == '{'
        && value.get(1..value.len().saturating_sub(1)).is_some_and(|inner| {
            inner.len() >= 32 && inner.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        });
    let is_wrong = match place {
        Place::Listed => !value.ends_with(closes),
        Place::Alone | Place::Part => opens == '{' && value.contains('}') && !is_id,
    };
    let cure = match place {
        Place::Listed => String::from(IN_BRACKETS),
        Place::Alone | Place::Part => {
            format!("a column is compared with a text, not with another column; {QUOTES}")
        }
    };
    is_wrong.then_some((0, cure))
}

/// What is wrong with the name of a column without quotes, such as the `Grade >` of `Grade >= 3`: the offset, and the cure.
pub(super) fn sign_in_name(name: &str) -> Option<(usize, String)> {
    let name = name.trim_end();
    if name.starts_with('!') {
        let cure = "not is written as a word: not Department = Sales, or Department != Sales; or write the column in quotes";
        return Some((0, String::from(cure)));
    }
    let (at, sign) =
        name.char_indices().next_back().filter(|(_, c)| matches!(c, '<' | '>' | '~' | ':' | '^'))?;
    let cure = if sign == ':' {
        String::from("write = alone; or write the column in quotes")
    } else {
        format!(
            "there is no {sign}=: write =, !=, in, contains, begins with or ends with; or write the column in quotes"
        )
    };
    Some((at, cure))
}
