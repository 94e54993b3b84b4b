//! A file that is sent over the API takes the place of the source's file, and a run applies it (rule 22): whole or not at all,
//! audited, for those only who may change the sources.

use super::api::{ask, get, send};
use super::api_commands::as_role;
use super::{STAFF_OBJECT, account};
use crate::crash::{Counted, Killer, When};
use crate::world::World;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall::events;
use rollcall_sync::doctor;
use rollcall_sync::store::{RunId, RunRecord, RunStatus};
use serde_json::{Value, json};

const CONFIG: &str = r#"
[guard]
max_removal_percent = 20
min_removals = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
"#;
const TWO: &str = "key\nann\nben\n";
const THREE: &str = "key\nann\nben\ncem\n";

fn put(source: &str, file: &[u8]) -> Value {
    let mut event = send("PUT", &format!("/inbox/{source}"), &Value::Null);
    event["body"] = json!(BASE64_STANDARD.encode(file));
    event["isBase64Encoded"] = json!(true);
    event
}

fn tried(source: &str, name: &str) -> Value {
    let mut event = put(source, b"");
    event["queryStringParameters"] = json!({ "tried": name });
    event
}

/// The storage tells of the file that lies there.
async fn drop_file(world: &World) -> RunRecord {
    let run = events::drop_notice(&world.shell, world.source()).await.unwrap();
    world.finish(&run).await
}

async fn there(world: &World) -> String {
    String::from_utf8(world.object(STAFF_OBJECT).await).unwrap()
}

#[tokio::test]
async fn sent_file_counts_and_its_run_is_named() {
    let world = World::new(CONFIG).await;
    world.sync(TWO).await;
    world.tick();
    let (status, answer) = ask(&world, put("staff", THREE.as_bytes())).await;
    assert_eq!((status, &answer["status"]), (202, &json!("started")), "{answer}");
    let run = world.finish(&RunId::parse(answer["run"].as_str().unwrap()).unwrap()).await;
    assert_eq!((run.status, there(&world).await.as_str()), (RunStatus::Completed, THREE));
    assert_eq!(run.actor, "ada@example.org");
    assert_eq!(run.file.as_ref().map(|file| file.bytes), Some(THREE.len() as u64));
    assert!(account(&world, "cem").await.state.holds_seat());

    let (_, log) = ask(&world, get("/audit", &[("outcome", "file_sent")])).await;
    let entry = &log["entries"][0];
    assert_eq!((&entry["actor"], &entry["source"]), (&json!("ada@example.org"), &json!("staff")), "{log}");
    assert_eq!(entry["changes"][0]["field"], STAFF_OBJECT, "{log}");
    // The storage's own notice of the file changes nothing more.
    world.tick();
    let again = drop_file(&world).await;
    assert_eq!(again.summary.unwrap().writes, 0);
}

#[tokio::test]
async fn sent_file_is_read_after_a_run_under_way() {
    let world = World::new(CONFIG).await;
    world.put_csv(TWO).await;
    let (_, first) = ask(&world, send("POST", "/reset", &json!({}))).await;
    // It has not begun to read, so it reads this file.
    let (_, answer) = ask(&world, put("staff", TWO.as_bytes())).await;
    assert_eq!((&answer["status"], &answer["run"]), (&json!("under_way"), &first["run"]), "{answer}");
    world.deliver(&RunId::parse(first["run"].as_str().unwrap()).unwrap()).await;
    let (_, answer) = ask(&world, put("staff", THREE.as_bytes())).await;
    assert_eq!((&answer["status"], &answer["run"]), (&json!("follows"), &first["run"]), "{answer}");
    world.finish(&RunId::parse(answer["run"].as_str().unwrap()).unwrap()).await;
    let (_, runs) = ask(&world, get("/runs", &[])).await;
    assert_eq!(runs["runs"].as_array().map(Vec::len), Some(2), "{runs}");
    assert_eq!(runs["runs"][0]["actor"], "ada@example.org");
    assert!(account(&world, "cem").await.state.holds_seat());
}

#[tokio::test]
async fn tried_file_is_put_in_place_by_its_name() {
    let world = World::new(CONFIG).await;
    world.sync(TWO).await;
    let mut trial = send("POST", "/reset/file", &Value::Null);
    trial["body"] = json!(THREE);
    world.tick();
    let (_, started) = ask(&world, trial).await;
    let dry = world.finish(&RunId::parse(started["run"].as_str().unwrap()).unwrap()).await;
    let name = dry.tried.unwrap();
    assert_eq!(there(&world).await, TWO);
    for (event, expected, why) in [
        (tried("staff", "other.csv"), 409, "names no file that was sent"),
        (tried("staff", "../staff.csv"), 409, "names no file that was sent"),
        (tried("staff", "staff-0123456789abcdef.csv"), 409, "is gone"),
        (tried("nobody", &name), 404, "there is no source"),
    ] {
        let (status, answer) = ask(&world, event).await;
        assert_eq!(status, expected, "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains(why), "{why} in {answer}");
    }
    let mut both = tried("staff", &name);
    both["body"] = json!(BASE64_STANDARD.encode(TWO));
    assert_eq!(ask(&world, both).await.0, 422);
    assert_eq!(there(&world).await, TWO);
    // What the configuration makes of it is said before.
    let check = json!({ "text": CONFIG, "tried": name, "source": "staff" });
    let (_, checked) = ask(&world, send("POST", "/configuration/check", &check)).await;
    assert_eq!(checked["trial"]["ends"]["eligible"], 3, "{checked}");

    world.tick();
    let (status, answer) = ask(&world, tried("staff", &name)).await;
    assert_eq!(status, 202, "{answer}");
    world.finish(&RunId::parse(answer["run"].as_str().unwrap()).unwrap()).await;
    assert_eq!(there(&world).await, THREE);
    // It was changed behind our back.
    world.shell.store.put_object(&format!("config/tried/{name}"), b"key\neve\n".to_vec()).await.unwrap();
    let (status, answer) = ask(&world, tried("staff", &name)).await;
    assert_eq!((status, answer["detail"].as_str().unwrap().contains("was changed")), (409, true), "{answer}");
}

#[tokio::test]
async fn file_that_cannot_be_taken_says_what_to_do() {
    let directory = "[[source]]\nname = \"okta\"\nkind = \"okta\"\nurl = \"https://example.okta.com\"\ntoken = \"ssm:/rollcall/okta\"\ngroups = [\"all\"]\n";
    let world = World::new(&format!("{CONFIG}{directory}")).await;
    for (event, expected, why) in [
        (put("staff", b""), 422, "the body is empty"),
        (put("staff", &vec![b'x'; 4 * 1024 * 1024 + 1]), 413, "aws s3 cp FILE s3://BUCKET/inbox/staff.csv"),
        (put("nobody", b"key\n"), 404, "there is no source"),
        (put("okta", b"key\n"), 409, "it reads a directory"),
    ] {
        let (status, answer) = ask(&world, event).await;
        assert_eq!(status, expected, "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains(why), "{why} in {answer}");
    }
    let (_, log) = ask(&world, get("/audit", &[("outcome", "file_sent")])).await;
    assert_eq!(log["entries"], json!([]));
}

#[tokio::test]
async fn only_those_who_may_change_the_sources_send_files() {
    let world = World::new(&format!("{}{CONFIG}", super::api_commands::ROLES)).await;
    for (role, expected) in [("people", 403), ("sync", 202), ("root", 202)] {
        let (status, answer) = ask(&world, as_role(put("staff", TWO.as_bytes()), role)).await;
        assert_eq!(status, expected, "{role}: {answer}");
        if expected == 403 {
            let why = answer["detail"].as_str().unwrap();
            assert!(why.contains("only sync_administrator or sysadmin may do this"), "{why}");
        }
        let (_, me) = ask(&world, as_role(get("/me", &[]), role)).await;
        assert_eq!(me["may_edit_sources"], expected == 202, "{role}: {me}");
    }
}

/// The process dies at any write, and the storage tells of the file: it is there whole or as before, never without its entry,
/// and what is there is applied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_file_is_whole_or_not_there() {
    let base = World::new(CONFIG).await;
    base.sync(TWO).await;
    for when in [When::BeforeItsEffect, When::AfterItsEffect] {
        for at in 1.. {
            let world = base.copy(CONFIG).await;
            let (shell, killer) = Killer::process_at(&world, Counted::Writes, when, at);
            world.tick();
            let api = rollcall_api::Api::of_command_line(shell.clone());
            drop(rollcall_api::write(put("staff", THREE.as_bytes()), &api).await);
            let is_dead = killer.is_dead();
            world.deliver_again().await;
            let found = there(&world).await;
            assert!([TWO, THREE].contains(&found.as_str()), "{when:?} {at}: {found}");
            let (_, log) = ask(&world, get("/audit", &[("outcome", "file_sent")])).await;
            if found == THREE {
                assert_eq!(log["entries"].as_array().map(Vec::len), Some(1), "{when:?} {at}: {log}");
                world.tick();
                drop_file(&world).await;
                assert!(account(&world, "cem").await.state.holds_seat(), "{when:?} {at}");
            }
            assert_eq!(doctor::examine(&world.shell).await.unwrap().findings, Vec::<String>::new());
            if !is_dead {
                assert!(at > 2, "{at} writes");
                break;
            }
        }
    }
}
