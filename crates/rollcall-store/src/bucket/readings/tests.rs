//! What is kept of a reading grows with the number of its pages, and every checkpoint leads back to all of them.

use super::{Checkpoint, More, PageRef, PageTally, Reading};
use std::collections::BTreeMap;

fn page(number: usize) -> PageRef {
    PageRef {
        tally: PageTally::default(),
        key: format!("readings/staff/{number:08}.zst"),
        listing: 0,
        records: 200,
        place: format!("{number:064}"),
        people: format!("{number:064}"),
    }
}

/// Reads so many pages, with a checkpoint after each. Answers with what was stored: the checkpoints, and all their bytes.
fn read(pages: usize) -> (BTreeMap<String, Checkpoint>, String, usize) {
    let mut reading = Reading::new(String::from("settings"));
    let (mut stored, mut bytes, mut newest) = (BTreeMap::new(), 0, String::new());
    for number in 0..pages {
        reading.push(page(number));
        reading.next = Some(format!("after page {number}"));
        let checkpoint = reading.checkpoint();
        bytes += serde_json::to_vec(&checkpoint).unwrap().len();
        newest = format!("checkpoint {number}");
        reading.is_stored(newest.clone(), checkpoint.unlisted);
        stored.insert(newest.clone(), checkpoint);
    }
    (stored, newest, bytes)
}

#[test]
fn what_is_kept_grows_with_the_pages_and_not_with_their_square() {
    let (_, _, of_1_000) = read(1_000);
    let (_, _, of_100_000) = read(100_000);
    let of_one = serde_json::to_vec(&page(0)).unwrap().len();
    // Numbers of two more digits, and nothing else.
    assert!(of_100_000 < 110 * of_1_000, "{of_1_000} bytes, then {of_100_000}");
    assert!(of_100_000 < 4 * 100_000 * of_one, "each page is written about twice: {of_100_000}");
}

#[test]
fn a_checkpoint_leads_back_to_every_page_in_few_steps() {
    for pages in [1, 2, 99, 100, 101, 250, 1_000] {
        let (mut stored, mut key, _) = read(pages);
        let (mut found, mut steps) = (Vec::new(), 0);
        loop {
            let checkpoint = stored.remove(&key).expect("each is met once");
            steps += 1;
            if let Some(all) = checkpoint.pages {
                found.splice(0..0, all);
                break;
            }
            let More { after, pages } = checkpoint.more.unwrap();
            found.splice(0..0, pages);
            key = after;
        }
        let expected: Vec<PageRef> = (0..pages).map(page).collect();
        assert_eq!(found, expected, "{pages} pages");
        assert!(steps <= 101 + pages / 100, "{steps} steps for {pages} pages");
    }
}

#[test]
fn a_listing_that_begins_again_is_stored_whole() {
    let mut reading = Reading::new(String::from("settings"));
    for number in 0..3 {
        reading.push(page(number));
        let unlisted = reading.checkpoint().unlisted;
        reading.is_stored(format!("checkpoint {number}"), unlisted);
    }
    reading.begin_listing(0);
    reading.push(page(7));
    let checkpoint = reading.checkpoint();
    assert_eq!(checkpoint.pages, Some(vec![page(7)]), "nothing of before counts");
    assert!(checkpoint.more.is_none());
}
