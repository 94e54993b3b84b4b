//! `GET /licence`: the seats as they are at this moment; `PUT /licence`: how many there are; `GET /licence/history`: the seats
//! by day, and when they will be full; `GET /licence/seated`: who got theirs last (rules 10, 16, 17, 36, 60, 65).

use crate::accounts::seated::seated_last;
use crate::accounts::{administer, waiting};
use crate::error::Error;
use crate::forecast;
use crate::http::idempotency::key_of;
use crate::http::request::{ApiRequest, Query, body, whole};
use crate::http::response::{Response, ok};
use crate::json;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::limit_change::{BelowUse, LimitWish};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::{Error as StoreError, LOCAL, SeatsOfDay, SeatsView, show_time};
use rollcall_sync::{Error as Failed, licence};
use serde::Deserialize;
use serde_json::Value;

/// The licence.
pub(super) async fn show(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    Ok(ok(&json::licence(request.shell()).await?))
}

/// Days of the history by default, and at most.
const DAYS: usize = 90;
const DAYS_MAX: usize = 730;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The seats by day, this moment as the last of them; and when they will be full.
pub(super) async fn history(request: ApiRequest<'_>) -> Result<Response, Error> {
    let days = Query::of(request.event, &["days"])?.count("days", DAYS, DAYS_MAX)?;
    let (shell, now) = (request.shell(), request.shell().now());
    let day_before = |days: i64| {
        let back = days.saturating_mul(DAY_MILLIS);
        SeatsOfDay::day_of(Timestamp::from_millis(now.as_millis().saturating_sub(back)))
    };
    let from = day_before(i64::try_from(days - 1).unwrap_or_default());
    let today = day_before(0);
    // The forecast is the same, however many days are asked for.
    let pace_from = day_before(forecast::DAYS_MAX);
    let mut history = shell.store.seats_by_day(from.as_str().min(&pace_from)).await?;
    // A clock that was wrong has left days to come.
    history.retain(|one| one.day < today);
    let (config, ledger) = licence::look_up(shell).await?;
    let SeatsView { used, limit, .. } = SeatsView::of(ledger.seats);
    history.push(SeatsOfDay { day: today, used, limit, waiting: waiting::count(shell).await? });
    let reserve = config.policy.reserve.get();
    let sentence = forecast::in_words(&history, reserve);
    let full_on = forecast::full_on(&history, reserve).map(|day| day.to_string());
    let shown = history.iter().filter(|one| one.day >= from);
    let days: Vec<Value> = shown.map(json::seats_of_day).collect();
    Ok(ok(&serde_json::json!({ "days": days, "full_on": full_on, "forecast": sentence })))
}

/// How many people who have a seat are named by default, and at most.
const SEATED: usize = 8;
const SEATED_MAX: usize = 20;

/// Who got their seat last, the newest first.
pub(super) async fn seated(request: ApiRequest<'_>) -> Result<Response, Error> {
    let query = Query::of(request.event, &["source", "limit"])?;
    let owner = query.get("source");
    if owner.is_some_and(|name| name != LOCAL && SourceName::parse(name).is_err()) {
        return Err(Error::bad_request("`source` must be the name of a source, or `local`"));
    }
    let limit = query.limit(SEATED, SEATED_MAX)?;
    let seated = seated_last(request.shell(), owner, limit).await?;
    let seated: Vec<Value> = seated
        .iter()
        .map(|one| serde_json::json!({ "account": json::account(&one.account), "at": one.at.map(show_time) }))
        .collect();
    Ok(ok(&serde_json::json!({ "seated": seated })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLimit {
    /// A number, `null` for no limit, or `"configured"`; nothing is a mistake, unless `change` is there.
    #[serde(default, deserialize_with = "with_null")]
    limit: Option<Value>,
    /// By how many seats the limit rises or falls.
    change: Option<Value>,
    /// The limit is meant even if it is below the seats in use.
    #[serde(default)]
    below_use: bool,
}

/// Tells a `null` from nothing.
fn with_null<'a, D: serde::Deserializer<'a>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// What is wanted of the limit.
enum Wanted {
    Configured,
    Wish(LimitWish),
}

/// Sets the limit, from then on instead of the configured one; or has that one count again. Says what it was before.
pub(super) async fn set_limit(request: ApiRequest<'_>) -> Result<Response, Error> {
    let (shell, actor) = (request.shell(), request.caller.actor());
    Query::of(request.event, &[])?;
    let NewLimit { limit, change, below_use } = body(request.event)?;
    let below_use = if below_use { BelowUse::Meant } else { BelowUse::Asks };
    let set = match wanted(limit.as_ref(), change.as_ref())? {
        Wanted::Configured => administer::follow_configured_limit(shell, below_use, actor).await?,
        Wanted::Wish(wish) => {
            // What would be read as the limit must be there before it can be set. One that cannot be read is set to cure it.
            match licence::use_configured(shell).await {
                Err(Failed::Store(StoreError::Corrupt { .. })) => {}
                read => drop(read?),
            }
            let key = key_of(request)?;
            administer::change_limit(shell, (wish, below_use), actor, key.as_deref()).await?
        }
    };
    let mut licence = json::licence(shell).await?;
    licence["before"] = serde_json::json!({ "limit": set.before.seats() });
    Ok(ok(&licence))
}

fn wanted(limit: Option<&Value>, change: Option<&Value>) -> Result<Wanted, Error> {
    match (limit, change) {
        (Some(limit), None) if limit == "configured" => Ok(Wanted::Configured),
        (Some(limit), None) => Ok(Wanted::Wish(LimitWish::To(parse(limit)?))),
        (None, Some(change)) => Ok(Wanted::Wish(LimitWish::By(parse_change(change)?))),
        (None, None) => {
            Err(Error::bad_request("say `limit`, or `change`: how many seats more or fewer there are to be"))
        }
        (Some(_), Some(_)) => Err(Error::bad_request("say `limit` or `change`, not both")),
    }
}

/// The limit that a value means. `50.0` is a whole number in JSON, too.
fn parse(limit: &Value) -> Result<Limit, Error> {
    if limit.is_null() {
        return Ok(Limit::Unlimited);
    }
    let seats = whole(limit).and_then(|seats| u64::try_from(seats).ok());
    seats.map(|seats| Limit::Seats(SeatCount::new(seats))).ok_or_else(|| {
        Error::bad_request(
            "`limit` must be a whole number of seats, 0 or more, null for no limit, or \"configured\"",
        )
    })
}

fn parse_change(change: &Value) -> Result<i64, Error> {
    whole(change).filter(|by| *by != 0).ok_or_else(|| {
        Error::bad_request(
            "`change` must be a whole number of seats, above 0 to raise the limit, below 0 to lower it",
        )
    })
}
