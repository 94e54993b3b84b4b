//! Doctor: counts everything again and says what does not agree. Reads only, unless it is told to mend the ledger.

mod folding;

pub use folding::{Refolded, refold};

use crate::admin::{Actor, all_accounts, head};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::licence::SeatCount;
use rollcall_store::AuditEntry;
use std::collections::BTreeMap;

/// How often the accounts are counted again when the ledger moved meanwhile.
const MENDS_MAX: u32 = 5;

/// What was counted, and every disagreement in a sentence.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// Account records.
    pub accounts: u64,
    /// Of them active.
    pub active: u64,
    /// Of these administrators.
    pub admins: u64,
    /// Username claims.
    pub claims: u64,
    /// Audit entries of changes.
    pub audit_entries: u64,
    /// What is wrong; empty where all is well.
    pub findings: Vec<String>,
}

/// Recounts the ledger against the accounts, the claims against the usernames, the audit log against the accounts.
///
/// A run under way moves the figures while they are read: examine when none is.
///
/// # Errors
/// When the storage fails.
pub async fn examine(shell: &Shell) -> Result<Diagnosis, Error> {
    let mut diagnosis = Diagnosis::default();
    let accounts = read_accounts(shell, &mut diagnosis).await?;
    check_ledger(shell, &mut diagnosis).await?;
    check_claims(shell, &accounts, &mut diagnosis).await?;
    folding::check(shell, &mut diagnosis).await?;
    check_audit(shell, &accounts, &mut diagnosis).await?;
    Ok(diagnosis)
}

/// Makes the seat ledger count what there is, with an entry in the audit log. `false` where it does already.
///
/// # Errors
/// When the storage fails, or seats are given and taken all the while.
pub async fn mend_ledger(shell: &Shell, actor: impl Into<Actor<'_>>) -> Result<bool, Error> {
    let actor = actor.into();
    for _ in 0..MENDS_MAX {
        let ledger = shell.store.seats().await?;
        let mut counted = Diagnosis::default();
        read_accounts(shell, &mut counted).await?;
        if (ledger.seats.used.get(), ledger.admins) == (counted.active, counted.admins) {
            return Ok(false);
        }
        let used = SeatCount::new(counted.active);
        if shell.store.mend_counts(&ledger, used, counted.admins, &head(shell, actor)).await? {
            return Ok(true);
        }
    }
    Err(Error::Contended)
}

async fn read_accounts(
    shell: &Shell,
    diagnosis: &mut Diagnosis,
) -> Result<BTreeMap<AccountId, Account>, Error> {
    let accounts = all_accounts(shell).await?;
    diagnosis.accounts = accounts.len() as u64;
    diagnosis.active = accounts.iter().filter(|account| account.state.holds_seat()).count() as u64;
    diagnosis.admins = accounts.iter().filter(|account| account.is_active_admin()).count() as u64;
    Ok(accounts.into_iter().map(|account| (account.id, account)).collect())
}

async fn check_ledger(shell: &Shell, diagnosis: &mut Diagnosis) -> Result<(), Error> {
    let ledger = shell.store.seats().await?;
    let pairs = [
        ("active accounts", ledger.seats.used.get(), diagnosis.active),
        ("active administrators", ledger.admins, diagnosis.admins),
    ];
    for (what, says, counted) in pairs.into_iter().filter(|(_, says, counted)| says != counted) {
        diagnosis.findings.push(format!(
            "the seat ledger says {says} {what}, there are {counted}; no run decides on it until `--repair` mends it"
        ));
    }
    Ok(())
}

async fn check_claims(
    shell: &Shell,
    accounts: &BTreeMap<AccountId, Account>,
    diagnosis: &mut Diagnosis,
) -> Result<(), Error> {
    let mut claims = BTreeMap::new();
    let mut after = None;
    loop {
        let page = shell.store.usernames_page(after).await?;
        claims.extend(page.claims);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    diagnosis.claims = claims.len() as u64;
    // What an earlier folding wrote is said by a check of its own.
    folding::as_folded_now(&mut claims, accounts);
    for (id, account) in accounts {
        if claims.get(account.username.folded()) != Some(id) {
            diagnosis.findings.push(format!("account {id} does not hold the claim on its username"));
        }
    }
    for (username, id) in &claims {
        if accounts.get(id).is_none_or(|account| account.username.folded() != username) {
            diagnosis.findings.push(format!(
                "the username {username:?} is claimed for account {id}, which has another or does not exist"
            ));
        }
    }
    Ok(())
}

async fn check_audit(
    shell: &Shell,
    accounts: &BTreeMap<AccountId, Account>,
    diagnosis: &mut Diagnosis,
) -> Result<(), Error> {
    let mut entries_of: BTreeMap<AccountId, u64> = BTreeMap::new();
    let mut last_of: BTreeMap<AccountId, AuditEntry> = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = shell.store.audit_page(cursor).await?;
        for entry in page.entries {
            let Some(id) = entry.account else { continue };
            diagnosis.audit_entries += 1;
            *entries_of.entry(id).or_default() += 1;
            if last_of.get(&id).is_none_or(|last| last.version < entry.version) {
                last_of.insert(id, entry);
            }
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    for (id, account) in accounts {
        let entries = entries_of.get(id).copied().unwrap_or(0);
        // With a retention set, the oldest entries are gone.
        let may_be_fewer = shell.store.audit_retention_days().is_some();
        if entries > account.version || (entries < account.version && !may_be_fewer) {
            diagnosis.findings.push(format!(
                "account {id} was changed {} times, the audit log has {entries} entries",
                account.version
            ));
        }
        let audited = last_of.get(id).and_then(|entry| entry.after.as_ref());
        if audited.is_none_or(|state| state.state != account.state.as_str()) {
            diagnosis.findings.push(format!(
                "account {id} is {}, which is not what its last audit entry says",
                account.state.as_str()
            ));
        }
    }
    Ok(())
}
