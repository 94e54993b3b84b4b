//! Text from outside that turns the direction of what follows it: on no page does it reach beyond itself.

use super::{CONFIG, Caller, FIVE};
use crate::world::World;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rollcall_console::{Answer, Api, Call, Request, Response};
use serde_json::Value;

/// Ends an isolate that it has not begun, begins one that it does not end, and turns everything around.
const TURNED: &str = "\u{2069}\u{202e}\u{2067}cod.exe";

/// Values that are words, ids or times of our own, by the names of their properties; a source's name cannot be such a text.
const OURS: [&str; 21] = [
    "id",
    "run",
    "account",
    "approves",
    "candidate",
    "status",
    "state",
    "outcome",
    "trigger",
    "at",
    "since",
    "from",
    "started_at",
    "read_at",
    "finished_at",
    "cause",
    "next",
    "version",
    "source",
    "title",
    "text",
];

/// The API of a world, in which everybody and everything is called something that turns.
struct Hostile<'a>(Caller<'a>);

impl Api for Hostile<'_> {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Answer> {
        async move {
            let mut answer = self.0.call(call).await;
            if let Ok(mut body) = serde_json::from_str::<Value>(&answer.body) {
                turn(&mut body, "");
                answer.body = body.to_string();
            }
            answer
        }
        .boxed()
    }
}

fn turn(value: &mut Value, name: &str) {
    let words = ["command", "configuration", "no_seat", "left_scope", "disabled_in_directory", "by_admin"];
    match value {
        Value::String(text) if !OURS.contains(&name) && !words.contains(&text.as_str()) => {
            text.push_str(TURNED)
        }
        // An explanation's sentences have the name of a cursor.
        Value::Array(items) if name == "next" => items.iter_mut().for_each(|item| turn(item, "sentence")),
        Value::Array(items) => items.iter_mut().for_each(|item| turn(item, name)),
        Value::Object(object) => object.iter_mut().for_each(|(name, value)| turn(value, name)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Every mark of a page lies in a `<bdi>`, which it cannot leave; or in the text of a field, which is a paragraph of its own.
/// Answers with how many texts have marks.
#[track_caller]
fn check(page: &Response) -> usize {
    let (mut inside, mut found) = (Vec::new(), 0);
    for part in page.body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        match (tag.strip_prefix('/'), name) {
            (None, "bdi" | "textarea") => inside.push(name),
            (Some(_), "bdi" | "textarea") => assert_eq!(inside.pop(), Some(name)),
            _ => {}
        }
        if !text.contains(is_mark) {
            continue;
        }
        found += 1;
        assert!(!inside.is_empty(), "<{tag}>{text:?} in {}", page.body);
        let mut open = 0;
        for c in text.chars().filter(|_| inside.last() == Some(&"bdi")) {
            open += i32::from(matches!(c, '\u{2066}'..='\u{2068}')) - i32::from(c == '\u{2069}');
            assert!(open >= 0, "{text:?} ends the isolate around it");
        }
        assert_eq!(open, 0, "{text:?} leaves an isolate open");
    }
    assert_eq!(inside, [""; 0], "every element is closed");
    found
}

async fn show(world: &World, request: Request) -> Response {
    let api = Hostile(Caller { shell: &world.shell, groups: "" });
    rollcall_console::answer(&Request { person: Some(format!("boss{TURNED}")), ..request }, &api).await
}

async fn get(world: &World, path: &str, query: &[(&str, &str)]) -> Response {
    let (method, query) = (String::from("GET"), super::pairs(query));
    show(world, Request { method, path: path.to_owned(), query, ..Request::default() }).await
}

async fn post(world: &World, path: &str, form: &[(&str, &str)]) -> Response {
    let (method, form) = (String::from("POST"), super::pairs(form));
    show(world, Request { method, path: path.to_owned(), form, ..Request::default() }).await
}

#[tokio::test]
async fn a_name_that_turns_the_text_around_ends_with_itself() {
    let world = World::new(CONFIG).await;
    let first = world.sync(FIVE).await.id;
    let held = world.sync("key,username,title\na,ann,y\n,no,x\n").await.id;
    let failed = world.sync("key,username\n\"a").await.id;
    let ben = super::id_of(&world, "ben").await;
    let eva = super::id_of(&world, "eva").await;
    rollcall_api::accounts::administer::block(&world.shell, "ben", "boss", Some("a laptop")).await.unwrap();
    let run = |id: &str| format!("/console/runs/{id}");
    let account = |id: &str| format!("/console/accounts/{id}");
    let (first, held, failed) = (first.as_str(), held.as_str(), failed.as_str());
    for (path, query, texts) in [
        (String::from("/console"), vec![], 6),
        (String::from("/console/runs"), vec![], 5),
        (run(first), vec![], 4),
        (run(held), vec![], 4),
        (run(failed), vec![], 3),
        (run(first) + "/progress", vec![], 0),
        (String::from("/console/waiting"), vec![], 3),
        (String::from("/console/accounts"), vec![], 11),
        (String::from("/console/accounts"), vec![("source", TURNED), ("text", TURNED)], 2),
        (String::from("/console/accounts/new"), vec![], 1),
        (account(&ben), vec![], 9),
        (account(&eva), vec![], 8),
        (String::from("/console/audit"), vec![], 13),
        (String::from("/console/audit"), vec![("run", held), ("outcome", "held")], 3),
        (String::from("/console/audit"), vec![("run", held)], 8),
        (String::from("/console/audit"), vec![("user", TURNED)], 1),
        (String::from("/console/audit"), vec![("run", TURNED)], 2),
        (String::from("/console/licence"), vec![], 1),
        (String::from("/console/configuration"), vec![], 1),
        (format!("/console/{TURNED}"), vec![], 2),
        (account(TURNED), vec![], 2),
        (run("none"), vec![], 2),
    ] {
        let page = get(&world, &path, &query).await;
        let found = check(&page);
        assert!(found >= texts, "{path} has {found} texts that turn: {}", page.body);
    }
    for (path, form) in [
        ("/console/accounts/new", vec![("username", "ben"), ("email", TURNED)]),
        ("/console/licence", vec![("limit", TURNED)]),
        ("/console/configuration", vec![("text", TURNED), ("version", "x")]),
        ("/console/configuration/check", vec![("text", TURNED)]),
        ("/console/reset", vec![("source", TURNED)]),
    ] {
        let page = post(&world, path, &form).await;
        assert!(page.status >= 200 && check(&page) > 0, "{path}: {}", page.body);
    }
    let left = post(&world, &format!("{}/leave", run(held)), &[]).await;
    assert_eq!(left.status, 303, "{}", left.body);
    for path in [run(held), run(held) + "/progress", String::from("/console"), String::from("/console/runs")]
    {
        check(&get(&world, &path, &[]).await);
    }
    check(&rollcall_console::message(400, TURNED, TURNED, &[]));
}
