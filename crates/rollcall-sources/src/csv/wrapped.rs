//! What programs put around a key or a username, or write in its place: `“1001”`, `mailto:ann@x.test`, `['ann']`,
//! `ann%40x.test`, `m?ller` (rule 43).
//!
//! Beside `damage`, which knows what spreadsheets do. Strict: it names only what is nobody's key or login. No reason quotes a
//! cell.

/// What was done to a value, and what it was where that is certain.
pub(super) struct Wrapped {
    pub(super) why: &'static str,
    pub(super) was: Option<String>,
}

/// Letters, digits and the signs of usernames and addresses.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b'_');
        byte += 1;
    }
    plain
};

/// Whether a text, as nearly every key is, has nothing but letters, digits and the signs of usernames and addresses: then
/// nothing stands around it, and no letter of it was lost or written in another way.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| PLAIN[usize::from(byte)])
}

/// Pairs of quotes that word processors write.
const QUOTES: [(char, char); 8] =
    [('“', '”'), ('„', '“'), ('„', '”'), ('”', '”'), ('«', '»'), ('»', '«'), ('‘', '’'), ('‚', '‘')];

/// What stands around a value that a program wrote as its own text.
const LITERALS: [(&str, &str); 9] = [
    ("b'", "'"),
    ("b\"", "\""),
    ("u'", "'"),
    ("['", "']"),
    ("[\"", "\"]"),
    ("('", "',)"),
    ("{'", "'}"),
    ("Optional(\"", "\")"),
    ("Some(\"", "\")"),
];

/// What was done to a key, an id or a username; `None` if nothing is known to be wrong. The text is trimmed.
pub(super) fn of(text: &str) -> Option<Wrapped> {
    if is_plain(text) {
        return None;
    }
    let certain = |why, was: &str| Wrapped { why, was: Some(was.trim().to_owned()) };
    if let Some(inner) = QUOTES.iter().find_map(|(open, close)| between(text, *open, *close)) {
        return Some(certain("is in quotes of a word processor; CSV has straight ones", inner));
    }
    let literal = |(open, close): &(&str, &str)| text.strip_prefix(open)?.strip_suffix(close);
    if let Some(inner) =
        LITERALS.iter().find_map(literal).filter(|inner| !inner.is_empty() && !inner.contains(['\'', '"']))
    {
        return Some(certain("is written as a program writes a value for itself, such as ['ann']", inner));
    }
    if let Some(address) = linked(text) {
        return Some(certain("is a link, and not only an address", address));
    }
    if let Some(was) = without_line_end(text) {
        return Some(certain("ends with the letters of a line end, \\n or \\r", was));
    }
    if text.matches('@').count() > 1 && text.contains([';', ',', ' ', '|']) && !text.contains('=') {
        return Some(Wrapped { why: "holds more than one address", was: None });
    }
    if let Some(was) = decoded(text) {
        let why = "has letters that are written as numbers, such as %40 or \\u00fc";
        return Some(Wrapped { why, was: Some(was) });
    }
    has_lost_letter(text)
        .then_some(Wrapped { why: "holds a '?' in the place of a letter that was lost", was: None })
}

/// `ann\n`, in letters, as a program writes a line end. `CORP\n` is a login of Windows: the name of its domain has capitals.
fn without_line_end(text: &str) -> Option<&str> {
    if !text.ends_with(['n', 'r']) {
        return None;
    }
    let mut was = text;
    while let Some(rest) = was.strip_suffix("\\n").or_else(|| was.strip_suffix("\\r")) {
        was = rest;
    }
    let is_twice = was.len() + 2 < text.len();
    let is_login =
        !was.bytes().any(|byte| byte.is_ascii_lowercase() || matches!(byte, b'@' | b'.')) && !is_twice;
    (was.len() < text.len() && !was.is_empty() && !is_login && !was.contains('\\')).then_some(was)
}

fn between(text: &str, open: char, close: char) -> Option<&str> {
    let inner = text.strip_prefix(open)?.strip_suffix(close)?;
    (!inner.is_empty() && !inner.contains([open, close])).then_some(inner)
}

/// The address or text in `mailto:ann@x.test`, `Ann Lee <ann@x.test>`, `[ann@x.test](mailto:ann@x.test)`, `<b>ann</b>`.
fn linked(text: &str) -> Option<&str> {
    let head = text.get(..7).filter(|head| head.eq_ignore_ascii_case("mailto:"));
    if let Some(head) = head {
        return text.get(head.len()..);
    }
    if let Some((label, _)) =
        text.strip_prefix('[').filter(|_| text.ends_with(')')).and_then(|rest| rest.split_once("]("))
    {
        return Some(label);
    }
    let (before, rest) = text.strip_suffix('>')?.rsplit_once('<')?;
    if let Some(tag) = rest.strip_prefix('/') {
        // The text between the tags: `<b>ann` and `/b`.
        let is_tag = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return before.rsplit_once('>').map(|(_, inner)| inner).filter(|_| is_tag && before.starts_with('<'));
    }
    rest.contains('@').then_some(rest)
}

/// The text of `ann%40x.test`, `m%C3%BCller`, `m=C3=BCller` or `m\u00fcller`, where what it says could not be typed in this way.
fn decoded(text: &str) -> Option<String> {
    let of_bytes = |mark: u8| {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let [first, others @ ..] = rest {
            let byte = others.get(..2).filter(|_| *first == mark).and_then(|pair| {
                u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|pair| is_hex(pair))?, 16).ok()
            });
            match byte {
                Some(byte) => {
                    bytes.push(byte);
                    rest = others.get(2..).unwrap_or_default();
                }
                None => {
                    bytes.push(*first);
                    rest = others;
                }
            }
        }
        String::from_utf8(bytes).ok()
    };
    let is_letter = |c: &char| !c.is_ascii() && c.is_alphabetic();
    let has_more =
        |read: &String| read.chars().filter(is_letter).count() > text.chars().filter(is_letter).count();
    let is_address = |read: &String| read.contains('@') && !text.contains('@');
    let percent = || of_bytes(b'%').filter(|read| has_more(read) || is_address(read));
    // A distinguished name has `=` before letters that may be digits of such a number.
    let quoted = || of_bytes(b'=').filter(has_more);
    let escaped = || {
        let mut parts = text.split("\\u");
        let mut read = parts.next()?.to_owned();
        for part in parts {
            let (code, rest) = part.split_at_checked(4).filter(|(code, _)| is_hex(code))?;
            read.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
            read.push_str(rest);
        }
        Some(read).filter(|read| has_more(read) || is_address(read))
    };
    if text.contains('%') {
        percent()
    } else if text.contains('=') {
        quoted()
    } else if text.contains("\\u") {
        escaped()
    } else {
        None
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `m?ller`: a letter on each side. An address on the web has one too.
fn has_lost_letter(text: &str) -> bool {
    let mut parts = text.split('?').peekable();
    let mut has_one = false;
    while let (Some(before), Some(after)) = (parts.next(), parts.peek()) {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        has_one |= is_letter(before.chars().next_back()) && is_letter(after.chars().next());
    }
    has_one && !text.contains("://")
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_was_put_around_a_value_is_known() {
        for (text, was) in [
            ("“1001”", Some("1001")),
            ("„ann“", Some("ann")),
            ("«ann»", Some("ann")),
            ("‘ann’", Some("ann")),
            ("b'ann'", Some("ann")),
            ("['1001']", Some("1001")),
            ("[\"ann\"]", Some("ann")),
            ("mailto:ann@x.test", Some("ann@x.test")),
            ("MAILTO:ann@x.test", Some("ann@x.test")),
            ("Ann Lee <ann@x.test>", Some("ann@x.test")),
            ("<ann@x.test>", Some("ann@x.test")),
            ("[ann@x.test](mailto:ann@x.test)", Some("ann@x.test")),
            ("<span>ann</span>", Some("ann")),
            ("<a href=\"x\">ann</a>", Some("ann")),
            ("ann@x.test; anna@x.test", None),
            ("ann@x.test,anna@x.test", None),
            ("ann%40x.test", Some("ann@x.test")),
            ("m%C3%BCller", Some("müller")),
            ("m=C3=BCller@x.test", Some("müller@x.test")),
            ("m\\u00fcller", Some("müller")),
            ("m?ller", None),
            ("Ji?í", None),
            ("u'ann'", Some("ann")),
            ("Optional(\"ann\")", Some("ann")),
            ("p07\\n", Some("p07")),
            ("ann@x.test\\r\\n", Some("ann@x.test")),
            ("1001\\r\\n", Some("1001")),
        ] {
            let found = of(text).unwrap_or_else(|| panic!("{text} is right"));
            assert_eq!(found.was.as_deref(), was, "{text}");
        }
    }

    #[test]
    fn real_keys_are_left_alone() {
        for text in [
            "ann@x.test",
            "O’Brien",
            "d’Arcy",
            "'t Hooft",
            "CN=Ann Lee,OU=AB,DC=x",
            "CN=C3PO,OU=C3,DC=BC",
            "CN=a@x.test,OU=b@y.test,DC=x",
            "cn=50%25,dc=x",
            "50%",
            "a%b@x.test",
            "user%host@relay.test",
            "bob_x.test#EXT#@y.test",
            "DOMAIN\\user",
            "DOMAIN\\ursula",
            "CORP\\n",
            "CORP\\r",
            "CORP\\ann",
            "a\\b\\n",
            "\\n",
            "u'",
            "https://hr.test/person?id=5",
            "https://hr.test/a?b=c",
            "??",
            "who?",
            "1?2",
            "[1001]",
            "A>B",
            "<none>",
            "a<b",
            "(1001)",
            "{0f8fad5b-d9cb-469f-a165-70867728950e}",
            "=AB",
            "b''",
            "“Q” Smith",
        ] {
            assert!(of(text).is_none(), "{text}: {:?}", of(text).map(|found| found.why));
        }
    }
}
