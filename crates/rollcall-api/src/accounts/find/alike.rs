//! Names that are spelt like a misspelt one, where nobody has that (rule 67).
//!
//! Reads the words that begin alike, in parts: typing errors are rarest in the first letters. So it is bounded, and does not
//! find every name that could be meant.

use crate::error::Error;
use rollcall_core::account::Account;
use rollcall_sync::Shell;
use rollcall_sync::store::{KeptWord, LETTERS};
use std::collections::BTreeMap;

/// Words that are read for each beginning.
const READ_MAX: usize = 20;

/// People who are offered.
const OFFERED: usize = 5;

/// Words of a text that are looked at.
const WORDS_MAX: usize = 3;

/// Letters of a word with which others must begin, first more, then fewer.
const BEGINNINGS: [usize; 2] = [4, 3];

/// People with names like these words, the most alike first.
pub(super) async fn alike(shell: &Shell, sought: &[String]) -> Result<Vec<Account>, Error> {
    let sought: Vec<&String> = sought.iter().take(WORDS_MAX).collect();
    let mut found: BTreeMap<_, (usize, KeptWord)> = BTreeMap::new();
    for (word, also) in beginnings(&sought) {
        for kept in shell.store.words(&word, also.as_deref(), READ_MAX).await? {
            if let Some(errors) = errors(&sought, &kept) {
                found.entry(kept.account).or_insert((errors, kept));
            }
        }
    }
    let mut best: Vec<_> = found.into_iter().map(|(id, (errors, kept))| (errors, kept, id)).collect();
    best.sort();
    best.truncate(OFFERED);
    let ids: Vec<_> = best.into_iter().map(|(_, _, id)| id).collect();
    Ok(shell.store.accounts_of(&ids).await?)
}

/// What to read: a whole word with the beginning of another, which is most often right; the beginnings of each word; and
/// its first two letters the other way round.
fn beginnings(sought: &[&String]) -> Vec<(String, Option<String>)> {
    let part = |word: &str, count: usize| word.chars().take(count).collect::<String>();
    let mut all = Vec::new();
    for word in sought.iter().filter(|word| word.chars().count() >= LETTERS) {
        for other in sought.iter().filter(|other| other != &word) {
            all.push(((*word).clone(), Some(part(other, LETTERS))));
        }
        let longer = BEGINNINGS.into_iter().filter(|count| word.chars().count() >= *count);
        all.extend(longer.map(|count| (part(word, count), None)));
        let mut letters: Vec<char> = word.chars().collect();
        letters.swap(0, 1);
        let swapped: String = letters.into_iter().collect();
        all.push((part(&swapped, BEGINNINGS[1]), None));
        if word.chars().count() < BEGINNINGS[1] {
            all.push(((*word).clone(), None));
        }
    }
    all.dedup();
    all
}

/// How many letters are wrong in all, if somebody with these words can be meant: each sought word must be like one of them,
/// or like its beginning.
fn errors(sought: &[&String], kept: &KeptWord) -> Option<usize> {
    let of_word = |word: &&String| {
        let distances = kept.others.iter().chain([&kept.word]).map(|own| {
            let begin: String = own.chars().take(word.chars().count()).collect();
            strsim::damerau_levenshtein(word, own).min(strsim::damerau_levenshtein(word, &begin) + 1)
        });
        let least = distances.min()?;
        let most = match word.chars().count() {
            0..=2 => 0,
            3..=4 => 1,
            _ => 2,
        };
        (least <= most).then_some(least)
    };
    let mut errors = 0;
    for word in sought {
        errors += of_word(word)?;
    }
    Some(errors)
}

#[cfg(test)]
mod tests {
    use super::{beginnings, errors};
    use rollcall_core::account::AccountId;
    use rollcall_sync::store::KeptWord;

    #[track_caller]
    fn check(sought: &[&str], own: &[&str], expected: Option<usize>) {
        let sought: Vec<String> = sought.iter().map(|word| (*word).to_owned()).collect();
        let own: Vec<String> = own.iter().map(|word| (*word).to_owned()).collect();
        let kept = KeptWord {
            word: own[0].clone(),
            others: own[1..].to_vec(),
            account: AccountId::parse("0123456789abcdef0123456789abcdef").unwrap(),
        };
        assert_eq!(errors(&sought.iter().collect::<Vec<_>>(), &kept), expected, "{sought:?} {own:?}");
    }

    #[test]
    fn a_letter_too_many_too_few_wrong_or_exchanged_is_one_error() {
        check(&["leila", "rahmi"], &["leila", "rahimi"], Some(1));
        check(&["wrihgt"], &["wright"], Some(1));
        check(&["okafar"], &["okafor", "noah"], Some(1));
        check(&["okaffor"], &["okafor", "noah"], Some(1));
        check(&["leila", "rahmi"], &["leila", "haddad"], None);
        check(&["al"], &["el"], None);
    }

    #[test]
    fn what_is_read_is_bounded() {
        let words: Vec<String> = ["leila", "rahmi", "miriam"].map(str::to_owned).into();
        assert!(beginnings(&words.iter().collect::<Vec<_>>()).len() <= 3 * 5);
    }
}
