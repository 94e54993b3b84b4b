//! Where a person could be misled by the console, or lose what was written: held runs that were decided, sources that have not
//! run, forms that are refused.

use super::{CONFIG, FIVE, ask, assert_says, get, id_of, location, pairs, post};
use crate::world::World;
use rollcall::events;
use rollcall_api::accounts::administer;
use rollcall_console::Request;
use rollcall_core::fields::Fields;

const TWO: &str = "key,username,title\nd,dan,x\ne,eva,x\n";

#[tokio::test]
async fn held_removals_still_wait_after_a_failed_reading() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    world.sync(TWO).await;
    world.sync("nonsense").await;
    let page = get(&world, "/console", &[]).await;
    assert_says(&page, 200, &["The last run of staff failed", "Approve these removals"]);
}

#[tokio::test]
async fn a_held_run_that_was_decided_offers_no_buttons() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let held = world.sync(TWO).await.id.to_string();
    let path = format!("/console/runs/{held}");
    assert_says(&get(&world, &path, &[]).await, 200, &["Approve these removals"]);
    let lapsed = world.sync(FIVE).await.id.to_string();
    // A run that held nothing has nothing that could wait.
    world.sync(FIVE.replace("x", "y")).await;
    let quiet = get(&world, &format!("/console/runs/{lapsed}"), &[]).await;
    assert!(!quiet.body.contains("no longer waits for a decision"), "{}", quiet.body);
    let page = get(&world, &path, &[]).await;
    assert_says(&page, 200, &["no longer waits for a decision", &format!("/console/runs/{lapsed}")]);
    assert!(!page.body.contains("Approve these removals"), "{}", page.body);
    let again = world.sync(TWO).await.id.to_string();
    post(&world, &format!("/console/runs/{again}/approve"), &[("sure", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, &format!("/console/runs/{again}"), &[]).await;
    assert_says(&page, 200, &["What this run held was approved by"]);
    assert!(!page.body.contains("Approve these removals"), "{}", page.body);
}

#[tokio::test]
async fn people_who_are_perhaps_the_same_are_decided_by_a_button() {
    let world = World::new(CONFIG).await;
    world.sync("key,username,title\n01,ann,x\n02,ben,x\n").await;
    let retyped = "key,username,title\n1,ann,x\n2,ben,x\n";
    let run = world.sync(retyped).await;
    let page = get(&world, &format!("/console/runs/{}", run.id), &[]).await;
    assert_says(
        &page,
        200,
        &["Perhaps the same people: 2 accounts may belong", "Approve these changes</button>"],
    );
    for (name, key) in [("ann", "1"), ("ben", "2")] {
        let path = format!("/console/accounts/{}", id_of(&world, name).await);
        assert!(!get(&world, &path, &[]).await.body.contains("Rename</button>"), "nobody has left");
        let asked = post(&world, &format!("{path}/rekey"), &[("match_key", key)]).await;
        let old = format!("0{key}");
        let words = [
            format!("Change the match key of {name}?"),
            format!("The match key is &#34;{old}&#34; before, and &#34;{key}&#34; after."),
        ];
        assert_says(&asked, 200, &words.each_ref().map(String::as_str));
        assert!(get(&world, &path, &[]).await.body.contains(&old), "only asked");
        let done = post(&world, &format!("{path}/rekey"), &[("match_key", key), ("sure", "1")]).await;
        assert_eq!(location(&done), format!("{path}?notice=rekeyed"));
        let page = get(&world, &path, &[("notice", "rekeyed")]).await;
        assert_says(&page, 200, &["The match key is changed", "match_key", &old]);
    }
    world.sync(retyped).await;
    let page = get(&world, &format!("/console/runs/{}", run.id), &[]).await;
    assert!(!page.body.contains("Perhaps the same people"), "a later run has decided: {}", page.body);
    world.sync("key,username,title\n2,ben,x\n").await;
    let path = format!("/console/accounts/{}", id_of(&world, "ann").await);
    assert_says(&get(&world, &path, &[]).await, 200, &["Rename</button>"]);
    let done = post(&world, &format!("{path}/rename"), &[("username", "ann.first")]).await;
    assert_eq!(location(&done), format!("{path}?notice=renamed"));
    assert_says(
        &get(&world, &path, &[("notice", "renamed")]).await,
        200,
        &["ann.first", "The old one is free"],
    );
    assert_says(&post(&world, &format!("{path}/rename"), &[]).await, 400, &["Enter the new username"]);
}

#[tokio::test]
async fn a_source_that_has_never_run_can_be_reset() {
    let second = CONFIG.split("[[source]]").nth(1).unwrap().replace("staff", "guests");
    let world = World::new(&format!("{CONFIG}[[source]]{second}")).await;
    let both = ["<option>guests</option>", "<option>staff</option>"];
    assert_says(&get(&world, "/console", &[]).await, 200, &both);
    world.sync(FIVE).await;
    assert_says(&get(&world, "/console", &[]).await, 200, &both);
}

#[tokio::test]
async fn a_number_of_seats_is_never_taken_for_no_limit() {
    let world = World::new(CONFIG).await;
    post(&world, "/console/licence", &[("unlimited", "1"), ("sure", "1")]).await;
    let page = get(&world, "/console/licence", &[]).await;
    assert_says(&page, 200, &["no limit"]);
    assert!(!page.body.contains("checked"), "a number typed beside a ticked box is lost: {}", page.body);
    let both = post(&world, "/console/licence", &[("unlimited", "1"), ("limit", "4")]).await;
    assert_says(&both, 400, &["either"]);
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_written() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let form = [("username", "root"), ("email", "r@example.com"), ("is_admin", "1")];
    let full = post(&world, "/console/accounts/new", &form).await;
    let kept = ["Seats bought", "value=\"root\"", "value=\"r@example.com\"", " checked"];
    assert_says(&full, 409, &kept);
    let unversioned = post(&world, "/console/configuration", &[("text", "# mine\n")]).await;
    assert!(unversioned.status >= 400);
    assert_says(&unversioned, unversioned.status, &["# mine"]);
    let long = format!("# {}", "x".repeat(300_000));
    let too_large = post(&world, "/console/configuration", &[("text", &long), ("version", "v")]).await;
    assert_says(&too_large, 413, &["Too large", &long]);
    let checked = post(&world, "/console/configuration/check", &[("text", &long), ("version", "v")]).await;
    assert_says(&checked, 413, &["Too large", &long]);
}

#[tokio::test]
async fn a_filter_that_finds_nobody_stays_in_its_form() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let page = get(&world, "/console/audit", &[("user", "nobody"), ("outcome", "held")]).await;
    assert_says(&page, 200, &["value=\"nobody\"", "value=\"held\" selected", "No matching entries"]);
    let page = get(&world, "/console/audit", &[("user", "nobody"), ("run", "none")]).await;
    assert_says(&page, 404, &["value=\"nobody\"", "value=\"none\"", "role=\"alert\""]);
    let page = get(&world, "/console/accounts", &[("source", "<b>"), ("text", "u")]).await;
    assert_says(&page, 400, &["value=\"u\"", "value=\"&#60;b&#62;\"", "role=\"alert\""]);
}

#[tokio::test]
async fn only_ids_reach_the_api_and_405_names_the_methods() {
    let world = World::new(CONFIG).await;
    for path in ["/console/runs/..", "/console/runs/a?b", "/console/accounts/.", "/console/accounts/a\r\nb"] {
        assert_says(&get(&world, path, &[]).await, 404, &["There is no such page"]);
    }
    let left = post(&world, "/console/runs/a\r\nset-cookie: b/leave", &[]).await;
    assert_says(&left, 404, &["There is no such page"]);
    let request = Request {
        method: String::from("PUT"),
        path: String::from("/console"),
        form: pairs(&[]),
        ..Request::default()
    };
    let refused = ask(&world, request, "").await;
    assert!(refused.headers.contains(&("allow", String::from("GET, POST"))), "{:?}", refused.headers);
}

#[tokio::test]
async fn a_run_that_has_ended_is_not_said_to_have_begun() {
    let world = World::new(CONFIG).await;
    world.put_csv(FIVE).await;
    let run = post(&world, "/console/reset", &[]).await;
    let (path, _) = location(&run).split_once('?').unwrap();
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, path, &[("notice", "started")]).await;
    assert!(!page.body.contains("The run has begun."), "{}", page.body);
    assert_says(
        &get(&world, &format!("/console/accounts/{}", id_of(&world, "ben").await), &[]).await,
        200,
        &["holds a seat"],
    );
}

#[tokio::test]
async fn a_limit_that_was_set_can_be_left_to_the_configuration_again() {
    let world = World::new(CONFIG).await;
    let button = "Use the configured number";
    assert!(!get(&world, "/console/licence", &[]).await.body.contains(button));
    post(&world, "/console/licence", &[("limit", "9")]).await;
    assert_says(&get(&world, "/console/licence", &[]).await, 200, &["of <b>9</b>", button]);
    let note = "the configuration says 3 seats, and does not";
    assert_says(&get(&world, "/console/licence", &[]).await, 200, &[note]);
    let asks = post(&world, "/console/licence", &[("configured", "1")]).await;
    assert_says(&asks, 200, &["The limit goes from 9 seats to 3 seats."]);
    post(&world, "/console/licence", &[("configured", "1"), ("sure", "1")]).await;
    assert_says(&get(&world, "/console/licence", &[]).await, 200, &["of <b>3</b>"]);
}

#[tokio::test]
async fn configuration_is_tried_and_its_run_has_no_apply_button() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let page = get(&world, "/console/configuration", &[]).await;
    assert_says(&page, 200, &["formaction=\"/console/configuration/dry-run\" formtarget=\"_blank\""]);
    let form = |text: &str| [("version", String::from("x")), ("text", text.to_owned())];
    let send = async |text: &str| {
        let form = form(text);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(&world, "/console/configuration/dry-run", &form).await
    };
    assert_says(&send("seats =").await, 422, &["1 mistake", "seats ="]);
    let started = send(&CONFIG.replacen("seats = ", "seats = 9", 1)).await;
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, location(&started).split('?').next().unwrap(), &[]).await;
    assert_says(&page, 200, &["Dry run of staff", "that is not in force", "of 9"]);
    assert!(!page.body.contains("Do it"), "it would sync with the one in force: {}", page.body);
}

#[tokio::test]
async fn a_lower_limit_is_confirmed_with_what_it_means() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let asks = post(&world, "/console/licence", &[("limit", "-2")]).await;
    let said = [
        "The limit goes from 3 seats to 1 seat.",
        "3 seats are in use, and 2 people wait.",
        "That is 2 too many. Everybody keeps their seat; nobody gets one until 3 people have left.",
        "name=\"limit\" value=\"1\"",
        "name=\"sure\" value=\"1\"",
        "Set the limit to 1</button>",
    ];
    assert_says(&asks, 200, &said);
    assert_says(&get(&world, "/console/licence", &[]).await, 200, &["of <b>3</b>"]);
    let set = post(&world, "/console/licence", &[("limit", "1"), ("sure", "1")]).await;
    assert_eq!(location(&set), "/console/licence?notice=licence&before=3");
    let page = get(&world, "/console/licence", &[("notice", "licence"), ("before", "3")]).await;
    assert_says(&page, 200, &["Before: 3 seats. Now: 1 seat."]);
}

#[tokio::test]
async fn the_last_administrator_is_blocked_only_by_who_says_so_twice() {
    let world = World::new(CONFIG).await;
    let root = administer::add_local(&world.shell, "root", true, Fields::new(), "boss").await.unwrap();
    let path = format!("/console/accounts/{}/block", root.id);
    let asks = post(&world, &path, &[("why", "stolen")]).await;
    assert_says(
        &asks,
        200,
        &["last active administrator", "name=\"why\" value=\"stolen\"", "Block it all the same</button>"],
    );
    let blocked = post(&world, &path, &[("why", "stolen"), ("even_last_admin", "1")]).await;
    assert!(location(&blocked).ends_with("?notice=blocked"));
}

#[tokio::test]
async fn a_typed_seat_is_given_after_a_page_that_says_what_happens() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let (path, holder) = (format!("/console/accounts/{}", id_of(&world, "eva").await), "ben");
    assert_says(&get(&world, &path, &[]).await, 200, &["Give a seat</button>"]);
    let seat = format!("{path}/seat");
    assert_says(&post(&world, &seat, &[("other", holder)]).await, 400, &["Enter why"]);
    let form = [("other", holder), ("why", "exam week")];
    let asks = post(&world, &seat, &form).await;
    assert_says(
        &asks,
        200,
        &["ben cannot log in from then on", "Give the seat</button>", "name=\"sure\"", "exam week"],
    );
    let given = post(&world, &seat, &[&form[..], &[("sure", "1"), ("from", holder)]].concat()).await;
    assert_eq!(location(&given), format!("{path}?notice=seated"));
    let page = get(&world, &path, &[]).await;
    assert_says(&page, 200, &["gave them the seat of", "exam week", "Take the last change back</button>"]);
    let free = post(&world, &seat, &[("why", "again"), ("sure", "1")]).await;
    assert_says(&free, 409, &["it has a seat already"]);
    let back = post(&world, &format!("{path}/undo"), &[]).await;
    assert_eq!(location(&back), format!("{path}?notice=undone"));
    assert_says(&get(&world, &path, &[]).await, 200, &["Give a seat</button>"]);
}

/// A browser said "Please match the requested format." of what the page itself shows.
#[tokio::test]
async fn a_number_of_seats_may_be_written_with_thousands() {
    let world = World::new(super::CONFIG).await;
    for (typed, limit) in
        [("1,000", 1000), ("12.500", 12_500), ("1 000 000", 1_000_000), ("+1,000", 1_001_000)]
    {
        let set = post(&world, "/console/licence", &[("limit", typed)]).await;
        assert!(location(&set).contains("notice=licence"), "{typed}");
        let page = get(&world, "/console/licence", &[]).await;
        assert_says(&page, 200, &[&format!("name=\"limit\" inputmode=\"text\" value=\"{limit}\"")]);
    }
    for typed in ["1,00", "10,0", "1,0000", "abc", "1,,000", ",100", "1.5"] {
        let refused = post(&world, "/console/licence", &[("limit", typed)]).await;
        assert_says(&refused, 400, &["The number of seats must be a whole number"]);
    }
}
