//! Looking at accounts, the waiting line and the audit log over HTTP: filters, pages, explanations, exports
//! (rules 13, 31, 33, 36).

use super::api::{answer, ask, get, send};
use super::{STAFF, STAFF_OBJECT, TWO_SOURCES, put};
use crate::exports::exported;
use crate::read_counter::Reads;
use crate::world::World;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rollcall::events;
use rollcall_core::fields::Fields;
use serde_json::{Value, json};

/// Seven people.
const SEVEN: &str = "key,username,title\nann,ann,clerk\nben,ben,clerk\ncem,cem,clerk\ndan,dan,clerk\neva,Eva,clerk\nfay,fay,clerk\ngus,gus,clerk\n";

/// Seven people, five seats.
async fn seven() -> World {
    let world = World::new(STAFF).await;
    world.sync(SEVEN).await;
    world
}

pub(crate) async fn id_of(world: &World, username: &str) -> String {
    let (_, page) = ask(world, get("/accounts", &[("text", username)])).await;
    page["accounts"][0]["id"].as_str().unwrap_or_else(|| panic!("{username}: {page}")).to_owned()
}

/// Every page of a listing, in one; no page may be longer than asked for.
pub(super) async fn all(world: &World, path: &str, filters: &[(&str, &str)], list: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut query = filters.to_vec();
        query.push(("limit", "2"));
        query.extend(after.as_deref().map(|after| ("after", after)));
        let (status, page) = ask(world, get(path, &query)).await;
        assert_eq!(status, 200, "{page}");
        let page_items = page[list].as_array().unwrap();
        assert!(page_items.len() <= 2, "{page}");
        found.extend(page_items.clone());
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return found,
        }
    }
}

pub(super) fn usernames(accounts: &[Value]) -> Vec<&str> {
    accounts.iter().map(|account| account["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn accounts_are_listed_by_username_filtered_and_page_by_page() {
    let world = seven().await;
    rollcall_api::accounts::administer::block(&world.shell, "ben", "boss", None).await.unwrap();
    let no_limit = rollcall_core::licence::Limit::Unlimited;
    rollcall_api::accounts::administer::set_limit(&world.shell, no_limit, "boss").await.unwrap();
    let fields = Fields::new();
    rollcall_api::accounts::administer::add_local(&world.shell, "Root", true, fields, "boss").await.unwrap();
    for (filters, expected) in [
        (vec![], vec!["ann", "ben", "cem", "dan", "Eva", "fay", "gus", "Root"]),
        (vec![("state", "active")], vec!["ann", "cem", "dan", "Eva", "Root"]),
        (vec![("state", "blocked")], vec!["ben", "fay", "gus"]),
        (vec![("reason", "no_seat")], vec!["fay", "gus"]),
        (vec![("reason", "by_admin"), ("state", "blocked")], vec!["ben"]),
        (vec![("reason", "by_admin"), ("state", "active")], vec![]),
        (vec![("source", "local")], vec!["Root"]),
        (vec![("source", "staff"), ("state", "active")], vec!["ann", "cem", "dan", "Eva"]),
        (vec![("source", "nobody")], vec![]),
        (vec![("text", "E")], vec!["Eva"]),
        (vec![("text", " rOO")], vec!["Root"]),
        (vec![("text", "a"), ("state", "blocked")], vec![]),
    ] {
        let accounts = all(&world, "/accounts", &filters, "accounts").await;
        assert_eq!(usernames(&accounts), expected, "{filters:?}");
        let from_the_end = [filters.as_slice(), &[("order", "descending")]].concat();
        let mut turned = all(&world, "/accounts", &from_the_end, "accounts").await;
        turned.reverse();
        assert_eq!(turned, accounts, "{from_the_end:?}");
    }
}

#[tokio::test]
async fn accounts_of_a_source_that_is_gone_are_still_listed() {
    let mut world = seven().await;
    world.configure(&STAFF.replace("name = \"staff\"", "name = \"people\"")).await;
    assert_eq!(all(&world, "/accounts", &[], "accounts").await.len(), 7);
    let fay = id_of(&world, "fay").await;
    let (_, account) = ask(&world, get(&format!("/accounts/{fay}"), &[])).await;
    assert!(
        account["explanation"]["next"].to_string().contains("no longer in the configuration"),
        "{account}"
    );
}

#[tokio::test]
async fn a_cursor_is_of_no_use_in_another_listing() {
    let world = seven().await;
    let (_, page) = ask(&world, get("/accounts", &[("limit", "2"), ("state", "active")])).await;
    let next = page["next"].as_str().unwrap();
    for query in [vec![("after", next)], vec![("after", next), ("state", "blocked")], vec![("after", "!")]] {
        let (status, body) = ask(&world, get("/accounts", &query)).await;
        assert_eq!(status, 400, "{body}");
        assert!(body["detail"].as_str().unwrap().contains("not a cursor of this listing"));
    }
    assert_eq!(ask(&world, get("/audit", &[("after", next)])).await.0, 400);
    assert_eq!(ask(&world, get("/waiting", &[("after", next)])).await.0, 400);
}

/// Cursors that nobody was given, made of one that somebody was: cut off at every place, with a character too many, lost or
/// another, encoded in another way, and with no place in them or one that is too long.
fn malformed(cursor: &str) -> Vec<String> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
    let places = text.char_indices().map(|(at, _)| at).skip(1);
    let cut = places.clone().map(|at| text[..at].to_owned());
    let other =
        places.flat_map(|at| ['~', '|', '#', '\0'].map(|c| format!("{}{c}{}", &text[..at - 1], &text[at..])));
    let ends = ["x", "|", "|x", "\n", "\u{34f}"].map(|more| format!("{text}{more}"));
    let long = format!("{}{}", &text[..16], "x".repeat(1050));
    let observed = format!("{}observed:{}", &text[..16], u64::MAX);
    let texts = cut.chain(other).chain(ends).chain([text[16..].to_owned(), long, observed]);
    let texts = texts.filter(|made| *made != text).map(|made| BASE64_URL_SAFE_NO_PAD.encode(made));
    texts.chain([format!("{cursor}="), format!("{cursor} "), String::from("_w")]).collect()
}

#[tokio::test]
async fn a_cursor_that_no_page_gave_is_refused_in_every_list() {
    let world = seven().await;
    world.sync(SEVEN).await;
    rollcall_api::accounts::administer::block(&world.shell, "ann", "boss", None).await.unwrap();
    let ann = id_of(&world, "ann").await;
    let run = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap()[0].id.to_string();
    for (path, filters) in [
        ("/accounts", vec![]),
        ("/accounts", vec![("state", "active")]),
        ("/waiting", vec![]),
        ("/waiting", vec![("source", "staff")]),
        ("/audit", vec![]),
        ("/audit", vec![("outcome", "created_active")]),
        ("/audit", vec![("outcome", "unchanged")]),
        ("/audit", vec![("run", run.as_str())]),
        ("/audit", vec![("user", "ann")]),
        ("/audit", vec![("user", ann.as_str())]),
    ] {
        let (_, page) = ask(&world, get(path, &[filters.as_slice(), &[("limit", "1")]].concat())).await;
        let next = page["next"].as_str().unwrap_or_else(|| panic!("{path} {filters:?}: {page}"));
        let after =
            |cursor: &str| get(path, &[filters.as_slice(), &[("limit", "1"), ("after", cursor)]].concat());
        assert_eq!(ask(&world, after(next)).await.0, 200, "{path} {filters:?}");
        for cursor in malformed(next) {
            let (status, body) = ask(&world, after(&cursor)).await;
            let text = BASE64_URL_SAFE_NO_PAD.decode(&cursor);
            assert_eq!(status, 400, "{path} {filters:?} after {text:?}: {body}");
        }
    }
}

#[tokio::test]
async fn the_waiting_line_is_in_the_order_in_which_seats_are_given() {
    let world = World::new(TWO_SOURCES).await;
    put(&world, "inbox/staff.csv", "key,username,title\nann,ann,x\nben,ben,x\nzoe,zoe,x\n").await;
    for (name, _) in [("staff", 0), ("guests", 0)] {
        drop(ask(&world, events::http_event(&json!({ "source": name }), "ada")).await);
        events::drain(&world.shell).await.unwrap();
    }
    rollcall_api::accounts::administer::set_limit(
        &world.shell,
        rollcall_core::licence::Limit::Seats(rollcall_core::licence::SeatCount::new(1)),
        "boss",
    )
    .await
    .unwrap();
    world.tick();
    put(
        &world,
        "inbox/staff.csv",
        "key,username,title\nann,ann,x\nben,ben,x\nzoe,zoe,x\nabe,abe,x\nyan,yan,x\n",
    )
    .await;
    drop(ask(&world, events::http_event(&json!({ "source": "staff" }), "ada")).await);
    events::drain(&world.shell).await.unwrap();
    let waiting = all(&world, "/waiting", &[], "waiting").await;
    let line: Vec<_> = waiting
        .iter()
        .map(|one| {
            (
                one["place"].as_u64().unwrap(),
                one["source"].as_str().unwrap(),
                one["account"]["username"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(line, [(1, "staff", "abe"), (2, "staff", "yan")]);
    assert_eq!(all(&world, "/waiting", &[("source", "guests")], "waiting").await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_explanation_has_the_reason_the_place_and_the_way_out() {
    let world = seven().await;
    let explain = async |username: &str| {
        let id = id_of(&world, username).await;
        let (status, account) = ask(&world, get(&format!("/accounts/{id}"), &[])).await;
        assert_eq!(status, 200);
        account["explanation"].clone()
    };
    let ann = explain("ann").await;
    assert!(ann["why"].as_str().unwrap().contains("holds a seat"), "{ann}");
    let gus = explain("gus").await;
    assert_eq!(gus["place"], json!({ "place": 2, "more_than": null, "of": 2 }));
    assert!(gus["next"][0].as_str().unwrap().contains("2 seats must become free"), "{gus}");
    rollcall_api::accounts::administer::block(&world.shell, "ann", "boss", Some("lost laptop"))
        .await
        .unwrap();
    let ann = explain("ann").await;
    assert!(
        ann["why"].as_str().unwrap().contains("boss blocked ann")
            && ann["why"].to_string().contains("lost laptop")
    );
    assert!(ann["next"][1].as_str().unwrap().contains("active at once"), "{ann}");
    let fay = explain("fay").await;
    assert!(fay["next"][0].as_str().unwrap().contains("Sync now"), "{fay}");
    // What is explained is what happens.
    world.sync(SEVEN.replace("ben,ben,clerk\n", "")).await;
    assert!(explain("fay").await["why"].as_str().unwrap().contains("holds a seat"));
    let ben = explain("ben").await;
    assert!(ben["why"].as_str().unwrap().contains("left the scope of staff"), "{ben}");
    assert!(ben["next"][1].as_str().unwrap().contains("they wait in the line"), "{ben}");
    let ann = explain("ann").await;
    assert!(ann["next"][1].as_str().unwrap().contains("(5 of 5 are used), so they wait"), "{ann}");
    world.sync("nothing of the kind").await;
    let ben = explain("ben").await;
    assert!(ben["next"][2].as_str().unwrap().contains("The last run of staff failed"), "{ben}");
}

#[tokio::test]
async fn the_audit_log_is_newest_first_and_has_all_the_filters() {
    let world = seven().await;
    world.tick();
    rollcall_api::accounts::administer::block(&world.shell, "ben", "boss", None).await.unwrap();
    let second = world.sync(SEVEN.replace("cem,cem,clerk\n", "").replace("dan,clerk", "dan,boss")).await;
    let run = second.id.to_string();
    let ben = id_of(&world, "ben").await;
    let entries = async |filters: Vec<(&str, &str)>| {
        let entries = all(&world, "/audit", &filters, "entries").await;
        let word = |entry: &Value| {
            format!("{} {}", entry["outcome"].as_str().unwrap(), entry["username"].as_str().unwrap_or("-"))
        };
        entries.iter().map(word).collect::<Vec<_>>()
    };
    let everything = entries(vec![]).await;
    assert_eq!(everything.len(), 7 + 1 + 4, "{everything:?}");
    assert_eq!(everything[4], "blocked_by_admin ben");
    let times = all(&world, "/audit", &[], "entries").await;
    assert!(times.is_sorted_by(|a, b| a["at"].as_str() >= b["at"].as_str()));
    let mut of_run = entries(vec![("run", &run)]).await;
    of_run.sort();
    assert_eq!(
        of_run,
        [
            "activated fay",
            "activated gus",
            "blocked_left cem",
            "kept_admin_block ben",
            "unchanged Eva",
            "unchanged ann",
            "updated dan"
        ]
    );
    assert_eq!(entries(vec![("run", &run), ("outcome", "unchanged")]).await.len(), 2);
    assert_eq!(
        entries(vec![("user", "BEN")]).await,
        ["kept_admin_block ben", "blocked_by_admin ben", "created_active ben"]
    );
    assert_eq!(
        entries(vec![("user", "ann")]).await,
        ["created_active ann"],
        "that nothing was to do is no news"
    );
    assert_eq!(entries(vec![("user", &ben), ("outcome", "created_active")]).await, ["created_active ben"]);
    assert_eq!(entries(vec![("outcome", "activated")]).await.len(), 2);
    assert_eq!(entries(vec![("outcome", "kept_admin_block")]).await, ["kept_admin_block ben"]);
    assert_eq!(entries(vec![("reason", "left_scope")]).await, ["blocked_left cem"]);
    assert_eq!(entries(vec![("source", "staff")]).await.len(), 11);
    assert_eq!(entries(vec![("from", "2026-01-01"), ("to", "2026-01-02")]).await.len(), 12);
    assert_eq!(entries(vec![("to", "2026-01-01")]).await.len(), 0);
    assert_eq!(
        entries(vec![("from", "2026-01-01T00:01:30Z"), ("to", "2026-01-01T00:02:30Z")]).await,
        ["blocked_by_admin ben"]
    );
    for (query, status) in [
        (("outcome", "made_up"), 400),
        (("from", "yesterday"), 400),
        (("run", "none"), 404),
        (("user", "nobody"), 200),
        (("sauce", "staff"), 400),
    ] {
        assert_eq!(ask(&world, get("/audit", &[query])).await.0, status, "{query:?}");
    }
}

#[tokio::test]
async fn an_export_has_every_entry_and_no_formula() {
    let world = World::new(STAFF).await;
    world.sync("key,username,title\nann,ann,clerk\n@x,+HYPERLINK(1),clerk\ny,＝1,clerk\n").await;
    let csv = exported(&world, &json!({ "format": "csv" })).await;
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.starts_with("at,outcome,username,") && csv.contains(",'+HYPERLINK(1),'@x,"), "{csv}");
    assert!(csv.contains(",'＝1,"), "what Excel takes for a formula, too: {csv}");
    let json: Value = serde_json::from_str(&exported(&world, &json!({ "format": "json" })).await).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 3 + 1, "the entry of the first export, too");
    for wrong in
        [json!({ "format": "xls" }), json!({ "run": 7 }), json!({ "sauce": null }), json!({ "user": "" })]
    {
        assert_eq!(ask(&world, send("POST", "/exports", &wrong)).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_page_of_many_accounts_reads_no_more_than_the_page() {
    let world = World::new(STAFF).await;
    let mut csv = String::from("key,username,title\n");
    for number in 0..1500 {
        csv.push_str(&format!("k{number:05},person{number:05},clerk\n"));
    }
    put(&world, STAFF_OBJECT, &csv).await;
    drop(ask(&world, send("POST", "/reset", &json!({}))).await);
    events::drain(&world.shell).await.unwrap();
    for (path, query, most) in [
        ("/accounts", vec![("limit", "50")], 120),
        ("/accounts", vec![("limit", "50"), ("text", "person007")], 120),
        ("/accounts", vec![("reason", "left_scope")], 5),
        ("/waiting", vec![("limit", "50")], 120),
        ("/audit", vec![("limit", "50")], 120),
        ("/audit", vec![("limit", "50"), ("outcome", "created_active")], 10),
    ] {
        let witness = Reads::default();
        let shell = world.process(Some(witness.interceptor()));
        let answer = answer(get(path, &query), &shell).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
        assert!(witness.items() <= most, "{path} {query:?}: {} items", witness.items());
        assert_eq!(witness.scans(), 0, "{path}");
    }
}
