//! The seats by day, in the control table: what the last run of each day left (rule 65). Days are of UTC.
//!
//! It is history for people: no decision reads it, and a day without a run has no item.

use crate::aws::dynamo::{Pages, get_number, is_condition_failed, need_text, number, send_update, text};
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::wire::show_time;
use rollcall_core::time::Timestamp;

const KIND: &str = "seats";

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How long a day is kept: two years, and some days.
const KEPT_DAYS: i64 = 740;

/// The seats at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatsOfDay {
    /// The day, as `2026-11-29`.
    pub day: String,
    /// Active accounts.
    pub used: u64,
    /// The limit; none is unlimited.
    pub limit: Option<u64>,
    /// Accounts that waited for a seat.
    pub waiting: u64,
}

impl SeatsOfDay {
    /// The day in which a moment lies.
    #[must_use]
    pub fn day_of(at: Timestamp) -> String {
        show_time(at).chars().take_while(|c| *c != 'T').collect()
    }
}

impl Store {
    /// Notes how the seats were at a moment, in place of what an earlier moment of its day has left.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn note_seats(&self, at: Timestamp, seats: &SeatsOfDay) -> Result<(), Error> {
        let expires = at.as_millis().saturating_add(KEPT_DAYS * DAY_MILLIS) / 1000;
        let limit = if seats.limit.is_some() { "#limit = :limit" } else { "unlimited = :yes" };
        let cleared = if seats.limit.is_some() { "unlimited" } else { "#limit" };
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(format!("seats#{}", seats.day)))
            .update_expression(format!(
                "SET kind = :kind, #at = :day, noted = :noted, used = :used, waiting = :waiting, expires = :expires, \
                 {SCHEMA} = :schema, {limit} REMOVE {cleared}"
            ))
            .condition_expression("attribute_not_exists(noted) OR noted <= :noted")
            .expression_attribute_names("#at", "at")
            .expression_attribute_names("#limit", "limit")
            .expression_attribute_values(":kind", text(KIND))
            .expression_attribute_values(":day", text(&seats.day))
            .expression_attribute_values(":noted", number(at.as_millis()))
            .expression_attribute_values(":used", number(seats.used))
            .expression_attribute_values(":waiting", number(seats.waiting))
            .expression_attribute_values(":expires", number(expires))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION));
        let update = match seats.limit {
            Some(limit) => update.expression_attribute_values(":limit", number(limit)),
            None => update.expression_attribute_values(":yes", number(1)),
        };
        match send_update(update).await {
            Ok(_) => Ok(()),
            // A later moment of the day is there.
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("noting the seats of a day", error)),
        }
    }

    /// The days from this one on, in their order.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn seats_by_day(&self, from: &str) -> Result<Vec<SeatsOfDay>, Error> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.names.control)
            .index_name("by_kind")
            .key_condition_expression("kind = :kind AND #at >= :from")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":kind", text(KIND))
            .expression_attribute_values(":from", text(from));
        let mut pages = Pages::of(query, self.page_items, None, "reading the seats by day");
        let mut days = Vec::new();
        while let Some(items) = pages.next(usize::MAX).await? {
            for item in items {
                let figure = |name| get_number(&item, name);
                days.push(SeatsOfDay {
                    day: need_text(&item, "at", "the seats of a day")?.to_owned(),
                    used: figure("used").unwrap_or_default(),
                    limit: figure("limit"),
                    waiting: figure("waiting").unwrap_or_default(),
                });
            }
        }
        Ok(days)
    }
}
