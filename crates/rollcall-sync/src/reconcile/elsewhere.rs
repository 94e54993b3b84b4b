//! Usernames that the last snapshots of the other sources asked for and did not get (rule 54d): a person may have moved from
//! one directory to another, and must not lose the account before anybody has said who they are.
//!
//! They stand in the reports of those runs as `conflict`, in frames of their own, so nothing else is read.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_config::Config;
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::Outcome;
use rollcall_core::plan::AskedElsewhere;
use rollcall_core::source::SourceName;
use rollcall_core::username::Username;
use rollcall_store::{AuditEntry, ReportFilter};

/// How many are looked at: of more people than that, a person does not decide one by one.
const ASKED_MAX: usize = 10_000;

/// What newcomers of every other configured source ask for, and an account has.
pub(super) async fn asked_elsewhere(
    shell: &Shell,
    config: &Config,
    source: &SourceName,
) -> Result<Vec<AskedElsewhere>, Error> {
    let mut asked = Vec::new();
    for other in config.sources.iter().map(|other| &other.name).filter(|other| *other != source) {
        let Some(applied) = shell.store.applied_snapshot(other).await? else { continue };
        // A run that is still at work, or was cut off, has no report.
        let Some(mut report) = shell.store.report(other, &applied.run).await? else { continue };
        let conflicts = vec![Outcome::Conflict.as_str()];
        let filter = ReportFilter { outcomes: Some(conflicts), ..ReportFilter::default() };
        let mut from = 0;
        while let Some(part) = report.part(from, &filter, usize::MAX).await? {
            from = part.next;
            let room = ASKED_MAX.saturating_sub(asked.len());
            asked.extend(part.entries.iter().filter_map(|(_, entry)| of_entry(other, entry)).take(room));
        }
    }
    Ok(asked)
}

/// The newcomer of an entry.
fn of_entry(source: &SourceName, entry: &AuditEntry) -> Option<AskedElsewhere> {
    if entry.account.is_some() || entry.outcome != Outcome::Conflict.as_str() {
        return None;
    }
    Some(AskedElsewhere {
        username: Username::parse(entry.username.as_ref().or(entry.match_key.as_ref())?).ok()?,
        source: source.clone(),
        key: MatchKey::parse(entry.match_key.as_ref()?).ok()?,
    })
}
