//! Taking back one person's change of one account: a block, or the lifting of one (rule 58f). What a run did is taken back
//! by an undo of that run, in `rollcall-sync`.
//!
//! The same plan as for a run, for one account: through the seats, never the last administrator, audited as `undone`.

use super::administer::{TRIES_MAX, commit_one, find, made};
use crate::error::Error;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::commit_rules::Manner;
use rollcall_core::outcome::{Change, Outcome};
use rollcall_core::undo::{Done, UndoInput, plan_undo};
use rollcall_sync::actor::Actor;
use rollcall_sync::store::{AuditEntry, Ledger, show_time};
use rollcall_sync::{Shell, licence};

/// Takes back the newest change of an account, if a person has made it.
///
/// # Errors
/// [`Error::NothingToUndo`] where the newest change is of a run, or cannot be taken back; it says what to do. Or there is no
/// such account, or the storage fails.
pub async fn undo_newest(
    shell: &Shell,
    id: AccountId,
    actor: impl Into<Actor<'_>>,
) -> Result<Account, Error> {
    let actor = actor.into();
    for _ in 0..TRIES_MAX {
        let (_, ledger) = licence::use_configured(shell).await?;
        let account = find(shell, id).await?;
        let entry = shell.store.newest_change(id).await?;
        let Some(entry) = entry.filter(|entry| entry.version == account.version) else {
            // Between the two readings somebody has changed it; or its entries are gone.
            if shell.store.account(id).await?.is_some_and(|again| again.version == account.version) {
                return Err(refused("the audit log does not tell completely what it was"));
            }
            continue;
        };
        let change = plan(shell, &ledger, &account, entry)?;
        if let Some(change) = made(commit_one(shell, actor, change, Manner::Each).await?)? {
            return Ok(change.after);
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// The change that takes this entry back.
fn plan(shell: &Shell, ledger: &Ledger, account: &Account, entry: AuditEntry) -> Result<Change, Error> {
    if let Some(run) = &entry.run {
        let why = format!("a run has changed it last; the undo of run {run} takes that back");
        return Err(refused(why));
    }
    let of_people = [Outcome::BlockedByAdmin, Outcome::UnblockedByAdmin, Outcome::Undone];
    if !of_people.iter().any(|outcome| outcome.as_str() == entry.outcome) {
        return Err(refused("its newest change is no block and no unblock; block or unblock it"));
    }
    let input = UndoInput {
        now: shell.now(),
        what: format!("the change of {} by {}", show_time(entry.at), entry.actor),
        decided_at: entry.at,
        limit: ledger.seats.limit,
        used: ledger.seats.used,
        admins: ledger.admins,
    };
    let done = entry.into_done().map(without_why);
    let plan = plan_undo(&input, done.as_slice(), &[], std::slice::from_ref(account));
    if let Some((_, why)) = plan.left_alone.first() {
        return Err(refused(why.to_string()));
    }
    plan.changes.into_iter().next().ok_or_else(|| refused("it is what it was already"))
}

/// Why somebody blocked it is no field of the account.
fn without_why(mut done: Done) -> Done {
    done.changes.retain(|change| change.field != "why");
    done
}

fn refused(why: impl Into<String>) -> Error {
    Error::NothingToUndo { why: why.into() }
}
