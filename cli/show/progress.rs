//! Progress on stderr: a bar where it is a terminal, nothing where it is not. It goes with the value. A long wait is a line
//! of its own, terminal or not: otherwise a program that waits looks like one that hangs.

use crate::show::render;
use indicatif::{ProgressBar, ProgressStyle};
use rollcall_sync::shell::{Progress, Wait};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A bar that follows a run.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        // indicatif draws on stderr, and hides itself where that is not a terminal.
        Self(ProgressBar::new_spinner())
    }

    /// Says how far something is.
    pub(crate) fn tell(&self, how_far: String) {
        self.0.set_message(how_far);
        self.0.tick();
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

/// Tells of long waits, and of nothing else.
pub(crate) fn tell_waits(progress: Progress) {
    if let Progress::Waiting(wait) = progress {
        render::note(&in_words(&wait, SystemTime::now()));
    }
}

/// Who makes us wait, for how long, and until when.
fn in_words(wait: &Wait, now: SystemTime) -> String {
    let Wait { server, seconds, is_asked_for } = wait;
    let until = now.duration_since(UNIX_EPOCH).unwrap_or_default() + Duration::from_secs(*seconds);
    let second = until.as_secs() % (24 * 60 * 60);
    let until = format!("{:02}:{:02}:{:02} UTC", second / 3600, second / 60 % 60, second % 60);
    match is_asked_for {
        true => format!("{server} asks to wait {seconds} s; reading goes on at {until}"),
        false => {
            format!("{server} does not answer as it should; it is asked again in {seconds} s, at {until}")
        }
    }
}

fn follow(bar: &ProgressBar, progress: &Progress) {
    match progress {
        Progress::Reading => bar.set_message("reading the source"),
        Progress::Listed { records } => {
            let pace = pace(*records, bar.elapsed());
            bar.set_message(format!("{} read so far{pace}", render::several(*records, "record", "records")));
        }
        Progress::Waiting(wait) => bar.suspend(|| render::note(&in_words(wait, SystemTime::now()))),
        Progress::Published { records } => {
            bar.set_message(format!("{} read", render::several(*records, "record", "records")));
        }
        Progress::Comparing { done, of } => {
            if *done == 1 {
                bar.set_style(compare_style());
            }
            bar.set_length(*of);
            bar.set_position(*done);
            bar.set_message("comparing with the accounts");
        }
        Progress::Committing { written, done, of } => {
            if *done < bar.position() || bar.length() != Some(*of) {
                // The time that is left is that of this part.
                bar.reset();
                bar.set_style(commit_style());
                bar.set_length(*of);
            }
            bar.set_position(*done);
            let pace = pace(*written, bar.elapsed());
            bar.set_message(format!("{} written{pace}", render::several(*written, "account", "accounts")));
        }
    }
    bar.tick();
}

/// How many that is in a second, where it has gone on for long enough to say so.
fn pace(done: u64, elapsed: Duration) -> String {
    match done.checked_div(elapsed.as_secs()) {
        Some(rate) if rate > 0 => format!(", {} a second", render::number(rate)),
        _ => String::new(),
    }
}

fn commit_style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {percent} % {msg}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn compare_style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::{Wait, in_words, pace};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn a_pace_is_said_once_there_is_one() {
        assert_eq!(pace(5000, Duration::from_millis(900)), "");
        assert_eq!(pace(5000, Duration::from_secs(2)), ", 2,500 a second");
        assert_eq!(pace(1, Duration::from_secs(9)), "");
    }

    #[test]
    fn a_wait_is_said_with_its_length_and_its_end() {
        let now = UNIX_EPOCH + Duration::from_secs(86_400 * 20_000 + 23 * 3600 + 59 * 60 + 30);
        let wait = Wait { server: String::from("graph.microsoft.com"), seconds: 300, is_asked_for: true };
        assert_eq!(
            in_words(&wait, now),
            "graph.microsoft.com asks to wait 300 s; reading goes on at 00:04:30 UTC"
        );
        let wait = Wait { is_asked_for: false, seconds: 20, ..wait };
        assert!(in_words(&wait, now).ends_with("it is asked again in 20 s, at 23:59:50 UTC"));
    }
}
