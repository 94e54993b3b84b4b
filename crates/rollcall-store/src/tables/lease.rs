//! Leases: one run at a time for each source (rule 26). The epoch rises each time the lease is taken, so a run that was
//! replaced is recognised by its epoch and can write nothing.

use crate::aws::dynamo::{
    Item, get_number, get_text, get_texts, is_condition_failed, need_counter, number, pause, send_update,
    text,
};
use crate::error::Error;
use crate::ids::{Lease, RunId, Trigger};
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, TransactWriteItem, Update};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;

/// How often a lease is tried when other runs take it at the same moment.
pub(super) const TRIES_MAX: u32 = 10;

/// A lease that lasts longer than this was taken by a wrong clock, and counts as expired. Three times what a run asks for,
/// so that clocks may differ.
const LASTS_MILLIS_MAX: i64 = 60 * 60 * 1000;

/// How much is added to the highest known epoch when a lease was lost. An epoch whose owner published nothing leaves no
/// trace, and must not be given twice.
pub(crate) const EPOCHS_WITHOUT_TRACE_MAX: u64 = 1000;

/// What to do about a lease that cannot be read.
const TODO: &str = "`rollcall doctor --repair` makes it again";

/// The result of asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// This run has it. An earlier epoch of the run is no longer valid.
    Mine {
        /// The lease.
        lease: Lease,
        /// Runs whose lease had expired, and whose records may still be open: end the records, then forget these runs.
        dead: Vec<RunId>,
    },
    /// Another run owns it.
    OwnedBy(RunId),
}

/// A lease as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseItem {
    /// The run that owns it, or owned it until it expired.
    pub run: Option<RunId>,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// Its epoch.
    pub epoch: u64,
    /// Runs whose lease had expired, and whose records may still be open.
    pub dead: Vec<RunId>,
}

impl LeaseItem {
    /// Whether a wrong clock has taken it, for a time that no run asks for.
    #[must_use]
    pub fn is_of_a_wrong_clock(&self, now: Timestamp) -> bool {
        let latest = now.as_millis().saturating_add(LASTS_MILLIS_MAX);
        self.expires_at.is_some_and(|until| until.as_millis() > latest)
    }
}

/// A lease as it was read.
pub(super) struct Seen {
    /// The run that owns it, or owned it until it expired.
    run: Option<RunId>,
    is_held: bool,
    /// The stored epoch; none when the lease was never taken, or was lost.
    pub(super) stored: Option<u64>,
    /// The highest epoch that was ever given, as far as is known.
    pub(super) highest: u64,
    /// Runs whose lease expired earlier.
    dead: Vec<RunId>,
}

impl Seen {
    pub(super) fn owner(&self) -> Option<&RunId> {
        self.run.as_ref().filter(|_| self.is_held)
    }

    fn next(&self) -> u64 {
        self.highest.saturating_add(1)
    }

    /// The result for the run that has the lease already.
    pub(super) fn taken_already(self, source: &SourceName, run: &RunId) -> Acquired {
        let lease =
            Lease { source: source.clone(), run: run.clone(), epoch: self.stored.unwrap_or(self.highest) };
        Acquired::Mine { lease, dead: self.dead }
    }

    pub(super) fn taken_by(self, source: &SourceName, run: &RunId) -> Acquired {
        let lease = Lease { source: source.clone(), run: run.clone(), epoch: self.next() };
        let dead = self.dead.into_iter().chain(self.run).filter(|dead| dead != run).collect();
        Acquired::Mine { lease, dead }
    }
}

impl Store {
    /// Takes the lease of a run's source until `now + millis`, to continue the run. The run that holds it gets it again,
    /// with a new epoch.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn acquire_lease(
        &self,
        source: &SourceName,
        run: &RunId,
        now: Timestamp,
        millis: i64,
    ) -> Result<Acquired, Error> {
        for tries in 1..=TRIES_MAX {
            let mut seen = self.see_lease(source, now).await?;
            if let Some(owner) = seen.owner().filter(|owner| *owner != run) {
                return Ok(Acquired::OwnedBy(owner.clone()));
            }
            seen.highest = self.highest_epoch(source, seen.stored).await?;
            let taking = self.taking(source, run, &seen, now.as_millis() + millis)?;
            let taking = TransactWriteItem::builder().update(taking).build();
            match self.dynamo.transact_write_items().transact_items(taking).send().await {
                Ok(_) => return Ok(seen.taken_by(source, run)),
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

    /// Takes a lease, if nobody has taken it since it was read. The same write adds the run whose lease has expired to the
    /// dead: its record must be ended, and the run that replaces it may die before it does that.
    pub(super) fn taking(
        &self,
        source: &SourceName,
        run: &RunId,
        seen: &Seen,
        until: i64,
    ) -> Result<Update, Error> {
        let taking = Update::builder()
            .table_name(&self.names.control)
            .key("name", text(item_name(source)))
            .condition_expression("attribute_not_exists(epoch) OR epoch = :epoch")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(run.as_str()))
            .expression_attribute_values(":until", number(until))
            .expression_attribute_values(":epoch", number(seen.stored.unwrap_or(0)))
            .expression_attribute_values(":next", number(seen.next()))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION));
        let set = format!("SET #run = :run, expires_at = :until, epoch = :next, {SCHEMA} = :schema");
        let taking = match seen.run.as_ref().filter(|before| *before != run) {
            None => taking.update_expression(set),
            Some(dead) => taking
                .update_expression(format!("{set} ADD dead :dead"))
                .expression_attribute_values(":dead", AttributeValue::Ss(vec![dead.to_string()])),
        };
        taking.build().map_err(|error| Error::service("taking a lease", error))
    }

    /// Records that the records of these runs have been ended.
    ///
    /// # Errors
    /// [`Error::Fenced`] when another run has taken the lease: stop at once.
    pub async fn forget_dead(&self, lease: &Lease, dead: &[RunId]) -> Result<(), Error> {
        let names = dead.iter().map(ToString::to_string).collect();
        let update = self
            .held_update(lease)
            .update_expression("DELETE dead :dead")
            .expression_attribute_values(":dead", AttributeValue::Ss(names));
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Err(fenced(lease)),
            Err(error) => Err(Error::service("recording that runs have ended", error)),
        }
    }

    /// Extends a lease.
    ///
    /// # Errors
    /// [`Error::Fenced`] when another run has taken it: stop at once.
    pub async fn renew_lease(&self, lease: &Lease, now: Timestamp, millis: i64) -> Result<(), Error> {
        let update = self
            .held_update(lease)
            .update_expression("SET expires_at = :until")
            .expression_attribute_values(":until", number(now.as_millis() + millis));
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Err(fenced(lease)),
            Err(error) => Err(Error::service("renewing a lease", error)),
        }
    }

    /// Gives a lease back, unless another run has it. A run that was asked for meanwhile stays asked for.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), Error> {
        match send_update(self.held_update(lease).update_expression("REMOVE #run, expires_at")).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("giving a lease back", error)),
        }
    }

    /// Records that the source is read from this moment on. This reading serves every run that was asked for before.
    ///
    /// # Errors
    /// [`Error::Fenced`] when another run has taken the lease: stop at once.
    pub async fn begin_reading(&self, lease: &Lease) -> Result<(), Error> {
        match send_update(self.held_update(lease).update_expression("REMOVE again, again_by")).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Err(fenced(lease)),
            Err(error) => Err(Error::service("recording that a source is read", error)),
        }
    }

    /// Asks for another run after the one that holds the lease. The request stays until a run begins to read. `false` when
    /// the owner no longer has the lease.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn ask_again(
        &self,
        source: &SourceName,
        owner: &RunId,
        trigger: Trigger,
        actor: &str,
    ) -> Result<bool, Error> {
        let update = self
            .lease_update(source)
            .update_expression("SET again = :trigger, again_by = :actor")
            .condition_expression("#run = :run")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(owner.as_str()))
            .expression_attribute_values(":trigger", text(trigger.as_str()))
            .expression_attribute_values(":actor", text(actor));
        match send_update(update).await {
            Ok(_) => Ok(true),
            Err(error) if is_condition_failed(&error) => Ok(false),
            Err(error) => Err(Error::service("asking for another run", error)),
        }
    }

    /// The run that owns the lease of a source, if it has not expired.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn lease_owner(&self, source: &SourceName, now: Timestamp) -> Result<Option<RunId>, Error> {
        let seen = self.see_lease(source, now).await?;
        Ok(seen.owner().cloned())
    }

    /// The last request for another run of a source: its trigger and actor; none when a run has begun to read since.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn asked_again(&self, source: &SourceName) -> Result<Option<(Trigger, String)>, Error> {
        let item = self.lease_item(source).await?;
        let trigger = get_text(&item, "again").and_then(Trigger::from_word);
        let actor = get_text(&item, "again_by").unwrap_or_default();
        Ok(trigger.map(|trigger| (trigger, actor.to_owned())))
    }

    pub(super) async fn see_lease(&self, source: &SourceName, now: Timestamp) -> Result<Seen, Error> {
        decode(&self.lease_item(source).await?, source, now)
    }

    /// The highest epoch that was ever given for a source. Two items have epochs, and each may be lost or restored from a
    /// backup, so the higher one counts. When the lease is missing, the epochs of the published snapshots count too.
    pub(super) async fn highest_epoch(&self, source: &SourceName, stored: Option<u64>) -> Result<u64, Error> {
        let applied = match self.applied_snapshot(source).await {
            Ok(applied) => applied.map_or(0, |applied| applied.epoch),
            // Applying the snapshot reports this. Here it must not stop the run from getting a record that reports it.
            Err(Error::Corrupt { .. } | Error::Newer { .. }) => 0,
            Err(error) => return Err(error),
        };
        if let Some(stored) = stored {
            return Ok(stored.max(applied));
        }
        let seen = applied.max(self.highest_published(source).await?);
        Ok(if seen == 0 { 0 } else { seen.saturating_add(EPOCHS_WITHOUT_TRACE_MAX) })
    }

    /// The lease's item; empty when there is none.
    async fn lease_item(&self, source: &SourceName) -> Result<Item, Error> {
        Ok(self.control_item(&item_name(source), "reading a lease").await?.unwrap_or_default())
    }

    /// The condition in a transaction that this lease is still held.
    pub(crate) fn lease_check(&self, lease: &Lease) -> Result<ConditionCheck, Error> {
        ConditionCheck::builder()
            .table_name(&self.names.control)
            .key("name", text(item_name(&lease.source)))
            .condition_expression("#run = :run AND epoch = :epoch")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(lease.run.as_str()))
            .expression_attribute_values(":epoch", number(lease.epoch))
            .build()
            .map_err(|error| Error::service("checking a lease", error))
    }

    fn held_update(&self, lease: &Lease) -> UpdateItemFluentBuilder {
        self.lease_update(&lease.source)
            .condition_expression("#run = :run AND epoch = :epoch")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(lease.run.as_str()))
            .expression_attribute_values(":epoch", number(lease.epoch))
    }

    fn lease_update(&self, source: &SourceName) -> UpdateItemFluentBuilder {
        self.dynamo.update_item().table_name(&self.names.control).key("name", text(item_name(source)))
    }
}

pub(crate) fn item_name(source: &SourceName) -> String {
    format!("lease#{source}")
}

fn fenced(lease: &Lease) -> Error {
    Error::Fenced { source_name: lease.source.clone(), run: lease.run.clone() }
}

pub(crate) fn decode_item(item: &Item, source: &SourceName) -> Result<LeaseItem, Error> {
    let seen = decode(item, source, Timestamp::from_millis(0))?;
    let what = item_name(source);
    Ok(LeaseItem {
        run: seen.run,
        expires_at: get_number(item, "expires_at")
            .and_then(|millis| i64::try_from(millis).ok())
            .map(Timestamp::from_millis),
        epoch: need_counter(item, "epoch", &what, TODO)?,
        dead: seen.dead,
    })
}

fn decode(item: &Item, source: &SourceName, now: Timestamp) -> Result<Seen, Error> {
    let what = item_name(source);
    let run = get_text(item, "run").map(RunId::parse).transpose();
    let until = get_number(item, "expires_at").and_then(|millis| i64::try_from(millis).ok());
    let stored = item.contains_key("epoch").then(|| need_counter(item, "epoch", &what, TODO)).transpose()?;
    let lasts = now.as_millis()..=now.as_millis().saturating_add(LASTS_MILLIS_MAX);
    Ok(Seen {
        run: run.map_err(|error| Error::corrupt(&what, format!("{error}; {TODO}")))?,
        is_held: until.is_some_and(|until| lasts.contains(&until)),
        stored,
        highest: stored.unwrap_or(0),
        dead: get_texts(item, "dead").filter_map(|run| RunId::parse(run).ok()).collect(),
    })
}
