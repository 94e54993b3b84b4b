//! How the words of headings are compared. `says` knows what they say, and `states` what the words below them do.
//!
//! A guess for proposals and messages only; nothing is read by it in a run.

/// A dot above the letter before it.
const DOT_ABOVE: char = '\u{307}';

/// A heading as it is compared with known ones: lower case, words of letters and digits, one space between them.
pub(crate) fn plain(heading: &str) -> String {
    // The dot of a Turkish capital I stays when it is made small.
    let chars = heading.chars().filter(|c| *c != DOT_ABOVE);
    let spaced: String = chars.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.to_lowercase().replace(DOT_ABOVE, "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A heading without what stands in brackets at its end: `Email Address [Required]`.
pub(crate) fn unbracketed(heading: &str) -> &str {
    heading.split_once('[').map_or(heading, |(before, _)| before).trim()
}
