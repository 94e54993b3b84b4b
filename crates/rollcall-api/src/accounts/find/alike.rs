//! Names that are spelt like a misspelt one, where nobody has that (rule 67).
//!
//! Reads a bounded number of words. The words that begin as the misspelt one does, as far as they are few, have every mistake
//! behind that beginning. A mistake before it is looked for letter by letter. So a wrong or a missing letter is not found where
//! it is one of the first two, unless another word of the text leads to the person.

mod lookup;
mod mistakes;

use crate::error::Error;
use futures::future::try_join_all;
pub(super) use lookup::Lookup;
use lookup::Reader;
use mistakes::{WORD_MIN, corrected, distance, errors, letters, mended, targets};
use rollcall_core::account::AccountId;
use rollcall_sync::store::{KeptWord, LETTERS};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// Words that are read at most, whatever else a search has read.
pub(super) const READ_MAX: usize = 200;

/// Words that are read for one beginning: of the misspelt word, and of one that it may be meant for.
const READ_OF_BEGINNING_MAX: usize = 25;
const READ_OF_GUESS_MAX: usize = 2;

/// Words that are read of people who have another word of the text.
const READ_OF_OTHER_MAX: usize = 30;
const READ_OF_BOTH_MAX: usize = 5;

/// People who are offered; of those with one name, so many before others.
const OFFERED: usize = 5;
const OFFERED_OF_NAME: usize = 2;

/// Words of a text that are looked at, and words that one of them may be meant for.
const WORDS_MAX: usize = 3;
const MEANT_MAX: usize = 5;

/// People with names like these words, the most alike first. `read` are words that a search for them has read already.
pub(super) async fn alike<L: Lookup>(
    words: &L,
    sought: &[String],
    read: &[KeptWord],
    read_max: usize,
) -> Result<Vec<AccountId>, Error> {
    let sought: Vec<&str> = sought.iter().take(WORDS_MAX).map(String::as_str).collect();
    let begins = |word: &str| read.iter().any(|kept| kept.all_words().any(|own| own.starts_with(word)));
    let mut order: Vec<&str> =
        sought.iter().copied().filter(|word| word.chars().count() >= WORD_MIN).collect();
    // Which word is wrong? One that nobody has, and of several the longest, since it leads to the fewest people.
    order.sort_by_key(|word| (begins(word), Reverse(word.chars().count())));
    let search = Search { reader: Reader::new(words, read_max), sought: &sought, found: Mutex::default() };
    search.look_at(read);
    for word in order {
        if sought.len() > 1 && !search.is_near() {
            search.beside_others(word).await?;
        }
        if sought.len() > 1 && search.is_near() {
            break;
        }
        let meant = search.meant(word).await?;
        if sought.len() > 1 {
            search.with_others(word, &meant).await?;
        }
    }
    Ok(search.best())
}

/// A search for people with names like some words.
struct Search<'a, L> {
    reader: Reader<'a, L>,
    sought: &'a [&'a str],
    /// Who may be meant, and how many letters are wrong.
    found: Mutex<BTreeMap<AccountId, (usize, KeptWord)>>,
}

impl<L: Lookup> Search<'_, L> {
    fn look_at(&self, read: &[KeptWord]) {
        let Ok(mut found) = self.found.lock() else { return };
        for kept in read {
            if !found.contains_key(&kept.account)
                && let Some(errors) = errors(self.sought, kept)
            {
                found.insert(kept.account, (errors, kept.clone()));
            }
        }
    }

    /// Whether somebody is found with one letter wrong.
    fn is_near(&self) -> bool {
        self.found.lock().is_ok_and(|found| found.values().any(|(errors, _)| *errors <= 1))
    }

    async fn read(&self, word: &str, also: Option<&str>, limit: usize) -> Result<Vec<KeptWord>, Error> {
        let read = self.reader.words(word, also, limit).await?;
        self.look_at(&read);
        Ok(read)
    }

    /// People who have another word of the text, and whose next word begins with the first letter of this one; or with the
    /// first letters of both, as many usernames do.
    async fn beside_others(&self, word: &str) -> Result<(), Error> {
        let first = letters(word, 1);
        for other in self.others(word) {
            for also in [first.clone(), letters(other, 1) + &first] {
                self.read(other, Some(&also), READ_OF_OTHER_MAX).await?;
            }
        }
        Ok(())
    }

    /// Words that a misspelt one may be meant for, the most alike first.
    async fn meant(&self, word: &str) -> Result<Vec<String>, Error> {
        let length = word.chars().count();
        let mut near = BTreeMap::new();
        let mut note = |read: &[KeptWord]| {
            for kept in read.iter().filter(|kept| kept.word != word) {
                if let Some(distance) = corrected(word, &kept.word) {
                    near.insert(kept.word.clone(), distance);
                }
            }
        };
        // From here on so many begin alike that they cannot all be read.
        let mut many = LETTERS;
        for count in (LETTERS..=length).rev() {
            let read = self.read(&letters(word, count), None, READ_OF_BEGINNING_MAX).await?;
            note(&read);
            if read.len() >= READ_OF_BEGINNING_MAX {
                many = count;
                break;
            }
        }
        let guesses = mended(word, many + 1);
        let guesses = guesses.iter().map(|guess| self.read(guess, None, READ_OF_GUESS_MAX));
        for read in try_join_all(guesses).await? {
            note(&read);
        }
        let leaps = (LETTERS..=many).filter(|at| *at < length).map(|at| self.leap(word, at));
        for read in try_join_all(leaps).await? {
            note(&read);
        }
        let mut near: Vec<(usize, String)> = near.into_iter().map(|(word, errors)| (errors, word)).collect();
        near.sort();
        Ok(near.into_iter().take(MEANT_MAX).map(|(_, word)| word).collect())
    }

    /// Words with another letter at this place, or one more: from each that may be meant to the next one that is there, so
    /// that letters that nobody has there cost nothing.
    async fn leap(&self, word: &str, at: usize) -> Result<Vec<KeptWord>, Error> {
        let beginning = letters(word, at);
        let targets = targets(word, at);
        let mut next = targets.first();
        let mut all = Vec::new();
        while let Some(target) = next {
            let read = self.reader.words_from(&beginning, target, 1).await?;
            let Some(landed) = read.first() else { break };
            next = targets.iter().find(|target| target.as_str() > landed.word.as_str());
            self.look_at(&read);
            all.extend(read);
        }
        Ok(all)
    }

    /// People who have one of these words in the place of a misspelt one, and the others of the text.
    async fn with_others(&self, word: &str, meant: &[String]) -> Result<(), Error> {
        for meant in meant {
            for other in self.others(word) {
                self.read(meant, Some(other), READ_OF_BOTH_MAX).await?;
                self.read(other, Some(meant), READ_OF_BOTH_MAX).await?;
            }
        }
        for meant in meant {
            if self.is_near() {
                break;
            }
            self.read(meant, None, READ_OF_OTHER_MAX).await?;
        }
        Ok(())
    }

    fn others(&self, word: &str) -> impl Iterator<Item = &str> {
        self.sought.iter().copied().filter(move |other| *other != word && other.chars().count() >= LETTERS)
    }

    /// Who is offered: the most alike, and of each name some, so that many of one name leave room for others.
    fn best(self) -> Vec<AccountId> {
        let found = self.found.into_inner().unwrap_or_default();
        let mut best: Vec<_> = found.into_iter().map(|(id, (errors, kept))| (errors, kept, id)).collect();
        best.sort();
        let mut of_name: BTreeMap<BTreeSet<&str>, usize> = BTreeMap::new();
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for (_, kept, id) in &best {
            let nearest = |word: &&str| kept.all_words().min_by_key(|own| (distance(word, own), *own));
            let name = of_name.entry(self.sought.iter().filter_map(nearest).collect()).or_default();
            *name += 1;
            if *name <= OFFERED_OF_NAME { first.push(*id) } else { rest.push(*id) }
        }
        first.into_iter().chain(rest).take(OFFERED).collect()
    }
}

#[cfg(test)]
mod tests;
