//! What Graph and its login have in common: when to retry, and how to encode a text in an address.
//!
//! Below `login` and `graph`.

use crate::http::{Advice, Answer};

/// Whether the server is busy or has a temporary error. Graph and its login both say how long to wait, if they know.
pub(super) fn advise(answer: &Answer) -> Advice {
    match answer.status.as_u16() {
        408 | 429 | 500 | 502 | 503 | 504 | 509 => Advice::Wait(answer.retry_after()),
        _ => Advice::Take,
    }
}

/// A text as a part of a path or of a query.
pub(super) fn encoded(text: &str) -> String {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    // In a form a space is a plus. In an address a plus is not always read as a space.
    form.replace('+', "%20")
}
