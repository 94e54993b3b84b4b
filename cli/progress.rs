//! Progress on stderr: a bar where it is a terminal, nothing where it is not.

use indicatif::{ProgressBar, ProgressStyle};
use rollcall_sync::shell::Progress;

/// A bar that follows a run.
#[derive(Debug, Clone)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        // indicatif draws on stderr, and hides itself where that is not a terminal.
        Self(ProgressBar::new_spinner())
    }

    pub(crate) fn follow(&self, progress: &Progress) {
        match progress {
            Progress::Reading => self.0.set_message("reading the source"),
            Progress::Published { records } => self.0.set_message(format!("{records} records read")),
            Progress::Comparing { done, of } => {
                if *done == 1 {
                    self.0.set_style(compare_style());
                }
                self.0.set_length(*of);
                self.0.set_position(*done);
                self.0.set_message("comparing with the accounts");
            }
            Progress::Committing { done } => self.0.set_message(format!("{done} accounts written")),
        }
        self.0.tick();
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn compare_style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar())
}
