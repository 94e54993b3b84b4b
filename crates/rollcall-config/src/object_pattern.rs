//! `object` as a pattern: a `*` in the name of the file stands for any characters (rule 44).
//!
//! Other systems drop files whose names change each night (`inbox/staff_2026-11-29.csv`). The newest of them counts.

/// What files are called while they are being copied. A pattern never means them.
const UNFINISHED: [&str; 6] = [".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download"];

/// Whether an object is a pattern.
#[must_use]
pub fn is_pattern(object: &str) -> bool {
    object.contains('*')
}

/// The folder of an object, with its `/`; empty at the top.
#[must_use]
pub fn folder_of(object: &str) -> &str {
    object.rfind('/').map_or("", |end| &object[..=end])
}

/// Whether a source that reads this object, or pattern, reads the file with this key.
#[must_use]
pub fn is_read_by(object: &str, key: &str) -> bool {
    if !is_pattern(object) {
        return object == key;
    }
    let name = &key[folder_of(key).len()..];
    let is_finished =
        !name.starts_with('.') && !UNFINISHED.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    is_finished && folder_of(object) == folder_of(key) && can_meet(object, key)
}

/// Whether a file can have a name that both mean.
pub(crate) fn can_meet(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    // Whether what follows the two places can be one text; from the end of both to their beginnings.
    let mut below = vec![false; other.len() + 1];
    for at in (0..=one.len()).rev() {
        let mut row = vec![false; other.len() + 1];
        for place in (0..=other.len()).rev() {
            row[place] = match (one.get(at), other.get(place)) {
                (None, None) => true,
                (Some('*'), Some('*')) => below[place] || row[place + 1],
                (Some('*'), Some(_)) => below[place] || row[place + 1],
                (Some(_), Some('*')) => row[place + 1] || below[place],
                (Some('*'), None) => below[place],
                (None, Some('*')) => row[place + 1],
                (Some(a), Some(b)) => a == b && below[place + 1],
                (None, Some(_)) | (Some(_), None) => false,
            };
        }
        below = row;
    }
    below[0]
}

#[cfg(test)]
mod tests {
    use super::{can_meet, is_read_by};

    #[test]
    fn pattern_means_files_of_its_folder() {
        for (object, key, is_read) in [
            ("inbox/staff.csv", "inbox/staff.csv", true),
            ("inbox/staff.csv", "inbox/staff_1.csv", false),
            ("inbox/staff_*.csv", "inbox/staff_2026-11-29.csv", true),
            ("inbox/staff_*.csv", "inbox/staff_.csv", true),
            ("inbox/staff_*.csv", "inbox/staff.csv", false),
            ("inbox/staff_*.csv", "inbox/old/staff_1.csv", false),
            ("inbox/staff_*.csv", "inbox/staff_1.csv.part", false),
            ("inbox/*", "inbox/staff.csv.part", false),
            ("inbox/*", "inbox/.staff.csv", false),
            ("inbox/*", "inbox/x/staff.csv", false),
            ("inbox/*staff*.csv*", "inbox/my_staff_1.csv.gz", true),
            ("*.csv", "a.csv", true),
            ("*.csv", "inbox/a.csv", false),
        ] {
            assert_eq!(is_read_by(object, key), is_read, "{object} {key}");
        }
    }

    #[test]
    fn patterns_that_can_mean_one_file_meet() {
        for (one, other, meet) in [
            ("a*", "*b", true),
            ("a*c", "ab*", true),
            ("a*x", "a*y", false),
            ("staff_*", "people_*", false),
            ("a", "*", true),
            ("**", "", true),
            ("a", "b", false),
        ] {
            assert_eq!((can_meet(one, other), can_meet(other, one)), (meet, meet), "{one} {other}");
        }
    }
}
