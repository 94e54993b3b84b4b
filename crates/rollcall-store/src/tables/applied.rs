//! The snapshot of a source that was applied last. An older one is never applied after it (rule 25).

use crate::aws::dynamo::{
    Item, Pages, get_number, get_text, is_condition_failed, need_counter, need_text, number, send_update,
    text,
};
use crate::error::Error;
use crate::ids::RunId;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::accounts::decode_time;
use crate::tables::dismissal::Dismissal;
use crate::tables::runs::RunSummary;
use crate::wire::show_time;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
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
    /// The digest of the snapshot of which the guard holds something, until a person approves it.
    pub held: Option<String>,
    /// The first moment at which the snapshot says something else only because time has passed, as the run that applied it
    /// has noted (rule 42).
    pub next_date: Option<Timestamp>,
    /// What it holds of that snapshot.
    pub held_parts: Vec<HeldPart>,
    /// The time of the last run that a person approved: what it took counts for the guard no more (rule 52).
    pub approved_at: Option<Timestamp>,
    /// Whether a run has begun to let in newcomers whom the guard did not hold, and no run has come to its end since: the
    /// rest of them is not judged by what is committed already (rule 51b).
    pub admits_newcomers: bool,
    /// The digest of the snapshot whose held removals a person has dismissed, and that decision.
    dismissed: Option<(String, Dismissal)>,
}

/// A part of the guard (rule 51), as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldPart {
    /// Removals: seats and places.
    Removals,
    /// Changed usernames and admin marks.
    Renames,
    /// Newcomers.
    Newcomers,
    /// Accounts whose person a record may be.
    PerhapsSame,
}

impl HeldPart {
    const ALL: [Self; 4] = [Self::Removals, Self::Renames, Self::Newcomers, Self::PerhapsSame];

    fn as_str(self) -> &'static str {
        match self {
            Self::Removals => "removals",
            Self::Renames => "renames",
            Self::Newcomers => "newcomers",
            Self::PerhapsSame => "perhaps_same",
        }
    }

    /// What a run that has ended held.
    pub(crate) fn of_summary(summary: &RunSummary) -> Vec<Self> {
        let is_held = |part: &Self| match part {
            Self::Removals => summary.hold.is_some(),
            Self::Renames => summary.held_parts.renames.is_some(),
            Self::Newcomers => summary.held_parts.newcomers.is_some(),
            Self::PerhapsSame => summary.held_parts.perhaps_same > 0,
        };
        Self::ALL.into_iter().filter(is_held).collect()
    }

    /// As they are stored.
    pub(crate) fn words_of(parts: &[Self]) -> String {
        let words: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
        words.join(" ")
    }

    /// Earlier versions held removals only, and did not say so.
    fn of_item(item: &Item) -> Vec<Self> {
        let Some(words) = get_text(item, "held_parts") else { return vec![Self::Removals] };
        let of_word = |word: &str| Self::ALL.into_iter().find(|part| part.as_str() == word);
        words.split(' ').filter_map(of_word).collect()
    }
}

impl Applied {
    /// Whether this part of the snapshot with this digest is held.
    #[must_use]
    pub fn holds(&self, digest: &str, part: HeldPart) -> bool {
        self.held.as_deref() == Some(digest) && self.held_parts.contains(&part)
    }

    /// Whether a person has left what another snapshot than this one held.
    #[must_use]
    pub fn has_dismissal_of_another(&self, digest: &str) -> bool {
        self.dismissed.as_ref().is_some_and(|(dismissed, _)| dismissed != digest)
    }

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
            .update_of(source)
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
            .update_of(source)
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

    /// Records that the guard holds these parts of this snapshot. A part that is held stays so, whatever else is.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mark_held(
        &self,
        source: &SourceName,
        digest: &str,
        parts: &[HeldPart],
    ) -> Result<(), Error> {
        let applied = self.applied_snapshot(source).await?;
        let is_held = |part: &HeldPart| {
            parts.contains(part) || applied.as_ref().is_some_and(|applied| applied.holds(digest, *part))
        };
        let held: Vec<HeldPart> = HeldPart::ALL.into_iter().filter(is_held).collect();
        let update = self
            .update_of(source)
            .update_expression("SET held = :held, held_parts = :parts")
            .expression_attribute_values(":held", text(digest))
            .expression_attribute_values(":parts", text(HeldPart::words_of(&held)));
        send_update(update).await.map_err(|error| Error::service("recording what the guard holds", error))?;
        Ok(())
    }

    /// Records that a run begins to let in newcomers, or that a run has come to its end.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mark_admitting(&self, source: &SourceName, begins: bool) -> Result<(), Error> {
        let update = self.update_of(source);
        let update = if begins {
            update
                .update_expression("SET admits_newcomers = :yes")
                .expression_attribute_values(":yes", AttributeValue::Bool(true))
        } else {
            update.update_expression("REMOVE admits_newcomers")
        };
        send_update(update).await.map_err(|error| Error::service("recording newcomers", error))?;
        Ok(())
    }

    /// Records that a person has approved what is held, with the run that carries it out.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mark_approved(&self, source: &SourceName, at: Timestamp) -> Result<(), Error> {
        let update = self
            .update_of(source)
            .update_expression("SET approved_at = :at REMOVE held, held_parts, left_digest, left_by, left_at")
            .expression_attribute_values(":at", text(show_time(at)));
        send_update(update).await.map_err(|error| Error::service("recording an approval", error))?;
        Ok(())
    }
}

impl Store {
    /// Forgets that a person has left what another snapshot than this one holds: when that one comes again, they are asked
    /// again.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn forget_dismissal(&self, source: &SourceName, digest: &str) -> Result<(), Error> {
        let update = self
            .update_of(source)
            .update_expression("REMOVE left_digest, left_by, left_at")
            .condition_expression("attribute_exists(left_digest) AND left_digest <> :digest")
            .expression_attribute_values(":digest", text(digest));
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("forgetting a decision about an earlier snapshot", error)),
        }
    }
}

impl Store {
    /// An update of what is known of the snapshot that a source has applied.
    fn update_of(&self, source: &SourceName) -> UpdateItemFluentBuilder {
        let update = self.dynamo.update_item().table_name(&self.names.control);
        update.key("name", text(item_name(source)))
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
        held_parts: HeldPart::of_item(item),
        approved_at: decode_time(item, "approved_at", &what)?,
        admits_newcomers: item.contains_key("admits_newcomers"),
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
