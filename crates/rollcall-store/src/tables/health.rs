//! Which notices are raised, and when a source last succeeded: one item for each source, and one for the licence.
//!
//! A crossing is stored before it is sent, if nobody else has written since it was read. So only one of several runs sends
//! it. If that run dies before it sends, the next run sends it.

use crate::aws::dynamo::{
    COUNTER_MAX, Item, get_number, get_text, is_condition_failed, number, send_update, text,
};
use crate::error::Error;
use crate::ids::RunId;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known about a source, or about the licence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// When a run last succeeded.
    pub last_success: Option<Timestamp>,
    /// The last crossing of every notice that was ever raised, by the notice's code.
    pub crossings: BTreeMap<String, Crossing>,
    version: u64,
}

/// A notice that was raised or cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    /// Raised, or cleared.
    pub is_raised: bool,
    /// When, in milliseconds since 1970.
    pub at_millis: i64,
    /// Whether it was sent.
    pub is_sent: bool,
}

impl Store {
    /// The health of a source, or of the licence.
    ///
    /// # Errors
    /// When the storage fails, or what is stored cannot be read.
    pub async fn health(&self, source: Option<&SourceName>) -> Result<Health, Error> {
        let Some(item) = self.control_item(&item_name(source), "reading which notices are raised").await?
        else {
            return Ok(Health::default());
        };
        let crossings = get_text(&item, "crossings").unwrap_or("{}");
        let success = get_number(&item, "last_success").and_then(|millis| i64::try_from(millis).ok());
        Ok(Health {
            last_success: success.map(Timestamp::from_millis),
            crossings: serde_json::from_str(crossings)
                .map_err(|error| Error::corrupt("the record of notices", error.to_string()))?,
            version: get_number(&item, "version").unwrap_or_default(),
        })
    }

    /// Stores the health as this run has found it. `false` when another run has written it since it was read.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put_health(
        &self,
        source: Option<&SourceName>,
        health: &mut Health,
        run: &RunId,
    ) -> Result<bool, Error> {
        let crossings = serde_json::to_string(&health.crossings)
            .map_err(|error| Error::corrupt("the record of notices", error.to_string()))?;
        let success = health.last_success.map(|time| (String::from(":success"), number(time.as_millis())));
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(source)))
            .update_expression(format!(
                "SET crossings = :crossings, version = :next, written_by = :run, {SCHEMA} = :schema{}",
                if success.is_some() { ", last_success = :success" } else { "" }
            ))
            .condition_expression("attribute_not_exists(version) OR version = :read")
            .set_expression_attribute_values(Some(success.into_iter().collect()))
            .expression_attribute_values(":crossings", text(crossings))
            .expression_attribute_values(":run", text(run.as_str()))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION))
            .expression_attribute_values(":read", number(health.version))
            .expression_attribute_values(":next", number(health.version.saturating_add(1)));
        match send_update(update).await {
            Ok(_) => {
                health.version = health.version.saturating_add(1);
                Ok(true)
            }
            Err(error) if is_condition_failed(&error) => {
                // This call itself may have written it, and its first response was lost. A run writes each version once.
                let item = self.control_item(&item_name(source), "reading which notices are raised").await?;
                let item = item.unwrap_or_default();
                let is_ours = get_text(&item, "written_by") == Some(run.as_str())
                    && get_number(&item, "version") == Some(health.version + 1);
                health.version += u64::from(is_ours);
                Ok(is_ours)
            }
            Err(error) => Err(Error::service("recording which notices are raised", error)),
        }
    }
}

/// Whether the record of notices in this item can be read.
pub(crate) fn is_readable(item: &Item) -> bool {
    let crossings = get_text(item, "crossings").unwrap_or("{}");
    serde_json::from_str::<BTreeMap<String, Crossing>>(crossings).is_ok()
        && (!item.contains_key("version") || get_number(item, "version").is_some_and(|at| at <= COUNTER_MAX))
}

fn item_name(source: Option<&SourceName>) -> String {
    source.map_or_else(|| String::from("health"), |source| format!("health#{source}"))
}
