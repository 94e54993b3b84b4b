//! Opens the browser of this machine at the console, where a person has started `rollcall up` in a terminal of a desktop.
//!
//! Promises that nothing that lets in stands in a list of processes, where everybody on this machine reads it: the browser is
//! given the name of a file that its owner alone can read. The file leads to the console with a code that counts once, and for
//! a minute; then it is removed.

use super::gate::{Gate, INVITED};
use crate::private;
use anyhow::{Context as _, Result};
use std::env::var_os;
use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _, stdout};
use std::path::{Path, PathBuf};

/// Where somebody works on this machine from elsewhere: the browser here is not theirs.
const FROM_ELSEWHERE: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// Where a desktop is, on systems that may have none.
const DESKTOP: [&str; 2] = ["DISPLAY", "WAYLAND_DISPLAY"];

/// Whether there is a person at a desktop of this machine, who would be glad of a browser.
pub(super) fn is_there() -> bool {
    is_wanted(stdout().is_terminal(), |name| var_os(name))
}

fn is_wanted(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name: &&str| variable(name).is_some_and(|value| !value.is_empty());
    let has_desktop = cfg!(any(windows, target_os = "macos")) || DESKTOP.iter().any(&is_set);
    is_terminal && has_desktop && !is_set(&"CI") && !FROM_ELSEWHERE.iter().any(is_set)
}

/// Opens it. Whether there is one: the link that was printed does the same.
pub(super) fn open(data: &Path, gate: &Gate) -> bool {
    write(data, gate).and_then(|path| Ok(open::that_detached(path)?)).is_ok()
}

/// Removes the file when its code has run out.
pub(super) async fn forget(data: PathBuf) {
    tokio::time::sleep(INVITED).await;
    remove(&data);
}

/// Removes the file.
pub(super) fn remove(data: &Path) {
    drop(std::fs::remove_file(file(data)));
}

/// A page that leads on: a browser that is handed a file follows it as it would follow a link.
fn write(data: &Path, gate: &Gate) -> Result<PathBuf> {
    let path = std::path::absolute(file(data)).context("finding the data folder")?;
    let link = format!("{}/?once={}", gate.url(), gate.invite());
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Rollcall</title>\
         <meta http-equiv=\"refresh\" content=\"0;url={link}\"><p><a href=\"{link}\">Open the console</a></p></html>\n"
    );
    let writing = || format!("writing {}", path.display());
    private::create(&path).with_context(writing)?.write_all(page.as_bytes()).with_context(writing)?;
    Ok(path)
}

fn file(data: &Path) -> PathBuf {
    data.join("console.html")
}

#[cfg(test)]
mod tests {
    use super::is_wanted;
    use std::ffi::OsString;

    #[test]
    fn browser_is_opened_for_a_person_at_this_machine_only() {
        let at_desktop = ("DISPLAY", ":0");
        for (is_terminal, set, wanted) in [
            (true, vec![at_desktop], true),
            (true, vec![("WAYLAND_DISPLAY", "wayland-0")], true),
            (true, vec![at_desktop, ("CI", "")], true),
            (false, vec![at_desktop], false),
            (true, vec![at_desktop, ("CI", "true")], false),
            (true, vec![at_desktop, ("SSH_CONNECTION", "192.0.2.1 5000 192.0.2.2 22")], false),
            (true, vec![at_desktop, ("SSH_TTY", "/dev/pts/3")], false),
            // Elsewhere every terminal is on a desktop.
            (true, vec![], cfg!(any(windows, target_os = "macos"))),
            (true, vec![("DISPLAY", "")], cfg!(any(windows, target_os = "macos"))),
        ] {
            let variable = |name: &str| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
            };
            assert_eq!(is_wanted(is_terminal, variable), wanted, "{is_terminal} {set:?}");
        }
    }
}
