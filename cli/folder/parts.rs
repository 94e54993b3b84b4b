//! Uploads in parts: `s3s-fs` keeps the parts beside the buckets, and an object is made of them here.
//!
//! Promises what S3 does: an upload that is not there is `NoSuchUpload`, and one that cannot be completed stays as it is.

use super::{Folder, trouble};
use axum::body::Bytes;
use futures::Stream;
use futures::stream::iter;
use s3s::dto::CompletedMultipartUpload;
use s3s::{S3Result, s3_error};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Bytes of a part that are read at once.
const CHUNK_BYTES: u64 = 256 * 1024;

impl Folder {
    /// Refuses an upload that is not there, or not any more.
    pub(super) fn need_upload(&self, id: &str) -> S3Result<()> {
        let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_id && self.root.join(format!(".upload-{id}.json")).exists() {
            Ok(())
        } else {
            Err(s3_error!(NoSuchUpload))
        }
    }

    /// The bytes of an upload's parts, one after the other.
    pub(super) fn bytes_of_parts(
        &self,
        id: &str,
        parts: Option<CompletedMultipartUpload>,
    ) -> S3Result<impl Stream<Item = Result<Bytes, s3s::StdError>> + Unpin + use<>> {
        let numbers = parts.and_then(|parts| parts.parts).unwrap_or_default();
        let numbers: Option<Vec<i32>> = numbers.into_iter().map(|part| part.part_number).collect();
        let numbers = numbers.filter(|numbers| !numbers.is_empty()).ok_or_else(|| s3_error!(InvalidPart))?;
        if !numbers.is_sorted_by(|a, b| a < b) {
            return Err(s3_error!(InvalidPartOrder));
        }
        let mut files: Vec<PathBuf> = Vec::new();
        for (index, number) in numbers.iter().enumerate() {
            let path = self.root.join(format!(".upload_id-{id}.part-{number}"));
            let length = path.metadata().map_err(|_| s3_error!(InvalidPart))?.len();
            if length < self.part_bytes_min && index + 1 < numbers.len() {
                return Err(s3_error!(EntityTooSmall));
            }
            files.push(path);
        }
        Ok(iter(files.into_iter().flat_map(|path| Chunks::of(&path))))
    }
}

/// The bytes of a file, some at a time.
enum Chunks {
    /// There may be more.
    Open(File),
    /// It cannot be read.
    Failed(s3s::S3Error),
    /// There are no more.
    Over,
}

impl Chunks {
    fn of(path: &Path) -> Self {
        match File::open(path) {
            Ok(file) => Self::Open(file),
            Err(error) => Self::Failed(trouble("reading", path, &error)),
        }
    }
}

impl Iterator for Chunks {
    type Item = Result<Bytes, s3s::StdError>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::replace(self, Self::Over) {
            Self::Open(mut file) => {
                let mut chunk = Vec::new();
                match (&mut file).take(CHUNK_BYTES).read_to_end(&mut chunk) {
                    Ok(0) => None,
                    Ok(_) => {
                        *self = Self::Open(file);
                        Some(Ok(Bytes::from(chunk)))
                    }
                    Err(error) => Some(Err(error.into())),
                }
            }
            Self::Failed(error) => Some(Err(error.into())),
            Self::Over => None,
        }
    }
}
