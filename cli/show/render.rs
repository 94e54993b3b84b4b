//! How things are shown to people and to programs. The one place that writes to stdout and stderr.
//!
//! Promises that nothing a directory, a file or a person has put into a name reaches the terminal as a command: what
//! is not to be seen is written as `\u{1b}`.

use crate::show::table::Blocks;
use anstyle::AnsiColor;
pub(crate) use rollcall_console::words::{number, several};
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _, stdout};
use std::sync::OnceLock;

/// So many rows of a table are laid out together; each takes some kilobytes meanwhile.
pub(crate) const ROWS_AT_ONCE: usize = 5_000;

/// What kept the output from being written, if something did.
static LOST: OnceLock<std::io::Error> = OnceLock::new();

/// Says a line, or several, to the person.
pub(crate) fn say(text: &str) {
    write_out(&visible(text, |c| c == '\n'));
}

/// What stands before a line that says what would become of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    /// They lose something.
    Minus,
    /// They get something.
    Plus,
    /// Something of theirs changes.
    Change,
}

/// Says a line with its sign, in a colour where the terminal shows colours and the person wants them.
pub(crate) fn say_signed(sign: Sign, text: &str) {
    let (sign, colour) = match sign {
        Sign::Plus => ('+', AnsiColor::Green),
        Sign::Minus => ('-', AnsiColor::Red),
        Sign::Change => ('~', AnsiColor::Yellow),
    };
    let style = colour.on_default();
    let text = visible(text, |_| false);
    note_loss(writeln!(anstream::stdout().lock(), "  {style}{sign} {text}{style:#}"));
}

/// Writes a value for programs.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    write_out(&pretty(value)?);
    Ok(())
}

/// A value as JSON of several lines. What JSON leaves as it is may still be a command to the terminal, and is escaped: it
/// stands only inside of strings.
pub(super) fn pretty(value: &impl serde::Serialize) -> anyhow::Result<String> {
    Ok(escaped_json(serde_json::to_string_pretty(value)?, |c| c == '\n'))
}

/// Writes a value for programs that read one a line.
pub(crate) fn json_line(value: &impl serde::Serialize) -> anyhow::Result<()> {
    write_out(&escaped_json(serde_json::to_string(value)?, |_| false));
    Ok(())
}

fn escaped_json(text: String, may_stay: impl Fn(char) -> bool) -> String {
    let is_escaped = |c: char| is_hidden(c) && !may_stay(c);
    if !text.contains(is_escaped) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_escaped(c) {
            // Writing to a text cannot fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Writes a file to standard output, as it is.
pub(crate) fn raw(bytes: &[u8]) {
    note_loss(std::io::stdout().lock().write_all(bytes));
}

/// What kept the output from being written, if something did.
pub(crate) fn lost() -> Option<&'static std::io::Error> {
    LOST.get()
}

/// Writes a line, or several. False where nobody reads any more.
pub(super) fn write_out(text: &str) -> bool {
    note_loss(writeln!(stdout().lock(), "{text}"))
}

/// Writes a text that goes on. False where nobody reads any more.
pub(super) fn write(text: &str) -> bool {
    note_loss(write!(stdout().lock(), "{text}"))
}

fn note_loss(written: std::io::Result<()>) -> bool {
    let is_written = written.is_ok();
    match written {
        Ok(()) => {}
        // A reader that closes the pipe does not want more.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => drop(LOST.set(error)),
    }
    is_written
}

/// Says what has failed.
pub(crate) fn complain(error: &anyhow::Error) {
    note(&format!("error: {}", with_causes(error)));
}

/// Says to a program why its command failed, and with which exit code it ends.
pub(crate) fn complain_in_json(error: &anyhow::Error, exit_code: u8) {
    note(&serde_json::json!({ "error": with_causes(error), "exit_code": exit_code }).to_string());
}

/// The error and its causes, but for those whose text it has already.
fn with_causes(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |text, cause| match text.as_str() {
        "" => cause,
        _ if text.contains(&cause) => text,
        _ => format!("{text}: {cause}"),
    })
}

/// Tells the person something beside the result.
pub(crate) fn note(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{}", visible(text, |c| c == '\n')));
}

/// A table without lines: easy to read, easy to cut. Where there are no rows, says so in these words.
pub(crate) fn table(headings: &[&'static str], rows: impl IntoIterator<Item = Vec<String>>, empty: &str) {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        note(empty);
        return;
    }
    let mut table = Blocks::begin(headings.to_vec());
    while rows.peek().is_some() && table.show(rows.by_ref().take(ROWS_AT_ONCE)).is_continue() {}
}

/// `50 of 50 seats used`.
pub(crate) fn seats(limit: Option<u64>, used: u64) -> String {
    match limit {
        Some(limit) => format!("{} of {} used", number(used), several(limit, "seat", "seats")),
        None => format!("{} used, no limit", several(used, "seat", "seats")),
    }
}

/// The text with everything escaped that a terminal would obey instead of show, but for what may stay.
pub(super) fn visible(text: &str, may_stay: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) && !may_stay(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Control characters, line separators, and what turns the direction of a line, so that it reads as something else.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{number, visible};

    #[test]
    fn thousands_are_set_apart() {
        for (count, shown) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (18_859, "18,859"), (1_234_567, "1,234,567")]
        {
            assert_eq!(number(count), shown);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_names_are_not() {
        let escaped = |text: &str| visible(text, |_| false);
        assert_eq!(escaped("\u{1b}[2J\u{9b}1m\u{7f}\n\u{202e}"), r"\u{1b}[2J\u{9b}1m\u{7f}\u{a}\u{202e}");
        assert_eq!(escaped("Łukasz Wójcik 山田 محمد 👩‍🔬"), "Łukasz Wójcik 山田 محمد 👩‍🔬");
        assert_eq!(visible("one\ntwo\r", |c| c == '\n'), "one\ntwo\\u{d}");
    }
}
