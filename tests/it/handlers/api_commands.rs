//! Acting over HTTP: blocking and unblocking at the limit, local accounts, the licence, the configuration; once for each
//! `Idempotency-Key`, and only with the permission for it (section 1 of the rules; rules 10, 15, 36).

use super::api::{answer, ask, get, send, with_token};
use super::api_queries::id_of;
use super::{ANN, ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, put};
use crate::world::World;
use rollcall::events;
use rollcall_sync::Shell;
use rollcall_sync::store::RunId;
use serde_json::{Value, json};

pub(super) const ROLES: &str = r#"
[roles]
claim = "groups"
people_administrator = ["people"]
sync_administrator = ["sync"]
sysadmin = ["root"]
"#;

async fn act(world: &World, method: &str, path: &str, body: Value) -> (i64, Value) {
    ask(world, send(method, path, &body)).await
}

pub(super) async fn entry(world: &World, outcome: &str) -> Value {
    let (_, page) = ask(world, get("/audit", &[("outcome", outcome)])).await;
    page["entries"][0].clone()
}

/// Two people, one seat: Ann has it, Ben waits.
async fn one_seat() -> World {
    let world = World::new(&STAFF.replace("seats = 5", "seats = 1")).await;
    world.sync(ANN_AND_BEN).await;
    world
}

#[tokio::test]
async fn a_block_frees_a_seat_and_is_always_taken_back() {
    let world = one_seat().await;
    let ann = id_of(&world, "ann").await;
    let (status, blocked) =
        act(&world, "POST", &format!("/accounts/{ann}/block"), json!({ "why": " lost laptop " })).await;
    assert_eq!(status, 200, "{blocked}");
    let shown = ["state", "reason", "set_by", "why", "beneath"].map(|name| blocked[name].clone());
    assert_eq!(json!(shown), json!(["blocked", "by_admin", "ada@example.org", "lost laptop", "active"]));
    let (status, again) = act(&world, "POST", &format!("/accounts/{ann}/block"), json!({})).await;
    assert_eq!(status, 409, "{again}");
    assert_eq!(blocked["seats"], json!({ "before": 1, "used": 0, "limit": 1 }));
    assert_eq!(blocked["before"], json!({ "state": "active", "reason": null, "since": null }));
    // The next run gives the seat to Ben; then there is none for Ann, and Ann waits since the block.
    world.reset(false, None).await.unwrap();
    let (status, unblocked) = act(&world, "POST", &format!("/accounts/{ann}/unblock"), json!({})).await;
    let shown = ["state", "reason", "since"].map(|name| unblocked[name].clone());
    assert_eq!((status, json!(shown)), (200, json!(["blocked", "no_seat", blocked["since"]])));
    assert_eq!(unblocked["place"], json!({ "place": 1, "more_than": null, "of": 1 }), "{unblocked}");
    assert_eq!(unblocked["before"]["reason"], "by_admin");
    let (status, again) = act(&world, "POST", &format!("/accounts/{ann}/unblock"), json!({})).await;
    assert_eq!(status, 409, "{again}");
    act(&world, "POST", &format!("/accounts/{ann}/block"), json!({})).await;
    assert_eq!(act(&world, "PUT", "/licence", json!({ "limit": 2 })).await.0, 200);
    let (status, unblocked) = act(&world, "POST", &format!("/accounts/{ann}/unblock"), json!({})).await;
    assert_eq!((status, &unblocked["state"]), (200, &json!("blocked")), "who waited goes back to the line");
    world.reset(false, None).await.unwrap();
    let (_, seated) = ask(&world, get(&format!("/accounts/{ann}"), &[])).await;
    assert_eq!(seated["state"], "active");
    let entry = entry(&world, "unblocked_by_admin").await;
    assert_eq!((&entry["actor"], &entry["trigger"]), (&json!("ada@example.org"), &json!("api")));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_local_account_takes_a_seat_or_is_refused() {
    let world = one_seat().await;
    let wanted = json!({ "username": "Root", "is_admin": true, "fields": { "email": "root@example.com" } });
    let (status, refused) = act(&world, "POST", "/accounts", wanted.clone()).await;
    assert_eq!((status, &refused["limit"]), (409, &json!(1)), "{refused}");
    act(&world, "PUT", "/licence", json!({ "limit": null })).await;
    let (status, made) = act(&world, "POST", "/accounts", wanted.clone()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (&made["source"], &made["state"], &made["is_admin"]),
        (&Value::Null, &json!("active"), &json!(true))
    );
    for (body, status) in [
        (wanted, 409),
        (json!({ "username": "ann" }), 409),
        (json!({ "username": "" }), 400),
        (json!({ "username": "x", "fields": { "Bad Name": "x" } }), 400),
        (json!({ "username": "x", "admin": true }), 400),
        (json!({}), 400),
    ] {
        let (answered, problem) = act(&world, "POST", "/accounts", body.clone()).await;
        assert_eq!(answered, status, "{body}: {problem}");
    }
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_limit_that_is_put_holds_from_then_on() {
    let world = one_seat().await;
    let (status, licence) = act(&world, "PUT", "/licence", json!({ "limit": 0, "below_use": true })).await;
    assert_eq!((status, &licence["over_by"], &licence["set_by"]), (200, &json!(1), &json!("command")));
    assert_eq!(licence["waiting"], 1);
    assert_eq!(entry(&world, "licence_set").await["actor"], "ada@example.org");
    let (status, licence) = act(&world, "PUT", "/licence", json!({ "limit": "configured" })).await;
    assert_eq!((status, &licence["limit"], &licence["set_by"]), (200, &json!(1), &json!("configuration")));
    let text = STAFF.replace("seats = 5", "seats = 2");
    world.shell.store.put_object("config/rollcall.toml", text.into_bytes()).await.unwrap();
    world.reset(false, None).await.unwrap();
    let (_, licence) = ask(&world, get("/licence", &[])).await;
    assert_eq!(
        (&licence["limit"], &licence["used"]),
        (&json!(2), &json!(2)),
        "the configuration counts again"
    );
    for body in [json!({}), json!({ "limit": -1 }), json!({ "limit": 1.5 }), json!({ "limit": "many" })] {
        assert_eq!(act(&world, "PUT", "/licence", body.clone()).await.0, 400, "{body}");
    }
}

pub(super) fn put_configuration(text: &str, version: &Value) -> Value {
    let mut event = send("PUT", "/configuration", &Value::Null);
    event["body"] = json!(text);
    event["headers"]["if-match"] = json!(format!("\"{}\"", version.as_str().unwrap()));
    event
}

#[tokio::test]
async fn who_presses_reset_or_approves_is_in_the_audit_log() {
    let world = World::new(&format!("{STAFF}[guard]\nmin_removals = 0\n")).await;
    world.sync(ANN_AND_BEN).await;
    assert_eq!(entry(&world, "run_requested").await, Value::Null, "nobody asked for what was dropped");
    act(&world, "POST", "/reset", json!({ "dry_run": true })).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(entry(&world, "run_requested").await, Value::Null, "a plan changes nothing");
    put(&world, STAFF_OBJECT, ANN).await;
    let held = world.reset(false, None).await.unwrap();
    let first = entry(&world, "run_requested").await;
    let shown = ["run", "source", "account"].map(|name| first[name].clone());
    assert_eq!(json!(shown), json!([held.id, "staff", null]));
    let (_, started) = act(&world, "POST", "/reset", json!({ "approve": held.id })).await;
    world.finish(&RunId::parse(started["run"].as_str().unwrap()).unwrap()).await;
    let second = entry(&world, "run_requested").await;
    assert_eq!((&second["actor"], &second["trigger"]), (&json!("ada@example.org"), &json!("reset")));
    assert_eq!(second["changes"], json!([{ "field": "approves", "old": "", "new": held.id }]));
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_three_permissions_are_kept_apart() {
    let ldap = "[[source]]\nname = \"ad\"\nkind = \"ldap\"\nurl = \"ldaps://dc.example.com\"\nbind_dn = \"cn=r\"\nbind_password = \"env:PW\"\nbase = \"dc=example\"\ngroups = [\"all\"]\n";
    let config = format!("{ROLES}{STAFF}{ldap}");
    let world = World::new(&config).await;
    world.sync(ANN).await;
    let ann = id_of_as(&world, "root").await;
    let version = ask(&world, as_role(get("/configuration", &[]), "root")).await.1["version"].clone();
    let comment = format!("# x\n{config}");
    let other_source = config.replace("inbox/staff.csv", "inbox/staff2.csv");
    let other_ldap = config.replace("dc.example.com", "evil.example.com");
    let other_roles = config.replace("[\"root\"]", "[\"root\", \"sync\"]");
    let licence = config.replace("seats = 5", "seats = 500");
    // Who is refused what; everybody else is not.
    for (event, refused) in [
        (get("/me", &[]), vec!["none"]),
        (send("PUT", "/inbox/nobody", &Value::Null), vec!["people", "none"]),
        (send("POST", "/reset", &json!({ "source": "nobody" })), vec!["sync", "none"]),
        (get("/runs", &[]), vec!["sync", "none"]),
        (get("/accounts", &[]), vec!["sync", "none"]),
        (send("POST", "/exports", &json!({})), vec!["sync", "none"]),
        (get("/exports/run-1", &[]), vec!["sync", "none"]),
        (send("DELETE", "/exports/run-1", &json!({})), vec!["sync", "none"]),
        (get("/configuration", &[]), vec!["none"]),
        (send("POST", &format!("/accounts/{ann}/block"), &json!({})), vec!["sync", "none"]),
        (send("POST", &format!("/accounts/{ann}/unblock"), &json!({})), vec!["sync", "none"]),
        (send("POST", "/accounts", &json!({ "username": "ann" })), vec!["sync", "none"]),
        (
            send("POST", "/accounts", &json!({ "username": "ann", "is_admin": true })),
            vec!["people", "sync", "none"],
        ),
        (send("PUT", "/licence", &json!({ "limit": "x" })), vec!["people", "sync", "none"]),
        (put_configuration(&comment, &json!("another")), vec!["people", "none"]),
        (put_configuration(&other_source, &version), vec!["people", "none"]),
        (put_configuration(&other_ldap, &version), vec!["people", "sync", "none"]),
        (put_configuration(&other_roles, &version), vec!["people", "sync", "none"]),
        (put_configuration(&licence, &version), vec!["people", "sync", "none"]),
    ] {
        for role in ["none", "people", "sync", "root"] {
            let answer = super::api::answer(as_role(event.clone(), role), &world.shell).await;
            let is_refused = answer["statusCode"] == 403;
            assert_eq!(is_refused, refused.contains(&role), "{role}: {event} {answer}");
            world.shell.store.put_object("config/rollcall.toml", config.clone().into_bytes()).await.unwrap();
        }
    }
}

pub(super) fn as_role(event: Value, role: &str) -> Value {
    with_token(event, &json!({ "sub": "ada@example.org", "groups": [role] }))
}

async fn id_of_as(world: &World, role: &str) -> String {
    let (_, page) = ask(world, as_role(get("/accounts", &[]), role)).await;
    page["accounts"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_same_key_is_answered_the_same_and_done_once() {
    let world = one_seat().await;
    let ann = id_of(&world, "ann").await;
    let keyed = |key: &str, body: Value| {
        let mut event = send("POST", &format!("/accounts/{ann}/block"), &body);
        event["headers"]["idempotency-key"] = json!(key);
        event
    };
    let first = ask(&world, keyed("k1", json!({}))).await;
    assert_eq!(first.0, 200);
    assert_eq!(ask(&world, keyed("k1", json!({}))).await, first, "not 409: it was not done again");
    assert_eq!(ask(&world, keyed("k1", json!({ "why": "x" }))).await.0, 422, "another request");
    let refused = ask(&world, keyed("k2", json!({}))).await;
    assert_eq!(refused.0, 409);
    rollcall_api::accounts::administer::unblock(&world.shell, "ann", "boss").await.unwrap();
    assert_eq!(ask(&world, keyed("k2", json!({}))).await, refused, "what was refused stays refused");
    let mut other = keyed("k1", json!({}));
    other["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = json!("eve");
    assert_eq!(ask(&world, other).await.1["set_by"], "eve", "a key is its caller's own");
    assert_eq!(ask(&world, keyed("", json!({}))).await.0, 400);
    assert_eq!(ask(&world, keyed(&"k".repeat(256), json!({}))).await.0, 400);
    world.wait(25 * 60 * 60 * 1000);
    assert_eq!(ask(&world, keyed("k1", json!({}))).await.0, 409, "after a day it is a new request");
}

#[tokio::test]
async fn a_repeated_reset_is_the_same_run_even_after_its_end() {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN).await;
    let keyed = || {
        let mut event = send("POST", "/reset", &json!({}));
        event["headers"]["idempotency-key"] = json!("k");
        event
    };
    let first = ask(&world, keyed()).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(ask(&world, keyed()).await, first);
    events::drain(&world.shell).await.unwrap();
    assert_eq!(super::runs(&world).await.len(), 1);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn what_is_too_large_or_cannot_be_meant_is_refused() {
    let world = one_seat().await;
    let ann = id_of(&world, "ann").await;
    let block = format!("/accounts/{ann}/block");
    let mut large = send("POST", &block, &Value::Null);
    large["body"] = json!(format!("{{\"why\": \"{}\"}}", "x".repeat(70_000)));
    for (event, status) in [
        (large, 413),
        (send("POST", &block, &json!({ "why": "x".repeat(501) })), 400),
        (send("POST", &block, &json!([])), 400),
        (send("POST", &format!("/accounts/{ann}/unblock"), &json!({ "x": 1 })), 400),
        (send("POST", "/accounts/ann/block", &json!({})), 400),
        (send("POST", "/accounts/00000000000000000000000000000000/block", &json!({})), 404),
        (get("/accounts/00000000000000000000000000000000", &[]), 404),
        (get("/accounts/..%2Flicence", &[]), 400),
        (get("/accounts/../licence", &[]), 404),
        (send("DELETE", "/accounts", &json!({})), 405),
        (send("POST", "/licence", &json!({})), 405),
        (send("POST", "/else", &json!({})), 404),
        (get("/accounts", &[("text", &"x".repeat(1501))]), 400),
        (get("/accounts", &[("source", "A b")]), 400),
    ] {
        let (answered, body) = ask(&world, event.clone()).await;
        assert_eq!(answered, status, "{}: {body}", event["rawPath"]);
    }
}

async fn press(shell: Shell, number: usize, waiting: String) -> Vec<i64> {
    let mut statuses = Vec::new();
    for round in 0..4 {
        let event = match (number + round) % 4 {
            0 => send("POST", "/reset", &json!({})),
            1 => send("POST", &format!("/accounts/{waiting}/unblock"), &json!({})),
            2 => send("POST", "/accounts", &json!({ "username": format!("local-{number}-{round}") })),
            _ => send("POST", &format!("/accounts/{waiting}/block"), &json!({})),
        };
        let answer = rollcall_reset::handle(event, &shell).await.unwrap();
        statuses.push(answer["statusCode"].as_i64().unwrap());
        events::drain(&shell).await.unwrap();
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_callers_at_once_never_overrun_the_limit() {
    let world = World::new(&STAFF.replace("seats = 5", "seats = 8")).await;
    world.sync(ANN_AND_BEN).await;
    let ben = id_of(&world, "ben").await;
    let callers: Vec<_> =
        (0..20).map(|number| tokio::spawn(press(world.process(None), number, ben.clone()))).collect();
    for caller in callers {
        for status in caller.await.unwrap() {
            assert!([200, 201, 202, 409, 503].contains(&status), "{status}");
        }
        assert!(world.shell.store.seats().await.unwrap().seats.used.get() <= 8);
    }
    events::drain(&world.shell).await.unwrap();
    let (_, licence) = ask(&world, get("/licence", &[])).await;
    // Ben may have been blocked last of all: then his seat is free.
    assert!([json!(7), json!(8)].contains(&licence["used"]), "{licence}");
    assert_eq!(licence["over_by"], 0, "{licence}");
    assert_at_rest(&world).await;
}

/// Twenty callers at once, each with one request. Answers with the statuses that were answered, sorted.
async fn twenty_at_once(world: &World, event: impl Fn(usize) -> Value) -> Vec<i64> {
    let callers: Vec<_> = (0..20)
        .map(|number| {
            let (shell, event) = (world.process(None), event(number));
            tokio::spawn(async move { answer(event, &shell).await["statusCode"].as_i64().unwrap() })
        })
        .collect();
    let mut statuses = Vec::new();
    for caller in callers {
        statuses.push(caller.await.unwrap());
    }
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_callers_at_once_get_the_one_seat_that_is_free() {
    let world = World::new(&STAFF.replace("seats = 5", "seats = 10")).await;
    let eight: String = (0..8).map(|number| format!("p{number},p{number},clerk\n")).collect();
    world.sync(format!("key,username,title\n{eight}")).await;
    let ids: Vec<String> = {
        let (_, page) = ask(&world, get("/accounts", &[])).await;
        let accounts = page["accounts"].as_array().unwrap();
        accounts.iter().map(|account| account["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        act(&world, "PUT", "/licence", json!({ "limit": 5, "below_use": true })).await.1["over_by"],
        3
    );
    let seats = async || {
        let licence = ask(&world, get("/licence", &[])).await.1;
        (licence["used"].as_u64().unwrap(), licence["over_by"].as_u64().unwrap())
    };
    let ask_for_a_seat = |number: usize| {
        send(
            "POST",
            "/accounts",
            &json!({ "username": format!("local-{number}-{}", world.shell.now().as_millis()) }),
        )
    };
    // Eight active: everybody stays, nobody is admitted. Five: the same. Four: one is.
    for (blocked, expected, after) in [(0, [409; 20], (8, 3)), (3, [409; 20], (5, 0))] {
        for id in &ids[..blocked] {
            act(&world, "POST", &format!("/accounts/{id}/block"), json!({})).await;
        }
        world.tick();
        assert_eq!(twenty_at_once(&world, ask_for_a_seat).await, expected);
        assert_eq!(seats().await, after);
    }
    act(&world, "POST", &format!("/accounts/{}/block", ids[3]), json!({})).await;
    world.tick();
    let statuses = twenty_at_once(&world, ask_for_a_seat).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(seats().await, (5, 0));
    assert_at_rest(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_resets_and_the_timer_at_once_are_one_run() {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    let processes: Vec<Shell> = (0..20).map(|_| world.process(None)).collect();
    let timer = world.process(None);
    let ticked = tokio::spawn({
        let timer = timer.clone();
        async move { rollcall_fetch::handle(events::schedule_event(), &timer).await.unwrap() }
    });
    let pressed = processes.iter().cloned().map(|shell| {
        tokio::spawn(async move {
            rollcall_reset::handle(send("POST", "/reset", &json!({})), &shell).await.unwrap()
        })
    });
    let mut runs = std::collections::BTreeSet::new();
    for pressed in pressed.collect::<Vec<_>>() {
        let answer = pressed.await.unwrap();
        assert_eq!(answer["statusCode"], 202, "{answer}");
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        runs.insert(body["run"].as_str().unwrap().to_owned());
    }
    ticked.await.unwrap();
    assert_eq!(runs.len(), 1);
    for process in processes.iter().chain([&timer]) {
        events::drain(process).await.unwrap();
    }
    assert_eq!(super::runs(&world).await.len(), 1);
    assert_at_rest(&world).await;
}
