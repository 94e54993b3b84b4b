//! What goes wrong between the console and the provider, and what people are told to do about it.

use super::company::Company;
use super::{ada, sign_in};
use crate::fakes::issuer::{Oddities, claims};
use rollcall_console_host::Settings;
use serde_json::json;

#[tokio::test]
async fn without_a_client_the_console_says_how_to_set_it_up() {
    let company = Company::new().await;
    let mut browser = company.browser_with(&[("ROLLCALL_CONSOLE_CLIENT_ID", "")]);
    for path in ["/console", "/console/licence", "/console/sign-in", "/console/signed-in"] {
        browser.open(path).await.assert_says(503, &["not set up", "ConsoleClientId", "rollcall --remote"]);
    }
    browser.open("/console/style.css").await.assert_says(200, &["prefers-color-scheme"]);
    browser.open("/console/script.js").await.assert_says(200, &["use strict"]);
}

#[tokio::test]
async fn the_client_sends_its_secret_as_the_provider_wants_it() {
    let company = Company::new().await;
    for (oddities, secret) in [
        (Oddities::default(), None),
        (Oddities { wants_body: true, ..Oddities::default() }, None),
        (Oddities { is_public: true, ..Oddities::default() }, Some("")),
    ] {
        company.issuer.be_odd(oddities);
        let other = secret.map(|secret| ("ROLLCALL_CONSOLE_CLIENT_SECRET", secret));
        let mut browser = company.browser_with(other.as_slice());
        assert_eq!(sign_in(&company, &mut browser, "/console", &ada()).await.sent_to(), "/console");
    }
    company.issuer.be_odd(Oddities::default());
    std::fs::write(company.world.folder().join("client-secret"), "another").unwrap();
    let mut browser = company.browser();
    let page = sign_in(&company, &mut browser, "/console", &ada()).await;
    page.assert_says(502, &["cannot sign you in", "ConsoleClientSecret"]);
    assert!(browser.cookies.is_empty() && !page.body.contains("another"));
    std::fs::remove_file(company.world.folder().join("client-secret")).unwrap();
    let page = sign_in(&company, &mut browser, "/console", &ada()).await;
    page.assert_says(500, &["the secret of ConsoleClientSecret cannot be read"]);
}

#[tokio::test]
async fn a_provider_that_says_no_is_quoted() {
    let company = Company::new().await;
    for (error, words) in [
        ("error=access_denied", "did not let you in"),
        (
            "error=login_required&error_description=Nobody+is+%3Chere%3E",
            "login_required: Nobody is &#60;here&#62;",
        ),
        ("error=odd", "does not say why"),
    ] {
        let mut browser = company.browser();
        let begin = browser.open("/console/sign-in").await;
        let state = begin.sent_to().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let page = browser.open(&format!("/console/signed-in?{error}&state={state}")).await;
        page.assert_says(403, &[words, "Try again"]);
        assert!(browser.cookies.is_empty());
    }
}

#[tokio::test]
async fn a_provider_that_answers_oddly_signs_nobody_in() {
    let company = Company::new().await;
    for oddities in [
        Oddities { has_no_id_token: true, ..Oddities::default() },
        Oddities { is_opaque: true, ..Oddities::default() },
        Oddities { claims: json!({ "nonce": "another" }), ..Oddities::default() },
        Oddities { claims: json!({ "nonce": null }), ..Oddities::default() },
        Oddities { claims: json!({ "exp": 1_000_000_000 }), ..Oddities::default() },
        Oddities { claims: json!({ "exp": "soon" }), ..Oddities::default() },
    ] {
        company.issuer.be_odd(oddities.clone());
        let mut browser = company.browser();
        let page = sign_in(&company, &mut browser, "/console", &ada()).await;
        page.assert_says(502, &["The provider cannot sign you in"]);
        assert!(browser.cookies.is_empty(), "{oddities:?}");
    }
    let many: Vec<String> = (0..400).map(|number| format!("group {number} of a large company")).collect();
    company.issuer.be_odd(Oddities { claims: json!({ "groups": many }), ..Oddities::default() });
    let mut browser = company.browser();
    let page = sign_in(&company, &mut browser, "/console", &ada()).await;
    page.assert_says(502, &["Your token is too large", "fewer groups"]);
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again() {
    let company = Company::new().await;
    company
        .issuer
        .be_odd(Oddities { name: Some(String::from("https://another.example")), ..Oddities::default() });
    let mut browser = company.browser();
    let page = browser.open("/console/sign-in").await;
    page.assert_says(502, &["asking the provider where to sign in", "JwtIssuer"]);
    assert!(browser.cookies.is_empty());
    company.issuer.be_odd(Oddities::default());
    assert_eq!(sign_in(&company, &mut browser, "/console", &ada()).await.sent_to(), "/console");
    let mut browser = company.browser_with(&[("ROLLCALL_ISSUER", "http://127.0.0.1:9/away")]);
    browser.open("/console/sign-in").await.assert_says(502, &["Try again"]);
}

#[tokio::test]
async fn an_api_that_is_away_is_said_to_be() {
    let company = Company::new().await;
    let mut browser = company.browser_with(&[("ROLLCALL_PUBLIC_URL", "http://127.0.0.1:9")]);
    let token = company.issuer.token(&ada());
    assert_eq!(claims(&token)["sub"], "ada@example.org");
    browser.cookies.insert(String::from("__Host-rollcall-0"), token);
    browser.open("/console").await.assert_says(502, &["The API does not answer"]);
}

#[test]
fn settings_that_cannot_be_meant_are_refused_by_name() {
    let good = [
        ("ROLLCALL_ISSUER", "https://login.example.com/tenant/v2.0"),
        ("ROLLCALL_CONSOLE_SCOPES", "openid groups"),
        ("ROLLCALL_CONSOLE_CLIENT_SECRET", "secretsmanager:rollcall/console"),
        ("ROLLCALL_PUBLIC_URL", "https://rollcall.example.com"),
    ];
    let read = |name: &str, value: &str| {
        let find = |asked: &str| {
            good.iter().find(|(found, _)| *found == asked).map(|(_, value)| (*value).to_owned())
        };
        Settings::read(|asked| if asked == name { Some(value.to_owned()) } else { find(asked) })
    };
    assert!(read("", "").is_ok());
    for (name, value) in [
        ("ROLLCALL_ISSUER", ""),
        ("ROLLCALL_ISSUER", "login.example.com"),
        ("ROLLCALL_PUBLIC_URL", "mailto:ada@example.org"),
        ("ROLLCALL_CONSOLE_SCOPES", "profile"),
        ("ROLLCALL_CONSOLE_CLIENT_SECRET", "hunter2"),
    ] {
        let error = read(name, value).unwrap_err().to_string();
        assert!(error.starts_with(name) && !error.contains("hunter2"), "{error}");
    }
}
