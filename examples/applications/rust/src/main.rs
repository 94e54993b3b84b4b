//! May this person in, and if not, why, in words: the contract of docs/application.md in Rust.
//!
//! Run: cargo run USERNAME. Needs GetItem on two tables. `AWS_ENDPOINT_URL` and the usual `AWS_` variables say where they are;
//! `rollcall up --expose` prints them for this machine.

mod fold;

use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

type Error = Box<dyn std::error::Error>;
type Item = HashMap<String, AttributeValue>;

/// Whether somebody may in, or what to say if not.
pub enum Answer {
    /// With the id that names them for ever.
    Yes(String),
    No(&'static str),
}

/// Ask after the person has proved who they are.
///
/// # Errors
/// Where an item is not as the contract says, or the tables cannot be read.
pub async fn may_sign_in(dynamodb: &aws_sdk_dynamodb::Client, username: &str) -> Result<Answer, Error> {
    let nobody = Answer::No("There is no account with this name.");
    let folded = fold::fold(username).ok_or("a distinguished name; ask GET /accounts/by-username")?;
    if folded.is_empty() {
        return Ok(nobody);
    }
    let key = Item::from([(String::from("username"), AttributeValue::S(folded))]);
    let Some(mut claim) = get(dynamodb, "ROLLCALL_USERNAMES", "rollcall-usernames", key).await? else {
        return Ok(nobody);
    };
    let shard = claim.remove("shard").ok_or("a claim without shard; run `rollcall doctor --repair`")?;
    let id = claim.remove("account").ok_or("a claim without account")?;
    let key = Item::from([(String::from("shard"), shard), (String::from("id"), id)]);
    let account = get(dynamodb, "ROLLCALL_ACCOUNTS", "rollcall-accounts", key).await?.ok_or("no such account")?;
    let text = |name: &str| account.get(name).and_then(|value| value.as_s().ok()).map(String::as_str);
    if text("state") == Some("active") {
        return Ok(Answer::Yes(text("id").ok_or("an account without id")?.to_owned()));
    }
    Ok(Answer::No(match text("reason") {
        Some("no_seat") => "You have an account, but all licences are in use. You are in the waiting list.",
        Some("left_scope") => "Your account is closed, because you are no longer among the users. Your data is kept.",
        Some("disabled_in_directory") => "Your company account is disabled. Ask your IT department.",
        Some("not_started") => "Your account is ready. You can sign in from your first day on.",
        Some("by_admin") => "An administrator has blocked your account.",
        _ => "You cannot sign in at the moment. Ask your administrator.",
    }))
}

async fn get(
    dynamodb: &aws_sdk_dynamodb::Client,
    setting: &str,
    usual: &str,
    key: Item,
) -> Result<Option<Item>, Error> {
    let table = std::env::var(setting).unwrap_or_else(|_| usual.to_owned());
    let request = dynamodb.get_item().table_name(table).set_key(Some(key)).consistent_read(true);
    Ok(request.send().await?.item)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let username = std::env::args().nth(1).ok_or("which username?")?;
    let dynamodb = aws_sdk_dynamodb::Client::new(&aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await);
    match may_sign_in(&dynamodb, &username).await? {
        Answer::Yes(_) => println!("yes"),
        Answer::No(words) => println!("no: {words}"),
    }
    Ok(())
}
