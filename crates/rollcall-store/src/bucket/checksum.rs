//! The checksum that S3 keeps of an object, compared with the bytes that came.
//!
//! The SDK compares it for a body that comes whole. A body that broke and was asked for from there on is several answers to
//! the SDK, and none of them is the object: so it is counted here, over all of them.

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_smithy_checksums::ChecksumAlgorithm;
use aws_smithy_checksums::http::HttpChecksum;
use aws_smithy_types::base64;

/// A checksum of the bytes so far, and what it must come to.
pub(super) struct ObjectChecksum {
    wanted: String,
    sum: Box<dyn HttpChecksum>,
}

impl ObjectChecksum {
    /// That of an object; none where S3 keeps none, the answer has only a part of the object, or the checksum is made of the
    /// checksums of an upload's parts. Then the tag and the length say that it is the same object.
    pub(super) fn of(object: &GetObjectOutput) -> Option<Self> {
        let kept = [
            (&object.checksum_crc64_nvme, ChecksumAlgorithm::Crc64Nvme),
            (&object.checksum_crc32, ChecksumAlgorithm::Crc32),
            (&object.checksum_crc32_c, ChecksumAlgorithm::Crc32c),
            (&object.checksum_sha256, ChecksumAlgorithm::Sha256),
            (&object.checksum_sha1, ChecksumAlgorithm::Sha1),
        ];
        let (wanted, algorithm) =
            kept.into_iter().find_map(|(sum, algorithm)| Some((sum.clone()?, algorithm)))?;
        // Of parts it ends with how many there were.
        let is_of_whole = object.content_range.is_none() && !wanted.contains('-');
        is_of_whole.then(|| Self { wanted, sum: algorithm.into_impl() })
    }

    /// Counts bytes that have come.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.sum.update(bytes);
    }

    /// Whether all bytes together are those of the object.
    pub(super) fn agrees(self) -> bool {
        base64::encode(self.sum.finalize()) == self.wanted
    }
}
