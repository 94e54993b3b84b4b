//! A look at the tenant without reading everybody.

use super::{PATIENCE, user};
use crate::fakes::entra::{Entra, Group, User};
use rollcall_config::{Config, SecretRef};
use rollcall_sources::Error;
use rollcall_sources::directory::{self, Access, Secrets, Survey};
use std::time::{Duration, Instant};

async fn survey(source: &str) -> Result<Survey, Error> {
    let config = Config::parse(source).unwrap();
    let settings = &config.sources[0].settings;
    let mut secrets = Secrets::default();
    for name in directory::secrets_of(settings) {
        let SecretRef::File(path) = name else { panic!("{name}") };
        secrets.insert(name.clone(), std::fs::read_to_string(path).unwrap());
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    let access = Access { secrets, ca: None, deadline, patience: PATIENCE };
    rollcall_sources::open_directory(settings, access)?.unwrap().survey().await
}

#[tokio::test]
async fn groups_are_counted_and_what_may_be_missing_is_said() {
    let entra = Entra::start().await;
    let cloud_only = |name: &str| User { dn: None, ..user(name) };
    entra.put(vec![cloud_only("ann"), cloud_only("ben"), user("cem")]);
    let empty = Group { id: String::from("e3"), name: String::from("empty"), ..Group::default() };
    entra.tenant.contents().groups.push(empty);
    let found = survey(&entra.source_with(&entra.by_secret(), "[\"staff\", \"empty\"]")).await.unwrap();
    assert_eq!(found.server, "Microsoft Graph at 127.0.0.1");
    assert_eq!(found.groups, [(String::from("staff"), 3), (String::from("empty"), 0)]);
    assert_eq!(entra.tenant.contents().asked.len(), 2, "one page of each group");
    let warnings = found.warnings.join("\n");
    assert_eq!(found.warnings.len(), 2, "{warnings}");
    assert!(warnings.contains("has the mapped property \"jobTitle\""), "{warnings}");
    assert!(warnings.contains("the group \"empty\" has no users, or hides them"), "{warnings}");
    // Nobody is seen of a group that hides its members: it may have any number.
    entra.tenant.contents().groups[1].hides_members = true;
    let error = survey(&entra.source_with(&entra.by_secret(), "[\"staff\", \"empty\"]")).await.unwrap_err();
    assert!(error.to_string().contains("Member.Read.Hidden"), "{error}");
}

#[tokio::test]
async fn nothing_is_warned_of_where_nothing_is_missing() {
    let entra = Entra::start().await;
    entra.put(vec![User { title: String::from("clerk"), ..user("ann") }]);
    let found = survey(&entra.source_with(&entra.by_secret(), "[\"staff\"]")).await.unwrap();
    assert_eq!(found.warnings, Vec::<String>::new());
}

#[tokio::test]
async fn what_would_fail_a_run_fails_the_look() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    entra.tenant.contents().hides_properties = true;
    let source = entra.source_with(&entra.by_secret(), "[\"staff\"]");
    let error = survey(&source).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    // A part of what has parts can be mapped, all of it at once cannot.
    entra.tenant.contents().hides_properties = false;
    let error = survey(&source.replace("/extensionAttribute1", "")).await.unwrap_err();
    assert!(error.to_string().contains("has parts; map one of them as"), "{error}");
}
