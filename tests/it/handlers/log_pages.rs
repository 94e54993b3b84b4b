//! Pages of the audit log: each reads few entries, whatever is asked for, and together they have all that fits, once and in
//! order (rule 31).

use super::api::{answer, get};
use crate::read_counter::Reads;
use crate::world::World;
use serde_json::Value;
use std::fmt::Write as _;

const CONFIG: &str = r#"
[licence]
seats = 630
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
title = "title"
"#;

/// Items that a page may read, at any number of entries.
const READ_MAX: u64 = 400;

/// The people of these numbers; one in seven has another title.
fn file(numbers: std::ops::Range<u32>, title: &str) -> String {
    numbers.fold(String::from("key,title\n"), |mut file, number| {
        let title = if number.is_multiple_of(7) { title } else { "Clerk" };
        writeln!(file, "p{number:04},{title}").unwrap();
        file
    })
}

/// All entries that a query gives, by pages of 50.
async fn entries(world: &World, query: &[(&str, &str)]) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let witness = Reads::default();
        let shell = world.process(Some(witness.interceptor()));
        let query: Vec<_> =
            query.iter().copied().chain(after.as_deref().map(|after| ("after", after))).collect();
        let answer = answer(get("/audit", &query), &shell).await;
        let page: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert!(witness.items() <= READ_MAX, "{} items for {query:?}", witness.items());
        all.extend(page["entries"].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return all,
        }
    }
}

#[tokio::test]
async fn few_entries_of_a_large_run_are_few_reads() {
    let world = World::new(CONFIG).await;
    let run = world.sync(file(0..700, "Clerk")).await;
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    let query = [("run", run.id.as_str()), ("outcome", "created_active"), ("limit", "5")];
    let answer = answer(get("/audit", &query), &shell).await;
    let page: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!((page["entries"].as_array().unwrap().len(), page["next"].is_string()), (5, true), "{page}");
    assert!(witness.items() <= 20, "{} items", witness.items());
    assert_eq!(entries(&world, &query).await.len(), 630);
}

#[tokio::test]
async fn pages_read_few_entries_and_have_all_that_fits_in_order() {
    let world = World::new(CONFIG).await;
    for file in [file(0..700, "Clerk"), file(0..700, "Lead"), file(40..700, "Head")] {
        world.tick();
        world.sync(file).await;
    }
    let log = entries(&world, &[]).await;
    assert!(log.len() > 950, "{}", log.len());
    let at: Vec<&str> = log.iter().map(|entry| entry["at"].as_str().unwrap()).collect();
    assert!(at.is_sorted_by(|newer, older| newer >= older));
    let ways =
        [("reason", "no_seat"), ("source", "staff"), ("outcome", "updated"), ("outcome", "blocked_left")];
    for (filter, word) in ways {
        let fits = |entry: &&Value| match filter {
            "reason" => entry["reason"] == word || entry["after"]["reason"] == word,
            _ => entry[filter] == word,
        };
        let expected: Vec<&Value> = log.iter().filter(fits).collect();
        let found = entries(&world, &[(filter, word)]).await;
        assert!(expected.len() > 30, "{filter}: {}", expected.len());
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter}");
    }
}

/// A page of one run, filtered by a reason, read a thousand entries.
#[tokio::test]
async fn a_page_of_a_run_by_reason_reads_few_entries() {
    let world = World::new(CONFIG).await;
    let run = world.sync(file(0..1300, "Clerk")).await;
    let query = [("run", run.id.as_str()), ("reason", "no_seat"), ("limit", "50")];
    let waiting = entries(&world, &query).await;
    assert_eq!(waiting.len(), 670, "each page reads {READ_MAX} items at most, and together they have all");
    let of_source = entries(&world, &[("run", run.id.as_str()), ("source", "staff")]).await;
    assert_eq!(of_source.len(), 1300);
}
