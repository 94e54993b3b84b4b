//! Who asks: API tokens, service applications, and what is said where they are not let in.

use super::{
    assert_completed, assert_failed, assert_no_secret, five, quoted, run, seen, states, with_five, world_of,
};
use crate::echoes::Log;
use crate::fakes::okta::{EVERYBODY, Group, Okta};
use crate::fakes::{FakeDirectory as _, Fault};

async fn okta_with_five() -> Okta {
    let okta = Okta::start().await;
    okta.set_groups(vec![Group::new(EVERYBODY, five())]);
    okta
}

#[tokio::test]
async fn each_way_to_show_who_asks_is_let_in() {
    let okta = okta_with_five().await;
    for credential in [okta.by_token(), okta.by_key("rsa.pem"), okta.by_key("ec.pem")] {
        let world = world_of(&okta.source_of(&credential, &quoted(EVERYBODY))).await;
        assert_completed(&run(&world).await);
        assert_eq!(states(&world).await.len(), 5);
    }
    assert_eq!(okta.inner.access.given(), 2, "one token for each run with a key");
}

#[tokio::test]
async fn a_wrong_token_fails_the_run_and_the_cure_is_said() {
    let okta = okta_with_five().await;
    let wrong = format!("token = \"{}\"", okta.secret("wrong-token"));
    let world = world_of(&okta.source_of(&wrong, &quoted(EVERYBODY))).await;
    let failed = run(&world).await;
    assert_failed(
        &failed,
        "does not accept the credentials: HTTP 401, request reqVZMEzHlVTJWKPy3oJgGXRg: E0000011",
    );
    assert_failed(&failed, "create a new API token");
}

#[tokio::test]
async fn a_key_that_is_not_registered_fails_the_run() {
    let okta = okta_with_five().await;
    let world = world_of(&okta.source_of(&okta.by_key("other.pem"), &quoted(EVERYBODY))).await;
    assert_failed(&run(&world).await, "compare `client_id`, `private_key` and `key_id`");
    assert_eq!(okta.inner.access.given(), 0);
}

#[tokio::test]
async fn a_secret_that_is_no_key_fails_the_run() {
    let okta = okta_with_five().await;
    let credential = okta.by_key("rsa.pem").replace("rsa.pem", "wrong-token");
    let world = world_of(&okta.source_of(&credential, &quoted(EVERYBODY))).await;
    assert_failed(&run(&world).await, "cannot be used as `private_key`; expected an RSA or EC");
}

#[tokio::test]
async fn a_token_that_is_refused_says_what_to_grant() {
    let (okta, world) = with_five().await;
    for (status, error, description, cure) in [
        (
            400,
            "invalid_scope",
            "One or more scopes are not configured.",
            "the scopes okta.users.read and okta.groups",
        ),
        (
            400,
            "invalid_dpop_proof",
            "The DPoP proof JWT header is missing.",
            "switch off \"Require Demonstrating",
        ),
        (400, "use_dpop_nonce", "Authorization server requires nonce.", "switch off \"Require Demonstrating"),
        (403, "access_denied", "Policy evaluation failed.", "network zone"),
        (401, "invalid_client", "The JWT has expired.", "this machine's clock"),
    ] {
        okta.inner.access.terms.lock().unwrap().refusal = Some((status, error, description));
        let failed = run(&world).await;
        assert_failed(&failed, cure);
        assert_failed(&failed, &format!("{error} {description}"));
    }
    okta.inner.access.terms.lock().unwrap().refusal = None;
    okta.inner.access.terms.lock().unwrap().kind = "DPoP";
    assert_failed(&run(&world).await, "switch off \"Require Demonstrating");
    okta.inner.access.terms.lock().unwrap().kind = "mac";
    assert_failed(&run(&world).await, "expected an access token of type Bearer");
    assert!(states(&world).await.values().all(|state| *state == "active"));
}

#[tokio::test]
async fn an_assertion_is_shown_once_even_where_its_answer_was_lost() {
    let (okta, world) = with_five().await;
    let given = okta.inner.access.given();
    for fault in [Fault::Cut(10), Fault::Html, Fault::Status(503, Vec::new(), "")] {
        okta.inner.access.faults.plan(0, 2, fault);
        assert_completed(&run(&world).await);
        assert_eq!(okta.inner.access.faults.clear(), 3);
    }
    assert_eq!(okta.inner.access.given() - given, 9, "each try had an assertion that counted");
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_runs_out() {
    let (okta, world) = with_five().await;
    // The group, its count, and three pages.
    for (expires_in, expected) in [(3600, 1), (0, 5)] {
        okta.inner.access.terms.lock().unwrap().expires_in = expires_in;
        let given = okta.inner.access.given();
        assert_completed(&run(&world).await);
        assert_eq!(okta.inner.access.given() - given, expected, "{expires_in}");
    }
}

#[tokio::test]
async fn a_token_that_runs_out_half_way_is_asked_for_anew_once() {
    let (okta, world) = with_five().await;
    let before = seen(&world.shell).await;
    for page in 0..3 {
        okta.faults().plan(page, 1, Fault::AccessExpired);
        assert_completed(&run(&world).await);
        assert_eq!(okta.faults().clear(), 4);
        okta.faults().plan(page, 2, Fault::AccessExpired);
        assert_failed(&run(&world).await, "check that the service application is active");
        assert_eq!(okta.faults().clear(), page + 2);
    }
    assert_eq!(seen(&world.shell).await, before);
}

#[tokio::test]
async fn an_api_token_that_is_revoked_half_way_fails_the_run() {
    let okta = okta_with_five().await;
    let world = world_of(&okta.source_of(&okta.by_token(), &quoted(EVERYBODY))).await;
    assert_completed(&run(&world).await);
    let before = seen(&world.shell).await;
    okta.faults().plan(1, 1, Fault::AccessExpired);
    assert_failed(&run(&world).await, "create a new API token");
    assert_eq!(okta.faults().clear(), 2);
    assert_eq!(seen(&world.shell).await, before);
}

#[tokio::test]
async fn a_lacking_role_or_scope_is_named() {
    let okta = okta_with_five().await;
    let missing = r#"Bearer authorization_uri="http://x/oauth2/v1/authorize", error="insufficient_scope""#;
    let body = r#"{"errorCode":"E0000006","errorSummary":"The access token provided does not contain the required scopes."}"#;
    let scope = Fault::Status(403, vec![("www-authenticate", missing.to_owned())], body);
    let by_token = okta.source_of(&okta.by_token(), &quoted(EVERYBODY));
    let by_key = okta.source_of(&okta.by_key("ec.pem"), &quoted(EVERYBODY));
    let world = world_of(&by_key).await;
    okta.faults().plan(1, 1, scope);
    let failed = run(&world).await;
    assert_failed(&failed, "does not allow reading the people of a group: HTTP 403");
    assert_failed(&failed, "grant the service application the scopes okta.users.read and okta.groups.read");
    okta.faults().clear();
    okta.take_role();
    assert_failed(&run(&world).await, "scopes alone are not enough");
    let world = world_of(&by_token).await;
    assert_failed(&run(&world).await, "give the account that made the API token a role");
}

#[tokio::test]
async fn the_most_talkative_log_has_no_secret() {
    let okta = okta_with_five().await;
    let log = Log::default();
    // For this thread, on which all of this test runs.
    let guard = log.listen();
    for credential in [okta.by_token(), okta.by_key("rsa.pem"), okta.by_key("other.pem")] {
        let world = world_of(&okta.source_of(&credential, &quoted(EVERYBODY))).await;
        okta.faults().plan(1, 1, Fault::Status(500, Vec::new(), ""));
        run(&world).await;
        okta.faults().plan(1, 1, Fault::PlaceExpired);
        run(&world).await;
    }
    drop(guard);
    let text = log.text();
    assert!(text.contains("asking again") && text.contains("begins again"), "{text}");
    assert_no_secret(&text);
}
