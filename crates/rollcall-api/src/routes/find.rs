//! `GET /find`: people by what is known of them (rule 67).

use crate::accounts::find::find;
use crate::error::Error;
use crate::http::request::{ApiRequest, Query};
use crate::http::response::{Response, ok};
use crate::json;
use serde_json::{Value, json};

/// How many people an answer has by default, and at most.
const PEOPLE: usize = 50;
const PEOPLE_MAX: usize = 100;

/// Characters of what is looked for: no username and no match key has more.
const TEXT_CHARS_MAX: usize = 255;

/// Who fits a text.
pub(super) async fn people(request: ApiRequest<'_>) -> Result<Response, Error> {
    let query = Query::of(request.event, &["text", "limit"])?;
    let text = query.text("text", TEXT_CHARS_MAX)?;
    let text = text.ok_or_else(|| Error::bad_request("`text` is missing: who is looked for"))?;
    let found = find(request.shell(), text, query.limit(PEOPLE, PEOPLE_MAX)?).await?;
    let accounts: Vec<Value> = found.accounts.iter().map(json::account).collect();
    let alike: Vec<Value> = found.alike.iter().map(json::account).collect();
    Ok(ok(&json!({
        "exact": found.exact.as_ref().map(json::account),
        "accounts": accounts,
        "more": found.is_more,
        "alike": alike,
    })))
}
