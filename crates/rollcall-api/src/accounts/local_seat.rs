//! A local account that is made with another person's seat, where the licence is full (rules 15 and 60d).
//!
//! Beside `seat`, whose entries it writes. Both accounts change in one transaction, or neither does: the other one waits
//! exactly if the new one is there. The same request of the same person, sent again, is answered as done.

use super::administer::{TRIES_MAX, find, new_local};
use super::seat::{SEAT_FROM, SEAT_TO, WHY, counterpart, may_be_tried_again, unseating};
use crate::error::Error;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::fields::Fields;
use rollcall_core::give_seat::hand_over;
use rollcall_core::outcome::{Change, FieldChange, Outcome};
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::store::{Committed, Together};
use rollcall_sync::{Shell, licence};

/// A local account that a person wants, with somebody's seat.
#[derive(Debug, Clone)]
pub struct LocalWish<'a> {
    /// Its username.
    pub username: &'a str,
    /// Whether it administers the application.
    pub is_admin: bool,
    /// Its fields.
    pub fields: Fields,
    /// Whose seat it gets; they wait from then on.
    pub seat_from: AccountId,
    /// Why, for the record.
    pub why: &'a str,
}

/// Makes the account with the seat. The last active administrator keeps theirs, unless the new one is another.
///
/// # Errors
/// When the username is unusable or taken, the other account has no seat to give, or nobody could administer the
/// application.
pub async fn add_local_from(
    shell: &Shell,
    wish: LocalWish<'_>,
    actor: impl Into<Actor<'_>>,
) -> Result<Account, Error> {
    let actor = actor.into();
    let made = new_local(shell, wish.username, wish.is_admin, wish.fields.clone()).await?;
    for _ in 0..TRIES_MAX {
        let (config, ledger) = licence::use_configured(shell).await?;
        let head = head(shell, actor);
        let other = find(shell, wish.seat_from).await?;
        if let Some(there) = shell.store.account(made.id).await? {
            let newest = shell.store.newest_change(made.id).await?;
            let is_this = newest.is_some_and(|entry| {
                entry.outcome == Outcome::CreatedLocal.as_str()
                    && entry.actor == head.actor
                    && counterpart(&entry) == Some(other.username.original())
            });
            let taken = || Error::UsernameTaken { username: made.username.original().to_owned() };
            return if is_this { Ok(there) } else { Err(taken()) };
        }
        let unseated =
            hand_over(&made, &other, &ledger.seats, &config.policy, shell.now()).map_err(Error::Seat)?;
        let said =
            |field: &str, new: &str| FieldChange { field: field.into(), old: String::new(), new: new.into() };
        let changes = vec![said(WHY, wish.why), said(SEAT_FROM, other.username.original())];
        let created = Change {
            outcome: Outcome::CreatedLocal,
            reason: None,
            before: None,
            after: made.clone(),
            changes,
        };
        let to = vec![(WHY, wish.why.to_owned()), (SEAT_TO, made.username.original().to_owned())];
        // Whose seat it was comes first: it is free before it is taken.
        let both = vec![unseating(other, unseated, to), created];
        match Box::pin(shell.store.commit_together(&head, both)).await? {
            Together::All(_) => return Ok(made),
            Together::Nothing(refused) => {
                if refused.iter().any(|one| matches!(one, Committed::UsernameTaken(_))) {
                    return Err(Error::UsernameTaken { username: made.username.original().to_owned() });
                }
                refused.into_iter().try_for_each(may_be_tried_again)?;
            }
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}
