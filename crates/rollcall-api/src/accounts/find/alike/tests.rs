//! Mistakes of every kind at every place, in names of as many people as a large installation has: what share of the people
//! who are meant is offered, and what it costs.

mod people;

use super::mistakes::{corrected, errors, mended, targets};
use super::{Lookup, READ_MAX, alike};
use crate::error::Error;
use people::{Person, Random, people};
use rollcall_core::account::AccountId;
use rollcall_sync::store::{KeptWord, LETTERS};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

/// Requests that a search for people with similar names takes on average, and at most.
const REQUESTS_MEAN: usize = 25;
const REQUESTS_MAX: usize = 150;

/// The words of people, in the order of the store.
#[derive(Default)]
struct Table {
    at: BTreeMap<String, KeptWord>,
    items: AtomicUsize,
    requests: AtomicUsize,
}

impl Table {
    fn of(people: &[Person]) -> Self {
        let mut table = Self::default();
        for (number, person) in people.iter().enumerate() {
            let account = AccountId::parse(&format!("{number:032x}")).unwrap();
            for word in &person.words {
                let others: Vec<String> =
                    person.words.iter().filter(|other| *other != word).cloned().collect();
                let at = format!("{word} {} #{account}", others.join(" "));
                table.at.insert(at, KeptWord { word: word.clone(), others, account });
            }
        }
        table
    }

    fn read(&self, beginning: &str, from: &str, limit: usize) -> Vec<KeptWord> {
        assert!(beginning.chars().count() >= LETTERS, "{beginning}: no words lie together by that");
        let range = self.at.range(from.to_owned()..).take_while(|(at, _)| at.starts_with(beginning));
        let found: Vec<KeptWord> = range.take(limit).map(|(_, kept)| kept.clone()).collect();
        self.items.fetch_add(found.len(), Ordering::SeqCst);
        self.requests.fetch_add(1, Ordering::SeqCst);
        found
    }

    /// Items and requests since the last time.
    fn cost(&self) -> (usize, usize) {
        (self.items.swap(0, Ordering::SeqCst), self.requests.swap(0, Ordering::SeqCst))
    }
}

impl Lookup for Table {
    async fn words(&self, word: &str, also: Option<&str>, limit: usize) -> Result<Vec<KeptWord>, Error> {
        let beginning = also.map_or(word.to_owned(), |also| format!("{word} {also}"));
        Ok(self.read(&beginning, &beginning, limit))
    }

    async fn words_from(&self, beginning: &str, from: &str, limit: usize) -> Result<Vec<KeptWord>, Error> {
        Ok(self.read(beginning, from, limit))
    }
}

/// A table waits for nothing.
fn done<T>(future: impl Future<Output = T>) -> T {
    let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// What a search has read before it looks for similar names: the words of each word of the text, the longest first.
fn read_before(table: &Table, sought: &[String]) -> Vec<KeptWord> {
    let mut by_length: Vec<&String> = sought.iter().collect();
    by_length.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut read = Vec::new();
    for word in by_length {
        let some = table.read(word, word, 150);
        let is_cut = some.len() == 150;
        read.extend(some);
        if !read.is_empty() && !is_cut {
            break;
        }
    }
    table.cost();
    read
}

/// A kind of mistake, made in a word at a place.
type Mistake = fn(&[char], usize, &mut Random) -> Vec<char>;

const MISTAKES: [(&str, Mistake); 4] = [
    ("exchanged", |word, at, _| {
        let mut word = word.to_vec();
        let next = (at + 1).min(word.len() - 1);
        word.swap(at, next);
        word
    }),
    ("missing", |word, at, _| [&word[..at], &word[at + 1..]].concat()),
    ("doubled", |word, at, _| [&word[..=at], &word[at..]].concat()),
    ("wrong", |word, at, random| {
        let mut word = word.to_vec();
        word[at] = char::from(b'a' + u8::try_from(random.below(26)).unwrap());
        word
    }),
];

/// Which words are typed, and in which of them the mistake is.
const TEXTS: [(&str, bool, bool); 3] =
    [("family name", false, true), ("given, family wrong", true, true), ("given wrong, family", true, false)];

/// Of so many, so many were offered.
type Shares = BTreeMap<String, (usize, usize)>;

/// Asks for people with mistakes in their names.
fn shares(count: usize, rounds: usize) -> (Shares, usize) {
    let people = people(count);
    let table = Table::of(&people);
    let (mut shares, mut asked, mut requests) = (Shares::new(), 0, 0);
    let mut random = Random::new(7);
    for round in 0..rounds {
        for (text, has_given, is_family) in TEXTS {
            for (kind, mistake) in MISTAKES {
                let person = &people[random.below(people.len())];
                let right = if is_family { &person.family } else { &person.given };
                let letters: Vec<char> = right.chars().collect();
                let at = round % letters.len();
                let wrong: String = mistake(&letters, at, &mut random).into_iter().collect();
                let other = if is_family { &person.given } else { &person.family };
                let sought: Vec<String> =
                    std::iter::once(wrong).chain(has_given.then(|| other.clone())).collect();
                let read = read_before(&table, &sought);
                let begins = |kept: &KeptWord, word: &String| {
                    kept.all_words().any(|own| own.starts_with(word.as_str()))
                };
                if letters.len() < 4 || read.iter().any(|kept| sought.iter().all(|word| begins(kept, word))) {
                    // What was typed is somebody else's name, and they are found.
                    continue;
                }
                let offered = done(alike(&table, &sought, &read, READ_MAX)).unwrap();
                let (items, took) = table.cost();
                assert!(
                    items <= READ_MAX && took <= REQUESTS_MAX,
                    "{sought:?}: {items} items, {took} requests"
                );
                let is_meant = |id: &AccountId| {
                    let number = usize::from_str_radix(&id.to_string(), 16).unwrap();
                    let found = &people[number];
                    found.family == person.family && (!has_given || found.given == person.given)
                };
                let hit = usize::from(offered.iter().any(is_meant));
                let place = if at < 6 { format!("letter {}", at + 1) } else { String::from("later") };
                for name in [String::from("all"), text.to_owned(), kind.to_owned(), place] {
                    let share = shares.entry(name).or_default();
                    *share = (share.0 + hit, share.1 + 1);
                }
                (asked, requests) = (asked + 1, requests + took);
            }
        }
    }
    (shares, requests / asked.max(1))
}

#[track_caller]
fn check_shares(count: usize, at_least: &[(&str, usize)]) {
    let (shares, requests) = shares(count, 70);
    let percent: BTreeMap<&str, usize> =
        shares.iter().map(|(name, (hit, of))| (name.as_str(), hit * 100 / of)).collect();
    assert!(requests <= REQUESTS_MEAN, "{requests} requests on average");
    for (name, least) in at_least {
        assert!(
            percent[name] >= *least,
            "{count} people, {name}: {percent:?} {shares:?}, {requests} requests"
        );
    }
}

#[test]
fn most_mistakes_in_twenty_thousand_names_find_who_is_meant() {
    check_shares(
        20_000,
        &[("all", 92), ("letter 3", 95), ("letter 5", 95), ("doubled", 97), ("exchanged", 97)],
    );
}

#[test]
fn most_mistakes_in_a_hundred_thousand_names_find_who_is_meant() {
    check_shares(
        100_000,
        &[("all", 88), ("letter 3", 95), ("letter 5", 95), ("doubled", 97), ("exchanged", 97)],
    );
}

#[test]
fn a_text_that_is_nobodys_name_reads_few_words() {
    let table = Table::of(&people(20_000));
    for text in [
        "xylophone",
        "qqqqqqqq",
        "somebody else entirely",
        "ан",
        "жжжжж",
        "12345678",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let sought: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let read = read_before(&table, &sought);
        done(alike(&table, &sought, &read, READ_MAX)).unwrap();
        let (items, requests) = table.cost();
        assert!(items <= READ_MAX && requests <= REQUESTS_MAX, "{text}: {items} items, {requests} requests");
    }
}

#[test]
fn what_may_not_be_read_is_not() {
    let table = Table::of(&people(1000));
    for most in [0, 1, 5] {
        done(alike(&table, &["andersom".to_owned(), "mariq".to_owned()], &[], most)).unwrap();
        assert!(table.cost().0 <= most);
    }
}

#[track_caller]
fn check(sought: &[&str], own: &[&str], expected: Option<usize>) {
    let kept = KeptWord {
        word: own[0].to_owned(),
        others: own[1..].iter().map(|word| (*word).to_owned()).collect(),
        account: AccountId::parse("0123456789abcdef0123456789abcdef").unwrap(),
    };
    assert_eq!(errors(sought, &kept), expected, "{sought:?} {own:?}");
}

#[test]
fn a_letter_too_many_too_few_wrong_or_exchanged_is_one_error() {
    check(&["leila", "rahmi"], &["leila", "rahimi"], Some(1));
    check(&["wrihgt"], &["wright"], Some(1));
    check(&["okafar"], &["okafor", "noah"], Some(1));
    check(&["okaffor"], &["okafor", "noah"], Some(1));
    check(&["leila", "rahmi"], &["leila", "haddad"], None);
    check(&["al"], &["el"], None);
    // The beginning of a name with a letter missing in it is one more.
    check(&["andrso"], &["anderson"], Some(2));
    assert_eq!(corrected("wrihgt", "wright"), Some(1));
    assert_eq!(corrected("wrihgt", "walsh"), None);
}

#[test]
fn what_may_be_meant_is_one_mistake_away() {
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(mended("abc", 1), of(&["bac", "bc"]));
    assert_eq!(mended("aab", 3), of(&["aa", "aba", "ab"]));
    let targets = targets("abc", 2);
    assert!(targets.contains("abd") && targets.contains("abzc") && targets.contains("abcc"), "{targets:?}");
    assert!(!targets.contains("abc") && targets.len() == 2 * 26 - 1, "{targets:?}");
    assert!(super::targets("жук", 1).contains("жак"));
    assert!(super::targets("abc", 3).is_empty());
}
