//! The seats by day, and when they will be full (rule 65).

use super::api::{ask, get};
use crate::world::World;
use rollcall_api::accounts::administer;
use serde_json::{Value, json};

const CONFIG: &str = r#"
[licence]
seats = 10
[guard]
max_removal_percent = 100
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
"#;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

fn people(count: usize) -> String {
    let rows = (0..count).map(|number| format!("p{number}\n"));
    ["key\n".to_owned()].into_iter().chain(rows).collect()
}

async fn history(world: &World, query: &[(&str, &str)]) -> Value {
    let (status, history) = ask(world, get("/licence/history", query)).await;
    assert_eq!(status, 200, "{history}");
    history
}

fn figures(history: &Value) -> Vec<(String, u64, u64)> {
    let days = history["days"].as_array().unwrap().iter();
    let figure = |day: &Value, name: &str| day[name].as_u64().unwrap();
    days.map(|day| (day["day"].as_str().unwrap().to_owned(), figure(day, "used"), figure(day, "waiting")))
        .collect()
}

#[tokio::test]
async fn each_day_has_the_seats_that_its_last_run_left() {
    let mut world = World::new(CONFIG).await;
    let first = figures(&history(&world, &[]).await);
    assert_eq!(first.len(), 1, "today, though nothing has run");
    world.sync(people(2)).await;
    world.sync(people(4)).await;
    world.wait(10 * DAY_MILLIS);
    world.sync(people(8)).await;
    world.wait(DAY_MILLIS);
    // A dry run and a failure leave nothing.
    world.reset(true, None).await.unwrap();
    world.sync("nonsense").await;
    let shown = history(&world, &[]).await;
    let days = figures(&shown);
    let seats: Vec<_> = days.iter().map(|(_, used, waiting)| (*used, *waiting)).collect();
    assert_eq!(seats, [(4, 0), (8, 0), (8, 0)], "{shown}");
    assert!(days.is_sorted() && days[0].0 == first[0].0, "{shown}");
    assert!(shown["forecast"].as_str().unwrap().contains("at the pace of the last 11 days."), "{shown}");
    assert!(shown["full_on"].is_string(), "{shown}");

    // What a person does counts at once, in today's figures.
    let p0 = administer::find(&world.shell, "p0").await.unwrap();
    administer::block(&world.shell, p0.id, "ada", None).await.unwrap();
    assert_eq!(figures(&history(&world, &[("days", "1")]).await), [(days[2].0.clone(), 7, 0)]);
    let two = history(&world, &[("days", "2")]).await;
    assert_eq!(figures(&two).len(), 2);
    assert!(two["forecast"].as_str().unwrap().contains("at the pace of the last 11 days."), "{two}");

    world.wait(DAY_MILLIS);
    world.sync(people(14)).await;
    let full = history(&world, &[]).await;
    assert_eq!(
        (&full["forecast"], &full["full_on"]),
        (&json!("The licence is full. 3 people wait; 13 seats would give one to everybody."), &Value::Null),
        "{full}"
    );
    world.configure(&CONFIG.replace("[licence]\nseats = 10\n", "")).await;
    world.sync(people(14)).await;
    let free = history(&world, &[]).await;
    assert_eq!((&free["forecast"], &free["days"][2]["limit"]), (&Value::Null, &Value::Null), "{free}");
}

#[tokio::test]
async fn a_day_of_a_clock_that_was_wrong_is_not_shown() {
    let world = World::new(CONFIG).await;
    world.sync(people(2)).await;
    world.wait(3 * DAY_MILLIS);
    world.sync(people(3)).await;
    world.wait(-2 * DAY_MILLIS);
    assert_eq!(figures(&history(&world, &[]).await).len(), 2);
    for days in ["0", "731", "x"] {
        let (status, problem) = ask(&world, get("/licence/history", &[("days", days)])).await;
        assert_eq!(status, 400, "{problem}");
    }
}
