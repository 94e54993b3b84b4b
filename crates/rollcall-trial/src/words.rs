//! Words of headings and of states, in the usual languages: what a person who reads them would think.
//!
//! A guess for proposals and messages only; nothing is read by it in a run.

use rollcall_config::{is_opposite, truth_of};
use rollcall_core::fold::fold;

/// States in which a person works there.
const PRESENT: [&str; 41] = [
    "active",
    "enabled",
    "current",
    "employed",
    "activated",
    "provisioned",
    "live",
    "aktiv",
    "aktiviert",
    "beschäftigt",
    "actif",
    "activo",
    "activa",
    "attivo",
    "attiva",
    "ativo",
    "ativa",
    "actief",
    "aktywny",
    "aktywna",
    "aktív",
    "aktivní",
    "password_expired",
    "locked_out",
    "recovery",
    "on leave",
    "leave",
    "abwesend",
    "beurlaubt",
    "en congé",
    "paid leave",
    "unpaid leave",
    "parental leave",
    "probation",
    "on probation",
    "probezeit",
    "notice period",
    "on notice",
    "présent",
    "présente",
    "en poste",
];

/// States in which a person has left, beside those that `is_opposite` knows.
const GONE: [&str; 22] = [
    "left",
    "former",
    "tobedeleted",
    "leaver",
    "ex-employee",
    "resigned",
    "staged",
    "deceased",
    "retired",
    "retiree",
    "withdrawn",
    "ausgetreten",
    "rentner",
    "pensioniert",
    "pensionär",
    "departed",
    "ausgeschieden",
    "ehemalig",
    "parti",
    "sorti",
    "offboarded",
    "no longer employed",
];

/// What a word of a status says: present or gone; `None` if it says only yes or no, or something unknown.
pub(crate) fn state_of(word: &str) -> Option<bool> {
    // Some systems write LOCKED_OUT, others "Locked out".
    let plainly = plain(&fold(word));
    let is_in = |list: &[&str]| list.iter().any(|known| plain(&fold(known)) == plainly);
    if is_in(&PRESENT) || says_on_leave(word) {
        return Some(true);
    }
    // "Active - Payroll Eligible": what stands behind says more of it, unless it says the opposite.
    if let Some((state, more)) = word.split_once([' ', '(', '/']).filter(|(_, more)| !more.trim().is_empty())
        && is_separated(more)
        && state_of(state) == Some(true)
        && !is_opposite(more)
    {
        return Some(true);
    }
    let is_gone = is_in(&GONE) || (truth_of(word) != Some(true) && is_opposite(word));
    is_gone.then_some(false)
}

/// Whether what follows a word is a remark to it: `- Payroll Eligible`, `(regular)`, `/ part time`.
fn is_separated(more: &str) -> bool {
    more.trim_start().starts_with(['-', '–', '—', '(', '/', ':', ',']) || more.ends_with(')')
}

/// What a word below a heading says of a person: whether they are present. A plain yes or no takes its sense from the
/// heading.
pub(crate) fn sense_of(heading: &str, word: &str) -> Option<bool> {
    if let Some(state) = state_of(word) {
        return Some(state);
    }
    let said = truth_of(word)?;
    if is_opposite(heading) {
        return Some(!said);
    }
    says_active(heading).then_some(said)
}

/// Whether a heading names the state of being active.
pub(crate) fn says_active(heading: &str) -> bool {
    let plain = plain(heading);
    [
        "activ",
        "enabled",
        "aktiv",
        "actif",
        "attiv",
        "ativo",
        "aktyw",
        "login allowed",
        "can login",
        "employed",
    ]
    .iter()
    .any(|stem| plain.contains(stem))
}

/// Whether a heading only says that somebody is on leave: they are absent for a time, and keep their access.
pub(crate) fn says_on_leave(heading: &str) -> bool {
    let plain = plain(unbracketed(heading)).replace("onleave", "on leave");
    let is_there = |stem: &&str| plain == **stem || plain.strip_prefix("is ") == Some(stem);
    [
        "on leave",
        "on leave of absence",
        "leave of absence",
        "active leave",
        "leave with pay",
        "leave without pay",
        "paid leave",
        "unpaid leave",
        "family leave",
        "medical leave",
        "sick leave",
        "on medical leave",
        "on parental leave",
        "on maternity leave",
        "paternity leave",
        "loa",
        "elternzeit aktiv",
        "mutterschutz",
        "krank",
        "langzeitkrank",
        "in mutterschutz",
        "sonderurlaub",
        "congé maternité",
        "congé parental",
        "arrêt maladie",
        "baja médica",
        "currently on leave",
        "leave",
        "leave status",
        "on sick leave",
        "parental leave",
        "maternity leave",
        "sabbatical",
        "abwesend",
        "beurlaubt",
        "in elternzeit",
        "elternzeit",
        "in karenz",
        "en congé",
        "en conge",
        "de permiso",
        "en excedencia",
        "in aspettativa",
        "in congedo",
        "de licença",
        "met verlof",
        "na urlopie",
        "orlov",
        "i permisjon",
        "tjänstledig",
        "в отпуске",
        "休職",
        "休假",
    ]
    .iter()
    .any(is_there)
}

/// A heading as it is compared with known ones: lower case, words of letters and digits, one space between them.
pub(crate) fn plain(heading: &str) -> String {
    let spaced: String = heading.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A heading without what stands in brackets at its end: `Email Address [Required]`.
pub(crate) fn unbracketed(heading: &str) -> &str {
    heading.split_once('[').map_or(heading, |(before, _)| before).trim()
}
