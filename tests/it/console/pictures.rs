//! The bar of the seats and the chart of the last runs: every segment and every point is where its figure says.

use super::{CONFIG, FIVE, assert_says, get};
use crate::world::World;
use rollcall_core::licence::{Limit, SeatCount};

use rollcall_api::accounts::administer;

/// Class, beginning and width of the parts of the bar.
async fn bar(world: &World) -> Vec<(String, String, String)> {
    let page = get(world, "/console/licence", &[]).await;
    let part = |rect: &str| {
        let value = |name: &str| {
            let rest = rect.split(&format!("{name}=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        (value("class"), value("x"), value("width"))
    };
    page.body.split("<rect ").skip(1).map(part).collect()
}

async fn assert_bar(world: &World, parts: &[(&str, &str, &str)]) {
    let found = bar(world).await;
    let found: Vec<_> =
        found.iter().map(|(class, x, width)| (class.as_str(), x.as_str(), width.as_str())).collect();
    assert_eq!(found, parts);
}

async fn set_limit(world: &World, seats: u64) {
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(seats)), "boss").await.unwrap();
}

#[tokio::test]
async fn the_bar_shows_its_five_parts_in_proportion() {
    let world = World::new(&CONFIG.replace("seats = 3", "seats = 4\nreserve = 1")).await;
    assert_bar(&world, &[("reserve", "0.00", "25.00"), ("free", "25.00", "75.00")]).await;
    world.sync(FIVE).await;
    // Three of four are active, one is kept, and two wait beyond the licence.
    assert_bar(
        &world,
        &[("active", "0.00", "50.00"), ("reserve", "50.00", "16.67"), ("waiting", "66.67", "33.33")],
    )
    .await;
    let page = get(&world, "/console/licence", &[]).await;
    assert_says(
        &page,
        200,
        &["<b>3</b> active of <b>4</b>", "<b>0</b> free", "<b>1</b> in reserve", "<b>2</b> waiting"],
    );
    set_limit(&world, 10).await;
    let parts = [
        ("active", "0.00", "25.00"),
        ("reserve", "25.00", "8.33"),
        ("free", "33.33", "50.00"),
        ("waiting", "83.33", "16.67"),
    ];
    assert_bar(&world, &parts).await;
    set_limit(&world, 2).await;
    let parts = [("active", "0.00", "40.00"), ("over", "40.00", "20.00"), ("waiting", "60.00", "40.00")];
    assert_bar(&world, &parts).await;
    assert_says(
        &get(&world, "/console/licence", &[]).await,
        200,
        &["<b>1</b> over the limit", "1 more account is active than seats were bought"],
    );
    administer::set_limit(&world.shell, Limit::Unlimited, "boss").await.unwrap();
    // Without a limit there is nothing to keep back, and nothing that is free of it.
    assert_bar(&world, &[("active", "0.00", "60.00"), ("waiting", "60.00", "40.00")]).await;
}

#[tokio::test]
async fn the_chart_has_a_point_for_every_run() {
    let world = World::new(CONFIG).await;
    world.sync("key,username,title\na,ann,x\n").await;
    let page = get(&world, "/console", &[]).await;
    assert!(!page.body.contains("polyline"), "one run is no line: {}", page.body);
    world.sync(FIVE).await;
    world.sync("nonsense").await;
    set_limit(&world, 6).await;
    world.sync(FIVE).await;
    // Used 1, 3, 5; the limit 3, 3, 6; waiting 0, 2, 0; of 6 at the top. A run failed between the last two, in its time.
    let lines = [
        "class=\"used\" points=\"0.0,100.0 200.0,60.0 600.0,20.0\"",
        "class=\"limit\" points=\"0.0,60.0 200.0,60.0 600.0,0.0\"",
        "class=\"waiting\" points=\"0.0,120.0 200.0,80.0 600.0,120.0\"",
        "text-anchor=\"end\">6</text>",
        ">1 Jan 2026</text>",
        "<td class=\"n\">5</td><td class=\"n\">6</td><td class=\"n\">0</td>",
    ];
    assert_says(&get(&world, "/console", &[]).await, 200, &lines);
}
