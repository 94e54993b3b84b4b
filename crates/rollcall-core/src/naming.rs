//! How an account is known, where a person changes it: its username (rule 55), or the match key by which its source finds it
//! (rule 54); or the name of its source (rule 61b). And how it is named in sentences for people.
//!
//! Pure: what is unique among all accounts, the commit checks.

use crate::account::{Account, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner};
use crate::match_key::{ImmutableId, MatchKey};
use crate::outcome::{Change, FieldChange, Outcome};
use crate::source::SourceName;
use crate::username::Username;
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Fields in which an application keeps the whole name of a person.
const FULL_NAMES: [&str; 3] = ["display_name", "full_name", "name"];

/// Fields for its parts.
const GIVEN_NAMES: [&str; 3] = ["given_name", "first_name", "firstname"];
const FAMILY_NAMES: [&str; 4] = ["family_name", "last_name", "lastname", "surname"];

/// Why a person cannot change how an account is known. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A local account keeps its username.
    #[error(
        "{username:?} is a local account, and its name stays: make another local account, and block this one; or give this \
         one to a source with the adoption file"
    )]
    LocalName {
        /// Its username.
        username: String,
    },
    /// The directory would put the old username back.
    #[error(
        "{who}; only an account whose person has left the directory can get another username here, since {source_name} would \
         put the old one back: change the username there"
    )]
    NotGone {
        /// The account, in words.
        who: String,
        /// Its source.
        source_name: SourceName,
    },
    /// A local account has no match key.
    #[error(
        "{username:?} is a local account, which no source looks for; the adoption file gives it to a source and to a person \
         there"
    )]
    LocalKey {
        /// Its username.
        username: String,
    },
    /// Another account of the source has the key.
    #[error("{holder} has the match key {key:?} already. {todo}")]
    KeyTaken {
        /// The other account, in words.
        holder: String,
        /// The key.
        key: String,
        /// What to do.
        todo: String,
    },
}

impl Account {
    /// Whether the person has left the scope of the directory: also beneath a person's block.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        match &self.state {
            AccountState::Active => false,
            AccountState::Blocked(Block { reason, .. }) => match reason {
                BlockReason::LeftScope
                | BlockReason::ByAdmin(AdminBlock { beneath: Beneath::LeftScope(_), .. }) => true,
                BlockReason::NoSeat
                | BlockReason::DisabledInDirectory
                | BlockReason::NotStarted { .. }
                | BlockReason::ByAdmin(_) => false,
            },
        }
    }

    /// The name of the person, where a field has it.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        let first_of = |names: &[&str]| {
            let found = names.iter().find_map(|wanted| {
                self.fields.iter().find(|(name, value)| name.as_str() == *wanted && !value.is_empty())
            });
            found.map(|(_, value)| value)
        };
        if let Some(name) = first_of(&FULL_NAMES) {
            return Some(name.to_owned());
        }
        let parts: Vec<&str> =
            [first_of(&GIVEN_NAMES), first_of(&FAMILY_NAMES)].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// The account in a sentence: username, name of the person, source, state and since when.
    #[must_use]
    pub fn in_words(&self) -> String {
        let name = self.full_name().map(|name| format!("{name}, ")).unwrap_or_default();
        let owner = self.source().map_or_else(|| String::from("local"), |source| format!("source {source}"));
        let state = match &self.state {
            AccountState::Active => String::from("active"),
            AccountState::Blocked(Block { reason, since }) => {
                format!("blocked as {} since {since}", reason.as_str())
            }
        };
        format!("{:?} ({name}{owner}, {state})", self.username.original())
    }
}

/// The change that gives an account another username, so that somebody else can have the old one. `None` where it has it.
///
/// # Errors
/// When it is no account of a source whose person has left.
pub fn rename(before: &Account, new: Username) -> Result<Option<Change>, Refusal> {
    if before.username == new {
        return Ok(None);
    }
    let Some(source) = before.source() else {
        return Err(Refusal::LocalName { username: before.username.original().to_owned() });
    };
    if !before.is_gone() {
        return Err(Refusal::NotGone { who: before.in_words(), source_name: source.clone() });
    }
    let changed = FieldChange {
        field: String::from("username"),
        old: before.username.original().to_owned(),
        new: new.original().to_owned(),
    };
    let after = Account { username: new, version: before.version + 1, ..before.clone() };
    Ok(Some(change(Outcome::RenamedByAdmin, before, after, [changed])))
}

/// The change that lets an account's source find it by another match key. The directory's id is forgotten: the next run
/// learns it from the record with that key. `None` where there is nothing to change.
///
/// # Errors
/// When the account is local.
pub fn rekey(before: &Account, new: MatchKey) -> Result<Option<Change>, Refusal> {
    let Owner::Source { source, key, immutable_id } = &before.owner else {
        return Err(Refusal::LocalKey { username: before.username.original().to_owned() });
    };
    if *key == new && immutable_id.is_none() {
        return Ok(None);
    }
    let changes = [
        ("immutable_id", immutable_id.as_ref().map_or("", ImmutableId::as_str), ""),
        ("match_key", key.original(), new.original()),
    ];
    let changes = changes.into_iter().filter(|(_, old, new)| old != new).map(|(field, old, new)| {
        FieldChange { field: field.to_owned(), old: old.to_owned(), new: new.to_owned() }
    });
    let changes: Vec<FieldChange> = changes.collect();
    let owner = Owner::Source { source: source.clone(), key: new, immutable_id: None };
    let after = Account { owner, version: before.version + 1, ..before.clone() };
    Ok(Some(change(Outcome::RekeyedByAdmin, before, after, changes)))
}

/// The change that gives an account to the source of another name, which is the same directory (rule 61b). `None` where it is
/// local, or that source's already. State, username and key stay.
#[must_use]
pub fn hand_over(before: &Account, to: &SourceName) -> Option<Change> {
    let Owner::Source { source, key, immutable_id } = &before.owner else { return None };
    if source == to {
        return None;
    }
    let changed = FieldChange {
        field: String::from("source"),
        old: source.as_str().to_owned(),
        new: to.as_str().to_owned(),
    };
    let reason = Some(format!("the source {source} is called {to} now"));
    let owner = Owner::Source { source: to.clone(), key: key.clone(), immutable_id: immutable_id.clone() };
    let after = Account { owner, version: before.version + 1, ..before.clone() };
    Some(Change { reason, ..change(Outcome::Adopted, before, after, [changed]) })
}

/// Refuses a key that another account of the same source has: one person would have two accounts.
///
/// # Errors
/// When `other` is that account.
pub fn refuse_taken(account: &Account, new: &MatchKey, other: &Account) -> Result<(), Refusal> {
    let is_it = other.id != account.id
        && other.source().is_some()
        && other.source() == account.source()
        && other.key().is_some_and(|key| key.folded() == new.folded());
    if !is_it {
        return Ok(());
    }
    let (one, two) = (account.username.original(), other.username.original());
    let todo = format!(
        "If both are one person, they use one of the two. To keep {two:?}: change nothing, {one:?} stays as it is. To keep \
         {one:?}: first `rollcall rekey {} {}`, then this again; the next run takes {two:?} for a person who left",
        in_shell(two),
        in_shell(&format!("{}-unused", new.original())),
    );
    Err(Refusal::KeyTaken { holder: other.in_words(), key: new.original().to_owned(), todo })
}

/// A word as it is typed behind a command: in quotes where a shell would read something else.
#[must_use]
pub(crate) fn in_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+' | '/' | ':');
    if !word.starts_with('-') && word.chars().all(is_plain) { word.to_owned() } else { format!("{word:?}") }
}

fn change(
    outcome: Outcome,
    before: &Account,
    after: Account,
    changes: impl IntoIterator<Item = FieldChange>,
) -> Change {
    let changes = changes.into_iter().collect();
    Change { outcome, reason: None, before: Some(before.clone()), after, changes }
}

#[cfg(test)]
mod tests;
