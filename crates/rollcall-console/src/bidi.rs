//! Text from outside in a page: a name may hold marks that turn the direction of what follows it.
//!
//! Below the templates. Promises that such marks end with the text that has them: in a page it stands in a `<bdi>`, and
//! nothing in the text can close that; where there can be no element (a window's title) the marks are left out.

use askama::filters::{Escaper as _, Html, Safe};
use std::fmt::Display;

/// The text in a `<bdi>`, escaped.
///
/// Browsers keep what is in a `<bdi>` apart as if there were an isolate around it, so a stray end of an isolate in the
/// text would end that one: it is left out, and an isolate that the text leaves open is closed.
pub(crate) fn bdi(text: impl Display) -> Safe<String> {
    let text = closed(text);
    let mut out = String::from("<bdi>");
    // Writing to a `String` never fails.
    Html.write_escaped_str(&mut out, &text).unwrap_or_default();
    out.push_str("</bdi>");
    Safe(out)
}

/// The text without marks of direction.
pub(crate) fn plain(text: impl Display) -> String {
    text.to_string().chars().filter(|c| !is_mark(*c)).collect()
}

/// The text with as many ends of isolates as beginnings, each behind its beginning: for a `<bdi>` that has words of
/// ours too.
pub(crate) fn closed(text: impl Display) -> String {
    let mut open = 0_usize;
    let mut out = String::new();
    for c in text.to_string().chars() {
        match c {
            '\u{2066}'..='\u{2068}' => open += 1,
            '\u{2069}' if open == 0 => continue,
            '\u{2069}' => open -= 1,
            _ => {}
        }
        out.push(c);
    }
    out.extend(std::iter::repeat_n('\u{2069}', open));
    out
}

/// Unicode's explicit marks of direction.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
