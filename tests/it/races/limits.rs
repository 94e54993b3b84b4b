//! Many who change the limit at once by a number: each of them counts, and each counts once (rule 59c).

use super::{check, config};
use crate::handlers::api::{answer, send};
use crate::world::World;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_who_add_a_seat_at_once_add_twenty() {
    let world = World::new(&config(5, &[super::STAFF])).await;
    world.sync("key,title\nann,clerk\n").await;
    let asked: Vec<_> = (0..20)
        .map(|number| {
            let shell = world.process(None);
            tokio::spawn(async move {
                let mut event = send("PUT", "/licence", &json!({ "change": 1 }));
                event["headers"]["idempotency-key"] = json!(format!("k{number}"));
                answer(event, &shell).await["statusCode"].clone()
            })
        })
        .collect();
    for asked in asked {
        assert_eq!(asked.await.unwrap(), 200);
    }
    assert_eq!(world.shell.store.seats().await.unwrap().seats.limit.seats(), Some(25));
    check(&world, 25).await;
}
