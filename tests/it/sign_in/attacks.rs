//! What somebody might try with the console's sign-in, its session and its forms.

use super::company::Company;
use super::{ada, ada_at, sign_in};
use crate::echoes::Log;
use crate::fakes::issuer::{CLIENT, Oddities, SECRET};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

#[tokio::test]
async fn a_sign_in_ends_once_and_in_the_browser_that_began_it() {
    let company = Company::new().await;
    let (mut ours, mut theirs) = (company.browser(), company.browser());
    let begin = ours.open("/console/sign-in").await;
    let back = company.issuer.sign_in(begin.sent_to(), &ada());
    // Another browser, with no sign-in under way, or with one of its own.
    theirs.open(&back).await.assert_says(400, &["begun no such sign-in", "Nobody was signed in"]);
    theirs.open("/console/sign-in").await.sent_to();
    theirs.open(&back).await.assert_says(400, &["begun no such sign-in"]);
    // Another's code behind our own state: PKCE gives it away.
    let own = theirs.open("/console/sign-in").await;
    let own = company.issuer.sign_in(own.sent_to(), &json!({ "sub": "eve" }));
    let parameter = |address: &str, name: &str| {
        let url = url::Url::parse(address).unwrap();
        url.query_pairs().find(|(found, _)| found == name).unwrap().1.into_owned()
    };
    let mixed =
        format!("/console/signed-in?code={}&state={}", parameter(&back, "code"), parameter(&own, "state"));
    theirs.open(&mixed).await.assert_says(502, &["cannot sign you in"]);
    assert!(theirs.cookies.is_empty());
    for odd in [
        "/console/signed-in",
        "/console/signed-in?code=x",
        "/console/signed-in?code=x&state=",
        "/console/signed-in?state=%00&code=x",
    ] {
        ours.open(odd).await.assert_says(400, &["cannot be finished"]);
    }
    // The first browser's own code is spent by now.
    ours.open(&back).await.assert_says(502, &["cannot sign you in"]);
    ours.open(&back).await.assert_says(400, &["begun no such sign-in"]);
    assert!(ours.cookies.is_empty());
}

#[tokio::test]
async fn a_sign_in_leads_to_pages_of_the_console_and_nowhere_else() {
    let company = Company::new().await;
    for (to, leads_to) in [
        ("%2Fconsole%2Fruns", "/console/runs"),
        ("%2Fconsole%3Fnotice%3Dleft", "/console?notice=left"),
        ("https%3A%2F%2Fevil.example", "/console"),
        ("%2F%2Fevil.example", "/console"),
        ("%2Fconsole.evil.example", "/console"),
        ("%2Fconsole%5C..%5Cevil", "/console"),
        ("%2Fconsole%0D%0Aset-cookie%3A%20a%3Db", "/console"),
        ("%2Fconsole%2Fsign-out", "/console"),
        ("%2Fconsole%2Fsigned-in%3Fcode%3Dx", "/console"),
        ("%2Flicence", "/console"),
        ("", "/console"),
    ] {
        let mut browser = company.browser();
        let begin = browser.open(&format!("/console/sign-in?to={to}")).await;
        let back = company.issuer.sign_in(begin.sent_to(), &ada());
        assert_eq!(browser.open(&back).await.sent_to(), leads_to, "{to}");
    }
    let mut browser = company.browser();
    let long = format!("/console/sign-in?to=%2Fconsole%3F{}", "a".repeat(5000));
    let back = company.issuer.sign_in(browser.open(&long).await.sent_to(), &ada());
    assert_eq!(browser.open(&back).await.sent_to(), "/console");
}

#[tokio::test]
async fn a_form_from_elsewhere_does_nothing() {
    let company = Company::new().await;
    let mut browser = ada_at(&company).await;
    company.calls.lock().unwrap().clear();
    let longer = format!("{}0", company.url);
    let https = company.url.replace("http:", "https:");
    for origin in ["https://evil.example", "null", "", &longer, &https] {
        for path in ["/console/reset", "/console/licence", "/console/sign-out"] {
            let page =
                browser.send("POST", path, &[("origin", origin)], Some("limit=500&source=staff")).await;
            page.assert_says(403, &["Not from here", "Nothing was done"]);
        }
    }
    browser
        .send("POST", "/console/reset", &[], Some("source=staff"))
        .await
        .assert_says(403, &["Nothing was done"]);
    assert_eq!(*company.calls.lock().unwrap(), [""; 0]);
    assert_eq!(browser.cookies.len(), 1, "nor does it sign anybody out");
}

#[tokio::test]
async fn a_token_that_somebody_has_made_or_changed_is_worth_nothing() {
    let company = Company::new().await;
    let mut browser = ada_at(&company).await;
    let token = browser.cookies["__Host-rollcall-0"].clone();
    let other =
        company.issuer.token(&json!({ "sub": "ada@example.org", "aud": "another", "groups": ["hr admins"] }));
    let [_, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { unreachable!() };
    let unsigned = format!("eyJhbGciOiJub25lIn0.{claims}.");
    let eve = company.issuer.token(&json!({ "sub": "eve" }));
    let swapped = format!("{}.{claims}.{}", eve.split('.').next().unwrap(), eve.split('.').nth(2).unwrap());
    for (what, forged) in [("aud", other), ("alg none", unsigned), ("signature", swapped)] {
        browser.cookies.insert(String::from("__Host-rollcall-0"), forged);
        let page = browser.open("/console").await;
        page.assert_says(401, &["The API does not accept your sign-in", "compare JwtIssuer"]);
        assert!(!page.body.contains("cem"), "{what}");
        let page = browser.submit("/console/licence", "limit=500").await;
        page.assert_says(401, &["does not accept"]);
    }
    // Browsers let a neighbour set a name that only looks like ours.
    browser.cookies.clear();
    browser.cookies.insert(String::from("\u{2000}__Host-rollcall-0"), token.clone());
    assert_eq!(browser.open("/console").await.sent_to(), "/console/sign-in?to=%2Fconsole");
    browser.cookies.clear();
    for broken in
        ["", "x", "a.b.c", &format!("{claims}.{signature}"), &format!("{token}\r\nx: y"), &token.repeat(3)]
    {
        browser.cookies.insert(String::from("__Host-rollcall-0"), (*broken).to_owned());
        assert_eq!(browser.open("/console").await.sent_to(), "/console/sign-in?to=%2Fconsole", "{broken:?}");
    }
}

#[tokio::test]
async fn paths_that_mean_something_else_to_the_api_are_not_asked_for() {
    let company = Company::new().await;
    let mut browser = ada_at(&company).await;
    company.calls.lock().unwrap().clear();
    for path in [
        "/console/accounts/..",
        "/console/accounts/../licence",
        "/console/accounts/%2e%2e%2flicence",
        "/console/accounts/x%2fblock",
        "/console//licence",
        "/console/nothing",
        "/accounts",
    ] {
        browser.open(path).await.assert_says(404, &["There is no such page"]);
    }
    assert_eq!(*company.calls.lock().unwrap(), [""; 0]);
    browser.open("/console/reset").await.assert_says(405, &["This page cannot be requested that way"]);
}

#[tokio::test]
async fn nobody_sees_a_token_or_a_secret() {
    let company = Company::new().await;
    let mut browser = company.browser();
    let page = sign_in(&company, &mut browser, "/console", &ada()).await;
    let token = browser.cookies["__Host-rollcall-0"].clone();
    let pages = [page, browser.open("/console").await, browser.open("/console/configuration").await];
    for page in &pages {
        assert!(!page.body.contains(&token) && !page.location.contains(&token));
    }
    let settings =
        rollcall_console_host::Settings::read(|name| company.variables().get(name).cloned()).unwrap();
    assert!(!format!("{settings:?}").contains(crate::fakes::issuer::SECRET));
}

#[tokio::test]
async fn a_token_of_another_issuer_or_audience_is_refused() {
    let company = Company::new().await;
    for claims in [
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": format!("{}/", company.issuer.url) }),
        json!({ "iss": null }),
        json!({ "aud": "another" }),
        json!({ "aud": ["another"] }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "aud": ["another", crate::fakes::issuer::CLIENT] }),
        json!({ "aud": ["another", crate::fakes::issuer::CLIENT], "azp": "another" }),
        json!({ "azp": "another" }),
    ] {
        company.issuer.be_odd(Oddities { claims: claims.clone(), ..Oddities::default() });
        let mut browser = company.browser();
        let page = sign_in(&company, &mut browser, "/console", &ada()).await;
        page.assert_says(502, &["ID token"]);
        assert!(browser.cookies.is_empty(), "{claims}");
    }
    for claims in [
        json!({ "aud": [crate::fakes::issuer::CLIENT] }),
        json!({ "aud": ["another", crate::fakes::issuer::CLIENT], "azp": crate::fakes::issuer::CLIENT }),
    ] {
        company.issuer.be_odd(Oddities { claims: claims.clone(), ..Oddities::default() });
        let mut browser = company.browser();
        assert_eq!(
            sign_in(&company, &mut browser, "/console", &ada()).await.sent_to(),
            "/console",
            "{claims}"
        );
    }
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_safe() {
    let company = Company::new().await;
    for (name, address) in [
        ("token_endpoint", "http://login.example.com/token"),
        ("authorization_endpoint", "http://login.example.com/authorize"),
        ("jwks_uri", "http://login.example.com/keys"),
        ("token_endpoint", "ftp://127.0.0.1/token"),
        ("token_endpoint", "https://eve:pass@login.example.com/token"),
        ("token_endpoint", "http://127.0.0.1.evil.example/token"),
    ] {
        company.issuer.be_odd(Oddities { document: json!({ name: address }), ..Oddities::default() });
        let page = company.browser().open("/console/sign-in").await;
        page.assert_says(502, &["asking the provider where to sign in"]);
    }
    for issuer in
        ["http://login.example.com", "http://10.0.0.1", "ftp://127.0.0.1", "https://eve@login.example.com"]
    {
        for name in ["ROLLCALL_ISSUER", "ROLLCALL_PUBLIC_URL"] {
            let mut variables = company.variables();
            variables.insert(name, issuer.to_owned());
            let settings = rollcall_console_host::Settings::read(|name| variables.get(name).cloned());
            let error = settings.unwrap_err().to_string();
            assert!(error.starts_with(name) && error.contains("with https"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_secret_that_the_provider_sends_back_is_seen_nowhere() {
    let company = Company::new().await;
    let log = Log::default();
    let guard = log.listen();
    let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let client: String = url::form_urlencoded::byte_serialize(CLIENT.as_bytes()).collect();
    let basic = BASE64_STANDARD.encode(format!("{client}:{form}"));
    let mut pages = Vec::new();
    let words = format!("no: {SECRET} {form} Basic {basic}");
    for oddities in [
        Oddities {
            refusal: Some(json!({ "error": "invalid_client", "error_description": words })),
            ..Oddities::default()
        },
        Oddities { refusal: Some(json!({ "error": words, "error_uri": words })), ..Oddities::default() },
        Oddities { refusal: Some(json!(words)), ..Oddities::default() },
        Oddities { claims: json!({ "name": words }), ..Oddities::default() },
        Oddities { claims: json!({ "preferred_username": SECRET, "name": "" }), ..Oddities::default() },
        Oddities { claims: json!({ "sub": basic }), ..Oddities::default() },
    ] {
        company.issuer.be_odd(oddities.clone());
        let mut browser = company.browser();
        let page = sign_in(&company, &mut browser, "/console", &ada()).await;
        page.assert_says(502, &["The provider cannot sign you in"]);
        assert!(browser.cookies.is_empty(), "{oddities:?}");
        pages.push(page.body);
    }
    company.issuer.be_odd(Oddities::default());
    let mut browser = company.browser();
    let begin = browser.open("/console/sign-in").await;
    let state = begin.sent_to().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("error", &format!("e {SECRET}"))
        .append_pair("error_description", &words)
        .append_pair("state", &state)
        .finish();
    let page = browser.open(&format!("/console/signed-in?{query}")).await;
    page.assert_says(403, &["[secret struck out]"]);
    pages.push(page.body);
    drop(guard);
    pages.push(log.text());
    let page = pages.join("\n");
    assert!(page.contains("nobody could be signed in") && page.contains("[secret struck out]"), "{page}");
    let escaped = SECRET.replace('+', "&#43;");
    for secret in [SECRET, &escaped, &form, &basic, "odd+characters"] {
        assert!(!page.contains(secret), "{secret} is shown: {page}");
    }
}
