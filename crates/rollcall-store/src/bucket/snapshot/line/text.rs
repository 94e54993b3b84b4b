//! Writes a record as a line of JSON, straight into bytes: no map is made of its fields, and no value is copied twice.
//!
//! Promises the bytes that serde writes of the same record (`plain`, in the tests): the digest of a snapshot is made of them.

use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::Fields;
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;

/// The digits of the longest number, and its sign.
const NUMBER_BYTES_MAX: usize = 20;

/// Writes a record behind what is in `to` already, without the end of the line.
pub(in crate::bucket) fn write_line(to: &mut Vec<u8>, record: &Record) {
    match record {
        Record::Entry(entry) => write_entry(to, entry),
        Record::Rejected(row) => write_rejected(to, row),
    }
}

fn write_entry(to: &mut Vec<u8>, entry: &Entry) {
    let (status, why) = match &entry.status {
        EntryStatus::Enabled => ("enabled", None),
        EntryStatus::Disabled => ("disabled", None),
        EntryStatus::OutOfScope { condition } => ("out_of_scope", Some(condition.as_str())),
    };
    write_begin(to, entry.line, status);
    write_who(to, (Some(&entry.key), entry.immutable_id.as_ref(), entry.username.as_ref()));
    if let Some(is_admin) = entry.is_admin {
        to.extend_from_slice(if is_admin { b",\"admin\":true" } else { b",\"admin\":false" });
    }
    if entry.priority != 0 {
        to.extend_from_slice(b",\"priority\":");
        write_number(to, i128::from(entry.priority));
    }
    write_time(to, "starts", entry.starts);
    write_time(to, "ends", entry.ends);
    write_value(to, "why", why);
    write_fields(to, "fields", &entry.fields);
    write_fields(to, "created", &entry.created_fields);
    to.push(b'}');
}

fn write_rejected(to: &mut Vec<u8>, row: &RejectedRow) {
    let (status, why) = match &row.reason {
        RejectReason::MissingKey => ("missing_key", None),
        RejectReason::Unreadable(why) => ("unreadable", Some(why.as_str())),
    };
    write_begin(to, row.line, status);
    write_who(to, (row.key.as_ref(), row.immutable_id.as_ref(), row.username.as_ref()));
    write_value(to, "why", why);
    to.push(b'}');
}

fn write_begin(to: &mut Vec<u8>, line: u64, status: &str) {
    to.extend_from_slice(b"{\"line\":");
    write_number(to, i128::from(line));
    write_value(to, "status", Some(status));
}

fn write_who(
    to: &mut Vec<u8>,
    (key, id, username): (Option<&MatchKey>, Option<&ImmutableId>, Option<&Username>),
) {
    write_value(to, "key", key.map(MatchKey::original));
    write_value(to, "id", id.map(ImmutableId::as_str));
    write_value(to, "username", username.map(Username::original));
}

fn write_time(to: &mut Vec<u8>, name: &str, time: Option<Timestamp>) {
    if let Some(time) = time {
        write_name(to, name);
        write_number(to, i128::from(time.as_millis()));
    }
}

fn write_value(to: &mut Vec<u8>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        write_name(to, name);
        write_text(to, value);
    }
}

/// A comma and the name of a value of the record: letters only.
fn write_name(to: &mut Vec<u8>, name: &str) {
    to.extend_from_slice(b",\"");
    to.extend_from_slice(name.as_bytes());
    to.extend_from_slice(b"\":");
}

/// The fields, which come in the order of their names. A name has nothing that JSON would write in another way.
fn write_fields(to: &mut Vec<u8>, name: &str, fields: &Fields) {
    let mut separator = b'{';
    for (field, value) in fields.iter() {
        if separator == b'{' {
            write_name(to, name);
        }
        to.push(separator);
        to.push(b'"');
        to.extend_from_slice(field.as_str().as_bytes());
        to.extend_from_slice(b"\":");
        write_text(to, value);
        separator = b',';
    }
    if separator == b',' {
        to.push(b'}');
    }
}

/// A text in quotes.
fn write_text(to: &mut Vec<u8>, text: &str) {
    to.push(b'"');
    // Nearly every text. Every byte is looked at, which takes less than to stop at one.
    if text.bytes().fold(true, |all, byte| all & is_as_it_is(byte)) {
        to.extend_from_slice(text.as_bytes());
    } else {
        text.bytes().for_each(|byte| write_byte(to, byte));
    }
    to.push(b'"');
}

/// Whether JSON has this byte of a text as it is.
fn is_as_it_is(byte: u8) -> bool {
    (byte >= b' ') & (byte != b'"') & (byte != b'\\')
}

fn write_byte(to: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => to.extend_from_slice(b"\\\""),
        b'\\' => to.extend_from_slice(b"\\\\"),
        b'\n' => to.extend_from_slice(b"\\n"),
        b'\r' => to.extend_from_slice(b"\\r"),
        b'\t' => to.extend_from_slice(b"\\t"),
        0x08 => to.extend_from_slice(b"\\b"),
        0x0C => to.extend_from_slice(b"\\f"),
        byte if byte < b' ' => to.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        byte => to.push(byte),
    }
}

/// A number in digits, with its sign where it is negative.
fn write_number(to: &mut Vec<u8>, number: i128) {
    let mut digits = [b'0'; NUMBER_BYTES_MAX];
    let mut begin = NUMBER_BYTES_MAX;
    let mut rest = u64::try_from(number.unsigned_abs()).unwrap_or(u64::MAX);
    if number < 0 {
        to.push(b'-');
    }
    loop {
        begin -= 1;
        digits[begin] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    to.extend_from_slice(&digits[begin..]);
}

#[cfg(test)]
mod tests {
    use super::super::Line;
    use super::write_line;
    use proptest::prelude::*;
    use rollcall_core::entry::{Condition, Entry, EntryStatus, Record, RejectReason, RejectedRow};
    use rollcall_core::fields::{FieldName, Fields};
    use rollcall_core::match_key::{ImmutableId, MatchKey};
    use rollcall_core::time::Timestamp;
    use rollcall_core::username::Username;

    /// Texts with everything that JSON writes in another way.
    fn text() -> impl Strategy<Value = String> {
        "[ -~]{0,6}|[\\x00-\\x1f\\x7f\"\\\\/aé日😀\u{2028}]{0,8}"
    }

    fn fields() -> impl Strategy<Value = Fields> {
        prop::collection::vec(("[a-z][a-z0-9_]{0,3}", text()), 0..4).prop_map(|fields| {
            fields.into_iter().map(|(name, value)| (FieldName::parse(&name).unwrap(), value)).collect()
        })
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let status = prop_oneof![
            Just(EntryStatus::Enabled),
            Just(EntryStatus::Disabled),
            text().prop_map(|why| EntryStatus::OutOfScope { condition: Condition::new(&why) }),
        ];
        let who =
            ("[ -~]{0,5}a[ -~é]{0,5}", prop::option::of("a[ -~é]{0,5}"), prop::option::of("a[ -~é]{0,5}"));
        let time = || prop::option::of(any::<i64>().prop_map(Timestamp::from_millis));
        let numbers = (any::<u64>(), prop_oneof![Just(0), any::<u16>()], prop::option::of(any::<bool>()));
        (status, who, (time(), time()), numbers, (fields(), fields())).prop_map(
            |(status, (key, id, username), (starts, ends), (line, priority, is_admin), fields)| Entry {
                line,
                key: MatchKey::parse(&key).unwrap(),
                immutable_id: id.map(|id| ImmutableId::parse(&id).unwrap()),
                username: username.map(|name| Username::parse(&name).unwrap()),
                status,
                starts,
                ends,
                is_admin,
                priority,
                fields: fields.0,
                created_fields: fields.1,
            },
        )
    }

    fn check(record: &Record) {
        let mut written = b"before".to_vec();
        write_line(&mut written, record);
        let plain = serde_json::to_string(&Line::of(record)).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), format!("before{plain}"));
    }

    proptest! {
        #[test]
        fn entry_is_written_as_serde_writes_it(entry in entry()) {
            check(&Record::Entry(entry));
        }

        #[test]
        fn rejected_row_is_written_as_serde_writes_it(entry in entry(), why in prop::option::of(text()), has in any::<[bool; 3]>()) {
            check(&Record::Rejected(RejectedRow {
                line: entry.line,
                reason: why.map_or(RejectReason::MissingKey, RejectReason::Unreadable),
                key: Some(entry.key).filter(|_| has[0]),
                immutable_id: entry.immutable_id.filter(|_| has[1]),
                username: entry.username.filter(|_| has[2]),
            }));
        }
    }
}
