//! A spill file on this machine: account records that a plan needs again, in bytes.
//!
//! A record takes about a quarter of a kilobyte of the file and no memory. The file has no name and goes with its owner.
//! Above `record`, which says what the bytes are. Promises at a position the record that was stored there, or an error.

mod record;

use crate::error::Error;
use crate::field_names::FieldNames;
use rollcall_core::account::Account;
use rollcall_core::account_spill::AccountSpill;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;

/// Bytes that are collected in memory before they are written.
const PENDING_BYTES_MAX: usize = 64 * 1024;

/// Longer than nearly every record, so that one read is enough.
const READ_BYTES: usize = 512;

/// A record begins at a multiple of this: so its position fits in 32 bits in a file of up to 64 gigabytes.
const UNIT_BYTES: usize = 16;

/// What is before a record: its position, by which a wrong one is noticed, and its length.
const HEAD_BYTES: usize = 8;

/// Account records in a temporary file. The position of a record is where it begins, in units.
#[derive(Debug)]
pub struct SpillFile {
    file: File,
    /// A multiple of the unit.
    written: usize,
    /// The bytes after `written`, which are still in memory.
    pending: Vec<u8>,
    names: FieldNames,
}

impl SpillFile {
    /// An empty spill file.
    ///
    /// # Errors
    /// When this machine has no room for a temporary file.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            file: tempfile::tempfile()?,
            written: 0,
            pending: Vec::new(),
            names: FieldNames::default(),
        })
    }

    fn write_pending(&mut self) -> Result<(), Error> {
        self.file.write_all(&self.pending)?;
        self.written += self.pending.len();
        self.pending.clear();
        Ok(())
    }

    /// Fills as many of these bytes as there are from here on.
    fn read_at(&self, bytes: &mut [u8], begin: usize) -> Result<usize, Error> {
        if begin >= self.written {
            let rest = self.pending.get(begin - self.written..).unwrap_or_default();
            let length = rest.len().min(bytes.len());
            bytes[..length].copy_from_slice(&rest[..length]);
            return Ok(length);
        }
        let mut filled = 0;
        while filled < bytes.len() {
            match self.file.read_at(&mut bytes[filled..], (begin + filled) as u64)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(filled)
    }
}

impl AccountSpill for SpillFile {
    type Error = Error;

    fn put(&mut self, account: &Account) -> Result<u32, Error> {
        let begin = self.pending.len();
        let full =
            |_| std::io::Error::other("more accounts change in one run than the temporary file can hold");
        let position = u32::try_from((self.written + begin) / UNIT_BYTES).map_err(full)?;
        self.pending.extend_from_slice(&position.to_le_bytes());
        self.pending.extend_from_slice(&[0; size_of::<u32>()]);
        record::write(&mut self.pending, account, &mut self.names);
        let length = u32::try_from(self.pending.len() - begin - HEAD_BYTES).map_err(full)?;
        self.pending[begin + size_of::<u32>()..begin + HEAD_BYTES].copy_from_slice(&length.to_le_bytes());
        self.pending.resize(self.pending.len().next_multiple_of(UNIT_BYTES), 0);
        if self.pending.len() >= PENDING_BYTES_MAX {
            self.write_pending()?;
        }
        Ok(position)
    }

    fn get(&self, position: u32) -> Result<Account, Error> {
        let corrupt = |why: &str| Error::corrupt("the temporary file of accounts", why.to_owned());
        let begin = position as usize * UNIT_BYTES;
        let mut some = [0; READ_BYTES];
        let read = self.read_at(&mut some, begin)?;
        let Some((head, rest)) = some[..read].split_first_chunk::<HEAD_BYTES>() else {
            return Err(corrupt("expected an account at this position"));
        };
        let [place, length] = halves(*head);
        if place != position {
            return Err(corrupt("expected an account at this position"));
        }
        let length = length as usize;
        match rest.get(..length) {
            Some(bytes) => record::read(bytes, &self.names).map_err(|why| corrupt(&why)),
            None => {
                let mut bytes = vec![0; length];
                let read = self.read_at(&mut bytes, begin + HEAD_BYTES)?;
                record::read(&bytes[..read], &self.names).map_err(|why| corrupt(&why))
            }
        }
    }
}

/// Two numbers of four bytes each.
fn halves(bytes: [u8; HEAD_BYTES]) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = bytes;
    [[a, b, c, d], [e, f, g, h]].map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests;
