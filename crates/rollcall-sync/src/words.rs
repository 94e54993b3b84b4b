//! Counts in sentences for people: thousands apart, and the word that fits one or several.
//!
//! For the texts that this crate and the HTTP API make themselves; the console and the command line have their own.

/// `18,859`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 account`, `1,200 accounts`.
#[must_use]
pub fn several(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(count)) }
}

/// `the seat ledger says 5 active accounts, there is 1`.
#[must_use]
pub fn ledger_disagrees(what: &str, says: u64, counted: u64) -> String {
    let be = if counted == 1 { "is" } else { "are" };
    format!(
        "the seat ledger says {}, there {be} {}",
        several(says, what, &format!("{what}s")),
        grouped(counted)
    )
}
