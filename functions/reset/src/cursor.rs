//! Cursors: where a listing goes on. Opaque to callers, and of no use in another listing or with other filters.

use crate::problem::Problem;
use crate::request::Query;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rollcall_sync::store::digest_of;

/// Hexadecimal digits that tell listings apart.
const MARK_CHARS: usize = 16;

/// A listing: what it is of, with its filters, so that a cursor of another one is refused.
pub(crate) struct Listing {
    mark: String,
}

impl Listing {
    /// The listing of this name with these filters.
    pub(crate) fn new(name: &str, query: &Query, filters: &[&str]) -> Self {
        let mut text = name.to_owned();
        for filter in filters {
            text.push_str(&format!("\n{filter}={}", query.get(filter).unwrap_or_default()));
        }
        Self { mark: digest_of(&text)[..MARK_CHARS].to_owned() }
    }

    /// The place that the query asks to go on after.
    pub(crate) fn place(&self, query: &Query) -> Result<Option<String>, Problem> {
        let Some(cursor) = query.get("after") else { return Ok(None) };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let place = text.as_deref().and_then(|text| text.strip_prefix(&self.mark));
        place.map(|place| Some(place.to_owned())).ok_or_else(|| {
            Problem::bad_request(
                "`after` is not a cursor of this listing; take `next` of the page before, with the same filters",
            )
        })
    }

    /// The cursor of a place.
    pub(crate) fn cursor(&self, place: Option<String>) -> Option<String> {
        place.map(|place| BASE64_URL_SAFE_NO_PAD.encode(format!("{}{place}", self.mark)))
    }
}
