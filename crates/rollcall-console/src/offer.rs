//! From whom a seat could be taken: a part of the forms that give one where the licence is full (rule 60d).
//!
//! Above `calls` and `model`, below the pages. Promises that the page is shown also where nobody can be named.

use crate::api::Api;
use crate::calls::get;
use crate::model::{Licence, Seated, SeatedLast};

/// So many people are named.
const NAMED: &str = "8";

/// What a form offers to somebody who needs a seat.
#[derive(Debug, Default)]
pub(crate) struct Offer {
    /// How many seats are free for everybody; none where there is no limit.
    pub(crate) free: Option<u64>,
    /// How many are left for local administrators only.
    pub(crate) kept: u64,
    /// Who has a seat, the newest first; nobody while seats are free.
    pub(crate) people: Vec<Seated>,
}

impl Offer {
    /// Who has a seat of a source; of all, where that one has nobody to name.
    pub(crate) async fn of(source: Option<&str>, api: &dyn Api) -> Self {
        let Ok(licence) = get::<Licence>(api, "/licence", &[]).await else { return Self::default() };
        let left = licence.limit.map_or(0, |limit| limit.saturating_sub(licence.used));
        let kept = left.saturating_sub(licence.free.unwrap_or(left));
        let mut offer = Self { free: licence.free, kept, people: Vec::new() };
        if !offer.is_full() {
            return offer;
        }
        for source in [source, None] {
            let query: Vec<_> =
                source.map(|name| ("source", name)).into_iter().chain([("limit", NAMED)]).collect();
            let found = get::<SeatedLast>(api, "/licence/seated", &query).await.unwrap_or_default();
            offer.people = found.seated;
            if !offer.people.is_empty() {
                break;
            }
        }
        offer
    }

    /// Whether nobody gets a free seat.
    pub(crate) fn is_full(&self) -> bool {
        self.free == Some(0)
    }

    /// Whether the log tells since when they have their seats.
    pub(crate) fn has_times(&self) -> bool {
        self.people.iter().any(|one| one.at.is_some())
    }
}
