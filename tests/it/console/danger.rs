//! Before something dangerous a page shows figures, names and the file, and asks; above fifty people their number is typed
//! (rule 68).

use super::{CONFIG, FIVE, assert_says, get, location, post};
use crate::world::World;
use rollcall::events;

/// A source of so many people, of whom a later file has only a few.
async fn held_run_of(people: usize) -> (World, String) {
    let world = World::new(&CONFIG.replacen("seats = 3", "seats = 500", 1)).await;
    let file = |people: usize| {
        let rows = (0..people).map(|number| format!("k{number},person{number:03},x\n"));
        format!("key,username,title\n{}", rows.collect::<String>())
    };
    world.sync(file(people)).await;
    let held = world.sync(file(2)).await;
    (world, held.id.to_string())
}

async fn active(world: &World) -> u64 {
    world.shell.store.count_by_state("staff", "active").await.unwrap()
}

#[tokio::test]
async fn approval_shows_people_and_file_and_is_asked_for() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let held = world.sync("key,username,title\nd,dan,x\ne,eva,x\n").await.id.to_string();
    let path = format!("/console/runs/{held}");
    let asks = post(&world, &format!("{path}/approve"), &[]).await;
    let said = [
        "Approve what a run of staff holds?",
        "3 of 3 active accounts would be blocked",
        "The guard holds them: too many removals at once.",
        "inbox/staff.csv, written",
        "35 bytes, 2 records",
        "5 records",
        "ben",
        "cem",
        "name=\"sure\" value=\"1\"",
        "Approve: 3 people</button>",
        "Leave it as it is",
    ];
    assert_says(&asks, 200, &said);
    assert!(!asks.body.contains("name=\"typed\""), "three are few: {}", asks.body);
    assert_eq!(active(&world).await, 3, "nothing was done");

    let done = post(&world, &format!("{path}/approve"), &[("sure", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, location(&done).split('?').next().unwrap(), &[]).await;
    assert_says(&page, 200, &["If that was a mistake", "href=\"#undo-title\"", "Show what an undo would do"]);
}

#[tokio::test]
async fn above_fifty_people_the_number_is_typed() {
    let (world, held) = held_run_of(60).await;
    let path = format!("/console/runs/{held}/approve");
    let asks = post(&world, &path, &[]).await;
    assert_says(&asks, 200, &["Type 58, the number of people", "person010", "and 8 more", "all of them"]);
    for wrong in [vec![], vec![("typed", "57")], vec![("typed", "yes")]] {
        let form: Vec<(&str, &str)> = [("sure", "1")].into_iter().chain(wrong).collect();
        let refused = post(&world, &path, &form).await;
        // The same page asks again.
        let says = [
            "is not that of the people, 58",
            "Nothing was changed",
            "Approve: 58 people</button>",
            "person010",
        ];
        assert_says(&refused, 400, &says);
    }
    events::drain(&world.shell).await.unwrap();
    assert_eq!(active(&world).await, 60, "nothing was done");

    post(&world, &path, &[("sure", "1"), ("typed", "58")]).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(active(&world).await, 2);

    // The way back asks likewise.
    let runs = get(&world, "/console/runs", &[]).await;
    let approval = runs.body.split("/console/runs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let undo = format!("/console/runs/{approval}/undo");
    let shown = post(&world, &undo, &[("dry_run", "1")]).await;
    events::drain(&world.shell).await.unwrap();
    let page = get(&world, location(&shown).split('?').next().unwrap(), &[]).await;
    assert_says(&page, 200, &["Type 58, the number of people", "name=\"count\" value=\"58\""]);
    assert_says(
        &post(&world, &undo, &[("count", "58"), ("typed", "5")]).await,
        400,
        &[
            "Nothing was changed",
            &format!("href=\"/console/runs/{approval}\">Back to the page with the form"),
        ],
    );
    post(&world, &undo, &[("count", "58"), ("typed", "58")]).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(active(&world).await, 60);
}

#[tokio::test]
async fn retirement_names_people_and_asks() {
    let (mut world, _) = held_run_of(53).await;
    world.configure(&CONFIG.replace("\"staff\"", "\"people\"")).await;
    let path = "/console/sources/staff/retire";
    let shown = post(&world, path, &[]).await;
    events::drain(&world.shell).await.unwrap();
    let plan = location(&shown).split('?').next().unwrap().to_owned();
    assert_says(&get(&world, &plan, &[]).await, 200, &["Retire staff and block 53 people</button>"]);
    let plan = plan.rsplit('/').next().unwrap().to_owned();
    let run = ("run", plan.as_str());
    let asks = post(&world, path, &[run]).await;
    assert_says(&asks, 200, &["Retire staff?", "53 people are blocked", "Type 53", "person007"]);
    let sure = ("sure", "1");
    assert_says(
        &post(&world, path, &[run, sure, ("typed", "52")]).await,
        400,
        &["Nothing was changed", "Type 53"],
    );
    assert_eq!(active(&world).await, 53);
    post(&world, path, &[run, sure, ("typed", "53")]).await;
    events::drain(&world.shell).await.unwrap();
    assert_eq!(active(&world).await, 0);
    for nothing in ["..", "a/b", "nobody"] {
        let refused = post(&world, path, &[("run", nothing), sure]).await;
        assert!([400, 404].contains(&refused.status), "{nothing}: {}", refused.body);
    }
}
