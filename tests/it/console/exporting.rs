//! The accounts of the list as a file, from the console, without a script (rules 31b, 37).

use super::{CONFIG, FIVE, assert_says, get, id_of, link_in, location, page_of_export, post};
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

#[tokio::test]
async fn what_happened_to_somebody_is_exported_from_their_page() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    world.tick();
    let id = id_of(&world, "ben").await;
    let page = get(&world, &format!("/console/accounts/{id}"), &[]).await;
    let hidden = format!("name=\"user\" value=\"{id}\"");
    assert_says(&page, 200, &["Export all that happened to this account", &hidden]);
    let form = [("user", id.as_str()), ("format", "csv")];
    let path = location(&post(&world, "/console/exports", &form).await).to_owned();
    let csv = world.download(&link_in(&page_of_export(&world, &path).await)).await;
    assert!(csv.lines().count() > 1 && csv.lines().skip(1).all(|line| line.contains(",ben,")), "{csv}");
}
