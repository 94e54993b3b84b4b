//! Yes and no as spreadsheets and exports write them: what is written below a heading of a known export.
//!
//! Excel writes TRUE and FALSE in its own language when a file is saved with it. Promises that `truth_of` knows each word, so
//! that what is written here is read in the same way where it stands in a file.

/// Yes.
pub(crate) const YES: &[&str] = &[
    "True",
    "Yes",
    "1",
    "Wahr",
    "Ja",
    "Vrai",
    "Oui",
    "Verdadero",
    "Sí",
    "Vero",
    "Sì",
    "Verdadeiro",
    "Sim",
    "Waar",
    "Sand",
    "Sann",
    "Sant",
    "Tosi",
    "Kyllä",
    "Prawda",
    "Tak",
    "Pravda",
    "Ano",
    "Áno",
    "Igaz",
    "Igen",
    "Doğru",
    "Evet",
    "Adevărat",
    "Da",
    "Cert",
    "Istina",
    "Истина",
    "Да",
    "Істина",
    "Так",
    "Αληθές",
    "Αληθής",
    "Ναι",
    "Tõene",
    "Patiess",
    "Teisinga",
    "Benar",
    "是",
    "はい",
    "예",
];
/// No, likewise.
pub(crate) const NO: &[&str] = &[
    "False",
    "No",
    "0",
    "Falsch",
    "Nein",
    "Faux",
    "Non",
    "Falso",
    "Não",
    "Onwaar",
    "Nee",
    "Falsk",
    "Nej",
    "Usann",
    "Nei",
    "Falskt",
    "Epätosi",
    "Ei",
    "Fałsz",
    "Nie",
    "Nepravda",
    "Ne",
    "Hamis",
    "Nem",
    "Yanlış",
    "YANLIŞ",
    "Hayır",
    "HAYIR",
    "Fals",
    "Nu",
    "Laž",
    "Ложь",
    "Нет",
    "Хибність",
    "Ні",
    "Ψευδές",
    "Ψευδής",
    "Όχι",
    "Väär",
    "Aplams",
    "Klaidinga",
    "Salah",
    "否",
    "いいえ",
    "아니요",
];

#[cfg(test)]
mod tests {
    use super::{NO, YES};
    use rollcall_config::truth_of;

    #[test]
    fn each_word_is_read_as_it_is_written() {
        for (words, truth) in [(YES, true), (NO, false)] {
            for word in words {
                for spelt in [(*word).to_owned(), word.to_uppercase(), word.to_lowercase()] {
                    assert_eq!(truth_of(&spelt), Some(truth), "{spelt}");
                }
            }
        }
    }
}
