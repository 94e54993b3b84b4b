//! What is read over the HTTP API, and by whom (section 1 of the rules; rules 32, 36).

use super::{ANN, ANN_AND_BEN, STAFF, STAFF_OBJECT, assert_at_rest, put};
use crate::world::World;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rollcall::events;
use rollcall_read::Api;
use rollcall_sync::Shell;
use serde_json::{Value, json};

const ROLES: &str = r#"
[roles]
claim = "groups"
people_administrator = ["hr-admins"]
sysadmin = ["it root"]
"#;

/// A request with a body.
pub(crate) fn send(method: &str, path: &str, body: &Value) -> Value {
    let mut event = events::http_event(body, "ada@example.org");
    event["requestContext"]["http"]["method"] = json!(method);
    event["rawPath"] = json!(path);
    event
}

/// A request without a body.
pub(crate) fn get(path: &str, query: &[(&str, &str)]) -> Value {
    let mut event = send("GET", path, &Value::Null);
    event["queryStringParameters"] =
        query.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect::<Value>();
    event.as_object_mut().unwrap().remove("body");
    event
}

/// What the API answers: the function that reads to a GET, the one that acts to everything else.
pub(crate) async fn answer(event: Value, shell: &Shell) -> Value {
    match event["requestContext"]["http"]["method"].as_str().unwrap() {
        // On the heap, as in AWS: a test's thread has 2 MiB of stack for all of its requests.
        "GET" => Box::pin(rollcall_read::handle(event, &Api::new(shell.clone()))).await.unwrap(),
        _ => Box::pin(rollcall_reset::handle(event, shell)).await.unwrap(),
    }
}

/// The status and the body of an answer.
pub(crate) async fn ask(world: &World, event: Value) -> (i64, Value) {
    let answer = answer(event, &world.shell).await;
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    (answer["statusCode"].as_i64().unwrap(), body)
}

/// The event with a token of these claims, as the gateway passes it on when it has verified it.
pub(crate) fn with_token(mut event: Value, claims: &Value) -> Value {
    let payload = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    event["headers"]["authorization"] = json!(format!("Bearer eyJhbGciOiJSUzI1NiJ9.{payload}.c2lnbmVk"));
    event["requestContext"]["authorizer"]["jwt"]["claims"] = json!({ "sub": claims["sub"] });
    event
}

#[tokio::test]
async fn runs_are_listed_newest_first_and_page_by_page() {
    let world = World::new(STAFF).await;
    assert_eq!(ask(&world, get("/runs", &[])).await, (200, json!({ "runs": [], "next": null })));
    put(&world, STAFF_OBJECT, ANN).await;
    let mut started = Vec::new();
    for _ in 0..3 {
        let (_, answer) = ask(&world, events::http_event(&json!({}), "ada@example.org")).await;
        events::drain(&world.shell).await.unwrap();
        started.insert(0, answer["run"].clone());
        world.tick();
    }
    let (status, first) = ask(&world, get("/runs", &[("limit", "2")])).await;
    assert_eq!((status, first["runs"].as_array().unwrap().len()), (200, 2));
    let next = first["next"].as_str().unwrap();
    let (_, second) = ask(&world, get("/runs", &[("limit", "2"), ("before", next)])).await;
    assert_eq!(second["next"], Value::Null);
    let listed = [&first, &second].map(|page| page["runs"].as_array().unwrap().clone()).concat();
    assert_eq!(listed.iter().map(|run| run["id"].clone()).collect::<Vec<_>>(), started);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn a_run_says_how_far_it_is_and_in_the_end_what_came_of_it() {
    let world = World::new(STAFF).await;
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    let (_, answer) = ask(&world, events::http_event(&json!({}), "ada@example.org")).await;
    let path = format!("/runs/{}", answer["run"].as_str().unwrap());
    let (status, run) = ask(&world, get(&path, &[])).await;
    assert_eq!((status, &run["status"], &run["summary"]), (200, &json!("requested"), &Value::Null));
    assert_eq!((&run["trigger"], &run["actor"]), (&json!("reset"), &json!("ada@example.org")));
    events::drain(&world.shell).await.unwrap();
    let (_, run) = ask(&world, get(&path, &[])).await;
    assert_eq!((&run["status"], &run["records"]), (&json!("completed"), &json!(2)));
    assert_eq!(run["summary"]["counts"]["created_active"], 2);
    assert_at_rest(&world).await;
}

#[tokio::test]
async fn the_licence_says_limit_used_free_and_over_by() {
    let world = World::new(&STAFF.replacen("seats = 5", "seats = 3\nreserve = 1", 1)).await;
    put(&world, STAFF_OBJECT, ANN_AND_BEN).await;
    let seats = json!({ "limit": 3, "used": 0, "free": 2, "waiting": 0, "reserve": 1, "over_by": 0, "trims": false, "warned": [], "set_by": "configuration", "configured_limit": 3, "note": null });
    assert_eq!(ask(&world, get("/licence", &[])).await, (200, seats));
    ask(&world, events::http_event(&json!({}), "ada@example.org")).await;
    events::drain(&world.shell).await.unwrap();
    let one = rollcall_core::licence::Limit::Seats(rollcall_core::licence::SeatCount::new(1));
    rollcall_api::accounts::administer::set_limit(&world.shell, one, "ada@example.org").await.unwrap();
    let seats = json!({ "limit": 1, "used": 2, "free": 0, "waiting": 0, "reserve": 1, "over_by": 1, "trims": false, "warned": [], "set_by": "command", "configured_limit": 3,
        "note": "somebody has set 1 seat, and that counts; the configuration says 3 seats, and does not. The audit log says who has set what, and the licence can be left to the configuration again" });
    assert_eq!(ask(&world, get("/licence", &[])).await, (200, seats));
}

#[tokio::test]
async fn what_is_missing_or_meaningless_is_refused_with_help() {
    let world = World::new(STAFF).await;
    for (event, status, words) in [
        (get("/runs/none", &[]), 404, "there is no run none"),
        (get("/runs/..%2Flicence", &[]), 400, "the id of a run is"),
        (get("/runs/", &[]), 400, "the id of a run is"),
        (get("/runs/a/b", &[]), 404, "there is nothing at /runs/a/b"),
        (get("//runs", &[]), 404, "there is nothing at //runs"),
        (get("/runs", &[("limit", "0")]), 400, "from 1 to 100"),
        (get("/runs", &[("limit", "101")]), 400, "from 1 to 100"),
        (get("/runs", &[("before", "none")]), 404, "there is no run none"),
        (get("/runs", &[("cursor", "x")]), 400, "\"cursor\" is unknown"),
        (get("/runs", &[("before", "")]), 400, "`before` is empty"),
        (get("/licence", &[("x", "y")]), 400, "there are none here"),
        (get("/reset", &[]), 405, "use POST"),
    ] {
        let (answered, body) = ask(&world, event.clone()).await;
        let detail = body["detail"].as_str().unwrap();
        assert!(answered == status && detail.contains(words), "{}: {answered} {detail}", event["rawPath"]);
    }
}

/// As a gateway that decodes paths passes it on, with the route that it has found before.
fn routed(mut event: Value, route: &str) -> Value {
    event["routeKey"] = json!(route);
    event
}

#[tokio::test]
async fn a_slash_within_an_id_is_no_way_to_another_address() {
    let world = World::new(STAFF).await;
    world.sync(ANN).await;
    let id = ask(&world, get("/accounts", &[])).await.1["accounts"][0]["id"].as_str().unwrap().to_owned();
    let post = |path: &str| send("POST", path, &json!({}));
    for event in [
        post(&format!("/accounts/{id}%2Fblock")),
        post(&format!("/accounts/{id}%2fblock")),
        post(&format!("/accounts%2F{id}%2Fblock")),
        post(&format!("/accounts/{id}/block/")),
        post(&format!("/accounts/{id}//block")),
        post(&format!("//accounts/{id}/block")),
        post("/accounts//block"),
        post("/accounts/../block"),
        post("/accounts/"),
        post("/runs//leave"),
        routed(post(&format!("/accounts/{id}/block")), "POST /accounts/{id}"),
        routed(get(&format!("/accounts/{id}/block"), &[]), "GET /accounts/{id}"),
        routed(get("/exports/run-1", &[]), "GET /{id}"),
    ] {
        let (status, body) = ask(&world, event.clone()).await;
        assert_eq!(status, 404, "{} {}: {body}", event["routeKey"], event["rawPath"]);
    }
    let blocked = routed(post(&format!("/accounts/{id}/block")), "POST /accounts/{id}/block");
    assert_eq!(ask(&world, blocked).await.0, 200);
}

#[tokio::test]
async fn an_account_is_found_by_its_username_in_any_spelling() {
    let world = World::new(STAFF).await;
    let csv = "key,username,title\n1,Jürgen.Groß@Example.org,clerk\n2,CORP/ann lee,boss\n";
    world.sync(csv).await;
    for (asked, found) in [
        ("jürgen.groß@example.org", "Jürgen.Groß@Example.org"),
        ("JU\u{308}RGEN.GROSS@EXAMPLE.ORG", "Jürgen.Groß@Example.org"),
        ("  jürgen.gro\u{ad}ß@example.org ", "Jürgen.Groß@Example.org"),
        ("corp/ann  lee", "CORP/ann lee"),
    ] {
        let event =
            routed(get(&format!("/accounts/by-username/{asked}"), &[]), "GET /accounts/by-username/{name}");
        let (status, account) = ask(&world, event).await;
        assert_eq!((status, &account["username"]), (200, &json!(found)), "{asked:?}: {account}");
        let path = format!("/accounts/{}", account["id"].as_str().unwrap());
        assert_eq!(ask(&world, get(&path, &[])).await.1["version"], account["version"]);
    }
    for (name, status, words) in [
        ("nobody", 404, "no account with the username \"nobody\""),
        ("", 404, "there is nothing at"),
        ("\u{ad}", 400, "the username is empty"),
    ] {
        let (answered, body) = ask(&world, get(&format!("/accounts/by-username/{name}"), &[])).await;
        let detail = body["detail"].as_str().unwrap();
        assert!(answered == status && detail.contains(words), "{name:?}: {answered} {detail}");
    }
    let post = send("POST", "/accounts/by-username/ann", &json!({}));
    assert_eq!(ask(&world, post).await.0, 405);
}

#[tokio::test]
async fn a_person_without_a_role_is_refused_everything() {
    let world = World::new(&format!("{ROLES}{STAFF}")).await;
    put(&world, STAFF_OBJECT, ANN).await;
    let post = || events::http_event(&json!({}), "eve");
    for claims in [
        json!({ "sub": "eve" }),
        json!({ "sub": "eve", "groups": [] }),
        json!({ "sub": "eve", "groups": ["hr", "HR-ADMINS", "x hr-admins", ["hr-admins"]] }),
        json!({ "sub": "eve", "groups": "hr-admins it" }),
        json!({ "sub": "eve", "groups": { "hr-admins": true } }),
        json!({ "sub": "eve", "roles": ["hr-admins"] }),
    ] {
        for event in [post(), get("/runs", &[]), get("/runs/x", &[]), get("/licence", &[]), get("/else", &[])]
        {
            let (status, body) = ask(&world, with_token(event, &claims)).await;
            assert_eq!(status, 403, "{claims}");
            assert!(body["detail"].as_str().unwrap().contains("`groups`"));
        }
    }
    // A token that is not the one which was verified does not count.
    let mut other = with_token(post(), &json!({ "sub": "ada", "groups": ["hr-admins"] }));
    other["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = json!("eve");
    assert_eq!(ask(&world, other).await.0, 403);
    // Nor does one beside it, whichever of the two the gateway has looked at.
    let forged = with_token(post(), &json!({ "sub": "eve", "groups": ["it root"] }));
    let real = with_token(post(), &json!({ "sub": "eve", "groups": ["staff"] }));
    let [forged, real] = [&forged, &real].map(|event| event["headers"]["authorization"].as_str().unwrap());
    for header in [
        format!("{forged},{real}"),
        format!("{forged}, {real}"),
        format!("{real},{forged}"),
        format!("{forged} {real}"),
        format!("Basic {}", &forged["Bearer ".len()..]),
        format!("{forged}.x"),
    ] {
        let mut event = with_token(post(), &json!({ "sub": "eve" }));
        event["headers"]["authorization"] = json!(header);
        assert_eq!(ask(&world, event).await.0, 403, "{header}");
    }
    assert_eq!(world.shell.queues.take(), None);
}

#[tokio::test]
async fn a_section_of_roles_that_is_misspelt_lets_nobody_in() {
    let world = World::new(STAFF).await;
    assert_eq!(ask(&world, get("/runs", &[])).await.0, 200);
    for section in ["[role]", "[Roles]", "[licence.roles]"] {
        let text = format!("{}{STAFF}", ROLES.replace("[roles]", section));
        world.shell.store.put_object("config/rollcall.toml", text.into_bytes()).await.unwrap();
        for event in [get("/runs", &[]), get("/configuration", &[]), events::http_event(&json!({}), "eve")] {
            let (status, body) = ask(&world, event).await;
            assert_eq!(
                (status, &body["title"]),
                (500, &json!("The configuration must be mended")),
                "{section}"
            );
        }
    }
}

#[tokio::test]
async fn with_a_console_nobody_may_act_without_roles() {
    let mut world = World::new(STAFF).await;
    world.need_roles();
    for event in [get("/runs", &[]), get("/configuration", &[]), events::http_event(&json!({}), "eve")] {
        let (status, body) = ask(&world, event).await;
        assert_eq!(status, 403, "{body}");
        assert!(body["detail"].as_str().unwrap().contains("has no [roles]"), "{body}");
    }
    let text = format!("{ROLES}{STAFF}");
    world.shell.store.put_object("config/rollcall.toml", text.into_bytes()).await.unwrap();
    let ada = json!({ "sub": "ada", "groups": ["hr-admins"] });
    assert_eq!(ask(&world, with_token(get("/runs", &[]), &ada)).await.0, 200);
    assert_eq!(ask(&world, get("/runs", &[])).await.0, 403);
}

#[tokio::test]
async fn people_administrators_and_sysadmins_may_press_reset_and_read() {
    let world = World::new(&format!("{ROLES}{STAFF}")).await;
    put(&world, STAFF_OBJECT, ANN).await;
    for groups in [json!(["staff", "hr-admins"]), json!("hr-admins"), json!(["it root"])] {
        let claims = json!({ "sub": "ada", "groups": groups });
        assert_eq!(ask(&world, with_token(get("/runs", &[]), &claims)).await.0, 200, "{claims}");
        let post = with_token(events::http_event(&json!({}), "ada"), &claims);
        assert_eq!(ask(&world, post).await.0, 202, "{claims}");
    }
    // Where only the gateway's own reading is there, it is one value.
    let mut read = get("/licence", &[]);
    read["requestContext"]["authorizer"]["jwt"]["claims"]["groups"] = json!("hr-admins");
    assert_eq!(ask(&world, read.clone()).await.0, 200);
    read["requestContext"]["authorizer"]["jwt"]["claims"]["groups"] = json!("[staff hr-admins]");
    assert_eq!(ask(&world, read).await.0, 403);
    events::drain(&world.shell).await.unwrap();
}
