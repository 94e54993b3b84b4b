//! How a later run has settled what a run holds: a mark in the item of the run that holds it, beside its stored record.
//!
//! An approval's mark stays; that of a run which has replaced the held one gives way to it.

use crate::aws::dynamo::{Item, get_text, is_condition_failed, send_update, text};
use crate::error::Error;
use crate::ids::RunId;
use crate::store::Store;
use crate::tables::runs::{RunRecord, item_name};
use crate::wire;
use crate::wire::show_time;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How what a run holds was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A person approved it, and the later run carries it out.
    Approved,
    /// The later run has read the source again: what is to be decided stands in that one.
    Replaced,
}

/// The run that settled what an earlier one holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// How.
    pub how: How,
    /// The later run.
    pub run: RunId,
    /// Who asked for it.
    pub by: String,
    /// When it began.
    #[serde(with = "wire::time")]
    pub at: Timestamp,
}

impl Settled {
    /// The mark in the item of a run, if there is one.
    pub(crate) fn of_item(item: &Item) -> Option<Self> {
        let how = match get_text(item, "settled_how")? {
            "approved" => How::Approved,
            _ => How::Replaced,
        };
        let at = wire::read_time(get_text(item, "settled_at")?)?;
        let run = RunId::parse(get_text(item, "settled_in")?).ok()?;
        Some(Self { how, run, by: get_text(item, "settled_by")?.to_owned(), at })
    }
}

impl Store {
    /// Marks what a run holds as settled by a later run.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mark_settled(&self, held: &RunId, how: How, later: &RunRecord) -> Result<(), Error> {
        let (word, condition) = match how {
            How::Approved => ("approved", "attribute_exists(#record)"),
            How::Replaced => ("replaced", "attribute_exists(#record) AND attribute_not_exists(settled_how)"),
        };
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(held)))
            .update_expression("SET settled_how = :how, settled_in = :in, settled_by = :by, settled_at = :at")
            .condition_expression(condition)
            .expression_attribute_names("#record", "record")
            .expression_attribute_values(":how", text(word))
            .expression_attribute_values(":in", text(later.id.as_str()))
            .expression_attribute_values(":by", text(&later.actor))
            .expression_attribute_values(":at", text(show_time(later.started_at)));
        match send_update(update).await {
            Ok(_) => Ok(()),
            // It is settled already, or its record is gone and nobody reads it.
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("marking a held run as settled", error)),
        }
    }
}
