//! The records of exports: what an export is to have, and how far it is. One item of the control table for each.
//!
//! An invocation takes an export up before it works on it, which raises the epoch. Each write of the record names the epoch,
//! so an invocation that was replaced by another writes nothing more. A record goes by itself after some days.

use crate::aws::dynamo::{Item, get_text, number, pause, text};
use crate::error::Error;
use crate::ids::{ExportId, RunId};
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::audit::{AuditEntry, AuditHead};
use crate::tables::audit_write::{Mark, audit_item};
use crate::wire;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{Put, ReturnValue, TransactWriteItem};
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a record is kept. The bucket's rules delete the file earlier.
const KEPT_SECONDS: i64 = 3 * 24 * 60 * 60;

/// How often an export is taken up when another invocation does so at the same moment.
const TRIES_MAX: u32 = 5;

/// The form of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A heading, then a line for each entry.
    #[default]
    Csv,
    /// An array of entries.
    Json,
}

impl ExportFormat {
    /// The word of the form. Its files end with it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Which entries of the audit log an export has: the filters of the list, and a fixed end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFilter {
    /// A username, match key or account id.
    pub user: Option<String>,
    /// The run.
    pub run: Option<RunId>,
    /// The word of the outcome.
    pub outcome: Option<String>,
    /// The word of the reason.
    pub reason: Option<String>,
    /// The source.
    pub source: Option<String>,
    /// From when.
    #[serde(with = "wire::optional_time")]
    pub from: Option<Timestamp>,
    /// Before when: never later than the request, so that an export has an end while others write.
    #[serde(with = "wire::time")]
    pub before: Timestamp,
}

/// Which accounts an export has: the filters of the list. What is left out does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsFilter {
    /// Whether they are active.
    pub is_active: Option<bool>,
    /// The word of the reason of the block.
    pub reason: Option<String>,
    /// A source's name, or `local`.
    pub source: Option<String>,
    /// How the username begins, in any spelling.
    pub text: Option<String>,
}

/// How far the file of an export is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPosition {
    /// The place in the list after which it goes on; none at the beginning.
    pub position: Option<String>,
    /// How many parts of the file have been uploaded.
    pub parts: u32,
    /// The upload that they belong to; none before the first part.
    pub upload: Option<String>,
    /// The object with the rows behind the last part, where they are too few for a part.
    pub tail: Option<String>,
    /// How many rows come before `position`.
    pub rows: u64,
    /// How often the upload was lost and the file was begun again.
    pub begun_again: u32,
}

/// What an export comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// The file is being made.
    Making(ExportPosition),
    /// The file is complete.
    Done {
        /// How many bytes it has.
        bytes: u64,
        /// When it was complete.
        #[serde(with = "wire::time")]
        at: Timestamp,
    },
    /// There is no file.
    Failed {
        /// Why, for the person who asked.
        why: String,
        /// When it was given up.
        #[serde(with = "wire::time")]
        at: Timestamp,
    },
}

/// The record of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRecord {
    /// Its id.
    pub id: ExportId,
    /// The form of its file.
    pub format: ExportFormat,
    /// Which entries of the audit log it has, and of which moment it is.
    pub filter: ExportFilter,
    /// Which accounts it has; none where it is of the audit log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<AccountsFilter>,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    #[serde(with = "wire::time")]
    pub asked_at: Timestamp,
    /// How many rows its file has so far.
    pub rows: u64,
    /// How often an invocation has taken it up.
    pub epoch: u64,
    /// When an invocation last wrote this record.
    #[serde(with = "wire::time")]
    pub touched_at: Timestamp,
    /// How far it is.
    pub state: ExportState,
}

impl ExportRecord {
    /// The change that the audit log shows of the request: each filter with its value.
    fn filters(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        if let Some(accounts) = &self.accounts {
            let state = accounts.is_active.map(|is| String::from(if is { "active" } else { "blocked" }));
            let texts = [
                ("what", Some(String::from("accounts"))),
                ("state", state),
                ("reason", accounts.reason.clone()),
                ("source", accounts.source.clone()),
                ("text", accounts.text.clone()),
                ("format", Some(self.format.as_str().to_owned())),
            ];
            return texts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        }
        let texts = [
            ("user", filter.user.clone()),
            ("run", filter.run.as_ref().map(ToString::to_string)),
            ("outcome", filter.outcome.clone()),
            ("reason", filter.reason.clone()),
            ("source", filter.source.clone()),
            ("from", filter.from.map(wire::show_time)),
            ("before", Some(wire::show_time(filter.before))),
            ("format", Some(self.format.as_str().to_owned())),
        ];
        texts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl Store {
    /// Writes the record of a new export, and in the same transaction the audit entry that says who exports what.
    ///
    /// # Errors
    /// When the storage fails. Then ask again: what may have been written is deleted after some days.
    pub async fn begin_export(&self, export: &ExportRecord, head: &AuditHead) -> Result<(), Error> {
        let seats = match self.seats().await {
            Ok(ledger) => ledger.seats,
            // Whoever looks into a torn licence wants to see what happened.
            Err(Error::Corrupt { .. }) => Seats { used: SeatCount::new(0), limit: Limit::Unlimited },
            Err(error) => return Err(error),
        };
        let entry = AuditEntry::of_export(head, export.id.as_str(), export.filters(), seats);
        let put = Put::builder()
            .table_name(&self.names.control)
            .set_item(Some(encode(export)?))
            .condition_expression("attribute_not_exists(#name)")
            .expression_attribute_names("#name", "name")
            .build()
            .map_err(|error| Error::service("beginning an export", error))?;
        let record = TransactWriteItem::builder().put(put).build();
        let items = vec![record, audit_item(&self.names, &entry, &Mark::new())?];
        let write = self.dynamo.transact_write_items().set_transact_items(Some(items));
        match write.send().await {
            Ok(_) => Ok(()),
            // The id is new: only this very call can have written it.
            Err(_) if self.export(&export.id).await?.is_some() => Ok(()),
            Err(error) => Err(Error::service("beginning an export", error)),
        }
    }

    /// The record of an export.
    ///
    /// # Errors
    /// When the storage fails or the item is not an export.
    pub async fn export(&self, id: &ExportId) -> Result<Option<ExportRecord>, Error> {
        let item = self.control_item(&item_name(id), "reading the record of an export").await?;
        item.map(|item| decode(&item)).transpose()
    }

    /// Takes an export up: whoever had it before writes nothing more. None where there is nothing left to make.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn take_up_export(&self, id: &ExportId, now: Timestamp) -> Result<Option<ExportRecord>, Error> {
        for tries in 1..=TRIES_MAX {
            let Some(export) = self.export(id).await? else { return Ok(None) };
            if !matches!(export.state, ExportState::Making(_)) {
                return Ok(None);
            }
            let before = export.epoch;
            let export = ExportRecord { epoch: before + 1, touched_at: now, ..export };
            if self.put_export(&export, before).await? {
                return Ok(Some(export));
            }
            tokio::time::sleep(pause(tries)).await;
        }
        Err(Error::Contended { what: "the export" })
    }

    /// Writes how far an export is. `false` where another invocation has taken it up, or it was deleted.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn save_export(&self, export: &ExportRecord) -> Result<bool, Error> {
        self.put_export(export, export.epoch).await
    }

    /// Deletes the record of an export, and answers with it.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn remove_export(&self, id: &ExportId) -> Result<Option<ExportRecord>, Error> {
        let delete = self
            .dynamo
            .delete_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(id)))
            .return_values(ReturnValue::AllOld);
        let deleted = delete.send().await.map_err(|error| Error::service("deleting an export", error))?;
        deleted.attributes.map(|item| decode(&item)).transpose()
    }

    async fn put_export(&self, export: &ExportRecord, epoch: u64) -> Result<bool, Error> {
        let put = self
            .dynamo
            .put_item()
            .table_name(&self.names.control)
            .set_item(Some(encode(export)?))
            .condition_expression("epoch = :epoch")
            .expression_attribute_values(":epoch", number(epoch));
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(Error::service("writing the record of an export", error)),
        }
    }
}

fn item_name(id: &ExportId) -> String {
    format!("export#{id}")
}

fn encode(export: &ExportRecord) -> Result<Item, Error> {
    let record = serde_json::to_string(export)
        .map_err(|error| Error::corrupt("the record of an export", error.to_string()))?;
    Ok([
        ("name", text(item_name(&export.id))),
        ("record", text(record)),
        ("epoch", number(export.epoch)),
        ("expires", number(export.asked_at.as_millis() / 1000 + KEPT_SECONDS)),
        (SCHEMA, number(SCHEMA_VERSION)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into())
}

fn decode(item: &Item) -> Result<ExportRecord, Error> {
    let bad = |why: String| Error::corrupt("the record of an export", why);
    let record =
        get_text(item, "record").ok_or_else(|| bad(String::from("expected a text as \"record\"")))?;
    serde_json::from_str(record).map_err(|error| bad(error.to_string()))
}
