//! How many accounts each owner has in each state, in the ledger's item beside the seats. A commit moves the counts in the
//! transaction that moves the accounts, so that nobody has to count keys to say how many wait.
//!
//! A table of an earlier version has none. Then a run counts the accounts that it reads anyway, and `doctor --repair` does.
//! Counts are for people to read: no rule is decided on them.

use super::{LEDGER, Ledger};
use crate::aws::dynamo::{COUNTER_MAX, Item, is_condition_failed, number, send_update, text};
use crate::error::Error;
use crate::store::Store;
use crate::tables::account_keys::{LOCAL, standing, standing_of};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use rollcall_core::account::Account;
use rollcall_core::licence::SeatCount;
use rollcall_core::outcome::{Change, FieldChange};
use std::collections::{BTreeMap, BTreeSet};

/// The attribute of the ledger's item: a map from owner and state to the number of accounts.
pub(crate) const COUNTS: &str = "counts";

/// Pairs of an owner and a state that are counted at most. A pair has 80 bytes at most, and every commit that moves
/// somebody pays for the whole item: 1,000 pairs are 80 kB of the 400 kB that an item may have. With more than that
/// (about 170 sources) nothing is counted here, and whoever asks counts the keys of an index.
const PAIRS_MAX: usize = 1000;

/// Conditions of a step: somebody may begin to count while the step is made.
const HAS: &str = " AND attribute_exists(counts)";
const HAS_NOT: &str = " AND attribute_not_exists(counts)";

/// Whether the ledger's item has the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// It has: every commit moves them.
    Kept,
    /// It has more pairs than it may have, or what are no counts: the next commit drops them.
    Unfit,
    /// It has none: the table is of an earlier version, or there are too many sources.
    Off,
}

/// The accounts as they were counted one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recount {
    /// Active accounts.
    pub used: SeatCount,
    /// Active administrators.
    pub admins: u64,
    /// The accounts of each owner in each state.
    pub counts: Counts,
}

/// How many accounts each owner has in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// Counts an account.
    pub fn add(&mut self, account: &Account) {
        *self.0.entry(standing_of(account)).or_default() += 1;
    }

    /// The accounts of an owner (a source's name, or [`LOCAL`]) in one state: `active`, or the code of the reason.
    #[must_use]
    pub fn of(&self, owner: &str, word: &str) -> u64 {
        self.0.get(&standing(owner, word)).copied().unwrap_or(0)
    }

    /// The accounts of all owners in one state.
    #[must_use]
    pub fn of_all(&self, word: &str) -> u64 {
        self.0
            .iter()
            .filter(|(pair, _)| pair.split_once('#').is_some_and(|(_, one)| one == word))
            .map(|(_, count)| count)
            .sum()
    }

    /// The accounts of all sources in one state, without the local ones.
    #[must_use]
    pub fn of_sources(&self, word: &str) -> u64 {
        self.of_all(word) - self.of(LOCAL, word)
    }

    /// Whether they are few enough to be kept in the ledger's item.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.0.len() <= PAIRS_MAX
    }

    /// Which counts are others in a recount, by owner and state: for the audit log, and for people.
    #[must_use]
    pub fn changes_to(&self, counted: &Self) -> Vec<FieldChange> {
        let pairs: BTreeSet<&String> = self.0.keys().chain(counted.0.keys()).collect();
        let count = |counts: &Self, pair: &str| counts.0.get(pair).copied().unwrap_or(0);
        let both = pairs.into_iter().map(|pair| (pair, count(self, pair), count(counted, pair)));
        let differ = both.filter(|(_, old, new)| old != new);
        differ
            .map(|(pair, old, new)| FieldChange {
                field: pair.clone(),
                old: old.to_string(),
                new: new.to_string(),
            })
            .collect()
    }

    pub(crate) fn encode(&self) -> AttributeValue {
        AttributeValue::M(self.0.iter().map(|(pair, count)| (pair.clone(), number(*count))).collect())
    }
}

/// The counts of the ledger's item; none where it has none.
///
/// # Errors
/// When they are not numbers of accounts.
pub(crate) fn decode(item: &Item) -> Result<Option<Counts>, Error> {
    let Some(value) = item.get(COUNTS) else { return Ok(None) };
    let wrong = || {
        Error::corrupt(
            "the licence",
            "expected the numbers of accounts by state; `rollcall doctor --repair` counts again",
        )
    };
    let counts = value.as_m().map_err(|_| wrong())?.iter().map(|(pair, count)| {
        let count: u64 = count.as_n().ok().and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
        if count <= COUNTER_MAX { Ok((pair.clone(), count)) } else { Err(wrong()) }
    });
    Ok(Some(Counts(counts.collect::<Result<_, _>>()?)))
}

/// Whether the item has the counts. What is wrong in them hinders no commit.
pub(super) fn counting(item: &Item) -> Counting {
    match item.get(COUNTS).map(AttributeValue::as_m) {
        None => Counting::Off,
        Some(Ok(pairs)) if pairs.len() <= PAIRS_MAX && pairs.values().all(AttributeValue::is_n) => {
            Counting::Kept
        }
        Some(_) => Counting::Unfit,
    }
}

/// By how much a batch moves the counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct CountMoves {
    /// No pair that stays as it is.
    by: BTreeMap<String, i64>,
    /// Whether an account comes, or goes from one state or owner to another, even where the sums stay.
    is_any: bool,
}

impl CountMoves {
    pub(crate) fn of(batch: &[Change]) -> Self {
        let mut moves = Self::default();
        for change in batch {
            let before = change.before.as_ref().map(standing_of);
            let after = standing_of(&change.after);
            if before.as_ref() == Some(&after) {
                continue;
            }
            moves.is_any = true;
            if let Some(before) = before {
                *moves.by.entry(before).or_insert(0) -= 1;
            }
            *moves.by.entry(after).or_insert(0) += 1;
        }
        moves.by.retain(|_, by| *by != 0);
        moves
    }

    pub(crate) fn is_any(&self) -> bool {
        self.is_any
    }

    /// What the step sets, what it removes, and its condition, for counts that were read so.
    pub(super) fn in_step(&self, counting: Counting) -> (String, &'static str, &'static str) {
        match counting {
            Counting::Kept => {
                let set = |index| {
                    format!(", {COUNTS}.#c{index} = if_not_exists({COUNTS}.#c{index}, :none) + :c{index}")
                };
                ((0..self.by.len()).map(set).collect(), "", HAS)
            }
            Counting::Unfit => (String::new(), COUNTS, HAS),
            Counting::Off => (String::new(), "", HAS_NOT),
        }
    }

    /// The names and values of what the step sets.
    pub(super) fn fill_in(&self, counting: Counting, mut update: UpdateBuilder) -> UpdateBuilder {
        if counting != Counting::Kept || self.by.is_empty() {
            return update;
        }
        for (index, (pair, by)) in self.by.iter().enumerate() {
            update = update
                .expression_attribute_names(format!("#c{index}"), pair)
                .expression_attribute_values(format!(":c{index}"), number(*by));
        }
        update.expression_attribute_values(":none", number(0))
    }
}

impl Store {
    /// How many accounts each owner has in each state; none where the ledger does not keep it, or not as numbers. Reads
    /// one item.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn counts(&self) -> Result<Option<Counts>, Error> {
        let item = self.control_item(LEDGER, "reading the licence").await?;
        // The doctor says what is wrong with them; whoever wants to read a list needs them only beside it.
        Ok(item.and_then(|item| decode(&item).ok().flatten()))
    }

    /// Stores the counts where the ledger has none, if no account has moved since it was read. Says whether it did.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn begin_counts(&self, read: &Ledger, counts: &Counts) -> Result<bool, Error> {
        if !read.lacks_counts() || !counts.fits() {
            return Ok(false);
        }
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.names.control)
            .key("name", text(LEDGER))
            .update_expression(format!("SET {COUNTS} = :counts, version = :next"))
            .condition_expression(format!("version = :read AND attribute_not_exists({COUNTS})"))
            .expression_attribute_values(":counts", counts.encode())
            .expression_attribute_values(":read", number(read.version))
            .expression_attribute_values(":next", number(read.version + 1));
        match send_update(update).await {
            Ok(_) => Ok(true),
            Err(error) if is_condition_failed(&error) => Ok(false),
            Err(error) => Err(Error::service("counting the accounts by state", error)),
        }
    }
}
