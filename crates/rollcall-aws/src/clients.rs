//! The SDK's clients of one process: made once, from one configuration, each with every time-out that the SDK knows.
//!
//! Above the SDK, below the front door. Promises that no call waits for ever: a service that takes a connection and never
//! answers makes an error that passes (`Error::Service`) before [`Timeouts::AWS`] ends the operation.

use aws_config::SdkConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use rollcall_store::sdk_behavior;
use std::time::Duration;

/// How long the parts of a call may last. The SDK limits only connecting by itself; for a response it waits for ever
/// (docs.aws.amazon.com/sdk-for-rust/latest/dg/timeouts.html).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// Until the connection is there.
    pub(crate) connect: Duration,
    /// From the request to the first byte of the response.
    pub(crate) read: Duration,
    /// One try, from its beginning to the whole response; with S3 to the response's head.
    pub(crate) attempt: Duration,
    /// All tries and the pauses between them.
    pub(crate) operation: Duration,
}

impl Timeouts {
    /// For every service.
    ///
    /// - `connect`: the SDK's own 3.1 seconds, so that one lost packet is sent again (after 3 seconds) and still counts.
    /// - `read` and `attempt`: DynamoDB answers in milliseconds, and the SDKs advise five seconds at most for its calls
    ///   (aws.amazon.com/blogs/database, "Tuning AWS Java SDK HTTP request settings for latency-aware Amazon DynamoDB
    ///   applications"). For S3, AWS advises to try small requests again after 2 seconds, then 4
    ///   (docs.aws.amazon.com/whitepapers/latest/s3-optimizing-performance-best-practices). What is uploaded gets more
    ///   time by its length: see the store's `put`.
    /// - `operation`: three tries of 5 seconds, and pauses of 1 and 2 seconds at most. Below the 29 seconds in which the
    ///   functions behind the HTTP API must answer.
    pub(crate) const AWS: Self = Self {
        connect: Duration::from_millis(3100),
        read: Duration::from_secs(5),
        attempt: Duration::from_secs(5),
        operation: Duration::from_secs(20),
    };

    /// As the SDK takes them.
    pub(crate) fn config(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .read_timeout(self.read)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }
}

/// A client of each service, and the configuration that they share: one pool of credentials, one set of limits.
#[derive(Debug)]
pub(crate) struct Clients {
    pub(crate) config: SdkConfig,
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    pub(crate) events: aws_sdk_eventbridge::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
}

impl Clients {
    /// Region, credentials and endpoints as the SDK finds them.
    pub(crate) async fn load() -> Self {
        let config = aws_config::defaults(sdk_behavior()).timeout_config(Timeouts::AWS.config()).load().await;
        Self::of(config)
    }

    /// The clients of this configuration.
    pub(crate) fn of(config: SdkConfig) -> Self {
        Self {
            dynamo: aws_sdk_dynamodb::Client::new(&config),
            events: aws_sdk_eventbridge::Client::new(&config),
            s3: aws_sdk_s3::Client::new(&config),
            secrets: aws_sdk_secretsmanager::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            config,
        }
    }
}

#[cfg(test)]
mod tests;
