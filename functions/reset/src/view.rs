//! How accounts are shown over HTTP.

use rollcall_core::account::{Account, Owner};
use rollcall_core::match_key::ImmutableId;
use rollcall_sync::explain::Explanation;
use rollcall_sync::store::show_time;
use serde_json::{Map, Value, json};

/// An account as it stands.
pub(crate) fn account(account: &Account) -> Value {
    let block = account.state.block();
    let by_admin = account.state.admin_block();
    let id = match &account.owner {
        Owner::Local => None,
        Owner::Source { immutable_id, .. } => immutable_id.as_ref().map(ImmutableId::as_str),
    };
    let fields: Map<String, Value> =
        account.fields.iter().map(|(name, value)| (name.to_string(), Value::from(value))).collect();
    json!({
        "id": account.id.to_string(),
        "username": account.username.original(),
        "source": account.source().map(|source| source.as_str()),
        "match_key": account.key().map(|key| key.original()),
        "immutable_id": id,
        "is_admin": account.is_admin,
        "state": account.state.as_str(),
        "reason": block.map(|block| block.reason.as_str()),
        "since": block.map(|block| show_time(block.since)),
        "set_by": block.map(|block| block.reason.origin()),
        "why": by_admin.and_then(|block| block.why.clone()),
        "beneath": by_admin.map(|block| block.beneath.as_str()),
        "missing_since": account.missing_since.map(show_time),
        "fields": fields,
        "version": account.version,
    })
}

/// What there is to say about an account.
pub(crate) fn explanation(explanation: &Explanation) -> Value {
    json!({
        "why": explanation.why,
        "place": explanation.place.map(|(place, of)| json!({ "place": place, "of": of })),
        "next": explanation.next,
    })
}
