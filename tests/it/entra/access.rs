//! Who may ask: secret, certificate, another provider's token; tokens that end early; permissions that are missing.

use super::{completed, failure, person, states, user, world};
use crate::fakes::entra::{CLIENT_ID, Entra, TENANT};
use crate::fakes::{FakeDirectory as _, Fault};

#[tokio::test]
async fn secret_certificate_and_federated_token_all_sign_in() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    for (setting, secret) in
        [("client_secret", "secret"), ("client_certificate", "certificate"), ("federated_token", "token")]
    {
        let credential = format!("{setting} = {:?}", entra.secret(secret));
        let world = world(&entra.source_with(&credential, "[\"staff\"]")).await;
        completed(&world).await;
        assert_eq!(states(&world).await.len(), 1, "{setting}");
    }
    assert_eq!(entra.tenant.contents().assertions.len(), 1, "the certificate's statement was looked at");
}

#[tokio::test]
async fn a_statement_is_made_anew_where_the_login_fails_for_a_moment() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    let credential = format!("client_certificate = {:?}", entra.secret("certificate"));
    let world = world(&entra.source_with(&credential, "[\"staff\"]")).await;
    // Each was taken, and none is taken twice.
    entra.tenant.login_faults.plan(0, 2, Fault::Status(503, vec![], "{}"));
    completed(&world).await;
    assert_eq!(entra.tenant.contents().assertions.len(), 3);
}

#[tokio::test]
async fn a_refused_credential_is_said_with_its_code_and_its_cure() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    let wrong_secret = format!("client_secret = {:?}", entra.secret("token"));
    let wrong_token = format!("federated_token = {:?}", entra.secret("secret"));
    let source = |credential: &str| entra.source_with(credential, "[\"staff\"]");
    let right = source(&entra.by_secret());
    for (source, code, cure) in [
        (source(&wrong_secret), "AADSTS7000215", "store the secret's value (not its id)"),
        (source(&wrong_token), "AADSTS50027", "check `tenant`, `client_id`"),
        (right.replace(CLIENT_ID, "another"), "AADSTS700016", "check `client_id` and `tenant`"),
        (right.replace(TENANT, "fabrikam.com"), "AADSTS90002", "there is no such tenant"),
        // The scope is of the configured Graph: that of another cloud is refused.
        (
            right.replace(&entra.graph_url, "https://graph.microsoft.us"),
            "AADSTS70011",
            "check that `cloud` (or `login_url` and `graph_url`) is the tenant's",
        ),
    ] {
        let error = failure(&world(&source).await).await;
        assert!(error.contains(code) && error.contains(cure), "{error}");
        assert!(error.contains("127.0.0.1 does not accept the credentials: HTTP 40"), "{error}");
        assert!(error.contains("request 00000000-0000-4000-8000-0000000000aa"), "{error}");
    }
}

#[tokio::test]
async fn a_bad_certificate_is_refused_before_any_request() {
    let entra = Entra::start().await;
    let credential = format!("client_certificate = {:?}", entra.secret("secret"));
    let error = failure(&world(&entra.source_with(&credential, "[\"staff\"]")).await).await;
    assert!(error.contains("holds no certificate in PEM form"), "{error}");
    assert_eq!(entra.tenant.contents().tokens.len(), 0);
}

#[tokio::test]
async fn a_token_that_ends_early_is_asked_for_anew_once() {
    let entra = Entra::start().await;
    entra.fill(&["ann", "ben", "cem", "dot", "eve"].map(person));
    let world = world(&entra.source()).await;
    entra.faults().plan(1, 1, Fault::AccessExpired);
    completed(&world).await;
    assert_eq!(entra.tenant.contents().tokens.len(), 2);
    entra.faults().plan(1, usize::MAX, Fault::AccessExpired);
    let error = failure(&world).await;
    assert!(error.contains("does not accept the credentials: HTTP 401"), "{error}");
    assert!(error.contains("InvalidAuthenticationToken"), "{error}");
    assert_eq!(entra.faults().clear(), 3, "the first page, the second one, and that once more");
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end() {
    let entra = Entra::start().await;
    entra.fill(&["ann", "ben", "cem", "dot", "eve"].map(person));
    let world = world(&entra.source()).await;
    completed(&world).await;
    assert_eq!(entra.tenant.contents().tokens.len(), 1, "one is enough for an hour");
    entra.tenant.contents().expires_in = 0;
    completed(&world).await;
    // The two pages of groups of that name, three of users, and two counts of other members.
    assert_eq!(entra.tenant.contents().tokens.len(), 1 + 7, "each is over as soon as it is there");
}

#[tokio::test]
async fn hidden_properties_are_an_error_and_disable_nobody() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann"), user("ben")]);
    let world = world(&entra.source()).await;
    completed(&world).await;
    entra.tenant.contents().hides_properties = true;
    let error = failure(&world).await;
    assert!(error.contains("does not allow reading the properties of users: accountEnabled"), "{error}");
    assert!(error.contains("User.Read.All"), "{error}");
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    entra.tenant.contents().forbids = true;
    let error = failure(&world(&entra.source()).await).await;
    assert!(error.contains("does not allow reading groups and their members: HTTP 403"), "{error}");
    assert!(error.contains("Authorization_RequestDenied"), "{error}");
    assert!(error.contains("GroupMember.Read.All and User.Read.All"), "{error}");
}
