//! From which end a list is shown: the head of the column by which it is sorted is a link that turns it round.

use crate::Request;
use crate::words::link;

/// The query's name for the end, and its word for the other one than the first.
pub(crate) const ORDER: &str = "order";
const DESCENDING: &str = "descending";

/// The order of a list, and the way to the other one.
pub(crate) struct Order {
    is_descending: bool,
    /// The same list from its other end, from its first page on.
    pub(crate) other: String,
}

impl Order {
    /// The order that a page is asked for in, with these filters.
    pub(crate) fn of(request: &Request, path: &str, filters: &[&'static str]) -> Self {
        let is_descending = request.get(ORDER) == Some(DESCENDING);
        let turned = (ORDER, (!is_descending).then_some(DESCENDING));
        let query: Vec<_> = filters.iter().map(|name| (*name, request.get(name))).chain([turned]).collect();
        Self { is_descending, other: link(path, &query) }
    }

    pub(crate) fn is_descending(&self) -> bool {
        self.is_descending
    }

    /// As `aria-sort` says it.
    pub(crate) fn aria(&self) -> &'static str {
        if self.is_descending { DESCENDING } else { "ascending" }
    }

    /// For the eye.
    pub(crate) fn arrow(&self) -> &'static str {
        if self.is_descending { "▼" } else { "▲" }
    }
}
