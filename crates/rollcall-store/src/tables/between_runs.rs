//! A change that must meet no run of a source: between two runs, in one transaction that gives the lease's epoch on.
//!
//! Nobody takes the lease for it, so a crash leaves nothing behind. A run that begins meanwhile takes the next epoch, and the
//! change fails; a run whose lease had expired is fenced off by the change.

use crate::aws::dynamo::{number, text};
use crate::error::Error;
use crate::ids::RunId;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::lease::item_name;
use aws_sdk_dynamodb::types::Update;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;

/// A moment in which no run of the source was under way. It is over when one begins.
#[derive(Clone, Debug)]
pub struct BetweenRuns {
    source: SourceName,
    /// The epoch that was read; none where the lease was never taken.
    stored: Option<u64>,
    next: u64,
}

/// Whether a source has a run under way.
#[derive(Clone, Debug)]
pub enum Moment {
    /// No.
    Between(BetweenRuns),
    /// This one has the lease.
    OwnedBy(RunId),
}

impl Store {
    /// Looks whether a run of the source has its lease.
    ///
    /// # Errors
    /// [`Error::TablesLost`] when the tables are not those of this installation; or the storage fails.
    pub async fn moment_of(&self, source: &SourceName, now: Timestamp) -> Result<Moment, Error> {
        let seen = self.see_lease(source, now).await?;
        if let Some(owner) = seen.owner() {
            return Ok(Moment::OwnedBy(owner.clone()));
        }
        if seen.stored.is_none() {
            self.refuse_lost_tables(std::slice::from_ref(source)).await?;
        }
        let next = self.highest_epoch(source, seen.stored).await?.saturating_add(1);
        Ok(Moment::Between(BetweenRuns { source: source.clone(), stored: seen.stored, next }))
    }

    /// The item of a commit that fails where a run has begun since that moment.
    pub(crate) fn give_epoch_on(&self, moment: &BetweenRuns) -> Result<Update, Error> {
        Update::builder()
            .table_name(&self.names.control)
            .key("name", text(item_name(&moment.source)))
            .update_expression(format!("SET epoch = :next, {SCHEMA} = :schema"))
            .condition_expression("attribute_not_exists(epoch) OR epoch = :epoch")
            .expression_attribute_values(":epoch", number(moment.stored.unwrap_or(0)))
            .expression_attribute_values(":next", number(moment.next))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION))
            .build()
            .map_err(|error| Error::service("checking a lease", error))
    }
}
