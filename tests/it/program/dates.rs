//! A date a few seconds ahead, in the real program, where no schedule runs and no file is new (rule 42).

use super::Desk;
use super::up::Up;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::show_time;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

const CONFIG: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
starts = "from"
"#;

fn in_seconds(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    show_time(Timestamp::from_millis(i64::try_from(now).unwrap() + seconds * 1000))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_that_never_reads_wakes_when_a_date_comes() {
    let desk = Desk::new(CONFIG);
    let starts = in_seconds(20);
    desk.sync(&format!("key,from\nann,\nben,{starts}\ncem,2999-01-01\n"), 0);
    let up = Up::start(&desk, &[]);
    assert_eq!(up.get("/accounts?reason=not_started").await["accounts"].as_array().map(Vec::len), Some(2));
    let run = up.ended(2).await;
    assert_eq!((&run["trigger"], &run["status"]), (&json!("date"), &json!("completed")), "{run}");
    assert!(run["started_at"].as_str() >= Some(&starts), "{run}");
    assert_eq!(run["summary"]["counts"]["reactivated"], 1, "{run}");
    let waiting = up.get("/accounts?reason=not_started").await;
    assert_eq!(waiting["accounts"][0]["username"], "cem", "{waiting}");
    // One run for one date.
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    assert_eq!(up.get("/runs").await["runs"].as_array().map(Vec::len), Some(2));
    assert_eq!(up.interrupt(), Some(0));
}
