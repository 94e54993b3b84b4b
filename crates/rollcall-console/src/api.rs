//! The HTTP API, as the console calls it. The host implements [`Api`].

use futures::future::BoxFuture;

/// A request to the API.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// Decoded.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if there is one: JSON or text.
    pub body: Option<String>,
    /// A body that is a file, in place of the other.
    pub file: Option<Vec<u8>>,
}

/// An answer of the API.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// JSON, mostly.
    pub body: String,
}

/// The API of one installation, called by one person.
pub trait Api: Send + Sync {
    /// Calls it. If it cannot be reached, the answer has a status of 500 or more.
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Answer>;
}
