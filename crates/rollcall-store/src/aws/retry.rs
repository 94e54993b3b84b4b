//! Which errors of AWS pass by themselves: whether the same request may succeed later.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use std::error::Error as StdError;

/// Codes of refusals (HTTP 4xx) that pass: too much at once, a transaction under way, or credentials and clocks that are
/// renewed. A throttled request has "Throttl" in its code.
const OF_THE_MOMENT: [&str; 20] = [
    // Too much at once.
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
    "RequestTimeout",
    "RequestTimeoutException",
    "OverLimit",
    // Another writer was first, or is under way.
    "TransactionConflictException",
    "TransactionInProgressException",
    "ConditionalCheckFailedException",
    "ReplicatedWriteConflictException",
    "ConditionalRequestConflict",
    "OperationAborted",
    // Credentials and clocks.
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "InvalidSignatureException",
    "UnrecognizedClientException",
];

/// The cause of an error, which knows whether it passes by itself.
pub trait Cause: StdError + Send + Sync + 'static {
    /// Whether the same request would be refused again, however often it is made.
    fn is_for_good(&self) -> bool;
}

impl<E> Cause for SdkError<E, HttpResponse>
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    fn is_for_good(&self) -> bool {
        // Without a service error there was no response that could be understood.
        let status = self.raw_response().filter(|_| self.as_service_error().is_some());
        status.is_some_and(|response| is_refusal(response.status().as_u16(), self.code()))
    }
}

impl Cause for BuildError {
    fn is_for_good(&self) -> bool {
        true
    }
}

impl Cause for aws_sdk_s3::primitives::ByteStreamError {
    fn is_for_good(&self) -> bool {
        false
    }
}

/// Whether a service that responds like this would respond like this again.
#[must_use]
pub fn is_refusal(status: u16, code: Option<&str>) -> bool {
    let code = code.unwrap_or_default();
    let is_of_the_moment =
        matches!(status, 408 | 425 | 429) || code.contains("Throttl") || OF_THE_MOMENT.contains(&code);
    // 301: the bucket is in another region.
    (status == 301 || (400..500).contains(&status)) && !is_of_the_moment
}

#[cfg(test)]
mod tests {
    use super::is_refusal;

    #[test]
    fn refusals_that_pass_are_told_from_those_that_stay() {
        let for_good = [
            (400, "AccessDeniedException"),
            (400, "ValidationException"),
            (400, "ResourceNotFoundException"),
            (400, "ItemCollectionSizeLimitExceededException"),
            (400, "TransactionCanceledException"),
            (400, "SerializationException"),
            (400, "AWS.SimpleQueueService.NonExistentQueue"),
            (400, "KMSDisabledException"),
            (403, "AccessDenied"),
            (403, "InvalidAccessKeyId"),
            (403, "SignatureDoesNotMatch"),
            (403, ""),
            (404, "NoSuchBucket"),
            (301, "PermanentRedirect"),
            (413, ""),
        ];
        for (status, code) in for_good {
            assert!(is_refusal(status, Some(code).filter(|code| !code.is_empty())), "{status} {code}");
        }
        let for_a_moment = [
            (400, "ThrottlingException"),
            (400, "RequestThrottled"),
            (400, "KmsThrottled"),
            (400, "ProvisionedThroughputExceededException"),
            (400, "RequestLimitExceeded"),
            (400, "TransactionConflictException"),
            (400, "TransactionInProgressException"),
            (400, "ConditionalCheckFailedException"),
            (400, "RequestTimeout"),
            (400, "ExpiredToken"),
            (400, "ExpiredTokenException"),
            (400, "InvalidSignatureException"),
            (403, "RequestTimeTooSkewed"),
            (403, "RequestExpired"),
            (408, ""),
            (409, "OperationAborted"),
            (409, "ConditionalRequestConflict"),
            (429, ""),
            (500, "InternalServerError"),
            (500, ""),
            (503, "SlowDown"),
            (503, "AccessDenied"),
        ];
        for (status, code) in for_a_moment {
            assert!(!is_refusal(status, Some(code).filter(|code| !code.is_empty())), "{status} {code}");
        }
    }
}
