//! Distinguished names (RFC 4514): one name has many spellings, so names are compared by their parsed parts,
//! not as texts (rule 1).
//!
//! Beside `fold`, below the match key. A text that cannot be parsed as a whole is not a distinguished name.

use crate::fold::fold;
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// The short names of RFC 4514 for attribute types that may also be written as numbers.
const SHORT_NAMES: [(&str, &str); 9] = [
    ("2.5.4.3", "cn"),
    ("2.5.4.7", "l"),
    ("2.5.4.8", "st"),
    ("2.5.4.10", "o"),
    ("2.5.4.11", "ou"),
    ("2.5.4.6", "c"),
    ("2.5.4.9", "street"),
    ("0.9.2342.19200300.100.1.25", "dc"),
    ("0.9.2342.19200300.100.1.1", "uid"),
];

/// What must be escaped inside a value.
const SPECIAL: [char; 8] = [',', '+', '"', '\\', '<', '>', ';', '='];

/// The folded form of a distinguished name, a distinguished name itself; `None` if the text is not one.
///
/// Case, space around the parts, the way of escaping and the order within a part of several attributes do not count.
pub(crate) fn fold_dn(text: &str) -> Option<String> {
    if !text.contains('=') {
        return None;
    }
    // RFC 2253 asks readers to accept the semicolons of older names too.
    let parts = split(text, |c| matches!(c, ',' | ';'));
    let parts: Vec<String> = parts.map(fold_part).collect::<Option<_>>()?;
    Some(parts.join(","))
}

fn fold_part(part: &str) -> Option<String> {
    let mut attributes: Vec<String> = split(part, |c| c == '+').map(fold_attribute).collect::<Option<_>>()?;
    attributes.sort_unstable();
    Some(attributes.join("+"))
}

fn fold_attribute(attribute: &str) -> Option<String> {
    let (name, value) = attribute.split_once('=')?;
    let mut folded = fold_type(name.trim())?;
    folded.push('=');
    let value = trim(value);
    if let Some(hex) = value.strip_prefix('#') {
        if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        folded.push_str(&value.to_ascii_lowercase());
        return Some(folded);
    }
    for (at, c) in fold(&unescape(value)?).char_indices() {
        if SPECIAL.contains(&c) || (at == 0 && c == '#') {
            folded.push('\\');
        }
        folded.push(c);
    }
    Some(folded)
}

/// A name as `cn`, or a number as `2.5.4.3`.
fn fold_type(name: &str) -> Option<String> {
    if let Some((_, short)) = SHORT_NAMES.iter().find(|(number, _)| *number == name) {
        return Some((*short).to_owned());
    }
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_number = name.contains('.')
        && name.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()));
    (is_name || is_number).then(|| name.to_ascii_lowercase())
}

/// The pieces between separators that are not escaped.
fn split(text: &str, is_separator: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    let mut is_escaped = false;
    text.split(move |c| {
        let is_end = !is_escaped && is_separator(c);
        is_escaped = !is_escaped && c == '\\';
        is_end
    })
}

/// A value without the spaces around it. An escaped space belongs to the value.
fn trim(value: &str) -> &str {
    let start = value.trim_start();
    let end = start.trim_end();
    let escapes = end.chars().rev().take_while(|c| *c == '\\').count();
    // Not every space is one byte: an ideographic one has three.
    let escaped = start[end.len()..].chars().next().filter(|_| escapes % 2 == 1);
    &start[..end.len() + escaped.map_or(0, char::len_utf8)]
}

/// The value itself: `\,` is a comma, `\2C` is one too; several bytes in hexadecimal make one letter of UTF-8.
fn unescape(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'\\', [high, low, tail @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
                tail
            }
            (b'\\', [c, tail @ ..]) if *c == b' ' || *c == b'#' || SPECIAL.contains(&char::from(*c)) => {
                bytes.push(*c);
                tail
            }
            // The standard no longer has quotes around a value, but a quote can have no other meaning.
            (b'\\' | b'"', _) => return None,
            (byte, tail) => {
                bytes.push(*byte);
                tail
            }
        };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
