//! Pages of the audit log: each reads few entries, whatever is asked for, and together they have all that fits, once and in
//! order (rule 31).

use super::api::{answer, get};
use crate::read_counter::Reads;
use crate::world::World;
use rollcall_core::account::AccountId;
use rollcall_core::match_key::MatchKey;
use rollcall_sync::store::{AuditEntry, ReportFilter};
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

/// The people who wait come behind all others in a report: a page of them read it from its begin, three megabytes at 100,000
/// people. So did a page about one person.
#[tokio::test]
async fn few_frames_of_a_long_report_are_read() {
    let world = World::new(CONFIG).await;
    let run = world.sync(file(0..700, "Clerk")).await;
    let run = (run.source.clone(), world.sync(file(0..700, "Clerk")).await.id);
    let mut report = world.shell.store.report(&run.0, &run.1).await.unwrap().unwrap();
    let mut entries = report.part(0, &ReportFilter::default(), 1000).await.unwrap().unwrap().entries;
    assert_eq!(entries.len(), 700, "everybody is unchanged");
    let waits = |entry: &AuditEntry| entry.after.as_ref().unwrap().reason.is_some();
    entries.sort_by_key(|(_, entry)| waits(entry));
    // Many more like them who have seats, then a few frames of those who wait, as in a large run.
    let mut writer = world.shell.store.report_writer(&run.0, &run.1).unwrap();
    let (active, waiting) = (&entries[0].1, &entries[699].1);
    assert!(!waits(active) && waits(waiting));
    let numbered = |one: &AuditEntry, number: u32| {
        let name = format!("q{number:06}");
        let account = Some(AccountId::of_key(&run.0, &MatchKey::parse(&name).unwrap()));
        AuditEntry { account, username: Some(name.clone()), match_key: Some(name), ..one.clone() }
    };
    for number in 0..40_000 {
        writer.append(&numbered(active, number)).unwrap();
    }
    for number in 40_000..41_000 {
        writer.append(&numbered(waiting, number)).unwrap();
    }
    writer.finish().await.unwrap();
    for (name, value, found) in [("reason", "no_seat", 50), ("user", "q039999", 0), ("user", "nobody", 0)] {
        let witness = Reads::default();
        let shell = world.process(Some(witness.interceptor()));
        let answer = answer(get("/audit", &[("run", run.1.as_str()), (name, value)]), &shell).await;
        let page: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(page["entries"].as_array().unwrap().len(), found, "{page}");
        let read: u64 = witness.bytes_of("reports/").iter().sum();
        assert!(read <= 200_000, "{read} bytes for {name}={value}");
    }
}
