//! Scenarios: text files that read like the sentences of the rules, run against the pure core and against the
//! handlers on the embedded servers.
//!
//! A line at the margin is a step; indented lines under it are its particulars. `#` begins a comment.

pub(crate) mod core_world;
pub(crate) mod embedded_world;

use crate::fakes::Person;
use rollcall_core::account::Account;
use rollcall_core::fields::FieldName;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::outcome::Outcome;
use rollcall_core::policy::Trimming;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::show_time;
use std::collections::BTreeMap;
use std::time::Duration;

/// 2026-01-01T00:00:00Z, at which the worlds begin, in milliseconds.
pub(crate) const FIRST_DAY: i64 = 1_767_225_600_000;

/// What a scenario's configuration says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) limit: Limit,
    pub(crate) reserve: u64,
    pub(crate) guard: Option<(u8, u64)>,
    pub(crate) protected: Vec<String>,
    pub(crate) grace: Duration,
    pub(crate) return_period: Duration,
    pub(crate) trimming: Trimming,
    /// Whether the dates of people count (rule 42).
    pub(crate) has_dates: bool,
    /// Only people with this title are in scope (rule 41).
    pub(crate) only_title: Option<String>,
    /// Whether the title is written only when an account is created (rule 46).
    pub(crate) writes_title_once: bool,
    /// Whether a column says who may not sign in, with its own words (rule 40).
    pub(crate) has_block_credential: bool,
}

impl Default for Settings {
    /// Nothing is limited, held back or configured.
    fn default() -> Self {
        let (protected, grace) = (Vec::new(), Duration::ZERO);
        let trimming = Trimming::Off;
        let (has_dates, only_title, writes_title_once, has_block_credential) = (false, None, false, false);
        let return_period = Duration::ZERO;
        let (limit, reserve, guard) = (Limit::Unlimited, 0, None);
        Self {
            limit,
            reserve,
            guard,
            protected,
            grace,
            return_period,
            trimming,
            has_dates,
            only_title,
            writes_title_once,
            has_block_credential,
        }
    }
}

impl Settings {
    /// Takes in a step that configures; `false` where it is another one.
    fn take(&mut self, words: &[&str]) -> bool {
        match words {
            ["licence", limit] => {
                self.limit = parse_limit(limit);
            }
            ["reserve", seats] => {
                self.reserve = seats.parse().unwrap();
            }
            ["guard", percent, "percent,", "more", "than", removals] => {
                self.guard = Some((percent.parse().unwrap(), removals.parse().unwrap()));
            }
            ["protect", usernames @ ..] => {
                self.protected = usernames.iter().map(|name| (*name).to_owned()).collect();
            }
            ["trim"] => {
                self.trimming = Trimming::On;
            }
            ["grace", time] => {
                self.grace = parse_time(time);
            }
            ["return", time] => {
                self.return_period = parse_time(time);
            }
            ["dates"] => {
                self.has_dates = true;
            }
            ["where", "title", "=", title] => {
                self.only_title = Some((*title).to_owned());
            }
            ["everywhere"] => {
                self.only_title = None;
            }
            ["title", "written", "once"] => {
                self.writes_title_once = true;
            }
            ["status", "by", "block", "credential"] => self.has_block_credential = true,
            _ => return false,
        }
        true
    }
}

/// What a run did, by the names that the scenario uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ran {
    /// `completed`, `held`, `failed`, `dry_run`.
    pub(crate) status: String,
    /// Who had which outcome; sorted.
    pub(crate) outcomes: BTreeMap<Outcome, Vec<String>>,
    pub(crate) used: u64,
    pub(crate) waiting: u64,
    pub(crate) over_by: u64,
    pub(crate) writes: u64,
    pub(crate) freed: u64,
    pub(crate) taken: u64,
    /// Who is next, in order.
    pub(crate) next: Vec<String>,
}

/// Somewhere that a scenario can be played.
pub(crate) trait Stage {
    async fn configure(&mut self, settings: &Settings);
    /// The directory as a run would read it; `None` is one that cannot be read to its end.
    async fn directory(&mut self, people: Option<&[Person]>);
    async fn run(&mut self, is_dry_run: bool) -> Ran;
    /// Two Resets and the timer at the same moment; all that they come to.
    async fn run_at_once(&mut self) -> Ran;
    async fn approve(&mut self) -> Result<Ran, String>;
    /// Takes back what the last run did.
    async fn undo(&mut self) -> Ran;
    async fn block(&mut self, username: &str) -> Result<(), String>;
    async fn unblock(&mut self, username: &str) -> Result<(), String>;
    /// A person gives somebody a seat: a free one, or another's.
    async fn seat(&mut self, username: &str, from: Option<&str>) -> Result<(), String>;
    async fn add_local(&mut self, username: &str, is_admin: bool) -> Result<(), String>;
    async fn set_limit(&mut self, limit: Limit);
    /// Somebody edits a mapped field of an account behind Rollcall's back.
    async fn edit_title(&mut self, username: &str, title: &str);
    /// Lets so much time pass.
    async fn wait(&mut self, time: Duration);
    /// What happens by itself if a date has come; the directory cannot be read meanwhile. `None` where none has.
    async fn date_passes(&mut self) -> Option<Ran>;
    /// Every account.
    async fn accounts(&mut self) -> Vec<Account>;
}

/// Plays a scenario; panics with its line where something is not as it says.
pub(crate) async fn play(text: &str, stage: &mut impl Stage) {
    let mut player = Player { settings: Settings::default(), last: Ran::default() };
    let steps = steps(text);
    let (line, last, _) = steps.last().expect("a scenario has steps");
    assert_eq!(last, "again: nothing", "line {line}: a scenario ends with `again: nothing`");
    for (line, step, particulars) in steps {
        let context = format!("line {line}: {step}");
        player.step(&step, &particulars, &context, stage).await;
    }
}

struct Player {
    settings: Settings,
    last: Ran,
}

impl Player {
    async fn step(&mut self, step: &str, particulars: &[String], context: &str, stage: &mut impl Stage) {
        let words: Vec<&str> = step.split_whitespace().collect();
        match words.as_slice() {
            ["licence", "set", limit] => stage.set_limit(parse_limit(limit)).await,
            ["wait", time] => stage.wait(parse_time(time)).await,
            ["directory"] => {
                let people: Vec<Person> = particulars.iter().map(|line| parse_person(line)).collect();
                stage.directory(Some(&people)).await;
            }
            ["directory", "is", "cut", "off"] => stage.directory(None).await,
            ["run"] => self.ran(stage.run(false).await, particulars, context),
            ["two", "resets", "and", "the", "timer", "at", "once"] => {
                self.ran(stage.run_at_once().await, particulars, context);
            }
            ["a", "date", "has", "come"] => {
                let ran = stage.date_passes().await.unwrap_or_else(|| panic!("{context}: none has"));
                self.ran(ran, particulars, context);
            }
            ["no", "date", "has", "come"] => assert_eq!(stage.date_passes().await, None, "{context}"),
            ["dry", "run"] => self.ran(stage.run(true).await, particulars, context),
            ["approve"] => self.ran(stage.approve().await.expect(context), particulars, context),
            ["approve", "is", "refused"] => drop(stage.approve().await.expect_err(context)),
            ["undo"] => self.ran(stage.undo().await, particulars, context),
            ["block", username] => stage.block(username).await.expect(context),
            ["unblock", username] => stage.unblock(username).await.expect(context),
            ["unblock", username, "is", "refused:", why @ ..] => {
                refused(&stage.unblock(username).await, &why.join(" "), context);
            }
            ["seat", username] => stage.seat(username, None).await.expect(context),
            ["seat", username, "from", other] => stage.seat(username, Some(other)).await.expect(context),
            ["seat", username, "is", "refused:", why @ ..] => {
                refused(&stage.seat(username, None).await, &why.join(" "), context);
            }
            ["seat", username, "from", other, "is", "refused:", why @ ..] => {
                refused(&stage.seat(username, Some(other)).await, &why.join(" "), context);
            }
            ["local", username] => stage.add_local(username, false).await.expect(context),
            ["local", "admin", username] => stage.add_local(username, true).await.expect(context),
            ["local", username, "is", "refused:", why @ ..] => {
                refused(&stage.add_local(username, false).await, &why.join(" "), context);
            }
            ["edit", username, "title", title] => stage.edit_title(username, title).await,
            ["accounts"] => check_accounts(&stage.accounts().await, particulars, context),
            ["again:", "nothing"] => {
                let ran = stage.run(false).await;
                assert_eq!(ran.writes, 0, "{context}: {ran:?}");
                assert_eq!(ran.used, self.last.used, "{context}: {ran:?}");
            }
            words => {
                assert!(self.settings.take(words), "{context}: there is no such step");
                stage.configure(&self.settings).await;
            }
        }
    }

    fn ran(&mut self, ran: Ran, particulars: &[String], context: &str) {
        check_run(&ran, particulars, context);
        self.last = ran;
    }
}

fn refused(result: &Result<(), String>, why: &str, context: &str) {
    let refusal = result.as_ref().expect_err(context);
    assert!(refusal.contains(why), "{context}: {refusal}");
}

/// Every outcome but `unchanged` must be named, with everybody who had it.
fn check_run(ran: &Ran, particulars: &[String], context: &str) {
    let mut expected: BTreeMap<Outcome, Vec<String>> = BTreeMap::new();
    let mut status = "completed";
    for line in particulars {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["completed" | "held" | "failed" | "dry_run"] => status = words[0],
            ["seats", used] => assert_eq!(ran.used.to_string(), *used, "{context}: {ran:?}"),
            ["seats", freed, "freed,", taken, "taken"] => {
                assert_eq!(
                    (ran.freed.to_string().as_str(), ran.taken.to_string().as_str()),
                    (*freed, *taken),
                    "{context}: {ran:?}"
                );
            }
            ["over", "by", seats] => assert_eq!(ran.over_by.to_string(), *seats, "{context}: {ran:?}"),
            ["waiting", count] => assert_eq!(ran.waiting.to_string(), *count, "{context}: {ran:?}"),
            ["next", names @ ..] => assert_eq!(ran.next, names, "{context}: {ran:?}"),
            [word, names @ ..] => {
                let word = word.strip_suffix(':').unwrap_or_else(|| panic!("{context}: what is {line:?}?"));
                let outcome =
                    Outcome::from_word(word).unwrap_or_else(|| panic!("{context}: what is {word:?}?"));
                let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
                names.sort();
                expected.insert(outcome, names);
            }
            [] => {}
        }
    }
    assert_eq!(ran.status, status, "{context}: {ran:?}");
    let mut outcomes = ran.outcomes.clone();
    if !expected.contains_key(&Outcome::Unchanged) {
        outcomes.remove(&Outcome::Unchanged);
    }
    assert_eq!(outcomes, expected, "{context}");
}

fn check_accounts(accounts: &[Account], particulars: &[String], context: &str) {
    let title = FieldName::parse("title").unwrap();
    let show = |account: &Account| {
        let word = account.state.block().map_or("active", |block| block.reason.as_str());
        let mut text = format!("{} {word}", account.username.original());
        if account.missing_since.is_some() {
            text.push_str(" missing");
        }
        match account.fields.get(&title) {
            "" => text,
            title => format!("{text} title {title}"),
        }
    };
    let mut found: Vec<String> = accounts.iter().map(show).collect();
    let mut expected: Vec<String> = particulars.to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{context}");
}

/// The steps: line number, text, particulars.
fn steps(text: &str) -> Vec<(usize, String, Vec<String>)> {
    let mut steps: Vec<(usize, String, Vec<String>)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim_end();
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with(' ') {
            steps.last_mut().expect("particulars stand under a step").2.push(line.trim().to_owned());
        } else {
            steps.push((number + 1, line.to_owned(), Vec::new()));
        }
    }
    steps
}

fn parse_limit(text: &str) -> Limit {
    match text {
        "unlimited" => Limit::Unlimited,
        seats => Limit::Seats(SeatCount::new(seats.parse().unwrap())),
    }
}

/// `7d`, `36h`.
fn parse_time(text: &str) -> Duration {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u64 = number.parse().unwrap();
    match unit {
        "d" => Duration::from_hours(number * 24),
        "h" => Duration::from_hours(number),
        _ => panic!("{text:?} is no time"),
    }
}

/// Midnight of a day of the scenario: `day1` is the one on which it begins.
fn date(day: &str) -> Timestamp {
    let day: i64 = day.strip_prefix("day").unwrap().parse().unwrap();
    Timestamp::from_millis(FIRST_DAY + (day - 1) * 86_400_000)
}

/// The last moment before a day: a last day that is written as midnight would count as a whole (rule 42).
fn before(day: &str) -> Timestamp {
    Timestamp::from_millis(date(day).as_millis() - 1)
}

/// `ann`, `ann disabled`, `ann starts=day3 ends=day9`, `ann admin id=7 key=k title=boss`; `- ann` is a row of hers without a match key.
fn parse_person(line: &str) -> Person {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap();
    let (username, key) = if first == "-" { (words.next().unwrap(), "") } else { (first, first) };
    let block_credential = String::from("False");
    let mut person =
        Person { block_credential, username: username.to_owned(), key: key.to_owned(), ..Person::default() };
    for word in words {
        match word.split_once('=') {
            Some(("id", id)) => person.id = id.to_owned(),
            Some(("key", key)) => person.key = key.to_owned(),
            Some(("title", title)) => person.title = title.to_owned(),
            Some(("starts", day)) => person.starts = show_time(date(day)),
            Some(("ends", day)) => person.ends = show_time(before(day)),
            None if word == "blocked" => person.block_credential = String::from("True"),
            None if word == "disabled" => person.is_disabled = true,
            None if word == "admin" => person.is_admin = true,
            _ => panic!("what is {word:?} of {username}?"),
        }
    }
    person
}
