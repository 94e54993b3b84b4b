//! `POST /accounts`: makes a local account, which no sync ever touches (section 1 of the rules; rules 15 and 60d).

use crate::accounts::administer;
use crate::accounts::local_seat::{LocalWish, add_local_from};
use crate::error::Error;
use crate::http::request::{ApiRequest, Query, body};
use crate::http::response::{Response, with_status};
use crate::json;
use crate::permission::Permission;
use crate::routes::accounts::{id_of, reason_of_seat};
use rollcall_core::fields::{FieldName, Fields};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters of a field, and how many fields there may be.
const FIELD_CHARS_MAX: usize = 2000;
const FIELDS_MAX: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    username: String,
    #[serde(default)]
    is_admin: bool,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Whose seat it gets, by id or username, where none is free; they wait from then on.
    #[serde(default)]
    seat_from: Option<String>,
    /// Why they give it.
    #[serde(default)]
    why: Option<String>,
}

/// Makes the account, active from the start, if there is a seat.
pub(super) async fn add(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let NewAccount { username, is_admin, fields, seat_from, why } = body(request.event)?;
    if is_admin {
        request.caller.need(Permission::EditEverything)?;
    }
    let (fields, actor) = (parse_fields(fields)?, request.caller.actor());
    let shell = request.shell();
    let account = match (seat_from, why) {
        (None, Some(_)) => {
            let why = "`why` says why somebody gives their seat: name them in `seat_from`";
            return Err(Error::Contradiction(why.to_owned()));
        }
        (Some(_), None) => {
            let why = "`seat_from` takes somebody's seat: say why in `why`; everybody can read it";
            return Err(Error::Contradiction(why.to_owned()));
        }
        (None, None) => administer::add_local(shell, &username, is_admin, fields, actor).await?,
        (Some(from), Some(why)) => {
            let why = reason_of_seat(&why)?;
            let seat_from = id_of(shell, &from).await?;
            let wish = LocalWish { username: &username, is_admin, fields, seat_from, why: &why };
            add_local_from(shell, wish, actor).await?
        }
    };
    Ok(with_status(201, &json::account(&account)))
}

fn parse_fields(fields: BTreeMap<String, String>) -> Result<Fields, Error> {
    if fields.len() > FIELDS_MAX {
        return Err(Error::bad_request(format!("an account has at most {FIELDS_MAX} fields")));
    }
    let parse = |(name, value): (String, String)| {
        if value.chars().count() > FIELD_CHARS_MAX {
            let detail = format!("the field {name:?} has more than {FIELD_CHARS_MAX} characters");
            return Err(Error::bad_request(detail));
        }
        let name = FieldName::parse(&name).map_err(|error| Error::bad_request(error.to_string()))?;
        Ok((name, value))
    };
    fields.into_iter().map(parse).collect()
}
