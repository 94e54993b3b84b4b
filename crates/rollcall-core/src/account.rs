//! An account record and its states (section 4 of the rules).

use crate::entry::Entry;
use crate::fields::Fields;
use crate::fold::Digest128;
use crate::history::History;
use crate::match_key::{ImmutableId, MatchKey};
use crate::source::SourceName;
use crate::time::Timestamp;
use crate::username::Username;
use alloc::string::String;
use core::fmt;

/// Names one account for ever. Derived from the first immutable id or match key of the account, so that a create
/// repeated after a crash is the same item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(Digest128);

/// A text that is not an account id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an account id is 32 hexadecimal digits in lower case")]
pub struct InvalidAccountId;

impl AccountId {
    /// The id that the account of this entry of this source would get.
    #[must_use]
    pub fn of_entry(source: &SourceName, entry: &Entry) -> Self {
        let known_by = entry.immutable_id.as_ref().map_or_else(|| entry.key.digest(), ImmutableId::digest);
        Self::of_digest(source, known_by)
    }

    /// The id of the account of a person for whom this source has only the match key.
    #[must_use]
    pub fn of_key(source: &SourceName, key: &MatchKey) -> Self {
        Self::of_digest(source, key.digest())
    }

    /// The id of an account first known by a key or an immutable id of this digest.
    pub(crate) fn of_digest(source: &SourceName, known_by: Digest128) -> Self {
        let [high, low] = known_by.words().map(u64::to_be_bytes);
        Self(Digest128::of_bytes(&[b"account", source.as_str().as_bytes(), &high, &low]))
    }

    /// The id in 16 bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        let [high, low] = self.0.words();
        (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
    }

    /// The id of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let [mut high, mut low] = [[0; 8]; 2];
        high.copy_from_slice(&bytes[..8]);
        low.copy_from_slice(&bytes[8..]);
        Self(Digest128::from_words([high, low].map(u64::from_be_bytes)))
    }

    /// Its first 64 bits.
    pub(crate) fn first_word(self) -> u64 {
        self.0.words()[0]
    }

    /// The id of a local account.
    #[must_use]
    pub fn of_local(username: &Username) -> Self {
        Self(Digest128::of(&["account", "local", "username", username.folded()]))
    }

    /// Parses the text form.
    ///
    /// # Errors
    /// When the text is not 32 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Result<Self, InvalidAccountId> {
        let is_hex = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if text.len() != 32 || !is_hex {
            return Err(InvalidAccountId);
        }
        let word = |part: &str| u64::from_str_radix(part, 16).map_err(|_| InvalidAccountId);
        Ok(Self(Digest128::from_words([word(&text[..16])?, word(&text[16..])?])))
    }

    /// Which of the `count` shards of the accounts table holds the account: 0 to `count` - 1.
    #[must_use]
    pub fn shard(self, count: u64) -> u64 {
        self.0.words()[0] % count
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [high, low] = self.0.words();
        write!(f, "{high:016x}{low:016x}")
    }
}

/// A user account of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name for ever.
    pub id: AccountId,
    /// Who may change it.
    pub owner: Owner,
    /// What the person logs in with; unique across all accounts.
    pub username: Username,
    /// Whether the person administers the application (rule 20).
    pub is_admin: bool,
    /// The person's priority as the source has last shown it (rules 13a and 45): lower is seated first. 0 where there are no
    /// priorities, and of local accounts.
    pub priority: u16,
    /// Whether the person may log in, and if not, why.
    pub state: AccountState,
    /// Since when the source no longer shows an active account. Its grace begins then (rule 21).
    pub missing_since: Option<Timestamp>,
    /// What it had and lost.
    pub history: History,
    /// The stored fields, mapped or not.
    pub fields: Fields,
    /// Rises by one with every change; a write is conditional on the version that it read.
    pub version: u64,
}

/// Who an account belongs to (rule 7): one source, or the local administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A local account. No sync changes it.
    Local,
    /// An account of one source.
    Source {
        /// The source.
        source: SourceName,
        /// The match key that it was last seen with.
        key: MatchKey,
        /// The directory's own id of the person, once known.
        immutable_id: Option<ImmutableId>,
    },
}

/// Whether a person may log in. An active account holds one seat, a blocked one none (rule 10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// May log in, holds a seat.
    Active,
    /// May not log in, holds none.
    Blocked(Block),
}

/// Why an account is blocked and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Why.
    pub reason: BlockReason,
    /// Since when for this reason. For `no_seat` it is the place in the waiting list (rule 13c).
    pub since: Timestamp,
}

/// The reasons of section 4 of the rules, each with the data that exists only for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockReason {
    /// Waiting for a seat. Set and lifted by the sync.
    NoSeat,
    /// No longer in the groups or the file. Set and lifted by the sync.
    LeftScope,
    /// Disabled in the directory. Set and lifted by the sync.
    DisabledInDirectory,
    /// The person's start date has not come (rule 42): no seat, and no place on the waiting list. Set and lifted by the sync.
    NotStarted {
        /// When it comes.
        starts: Timestamp,
    },
    /// Blocked by a person; only a person lifts it.
    ByAdmin(AdminBlock),
}

/// A block that a person set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminBlock {
    /// Who set it.
    pub by: String,
    /// What they gave as the reason.
    pub why: Option<String>,
    /// What lifting it gives back.
    pub beneath: Beneath,
}

/// The state beneath a person's block. The sync keeps it as the directory has it: a person who leaves the scope while
/// blocked does not become active when the block is lifted, and loses a place on the waiting list (rule 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beneath {
    /// Eligible, and had a seat: lifting the block asks for one.
    Active,
    /// Eligible, and has waited for a seat since then: lifting the block gives the old place back.
    NoSeat(Timestamp),
    /// Not in the groups or the file since then.
    LeftScope(Timestamp),
    /// Disabled in the directory since then.
    DisabledInDirectory(Timestamp),
    /// The start date has not come.
    NotStarted {
        /// Since when the account is blocked for it.
        since: Timestamp,
        /// When it comes.
        starts: Timestamp,
    },
}

impl Beneath {
    /// The word of the state, as stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NoSeat(_) => BlockReason::NoSeat.as_str(),
            Self::LeftScope(_) => BlockReason::LeftScope.as_str(),
            Self::DisabledInDirectory(_) => BlockReason::DisabledInDirectory.as_str(),
            Self::NotStarted { starts, .. } => BlockReason::NotStarted { starts }.as_str(),
        }
    }

    /// The state itself.
    #[must_use]
    pub fn into_state(self) -> AccountState {
        match self {
            Self::Active => AccountState::Active,
            Self::NoSeat(since) => AccountState::blocked(BlockReason::NoSeat, since),
            Self::LeftScope(since) => AccountState::blocked(BlockReason::LeftScope, since),
            Self::DisabledInDirectory(since) => {
                AccountState::blocked(BlockReason::DisabledInDirectory, since)
            }
            Self::NotStarted { since, starts } => {
                AccountState::blocked(BlockReason::NotStarted { starts }, since)
            }
        }
    }
}

impl AccountState {
    /// A state blocked for this reason since then.
    #[must_use]
    pub fn blocked(reason: BlockReason, since: Timestamp) -> Self {
        Self::Blocked(Block { reason, since })
    }

    /// `active` or `blocked`, as stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked(_) => "blocked",
        }
    }

    /// Why it is blocked, if it is.
    #[must_use]
    pub fn block(&self) -> Option<&Block> {
        match self {
            Self::Active => None,
            Self::Blocked(block) => Some(block),
        }
    }

    /// The block that a person set, if one did.
    #[must_use]
    pub fn admin_block(&self) -> Option<&AdminBlock> {
        match &self.block()?.reason {
            BlockReason::ByAdmin(block) => Some(block),
            BlockReason::NoSeat
            | BlockReason::LeftScope
            | BlockReason::DisabledInDirectory
            | BlockReason::NotStarted { .. } => None,
        }
    }

    /// The start date for which the account is blocked, also where only beneath a person's block.
    #[must_use]
    pub fn starts(&self) -> Option<Timestamp> {
        match &self.block()?.reason {
            BlockReason::NotStarted { starts } => Some(*starts),
            BlockReason::ByAdmin(AdminBlock { beneath: Beneath::NotStarted { starts, .. }, .. }) => {
                Some(*starts)
            }
            BlockReason::NoSeat
            | BlockReason::LeftScope
            | BlockReason::DisabledInDirectory
            | BlockReason::ByAdmin(_) => None,
        }
    }

    /// The same state with this start date, where it has one.
    #[must_use]
    pub(crate) fn with_starts(mut self, new: Timestamp) -> Self {
        if let Self::Blocked(block) = &mut self {
            match &mut block.reason {
                BlockReason::NotStarted { starts }
                | BlockReason::ByAdmin(AdminBlock { beneath: Beneath::NotStarted { starts, .. }, .. }) => {
                    *starts = new;
                }
                BlockReason::NoSeat
                | BlockReason::LeftScope
                | BlockReason::DisabledInDirectory
                | BlockReason::ByAdmin(_) => {}
            }
        }
        self
    }

    /// Whether the state holds a seat.
    #[must_use]
    pub fn holds_seat(&self) -> bool {
        matches!(self, Self::Active)
    }

    /// Since when the account waits for a seat, if it does.
    #[must_use]
    pub fn waiting_since(&self) -> Option<Timestamp> {
        match self.block()? {
            Block { reason: BlockReason::NoSeat, since } => Some(*since),
            Block {
                reason:
                    BlockReason::LeftScope
                    | BlockReason::DisabledInDirectory
                    | BlockReason::NotStarted { .. }
                    | BlockReason::ByAdmin(_),
                ..
            } => None,
        }
    }
}

impl BlockReason {
    /// The word of section 4 of the rules.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NoSeat => "no_seat",
            Self::LeftScope => "left_scope",
            Self::DisabledInDirectory => "disabled_in_directory",
            Self::NotStarted { .. } => "not_started",
            Self::ByAdmin(_) => "by_admin",
        }
    }

    /// Who set it: `sync`, or the person's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        match self {
            Self::NoSeat | Self::LeftScope | Self::DisabledInDirectory | Self::NotStarted { .. } => "sync",
            Self::ByAdmin(block) => &block.by,
        }
    }
}

impl Account {
    /// The source that owns it, if one does.
    #[must_use]
    pub fn source(&self) -> Option<&SourceName> {
        match &self.owner {
            Owner::Local => None,
            Owner::Source { source, .. } => Some(source),
        }
    }

    /// Whether the person administers the application and may log in (rule 20).
    #[must_use]
    pub fn is_active_admin(&self) -> bool {
        self.is_admin && self.state.holds_seat()
    }

    /// Its match key in its source; a local account has none.
    #[must_use]
    pub fn key(&self) -> Option<&MatchKey> {
        match &self.owner {
            Owner::Local => None,
            Owner::Source { key, .. } => Some(key),
        }
    }
}
