//! The first part of a distinguished name (RFC 4514): the values by which an entry is named.
//!
//! Of several values of an attribute, the one that names the entry is the person's (rule 50). Promises an answer for any
//! text: what is not a distinguished name has no such values.

/// The value of this attribute in the first part of a distinguished name.
pub(crate) fn value_in_rdn(dn: &str, attribute: &str) -> Option<String> {
    let first = until_unescaped(dn, &[',', ';']);
    let mut rest = first;
    loop {
        let pair = until_unescaped(rest, &['+']);
        let named =
            pair.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case(attribute.trim()));
        if let Some((_, value)) = named {
            return unescaped(value.trim_start());
        }
        rest = rest.get(pair.len() + 1..)?;
    }
}

/// The beginning of a text, up to one of these characters without a backslash before it.
fn until_unescaped<'a>(text: &'a str, ends: &[char]) -> &'a str {
    let mut is_escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let is_end = !is_escaped && ends.contains(c);
        is_escaped = !is_escaped && *c == '\\';
        is_end
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// A value without its backslashes: before a character, or before two hexadecimal digits of a byte.
fn unescaped(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes().iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let first = rest.next()?;
        let high = char::from(first).to_digit(16);
        let low = rest.peek().and_then(|low| char::from(*low).to_digit(16));
        match (high, low) {
            (Some(high), Some(low)) => {
                rest.next();
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            _ => bytes.push(first),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::value_in_rdn;

    #[test]
    fn naming_value_is_found() {
        for (dn, attribute, expected) in [
            ("uid=ann,ou=people,dc=x", "uid", Some("ann")),
            ("UID = ann,ou=people", "uid", Some("ann")),
            ("cn=Ann Doe+uid=ann,ou=people", "uid", Some("ann")),
            ("cn=Ann Doe+uid=ann,ou=people", "CN", Some("Ann Doe")),
            ("cn=Doe\\, Ann,ou=people", "cn", Some("Doe, Ann")),
            ("cn=J\\c3\\bcrg,ou=people", "cn", Some("Jürg")),
            ("cn=a\\+b,ou=people", "cn", Some("a+b")),
            ("ou=people,uid=ann", "uid", None),
            ("cn=ann", "uid", None),
            ("cn=ann\\", "cn", None),
            ("cn=\\ff", "cn", None),
            ("nothing", "cn", None),
            ("", "cn", None),
        ] {
            assert_eq!(value_in_rdn(dn, attribute).as_deref(), expected, "{dn}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_an_answer(dn in ".{0,40}") {
            let _ = value_in_rdn(&dn, "cn");
        }
    }
}
