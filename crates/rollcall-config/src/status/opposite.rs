//! Headings that say the opposite of active (blocked, suspended, terminated) or of an administrator, in the usual languages
//! (rule 40).
//!
//! A guess for a message only: a heading that is not recognised is read as it is configured.

mod stems;

use self::stems::{
    ACTIVE, ADMIN, ANYWHERE, AT_WORD, JOINS, NO_EX, NOT, ORDINARY, OTHERS, PHRASES, PLAINLY_ACTIVE, SIDES,
    USER, WORDS,
};
use crate::template::unaccented;
use rollcall_core::fold::fold;

/// Whether a heading says the opposite of active.
#[must_use]
pub fn is_opposite(heading: &str) -> bool {
    let words = words(heading);
    let is_phrase = |phrase: &&[&str]| words.windows(phrase.len()).any(|found| *found == **phrase);
    if says_both(&words) {
        return false;
    }
    if PHRASES.iter().any(is_phrase) {
        return true;
    }
    words.iter().enumerate().any(|(number, word)| {
        let before = number.checked_sub(1).and_then(|before| words.get(before)).map_or("", String::as_str);
        // Ex-employee
        if before == "ex" && !NO_EX.contains(&word.as_str()) {
            return true;
        }
        if word == "left" && words.get(number + 1).is_some_and(|next| SIDES.contains(&next.as_str())) {
            return false;
        }
        if NOT.contains(&before) { says_active(word) } else { says_opposite(word) }
    })
}

/// Whether a heading says that a person does not administer: "Not admin", "Standard user".
#[must_use]
pub fn is_opposite_of_admin(heading: &str) -> bool {
    let words = words(heading);
    let begins = |word: &str, stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
    let joined = ["non", "not", "no"].iter().any(|not| {
        let rests = words.iter().filter_map(|word| word.strip_prefix(not));
        rests.into_iter().any(|rest| begins(rest, ADMIN))
    });
    let is_turned = |pair: &[String]| match pair {
        [before, word] => {
            let is_not = NOT.contains(&before.as_str()) || before == "ex" || before == "former";
            is_not && begins(word, ADMIN) || begins(before, ORDINARY) && begins(word, USER)
        }
        _ => false,
    };
    // Usuario estándar, utente normale
    let is_behind = |pair: &[String]| match pair {
        [user, kind] => begins(user, USER) && begins(kind, ORDINARY),
        _ => false,
    };
    joined || words.windows(2).any(|pair| is_turned(pair) || is_behind(pair))
}

/// Whether a heading names both states, the one that a yes means first: "Active/Terminated", "Active (1) / Inactive (0)".
/// "0 = active, 1 = inactive" says the opposite.
fn says_both(words: &[String]) -> bool {
    let is_digit = |word: &str| word == "0" || word == "1";
    let is_join = |word: &String| word.chars().count() <= 2 || JOINS.contains(&word.as_str());
    let is_active = |word: &str| PLAINLY_ACTIVE.iter().any(|stem| word.starts_with(stem));
    words.iter().enumerate().any(|(at, word)| {
        let is_turned = at.checked_sub(1).and_then(|before| words.get(before));
        let is_turned = is_turned.is_some_and(|before| NOT.contains(&before.as_str()) || before == "0");
        let rest = words.get(at + 1..).unwrap_or_default();
        let Some(next) = rest.iter().position(|word| !is_join(word)) else { return false };
        let between = rest.get(..next).unwrap_or_default();
        // A number that stands behind its state, or before it.
        let means_no = between.first().is_some_and(|word| word == "0")
            && !words.get(..at).unwrap_or_default().iter().any(|word| is_digit(word));
        is_active(word) && !is_turned && !means_no && rest.get(next).is_some_and(|word| has_stem(word))
    })
}

fn says_active(word: &str) -> bool {
    word == "sign" || ACTIVE.iter().any(|stem| word.starts_with(stem))
}

fn says_opposite(word: &str) -> bool {
    // nologin, nonactif
    if ["non", "not", "no"].iter().any(|not| word.strip_prefix(not).is_some_and(says_active)) {
        return true;
    }
    // unlocked, nonblocked
    if ["un", "non", "not"].iter().any(|not| word.strip_prefix(not).is_some_and(has_stem)) {
        return false;
    }
    has_stem(word)
}

fn has_stem(word: &str) -> bool {
    if OTHERS.contains(&word) {
        return false;
    }
    let begins = AT_WORD.iter().any(|stem| word.starts_with(stem));
    begins || WORDS.contains(&word) || ANYWHERE.iter().any(|stem| word.contains(stem))
}

/// The words of a heading: separated by anything but letters, or by a capital letter after a small one.
fn words(heading: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in unaccented(heading).chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_small) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
        was_small = c.is_lowercase();
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}
