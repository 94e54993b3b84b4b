//! Changes of several accounts, or with several outcomes, as one list, newest first. Each has an index of its own, and of
//! each a little is read ahead: a page reads not many more entries than it shows, and none twice on the way back through the
//! log.

use crate::error::Error;
use futures::future::try_join_all;
use rollcall_core::account::AccountId;
use rollcall_sync::store::{AuditEntry, Period, Store};
use std::collections::VecDeque;

/// Entries that a query gives at most.
const QUERY_ENTRIES_MAX: usize = 1000;

/// How many queries are under way at once.
const QUERIES_AT_ONCE: usize = 16;

/// Entries that are read first of each of several indexes; then as many as it has given, since most of them have few of the
/// newest ones.
const FIRST: usize = 12;

/// Whose changes, or of what kind.
#[derive(Debug)]
pub(super) enum Of {
    /// Of an account.
    Account(AccountId),
    /// With the outcome of this word.
    Outcome(String),
}

/// Changes, newest first.
#[derive(Debug)]
pub(super) struct Changes {
    all: Vec<Index>,
    /// The place from which they were asked for last.
    came_to: Option<String>,
}

impl Changes {
    pub(super) fn new(of: impl IntoIterator<Item = Of>) -> Self {
        Self { all: of.into_iter().map(Index::new).collect(), came_to: None }
    }

    /// Whether they can be asked for before this place: the way goes back only.
    pub(super) fn lead_to(&self, before: &str) -> bool {
        self.came_to.as_ref().is_none_or(|came_to| *before <= **came_to)
    }

    /// So many of them before this place, or all that there are.
    pub(super) async fn newest(
        &mut self,
        store: &Store,
        period: &Period,
        before: &str,
        count: usize,
    ) -> Result<Vec<AuditEntry>, Error> {
        self.came_to = Some(before.to_owned());
        for index in &mut self.all {
            index.begin(before);
        }
        let first = if self.all.len() == 1 { count } else { FIRST };
        let mut entries = Vec::with_capacity(count);
        while entries.len() < count {
            let mut unread: Vec<_> = self.all.iter_mut().filter(|index| index.is_unread()).collect();
            for some in unread.chunks_mut(QUERIES_AT_ONCE) {
                let left = count - entries.len();
                let reads = some.iter_mut().map(|index| {
                    let wanted = left.min(first.max(index.given));
                    index.read_on(store, period, before, wanted)
                });
                try_join_all(reads).await?;
            }
            match self.all.iter_mut().max_by(|one, other| one.place().cmp(&other.place())) {
                Some(index) if index.place().is_some() => entries.extend(index.next()),
                Some(_) | None => break,
            }
        }
        Ok(entries)
    }
}

/// The changes of one index, as far as they are read.
#[derive(Debug)]
struct Index {
    of: Of,
    /// Each with its place.
    read: VecDeque<(String, AuditEntry)>,
    /// How many of these have been given since it began.
    given: usize,
    is_over: bool,
}

impl Index {
    fn new(of: Of) -> Self {
        Self { of, read: VecDeque::new(), given: 0, is_over: false }
    }

    /// Begins before this place; what is there or newer is forgotten.
    fn begin(&mut self, before: &str) {
        self.given = 0;
        while self.read.front().is_some_and(|(place, _)| **place >= *before) {
            self.read.pop_front();
        }
    }

    /// Whether nobody knows yet what comes next.
    fn is_unread(&self) -> bool {
        self.given == self.read.len() && !self.is_over
    }

    /// The place of the next one; later ones are greater.
    fn place(&self) -> Option<&str> {
        self.read.get(self.given).map(|(place, _)| place.as_str())
    }

    fn next(&mut self) -> Option<AuditEntry> {
        let (_, next) = self.read.get(self.given)?;
        self.given += 1;
        Some(next.clone())
    }

    async fn read_on(
        &mut self,
        store: &Store,
        period: &Period,
        before: &str,
        count: usize,
    ) -> Result<(), Error> {
        let asked = count.clamp(1, QUERY_ENTRIES_MAX);
        let limit = i32::try_from(asked).unwrap_or(i32::MAX);
        let before = self.read.back().map_or(before, |(place, _)| place);
        let found = match &self.of {
            Of::Account(id) => store.audit_of_account(*id, period, Some(before), limit).await?,
            Of::Outcome(word) => store.audit_of_outcome(word, period, Some(before), limit).await?,
        };
        self.is_over = found.len() < asked;
        self.read.extend(found.into_iter().map(|entry| (entry.position(), entry)));
        Ok(())
    }
}
