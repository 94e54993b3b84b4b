//! Reading the audit log in the order in which people read it: newest first, of one account or of one outcome; of one run
//! by outcome. Each order is one index. A page names the entry after which the next page begins.

use crate::aws::dynamo::{Cursor, Item, Pages, text};
use crate::error::Error;
use crate::ids::RunId;
use crate::store::Store;
use crate::tables::audit::AuditEntry;
use crate::tables::feed;
use crate::wire::show_time;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use rollcall_core::account::AccountId;
use rollcall_core::time::Timestamp;

/// A page of entries.
#[derive(Debug)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A period of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Its begin, included.
    pub from: Option<Timestamp>,
    /// Its end, excluded.
    pub to: Option<Timestamp>,
}

/// A text that sorts after every time.
const END_OF_TIME: &str = "~";

impl Period {
    /// Whether a moment is in it.
    #[must_use]
    pub fn has(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }

    /// The bounds of sort keys that begin with a time, both included; `before` is the position of an entry.
    fn bounds(&self, before: Option<&str>) -> (String, String) {
        let from = self.from.map_or_else(|| String::from("0"), show_time);
        let to = self.to.map_or_else(|| END_OF_TIME.to_owned(), show_time);
        (from, before.map_or(to.clone(), |before| to.min(before.to_owned())))
    }
}

impl Store {
    /// The newest changes with this outcome in a period, before the entry at this position.
    ///
    /// # Errors
    /// When the storage fails or an item is not an entry.
    pub async fn audit_of_outcome(
        &self,
        outcome: &str,
        period: &Period,
        before: Option<&str>,
        limit: i32,
    ) -> Result<Vec<AuditEntry>, Error> {
        let query = self.dynamo.query().table_name(&self.names.audit).index_name("by_outcome");
        self.newest(query, ("outcome", outcome), "at_account", period.bounds(before), before, limit).await
    }

    /// The newest changes of an account in a period, before the entry at this position.
    ///
    /// # Errors
    /// As [`Store::audit_of_outcome`].
    pub async fn audit_of_account(
        &self,
        account: AccountId,
        period: &Period,
        before: Option<&str>,
        limit: i32,
    ) -> Result<Vec<AuditEntry>, Error> {
        let query = self.dynamo.query().table_name(&self.names.audit);
        let account = account.to_string();
        self.newest(query, ("account", &account), "at", period.bounds(before), before, limit).await
    }

    /// The first changes of a run after an entry, by outcome and then time; with `outcome`, of that one only.
    ///
    /// # Errors
    /// As [`Store::audit_of_outcome`].
    pub async fn audit_of_run_from(
        &self,
        run: &RunId,
        outcome: Option<&str>,
        after: Option<RunPosition<'_>>,
        limit: i32,
    ) -> Result<Vec<AuditEntry>, Error> {
        let mut query = self.of_run(run);
        if let Some(outcome) = outcome {
            query = query
                .key_condition_expression("#run = :run AND begins_with(outcome_at, :outcome)")
                .expression_attribute_values(":outcome", text(format!("{outcome}#")));
        }
        self.first(query, after.and_then(|after| after.key(run)), limit, |_| true).await
    }

    /// A page of the changes of one run, by outcome and time.
    ///
    /// # Errors
    /// When the storage fails or an item is not an entry.
    pub async fn audit_of_run(&self, run: &RunId, after: Option<Cursor>) -> Result<AuditPage, Error> {
        let query = self.of_run(run);
        let pages = Pages::of(query, self.page_items, after, "reading the audit log of a run");
        let (items, next) = pages.one().await?;
        Ok(AuditPage { entries: decode(items)?, next })
    }

    /// A page of all changes, in no particular order, read consistently.
    ///
    /// # Errors
    /// As [`Store::audit_of_run`].
    pub async fn audit_page(&self, after: Option<Cursor>) -> Result<AuditPage, Error> {
        let (items, next) = self.scan_audit(after).await?;
        Ok(AuditPage { entries: decode(items)?, next })
    }

    /// A page of the audit table without its feed of changes, as it is stored, in no order, read consistently.
    pub(super) async fn scan_audit(
        &self,
        after: Option<Cursor>,
    ) -> Result<(Vec<Item>, Option<Cursor>), Error> {
        let scan = self.dynamo.scan().table_name(&self.names.audit).consistent_read(true);
        let pages = Pages::of(scan, self.page_items, after, "reading the audit log");
        let (mut items, next) = pages.one().await?;
        items.retain(|item| !feed::is_of_feed(item));
        Ok((items, next))
    }

    /// The query of the index by run.
    fn of_run(&self, run: &RunId) -> QueryFluentBuilder {
        self.dynamo
            .query()
            .table_name(&self.names.audit)
            .index_name("by_run")
            .key_condition_expression("#run = :run")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(run.as_str()))
    }

    async fn newest(
        &self,
        query: QueryFluentBuilder,
        (hash, value): (&str, &str),
        range: &str,
        (from, to): (String, String),
        before: Option<&str>,
        limit: i32,
    ) -> Result<Vec<AuditEntry>, Error> {
        if to < from {
            return Ok(Vec::new());
        }
        let query = query
            .key_condition_expression("#hash = :hash AND #range BETWEEN :from AND :to")
            .expression_attribute_names("#hash", hash)
            .expression_attribute_names("#range", range)
            .expression_attribute_values(":hash", text(value))
            .expression_attribute_values(":from", text(&from))
            .expression_attribute_values(":to", text(&to))
            .scan_index_forward(false);
        // The bounds include the entry before which the page begins.
        self.first(query, None, limit, |entry| before.is_none_or(|before| *entry.position() < *before)).await
    }

    /// The first entries of a query that fit, after the key `start`.
    async fn first(
        &self,
        query: QueryFluentBuilder,
        start: Option<Item>,
        limit: i32,
        fits: impl Fn(&AuditEntry) -> bool,
    ) -> Result<Vec<AuditEntry>, Error> {
        let mut pages = Pages::of(query, self.page_items, start.map(Cursor), "reading the audit log");
        let (wanted, mut found) = (usize::try_from(limit).unwrap_or(1).max(1), Vec::new());
        while found.len() < wanted
            // One more than wanted: the first entry may be the one that does not fit.
            && let Some(items) = pages.next(wanted - found.len() + 1).await?
        {
            found.extend(decode(items)?.into_iter().filter(&fits));
        }
        found.truncate(wanted);
        Ok(found)
    }
}

/// The position of a change among those of its run.
#[derive(Clone, Copy, Debug)]
pub struct RunPosition<'a> {
    /// The code of its outcome.
    pub outcome: &'a str,
    /// Its position among all entries.
    pub position: &'a str,
}

impl RunPosition<'_> {
    /// The key of the entry in the index by run; none where the text is no position of an entry.
    fn key(&self, run: &RunId) -> Option<Item> {
        let (at, subject) = self.position.rsplit_once('#')?;
        let outcome_at = format!("{}#{at}", self.outcome);
        let key = [("run", run.as_str()), ("outcome_at", &outcome_at), ("account", subject), ("at", at)];
        Some(key.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect())
    }
}

fn decode(items: Vec<Item>) -> Result<Vec<AuditEntry>, Error> {
    items.into_iter().map(AuditEntry::decode).collect()
}
