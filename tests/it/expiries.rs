//! Credentials that expire: told 30 and 7 days before, once each, and shown with each run (rule 66).

use crate::fakes::entra::Entra;
use crate::fakes::okta::Okta;
use crate::fakes::{FakeDirectory as _, Fault, Person};
use crate::world::World;
use rollcall_config::Config;
use rollcall_sync::connect::survey;
use rollcall_sync::shell::{Limits, Patience};
use rollcall_sync::store::{RunRecord, RunStatus, show_time};
use serde_json::Value;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

fn ann() -> [Person; 1] {
    [Person { username: String::from("ann"), key: String::from("ann"), ..Person::default() }]
}

/// The section of a source, which says when its credential expires.
fn expiring(source: &str, day: &str) -> String {
    source.replacen("[[source]]", &format!("[[source]]\ncredential_expires = {day}"), 1)
}

/// The notices about credentials since the last look, with their texts.
fn told(world: &World) -> Vec<(String, String)> {
    let notices = world.shell.bus.take();
    let notices = notices.iter().map(|notice| serde_json::from_str::<Value>(notice).unwrap());
    let notices = notices.filter(|notice| notice["notice"].as_str().unwrap().starts_with("credential"));
    notices
        .map(|notice| {
            let word = |name: &str| notice[name].as_str().unwrap().to_owned();
            (format!("{} {}", word("notice"), word("state")), word("text"))
        })
        .collect()
}

async fn run(world: &World) -> RunRecord {
    world.reset(false, None).await.unwrap()
}

#[tokio::test]
async fn what_expires_is_told_of_a_month_and_a_week_before() {
    let okta = Okta::start().await;
    okta.fill(&ann());
    // The clock begins on 1 January 2026.
    let mut world = World::new(&expiring(&okta.source(), "2026-02-15")).await;
    for (days, expected) in [
        (0, ""),
        (14, ""),
        (2, "credential_expires raised"),
        (1, ""),
        (21, "credential_expires_soon raised"),
        (1, ""),
        (10, ""),
    ] {
        world.wait(days * DAY_MILLIS);
        assert_eq!(run(&world).await.status, RunStatus::Completed);
        let told = told(&world);
        let words: Vec<&str> = told.iter().map(|(words, _)| words.as_str()).collect();
        assert_eq!(words.join(", "), expected, "after {days} days more");
        for (_, text) in told {
            assert!(text.contains("staff") && text.contains("2026-02-15"), "{text}");
        }
    }
    world.configure(&expiring(&okta.source(), "\"2027-02-15\"")).await;
    run(&world).await;
    let words: Vec<String> = told(&world).into_iter().map(|(words, _)| words).collect();
    assert_eq!(words, ["credential_expires cleared", "credential_expires_soon cleared"]);
}

#[tokio::test]
async fn who_is_told_in_the_last_week_is_told_once() {
    let okta = Okta::start().await;
    okta.fill(&ann());
    let world = World::new(&expiring(&okta.source(), "2026-01-05")).await;
    run(&world).await;
    let words: Vec<String> = told(&world).into_iter().map(|(words, _)| words).collect();
    assert_eq!(words, ["credential_expires_soon raised"]);
    run(&world).await;
    assert_eq!(told(&world), []);
}

#[tokio::test]
async fn a_source_that_cannot_be_read_is_told_of_all_the_same() {
    let okta = Okta::start().await;
    okta.fill(&ann());
    let source = expiring(&okta.source(), "2026-01-05");
    okta.faults().plan(0, usize::MAX, Fault::Cut(0));
    let mut world = World::new(&source).await;
    let patience = Patience { tries: 1, ..Patience::default() };
    world.shell = world.shell.clone().with_limits(Limits { patience, ..Limits::default() });
    assert_eq!(run(&world).await.status, RunStatus::Failed);
    let words: Vec<String> = told(&world).into_iter().map(|(words, _)| words).collect();
    assert_eq!(words, ["credential_expires_soon raised"]);
}

#[tokio::test]
async fn the_applications_certificate_says_its_own_day() {
    let entra = Entra::start().await;
    entra.fill(&ann());
    let certificate = format!("client_certificate = {:?}", entra.secret("certificate"));
    let source = entra.source().replace(&entra.by_secret(), &certificate);
    assert!(source.contains(&certificate), "{source}");
    let world = World::new(&source).await;
    let run = run(&world).await;
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    let [expiry] = run.expiries.as_slice() else { panic!("{run:?}") };
    assert_eq!(
        (expiry.what.as_str(), show_time(expiry.at).as_str()),
        ("the certificate of the application", "2126-10-30T22:40:24.000Z")
    );
    let seen = survey(&world.shell, world.source()).await.unwrap().unwrap();
    assert_eq!(seen.expiries, run.expiries);
}

#[test]
fn a_file_has_no_credential_and_a_day_must_be_one() {
    let csv = "[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/a.csv\"\nmatch_field = \"key\"\n\
               credential_expires = 2027-01-01\n[source.mapping]\nusername = \"key\"\n";
    let mistakes = Config::parse(csv).unwrap_err();
    assert!(
        mistakes[0].what.contains("`credential_expires` is unknown") && mistakes[0].line == Some(6),
        "{mistakes:?}"
    );
    let okta = "[[source]]\nname = \"staff\"\nkind = \"okta\"\nurl = \"https://a.okta.com\"\ntoken = \"env:T\"\n\
                groups = [\"Everyone\"]\ncredential_expires = ";
    for day in ["\"soon\"", "12", "2027-13-01", "\"2027-02-30\"", "2027-01-01T00:00:00Z", "true"] {
        assert!(Config::parse(&format!("{okta}{day}\n")).is_err(), "{day}");
    }
    for day in ["2027-03-01", "\"2027-03-01\""] {
        assert!(Config::parse(&format!("{okta}{day}\n")).is_ok(), "{day}");
    }
}
