//! How long an upload may take: the client's own time-outs, and more for each byte.
//!
//! The SDK counts the time in which a body is sent into `read` and `attempt`. With the same seconds for every object, a
//! large one would be given up again and again.

use aws_sdk_s3::config::Builder;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use std::time::Duration;

/// How slow an upload may be: a hundredth of what a function reaches inside AWS, so only what hangs is given up.
const BYTES_PER_SECOND_MIN: u64 = 512 * 1024;

/// How often the SDK sends an upload, at most.
const TRIES: u32 = 3;

/// The settings of one upload of so many bytes, for a client with these time-outs. A client without any keeps none.
pub(super) fn settings_for(client: &aws_sdk_s3::Client, bytes: u64) -> Builder {
    let Some(timeouts) = client.config().timeout_config() else { return Builder::default() };
    Builder::default().timeout_config(longer(timeouts, Duration::from_secs(bytes / BYTES_PER_SECOND_MIN)))
}

/// What is not set stays so: `set_…(None)` would switch it off.
fn longer(timeouts: &TimeoutConfig, more: Duration) -> TimeoutConfig {
    let mut longer = TimeoutConfig::builder();
    if let Some(time) = timeouts.connect_timeout() {
        longer.set_connect_timeout(Some(time));
    }
    if let Some(time) = timeouts.read_timeout() {
        longer.set_read_timeout(Some(time + more));
    }
    if let Some(time) = timeouts.operation_attempt_timeout() {
        longer.set_operation_attempt_timeout(Some(time + more));
    }
    if let Some(time) = timeouts.operation_timeout() {
        longer.set_operation_timeout(Some(time + more * TRIES));
    }
    longer.build()
}

#[cfg(test)]
mod tests {
    use super::longer;
    use aws_sdk_s3::config::timeout::TimeoutConfig;
    use std::time::Duration;

    #[test]
    fn a_large_upload_has_more_time() {
        let seconds = Duration::from_secs;
        let small = TimeoutConfig::builder()
            .connect_timeout(seconds(3))
            .read_timeout(seconds(5))
            .operation_attempt_timeout(seconds(5))
            .operation_timeout(seconds(20))
            .build();
        assert_eq!(longer(&small, Duration::ZERO), small);
        let large = longer(&small, seconds(100));
        assert_eq!(large.connect_timeout(), Some(seconds(3)));
        assert_eq!(large.read_timeout(), Some(seconds(105)));
        assert_eq!(large.operation_attempt_timeout(), Some(seconds(105)));
        assert_eq!(large.operation_timeout(), Some(seconds(320)));
        let none = TimeoutConfig::builder().build();
        assert_eq!(longer(&none, seconds(100)), none);
    }
}
