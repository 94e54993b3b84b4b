//! A row in so many bytes, as it is published beside the records.

use super::{RecordStatus, Row, Shape};
use crate::keyed::{KeyedDigest, NameDigest};

/// The bytes of one row.
pub(in crate::snapshot) const ROW_BYTES: usize = 68;

impl Row {
    pub(in crate::snapshot) fn encode(&self) -> [u8; ROW_BYTES] {
        let mut bytes = [0; ROW_BYTES];
        let mut rest = &mut bytes[..];
        let mut put = |part: &[u8]| {
            let (begin, end) = core::mem::take(&mut rest).split_at_mut(part.len());
            begin.copy_from_slice(part);
            rest = end;
        };
        put(&self.key.to_bytes());
        put(&self.immutable_id.to_bytes());
        put(&self.username.to_bytes());
        for number in [self.first_id, self.fingerprint, self.email] {
            put(&number.to_le_bytes());
        }
        put(&self.shape.0.to_le_bytes());
        put(&self.line.to_le_bytes());
        put(&self.priority.to_le_bytes());
        put(&[code_of(self.status), self.is_admin.map_or(0, |is_admin| 1 + u8::from(is_admin))]);
        bytes
    }

    /// `None` for bytes that are no row.
    pub(in crate::snapshot) fn decode(bytes: &[u8; ROW_BYTES]) -> Option<Self> {
        let mut rest = &bytes[..];
        let [key, immutable_id] = [take(&mut rest)?, take(&mut rest)?].map(KeyedDigest::from_bytes);
        let username = NameDigest::from_bytes(take(&mut rest)?);
        let [first_id, fingerprint, email] =
            [take(&mut rest)?, take(&mut rest)?, take(&mut rest)?].map(u64::from_le_bytes);
        let [shape, line] = [take(&mut rest)?, take(&mut rest)?].map(u32::from_le_bytes);
        let priority = u16::from_le_bytes(take(&mut rest)?);
        let [status, is_admin] = take(&mut rest)?;
        Some(Self {
            key,
            immutable_id,
            username,
            first_id,
            fingerprint,
            email,
            shape: Shape(shape),
            line,
            priority,
            status: status_of(status)?,
            is_admin: [None, Some(false), Some(true)].get(usize::from(is_admin)).copied()?,
            ..Self::EMPTY
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (part, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*part)
}

/// The statuses that a record has whatever the time is.
const CODES: [RecordStatus; 4] =
    [RecordStatus::Enabled, RecordStatus::Disabled, RecordStatus::OutOfScope, RecordStatus::Rejected];

/// What only the index makes of a record has no code, and would not be read again.
fn code_of(status: RecordStatus) -> u8 {
    CODES.iter().zip(0..).find(|(known, _)| **known == status).map_or(u8::MAX, |(_, code)| code)
}

fn status_of(code: u8) -> Option<RecordStatus> {
    CODES.get(usize::from(code)).copied()
}
