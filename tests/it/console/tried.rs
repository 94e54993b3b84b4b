//! A file that is sent by the console's form to be tried (rule 49).

use super::{CONFIG, FIVE, ask, assert_says, get, location, post};
use crate::world::World;
use rollcall::events;
use rollcall_console::{Form, Request, read_form};

fn sent(files: &[(&str, &[u8])]) -> Request {
    Request {
        method: String::from("POST"),
        path: String::from("/console/reset/file"),
        files: files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect(),
        ..Request::default()
    }
}

#[tokio::test]
async fn file_is_tried_and_the_one_that_counts_stays() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    assert_says(&get(&world, "/console", &[]).await, 200, &["multipart/form-data", "type=\"file\""]);
    // In an encoding that is not the configured one: bytes arrive as they are, and the run says what they are.
    for (file, words) in [
        (&b"key,username,title\na,ann,x\n"[..], "A run would do this"),
        (&b"key,username,title\na,j\xfcrgen,x\n"[..], "windows-1252"),
        (&b"PK\x03\x04 no csv"[..], "the archive is cut off or damaged"),
    ] {
        let answer = ask(&world, sent(&[("file", file)]), "").await;
        let page = location(&answer).split('?').next().unwrap().to_owned();
        events::drain(&world.shell).await.unwrap();
        let shown = get(&world, &page, &[]).await;
        assert!(shown.body.to_lowercase().contains(&words.to_lowercase()), "{words} in {}", shown.body);
        // What was only tried cannot be done by a button: the file that counts is another.
        assert!(!shown.body.contains("Do it:"), "{}", shown.body);
    }
    assert_eq!(world.object("inbox/staff.csv").await, FIVE.as_bytes());
    let none = ask(&world, sent(&[("file", b"")]), "").await;
    assert_says(&none, 400, &["Choose a file to try."]);
    let large = vec![b'x'; 4 * 1024 * 1024 + 1];
    assert_says(&ask(&world, sent(&[("file", &large)]), "").await, 413, &["Too large"]);
}

#[tokio::test]
async fn only_those_who_may_press_reset_may_try_a_file() {
    let roles =
        "[roles]\nclaim = \"groups\"\npeople_administrator = [\"hr\"]\nsync_administrator = [\"sync\"]\n";
    let world = World::new(&format!("{roles}{CONFIG}")).await;
    for (groups, status) in [("none", 403), ("sync", 403), ("hr", 303)] {
        let answer = ask(&world, sent(&[("file", FIVE.as_bytes())]), groups).await;
        assert_eq!(answer.status, status, "{groups}: {}", answer.body);
    }
}

#[tokio::test]
async fn form_with_a_file_is_read_as_a_browser_sends_it() {
    let body = b"--XX\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nstaff\r\n--XX\r\nContent-Disposition: \
        form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nkey\r\n\xfc\x00\r\n--XX--\r\n";
    let kind = Some("multipart/form-data; boundary=XX");
    let form = Form {
        fields: vec![(String::from("source"), String::from("staff"))],
        files: vec![(String::from("file"), b"key\r\n\xfc\x00".to_vec())],
    };
    assert_eq!(read_form(kind, body).await, form);
    // What is cut off has nothing.
    assert_eq!(read_form(kind, &body[..body.len() - 20]).await, Form::default());
    let plain = read_form(Some("application/x-www-form-urlencoded"), b"source=staff&x=a+b").await;
    assert_eq!(plain.fields[1], (String::from("x"), String::from("a b")));
}

/// The run's page offers the file before, tries it and puts it back (rule 49a), and names who could not be processed (rule 62).
#[tokio::test]
async fn page_of_a_run_offers_the_file_before() {
    let world = World::new(CONFIG).await;
    let first = world.sync(FIVE).await.id;
    let page = get(&world, &format!("/console/runs/{first}"), &[]).await;
    assert!(!page.body.contains("If this file was wrong"), "{}", page.body);
    let wrong = world.sync("key,username,title\na,ann,x\na,ann,y\n,,z\n").await.id;
    let page = get(&world, &format!("/console/runs/{wrong}"), &[]).await;
    let named = ["Could not be processed", "the same person as line 3", "line 4"];
    assert_says(&page, 200, &[named.as_slice(), &["If this file was wrong", first.as_str()]].concat());
    for (fields, words) in [
        (vec![("previous_run", first.as_str()), ("dry_run", "1")], "This dry run reads"),
        (vec![("previous_run", first.as_str())], "This run has put back"),
    ] {
        let answer = post(&world, "/console/reset", &fields).await;
        let page = location(&answer).split('?').next().unwrap().to_owned();
        events::drain(&world.shell).await.unwrap();
        assert_says(&get(&world, &page, &[]).await, 200, &[words]);
    }
    assert_eq!(world.object("inbox/staff.csv").await, FIVE.as_bytes());
}
