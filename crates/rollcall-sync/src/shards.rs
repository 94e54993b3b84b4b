//! Reading every account: eight shards at once, page by page, each page once.
//!
//! The pages are shown in turn, one of each shard that is being read, so their order depends on what is stored and not on
//! which answer comes first. Promises that at most one page of each of the eight shards is ahead of the one that is shown:
//! nine pages in memory, of at most 1 MB each as DynamoDB counts.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{Cursor, Error as StoreError, Store};
use std::collections::VecDeque;
use std::future::Future;
use tokio::task::JoinHandle;

/// Of how many shards a page is read at the same time. A page takes some ten milliseconds to come and about as long to
/// show, so more would only take memory.
const SHARDS_AT_ONCE: usize = 8;

/// Shows every page of every shard, each once, and whether it is the last one of its shard. `read` gives the page of a shard
/// after a cursor, and the cursor of the page behind it.
///
/// # Errors
/// When the storage fails, or `see` does.
pub async fn for_each_page<T, R>(
    shell: &Shell,
    read: impl Fn(Store, u64, Option<Cursor>) -> R,
    mut see: impl FnMut(T, bool) -> Result<(), Error>,
) -> Result<(), Error>
where
    T: Send + 'static,
    R: Future<Output = Result<(T, Option<Cursor>), StoreError>> + Send + 'static,
{
    let ask = |shard, after| Ahead { shard, page: tokio::spawn(read(shell.store.clone(), shard, after)) };
    let mut next = 0..shell.store.shards();
    let mut ahead: VecDeque<_> = next.by_ref().take(SHARDS_AT_ONCE).map(|shard| ask(shard, None)).collect();
    while let Some(first) = ahead.pop_front() {
        let shard = first.shard;
        let (page, cursor) = first.page().await?;
        // What follows is read while this page is shown.
        let is_last = cursor.is_none();
        let follows = if is_last { next.next() } else { Some(shard) };
        ahead.extend(follows.map(|shard| ask(shard, cursor)));
        see(page, is_last)?;
    }
    Ok(())
}

/// A page that is being read by a task of its own. The task ends with this value.
struct Ahead<T> {
    shard: u64,
    page: JoinHandle<Result<(T, Option<Cursor>), StoreError>>,
}

impl<T> Ahead<T> {
    async fn page(mut self) -> Result<(T, Option<Cursor>), Error> {
        Ok((&mut self.page).await??)
    }
}

impl<T> Drop for Ahead<T> {
    fn drop(&mut self) {
        self.page.abort();
    }
}
