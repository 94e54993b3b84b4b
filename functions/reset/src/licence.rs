//! `GET /licence`: the seats as they are at this moment (product 10, 16, 17, 36).

use crate::answer::ok;
use crate::problem::Problem;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use rollcall_sync::Shell;
use rollcall_sync::licence::look_up;
use rollcall_sync::store::SeatsView;
use serde_json::json;

/// The limit, the seats in use, and by how many they are too many. Reads the ledger alone.
pub(crate) async fn get(shell: &Shell) -> Result<ApiGatewayV2httpResponse, Problem> {
    let (config, ledger) = look_up(shell).await.map_err(|error| Problem::from_error(&error))?;
    let SeatsView { used, limit } = SeatsView::of(ledger.seats);
    Ok(ok(&json!({
        "limit": limit,
        "used": used,
        "free": ledger.seats.free(config.policy.reserve).map(|free| free.get()),
        "reserve": config.policy.reserve.get(),
        "over_by": ledger.seats.over_by().get(),
        "set_by": if ledger.is_set_by_command { "command" } else { "configuration" },
    })))
}
