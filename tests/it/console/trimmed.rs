//! What the console says of a run that took seats back (rules 16, 28, 37).

use super::{CONFIG, FIVE, assert_says, get};
use crate::world::World;
use rollcall_core::licence::{Limit, SeatCount};

use rollcall_api::accounts::administer;

#[tokio::test]
async fn a_run_says_how_many_lost_their_seats_to_a_lowered_licence() {
    let config = CONFIG.replace("seats = 3", "seats = 3\ntrim = true");
    let world = World::new(&config.replace("min_removals = 1", "min_removals = 5")).await;
    world.sync(FIVE).await;
    administer::set_limit(&world.shell, Limit::Seats(SeatCount::new(1)), "boss").await.unwrap();
    let planned = world.reset(true, None).await.unwrap();
    let done = world.reset(false, None).await.unwrap();
    for (run, says, outcome) in [
        (planned, "2 people would have", "Seat would be taken back: the licence was lowered"),
        (done, "2 people have", "Seat taken back: the licence was lowered"),
    ] {
        let page = get(&world, &format!("/console/runs/{}", run.id), &[]).await;
        let sentence = format!("so {says} to wait for a seat again. 1 of 1 seat is used and 4 wait");
        assert_says(&page, 200, &[&sentence, outcome, "blocked_no_seat"]);
    }
}
