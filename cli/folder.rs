//! The embedded S3: a bucket is a folder, and an object is a plain file in it, as it lies there at that moment.
//!
//! Below `embedded`. People drop files into this folder, edit and delete them, so nothing about an object is kept beside
//! its file: length, time and tag are the file's own. Buckets and listings are `s3s-fs`'s, and so are the
//! parts of uploads.

mod look;
mod parts;
mod service;

pub(crate) use look::{Look, Tags, open_plain};

use axum::body::Bytes;
use futures::stream::try_unfold;
use futures::{Stream, StreamExt as _};
use look::hex;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::ETagCondition;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use s3s_fs::FileSystem;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Bytes of a body that are read at once.
const CHUNK_BYTES: u64 = 256 * 1024;

/// How many bytes a part of an upload has at least (S3: 5 MiB).
pub(crate) const PART_BYTES_MIN: u64 = 5 * 1024 * 1024;

/// What the names of unfinished files begin and end with; `s3s-fs` removes such files when it opens the folder.
const UNFINISHED: (&str, &str) = (".tmp.", ".internal.part");

/// A folder of buckets.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    /// None where it cannot clear the folder of what it has left there: a disk that is read-only.
    parts: Option<FileSystem>,
    tags: Arc<Tags>,
    /// Held while a file is put in the place of one whose tag was looked at.
    replacing: Mutex<()>,
    /// How many bytes a part of an upload must have, but for the last.
    part_bytes_min: u64,
}

/// An object that is open for reading.
struct Object {
    file: File,
    look: Look,
    tag: String,
}

impl Folder {
    /// The buckets in this folder, which must be there.
    pub(crate) fn open(root: &Path, part_bytes_min: u64) -> anyhow::Result<Self> {
        anyhow::ensure!(root.is_dir(), "there is no folder {}, where the bucket should be", root.display());
        let parts = FileSystem::new(root).ok();
        let folder = Self {
            root: root.to_owned(),
            parts,
            tags: Arc::default(),
            replacing: Mutex::default(),
            part_bytes_min,
        };
        folder.sweep(|_| true);
        Ok(folder)
    }

    /// What does the rest.
    fn parts(&self) -> S3Result<&FileSystem> {
        self.parts
            .as_ref()
            .ok_or_else(|| s3_error!(AccessDenied, "the folder of the buckets cannot be written"))
    }

    /// Removes what `s3s-fs` has written beside the buckets. It is never read, so it does no harm where it cannot go.
    fn sweep(&self, which: impl Fn(&str) -> bool) {
        for entry in std::fs::read_dir(&self.root).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_beside = |name: &str| name.starts_with(".bucket-") || name.starts_with(".upload");
            if name.to_str().is_some_and(|name| is_beside(name) && which(name)) {
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }

    /// Where the file of an object lies.
    fn path(&self, bucket: &str, key: &str) -> S3Result<PathBuf> {
        let bucket = path_in(&self.root, bucket).ok_or_else(|| s3_error!(InvalidBucketName))?;
        if !bucket.is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        path_in(&bucket, key).ok_or_else(|| {
            s3_error!(
                InvalidArgument,
                "expected a key of names with / between them: it is the path of a file here"
            )
        })
    }

    async fn object(&self, bucket: &str, key: &str) -> S3Result<Object> {
        let path = self.path(bucket, key)?;
        let tags = Arc::clone(&self.tags);
        let opened = apart(move || {
            let Some(mut file) = open_plain(&path).map_err(|error| trouble("reading", &path, &error))? else {
                return Ok(None);
            };
            let look = Look::of(&file).map_err(|error| trouble("reading", &path, &error))?;
            let tag = tags.of(&path, &mut file).map_err(|error| trouble("reading", &path, &error))?;
            Ok(Some(Object { file, look, tag }))
        });
        opened.await?.ok_or_else(|| s3_error!(NoSuchKey))
    }

    /// The tag of what lies there, if anything does.
    async fn tag(&self, bucket: &str, key: &str) -> S3Result<Option<String>> {
        match self.object(bucket, key).await {
            Ok(object) => Ok(Some(object.tag)),
            Err(error) if *error.code() == S3ErrorCode::NoSuchKey => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts these bytes in place, all of them or none. Answers with their tag.
    async fn put(
        &self,
        (bucket, key): (&str, &str),
        mut body: impl Stream<Item = Result<Bytes, s3s::StdError>> + Unpin,
        conditions: Conditions,
    ) -> S3Result<String> {
        let path = self.path(bucket, key)?;
        let failed = |error: &io::Error| trouble("writing", &path, error);
        let mut file = unfinished_in(&self.root).map_err(|error| failed(&error))?;
        let mut sum = Md5::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| S3Error::with_source(S3ErrorCode::IncompleteBody, error))?;
            sum.update(&chunk);
            file.write_all(&chunk).map_err(|error| failed(&error))?;
        }
        let tag = hex(sum);
        let _alone = self.replacing.lock().await;
        if !conditions.are_met(self.tag(bucket, key).await?.as_deref()) {
            return Err(s3_error!(PreconditionFailed));
        }
        let place = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(place).map_err(|error| failed(&error))?;
        file.persist(&path).map_err(|error| failed(&error.error))?;
        Ok(tag)
    }
}

/// What must be true of the object that is there already.
#[derive(Default)]
struct Conditions {
    is: Option<ETagCondition>,
    is_not: Option<ETagCondition>,
}

impl Conditions {
    fn are_met(&self, tag: Option<&str>) -> bool {
        let fits = |condition: &ETagCondition| match (condition.as_etag(), tag) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(wanted), Some(tag)) => wanted.value() == tag,
        };
        self.is.as_ref().is_none_or(fits) && !self.is_not.as_ref().is_some_and(fits)
    }
}

/// The path of a key in a folder. None where it is not plain names with `/` between them: it might lead out of there.
pub(crate) fn path_in(folder: &Path, key: &str) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    for name in key.split('/') {
        let mut components = Path::new(name).components();
        let is_plain = matches!(components.next(), Some(Component::Normal(one)) if one == name);
        if !is_plain || components.next().is_some() || name.contains('\0') {
            return None;
        }
        path.push(name);
    }
    Some(path)
}

/// A file that does not become the object before it is whole, beside the buckets in this folder.
pub(crate) fn unfinished_in(root: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(UNFINISHED.0).suffix(UNFINISHED.1).tempfile_in(root)
}

/// What this machine did not do, as a refusal: to ask again at once would be answered the same.
fn trouble(doing: &str, path: &Path, error: &io::Error) -> S3Error {
    S3Error::with_message(S3ErrorCode::AccessDenied, format!("{doing} {}: {error}", path.display()))
}

/// Does what may take long on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> S3Result<T> + Send + 'static) -> S3Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(S3Error::internal_error)?
}

/// So many bytes of a file, from where it stands. Ends in an error where the file has changed meanwhile.
fn chunks(file: File, left: u64, look: Look) -> impl Stream<Item = io::Result<Bytes>> + Send + Sync {
    try_unfold((file, left), move |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = Vec::new();
            (&mut file).take(left.min(CHUNK_BYTES)).read_to_end(&mut chunk)?;
            let left = left - chunk.len() as u64;
            // Before the last bytes are given away: a reader who has them all believes them.
            if chunk.is_empty() || (left == 0 && Look::of(&file)? != look) {
                return Err(io::Error::other("the file was changed while it was being read"));
            }
            Ok(Some((Bytes::from(chunk), (file, left))))
        });
        read.await?
    })
}
