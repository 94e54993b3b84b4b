//! Where kept words are read: the store, or a table in a test. Counts them, so that all that a search reads has a bound.

use crate::error::Error;
use rollcall_sync::store::{KeptWord, LETTERS, Store};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Requests of one search. An ordinary mistake takes ten to twenty.
const REQUESTS_MAX: usize = 150;

/// Looks up kept words.
pub(in crate::accounts::find) trait Lookup: Sync {
    /// The first words that begin so; after a whole word, the account's next word begins with `also`.
    fn words(
        &self,
        word: &str,
        also: Option<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<KeptWord>, Error>> + Send;

    /// The first words that begin so, from this text on.
    fn words_from(
        &self,
        beginning: &str,
        from: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<KeptWord>, Error>> + Send;
}

impl Lookup for Store {
    async fn words(&self, word: &str, also: Option<&str>, limit: usize) -> Result<Vec<KeptWord>, Error> {
        Ok(Self::words(self, word, also, limit).await?)
    }

    async fn words_from(&self, beginning: &str, from: &str, limit: usize) -> Result<Vec<KeptWord>, Error> {
        Ok(Self::words_from(self, beginning, from, limit).await?)
    }
}

/// Reads words while any may be read. After that it finds none.
pub(super) struct Reader<'a, L> {
    words: &'a L,
    items_left: AtomicUsize,
    requests_left: AtomicUsize,
}

impl<'a, L: Lookup> Reader<'a, L> {
    pub(super) fn new(words: &'a L, items: usize) -> Self {
        Self { words, items_left: items.into(), requests_left: REQUESTS_MAX.into() }
    }

    /// As [`Lookup::words`]. Nothing begins with fewer letters than a hash key has.
    pub(super) async fn words(
        &self,
        word: &str,
        also: Option<&str>,
        limit: usize,
    ) -> Result<Vec<KeptWord>, Error> {
        let limit = self.take(limit);
        if limit == 0 || word.chars().count() < LETTERS {
            return Ok(self.put_back(limit, Vec::new()));
        }
        Ok(self.put_back(limit, self.words.words(word, also, limit).await?))
    }

    /// As [`Lookup::words_from`].
    pub(super) async fn words_from(
        &self,
        beginning: &str,
        from: &str,
        limit: usize,
    ) -> Result<Vec<KeptWord>, Error> {
        let limit = self.take(limit);
        if limit == 0 {
            return Ok(Vec::new());
        }
        Ok(self.put_back(limit, self.words.words_from(beginning, from, limit).await?))
    }

    /// How many may be read, of so many. They are taken before, since several requests are under way at once.
    fn take(&self, limit: usize) -> usize {
        let one_less = |left: usize| left.checked_sub(1);
        if self.requests_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_err() {
            return 0;
        }
        let less = |left: usize| Some(left - left.min(limit));
        let before = self.items_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        before.map_or(0, |left| left.min(limit))
    }

    fn put_back(&self, taken: usize, read: Vec<KeptWord>) -> Vec<KeptWord> {
        self.items_left.fetch_add(taken - read.len().min(taken), Ordering::SeqCst);
        read
    }
}
