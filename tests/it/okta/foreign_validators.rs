//! The fake, judged by others: Okta's own description of its API, and Okta's own library. Run by `tests/outside/descriptions/okta`, which has
//! both; nothing here needs them to be there otherwise.

use super::{assert_completed, assert_failed, five, quoted, run, states, world_of};
use crate::fakes::okta::{EVERYBODY, Group, Okta};
use serde_json::json;
use std::process::Command;

/// What `tests/outside/descriptions/okta` says in the environment.
fn said(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run tests/outside/descriptions/okta"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Prism proxy in front of the fake; tests/outside/descriptions/okta starts one"]
async fn oktas_description_agrees_with_what_is_asked_and_answered() {
    let proxy = said("OKTA_PROXY");
    let okta = Okta::start_at(&said("OKTA_FAKE"), Some(&proxy)).await;
    okta.set_groups(vec![Group::new(EVERYBODY, five())]);
    for credential in [okta.by_token(), okta.by_key("rsa.pem")] {
        let source = okta.source_of(&credential, &quoted(EVERYBODY));
        assert!(source.contains(&proxy));
        let mut world = world_of(&source).await;
        super::set_limits(&mut world, |limits| limits.patience.request = std::time::Duration::from_secs(20));
        okta.take_asked();
        assert_completed(&run(&world).await);
        assert_eq!((states(&world).await.len(), okta.take_asked().len()), (5, 3));
    }
    // The judge is awake: what Okta would never say does not get through.
    let mut users = five();
    users[4].status = json!("BANNED");
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    let world = world_of(&okta.source_of(&okta.by_token(), &quoted(EVERYBODY))).await;
    assert_failed(&run(&world).await, "HTTP 500");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Okta's library for Node; tests/outside/descriptions/okta installs it"]
async fn oktas_library_walks_all_pages() {
    let folder = said("OKTA_SDK");
    let okta = Okta::start().await;
    let group = Group::new(EVERYBODY, five());
    let id = group.id.clone();
    okta.set_groups(vec![group]);
    let script = r#"
        const okta = require('@okta/okta-sdk-nodejs');
        const [orgUrl, token, groupId] = process.argv.slice(1);
        const client = new okta.Client({ orgUrl, token, testing: { disableHttpsCheck: true } });
        (async () => {
            const people = await client.groupApi.listGroupUsers({ groupId, limit: 2 });
            await people.each(user => console.log(user.id, user.status, user.profile.login));
        })();
    "#;
    let arguments = [okta.inner.address(), crate::fakes::okta::TOKEN.to_owned(), id];
    let walk = move || {
        Command::new("node").args(["-e", script]).args(arguments).current_dir(folder).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(walk).await.unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let expected: Vec<String> = five()
        .iter()
        .map(|user| format!("{} ACTIVE {}", user.id, user.profile["login"].as_str().unwrap()))
        .collect();
    assert_eq!(said.lines().collect::<Vec<_>>(), expected, "{errors}");
    assert_eq!(okta.take_asked().len(), 3);
}
