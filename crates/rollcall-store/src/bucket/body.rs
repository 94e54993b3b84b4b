//! The bytes of an object, read to their end although the connection breaks: what is missing is asked for again, from the
//! next byte on, on the condition that the object is still the same one (`If-Match` with the tag of the first answer).
//!
//! Below `objects`. The SDK repeats requests, not bodies. Promises exactly the object's bytes or an error (by its checksum, where
//! S3 keeps one of the whole object, else by its length and tag); that an object
//! which was replaced is [`Error::ChangedWhileRead`], never a mixture; and that it ends: it gives up, with the last cause,
//! after some breaks in a row that brought no byte, or very many in all.

use crate::aws::dynamo::pause;
use crate::aws::retry::Cause;
use crate::bucket::checksum::ObjectChecksum;
use crate::error::Error;
use crate::store::Store;
use aws_sdk_s3::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::{ByteStream, ByteStreamError};
use std::io::Write;

/// Breaks in a row that brought no byte. With the pauses between them, this is several seconds of a dead network; a body
/// that only stalls ends 20 seconds later by the SDK's own protection.
const IDLE_BREAKS_MAX: u32 = 6;

/// Breaks in all. A network that breaks more often than this in one object brings it too slowly for a run.
const BREAKS_MAX: u32 = 100;

/// Why a body was given up.
#[derive(Debug, thiserror::Error)]
#[error("{key} broke off after {read} of {expected} bytes, for the {breaks}. time")]
struct BrokenBody {
    key: String,
    read: u64,
    expected: String,
    breaks: u32,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Cause for BrokenBody {
    fn is_for_good(&self) -> bool {
        false
    }
}

/// An object, or a part of one, whose bytes are still to be read.
pub(super) struct ObjectBody<'a> {
    store: &'a Store,
    key: &'a str,
    doing: &'static str,
    etag: Option<String>,
    /// Where in the object the first byte is.
    first: u64,
    /// How many bytes the service has announced.
    expected: Option<u64>,
    read: u64,
    /// None after a break.
    body: Option<ByteStream>,
    /// That of the whole object, if S3 keeps one.
    checksum: Option<ObjectChecksum>,
}

/// How a body ended.
enum Ending {
    Whole,
    Broken(Option<ByteStreamError>),
}

impl<'a> ObjectBody<'a> {
    /// The body of an answer that begins at byte `first` of the object.
    pub(super) fn of(
        store: &'a Store,
        key: &'a str,
        doing: &'static str,
        object: GetObjectOutput,
        first: u64,
    ) -> Self {
        let expected = object.content_length.and_then(|length| u64::try_from(length).ok());
        let checksum = ObjectChecksum::of(&object);
        let (etag, body) = (object.e_tag, Some(object.body));
        Self { store, key, doing, etag, first, expected, read: 0, body, checksum }
    }

    /// Writes all bytes, and answers how many there were.
    ///
    /// # Errors
    /// [`Error::ChangedWhileRead`], [`Error::Service`] with the last cause, or `sink` fails.
    pub(super) async fn copy_to(mut self, sink: &mut impl Write) -> Result<u64, Error> {
        let (mut breaks, mut idle) = (0, 0);
        loop {
            let before = self.read;
            let cause = match self.body.take() {
                Some(body) => match self.copy_some(body, sink).await? {
                    Ending::Whole if self.checksum.take().is_some_and(|sum| !sum.agrees()) => {
                        let cause = "the bytes that came do not have the checksum of the object";
                        return Err(self.broken(breaks, Some(cause.into())));
                    }
                    Ending::Whole => return Ok(self.read),
                    Ending::Broken(cause) => cause.map(Into::into),
                },
                None => match self.ask_for_the_rest().await {
                    // An answer alone is no progress.
                    Ok(body) => {
                        self.body = body;
                        continue;
                    }
                    Err(Error::Service { source, .. }) => Some(source),
                    Err(error) => return Err(error),
                },
            };
            breaks += 1;
            idle = if self.read > before { 1 } else { idle + 1 };
            let is_over = self.expected.is_some_and(|expected| self.read >= expected);
            if is_over || idle >= IDLE_BREAKS_MAX || breaks >= BREAKS_MAX || self.etag.is_none() {
                return Err(self.broken(breaks, cause));
            }
            tokio::time::sleep(pause(idle)).await;
        }
    }

    /// Writes what comes, until it ends or breaks.
    async fn copy_some(&mut self, mut body: ByteStream, sink: &mut impl Write) -> Result<Ending, Error> {
        while let Some(chunk) = body.next().await {
            match chunk {
                Ok(chunk) => {
                    sink.write_all(&chunk)?;
                    self.checksum.iter_mut().for_each(|sum| sum.add(&chunk));
                    self.read += chunk.len() as u64;
                }
                Err(error) => return Ok(Ending::Broken(Some(error))),
            }
        }
        let is_whole = self.expected.is_none_or(|expected| self.read >= expected);
        Ok(if is_whole { Ending::Whole } else { Ending::Broken(None) })
    }

    /// Asks for what is missing; none where the answer is about other bytes.
    async fn ask_for_the_rest(&self) -> Result<Option<ByteStream>, Error> {
        let changed = || Error::ChangedWhileRead { key: self.key.to_owned() };
        let next = self.first + self.read;
        let last = self.expected.map(|expected| (self.first + expected - 1).to_string()).unwrap_or_default();
        let get = self.store.s3.get_object().bucket(&self.store.names.bucket).key(self.key);
        let get = get.range(format!("bytes={next}-{last}")).set_if_match(self.etag.clone());
        match get.send().await {
            Ok(object) if object.e_tag != self.etag => Err(changed()),
            Ok(object) => {
                let range = object.content_range.as_deref().unwrap_or_default();
                let is_of_the_rest = range.strip_prefix("bytes ").and_then(|range| range.split_once('-'));
                let begins_there = is_of_the_rest.is_some_and(|(first, _)| first == next.to_string());
                Ok(begins_there.then_some(object.body))
            }
            Err(error) if is_of_another(&error) => Err(changed()),
            Err(error) => Err(Error::service(self.doing, error)),
        }
    }

    fn broken(&self, breaks: u32, source: Option<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        let expected = self.expected.map_or_else(|| String::from("its"), |bytes| bytes.to_string());
        Error::service(
            self.doing,
            BrokenBody { key: self.key.to_owned(), read: self.read, expected, breaks, source },
        )
    }
}

/// Whether the object is not the one any more whose bytes were read: replaced, deleted, or shorter.
fn is_of_another(error: &SdkError<GetObjectError>) -> bool {
    let code = error.as_service_error().and_then(|error| error.code());
    matches!(code, Some("PreconditionFailed" | "NoSuchKey" | "InvalidRange"))
}
