//! Watches whether bytes that are read in another encoding are UTF-8 in truth (rule 44).
//!
//! A wrong encoding that happens to decode is believed otherwise, and turns `jürgen` into `jÃ¼rgen`. Letters of another
//! encoding are valid UTF-8 only by a chance that shrinks with each letter.

/// The bytes so far.
#[derive(Debug)]
pub(super) struct Utf8Watch {
    is_valid: bool,
    /// Characters beyond ASCII.
    letters: u64,
    has_nul: bool,
    /// The beginning of a character whose rest has not come.
    rest: Vec<u8>,
}

impl Utf8Watch {
    pub(super) fn new() -> Self {
        Self { is_valid: true, letters: 0, has_nul: false, rest: Vec::new() }
    }

    /// Takes the next bytes.
    pub(super) fn see(&mut self, bytes: &[u8]) {
        if !self.is_valid {
            return;
        }
        self.has_nul |= bytes.contains(&0);
        if self.rest.is_empty() {
            self.judge(bytes);
        } else {
            let mut whole = std::mem::take(&mut self.rest);
            whole.extend_from_slice(bytes);
            self.judge(&whole);
        }
    }

    fn judge(&mut self, bytes: &[u8]) {
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => bytes,
            // The last character may go on in the next bytes.
            Err(error) if error.error_len().is_none() => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                self.rest = rest.to_vec();
                valid
            }
            Err(_) => {
                self.is_valid = false;
                return;
            }
        };
        // Each character beyond ASCII has one byte that begins it.
        self.letters += valid.iter().filter(|byte| **byte >= 0xC0).count() as u64;
    }

    /// Whether all is UTF-8, letters beyond ASCII among it, but for the last letter, which is not whole.
    pub(super) fn is_cut(&self) -> bool {
        self.is_valid && !self.has_nul && self.letters > 0 && !self.rest.is_empty()
    }

    /// How many characters beyond ASCII there are, if all is UTF-8; `None` if not, or if there are zero bytes.
    pub(super) fn letters(&self) -> Option<u64> {
        (self.is_valid && self.rest.is_empty() && !self.has_nul).then_some(self.letters)
    }
}

#[cfg(test)]
mod tests {
    use super::Utf8Watch;

    fn letters<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Option<u64> {
        let mut watch = Utf8Watch::new();
        parts.into_iter().for_each(|part| watch.see(part));
        watch.letters()
    }

    #[test]
    fn utf8_is_seen_however_the_bytes_come() {
        let bytes = "id,jürgen,łukasz,日本,😀".as_bytes();
        for size in 1..bytes.len() {
            assert_eq!(letters(bytes.chunks(size)), Some(5), "{size} bytes at a time");
        }
        assert_eq!(letters([&b"ann"[..]]), Some(0));
        assert_eq!(letters([&b"j\xFCrgen"[..]]), None);
        assert_eq!(letters([&b"ann \xC3"[..]]), None);
        assert_eq!(letters([&b"a\0n\0"[..]]), None);
    }

    #[test]
    fn last_letter_that_is_not_whole_is_told_from_another_encoding() {
        let is_cut = |bytes: &[u8]| {
            let mut watch = Utf8Watch::new();
            watch.see(bytes);
            watch.is_cut()
        };
        assert!(is_cut("jürgen,zo\u{eb}".as_bytes().split_last().map_or(&[][..], |(_, cut)| cut)));
        for whole in [&b"ann"[..], "j\u{fc}rgen".as_bytes(), b"Jos\xE9", b"j\xFCrgen,Jos\xE9"] {
            assert!(!is_cut(whole), "{whole:?}");
        }
    }
}
