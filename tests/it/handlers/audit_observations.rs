//! What runs only saw, in the audit log: whose it is, where it is left out, and how much is read for it (rules 30, 31).

use super::api::{answer, ask, get, send};
use super::{STAFF, STAFF_OBJECT, TWO_SOURCES, put};
use crate::exports::{exported, exported_by};
use crate::read_counter::Reads;
use crate::world::World;
use rollcall::events;
use rollcall_core::fields::Fields;
use serde_json::{Value, json};

/// Ann, a pair with one key, a row without a key, and somebody who would have a local account's username.
const AWKWARD: &str = "key,username,title\nann,ann,x\ndup,Dora,x\nDUP,dirk,x\n,nora,x\nrob,root,x\n\"CN=Doe\\, Jo,DC=x\",jo,x\n\"cn=doe\\2C jo, dc=X\",jo2,x\n";

async fn awkward() -> World {
    let world = World::new(STAFF).await;
    rollcall_api::accounts::administer::add_local(&world.shell, "root", true, Fields::new(), "boss")
        .await
        .unwrap();
    world.sync(AWKWARD).await;
    world
}

async fn entries(world: &World, query: &[(&str, &str)]) -> Vec<String> {
    let mut query = query.to_vec();
    query.push(("limit", "500"));
    let (status, page) = ask(world, get("/audit", &query)).await;
    assert_eq!((status, &page["next"]), (200, &Value::Null), "{page}");
    let words = page["entries"].as_array().unwrap().iter().map(|entry| {
        let name = entry["username"].as_str().or(entry["match_key"].as_str()).unwrap_or("-");
        format!("{} {name}", entry["outcome"].as_str().unwrap())
    });
    words.collect()
}

#[tokio::test]
async fn people_without_an_account_are_found_by_username_and_key() {
    let world = awkward().await;
    let pair = ["skipped_duplicate Dora", "skipped_duplicate dirk"];
    for (user, expected) in [
        ("Dup ", &pair[..]),
        ("dora", &pair[..1]),
        ("DIRK", &pair[1..]),
        ("rob", &["conflict root"]),
        ("root", &["conflict root", "created_local root"]),
        ("cn=doe\\, jo,dc=X", &["skipped_duplicate jo", "skipped_duplicate jo2"]),
        ("ann", &["created_active ann"]),
        ("an", &[]),
        ("nobody", &[]),
    ] {
        assert_eq!(entries(&world, &[("user", user)]).await, expected, "{user}");
    }
    let file = exported(&world, &json!({ "user": "dup" })).await;
    assert_eq!(file.lines().count(), 1 + 2, "{file}");
}

#[tokio::test]
async fn person_search_ends_at_the_newest_run_or_the_named_one() {
    let world = awkward().await;
    let first = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap().remove(0).id.to_string();
    assert!(world.sync("no table").await.error.is_some());
    world.reset(true, None).await.unwrap();
    assert_eq!(entries(&world, &[("user", "dora")]).await.len(), 1, "a failed or a dry run is not complete");
    assert_eq!(entries(&world, &[("user", "dora"), ("source", "guests")]).await.len(), 0);
    assert_eq!(entries(&world, &[("user", "dora"), ("reason", "no_seat")]).await.len(), 0);
    assert_eq!(entries(&world, &[("user", "dora"), ("to", "2026-01-01")]).await.len(), 0);
    world.sync("key,username,title\nann,ann,x\nrob,rob,x\n").await;
    assert_eq!(entries(&world, &[("user", "dora")]).await.len(), 0);
    assert_eq!(entries(&world, &[("user", "dora"), ("run", &first)]).await, ["skipped_duplicate Dora"]);
    let every_run = [("user", "dora"), ("outcome", "skipped_duplicate")];
    assert_eq!(entries(&world, &every_run).await, ["skipped_duplicate Dora"]);
}

#[tokio::test]
async fn each_source_has_its_own_newest_run() {
    let world = World::new(TWO_SOURCES).await;
    for (source, object) in [("staff", STAFF_OBJECT), ("guests", "inbox/Gäste + Freunde.csv")] {
        world.tick();
        put(
            &world,
            object,
            &format!("key,username,title\nd,{source}1,x\nd,{source}2,x\n{source},{source},x\n"),
        )
        .await;
        drop(ask(&world, send("POST", "/reset", &json!({ "source": source }))).await);
        events::drain(&world.shell).await.unwrap();
    }
    let all = ["guests1", "guests2", "staff1", "staff2"].map(|name| format!("skipped_duplicate {name}"));
    assert_eq!(entries(&world, &[("user", "d")]).await, all);
    assert_eq!(entries(&world, &[("user", "d"), ("source", "staff")]).await, all[2..]);
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut query = vec![("user", "d"), ("limit", "1")];
        query.extend(after.as_deref().map(|after| ("after", after)));
        let (_, page) = ask(&world, get("/audit", &query)).await;
        found.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["username"].clone()));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(found, ["guests1", "guests2", "staff1", "staff2"]);
}

#[tokio::test]
async fn an_account_with_an_immutable_id_is_found_by_its_match_key() {
    let world =
        World::new(&STAFF.replace("match_field = \"key\"", "match_field = \"key\"\nimmutable_id = \"id\""))
            .await;
    world.sync("key,id,username,title\nk1,1,ann,x\nk2,2,ben,x\n").await;
    world.sync("key,id,username,title\nk1,1,ann,x\nk3,2,ben,x\n").await;
    assert_eq!(entries(&world, &[("user", "K1")]).await, ["created_active ann"]);
    assert_eq!(entries(&world, &[("user", "k3")]).await, ["updated ben", "created_active ben"]);
    assert_eq!(entries(&world, &[("user", "k2")]).await, [""; 0], "nobody has it any more");
}

#[tokio::test]
async fn adopted_accounts_and_names_like_ids_are_found() {
    let config = STAFF.replace("match_field = \"key\"", "match_field = \"key\"\nimmutable_id = \"id\"");
    let world = World::new(&format!("[adopt]\nfile = \"adoptions.csv\"\n{config}")).await;
    let like_an_id = "0123456789abcdef0123456789abcdef";
    for name in ["ann.old", like_an_id] {
        let fields = Fields::new();
        rollcall_api::accounts::administer::add_local(&world.shell, name, false, fields, "boss")
            .await
            .unwrap();
    }
    put(&world, "config/adoptions.csv", "existing_username,new_username,source\nann.old,ann,staff\n").await;
    world.sync("key,id,username,title\nk1,1,ann,x\n").await;
    let of_ann = entries(&world, &[("user", "k1"), ("outcome", "adopted")]).await;
    assert_eq!(of_ann, ["adopted ann"]);
    assert_eq!(entries(&world, &[("user", like_an_id)]).await, [format!("created_local {like_an_id}")]);
}

#[tokio::test]
async fn observations_are_found_in_time_order_of_their_runs() {
    let world = World::new(TWO_SOURCES).await;
    for object in [STAFF_OBJECT, "inbox/Gäste + Freunde.csv"] {
        put(&world, object, "key,username,title\nd,dora,x\nd,dirk,x\n").await;
    }
    let (slow, quick) = (world.process(None), world.process(None));
    for (process, source) in [(&slow, "staff"), (&quick, "guests")] {
        world.tick();
        drop(answer(send("POST", "/reset", &json!({ "source": source })), process).await);
    }
    events::drain(&quick).await.unwrap();
    world.wait(10 * 60 * 1000);
    events::drain(&slow).await.unwrap();
    let since = [("outcome", "skipped_duplicate"), ("from", "2026-01-01T00:05:00Z")];
    assert_eq!(entries(&world, &since).await, ["skipped_duplicate dora", "skipped_duplicate dirk"]);
}

/// So many people, and a run that finds them unchanged. Answers with that run.
async fn unchanged(world: &World, people: usize) -> String {
    let rows = (0..people).map(|number| format!("k{number:05},person{number:05},clerk\n"));
    let csv = format!("key,username,title\n{}dup,d1,x\ndup,d2,x\n", rows.collect::<String>());
    world.sync(csv.clone()).await;
    world.sync(csv).await.id.to_string()
}

/// That somebody is there is known without the frames of the unchanged.
async fn assert_page_of_account_reads_few_frames(world: &World, whole: u64) {
    let (_, found) = ask(world, get("/accounts", &[("text", "person00007")])).await;
    let id = found["accounts"][0]["id"].as_str().unwrap();
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    let answer = answer(get(&format!("/accounts/{id}"), &[]), &shell).await;
    let body = answer["body"].as_str().unwrap();
    assert!(body.contains("found them in scope"), "{body}");
    let read: u64 = witness.bytes_of("observations").iter().sum();
    assert!(read <= 64 * 1024, "{read} of {whole}");
}

/// What a run has of somebody who is blocked is found without the frames of the others.
#[tokio::test]
async fn the_page_of_somebody_blocked_reads_their_frame() {
    // A fifth of them wait: a run decides about those at its end, in the order of their line.
    let world = World::new(&STAFF.replace("seats = 5", "seats = 4000")).await.in_pages_of(1000);
    let file = |without: Option<usize>| {
        let rows = (0..5000).filter(|number| Some(*number) != without);
        let rows = rows.map(|number| format!("k{number:05},person{number:05},clerk\n"));
        format!("key,username,title\n{}dup,d1,x\ndup,d2,x\n", rows.collect::<String>())
    };
    world.sync(file(None)).await;
    world.sync(file(Some(7))).await;
    let run = world.sync(file(Some(7))).await.id;
    let whole = world.object(&format!("reports/staff/{run}/observations.jsonl.zst")).await.len();
    let (_, found) = ask(&world, get("/accounts", &[("text", "person00007")])).await;
    let id = found["accounts"][0]["id"].as_str().unwrap();
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    let answer = answer(get(&format!("/accounts/{id}"), &[]), &shell).await;
    let body = answer["body"].as_str().unwrap();
    assert!(body.contains("did not find them"), "{body}");
    // The head, what there is to say, and two frames at most.
    let read = witness.bytes_of("observations");
    assert!(read.iter().sum::<u64>() < 64 * 1024 + 2 * 32 * 1024, "{read:?} of {whole}");
    assert!(read.len() <= 3, "{read:?}");
}

/// Thousands are held in no order: the report has them in that of the accounts.
#[tokio::test]
async fn the_page_of_somebody_held_reads_their_frame() {
    let world = World::new(&STAFF.replace("seats = 5", "")).await.in_pages_of(1000);
    let file = |people: usize| {
        let rows = (0..people).map(|number| format!("k{number:05},person{number:05},clerk\n"));
        format!("key,username,title\n{}", rows.collect::<String>())
    };
    world.sync(file(6000)).await;
    let run = world.sync(file(500)).await;
    let held = run.summary.as_ref().unwrap().counts["held"];
    assert_eq!(held, 5500);
    let whole = world.object(&format!("reports/staff/{}/observations.jsonl.zst", run.id)).await.len();
    let (_, found) = ask(&world, get("/accounts", &[("text", "person04321")])).await;
    let id = found["accounts"][0]["id"].as_str().unwrap();
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    let answer = answer(get(&format!("/accounts/{id}"), &[]), &shell).await;
    let body = answer["body"].as_str().unwrap();
    assert!(body.contains("are held until a person approves them"), "{body}");
    let read = witness.bytes_of("observations");
    assert!(read.iter().sum::<u64>() < 64 * 1024 + 2 * 32 * 1024, "{read:?} of {whole}");
}

#[tokio::test]
async fn pages_and_exports_of_a_report_read_its_frames_and_none_twice() {
    let world = World::new(&STAFF.replace("seats = 5", "")).await.in_pages_of(1000);
    let run = unchanged(&world, 4200).await;
    let key = format!("reports/staff/{run}/observations.jsonl.zst");
    let report = world.object(&key).await;
    let whole = report.len() as u64;
    assert!(whole > 80_000, "{whole} bytes: too few for what follows to say anything");
    let run = [("run", run.as_str()), ("limit", "500")];
    let mut after: Option<String> = None;
    let mut names = std::collections::BTreeSet::new();
    loop {
        let mut query = run.to_vec();
        query.extend(after.as_deref().map(|after| ("after", after)));
        let witness = Reads::default();
        let answer = answer(get("/audit", &query), &world.process(Some(witness.interceptor()))).await;
        let bytes: u64 = witness.bytes_of("observations").iter().sum();
        assert!(bytes <= 64 * 1024 + 2 * 32 * 1024, "{bytes} of {whole}");
        let page: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        names.extend(
            page["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["username"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(names.len(), 4202);
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    let file = exported_by(&world, &shell, &json!({ "run": run[0].1 })).await;
    assert_eq!(file.lines().count(), 1 + 4202);
    let read: u64 = witness.bytes_of("observations").iter().sum();
    assert!(read <= whole + 64 * 1024, "{read} of {whole}");
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    for (wanted, others) in [(json!({}), 1), (json!({ "outcome": "created_active" }), 0)] {
        let before = witness.items();
        let file = exported_by(&world, &shell, &wanted).await;
        assert_eq!(file.lines().count(), 1 + 4200 + others, "{wanted}");
        let read = witness.items() - before;
        assert!(read < 4300, "{read} items for 4200 entries {wanted}");
    }
    // Whom there is something to say of stands at the beginning.
    let witness = Reads::default();
    let shell = world.process(Some(witness.interceptor()));
    drop(answer(get("/audit", &[("user", "dup")]), &shell).await);
    assert_eq!(witness.bytes_of("observations").len(), 1);
    assert!(witness.items() < 20, "{} items", witness.items());
    assert_eq!(entries(&world, &[("user", "dup")]).await.len(), 2);
    assert_page_of_account_reads_few_frames(&world, whole).await;

    // A report of a version that did not cut them: the same without a head.
    let length = u32::from_le_bytes(report[4..8].try_into().unwrap()) as usize;
    world.shell.store.put_object(&key, report[8 + length..].to_vec()).await.unwrap();
    assert_eq!(entries(&world, &[("user", "dup")]).await.len(), 2);
    let (_, page) = ask(&world, get("/audit", &run)).await;
    assert_eq!(page["entries"].as_array().unwrap().len(), 500);
    assert!(page["next"].is_string());
}
