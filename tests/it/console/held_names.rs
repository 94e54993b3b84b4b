//! People whom a run holds and who have no account yet: the pages call them by the name that the record has.

use super::{assert_says, get, post};
use crate::world::World;
use rollcall_sync::store::RunStatus;
use std::fmt::Write as _;

const CONFIG: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "login"
given_name = "first"
family_name = "last"
"#;

fn people(count: u32) -> String {
    (0..count).fold(String::from("key,login,first,last\n"), |mut file, number| {
        writeln!(file, "{number},p{number:02},Given{number:02},Family").unwrap();
        file
    })
}

/// The list had their keys and usernames only.
#[tokio::test]
async fn newcomers_who_are_held_are_called_by_their_names() {
    let world = World::new(CONFIG).await;
    world.sync(people(22)).await;
    let held = world.sync(people(40)).await;
    assert_eq!(held.status, RunStatus::Held);
    let run = format!("/console/runs/{}", held.id);
    assert_says(
        &get(&world, &run, &[]).await,
        200,
        &["<bdi>p30</bdi> <small><bdi>Given30 Family</bdi></small>"],
    );
    let asks = post(&world, &format!("{run}/approve"), &[("source", "staff")]).await;
    assert_says(&asks, 200, &["<bdi>p30</bdi> <small><bdi>Given30 Family</bdi></small>", "18 people"]);
    let log = get(&world, "/console/audit", &[("run", held.id.as_str()), ("outcome", "held")]).await;
    assert_says(&log, 200, &["<div><bdi>Given39 Family</bdi></div>"]);
}

#[tokio::test]
async fn newcomers_of_a_dry_run_are_called_by_their_names() {
    let world = World::new(CONFIG).await;
    world.put_csv(people(3)).await;
    let run = world.reset(true, None).await.unwrap();
    let page = get(&world, &format!("/console/runs/{}", run.id), &[]).await;
    assert_says(&page, 200, &["p02", "<small><bdi>Given02 Family</bdi></small>"]);
}
