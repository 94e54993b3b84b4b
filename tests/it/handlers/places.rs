//! The place in the waiting list: exact where it is said, in words where it is not, and never counted without a bound
//! (rules 13 and 33).

use super::api::{ask, get, send};
use super::api_queries::id_of;
use super::counts::forget_counts;
use crate::read_counter::Reads;
use crate::world::World;
use rollcall_api::Api;
use rollcall_api::accounts::administer;
use serde_json::{Value, json};
use std::fmt::Write as _;

const CONFIG: &str = r#"
[licence]
seats = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "key"
"#;

/// Items that everything but the place costs, on the page of an account.
const ELSE_MAX: u64 = 10;

/// One has the seat, and all others wait, in the order of their numbers.
async fn line_of(waiting: usize) -> World {
    let world = World::new(CONFIG).await;
    let file = (0..=waiting).fold(String::from("key\n"), |mut file, number| {
        writeln!(file, "p{number:04}").unwrap();
        file
    });
    world.sync(file).await;
    world
}

/// The explanation of somebody, and the items that it reads.
async fn explained(world: &World, number: usize) -> (Value, u64) {
    let id = id_of(world, &format!("p{number:04}")).await;
    let witness = Reads::default();
    let api = Api::new(world.process(Some(witness.interceptor())));
    let answer = rollcall_read::handle(get(&format!("/accounts/{id}"), &[]), &api).await.unwrap();
    let account: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    (account["explanation"].clone(), witness.items())
}

#[tokio::test]
async fn a_place_far_down_the_line_is_not_counted() {
    let world = line_of(340).await;
    let (at_251, items) = explained(&world, 251).await;
    assert_eq!(at_251["place"], json!({ "place": 251, "more_than": null, "of": 340 }));
    assert!(
        at_251["next"][0].as_str().unwrap().contains("They are number 251 of 340 in the line"),
        "{at_251}"
    );
    assert!(items <= 251 + ELSE_MAX, "{items} items");
    for number in [252, 340] {
        let (far, items) = explained(&world, number).await;
        assert_eq!(far["place"], json!({ "place": null, "more_than": 250, "of": 340 }), "{number}");
        let next = far["next"][0].as_str().unwrap();
        let says = "More than 250 people wait before them in the line of staff; 340 wait in all.";
        assert!(next.starts_with(says) && next.contains("More than 251 seats must become free"), "{next}");
        assert!(items <= 251 + ELSE_MAX, "{items} items");
    }
    let (first, items) = explained(&world, 1).await;
    assert_eq!(first["place"], json!({ "place": 1, "more_than": null, "of": 340 }));
    assert!(items <= 1 + ELSE_MAX, "{items} items");
    // An earlier version kept no counts. Then nobody says how many they are.
    forget_counts(&world).await;
    let (far, items) = explained(&world, 340).await;
    assert_eq!(far["place"], json!({ "place": null, "more_than": 250, "of": null }));
    assert!(
        far["next"][0]
            .as_str()
            .unwrap()
            .starts_with("More than 250 people wait before them in the line of staff. "),
        "{far}"
    );
    assert!(items <= 251 + ELSE_MAX, "{items} items");
}

#[tokio::test]
async fn what_a_person_does_says_no_place_that_was_not_counted() {
    let world = line_of(310).await;
    let id = id_of(&world, "p0005").await;
    world.tick();
    let wish = json!({ "from": "p0000", "why": "on call" });
    let (status, answer) = ask(&world, send("POST", &format!("/accounts/{id}/seat"), &wish)).await;
    assert_eq!(status, 200, "{answer}");
    // Who gave the seat away is the last in the line.
    assert_eq!(answer["from"]["place"], json!({ "place": null, "more_than": 250, "of": 310 }));
}

/// The places of a page of the waiting list, the cursor after it, and the items that it reads.
async fn page(world: &World, after: Option<&str>) -> (Vec<Option<u64>>, Option<String>, u64) {
    let witness = Reads::default();
    let api = Api::new(world.process(Some(witness.interceptor())));
    let query: Vec<_> = [("limit", "100")].into_iter().chain(after.map(|after| ("after", after))).collect();
    let answer = rollcall_read::handle(get("/waiting", &query), &api).await.unwrap();
    let page: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    let waiting = page["waiting"].as_array().unwrap_or_else(|| panic!("{page}"));
    let places = waiting.iter().map(|one| one["place"].as_u64()).collect();
    (places, page["next"].as_str().map(str::to_owned), witness.items())
}

#[tokio::test]
async fn a_later_page_of_the_line_goes_on_with_the_places() {
    let world = line_of(450).await;
    let (mut places, mut after) = (Vec::new(), None);
    loop {
        let (some, next, items) = page(&world, after.as_deref()).await;
        assert!(items <= 210, "{items} items after {} people", places.len());
        places.extend(some);
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(places, (1..=450).map(Some).collect::<Vec<_>>());
}

#[tokio::test]
async fn when_the_line_has_moved_places_are_counted_again_or_left_out() {
    let world = line_of(450).await;
    let mut cursors = Vec::new();
    for _ in 0..4 {
        let after = cursors.last().cloned();
        cursors.extend(page(&world, after.as_deref()).await.1);
    }
    // The first two leave the line.
    for username in ["p0001", "p0002"] {
        administer::block(&world.shell, username, "boss", None).await.unwrap();
    }
    for (cursor, places) in cursors.iter().zip([Some(99), Some(199), None, None]) {
        let (found, _, items) = page(&world, Some(cursor)).await;
        assert_eq!(found[0], places);
        assert!(items <= 201 + 251 + ELSE_MAX, "{items} items");
    }
}

#[tokio::test]
async fn a_line_is_read_from_its_end_too() {
    let names = async |world: &World, query: &[(&str, &str)]| {
        let (status, page) = ask(world, get("/waiting", query)).await;
        assert_eq!(status, 200, "{page}");
        let waiting = page["waiting"].as_array().unwrap();
        let shown = waiting
            .iter()
            .map(|one| (one["account"]["username"].as_str().unwrap().to_owned(), one["place"].as_u64()));
        (shown.collect::<Vec<_>>(), page["next"].as_str().map(str::to_owned))
    };
    let world = line_of(5).await;
    let down = [("order", "descending"), ("limit", "3")];
    let (first, next) = names(&world, &down).await;
    let expected = [(5, 5), (4, 4), (3, 3)].map(|(number, place)| (format!("p{number:04}"), Some(place)));
    assert_eq!(first, expected);
    let next = next.unwrap();
    let (rest, _) = names(&world, &[down[0], down[1], ("after", &next)]).await;
    assert_eq!(rest, [(2, 2), (1, 1)].map(|(number, place)| (format!("p{number:04}"), Some(place))));
    assert_eq!(ask(&world, get("/waiting", &[("after", &next)])).await.0, 400, "a cursor of the other order");
    // Of a long line the ledger says how many there are. When it has moved, it is counted again, where that takes few reads.
    let world = line_of(260).await;
    let mut after = None::<String>;
    for first in [260, 210] {
        let begin = [("order", "descending"), ("limit", "50")].into_iter();
        let query: Vec<_> = begin.chain(after.as_deref().map(|after| ("after", after))).collect();
        let (some, next) = names(&world, &query).await;
        let expected = (0..50).map(|number| first - number);
        let expected: Vec<_> = expected.map(|place| (format!("p{place:04}"), Some(place))).collect();
        assert_eq!(some, expected);
        after = next;
    }
    administer::block(&world.shell, "p0001", "boss", None).await.unwrap();
    let (some, _) = names(&world, &[down[0], ("limit", "1"), ("after", &after.unwrap())]).await;
    assert_eq!(some, [("p0160".to_owned(), Some(159))]);
    let (some, next) = names(&world, &[down[0], ("limit", "1")]).await;
    assert_eq!(some, [("p0260".to_owned(), Some(259))]);
    administer::block(&world.shell, "p0002", "boss", None).await.unwrap();
    let (some, _) = names(&world, &[down[0], ("limit", "1"), ("after", &next.unwrap())]).await;
    assert_eq!(
        some,
        [("p0259".to_owned(), None)],
        "257 are before them: too many to be counted for one place"
    );
}
