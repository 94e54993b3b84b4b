//! A long list on a terminal goes through the person's pager, as `git` does it: `ROLLCALL_PAGER`, else `PAGER`, else `less`.
//!
//! Promises that nothing changes where standard output is no terminal, and that a list is shown also where there is no
//! pager.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Child, Command, Stdio};

/// Its value is a command with its arguments; empty, or `cat`, is no pager.
const OURS: &str = "ROLLCALL_PAGER";

/// End at once where everything fits the screen, show escapes as they are, do not wrap, leave the text on the screen.
const LESS: &str = "FRSX";

/// A pager at work.
pub(super) struct Pager(Child);

impl Pager {
    /// Starts the pager, where standard output is a terminal, and there is one.
    pub(super) fn open() -> Option<Self> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let named = [OURS, "PAGER"].into_iter().find_map(|name| std::env::var(name).ok());
        command(named.as_deref())?.stdin(Stdio::piped()).spawn().ok().map(Self)
    }

    /// Gives it more to show. False where it was ended: nobody wants more.
    pub(super) fn write(&mut self, text: &str) -> bool {
        self.0.stdin.as_mut().is_some_and(|to| to.write_all(text.as_bytes()).is_ok())
    }
}

impl Drop for Pager {
    /// Waits until the person has seen it.
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}

/// The command that a person has named as their pager.
fn command(named: Option<&str>) -> Option<Command> {
    let mut words = named.unwrap_or("less").split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut command = Command::new(program);
    command.args(words);
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", LESS);
    }
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn a_pager_is_a_command_with_arguments_and_cat_is_none() {
        let shown =
            |named| command(named).map(|command| format!("{command:?}").replace("LESS=\"FRSX\" ", ""));
        assert_eq!(shown(None).as_deref(), Some("\"less\""));
        assert_eq!(shown(Some("more -d")).as_deref(), Some("\"more\" \"-d\""));
        assert_eq!(shown(Some("cat")), None);
        assert_eq!(shown(Some("")), None);
    }
}
