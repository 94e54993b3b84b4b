//! What the functions ask for when they make exports in many steps, show them and delete them.

use super::Functions;
use crate::handlers::api::{get, send};
use rollcall::events;
use rollcall_sync::shell::{ExportLimits, Limits};
use serde_json::{Value, json};

/// Exports of each kind, each in many steps: some of the function that was asked, and of the one that goes on.
pub(super) async fn make_and_delete(functions: &Functions) {
    let run = rollcall_api::newest_run::all_runs(&functions.read.shell).await.unwrap().remove(0).id;
    let exports =
        ExportLimits { page_entries: 1, part_bytes: 600, pages: Some(2), ..ExportLimits::default() };
    let limits = Limits { exports, ..Limits::default() };
    let [reset, reconcile] =
        [&functions.reset, &functions.reconcile].map(|function| function.shell.clone().with_limits(limits));
    let wanted = [
        json!({}),
        json!({ "run": run }),
        json!({ "user": "a" }),
        json!({ "user": "nobody" }),
        json!({ "outcome": "unchanged" }),
        json!({ "outcome": "created_active" }),
        json!({ "what": "accounts" }),
        json!({ "what": "accounts", "reason": "no_seat", "format": "json" }),
    ];
    for wanted in wanted {
        let mut ids = Vec::new();
        // The first is made to its end, the second is deleted half-way.
        for _ in 0..2 {
            let answer = rollcall_reset::handle(send("POST", "/exports", &wanted), &reset).await.unwrap();
            let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            ids.push(body["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned());
            while ids.len() == 1
                && let Some(message) = [&reset, &reconcile].into_iter().find_map(|shell| shell.queues.take())
            {
                let event = events::queue_event(&message);
                let answer = Box::pin(rollcall_reconcile::handle(event, &reconcile)).await.unwrap();
                assert_eq!(answer["batchItemFailures"], json!([]));
            }
        }
        drop(reset.queues.take());
        for id in ids {
            let path = format!("/exports/{id}");
            let seen = rollcall_read::handle(get(&path, &[]), &functions.read.api()).await.unwrap();
            assert_eq!(seen["statusCode"], 200, "{seen}");
            let deleted = rollcall_reset::handle(send("DELETE", &path, &json!({})), &reset).await.unwrap();
            assert_eq!(deleted["statusCode"], 200, "{deleted}");
        }
    }
    // An upload that is given up half-way, by who deletes it. Parts in the first step: it has only small ones here.
    let limits = Limits { exports: ExportLimits { part_bytes: 1, ..exports }, ..limits };
    let reset = reset.with_limits(limits);
    let answer = rollcall_reset::handle(send("POST", "/exports", &json!({})), &reset).await.unwrap();
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    let path = format!("/exports/{}", body["id"].as_str().unwrap());
    rollcall_reset::handle(send("DELETE", &path, &json!({})), &reset).await.unwrap();
    // One whose upload is completed in the first seconds.
    let exports = ExportLimits { part_bytes: 1, pages: None, ..exports };
    let reset = reset.with_limits(Limits { exports, ..limits });
    rollcall_reset::handle(send("POST", "/exports", &json!({})), &reset).await.unwrap();
}
