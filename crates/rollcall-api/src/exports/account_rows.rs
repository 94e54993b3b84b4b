//! The rows of an export of accounts, in the form that `rows` gives them.
//!
//! A row says what an administrator asks of an account: who it is, whether they may log in, why not and since when, at which
//! place they wait, and where they come from.

use super::rows;
use crate::accounts::waiting;
use crate::error::Error;
use crate::exports::in_words;
use crate::json;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::ExportFormat;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The columns of a CSV export: the words of the API, and what an account has beside them as one cell.
const COLUMNS: [&str; 17] = [
    "username",
    "name",
    "email",
    "state",
    "reason",
    "since",
    "waits_at",
    "source",
    "match_key",
    "immutable_id",
    "is_admin",
    "starts",
    "set_by",
    "why",
    "id",
    "fields",
    // Behind the others, so that who counts columns finds them where they were.
    "in_words",
];

/// At which place of the line of its source each account waits. Read once in a step for each source of which somebody waits:
/// some 50 bytes for each person of the line.
#[derive(Debug, Default)]
pub(super) struct Places {
    read: BTreeSet<SourceName>,
    of: BTreeMap<AccountId, u64>,
}

impl Places {
    /// Reads the lines in which these accounts wait.
    ///
    /// # Errors
    /// When the storage fails.
    pub(super) async fn read_for(&mut self, shell: &Shell, accounts: &[Account]) -> Result<(), Error> {
        let waiting = accounts.iter().filter(|account| account.state.waiting_since().is_some());
        let sources: BTreeSet<&SourceName> = waiting.filter_map(Account::source).collect();
        for source in sources {
            if self.read.insert(source.clone()) {
                let line = waiting::whole_line(shell, source).await?;
                self.of.extend(line.into_iter().zip(1..));
            }
        }
        Ok(())
    }

    fn place_of(&self, account: &Account) -> Option<u64> {
        let waits = account.state.waiting_since().is_some();
        self.of.get(&account.id).copied().filter(|_| waits)
    }
}

/// What a file of accounts begins with.
pub(super) fn begin(format: ExportFormat, file: &mut Vec<u8>) -> Result<(), Error> {
    rows::begin_with(format, COLUMNS, file)
}

/// These accounts; the first of them may be the first of the file.
pub(super) fn write(
    format: ExportFormat,
    accounts: &[Account],
    places: &Places,
    is_first: bool,
    file: &mut Vec<u8>,
) -> Result<(), Error> {
    let (cells, view) = (|account| cells(account, places), |account| view(account, places));
    rows::write_rows(format, accounts, is_first, file, cells, view)
}

/// As the API shows it, and where it waits.
fn view(account: &Account, places: &Places) -> Value {
    let mut view = json::account(account);
    view["waits_at"] = places.place_of(account).into();
    view
}

fn cells(account: &Account, places: &Places) -> [String; 17] {
    let mut view = view(account, places);
    let word = view["reason"].as_str().or(view["state"].as_str()).unwrap_or_default();
    view["in_words"] = in_words::state(word).into();
    COLUMNS.map(|column| match &view[column] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let field =
                |(name, value): (&String, &Value)| format!("{name}: {}", value.as_str().unwrap_or_default());
            fields.iter().map(field).collect::<Vec<_>>().join("; ")
        }
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_)) => other.to_string(),
    })
}
