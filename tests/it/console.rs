//! The console's pages and forms, on the API itself (rule 37). How it looks and whether it can be used with a browser is
//! seen in `tests/outside/console`.

mod bidi;
mod configuration;
mod danger;
mod decisions;
mod exporting;
mod finding;
mod giving;
mod held_names;
mod overview;
mod pictures;
mod tried;
mod sorting;
mod trimmed;
mod trying;
mod undone;
mod words;

use crate::handlers::api::{answer, send};
use crate::world::World;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rollcall::events;
use rollcall_console::{Answer, Api, Call, Request, Response};
use rollcall_sync::Shell;
use rollcall_sync::shell::{ExportLimits, Limits};
use serde_json::{Value, json};

const CONFIG: &str = r#"
[licence]
seats = 3
[guard]
min_removals = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
title = "title"
"#;

/// Somebody whose name is meant to do harm, and whose title is a link.
const FIVE: &str =
    "key,username,title\na,<script>alert(1);//,\"\"\"><img src=x>\"\nb,ben,x\nc,cem,x\nd,dan,x\ne,eva,x\n";

/// The API, called by somebody with this role.
struct Caller<'a> {
    shell: &'a Shell,
    groups: &'static str,
}

impl Api for Caller<'_> {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Answer> {
        async move {
            let mut event = send(call.method, &call.path, &Value::Null);
            let claims = &mut event["requestContext"]["authorizer"]["jwt"]["claims"];
            claims["groups"] = json!(self.groups);
            event["queryStringParameters"] =
                call.query.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            for (name, value) in &call.headers {
                event["headers"][*name] = json!(value);
            }
            event["body"] = json!(call.body.unwrap_or_default());
            if let Some(file) = call.file {
                event["body"] = json!(BASE64_STANDARD.encode(file));
                event["isBase64Encoded"] = json!(true);
            }
            let answer = answer(event, self.shell).await;
            let headers = answer["headers"].as_object().unwrap().iter();
            let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
            Answer {
                status: u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap(),
                headers: headers.collect(),
                body: answer["body"].as_str().unwrap_or_default().to_owned(),
            }
        }
        .boxed()
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn ask(world: &World, request: Request, groups: &'static str) -> Response {
    let response = rollcall_console::answer(&request, &Caller { shell: &world.shell, groups }).await;
    let header = |name: &str| {
        response.headers.iter().find(|(found, _)| *found == name).map(|(_, value)| value.clone())
    };
    let policy = header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
    assert_eq!(header("x-frame-options").as_deref(), Some("DENY"));
    for inline in ["<script>", "style=\"", "onclick", "javascript:", "<img", "http://", "https://"] {
        assert!(!response.body.contains(inline), "{}: {inline} in {}", request.path, response.body);
    }
    response
}

async fn get(world: &World, path: &str, query: &[(&str, &str)]) -> Response {
    let (method, path) = (String::from("GET"), path.to_owned());
    ask(world, Request { method, path, query: pairs(query), ..Request::default() }, "").await
}

async fn post(world: &World, path: &str, form: &[(&str, &str)]) -> Response {
    let request = Request {
        method: String::from("POST"),
        path: path.to_owned(),
        form: pairs(form),
        ..Request::default()
    };
    ask(world, request, "").await
}

fn location(response: &Response) -> &str {
    assert_eq!(response.status, 303, "{}", response.body);
    &response.headers.iter().find(|(name, _)| *name == "location").unwrap().1
}

fn assert_says(response: &Response, status: u16, words: &[&str]) {
    assert_eq!(response.status, status, "{}", response.body);
    for word in words {
        assert!(response.body.contains(word), "{word:?} is missing in {}", response.body);
    }
}

async fn id_of(world: &World, username: &str) -> String {
    rollcall_api::accounts::administer::find(&world.shell, username).await.unwrap().id.to_string()
}

#[tokio::test]
async fn the_overview_has_seats_waiting_last_sync_and_tasks() {
    let world = World::new(CONFIG).await;
    assert_says(
        &get(&world, "/console", &[]).await,
        200,
        &["There has been no sync yet", "staff has no recent run: send its file, or drop it into the inbox"],
    );
    world.sync(FIVE).await;
    let page = get(&world, "/console", &[]).await;
    assert_says(
        &page,
        200,
        &[
            "<b>3</b> active of <b>3</b>",
            "<b>2</b> waiting",
            "2 people wait",
            "3 people were given an account and a seat",
        ],
    );
    world.sync("key,username,title\nd,dan,x\ne,eva,x\n").await;
    let page = get(&world, "/console", &[]).await;
    assert_says(
        &page,
        200,
        &[
            "Removals of staff are held: 3 of 3 active accounts would be blocked</h2>",
            "Approve these removals",
            "Leave them",
            "&#60;script&#62;",
        ],
    );
    world.sync("nonsense").await;
    assert_says(
        &get(&world, "/console", &[]).await,
        200,
        &["The last run of staff failed", "Seats and waiting over the last runs"],
    );
}

#[tokio::test]
async fn every_page_reads_and_none_shows_a_name_as_markup() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let run = world.sync(FIVE.replace("eva,x", "eva,y")).await.id.to_string();
    let harmful = format!("/console/accounts/{}", id_of(&world, "<script>alert(1);//").await);
    for path in [
        "/console",
        "/console/runs",
        "/console/waiting",
        "/console/accounts",
        "/console/accounts/new",
        "/console/audit",
        "/console/licence",
        "/console/configuration",
        "/console/style.css",
        "/console/script.js",
        "/console/runs/",
        &harmful,
        &format!("/console/runs/{run}"),
        &format!("/console/runs/{run}/progress"),
    ] {
        let page = get(&world, path, &[]).await;
        assert_says(&page, 200, &[]);
        if page.body.starts_with("<!doctype") {
            assert_eq!(page.body.matches("<h1>").count(), 1, "{path}");
        }
    }
    assert_says(&get(&world, &harmful, &[]).await, 200, &["&#60;script&#62;alert(1);//", "holds a seat"]);
    for path in ["/console/else", "/console/../runs", "/console/runs/../../etc", "/console/accounts/x/y"] {
        assert_eq!(get(&world, path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(get(&world, "/console/accounts/x", &[]).await.status, 400);
    assert_eq!(get(&world, "/console/runs/none", &[]).await.status, 404);
    let notice = get(&world, "/console/licence", &[("notice", "<b>you won</b>")]).await;
    assert!(!notice.body.contains("you won"));
    let request =
        Request { method: String::from("DELETE"), path: String::from("/console"), ..Request::default() };
    assert_eq!(ask(&world, request, "").await.status, 405);
}

#[tokio::test]
async fn reset_and_the_dry_run_show_their_run_and_its_progress() {
    let world = World::new(CONFIG).await;
    world.put_csv(FIVE).await;
    let dry = post(&world, "/console/reset", &[("dry_run", "1")]).await;
    let (path, notice) = location(&dry).split_once('?').unwrap();
    assert_eq!(notice, "notice=started");
    let page = get(&world, path, &[("notice", "started")]).await;
    assert_says(&page, 200, &["The run has begun.", "About to begin", "http-equiv=\"refresh\"", "script.js"]);
    events::drain(&world.shell).await.unwrap();
    assert_says(&get(&world, &format!("{path}/progress"), &[]).await, 200, &["id=\"ended\""]);
    let page = get(&world, path, &[]).await;
    assert_says(
        &page,
        200,
        &[
            "Nothing was changed",
            "would be given an account and a seat",
            "Next on the waiting list",
            "Do it: sync staff now",
        ],
    );
    let run = post(&world, "/console/reset", &[("source", "staff")]).await;
    events::drain(&world.shell).await.unwrap();
    let (path, _) = location(&run).split_once('?').unwrap();
    assert_says(&get(&world, path, &[]).await, 200, &["3 people were given", "created_active", "3 of 3"]);
    let wrong = post(&world, "/console/reset", &[("source", "nobody")]).await;
    assert_says(&wrong, 404, &["there is no source named"]);
}

#[tokio::test]
async fn held_removals_are_left_or_approved() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let held = world.sync("key,username,title\nd,dan,x\ne,eva,x\n").await.id.to_string();
    let left = post(&world, &format!("/console/runs/{held}/leave"), &[]).await;
    assert!(location(&left).ends_with("notice=left"));
    let page = get(&world, &format!("/console/runs/{held}"), &[("notice", "left")]).await;
    let says = [
        "Nothing is removed",
        "These removals were left as they are by ada@example.org",
        "Approve these removals",
    ];
    assert_says(&page, 200, &says);
    assert!(!page.body.contains("Leave them"), "{}", page.body);
    for _ in 0..2 {
        let page = get(&world, "/console", &[]).await;
        assert_says(&page, 200, &["Left as they are by ada@example.org."]);
        for gone in ["would be blocked", "Approve these removals", "wait for your decision"] {
            assert!(!page.body.contains(gone), "{gone} in {}", page.body);
        }
        // The same file again is no new question.
        world.reset(false, None).await.unwrap();
    }
    let log = get(&world, "/console/audit", &[("outcome", "removals_left")]).await;
    assert_says(&log, 200, &["Held removals left as they are", "ada@example.org"]);
    let approved = post(&world, &format!("/console/runs/{held}/approve"), &[("sure", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let (path, _) = location(&approved).split_once('?').unwrap();
    let page = get(&world, path, &[]).await;
    assert_says(
        &page,
        200,
        &[
            "3 people who left were blocked",
            "2 people who waited were given a seat",
            "; applies what <a href=",
        ],
    );
    assert_says(
        &get(&world, "/console", &[]).await,
        200,
        &["Nothing. Nobody waits for a seat, and the last run of every source went well."],
    );
}

#[tokio::test]
async fn block_and_unblock_and_what_to_do_at_the_limit() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let path = format!("/console/accounts/{}", id_of(&world, "ben").await);
    let blocked = post(&world, &format!("{path}/block"), &[("why", "lost laptop")]).await;
    assert_eq!(location(&blocked), format!("{path}?notice=blocked"));
    assert_says(
        &get(&world, &path, &[]).await,
        200,
        &["lost laptop", "Unblock</button>", "blocked_by_admin"],
    );
    world.reset(false, None).await.unwrap();
    let refused = post(&world, "/console/accounts/new", &[("username", "root")]).await;
    assert_says(&refused, 409, &["Seats used", "Seats bought", "Needed", "raise the number of seats"]);
    assert_eq!(
        location(&post(&world, "/console/licence", &[("limit", "+1")]).await),
        "/console/licence?notice=licence&before=3"
    );
    assert_eq!(
        location(&post(&world, &format!("{path}/unblock"), &[]).await),
        format!("{path}?notice=unblocked")
    );
    assert_says(&post(&world, "/console/licence", &[("limit", "many")]).await, 400, &["whole number"]);
    let asks = post(&world, "/console/licence", &[("unlimited", "1")]).await;
    assert_says(
        &asks,
        200,
        &["The limit goes from 4 seats to no limit.", "Remove the limit</button>", "Leave it as it is"],
    );
    post(&world, "/console/licence", &[("unlimited", "1"), ("sure", "1")]).await;
    assert_says(&get(&world, "/console/licence", &[]).await, 200, &["no limit"]);
    let made = post(
        &world,
        "/console/accounts/new",
        &[("username", "root"), ("is_admin", "1"), ("email", "r@example.com")],
    )
    .await;
    let (path, _) = location(&made).split_once('?').unwrap();
    assert_says(&get(&world, path, &[("notice", "made")]).await, 200, &["local account", "r@example.com"]);
    assert_says(&post(&world, "/console/accounts/new", &[]).await, 400, &["A username is needed"]);
}

#[tokio::test]
async fn lists_keep_filters_across_pages_and_the_log_is_exported() {
    let world = World::new(CONFIG).await;
    let people: String = (0..120).map(|number| format!("k{number:03},u{number:03},x\n")).collect();
    world.sync(format!("key,username,title\n{people}")).await;
    let page = get(&world, "/console/accounts", &[("reason", "no_seat"), ("text", "u")]).await;
    assert_says(&page, 200, &["More accounts", "reason=no_seat", "text=u"]);
    let next =
        page.body.split("href=\"").find(|link| link.contains("after=")).unwrap().split('"').next().unwrap();
    let query = next.split_once('?').unwrap().1.replace("&#38;", "&");
    let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let query: Vec<(&str, &str)> =
        query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_says(&get(&world, "/console/accounts", &query).await, 200, &["u053", "u102"]);
    assert_says(
        &get(&world, "/console/waiting", &[]).await,
        200,
        &["Further down the list", "117 people wait"],
    );
    let audit = get(&world, "/console/audit", &[("outcome", "created_blocked")]).await;
    assert_says(
        &audit,
        200,
        &["Older entries", "action=\"/console/exports\"", "name=\"outcome\" value=\"created_blocked\""],
    );
    world.tick();
    let form = [("outcome", "created_blocked"), ("format", "csv")];
    let export = post(&world, "/console/exports", &form).await;
    let page = page_of_export(&world, location(&export)).await;
    let csv = world.download(&link_in(&page)).await;
    assert_eq!(csv.lines().count(), 1 + 117);
    assert!(!page.body.contains("http-equiv"), "a page that is done stays");
}

/// The page of an export. Its link leads to the bucket.
async fn page_of_export(world: &World, path: &str) -> Response {
    let request = Request { method: String::from("GET"), path: path.to_owned(), ..Request::default() };
    rollcall_console::answer(&request, &Caller { shell: &world.shell, groups: "" }).await
}

fn link_in(page: &Response) -> String {
    let link = page.body.split("href=\"").find(|link| link.contains("X-Amz-Signature")).unwrap();
    link.split('"').next().unwrap().replace("&#38;", "&")
}

#[tokio::test]
async fn the_page_of_an_export_waits_without_a_script() {
    let mut world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    world.tick();
    let exports = ExportLimits { page_entries: 2, pages: Some(1), ..ExportLimits::default() };
    world.shell = world.shell.clone().with_limits(Limits { exports, ..Limits::default() });
    let path = location(&post(&world, "/console/exports", &[("format", "json")]).await).to_owned();
    let waiting = ["<meta http-equiv=\"refresh\" content=\"3\">", "being made: 2 entries so far"];
    assert_says(&get(&world, &path, &[]).await, 200, &waiting);
    events::drain(&world.shell).await.unwrap();
    let page = page_of_export(&world, &path).await;
    assert_says(&page, 200, &["The file is ready: 5 entries, ", "Download the json file", "ada@example.org"]);
    let entries: Value = serde_json::from_str(&world.download(&link_in(&page)).await).unwrap();
    assert_eq!(entries.as_array().unwrap().len(), 5);
    assert_says(&get(&world, "/console/exports/nobody", &[]).await, 404, &["there is no export"]);
}
