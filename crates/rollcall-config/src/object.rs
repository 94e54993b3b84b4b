//! Keys of objects in the bucket: which keys a source may read.
//!
//! The local program keeps the bucket as a folder, so a key must also be a path that stays inside.

use crate::folders::own_folder_of;
use crate::mistake::Mistakes;
use crate::object_pattern::{can_meet, folder_of, is_pattern, meant_by_foreign_signs};
use crate::value::{Setting, quoted};

/// S3 allows no longer key.
const KEY_BYTES_MAX: usize = 1024;

/// The objects of the sources that were read so far, and their offsets in the file.
#[derive(Default)]
pub(crate) struct Objects(Vec<(String, usize)>);

impl Objects {
    /// Reads the key of one more object. Two sources must not read one object, and no object may have the name of a
    /// folder of another.
    pub(crate) fn read(&mut self, setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<String> {
        let key = setting.text(mistakes)?;
        if let Some(objection) = objection(key) {
            mistakes.add(setting.at, objection);
            return None;
        }
        for (taken, at) in &self.0 {
            let line = mistakes.line(*at);
            if taken == key {
                let what = format!("the object {} is already read by the source on line {line}", quoted(key));
                mistakes.add(setting.at, what);
            } else if folder_of(taken) == folder_of(key) && can_meet(taken, key) {
                let what = format!("the objects {} and {} (line {line})", quoted(key), quoted(taken));
                mistakes.add(setting.at, format!("{what} can be one file; write patterns that differ"));
            } else if is_within(key, taken) || is_within(taken, key) {
                let what = format!("the objects {} and {} (line {line})", quoted(key), quoted(taken));
                mistakes.add(setting.at, format!("{what} cannot both exist: one is a folder of the other"));
            }
        }
        self.0.push((key.to_owned(), setting.at));
        Some(key.to_owned())
    }
}

/// What is wrong with a key, if anything.
fn objection(key: &str) -> Option<String> {
    let what = if key.starts_with('/') {
        "must not begin with '/'"
    } else if key.ends_with('/') {
        "must be a file, not a folder: it must not end with '/'"
    } else if key.split('/').any(|part| part == ".." || part == ".") {
        "must not contain '.' or '..' as a folder"
    } else if key.contains("//") {
        "must not contain '//'"
    } else if key.contains('\\') {
        "must have '/' between folders, not '\\'"
    } else if key.chars().any(char::is_control) || key.trim() != key {
        "must not begin or end with a space, or contain control characters"
    } else if is_pattern(folder_of(key)) {
        "may have '*' only in the name of the file, not in a folder"
    } else if key.len() > KEY_BYTES_MAX {
        "must not be longer than 1024 bytes"
    } else if let Some(meant) = meant_by_foreign_signs(key) {
        return Some(format!(
            "`object` has only '*' for a part of the name that changes: write {}; found {}",
            quoted(&meant),
            quoted(key)
        ));
    } else {
        let own = own_folder_of(key)?;
        return Some(format!(
            "`object` must not be in {own}, a folder that Rollcall uses itself; found {}",
            quoted(key)
        ));
    };
    Some(format!("`object` {what}; found {}", quoted(key)))
}

/// Whether a key is in the folder that has the name of the other key.
fn is_within(key: &str, folder: &str) -> bool {
    key.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
