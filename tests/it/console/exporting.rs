//! The accounts of the list as a file, from the console, without a script (rules 31b, 37).

use super::{CONFIG, FIVE, assert_says, get, link_in, location, page_of_export, post};
use crate::world::World;

#[tokio::test]
async fn the_accounts_that_are_listed_are_exported() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    world.tick();
    let page = get(&world, "/console/accounts", &[("state", "blocked")]).await;
    let form =
        ["Export these accounts", "name=\"what\" value=\"accounts\"", "name=\"state\" value=\"blocked\""];
    assert_says(&page, 200, &form);
    let form = [("what", "accounts"), ("state", "blocked"), ("format", "csv")];
    let path = location(&post(&world, "/console/exports", &form).await).to_owned();
    let page = page_of_export(&world, &path).await;
    assert_says(&page, 200, &["Export of accounts", "The file is ready: ", "Back to the accounts"]);
    let csv = world.download(&link_in(&page)).await;
    let blocked = csv.lines().skip(1).filter(|line| line.contains(",blocked,no_seat,")).count();
    assert!(blocked > 0 && csv.lines().count() == 1 + blocked, "{csv}");
}
