//! Objects that are uploaded part by part, by several invocations one after the other: for files of any size in bounded
//! memory.
//!
//! S3 itself keeps which parts there are, so that the record of who uploads stays small. A part that is uploaded again
//! replaces the earlier one of its number.

use super::upload;
use crate::error::Error;
use crate::store::Store;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Part};

/// What becomes of a call for an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an upload that is lost must be begun again"]
pub enum Upload {
    /// It is done.
    Done,
    /// There is no such upload any more, or not with these parts.
    Lost,
}

impl Store {
    /// Begins an upload of an object, and answers with its id. What is never completed is removed by the bucket's rules.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn begin_upload(&self, key: &str) -> Result<String, Error> {
        let doing = "beginning an upload";
        let begin = self.s3.create_multipart_upload().bucket(&self.names.bucket).key(key);
        let begun = begin.send().await.map_err(|error| Error::service(doing, error))?;
        begun.upload_id.ok_or_else(|| Error::corrupt(key, "S3 gave the upload no id"))
    }

    /// Uploads the part of this number, from 1 on.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn upload_part(&self, key: &str, id: &str, part: u32, bytes: Vec<u8>) -> Result<Upload, Error> {
        let settings = upload::settings_for(&self.s3, bytes.len() as u64);
        let put = self.s3.upload_part().bucket(&self.names.bucket).key(key).upload_id(id);
        let put = put.part_number(numbered(part)).body(ByteStream::from(bytes));
        done_or_lost("uploading a part", put.customize().config_override(settings).send().await)
    }

    /// Makes the object of the parts 1 to `parts`.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn complete_upload(&self, key: &str, id: &str, parts: u32) -> Result<Upload, Error> {
        let Some(mut there) = self.uploaded_parts(key, id).await? else { return Ok(Upload::Lost) };
        there.retain(|part| part.part_number.is_some_and(|number| number <= numbered(parts)));
        there.sort_by_key(|part| part.part_number);
        if there.len() != parts as usize {
            return Ok(Upload::Lost);
        }
        let parts = there.into_iter().map(completed).collect();
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.s3.complete_multipart_upload().bucket(&self.names.bucket).key(key).upload_id(id);
        done_or_lost("completing an upload", complete.multipart_upload(parts).send().await)
    }

    /// Gives an upload up. It is no error where there is none.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn abort_upload(&self, key: &str, id: &str) -> Result<(), Error> {
        let abort = self.s3.abort_multipart_upload().bucket(&self.names.bucket).key(key).upload_id(id);
        let _whether_there_was_one = done_or_lost("giving an upload up", abort.send().await)?;
        Ok(())
    }

    /// Deletes an object. It is no error where there is none.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn delete_object(&self, key: &str) -> Result<(), Error> {
        let delete = self.s3.delete_object().bucket(&self.names.bucket).key(key);
        match delete.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("NoSuchKey") => Ok(()),
            Err(error) => Err(Error::service("deleting an object", error)),
        }
    }

    /// The parts of an upload that are there; none where there is no such upload.
    async fn uploaded_parts(&self, key: &str, id: &str) -> Result<Option<Vec<Part>>, Error> {
        let (mut parts, mut after) = (Vec::new(), None);
        loop {
            let list = self.s3.list_parts().bucket(&self.names.bucket).key(key).upload_id(id);
            let page = match list.set_part_number_marker(after).send().await {
                Ok(page) => page,
                Err(error) if is_lost(&error) => return Ok(None),
                Err(error) => return Err(Error::service("listing the parts of an upload", error)),
            };
            parts.extend(page.parts.unwrap_or_default());
            if !page.is_truncated.unwrap_or_default() || page.next_part_number_marker.is_none() {
                return Ok(Some(parts));
            }
            after = page.next_part_number_marker;
        }
    }
}

/// S3 counts parts as `i32`, and has at most 10,000.
fn numbered(part: u32) -> i32 {
    i32::try_from(part).unwrap_or(i32::MAX)
}

/// A part as S3 wants it to be named at the end: with every checksum that it has of it.
fn completed(part: Part) -> CompletedPart {
    CompletedPart::builder()
        .set_part_number(part.part_number)
        .set_e_tag(part.e_tag)
        .set_checksum_crc32(part.checksum_crc32)
        .set_checksum_crc32_c(part.checksum_crc32_c)
        .set_checksum_crc64_nvme(part.checksum_crc64_nvme)
        .set_checksum_sha1(part.checksum_sha1)
        .set_checksum_sha256(part.checksum_sha256)
        .build()
}

fn done_or_lost<T, E>(doing: &'static str, result: Result<T, SdkError<E>>) -> Result<Upload, Error>
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match result {
        Ok(_) => Ok(Upload::Done),
        Err(error) if is_lost(&error) => Ok(Upload::Lost),
        Err(error) => Err(Error::service(doing, error)),
    }
}

fn is_lost<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    matches!(error.code(), Some("NoSuchUpload" | "InvalidPart" | "InvalidPartOrder"))
}
