//! Rows in which a separator without quotes has moved the cells: `Lee, Bob,2,bob,bob@x.test` below name, id, user, mail and
//! an empty column. The row has as many cells as the headings, and each person's value under another heading (rule 43b).
//!
//! Between `rows` and `row`. Addresses show it: where a column has one in nearly every row, and the column right of it in
//! none, a row with a text in the first and an address in the second is moved. Promises that such rows are judged only when
//! the file has ended, and that each row comes out once.

use super::cells::Cells;
use super::heading::Columns;
use super::scanner::RawRow;
use rollcall_config::Nothing;

/// So many rows are looked at before the column of addresses is known.
const ROWS_LOOKED_AT: usize = 16;

/// The most rows that wait. More of them are no accident.
const WAITING_MAX: usize = 1000;

/// Of so many rows with an address, one may have something else in its place.
const ADDRESSES_TO_ONE: usize = 20;

/// The rows so far, and those that wait.
pub(super) struct MovedRows {
    /// Positions of the key, the immutable id and the username.
    identity: Vec<usize>,
    /// What stands for an address that somebody has not.
    nothing: Nothing,
    /// The first rows, until the column is known.
    first: Vec<RawRow>,
    addresses: Addresses,
    waiting: Vec<RawRow>,
}

/// What need not wait any more.
pub(super) enum Released {
    One(RawRow),
    Several(Vec<RawRow>),
}

/// Which columns have the addresses.
#[derive(Clone, Copy)]
enum Addresses {
    Unknown,
    /// There are none, or so many rows look moved that they are as they should be.
    Nowhere,
    In(Block),
}

/// Columns side by side that have an address in most rows.
#[derive(Clone, Copy)]
struct Block {
    from: usize,
    to: usize,
    /// Rows with an address in the block, and with something else there.
    clear: usize,
    other: usize,
}

/// What a row looks like beside the block.
#[derive(PartialEq, Eq)]
enum Look {
    Clear,
    Other,
    Empty,
    Moved,
    /// The column right of the block has an address, too.
    Beside,
}

impl MovedRows {
    pub(super) fn new(columns: &Columns) -> Self {
        let identity = columns.identity_positions();
        let nothing = columns.mapping.nothing.clone();
        Self { identity, nothing, first: Vec::new(), addresses: Addresses::Unknown, waiting: Vec::new() }
    }

    /// Takes a row, and gives those that need not wait.
    pub(super) fn push(&mut self, raw: RawRow) -> Released {
        match self.addresses {
            Addresses::Nowhere if self.waiting.is_empty() => Released::One(raw),
            Addresses::Nowhere => {
                let mut rows = self.given_up();
                rows.push(raw);
                Released::Several(rows)
            }
            Addresses::In(_) => self.judge(raw).map_or(Released::Several(Vec::new()), Released::One),
            Addresses::Unknown => {
                self.first.push(raw);
                let is_enough = self.first.len() >= ROWS_LOOKED_AT;
                Released::Several(if is_enough { self.begin() } else { Vec::new() })
            }
        }
    }

    /// The rows that have waited, once no row follows: those that are as they should be, and those that are moved.
    pub(super) fn finish(&mut self) -> (Vec<RawRow>, Vec<RawRow>) {
        let mut rows = self.begin();
        let waiting = std::mem::take(&mut self.waiting);
        let is_moved = match self.addresses {
            Addresses::In(block) => {
                block.clear > waiting.len() && block.other * ADDRESSES_TO_ONE <= block.clear
            }
            Addresses::Unknown | Addresses::Nowhere => false,
        };
        if is_moved {
            return (rows, waiting);
        }
        rows.extend(waiting);
        (rows, Vec::new())
    }

    /// The first column of addresses, for a reason.
    pub(super) fn position(&self) -> usize {
        match self.addresses {
            Addresses::In(block) => block.from,
            Addresses::Unknown | Addresses::Nowhere => 0,
        }
    }

    /// The row as it should be: the two cells joined that were one. So it names its account.
    pub(super) fn joined(&self, raw: &RawRow, delimiter: char) -> RawRow {
        let Some(at) = self.split_at(&raw.cells) else { return RawRow::default() };
        let mut parts: Vec<&str> = raw.cells.iter().collect();
        let rest = parts.remove(at + 1);
        let whole = format!("{}{delimiter}{rest}", parts[at]);
        parts[at] = &whole;
        let cells: Cells = parts.into_iter().collect();
        RawRow { line: raw.line, count: cells.len(), cells, is_ended: raw.is_ended, ..RawRow::default() }
    }

    /// Where the cell begins that was cut in two: before a cell that begins with a space, and in a person's identity only
    /// where it can be nowhere else.
    fn split_at(&self, cells: &Cells) -> Option<usize> {
        let is_everything = (0..self.position()).all(|at| self.identity.contains(&at));
        let candidates =
            || (0..self.position()).filter(move |at| is_everything || !self.identity.contains(at));
        let is_after_space = |at: &usize| cells.get(at + 1).is_some_and(|cell| cell.starts_with(' '));
        let mut after_space = candidates().filter(is_after_space);
        let only = after_space.next().filter(|_| after_space.next().is_none());
        only.or_else(|| candidates().next())
    }

    /// Finds the column in the first rows, and judges those.
    fn begin(&mut self) -> Vec<RawRow> {
        let first = std::mem::take(&mut self.first);
        if let Addresses::Unknown = self.addresses {
            self.addresses = Block::find(&first).map_or(Addresses::Nowhere, Addresses::In);
        }
        first.into_iter().filter_map(|raw| self.judge(raw)).collect()
    }

    /// The row, if it need not wait.
    fn judge(&mut self, raw: RawRow) -> Option<RawRow> {
        let Addresses::In(block) = &mut self.addresses else { return Some(raw) };
        match block.look(&raw, &self.nothing) {
            Look::Clear => block.clear += 1,
            Look::Other => block.other += 1,
            Look::Empty => {}
            Look::Beside => self.addresses = Addresses::Nowhere,
            Look::Moved => {
                self.waiting.push(raw);
                if self.waiting.len() > WAITING_MAX {
                    self.addresses = Addresses::Nowhere;
                }
                return None;
            }
        }
        Some(raw)
    }

    /// The rows that have waited in vain: no row can be told.
    fn given_up(&mut self) -> Vec<RawRow> {
        std::mem::take(&mut self.waiting)
    }
}

impl Block {
    /// The last columns side by side that have addresses in most of these rows.
    fn find(rows: &[RawRow]) -> Option<Self> {
        let width = rows.iter().map(|raw| raw.cells.len()).max()?;
        let is_address_column = |at: usize| {
            let filled =
                rows.iter().filter_map(|raw| raw.cells.get(at)).filter(|cell| !cell.trim().is_empty());
            let (filled, addresses) = filled.fold((0, 0), |(filled, addresses), cell| {
                (filled + 1, addresses + usize::from(is_address(cell)))
            });
            addresses >= 2 && addresses * 2 > filled
        };
        let to = (0..width).rev().find(|at| is_address_column(*at))?;
        let from = (0..to).rev().take_while(|at| is_address_column(*at)).last().unwrap_or(to);
        (from > 0).then_some(Self { from, to, clear: 0, other: 0 })
    }

    fn look(&self, raw: &RawRow, nothing: &Nothing) -> Look {
        let cell = |at: usize| raw.cells.get(at).unwrap_or_default().trim();
        let (here, beside) = (cell(self.from), cell(self.to + 1));
        match (nothing.is(here), here.contains('@'), is_address(beside)) {
            (false, true, false) => Look::Clear,
            (false, true, true) | (true, _, true) => Look::Beside,
            (true, _, false) => Look::Empty,
            (false, false, true) => Look::Moved,
            (false, false, false) => Look::Other,
        }
    }
}

/// Whether a cell is an e-mail address, or a name of the same form.
pub(super) fn is_address(cell: &str) -> bool {
    let parts = cell.trim().split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !cell.trim().contains(' ')
    })
}
