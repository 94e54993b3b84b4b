//! A table without lines, shown block by block: its rows may be more than the memory holds.
//!
//! Below `render`. Promises that a column is nowhere narrower than in the blocks before, and that the headings stand once.

use crate::show::pager::Pager;
use crate::show::render::{visible, write_out};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::io::{IsTerminal as _, stdout};
use std::ops::ControlFlow;

/// A cell of a table on a terminal is broken after so many characters.
const CELL_CHARS_MAX: u16 = 60;

/// A table of which blocks are shown.
pub(crate) struct Blocks {
    headings: Vec<&'static str>,
    /// How wide each column has been so far, with what stands beside it; none before the first block.
    widths: Vec<u16>,
    is_for_person: bool,
    pager: Option<Pager>,
}

impl Blocks {
    /// A table with these headings.
    pub(crate) fn begin(headings: Vec<&'static str>) -> Self {
        Self { headings, widths: Vec::new(), is_for_person: stdout().is_terminal(), pager: Pager::open() }
    }

    /// Shows more rows. Whoever has ended the pager, or closed the pipe, wants no more.
    pub(crate) fn show(&mut self, rows: impl IntoIterator<Item = Vec<String>>) -> ControlFlow<()> {
        let text = self.lines(rows).join("\n");
        let is_wanted = match &mut self.pager {
            Some(pager) => pager.write(&format!("{text}\n")),
            None => write_out(&text),
        };
        if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn lines(&mut self, rows: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let is_first = self.widths.is_empty();
        if is_first {
            table.set_header(self.headings.clone());
        }
        for row in rows {
            table.add_row(row.iter().map(|cell| visible(cell, |_| false)));
        }
        self.widths.resize(table.column_count().max(self.widths.len()), 0);
        let wide = table.column_max_content_widths();
        for ((column, wide), before) in table.column_iter_mut().zip(wide).zip(&mut self.widths) {
            let lower = *before;
            *before = lower.max(wide.saturating_add(column.padding_width()));
            if self.is_for_person {
                // Where a person reads, one long cell does not make every line as long.
                *before = (*before).min(CELL_CHARS_MAX);
                let (lower, upper) = (Width::Fixed(lower), Width::Fixed(CELL_CHARS_MAX));
                column.set_constraint(ColumnConstraint::Boundaries { lower, upper });
            } else {
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(lower)));
            }
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Blocks;

    fn blocks(of: &[&[[&str; 2]]]) -> Vec<String> {
        let mut table =
            Blocks { headings: vec!["NAME", "STATE"], widths: Vec::new(), is_for_person: false, pager: None };
        of.iter()
            .flat_map(|rows| table.lines(rows.iter().map(|row| row.map(str::to_owned).to_vec())))
            .collect()
    }

    #[test]
    fn rows_in_one_block_or_several_are_the_same_lines() {
        let (long, short) = (["elisabeth", "active"], ["ann", "blocked"]);
        let whole = blocks(&[&[long, short, short]]);
        assert_eq!(
            whole,
            [" NAME       STATE", " elisabeth  active", " ann        blocked", " ann        blocked"]
        );
        assert_eq!(blocks(&[&[long, short], &[short]]), whole);
    }

    #[test]
    fn a_wider_row_of_a_later_block_widens_what_follows() {
        let (long, short) = (["elisabeth", "active"], ["ann", "blocked"]);
        assert_eq!(
            blocks(&[&[short], &[long], &[short]]),
            [" NAME  STATE", " ann   blocked", " elisabeth  active", " ann        blocked"]
        );
    }
}
