//! An OpenID Connect provider, as far as a browser and the console ask it: what it says of itself, its sign-in, and codes for
//! ID tokens. As strict as the standards let it be: a code works once, for its client, address and PKCE verifier.

use axum::Router;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use url::Url;

pub(crate) const CLIENT: &str = "rollcall-console";
pub(crate) const SECRET: &str = "a secret: with/odd+characters%";

/// A provider, for as long as the test runs.
pub(crate) struct Issuer {
    pub(crate) url: String,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    url: Mutex<String>,
    codes: Mutex<HashMap<String, Asked>>,
    oddities: Mutex<Oddities>,
}

/// What it does otherwise than it should.
#[derive(Clone, Debug, Default)]
pub(crate) struct Oddities {
    /// It names itself so.
    pub(crate) name: Option<String>,
    /// Claims in every ID token.
    pub(crate) claims: Value,
    /// The client has no secret.
    pub(crate) is_public: bool,
    /// The secret has to be in the body.
    pub(crate) wants_body: bool,
    /// Its answers have no ID token.
    pub(crate) has_no_id_token: bool,
    /// Its ID tokens are no JWT.
    pub(crate) is_opaque: bool,
    /// Parts of the document in which it says what it is.
    pub(crate) document: Value,
    /// It refuses every code, and says this.
    pub(crate) refusal: Option<Value>,
}

/// What the browser brought along, and who has signed in.
struct Asked {
    redirect_uri: String,
    challenge: String,
    nonce: String,
    claims: Value,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/token", post(token))
            .with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        inner.url.lock().unwrap().clone_from(&url);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, inner }
    }

    pub(crate) fn be_odd(&self, oddities: Oddities) {
        *self.inner.oddities.lock().unwrap() = oddities;
    }

    /// Somebody signs in on the page to which the browser was sent. Answers where the browser is sent then.
    pub(crate) fn sign_in(&self, page: &str, claims: &Value) -> String {
        let url = Url::parse(page).unwrap();
        assert!(page.starts_with(&format!("{}/authorize?", self.url)), "{page}");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let code = uuid::Uuid::new_v4().to_string();
        let answer = format!("{}?code={code}&state={}", asked["redirect_uri"], asked["state"]);
        let asked = Asked {
            redirect_uri: asked["redirect_uri"].clone(),
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            claims: claims.clone(),
        };
        self.inner.codes.lock().unwrap().insert(code, asked);
        answer
    }

    /// An ID token that was made out to the console, with these claims beside.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.inner.sign(claims)
    }

    /// The claims of a token that this provider has made out to the console, and that is still valid: what API Gateway
    /// looks at.
    pub(crate) fn verify(&self, token: &str) -> Option<Value> {
        let key = DecodingKey::from_rsa_pem(include_bytes!("okta-test-key-rsa-public.pem")).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[CLIENT]);
        validation.set_issuer(&[&self.url]);
        jsonwebtoken::decode::<Value>(token, &key, &validation).ok().map(|token| token.claims)
    }
}

impl Inner {
    fn sign(&self, claims: &Value) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut all =
            json!({ "iss": *self.url.lock().unwrap(), "aud": CLIENT, "iat": now, "exp": now + 3600 });
        for (name, value) in claims.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        let key = EncodingKey::from_rsa_pem(include_bytes!("okta-test-key-rsa.pem")).unwrap();
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &all, &key).unwrap()
    }

    /// The token for a code; or the error of the standard.
    fn exchange(&self, headers: &HeaderMap, form: &HashMap<String, String>) -> Result<Value, &'static str> {
        let oddities = self.oddities.lock().unwrap().clone();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let basic = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let expected = BASE64_STANDARD.encode(format!("{}:{}", encode(CLIENT), encode(SECRET)));
        let is_client = match (oddities.is_public, oddities.wants_body) {
            (true, _) => basic.is_none() && field("client_id") == CLIENT,
            (false, true) => {
                basic.is_none() && field("client_id") == CLIENT && field("client_secret") == SECRET
            }
            (false, false) => {
                basic == Some(format!("Basic {expected}")) && !form.contains_key("client_secret")
            }
        };
        if !is_client {
            return Err("invalid_client");
        }
        let asked = self.codes.lock().unwrap().remove(field("code")).ok_or("invalid_grant")?;
        let verifier = oauth2::PkceCodeVerifier::new(field("code_verifier").to_owned());
        let challenge = oauth2::PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        if asked.redirect_uri != field("redirect_uri") || asked.challenge != challenge.as_str() {
            return Err("invalid_grant");
        }
        let mut claims = json!({ "nonce": asked.nonce });
        for (name, value) in
            [&asked.claims, &oddities.claims].into_iter().filter_map(Value::as_object).flatten()
        {
            claims[name] = value.clone();
        }
        let mut answer = json!({ "access_token": "not for us", "token_type": "Bearer", "expires_in": 3600 });
        if !oddities.has_no_id_token {
            let token = if oddities.is_opaque { String::from("opaque") } else { self.sign(&claims) };
            answer["id_token"] = json!(token);
        }
        Ok(answer)
    }
}

async fn configuration(State(inner): State<Arc<Inner>>) -> Response {
    let url = inner.url.lock().unwrap().clone();
    let oddities = inner.oddities.lock().unwrap().clone();
    let method = if oddities.wants_body { "client_secret_post" } else { "client_secret_basic" };
    let mut document = json!({
        "issuer": oddities.name.unwrap_or_else(|| url.clone()),
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "token_endpoint_auth_methods_supported": [method],
    });
    for (name, value) in oddities.document.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    ([(header::CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

async fn token(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let refusal = inner.oddities.lock().unwrap().refusal.clone();
    if let Some(refusal) = refusal {
        let json = [(header::CONTENT_TYPE, "application/json")];
        return (StatusCode::BAD_REQUEST, json, refusal.to_string()).into_response();
    }
    let (status, answer) = match inner.exchange(&headers, &form) {
        Ok(answer) => (StatusCode::OK, answer),
        Err(error) => (StatusCode::BAD_REQUEST, json!({ "error": error })),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

/// What a token says, unverified.
pub(crate) fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
