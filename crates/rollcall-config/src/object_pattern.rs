//! `object` as a pattern: a `*` in the name of the file stands for any characters (rule 44).
//!
//! Other systems drop files whose names change each night (`inbox/staff_2026-11-29.csv`). The newest of them counts.

use regex_lite::Regex;
use std::sync::LazyLock;

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

/// What other programs write where a part of a name changes: `?`, `[0-9]`, `{a,b}`, `{date}`, `%Y`, `YYYYMMDD`,
/// `<date>`, `[date]`, `_DATE`, `2026-xx-xx`, `_#`.
const SIGNS_OF_OTHERS: &str = concat!(
    r"(?i)\?+|\[[!^]?[^\]]-[^\]]*\]|\[[!^][^\]]+\]|<[^<>]*>|\$\([^()]*\)|\$\{[^{}]*\}|\{[^{}]*,[^{}]*\}",
    r"|\{+ *[a-z_:%.-]+ *\}+|%-?[a-z](?:[-_.]?%-?[a-z])*",
    r"|\[[a-z _-]*(?:date|time|today|datum|fecha|data)[a-z _-]*\]|[_.-](?-i:DATE|DATETIME|TIMESTAMP|TODAY|DATUM|FECHA)\.",
    r"|(?:\d{2,4}|x{2,4})[-_.]xx(?:[-_.]xx)?|\d{4}xxxx|##+|[_-]#\.",
    r"|(?:yyyy|jjjj|aaaa)[-_.]?mm(?:[-_.]?(?:dd|tt|jj))?|(?:dd|tt|jj)[-_.]?mm[-_.]?(?:yyyy|jjjj|aaaa)",
);

static SIGNS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SIGNS_OF_OTHERS).ok());
static STARS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\*+").ok());

/// The pattern that was surely meant, where a name has another program's sign for a part that changes.
pub(crate) fn meant_by_foreign_signs(object: &str) -> Option<String> {
    let (folder, name) = object.split_at(folder_of(object).len());
    // Nearly every name is plain, and every run reads the configuration several times.
    let has_word = |word: &&str| name.contains(word);
    if !name.contains(['?', '[', '{', '%', '<', '$', '#'])
        && !name.to_ascii_lowercase().contains("mm")
        && !["xx", "XX", "DATE", "TIMESTAMP", "TODAY", "DATUM", "FECHA"].iter().any(has_word)
    {
        return None;
    }
    let (signs, stars) = (SIGNS.as_ref()?, STARS.as_ref()?);
    let meant = signs.replace_all(name, |sign: &regex_lite::Captures<'_>| {
        // What stands around a word is no part of it.
        let sign = &sign[0];
        let before = if sign.starts_with(['_', '.', '-']) { &sign[..1] } else { "" };
        format!("{before}*{}", if sign.ends_with('.') { "." } else { "" })
    });
    (meant != name).then(|| format!("{folder}{}", stars.replace_all(&meant, "*")))
}

/// Whether a file can have a name that both mean.
pub(crate) fn can_meet(one: &str, other: &str) -> bool {
    if !is_pattern(one) && !is_pattern(other) {
        return one == other;
    }
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
    use super::{can_meet, is_read_by, meant_by_foreign_signs};

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

    #[test]
    fn signs_of_other_programs_are_known() {
        for (object, meant) in [
            ("inbox/staff_????.csv", "inbox/staff_*.csv"),
            ("inbox/staff_[0-9]*.csv", "inbox/staff_*.csv"),
            ("inbox/staff_[0-9][0-9].csv", "inbox/staff_*.csv"),
            ("staff_[!a].csv", "staff_*.csv"),
            ("inbox/{staff,people}.csv", "inbox/*.csv"),
            ("inbox/staff_{date}.csv", "inbox/staff_*.csv"),
            ("inbox/staff_{{ ds }}.csv", "inbox/staff_*.csv"),
            ("inbox/staff_${TODAY}.csv", "inbox/staff_*.csv"),
            ("inbox/staff_$(date).csv", "inbox/staff_*.csv"),
            ("inbox/staff_<date>.csv", "inbox/staff_*.csv"),
            ("inbox/staff_%Y-%m-%d.csv", "inbox/staff_*.csv"),
            ("inbox/staff_%Y%m%d.csv", "inbox/staff_*.csv"),
            ("inbox/staff_YYYYMMDD.csv", "inbox/staff_*.csv"),
            ("inbox/staff_yyyy-MM-dd.csv", "inbox/staff_*.csv"),
            ("inbox/Personal_TT.MM.JJJJ.csv", "inbox/Personal_*.csv"),
            ("inbox/staff_[date].csv", "inbox/staff_*.csv"),
            ("inbox/staff_[Export Date].csv", "inbox/staff_*.csv"),
            ("inbox/staff_DATE.csv", "inbox/staff_*.csv"),
            ("inbox/staff-TIMESTAMP.csv", "inbox/staff-*.csv"),
            ("inbox/staff_2026-xx-xx.csv", "inbox/staff_*.csv"),
            ("inbox/staff_2026xxxx.csv", "inbox/staff_*.csv"),
            ("inbox/staff_#.csv", "inbox/staff_*.csv"),
            ("inbox/staff_####.csv", "inbox/staff_*.csv"),
        ] {
            assert_eq!(meant_by_foreign_signs(object).as_deref(), Some(meant), "{object}");
        }
        for right in [
            "inbox/staff.csv",
            "inbox/staff_*.csv",
            "inbox/staff (1).csv",
            "inbox/staff[1].csv",
            "inbox/50% staff.csv",
            "inbox/{3F2504E0-4F89-41D3-9A0C-0305E82C3301}.csv",
            "inbox/caddy_mm.csv",
            "inbox/staff (a, b).csv",
            "inbox/UPDATE.csv",
            "inbox/staff_update.csv",
            "inbox/date.csv",
            "inbox/exxon.csv",
            "inbox/staff #1.csv",
        ] {
            assert_eq!(meant_by_foreign_signs(right), None, "{right}");
        }
    }
}
