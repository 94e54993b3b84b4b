//! Headings that say who is there, and the words that may stand in them beside a word for it.
//!
//! Each is written as `words::plain` leaves it. Asked by `says`.

/// The usual headings of a status, the best first.
#[rustfmt::skip]
pub(crate) const STATUSES: &[&str] = &[
    "status", "employment status", "employee status", "state", "user status", "account status", "worker status", "position status",
    "contract status", "job status", "work status", "hr status", "assignment status", "status type", "lifecycle status",
    "staff status", "beschäftigungsstatus", "statut d emploi", "estado laboral", "statut", "état", "estado", "stato", "zustand",
    "mitarbeiterstatus", "active", "is active", "enabled", "account enabled", "is enabled", "activated", "aktiv", "actif",
    "activo", "attivo",
    // What says it in one word of its own.
    "lifecycle", "lifecycle state", "lifecycle stage", "life cycle status", "situación laboral", "situation professionnelle",
    "situação funcional", "situação", "situacao", "situación", "durum", "çalışma durumu", "çalışan durumu", "estatus",
    "stan zatrudnienia", "статус", "статус сотрудника", "состояние", "статус занятости", "стан", "статус працівника",
    "κατάσταση", "stav", "stav zaměstnance", "pracovní stav", "stan", "stare", "állapot", "státusz", "tila",
    "在籍区分", "在籍状況", "在籍状態", "在職区分", "在職状況", "雇用状態", "雇用状況", "就業状況", "状態", "ステータス", "退職区分", "社員区分",
    "员工状态", "員工狀態", "在职状态", "在職狀態", "人员状态", "人員狀態", "雇佣状态", "用户状态", "账号状态", "帐号状态", "状态", "狀態",
    "재직상태", "재직 상태", "재직여부", "재직구분", "고용상태", "고용 상태", "근무상태", "상태", "계정 상태", "trạng thái",
];

/// Of these a state may be one of a country as well.
#[rustfmt::skip]
pub(crate) const PLACES: &[&str] = &["state", "estado", "stato", "état", "etat", "stan", "stav", "situation", "situação", "tila"];

/// Words that are a status, if those beside them are neutral.
#[rustfmt::skip]
pub(crate) const ROOTS: &[&str] = &[
    "status", "statut", "estado", "estatus", "stato", "état", "etat", "zustand", "durum", "durumu", "situação", "situacao",
    "situación", "situacion", "stav", "stan", "stare", "starea", "státusz", "állapot", "tila", "статус", "состояние", "стан",
    "κατάσταση", "lifecycle", "state",
];

/// Words that say nothing but that it is the person or the account: employment status, account of the user, active flag.
#[rustfmt::skip]
pub(crate) const NEUTRAL: &[&str] = &[
    "is", "are", "has", "have", "been", "was", "currently", "current", "now", "still", "the", "of", "for", "in", "at", "with", "to",
    "can", "may", "able", "allowed", "permitted", "here", "company", "us", "org", "organization", "organisation", "a", "i",
    "account", "accounts", "user", "users", "person", "people", "employee", "employees", "emp", "empl", "ee", "staff", "worker",
    "workers", "member", "members", "membership", "login", "logins", "logon", "log", "on", "sign", "signin", "access", "associate",
    "student", "pupil", "teacher", "learner", "colleague", "contractor", "profile", "identity", "credential", "credentials",
    "record", "row", "hr", "hris", "job", "position", "assignment", "employment", "enroll", "enrollment", "enrolment", "enrol",
    "work", "working", "workforce", "lifecycle", "life", "cycle", "contract", "overall", "effective", "present", "latest",
    "flag", "ind", "indicator", "yn", "y", "n", "yes", "mark", "code", "codes", "type", "description", "desc", "descr", "text",
    "label", "value", "xref", "category", "class", "stage", "field", "0", "1", "system", "availability", "out",
    "ist", "hat", "konto", "kontos", "benutzer", "benutzers", "benutzerkonto", "mitarbeiter", "mitarbeiters", "mitarbeitende",
    "mitarbeitenden", "mitarbeiterin", "personal", "nutzer", "anmeldung", "zugang", "zugriff", "beschäftigung", "beschäftigungs",
    "anstellung", "anstellungs", "arbeits", "arbeitsverhältnis", "derzeit", "aktuell", "aktueller", "aktuelle", "noch",
    "kennzeichen", "kz", "ja", "wurde", "der", "des", "die", "das", "im", "schüler", "mitglied", "unternehmen",
    "est", "compte", "utilisateur", "employé", "employe", "salarié", "salarie", "collaborateur", "agent", "accès", "acces",
    "connexion", "actuel", "actuelle", "l", "d", "de", "du", "le", "la", "en", "emploi", "personne", "membre", "élève", "étudiant",
    "professionnel", "professionnelle",
    "cuenta", "usuario", "empleado", "trabajador", "colaborador", "acceso", "actual", "laboral", "del", "el", "es", "está", "esta",
    "conta", "usuário", "utilizador", "funcionário", "funcionario", "funcional", "empregado", "acesso", "do", "da", "atual",
    "empresa", "utente", "dipendente", "collaboratore", "accesso", "attuale", "della", "lavoratore", "rapporto", "lavoro", "di",
    "contratto", "contrato", "contrat",
    "gebruiker", "medewerker", "werknemer", "toegang", "huidige", "dienstverband", "van", "het", "czy", "konta", "użytkownika",
    "użytkownik", "pracownik", "pracownika", "zatrudnienia", "zatrudnienie", "bruker", "bruger", "brugers", "användare",
    "medarbejder", "medarbetare", "ansat", "ansatt", "ansættelse", "ansættelses", "anställning", "anställnings", "adgang",
    "účet", "účtu", "uživatel", "uživatele", "zaměstnanec", "zaměstnance", "zamestnanca", "pracovní", "fiók", "felhasználó",
    "munkavállaló", "cont", "angajat", "angajatului", "utilizator", "hesap", "hesabı", "kullanıcı", "çalışan", "personel",
    "çalışma", "istihdam", "пользователь", "пользователя", "сотрудник", "сотрудника", "работника", "аккаунт", "учетная", "учётная",
    "запись", "занятости", "користувач", "користувача", "працівника", "обліковий", "запис", "χρήστη", "λογαριασμός", "υπαλλήλου",
    "työsuhteen", "käyttäjän", "tili", "ansættelsesstatus",
];

/// Words that say active. Beside them only neutral ones may stand.
#[rustfmt::skip]
pub(crate) const ACTIVE: &[&str] = &[
    "active", "enabled", "activated", "employed", "unlocked", "unblocked", "aktiv", "aktive", "aktiver", "aktiviert", "aktivt",
    "beschäftigt", "entsperrt", "freigeschaltet", "actif", "active", "activé", "débloqué", "activo", "activa", "habilitado", "habilitada",
    "desbloqueado", "attivo", "attiva", "abilitato", "sbloccato", "ativo", "ativa", "ativado", "actief", "ingeschakeld", "aktywny",
    "aktywna", "aktywne", "aktivní", "aktívny", "aktív", "activ", "aktiivinen", "aktif", "etkin", "активен", "активный", "активна",
    "активний", "ενεργός", "有効", "在职", "在職", "在籍", "启用", "재직", "활성", "enabled?",
];

/// Headings that say active in words of their own.
#[rustfmt::skip]
pub(crate) const ACTIVE_PHRASES: &[&str] = &[
    "login allowed", "logon allowed", "sign in allowed", "signin allowed", "access allowed", "can login", "can log in", "can sign in",
    "may login", "may log in", "may sign in", "allowed to log in", "allowed to login", "allowed to sign in", "has access",
    "still working here", "still works here", "still employed", "works here", "currently employed", "still here", "still with us",
    "is employed", "currently working", "still working", "current employee", "is current employee", "is current", "current user",
    "noch beschäftigt", "noch im unternehmen", "noch da", "darf sich anmelden", "anmeldung erlaubt", "zugang erlaubt", "im dienst",
    "toujours en poste", "en poste", "connexion autorisée", "sigue en la empresa", "acceso permitido", "in dienst", "in forza",
    "in servizio", "em atividade", "accesso consentito", "acesso permitido", "mag inloggen", "available ind",
];

/// Headings that say the opposite in words of their own.
#[rustfmt::skip]
pub(crate) const OPPOSITE_PHRASES: &[&str] = &[
    "out of service", "out of employment", "uit dienst", "medewerker uit dienst", "ausser dienst", "außer dienst", "hors service",
    "fuera de servicio", "fuori servizio", "ex employee", "former employee", "is former employee", "left company", "left the company",
    "has left", "has left the company", "nsaccountlock", "block sign in", "block signin", "block login", "block credential",
    "block credentials", "block user", "block account", "lock account", "anmeldung blockieren", "soft deleted", "is soft deleted",
    "no login", "no access", "nologin", "baja", "sperre", "kontosperre", "benutzersperre", "nicht aktiv", "退職", "离职", "離職", "退職済",
    "是否离职", "停用", "禁用", "無効", "퇴사", "비활성",
];

/// Words that begin like one for a blocked person and name something else: beside neutral words, too.
#[rustfmt::skip]
pub(crate) const NO_STATE: &[&str] = &[
    "block", "blocks", "lock", "locks", "lockout", "archive", "archives", "suspension", "deletion", "termination", "terminations",
    "resignation", "departure", "leave", "leaves", "leaving", "hold", "disability", "retraite", "austritt", "sortie", "delete",
    "hidden", "hide", "exclude", "excluded", "exclusion", "expired", "closed", "stopped", "removed", "rejected", "denied", "forbidden",
    "frozen", "cancelled", "canceled", "withdrawn", "depart", "partie", "hold", "kündigung", "sperrung", "archivierung",
    "lockouttime", "gekündigt am",
];

/// What may be asked beside a status: the whole heading says that an account or a person is blocked, by one of these.
#[rustfmt::skip]
pub(crate) const BESIDE: &[&str] = &[
    "suspend", "suspens", "suspendu", "block", "bloqu", "bloc", "blokk", "blokov", "geblok", "lock", "delet", "archiv", "deactivat",
    "inactiv", "terminat", "deprovision", "gesperrt", "deaktiv", "gelöscht", "archiv", "sospes", "zablok", "spær", "sperr", "spärr",
    "verwijderd", "gearchiveerd", "supprim", "désactiv", "eliminad", "arquivad", "bloccat", "blocat", "блокир", "заблок", "удален",
];
