//! What people do to single accounts and to the licence, through the same seat gate and the same commit (rule 15).

use crate::error::Error;
use rollcall_config::Config;
use rollcall_core::account::{Account, AccountId, AccountState, BlockReason, Owner};
use rollcall_core::commit_rules::Manner;
use rollcall_core::fields::Fields;
use rollcall_core::history::History;
use rollcall_core::licence::{Limit, Seats};
use rollcall_core::limit_change::{BelowUse, LimitWish};
use rollcall_core::outcome::{Change, FieldChange, Outcome};
use rollcall_core::seat_gate::{self, Decided, Refusal};
use rollcall_core::username::Username;
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::shards::for_each_page;
use rollcall_sync::store::{Committed, LimitSet};
use rollcall_sync::{Shell, licence};

/// How often a person's change is tried again when somebody else was quicker.
pub(super) const TRIES_MAX: u32 = 5;

/// Which account is meant.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// The one with this username.
    Username(&'a str),
    /// The one with this id.
    Id(AccountId),
}

impl<'a> From<&'a str> for Which<'a> {
    fn from(username: &'a str) -> Self {
        Self::Username(username)
    }
}

impl<'a> From<&'a String> for Which<'a> {
    fn from(username: &'a String) -> Self {
        Self::Username(username)
    }
}

impl From<AccountId> for Which<'_> {
    fn from(id: AccountId) -> Self {
        Self::Id(id)
    }
}

/// The account that is meant.
///
/// # Errors
/// When there is none, or the storage fails.
pub async fn find(shell: &Shell, which: impl Into<Which<'_>>) -> Result<Account, Error> {
    match which.into() {
        Which::Username(username) => {
            let found = shell.store.account_by_username(&Username::parse(username)?).await?;
            found.ok_or_else(|| Error::NoSuchAccount { username: username.to_owned() })
        }
        Which::Id(id) => shell.store.account(id).await?.ok_or(Error::NoSuchAccountId { id }),
    }
}

/// An account that a person has changed.
#[derive(Debug, Clone)]
pub struct Changed {
    /// What it was.
    pub before: Account,
    /// What it is.
    pub after: Account,
    /// The licence after the change.
    pub seats: Seats,
}

/// Blocks an account, but not the last active administrator (rule 20).
///
/// # Errors
/// When there is none, a person has blocked it already, or nobody could administer the application.
pub async fn block(
    shell: &Shell,
    which: impl Into<Which<'_>>,
    actor: impl Into<Actor<'_>>,
    why: Option<&str>,
) -> Result<Changed, Error> {
    block_as(shell, which.into(), actor.into(), why, Manner::Each).await
}

/// Blocks an account, even that of the last active administrator: whoever asks has said so.
///
/// # Errors
/// When there is none, or a person has blocked it already.
pub async fn block_even_last_admin(
    shell: &Shell,
    which: impl Into<Which<'_>>,
    actor: impl Into<Actor<'_>>,
    why: Option<&str>,
) -> Result<Changed, Error> {
    block_as(shell, which.into(), actor.into(), why, Manner::EvenLastAdmin).await
}

async fn block_as(
    shell: &Shell,
    which: Which<'_>,
    actor: Actor<'_>,
    why: Option<&str>,
    manner: Manner,
) -> Result<Changed, Error> {
    let decide = |account: &Account, _: &Config, _: &Seats| {
        seat_gate::block(account, actor.name.to_owned(), why.map(str::to_owned), shell.now())
    };
    change(shell, which, actor, (Outcome::BlockedByAdmin, manner), decide).await
}

/// Lifts a person's block of an account. Without a free seat the person waits (rule 59).
///
/// # Errors
/// When there is none, or no person has blocked it.
pub async fn unblock(
    shell: &Shell,
    which: impl Into<Which<'_>>,
    actor: impl Into<Actor<'_>>,
) -> Result<Changed, Error> {
    change(
        shell,
        which.into(),
        actor.into(),
        (Outcome::UnblockedByAdmin, Manner::Each),
        |account, config, seats| seat_gate::unblock(account, seats, &config.policy, shell.now()),
    )
    .await
}

/// Makes a local account, active from the start.
///
/// # Errors
/// When the username is unusable or taken, or no seat is free.
pub async fn add_local(
    shell: &Shell,
    username: &str,
    is_admin: bool,
    fields: Fields,
    actor: impl Into<Actor<'_>>,
) -> Result<Account, Error> {
    let actor = actor.into();
    let after = new_local(shell, username, is_admin, fields).await?;
    let username = after.username.clone();
    for _ in 0..TRIES_MAX {
        let (config, ledger) = licence::use_configured(shell).await?;
        if let Err(refusal) = seat_gate::admit_one(&after, &ledger.seats, config.policy.reserve) {
            let is_taken = shell.store.account(after.id).await?.is_some();
            let taken = Error::UsernameTaken { username: username.original().to_owned() };
            return Err(if is_taken { taken } else { Error::NoSeatForLocal { refusal } });
        }
        let change = Change {
            outcome: Outcome::CreatedLocal,
            reason: None,
            before: None,
            after: after.clone(),
            changes: Vec::new(),
        };
        match commit_one(shell, actor, change, Manner::Each).await? {
            Some(Committed::Stale(_) | Committed::UsernameTaken(_)) => {
                return Err(Error::UsernameTaken { username: username.original().to_owned() });
            }
            committed => {
                if let Some(change) = made(committed)? {
                    return Ok(change.after);
                }
            }
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// A local account as it is to be made.
///
/// # Errors
/// When the username is unusable, or another account has it: that is said before a seat is looked for.
pub(super) async fn new_local(
    shell: &Shell,
    username: &str,
    is_admin: bool,
    fields: Fields,
) -> Result<Account, Error> {
    let username = Username::parse(username)?;
    let id = AccountId::of_local(&username);
    let holder = shell.store.account_by_username(&username).await?;
    // An earlier folding may have told it apart from a username that is taken.
    let is_taken =
        holder.is_some_and(|holder| holder.id != id) || shell.store.earlier_claim(&username).await?.is_some();
    if is_taken {
        return Err(Error::UsernameTaken { username: username.original().to_owned() });
    }
    Ok(Account {
        id,
        owner: Owner::Local,
        username,
        is_admin,
        state: AccountState::Active,
        priority: 0,
        missing_since: None,
        history: History::default(),
        fields,
        version: 1,
    })
}

/// Sets this limit, from then on instead of the configured one; one below the seats in use is meant.
///
/// # Errors
/// When the storage fails.
pub async fn set_limit(shell: &Shell, limit: Limit, actor: impl Into<Actor<'_>>) -> Result<LimitSet, Error> {
    change_limit(shell, (LimitWish::To(limit), BelowUse::Meant), actor, None).await
}

/// Changes the limit as a person wants it, from then on instead of the configured one. With the key of a request that was
/// begun, the wish counts once, however often it is sent.
///
/// # Errors
/// When the wish must be asked again, or the storage fails.
pub async fn change_limit(
    shell: &Shell,
    (wish, below_use): (LimitWish, BelowUse),
    actor: impl Into<Actor<'_>>,
    key: Option<&str>,
) -> Result<LimitSet, Error> {
    let actor = actor.into();
    match shell.store.seats().await {
        // Setting it again is the cure for a limit that cannot be read.
        Err(rollcall_sync::store::Error::Corrupt { .. }) => {}
        ledger => licence::refuse_lost(shell, &ledger?, &shell.config().await?).await?,
    }
    Ok(shell.store.set_limit(wish, below_use, &head(shell, actor), key).await?)
}

/// Makes the configured limit count again, after another was set instead.
///
/// # Errors
/// As [`change_limit`], or the configuration has mistakes.
pub async fn follow_configured_limit(
    shell: &Shell,
    below_use: BelowUse,
    actor: impl Into<Actor<'_>>,
) -> Result<LimitSet, Error> {
    let config = shell.config().await?;
    if let Ok(ledger) = shell.store.seats().await {
        licence::refuse_lost(shell, &ledger, &config).await?;
    }
    let head = head(shell, actor.into());
    Ok(shell.store.follow_configuration(config.licence, below_use, &head).await?)
}

/// The licence and who waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// The limit and the seats in use.
    pub seats: Seats,
    /// How many accounts wait for a seat.
    pub waiting: u64,
}

/// The licence as it stands, and how many wait. Reads every account.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn overview(shell: &Shell) -> Result<Overview, Error> {
    let (_, ledger) = licence::use_configured(shell).await?;
    let accounts = all_accounts(shell).await?;
    let waiting = accounts.iter().filter(|account| account.state.waiting_since().is_some()).count();
    Ok(Overview { seats: ledger.seats, waiting: waiting as u64 })
}

/// Every account of every owner, in the order of their ids.
///
/// # Errors
/// When the storage fails.
pub async fn all_accounts(shell: &Shell) -> Result<Vec<Account>, Error> {
    let mut accounts = Vec::new();
    for_each_account(shell, |account| accounts.push(account)).await?;
    accounts.sort_by_key(|account: &Account| account.id);
    Ok(accounts)
}

/// Shows every account of every owner, in no order.
pub(super) async fn for_each_account(
    shell: &Shell,
    mut see: impl FnMut(Account) + Send,
) -> Result<(), Error> {
    for_each_page(
        shell,
        |store, shard, after| async move {
            let mut page = store.accounts_page(shard, after).await?;
            let next = page.next.take();
            Ok((page.accounts, next))
        },
        |page, _| {
            page.into_iter().for_each(&mut see);
            Ok(())
        },
    )
    .await?;
    Ok(())
}

async fn change(
    shell: &Shell,
    which: Which<'_>,
    actor: Actor<'_>,
    (outcome, manner): (Outcome, Manner),
    decide: impl Fn(&Account, &Config, &Seats) -> Result<Decided, Refusal>,
) -> Result<Changed, Error> {
    for _ in 0..TRIES_MAX {
        // At once: whoever asked is waiting.
        let configured = Box::pin(async { Ok(licence::use_configured(shell).await?) });
        let ((config, ledger), before) = futures::try_join!(configured, Box::pin(find(shell, which)))?;
        // What lies beneath a block has no grace; who is unblocked and still missing has it from then on.
        let Decided { state, history } = decide(&before, &config, &ledger.seats)?;
        let version = before.version + 1;
        let after = Account { state, missing_since: None, history, version, ..before.clone() };
        let changes = why_given(&after);
        let change = Change { outcome, reason: None, before: Some(before), after, changes };
        match commit_one(shell, actor, change, manner).await? {
            Some(Committed::Done { change: Change { before: Some(before), after, .. }, seats, .. }) => {
                return Ok(Changed { before, after, seats });
            }
            Some(Committed::LastAdmin(change)) => return Err(last_admin(&change)),
            committed => drop(made(committed)?),
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// What a person gave as the reason of their block, for the audit log: the entry's own reason is the state's word.
fn why_given(account: &Account) -> Vec<FieldChange> {
    let why = account.state.block().and_then(|block| match &block.reason {
        BlockReason::ByAdmin(admin) => admin.why.clone(),
        BlockReason::NoSeat
        | BlockReason::LeftScope
        | BlockReason::DisabledInDirectory
        | BlockReason::NotStarted { .. } => None,
    });
    why.into_iter()
        .map(|why| FieldChange { field: String::from("why"), old: String::new(), new: why })
        .collect()
}

/// The change that was made; `None` where others were quicker, and the request is decided again.
///
/// # Errors
/// [`Error::NotTaken`] where the storage does not take the change.
pub(super) fn made(committed: Option<Committed>) -> Result<Option<Change>, Error> {
    match committed {
        Some(Committed::Done { change, .. }) => Ok(Some(change)),
        Some(Committed::Refused(_, why)) => Err(Error::NotTaken { why }),
        Some(
            Committed::Stale(_)
            | Committed::UsernameTaken(_)
            | Committed::NoSeat(_)
            | Committed::LastAdmin(_)
            | Committed::NotOver(_),
        )
        | None => Ok(None),
    }
}

fn last_admin(change: &Change) -> Error {
    Error::LastAdmin { username: change.after.username.original().to_owned() }
}

pub(super) async fn commit_one(
    shell: &Shell,
    actor: Actor<'_>,
    change: Change,
    manner: Manner,
) -> Result<Option<Committed>, Error> {
    let committed = shell.store.commit(&head(shell, actor), manner, vec![change]).await?;
    Ok(committed.into_iter().next())
}
