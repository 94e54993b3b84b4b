//! The list of the runs, from the control table's index by kind: by the time when they began, or the newest first for
//! people.
//!
//! The two orders differ after a clock was wrong: a run that began in the future is not the newest until that time comes.

use crate::aws::dynamo::{Cursor, Item, PAGE_ITEMS_MAX, Pages, text};
use crate::error::Error;
use crate::store::Store;
use crate::tables::runs::{RunRecord, decode, index_key, item_name};
use crate::wire::show_time;
use rollcall_core::time::Timestamp;

/// How far the clock of a run may be ahead of the reader's clock. A run that began later than that was begun by a wrong
/// clock.
const AHEAD_MILLIS_MAX: i64 = 5 * 60 * 1000;

/// A page of runs.
#[derive(Debug)]
pub struct RunsPage {
    /// The runs, newest first.
    pub runs: Vec<RunRecord>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// Which runs to list, by the time when they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Began<'a> {
    Ever,
    Before(&'a str),
    NotBefore(&'a str),
}

impl Store {
    /// The runs that began before this one, the last one first.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn runs_before(&self, limit: i32, run: &RunRecord) -> Result<RunsPage, Error> {
        self.listed_runs(limit, Began::Ever, Some(position_of(run))).await
    }

    /// A page of the runs by the time when they began, the last one first.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn runs_page(&self, limit: i32, after: Option<Cursor>) -> Result<RunsPage, Error> {
        self.listed_runs(limit, Began::Ever, after.map(|cursor| cursor.0)).await
    }

    /// A page of the runs after `after`, newest first. Those that began in the future come last.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn newest_runs(
        &self,
        limit: i32,
        after: Option<&RunRecord>,
        now: Timestamp,
    ) -> Result<RunsPage, Error> {
        let bound = show_time(Timestamp::from_millis(now.as_millis().saturating_add(AHEAD_MILLIS_MAX)));
        let limit = limit.clamp(1, PAGE_ITEMS_MAX);
        let is_in_future = after.is_some_and(|run| index_key(run) >= bound);
        if is_in_future {
            return self.listed_runs(limit, Began::NotBefore(&bound), after.map(position_of)).await;
        }
        let mut page = self.listed_runs(limit, Began::Before(&bound), after.map(position_of)).await?;
        if page.next.is_none() {
            let remaining = limit - i32::try_from(page.runs.len()).unwrap_or(limit);
            // At least one is read, to know whether there is a next page.
            let future = self.listed_runs(remaining.max(1), Began::NotBefore(&bound), None).await?;
            if remaining > 0 {
                page.runs.extend(future.runs);
                page.next = future.next;
            } else if !future.runs.is_empty() {
                page.next = page.runs.last().map(|run| Cursor(position_of(run)));
            }
        }
        Ok(page)
    }

    async fn listed_runs(
        &self,
        limit: i32,
        began: Began<'_>,
        after: Option<Item>,
    ) -> Result<RunsPage, Error> {
        let (condition, bound) = match began {
            Began::Ever => ("kind = :kind", None),
            Began::Before(bound) => ("kind = :kind AND #at < :bound", Some(bound)),
            Began::NotBefore(bound) => ("kind = :kind AND #at >= :bound", Some(bound)),
        };
        let mut query = self
            .dynamo
            .query()
            .table_name(&self.names.control)
            .index_name("by_kind")
            .key_condition_expression(condition)
            .expression_attribute_values(":kind", text("run"))
            .scan_index_forward(false);
        if let Some(bound) = bound {
            query = query
                .expression_attribute_names("#at", "at")
                .expression_attribute_values(":bound", text(bound));
        }
        let mut pages = Pages::of(query, self.page_items, after.map(Cursor), "reading the runs");
        let (wanted, mut runs) = (usize::try_from(limit).unwrap_or(1).max(1), Vec::new());
        while let Some(items) = pages.next(wanted - runs.len()).await? {
            for item in &items {
                runs.push(decode(item)?);
            }
        }
        Ok(RunsPage { runs, next: pages.rest() })
    }
}

/// The position of a run in the index.
fn position_of(run: &RunRecord) -> Item {
    let key = [("kind", text("run")), ("at", text(index_key(run))), ("name", text(item_name(&run.id)))];
    key.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}
