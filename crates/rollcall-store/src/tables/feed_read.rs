//! Reading the feed of changes that `feed.rs` writes. A place in it is the last number read of each writer.
//!
//! Promises that a reader who goes on from page to page sees each change, those of one account in their order, whatever is
//! committed meanwhile: all is read consistently from the table, and an item is given only after what comes before it.

use crate::aws::dynamo::{Item, Pages, need_text, pause, text};
use crate::error::Error;
use crate::schema::check_schema;
use crate::store::Store;
use crate::tables::audit::AuditEntry;
use crate::tables::feed::{EARLIER, ENTRIES, WRITERS, hash, number_of, range};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures::future::try_join_all;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Entries in one request (DynamoDB: 100).
const BATCH_ITEMS_MAX: usize = 100;

/// How often entries are asked for that DynamoDB did not give at once.
const TRIES_MAX: u32 = 10;

/// A place in the feed: for each writer the last number that was read whole, and how many entries of the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedPlace(BTreeMap<String, (u64, usize)>);

/// A page of the feed.
#[derive(Debug)]
pub struct FeedPage {
    /// The entries of changes of accounts. With a retention, entries that are gone are left out.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins.
    pub next: FeedPlace,
    /// Whether there was more when this was read.
    pub is_more: bool,
}

/// An item of a writer.
struct FeedItem {
    number: u64,
    entries: Vec<String>,
    earlier: BTreeMap<String, u64>,
}

impl FeedPlace {
    /// The place that a text names; none where it names no place.
    #[must_use]
    pub fn parse(shown: &str) -> Option<Self> {
        let parts = shown.split(',').filter(|part| !part.is_empty());
        let part = |part: &str| {
            let (writer, place) = part.rsplit_once('=')?;
            let (number, of_next) = place.split_once('.').unwrap_or((place, "0"));
            Some((writer.to_owned(), (number.parse().ok()?, of_next.parse().ok()?)))
        };
        parts.map(part).collect::<Option<_>>().map(Self)
    }

    /// The place as a text.
    #[must_use]
    pub fn show(&self) -> String {
        let part = |(writer, (number, of_next)): (&String, &(u64, usize))| match of_next {
            0 => format!("{writer}={number}"),
            of_next => format!("{writer}={number}.{of_next}"),
        };
        // Cursors are made of this, and must fit into an address: it is short.
        self.0.iter().map(part).collect::<Vec<_>>().join(",")
    }

    fn of(&self, writer: &str) -> (u64, usize) {
        self.0.get(writer).copied().unwrap_or_default()
    }

    fn is_after(&self, earlier: &BTreeMap<String, u64>) -> bool {
        earlier.iter().all(|(writer, number)| self.of(writer).0 >= *number)
    }
}

impl Store {
    /// The changes of accounts after a place, at most `limit`; those of one account in the order of their versions.
    ///
    /// # Errors
    /// When the storage fails or an item is not what it should be.
    pub async fn feed(&self, after: &FeedPlace, limit: usize) -> Result<FeedPage, Error> {
        let writers = self.feed_writers().await?;
        let read = writers.into_iter().map(async |writer| {
            let items = self.feed_items(&writer, after.of(&writer).0, limit).await?;
            Ok::<_, Error>((writer, items))
        });
        let read: Vec<(String, (VecDeque<FeedItem>, bool))> = try_join_all(read).await?;
        let has_rest = read.iter().any(|(_, (_, has_rest))| *has_rest);
        let mut queues: Vec<_> = read.into_iter().map(|(writer, (items, _))| (writer, items)).collect();
        let (mut place, mut positions) = (after.clone(), Vec::new());
        // The earliest item that was not given has nothing before it, so each round gives some until there are no more.
        while positions.len() < limit && take_some(&mut queues, &mut place, &mut positions, limit) {}
        let is_more = has_rest || queues.iter().any(|(_, items)| !items.is_empty());
        Ok(FeedPage { entries: self.entries_at(&positions).await?, next: place, is_more })
    }

    /// Everybody who has written to the feed.
    async fn feed_writers(&self) -> Result<Vec<String>, Error> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.names.audit)
            .key_condition_expression("account = :writers")
            .expression_attribute_values(":writers", text(WRITERS))
            .consistent_read(true);
        let mut pages = Pages::of(query, self.page_items, None, "reading who writes to the feed of changes");
        let mut writers = Vec::new();
        while let Some(items) = pages.next(usize::MAX).await? {
            for item in &items {
                writers.push(need_text(item, "at", "a writer of the feed of changes")?.to_owned());
            }
        }
        Ok(writers)
    }

    /// A page of a writer's items after this number, and whether there may be more behind it.
    async fn feed_items(
        &self,
        writer: &str,
        after: u64,
        limit: usize,
    ) -> Result<(VecDeque<FeedItem>, bool), Error> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.names.audit)
            .key_condition_expression("account = :writer AND #at > :after")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":writer", text(hash(writer)))
            .expression_attribute_values(":after", text(range(after)))
            .consistent_read(true);
        let mut pages = Pages::of(query, self.page_items, None, "reading the feed of changes");
        let items = pages.next(limit.max(1)).await?.unwrap_or_default();
        let items = items.iter().map(decode).collect::<Result<_, _>>()?;
        Ok((items, pages.rest().is_some()))
    }

    /// The audit entries at these positions, in this order.
    async fn entries_at(&self, positions: &[String]) -> Result<Vec<AuditEntry>, Error> {
        let mut found: HashMap<String, AuditEntry> = HashMap::new();
        for some in positions.chunks(BATCH_ITEMS_MAX) {
            let mut remaining: Vec<Item> = some.iter().map(|at| key_of(at)).collect::<Result<_, _>>()?;
            for tries in 1..=TRIES_MAX {
                let keys = KeysAndAttributes::builder().set_keys(Some(std::mem::take(&mut remaining)));
                let keys = keys.consistent_read(true).build();
                let keys = keys.map_err(|error| Error::service("reading changes", error))?;
                let request = self.dynamo.batch_get_item().request_items(&self.names.audit, keys);
                let response =
                    request.send().await.map_err(|error| Error::service("reading changes", error))?;
                for item in response.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                    let entry = AuditEntry::decode(item)?;
                    found.insert(entry.position(), entry);
                }
                let unread = response.unprocessed_keys.into_iter().flatten();
                remaining = unread.flat_map(|(_, unread)| unread.keys).collect();
                if remaining.is_empty() {
                    break;
                }
                tokio::time::sleep(pause(tries)).await;
            }
            if !remaining.is_empty() {
                return Err(Error::Contended { what: "the audit log" });
            }
        }
        Ok(positions.iter().filter_map(|at| found.remove(at)).collect())
    }
}

/// Takes what can be given now from each writer; `false` where there is nothing.
fn take_some(
    queues: &mut [(String, VecDeque<FeedItem>)],
    place: &mut FeedPlace,
    positions: &mut Vec<String>,
    limit: usize,
) -> bool {
    let mut is_any = false;
    for (writer, items) in queues {
        while positions.len() < limit
            && let Some(item) = items.front().filter(|item| place.is_after(&item.earlier))
        {
            let (_, given) = place.of(writer);
            let rest = item.entries.iter().skip(given).take(limit - positions.len());
            let before = positions.len();
            positions.extend(rest.cloned());
            let given = given + positions.len() - before;
            is_any = true;
            if given < item.entries.len() {
                place.0.insert(writer.clone(), (item.number - 1, given));
            } else {
                place.0.insert(writer.clone(), (item.number, 0));
                items.pop_front();
            }
        }
    }
    is_any
}

fn decode(item: &Item) -> Result<FeedItem, Error> {
    let what = "an item of the feed of changes";
    check_schema(item, what)?;
    let bad = |name: &str| Error::corrupt(what, format!("{name:?} is not what it should be"));
    let entries = item.get(ENTRIES).and_then(|entries| entries.as_l().ok()).ok_or_else(|| bad(ENTRIES))?;
    let entries = entries.iter().map(|entry| entry.as_s().ok().cloned()).collect::<Option<_>>();
    let earlier = item.get(EARLIER).and_then(|earlier| earlier.as_m().ok()).ok_or_else(|| bad(EARLIER))?;
    let earlier = earlier.iter().map(|(writer, number)| {
        let number = number.as_n().ok().and_then(|number| number.parse().ok());
        Some((writer.clone(), number?))
    });
    Ok(FeedItem {
        number: number_of(item)?,
        entries: entries.ok_or_else(|| bad(ENTRIES))?,
        earlier: earlier.collect::<Option<_>>().ok_or_else(|| bad(EARLIER))?,
    })
}

/// The key of the entry at a position.
fn key_of(position: &str) -> Result<Item, Error> {
    let parts = position.rsplit_once('#');
    let (at, account) = parts.ok_or_else(|| Error::corrupt("the feed of changes", position.to_owned()))?;
    Ok(Item::from([(String::from("account"), text(account)), (String::from("at"), text(at))]))
}
