//! A list of any length, shown as it is read: a table for people, an array for programs.
//!
//! Above `table`. Promises to keep no more of the list than the block that it is given.

use crate::show::render::{self, pretty, write_out};
use crate::show::table::Blocks;
use serde_json::Value;
use std::ops::ControlFlow;

/// What ends an array, after its last part.
const END: &str = "\n]";

/// A list of which blocks are shown.
pub(crate) struct Listed {
    as_json: bool,
    table: Option<Blocks>,
    count: usize,
}

impl Listed {
    /// For programs, or for people.
    pub(crate) fn begin(as_json: bool) -> Self {
        Self { as_json, table: None, count: 0 }
    }

    /// Shows more of it; the headings are those of the first block. Who has closed the pipe wants no more.
    ///
    /// # Errors
    /// When an item cannot be written as JSON.
    pub(crate) fn show(
        &mut self,
        items: &[Value],
        headings: Vec<&'static str>,
        row: impl Fn(&Value) -> Vec<String>,
    ) -> anyhow::Result<ControlFlow<()>> {
        if items.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let is_first = self.count == 0;
        self.count += items.len();
        if !self.as_json {
            return Ok(self.table.get_or_insert_with(|| Blocks::begin(headings)).show(items.iter().map(row)));
        }
        let is_wanted = render::write(&part(items, is_first)?);
        Ok(if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    }

    /// How many have been shown.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Ends it; says to people in these words that there was nothing.
    pub(crate) fn end(self, empty: &str) {
        match (self.as_json, self.count) {
            (true, 0) => drop(write_out("[]")),
            (true, _) => drop(write_out(END)),
            (false, 0) => render::note(empty),
            (false, _) => {}
        }
    }
}

/// A part of an array, with what stands before it.
fn part(items: &[Value], is_first: bool) -> anyhow::Result<String> {
    let whole = pretty(&items)?;
    let within = whole.strip_prefix('[').and_then(|text| text.strip_suffix(END)).unwrap_or_default();
    Ok(format!("{}{within}", if is_first { "[" } else { "," }))
}

#[cfg(test)]
mod tests {
    use super::{END, part, pretty};
    use serde_json::{Value, json};

    #[test]
    fn an_array_in_parts_is_written_as_the_whole_one() {
        let items: Vec<Value> = (0..7).map(|number| json!({"number": number, "in": ["[", "]"]})).collect();
        for blocks in [&[7][..], &[3, 4], &[1, 5, 1]] {
            let (mut left, mut text) = (&items[..], String::new());
            for block in blocks {
                let (these, others) = left.split_at(*block);
                text += &part(these, text.is_empty()).unwrap();
                left = others;
            }
            assert_eq!(text + END, pretty(&items).unwrap(), "{blocks:?}");
        }
    }
}
