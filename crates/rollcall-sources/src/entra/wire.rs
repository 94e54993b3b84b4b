//! What Graph and its login have in common: when to ask again, and how a text gets into an address.
//!
//! Below `login` and `graph`.

use crate::http::{Advice, Answer};

/// Busy or broken for the moment: Graph and its login alike say how long to wait, if they know.
pub(super) fn advise(answer: &Answer) -> Advice {
    match answer.status.as_u16() {
        408 | 429 | 500 | 502 | 503 | 504 | 509 => Advice::Wait(answer.retry_after()),
        _ => Advice::Take,
    }
}

/// A text as a part of a path or of a query.
pub(super) fn encoded(text: &str) -> String {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    // In a form a space is a plus; in an address it is that only by custom.
    form.replace('+', "%20")
}
