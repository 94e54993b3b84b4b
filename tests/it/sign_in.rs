//! The console in AWS: signing in with the company's provider, and what the pages may do then (section 1 of the rules, rule 37).
//!
//! The provider and the gateway are played here, over HTTP; `tests/outside/stack` has a real browser sign in with a provider that is
//! not ours, behind an emulated gateway.

mod attacks;
mod browser;
mod company;
mod trouble;

use browser::{Browser, Page};
use company::Company;
use rollcall::events;
use serde_json::{Value, json};

fn ada() -> Value {
    json!({ "sub": "ada@example.org", "name": "Ada <b>Lovelace</b>", "groups": ["staff", "hr admins"] })
}

/// Opens an address, signs in as somebody, and sees what the provider's way back leads to.
async fn sign_in(company: &Company, browser: &mut Browser, address: &str, claims: &Value) -> Page {
    let begin = browser.open(address).await;
    let provider = browser.open(begin.sent_to()).await;
    let back = company.issuer.sign_in(provider.sent_to(), claims);
    browser.open(&back).await
}

/// A browser in which Ada has signed in.
async fn ada_at(company: &Company) -> Browser {
    let mut browser = company.browser();
    let page = sign_in(company, &mut browser, "/console", &ada()).await;
    assert_eq!(page.sent_to(), "/console");
    browser
}

#[tokio::test]
async fn opening_a_page_signs_in_and_comes_back_to_it() {
    let company = Company::new().await;
    let mut browser = company.browser();
    assert_eq!(browser.open("/").await.sent_to(), "/console");
    let page = sign_in(&company, &mut browser, "/console/waiting", &ada()).await;
    assert_eq!(page.sent_to(), "/console/waiting");
    assert_eq!(browser.cookies.len(), 1, "nothing is left of the sign-in itself");
    let page = browser.open("/console/waiting").await;
    page.assert_says(200, &["cem", "Signed in as <bdi>Ada &#60;b&#62;Lovelace", "/console/sign-out"]);
    // Its link from a session that is over leads back to the very same list.
    browser.cookies.clear();
    let page = browser.open("/console/accounts?state=blocked&text=c%20e").await;
    page.assert_says(401, &["Please sign in again"]);
    let link = page.body.split("href=\"").find(|rest| rest.starts_with("/console/sign-in")).unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let provider = browser.open(&link).await;
    let back = company.issuer.sign_in(provider.sent_to(), &ada());
    assert_eq!(browser.open(&back).await.sent_to(), "/console/accounts?state=blocked&text=c%20e");
}

#[tokio::test]
async fn pages_and_forms_act_as_the_signed_in_person() {
    let company = Company::new().await;
    let mut browser = ada_at(&company).await;
    browser.open("/console").await.assert_says(200, &["<b>2</b> active of <b>2</b>", "<b>1</b> waiting"]);
    let page = browser.submit("/console/reset", "source=staff").await;
    let run = page.sent_to().to_owned();
    assert!(run.starts_with("/console/runs/") && run.ends_with("?notice=started"), "{run}");
    events::drain(&company.world.shell).await.unwrap();
    browser.open(&run).await.assert_says(200, &["ada@example.org"]);
    let ann = rollcall_api::accounts::administer::find(&company.world.shell, "ann").await.unwrap().id;
    let page = browser.submit(&format!("/console/accounts/{ann}/block"), "why=lost+%26+found").await;
    assert_eq!(page.sent_to(), format!("/console/accounts/{ann}?notice=blocked"));
    let page = browser.open(&format!("/console/accounts/{ann}")).await;
    page.assert_says(200, &["lost &#38; found", "ada@example.org"]);
    company.world.tick();
    let page = browser.submit("/console/exports", "format=csv").await;
    let page = browser.open(page.sent_to()).await;
    page.assert_says(200, &["The file is ready", "ada@example.org"]);
    let link = page.body.split("href=\"").find(|link| link.contains("X-Amz-Signature")).unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let file = company.world.download(&link).await;
    assert!(file.contains("blocked_by_admin"), "{file}");
}

#[tokio::test]
async fn a_person_without_a_role_signs_in_and_sees_nothing() {
    let company = Company::new().await;
    let mut browser = company.browser();
    let eve = json!({ "sub": "eve", "email": "eve@example.org", "groups": ["staff"] });
    sign_in(&company, &mut browser, "/console", &eve).await;
    let page = browser.open("/console").await;
    page.assert_says(403, &["`groups`", "Signed in as <bdi>eve@example.org</bdi>", "/console/sign-out"]);
    assert!(!page.body.contains("cem"));
    assert_eq!(browser.submit("/console/reset", "source=staff").await.status, 403);
    assert_eq!(company.world.shell.queues.take(), None);
}

#[tokio::test]
async fn a_session_ends_with_its_token_and_what_was_not_done_is_said() {
    let company = Company::new().await;
    let mut browser = company.browser();
    let over = company
        .issuer
        .token(&json!({ "sub": "ada@example.org", "exp": 1_000_000_000, "groups": ["hr admins"] }));
    browser.cookies.insert(String::from("__Host-rollcall-0"), over);
    assert_eq!(browser.open("/console").await.sent_to(), "/console/sign-in?to=%2Fconsole");
    let page = browser.submit("/console/licence", "limit=500").await;
    page.assert_says(401, &["nothing was done", "/console/sign-in?to=%2Fconsole\""]);
    let page = browser.send("GET", "/console/runs/x/progress", &[("sec-fetch-mode", "cors")], None).await;
    assert_eq!(page.status, 401);
    assert_eq!(*company.calls.lock().unwrap(), [""; 0], "the API was not even asked");
}

#[tokio::test]
async fn signing_out_ends_our_session_and_not_the_providers() {
    let company = Company::new().await;
    let mut browser = ada_at(&company).await;
    let page = browser.submit("/console/sign-out", "").await;
    page.assert_says(200, &["You are signed out", "Your session with the provider goes on"]);
    assert!(browser.cookies.is_empty());
    assert_eq!(browser.open("/console").await.sent_to(), "/console/sign-in?to=%2Fconsole");
}

#[tokio::test]
async fn a_token_that_is_too_large_for_one_cookie_is_kept_in_two() {
    let company = Company::new().await;
    let mut browser = company.browser();
    let mut many: Vec<String> =
        (0..70).map(|number| format!("group-{number:03} of a large company")).collect();
    many.push(String::from("hr admins"));
    sign_in(&company, &mut browser, "/console", &json!({ "sub": "ada", "groups": many })).await;
    assert_eq!(browser.cookies.len(), 2);
    browser.open("/console").await.assert_says(200, &["Signed in as <bdi>ada</bdi>"]);
    browser.submit("/console/sign-out", "").await;
    assert!(browser.cookies.is_empty());
    sign_in(&company, &mut browser, "/console", &ada()).await;
    assert_eq!(browser.cookies.len(), 1);
}
