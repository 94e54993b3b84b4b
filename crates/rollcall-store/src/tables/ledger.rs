//! The seat ledger: the licence's limit, how many accounts are active, and how many of them administer the
//! application, in one item for all sources.
//!
//! `used` and `admins` change only inside a commit, together with the accounts that they count.

pub(crate) mod counts;
mod set_limit;
pub(crate) mod step;

pub use set_limit::{LimitError, LimitSet};

use crate::aws::dynamo::{
    COUNTER_MAX, Item, get_number, get_text, is_condition_failed, need_counter, number, send_update, text,
};
use crate::error::Error;
use crate::schema::{SCHEMA, SCHEMA_VERSION};
use crate::store::Store;
use crate::tables::audit::{AuditEntry, AuditHead};
use crate::tables::audit_write::{Mark, audit_item};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use counts::{COUNTS, Counting, Counts, Recount};
use rollcall_core::licence::{Limit, SeatCount, Seats};
use rollcall_core::outcome::{Change, FieldChange};
use rollcall_core::time::Timestamp;

/// Name of the ledger's item in the control table.
pub(crate) const LEDGER: &str = "licence";

/// The outcome codes of changes of the ledger outside commits.
pub const LICENCE_SET: &str = "licence_set";
/// See [`LICENCE_SET`].
pub const LEDGER_MENDED: &str = "ledger_mended";

/// Counts that a repair names in its audit entry, of those that were wrong.
const CHANGES_TOLD_MAX: usize = 20;

/// What is written in the same transaction as a change of the ledger outside a commit.
enum Beside<'a> {
    Nothing,
    /// How many accounts there are, counted anew.
    Counts(&'a Counts),
    /// What a request has done, for the request that comes again.
    Item(Box<TransactWriteItem>),
}

/// The ledger as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The limit and the seats in use.
    pub seats: Seats,
    /// Active administrators of all owners; no run takes the last one (rule 20).
    pub admins: u64,
    /// Since when a seat has been free; none when no seat is free or there is no limit (rule 35).
    pub free_since: Option<Timestamp>,
    /// Whether a command has set the limit. It then overrides the configured one.
    pub is_set_by_command: bool,
    /// Whether it was ever stored. Seats can be given only then.
    pub(crate) is_stored: bool,
    /// Whether it counts the accounts by state.
    pub(crate) counting: Counting,
    /// Rises with every write. The same version is the same ledger.
    version: u64,
}

impl Ledger {
    /// Whether a later reading is the same ledger, without a write in between.
    #[must_use]
    pub fn is_unmoved(&self, later: &Self) -> bool {
        self.version == later.version
    }

    /// Its version, which rises with every write.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Whether it was ever stored. If not, the installation is new, or the ledger is lost.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.is_stored
    }

    /// Whether it does not count the accounts by state, and could: then whoever reads all of them counts them.
    #[must_use]
    pub fn lacks_counts(&self) -> bool {
        self.is_stored && self.counting == Counting::Off
    }

    /// The ledger after these changes, made at this time.
    ///
    /// # Errors
    /// When it counts fewer accounts than there are.
    fn after(&self, changes: &[Change], at: Timestamp) -> Result<Self, Error> {
        let sum = |count: u64, delta: fn(&Change) -> i64| {
            count.checked_add_signed(changes.iter().map(delta).sum()).ok_or_else(Self::too_low)
        };
        let used = SeatCount::new(sum(self.seats.used.get(), Change::seat_delta)?);
        let admins = sum(self.admins, Change::admin_delta)?;
        Ok(self.with(Seats { used, ..self.seats }, admins, at))
    }

    fn too_low() -> Error {
        let todo = "it counts fewer accounts than there are; `rollcall doctor --repair` counts again";
        Error::corrupt("the licence", todo)
    }

    /// The next ledger, with these counts.
    fn with(&self, seats: Seats, admins: u64, at: Timestamp) -> Self {
        let has_free = matches!(seats.limit, Limit::Seats(limit) if seats.used < limit);
        // A wrong clock may have stored a time in the future.
        let free_since = has_free.then(|| self.free_since.map_or(at, |since| since.min(at)));
        Self { seats, admins, free_since, version: self.version + 1, ..*self }
    }

    /// The update expression for its counts, with `more` to set.
    fn update_expression(&self, more: &str) -> String {
        let free = if self.free_since.is_some() { ", free_since = :free" } else { " REMOVE free_since" };
        format!("SET #used = :used, admins = :admins, version = :next, {SCHEMA} = :schema{more}{free}")
    }

    /// Whether the limit has this value and this origin.
    fn is_set(&self, limit: Limit, is_set_by_command: bool) -> bool {
        self.is_stored && self.seats.limit == limit && self.is_set_by_command == is_set_by_command
    }

    /// What has set the limit.
    #[must_use]
    pub fn set_by(&self) -> &'static str {
        if self.is_set_by_command { "command" } else { "configuration" }
    }

    /// What differs in a later ledger, for the audit log.
    fn changes_to(&self, after: &Self) -> Vec<FieldChange> {
        let pairs = [
            ("limit", show_limit(self.seats.limit), show_limit(after.seats.limit)),
            ("used", self.seats.used.to_string(), after.seats.used.to_string()),
            ("admins", self.admins.to_string(), after.admins.to_string()),
            ("set_by", self.set_by().to_owned(), after.set_by().to_owned()),
        ];
        let differ = pairs.into_iter().filter(|(_, old, new)| old != new);
        differ.map(|(name, old, new)| FieldChange { field: name.to_owned(), old, new }).collect()
    }
}

impl Store {
    /// The ledger. Without a stored one: no limit and no seat in use.
    ///
    /// # Errors
    /// When the storage fails, or the limit cannot be read (rule 17: nothing may be written then).
    pub async fn seats(&self) -> Result<Ledger, Error> {
        match self.control_item(LEDGER, "reading the licence").await? {
            Some(item) => decode(&item),
            None => Ok(Ledger {
                seats: Seats { limit: Limit::Unlimited, used: SeatCount::ZERO },
                admins: 0,
                free_since: None,
                is_set_by_command: false,
                is_stored: false,
                counting: Counting::Off,
                version: 0,
            }),
        }
    }

    /// Stores the configured limit, unless a command has set another. Returns the ledger after that, or `None` when it has
    /// changed since it was read. Read the ledger before the configuration: then no older configuration undoes what a newer
    /// one has set.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn configure_limit(
        &self,
        read: &Ledger,
        limit: Limit,
        at: Timestamp,
    ) -> Result<Option<Ledger>, Error> {
        if read.is_set_by_command || (read.is_stored && read.seats.limit == limit) {
            return Ok(Some(*read));
        }
        let is_unmoved = if read.is_stored { "version = :read" } else { "attribute_not_exists(version)" };
        let counting = if read.is_stored { read.counting } else { Counting::Kept };
        let after =
            Ledger { is_stored: true, counting, ..read.with(Seats { limit, ..read.seats }, read.admins, at) };
        // An installation without a ledger has no account yet.
        let no_counts = (!read.is_stored).then(|| (String::from(":counts"), Counts::default().encode()));
        let begin = if read.is_stored { String::new() } else { format!(", {COUNTS} = :counts") };
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(LEDGER))
            .update_expression(after.update_expression(&format!(", #limit = :limit, set_by = :by{begin}")))
            .condition_expression(is_unmoved)
            .expression_attribute_names("#limit", "limit")
            .expression_attribute_names("#used", "used")
            .expression_attribute_values(":limit", encode_limit(limit))
            .expression_attribute_values(":used", number(read.seats.used))
            .expression_attribute_values(":admins", number(read.admins))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION))
            .expression_attribute_values(":by", text("configuration"))
            .expression_attribute_values(":next", number(after.version));
        let read_version = read.is_stored.then(|| (String::from(":read"), number(read.version)));
        let free = after.free_since.map(|since| (String::from(":free"), millis(since)));
        let mut values = update.get_expression_attribute_values().clone().unwrap_or_default();
        values.extend(read_version.into_iter().chain(free).chain(no_counts));
        match send_update(update.set_expression_attribute_values(Some(values))).await {
            Ok(_) => Ok(Some(after)),
            Err(error) if is_condition_failed(&error) => Ok(None),
            Err(error) => Err(Error::service("setting the licence", error)),
        }
    }

    /// Corrects the numbers of the ledger, with its audit entry. `false` when the ledger has changed since it was read, so
    /// that the new counts are no longer valid.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn mend_counts(
        &self,
        read: &Ledger,
        said: &Counts,
        counted: &Recount,
        head: &AuditHead,
    ) -> Result<bool, Error> {
        let seats = Seats { used: counted.used, ..read.seats };
        let after = read.with(seats, counted.admins, head.at);
        let mut changes = read.changes_to(&after);
        let kept = Some(&counted.counts).filter(|counts| counts.fits());
        changes.extend(kept.into_iter().flat_map(|counts| said.changes_to(counts)).take(CHANGES_TOLD_MAX));
        let beside = kept.map_or(Beside::Nothing, Beside::Counts);
        self.rewrite(read, &after, (LEDGER_MENDED, &changes), beside, head).await
    }

    /// Writes the ledger and the audit entry of the change, and what else belongs to it, unless the ledger has changed since it
    /// was read.
    async fn rewrite(
        &self,
        read: &Ledger,
        after: &Ledger,
        (outcome, changes): (&str, &[FieldChange]),
        beside: Beside<'_>,
        head: &AuditHead,
    ) -> Result<bool, Error> {
        let failed = |error| Error::service("writing the licence", error);
        let mark = Mark::new();
        let entry = AuditEntry::of_ledger(head, outcome, changes, after.seats, after.version);
        let recount = match beside {
            Beside::Counts(_) => format!(", {COUNTS} = :counts"),
            Beside::Nothing | Beside::Item(_) => String::new(),
        };
        let mut update = self
            .ledger_update(read, after)
            .update_expression(after.update_expression(&format!(", #limit = :limit, set_by = :by{recount}")))
            .expression_attribute_names("#limit", "limit")
            .expression_attribute_values(":limit", encode_limit(after.seats.limit))
            .expression_attribute_values(":by", text(after.set_by()));
        if let Beside::Counts(counts) = beside {
            update = update.expression_attribute_values(":counts", counts.encode());
        }
        let update = update.build().map_err(failed)?;
        let entry_item = audit_item(&self.names, &entry, &mark)?;
        let write = self
            .dynamo
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(update).build())
            .transact_items(entry_item);
        let result = match beside {
            Beside::Item(item) => write.transact_items(*item).send().await,
            Beside::Nothing | Beside::Counts(_) => write.send().await,
        };
        match result {
            Ok(_) => Ok(true),
            // This call itself may have changed it, and its first response was lost.
            Err(error) if error.as_service_error().is_some_and(|e| e.is_transaction_canceled_exception()) => {
                self.is_written(&entry, &mark).await
            }
            Err(error) => Err(Error::service("writing the licence", error)),
        }
    }

    /// An update of the ledger's counts, if the ledger has not changed since it was read.
    fn ledger_update(
        &self,
        read: &Ledger,
        after: &Ledger,
    ) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        let free = after.free_since.map(|since| (String::from(":free"), millis(since)));
        Update::builder()
            .set_expression_attribute_values(Some(free.into_iter().collect()))
            .table_name(&self.names.control)
            .key("name", text(LEDGER))
            .update_expression(after.update_expression(""))
            .condition_expression("version = :read")
            .expression_attribute_names("#used", "used")
            .expression_attribute_values(":used", number(after.seats.used))
            .expression_attribute_values(":admins", number(after.admins))
            .expression_attribute_values(":schema", number(SCHEMA_VERSION))
            .expression_attribute_values(":read", number(read.version))
            .expression_attribute_values(":next", number(after.version))
    }
}

pub(crate) fn decode(item: &Item) -> Result<Ledger, Error> {
    let what = "the licence";
    let limit = item.get("limit").ok_or_else(no_limit).and_then(decode_limit)?;
    let count = |name: &str| need_counter(item, name, what, "`rollcall doctor --repair` counts again");
    let used = SeatCount::new(count("used")?);
    Ok(Ledger {
        seats: Seats { limit, used },
        admins: count("admins")?,
        free_since: get_number(item, "free_since")
            .and_then(|millis| i64::try_from(millis).ok())
            .map(Timestamp::from_millis),
        is_set_by_command: get_text(item, "set_by") == Some("command"),
        is_stored: true,
        counting: counts::counting(item),
        version: count("version")?,
    })
}

/// A limit as it is stored.
pub(crate) fn decode_limit(stored: &AttributeValue) -> Result<Limit, Error> {
    let seats = stored.as_n().ok().and_then(|seats| seats.parse::<u64>().ok());
    match (stored.as_s().map(String::as_str), seats) {
        (Ok("unlimited"), _) => Ok(Limit::Unlimited),
        (_, Some(seats)) if seats <= COUNTER_MAX => Ok(Limit::Seats(SeatCount::new(seats))),
        _ => Err(no_limit()),
    }
}

fn no_limit() -> Error {
    Error::corrupt(
        "the licence",
        "expected a whole number or \"unlimited\" as its limit; set it again with `rollcall licence set`",
    )
}

fn millis(time: Timestamp) -> AttributeValue {
    number(time.as_millis())
}

pub(crate) fn encode_limit(limit: Limit) -> AttributeValue {
    match limit {
        Limit::Unlimited => text("unlimited"),
        Limit::Seats(seats) => number(seats),
    }
}

fn show_limit(limit: Limit) -> String {
    match limit {
        Limit::Unlimited => String::from("unlimited"),
        Limit::Seats(seats) => seats.to_string(),
    }
}
