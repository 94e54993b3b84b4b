//! What is told of a leaver in grace: the account, its explanation, the audit log (rules 21, 30, 33).

use super::STAFF;
use super::api::{ask, get};
use super::api_queries::id_of;
use crate::world::World;
use serde_json::{Value, json};

const BOTH: &str = "key,username,title\nann,ann,clerk\nben,ben,clerk\n";
const BEN: &str = "key,username,title\nben,ben,clerk\n";

async fn account(world: &World, username: &str) -> Value {
    let id = id_of(world, username).await;
    ask(world, get(&format!("/accounts/{id}"), &[])).await.1
}

#[tokio::test]
async fn an_account_in_grace_shows_since_when_and_until_when() {
    let mut world = World::new(&format!("protect.grace = \"7d\"\n{STAFF}")).await;
    world.sync(BOTH).await;
    assert_eq!(account(&world, "ann").await["missing_since"], Value::Null);
    world.sync(BEN).await;

    let ann = account(&world, "ann").await;
    assert_eq!(
        (&ann["state"], &ann["missing_since"]),
        (&json!("active"), &json!("2026-01-01T00:02:00.000Z"))
    );
    let why = "ann is active and holds a seat, and has been missing from staff since 2026-01-01 00:02 UTC.";
    assert_eq!(ann["explanation"]["why"], why);
    let blocked = "Their grace ends at 2026-01-08 00:02 UTC: the first run after that blocks them, unless they are back by then.";
    assert_eq!(ann["explanation"]["next"], json!([blocked]));
    assert_eq!(account(&world, "ben").await["explanation"]["next"], json!([]));

    let (_, log) = ask(&world, get("/audit", &[("user", "ann"), ("outcome", "updated")])).await;
    let entry = &log["entries"][0];
    assert_eq!(entry["changes"], json!([{ "field": "missing", "old": "false", "new": "true" }]));
    assert_eq!((&entry["before"], &entry["seats"]["used"]), (&entry["after"], &json!(2)));

    let exempt = format!("protect = {{ grace = \"7d\", usernames = [\"ANN\"] }}\n{STAFF}");
    world.configure(&exempt).await;
    let ann = account(&world, "ann").await;
    assert_eq!(
        ann["explanation"]["next"],
        json!(["They are exempt in the configuration: no run blocks them."])
    );

    world.sync(BOTH).await;
    let ann = account(&world, "ann").await;
    assert_eq!((&ann["missing_since"], &ann["explanation"]["next"]), (&Value::Null, &json!([])));
}
