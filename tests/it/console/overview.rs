//! What the overview says of seats and people, and what the account's page says of the past.

use super::{assert_says, get, id_of};
use crate::world::World;
use std::fmt::Write as _;

const CONFIG: &str = r#"
[licence]
seats = 2
[guard]
max_removal_percent = 100
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
"#;

#[tokio::test]
async fn the_overview_names_who_lost_and_who_got_access() {
    let world = World::new(CONFIG).await;
    world.sync("key,username\n1,ann\n2,ben\n3,cem\n4,dan\n").await;
    let page = get(&world, "/console", &[]).await;
    let full = [
        "<p class=\"figure\"><b>2</b> of 2 seats in use</p>",
        "class=\"mark\" x1=\"50.00\"",
        "4 seats would give one to everybody",
        "The licence is full: 2 seats are in use",
        "Sync now</button>",
        "data-stamp=",
    ];
    assert_says(&page, 200, &full);
    assert!(!page.body.contains("Reset"), "{}", page.body);
    world.wait(3_600_000);
    world.sync("key,username\n2,ben\n3,cem\n4,dan\n").await;
    let page = get(&world, "/console", &[]).await;
    let ann = format!("<a href=\"/console/accounts/{}\"><bdi>ann</bdi></a>", id_of(&world, "ann").await);
    let cem = format!("<a href=\"/console/accounts/{}\"><bdi>cem</bdi></a>", id_of(&world, "cem").await);
    let says =
        ["1 person lost access (left)</b>", "1 person who waited got a seat</b>", &ann, &cem, "<text x="];
    assert_says(&page, 200, &says);
}

#[tokio::test]
async fn an_account_shows_its_changes_however_much_a_run_observed() {
    let world = World::new(&CONFIG.replace("seats = 2", "").replace("percent = 100", "percent = 20")).await;
    let mut all = String::from("key,username\n");
    for number in 0..300 {
        writeln!(all, "{number:04},user{number:04}").unwrap();
    }
    world.sync(all.clone()).await;
    // Everybody but one is missing: 299 are held, and the run's report names each.
    world.sync("key,username\n0000,user0000\n").await;
    for user in ["user0001", "user0150", "user0299"] {
        let page = get(&world, &format!("/console/accounts/{}", id_of(&world, user).await), &[]).await;
        assert_says(&page, 200, &["New: account and seat", "Held until a person decides"]);
        let (made, held) = (page.body.find("New: account"), page.body.find("Held until"));
        assert!(made < held, "what changed comes first: {}", page.body);
    }
}

#[tokio::test]
async fn the_chart_is_by_day_from_the_second_day_on() {
    let world = World::new(CONFIG).await;
    world.sync("key,username\n1,ann\n").await;
    world.wait(24 * 3_600_000);
    world.sync("key,username\n1,ann\n2,ben\n").await;
    let page = get(&world, "/console", &[("days", "365")]).await;
    let says = [
        "Seats and waiting by day",
        "<a href=\"/console?days=30#chart-title\">30 days</a>",
        "<b>a year</b>",
        "at the end of each day",
        "<th scope=\"col\">Day</th>",
    ];
    assert_says(&page, 200, &says);
    let usual = get(&world, "/console", &[("days", "9")]).await;
    assert_says(&usual, 200, &["<b>90 days</b>"]);
}

#[tokio::test]
async fn more_seats_than_were_bought_and_who_comes_next() {
    let mut world = World::new(&CONFIG.replace("seats = 2", "seats = 3")).await;
    world.sync("key,username\n1,ann\n2,ben\n3,cem\n4,dan\n").await;
    world.configure(CONFIG).await;
    // Fewer seats must be used than were bought.
    let next = "after 2 people have left";
    let page = get(&world, "/console", &[]).await;
    assert_says(&page, 200, &[next, "1 more account is active than seats were bought"]);
    assert_says(&get(&world, "/console/licence", &[]).await, 200, &[next, "4 seats would give one"]);
    world.configure(&CONFIG.replace("seats = 2", "seats = 9")).await;
    let page = get(&world, "/console/licence", &[]).await;
    assert_says(&page, 200, &["Sync now: seat the people who wait</button>"]);
}

/// "3 people lost access (left)" counted two who had only waited.
#[tokio::test]
async fn who_only_waited_has_lost_no_access() {
    let world = World::new(CONFIG).await;
    world.sync("key,username\n1,ann\n2,ben\n3,cem\n4,dan\n").await;
    let run = world.sync("key,username\n2,ben\n").await.id.to_string();
    let page = get(&world, "/console", &[]).await;
    let says = ["1 person lost access (left)</b>", "2 people who only waited have left</b>"];
    assert_says(&page, 200, &says);
    // The run's own page names everybody.
    let page = get(&world, &format!("/console/runs/{run}"), &[]).await;
    assert_says(&page, 200, &["Whom it changed", "<bdi>ann</bdi>", "<bdi>cem</bdi>", "<bdi>dan</bdi>"]);
    world.put_csv("key,username\n2,ben\n5,eva\n").await;
    let dry = world.reset(true, None).await.unwrap().id.to_string();
    let page = get(&world, &format!("/console/runs/{dry}"), &[]).await;
    assert_says(&page, 200, &["Whom it would change", "Would be new: account and seat</b>: <bdi>eva</bdi>"]);
    assert_says(&get(&world, "/console/runs", &[]).await, 200, &["<small>dry run</small>"]);
}

/// Above twenty people neither a run nor a dry run named anybody; and a dry run never named who would be held.
#[tokio::test]
async fn of_many_people_the_page_of_a_run_names_some_of_each_kind() {
    let config = CONFIG.replace("seats = 2", "seats = 90").replace("percent = 100", "percent = 20");
    let world = World::new(&config).await;
    let file = |from: u64, to: u64| {
        let rows = (from..to).map(|number| format!("{number},person{number:03}\n"));
        format!("key,username\n{}", rows.collect::<String>())
    };
    let first = world.sync(file(0, 40)).await.id.to_string();
    let page = get(&world, &format!("/console/runs/{first}"), &[]).await;
    assert_says(&page, 200, &["Whom it changed", "<bdi>person0", "outcome=created_active\">35 more</a>"]);
    world.put_csv(file(30, 60)).await;
    let dry = world.reset(true, None).await.unwrap().id.to_string();
    let page = get(&world, &format!("/console/runs/{dry}"), &[]).await;
    let held = "Would be held until a person decides</b>";
    assert_says(&page, 200, &["Whom it would change", held, "outcome=held\">45 more</a>"]);
    assert_says(&page, 200, &["would be held. 40 of 90"]);
}

#[tokio::test]
async fn a_run_page_says_what_is_odd_in_what_was_read() {
    let world = World::new(&CONFIG.replace("seats = 2", "")).await;
    let file = (0..20).fold(String::from("key,username\n"), |mut file, number| {
        writeln!(file, "{number},p{number}@x.test").unwrap();
        file
    });
    let right = world.sync(file.clone()).await;
    let page = get(&world, &format!("/console/runs/{}", right.id), &[]).await;
    assert_says(&page, 200, &["What was read"]);
    assert!(!page.body.contains("no e-mail address"), "{}", page.body);
    world.tick();
    let odd = world.sync(format!("{file}20,not & an address\n")).await;
    let page = get(&world, &format!("/console/runs/{}", odd.id), &[]).await;
    let note = "1 username is no e-mail address, where 20 are, for example &#34;not &#38; an address&#34; in line 22";
    assert_says(&page, 200, &[note]);
}
