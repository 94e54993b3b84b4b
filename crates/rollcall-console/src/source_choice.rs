//! The filter by source: a part of the lists of accounts and of the log.
//!
//! Above `calls` and `model`, below the pages. Promises that what is chosen can be seen, also where it is no source any more.

use crate::api::Api;
use crate::calls::get;
use crate::model::Sources;

/// The owner of local accounts, as the API calls it.
const LOCAL: &str = "local";

/// The sources that can be chosen.
#[derive(Debug)]
pub(crate) struct SourceChoice {
    pub(crate) names: Vec<String>,
    pub(crate) chosen: String,
}

impl SourceChoice {
    /// Those that are configured or have accounts, and the local accounts; with the one that is chosen.
    pub(crate) async fn of(chosen: Option<&str>, api: &dyn Api) -> Self {
        let Sources { sources, .. } = get(api, "/sources", &[]).await.unwrap_or_default();
        let known = sources.into_iter().map(|source| source.name);
        let mut names: Vec<String> = known.chain([LOCAL.to_owned()]).collect();
        let chosen = chosen.unwrap_or_default().to_owned();
        if !chosen.is_empty() && !names.contains(&chosen) {
            names.push(chosen.clone());
        }
        Self { names, chosen }
    }
}

/// A source as a person reads it.
pub(crate) fn word(name: &str) -> &str {
    if name == LOCAL { "local accounts" } else { name }
}
