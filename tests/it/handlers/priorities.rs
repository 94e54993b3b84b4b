//! The waiting line where people have priorities, by a column or by groups (rules 13a and 45).

use super::STAFF;
use super::api::{ask, get};
use super::api_queries::{all, id_of, usernames};
use super::undo::undo;
use crate::fakes::Person;
use crate::fakes::okta::{Group, Okta, User};
use crate::read_counter::Reads;
use crate::world::World;
use rollcall_api::accounts::administer;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_read::Api;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The list was in the order of time, and `explain` said a place in that order, while a run seated by the column (rule 45).
#[tokio::test]
async fn the_waiting_list_follows_priorities_of_a_column() {
    let config = STAFF.replace("seats = 5", "seats = 0").replace("title = \"title\"", "priority = \"grade\"");
    let world = World::new(&config).await;
    world.put_csv("key,username,grade\nann,ann,3\nben,ben,\nzoe,zoe,1\n").await;
    world.reset(false, None).await.unwrap();
    let waiting = all(&world, "/waiting", &[], "waiting").await;
    let line: Vec<_> = waiting
        .iter()
        .map(|one| (one["account"]["username"].as_str().unwrap(), one["priority"].as_u64()))
        .collect();
    assert_eq!(line, [("zoe", Some(1)), ("ann", Some(3)), ("ben", None)]);
    let zoe = id_of(&world, "zoe").await;
    let (_, account) = ask(&world, get(&format!("/accounts/{zoe}"), &[])).await;
    assert_eq!(account["explanation"]["place"]["place"], json!(1), "{account}");
}

#[tokio::test]
async fn the_waiting_list_follows_priorities_of_groups() {
    let okta = Okta::start().await;
    let person = |name: &str| Person { username: name.to_owned(), key: name.to_owned(), ..Person::default() };
    let users = |names: &[&str]| names.iter().map(|name| User::of(&person(name), name)).collect::<Vec<_>>();
    okta.set_groups(vec![
        Group::new("leads", users(&["zoe"])),
        Group::new("all", users(&["ann", "ben", "zoe"])),
    ]);
    let groups = r#"{ name = "leads", priority = 1 }, { name = "all", priority = 2 }"#;
    let source = okta.source_of(&okta.by_key("rsa.pem"), groups);
    let world = World::new(&format!("[licence]\nseats = 0\n{source}")).await;
    world.reset(false, None).await.unwrap();
    let waiting = all(&world, "/waiting", &[], "waiting").await;
    let line: Vec<_> = waiting.iter().map(|one| one["account"]["username"].as_str().unwrap()).collect();
    assert_eq!(line, ["zoe", "ann", "ben"]);
    // The line tells the truth: with one seat it is she who is seated.
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(1)), "boss").await.unwrap();
    world.reset(false, None).await.unwrap();
    let active = all(&world, "/accounts", &[("state", "active")], "accounts").await;
    assert_eq!(usernames(&active), ["zoe"]);
}

const GRADED: &str = r#"
[licence]
seats = 0
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
priority = "grade"
"#;

/// Their grades, which stand in no order: some have none, and some have the best that there is.
fn grade(number: usize) -> Option<u16> {
    Some([3, 0, 700, 1, 12, 65534][number % 7 % 6]).filter(|_| number % 7 != 6)
}

fn graded(people: &[usize], grade: impl Fn(usize) -> Option<u16>) -> String {
    let row = |number: &usize| {
        format!("p{number},{}\n", grade(*number).map(|grade| grade.to_string()).unwrap_or_default())
    };
    format!("key,grade\n{}", people.iter().map(row).collect::<String>())
}

async fn sync(world: &World, file: &str) {
    world.tick();
    world.put_csv(file).await;
    world.reset(false, None).await.unwrap();
}

/// The whole line from one end, on pages of this length: usernames, priorities and places. None of the pages reads too much.
async fn line(world: &World, order: &str, length: &str) -> Vec<(String, Option<u64>, Option<u64>)> {
    let (mut line, mut after) = (Vec::new(), None::<String>);
    loop {
        // A process of its own, as in AWS: it has learnt nothing from the page before.
        let witness = Reads::default();
        let api = Api::new(world.process(Some(witness.interceptor())));
        let mut query = vec![("limit", length), ("order", order)];
        query.extend(after.as_deref().map(|after| ("after", after)));
        let answer = rollcall_read::handle(get("/waiting", &query), &api).await.unwrap();
        let page: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert!(witness.items() <= 400, "{} items", witness.items());
        assert!(witness.bytes_of("snapshots/").is_empty(), "the snapshot is not read");
        for one in page["waiting"].as_array().unwrap_or_else(|| panic!("{page}")) {
            let username = one["account"]["username"].as_str().unwrap().to_owned();
            line.push((username, one["priority"].as_u64(), one["place"].as_u64()));
        }
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return line,
        }
    }
}

fn names(line: &[(String, Option<u64>, Option<u64>)]) -> Vec<&str> {
    line.iter().map(|(username, ..)| username.as_str()).collect()
}

/// The keys of the whole line were read for each first page, and those of a process that had just begun.
#[tokio::test]
async fn pages_of_a_long_line_read_little_and_have_the_order_of_a_run() {
    let world = World::new(GRADED).await;
    let (old, new): (Vec<usize>, Vec<usize>) = ((0..450).collect(), (450..620).collect());
    sync(&world, &graded(&old, grade)).await;
    let everybody = [old, new].concat();
    sync(&world, &graded(&everybody, grade)).await;
    // Rule 13, slowly: by priority, none last; then by the run in which they came; then by key, digits as numbers.
    let mut expected = everybody;
    expected.sort_by_key(|number| (grade(*number).is_none(), grade(*number), *number >= 450, *number));
    let expected: Vec<String> = expected.into_iter().map(|number| format!("p{number}")).collect();
    let down = line(&world, "ascending", "50").await;
    assert_eq!(names(&down), expected);
    assert_eq!(down[0].1, Some(0), "the best is a priority, too");
    assert_eq!(down[619].1, None, "nobody has the number of those without one");
    assert!((0..250).all(|at| down[at].2 == Some(at as u64 + 1)), "places are counted");
    let mut up = names(&line(&world, "descending", "150").await)
        .iter()
        .map(|name| (*name).to_owned())
        .collect::<Vec<_>>();
    up.reverse();
    assert_eq!(up, expected);
    // And a run seats in this order.
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(120)), "boss").await.unwrap();
    world.tick();
    world.reset(false, None).await.unwrap();
    let seated = all(&world, "/accounts", &[("state", "active")], "accounts").await;
    let seated: BTreeSet<&str> = usernames(&seated).into_iter().collect();
    assert_eq!(seated, expected[..120].iter().map(String::as_str).collect());
    assert_eq!(names(&line(&world, "ascending", "150").await), expected[120..]);
}

#[tokio::test]
async fn a_changed_priority_is_a_change_that_is_told_and_taken_back() {
    let world = World::new(GRADED).await;
    let of = |grades: &'static [(usize, u16)]| {
        move |number: usize| grades.iter().find(|(one, _)| *one == number).map(|(_, grade)| *grade)
    };
    sync(&world, &graded(&[1, 2, 3, 4], of(&[(1, 5), (2, 6), (3, 7)]))).await;
    assert_eq!(names(&line(&world, "ascending", "2").await), ["p1", "p2", "p3", "p4"]);
    // Who is blocked by a person meanwhile keeps it, and comes back to the place that it gives.
    let two = id_of(&world, "p2").await;
    ask(&world, super::api::send("POST", &format!("/accounts/{two}/block"), &json!({}))).await;
    let file = graded(&[1, 2, 3, 4], of(&[(1, 5), (2, 1), (3, 2)]));
    sync(&world, &file).await;
    let run = super::runs(&world).await.pop().unwrap();
    assert_eq!(names(&line(&world, "ascending", "2").await), ["p3", "p1", "p4"]);
    let (_, log) = ask(&world, get("/audit", &[("user", "p3"), ("outcome", "updated")])).await;
    assert_eq!(
        log["entries"][0]["changes"],
        json!([{ "field": "priority", "old": "7", "new": "2" }]),
        "{log}"
    );
    ask(&world, super::api::send("POST", &format!("/accounts/{two}/unblock"), &json!({}))).await;
    assert_eq!(names(&line(&world, "ascending", "2").await), ["p2", "p3", "p1", "p4"]);
    // Again: nothing.
    sync(&world, &file).await;
    let (_, again) = ask(&world, get("/runs", &[("limit", "1")])).await;
    assert_eq!(again["runs"][0]["summary"]["counts"]["updated"], json!(0), "{again}");
    // Taken back, each has the place of before.
    undo(&world, &run.id, &json!({})).await;
    assert_eq!(names(&line(&world, "ascending", "2").await)[1..], ["p1", "p3", "p4"]);
    super::assert_at_rest(&world).await;
}

/// An account of an earlier version has no priority: the next run gives it one, whatever else is the same.
#[tokio::test]
async fn priorities_that_are_mapped_later_sort_those_who_wait_already() {
    let mut world = World::new(&GRADED.replace("priority = \"grade\"\n", "")).await;
    let grades = |number: usize| Some(u16::try_from(9 - number).unwrap());
    sync(&world, &graded(&[1, 2, 3], grades)).await;
    assert_eq!(names(&line(&world, "ascending", "2").await), ["p1", "p2", "p3"]);
    world.configure(GRADED).await;
    sync(&world, &graded(&[1, 2, 3], grades)).await;
    assert_eq!(names(&line(&world, "ascending", "2").await), ["p3", "p2", "p1"]);
    world.configure(&GRADED.replace("priority = \"grade\"\n", "")).await;
    sync(&world, &graded(&[1, 2, 3], grades)).await;
    let line = line(&world, "ascending", "2").await;
    assert_eq!(names(&line), ["p1", "p2", "p3"]);
    assert!(line.iter().all(|(_, priority, _)| priority.is_none()), "{line:?}");
    super::assert_at_rest(&world).await;
}
