//! The console's form for the configuration, and what roles allow (rules 29, 37).

use super::{CONFIG, ask, assert_says, get, location, pairs, post};
use crate::world::World;
use rollcall_console::Request;

/// Of which configuration the page speaks; who saves another one says so.
async fn shown_version(world: &World) -> String {
    let page = get(world, "/console/configuration", &[]).await;
    page.body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn form_keeps_a_bad_configuration_and_applies_a_good_one() {
    let world = World::new(CONFIG).await;
    let version = shown_version(&world).await;
    let wrong = CONFIG.replace("seats = 3", "saets = 3");
    for path in ["/console/configuration", "/console/configuration/check"] {
        let page = post(&world, path, &[("text", &wrong), ("version", &version)]).await;
        assert_says(
            &page,
            if path.ends_with("check") { 200 } else { 422 },
            &["1 mistake", "Line 3: `saets` is unknown", "saets = 3", &version],
        );
    }
    let good = CONFIG.replace('\n', "\r\n").replace("seats = 3", "seats = 4");
    let checked =
        post(&world, "/console/configuration/check", &[("text", &good), ("version", &version)]).await;
    assert_says(&checked, 200, &["No mistakes."]);
    let saved = post(&world, "/console/configuration", &[("text", &good), ("version", &version)]).await;
    assert_eq!(location(&saved), "/console/configuration?notice=configuration");
    let stored = world.shell.store.get_text("config/rollcall.toml").await.unwrap().unwrap();
    assert_eq!(stored, CONFIG.replace("seats = 3", "seats = 4"));
    let late = post(&world, "/console/configuration", &[("text", &good), ("version", &version)]).await;
    assert_says(&late, 412, &["has changed since you read it", "seats = 4"]);
}

#[tokio::test]
async fn without_the_role_a_page_says_so_and_nothing_is_done() {
    let roles = "[roles]\nclaim = \"groups\"\npeople_administrator = [\"hr\"]\nsysadmin = [\"it\"]\n";
    let world = World::new(&format!("{roles}{CONFIG}")).await;
    let request = |method: &str, path: &str| Request {
        method: method.to_owned(),
        path: path.to_owned(),
        form: pairs(&[("limit", "9")]),
        ..Request::default()
    };
    for (groups, method, path, status) in [
        ("none", "GET", "/console", 403),
        ("none", "POST", "/console/reset", 403),
        ("hr", "GET", "/console", 200),
        ("hr", "POST", "/console/licence", 403),
        ("hr", "GET", "/console/configuration", 200),
        ("hr", "POST", "/console/configuration", 403),
        ("it", "POST", "/console/licence", 303),
    ] {
        let page = ask(&world, request(method, path), groups).await;
        assert_eq!(page.status, status, "{groups} {path}: {}", page.body);
        if status == 403 {
            assert_says(&page, 403, &["Not allowed", "A sysadmin gives roles"]);
        }
    }
    assert_eq!(world.shell.queues.take(), None);
}

#[tokio::test]
async fn a_limit_set_beside_the_configuration_is_said_there() {
    let world = World::new(CONFIG).await;
    let note = "the configuration says 3 seats, and does not";
    assert!(!get(&world, "/console/configuration", &[]).await.body.contains(note));
    post(&world, "/console/licence", &[("limit", "9")]).await;
    assert_says(&get(&world, "/console/licence", &[]).await, 200, &[note]);
    let short = "A person has set the number of seats";
    for path in ["/console/configuration", "/console"] {
        let page = get(&world, path, &[]).await;
        assert_says(&page, 200, &[short, "href=\"/console/licence\""]);
        assert!(!page.body.contains(note), "{}", page.body);
    }
}

#[tokio::test]
async fn another_match_field_or_name_of_a_source_is_asked_about() {
    let world = World::new(CONFIG).await;
    world.sync(super::FIVE).await;
    let version = shown_version(&world).await;
    let stored = async || world.shell.store.get_text("config/rollcall.toml").await.unwrap().unwrap();
    let before = stored().await;
    let key = CONFIG.replace("match_field = \"key\"", "match_field = \"username\"");
    let name = CONFIG.replace("name = \"staff\"", "name = \"people\"");
    for (text, said) in [
        (&key, ["finds its people by", "What the next run of staff would do"]),
        (&name, ["No source is called staff any more.", "rename it on the overview"]),
    ] {
        assert_ne!(text, CONFIG);
        let asks = post(&world, "/console/configuration", &[("text", text), ("version", &version)]).await;
        assert_says(&asks, 200, &said);
        assert_says(&asks, 200, &["5 accounts", "Put it in force</button>", "name=\"sure\""]);
        assert_eq!(stored().await, before, "it only asks");
    }
    let form = [("text", name.as_str()), ("version", version.as_str()), ("sure", "1")];
    assert_eq!(
        location(&post(&world, "/console/configuration", &form).await),
        "/console/configuration?notice=configuration"
    );
    assert_eq!(stored().await, name);
}

#[tokio::test]
async fn what_a_dry_run_has_shown_is_asked_about_before_it_is_saved() {
    let world = World::new(CONFIG).await;
    world.sync(super::FIVE).await;
    let version = shown_version(&world).await;
    let more = CONFIG.replace("title = \"title\"", "title = \"key\"");
    let form = [("text", more.as_str()), ("version", version.as_str())];
    let dry = post(&world, "/console/configuration/dry-run", &form).await;
    rollcall::events::drain(&world.shell).await.unwrap();
    let run = location(&dry).split_once('?').unwrap().0.to_owned();
    let asks = post(&world, "/console/configuration", &form).await;
    assert_says(&asks, 200, &["would change 5 accounts, as a dry run with this text has shown", &run]);
    let sure = [&form[..], &[("sure", "1")]].concat();
    let saved = location(&post(&world, "/console/configuration", &sure).await).to_owned();
    let page = get(&world, "/console/configuration", &[("notice", "configuration")]).await;
    assert_eq!(saved, "/console/configuration?notice=configuration");
    assert_says(&page, 200, &["action=\"/console/reset\"", "Sync now</button>"]);
    assert!(!get(&world, "/console/configuration", &[]).await.body.contains("Sync now</button>"));
}

/// It took six steps: a dry run, saving, a page that asked, the page of the configuration, a button.
#[tokio::test]
async fn a_tried_mapping_is_saved_and_synced_with_one_button() {
    let world = World::new(CONFIG).await;
    world.sync(super::FIVE).await;
    let version = shown_version(&world).await;
    let more = CONFIG.replace("title = \"title\"", "title = \"key\"");
    let form = [("text", more.as_str()), ("version", version.as_str())];
    // One: the dry run. Two: save, which asks. Three: save and sync.
    post(&world, "/console/configuration/dry-run", &form).await;
    rollcall::events::drain(&world.shell).await.unwrap();
    let asks = post(&world, "/console/configuration", &form).await;
    let button =
        "<button class=\"danger\" name=\"sync\" value=\"staff\">Put it in force and sync staff now</button>";
    assert_says(&asks, 200, &["Put it in force</button>", button]);
    let sure = [&form[..], &[("sure", "1"), ("sync", "staff")]].concat();
    let run = location(&post(&world, "/console/configuration", &sure).await).to_owned();
    assert!(run.starts_with("/console/runs/") && run.ends_with("?notice=started"), "{run}");
    rollcall::events::drain(&world.shell).await.unwrap();
    let page = get(&world, run.split_once('?').unwrap().0, &[]).await;
    assert_says(&page, 200, &["5 accounts were updated"]);
}

#[tokio::test]
async fn a_sync_that_is_refused_leaves_the_saved_configuration() {
    let world = World::new(CONFIG).await;
    let version = shown_version(&world).await;
    let more = CONFIG.replace("title = \"title\"", "title = \"key\"");
    let form = [("text", more.as_str()), ("version", version.as_str()), ("sure", "1"), ("sync", "nobody")];
    let page = post(&world, "/console/configuration", &form).await;
    assert_says(&page, 404, &["nobody", "Sync now</button>", "title = &#34;key&#34;"]);
    let stored = world.shell.store.get_text("config/rollcall.toml").await.unwrap().unwrap();
    assert_eq!(stored, more);
}
