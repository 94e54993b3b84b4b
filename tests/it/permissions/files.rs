//! Files that people send: tried, put in the place of the source's file, and shown again where a row must be mended.

use super::Functions;
use crate::handlers::api::{get, send};
use serde_json::{Value, json};

/// Does all of it once.
pub(super) async fn try_and_send(functions: &Functions, csv: &str) {
    let mut trial = send("POST", "/reset/file", &Value::Null);
    trial["body"] = json!(csv);
    let tried = rollcall_reset::handle(trial, &functions.reset.shell).await.unwrap();
    assert_eq!(tried["statusCode"], 202, "{tried}");
    functions.drain().await;
    let mut sent = send("PUT", "/inbox/staff", &Value::Null);
    // Two rows to mend, which are shown from the file itself.
    sent["body"] = json!(format!("{csv}zoe\n,\n"));
    let put = rollcall_reset::handle(sent, &functions.reset.shell).await.unwrap();
    assert_eq!(put["statusCode"], 202, "{put}");
    functions.drain().await;
    let run: Value = serde_json::from_str(put["body"].as_str().unwrap()).unwrap();
    let path = format!("/runs/{}/rejected", run["run"].as_str().unwrap());
    let mend = rollcall_read::handle(get(&path, &[]), &functions.read.api()).await.unwrap();
    assert_eq!(mend["statusCode"], 200, "{mend}");
}
