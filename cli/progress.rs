//! Progress on stderr: a bar where it is a terminal, nothing where it is not. It goes with the value.

use indicatif::{ProgressBar, ProgressStyle};
use rollcall_sync::shell::Progress;

/// A bar that follows a run.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        // indicatif draws on stderr, and hides itself where that is not a terminal.
        Self(ProgressBar::new_spinner())
    }

    /// What tells the bar how far a run is.
    pub(crate) fn follower(&self) -> impl Fn(Progress) + Send + Sync + 'static {
        let bar = self.0.clone();
        move |progress| follow(&bar, &progress)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn follow(bar: &ProgressBar, progress: &Progress) {
    match progress {
        Progress::Reading => bar.set_message("reading the source"),
        Progress::Listed { records } => bar.set_message(format!("{records} records read so far")),
        Progress::Published { records } => bar.set_message(format!("{records} records read")),
        Progress::Comparing { done, of } => {
            if *done == 1 {
                bar.set_style(compare_style());
            }
            bar.set_length(*of);
            bar.set_position(*done);
            bar.set_message("comparing with the accounts");
        }
        Progress::Committing { done } => bar.set_message(format!("{done} accounts written")),
    }
    bar.tick();
}

fn compare_style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar())
}
