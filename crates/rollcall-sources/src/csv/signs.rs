//! What kinds of letters a cell has, found in one pass where the row is read: most questions about a cell are then answered
//! without another look at it.
//!
//! Below the cells. Promises nothing but what each kind says: a question that it leaves open is asked of the text.

/// Kinds of bytes, a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs(u8);

impl Signs {
    /// Letters of ASCII.
    pub(super) const LETTER: Self = Self(1);
    /// Digits of ASCII.
    pub(super) const DIGIT: Self = Self(2);
    /// The signs of usernames and addresses: `@`, `.` and `-`.
    pub(super) const OF_NAMES: Self = Self(4);
    /// Spaces.
    const SPACE: Self = Self(8);
    /// With what an entity of HTML, a tag or an escape begins: `&`, `<` and `_`.
    pub(super) const OF_ENTITIES: Self = Self(16);
    /// Every other sign of ASCII that is seen.
    pub(super) const OTHER: Self = Self(32);
    /// Control characters.
    const CONTROL: Self = Self(64);
    /// Whatever is not ASCII.
    pub(super) const BEYOND: Self = Self(128);

    /// Those of a text.
    pub(super) fn of(text: &str) -> Self {
        // Without a branch: every byte is looked at.
        Self(text.bytes().fold(0, |all, byte| all | OF_BYTES[usize::from(byte)]))
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is one of these kinds.
    pub(super) const fn has(self, kinds: Self) -> bool {
        self.0 & kinds.0 != 0
    }

    /// Whether there is nothing but these kinds.
    pub(super) const fn are_only(self, kinds: Self) -> bool {
        self.0 & !kinds.0 == 0
    }

    /// Whether all is letters and signs of ASCII that are seen, and spaces.
    pub(super) const fn are_plain(self) -> bool {
        !self.has(Self::CONTROL.and(Self::BEYOND))
    }
}

/// The kind of each byte.
const OF_BYTES: [u8; 256] = {
    let mut kinds = [Signs::BEYOND.0; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Signs::LETTER,
            b'0'..=b'9' => Signs::DIGIT,
            b'@' | b'.' | b'-' => Signs::OF_NAMES,
            b' ' => Signs::SPACE,
            b'&' | b'<' | b'_' => Signs::OF_ENTITIES,
            b'!'..=b'~' => Signs::OTHER,
            _ => Signs::CONTROL,
        }
        .0;
        byte += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use super::Signs;
    use proptest::prelude::*;

    #[test]
    fn each_byte_is_of_its_kind() {
        for byte in 0..=127_u8 {
            let text = char::from(byte).to_string();
            let signs = Signs::of(&text);
            assert_eq!(signs.has(Signs::LETTER), byte.is_ascii_alphabetic(), "{text:?}");
            assert_eq!(signs.has(Signs::DIGIT), byte.is_ascii_digit(), "{text:?}");
            assert_eq!(signs.has(Signs::OF_NAMES), b"@.-".contains(&byte), "{text:?}");
            assert_eq!(signs.has(Signs::OF_ENTITIES), b"&<_".contains(&byte), "{text:?}");
            assert_eq!(signs.are_plain(), byte == b' ' || byte.is_ascii_graphic(), "{text:?}");
        }
        assert!(Signs::of("é").has(Signs::BEYOND) && !Signs::of("é").are_plain());
        assert!(Signs::of("").are_plain() && Signs::of("").are_only(Signs::LETTER));
    }

    proptest! {
        #[test]
        fn a_text_has_the_kinds_of_its_parts(one in "[ -~\té]{0,8}", other in "[ -~\té]{0,8}") {
            prop_assert_eq!(Signs::of(&format!("{one}{other}")), Signs::of(&one).and(Signs::of(&other)));
        }
    }
}
