//! A person changes the licence's limit (rules 16 and 59): decided on the ledger that is written, with its audit entry.
//!
//! Promises: of many who raise it at once, all do; and a request that comes again with its key, after a crash between the
//! commit and the answer, is not counted twice: the key's record says in the same transaction what it has done.

use super::{Beside, LEDGER, LICENCE_SET, Ledger, decode, encode_limit};
use crate::aws::contention::Tries;
use crate::error::Error;
use crate::store::Store;
use crate::tables::audit::AuditHead;
use rollcall_core::licence::{Limit, Seats};
use rollcall_core::limit_change::{BelowUse, LimitRefusal, LimitWish};
use std::time::Duration;

/// How long a change of the limit is tried when seats change meanwhile. It names the whole ledger that it read.
const PATIENCE: Duration = Duration::from_secs(20);

/// A limit that was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSet {
    /// The limit before.
    pub before: Limit,
    /// The ledger with the limit that counts from then on.
    pub after: Ledger,
}

/// Why a limit was not set.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// The wish must be asked again.
    #[error(transparent)]
    Refused(#[from] LimitRefusal),
    /// The storage failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Store {
    /// Sets the limit as a person wants it, with its audit entry. From then on it overrides the configuration. `key` is that
    /// of the request, if it has one: with the same key the wish counts once.
    ///
    /// # Errors
    /// [`LimitError::Refused`] where it must be asked again. Or the storage fails.
    pub async fn set_limit(
        &self,
        wish: LimitWish,
        below_use: BelowUse,
        head: &AuditHead,
        key: Option<&str>,
    ) -> Result<LimitSet, LimitError> {
        self.put_limit((wish, below_use), true, head, key).await
    }

    /// Sets the configured limit, with its audit entry. From then on the configuration decides again.
    ///
    /// # Errors
    /// As [`Store::set_limit`].
    pub async fn follow_configuration(
        &self,
        configured: Limit,
        below_use: BelowUse,
        head: &AuditHead,
    ) -> Result<LimitSet, LimitError> {
        self.put_limit((LimitWish::To(configured), below_use), false, head, None).await
    }

    /// The wish is decided on the ledger that is written: of two who raise it at once, both do.
    async fn put_limit(
        &self,
        (wish, below_use): (LimitWish, BelowUse),
        is_set_by_command: bool,
        head: &AuditHead,
        key: Option<&str>,
    ) -> Result<LimitSet, LimitError> {
        let mut tries = Tries::new(PATIENCE, false);
        while !tries.are_over() {
            let before = match (self.seats().await, wish) {
                // A limit that cannot be read is repaired by setting it again.
                (Err(Error::Corrupt { .. }), LimitWish::To(_)) => self.seats_without_limit().await?,
                (seats, _) => seats?,
            };
            if !before.is_stored {
                self.configure_limit(&before, before.seats.limit, head.at).await?;
                continue;
            }
            if let Some(key) = key
                && let Some(limit) = self.limit_before(key).await?
            {
                return Ok(LimitSet { before: limit, after: before });
            }
            let limit = wish.decide(&before.seats, below_use)?;
            // It is set already: by this call, whose response was lost, or by somebody else.
            if matches!(wish, LimitWish::To(_)) && before.is_set(limit, is_set_by_command) {
                return Ok(LimitSet { before: before.seats.limit, after: before });
            }
            let seats = Seats { limit, ..before.seats };
            let after = Ledger { is_set_by_command, ..before.with(seats, before.admins, head.at) };
            let done = key.map(|key| self.limit_was(key, before.seats.limit)).transpose()?;
            let beside = done.map_or(Beside::Nothing, |item| Beside::Item(Box::new(item)));
            let changes = before.changes_to(&after);
            if self.rewrite(&before, &after, (LICENCE_SET, &changes), beside, head).await? {
                return Ok(LimitSet { before: before.seats.limit, after });
            }
            tries.pause(true).await;
        }
        Err(Error::Contended { what: "the licence" }.into())
    }

    /// The ledger, read without its limit.
    async fn seats_without_limit(&self) -> Result<Ledger, Error> {
        let mut item = self.control_item(LEDGER, "reading the licence").await?.unwrap_or_default();
        item.insert(String::from("limit"), encode_limit(Limit::Unlimited));
        decode(&item)
    }
}
