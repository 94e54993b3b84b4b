//! How Rollcall compares usernames: two spellings are one username exactly when `fold` makes the same text of both.
//!
//! docs/folding-vectors.json holds this file to what Rollcall does. Refuses what it cannot fold.

use unicode_normalization::UnicodeNormalization as _;

/// The form in which a username is compared; empty where nothing of it counts. `None`: a distinguished name, which is
/// compared by its parts; ask `GET /accounts/by-username`.
pub fn fold(username: &str) -> Option<String> {
    let seen = username.chars().filter(|c| !is_ignored(*c) && (!c.is_control() || c.is_whitespace()));
    // Letter by letter: the lower case of a whole text would treat a sigma at its end in another way.
    let cased = seen.nfkc().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let text: String = cased.nfkc().collect();
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!folded.contains('=')).then_some(folded)
}

/// Unicode's `Default_Ignorable_Code_Point`, and what RFC 4518 maps to nothing.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{1806}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFC}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn every_vector_is_folded_as_it_says() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/folding-vectors.json");
        let vectors: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for vector in vectors.as_array().unwrap() {
            let folded = fold(vector["input"].as_str().unwrap());
            assert_eq!(folded.as_deref(), vector["folded"].as_str(), "{}", vector["why"]);
        }
    }

    #[test]
    fn a_distinguished_name_is_not_folded() {
        assert_eq!(fold("cn=ann,ou=staff"), None);
        assert_eq!(fold("cn\u{ff1d}ann"), None);
    }
}
