//! HTML in values: entities (`M&uuml;ller`, `O&#39;Brien`, `Smith &amp; Sons`) and tags (`<b>Ann</b>`). Some personnel
//! systems on the web export what their pages show. And what a workbook writes for a sign that it cannot hold: `_x000D_`.
//!
//! Below the kinds of sources. Strict: a bare `&` is a letter of a name (`AT&T`), and so is a word that HTML does not know
//! (`AT&T;`). Promises that a text without `&`, `<` and `_` costs nothing but the look for them.

/// Entities of HTML that are letters of names or signs in them, with what each stands for. Case counts.
#[rustfmt::skip]
const NAMED: &[(&str, char)] = &[
    ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{a0}'), ("shy", '\u{ad}'),
    ("AMP", '&'), ("LT", '<'), ("GT", '>'), ("QUOT", '"'), ("Agrave", 'À'), ("Aacute", 'Á'), ("Acirc", 'Â'),
    ("Atilde", 'Ã'), ("Auml", 'Ä'), ("Aring", 'Å'), ("AElig", 'Æ'), ("Ccedil", 'Ç'), ("Egrave", 'È'), ("Eacute", 'É'),
    ("Ecirc", 'Ê'), ("Euml", 'Ë'), ("Igrave", 'Ì'), ("Iacute", 'Í'), ("Icirc", 'Î'), ("Iuml", 'Ï'), ("ETH", 'Ð'),
    ("Ntilde", 'Ñ'), ("Ograve", 'Ò'), ("Oacute", 'Ó'), ("Ocirc", 'Ô'), ("Otilde", 'Õ'), ("Ouml", 'Ö'), ("Oslash", 'Ø'),
    ("Ugrave", 'Ù'), ("Uacute", 'Ú'), ("Ucirc", 'Û'), ("Uuml", 'Ü'), ("Yacute", 'Ý'), ("THORN", 'Þ'), ("szlig", 'ß'),
    ("agrave", 'à'), ("aacute", 'á'), ("acirc", 'â'), ("atilde", 'ã'), ("auml", 'ä'), ("aring", 'å'), ("aelig", 'æ'),
    ("ccedil", 'ç'), ("egrave", 'è'), ("eacute", 'é'), ("ecirc", 'ê'), ("euml", 'ë'), ("igrave", 'ì'), ("iacute", 'í'),
    ("icirc", 'î'), ("iuml", 'ï'), ("eth", 'ð'), ("ntilde", 'ñ'), ("ograve", 'ò'), ("oacute", 'ó'), ("ocirc", 'ô'),
    ("otilde", 'õ'), ("ouml", 'ö'), ("oslash", 'ø'), ("ugrave", 'ù'), ("uacute", 'ú'), ("ucirc", 'û'), ("uuml", 'ü'),
    ("yacute", 'ý'), ("thorn", 'þ'), ("yuml", 'ÿ'), ("Yuml", 'Ÿ'), ("OElig", 'Œ'), ("oelig", 'œ'), ("Scaron", 'Š'),
    ("scaron", 'š'), ("Zcaron", 'Ž'), ("zcaron", 'ž'), ("Ccaron", 'Č'), ("ccaron", 'č'), ("Cacute", 'Ć'), ("cacute", 'ć'),
    ("Dstrok", 'Đ'), ("dstrok", 'đ'), ("Lstrok", 'Ł'), ("lstrok", 'ł'), ("Nacute", 'Ń'), ("nacute", 'ń'), ("Sacute", 'Ś'),
    ("sacute", 'ś'), ("Zacute", 'Ź'), ("zacute", 'ź'), ("Zdot", 'Ż'), ("zdot", 'ż'), ("Aogon", 'Ą'), ("aogon", 'ą'),
    ("Eogon", 'Ę'), ("eogon", 'ę'), ("Ecaron", 'Ě'), ("ecaron", 'ě'), ("Rcaron", 'Ř'), ("rcaron", 'ř'), ("Uring", 'Ů'),
    ("uring", 'ů'), ("Odblac", 'Ő'), ("odblac", 'ő'), ("Udblac", 'Ű'), ("udblac", 'ű'), ("Abreve", 'Ă'), ("abreve", 'ă'),
    ("Scedil", 'Ş'), ("scedil", 'ş'), ("Gbreve", 'Ğ'), ("gbreve", 'ğ'), ("Idot", 'İ'), ("inodot", 'ı'), ("lsquo", '‘'),
    ("rsquo", '’'), ("ldquo", '“'), ("rdquo", '”'), ("ndash", '–'), ("mdash", '—'), ("hellip", '…'), ("middot", '·'),
    ("commat", '@'), ("period", '.'), ("lowbar", '_'), ("plus", '+'), ("num", '#'), ("sol", '/'), ("reg", '®'),
    ("copy", '©'), ("trade", '™'), ("acute", '´'), ("grave", '`'),
];

/// The longest entity without `&` and `;`.
const CHARS_MAX: usize = 8;

/// The longest tag that is looked at.
const TAG_CHARS_MAX: usize = 16;

/// Why a value with an entity is no key and no username.
pub(crate) fn refused(text: &str) -> Option<String> {
    let entity = first(text)?;
    let whose = if entity.starts_with('_') {
        "a workbook writes for a line end"
    } else {
        "the text of a web page does"
    };
    Some(format!("holds {entity}, as {whose}"))
}

/// The first entity or tag of a text, as it is written, if there is one.
pub(crate) fn first(text: &str) -> Option<&str> {
    // Nearly every value.
    memchr::memchr3(b'&', b'<', b'_', text.as_bytes())?;
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '_']) {
        rest = rest.get(at..)?;
        let length = || read(rest).map(|(_, length)| length);
        if let Some(length) = length().or_else(|| tag(rest)).or_else(|| escape(rest)) {
            return rest.get(..length);
        }
        rest = rest.get(1..)?;
    }
    None
}

/// The length of a tag at the beginning of a text that is surely one: `</b>`, `<br>`, `<br/>`. `<ann@x.test>` is an address.
fn tag(text: &str) -> Option<usize> {
    let end = text.bytes().take(TAG_CHARS_MAX).position(|byte| byte == b'>')?;
    let inner = text.get(1..end)?;
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_break = inner.trim_end_matches(['/', ' ']).eq_ignore_ascii_case("br");
    (is_break || inner.strip_prefix('/').is_some_and(is_name)).then_some(end + 1)
}

/// What a text says with its entities read; `None` if it has none. Once: `&amp;uuml;` was written twice.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut has_one) = (text, false);
    while let Some(at) = rest.find(['&', '_']) {
        let (before, entity) = rest.split_at(at);
        out.push_str(before);
        let length = if let Some((letter, length)) = read(entity) {
            out.push(letter);
            Some(length)
        } else {
            // A line end is nothing of a value.
            escape(entity)
        };
        has_one |= length.is_some();
        if length.is_none() {
            out.extend(entity.chars().next());
        }
        rest = entity.get(length.unwrap_or(1)..).unwrap_or_default();
    }
    out.push_str(rest);
    has_one.then_some(out)
}

/// The length of a control character at the beginning of a text as a workbook writes it: `_x000D_`.
fn escape(text: &str) -> Option<usize> {
    const LENGTH: usize = 7;
    let code = text.get(..LENGTH)?.strip_prefix("_x00")?.strip_suffix('_')?;
    let is_control = matches!(code.as_bytes(), [b'0' | b'1', low] if low.is_ascii_hexdigit());
    is_control.then_some(LENGTH)
}

/// The letter that an entity at the beginning of a text stands for, and its length in bytes.
fn read(text: &str) -> Option<(char, usize)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(CHARS_MAX + 1).position(|byte| byte == b';')?;
    let name = inner.get(..end)?;
    let letter = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((letter, end + 2))
}

/// `252`, `xFC`: a letter by its number. A control character is none.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            u32::from_str_radix(digits, 16)
        }
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse(),
        Some(_) | None => return None,
    };
    char::from_u32(code.ok()?).filter(|letter| !letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::{decoded, first};

    #[test]
    fn entities_are_read() {
        for (text, says) in [
            ("M&uuml;ller", "Müller"),
            ("O&#39;Brien", "O'Brien"),
            ("O&#039;Brien", "O'Brien"),
            ("Smith &amp; Sons", "Smith & Sons"),
            ("Ann&nbsp;Lee", "Ann\u{a0}Lee"),
            ("&Ouml;zt&#252;rk", "Öztürk"),
            ("&#xFC;", "ü"),
            ("&#x1F600;", "😀"),
            ("a &b &lstrok;", "a &b ł"),
            ("&amp;uuml;", "&uuml;"),
            ("ann&commat;x.test", "ann@x.test"),
            ("jo_x000D_", "jo"),
            ("_x000a_j_o_x000D__x000A_", "j_o"),
            ("J&ouml;_x0009_", "Jö"),
            ("&&amp;", "&&"),
        ] {
            assert_eq!(decoded(text).as_deref(), Some(says), "{text}");
            assert!(first(text).is_some(), "{text}");
        }
    }

    #[test]
    fn sign_between_letters_is_no_entity() {
        for text in [
            "",
            "AT&T",
            "AT&T;",
            "AT&T; Inc",
            "R&D; Lab",
            "Smith & Sons",
            "&",
            "&;",
            "a&b;c",
            "&#;",
            "&#x;",
            "&#xZZ;",
            "&#12",
            "&uuml",
            "& uuml;",
            "&UUML;",
            "&#0;",
            "&#10;",
            "&#1114112;",
            "&#55296;",
            "P&O;",
            "Q&A;",
            "a=1&b=2;",
            "Marks&Spencer;",
            "müller",
            "ann_x0020_lee",
            "ann_x000D",
            "ann_x00D_",
            "ann_xyz1_",
            "_x00é_",
            "a_b",
        ] {
            assert_eq!((decoded(text), first(text)), (None, None), "{text}");
        }
    }

    #[test]
    fn first_entity_is_shown_as_it_is_written() {
        assert_eq!(first("AT&T; &amp; M&uuml;ller"), Some("&amp;"));
        assert_eq!(first("ü&#39;"), Some("&#39;"));
        assert_eq!(first("<b>Ann</b>"), Some("</b>"));
        assert_eq!(first("Ann<BR/>Lee"), Some("<BR/>"));
        for text in ["<ann@x.test>", "Ann <ann@x.test>", "a<b", "<none>", "</>", "</a b>", "->", "<3"] {
            assert_eq!(first(text), None, "{text}");
        }
    }
}
