//! What a file is when it is not CSV, from how it begins (rule 44). Each kind has its cure.
//!
//! Two sorts: bytes that no text begins with, and texts that a CSV file could begin with too, such as `{`. The second
//! sort is named only where the headings are not found.

use crate::error::FileKind;

/// How the files of each kind begin.
const BEGINNINGS: [(&[u8], FileKind); 23] = [
    (b"\xFF\xFE\0\0", FileKind::Utf32),
    (b"\0\0\xFE\xFF", FileKind::Utf32),
    (b"\x00\x05\x16\x07", FileKind::AppleDouble),
    (b"\x00\x05\x16\x00", FileKind::AppleDouble),
    (b"PK\x03\x04", FileKind::Zip),
    (b"PK\x05\x06", FileKind::Zip),
    (b"\x1F\x8B", FileKind::Gzip),
    (b"\xD0\xCF\x11\xE0", FileKind::OldWorkbook),
    // Excel 2 to 4: the record that begins a workbook.
    (b"\x09\x08\x10\0", FileKind::OldWorkbook),
    (b"%PDF-", FileKind::Pdf),
    (b"{\\rtf", FileKind::RichText),
    (b"7z\xBC\xAF\x27\x1C", FileKind::OtherArchive),
    (b"Rar!\x1A\x07", FileKind::OtherArchive),
    (b"BZh", FileKind::OtherArchive),
    (b"\xFD7zXZ\0", FileKind::OtherArchive),
    (b"\x28\xB5\x2F\xFD", FileKind::OtherArchive),
    (b"\x89PNG\r\n", FileKind::Picture),
    (b"\xFF\xD8\xFF", FileKind::Picture),
    (b"GIF8", FileKind::Picture),
    (b"SQLite format 3\0", FileKind::Database),
    (b"PAR1", FileKind::Database),
    (b"Obj\x01", FileKind::Database),
    (b"ORC\x03", FileKind::Database),
];

/// How texts of other kinds begin, in lower case.
const FIRST_WORDS: [(&str, FileKind); 9] = [
    ("version https://git-lfs.github.com/spec/", FileKind::Pointer),
    ("version https://hawser.github.com/spec/", FileKind::Pointer),
    ("/annex/objects/", FileKind::Pointer),
    ("[internetshortcut]", FileKind::Pointer),
    ("%yaml ", FileKind::Yaml),
    ("-----begin pgp message", FileKind::Encrypted),
    ("age-encryption.org/", FileKind::Encrypted),
    ("begin:vcard", FileKind::VCard),
    ("mime-version:", FileKind::Html),
];

/// What a server or a program says in the place of a file, in lower case. Asked for only where the headings are not there.
const ERRORS: [&str; 36] = [
    "access denied",
    "access to ",
    "an error ",
    "authentication ",
    "bad gateway",
    "bad request",
    "connection ",
    "curl: (",
    "error 4",
    "error 5",
    "error:",
    "exception in ",
    "fatal error",
    "forbidden",
    "gateway time",
    "http error",
    "http/1.",
    "http/2 ",
    "internal server error",
    "invalid session",
    "invalid token",
    "login required",
    "no healthy upstream",
    "not authorized",
    "permission denied",
    "please log in",
    "please sign in",
    "rate limit",
    "request timed out",
    "service unavailable",
    "session expired",
    "too many requests",
    "traceback (most recent call last)",
    "unauthorized",
    "upstream ",
    "your session ",
];

/// Numbers of errors of HTTP, before a word.
const HTTP_ERRORS: [&str; 8] = ["400 ", "401 ", "403 ", "404 ", "429 ", "500 ", "502 ", "503 "];

/// The headings of a table that is only an error, without signs between their words.
const ERROR_HEADINGS: [&str; 22] = [
    "error",
    "errors",
    "errorcode",
    "errormessage",
    "errordescription",
    "exception",
    "fault",
    "faultcode",
    "faultstring",
    "code",
    "message",
    "status",
    "statuscode",
    "detail",
    "details",
    "description",
    "timestamp",
    "path",
    "requestid",
    "correlationid",
    "trace",
    "reason",
];

/// Of these the ones that say error.
const ERROR_HEADINGS_SURE: usize = 9;

/// Tags of pages.
const TAGS: [&str; 24] = [
    "<html", "<head", "<body", "<table", "<script", "<div", "<meta", "<style", "<font", "<title", "<center",
    "<span", "<form", "<h1", "<link", "<tr>", "<tr ", "<td", "<th>", "<br", "<p>", "<b>", "<pre", "<img",
];

/// Where a tar archive says that it is one.
const TAR_MARK: (usize, &[u8]) = (257, b"ustar");

/// The kind of a file that begins with these bytes and is surely no text.
pub(super) fn of_bytes(head: &[u8]) -> Option<FileKind> {
    // What could be the beginning of a heading must go on with a byte that no text has.
    let is_text = |beginning: &[u8]| {
        beginning.iter().all(u8::is_ascii_graphic) && !head.iter().take(64).any(|byte| is_binary(*byte))
    };
    let found = BEGINNINGS.iter().find(|(beginning, kind)| {
        let is_sure = matches!(kind, FileKind::Pdf | FileKind::RichText) || !is_text(beginning);
        head.starts_with(beginning) && is_sure
    });
    match found {
        Some((_, FileKind::Zip)) => Some(of_names(|name| contains(head, name.as_bytes()))),
        Some((_, kind)) => Some(*kind),
        None => {
            head.get(TAR_MARK.0..).is_some_and(|rest| rest.starts_with(TAR_MARK.1)).then_some(FileKind::Tar)
        }
    }
}

/// The kind of a zip archive that has such names in it.
pub(super) fn of_names(has: impl Fn(&str) -> bool) -> FileKind {
    if has("mimetypeapplication/vnd.oasis") || has("META-INF/manifest.xml") {
        FileKind::OpenDocument
    } else if has("Index/Document.iwa")
        || has("Index/Tables/")
        || has("Index.zip")
        || has("buildVersionHistory.plist")
    {
        FileKind::Numbers
    } else if has("word/") || has("ppt/") {
        FileKind::OfficeDocument
    } else if has("[Content_Types].xml") || has("xl/") {
        FileKind::Workbook
    } else {
        FileKind::Zip
    }
}

/// The kind that a text seems to be. A CSV file may begin so too.
pub(super) fn of_text(beginning: &str) -> Option<FileKind> {
    let text = beginning.trim_start();
    let lower = text.to_ascii_lowercase();
    if let Some((_, kind)) = FIRST_WORDS.iter().find(|(words, _)| lower.starts_with(words)) {
        return Some(*kind);
    }
    if is_ldif(&lower) {
        return Some(FileKind::Ldif);
    }
    if let Some(kind) = of_plain_text(text, &lower) {
        return Some(kind);
    }
    if lower.starts_with('<') {
        let is_page = if lower.starts_with("<?xml") {
            lower.contains("<html")
        } else {
            lower.starts_with("<!doctype html") || TAGS.iter().any(|tag| lower.contains(tag))
        };
        Some(if is_page { FileKind::Html } else { FileKind::Xml })
    } else {
        let mut inner = text.chars().filter(|c| !c.is_whitespace());
        let is_json = match inner.next() {
            Some('{') => matches!(inner.next(), Some('"' | '}')),
            Some('[') => matches!(inner.next(), Some('{' | '[' | '"' | ']')),
            _ => false,
        };
        is_json.then_some(FileKind::Json)
    }
}

/// The kinds that are words: YAML, Base64, and the errors of servers.
fn of_plain_text(text: &str, lower: &str) -> Option<FileKind> {
    let mut lines = lower.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let (first, second) = (lines.next()?, lines.next().unwrap_or_default());
    let is_pair = |line: &str| {
        let (name, rest) = line.trim_start_matches(['-', ' ']).split_once(':').unwrap_or_default();
        let is_name =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        !name.is_empty() && is_name(name) && (rest.is_empty() || rest.starts_with(' '))
    };
    let is_item = |line: &str| line.starts_with("- ") && is_pair(line);
    if is_item(first) && (is_pair(second) || second.is_empty()) || first == "---" && is_pair(second) {
        return Some(FileKind::Yaml);
    }
    let is_of_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\r' | '\n');
    let has = |is: fn(&char) -> bool| text.chars().filter(is).count() > 2;
    if first.len() >= 40
        && text.chars().all(is_of_base64)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
    {
        return Some(FileKind::Base64);
    }
    let is_error = ERRORS.iter().any(|words| lower.starts_with(words))
        || HTTP_ERRORS.iter().any(|number| {
            lower.strip_prefix(number).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        });
    (is_error && !first.contains([',', ';', '\t', '|']) || is_table_of_error(first))
        .then_some(FileKind::ServerError)
}

/// Whether headings say nothing but an error: `error,message`.
pub(super) fn is_table_of_error(headings: &str) -> bool {
    let plain = |heading: &str| -> String { heading.chars().filter(|c| c.is_alphanumeric()).collect() };
    let headings: Vec<String> = headings.split([',', ';', '\t', '|']).map(plain).collect();
    let place = |heading: &String| ERROR_HEADINGS.iter().position(|known| known == heading);
    headings.len() > 1
        && headings.iter().all(|heading| place(heading).is_some())
        && headings.iter().any(|heading| place(heading).is_some_and(|at| at < ERROR_HEADINGS_SURE))
}

/// Whether a text begins as LDIF: comments, blank lines and a version, and then the name of an entry.
fn is_ldif(lower: &str) -> bool {
    let mut lines = lower.lines().map(str::trim_end);
    let is_before = |line: &&str| line.is_empty() || line.starts_with('#') || line.starts_with("version:");
    lines
        .find(|line| !is_before(line))
        .is_some_and(|line| line.starts_with("dn: ") || line.starts_with("dn:: "))
}

/// A control character that stands in no text, or a byte that begins none.
fn is_binary(byte: u8) -> bool {
    byte < 0x09 || (0x0E..0x20).contains(&byte)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::{FileKind, of_bytes, of_text};

    #[test]
    fn files_that_are_no_text_are_named() {
        let tar = [&[b'a'; 257][..], b"ustar\x0000"].concat();
        let cases: [(&[u8], Option<FileKind>); 25] = [
            (b"\xFF\xFEi\0d\0", None),
            (b"\xFF\xFE\0\0i\0\0\0", Some(FileKind::Utf32)),
            (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", Some(FileKind::AppleDouble)),
            (b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml", Some(FileKind::Workbook)),
            (b"PK\x03\x04\x14\0\0\0\0\0xl/workbook.xml", Some(FileKind::Workbook)),
            (b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument", Some(FileKind::OpenDocument)),
            (b"PK\x03\x04\x14\0[Content_Types].xml word/document.xml", Some(FileKind::OfficeDocument)),
            (b"PK\x03\x04\x14\0\0\0\0\0Index/Document.iwa", Some(FileKind::Numbers)),
            (b"PK\x03\x04\x14\0\0\0\0\0Index/staff.csv", Some(FileKind::Zip)),
            (b"PK\x03\x04\x14\0\0\0\0\0staff.csv", Some(FileKind::Zip)),
            (b"\x1F\x8B\x08\0", Some(FileKind::Gzip)),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", Some(FileKind::OldWorkbook)),
            (b"%PDF-1.7\n", Some(FileKind::Pdf)),
            (b"{\\rtf1\\ansi", Some(FileKind::RichText)),
            (b"BZh91AY\x01\x02", Some(FileKind::OtherArchive)),
            (b"\x89PNG\r\n\x1A\n", Some(FileKind::Picture)),
            (b"SQLite format 3\0", Some(FileKind::Database)),
            (&tar, Some(FileKind::Tar)),
            // Headings that begin alike.
            (b"BZhid,name\n", None),
            (b"PAR1,name\n", None),
            (b"GIF8,name\n", None),
            (b"PK,name\n", None),
            (b"%PD,name\n", None),
            (b"", None),
            (b"id,name\n", None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(of_bytes(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn texts_that_are_not_csv_are_named() {
        for (text, kind) in [
            ("<!DOCTYPE html>\n<html>", Some(FileKind::Html)),
            ("\r\n  <HTML>", Some(FileKind::Html)),
            ("<?xml version=\"1.0\"?><html xmlns=", Some(FileKind::Html)),
            ("<?xml version=\"1.0\"?><Workbook", Some(FileKind::Xml)),
            ("{\"error\": \"expired\"}", Some(FileKind::Json)),
            ("[\n  {\"id\": 1}", Some(FileKind::Json)),
            ("-----BEGIN PGP MESSAGE-----\nVersion: 2\n", Some(FileKind::Encrypted)),
            ("age-encryption.org/v1\n-> X25519", Some(FileKind::Encrypted)),
            ("dn: uid=ann,dc=x\nuid: ann\n", Some(FileKind::Ldif)),
            ("version: 1\ndn: uid=ann,dc=x\n", Some(FileKind::Ldif)),
            ("version: 1\r\n\r\ndn:: dWlkPcO8LGRjPXg=\r\n", Some(FileKind::Ldif)),
            ("# extended LDIF\n#\n# LDAPv3\n\n# ann, x\ndn: uid=ann,dc=x\n", Some(FileKind::Ldif)),
            ("#TYPE User\ndn,mail\n", None),
            ("BEGIN:VCARD\r\nVERSION:3.0\r\n", Some(FileKind::VCard)),
            ("MIME-Version: 1.0\nX-Document-Type: Workbook\n", Some(FileKind::Html)),
            ("<meta http-equiv=\"Content-Type\">\n<table>", Some(FileKind::Html)),
            ("<style>td{}</style><table><tr>", Some(FileKind::Html)),
            ("<font face=\"Arial\"><table>", Some(FileKind::Html)),
            ("<!-- made by SAP -->\n<html>", Some(FileKind::Html)),
            ("<!-- staff -->\n<Workbook>", Some(FileKind::Xml)),
            ("- id: 1\n  name: Ann\n", Some(FileKind::Yaml)),
            ("---\nusers: \n- id: 1\n", Some(FileKind::Yaml)),
            (
                "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
                Some(FileKind::Pointer),
            ),
            ("[InternetShortcut]\r\nURL=https://x.test\r\n", Some(FileKind::Pointer)),
            ("Access denied. Please sign in again.\n", Some(FileKind::ServerError)),
            ("401 Unauthorized\n", Some(FileKind::ServerError)),
            ("curl: (22) The requested URL returned error: 403\n", Some(FileKind::ServerError)),
            ("error,message\n401,Token expired\n", Some(FileKind::ServerError)),
            ("timestamp;status;error;path\n", Some(FileKind::ServerError)),
            ("\"error_code\",\"message\"\n", Some(FileKind::ServerError)),
            (
                "RW1wbG95ZWUgSUQsTmFtZSxFbWFpbCxTdGF0dXMKMSxBbm4gTGVlLGFubkB4LnRlc3Q=\n",
                Some(FileKind::Base64),
            ),
            ("code,status,message\n", None),
            ("error,name\n", None),
            ("Status,Message\n", None),
            ("Connection,mail\n", None),
            ("404 street,mail\n", None),
            ("- name,mail\n", None),
            ("---\nid,name\n", None),
            ("----------\n", None),
            ("EmployeeIdentificationNumberOfTheCompanyAsWritten\n1\n", None),
            ("<Vorname>;<Name>\n", Some(FileKind::Xml)),
            ("dn,uid", None),
            ("DN;mail", None),
            ("version,mail", None),
            ("-----,-----", None),
            ("{mail},{name}", None),
            ("[mail],[name]", None),
            ("id,name", None),
        ] {
            assert_eq!(of_text(text), kind, "{text}");
        }
    }
}
