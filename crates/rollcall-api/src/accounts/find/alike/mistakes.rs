//! What is a mistake in a word, how large it is, and what may have been meant.

use rollcall_sync::store::KeptWord;
use std::collections::BTreeSet;

/// Letters of a word in which a mistake is looked for.
pub(super) const WORD_MIN: usize = 3;

/// Letters of one alphabet lie in a block of so many characters, as Unicode counts them.
const ALPHABET: u32 = 0x80;

/// The first letters of a word.
pub(super) fn letters(word: &str, count: usize) -> String {
    word.chars().take(count).collect()
}

/// How many letters are wrong in all, if somebody with these words can be meant: each sought word must be like one of them,
/// or like its beginning.
pub(super) fn errors(sought: &[&str], kept: &KeptWord) -> Option<usize> {
    let mut errors = 0;
    for word in sought {
        let least = kept.all_words().map(|own| distance(word, own)).min()?;
        if least > wrong_max(word) {
            return None;
        }
        errors += least;
    }
    Some(errors)
}

/// How many letters are wrong, if this word can be meant for another.
pub(super) fn corrected(word: &str, own: &str) -> Option<usize> {
    Some(distance(word, own)).filter(|distance| *distance <= wrong_max(word))
}

/// How many letters may be wrong.
fn wrong_max(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    }
}

/// How many letters of a word are too many, missing, wrong or exchanged with the next one, if another is meant; if only the
/// beginning of that is meant, one more. A word that is much longer than another is all wrong.
pub(super) fn distance(word: &str, own: &str) -> usize {
    let (length, of_own) = (word.chars().count(), own.chars().count());
    if of_own + 2 < length {
        return length;
    }
    let whole = if length + 2 < of_own { of_own } else { strsim::osa_distance(word, own) };
    if whole <= 1 {
        return whole;
    }
    let counts = (length.saturating_sub(1)..=length + 1).filter(|count| *count < of_own);
    counts.map(|count| strsim::osa_distance(word, &letters(own, count)) + 1).fold(whole, usize::min)
}

/// The word with one of its first letters left out, or exchanged with the next one.
pub(super) fn mended(word: &str, first: usize) -> BTreeSet<String> {
    let all: Vec<char> = word.chars().collect();
    let mut mended = BTreeSet::new();
    for at in 0..first.min(all.len()) {
        let mut without = all.clone();
        without.remove(at);
        mended.insert(without.into_iter().collect());
        if at + 1 < all.len() {
            let mut exchanged = all.clone();
            exchanged.swap(at, at + 1);
            mended.insert(exchanged.into_iter().collect::<String>());
        }
    }
    mended.remove(word);
    mended
}

/// The word with every other letter of its alphabet at one place, and with one more letter there, in their order.
pub(super) fn targets(word: &str, at: usize) -> BTreeSet<String> {
    let Some(own) = word.chars().nth(at) else { return BTreeSet::new() };
    let begin = u32::from(own) - u32::from(own) % ALPHABET;
    let alphabet = (begin..begin + ALPHABET).filter_map(char::from_u32).filter(|c| c.is_alphabetic());
    let beginning = letters(word, at);
    let (behind, rest): (String, String) =
        (word.chars().skip(at + 1).collect(), word.chars().skip(at).collect());
    let mut targets: BTreeSet<String> = alphabet
        .filter(|letter| letter.to_lowercase().eq([*letter]))
        .flat_map(|letter| [&behind, &rest].map(|rest| format!("{beginning}{letter}{rest}")))
        .collect();
    targets.remove(word);
    targets
}
