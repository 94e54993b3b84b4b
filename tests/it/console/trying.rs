//! The console's form that checks a configuration against a file (rule 48), without a script.

use super::{CONFIG, ask, assert_says, get, pairs};
use crate::world::World;
use rollcall_console::Request;

fn sent(text: &str, file: &[u8]) -> Request {
    Request {
        method: String::from("POST"),
        path: String::from("/console/configuration/check"),
        form: pairs(&[("text", text), ("version", "v")]),
        files: vec![(String::from("file"), file.to_vec())],
        ..Request::default()
    }
}

#[tokio::test]
async fn form_shows_what_a_configuration_makes_of_a_file() {
    let world = World::new(CONFIG).await;
    let page = get(&world, "/console/configuration", &[]).await;
    assert_says(&page, 200, &["multipart/form-data", "type=\"file\"", "at most 1 MB"]);
    let people = b"key,username,title,pin\na,<b>ann,clerk,4711\nb,ben,,4712\n,cem,,4713\n";
    let shown = ask(&world, sent(CONFIG, people), "").await;
    let parts = [
        "3 rows",
        "<b>2</b> may have a seat",
        "<b>1</b> without a key",
        "&#60;b&#62;ann",
        "Nothing is surely wrong",
        "pin",
    ];
    assert_says(&shown, 200, &parts);
    assert_says(&shown, 200, &["seats = 3"]);
    assert!(!shown.body.contains("471"), "{}", shown.body);
    let wrong = ask(&world, sent(&CONFIG.replace("\"title\"", "\"Job\""), people), "").await;
    assert_says(
        &wrong,
        200,
        &["Wrong", "<code>title</code>", "has no column", "would surely do the wrong thing"],
    );
    let damaged = ask(&world, sent(CONFIG, b"key,username,title\na,\"ann,x\n"), "").await;
    assert_says(&damaged, 200, &["The file cannot be read", "never closed"]);
    // Nothing was chosen: the text alone is checked.
    let plain = ask(&world, sent(CONFIG, b""), "").await;
    assert_says(&plain, 200, &["No mistakes."]);
    assert!(!plain.body.contains("tried-title"), "{}", plain.body);
    let large = ask(&world, sent(CONFIG, &vec![b'x'; 1024 * 1024 + 1]), "").await;
    assert_says(&large, 413, &["Too large", "seats = 3"]);
}

#[tokio::test]
async fn only_who_may_change_the_sources_may_check_with_a_file() {
    let roles =
        "[roles]\nclaim = \"groups\"\npeople_administrator = [\"hr\"]\nsync_administrator = [\"sync\"]\n";
    let world = World::new(&format!("{roles}{CONFIG}")).await;
    for (groups, status) in [("none", 403), ("hr", 403), ("sync", 200)] {
        let page = ask(&world, sent(CONFIG, b"key,username,title\na,ann,clerk\n"), groups).await;
        assert_eq!(page.status, status, "{groups}: {}", page.body);
    }
}
