//! After an undo with nothing changed since, every account as it is stored is what it was, but for its version and for what
//! says that it was given back; and every claim on a username is. Any run may be taken back, in turn the last first
//! (rule 58). Stories of fixed seeds: people leave, come, are renamed, disabled and promoted, and administrators block.

use super::assert_at_rest;
use super::undo::{accounts, undo};
use crate::every_call::{is_played, step};
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_core::account::Account;
use rollcall_core::fields::Fields;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::store::RunStatus;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const CONFIG: &str = r#"
[guard]
max_removal_percent = 100
min_removals = 1000
[protect]
return = "14d"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
immutable_id = "id"
[source.mapping]
username = "username"
active = "active"
admin = "admin"
title = "title"
"#;

/// Another number is another story; all must end alike.
const SEEDS: std::ops::Range<usize> = 0..12;

/// A person of the file.
#[derive(Clone)]
struct Person {
    number: u64,
    username: String,
    title: &'static str,
    is_active: bool,
    is_admin: bool,
}

impl Person {
    fn new(number: u64) -> Self {
        Self { number, username: format!("p{number}"), title: "clerk", is_active: true, is_admin: false }
    }
}

fn file(people: &[Person]) -> String {
    let word = |is: bool| if is { "yes" } else { "no" };
    people.iter().fold(String::from("key,id,username,active,admin,title\n"), |mut text, person| {
        let Person { number, username, title, is_active, is_admin } = person;
        writeln!(text, "k{number},id{number},{username},{},{},{title}", word(*is_active), word(*is_admin))
            .unwrap();
        text
    })
}

/// What becomes of them until the next file.
fn next(people: &[Person], random: &mut fastrand::Rng, joined: &mut u64) -> Vec<Person> {
    let mut next = Vec::new();
    for person in people {
        let mut person = person.clone();
        match random.u8(..10) {
            0 | 1 => continue,
            2 => person.is_active = !person.is_active,
            3 => write!(person.username, "x{}", random.u8(..)).unwrap(),
            4 => person.title = "boss",
            5 => person.is_admin = !person.is_admin,
            _ => {}
        }
        next.push(person);
    }
    for _ in 0..random.u64(..4) {
        *joined += 1;
        next.push(Person::new(*joined));
    }
    random.shuffle(&mut next);
    next
}

/// The claims on usernames, as they are stored.
async fn claims(world: &World) -> BTreeMap<String, String> {
    world.tables().await.0.into_iter().filter(|(place, _)| place.contains("usernames ")).collect()
}

/// Everything that was there is as it was; what the runs have made since is blocked.
fn assert_same(now: &BTreeMap<String, Account>, was: &BTreeMap<String, Account>, context: &str) {
    for (id, account) in now {
        match was.get(id) {
            Some(was) => assert_eq!(account, was, "{context}"),
            None => assert!(!account.state.holds_seat(), "{context}: {account:?}"),
        }
    }
    assert!(was.keys().all(|id| now.contains_key(id)), "{context}: nothing is deleted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_as_they_are_stored_are_what_they_were() {
    let mut taken_back = 0;
    for seed in SEEDS.filter(|seed| is_played(*seed)) {
        let mut random = fastrand::Rng::with_seed(seed as u64);
        let world = World::new(CONFIG).await;
        let limit = Limit::Seats(SeatCount::new(random.u64(4..14)));
        administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
        administer::set_limit(&world.shell, limit, "boss").await.unwrap();
        let mut joined = 14;
        let mut people: Vec<Person> = (1..=joined).map(Person::new).collect();
        world.sync(file(&people)).await;
        for _ in 0..3 {
            let name = people[random.usize(..people.len())].username.clone();
            drop(administer::block(&world.shell, &name, "boss", Some("on leave")).await);
        }
        let mut before = Vec::new();
        for _ in 0..3 {
            people = next(&people, &mut random, &mut joined);
            let was = (accounts(&world).await, claims(&world).await);
            let run = world.sync(file(&people)).await;
            assert_eq!(run.status, RunStatus::Completed, "seed {seed}: {run:?}");
            before.push((run.id, was));
        }
        for (run, (was, claimed)) in before.into_iter().rev() {
            let context = format!("seed {seed}, {run}");
            let undone = undo(&world, &run, &json!({})).await;
            let result = undone.undoes.clone().unwrap().result.unwrap_or_else(|| panic!("{undone:?}"));
            assert_eq!(result.left_alone, Vec::new(), "{context}");
            taken_back += result.back_count;
            assert_same(&accounts(&world).await, &was, &context);
            let now = claims(&world).await;
            let lost: Vec<_> =
                claimed.iter().filter(|(name, holder)| now.get(*name) != Some(*holder)).collect();
            assert!(lost.is_empty(), "{context}: {lost:?}");
            // Again: nothing.
            assert_eq!(undo(&world, &run, &json!({})).await.summary.unwrap().writes, 0, "{context}");
        }
        assert_at_rest(&world).await;
    }
    assert!(taken_back > 100 / step() as u64, "{taken_back}");
}
