//! A company that has deployed Rollcall: the HTTP API behind its gateway, which verifies tokens, and the console's function.

use super::browser::Browser;
use crate::fakes::issuer::{Issuer, SECRET};
use crate::handlers::api::{answer, send};
use crate::world::World;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Request, Response};
use rollcall_console_host::{Settings, Site};
use rollcall_sync::Shell;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const CONFIG: &str = r#"
[licence]
seats = 2
[roles]
claim = "groups"
people_administrator = ["hr admins"]
[guard]
min_removals = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
"#;

const THREE: &str = "key,username\na,ann\nb,ben\nc,cem\n";

pub(super) struct Company {
    pub(super) world: World,
    pub(super) issuer: Arc<Issuer>,
    pub(super) url: String,
    /// `METHOD path`, of everything that has reached the API.
    pub(super) calls: Arc<Mutex<Vec<String>>>,
}

/// What stands behind the API's address.
struct Behind {
    shell: Shell,
    issuer: Arc<Issuer>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Company {
    /// With three people and two seats.
    pub(super) async fn new() -> Self {
        let world = World::new(CONFIG).await;
        world.sync(THREE).await;
        let (issuer, calls) = (Arc::new(Issuer::start().await), Arc::default());
        let behind =
            Behind { shell: world.shell.clone(), issuer: Arc::clone(&issuer), calls: Arc::clone(&calls) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(gateway).with_state(Arc::new(behind));
        tokio::spawn(async move { axum::serve(listener, app).await });
        std::fs::write(world.folder().join("client-secret"), SECRET).unwrap();
        Self { world, issuer, url, calls }
    }

    /// The function's environment.
    pub(super) fn variables(&self) -> HashMap<&'static str, String> {
        let secret = self.world.folder().join("client-secret");
        HashMap::from([
            ("ROLLCALL_ISSUER", self.issuer.url.clone()),
            ("ROLLCALL_CONSOLE_CLIENT_ID", String::from(crate::fakes::issuer::CLIENT)),
            ("ROLLCALL_CONSOLE_CLIENT_SECRET", format!("file:{}", secret.display())),
            ("ROLLCALL_CONSOLE_SCOPES", String::from("openid profile")),
            ("ROLLCALL_PUBLIC_URL", format!("{}/", self.url)),
        ])
    }

    /// A browser of somebody, at a console that is new.
    pub(super) fn browser(&self) -> Browser {
        self.browser_with(&[])
    }

    /// The same, where some of the environment is otherwise.
    pub(super) fn browser_with(&self, others: &[(&'static str, &str)]) -> Browser {
        let mut variables = self.variables();
        variables.extend(others.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let settings = Settings::read(|name| variables.get(name).cloned()).unwrap();
        Browser::new(Site::new(settings).unwrap(), &self.url)
    }
}

/// Plays API Gateway: a caller without a valid token is refused in its own words.
async fn gateway(State(behind): State<Arc<Behind>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let bearer = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|bearer| bearer.strip_prefix("Bearer ")).unwrap_or_default();
    let Some(claims) = behind.issuer.verify(token) else {
        let refused = Response::builder().status(401).header("content-type", "application/json");
        return refused.body(Body::from(r#"{"message":"Unauthorized"}"#)).unwrap();
    };
    behind.calls.lock().unwrap().push(format!("{} {}", parts.method, parts.uri.path()));
    let mut event = send(parts.method.as_str(), parts.uri.path(), &Value::Null);
    event["requestContext"]["authorizer"]["jwt"]["claims"] = json!({ "sub": claims["sub"] });
    event["headers"]["authorization"] = json!(bearer);
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    event["queryStringParameters"] =
        query.into_owned().map(|(name, value)| (name, json!(value))).collect::<Value>();
    event["body"] = json!(String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap());
    let answer = answer(event, &behind.shell).await;
    let mut response =
        Response::builder().status(u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap());
    for (name, value) in answer["headers"].as_object().unwrap() {
        response = response.header(name, value.as_str().unwrap());
    }
    response.body(Body::from(answer["body"].as_str().unwrap_or_default().to_owned())).unwrap()
}
