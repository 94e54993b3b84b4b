//! The configuration over HTTP: checked, put in the place of the version that was read, noted in the audit log; and tried
//! before it is put in force (section 1 of the rules; rule 29).

use super::api::{answer, ask, get, send, with_token};
use super::api_commands::{ROLES, as_role, entry, put_configuration};
use super::{ANN, GUESTS_OBJECT, GUS, STAFF, STAFF_OBJECT, TWO_SOURCES, assert_at_rest, people, put};
use crate::faults;
use crate::world::World;
use rollcall::events;
use serde_json::{Value, json};

#[tokio::test]
async fn configuration_is_checked_and_replaces_the_version_read() {
    let world = World::new(STAFF).await;
    let (_, first) = ask(&world, get("/configuration", &[])).await;
    assert_eq!((&first["text"], &first["mistakes"]), (&json!(STAFF), &json!([])));
    let wrong = STAFF.replace("match_field", "match_feild");
    let (status, problem) = ask(&world, put_configuration(&wrong, &first["version"])).await;
    assert_eq!((status, &problem["mistakes"][0]["line"]), (422, &json!(4)), "{problem}");
    let next = format!("# Ours.\n{STAFF}");
    let (status, second) = ask(&world, put_configuration(&next, &first["version"])).await;
    assert_eq!((status, &second["text"]), (200, &json!(next)), "{second}");
    assert_eq!(ask(&world, put_configuration(STAFF, &first["version"])).await.0, 412, "the version is gone");
    assert_eq!(ask(&world, send("PUT", "/configuration", &Value::Null)).await.0, 428);
    let entry = entry(&world, "configuration_set").await;
    assert_eq!(entry["changes"][0]["old"], first["version"]);
    assert_eq!(
        (&entry["changes"][0]["new"], &entry["actor"]),
        (&second["version"], &json!("ada@example.org"))
    );
    let mut check = send("POST", "/configuration/check", &Value::Null);
    check["body"] = json!(wrong);
    check["headers"]["content-type"] = json!("text/plain");
    let (status, checked) = ask(&world, check).await;
    assert_eq!((status, checked["mistakes"].as_array().unwrap().is_empty()), (200, false));
    assert_eq!(ask(&world, get("/configuration", &[])).await.1["text"], json!(next));
}

#[tokio::test]
async fn every_configuration_in_force_is_in_the_audit_log() {
    let world = World::new(STAFF).await;
    let (_, first) = ask(&world, get("/configuration", &[])).await;
    let next = format!("# Ours.\n{STAFF}");
    let put = || put_configuration(&next, &first["version"]);
    let no_log = faults::process(&world, |call| {
        call.is("PutItem", "configuration_set").then(|| faults::dynamo_error("AccessDeniedException", "no"))
    });
    assert_eq!(answer(put(), &no_log).await["statusCode"], 500);
    assert_eq!(ask(&world, get("/configuration", &[])).await.1["text"], json!(STAFF), "nothing is changed");
    // Where the other half fails, the log takes back what it said.
    let no_object = faults::process(&world, |call| {
        let is_put = call.operation.starts_with("PUT") && call.operation.ends_with("config/rollcall.toml");
        is_put.then(|| faults::s3_error(403, "AccessDenied", "no"))
    });
    assert_eq!(answer(put(), &no_object).await["statusCode"], 500);
    assert_eq!(ask(&world, get("/configuration", &[])).await.1["text"], json!(STAFF));
    let (_, log) = ask(&world, get("/audit", &[("outcome", "configuration_set")])).await;
    let change = |number: usize| log["entries"][number]["changes"][0].clone();
    assert_eq!(log["entries"].as_array().unwrap().len(), 2, "{log}");
    assert_eq!((&change(0)["old"], &change(0)["new"]), (&change(1)["new"], &first["version"]));
    assert_eq!(ask(&world, put()).await.0, 200);
    assert_eq!(
        ask(&world, get("/audit", &[("outcome", "configuration_set")])).await.1["entries"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn a_sync_administrator_cannot_redirect_a_secret() {
    let okta = "[[source]]\nname = \"okta\"\nkind = \"okta\"\nurl = \"https://example.okta.com\"\ntoken = \"ssm:/rollcall/okta\"\ngroups = [\"all\"]\n";
    let entra = "[[source]]\nname = \"entra\"\nkind = \"entra\"\ntenant = \"example.com\"\nclient_id = \"00000000-0000-0000-0000-000000000000\"\nclient_secret = \"ssm:/rollcall/entra\"\ngroups = [\"all\"]\n";
    let config = format!("{ROLES}{STAFF}{okta}{entra}");
    let world = World::new(&config).await;
    let version = ask(&world, as_role(get("/configuration", &[]), "root")).await.1["version"].clone();
    let another = okta.replace("\"okta\"\nkind", "\"other\"\nkind");
    for (text, status) in [
        (config.replace("[\"all\"]", "[\"all\", \"more\"]"), 200),
        (config.replace(okta, ""), 200),
        (format!("{config}{}", another.replace("[\"all\"]", "[\"more\"]")), 200),
        (config.replace("example.okta.com", "evil.okta.com"), 403),
        (config.replace("ssm:/rollcall/okta", "ssm:/rollcall/entra"), 403),
        (config.replace("ssm:/rollcall/okta", "env:AWS_SESSION_TOKEN"), 403),
        (config.replace("tenant = \"example.com\"", "tenant = \"evil.example\""), 403),
        (
            config.replace(
                "client_secret = \"ssm:/rollcall/entra\"",
                "client_secret = \"file:/proc/self/environ\"",
            ),
            403,
        ),
        (config.replace("tenant = ", "login_url = \"https://evil.example\"\ntenant = "), 403),
        (config.replace("tenant = ", "graph_url = \"https://evil.example\"\ntenant = "), 403),
        (format!("{config}{}", another.replace("example.okta.com", "evil.okta.com")), 403),
    ] {
        assert_ne!(text, config);
        world.tick();
        let (answered, body) = ask(&world, as_role(put_configuration(&text, &version), "sync")).await;
        assert_eq!(answered, status, "{body}\n{text}");
        world.shell.store.put_object("config/rollcall.toml", config.clone().into_bytes()).await.unwrap();
        let (answered, _) = ask(&world, as_role(put_configuration(&text, &version), "root")).await;
        assert_eq!(answered, 200, "a sysadmin may");
        world.shell.store.put_object("config/rollcall.toml", config.clone().into_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn configuration_is_put_once_for_each_key_and_version() {
    let world = World::new(STAFF).await;
    let (_, first) = ask(&world, get("/configuration", &[])).await;
    let large = format!("{STAFF}# {}\n", "\"".repeat(95 * 1024));
    let keyed = |version: &Value| {
        let mut event = put_configuration(&large, version);
        event["headers"]["idempotency-key"] = json!("k");
        event
    };
    assert_eq!(ask(&world, keyed(&json!("another"))).await.0, 412);
    assert_eq!(ask(&world, keyed(&first["version"])).await.0, 422, "another version is another request");
    let mut event = keyed(&first["version"]);
    event["headers"]["idempotency-key"] = json!("l");
    let put = ask(&world, event.clone()).await;
    assert_eq!((put.0, &put.1["text"]), (200, &json!(large)));
    assert_eq!(ask(&world, event).await, put, "it is answered the same, though the version is gone");
    let event = put_configuration(&format!("{large}{large}"), &put.1["version"]);
    assert_eq!(ask(&world, event).await.0, 413);
}

/// A dry run of a text, seen to its end.
async fn tried(world: &World, text: &str, query: &[(&str, &str)]) -> (i64, Value) {
    world.tick();
    let (status, started) = ask(world, try_configuration(text, query)).await;
    if status != 202 {
        return (status, started);
    }
    events::drain(&world.shell).await.unwrap();
    ask(world, get(&format!("/runs/{}", started["run"].as_str().unwrap()), &[])).await
}

fn try_configuration(text: &str, query: &[(&str, &str)]) -> Value {
    let mut event = send("POST", "/configuration/dry-run", &Value::Null);
    event["queryStringParameters"] =
        query.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect::<Value>();
    event["body"] = json!(text);
    event
}

#[tokio::test]
async fn a_changed_configuration_is_tried_before_it_applies() {
    let config = format!("[guard]\nmin_removals = 1\n{STAFF}");
    let world = World::new(&config).await;
    world.sync("key,username,title,mail\na,ann,x,ann@x\nb,ben,x,ben@x\n").await;
    let before = people(&world).await;
    let (_, run) =
        tried(&world, &config.replace("match_field = \"key\"", "match_field = \"mail\""), &[]).await;
    assert_eq!((&run["status"], &run["dry_run"]), (&json!("dry_run"), &json!(true)), "{run}");
    assert_ne!(run["candidate"], Value::Null);
    let counts = |run: &Value, outcome: &str| run["summary"]["counts"][outcome].clone();
    assert_eq!(counts(&run, "held"), 2, "the guard stands: both would leave: {run}");
    let (_, run) = tried(&world, &format!("{config}mail = \"mail\"\n"), &[]).await;
    assert_eq!(counts(&run, "updated"), 2, "{run}");
    let (_, run) = tried(&world, &config.replace("seats = 5", "seats = 1"), &[]).await;
    assert_eq!((&run["summary"]["limit"], &run["summary"]["over_by"]), (&json!(1), &json!(1)), "{run}");
    // A source that is only in the candidate, and takes nothing from those that are in force.
    put(&world, GUESTS_OBJECT, GUS).await;
    assert_eq!(tried(&world, TWO_SOURCES, &[]).await.0, 400, "which source?");
    let (_, run) = tried(&world, TWO_SOURCES, &[("source", "guests")]).await;
    assert_eq!(counts(&run, "created_active"), 1, "{run}");
    // Nothing of all that has changed anything.
    assert_eq!(people(&world).await, before);
    assert_eq!(ask(&world, get("/configuration", &[])).await.1["text"], json!(config));
    let run = world.reset(false, None).await.unwrap();
    assert_eq!(run.summary.unwrap().writes, 0);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn trying_a_configuration_needs_both_permissions() {
    let config = format!("{ROLES}{STAFF}");
    let world = World::new(&config).await;
    put(&world, STAFF_OBJECT, ANN).await;
    let source = config.replace("match_field", "delimiter = \";\"\nmatch_field");
    let licence = config.replace("seats = 5", "seats = 500");
    let both = |event| with_token(event, &json!({ "sub": "ada", "groups": ["sync", "people"] }));
    for (text, status) in [(&source, 202), (&licence, 403), (&String::from("x ="), 422)] {
        assert_eq!(ask(&world, both(try_configuration(text, &[]))).await.0, status, "{text}");
        events::drain(&world.shell).await.unwrap();
        world.tick();
    }
    for role in ["sync", "people", "none"] {
        assert_eq!(ask(&world, as_role(try_configuration(&source, &[]), role)).await.0, 403, "{role}");
    }
    // Behind a run it would have to wait, and nobody would see it.
    assert_eq!(ask(&world, as_role(send("POST", "/reset", &json!({})), "people")).await.0, 202);
    let (status, refused) = ask(&world, both(try_configuration(&source, &[]))).await;
    assert_eq!(status, 409, "{refused}");
}

#[tokio::test]
async fn a_dry_run_of_another_source_is_another_request() {
    let world = World::new(TWO_SOURCES).await;
    let keyed = |source: &str| {
        let mut event = try_configuration(TWO_SOURCES, &[("source", source)]);
        event["headers"]["idempotency-key"] = json!("k");
        event
    };
    let first = ask(&world, keyed("staff")).await;
    assert_eq!((first.0, ask(&world, keyed("staff")).await), (202, first));
    assert_eq!(ask(&world, keyed("guests")).await.0, 422);
}
