//! The secrets of a session, and how they are removed from the texts of a server.
//!
//! Below every source and the console's sign-in. A server that knows a secret can send it back: in an error text, a
//! request id, a person's name. Promises that a known secret is found as it is, in any case of its letters, escaped
//! (percent, JSON, HTML, LDAP, several times over), in base64 wherever it begins (`user:secret` too), and in
//! hexadecimal. It searches for the known values, not for patterns, so it finds a secret of any form, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use url::form_urlencoded::byte_serialize;

/// Replaces a secret.
pub(crate) const STRUCK: &str = "[secret struck out]";

/// Each try of a login has a new assertion. Older assertions than this have expired.
const SECRETS_MAX: usize = 12;

/// A shorter derived form would also match ordinary words.
const DERIVED_CHARS_MIN: usize = 6;

/// The rest of a longer text of a server is not searched; messages quote much less of it.
const WORDS_CHARS_MAX: usize = 4096;

/// For a longer derived form (a token in base64 again) only the whole form is searched, not pieces.
const DERIVED_PIECES_CHARS_MAX: usize = 400;

/// How many nested layers of escapes are undone.
const LAYERS_MAX: usize = 3;

/// How a text may be escaped. Each kind is undone by itself: what is an escape in one may be plain text in another.
const ESCAPES: [(char, Unescape); 3] = [('%', percent), ('\\', backslash), ('&', entity)];

/// The character that an escape at the beginning of a text stands for, and how many characters the escape has.
type Unescape = fn(&str) -> Option<(char, usize)>;

/// Known secrets. All copies share them. Never shown.
#[derive(Clone, Default)]
pub struct KnownSecrets(Arc<Mutex<VecDeque<Arc<Secret>>>>);

struct Secret {
    text: String,
    /// How it may be written, in lower case, without escapes.
    forms: Vec<String>,
    /// Its pieces, for a text that may be cut. Made once, because many short texts are searched.
    pieces: Pieces,
    /// Whether it cannot be an ordinary word: a password such as `example` could be in every distinguished name.
    is_distinctive: bool,
}

/// Where secrets are searched, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A text of the server: every secret, and pieces of it, because a text may have been cut.
    Words,
    /// A finished message with our own words: secrets that cannot be ordinary words, and pieces of them.
    Text,
    /// A value of the directory: secrets that cannot be ordinary words, as a whole.
    Data,
}

impl KnownSecrets {
    /// Adds a secret. If it has several lines (a key in PEM form), each line is a secret.
    pub fn learn(&self, secret: &str) {
        let secret = secret.trim();
        if secret.contains(['\n', '\r']) {
            let is_secret = |line: &&str| line.chars().count() >= 16 && !line.starts_with("-----");
            secret.lines().map(str::trim).filter(is_secret).for_each(|line| self.learn(line));
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if secret.is_empty() || known.iter().any(|one| one.text == secret) {
            return;
        }
        known.push_back(Arc::new(Secret::of(secret)));
        // The first secrets were configured, and stay.
        if known.len() > SECRETS_MAX {
            drop(known.remove(SECRETS_MAX / 2));
        }
    }

    /// A text of the server, without secrets and pieces of them.
    #[must_use]
    pub fn in_words(&self, words: &str) -> String {
        let end = words.char_indices().nth(WORDS_CHARS_MAX).map_or(words.len(), |(end, _)| end);
        let words = &words[..end];
        self.strike(words, Place::Words).unwrap_or_else(|| words.to_owned())
    }

    /// A finished message, which may contain our own words and those of a server.
    #[must_use]
    pub fn in_text(&self, text: &str) -> String {
        self.strike(text, Place::Text).unwrap_or_else(|| text.to_owned())
    }

    /// A value of a directory without the secrets in it; `None` if it contains none.
    #[must_use]
    pub fn in_data(&self, value: &str) -> Option<String> {
        self.strike(value, Place::Data)
    }

    fn strike(&self, text: &str, place: Place) -> Option<String> {
        let secrets: Vec<Arc<Secret>> = {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let is_looked_for = |secret: &&Arc<Secret>| {
                let fits = || secret.forms.iter().any(|form| form.len() <= text.len());
                (place == Place::Words || secret.is_distinctive) && (place != Place::Data || fits())
            };
            known.iter().filter(is_looked_for).cloned().collect()
        };
        if secrets.is_empty() {
            return None;
        }
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut readings = vec![Reading::of(text)];
        for _ in 0..=LAYERS_MAX {
            for (secret, reading) in
                secrets.iter().flat_map(|one| readings.iter().map(move |text| (one, text)))
            {
                match place {
                    Place::Words | Place::Text => secret.pieces.find_in(reading, &mut found),
                    Place::Data => secret.forms.iter().for_each(|form| reading.find(form, &mut found)),
                }
            }
            readings = readings.iter().flat_map(Reading::undone).collect();
        }
        without(text, found)
    }
}

/// The text with a mark instead of each secret.
fn without(text: &str, mut found: Vec<Range<usize>>) -> Option<String> {
    if found.is_empty() {
        return None;
    }
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let (mut struck, mut at) = (String::new(), 0);
    for range in found {
        if range.start >= at && (at == 0 || range.start > at) {
            struck.push_str(&text[at..range.start]);
            struck.push_str(STRUCK);
        }
        at = at.max(range.end);
    }
    struck.push_str(&text[at..]);
    Some(struck)
}

impl Secret {
    fn of(text: &str) -> Self {
        let mut derived = Vec::new();
        let encoded: String = byte_serialize(text.as_bytes()).collect();
        // HTTP's Basic has a client's secret in base64, percent-encoded before (RFC 6749, 2.3.1).
        for bytes in [text.as_bytes(), encoded.as_bytes()] {
            derived.extend((0..3).flat_map(|before| in_base64(bytes, before)));
        }
        derived.push(text.bytes().map(|byte| format!("{byte:02x}")).collect());
        derived.retain(|form| form.len() >= DERIVED_CHARS_MIN);
        let mut forms = vec![text.to_owned(), text.replace(' ', "+")];
        forms.append(&mut derived);
        for form in &mut forms {
            form.make_ascii_lowercase();
        }
        forms.sort_unstable();
        forms.dedup();
        let count = text.chars().count();
        let is_mixed = text.chars().any(char::is_alphabetic) && !text.chars().all(char::is_alphabetic);
        let is_distinctive = (count >= 6 && is_mixed) || count >= 16;
        let pieces = Pieces::of(text, &forms);
        Self { text: text.to_owned(), forms, pieces, is_distinctive }
    }
}

/// The pieces of a secret's forms that are too long for a coincidence.
#[derive(Default)]
struct Pieces {
    /// By their number of characters.
    by_count: BTreeMap<usize, HashSet<String>>,
    /// Forms that are only searched for as a whole.
    whole: Vec<String>,
}

impl Pieces {
    fn of(text: &str, forms: &[String]) -> Self {
        let mut pieces = Self::default();
        for form in forms.iter().filter(|form| !form.is_empty()) {
            if form.len() > DERIVED_PIECES_CHARS_MAX && !form.eq_ignore_ascii_case(text) {
                pieces.whole.push(form.clone());
                continue;
            }
            let count = match form.chars().count() {
                count @ ..=4 => count,
                count @ 5..16 => (count * 3).div_ceil(4),
                16.. => 12,
            };
            pieces.by_count.entry(count).or_default().extend(windows(form, count).map(str::to_owned));
        }
        pieces
    }

    fn find_in(&self, reading: &Reading, found: &mut Vec<Range<usize>>) {
        for (count, pieces) in &self.by_count {
            for (at, window) in windows(&reading.text, *count).enumerate() {
                if pieces.contains(window) {
                    reading.note(at..at + count, found);
                }
            }
        }
        self.whole.iter().for_each(|form| reading.find(form, found));
    }
}

/// Every part of a text that has so many characters.
fn windows(text: &str, count: usize) -> impl Iterator<Item = &str> {
    let begins = || text.char_indices().map(|(at, _)| at);
    let ends = begins().chain(std::iter::once(text.len())).skip(count);
    begins().zip(ends).map(|(begin, end)| &text[begin..end])
}

/// The certain characters of these bytes in base64, in both alphabets, after so many other bytes (modulo 3).
fn in_base64(bytes: &[u8], before: usize) -> [String; 2] {
    let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
    // A character of base64 has six bits. Those that share bits with a neighbouring byte are uncertain.
    let first = (before * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)]
        .map(|text| text.get(first..end).unwrap_or_default().to_owned())
}

/// A text in lower case, with some of its escapes undone, and the origin of each character.
struct Reading {
    text: String,
    /// For each character: where it begins in `text`, and what it stands for in the original.
    places: Vec<(usize, Range<usize>)>,
}

impl Reading {
    fn of(text: &str) -> Self {
        let chars = text.char_indices().map(|(at, c)| (c, at..at + c.len_utf8()));
        Self::from_chars(chars)
    }

    fn from_chars(chars: impl Iterator<Item = (char, Range<usize>)>) -> Self {
        let mut reading = Self { text: String::new(), places: Vec::new() };
        for (c, range) in chars {
            reading.places.push((reading.text.len(), range));
            reading.text.push(c.to_ascii_lowercase());
        }
        reading
    }

    /// The positions of this form.
    fn find(&self, form: &str, found: &mut Vec<Range<usize>>) {
        if form.len() > self.text.len() {
            return;
        }
        for (at, form) in self.text.match_indices(form) {
            let place = |byte: usize| self.places.partition_point(|(begin, _)| *begin < byte);
            self.note(place(at)..place(at + form.len()), found);
        }
    }

    fn note(&self, chars: Range<usize>, found: &mut Vec<Range<usize>>) {
        if let Some([(_, first), .., (_, last)] | [(_, first @ last)]) = self.places.get(chars) {
            found.push(first.start..last.end);
        }
    }

    /// The text with one layer of escapes undone, in each way that changes it.
    fn undone(&self) -> Vec<Self> {
        let present = ESCAPES.iter().filter(|(mark, _)| self.text.contains(*mark));
        present.filter_map(|(mark, unescape)| self.undone_by(*mark, *unescape)).collect()
    }

    fn undone_by(&self, mark: char, unescape: Unescape) -> Option<Self> {
        let mut chars = Vec::with_capacity(self.places.len());
        let (mut at, mut is_changed) = (0, false);
        while let Some((begin, range)) = self.places.get(at) {
            let rest = &self.text[*begin..];
            let plain = rest.chars().next()?;
            let escape = Some(plain).filter(|c| *c == mark).and_then(|_| unescape(rest));
            is_changed |= escape.is_some();
            let (c, count) = escape.unwrap_or((plain, 1));
            let last = self.places.get(at + count - 1).map_or(range.end, |(_, last)| last.end);
            chars.push((c, range.start..last));
            at += count;
        }
        is_changed.then(|| Self::from_chars(chars.into_iter()))
    }
}

/// `\u0041`, `\u{41}`, `\x41`, `\41` (LDAP), or a character as it is.
fn backslash(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix('\\')?;
    let after = |prefix: &str, digits: usize| {
        let digits = rest.strip_prefix(prefix)?.get(..digits)?;
        Some((hexadecimal(digits)?, 1 + prefix.len() + digits.len()))
    };
    let braced = || {
        let (digits, _) = rest.strip_prefix("u{")?.split_once('}')?;
        Some((hexadecimal(digits)?, digits.len() + 4))
    };
    let plain = || rest.chars().next().map(|c| (c, 2));
    braced().or_else(|| after("u", 4)).or_else(|| after("x", 2)).or_else(|| after("", 2)).or_else(plain)
}

/// `&amp;`, `&#38;`, `&#x26;` and their like.
fn entity(text: &str) -> Option<(char, usize)> {
    let (name, _) = text.strip_prefix('&')?.split_once(';')?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => match name.strip_prefix("#x") {
            Some(digits) => hexadecimal(digits)?,
            None => name.strip_prefix('#')?.parse().ok().and_then(char::from_u32)?,
        },
    };
    Some((c, name.chars().count() + 2))
}

fn hexadecimal(digits: &str) -> Option<char> {
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}

/// The character of a percent-encoding, whose bytes are UTF-8.
fn percent(text: &str) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let digits = text.get(at * 3..at * 3 + 3)?.strip_prefix('%')?;
        u8::from_str_radix(digits, 16).ok()
    };
    let bytes: Vec<u8> = (0..4).map_while(byte).collect();
    (1..=bytes.len()).find_map(|count| {
        let c = std::str::from_utf8(&bytes[..count]).ok()?.chars().next()?;
        Some((c, count * 3))
    })
}

impl fmt::Debug for KnownSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownSecrets(..)")
    }
}

#[cfg(test)]
mod tests;
