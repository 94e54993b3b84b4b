//! The snapshot of a source that was applied last. An older one is never applied after it (rule 25).

use crate::aws::dynamo::{
    Item, Pages, get_number, get_text, is_condition_failed, need_counter, need_text, number, send_update,
    text,
};
use crate::error::Error;
use crate::ids::RunId;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::dismissal::Dismissal;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;

/// The kind of these items, in the control table's index.
const KIND: &str = "source";

/// The snapshot that was applied last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The epoch of the lease under which it was published.
    pub epoch: u64,
    /// The digest of its content.
    pub digest: String,
    /// The run that applied it.
    pub run: RunId,
    /// The digest of the snapshot whose removals the guard holds, until a person approves them.
    pub held: Option<String>,
    /// The first moment at which the snapshot says something else only because time has passed, as the run that applied it
    /// has noted (rule 42).
    pub next_date: Option<Timestamp>,
    /// The digest of the snapshot whose held removals a person has dismissed, and that decision.
    dismissed: Option<(String, Dismissal)>,
}

impl Applied {
    /// The decision to leave the held removals of the snapshot with this digest as they are, if there is one.
    #[must_use]
    pub fn dismissal_of(&self, digest: &str) -> Option<&Dismissal> {
        self.dismissed.as_ref().filter(|(dismissed, _)| dismissed == digest).map(|(_, by)| by)
    }
}

impl Store {
    /// The snapshot of a source that was applied last.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn applied_snapshot(&self, source: &SourceName) -> Result<Option<Applied>, Error> {
        let item = self.control_item(&item_name(source), "reading which snapshot was applied").await?;
        item.map(|item| decode(&item, source)).transpose()
    }

    /// Marks a snapshot as applied. From then on no older one is applied.
    ///
    /// # Errors
    /// [`Error::OlderSnapshot`] when a newer one was applied already.
    pub async fn mark_applied(
        &self,
        source: &SourceName,
        epoch: u64,
        digest: &str,
        run: &RunId,
    ) -> Result<(), Error> {
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(source)))
            .update_expression(format!(
                "SET epoch = :epoch, digest = :digest, #run = :run, kind = :kind, #at = :source, {SCHEMA} = :schema"
            ))
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":kind", text(KIND))
            .expression_attribute_values(":source", text(source.as_str()))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION))
            .condition_expression("attribute_not_exists(epoch) OR epoch <= :epoch")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":epoch", number(epoch))
            .expression_attribute_values(":digest", text(digest))
            .expression_attribute_values(":run", text(run.as_str()));
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => {
                Err(Error::OlderSnapshot { source_name: source.clone() })
            }
            Err(error) => Err(Error::service("marking a snapshot as applied", error)),
        }
    }
}

impl Store {
    /// Notes the next date of the applied snapshot (rule 42), or that it has none. If another run has applied a snapshot
    /// meanwhile, its note counts, and this one is dropped.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn note_next_date(
        &self,
        source: &SourceName,
        run: &RunId,
        date: Option<Timestamp>,
    ) -> Result<(), Error> {
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(source)))
            .condition_expression("#run = :run")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(run.as_str()));
        let update = match date {
            Some(date) => update
                .update_expression("SET next_date = :date")
                .expression_attribute_values(":date", number(date.as_millis())),
            None => update.update_expression("REMOVE next_date"),
        };
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("noting the next date of a snapshot", error)),
        }
    }

    /// Every source that has ever changed accounts, by name, including those that are no longer configured.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn known_sources(&self) -> Result<Vec<SourceName>, Error> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.names.control)
            .index_name("by_kind")
            .key_condition_expression("kind = :kind")
            .expression_attribute_values(":kind", text(KIND));
        let mut pages = Pages::of(query, self.page_items, None, "reading which sources there are");
        let mut sources = Vec::new();
        while let Some(items) = pages.next(usize::MAX).await? {
            for item in items {
                let what = "the record of the applied snapshot";
                let name = SourceName::parse(need_text(&item, "at", what)?);
                sources.push(name.map_err(|error| Error::corrupt(what, error.to_string()))?);
            }
        }
        Ok(sources)
    }

    /// Records that the guard holds the removals of this snapshot, or (`None`) that a person has approved them.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mark_held(&self, source: &SourceName, digest: Option<&str>) -> Result<(), Error> {
        let update =
            self.dynamo.update_item().table_name(&self.names.control).key("name", text(item_name(source)));
        let update = match digest {
            Some(digest) => update
                .update_expression("SET held = :held")
                .expression_attribute_values(":held", text(digest)),
            None => update.update_expression("REMOVE held, left_digest, left_by, left_at"),
        };
        send_update(update)
            .await
            .map_err(|error| Error::service("recording that removals are held", error))?;
        Ok(())
    }
}

pub(crate) fn decode(item: &Item, source: &SourceName) -> Result<Applied, Error> {
    let what = format!("the record of the applied snapshot, {},", item_name(source));
    Ok(Applied {
        epoch: need_counter(item, "epoch", &what, "`rollcall doctor --repair` makes it again")?,
        digest: need_text(item, "digest", &what)?.to_owned(),
        run: RunId::parse(need_text(item, "run", &what)?)
            .map_err(|error| Error::corrupt(&what, error.to_string()))?,
        held: get_text(item, "held").map(str::to_owned),
        next_date: get_number(item, "next_date")
            .and_then(|millis| i64::try_from(millis).ok())
            .map(Timestamp::from_millis),
        dismissed: get_text(item, "left_digest").map(str::to_owned).zip(Dismissal::of_item(item)),
    })
}

/// The attributes by which the index by kind lists it.
pub(crate) fn index_keys(source: &SourceName) -> Item {
    Item::from([(String::from("kind"), text(KIND)), (String::from("at"), text(source.as_str()))])
}

pub(crate) fn item_name(source: &SourceName) -> String {
    format!("applied#{source}")
}
