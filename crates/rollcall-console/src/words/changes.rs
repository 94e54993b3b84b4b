//! Words for what changed: the names of fields that are Rollcall's own, their values, and what an undo gave back.
//!
//! Promises that the value of a field of the directory stays as it is, and that its name stays but for `_`, which is a space.

/// The hex digits of a SHA-256, which tells versions of a file apart, and how many of them are shown.
const DIGEST_CHARS: usize = 64;
const DIGEST_CHARS_SHOWN: usize = 12;

/// How an undo says which username an account has lost again.
const USERNAME_WAS: &str = "the username was ";

/// The name of what changed.
#[must_use]
pub fn field(name: &str) -> String {
    let word = match name {
        "admin" => "administrator",
        "match_key" => "match key",
        "immutable_id" => "immutable id",
        "username_folded" => "username as it is compared",
        "missing" => "missing in the directory",
        "starts" => "start date",
        "given_back" => "given back by an undo",
        "when_unblocked" => "once it is unblocked",
        "seat_from" => "seat of",
        "seat_to" => "seat now of",
        "set_by" => "set by",
        "previous_file" => "earlier file",
        "approves" => "approves run",
        "undoes" => "takes back run",
        // An object of the bucket keeps its name.
        path if path.contains('/') => path,
        other => return other.replace('_', " "),
    };
    word.to_owned()
}

/// A value of what changed.
#[must_use]
pub fn value(name: &str, text: &str) -> String {
    let is_digest = text.len() == DIGEST_CHARS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (name, text) {
        ("when_unblocked", word) => super::state(word).to_owned(),
        ("limit", seats) if let Ok(seats) = seats.parse::<u64>() => super::number(seats),
        // What stands for nothing, behind all others.
        ("priority", "65535") => String::from("none"),
        ("admin" | "missing" | "given_back", "true") => String::from("yes"),
        ("admin" | "missing" | "given_back", "false") => String::from("no"),
        (_, digest) if is_digest => {
            let shown = digest.get(..DIGEST_CHARS_SHOWN).unwrap_or(digest);
            format!("version {shown}")
        }
        (_, other) => other.to_owned(),
    }
}

/// What an undo made of an account, or would make of it.
#[must_use]
pub fn taken_back(what: &str, is_plan: bool) -> String {
    let word = |part: &str| match (part.strip_prefix("blocked: "), part.strip_prefix(USERNAME_WAS)) {
        (Some(reason), _) => format!("blocked: {}", lower(super::state(reason))),
        (None, Some(username)) if is_plan => format!("the username is {username} until then"),
        (None, Some(_) | None) => part.to_owned(),
    };
    what.split("; ").map(word).collect::<Vec<_>>().join("; ")
}

/// A word as it stands within a sentence.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::{field, taken_back, value};

    #[test]
    fn fields_of_ours_and_their_values_have_words_and_others_stay() {
        assert_eq!(field("given_back"), "given back by an undo");
        assert_eq!(field("title"), "title");
        assert_eq!(field("display_name"), "display name");
        assert_eq!(field("inbox/our_staff.csv"), "inbox/our_staff.csv");
        assert_eq!(value("given_back", "true"), "yes");
        assert_eq!(value("title", "true"), "true");
        assert_eq!((value("limit", "90000").as_str(), value("limit", "none").as_str()), ("90,000", "none"));
        assert_eq!(
            (value("priority", "3"), value("priority", "65535")),
            (String::from("3"), String::from("none"))
        );
        assert_eq!(value("when_unblocked", "no_seat"), "Waiting for a seat");
        let digest = "0123456789abcdef".repeat(4);
        assert_eq!(value("inbox/staff.csv", &digest), "version 0123456789ab");
    }

    #[test]
    fn an_undo_says_reasons_in_words_and_a_plan_in_its_own_tense() {
        let left = "blocked: left_scope; the username was new.person";
        assert_eq!(
            taken_back(left, true),
            "blocked: no longer in the directory's scope; the username is new.person until then"
        );
        assert_eq!(
            taken_back(left, false),
            "blocked: no longer in the directory's scope; the username was new.person"
        );
        assert_eq!(
            taken_back("waits for a seat at the old place", true),
            "waits for a seat at the old place"
        );
    }
}
