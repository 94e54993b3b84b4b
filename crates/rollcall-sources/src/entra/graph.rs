//! Microsoft Graph: sends requests with the token of `login`, and distinguishes the answers.
//!
//! Promises that the token is sent only to the configured Graph, that a refused token is renewed once, and that an
//! answer is a list, a known refusal, or an error.

use super::login::Login;
use super::properties::PROPERTIES;
use super::wire::advise;
use crate::directory::{Access, OnWait};
use crate::error::{Error, short};
use crate::http::{Answer, Http, Request, is_same_server};
use crate::known_secrets::{KnownSecrets, STRUCK};
use crate::suggest;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use rollcall_config::{EntraSettings, Mapping};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

/// A user or a group of Graph: its properties by name.
pub(super) type Object = Map<String, Value>;

/// The codes of Graph for an expired position in a listing. Some are documented for listings of changes only, but
/// none has another meaning.
const POSITION_EXPIRED: [&str; 5] = [
    "Directory_ExpiredPageToken",
    "DirectoryPage_TokenExpired",
    "DirectoryObjectListing_ExpiredPageToken",
    "syncStateNotFound",
    "resyncRequired",
];

/// Needed for all requests of this source.
pub(super) const PERMISSIONS: &str = "grant the application the permissions GroupMember.Read.All and User.Read.All \
     (of type application, not delegated) and consent to them as an administrator";

/// Access to Graph.
pub(super) struct Graph {
    http: Http,
    /// Without a slash at the end.
    base: String,
    login: Login,
    /// What is mapped, for a message about a property that Graph does not know.
    mapping: Mapping,
}

/// The result of a request.
pub(super) enum Found<T> {
    /// The object.
    It(T),
    /// It does not exist.
    Nothing,
    /// The position in the listing has expired.
    PositionExpired,
    /// The page that was asked for is larger than Graph gives it: at most so many objects, if it says so.
    PageTooLarge(Option<u32>),
}

/// Whether a smaller page can be asked for, where Graph does not give one of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageSize {
    Fixed,
    MayShrink,
}

/// A page of objects.
pub(super) struct List {
    pub(super) objects: Vec<Object>,
    /// The link to the next page, which is an address of Graph.
    pub(super) next: Option<String>,
    /// The number of objects on all pages, if Graph gives it: on the first page only.
    pub(super) count: Option<u64>,
}

#[derive(Deserialize)]
struct ListBody {
    error: Option<Value>,
    value: Option<Vec<Object>>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.count")]
    count: Option<u64>,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: Refusal,
}

/// An error of Graph. The inner error may be more exact.
#[derive(Deserialize)]
struct Refusal {
    code: Option<String>,
    message: Option<String>,
    #[serde(alias = "innererror", rename = "innerError")]
    inner: Option<Box<Refusal>>,
}

impl Graph {
    pub(super) fn open(settings: &EntraSettings, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let base = Url::parse(&settings.graph_url)
            .map_err(|error| Error::Settings { what: format!("`graph_url` is not an address ({error})") })?;
        Ok(Self {
            http: Http::new(&base, access, on_wait)?,
            base: settings.graph_url.clone(),
            login: Login::open(settings, access, on_wait)?,
            mapping: settings.mapping.clone(),
        })
    }

    pub(super) fn server(&self) -> &str {
        self.http.server()
    }

    pub(super) fn secrets(&self) -> &KnownSecrets {
        self.http.secrets()
    }

    /// The address of something in Graph. The path and the query are encoded already.
    pub(super) fn address(&self, path: &str, query: &str) -> Result<Url, Error> {
        let text = format!("{}/v1.0/{path}?{query}", self.base);
        Url::parse(&text)
            .map_err(|error| self.unexpected(&format!("no address can be made for it ({error})")))
    }

    /// A link that Graph gave: to a page of its own.
    pub(super) fn link(&self, text: &str) -> Result<Url, Error> {
        if text.contains(STRUCK) {
            return Err(self.unexpected("its link to the next page contains a secret that is used for Graph"));
        }
        let link = Url::parse(text).map_err(|error| {
            self.unexpected(&format!("its link to the next page is not an address ({error})"))
        })?;
        self.check_host(&link)?;
        Ok(link)
    }

    /// Checks that a link is an address of Graph: a server that sees the token could read the directory.
    fn check_host(&self, link: &Url) -> Result<(), Error> {
        let is_graph = Url::parse(&self.base).is_ok_and(|base| is_same_server(&base, link));
        if is_graph {
            return Ok(());
        }
        let host = link.host_str().unwrap_or_default();
        Err(self.unexpected(&format!(
            "its link to the next page leads to another server ({}), which must not see the token",
            short(host)
        )))
    }

    /// An answer that cannot be used, and why.
    pub(super) fn unexpected(&self, what: &str) -> Error {
        Error::Answer { server: self.http.server().to_owned(), what: what.to_owned() }
    }

    /// A page of objects.
    pub(super) async fn list(&mut self, url: &Url, size: PageSize) -> Result<Found<List>, Error> {
        let answer = match self.get(url, size).await? {
            Found::It(answer) => answer,
            Found::Nothing => return Ok(Found::Nothing),
            Found::PositionExpired => return Ok(Found::PositionExpired),
            Found::PageTooLarge(most) => return Ok(Found::PageTooLarge(most)),
        };
        let body: ListBody = self.http.parse(&answer)?;
        let objects = match (body.error, body.value) {
            (None, Some(objects)) => objects,
            (Some(_), _) => {
                return Err(
                    self.unexpected(&answer.describe("its status is a success, but it contains an error"))
                );
            }
            (None, None) => {
                return Err(self.unexpected(&answer.describe("expected a list, but it has no `value`")));
            }
        };
        if let Some(next) = &body.next {
            self.link(next)?;
        }
        Ok(Found::It(List { objects, next: body.next, count: body.count }))
    }

    /// A single object.
    pub(super) async fn object<T: DeserializeOwned>(&mut self, url: &Url) -> Result<Found<T>, Error> {
        Ok(match self.get(url, PageSize::Fixed).await? {
            Found::It(answer) => Found::It(self.http.parse(&answer)?),
            Found::Nothing => Found::Nothing,
            Found::PositionExpired => Found::PositionExpired,
            Found::PageTooLarge(most) => Found::PageTooLarge(most),
        })
    }

    async fn get(&mut self, url: &Url, size: PageSize) -> Result<Found<Answer>, Error> {
        self.check_host(url)?;
        let mut answer = self.ask(url, size).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            // A token may expire early.
            self.login.forget();
            answer = self.ask(url, size).await?;
        }
        if answer.status.is_success() {
            return Ok(Found::It(answer));
        }
        self.refused(&answer)
    }

    async fn ask(&mut self, url: &Url, size: PageSize) -> Result<Answer, Error> {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", self.login.bearer().await?);
        // A link has the query of the first page, but not this header. Without the header, Graph refuses the second
        // page.
        headers.insert("consistencylevel", HeaderValue::from_static("eventual"));
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let request = Request { url: url.clone(), headers, form: None };
        match size {
            PageSize::Fixed => self.http.send(&request, &advise).await,
            PageSize::MayShrink => self.http.send_shortly(&request, &advise).await,
        }
    }

    fn refused(&self, answer: &Answer) -> Result<Found<Answer>, Error> {
        let server = self.http.server().to_owned();
        let Some(ErrorBody { error: refusal }) = answer.error() else {
            return Err(self.unexpected(
                &answer.describe("expected JSON from Graph; this answer is from another server or a proxy"),
            ));
        };
        if answer.status == StatusCode::GONE || refusal.is_of(&POSITION_EXPIRED) {
            return Ok(Found::PositionExpired);
        }
        let reply = answer.describe(&refusal.reply());
        if answer.status == StatusCode::BAD_REQUEST {
            if let Some(most) = refusal.page_size() {
                return Ok(Found::PageTooLarge(most));
            }
            if let Some(name) = refusal.unknown_property() {
                return Err(Error::Settings { what: unknown_property(&name, &self.mapping) });
            }
        }
        Err(match answer.status {
            StatusCode::NOT_FOUND => return Ok(Found::Nothing),
            StatusCode::UNAUTHORIZED => Error::Credentials { server, reply, cure: refusal.cure_of_token() },
            StatusCode::FORBIDDEN => Error::Forbidden {
                server,
                what: "reading groups and their members",
                reply,
                cure: PERMISSIONS,
            },
            _ => self.unexpected(&reply),
        })
    }
}

/// The error for a mapped property that Graph does not know.
fn unknown_property(name: &str, mapping: &Mapping) -> String {
    let is_it = |named: &String| {
        let begin = named.split('/').next().unwrap_or_default().trim();
        begin.eq_ignore_ascii_case(name) || named.replace('/', ".").eq_ignore_ascii_case(name)
    };
    let settings = mapping.settings_naming(&is_it);
    let named = settings.iter().find_map(|setting| Some((setting, mapping.lines.of(setting)?)));
    let (place, which) = named.map_or_else(Default::default, |(setting, _)| {
        (mapping.lines.place(setting), format!(", which `{setting}` names"))
    });
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let hint = if last.to_ascii_lowercase().starts_with("extensionattribute") {
        format!(", for example as \"onPremisesExtensionAttributes/{last}\"")
    } else if name.contains('.') {
        format!(", for example as {:?}", name.replace('.', "/"))
    } else {
        let near = suggest::near(name, &PROPERTIES);
        near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"))
    };
    format!("{place}users in Graph have no property {name:?}{which}: write another in [source.mapping]{hint}")
}

impl Refusal {
    fn is_of(&self, codes: &[&str]) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        codes.iter().any(|known| known.eq_ignore_ascii_case(code))
            || self.inner.as_ref().is_some_and(|inner| inner.is_of(codes))
    }

    /// Whether Graph refuses the size of a page: "Must be between 1 and 500 inclusive", "Invalid page size specified".
    /// Answers with the largest one that it allows, if it says so.
    fn page_size(&self) -> Option<Option<u32>> {
        let message = self.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        let most = message.split("between 1 and ").nth(1).map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
        most.or_else(|| message.contains("page size").then_some(None))
    }

    /// The property that Graph does not know: "Could not find a property named 'x' on type 'microsoft.graph.user'".
    fn unknown_property(&self) -> Option<String> {
        let rest = self.message.as_deref()?.split("a property named '").nth(1)?;
        // It is what the configuration says, and names of extensions are long.
        const CHARS_MAX: usize = 120;
        rest.split('\'').next().map(|name| name.chars().take(CHARS_MAX).collect())
    }

    /// What to do after a token that was just given is refused.
    fn cure_of_token(&self) -> &'static str {
        const POLICY: [&str; 4] =
            ["location", "conditional access", "AADSTS53003", "TokenIssuedBeforeRevocation"];
        let text = format!(
            "{} {}",
            self.code.as_deref().unwrap_or_default(),
            self.message.as_deref().unwrap_or_default()
        );
        let text = text.to_ascii_lowercase();
        if POLICY.iter().any(|word| text.contains(&word.to_ascii_lowercase())) {
            return "a Conditional Access policy of the tenant refuses this address: let the application in from here, or \
                    take it out of the policy";
        }
        "Graph refuses a new token: check that `login_url` and `graph_url` belong to one cloud"
    }

    /// The code and the beginning of the message, in one line.
    fn reply(&self) -> String {
        const CHARS_MAX: usize = 160;
        let code = self.code.as_deref().map_or("an error without a code", short);
        let message = self.message.as_deref().unwrap_or_default();
        let message: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let message: String = message.chars().take(CHARS_MAX).collect();
        if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") }
    }
}
