//! Cursors: where a listing goes on. Opaque to callers, and of no use in another listing or with other filters.
//!
//! Promises that no place comes out of a text that no page gave: a cursor begins with a digest of its listing and its
//! place, so one that is cut off, or changed in any character, is refused before a list looks at it.

use crate::error::Error;
use crate::http::request::Query;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rollcall_sync::store::digest_of;

/// Hexadecimal digits of the digest.
const MARK_CHARS: usize = 16;

/// A listing: what it is of, with its filters, so that a cursor of another one is refused.
pub(crate) struct Listing {
    name: String,
}

impl Listing {
    /// The listing of this name with these filters.
    pub(crate) fn new(name: &str, query: &Query, filters: &[&str]) -> Self {
        let mut text = name.to_owned();
        for filter in filters {
            text.push_str(&format!("\n{filter}={}", query.get(filter).unwrap_or_default()));
        }
        Self { name: digest_of(&text) }
    }

    /// The place that the query asks to go on after.
    pub(crate) fn place(&self, query: &Query) -> Result<Option<String>, Error> {
        let Some(cursor) = query.get("after") else { return Ok(None) };
        match self.read(cursor) {
            Some(place) => Ok(Some(place)),
            None => Err(Error::bad_request(
                "`after` is not a cursor of this listing; take `next` of the page before, with the same filters",
            )),
        }
    }

    /// The cursor of a place.
    pub(crate) fn cursor(&self, place: Option<String>) -> Option<String> {
        place.map(|place| BASE64_URL_SAFE_NO_PAD.encode(format!("{}{place}", self.mark(&place))))
    }

    fn read(&self, cursor: &str) -> Option<String> {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (mark, place) = text.split_at_checked(MARK_CHARS)?;
        (mark == self.mark(place)).then(|| place.to_owned())
    }

    fn mark(&self, place: &str) -> String {
        let mut mark = digest_of(&format!("{}\n{place}", self.name));
        mark.truncate(MARK_CHARS);
        mark
    }
}
