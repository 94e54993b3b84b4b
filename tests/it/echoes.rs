//! Servers that send back whatever they are shown: no secret stands anywhere afterwards, in no table, object, log or
//! output.
//!
//! One hostile server plays Okta, Microsoft's login and Graph: it repeats the headers and the form of every request in
//! every place of its answers.

use crate::fakes::ldap::{BASE, BIND_DN, FakeLdap, Flavour, PASSWORD, Trouble};
use crate::fakes::{Person, serve};
use crate::world::World;
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ldap3_proto::proto::LdapResultCode;
use rollcall_api::accounts::administer;
use rollcall_sync::connect;
use rollcall_sync::shell::{Limits, Patience};
use rollcall_sync::store::{RunRecord, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Everything that is written to it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes the most talkative log of this thread, for as long as the guard lives.
    pub(crate) fn listen(&self) -> impl Drop + use<> {
        let writer = self.clone();
        let filter: Targets =
            "rollcall_sources=trace,rollcall_sync=trace,rollcall_fetch=trace,rollcall_console_host=trace,reqwest=trace,\
             hyper=trace,hyper_util=trace,jsonwebtoken=trace,ldap3=trace,oauth2=trace"
                .parse()
                .unwrap();
        let layer = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
        tracing_subscriber::registry().with(layer).with(filter).set_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What the server answers with its echo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The login gives no token.
    LoginRefuses,
    /// What is asked for is refused, with this status.
    Refuses(u16),
    /// Good answers, with secrets in names.
    People,
    /// Good answers, with secrets in the link to the next page.
    Link,
}

struct Hostile {
    mode: Mutex<Mode>,
    /// What it was shown, and may show nobody.
    shown: Mutex<BTreeSet<String>>,
    address: Mutex<String>,
}

/// The token that it gives is another each time.
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJub25jZSI6Ik.access-token-of-the-hostile-server.c2lnbmF0dXJl";

impl Hostile {
    async fn start() -> Arc<Self> {
        let hostile = Arc::new(Self {
            mode: Mutex::new(Mode::People),
            shown: Mutex::default(),
            address: Mutex::default(),
        });
        let address = serve(Router::new().fallback(answer).with_state(Arc::clone(&hostile))).await;
        *hostile.address.lock().unwrap() = address;
        hostile
    }

    fn be(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    fn address(&self) -> String {
        self.address.lock().unwrap().clone()
    }

    /// Everything secret that it has seen, in the forms in which it may come back.
    fn secrets(&self) -> Vec<String> {
        let mut all = Vec::new();
        for secret in self.shown.lock().unwrap().iter() {
            let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let inner = BASE64_STANDARD.encode(secret);
            // As cut as a message may be.
            all.push(secret.chars().take(14).collect());
            all.extend([form.clone(), inner[..inner.len() - 4].to_owned(), secret.clone()]);
            let behind_a_name = BASE64_STANDARD.encode(format!("user:{secret}"));
            all.push(behind_a_name[8..behind_a_name.len() - 4].to_owned());
            all.push(BASE64_URL_SAFE_NO_PAD.encode(&form)[..12].to_owned());
        }
        all
    }
}

/// What of a request is secret.
fn secrets_of(headers: &axum::http::HeaderMap, body: &Bytes) -> Vec<String> {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok());
    let token = header.and_then(|text| text.split_once(' ')).map(|(_, token)| token.to_owned());
    let form = url::form_urlencoded::parse(body).into_owned();
    let is_secret = |(name, _): &(String, String)| name == "client_secret" || name == "client_assertion";
    token.into_iter().chain(form.filter(is_secret).map(|(_, value)| value)).collect()
}

async fn answer(State(hostile): State<Arc<Hostile>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let secrets = secrets_of(&parts.headers, &body);
    hostile.shown.lock().unwrap().extend(secrets.iter().cloned());
    let mode = *hostile.mode.lock().unwrap();
    let is_login = parts.uri.path().ends_with("/token");
    let secret = secrets.first().cloned().unwrap_or_default();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let words = format!("no: {secret}, {form}, {}", BASE64_STANDARD.encode(format!("user:{secret}")));
    let (status, answer) = match mode {
        Mode::LoginRefuses if is_login => (401, refusal(&words, &secret)),
        Mode::Refuses(status) if !is_login => (status, refusal(&words, &secret)),
        _ if is_login => {
            let token = format!("{TOKEN}{}", hostile.shown.lock().unwrap().len());
            (200, json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": token }))
        }
        Mode::LoginRefuses | Mode::Refuses(_) | Mode::People | Mode::Link => {
            (200, good(parts.uri.path(), &secret, &words, &hostile.address(), mode))
        }
    };
    let mut response = Response::builder().status(status);
    for name in
        ["request-id", "x-okta-request-id", "x-ms-request-id", "www-authenticate", "location", "retry-after"]
    {
        response = response.header(name, &secret);
    }
    if mode == Mode::Link && parts.uri.path().ends_with("/users") {
        let address = hostile.address();
        response =
            response.header("link", format!("<{address}{}?after={form}>; rel=\"next\"", parts.uri.path()));
    }
    response.body(answer.to_string().into()).unwrap()
}

/// Errors of all kinds in one.
fn refusal(words: &str, secret: &str) -> Value {
    json!({
        "errorCode": secret, "errorSummary": words, "errorId": secret,
        "error": secret, "error_description": words, "error_codes": [7_000_215],
    })
}

/// A group, or its people: one like others, one with a title that holds a secret, and one whose very name does.
fn good(path: &str, secret: &str, words: &str, address: &str, mode: Mode) -> Value {
    let user = |name: &str, login: &str, title: &str| {
        json!({
            "id": format!("00u{name}"), "status": "ACTIVE",
            "profile": { "login": login, "userName": name, "title": title },
            "accountEnabled": true, "userPrincipalName": login, "mailNickname": name, "jobTitle": title,
        })
    };
    let people = json!([
        user("ann", "ann@example.com", "clerk"),
        user("ben", "ben@example.com", words),
        user("cyd", &format!("{secret}@example.com"), "clerk"),
        user(&format!("d{secret}"), "dan@example.com", "clerk"),
    ]);
    let group = json!({
        "id": "00gaaaaaaaaaaaaaaaaa", "profile": { "name": "staff" }, "displayName": "staff", "securityEnabled": true,
        "_embedded": { "stats": { "usersCount": 4 } },
    });
    let (of_graph, is_group) = (path.starts_with("/v1.0"), path.ends_with("/groups"));
    let list = match (is_group, path.ends_with("/users") || path.ends_with(".user")) {
        (true, _) => json!([group]),
        (false, true) => people,
        (false, false) => return group,
    };
    if !of_graph {
        return list;
    }
    let mut body = json!({ "value": list, "@odata.count": 4 });
    if mode == Mode::Link && !is_group {
        body["@odata.nextLink"] = json!(format!("{address}{path}?$skiptoken={secret}"));
    }
    body
}

/// Sources of each kind with each way to show who asks, and the secrets as files in a folder.
fn sources(hostile: &Hostile, folder: &Path) -> Vec<(&'static str, String)> {
    let write = |name: &str, secret: &str| {
        let path = folder.join(name);
        std::fs::write(&path, format!("{secret}\n")).unwrap();
        format!("file:{}", path.display())
    };
    let token = write("token", "00aHostileServerIsShownThisToken_4LkXk7Qq2");
    let secret = write("secret", "s3cret+of&the=application \"x\"");
    let key = write("key", include_str!("fakes/okta-test-key-rsa.pem"));
    let certificate = write("certificate", include_str!("fakes/entra_test_certificate.pem"));
    let address = hostile.address();
    let okta = |credential: &str| {
        format!(
            "[[source]]\nname = \"staff\"\nkind = \"okta\"\nurl = \"{address}\"\n{credential}\ngroups = [\"staff\"]\n\
             [source.mapping]\nusername = \"userName\"\ntitle = \"title\"\n"
        )
    };
    let entra = |credential: &str| {
        format!(
            "[[source]]\nname = \"staff\"\nkind = \"entra\"\ntenant = \"contoso.onmicrosoft.com\"\nclient_id = \"c11\"\n\
             {credential}\ngroups = [\"staff\"]\nlogin_url = \"{address}\"\ngraph_url = \"{address}\"\n\
             [source.mapping]\nusername = \"mailNickname\"\ntitle = \"jobTitle\"\n"
        )
    };
    vec![
        ("Okta, API token", okta(&format!("token = {token:?}"))),
        ("Okta, key", okta(&format!("private_key = {key:?}\nclient_id = \"0oa\"\nkey_id = \"k\""))),
        ("Entra, secret", entra(&format!("client_secret = {secret:?}"))),
        ("Entra, certificate", entra(&format!("client_certificate = {certificate:?}"))),
    ]
}

/// Whatever an installation has stored, unpacked; and what it says.
async fn all_of(world: &World, run: &RunRecord) -> String {
    let mut all = told(world, run).await;
    stored(world.folder(), &mut all);
    all
}

/// What an installation says.
async fn told(world: &World, run: &RunRecord) -> String {
    let mut all = format!("{run:?}\n{:?}\n", administer::all_accounts(&world.shell).await.unwrap());
    match connect::survey(&world.shell, world.source()).await {
        Ok(survey) => all += &format!("{survey:?}\n"),
        Err(error) => all += &format!("{error} {error:?}\n"),
    }
    all
}

fn stored(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            stored(&path, all);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        // Frames in a larger file are found by zstd itself.
        let unpacked = zstd::stream::decode_all(&bytes[..]).unwrap_or_default();
        all.push_str(&String::from_utf8_lossy(&bytes));
        all.push_str(&String::from_utf8_lossy(&unpacked));
    }
}

fn assert_none(context: &str, secrets: &[String], all: &str) {
    for secret in secrets.iter().filter(|secret| secret.len() >= 12) {
        // Every JWT begins so.
        let is_anybodys = secret.starts_with("eyJ") && secret.len() < 15;
        let at = all.find(secret.as_str()).filter(|_| !is_anybodys);
        if let Some(at) = at {
            let around =
                String::from_utf8_lossy(&all.as_bytes()[at.saturating_sub(200)..(at + 60).min(all.len())]);
            panic!("{context}: {secret} stands in ...{around}...");
        }
    }
}

fn impatient(world: &mut World) {
    let patience =
        Patience { tries: 2, first_wait: Duration::from_millis(1), request: Duration::from_secs(5) };
    world.shell = world.shell.clone().with_limits(Limits { patience, ..Limits::default() });
}

#[tokio::test]
async fn a_secret_that_a_directory_sends_back_is_nowhere() {
    let folder = TempDir::new().unwrap();
    let hostile = Hostile::start().await;
    for (kind, source) in sources(&hostile, folder.path()) {
        let modes = [
            Mode::LoginRefuses,
            Mode::Refuses(400),
            Mode::Refuses(401),
            Mode::Refuses(403),
            Mode::Refuses(302),
            Mode::Refuses(500),
            Mode::Link,
            Mode::People,
        ];
        let log = Log::default();
        let guard = log.listen();
        let mut world = World::new(&format!("[licence]\nseats = 50\n{source}")).await;
        impatient(&mut world);
        let mut all = String::new();
        for mode in modes {
            hostile.be(mode);
            let run = world.reset(false, None).await.unwrap();
            let context = format!("{kind}, {mode:?}: {run:?}");
            let is_good = mode == Mode::People || (mode == Mode::LoginRefuses && kind == "Okta, API token");
            let expected = if is_good { RunStatus::Completed } else { RunStatus::Failed };
            assert_eq!(run.status, expected, "{context}");
            if !is_good && mode != Mode::Refuses(302) {
                let error = run.error.as_deref().unwrap_or_default();
                assert!(error.contains("[secret struck out]") || mode == Mode::Link, "{context}");
            }
            all = told(&world, &run).await;
            assert_none(&context, &hostile.secrets(), &all);
        }
        // Nothing that was stored is ever taken away.
        stored(world.folder(), &mut all);
        assert_none(kind, &hostile.secrets(), &all);
        drop(guard);
        assert_none(kind, &hostile.secrets(), &log.text());
        // Who could be read is there; of a title the secret is struck out.
        assert!(all.contains("ann@example.com") && all.contains("no: [secret struck out]"), "{kind}");
        let accounts = administer::all_accounts(&world.shell).await.unwrap();
        assert_eq!(accounts.len(), 2, "{kind}: who cannot be told from others is rejected");
    }
}

#[tokio::test]
async fn a_password_that_an_ldap_server_sends_back_is_nowhere() {
    for flavour in [Flavour::ActiveDirectory, Flavour::OpenLdap] {
        let fake = FakeLdap::new(flavour).await;
        let person = |name: &str, title: &str| Person {
            username: name.to_owned(),
            key: format!("CN={name},OU=People,{BASE}"),
            title: title.to_owned(),
            ..Person::default()
        };
        fake.fill(&[
            person("ann", "clerk"),
            person("ben", PASSWORD),
            person(&format!("x{PASSWORD}"), "clerk"),
        ]);
        let log = Log::default();
        let guard = log.listen();
        let mut world = World::new(&fake.source()).await;
        impatient(&mut world);
        let words = format!("{BIND_DN} {PASSWORD} {}", BASE64_STANDARD.encode(format!("user:{PASSWORD}")));
        let secrets = [PASSWORD.to_owned(), BASE64_STANDARD.encode(PASSWORD)[..12].to_owned()];
        let run = world.reset(false, None).await.unwrap();
        assert_eq!(run.status, RunStatus::Completed, "{flavour:?}: {run:?}");
        assert_none("people", &secrets, &all_of(&world, &run).await);
        for code in [
            LdapResultCode::Busy,
            LdapResultCode::InsufficentAccessRights,
            LdapResultCode::SizeLimitExceeded,
            LdapResultCode::NoSuchObject,
            LdapResultCode::Other,
        ] {
            fake.plan(0, usize::MAX, Trouble::Says(code.clone(), words.clone()));
            let run = world.reset(false, None).await.unwrap();
            assert_eq!(run.status, RunStatus::Failed, "{flavour:?} {code:?}: {run:?}");
            assert!(run.error.as_deref().unwrap().contains("[secret"), "{run:?}");
            assert_none("a search", &secrets, &all_of(&world, &run).await);
        }
        fake.refuse_with(&words);
        let run = world.reset(false, None).await.unwrap();
        assert!(run.error.as_deref().unwrap().contains("[secret"), "{run:?}");
        assert_none("signing in", &secrets, &all_of(&world, &run).await);
        drop(guard);
        assert_none("log", &secrets, &log.text());
    }
}
