//! What digests the values of records, for one index.

use crate::account::AccountId;
use crate::entry::Entry;
use crate::keyed::{DigestKey, KeyedDigest, NameDigest, Values};
use crate::match_key::ImmutableId;
use crate::source::SourceName;

/// The key of an index, and a buffer that is filled again for each record.
#[derive(Debug)]
pub(in crate::snapshot) struct Digester {
    source: SourceName,
    key: DigestKey,
    values: Values,
}

impl Digester {
    pub(in crate::snapshot) fn new(source: SourceName, key: DigestKey) -> Self {
        Self { source, key, values: Values::default() }
    }

    pub(in crate::snapshot) fn key(&self) -> DigestKey {
        self.key
    }

    pub(super) fn immutable_id(&self, id: Option<&ImmutableId>) -> KeyedDigest {
        id.map_or(KeyedDigest::NONE, |id| self.key.of_immutable_id(id))
    }

    /// The username that the entry asks for, or that a newcomer would get.
    pub(super) fn username(&self, entry: &Entry) -> NameDigest {
        match &entry.username {
            Some(username) => self.key.of_username(username),
            None => self.key.of_key_as_username(&entry.key),
        }
    }

    pub(super) fn first_id(&self, entry: &Entry) -> u64 {
        AccountId::of_entry(&self.source, entry).first_word()
    }

    /// One number for the values that `fill` pushes.
    pub(in crate::snapshot) fn number_of(&mut self, fill: impl FnOnce(&mut Values)) -> u64 {
        self.values.clear();
        fill(&mut self.values);
        self.key.of_values(&mut self.values)
    }
}
