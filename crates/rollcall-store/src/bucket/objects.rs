//! Objects in the bucket: small texts, and files that are copied whole to this machine before they are used.

use super::body::ObjectBody;
use super::file_body::body_of;
use super::upload;
use crate::error::Error;
use crate::store::Store;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use rollcall_core::time::Timestamp;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::time::Duration;

/// What was being done, for an error.
const READING: &str = "reading an object";
const READING_PART: &str = "reading a part of an object";

/// How often a text is read anew that is replaced while it is read.
const TEXT_TRIES_MAX: u32 = 3;

/// An object's bytes on this machine, complete and unchanged while they were read.
#[derive(Debug)]
pub struct SpooledObject {
    /// The bytes, from the beginning.
    pub file: File,
    /// How many the service says there are.
    pub bytes: u64,
    /// The service's tag of this version of the object.
    pub etag: String,
    /// When it was written, to the second, where the service says that.
    pub written_at: Option<Timestamp>,
}

/// Some bytes of an object.
pub(crate) struct ObjectPart {
    pub(crate) bytes: Vec<u8>,
    pub(crate) etag: String,
    /// How many bytes the whole object has.
    pub(crate) total: u64,
}

impl Store {
    /// Writes an object.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put_object(&self, key: &str, body: Vec<u8>) -> Result<(), Error> {
        self.put(key, ByteStream::from(body)).await
    }

    /// The text of an object, if it is there.
    ///
    /// # Errors
    /// When the storage fails or the object is not UTF-8.
    pub async fn get_text(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(self.get_tagged_text(key).await?.map(|(text, _)| text))
    }

    /// Copies an object to this machine, and checks that it did not change during the copy (rule 23).
    ///
    /// # Errors
    /// [`Error::NoSuchObject`], [`Error::ChangedWhileRead`], or the storage fails.
    pub async fn spool_object(&self, key: &str) -> Result<SpooledObject, Error> {
        let missing = || Error::NoSuchObject { key: key.to_owned() };
        let version = |head: HeadObjectOutput| (head.e_tag, head.content_length, head.last_modified);
        let before = version(self.head(key).await?.ok_or_else(missing)?);
        let object = self.open(key).await?.ok_or_else(missing)?;
        let read = (object.e_tag.clone(), object.content_length, object.last_modified);
        let spooled = self.spool(key, object).await;
        let after = version(self.head(key).await?.ok_or_else(missing)?);
        // A file that is edited in the embedded bucket's folder may end in the middle. The storage has no fault then.
        if before != after || read != after {
            return Err(Error::ChangedWhileRead { key: key.to_owned() });
        }
        spooled
    }

    /// The tag of an object, if it is there.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn tag_of(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(self.head(key).await?.and_then(|head| head.e_tag))
    }

    /// Replaces the text that has this tag; without a tag, the object must not exist yet.
    ///
    /// # Errors
    /// [`Error::ChangedWhileRead`] when another text has taken its place; or the storage fails.
    pub async fn replace_text(&self, key: &str, text: String, before: Option<&str>) -> Result<(), Error> {
        let put = self
            .s3
            .put_object()
            .bucket(&self.names.bucket)
            .key(key)
            .body(ByteStream::from(text.into_bytes()));
        let put = match before {
            Some(etag) => put.if_match(etag),
            None => put.if_none_match("*"),
        };
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error.as_service_error().and_then(ProvideErrorMetadata::code)
                    == Some("PreconditionFailed") =>
            {
                Err(Error::ChangedWhileRead { key: key.to_owned() })
            }
            Err(error) => Err(Error::service("writing an object", error)),
        }
    }

    /// The text of an object and its tag, if it is there.
    ///
    /// # Errors
    /// As [`Store::get_text`].
    pub async fn get_tagged_text(&self, key: &str) -> Result<Option<(String, String)>, Error> {
        // In memory: a full disk must not keep people from reading.
        let mut tries = 1;
        let (bytes, etag) = loop {
            let Some(object) = self.open(key).await? else { return Ok(None) };
            let etag = object.e_tag.clone().unwrap_or_default();
            let mut bytes = Vec::new();
            match ObjectBody::of(self, key, READING, object, 0).copy_to(&mut bytes).await {
                Ok(_) => break (bytes, etag),
                // Whoever asks for a text wants the current one.
                Err(Error::ChangedWhileRead { .. }) if tries < TEXT_TRIES_MAX => tries += 1,
                Err(error) => return Err(error),
            }
        };
        let text = String::from_utf8(bytes);
        let text = text.map_err(|error| Error::corrupt(key, format!("expected text in UTF-8: {error}")))?;
        Ok(Some((text, etag)))
    }

    /// An address at which everybody who has it can download the object under this file name, for a time.
    ///
    /// # Errors
    /// When there are no credentials to sign it with.
    pub async fn download_url(&self, key: &str, name: &str, lasting: Duration) -> Result<String, Error> {
        let lasting = PresigningConfig::expires_in(lasting)
            .map_err(|error| Error::corrupt("the time of an address", error.to_string()))?;
        let get = self.s3.get_object().bucket(&self.names.bucket).key(key);
        let get = get.response_content_disposition(format!("attachment; filename=\"{name}\""));
        let request =
            get.presigned(lasting).await.map_err(|error| Error::service("signing an address", error))?;
        Ok(request.uri().to_owned())
    }

    /// The bytes of an object, if it is there and has no more than so many.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn get_bytes(&self, key: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, Error> {
        let Some(object) = self.get(key).await? else { return Ok(None) };
        if object.bytes > bytes_max as u64 {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        (&object.file).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Writes a temporary file of this machine as an object: all of it, wherever its cursor is.
    ///
    /// # Errors
    /// When the file cannot be read, or the storage fails.
    pub async fn put_file(&self, key: &str, file: File) -> Result<(), Error> {
        self.put(key, body_of(file)?).await
    }

    /// How many bytes an object has, if it is there.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn object_bytes(&self, key: &str) -> Result<Option<u64>, Error> {
        let head = self.head(key).await?;
        Ok(head.and_then(|head| head.content_length).and_then(|bytes| u64::try_from(bytes).ok()))
    }

    /// An object copied to this machine, if it is there.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<SpooledObject>, Error> {
        match self.open(key).await? {
            Some(object) => self.spool(key, object).await.map(Some),
            None => Ok(None),
        }
    }

    /// An object whose bytes are still to be read, if it is there.
    async fn open(&self, key: &str) -> Result<Option<GetObjectOutput>, Error> {
        match self.s3.get_object().bucket(&self.names.bucket).key(key).send().await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => Ok(None),
            Err(error) => Err(Error::service(READING, error)),
        }
    }

    /// Copies an object's bytes to this machine.
    async fn spool(&self, key: &str, object: GetObjectOutput) -> Result<SpooledObject, Error> {
        let etag = object.e_tag.clone().unwrap_or_default();
        let written_at = object.last_modified.and_then(|time| time.to_millis().ok());
        let written_at = written_at.map(Timestamp::from_millis);
        let mut file = tempfile::tempfile()?;
        let bytes = ObjectBody::of(self, key, READING, object, 0).copy_to(&mut file).await?;
        file.rewind()?;
        Ok(SpooledObject { file, bytes, etag, written_at })
    }

    /// At most `bytes` bytes of an object from byte `first` on, if it is there.
    pub(crate) async fn get_part(
        &self,
        key: &str,
        first: u64,
        bytes: u64,
    ) -> Result<Option<ObjectPart>, Error> {
        let range = format!("bytes={first}-{}", first + bytes.max(1) - 1);
        let get = self.s3.get_object().bucket(&self.names.bucket).key(key).range(range);
        let object = match get.send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => return Ok(None),
            Err(error) => return Err(Error::service(READING_PART, error)),
        };
        let total = object.content_range.as_deref().and_then(|range| range.rsplit_once('/'));
        let total = total.and_then(|(_, total)| total.parse().ok());
        let etag = object.e_tag.clone().unwrap_or_default();
        let mut bytes = Vec::new();
        ObjectBody::of(self, key, READING_PART, object, first).copy_to(&mut bytes).await?;
        let total = total.unwrap_or(first + bytes.len() as u64);
        Ok(Some(ObjectPart { bytes, etag, total }))
    }

    async fn put(&self, key: &str, body: ByteStream) -> Result<(), Error> {
        let bytes = body.size_hint().0;
        self.s3
            .put_object()
            .bucket(&self.names.bucket)
            .key(key)
            .body(body)
            .customize()
            .config_override(upload::settings_for(&self.s3, bytes))
            .send()
            .await
            .map_err(|error| Error::service("writing an object", error))?;
        Ok(())
    }

    async fn head(&self, key: &str) -> Result<Option<HeadObjectOutput>, Error> {
        match self.s3.head_object().bucket(&self.names.bucket).key(key).send().await {
            Ok(head) => Ok(Some(head)),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_not_found()) => Ok(None),
            Err(error) => Err(Error::service("reading an object's head", error)),
        }
    }
}
