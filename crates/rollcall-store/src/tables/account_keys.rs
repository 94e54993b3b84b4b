//! The keys of an account's item: in its table, and in the two indexes that list accounts.

use crate::aws::dynamo::{Item, number, text};
use crate::wire::show_time;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use std::collections::HashMap;

/// The owner of local accounts, in place of the name of a source.
pub const LOCAL: &str = "local";

/// Bytes of a name in an index (DynamoDB: a sort key has at most 1024).
const NAME_BYTES_MAX: usize = 900;

/// The key of an account's item, in a table of so many shards.
pub(crate) fn key(id: AccountId, shards: u64) -> Item {
    HashMap::from([
        (String::from("shard"), number(id.shard(shards))),
        (String::from("id"), text(id.to_string())),
    ])
}

/// The hash key of the index `by_standing`: the owner and the code of the state.
pub(super) fn standing(owner: &str, word: &str) -> String {
    format!("{owner}#{word}")
}

/// The owner of an account and the code of its state: the list in which it stands, and the pair under which it is counted.
pub(crate) fn standing_of(account: &Account) -> String {
    let owner = account.source().map_or(LOCAL, SourceName::as_str);
    standing(owner, account.state.block().map_or("active", |block| block.reason.as_str()))
}

/// The attributes by which the indexes sort an account.
pub(crate) fn keys_of(account: &Account) -> Item {
    let mut keys: HashMap<&str, AttributeValue> = HashMap::from([
        ("standing", text(standing_of(account))),
        ("username_folded", text(name_in_index(account.username.folded()))),
    ]);
    if let (Some(source), Some(place)) = (account.source(), waiting_place(account)) {
        keys.insert("waiting_in", text(source.as_str()));
        keys.insert("waiting_place", text(place));
    }
    keys.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The place of an account in the waiting list of its source, if it waits (rule 13). Places in the order of their bytes are in
/// the order in which a run gives seats.
#[must_use]
pub fn waiting_place(account: &Account) -> Option<String> {
    let since = account.state.waiting_since()?;
    let key = account.key()?.place().sortable();
    // Behind all times, which begin with a digit: 0 goes first, and is all there is where nobody has a priority.
    let priority = match account.priority {
        0 => String::new(),
        priority => format!("~{priority:05}#"),
    };
    // Who had a seat goes before all who never had one (rule 56): no time begins so.
    let before_all = if account.history.seat_lost_at.is_some() { "0#" } else { "" };
    Some(format!("{priority}{before_all}{}#{}", show_time(since), name_in_index(&key)))
}

/// A name as the indexes sort it. A name that is longer than a sort key may be is cut off; two such names may look alike.
#[must_use]
pub fn name_in_index(folded: &str) -> &str {
    &folded[..folded.floor_char_boundary(NAME_BYTES_MAX)]
}
