//! A CSV dropped into the bucket: the names of the objects that a notice of S3 is about.
//!
//! S3 may deliver a notice twice, late, or out of order. None of that matters: a run reads the object as it is when
//! the run reads it, not as a notice describes it.

use aws_lambda_events::event::s3::S3Event;
use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;

/// The keys of the dropped objects, each once.
pub(crate) fn keys(event: S3Event) -> BTreeSet<String> {
    let dropped = event.records.into_iter().filter_map(|record| record.s3.object.key);
    dropped.map(|key| decode(&key)).collect()
}

/// S3 writes keys in its notices as in an HTML form: `+` for a space, `%XX` for everything else. What is not UTF-8
/// then is the name of no object.
fn decode(key: &str) -> String {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
