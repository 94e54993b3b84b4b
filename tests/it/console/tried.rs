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
async fn file_is_sent_looked_at_and_put_in_place() {
    let world = World::new(CONFIG).await;
    world.sync(FIVE).await;
    let file = "key,username,title\nb,ben,x\nc,cem,x\nd,dan,x\ne,eva,x\nf,fay,y\n";
    let answer = ask(&world, sent(&[("file", file.as_bytes())]), "").await;
    let page = location(&answer).split('?').next().unwrap().to_owned();
    events::drain(&world.shell).await.unwrap();
    let shown = get(&world, &page, &[]).await;
    let says = [
        "The file, as the source",
        "People with a value",
        "<bdi>fay</bdi>",
        "Put this file in the place of the one that counts",
        "Put the file in its place and sync</button>",
        "action=\"/console/inbox/staff\"",
    ];
    assert_says(&shown, 200, &says);
    assert_eq!(world.object("inbox/staff.csv").await, FIVE.as_bytes());

    let hidden = |name: &str| {
        let start = shown.body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        start.split('"').next().unwrap().to_owned()
    };
    let (tried, run) = (hidden("tried"), page.rsplit('/').next().unwrap().to_owned());
    for form in
        [vec![], vec![("tried", "staff-0.csv"), ("run", run.as_str())], vec![("tried", tried.as_str())]]
    {
        assert_says(&post(&world, "/console/inbox/staff", &form).await, 400, &["names no file"]);
    }
    let done = post(&world, "/console/inbox/staff", &[("tried", &tried), ("run", &run)]).await;
    assert!(location(&done).ends_with("?notice=file"), "{}", location(&done));
    events::drain(&world.shell).await.unwrap();
    assert_eq!(world.object("inbox/staff.csv").await, file.as_bytes());
    let page = get(&world, location(&done).split('?').next().unwrap(), &[]).await;
    assert_says(&page, 200, &["Completed", "by <bdi>ada@example.org</bdi>"]);
    let log = get(&world, "/console/audit", &[("outcome", "file_sent")]).await;
    assert_says(&log, 200, &["A file was sent", "ada@example.org", "inbox/staff.csv"]);
}

#[tokio::test]
async fn what_somebody_may_not_do_is_shown_with_who_may() {
    let roles = "[roles]\nclaim = \"groups\"\npeople_administrator = [\"hr\"]\nsync_administrator = [\"sync\"]\n\
        sysadmin = [\"root\"]\n";
    let world = World::new(&format!("{roles}{CONFIG}")).await;
    let answer = ask(&world, sent(&[("file", FIVE.as_bytes())]), "hr").await;
    let run = location(&answer).split('?').next().unwrap().to_owned();
    events::drain(&world.shell).await.unwrap();
    let look = async |path: &str, groups| {
        let (method, path) = (String::from("GET"), path.to_owned());
        ask(&world, Request { method, path, ..Request::default() }, groups).await
    };
    for (path, button, who) in [
        ("/console/licence", "disabled>Set</button>", "You are no sysadmin"),
        ("/console/licence", "disabled>Remove the limit</button>", "Only a sysadmin may do this."),
        (
            "/console/configuration",
            "disabled>Save: put it in force</button>",
            "Only a sync administrator or a sysadmin",
        ),
        ("/console/accounts/new", "value=\"1\" disabled>", "only a sysadmin may create such an account"),
        (
            &run,
            "disabled aria-describedby=\"needs-file\">Put the file in its place",
            "Only a sync administrator or a",
        ),
    ] {
        assert_says(&look(path, "hr").await, 200, &[button, who]);
        let of_root = look(path, "root").await;
        assert!(!of_root.body.contains(" disabled"), "{path}: {}", of_root.body);
    }
    // Somebody who may only edit the sources is led to what they may.
    let refused = look("/console", "sync").await;
    assert_says(
        &refused,
        403,
        &["only people_administrator or sysadmin may do this", "/console/configuration"],
    );
    assert_says(&look("/console/configuration", "sync").await, 200, &["Save: put it in force"]);
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
