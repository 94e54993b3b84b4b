//! Rows whose cells are moved: by a separator without quotes (`Lee, Bob,2,bob,bob@x.test` below name, id, user, mail and an
//! empty column), by a cell too many, or by one that was deleted. The row has as many cells as the headings, and each person's
//! value under another heading (rule 43b).
//!
//! Between `rows` and `row`. Addresses show it: where a column has one in nearly every row, and the column beside it in
//! none, a row with a text in the first and an address in the second is moved. Promises that such rows are judged only when
//! the file has ended, and that each row comes out once.

use super::cells::Cells;
use super::heading::Columns;
use super::scanner::RawRow;
use rollcall_config::Nothing;
use rollcall_core::fold::ends_in_view;

/// So many rows are looked at before the column of addresses is known.
const ROWS_LOOKED_AT: usize = 16;

/// The most rows that wait. More of them are no accident.
const WAITING_MAX: usize = 1000;

/// Of so many rows with an address, one may have something else in its place.
const ADDRESSES_TO_ONE: usize = 20;

/// The rows so far, and those that wait.
pub(super) struct MovedRows {
    /// Positions of the key, the immutable id and the username; and of the key alone.
    identity: Vec<usize>,
    key: Vec<usize>,
    /// What stands for an address that somebody has not.
    nothing: Nothing,
    /// The first rows, until the column is known.
    first: Vec<RawRow>,
    addresses: Addresses,
    /// What the first rows show of the others.
    usual: Usual,
    waiting: Vec<MovedRow>,
}

/// A row that looks moved.
pub(super) struct MovedRow {
    pub(super) raw: RawRow,
    pub(super) to: Side,
}

/// To which side the cells are moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Right,
    Left,
    /// Two cells beside each other are exchanged: the login and the address.
    Exchanged,
}

/// What the first rows have.
#[derive(Default)]
struct Usual {
    /// The forms of their keys.
    keys: Vec<String>,
    /// The values of the column right of the addresses.
    beside: Vec<String>,
    /// Whether nearly all of them have something in the last column.
    is_last_filled: bool,
    /// Whether none of them has an address in the column left of the addresses.
    is_left_free: bool,
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
    /// Rows with an address in the block, with something else there, and with an address right of it.
    clear: usize,
    other: usize,
    beside: usize,
}

/// What a row looks like beside the block.
#[derive(PartialEq, Eq)]
enum Look {
    Clear,
    Other,
    Empty,
    Moved(Side),
    /// The column right of the block has an address, too.
    Beside,
}

impl MovedRows {
    pub(super) fn new(columns: &Columns) -> Self {
        Self {
            identity: columns.identity_positions(),
            key: columns.key.positions().collect(),
            nothing: columns.mapping.nothing.clone(),
            first: Vec::new(),
            addresses: Addresses::Unknown,
            usual: Usual::default(),
            waiting: Vec::new(),
        }
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
    pub(super) fn finish(&mut self) -> (Vec<RawRow>, Vec<MovedRow>) {
        let mut rows = self.begin();
        let waiting = std::mem::take(&mut self.waiting);
        let is_moved = match self.addresses {
            Addresses::In(block) => {
                block.clear > waiting.len() && (block.other + block.beside) * ADDRESSES_TO_ONE <= block.clear
            }
            Addresses::Unknown | Addresses::Nowhere => false,
        };
        if is_moved {
            return (rows, waiting);
        }
        rows.extend(waiting.into_iter().map(|moved| moved.raw));
        (rows, Vec::new())
    }

    /// The first column of addresses, for a reason.
    pub(super) fn position(&self) -> usize {
        match self.addresses {
            Addresses::In(block) => block.from,
            Addresses::Unknown | Addresses::Nowhere => 0,
        }
    }

    /// The row as it should be, so that it names its account: without the cell too many, with the two cells joined that were
    /// one, or with the one that was deleted.
    pub(super) fn as_it_should_be(&self, moved: &MovedRow, delimiter: char) -> RawRow {
        let raw = &moved.raw;
        let cells = match moved.to {
            Side::Left => self.with_deleted(&raw.cells),
            Side::Exchanged => {
                let mut parts: Vec<&str> = raw.cells.iter().collect();
                let at = self.position();
                parts.swap(at - 1, at);
                parts.into_iter().collect()
            }
            Side::Right => {
                let mended: Vec<Cells> =
                    self.splits(&raw.cells).iter().map(|split| split.mended(&raw.cells, delimiter)).collect();
                let usual = mended.iter().find(|cells| self.has_usual_key(cells)).or(mended.first());
                usual.cloned().unwrap_or_default()
            }
        };
        RawRow { line: raw.line, count: cells.len(), cells, is_ended: raw.is_ended, ..RawRow::default() }
    }

    fn has_usual_key(&self, cells: &Cells) -> bool {
        self.key.iter().all(|at| self.usual.keys.contains(&form(cells.get(*at).unwrap_or_default())))
    }

    /// The cells with an empty one where one was deleted: behind the key, if that is still one; else as the key.
    fn with_deleted(&self, cells: &Cells) -> Cells {
        let (first, last) = (self.key.iter().min().copied(), self.key.iter().max().copied());
        let at = if self.has_usual_key(cells) { last.map_or(0, |last| last + 1) } else { first.unwrap_or(0) };
        let mut parts: Vec<&str> = cells.iter().collect();
        // The last one is empty, as it was filled up.
        parts.pop();
        parts.insert(at.min(parts.len()), "");
        parts.into_iter().collect()
    }

    /// What may have moved the cells, the likeliest first: one that was cut in two before a space; one that is empty, or the
    /// same as the next; or one that was cut in two without a space. None is cut in a person's identity, but where it can be
    /// nowhere else.
    fn splits(&self, cells: &Cells) -> Vec<Split> {
        let is_everything = (0..self.position()).all(|at| self.identity.contains(&at));
        let candidates =
            || (0..self.position()).filter(move |at| is_everything || !self.identity.contains(at));
        let is_after_space = |at: &usize| cells.get(at + 1).is_some_and(|cell| cell.starts_with(' '));
        let mut after_space = candidates().filter(is_after_space);
        let only = after_space.next().filter(|_| after_space.next().is_none());
        let extra = (0..self.position()).filter(|at| cells.is_extra(*at)).map(Split::Extra);
        only.map(Split::Halves).into_iter().chain(extra).chain(candidates().map(Split::Halves)).collect()
    }

    /// Finds the column in the first rows, and judges those.
    fn begin(&mut self) -> Vec<RawRow> {
        let first = std::mem::take(&mut self.first);
        if let Addresses::Unknown = self.addresses {
            self.addresses = Block::find(&first).map_or(Addresses::Nowhere, Addresses::In);
            if let Addresses::In(block) = self.addresses {
                self.usual = Usual::of(&first, &self.key, block);
            }
        }
        first.into_iter().filter_map(|raw| self.judge(raw)).collect()
    }

    /// The row, if it need not wait.
    fn judge(&mut self, raw: RawRow) -> Option<RawRow> {
        let Addresses::In(block) = &mut self.addresses else { return Some(raw) };
        match block.look(&raw, &self.nothing, &self.usual) {
            Look::Clear => block.clear += 1,
            Look::Other => block.other += 1,
            Look::Empty => {}
            // One row may be damaged in another way; several have a second address there.
            Look::Beside => block.beside += 1,
            Look::Moved(to) => {
                self.waiting.push(MovedRow { raw, to });
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
        std::mem::take(&mut self.waiting).into_iter().map(|moved| moved.raw).collect()
    }
}

impl Usual {
    /// Of the rows that have an address in its place.
    fn of(rows: &[RawRow], key: &[usize], block: Block) -> Self {
        let is_clear = |raw: &&RawRow| raw.cells.get(block.from).is_some_and(is_address);
        let rows: Vec<&RawRow> = rows.iter().filter(is_clear).collect();
        let cells = |at: usize| rows.iter().filter_map(move |raw| raw.cells.get(at));
        let is_filled = |raw: &&&RawRow| raw.cells.iter().last().is_some_and(|cell| !cell.trim().is_empty());
        Self {
            keys: key.iter().flat_map(|at| cells(*at).map(form)).collect(),
            beside: cells(block.to + 1).map(|cell| cell.trim().to_owned()).collect(),
            is_left_free: !cells(block.from - 1).any(is_address),
            is_last_filled: rows.iter().filter(is_filled).count() * 2 > rows.len(),
        }
    }

    /// Whether a text where the address should be shows that it stands one column too far left: the last cell is empty as it is
    /// in no other row, or the text is one of those that stand right of the addresses.
    fn shows_deleted(&self, raw: &RawRow, here: &str) -> bool {
        let is_empty = raw.cells.iter().last().is_some_and(|cell| cell.trim().is_empty());
        is_empty && (self.is_last_filled || self.beside.iter().any(|cell| cell == here))
    }
}

/// What moved the cells of a row to the right.
enum Split {
    /// The cell here is one too many.
    Extra(usize),
    /// The cell here and the next were one.
    Halves(usize),
}

impl Split {
    /// The cells as they were before.
    fn mended(&self, cells: &Cells, delimiter: char) -> Cells {
        let mut parts: Vec<&str> = cells.iter().collect();
        let whole;
        match self {
            Self::Extra(at) => drop(parts.remove(*at)),
            Self::Halves(at) => {
                let rest = parts.remove(at + 1);
                whole = format!("{}{delimiter}{rest}", parts[*at]);
                parts[*at] = &whole;
            }
        }
        parts.into_iter().collect()
    }
}

/// The form of a key: its signs, and its letters where it has a number too. `E1001` and `E7` have one form, `p05` has another.
fn form(cell: &str) -> String {
    let has_number = cell.contains(char::is_numeric);
    let mut form = String::new();
    for c in cell.trim().chars().flat_map(char::to_lowercase) {
        let shown = match c {
            c if c.is_numeric() => '9',
            c if c.is_alphabetic() && !has_number => 'a',
            c => c,
        };
        if !matches!(shown, '9' | 'a') || !form.ends_with(shown) {
            form.push(shown);
        }
    }
    form
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
        (from > 0).then_some(Self { from, to, clear: 0, other: 0, beside: 0 })
    }

    fn look(&self, raw: &RawRow, nothing: &Nothing, usual: &Usual) -> Look {
        let cell = |at: usize| raw.cells.get(at).unwrap_or_default().trim();
        let (here, beside) = (cell(self.from), cell(self.to + 1));
        match (nothing.is(here), here.contains('@'), is_address(beside)) {
            (false, true, false) => Look::Clear,
            (false, true, true) | (true, _, true) => Look::Beside,
            (true, _, false) => Look::Empty,
            (false, false, true) => Look::Moved(Side::Right),
            (false, false, false) if is_address(cell(self.from - 1)) && usual.shows_deleted(raw, here) => {
                Look::Moved(Side::Left)
            }
            // The login of this very address.
            (false, false, false) if usual.is_left_free && is_of_address(here, cell(self.from - 1)) => {
                Look::Moved(Side::Exchanged)
            }
            (false, false, false) => Look::Other,
        }
    }
}

/// Whether a text is what stands before the @ of an address.
fn is_of_address(text: &str, address: &str) -> bool {
    is_address(address) && address.split('@').next().is_some_and(|name| name.eq_ignore_ascii_case(text))
}

/// Whether a cell is an e-mail address, or a name of the same form.
pub(super) fn is_address(cell: &str) -> bool {
    let cell = if ends_in_view(cell) { cell } else { cell.trim() };
    let (mut signs, mut has_space) = (0_usize, false);
    for byte in cell.bytes() {
        signs += usize::from(byte == b'@');
        has_space |= byte == b' ';
    }
    signs == 1 && !has_space && !cell.starts_with('@') && !cell.ends_with('@')
}
