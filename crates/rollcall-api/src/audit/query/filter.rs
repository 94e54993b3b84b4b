//! The filters of the audit log (rule 31).

use super::person::Person;
use crate::error::Error;
use rollcall_sync::store::{AuditEntry, LOCAL, Period, ReportFilter, RunId, RunRecord};

/// Which entries fit; what is left out does not restrict.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// An account's username, match key or id as it is now; or the username or match key of somebody who has none.
    pub user: Option<String>,
    /// The run. With it also what the run only observed.
    pub run: Option<RunId>,
    /// The word of the outcome.
    pub outcome: Option<String>,
    /// The word of the reason.
    pub reason: Option<String>,
    /// The source; [`LOCAL`] for what was done to local accounts.
    pub source: Option<String>,
    /// From when to when.
    pub period: Period,
}

impl AuditFilter {
    /// Whether an index gives what fits and nothing else.
    pub(super) fn is_exact(&self) -> bool {
        self.reason.is_none() && self.source.is_none() && (self.user.is_none() || self.outcome.is_none())
    }

    /// The same of the index of a run, which has its outcomes and nothing else.
    pub(super) fn is_exact_of_run(&self) -> bool {
        let has_period = self.period.from.is_some() || self.period.to.is_some();
        self.user.is_none() && self.reason.is_none() && self.source.is_none() && !has_period
    }

    pub(super) fn may_be_of(&self, run: &RunRecord) -> bool {
        run.is_of_accounts()
            && self.source.as_ref().is_none_or(|source| run.source.as_str() == source)
            && self.period.to.is_none_or(|to| run.started_at < to)
    }

    /// What of a report need not be looked at any closer.
    pub(super) fn sought(&self, outcomes: Option<Vec<&'static str>>) -> Result<ReportFilter, Error> {
        let text = |name: &str, value: &Option<String>| {
            let value = value.as_ref().map(serde_json::to_string);
            value.map(|value| value.map(|value| format!("\"{name}\":{value}")))
        };
        let texts = [text("outcome", &self.outcome), text("reason", &self.reason)];
        let texts = texts.into_iter().flatten().collect::<Result<_, _>>();
        let texts = texts.map_err(rollcall_sync::Error::from)?;
        Ok(ReportFilter { outcomes, texts, reason: self.reason.clone(), ..ReportFilter::default() })
    }

    pub(super) fn fits(&self, person: Option<&Person>, entry: &AuditEntry) -> bool {
        let is_of = |source: &String| match source.as_str() {
            // An account of a source has a match key.
            LOCAL => entry.account.is_some() && entry.match_key.is_none(),
            source => entry.source.as_deref() == Some(source),
        };
        person.is_none_or(|person| person.is_in(entry))
            && self.outcome.as_ref().is_none_or(|outcome| *outcome == entry.outcome)
            && self.reason.as_ref().is_none_or(|reason| has_reason(entry, reason))
            && self.source.as_ref().is_none_or(is_of)
            && self.period.has(entry.at)
    }
}

/// Whether this is the entry's reason, or that of the block after it: the entry may say more, as a date or a condition.
fn has_reason(entry: &AuditEntry, word: &str) -> bool {
    let after = entry.after.as_ref().and_then(|state| state.reason.as_deref());
    entry.reason.as_deref() == Some(word) || after == Some(word)
}
