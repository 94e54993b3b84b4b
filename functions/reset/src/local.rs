//! `POST /accounts`: makes a local account, which no sync ever touches (product section 1; product 15).

use crate::answer::respond;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::{Query, body};
use crate::view;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_sync::{Shell, admin};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters of a field, and how many fields there may be.
const FIELD_CHARS_MAX: usize = 2000;
const FIELDS_MAX: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    username: String,
    #[serde(default)]
    is_admin: bool,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Makes the account, active from the start, if there is a seat.
pub(crate) async fn post(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need_reset_and_read()?;
    Query::of(request, &[])?;
    let wanted: Wanted = body(request)?;
    if wanted.is_admin {
        caller.need(caller.permissions.may_edit_everything)?;
    }
    let fields = parse_fields(wanted.fields)?;
    let made = admin::add_local(shell, &wanted.username, wanted.is_admin, fields, caller.actor()).await;
    let account = made.map_err(|error| Problem::from_error(&error))?;
    Ok(respond(201, "application/json", &view::account(&account)))
}

fn parse_fields(fields: BTreeMap<String, String>) -> Result<Fields, Problem> {
    if fields.len() > FIELDS_MAX {
        return Err(Problem::bad_request(&format!("an account has at most {FIELDS_MAX} fields")));
    }
    let parse = |(name, value): (String, String)| {
        if value.chars().count() > FIELD_CHARS_MAX {
            let detail = format!("the field {name:?} has more than {FIELD_CHARS_MAX} characters");
            return Err(Problem::bad_request(&detail));
        }
        let name = FieldName::parse(&name).map_err(|error| Problem::bad_request(&error.to_string()))?;
        Ok((name, value))
    };
    fields.into_iter().map(parse).collect()
}
