//! What the console says of runs in plain words: every outcome, and everything that a person has to mend.

use super::{CONFIG, FIVE, assert_says, get, post};
use crate::fakes::Person;
use crate::fakes::okta::{Group, Okta, User};
use crate::world::World;
use rollcall::events;
use rollcall_core::fields::Fields;

use rollcall_api::accounts::administer;
use rollcall_api::exports::in_words;
use rollcall_console::words;

async fn in_words(world: &World, csv: &str) -> String {
    let run = world.sync(csv.to_owned()).await;
    let page = get(world, &format!("/console/runs/{}", run.id), &[]).await;
    let lead = page.body.split("<p class=\"lead\">").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    lead.split("</p>").next().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_run_left_alone_is_told_and_tasks_are_on_overview() {
    let config = CONFIG.replace("title = \"title\"", "active = \"active\"\nadmin = \"admin\"");
    let world = World::new(&config.replace("seats = 3", "seats = 9")).await;
    administer::add_local(&world.shell, "root", false, Fields::new(), "boss").await.unwrap();
    let first = "key,username,active,admin\nann,ann,true,true\nben,ben,true,false\ncem,cem,true,false\n";
    assert_eq!(
        in_words(&world, first).await,
        "3 people were given an account and a seat. 4 of 9 seats are used and nobody waits afterwards."
    );
    assert_eq!(
        in_words(&world, first).await,
        "Nothing had to change. 4 of 9 seats are used and nobody waits afterwards."
    );
    assert_says(&get(&world, "/console", &[]).await, 200, &["Nothing. Nobody waits for a seat"]);
    administer::block(&world.shell, "cem", "boss", None).await.unwrap();
    let bad = "key,username,active,admin\nben,ben,true,false\ncem,cem,true,false\nroot,root,true,false\ndan,dan,true,false\n\
        dan,dana,true,false\n,eva,true,false\nfay,fay,perhaps,false\ngus,gus,false,false\n";
    assert_eq!(
        in_words(&world, bad).await,
        "Nothing was changed; 1 username belongs to another account; 2 entries are about a person who is in the \
         directory more than once; 1 entry has no match key; 1 entry could not be read or processed; 1 account is \
         protected from removal; 1 account stays blocked by a person; 1 entry is disabled in the directory and unknown here. 3 of 9 seats are used \
         and nobody waits afterwards."
    );
    let page = get(&world, "/console", &[]).await;
    let run = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap().remove(0).id;
    assert!(!page.body.contains("Nothing. Nobody"), "{}", page.body);
    for (outcome, words) in [
        ("conflict", "1 username belongs to another account"),
        ("skipped_duplicate", "2 entries are about a person"),
        ("skipped_missing_key", "1 entry has no match key"),
        ("error", "1 entry could not be read or processed"),
    ] {
        let link = format!("<a href=\"/console/audit?run={run}&amp;outcome={outcome}\">{words}");
        assert_says(&page, 200, &[&link]);
        let log = get(&world, "/console/audit", &[("run", run.as_str()), ("outcome", outcome)]).await;
        assert_says(&log, 200, &[&format!("<code>{outcome}</code>")]);
    }
}

#[tokio::test]
async fn a_held_run_says_how_many_removals_are_held() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let words = in_words(&world, "key,username,title\nd,dan,x\ne,eva,x\n").await;
    assert!(words.starts_with("Nothing was changed; 3 removals are held. 3 of 3 seats"), "{words}");
    // Who waits has no seat to lose, and a place in the line.
    let words = in_words(&world, "key,username,title\ne,eva,x\n").await;
    assert!(words.starts_with("Nothing was changed; 4 removals are held."), "{words}");
    let figures = "3 of 3 active accounts would be blocked, and 1 person who waits would lose their place on the waiting list</h2>";
    assert_says(&get(&world, "/console", &[]).await, 200, &[figures]);
}

/// "0 of 1 active accounts would be blocked, and ..." was the head of the page.
#[tokio::test]
async fn where_nobody_would_lose_a_seat_the_places_are_the_figures() {
    let world = World::new(&CONFIG.replace("seats = 3", "seats = 1")).await;
    world.sync(FIVE).await;
    let words = in_words(&world, "key,username,title\na,ann,x\n").await;
    assert!(words.contains("4 removals are held"), "{words}");
    let figures = "4 people who wait would lose their place on the waiting list, and nobody a seat</h2>";
    assert_says(&get(&world, "/console", &[]).await, 200, &[figures]);
}

#[tokio::test]
async fn runs_under_way_are_followed_wherever_they_are_shown() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    for path in ["/console", "/console/runs"] {
        let page = get(&world, path, &[]).await;
        assert!(!page.body.contains("data-run") && !page.body.contains("http-equiv"), "{}", page.body);
    }
    post(&world, "/console/reset", &[]).await;
    let run = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap().remove(0).id;
    let followed = format!("data-run=\"{run}\">About to begin: It begins in a moment.");
    let says = [followed.as_str(), "script.js", "<noscript><meta http-equiv=\"refresh\"", "Under way</span>"];
    for path in ["/console", "/console/runs", &format!("/console/runs/{run}")] {
        assert_says(&get(&world, path, &[]).await, 200, &says);
    }
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, &format!("/console/runs/{run}"), &[]).await;
    assert!(!page.body.contains("data-run"), "{}", page.body);
}

#[tokio::test]
async fn the_waiting_list_says_place_priority_and_source() {
    let okta = Okta::start().await;
    let person = |name: &str| Person { username: name.to_owned(), key: name.to_owned(), ..Person::default() };
    let users = |names: &[&str]| names.iter().map(|name| User::of(&person(name), name)).collect::<Vec<_>>();
    okta.set_groups(vec![Group::new("leads", users(&["zoe"])), Group::new("all", users(&["ann", "zoe"]))]);
    let groups = r#"{ name = "leads", priority = 1 }, { name = "all", priority = 2 }"#;
    let source = okta.source_of(&okta.by_key("rsa.pem"), groups);
    let mut world = World::new(&format!("[licence]\nseats = 0\n{source}")).await;
    world.reset(false, None).await.unwrap();
    let one = get(&world, "/console/waiting", &[]).await;
    let priority = |number: u8| format!("<td class=\"n\" data-label=\"Priority\">{number}</td>");
    assert_says(&one, 200, &["Began to wait", &priority(1), &priority(2)]);
    assert!(!one.body.contains("<select"), "one source is no choice: {}", one.body);
    let second = CONFIG.split("[[source]]").nth(1).unwrap().replace("staff", "guests");
    world.configure(&format!("[licence]\nseats = 0\n{source}\n[[source]]{second}")).await;
    let all = get(&world, "/console/waiting", &[]).await;
    assert_says(
        &all,
        200,
        &[
            "<option>guests</option>",
            "<option>staff</option>",
            "its own waiting list",
            "the next run of each source",
            "zoe",
        ],
    );
    let guests = get(&world, "/console/waiting", &[("source", "guests")]).await;
    assert_says(&guests, 200, &["<option selected>guests</option>"]);
    assert!(!guests.body.contains("zoe"), "{}", guests.body);
    assert_says(&get(&world, "/console/waiting", &[("source", "<b>")]).await, 400, &["role=\"alert\""]);
}

#[test]
fn an_export_has_the_words_of_the_console() {
    for outcome in rollcall_api::audit::query::outcomes() {
        assert_eq!(in_words::outcome(outcome), words::outcome(outcome));
        assert_eq!(in_words::planned_outcome(outcome), words::planned_outcome(outcome));
        assert_ne!(in_words::outcome(outcome), outcome);
    }
    for state in ["active", "no_seat", "left_scope", "disabled_in_directory", "not_started", "by_admin"] {
        assert_eq!(in_words::state(state), words::state(state));
        assert_ne!(in_words::state(state), state);
    }
}

/// The page of a dry run led to a log that said "Left: blocked", as if it had happened.
#[tokio::test]
async fn the_log_of_a_dry_run_says_what_would_be() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    world.put_csv("key,username,title\na,amy,x\nb,ben,x\nd,dan,x\ne,eva,x\n").await;
    let dry = world.reset(true, None).await.unwrap().id.to_string();
    let page = get(&world, &format!("/console/runs/{dry}"), &[]).await;
    assert_says(&page, 200, &["Would be blocked: left</a>"]);
    let log = get(&world, "/console/audit", &[("run", &dry)]).await;
    let says = [
        "Dry run: nothing was changed.",
        "Would be blocked: left <small>",
        "</code>, dry run</small>",
        "Active → would be: ",
    ];
    assert_says(&log, 200, &says);
    let log = get(&world, "/console/audit", &[]).await;
    assert!(!log.body.contains("Dry run:"), "{}", log.body);
}
