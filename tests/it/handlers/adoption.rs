//! A mapping file gives accounts that exist to a source (rule 8).

use super::{STAFF, STAFF_OBJECT, TWO_SOURCES, account, assert_at_rest, people, put, runs};
use crate::world::World;
use rollcall_api::audit::query::AuditFilter;
use rollcall_core::account::{Account, Owner};
use rollcall_core::fields::Fields;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::{RunRecord, RunStatus};

use rollcall_api::accounts::administer;
use rollcall_api::audit;
use std::collections::BTreeMap;

const FILE: &str = "config/adoptions.csv";
const ANN: &str = "existing_username,new_username,source\nann.old,ann,staff\n";
const ANN_BEN: &str = "key,username,title\n1,ann,clerk\n2,ben,clerk\n";

/// The configuration with a mapping file.
fn adopting(config: &str) -> String {
    format!("[adopt]\nfile = \"adoptions.csv\"\n{config}")
}

async fn world_with(config: &str, locals: &[&str], file: &str) -> World {
    let world = World::new(&adopting(config)).await;
    for name in locals {
        add_local(&world, name).await;
    }
    put(&world, FILE, file).await;
    world
}

async fn add_local(world: &World, name: &str) -> Account {
    administer::add_local(&world.shell, name, false, Fields::new(), "boss").await.unwrap()
}

/// What a run counted, without what it did not.
fn counts(run: &RunRecord) -> BTreeMap<String, u64> {
    let counts = run.summary.as_ref().unwrap_or_else(|| panic!("{run:?}")).counts.clone();
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn counted(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
}

/// What was said of the account with this username in the newest run.
async fn reason(world: &World, username: &str) -> String {
    let run = runs(world).await.pop().unwrap();
    let filter = AuditFilter { user: Some(username.to_owned()), run: Some(run.id), ..AuditFilter::default() };
    let entries = audit::read(&world.shell, &filter).await.unwrap();
    let reasons = entries.into_iter().filter_map(|entry| entry.reason);
    reasons.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn an_adopted_local_account_keeps_its_id_and_seat() {
    let seats = STAFF.replace("seats = 5", "seats = 1");
    let world = world_with(&seats, &["ann.old"], ANN).await;
    let before = account(&world, "ann.old").await;
    let run = world.sync(ANN_BEN).await;
    assert_eq!(counts(&run), counted(&[("adopted", 1), ("created_blocked", 1)]));
    let after = account(&world, "ann").await;
    assert_eq!((after.id, after.state.as_str()), (before.id, "active"));
    assert!(matches!(&after.owner, Owner::Source { key, .. } if key.original() == "1"), "{after:?}");
    assert_eq!(after.fields.iter().count(), 1, "mapped fields follow at once");
    assert!(reason(&world, "ann").await.contains("line 2 of the mapping file"));
    assert_eq!(world.sync(ANN_BEN).await.summary.unwrap().writes, 0, "the file may lie there");
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn adopting_from_another_source_makes_no_leaver_there() {
    let world = world_with(TWO_SOURCES, &[], "Existing username,New-Username,SOURCE\ngus,ann,staff\n").await;
    put(&world, super::GUESTS_OBJECT, super::GUS).await;
    put(&world, STAFF_OBJECT, "key,username,title\n1,ann,clerk\n").await;
    let guests = rollcall::events::drop_notice(&world.shell, &world.config.sources[1]).await.unwrap();
    world.finish(&guests).await;
    let gus = account(&world, "gus").await;
    let run = world.reset(false, None).await.unwrap();
    assert_eq!(counts(&run), counted(&[("adopted", 1)]));
    assert_eq!(account(&world, "ann").await.id, gus.id);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_dry_run_shows_who_would_be_adopted_and_changes_nothing() {
    let world = world_with(STAFF, &["ann.old"], ANN).await;
    put(&world, STAFF_OBJECT, ANN_BEN).await;
    let run = world.reset(true, None).await.unwrap();
    assert_eq!(counts(&run), counted(&[("adopted", 1), ("created_active", 1), ("updated", 1)]));
    assert_eq!(people(&world).await, BTreeMap::from([(String::from("ann.old"), "active")]));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_cannot_be_adopted_is_left_alone_and_said() {
    let file = |line: &str| format!("existing_username,new_username,source\n{line}\n");
    let cases = [
        ("zed,ann,staff", "zed", "no account has the username \"zed\""),
        ("ann.old,zed,staff", "ann.old", "source staff shows nobody with the username \"zed\""),
        ("ann.old,twin,staff", "ann.old", "shows several people with the username \"twin\""),
        ("ann.old,cem,staff", "ann.old", "the person already has the account \"cem\""),
        ("ann.old,dan,staff", "ann.old", "the username \"dan\" belongs to another account, of local"),
    ];
    for (line, user, words) in cases {
        let world = world_with(STAFF, &["ann.old", "dan"], &file("")).await;
        world.sync("key,username,title\n3,cem,\n").await;
        put(&world, FILE, &file(line)).await;
        let before = account(&world, "ann.old").await;
        let rows = "key,username,title\n1,ann,\n3,cem,\n4,dan,\n5,twin,\n6,twin,\n";
        let run = world.sync(rows).await;
        assert_eq!(run.status, RunStatus::Completed);
        assert_eq!(account(&world, "ann.old").await, before, "{line}");
        assert!(reason(&world, user).await.contains(words), "{line}: {}", reason(&world, user).await);
        assert_at_rest(&world).await;
    }
}

#[tokio::test]
async fn a_mapping_file_with_a_mistake_stops_the_run_before_any_write() {
    let head = "existing_username,new_username,source\n";
    let cases = [
        (String::from("existing,new_username,source\n"), "line 1: the column existing_username is missing"),
        (String::from("ann.old,hunter22,staff\n"), "line 1: the column existing_username is missing"),
        (format!("{head}ann.old,ann,staf\n"), "line 2: there is no source \"staf\""),
        (format!("{head}ann.old,,staff\n"), "line 2: the new_username \"\""),
        (
            format!("{head}ann.old,ann,staff\nANN.OLD,ben,staff\n"),
            "line 3: the account \"ANN.OLD\" stands on line 2",
        ),
        (format!("{head}ann.old,ann,staff\nben.old,ann,staff\n"), "line 3: \"ann\" of source staff stands"),
        (format!("{head}ann.old,ann\n"), "line: 2"),
    ];
    for (file, words) in cases {
        let world = world_with(STAFF, &["ann.old"], &file).await;
        let run = world.sync(ANN_BEN).await;
        assert_eq!(run.status, RunStatus::Failed, "{file}");
        let error = run.error.unwrap();
        assert!(error.contains(words) && error.contains("config/adoptions.csv"), "{error}");
        assert!(!error.contains("hunter22"), "a first line that may be a person is not repeated: {error}");
        assert_eq!(people(&world).await, BTreeMap::from([(String::from("ann.old"), "active")]));
        assert_at_rest(&world).await;
    }
}

#[tokio::test]
async fn a_mapping_file_that_is_not_there_stops_the_run() {
    let world = World::new(&adopting(STAFF)).await;
    let run = world.sync(ANN_BEN).await;
    assert!(run.error.unwrap().contains("config/adoptions.csv"));
    assert_eq!(people(&world).await, BTreeMap::new());
}

#[tokio::test]
async fn adoptions_go_on_over_several_invocations() {
    let names: Vec<String> = (0..70).map(|number| format!("p{number}")).collect();
    let lines: Vec<String> = names.iter().map(|name| format!("{name}.old,{name},staff\n")).collect();
    let file = format!("existing_username,new_username,source\n{}", lines.concat());
    let mut world = world_with(&STAFF.replace("seats = 5", "seats = 100"), &[], &file).await;
    for name in &names {
        add_local(&world, &format!("{name}.old")).await;
    }
    world.shell = world.shell.clone().with_limits(Limits { commits: Some(1), ..Limits::default() });
    let rows: Vec<String> = names.iter().map(|name| format!("{name},{name},clerk\n")).collect();
    let run = world.sync(format!("key,username,title\n{}", rows.concat())).await;
    assert!(run.invocations > 3, "{run:?}");
    assert_eq!(counts(&run), counted(&[("adopted", 70)]));
    assert_eq!(people(&world).await.len(), 70);
    assert_at_rest(&world).await;
}
