//! Which behaviour of the AWS SDK all clients have: named, so that a newer SDK does not change retries and time-outs
//! unasked. `clippy.toml` refuses `BehaviorVersion::latest`.

use aws_sdk_dynamodb::config::BehaviorVersion;

/// The behaviour that every client of Rollcall names: three attempts with exponential backoff, and protection against
/// bodies that stall, in both directions.
#[must_use]
pub fn sdk_behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}
