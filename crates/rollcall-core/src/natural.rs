//! The order of match keys: the digits in them compare as numbers, so that 9 comes before 10 (rule 13d).
//!
//! A leaf of the crate. Promises a total order in which texts are equal only if they are the same.

use alloc::format;
use alloc::string::String;
use core::cmp::Ordering;

/// A folded match key in the order of rule 13d: digits as numbers, everything else by its characters.
///
/// Numbers of any length compare; where two differ in leading zeros only, the plain text decides. Digits are `0` to `9`:
/// folding has turned wide digits into them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NaturalKey<'a>(pub &'a str);

/// Numbers of so many digits have one digit for their length; longer ones have `9` and four.
const SHORT_DIGITS_MAX: usize = 8;

impl NaturalKey<'_> {
    /// The key as a text that a database sorts by its bytes as this order has it: each number after its length.
    #[must_use]
    pub fn sortable(self) -> String {
        let mut text = String::with_capacity(2 * self.0.len());
        let mut rest = self.0;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            text.push_str(&rest[..at]);
            let (number, after) = split_number(&rest.as_bytes()[at..]);
            let digits = &rest[rest.len() - after.len() - number.len()..rest.len() - after.len()];
            text.push_str(&match digits.len() {
                length if length <= SHORT_DIGITS_MAX => format!("{length}{digits}"),
                length => format!("9{length:04}{digits}"),
            });
            rest = &rest[rest.len() - after.len()..];
        }
        text.push_str(rest);
        // Keys that differ in leading zeros only. No key has such a character.
        if text != self.0 {
            text.push('\u{1}');
            text.push_str(self.0);
        }
        text
    }
}

impl NaturalKey<'_> {
    /// The first 16 bytes of [`NaturalKey::sortable`] as one number: of two keys whose numbers differ, the smaller number has
    /// the smaller key. Sorting compares numbers, and looks at texts only where these are equal.
    #[must_use]
    pub fn prefix(self) -> u128 {
        let mut prefix = Prefix { bytes: [0; PREFIX_BYTES], used: 0 };
        let mut rest = self.0.as_bytes();
        while let (Some(byte), true) = (rest.first(), prefix.used < PREFIX_BYTES) {
            if !byte.is_ascii_digit() {
                prefix.push(*byte);
                rest = &rest[1..];
                continue;
            }
            let (number, after) = split_number(rest);
            match u8::try_from(number.len()) {
                Ok(length) if usize::from(length) <= SHORT_DIGITS_MAX => prefix.push(b'0' + length),
                // The length of a long number decides before its digits, and does not fit: what follows is left to the texts.
                Ok(_) | Err(_) => {
                    prefix.push(b'9');
                    break;
                }
            }
            number.iter().for_each(|digit| prefix.push(*digit));
            rest = after;
        }
        u128::from_be_bytes(prefix.bytes)
    }
}

/// The bytes of [`NaturalKey::prefix`].
const PREFIX_BYTES: usize = 16;

struct Prefix {
    bytes: [u8; PREFIX_BYTES],
    used: usize,
}

impl Prefix {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.used) {
            *place = byte;
            self.used += 1;
        }
    }
}

impl Ord for NaturalKey<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, other_one) = (self.0.as_bytes(), other.0.as_bytes());
        let from = start_of_difference(one, other_one);
        compare(&one[from..], &other_one[from..]).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for NaturalKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Where two keys begin to differ, or the number in which they do.
fn start_of_difference(one: &[u8], other: &[u8]) -> usize {
    let common = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    one[..common].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1)
}

/// By bytes, which order UTF-8 as its characters do; a run of digits is one number.
fn compare(mut one: &[u8], mut other: &[u8]) -> Ordering {
    loop {
        let (a, b) = match (one.split_first(), other.split_first()) {
            (Some(a), Some(b)) => (a, b),
            (a, b) => return a.is_some().cmp(&b.is_some()),
        };
        if a.0.is_ascii_digit() && b.0.is_ascii_digit() {
            let (number, rest) = split_number(one);
            let (other_number, other_rest) = split_number(other);
            let by_value = number.len().cmp(&other_number.len()).then_with(|| number.cmp(other_number));
            if by_value != Ordering::Equal {
                return by_value;
            }
            (one, other) = (rest, other_rest);
        } else if a.0 == b.0 {
            (one, other) = (a.1, b.1);
        } else {
            return a.0.cmp(b.0);
        }
    }
}

/// The digits at the beginning without leading zeros, and what follows them.
fn split_number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let start = digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    (&digits[start..], rest)
}

#[cfg(test)]
mod tests;
