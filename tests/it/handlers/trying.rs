//! A configuration is checked against a sample of a file over HTTP (rule 48): the same findings as at the command line, for
//! those who may change the sources, and nothing of it is kept.

use super::api::{ask, send};
use super::api_commands::{ROLES, as_role};
use super::{ANN, STAFF};
use crate::world::World;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// A configuration of a file that is not the one in force.
const TRIED: &str = r#"
[[source]]
name = "people"
kind = "csv"
object = "inbox/people.csv"
match_field = "Nr"
[source.mapping]
username = "Login"
active = { column = "Gesperrt", false = ["ja"], else = true, empty = true }
"#;
const PEOPLE: &str =
    "Nr;Login;Gesperrt;Kennwort\n1;jürgen;;Geheim-1\n2;ben;ja;Geheim-2\n3;zoë;nein;Geheim-3\n";

fn check(text: &str, sample: impl AsRef<[u8]>) -> Value {
    let body = json!({ "text": text, "sample": BASE64_STANDARD.encode(sample) });
    send("POST", "/configuration/check", &body)
}

#[tokio::test]
async fn sample_is_shown_as_the_configuration_reads_it() {
    let world = World::new(STAFF).await;
    let (status, answer) = ask(&world, check(TRIED, PEOPLE)).await;
    assert_eq!(status, 200, "{answer}");
    let trial = &answer["trial"];
    assert_eq!(
        (&trial["source"], &trial["is_wrong"], &trial["refused"]),
        (&json!("people"), &json!(false), &Value::Null)
    );
    assert_eq!((&trial["ends"]["eligible"], &trial["ends"]["disabled"]), (&json!(2), &json!(1)), "{trial:#}");
    assert_eq!(trial["unused"], json!(["Kennwort"]));
    assert_eq!(trial["people"][0]["before"], json!([["Nr", "1"], ["Login", "jürgen"], ["Gesperrt", ""]]));
    assert!(!answer.to_string().contains("Geheim"), "{answer}");
    // In another encoding, and cut off.
    let western: Vec<u8> = PEOPLE.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let (_, answer) = ask(&world, check(TRIED, &western)).await;
    assert_eq!(
        (&answer["trial"]["is_wrong"], &answer["trial"]["findings"][0]["setting"]),
        (&json!(true), &json!("encoding"))
    );
    let (status, answer) = ask(&world, check(TRIED, "Nr;Login;Gesperrt\n1;ann;\n2;b")).await;
    assert_eq!(status, 200);
    assert!(answer["trial"]["refused"].as_str().unwrap().contains("line 3"), "{answer}");
}

#[tokio::test]
async fn what_is_surely_wrong_is_said_with_its_cure() {
    let world = World::new(STAFF).await;
    for (text, setting) in [
        (TRIED.replace("\"Nr\"", "\"Nummer\""), "match_field"),
        (
            TRIED.replace("\"ja\"], else = true", "\"nein\"], else = true").replace("Gesperrt", "Login"),
            "active",
        ),
        (TRIED.replace("username = \"Login\"", "username = \"Mail\""), "username"),
        (TRIED.replace("kind = \"csv\"", "kind = \"csv\"\ndelimiter = \",\""), "delimiter"),
    ] {
        let (status, answer) =
            ask(&world, check(&text, "Nr;Login;Gesperrt\n1;nein;\n2;nein;ja\n3;nein;\n4;nein;\n")).await;
        let trial = &answer["trial"];
        let found =
            trial["findings"].as_array().unwrap().iter().find(|finding| finding["setting"] == setting);
        assert_eq!((status, &trial["is_wrong"]), (200, &json!(true)), "{setting}: {answer}");
        assert!(!found.unwrap()["cure"].as_str().unwrap().is_empty(), "{answer}");
    }
    // With mistakes there is nothing to try.
    let (status, answer) = ask(&world, check("x =", PEOPLE)).await;
    assert_eq!(
        (status, &answer["trial"], answer["mistakes"].as_array().unwrap().len()),
        (200, &Value::Null, 1)
    );
}

#[tokio::test]
async fn only_who_may_change_the_sources_may_try_a_sample() {
    let world = World::new(&format!("{ROLES}{STAFF}")).await;
    for (role, status) in [("none", 403), ("people", 403), ("sync", 200), ("root", 200)] {
        assert_eq!(ask(&world, as_role(check(TRIED, PEOPLE), role)).await.0, status, "{role}");
    }
    // To check a text asks for no more than before.
    let mut plain = send("POST", "/configuration/check", &Value::Null);
    plain["body"] = json!(TRIED);
    plain["headers"]["content-type"] = json!("text/plain");
    let (status, answer) = ask(&world, as_role(plain, "people")).await;
    assert_eq!((status, &answer["trial"]), (200, &Value::Null), "{answer}");
    // What says that it is JSON must be it.
    let mut no_json = send("POST", "/configuration/check", &Value::Null);
    no_json["body"] = json!(TRIED);
    assert_eq!(ask(&world, as_role(no_json, "people")).await.0, 400);
    let text = send("POST", "/configuration/check", &json!({ "text": TRIED }));
    assert_eq!(ask(&world, as_role(text, "people")).await.0, 200);
}

#[tokio::test]
async fn sample_that_cannot_be_taken_is_refused() {
    let world = World::new(STAFF).await;
    let source = |name: &str| {
        let mut event = check(TRIED, PEOPLE);
        let mut body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
        body["source"] = json!(name);
        event["body"] = json!(body.to_string());
        event
    };
    let two = format!("{TRIED}{}", TRIED.replace("people", "others"));
    let directory = "[[source]]\nname = \"okta\"\nkind = \"okta\"\nurl = \"https://example.okta.com\"\ntoken = \"ssm:/rollcall/okta\"\ngroups = [\"all\"]\n";
    for (event, expected, part) in [
        (check(TRIED, vec![b'x'; 1024 * 1024 + 1]), 413, "1048576"),
        (check(TRIED, b"PK\x03\x04 packed"), 422, "packed"),
        (check(TRIED, b"\x1f\x8b\x08 packed"), 422, "packed"),
        (send("POST", "/configuration/check", &json!({ "text": TRIED, "sample": "*" })), 422, "base64"),
        (send("POST", "/configuration/check", &json!({ "sample": "" })), 400, "text"),
        (send("POST", "/configuration/check", &json!({ "text": TRIED, "simple": "" })), 400, "simple"),
        (source("nobody"), 422, "nobody"),
        (check(&two, PEOPLE), 422, "others"),
        (check(directory, PEOPLE), 422, "no source of the configuration reads a file"),
    ] {
        let (status, answer) = ask(&world, event).await;
        assert_eq!(status, expected, "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains(part), "{part}: {answer}");
    }
    assert_eq!(ask(&world, source("people")).await.0, 200);
}

#[tokio::test]
async fn nothing_of_a_sample_is_kept() {
    let world = World::new(STAFF).await;
    world.sync(ANN).await;
    let before = world.everything().await;
    let mut keyed = check(TRIED, PEOPLE);
    keyed["headers"]["idempotency-key"] = json!("k");
    for _ in 0..2 {
        assert_eq!(ask(&world, keyed.clone()).await.0, 200);
    }
    // The key is free for a request that does something.
    assert_eq!(world.everything().await, before);
    let mut reset = send("POST", "/reset", &json!({ "dry_run": true }));
    reset["headers"]["idempotency-key"] = json!("k");
    assert_eq!(ask(&world, reset).await.0, 202);
}

#[tokio::test]
async fn accounts_that_go_out_of_sight_are_named() {
    let world = World::new(STAFF).await;
    let okta = "[[source]]\nname = \"staff\"\nkind = \"okta\"\nurl = \"https://example.okta.com\"\ngroups = [\"g\"]\n\
                token = \"env:OKTA_TOKEN\"\n[source.mapping]\nusername = \"login\"\n";
    let key = "match_field = \"key\"";
    assert!(STAFF.contains(key));
    for (text, lost) in [
        (STAFF.to_owned(), json!([])),
        // The same key, in other letters.
        (STAFF.replace(key, "match_field = '{key}'"), json!([])),
        (
            STAFF.replace(key, "match_field = \"mail\""),
            json!([{ "source": "staff", "why": "other_match_field" }]),
        ),
        (okta.to_owned(), json!([{ "source": "staff", "why": "other_match_field" }])),
        (
            STAFF.replace("name = \"staff\"", "name = \"people\""),
            json!([{ "source": "staff", "why": "no_source" }]),
        ),
        (STAFF.replace(key, "match_feild = \"mail\""), json!([])),
    ] {
        let (status, checked) =
            ask(&world, send("POST", "/configuration/check", &json!({ "text": text }))).await;
        assert_eq!((status, &checked["out_of_sight"]), (200, &lost), "{text}: {checked}");
    }
}
