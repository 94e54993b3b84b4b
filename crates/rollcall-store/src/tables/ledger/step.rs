//! The ledger's update in a commit. It moves the counts by what the batch moves, if they are still within the bounds of the
//! batch: other sources and people may move seats in the same second, and disturb it only where a rule would break.
//!
//! A commit that is alone also names the count that it read, so its audit entries say the seats exactly (rule 30).

use super::counts::CountMoves;
use super::{LEDGER, Ledger, encode_limit, millis};
use crate::aws::dynamo::number;
use crate::aws::dynamo::text;
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use aws_sdk_dynamodb::types::Update;
use rollcall_core::commit_rules::{Bounds, Manner};
use rollcall_core::outcome::Change;
use rollcall_core::time::Timestamp;

/// What a commit says about the seats in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// Exactly what it read, moved by its own changes: the ledger must still have this count.
    Exact,
    /// The count may have moved, within the bounds. What the entries say is then off by what others moved meanwhile.
    About,
}

/// The step of the ledger that a batch makes.
pub(crate) struct LedgerStep {
    read: Ledger,
    after: Ledger,
    bounds: Bounds,
    moves: CountMoves,
    at: Timestamp,
}

impl LedgerStep {
    /// The step from the ledger as it was read.
    ///
    /// # Errors
    /// When the ledger counts fewer accounts than there are.
    pub(crate) fn new(read: &Ledger, batch: &[Change], at: Timestamp, manner: Manner) -> Result<Self, Error> {
        let after = read.after(batch, at)?;
        let bounds = Bounds::of(batch, read.seats.limit, manner);
        if !bounds.has(read.seats.used.get(), read.admins) {
            return Err(Ledger::too_low());
        }
        Ok(Self { read: *read, after, bounds, moves: CountMoves::of(batch), at })
    }

    /// The ledger after the step, if nothing else moves it.
    pub(crate) fn after(&self) -> &Ledger {
        &self.after
    }

    /// Whether an account comes, or goes from one state or owner to another. Then the ledger is written, whether it keeps
    /// the counts or not: only so a later version says that something has moved, and a recount is not stored any more.
    pub(crate) fn moves_accounts(&self) -> bool {
        self.moves.is_any()
    }

    /// Since when a seat had been free before the step.
    pub(crate) fn free_since(&self) -> Option<Timestamp> {
        self.read.free_since
    }

    fn used_delta(&self) -> i64 {
        self.after.seats.used.get().cast_signed() - self.read.seats.used.get().cast_signed()
    }

    fn admin_delta(&self) -> i64 {
        self.after.admins.cast_signed() - self.read.admins.cast_signed()
    }

    /// The counts of seats for which the step is right, both included. Beside the bounds of the batch, a seat must be free
    /// after it, or none, as was decided: since when a seat is free depends on it.
    fn used(&self, count: Count) -> (u64, Option<u64>) {
        if count == Count::Exact {
            let used = self.read.seats.used.get();
            return (used, Some(used));
        }
        let (min, max) = (self.bounds.used_min, self.bounds.used_max);
        let Some(limit) = self.read.seats.limit.seats() else { return (min, max) };
        let full = u64::try_from(limit.cast_signed() - self.used_delta()).unwrap_or(0);
        if self.after.free_since.is_some() {
            let free = full.saturating_sub(1);
            (min, Some(max.map_or(free, |max| max.min(free))))
        } else {
            (min.max(full), max)
        }
    }

    /// How the time since which a seat is free changes: what is set, and what is removed.
    fn free(&self) -> (&'static str, &'static str) {
        match (self.read.free_since, self.after.free_since) {
            (_, None) => ("", "free_since"),
            // A wrong clock has stored a time in the future.
            (Some(since), Some(_)) if since > self.at => (", free_since = :free", ""),
            (_, Some(_)) => (", free_since = if_not_exists(free_since, :free)", ""),
        }
    }
}

impl Store {
    /// The update of the ledger that makes a step.
    pub(crate) fn ledger_step(&self, step: &LedgerStep, count: Count) -> Result<Update, Error> {
        let (min, max) = step.used(count);
        let (sets, removes, has) = step.moves.in_step(step.read.counting);
        let (free, free_removes) = step.free();
        let removes: Vec<&str> =
            [free_removes, removes].into_iter().filter(|name| !name.is_empty()).collect();
        let removes =
            if removes.is_empty() { String::new() } else { format!(" REMOVE {}", removes.join(", ")) };
        let most = if max.is_some() { " AND #used <= :used_max" } else { "" };
        let mut update = Update::builder()
            .table_name(&self.names.control)
            .key("name", text(LEDGER))
            .update_expression(format!(
                "SET #used = #used + :used, admins = admins + :admins, version = version + :one, {SCHEMA} = :schema{free}{sets}{removes}"
            ))
            .condition_expression(format!(
                "#limit = :limit AND #used >= :used_min{most} AND admins >= :admins_min{has}"
            ))
            .expression_attribute_names("#used", "used")
            .expression_attribute_names("#limit", "limit")
            .expression_attribute_values(":used", number(step.used_delta()))
            .expression_attribute_values(":admins", number(step.admin_delta()))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION))
            .expression_attribute_values(":limit", encode_limit(step.read.seats.limit))
            .expression_attribute_values(":used_min", number(min))
            .expression_attribute_values(":admins_min", number(step.bounds.admins_min));
        if let Some(max) = max {
            update = update.expression_attribute_values(":used_max", number(max));
        }
        if step.after.free_since.is_some() {
            update = update.expression_attribute_values(":free", millis(step.at));
        }
        step.moves
            .fill_in(step.read.counting, update)
            .build()
            .map_err(|error| Error::service("making a commit", error))
    }
}
