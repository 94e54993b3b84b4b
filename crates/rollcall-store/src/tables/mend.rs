//! What `doctor --repair` writes: items that are made again from the other items. No run does this.

use crate::aws::dynamo::{Item, is_condition_failed, number, send_update, text};
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::account_keys::{key, keys_of};
use crate::tables::applied::{self, HeldPart};
use crate::tables::audit::{AuditEntry, AuditHead};
use crate::tables::audit_write::{Mark, audit_item};
use crate::tables::commit::parts::claim_put;
use crate::tables::inspect::{control_key, counter_or_none};
use crate::tables::lease::{EPOCHS_WITHOUT_TRACE_MAX, item_name as lease_name};
use crate::tables::ledger::counts::{COUNTS, Recount};
use crate::tables::ledger::{LEDGER, LEDGER_MENDED, encode_limit};
use crate::tables::runs::{RunRecord, index_keys, item_name as run_name};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::outcome::FieldChange;
use rollcall_core::source::SourceName;

/// A licence that is made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLedger {
    /// The limit.
    pub limit: Limit,
    /// The accounts as they were counted.
    pub counted: Recount,
    /// Whether a command has set the limit.
    pub is_set_by_command: bool,
    /// The highest version that any other item names.
    pub version: u64,
}

impl Store {
    /// Makes a lease that cannot be read again, without an owner and above every epoch that is known.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn remake_lease(&self, source: &SourceName) -> Result<(), Error> {
        let highest = self.highest_epoch(source, None).await?;
        self.mend_lease(source, highest).await
    }

    /// Makes a source's lease again, with an epoch above this one, held by no run. A run that was asked for stays asked
    /// for.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_lease(&self, source: &SourceName, highest: u64) -> Result<(), Error> {
        let epoch = highest.saturating_add(EPOCHS_WITHOUT_TRACE_MAX);
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .set_key(Some(control_key(&lease_name(source))))
            .update_expression(format!("SET epoch = :epoch, {SCHEMA} = :schema REMOVE #run, expires_at"))
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":epoch", number(epoch))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION));
        send_update(update).await.map_err(|error| Error::service("repairing a lease", error))?;
        Ok(())
    }

    /// Makes the record of the applied snapshot again: the run that applied it last, and what is held.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_applied(&self, run: &RunRecord, digest: &str, epoch: u64) -> Result<(), Error> {
        let mut item = control_key(&applied::item_name(&run.source));
        item.extend(applied::index_keys(&run.source));
        item.extend([
            (String::from("epoch"), number(epoch)),
            (String::from("digest"), text(digest)),
            (String::from("run"), text(run.id.as_str())),
            (String::from(SCHEMA), number(SCHEMA_VERSION)),
        ]);
        let parts = run.summary.as_ref().map(HeldPart::of_summary).unwrap_or_default();
        if !parts.is_empty() {
            item.insert(String::from("held"), text(digest));
            item.insert(String::from("held_parts"), text(HeldPart::words_of(&parts)));
        }
        if let Some(dismissal) = &run.dismissed {
            let attributes = [
                ("left_digest", text(digest)),
                ("left_by", text(&dismissal.by)),
                ("left_at", text(crate::wire::show_time(dismissal.at))),
            ];
            item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
        }
        let put = self.dynamo.put_item().table_name(&self.names.control).set_item(Some(item));
        put.send()
            .await
            .map_err(|error| Error::service("repairing the record of the applied snapshot", error))?;
        Ok(())
    }

    /// Claims an account's username for it. Replaces any other claim.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_claim(&self, account: &Account) -> Result<(), Error> {
        let put = claim_put(&self.names, account).build();
        let put = put.map_err(|error| Error::service("repairing a claim", error))?;
        let put = TransactWriteItem::builder().put(put).build();
        let put = self.dynamo.transact_write_items().transact_items(put);
        put.send().await.map_err(|error| Error::service("repairing a claim", error))?;
        Ok(())
    }

    /// Writes the shard of an account into its claim on this username. A claim that is another's by now stays as it is.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_claim_shard(&self, username: &str, account: AccountId) -> Result<(), Error> {
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.usernames)
            .key("username", text(username))
            .update_expression("SET #shard = :shard")
            .expression_attribute_names("#shard", "shard")
            .condition_expression("account = :account")
            .expression_attribute_values(":shard", number(account.shard(self.names.shards)))
            .expression_attribute_values(":account", text(account.to_string()));
        match send_update(update).await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failed(&error) => Ok(()),
            Err(error) => Err(Error::service("repairing a claim", error)),
        }
    }

    /// Removes the claim of an account on a username that is not its own.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn drop_claim(&self, username: &str, account: AccountId) -> Result<(), Error> {
        let delete = self
            .dynamo
            .delete_item()
            .table_name(&self.names.usernames)
            .key("username", text(username))
            .condition_expression("attribute_not_exists(username) OR account = :account")
            .expression_attribute_values(":account", text(account.to_string()));
        delete.send().await.map_err(|error| Error::service("removing a claim", error))?;
        Ok(())
    }

    /// Makes the licence's item again, with its audit entry.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_ledger(&self, ledger: &NewLedger, head: &AuditHead) -> Result<(), Error> {
        let stored = self.raw_control_item(LEDGER).await?.unwrap_or_default();
        let known = counter_or_none(&stored, "version").unwrap_or(0).max(ledger.version);
        let set_by = if ledger.is_set_by_command { "command" } else { "configuration" };
        let Recount { used, admins, counts } = &ledger.counted;
        let seats = Seats { limit: ledger.limit, used: *used };
        let mut item = control_key(LEDGER);
        item.extend(
            [
                ("limit", encode_limit(ledger.limit)),
                ("used", number(*used)),
                ("admins", number(*admins)),
                ("set_by", text(set_by)),
                ("version", number(known.saturating_add(1))),
                (SCHEMA, number(SCHEMA_VERSION)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        if counts.fits() {
            item.insert(COUNTS.to_owned(), counts.encode());
        }
        if matches!(seats.limit, Limit::Seats(limit) if seats.used < limit) {
            item.insert(String::from("free_since"), number(head.at.as_millis()));
        }
        let changes = changes_to(&stored, ledger);
        let entry = AuditEntry::of_ledger(head, LEDGER_MENDED, &changes, seats, known.saturating_add(1));
        let put = Put::builder().table_name(&self.names.control).set_item(Some(item)).build();
        let put = put.map_err(|error| Error::service("repairing the licence", error))?;
        let transaction = self
            .dynamo
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(put).build())
            .transact_items(audit_item(&self.names, &entry, &Mark::new())?);
        transaction.send().await.map_err(|error| Error::service("repairing the licence", error))?;
        Ok(())
    }

    /// Makes the indexes list an account correctly. The keys are removed first: an index that has lost an item adds it
    /// again only when its keys change.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_account_place(&self, account: &Account) -> Result<(), Error> {
        let failed = |error| Error::service("repairing the index keys of an account", error);
        let update = || {
            self.dynamo
                .update_item()
                .table_name(&self.names.accounts)
                .set_key(Some(key(account.id, self.names.shards)))
        };
        let remove = update()
            .update_expression("REMOVE standing, username_folded, waiting_in, waiting_place")
            .condition_expression("attribute_exists(id)");
        send_update(remove).await.map_err(failed)?;
        let keys = keys_of(account);
        let sets: Vec<String> = keys.keys().map(|name| format!("{name} = :{name}")).collect();
        let values = keys.into_iter().map(|(name, value)| (format!(":{name}"), value)).collect();
        let set = update()
            .update_expression(format!("SET {}", sets.join(", ")))
            .set_expression_attribute_values(Some(values));
        send_update(set).await.map_err(failed)?;
        Ok(())
    }

    /// Makes the index by kind list a run correctly.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_run_place(&self, run: &RunRecord) -> Result<(), Error> {
        self.mend_place(&run_name(&run.id), index_keys(run)).await
    }

    /// Makes the index by kind list the applied snapshot of a source.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_applied_place(&self, source: &SourceName) -> Result<(), Error> {
        self.mend_place(&applied::item_name(source), applied::index_keys(source)).await
    }

    async fn mend_place(&self, name: &str, keys: Item) -> Result<(), Error> {
        let mut update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .set_key(Some(control_key(name)))
            .update_expression("SET #kind = :kind, #at = :at");
        for (key, value) in keys {
            update = update
                .expression_attribute_names(format!("#{key}"), &key)
                .expression_attribute_values(format!(":{key}"), value);
        }
        send_update(update).await.map_err(|error| Error::service("repairing the list of runs", error))?;
        Ok(())
    }

    /// Deletes a record of notices that cannot be read. Notices that still hold are raised again.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn forget_health(&self, name: &str) -> Result<(), Error> {
        let delete = self.dynamo.delete_item().table_name(&self.names.control);
        let delete = delete.set_key(Some(control_key(name)));
        delete.send().await.map_err(|error| Error::service("deleting which notices are raised", error))?;
        Ok(())
    }

    /// An item of the control table, even when it is damaged or newer.
    async fn raw_control_item(&self, name: &str) -> Result<Option<Item>, Error> {
        let get = self.dynamo.get_item().table_name(&self.names.control).consistent_read(true);
        let response = get.set_key(Some(control_key(name))).send().await;
        Ok(response.map_err(|error| Error::service("reading the control table", error))?.item)
    }
}

/// What differs from the item before, for the audit log.
fn changes_to(stored: &Item, ledger: &NewLedger) -> Vec<FieldChange> {
    let shown = |name: &str| {
        let value = stored.get(name);
        let text = value.and_then(|value| value.as_n().or(value.as_s()).ok());
        text.cloned().unwrap_or_default()
    };
    let limit = ledger.limit.seats().map_or_else(|| String::from("unlimited"), |seats| seats.to_string());
    let count = |count: SeatCount| count.to_string();
    let set_by = if ledger.is_set_by_command { "command" } else { "configuration" };
    let pairs = [
        ("limit", limit),
        ("used", count(ledger.counted.used)),
        ("admins", ledger.counted.admins.to_string()),
        ("set_by", set_by.to_owned()),
    ];
    let changes = pairs.map(|(name, new)| FieldChange { field: name.to_owned(), old: shown(name), new });
    changes.into_iter().filter(|change| change.old != change.new).collect()
}
