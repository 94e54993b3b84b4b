//! What people call a person: their name and e-mail address, where these are mapped, and the words by which somebody looks
//! for them (rule 67).
//!
//! Beside the account. Promises that a word is folded in one way on both sides: what is stored and what is typed. Accents
//! do not count here, unlike in keys: whoever looks for "goncalves" means Gonçalves.

#[cfg(test)]
mod tests;

use crate::account::{Account, AccountId};
use crate::fields::{FieldName, Fields};
use crate::fold::{Digest128, fold};
use crate::match_key::MatchKey;
use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Names of the field in which an application keeps the address. Of several the first by name counts.
const EMAIL_FIELDS: [&str; 5] = ["email", "e_mail", "email_address", "mail", "mail_address"];

/// Names of the field with a person's whole name, the best first.
const NAME_FIELDS: [&str; 8] =
    ["display_name", "full_name", "name", "displayname", "fullname", "common_name", "cn", "person_name"];

/// Names of the fields with the parts of a name, the best first.
const GIVEN_FIELDS: [&str; 6] =
    ["given_name", "first_name", "givenname", "firstname", "forename", "preferred_name"];
const FAMILY_FIELDS: [&str; 6] = ["family_name", "last_name", "surname", "lastname", "familyname", "sn"];

/// Words under which one account is found. A longer name than this is found by its first words.
pub const WORDS_MAX: usize = 8;

/// Characters of a word that count. Two longer ones that begin alike are looked at by their records.
const WORD_CHARS_MAX: usize = 40;

/// The person's name as it is mapped: a whole name, or given and family name; none where no field is one.
#[must_use]
pub fn name(fields: &Fields) -> Option<String> {
    if let Some(whole) = first(fields, &NAME_FIELDS) {
        return Some(whole.to_owned());
    }
    match (first(fields, &GIVEN_FIELDS), first(fields, &FAMILY_FIELDS)) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (part, other) => part.or(other).map(ToOwned::to_owned),
    }
}

/// The person's e-mail address as it is mapped.
#[must_use]
pub fn email(fields: &Fields) -> Option<&str> {
    let is_address =
        |(name, value): &(&FieldName, &str)| EMAIL_FIELDS.contains(&name.as_str()) && !value.is_empty();
    fields.iter().find(is_address).map(|(_, value)| value)
}

/// Whether a field of this name is one in which an application keeps the address.
#[must_use]
pub fn is_email(field: &str) -> bool {
    EMAIL_FIELDS.contains(&field)
}

fn first<'a>(fields: &'a Fields, names: &[&str]) -> Option<&'a str> {
    let value = |wanted: &&str| {
        fields.iter().find(|(name, value)| name.as_str() == *wanted && !value.trim().is_empty())
    };
    names.iter().find_map(value).map(|(_, value)| value.trim())
}

/// The words of a text, folded: what stands between spaces and punctuation, in its order.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut folded = fold(text);
    if !folded.is_ascii() {
        folded = folded.nfd().filter(|c| !is_combining_mark(*c)).flat_map(plain).collect();
    }
    let parts = folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|part| part.chars().take(WORD_CHARS_MAX).collect()).collect()
}

/// Letters that Unicode does not take apart, as people without them on their keyboard type them.
fn plain(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        other => (other, None),
    };
    core::iter::once(first).chain(second)
}

/// The words under which an account is kept for looking up: of its name, and of its username and its address before the @. A word with which another begins is left out, since what begins so is found by it too.
///
/// Where neither the username, nor the address, nor the account's id leads from its match key to it, the key is one word more.
#[must_use]
pub fn kept_words(account: &Account) -> BTreeSet<String> {
    // Behind the @ everybody has the same, in an address and in a username that is one.
    let local = |text: &str| words(text.rsplit_once('@').map_or(text, |(local, _)| local));
    let of_name = name(&account.fields).map(|name| words(&name)).unwrap_or_default();
    let of_address = email(&account.fields).map(local).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for word in of_name.into_iter().chain(local(account.username.original())).chain(of_address) {
        if word.chars().nth(1).is_some() && !found.contains(&word) {
            found.push(word);
        }
    }
    let is_begun =
        |word: &String| found.iter().any(|other| other != word && other.starts_with(word.as_str()));
    let mut kept: BTreeSet<String> =
        found.iter().filter(|word| !is_begun(word)).take(WORDS_MAX).cloned().collect();
    if let (Some(source), Some(key)) = (account.source(), account.key())
        && AccountId::of_key(source, key) != account.id
        && key.folded() != account.username.folded()
        && email(&account.fields).is_none_or(|email| fold(email) != key.folded())
    {
        kept.insert(word_of_key(key));
    }
    kept
}

/// A match key as one word: no name is a word like it.
#[must_use]
pub fn word_of_key(key: &MatchKey) -> String {
    let [first, _] = Digest128::of(&["key", key.folded()]).words();
    format!("={first:016x}")
}

/// Whether an account is one that somebody looks for by these words: each begins a word of its name, username, address,
/// key or id.
#[must_use]
pub fn has_words(account: &Account, sought: &[String]) -> bool {
    let mut own = words(account.username.original());
    own.extend(name(&account.fields).iter().flat_map(|name| words(name)));
    own.extend(email(&account.fields).into_iter().flat_map(words));
    own.extend(account.key().into_iter().flat_map(|key| words(key.original())));
    own.push(account.id.to_string());
    sought.iter().all(|word| own.iter().any(|own| own.starts_with(word.as_str())))
}
