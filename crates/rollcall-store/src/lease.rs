//! Leases: one run at a time per source (product 26). The epoch rises with every taking, so a holder that should be
//! dead is known by its epoch and fenced off.

use crate::dynamo::{Item, get_number, get_text, number, text};
use crate::error::Error;
use crate::runs::RunId;
use crate::store::Store;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, ReturnValue};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;

/// How often a lease is tried again when it changes hands at the moment of asking.
const TRIES_MAX: u32 = 10;

/// A lease that a run holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The source.
    pub source: SourceName,
    /// The run.
    pub run: RunId,
    /// Rises by one with every taking.
    pub epoch: u64,
}

/// The answer to asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// It is this run's now. Its own earlier epoch, if it had one, is void.
    Mine {
        /// The lease.
        lease: Lease,
        /// The run that held it until its time was up, if one did.
        taken_from: Option<RunId>,
    },
    /// Another run holds it.
    HeldBy(RunId),
}

impl Store {
    /// Asks for the lease of a source until `now + millis`. The run that holds it gets it again, with a new epoch.
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
        for _ in 0..TRIES_MAX {
            let result = self
                .lease_update(source)
                .update_expression(
                    "SET #run = :run, expires_at = :until, epoch = if_not_exists(epoch, :zero) + :one",
                )
                .condition_expression("attribute_not_exists(#run) OR #run = :run OR expires_at < :now")
                .expression_attribute_names("#run", "run")
                .expression_attribute_values(":run", text(run.as_str()))
                .expression_attribute_values(":until", number(now.as_millis() + millis))
                .expression_attribute_values(":now", number(now.as_millis()))
                .expression_attribute_values(":zero", number(0))
                .expression_attribute_values(":one", number(1))
                .return_values(ReturnValue::AllOld)
                .send()
                .await;
            match result {
                Ok(answer) => {
                    let before = answer.attributes.unwrap_or_default();
                    let epoch = get_number(&before, "epoch").unwrap_or(0) + 1;
                    let lease = Lease { source: source.clone(), run: run.clone(), epoch };
                    let holder = get_text(&before, "run").and_then(|holder| RunId::parse(holder).ok());
                    return Ok(Acquired::Mine { lease, taken_from: holder.filter(|holder| holder != run) });
                }
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(|e| e.is_conditional_check_failed_exception()) => {}
                Err(error) => return Err(Error::service("taking a lease", error)),
            }
            if let Some(holder) = self.lease_holder(source, now).await? {
                return Ok(Acquired::HeldBy(holder));
            }
        }
        Err(Error::Contended { what: "the lease" })
    }

    /// Holds a lease for longer.
    ///
    /// # Errors
    /// [`Error::Fenced`] when it is another's by now: stop at once.
    pub async fn renew_lease(&self, lease: &Lease, now: Timestamp, millis: i64) -> Result<(), Error> {
        let result = self
            .held(self.lease_update(&lease.source), lease)
            .update_expression("SET expires_at = :until")
            .expression_attribute_values(":until", number(now.as_millis() + millis))
            .send()
            .await;
        match result {
            Ok(_) => Ok(()),
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Err(Error::Fenced { source_name: lease.source.clone(), run: lease.run.clone() })
            }
            Err(error) => Err(Error::service("renewing a lease", error)),
        }
    }

    /// Gives a lease back, unless it is another's. What was asked for meanwhile stays asked for.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), Error> {
        let update = self.held(self.lease_update(&lease.source), lease);
        match update.update_expression("REMOVE #run, expires_at").send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Ok(())
            }
            Err(error) => Err(Error::service("giving a lease back", error)),
        }
    }

    /// Says that the source is read from now on: whatever was asked for before is answered by this reading.
    ///
    /// # Errors
    /// [`Error::Fenced`] when the lease is another's by now: stop at once.
    pub async fn begin_reading(&self, lease: &Lease) -> Result<(), Error> {
        let update = self.held(self.lease_update(&lease.source), lease);
        match update.update_expression("REMOVE again").send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Err(Error::Fenced { source_name: lease.source.clone(), run: lease.run.clone() })
            }
            Err(error) => Err(Error::service("noting that a source is read", error)),
        }
    }

    /// Asks that another run follows the one that holds the lease; stays asked for until a run begins to read.
    /// `false`: the holder no longer holds it.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn ask_again(&self, source: &SourceName, holder: &RunId) -> Result<bool, Error> {
        let result = self
            .lease_update(source)
            .update_expression("SET again = :yes")
            .condition_expression("#run = :run")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(holder.as_str()))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .send()
            .await;
        match result {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(Error::service("asking for another run", error)),
        }
    }

    /// The run that holds the lease of a source, if its time is not up.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn lease_holder(&self, source: &SourceName, now: Timestamp) -> Result<Option<RunId>, Error> {
        self.lease_item(source).await?.map_or(Ok(None), |item| decode_holder(&item, now))
    }

    /// Whether a run of a source was asked for, and none has begun to read since.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn is_asked_again(&self, source: &SourceName) -> Result<bool, Error> {
        Ok(self.lease_item(source).await?.is_some_and(|item| item.contains_key("again")))
    }

    /// The condition, within a transaction, that this lease is still held.
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

    async fn lease_item(&self, source: &SourceName) -> Result<Option<Item>, Error> {
        let answer = self
            .dynamo
            .get_item()
            .table_name(&self.names.control)
            .key("name", text(item_name(source)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::service("reading a lease", error))?;
        Ok(answer.item)
    }

    fn lease_update(
        &self,
        source: &SourceName,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        self.dynamo.update_item().table_name(&self.names.control).key("name", text(item_name(source)))
    }

    fn held(
        &self,
        update: aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder,
        lease: &Lease,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        update
            .condition_expression("#run = :run AND epoch = :epoch")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(lease.run.as_str()))
            .expression_attribute_values(":epoch", number(lease.epoch))
    }
}

fn item_name(source: &SourceName) -> String {
    format!("lease#{source}")
}

fn decode_holder(item: &Item, now: Timestamp) -> Result<Option<RunId>, Error> {
    let until = get_number(item, "expires_at").and_then(|millis| i64::try_from(millis).ok());
    match get_text(item, "run") {
        Some(run) if until.is_some_and(|until| until >= now.as_millis()) => {
            RunId::parse(run).map(Some).map_err(|error| Error::corrupt("a lease", error.to_string()))
        }
        _ => Ok(None),
    }
}
