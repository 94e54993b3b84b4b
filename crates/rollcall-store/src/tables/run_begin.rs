//! The beginning of a run: its record, the lease of its source and, where a person asked for it, the audit entry, in one
//! transaction.

use crate::aws::dynamo::pause;
use crate::error::Error;
use crate::ids::Trigger;
use crate::store::Store;
use crate::tables::audit::AuditEntry;
use crate::tables::audit_write::{Mark, audit_item};
use crate::tables::lease::{Acquired, TRIES_MAX};
use crate::tables::runs::RunRecord;
use aws_sdk_dynamodb::types::TransactWriteItem;
use rollcall_core::time::Timestamp;

impl Store {
    /// Begins a run: writes its record and takes the lease of its source until `now + millis`, in one transaction, so that
    /// a lease never names an unknown run. Where a person asked for the run, its audit entry is part of the transaction.
    ///
    /// # Errors
    /// [`Error::TablesLost`] when the tables are not those of this installation; or the storage fails.
    pub async fn begin_run(&self, run: &RunRecord, now: Timestamp, millis: i64) -> Result<Acquired, Error> {
        for tries in 1..=TRIES_MAX {
            let mut seen = self.see_lease(&run.source, now).await?;
            match seen.owner() {
                // The id is new, so this call has taken the lease, and the first response was lost.
                Some(owner) if *owner == run.id => return Ok(seen.taken_already(&run.source, &run.id)),
                Some(owner) => return Ok(Acquired::OwnedBy(owner.clone())),
                None => {}
            }
            if seen.stored.is_none() {
                self.refuse_lost_tables(std::slice::from_ref(&run.source)).await?;
            }
            seen.highest = self.highest_epoch(&run.source, seen.stored).await?;
            let entry = self.request_entry(run).await?;
            let taking = self.taking(&run.source, &run.id, &seen, now.as_millis() + millis)?;
            let taking = TransactWriteItem::builder().update(taking).build();
            let record = TransactWriteItem::builder().put(self.run_put(run)?).build();
            let items = [taking, record].into_iter().chain(entry).collect();
            match self.dynamo.transact_write_items().set_transact_items(Some(items)).send().await {
                Ok(_) => return Ok(seen.taken_by(&run.source, &run.id)),
                // Another run has taken it since it was read, or another transaction was under way.
                Err(error)
                    if error.as_service_error().is_some_and(|e| e.is_transaction_canceled_exception()) =>
                {
                    tokio::time::sleep(pause(tries)).await;
                }
                Err(error) => return Err(Error::service("taking a lease", error)),
            }
        }
        Err(Error::Contended { what: "the lease" })
    }

    /// The audit entry of a run that a person has asked for. Other triggers are no decisions of a person, and a dry run
    /// changes nothing.
    async fn request_entry(&self, run: &RunRecord) -> Result<Option<TransactWriteItem>, Error> {
        match run.trigger {
            Trigger::Reset | Trigger::Command if run.dry_run => Ok(None),
            Trigger::Schedule | Trigger::Drop | Trigger::Date => Ok(None),
            Trigger::Reset | Trigger::Command => {
                let seats = self.seats().await?.seats;
                Ok(Some(audit_item(&self.names, &AuditEntry::of_request(run, seats), &Mark::new())?))
            }
        }
    }
}
