#![doc = include_str!("../README.md")]

// The pages, in the order of the menu, and what they send.
mod overview;
mod runs;
mod waiting;
mod accounts;
mod seat;
mod local_account;
mod find;
mod audit;
mod exports;
mod licence;
mod configuration;
mod keys;
mod confirm;
mod decisions;
mod sent_file;
mod tried;
mod forms;
mod form_data;
mod message;

// The parts of a page: a run's figures, a chart, words and names.
mod summary;
mod order;
mod run_marks;
mod offer;
mod source_choice;
mod run_people;
mod wrong_file;
mod chart;
pub mod words;
mod bidi;
mod rights;

// The frame of every page, and the page of a refusal.
mod page;
mod refused;

// The API: calls, the trait that the host implements, and the JSON.
mod calls;
mod api;
mod model;

pub use api::{Answer, Api, Call};
pub use form_data::{Form, read_form};
pub use message::{Link, message};
pub use page::redirect;
use refused::Refused;

/// A request of a browser whose session the host has checked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// Decoded; begins with `/console`.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The fields of a form, decoded.
    pub form: Vec<(String, String)>,
    /// The files of a form, by the name of their field.
    pub files: Vec<(String, Vec<u8>)>,
    /// The name of the person who has signed in, if the host has a `POST /console/sign-out`.
    pub person: Option<String>,
}

/// A page, or a redirect.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// HTML, unless the content type says otherwise.
    pub body: String,
}

/// Answers a request with what the API says.
pub async fn answer(request: &Request, api: &dyn Api) -> Response {
    let path = request.path.strip_suffix('/').unwrap_or(&request.path);
    let mut parts = path.split('/').skip(1);
    let is_ours = parts.next() == Some("console");
    let parts: Vec<&str> = parts.collect();
    if !is_ours || !parts.iter().all(|part| is_plain(part)) {
        return Refused::not_found(&request.path).into_response(request);
    }
    let result = match request.method.as_str() {
        "GET" => get(&parts, request, api).await,
        "POST" => forms::post(&parts, request, api).await,
        _ => Err(Refused::method("GET, POST")),
    };
    result.unwrap_or_else(|refused| refused.into_response(request))
}

/// A file that every page uses. It holds no personal data.
#[must_use]
pub fn asset(path: &str) -> Option<Response> {
    match path {
        "/console/style.css" => {
            Some(page::asset("text/css; charset=utf-8", include_str!("../assets/style.css")))
        }
        "/console/script.js" => {
            Some(page::asset("text/javascript; charset=utf-8", include_str!("../assets/script.js")))
        }
        _ => None,
    }
}

async fn get(parts: &[&str], request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    match parts {
        [] => overview::show(request, api).await,
        ["runs"] => runs::list(request, api).await,
        ["runs", id] => runs::show(id, request, api).await,
        ["runs", id, "rejected.csv"] => runs::rejected(id, api).await,
        ["runs", id, "progress"] => runs::progress(id, api).await,
        ["waiting"] => waiting::list(request, api).await,
        ["accounts"] => accounts::list(request, api).await,
        ["find"] => find::people(request, api).await,
        ["accounts", "new"] => local_account::form(request, api).await,
        ["accounts", id] => accounts::show(id, request, api).await,
        ["audit"] => audit::list(request, api).await,
        ["exports", id] => exports::show(id, request, api).await,
        ["licence"] => licence::show(request, api).await,
        ["configuration"] => configuration::show(request, api).await,
        _ if forms::has(parts) => Err(Refused::method("POST")),
        _ => asset(&request.path).ok_or_else(|| Refused::not_found(&request.path)),
    }
}

impl Request {
    /// A parameter of the query; `None` if it is empty.
    fn get(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// A file of the form; `None` where none was chosen.
    fn file(&self, name: &str) -> Option<&[u8]> {
        let file = self.files.iter().find(|(found, _)| found == name);
        file.map(|(_, bytes)| bytes.as_slice()).filter(|bytes| !bytes.is_empty())
    }

    /// A field of the form; `None` if it is empty.
    fn field(&self, name: &str) -> Option<&str> {
        find(&self.form, name)
    }
}

/// Whether a part of a path can be a page's name or an id: without characters that have a meaning in a path or a
/// header.
fn is_plain(part: &str) -> bool {
    let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !part.is_empty() && part.bytes().all(is_ours) && !part.bytes().all(|byte| byte == b'.')
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let value = pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.trim());
    value.filter(|value| !value.is_empty())
}
