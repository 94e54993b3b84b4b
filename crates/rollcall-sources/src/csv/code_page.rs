//! Encodings of one byte for a letter that are guessed as others: those of the Mac, and the code pages of DOS, in which command
//! lines of Windows write (`jäger` is `j„ger` then).
//!
//! Below `shape`. Words tell: a letter is no sign, and no capital stands behind a small letter. Promises that what was guessed
//! stays where its words are as words are, and that little of a long file is kept.

use encoding_rs::{Encoding, MACINTOSH, X_MAC_CYRILLIC};

/// So many bytes of words are kept.
const SAMPLE_BYTES: usize = 64 * 1024;

/// The letters beyond ASCII of encodings that are not read here: DOS in the West and in Central Europe, the Mac there.
const UNREAD: [&str; 3] = [
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}",
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}",
    "ÄĀāÉĄÖÜáąČäčĆćéŹźĎíďĒēĖóėôöõúĚěü†°Ę£§•¶ß®©™ę¨≠ģĮįĪ≤≥īĶ∂∑łĻļĽľĹĺŅņŃ¬√ńŇ∆«»…\u{A0}ňŐÕőŌ–—“”‘’÷◊ōŔŕŘ‹›řŖŗŠ‚„šŚśÁŤťÍŽžŪÓÔūŮÚůŰűŲųÝýķŻŁżĢˇ",
];

/// Words with bytes beyond ASCII, each with a space behind it.
#[derive(Default)]
pub(super) struct Words {
    kept: Vec<u8>,
    word: Vec<u8>,
}

/// What is better than a guess.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Better {
    /// This encoding.
    Is(&'static Encoding),
    /// One that is not read here.
    Unread,
}

/// How many letters beyond ASCII are where a letter can be, and how many are not.
#[derive(Default)]
struct Score {
    right: usize,
    odd: usize,
}

impl Words {
    /// Takes the next bytes.
    pub(super) fn see(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.kept.len() >= SAMPLE_BYTES {
                return;
            }
            if byte.is_ascii_alphabetic() || !byte.is_ascii() {
                self.word.push(*byte);
            } else {
                self.end_word();
            }
        }
    }

    fn end_word(&mut self) {
        if !self.word.is_ascii() {
            self.kept.append(&mut self.word);
            self.kept.push(b' ');
        }
        self.word.clear();
    }

    /// The encoding that these words are in, where it is surely another than this one.
    pub(super) fn better_than(&mut self, guessed: &'static Encoding) -> Option<Better> {
        self.end_word();
        let score = |encoding: &'static Encoding| {
            let (text, _) = encoding.decode_without_bom_handling(&self.kept);
            Score::of(&text)
        };
        let of_guess = score(guessed);
        // One alone may be a word that somebody made up. In Cyrillic the small letters but one are the same.
        let is_odd = of_guess.odd > 1 && of_guess.odd * 20 >= of_guess.right;
        if !guessed.is_single_byte() || !is_odd {
            return None;
        }
        let is_clear = |score: &Score| score.right > 0 && score.odd * 10 <= of_guess.odd;
        if let Some(found) =
            [MACINTOSH, X_MAC_CYRILLIC].into_iter().find(|encoding| is_clear(&score(encoding)))
        {
            return Some(Better::Is(found));
        }
        UNREAD.iter().any(|letters| is_clear(&Score::of(&self.read_with(letters)))).then_some(Better::Unread)
    }

    fn read_with(&self, letters: &str) -> String {
        let letters: Vec<char> = letters.chars().collect();
        let read = |byte: &u8| match byte.checked_sub(0x80) {
            Some(at) => letters.get(usize::from(at)).copied().unwrap_or('\u{FFFD}'),
            None => char::from(*byte),
        };
        self.kept.iter().map(read).collect()
    }
}

impl Score {
    fn of(text: &str) -> Self {
        let mut score = Self::default();
        let mut before = ' ';
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let after = rest.peek().copied().unwrap_or(' ');
            if !c.is_ascii() {
                score.add(before, c, after);
            }
            before = c;
        }
        score
    }

    fn add(&mut self, before: char, c: char, after: char) {
        // What stands beside words and between their parts, in every language.
        let is_beside = !before.is_alphabetic() || !after.is_alphabetic();
        if matches!(c, '’' | '‘' | '–' | '—' | '·' | '\u{A0}' | '\u{AD}')
            || is_beside
                && matches!(c, '“' | '”' | '„' | '«' | '»' | '…' | '°' | 'ª' | 'º' | '®' | '™' | '€' | '§')
        {
            return;
        }
        let is_odd = !c.is_alphabetic()
            || matches!(c, 'ƒ' | 'ﬁ' | 'ﬂ' | 'µ' | 'ˆ' | 'ˇ')
            || before.is_lowercase() && c.is_uppercase()
            || before.is_uppercase() && c.is_lowercase() && after.is_uppercase();
        if is_odd {
            self.odd += 1;
        } else {
            self.right += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

    const WEST: &str = "Jürgen Groß,jürgen;Jäger Päul;Zoë Café;Françoise Lefèvre;Muñoz;MÜLLER";
    const CENTRE: &str = "Łukasz Żak,łukasz;Šárka Čapek,šárka;Jiří Dvořák;Małgorzata";

    fn found(bytes: &[u8], guessed: &'static Encoding) -> Option<Better> {
        let mut words = Words::default();
        bytes.chunks(7).for_each(|part| words.see(part));
        words.better_than(guessed)
    }

    fn with_letters(text: &str, letters: &str) -> Vec<u8> {
        let place = |c: char| {
            let at = letters.chars().position(|letter| letter == c).unwrap_or_else(|| panic!("{c}"));
            u8::try_from(at + 0x80).expect("is a byte")
        };
        text.chars().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or_else(|| place(c))).collect()
    }

    #[test]
    fn encodings_of_the_mac_and_of_dos_are_found() {
        let mac: Vec<u8> =
            [&b"J\x9Frgen Gro\xA7,j\x9Frgen;J\x8Ager P\x8Aul;Zo\x91 Caf\x8E;M\x86LLER"[..]].concat();
        assert_eq!(found(&mac, WINDOWS_1252), Some(Better::Is(MACINTOSH)));
        let cyrillic =
            b"\x8C\xE0\xF0\xE8\xDF \x88\xE2\xE0\xED\xEE\xE2\xE0,\xEC\xE0\xF0\xE8\xDF\n\x8F\xDE\xF2\xF0";
        assert_eq!(found(cyrillic, WINDOWS_1251), Some(Better::Is(X_MAC_CYRILLIC)));
        for (text, letters, guessed) in [
            (WEST, UNREAD[0], WINDOWS_1252),
            (CENTRE, UNREAD[1], WINDOWS_1250),
            (CENTRE, UNREAD[2], WINDOWS_1252),
        ] {
            assert_eq!(letters.chars().count(), 128);
            assert_eq!(found(&with_letters(text, letters), guessed), Some(Better::Unread), "{text}");
        }
    }

    #[test]
    fn what_was_guessed_right_stays() {
        for (text, encoding) in [
            (WEST, WINDOWS_1252),
            (CENTRE, WINDOWS_1250),
            ("Мария Иванова,мария;Пётр;МОСКВА;ООО «Ромашка»", WINDOWS_1251),
            ("O’Neil,“Bo” Lee,Café…,5 €,Müller–Meier,l·l,n°", WINDOWS_1252),
            ("Šime Žanić,ŠIME;Ledvinková;Ąsów;šk", WINDOWS_1250),
            ("Š", WINDOWS_1252),
            ("McŠ,Ann", WINDOWS_1250),
            ("Œuvre,cœur,Ÿ", WINDOWS_1252),
            ("ann", WINDOWS_1252),
        ] {
            let (bytes, ..) = encoding.encode(text);
            let found = found(&bytes, encoding);
            assert_eq!(found, None, "{text}");
        }
    }
}
