//! The order of match keys, naively (rule 13d): a key in parts, each a number or a letter.

use std::string::String;
use std::vec::Vec;

/// A part of a key. A number is its digits without leading zeros after how many they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NaturalPart {
    Number(usize, String),
    Letter(char),
    /// Where everything before is the same: the key as it is.
    Whole(String),
}

impl NaturalPart {
    /// Digits stand where the character `0` does.
    fn rank(&self) -> (Option<char>, usize, &str) {
        match self {
            Self::Number(length, digits) => (Some('0'), *length, digits),
            Self::Letter(letter) => (Some(*letter), 0, ""),
            Self::Whole(key) => (None, 0, key),
        }
    }
}

impl Ord for NaturalPart {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for NaturalPart {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

pub(super) fn parts(key: &str) -> Vec<NaturalPart> {
    let mut parts = Vec::new();
    let mut rest = key;
    while let Some(first) = rest.chars().next() {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() {
            parts.push(NaturalPart::Letter(first));
            rest = &rest[first.len_utf8()..];
        } else {
            let number = digits.trim_start_matches('0');
            parts.push(NaturalPart::Number(number.len(), String::from(number)));
            rest = &rest[digits.len()..];
        }
    }
    parts.push(NaturalPart::Whole(String::from(key)));
    parts
}
