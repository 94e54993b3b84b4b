//! The items of one change within a transaction, each with the condition that makes it safe.

use crate::aws::dynamo::{number, text};
use crate::error::Error;
use crate::names::Names;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::tables::account_keys::key;
use crate::tables::accounts::{ATTRIBUTES, CHANGED_IN, LastChange, changed_fields, encode};
use crate::tables::audit::AuditEntry;
use crate::tables::audit_write::{Mark, audit_item};
use crate::tables::words::MovedWords;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::outcome::Change;

/// The part of a change that an item is. When several parts fail, the first in this order says most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The account record.
    Account,
    /// Its audit entry.
    Audit,
    /// A claim on a username.
    Claim,
    /// The end of a claim.
    GivenUp,
    /// A word by which the account is looked up.
    Word,
}

/// How many items a change has, and an estimate of their bytes.
pub(crate) fn weight(words: &MovedWords, change: &Change) -> (usize, usize) {
    let claims = match &change.before {
        None => 1,
        Some(before) if before.username.folded() != change.after.username.folded() => 2,
        Some(_) => 0,
    };
    let fields: usize =
        change.after.fields.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let changes: usize =
        change.changes.iter().map(|one| one.field.len() + one.old.len() + one.new.len()).sum();
    let words = words.count(change);
    (2 + claims + words, 4096 + 256 * words + fields + changes)
}

/// The items of a change and its audit entry; with `gives_up`, also the end of the claim on the earlier username.
pub(crate) fn parts_of(
    names: &Names,
    change: &Change,
    entry: &AuditEntry,
    in_run: Option<&LastChange>,
    gives_up: bool,
    (words, mark): (&MovedWords, &Mark),
) -> Result<Vec<(Part, TransactWriteItem)>, Error> {
    let mut parts = vec![
        (Part::Account, account_item(names, change, in_run)?),
        (Part::Audit, audit_item(names, entry, mark)?),
    ];
    let before = change.before.as_ref().map(|account| account.username.folded());
    let after = change.after.username.folded();
    if before != Some(after) {
        parts.push((Part::Claim, claim(names, &change.after, change.before.is_none())?));
    }
    if let Some(before) = change.before.as_ref().filter(|_| gives_up && before != Some(after)) {
        parts.push((Part::GivenUp, give_up_form(names, before.username.folded(), before.id)?));
    }
    parts.extend(words.items(names, change)?.into_iter().map(|item| (Part::Word, item)));
    Ok(parts)
}

/// The record of an account after a change, with the run that made the change, if a run did. A person's change leaves it:
/// the run that changed the account before has still changed it.
pub(crate) fn account_item(
    names: &Names,
    change: &Change,
    in_run: Option<&LastChange>,
) -> Result<TransactWriteItem, Error> {
    match &change.before {
        None => {
            let mut item = encode(&change.after, names.shards);
            item.extend(in_run.map(|change| (CHANGED_IN.to_owned(), text(change.encode()))));
            let put = Put::builder()
                .table_name(&names.accounts)
                .set_item(Some(item))
                .condition_expression("attribute_not_exists(id)")
                .build()
                .map_err(building)?;
            Ok(TransactWriteItem::builder().put(put).build())
        }
        Some(before) => update_item(names, before, &change.after, in_run),
    }
}

/// Writes attribute by attribute, so that the application's own attributes in the item stay.
fn update_item(
    names: &Names,
    before: &Account,
    after: &Account,
    in_run: Option<&LastChange>,
) -> Result<TransactWriteItem, Error> {
    let mut item = encode(after, names.shards);
    let (mut sets, mut removes) = (Vec::new(), Vec::new());
    let mut update = Update::builder().table_name(&names.accounts).set_key(Some(key(after.id, names.shards)));
    for (index, name) in ATTRIBUTES.iter().enumerate() {
        update = update.expression_attribute_names(format!("#a{index}"), *name);
        match item.remove(*name) {
            Some(value) => {
                sets.push(format!("#a{index} = :a{index}"));
                update = update.expression_attribute_values(format!(":a{index}"), value);
            }
            None => removes.push(format!("#a{index}")),
        }
    }
    if let Some(change) = in_run {
        sets.push(format!("{CHANGED_IN} = :changed_in"));
        update = update.expression_attribute_values(":changed_in", text(change.encode()));
    }
    let changed = changed_fields(before, after);
    if !changed.is_empty() {
        update = update.expression_attribute_names("#fields", "fields");
    }
    for (index, (name, value)) in changed.into_iter().enumerate() {
        update = update.expression_attribute_names(format!("#f{index}"), name);
        match value {
            Some(value) => {
                sets.push(format!("#fields.#f{index} = :f{index}"));
                update = update.expression_attribute_values(format!(":f{index}"), text(value));
            }
            None => removes.push(format!("#fields.#f{index}")),
        }
    }
    let remove = if removes.is_empty() { String::new() } else { format!(" REMOVE {}", removes.join(", ")) };
    let update = update
        .update_expression(format!("SET {}{remove}", sets.join(", ")))
        .condition_expression("version = :read_version AND #read_state = :read_state")
        .expression_attribute_names("#read_state", "state")
        .expression_attribute_values(":read_version", number(before.version))
        .expression_attribute_values(":read_state", text(before.state.as_str()))
        .build()
        .map_err(building)?;
    Ok(TransactWriteItem::builder().update(update).build())
}

/// The claim of an account on its username. For a new account no claim may exist, not even its own: then the account
/// existed before and its record is lost, and a new record would lift an administrator's block.
pub(crate) fn claim(names: &Names, account: &Account, is_newcomer: bool) -> Result<TransactWriteItem, Error> {
    let put = claim_put(names, account);
    let put = if is_newcomer {
        put.condition_expression("attribute_not_exists(username)")
    } else {
        put.condition_expression("attribute_not_exists(username) OR account = :account")
            .expression_attribute_values(":account", text(account.id.to_string()))
    };
    Ok(TransactWriteItem::builder().put(put.build().map_err(building)?).build())
}

/// Writes an account's claim on its username, without a condition.
pub(crate) fn claim_put(names: &Names, account: &Account) -> PutBuilder {
    Put::builder()
        .table_name(&names.usernames)
        .item("username", text(account.username.folded()))
        .item("account", text(account.id.to_string()))
        // With the id the whole key of the account, so that an application reads both items without arithmetic.
        .item("shard", number(account.id.shard(names.shards)))
        .item(SCHEMA, number(SCHEMA_VERSION))
}

/// The end of an account's claim under this name.
pub(crate) fn give_up_form(
    names: &Names,
    folded: &str,
    account: AccountId,
) -> Result<TransactWriteItem, Error> {
    let delete = Delete::builder()
        .table_name(&names.usernames)
        .key("username", text(folded))
        .condition_expression("attribute_not_exists(username) OR account = :account")
        .expression_attribute_values(":account", text(account.to_string()))
        .build()
        .map_err(building)?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}

fn building(error: aws_sdk_dynamodb::error::BuildError) -> Error {
    Error::service("making a commit", error)
}
