//! What a look at Okta shows before it is read.

use super::{five, quoted};
use crate::fakes::okta::{EVERYBODY, Group, Okta};
use crate::fakes::{FakeDirectory as _, Fault};
use rollcall_config::Config;
use rollcall_sources::directory::{self, Access, Patience, Secrets, Survey};
use serde_json::json;
use std::time::{Duration, Instant};

async fn survey(source: &str) -> Result<Survey, rollcall_sources::Error> {
    let config = Config::parse(&super::config(source)).unwrap();
    let settings = &config.sources[0].settings;
    let mut secrets = Secrets::default();
    for name in directory::secrets_of(settings) {
        let path = name.to_string().strip_prefix("file:").unwrap().to_owned();
        secrets.insert(name.clone(), std::fs::read_to_string(path).unwrap());
    }
    let patience =
        Patience { tries: 2, first_wait: Duration::from_millis(1), request: Duration::from_secs(5) };
    let access = Access { secrets, ca: None, deadline: Instant::now() + Duration::from_secs(60), patience };
    rollcall_sources::open_directory(settings, access)?.unwrap().survey().await
}

#[tokio::test]
async fn every_group_is_counted_and_nothing_is_amiss() {
    let okta = Okta::start().await;
    let mut users = five();
    for user in &mut users {
        user.profile["title"] = json!("clerk");
    }
    okta.set_groups(vec![Group::new(EVERYBODY, users.clone()), Group::new("leads", users[..1].to_vec())]);
    let source = okta.source_of(&okta.by_key("ec.pem"), &format!("{}, \"leads\"", quoted(EVERYBODY)));
    let survey = survey(&source).await.unwrap();
    assert_eq!(survey.server, "Okta at 127.0.0.1");
    assert_eq!(survey.groups, [(EVERYBODY.to_owned(), 5), (String::from("leads"), 1)]);
    assert_eq!(survey.warnings, Vec::<String>::new());
}

#[tokio::test]
async fn what_may_be_missing_is_said() {
    let okta = Okta::start().await;
    let mut users = five();
    users[0].status = json!("ACTIVATING");
    okta.set_groups(vec![Group::new(EVERYBODY, users), Group::new("nobody", Vec::new())]);
    let source = okta.source_of(&okta.by_token(), &format!("{}, \"nobody\"", quoted(EVERYBODY)));
    let warnings = survey(&source).await.unwrap().warnings;
    for words in
        ["\"ACTIVATING\"", "mapped attribute \"title\"", "no members of the group \"nobody\" are visible"]
    {
        assert!(warnings.iter().any(|warning| warning.contains(words)), "{warnings:?}");
    }
    // Its role shows nobody, though the group has people.
    okta.faults().plan(0, 1, Fault::Status(200, Vec::new(), "[]"));
    let error = survey(&source).await.unwrap_err().to_string();
    assert!(error.contains("Okta counts 5 people in it and has shown 0"), "{error}");
}

#[tokio::test]
async fn what_would_fail_a_run_fails_the_look() {
    let okta = Okta::start().await;
    okta.set_groups(vec![Group::new(EVERYBODY, five())]);
    let source = okta.source_of(&okta.by_token(), &format!("{}, \"nobody\"", quoted(EVERYBODY)));
    let error = survey(&source).await.unwrap_err().to_string();
    assert!(error.contains("\"nobody\" does not exist in Okta"), "{error}");
    okta.faults().plan(0, 1, Fault::ForeignLink);
    assert!(survey(&source).await.unwrap_err().to_string().contains("must not see the token"));
    assert_eq!(okta.foreign_calls(), 0);
    okta.take_role();
    assert!(survey(&source).await.unwrap_err().to_string().contains("does not allow looking for groups"));
}
