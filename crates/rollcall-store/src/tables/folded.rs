//! Names that are stored in folded form: the claims on usernames, and the names by which the indexes sort accounts. Finds
//! those that an earlier definition of folding wrote, and writes them again.
//!
//! Next to `accounts` and `commit`, for `doctor`. Promises that a claim is replaced by the new one in the same transaction:
//! the account's record, its audit entry, its claims and its place in the feed of changes, as in every commit.

use crate::aws::dynamo::{Item, get_text, number, text};
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::audit::{AuditEntry, AuditHead};
use crate::tables::audit_write::{Mark, audit_item};
use crate::tables::commit::parts::{account_item, claim, give_up_form};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::fold::FOLDING;
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::{Change, FieldChange, Outcome};
use rollcall_core::username::Username;

/// The control item that says by which folding the claims are written.
const CLAIMS_FOLDED: &str = "claims_folded";

/// Why such a change is made, for the audit log.
const REASON: &str =
    "usernames are compared in another way than when this was stored; the compared form was written again";

/// The folded username of an account's item, where it is an earlier form of what folding gives.
pub(crate) fn outdated_name(item: &Item, account: &Account) -> Option<String> {
    let stored = get_text(item, "username_folded").unwrap_or_default();
    let folded = account.username.folded();
    (stored != folded && MatchKey::fold(stored) == folded).then(|| stored.to_owned())
}

impl Store {
    /// Writes the folded name of an account again; its claim replaces those under `old_claims`. `false` when the account or
    /// the holder of its username has changed since they were read.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn refold(
        &self,
        head: &AuditHead,
        account: &Account,
        stored: &str,
        old_claims: &[String],
    ) -> Result<bool, Error> {
        let folded = account.username.folded();
        let old = old_claims.first().map_or(stored, String::as_str);
        let change = FieldChange {
            field: String::from("username_folded"),
            old: old.to_owned(),
            new: folded.to_owned(),
        };
        let change = Change {
            outcome: Outcome::Updated,
            reason: Some(REASON.to_owned()),
            before: Some(account.clone()),
            after: Account { version: account.version + 1, ..account.clone() },
            changes: vec![change],
        };
        let seats = self.seats().await?.seats;
        let entry = AuditEntry::of_change(head, &change, seats);
        let mut items = vec![
            account_item(&self.names, &change, None)?,
            audit_item(&self.names, &entry, &Mark::new())?,
            claim(&self.names, account, false)?,
        ];
        let next = self.next_in_feed(None, std::slice::from_ref(&change)).await?;
        items.extend(next.items(&self.names, &[entry])?);
        for old in old_claims {
            items.push(give_up_form(&self.names, old, account.id)?);
        }
        let sent = self.dynamo.transact_write_items().set_transact_items(Some(items)).send().await;
        match sent {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(is_cancelled) => Ok(false),
            Err(error) => Err(Error::service("writing a folded name again", error)),
        }
    }

    /// Removes the claim under a name to which no username folds, if this account still has it; `false` if not.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn remove_old_claim(&self, name: &str, account: AccountId) -> Result<bool, Error> {
        let delete = self
            .dynamo
            .delete_item()
            .table_name(&self.names.usernames)
            .key("username", text(name))
            .condition_expression("account = :account")
            .expression_attribute_values(":account", text(account.to_string()));
        match delete.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(Error::service("removing a claim on a username", error)),
        }
    }

    /// The account that holds this username under a name that an earlier folding made. Reads every claim, until no claim of
    /// an earlier folding has been found once.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn earlier_claim(&self, username: &Username) -> Result<Option<AccountId>, Error> {
        let known = self.control_item(CLAIMS_FOLDED, "reading how usernames are folded").await?;
        if known.is_some_and(|item| item.get("folding") == Some(&number(FOLDING))) {
            return Ok(None);
        }
        let (mut after, mut is_any) = (None, false);
        loop {
            let page = self.usernames_page(after).await?;
            for (name, id) in page.claims.into_iter().filter(|(name, _)| !is_folded(name)) {
                is_any = true;
                if id.is_some() && MatchKey::fold(&name) == username.folded() {
                    return Ok(id);
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None if is_any => return Ok(None),
                None => break,
            }
        }
        self.dynamo
            .put_item()
            .table_name(&self.names.control)
            .item("name", text(CLAIMS_FOLDED))
            .item("folding", number(FOLDING))
            .item(SCHEMA, number(SCHEMA_VERSION))
            .send()
            .await
            .map_err(|error| Error::service("recording how usernames are folded", error))?;
        Ok(None)
    }
}

/// Whether a name is what a username folds to.
#[must_use]
pub fn is_folded(name: &str) -> bool {
    !name.is_empty() && MatchKey::fold(name) == name
}

/// Whether something has changed since it was read, or another transaction was under way.
fn is_cancelled(error: &TransactWriteItemsError) -> bool {
    error.is_transaction_canceled_exception() || error.is_transaction_in_progress_exception()
}
