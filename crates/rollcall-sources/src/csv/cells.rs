//! The cells of one row, in one text: a row of any width takes two pieces of memory and not one for each cell.
//!
//! Below the scanner and the plain lines, which fill it.

use super::signs::Signs;

/// Cells in the order of the row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cells {
    text: String,
    /// Where each cell ends in the text, and what it has.
    ends: Vec<(usize, Signs)>,
    /// What all of them have together.
    signs: Signs,
}

impl Cells {
    /// Room for so many bytes, and for a few cells.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(16), signs: Signs::default() }
    }

    /// Adds a cell.
    pub(super) fn push(&mut self, cell: &str) {
        let signs = Signs::of(cell);
        self.text.push_str(cell);
        self.ends.push((self.text.len(), signs));
        self.signs = self.signs.and(signs);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell at this position, from 0; none behind the last one.
    pub(super) fn get(&self, position: usize) -> Option<&str> {
        let (end, _) = *self.ends.get(position)?;
        let begin = position.checked_sub(1).map_or(0, |before| self.ends[before].0);
        Some(&self.text[begin..end])
    }

    /// What the cell at this position has; nothing behind the last one.
    pub(super) fn signs(&self, position: usize) -> Signs {
        self.ends.get(position).map_or(Signs::default(), |(_, signs)| *signs)
    }

    /// Whether a cell is one too many where nothing may be left out: it is empty, or the same as the next.
    pub(super) fn is_extra(&self, at: usize) -> bool {
        let cell = |at: usize| self.get(at).map(str::trim);
        cell(at).is_some_and(str::is_empty) || cell(at).is_some() && cell(at) == cell(at + 1)
    }

    /// Whether all cells are letters and signs of ASCII that are seen, and spaces.
    pub(super) fn are_plain(&self) -> bool {
        self.signs.are_plain()
    }

    /// Whether no cell has one of these signs.
    pub(super) fn are_free_of(&self, signs: Signs) -> bool {
        !self.signs.has(signs)
    }

    /// Every cell.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.ends.iter().scan(0, |begin, (end, _)| Some(&self.text[std::mem::replace(begin, *end)..*end]))
    }
}

impl<'t> FromIterator<&'t str> for Cells {
    fn from_iter<I: IntoIterator<Item = &'t str>>(cells: I) -> Self {
        let mut all = Self::default();
        cells.into_iter().for_each(|cell| all.push(cell));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_come_out_as_they_went_in(cells in prop::collection::vec("[aé]{0,3}", 0..6)) {
            let held: Cells = cells.iter().map(String::as_str).collect();
            prop_assert_eq!(held.len(), cells.len());
            prop_assert!(held.iter().eq(cells.iter().map(String::as_str)));
            for at in 0..8 {
                prop_assert_eq!(held.get(at), cells.get(at).map(String::as_str));
            }
        }
    }
}
