//! Two thousand people and 1,800 seats: what a month's joiners, leavers, changes and damaged rows come to is
//! counted from the generated company, and each run must come to exactly that (rules 2, 3, 9, 13, 14, 25).

use crate::generator::{Churn, Fate, Person, company, first_file, second_file};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_core::account::{AccountState, BlockReason};
use rollcall_core::outcome::Outcome;
use rollcall_sync::doctor;
use rollcall_sync::store::{RunRecord, RunStatus, RunSummary};
use std::collections::BTreeMap;

const PEOPLE: u64 = 2_000;
const SEATS: u64 = 1_800;
/// One in a hundred.
const EACH: u16 = 20;

const CONFIG: &str = r#"
[licence]
seats = 1800
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
immutable_id = "id"
[source.mapping]
username = "login"
name = "name"
department = "department"
title = "title"
"#;

type Counts = BTreeMap<String, u64>;

fn counts<const N: usize>(counts: [(Outcome, u64); N]) -> Counts {
    let said = counts.into_iter().filter(|(_, count)| *count > 0);
    said.map(|(outcome, count)| (outcome.as_str().to_owned(), count)).collect()
}

fn summary(run: RunRecord) -> RunSummary {
    assert_eq!(run.status, RunStatus::Completed, "{:?}", run.error);
    let mut summary = run.summary.unwrap();
    summary.counts.retain(|_, count| *count > 0);
    summary
}

fn has_fate(fate: Fate) -> impl Fn(&&Person) -> bool {
    move |person| person.fate == fate
}

/// What the second run must come to. Everybody's key is in the order of their numbers, so the first 1,800
/// have a seat; everybody else has waited since the first run.
struct Truth {
    counts: Counts,
    writes: u64,
    /// Who waited and is seated now.
    seated: Vec<String>,
}

impl Truth {
    fn of(people: &[Person]) -> Self {
        let count = |fate| people.iter().filter(has_fate(fate)).count() as u64;
        let is_seated = |person: &&Person| person.number < SEATS;
        let freed = people.iter().filter(is_seated).filter(has_fate(Fate::Leaves)).count();
        // A doubled, keyless or short row leaves its account alone, so nobody is seated by it either.
        let may_be_seated = |person: &&Person| {
            matches!(person.fate, Fate::Stays | Fate::Changes | Fate::Restyled) && !is_seated(person)
        };
        let seated: Vec<&Person> = people.iter().filter(may_be_seated).take(freed).collect();
        let updated = count(Fate::Changes) - seated.iter().filter(|p| p.fate == Fate::Changes).count() as u64;
        let writes = count(Fate::Joins) + count(Fate::Leaves) + freed as u64 + updated;
        let unclear = count(Fate::Doubled) + count(Fate::Keyless) + count(Fate::Short);
        let counts = counts([
            (Outcome::CreatedBlocked, count(Fate::Joins)),
            (Outcome::BlockedLeft, count(Fate::Leaves)),
            (Outcome::Activated, freed as u64),
            (Outcome::Updated, updated),
            (Outcome::SkippedDuplicate, 2 * count(Fate::Doubled)),
            (Outcome::SkippedMissingKey, count(Fate::Keyless)),
            (Outcome::Error, count(Fate::Short)),
            (Outcome::Unchanged, PEOPLE + u64::from(EACH) - writes - unclear),
        ]);
        Self { counts, writes, seated: seated.into_iter().map(Person::key).collect() }
    }
}

/// Who is active, who waits, and who has left, in the order of keys.
async fn states(world: &World) -> BTreeMap<String, Option<BlockReason>> {
    let accounts = administer::all_accounts(&world.shell).await.unwrap();
    let state = |state: &AccountState| state.block().map(|block| block.reason.clone());
    accounts
        .iter()
        .map(|account| (account.key().unwrap().original().to_owned(), state(&account.state)))
        .collect()
}

fn states_of(people: &[Person], truth: &Truth) -> BTreeMap<String, Option<BlockReason>> {
    let state = |person: &Person| match person.fate {
        Fate::Leaves => Some(BlockReason::LeftScope),
        _ if person.number < SEATS || truth.seated.contains(&person.key()) => None,
        Fate::Stays
        | Fate::Joins
        | Fate::Changes
        | Fate::Doubled
        | Fate::Keyless
        | Fate::Short
        | Fate::Restyled => Some(BlockReason::NoSeat),
    };
    people.iter().map(|person| (person.key(), state(person))).collect()
}

async fn month(world: &World, people: &[Person]) {
    let truth = Truth::of(people);
    let file = second_file(people);
    let run = summary(world.sync(file.clone()).await);
    assert_eq!(run.counts, truth.counts);
    assert_eq!(run.writes, truth.writes);
    assert_eq!((run.used_before, run.used), (SEATS, SEATS));
    assert_eq!(states(world).await, states_of(people, &truth));
    let again = summary(world.sync(file).await);
    assert_eq!(again.writes, 0);
    assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
}

async fn two_months(seed: u64) {
    let clean = company(seed, PEOPLE, Churn { each: EACH, is_dirty: false });
    let dirty = company(seed, PEOPLE, Churn { each: EACH, is_dirty: true });
    // Each shard has about 500 people, so ten pages.
    let world = World::new(CONFIG).await.in_pages_of(50);
    let first = summary(world.sync(first_file(&clean)).await);
    let all_new = [(Outcome::CreatedActive, SEATS), (Outcome::CreatedBlocked, PEOPLE - SEATS)];
    assert_eq!(first.counts, counts(all_new));
    assert_eq!(first.writes, PEOPLE);
    let other = world.copy(CONFIG).await;
    month(&world, &clean).await;
    month(&other, &dirty).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_people_by_the_first_seed() {
    two_months(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_people_by_the_second_seed() {
    two_months(20_261_123).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_people_by_the_third_seed() {
    two_months(u64::MAX).await;
}
