//! Doctor: counts everything again, compares every two things that must agree, and says what does not. Reads only, unless
//! it is told to repair.
//!
//! One file for each subject, each of which turns what is stored into findings. A finding says what is wrong and what
//! cures it: a repair where the truth can be made of the other items, otherwise what a person has to do.

mod accounts;
mod audit;
mod epochs;
mod folding;
mod indexes;
mod ledger;
mod records;
mod repair;
mod runs;
mod tables;

pub use folding::{Refolded, refold};

use crate::actor::Actor;
use crate::error::Error;
use crate::shell::Shell;
use records::Records;
pub(crate) use repair::Mend;

/// How often everything is repaired at most: one repair may open the way for another.
const REPAIRS_MAX: u32 = 3;

/// How many findings of one kind are told one by one.
const TOLD_MAX: usize = 20;

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
    /// What is wrong, and the cure; empty where all is well.
    pub findings: Vec<String>,
}

/// Something that is wrong.
#[derive(Debug)]
pub(crate) struct Finding {
    what: String,
    cure: Cure,
}

/// What is to be done about it.
#[derive(Debug)]
enum Cure {
    /// `--repair` does this.
    Repair(Vec<Mend>),
    /// A person does this.
    ByHand(String),
}

impl Finding {
    fn to_repair(what: impl Into<String>, mend: Mend) -> Self {
        Self { what: what.into(), cure: Cure::Repair(vec![mend]) }
    }

    fn by_hand(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { what: what.into(), cure: Cure::ByHand(cure.into()) }
    }

    fn in_words(&self) -> String {
        match &self.cure {
            Cure::Repair(_) => format!("{}; `rollcall doctor --repair` mends it", self.what),
            Cure::ByHand(cure) => format!("{}; {cure}", self.what),
        }
    }
}

/// Compares everything that is stored.
///
/// A run under way moves the figures while they are read: examine when none is.
///
/// # Errors
/// When the storage fails.
pub async fn examine(shell: &Shell) -> Result<Diagnosis, Error> {
    let records = Records::read(shell).await?;
    let findings = findings(shell, &records).await?;
    Ok(Diagnosis {
        accounts: records.accounts.len() as u64,
        active: records.active(),
        admins: records.admins(),
        claims: records.claims_stored,
        audit_entries: records.log.entries,
        findings: findings.iter().map(Finding::in_words).collect(),
    })
}

/// Mends what can be made of what else is there. Answers with what was mended; what is left the next examination says.
///
/// # Errors
/// When the storage fails, or seats are given and taken all the while.
pub async fn repair(shell: &Shell, actor: impl Into<Actor<'_>>) -> Result<Vec<String>, Error> {
    let actor = actor.into();
    let mut mended = Vec::new();
    for _ in 0..REPAIRS_MAX {
        let records = Records::read(shell).await?;
        let mut is_any = false;
        for finding in findings(shell, &records).await? {
            let Cure::Repair(mends) = finding.cure else { continue };
            for mend in mends {
                repair::carry_out(shell, actor, &records, mend).await?;
            }
            is_any = true;
            if !mended.contains(&finding.what) {
                mended.push(finding.what);
            }
        }
        if !is_any {
            break;
        }
    }
    Ok(mended)
}

/// What is wrong, the widest loss first.
async fn findings(shell: &Shell, records: &Records) -> Result<Vec<Finding>, Error> {
    let mut findings = tables::check(shell, records).await?;
    findings.extend(ledger::check(records));
    findings.extend(accounts::check(records));
    findings.extend(folding::check(&records.folded));
    findings.extend(epochs::check(records, shell.now()));
    findings.extend(runs::check(records));
    findings.extend(indexes::check(shell, records).await?);
    findings.extend(audit::check(records));
    Ok(findings)
}

/// The first of many findings of one kind, and how many more there are; repairs are kept whole.
fn told(mut findings: Vec<Finding>) -> Vec<Finding> {
    if findings.len() <= TOLD_MAX {
        return findings;
    }
    let rest = findings.split_off(TOLD_MAX - 1);
    let what = format!("{} more of this kind, as: {}", rest.len(), rest[0].what);
    let mut mends = Vec::new();
    let mut by_hand = None;
    for finding in rest {
        match finding.cure {
            Cure::Repair(more) => mends.extend(more),
            Cure::ByHand(cure) => by_hand = Some(cure),
        }
    }
    let cure = match by_hand {
        Some(cure) if mends.is_empty() => Cure::ByHand(cure),
        Some(_) | None => Cure::Repair(mends),
    };
    findings.push(Finding { what, cure });
    findings
}
