//! A mistake in the configuration, and the list of mistakes while it is read.
//!
//! Below every reader of this crate. Promises that a mistake is one line of text, and has its line of the file
//! if there is one.

/// One mistake in a `rollcall.toml`: where, what, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", line.map_or_else(String::new, |line| format!("line {line}: ")))]
pub struct Mistake {
    /// Its line, counted from 1; `None` if something is missing in the file.
    pub line: Option<u64>,
    /// What is wrong, and what to do.
    pub what: String,
}

/// The mistakes found so far in one text.
#[derive(Debug)]
pub(crate) struct Mistakes {
    /// Offsets at which the lines begin, from the second on; the empty ones at the end are left out.
    line_starts: Vec<usize>,
    found: Vec<Mistake>,
}

impl Mistakes {
    pub(crate) fn new(text: &str) -> Self {
        let line_starts = text.trim_end().match_indices('\n').map(|(at, _)| at + 1).collect();
        Self { line_starts, found: Vec::new() }
    }

    /// Adds a mistake at an offset of the text.
    pub(crate) fn add(&mut self, at: usize, what: impl Into<String>) {
        let line = Some(self.line(at));
        // Text that is quoted from the file may contain anything.
        let what = what.into().replace(char::is_control, "\u{FFFD}");
        self.found.push(Mistake { line, what });
    }

    /// Adds a mistake of a setting that was read before, at its line.
    pub(crate) fn add_at_line(&mut self, line: Option<u64>, what: impl Into<String>) {
        let what = what.into().replace(char::is_control, "\u{FFFD}");
        self.found.push(Mistake { line, what });
    }

    /// Adds something that is missing in the file as a whole.
    pub(crate) fn add_missing(&mut self, what: impl Into<String>) {
        self.found.push(Mistake { line: None, what: what.into() });
    }

    /// The line of an offset, from 1. The end of the file counts as the last line that is not empty.
    pub(crate) fn line(&self, at: usize) -> u64 {
        let before = self.line_starts.partition_point(|start| *start <= at);
        u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All mistakes in the order of their lines; missing things are last.
    pub(crate) fn into_sorted(mut self) -> Vec<Mistake> {
        self.found.sort_by_key(|mistake| mistake.line.unwrap_or(u64::MAX));
        self.found
    }
}
