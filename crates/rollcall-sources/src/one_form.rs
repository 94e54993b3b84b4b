//! One Unicode form (NFC) for what is stored of a person, so that `é` is one letter whoever wrote it.
//!
//! Below the mapping. Promises the same text as `nfc`, and no look into its tables for the letters of Western Europe.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// A byte from which on a letter of UTF-8 may be U+0300 or above. No letter below is changed by NFC, or changes another
/// (Unicode, `NFC_Quick_Check` and `Canonical_Combining_Class`).
const FIRST_BYTE_FROM_U0300: u8 = 0xCC;

/// The value in this form.
pub(crate) fn in_one_form(value: Cow<'_, str>) -> String {
    if value.is_ascii() || value.bytes().all(|byte| byte < FIRST_BYTE_FROM_U0300) {
        return value.into_owned();
    }
    value.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::in_one_form;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;

    #[test]
    fn every_letter_has_its_one_form_alone_and_beside_others() {
        for c in '\0'..=char::MAX {
            for text in
                [String::from(c), format!("e{c}"), format!("é{c}\u{301}"), format!("{c}\u{308}\u{323}")]
            {
                assert_eq!(in_one_form(text.as_str().into()), text.nfc().collect::<String>(), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_as_nfc_has_it(text in "[a-zÀ-ɏ\u{2b0}-\u{370}가-힣\u{1100}-\u{11ff}]{0,12}") {
            prop_assert_eq!(in_one_form(text.as_str().into()), text.nfc().collect::<String>());
        }
    }
}
