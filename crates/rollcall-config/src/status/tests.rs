//! Which values mean yes and no, and which headings say the opposite.

use super::*;
use proptest::prelude::*;
use std::borrow::Cow;

fn column(yes: &[&str], no: &[&str], otherwise: Option<bool>, empty: Option<bool>) -> StatusColumn {
    let folded = |words: &[&str]| words.iter().map(|word| fold(word)).collect();
    StatusColumn {
        from: Template::column(String::from("a")),
        yes: folded(yes),
        no: folded(no),
        otherwise,
        empty,
    }
}

#[track_caller]
fn check(rule: &StatusRule, cases: &[(&str, Result<bool, &str>)]) {
    for (value, expected) in cases {
        let look = |_: &String| Values::one(Cow::Borrowed(*value));
        let said = match rule.verdict(&Nothing::default(), &look) {
            Verdict::Said(said) => Ok(said),
            Verdict::Empty(_) => Err("empty"),
            Verdict::Unknown(..) => Err("unknown"),
        };
        assert_eq!(said, *expected, "{value:?}");
    }
}

#[test]
fn words_of_a_column_decide() {
    let usual = StatusRule::usual(String::from("a"));
    check(&usual, &[("TRUE", Ok(true)), ("nein", Ok(false)), ("maybe", Err("unknown")), ("", Err("empty"))]);
    let blocked = StatusRule { all: vec![column(&[], &["True"], Some(true), None)] };
    check(&blocked, &[("true", Ok(false)), ("False", Ok(true)), ("x", Ok(true)), ("", Err("empty"))]);
    let suspended = StatusRule { all: vec![column(&["0"], &["1"], None, Some(true))] };
    check(&suspended, &[("0", Ok(true)), ("1", Ok(false)), ("", Ok(true)), ("2", Err("unknown"))]);
}

#[test]
fn word_for_nothing_is_never_a_yes_by_itself() {
    let everybody = StatusRule { all: vec![column(&[], &["gone"], Some(true), None)] };
    for word in crate::nothing::NOTHING {
        check(&everybody, &[(word, Err("empty"))]);
    }
    let said = StatusRule { all: vec![column(&[], &["gone", "-"], Some(true), Some(false))] };
    check(&said, &[("-", Ok(false)), ("NULL", Ok(false)), ("here", Ok(true))]);
}

#[test]
fn all_columns_must_agree() {
    let rule = StatusRule {
        all: vec![
            column(&["true", "x"], &["false"], None, None),
            column(&[], &["false", "x"], Some(true), Some(true)),
        ],
    };
    check(
        &rule,
        &[
            ("true", Ok(true)),
            ("false", Ok(false)),
            ("x", Ok(false)),
            ("", Err("empty")),
            ("?", Err("unknown")),
        ],
    );
}

/// Headings that say the opposite.
const OPPOSITE: &[&str] = &[
    "Block credential",
    "Block sign in",
    "Blocked",
    "blocked",
    "isBlocked",
    "user_blocked",
    "Suspended",
    "suspended",
    "Account suspended",
    "IS_SUSPENDED",
    "Disabled",
    "accountDisabled",
    "account_disabled",
    "loginDisabled",
    "userdisabled",
    "Terminated",
    "Termination",
    "deleted",
    "is_deleted",
    "Deletion",
    "On leave",
    "Leaver",
    "Archived",
    "Inactive",
    "is_inactive",
    "Locked",
    "lockedOut",
    "nsAccountLock",
    "lockoutTime",
    "Deactivated",
    "Offboarded",
    "Left company",
    "Expired",
    "Closed",
    "Retired",
    "Gesperrt",
    "Sperre",
    "Konto gesperrt",
    "Deaktiviert",
    "Gelöscht",
    "Ausgeschieden",
    "Austritt",
    "Gekündigt",
    "Inaktiv",
    "Bloqué",
    "Compte désactivé",
    "Suspendu",
    "Supprimé",
    "Inactif",
    "Archivé",
    "Résilié",
    "Parti",
    "Bloqueado",
    "Suspendido",
    "Deshabilitado",
    "Inactivo",
    "Baja",
    "Eliminado",
    "Bloccato",
    "Sospeso",
    "Disattivato",
    "Cessato",
    "Inattivo",
    "Suspenso",
    "Desativado",
    "Inativo",
    "Demitido",
    "Arquivado",
    "Geblokkeerd",
    "Uitgeschakeld",
    "Verwijderd",
    "Inactief",
    "Zablokowany",
    "Wyłączony",
    "Nieaktywny",
    "Usunięty",
    "Zawieszony",
    "zablokowane konto",
    "Spærret",
    "SPÆRRET",
    "Konto spærret",
    "Fratrådt",
    "Sperret",
    "Sluttdato for slettet",
    "Spärrad",
    "Avstängd",
    "Inaktiverad",
    "Estetty",
    "Lukittu",
    "Letiltva",
    "Törölt",
    "Zablokovaný",
    "Neaktivní",
    "Blocat",
    "Dezactivat",
    "Pasif",
    "Заблокирован",
    "Уволен",
    "Неактивный",
    "Ανενεργός",
    "离职",
    "退職",
    "無効",
    "비활성",
    "No Login",
    "no_login",
    "noLogin",
    "NOLOGIN",
    "No access",
    "Not active",
    "notEnabled",
    "Nicht aktiv",
    "Non actif",
    "nonactif",
    "No activo",
    "Kein Zugang",
    "Ikke aktiv",
    "Inte aktiv",
    "Uit dienst",
    "Medewerker uit dienst",
    "Pensionné",
    "Gepensioneerd",
    "Retraité",
    "Jubilado",
    "Kilitli",
    "Hesap kilitli",
    "İşten ayrıldı",
    "Ayrılmış",
    "Hidden",
    "is_hidden",
    "Exclude",
    "Excluded from sync",
    "Exclu",
    "Denied",
    "accessDenied",
    "Verweigert",
    "Ex-employee",
    "ex_member",
    "Ex Mitarbeiter",
    "Out of service",
    "Hors service",
    "Fuori servizio",
    "Estinto",
    "Extinto",
    "Status (0 = active, 1 = inactive)",
    "Inactive/Active",
    "Active (0) / Inactive (1)",
    "Active Directory account disabled",
    "Status (blocked)",
    "Registered disabled",
];

/// Headings that do not.
const NOT_OPPOSITE: &[&str] = &[
    "Active",
    "Status",
    "Enabled",
    "accountEnabled",
    "enabledUser",
    "Worker_Status",
    "Status [READ ONLY]",
    "unlocked",
    "Not blocked",
    "Never expires",
    "not_deleted",
    "Unblocked",
    "Employment status",
    "Aktiv",
    "Actif",
    "Activo",
    "Attivo",
    "Ativo",
    "Actief",
    "Aktywny",
    "type",
    "Department",
    "employeeType",
    "Clock",
    "Relative",
    "Cleft",
    "Participant",
    "Département",
    "Abteilung",
    "Paradies",
    "Sortierung",
    "Stakeholder",
    "Locale",
    "Location",
    "",
    "Konto aktiv",
    "Non suspendu",
    "undeleted",
    "State",
    "In service",
    "Login",
    "Last login",
    "loginName",
    "Employee No.",
    "No.",
    "Personal-No",
    "Access level",
    "Notes",
    "Notification",
    "Northern office",
    "Signature",
    "Activity",
    "Активен",
    "Έναρξη",
    "在职",
    "有効",
    "Username",
    "In dienst",
    "Dienst",
    "Dienstort",
    "Service",
    "Out of office",
    "Exchange",
    "Extension",
    "External",
    "Exclusive",
    "Example",
    "Not hidden",
    "Kilometer",
    "Pension plan",
    "Index",
    "Text",
    "Tex Mex",
    "Estimate",
    "Celestino",
    "Disability",
    "Disability status",
    "Disabilità",
    "Locker",
    "Locker No",
    "Locksmith",
    "Left handed",
    "left-hand",
    "Ex-forces",
    "Ex works",
    "Status (active/inactive)",
    "Status (1 = active, 0 = inactive)",
    "Active (1) / Inactive (0)",
    "Active/Terminated",
    "Account enabled/disabled",
    "Enabled or disabled",
    "Aktiv/Inaktiv",
    "Aktiv oder inaktiv",
    "ACTIVE_INACTIVE_FLAG",
    "Actif / Inactif",
    "Activo (S/N) o inactivo",
];

#[test]
fn headings_of_opposite_sense_are_recognised() {
    for heading in OPPOSITE {
        assert!(is_opposite(heading), "{heading}");
    }
    for heading in NOT_OPPOSITE {
        assert!(!is_opposite(heading), "{heading}");
    }
}

#[test]
fn headings_that_deny_the_administrator_are_recognised() {
    for heading in [
        "Not admin",
        "not_admin",
        "isNotAdmin",
        "NonAdmin",
        "Non-administrator",
        "No admin",
        "Kein Administrator",
        "Keine Adminrechte",
        "Pas administrateur",
        "Ikke administrator",
        "Geen administrator",
        "Ex-admin",
        "Former administrator",
        "Standard user",
        "is_standard_user",
        "Regular user",
        "Normaler Benutzer",
        "Einfacher Nutzer",
        "Usuario estándar",
        "Utente normale",
    ] {
        assert!(is_opposite_of_admin(heading), "{heading}");
    }
    for heading in [
        "Admin",
        "Is admin",
        "isAdmin",
        "Administrator",
        "Administrateur",
        "Role",
        "Super user",
        "Owner",
        "User",
        "User type",
        "Standard",
        "Standard hours",
        "Normal working time",
        "Notes admin",
        "Admin notes",
        "Adminrechte",
        "",
    ] {
        assert!(!is_opposite_of_admin(heading), "{heading}");
    }
}

proptest! {
    #[test]
    fn a_word_is_found_as_its_folded_form_is(value in "(?i)yes|nein|[ a-zA-ZÄä]{0,4}") {
        let words = ["yes", "nein", "ä", "a b"].map(fold);
        prop_assert_eq!(is_one_of(&words, &value), words.contains(&fold(&value)));
    }
}
