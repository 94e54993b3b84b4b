//! How the bytes of a CSV file become text (rule 44).
//!
//! A byte order mark in the file always wins over the setting. Promises that a value is an encoding that can be decoded,
//! and not one of the two that the web has only to refuse or to pass bytes on.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED};

/// Names that programs use and `encoding_rs` does not know.
const ALIASES: [(&str, &str); 11] = [
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("latin-1", "windows-1252"),
    ("latin-2", "iso-8859-2"),
    ("latin-9", "iso-8859-15"),
    ("mac-roman", "macintosh"),
    ("macroman", "macintosh"),
    ("utf-8-sig", "utf-8"),
    ("utf8-sig", "utf-8"),
];

/// An encoding by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvEncoding(&'static Encoding);

impl CsvEncoding {
    /// Without a setting: UTF-8, or UTF-16 with a byte order mark.
    pub const UTF_8: Self = Self(UTF_8);

    /// The encoding of this name, or of one of its other names (`latin2`, `cp1250`, `sjis`), in any case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let label =
            ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, label)| label);
        let encoding = Encoding::for_label(label.as_bytes())?;
        (encoding != REPLACEMENT && encoding != X_USER_DEFINED).then_some(Self(encoding))
    }

    /// What decodes it.
    #[must_use]
    pub fn encoding(self) -> &'static Encoding {
        self.0
    }

    /// Whether it has every character there is: UTF-8 and UTF-16.
    #[must_use]
    pub fn is_unicode(self) -> bool {
        [UTF_8, UTF_16LE, UTF_16BE].contains(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::CsvEncoding;

    #[test]
    fn encodings_have_their_usual_names() {
        for (written, name) in [
            ("utf-8", "UTF-8"),
            ("UTF8", "UTF-8"),
            ("windows-1250", "windows-1250"),
            ("cp1250", "windows-1250"),
            ("Windows-1252", "windows-1252"),
            ("latin1", "windows-1252"),
            ("iso-8859-2", "ISO-8859-2"),
            ("iso-8859-15", "ISO-8859-15"),
            ("shift_jis", "Shift_JIS"),
            ("cp932", "Shift_JIS"),
            ("gbk", "GBK"),
            ("gb18030", "gb18030"),
            ("big5", "Big5"),
            ("euc-kr", "EUC-KR"),
            ("koi8-r", "KOI8-R"),
            ("macintosh", "macintosh"),
            ("utf-16le", "UTF-16LE"),
        ] {
            assert_eq!(
                CsvEncoding::parse(written).map(|found| found.encoding().name()),
                Some(name),
                "{written}"
            );
        }
        for written in ["", "utf-7", "cp850", "iso-2022-kr", "x-user-defined", "windows-1299"] {
            assert_eq!(CsvEncoding::parse(written), None, "{written}");
        }
    }
}
