//! Doctor: counts everything again, compares every two things that must agree, and says where they do not. It only reads,
//! unless it is told to repair.
//!
//! One file for each subject turns what is stored into findings. A finding says what is wrong and how to cure it: by a
//! repair where the other items say what is right, otherwise by what a person has to do.

// What is read.
mod log;
mod records;
mod stored;

// What is compared.
mod accounts;
mod audit;
mod epochs;
mod folding;
mod indexes;
mod ledger;
mod runs;
mod tables;
mod words;

// What is repaired.
mod repair;

pub use folding::{Refolded, refold};

use crate::actor::Actor;
use crate::error::Error;
use crate::shell::Shell;
use records::Records;
pub(crate) use repair::Mend;
use rollcall_store::ExaminationResult;

/// How often everything is repaired at most: one repair may make another possible.
const REPAIRS_MAX: u32 = 3;

/// How many findings of one kind are listed one by one.
const LISTED_MAX: usize = 20;

/// What was counted, and a sentence for everything that is wrong.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// Account records.
    pub accounts: u64,
    /// Active ones among them.
    pub active: u64,
    /// Administrators among the active ones.
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
            Cure::Repair(_) => format!("{}; `rollcall doctor --repair` repairs it", self.what),
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
        claims: records.claims_count,
        audit_entries: records.log.entries,
        findings: findings.iter().map(Finding::in_words).collect(),
    })
}

/// Repairs everything that the other items say how to repair. Answers with what was repaired; [`examine`] says what remains.
///
/// # Errors
/// When the storage fails, or seats change again and again meanwhile.
pub async fn repair(shell: &Shell, actor: impl Into<Actor<'_>>) -> Result<Vec<String>, Error> {
    let actor = actor.into();
    let mut repaired = Vec::new();
    for _ in 0..REPAIRS_MAX {
        let records = Records::read(shell).await?;
        let mut has_repaired = false;
        for finding in findings(shell, &records).await? {
            let Cure::Repair(mends) = finding.cure else { continue };
            for mend in mends {
                repair::carry_out(shell, actor, &records, mend).await?;
            }
            has_repaired = true;
            if !repaired.contains(&finding.what) {
                repaired.push(finding.what);
            }
        }
        if !has_repaired {
            break;
        }
    }
    Ok(repaired)
}

/// Repairs what can be repaired, if it is asked to, and then examines everything.
///
/// # Errors
/// As [`repair()`] and [`examine()`].
pub async fn see(
    shell: &Shell,
    actor: impl Into<Actor<'_>>,
    is_repair: bool,
) -> Result<ExaminationResult, Error> {
    // On the heap, each: a run's step would carry them on its stack.
    let repairs = if is_repair { Box::pin(repair(shell, actor)).await? } else { Vec::new() };
    let diagnosis = Box::pin(examine(shell)).await?;
    Ok(ExaminationResult {
        accounts: diagnosis.accounts,
        active: diagnosis.active,
        claims: diagnosis.claims,
        audit_entries: diagnosis.audit_entries,
        repairs,
        findings: diagnosis.findings,
    })
}

/// Everything that is wrong, the greatest loss first.
async fn findings(shell: &Shell, records: &Records) -> Result<Vec<Finding>, Error> {
    let mut findings = tables::check(shell, records).await?;
    findings.extend(ledger::check(records));
    findings.extend(accounts::check(records));
    findings.extend(folding::check(&records.folded, &records.accounts));
    findings.extend(epochs::check(records, shell.now()));
    findings.extend(runs::check(records));
    findings.extend(indexes::check(shell, records).await?);
    findings.extend(words::check(shell, records).await?);
    findings.extend(audit::check(records));
    Ok(findings)
}

/// The first of many findings of one kind, and how many more there are. No repair is left out.
fn shortened(mut findings: Vec<Finding>) -> Vec<Finding> {
    if findings.len() <= LISTED_MAX {
        return findings;
    }
    let rest = findings.split_off(LISTED_MAX - 1);
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
