//! From cells to a record: an entry, or a rejected row with the reason.
//!
//! A damaged row is rejected, not repaired, and keeps the key, id and username. Promises that a reason quotes no cell
//! except a short one of a column that the mapping names: an unknown status word, a date, a priority.

use super::damage;
use super::heading::{Column, Columns};
use super::identity::{Identity, overlong};
use super::letter_sign;
use super::moved::{MovedRow, Side};
use super::plain_fields::PlainFields;
use super::scanner::{Flaw, RawRow};
use super::signs::Signs;
use super::whole_line;
use crate::error::{Error, short};
use crate::mapped::{Mapped, Wording, out_of_scope};
use rollcall_config::Values;
use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fold;

/// Reads rows of one file.
pub(super) struct RowReader {
    pub(super) columns: Columns,
    /// None where a field is made by a template.
    plain_fields: Option<PlainFields>,
    delimiter: char,
}

impl RowReader {
    pub(super) fn new(columns: Columns, delimiter: char) -> Self {
        Self { plain_fields: PlainFields::new(&columns), columns, delimiter }
    }

    /// Reads one row. It is an error only if the rows around it are doubtful too.
    pub(super) fn record(&self, raw: &RawRow) -> Result<Record, Error> {
        let form = self.check_form(raw)?;
        let mut identity = Identity::read(raw, &self.columns, self.delimiter)?;
        let entry = form
            .and_then(|()| self.check_cells(raw))
            .map_err(RejectReason::Unreadable)
            .and_then(|()| self.entry(raw, &mut identity));
        Ok(entry.map_or_else(|reason| rejected(raw.line, reason, identity), Record::Entry))
    }

    /// Whether surely no field of the row has a sign with which an entity of HTML begins, and the username no letter of another
    /// alphabet. What a template makes is not known.
    pub(super) fn is_free_of_oddities(&self, raw: &RawRow) -> bool {
        self.plain_fields.is_some() && raw.cells.are_free_of(Signs::OF_ENTITIES.and(Signs::BEYOND))
    }

    /// The record of a row whose cells are moved, with who it is by the row as it should be. The username may be another cell:
    /// it is kept only where nothing else says who it is.
    pub(super) fn moved(
        &self,
        moved: &MovedRow,
        as_it_should_be: &RawRow,
        at: usize,
    ) -> Result<Record, Error> {
        let raw = &moved.raw;
        let mut identity = Identity::read(as_it_should_be, &self.columns, self.delimiter)?;
        let is_known = matches!((&identity.key, &identity.immutable_id), (Ok(Some(_)), _) | (_, Ok(Some(_))));
        if self.columns.username.is_some() && (is_known || identity.damaged_key.is_some()) {
            identity.username = Ok(None);
        }
        let why = self.check_form(raw)?.err().unwrap_or_else(|| {
            let heading = self.columns.heading(at).map_or_else(|| format!("column {}", at + 1), |heading| format!("{:?}", short(heading)));
            match moved.to {
                Side::Right => format!(
                    "the address is one cell right of {heading}: a cell before it is one too many, or holds a {:?} and is not in \
                     quotes; remove it, or put it in quotes",
                    self.delimiter
                ),
                Side::Exchanged => format!(
                    "the address is one cell left of {heading}, and its login in its place: the two are exchanged; put each under its heading"
                ),
                Side::Left => format!(
                    "the address is one cell left of {heading}: a cell before it was deleted; write it again, empty if it has no \
                     value"
                ),
            }
        });
        Ok(rejected(raw.line, RejectReason::Unreadable(why), identity))
    }

    /// Whether the row has as many cells as the headings. A wrong number, together with a quoted cell that could
    /// contain other rows, means that a quote was left open.
    fn check_form(&self, raw: &RawRow) -> Result<Result<(), String>, Error> {
        let (found, width) = (raw.count, self.columns.width);
        if found < width && !raw.is_ended {
            return Err(Error::LastRowCut { line: raw.line, found, expected: width });
        }
        let form = self.form(raw);
        let is_doubtful = form.is_err() || found > self.columns.headings.len();
        if let (true, Some(quote)) = (is_doubtful, raw.rows_inside) {
            let heading = self.columns.heading(quote.position).map(str::to_owned);
            return Err(Error::UnclosedQuote { line: quote.line, heading });
        }
        Ok(form)
    }

    fn form(&self, raw: &RawRow) -> Result<(), String> {
        let place = |position: usize| match self.columns.heading(position) {
            Some(heading) => format!("under {:?}", short(heading)),
            None => format!("in column {}", position + 1),
        };
        match raw.flaw {
            Some(Flaw::TextAfterQuote(at)) => Err(format!(
                "the cell {} continues after its closing quote; write a quote inside a quoted cell twice (\"\")",
                place(at)
            )),
            Some(Flaw::SpaceBeforeQuote(at)) => {
                Err(format!("the cell {} has a space before its opening quote; remove the space", place(at)))
            }
            Some(Flaw::TooLong) => {
                Err(String::from("the row is longer than 1 MiB; shorten it, or look for a missing line end"))
            }
            None => self.check_count(raw),
        }
    }

    fn check_count(&self, raw: &RawRow) -> Result<(), String> {
        let (found, width) = (raw.count, self.columns.width);
        if found < width {
            let line = raw.cells.get(0).filter(|_| found == 1 && width > 1);
            if line.is_some_and(|line| whole_line::split(line, width).is_some()) {
                return Err(format!(
                    "the row is one cell that holds {width}: it is in quotes as a whole, or separated otherwise than the headings; \
                     write it as the other rows are"
                ));
            }
            let missing = format!("the row has {found} of {width} cells; add what is missing");
            // The cells that are there may be of other columns: one of them may have been deleted.
            let is_asked = self.columns.used().any(|column| column.position >= found);
            return Err(if is_asked || found == 1 {
                missing
            } else {
                format!(
                    "{missing}; if a spreadsheet left out the empty cells at the end of many rows, remove the last column, or fill it"
                )
            });
        }
        // Empty cells beyond the headings do no harm.
        if raw.has_surplus(width) {
            let delimiter = self.delimiter;
            let extra = if raw.cells.iter().take(width).any(|cell| cell.trim().is_empty()) {
                "remove an empty cell that is one too many, or "
            } else {
                ""
            };
            return Err(format!(
                "the row has {found} cells where the headings have {width}; {extra}put a cell that holds a {delimiter:?} in quotes"
            ));
        }
        Ok(())
    }

    fn check_cells(&self, raw: &RawRow) -> Result<(), String> {
        if raw.overlong.is_empty() && raw.cells.are_plain() {
            return Ok(());
        }
        for column in self.columns.used() {
            let heading = &column.heading;
            if raw.overlong.contains(&column.position) {
                return Err(overlong(heading));
            }
            if raw.cells.signs(column.position).are_plain() {
                continue;
            }
            let cell = trimmed(raw, column);
            if let Some(why) = damage::of_characters(cell) {
                return Err(format!("the cell under {heading:?} {why}"));
            }
            if self.columns.is_western && letter_sign::has_capital_for_letter(cell) {
                return Err(format!(
                    "the cell under {heading:?} holds a capital between small letters, as in jŠger, where a letter was read in a \
                     wrong encoding; export the file again, as \"CSV UTF-8\", or correct `encoding`"
                ));
            }
        }
        Ok(())
    }

    /// The entry of a row. What it has of the identity is taken out only where nothing is wrong any more: a rejected row keeps it.
    fn entry(&self, raw: &RawRow, identity: &mut Identity) -> Result<Entry, RejectReason> {
        let damaged = |why: &String| RejectReason::Unreadable(why.clone());
        let unreadable = RejectReason::Unreadable;
        identity.key.as_ref().map_err(damaged)?.as_ref().ok_or(RejectReason::MissingKey)?;
        let look = |column: &Column| Values::one(trimmed(raw, column));
        let mapped = Mapped::new(&self.columns.mapping, Wording::Cell, look);
        if let Some(outside) = mapped.outside().map_err(unreadable)? {
            let (id, username) = (taken(&mut identity.immutable_id).ok(), taken(&mut identity.username).ok());
            let key = taken(&mut identity.key).map_err(unreadable)?.ok_or(RejectReason::MissingKey)?;
            return Ok(out_of_scope(raw.line, key, id.flatten(), username.flatten(), outside));
        }
        // Here an empty cell is not a status: its meaning must be configured (rule 40).
        let is_active = mapped.is_active(None).map_err(unreadable)?;
        identity.immutable_id.as_ref().map_err(damaged)?;
        identity.username.as_ref().map_err(damaged)?;
        let (starts, ends) = (mapped.starts().map_err(unreadable)?, mapped.ends().map_err(unreadable)?);
        let is_admin = mapped.is_admin().map_err(unreadable)?;
        let priority = mapped.priority().map_err(unreadable)?;
        let fields = match &self.plain_fields {
            Some(fields) => fields.of(&raw.cells, &self.columns.mapping.nothing),
            None => mapped.fields(),
        };
        Ok(Entry {
            line: raw.line,
            key: taken(&mut identity.key).map_err(unreadable)?.ok_or(RejectReason::MissingKey)?,
            immutable_id: taken(&mut identity.immutable_id).map_err(unreadable)?,
            username: taken(&mut identity.username).map_err(unreadable)?,
            status: if is_active { EntryStatus::Enabled } else { EntryStatus::Disabled },
            starts,
            ends,
            is_admin,
            // Every person in the file is in scope; a file has no groups.
            priority: priority.unwrap_or(0),
            fields: fields.always,
            created_fields: fields.created,
        })
    }
}

/// A part of the identity; nothing is left there.
fn taken<T>(part: &mut Result<Option<T>, String>) -> Result<Option<T>, String> {
    std::mem::replace(part, Ok(None))
}

/// A cell without spaces and invisible characters at its ends.
fn trimmed<'a>(raw: &'a RawRow, column: &Column) -> &'a str {
    fold::trimmed(raw.cells.get(column.position).unwrap_or_default())
}

fn rejected(line: u64, reason: RejectReason, identity: Identity) -> Record {
    Record::Rejected(RejectedRow {
        line,
        reason,
        key: identity.key.ok().flatten().or(identity.damaged_key),
        immutable_id: identity.immutable_id.ok().flatten(),
        username: identity.username.ok().flatten(),
    })
}
