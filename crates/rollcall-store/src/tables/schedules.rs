//! When each schedule last ticked, in the control table: for people who ask when the next time is. No decision reads it.

use crate::aws::dynamo::{get_number, number, send_update, text};
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use rollcall_core::time::Timestamp;

/// The item.
const ITEM: &str = "schedules";

/// Stands before the schedule's expression in the name of its attribute.
const TICK: &str = "tick ";

/// The last tick of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// As EventBridge has it: `rate(1 hour)`, `cron(0 6 * * ? *)`.
    pub expression: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Notes that a schedule has ticked.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn note_tick(&self, tick: &Tick) -> Result<(), Error> {
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(ITEM))
            .update_expression(format!("SET #tick = :at, {SCHEMA} = :schema"))
            .expression_attribute_names("#tick", format!("{TICK}{}", tick.expression))
            .expression_attribute_values(":at", number(tick.at.as_millis()))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION));
        send_update(update)
            .await
            .map_err(|error| Error::service("noting that a schedule has ticked", error))?;
        Ok(())
    }

    /// The last tick of every schedule that there ever was, by its expression.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn last_ticks(&self) -> Result<Vec<Tick>, Error> {
        let item =
            self.control_item(ITEM, "reading when the schedules last ticked").await?.unwrap_or_default();
        let tick = |name: &String| {
            let at = i64::try_from(get_number(&item, name)?).ok()?;
            Some(Tick { expression: name.strip_prefix(TICK)?.to_owned(), at: Timestamp::from_millis(at) })
        };
        let mut ticks: Vec<Tick> = item.keys().filter_map(tick).collect();
        ticks.sort_by(|one, other| one.expression.cmp(&other.expression));
        Ok(ticks)
    }
}
