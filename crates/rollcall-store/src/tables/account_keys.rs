//! The keys of an account's item: in its table, and in the two indexes that list accounts.

use crate::aws::dynamo::{Item, number, text};
use crate::wire::show_time;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use std::collections::HashMap;

/// How many shards the accounts table has. Another number would look for existing accounts in the wrong place.
pub const SHARDS: u64 = 64;

/// The word in the place of a source's name for accounts that no source owns.
pub const LOCAL: &str = "local";

/// Bytes of a name in an index (DynamoDB: a sort key has at most 1024).
const NAME_BYTES_MAX: usize = 900;

/// The key of an account's item.
pub(crate) fn key(id: AccountId) -> Item {
    HashMap::from([
        (String::from("shard"), number(id.shard(SHARDS))),
        (String::from("id"), text(id.to_string())),
    ])
}

/// The hash key of the index by standing: the owner, and the word of the state.
pub(super) fn standing(owner: &str, word: &str) -> String {
    format!("{owner}#{word}")
}

/// The attributes of an account's item that the indexes sort it by.
pub(crate) fn keys_of(account: &Account) -> Item {
    let owner = account.source().map_or(LOCAL, SourceName::as_str);
    let word = account.state.block().map_or("active", |block| block.reason.as_str());
    let mut keys: HashMap<&str, AttributeValue> = HashMap::from([
        ("standing", text(standing(owner, word))),
        ("username_folded", text(name_in_index(account.username.folded()))),
    ]);
    if let (Some(source), Some(place)) = (account.source(), waiting_place(account)) {
        keys.insert("waiting_in", text(source.as_str()));
        keys.insert("waiting_place", text(place));
    }
    keys.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Where an account stands in the list of its source's accounts that wait, if it does.
#[must_use]
pub fn waiting_place(account: &Account) -> Option<String> {
    let since = account.state.waiting_since()?;
    Some(format!("{}#{}", show_time(since), name_in_index(account.key()?.folded())))
}

/// A name as the indexes sort it. One that is longer than a sort key may be is cut off, and told apart no further.
#[must_use]
pub fn name_in_index(folded: &str) -> &str {
    &folded[..folded.floor_char_boundary(NAME_BYTES_MAX)]
}
