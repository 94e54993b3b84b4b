//! What the person who looks may do: buttons that they may not press are shown as such, with who may (section 1 of the
//! rules). The API refuses them all the same.

use crate::api::Api;
use crate::calls::get;
use serde::Deserialize;

/// What a person may do.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Rights {
    may_edit_sources: bool,
    may_edit_everything: bool,
}

impl Rights {
    /// Those of the person who looks. Where the API does not say, everything: it refuses what they may not do.
    pub(crate) async fn of(api: &dyn Api) -> Self {
        let all = Self { may_edit_sources: true, may_edit_everything: true };
        get(api, "/me", &[]).await.unwrap_or(all)
    }

    /// Whether they may change the sources and send their files.
    pub(crate) fn sources(self) -> bool {
        self.may_edit_sources
    }

    /// Whether they may do everything: a sysadmin.
    pub(crate) fn everything(self) -> bool {
        self.may_edit_everything
    }
}
