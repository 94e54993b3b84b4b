//! What people change of how an account is known: its username (rule 55), and its match key (rule 54e).

use super::administer::{TRIES_MAX, Which, commit_one, find, for_each_account, made};
use crate::error::Error;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::commit_rules::Manner;
use rollcall_core::match_key::MatchKey;
use rollcall_core::naming;
use rollcall_core::outcome::Change;
use rollcall_core::username::Username;
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::between_runs::between_runs;
use rollcall_sync::store::{BetweenRuns, Committed, Error as StoreError};
use rollcall_sync::{Shell, licence};

/// Gives an account whose person has left another username, so that somebody else can have the old one. No run puts it back
/// while the person is away.
///
/// # Errors
/// When there is no such account, its person has not left, or another account has the new username.
pub async fn rename(
    shell: &Shell,
    which: impl Into<Which<'_>>,
    new: &str,
    actor: impl Into<Actor<'_>>,
) -> Result<Account, Error> {
    let (which, actor) = (which.into(), actor.into());
    let new = Username::parse(new)?;
    for _ in 0..TRIES_MAX {
        let before = find(shell, which).await?;
        let Some(change) = naming::rename(&before, new.clone())? else { return Ok(before) };
        refuse_earlier_claim(shell, &before, &new).await?;
        licence::use_configured(shell).await?;
        match commit_one(shell, actor, change, Manner::Each).await? {
            Some(Committed::UsernameTaken(_)) => return Err(name_taken(shell, &new).await?),
            committed => {
                if let Some(change) = made(committed)? {
                    return Ok(change.after);
                }
            }
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// Gives an account another match key, because its person is in the directory under that one from now on. The next run finds
/// the account by it, and learns the person's immutable id. No run of the source is under way meanwhile, so the key is nobody
/// else's.
///
/// # Errors
/// When there is no such account, it is a local one, another account of its source has the key, or a run is under way.
pub async fn rekey(
    shell: &Shell,
    which: impl Into<Which<'_>>,
    new: &str,
    actor: impl Into<Actor<'_>>,
) -> Result<Account, Error> {
    let (which, actor) = (which.into(), actor.into());
    let new = MatchKey::parse(new).map_err(|why| Error::bad_request(format!("the match key {why}")))?;
    for _ in 0..TRIES_MAX {
        let before = find(shell, which).await?;
        let Some(change) = naming::rekey(&before, new.clone())? else { return Ok(before) };
        let Some(source) = before.source() else { return Ok(before) };
        let moment = between_runs(shell, source).await?;
        licence::use_configured(shell).await?;
        refuse_taken_key(shell, &before, &new).await?;
        if let Some(change) = made(commit_between(shell, actor, &moment, change).await?)? {
            return Ok(change.after);
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// `None` where a run has begun meanwhile.
async fn commit_between(
    shell: &Shell,
    actor: Actor<'_>,
    moment: &BetweenRuns,
    change: Change,
) -> Result<Option<Committed>, Error> {
    match shell.store.commit_between(&head(shell, actor), moment, vec![change]).await {
        Err(StoreError::Contended { .. }) => Ok(None),
        committed => Ok(committed?.into_iter().next()),
    }
}

/// An earlier folding may have told the username apart from one that is taken.
async fn refuse_earlier_claim(shell: &Shell, account: &Account, new: &Username) -> Result<(), Error> {
    match shell.store.earlier_claim(new).await? {
        Some(id) if id != account.id => Err(taken(shell.store.account(id).await?, id, new)),
        Some(_) | None => Ok(()),
    }
}

async fn name_taken(shell: &Shell, new: &Username) -> Result<Error, Error> {
    Ok(match shell.store.account_by_username(new).await? {
        Some(holder) => {
            let id = holder.id;
            taken(Some(holder), id, new)
        }
        None => Error::UsernameTaken { username: new.original().to_owned() },
    })
}

fn taken(holder: Option<Account>, id: AccountId, new: &Username) -> Error {
    let holder = holder.map_or_else(|| format!("account {id}"), |holder| holder.in_words());
    Error::NameTaken { username: new.original().to_owned(), holder }
}

async fn refuse_taken_key(shell: &Shell, account: &Account, new: &MatchKey) -> Result<(), Error> {
    let mut refusal = None;
    for_each_account(shell, |other| {
        if refusal.is_none() {
            refusal = naming::refuse_taken(account, new, &other).err();
        }
    })
    .await?;
    refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
}
