//! The events of S3 about dropped files: which objects an event is about, and who put them there.
//!
//! S3 may deliver a notice twice, late, or out of order. None of that matters: a run reads the object as it is when
//! the run reads it, not as a notice describes it.

use aws_lambda_events::event::s3::{S3Event, S3EventRecord};
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// The keys of the dropped objects, each once, with whom S3 names as having dropped it last.
pub(crate) fn dropped(event: S3Event) -> BTreeMap<String, String> {
    let one = |record: S3EventRecord| {
        let who = record.principal_id.principal_id.unwrap_or_else(|| String::from("file drop"));
        Some((decode(&record.s3.object.key?), who))
    };
    event.records.into_iter().filter_map(one).collect()
}

/// S3 writes keys in its notices as in an HTML form: `+` for a space, `%XX` for everything else. What is not UTF-8
/// then is the name of no object.
fn decode(key: &str) -> String {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
