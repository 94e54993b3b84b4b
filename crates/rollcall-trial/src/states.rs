//! Words of states: who works there, who is on leave, who has left. The lists are in `states/lists`.
//!
//! Beside `words`. A guess for proposals and messages only; nothing is read by it in a run. Promises that a word that says two
//! things at once ("Active - Pending Termination", "Inactive leave") is not decided here: its rows are rejected.

mod lists;

use self::lists::{ENDED, GONE, KINDS, LEAVE, LEAVE_WORDS, OTHER_THINGS, PENDING, PRESENT};
use crate::words::{plain, unbracketed};
use rollcall_config::{is_opposite, truth_of};
use rollcall_core::fold::fold;
use std::collections::HashSet;
use std::sync::OnceLock;

/// What a word of a status says: present or gone; `None` if it says only yes or no, or something unknown.
pub(crate) fn state_of(word: &str) -> Option<bool> {
    // Some systems write LOCKED_OUT, others "Locked out".
    let plainly = plainly(word);
    if known(&PRESENT_SET, PRESENT).contains(&plainly) || says_on_leave(word) {
        return Some(true);
    }
    if known(&GONE_SET, GONE).contains(&plainly) {
        return Some(false);
    }
    if let Some(rest) = without_code(word) {
        return state_of(rest);
    }
    if let Some(decided) = of_two_parts(&plainly) {
        return decided;
    }
    // "Active - Payroll Eligible": what stands behind says more of it, unless it says the opposite.
    if let Some((state, more)) = word.split_once([' ', '(', '/']).filter(|(_, more)| !more.trim().is_empty())
        && is_separated(more)
        && state_of(state) == Some(true)
    {
        return Some(!is_opposite(more));
    }
    (truth_of(word) != Some(true) && is_opposite(word)).then_some(false)
}

/// A word as it is compared: the two letters I of Turkish are one in capitals.
fn plainly(word: &str) -> String {
    plain(&fold(word)).replace('ı', "i")
}

/// What is said by a leave together with its remark, and by an end that is still to come.
fn of_two_parts(plainly: &str) -> Option<Option<bool>> {
    let is_leave = |word: &&str| LEAVE_WORDS.contains(word);
    let words: Vec<&str> = plainly.split(' ').collect();
    let rest = words.iter().copied().filter(|word| !is_leave(word)).collect::<Vec<_>>().join(" ");
    if rest.len() < plainly.len() {
        let has_ended = rest.split(' ').any(|word| ENDED.iter().any(|stem| word.starts_with(stem)));
        return Some(match (is_opposite(&rest), has_ended) {
            (_, true) => Some(false),
            // Suspended for a time: nobody but the company knows.
            (true, false) => None,
            (false, false) => Some(true),
        });
    }
    let is_pending = plainly == "leaving" || words.iter().any(|word| PENDING.contains(word));
    (is_pending && is_opposite(plainly)).then_some(None)
}

/// A word without the code before it: `A - Active`, `01 Active`, `3: aktiv`.
fn without_code(word: &str) -> Option<&str> {
    let word = word.trim();
    let parts = [" - ", " – ", ": ", " = ", ". ", ") "].iter().find_map(|sign| word.split_once(sign));
    let (code, rest) = parts.filter(|(code, _)| code.chars().count() <= 3).or_else(|| {
        word.split_once(' ').filter(|(code, _)| code.bytes().all(|byte| byte.is_ascii_digit()))
    })?;
    let is_code = !code.is_empty() && code.trim().chars().all(char::is_alphanumeric);
    Some(rest.trim()).filter(|rest| is_code && !rest.is_empty())
}

/// Whether what follows a word is a remark to it: `- Payroll Eligible`, `(regular)`, `/ part time`.
fn is_separated(more: &str) -> bool {
    more.trim_start().starts_with(['-', '–', '—', '(', '/', ':', ',']) || more.ends_with(')')
}

/// Whether a word is one of those who have left.
pub(crate) fn is_gone(word: &str) -> bool {
    known(&GONE_SET, GONE).contains(word)
}

/// Whether a word names the kind of employment: below a status it says that somebody is there.
pub(crate) fn is_kind(word: &str) -> bool {
    known(&KIND_SET, KINDS).contains(&plainly(word))
}

/// Whether a word shows that a status is that of something else: of a marriage, of a tax.
pub(crate) fn is_of_another_thing(word: &str) -> bool {
    known(&OTHER_SET, OTHER_THINGS).contains(&plainly(word))
}

/// Whether a heading or a word only says that somebody is on leave: they are absent for a time, and keep their access.
pub(crate) fn says_on_leave(heading: &str) -> bool {
    let plain = plainly(unbracketed(heading)).replace("onleave", "on leave");
    let is_there = |text: &str| known(&LEAVE_SET, LEAVE).contains(text);
    is_there(&plain) || plain.strip_prefix("is ").is_some_and(is_there)
}

static PRESENT_SET: OnceLock<HashSet<String>> = OnceLock::new();
static GONE_SET: OnceLock<HashSet<String>> = OnceLock::new();
static KIND_SET: OnceLock<HashSet<String>> = OnceLock::new();
static OTHER_SET: OnceLock<HashSet<String>> = OnceLock::new();
static LEAVE_SET: OnceLock<HashSet<String>> = OnceLock::new();

/// A list as words are compared with it, made once.
fn known(set: &'static OnceLock<HashSet<String>>, list: &[&str]) -> &'static HashSet<String> {
    set.get_or_init(|| list.iter().map(|word| plainly(word)).collect())
}

#[cfg(test)]
mod tests {
    use super::state_of;

    #[track_caller]
    fn check(words: &[&str], expected: Option<bool>) {
        for word in words {
            assert_eq!(state_of(word), expected, "{word}");
        }
    }

    #[test]
    fn words_of_those_who_are_there_are_known() {
        let words = [
            "Active",
            "A - Active",
            "01 Active",
            "3: aktiv",
            "Active (A)",
            "ACTIVE",
            "Current",
            "Employed",
            "Long Term Leave",
            "Garden Leave",
            "L - Leave",
            "Military leave",
            "Leave With Pay",
            "Alta",
            "En activo",
            "In dienst",
            "In forza",
            "Ativo",
            "Férias",
            "Afastado",
            "Aktif",
            "Çalışıyor",
            "İzinli",
            "在籍",
            "在職中",
            "休職",
            "在职",
            "在職",
            "正常",
            "Zatrudniony",
            "Zatrudniona",
            "Urlop macierzyński",
            "Работает",
            "В отпуске",
            "Працює",
            "Anställd",
            "Ansat",
            "Ansatt",
            "Zaměstnán",
            "Angajat",
            "재직",
            "휴직",
            "Sign-in allowed",
            "Em atividade",
            "Présente",
            "On notice",
        ];
        check(&words, Some(true));
    }

    #[test]
    fn words_of_those_who_have_left_are_known() {
        let words = [
            "Terminated",
            "T - Terminated",
            "2: inaktiv",
            "Left",
            "Past",
            "Leaver - resignation",
            "Ex-employee",
            "Former employee",
            "Terminated Employee",
            "No Show",
            "Never started",
            "Rescinded",
            "Deceased",
            "Demitido",
            "Desligado",
            "Pasif",
            "Ayrıldı",
            "退職",
            "退職済",
            "离职",
            "已离职",
            "離職",
            "Zwolniony",
            "Zwolniona",
            "Уволен",
            "Уволена",
            "Звільнений",
            "Uit dienst",
            "Cessato",
            "Baja",
            "퇴사",
            "퇴직",
            "Leave - Terminated",
            "Garden leave (terminated)",
            "Ausgeschieden",
            "Inactive - Payroll Eligible",
            "Sign-in blocked",
            "Slutat",
            "Fratrådt",
            "Propuštěn",
            "Kilépett",
            "Active (leaver)",
            "nicht mehr aktiv",
            "non actif",
        ];
        check(&words, Some(false));
    }

    #[test]
    fn words_that_say_two_things_or_nothing_are_left_open() {
        let words = [
            "Active - Pending Termination",
            "Pending termination",
            "Inactive leave",
            "Leave of absence (access suspended)",
            "Leaving",
            "A",
            "T",
            "L",
            "Green",
            "Red",
            "Completed",
            "In progress",
            "Pre-hire",
            "Candidate",
            "Invited",
            "Not invited",
            "Hired",
            "9",
            "0",
            "Guest",
            "Married",
            "Texas",
            "Full-time",
            "Yes",
            "No",
        ];
        check(&words, None);
    }
}
