//! Values that are taken as they are, and counted, because they are hardly meant so: HTML, the sign of a workbook for a line end,
//! more than an address in a field of e-mail addresses, a username with letters of two alphabets (rule 43d).
//!
//! Above `entity`, below the kinds of sources. Promises that of each person one such value is counted.

use crate::entity;
use rollcall_core::entry::Entry;
use rollcall_core::fields::FieldName;
use rollcall_core::person;
use std::collections::BTreeMap;
use unicode_security::MixedScript as _;

/// What such a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// An entity or a tag.
    Html,
    /// What a workbook writes for a line end.
    LineEnd,
    /// A link, a name or another address beside an address.
    BesideAddress,
    /// Letters of two alphabets in one word of the username.
    TwoAlphabets,
}

/// The people who have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OddPeople {
    /// How many.
    pub people: u64,
    /// Who and what, of the first.
    pub example: String,
}

/// All of them, by what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oddities(BTreeMap<Oddity, OddPeople>);

impl Oddity {
    const ALL: [Self; 4] = [Self::Html, Self::LineEnd, Self::BesideAddress, Self::TwoAlphabets];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::LineEnd => "line_end",
            Self::BesideAddress => "beside_address",
            Self::TwoAlphabets => "two_alphabets",
        }
    }

    /// The one that is stored so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|oddity| oddity.as_str() == text)
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Html => "HTML in a field",
            Self::LineEnd => "the sign of a workbook for a line end in a field",
            Self::BesideAddress => "more than a plain e-mail address in a field",
            Self::TwoAlphabets => "letters in the username that look like others",
        }
    }
}

impl Oddities {
    /// Looks at a person. `who` says who or where it is.
    pub(crate) fn see(&mut self, entry: &Entry, who: impl FnOnce() -> String) {
        let username = entry.username.as_ref().map_or(entry.key.original(), |name| name.original());
        if has_two_alphabets(username) {
            let what = || format!("{username:?} has letters of two alphabets in one word");
            return self.count(Oddity::TwoAlphabets, who, what);
        }
        let mut fields = entry.fields.iter().chain(entry.created_fields.iter());
        let found = fields.find_map(|(name, value)| Some((name, entity::first(value)?)));
        let Some((name, found)) = found else { return self.see_address(address(entry), who) };
        let oddity = if found.starts_with('_') { Oddity::LineEnd } else { Oddity::Html };
        self.count(oddity, who, || format!("{found} in `{}`", name.as_str()));
    }

    /// Looks at the address alone, of somebody of whom nothing else can be said.
    pub(crate) fn see_address(&mut self, address: Option<(&FieldName, &str)>, who: impl FnOnce() -> String) {
        let found = address.and_then(|(name, value)| Some((name, beside_address(value)?)));
        if let Some((name, beside)) = found {
            self.count(Oddity::BesideAddress, who, || format!("{beside} in `{}`", name.as_str()));
        }
    }

    fn count(&mut self, oddity: Oddity, who: impl FnOnce() -> String, what: impl FnOnce() -> String) {
        let example = || OddPeople { people: 0, example: format!("{}: {}", who(), what()) };
        self.0.entry(oddity).or_insert_with(example).people += 1;
    }

    /// Adds some of them.
    pub fn add(&mut self, oddity: Oddity, odd: &OddPeople) {
        let example = || OddPeople { people: 0, example: odd.example.clone() };
        self.0.entry(oddity).or_insert_with(example).people += odd.people;
    }

    /// Each with the people who have it.
    pub fn iter(&self) -> impl Iterator<Item = (Oddity, &OddPeople)> {
        self.0.iter().map(|(oddity, odd)| (*oddity, odd))
    }

    /// What is to be said, a sentence for each.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        self.iter().map(|(oddity, OddPeople { people, example })| {
            let have = if *people == 1 { "person has" } else { "people have" };
            format!(
                "{people} {have} {}, for example {example}; it is taken as it is: correct what writes it, or the application \
                 shows it",
                oddity.in_words()
            )
        })
    }
}

/// Whether a username has a word in two alphabets: `аnna` with the first letter of the Russian alphabet looks like `anna`.
fn has_two_alphabets(username: &str) -> bool {
    let mut words = username.split(|c: char| !c.is_alphanumeric());
    !username.is_ascii() && words.any(|word| !word.is_single_script())
}

/// The field of a person that has the e-mail address, with its value.
pub(crate) fn address(entry: &Entry) -> Option<(&FieldName, &str)> {
    entry.fields.iter().find(|(name, value)| person::is_email(name.as_str()) && !value.is_empty())
}

/// What a value has beside one address, if it is more than one: `mailto:ann@x.test`, `Ann Lee <ann@x.test>`, `a@x.test; b@x.test`.
fn beside_address(value: &str) -> Option<&'static str> {
    let (ats, others) = value.bytes().fold((0, false), |(ats, others), byte| {
        (ats + usize::from(byte == b'@'), others | matches!(byte, b':' | b'<' | b'>' | b'"'))
    });
    if ats > 1 {
        return Some("several addresses");
    }
    if ats == 0 || !others {
        return None;
    }
    let begins =
        |scheme: &str| value.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
    if ["mailto:", "smtp:", "sip:"].into_iter().any(begins) {
        return Some("a link");
    }
    value.contains(['<', '>', '"']).then_some("a name beside the address")
}
