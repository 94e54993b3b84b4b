//! The words of states, in the usual languages, as `words::plain` compares them.
//!
//! Beside `states`, which asks them; stems that say gone in every language are `rollcall_config::is_opposite`.

/// States in which a person works there.
#[rustfmt::skip]
pub(super) const PRESENT: &[&str] = &[
    "active", "enabled", "current", "employed", "activated", "provisioned", "live", "password_expired", "locked_out",
    "recovery", "probation", "on probation", "notice period", "on notice", "serving notice", "under notice", "in service",
    "active employee", "current employee", "currently employed", "active user", "active assignment", "working",
    "sign in allowed", "login allowed", "allowed", "on duty", "present", "in good standing", "reactivated", "rehired",
    "aktiv", "aktiviert", "beschäftigt", "angestellt", "im dienst", "im arbeitsverhältnis", "probezeit", "anwesend",
    "in beschäftigung", "tätig", "freigegeben",
    "actif", "active", "actifs", "présent", "présente", "en poste", "en activité", "en fonction", "à l effectif",
    "période d essai", "activé",
    "activo", "activa", "en activo", "alta", "de alta", "en alta", "vigente", "contratado", "contratada", "empleado",
    "habilitado", "habilitada", "en periodo de prueba", "en plantilla",
    "attivo", "attiva", "in forza", "in servizio", "in organico", "assunto", "assunta", "abilitato", "in prova",
    "ativo", "ativa", "em atividade", "em exercício", "trabalhando", "ativado", "ativada", "no ativo", "empregado",
    "empregada", "em experiência",
    "actief", "in dienst", "werkzaam", "werkend", "ingeschakeld",
    "aktywny", "aktywna", "aktywne", "zatrudniony", "zatrudniona", "pracuje", "pracujący", "pracująca", "czynny", "czynna",
    "aktív", "aktivní", "aktívny", "aktívna", "zaměstnán", "zaměstnána", "zaměstnaný", "zaměstnaná", "v pracovním poměru",
    "zamestnaný", "zamestnaná", "zamestnanec", "pracující", "állományban", "dolgozik", "foglalkoztatott", "jelenlegi",
    "activ", "activă", "angajat", "angajată", "în activitate",
    "anställd", "tillsvidareanställd", "i tjänst", "ansatt", "ansat", "i arbejde", "i arbeid", "aktivt", "aktive",
    "aktiivinen", "työsuhteessa", "palveluksessa", "töissä",
    "aktif", "çalışıyor", "çalışan", "görevde", "etkin",
    "активен", "активна", "активный", "активная", "активно", "работает", "работающий", "работающая", "трудоустроен",
    "трудоустроена", "в штате", "действующий", "активний", "працює", "працюючий", "у штаті",
    "ενεργός", "ενεργή", "ενεργο", "εργαζόμενος", "απασχολείται",
    "aktivan", "aktivna", "zaposlen", "zaposlena", "активан", "запослен",
    "在籍", "在籍中", "在職", "在職中", "在职", "在岗", "在崗", "正常", "启用", "啟用", "激活", "试用", "试用期", "正式", "有効",
    "재직", "재직중", "근무", "근무중", "활성", "사용", "수습",
    "đang làm việc", "hoạt động",
];

/// States in which a person is absent for a time: they keep their access.
#[rustfmt::skip]
pub(super) const LEAVE: &[&str] = &[
    "on leave", "on leave of absence", "leave of absence", "active leave", "leave with pay", "leave without pay",
    "paid leave", "unpaid leave", "family leave", "medical leave", "sick leave", "on medical leave", "on parental leave",
    "on maternity leave", "paternity leave", "loa", "leave", "leave status", "on sick leave", "parental leave",
    "maternity leave", "sabbatical", "on sabbatical", "currently on leave", "furlough", "furloughed", "on furlough",
    "short work break", "absent", "on vacation", "vacation",
    "elternzeit aktiv", "mutterschutz", "krank", "langzeitkrank", "in mutterschutz", "sonderurlaub", "abwesend", "beurlaubt",
    "in elternzeit", "elternzeit", "in karenz", "karenz", "urlaub", "im urlaub", "freigestellt",
    "congé maternité", "congé parental", "arrêt maladie", "en congé", "en conge", "congé", "en arrêt maladie",
    "congé sans solde", "absent", "absente",
    "baja médica", "baja medica", "baja maternal", "baja por maternidad", "baja por enfermedad", "baja temporal",
    "incapacidad", "de permiso", "en excedencia", "excedencia", "vacaciones", "de vacaciones", "licencia", "con licencia",
    "de licencia", "permiso",
    "in aspettativa", "aspettativa", "in congedo", "congedo", "maternità", "in maternità", "malattia", "in malattia", "ferie",
    "in ferie",
    "de licença", "em licença", "licença", "licença maternidade", "afastado", "afastada", "férias", "em férias",
    "afastamento", "licenciado", "licenciada",
    "met verlof", "verlof", "ziek", "zwangerschapsverlof", "ouderschapsverlof",
    "na urlopie", "urlop", "urlop macierzyński", "urlop rodzicielski", "urlop wychowawczy", "urlop bezpłatny",
    "na zwolnieniu lekarskim", "zwolnienie lekarskie",
    "orlov", "på orlov", "barsel", "på barsel", "i permisjon", "permisjon", "foreldrepermisjon", "tjänstledig",
    "föräldraledig", "sjukskriven", "sykmeldt", "sygemeldt", "vanhempainvapaalla", "lomalla", "sairauslomalla",
    "mateřská", "mateřská dovolená", "rodičovská dovolená", "na mateřské", "dovolená", "materská dovolenka", "szabadságon",
    "gyed", "gyes", "táppénzen", "în concediu", "concediu", "concediu medical", "izinli", "izinde", "doğum izni", "raporlu",
    "в отпуске", "отпуск", "декрет", "в декрете", "декретный отпуск", "больничный", "на больничном", "у відпустці",
    "відпустка", "декретна відпустка", "σε άδεια", "άδεια",
    "休職", "休職中", "休業", "休業中", "産休", "産休中", "育休", "育休中", "育児休業", "休假", "休职", "产假", "病假", "停薪留職", "留職停薪",
    "휴직", "휴직중", "육아휴직",
];

/// Words for a leave: whatever stands beside them says which.
#[rustfmt::skip]
pub(super) const LEAVE_WORDS: &[&str] = &[
    "leave", "loa", "elternzeit", "mutterschutz", "karenz", "congé", "conge", "excedencia", "aspettativa", "congedo",
    "licença", "verlof", "urlop", "orlov", "permisjon", "отпуск", "відпустка",
];

/// Beginnings of words that end an employment also where a leave stands beside them.
pub(super) const ENDED: &[&str] =
    &["terminat", "left", "leaver", "resign", "dismiss", "retire", "ended", "gekündigt"];

/// Words for an end that is still to come.
#[rustfmt::skip]
pub(super) const PENDING: &[&str] = &[
    "pending", "upcoming", "scheduled", "future", "planned", "geplant", "künftig", "bevorstehend", "prévu", "pendiente",
    "previsto", "prevista",
];

/// States in which a person has left, beside those that `is_opposite` knows.
#[rustfmt::skip]
pub(super) const GONE: &[&str] = &[
    "left", "former", "tobedeleted", "leaver", "ex-employee", "ex", "resigned", "staged", "deceased", "retired", "retiree",
    "withdrawn", "departed", "offboarded", "no longer employed", "past", "past employee", "former employee", "separated",
    "released", "no show", "reported no show", "never started", "did not start", "rescinded", "discarded", "dormant", "laid off",
    "redundant", "dead", "alumni", "graduated", "transferred out", "not employed", "unemployed", "deprovisioned",
    "no longer active", "no longer here", "left company", "left the company", "contract ended", "made redundant",
    "ausgetreten", "rentner", "pensioniert", "pensionär", "ausgeschieden", "ehemalig", "ehemaliger", "ehemalige", "ruhestand",
    "im ruhestand", "verstorben", "nicht mehr aktiv", "nicht mehr beschäftigt", "gekündigt", "passiviert",
    "parti", "sorti", "sortie", "partie", "démissionné", "démissionnaire", "licencié", "licenciée", "décédé", "ancien",
    "dimitido", "dimitida", "cesado", "cesada", "fallecido", "extinguido", "extinguida", "finiquitado", "dado de baja",
    "dimesso", "dimessa", "dimissionario", "licenziato", "in quiescenza", "deceduto",
    "demitido", "demitida", "desligado", "desligada", "rescindido", "exonerado", "exonerada", "falecido", "aposentado",
    "aposentada", "dispensado",
    "uit dienst", "vertrokken", "ontslagen", "overleden",
    "zwolniony", "zwolniona", "były", "nie pracuje", "niezatrudniony", "zakończono współpracę",
    "propuštěn", "propuštěna", "odešel", "odešla", "bývalý", "prepustený", "kilépett", "megszűnt", "plecat", "concediat",
    "slutat", "slutade", "avgått", "sluttet", "stoppet", "fratrådt", "opsagt", "eronnut", "päättynyt", "lähtenyt",
    "ayrıldı", "ayrılmış", "işten ayrıldı", "işten çıktı", "çıkış", "pasif",
    "уволен", "уволена", "уволенный", "не работает", "уволился", "уволилась", "бывший", "звільнений", "звільнена", "не працює",
    "αποχώρησε", "απολύθηκε",
    "退職", "退職済", "退職済み", "退社", "離職", "离职", "已离职", "已離職", "离岗", "辞职", "辭職", "辞退", "解雇", "退休", "無効", "已停用",
    "퇴사", "퇴직", "퇴직자", "퇴사자", "비활성", "정지", "해고",
    "đã nghỉ việc", "nghỉ việc",
];

/// Kinds of employment and of membership. Below a status they say that somebody is there.
#[rustfmt::skip]
pub(super) const KINDS: &[&str] = &[
    "full time", "fulltime", "part time", "parttime", "permanent", "temporary", "temp", "fixed term", "fixed term contract",
    "contract", "contractor", "consultant", "freelancer", "freelance", "intern", "internship", "apprentice", "trainee",
    "casual", "seasonal", "regular", "employee", "staff", "volunteer", "per diem", "zero hours", "full time employee",
    "part time employee", "regular full time", "regular part time", "regular employee", "hourly", "salaried", "exempt",
    "non exempt", "member", "user", "owner", "primary owner", "workspace owner", "workspace admin", "admin", "administrator",
    "workspace primary owner",
    "vollzeit", "teilzeit", "befristet", "unbefristet", "werkstudent", "werkstudentin", "praktikant", "praktikantin",
    "auszubildender", "auszubildende", "azubi", "minijob", "minijobber", "arbeiter", "angestellter", "angestellte", "beamter",
    "beamtin", "festangestellt", "aushilfe", "geringfügig beschäftigt",
    "cdi", "cdd", "alternance", "alternant", "stagiaire", "apprenti", "intérimaire", "temps plein", "temps partiel",
    "titulaire", "contractuel", "cadre", "non cadre", "employé", "etam", "ouvrier", "agent de maîtrise", "fonctionnaire",
    "indefinido", "temporal", "fijo", "jornada completa", "tiempo completo", "media jornada", "tiempo parcial", "becario",
    "tempo indeterminato", "tempo determinato", "tempo pieno", "tempo parziale", "stagista", "apprendista",
    "efetivo", "temporário", "estagiário", "aprendiz", "clt", "pj",
    "vast", "tijdelijk", "bepaalde tijd", "onbepaalde tijd", "oproepkracht", "fastansat", "fast ansatt", "vikar",
    "umowa o pracę", "umowa zlecenie", "정규직", "계약직", "正社員", "契約社員", "パート", "派遣",
];

/// Words of a marriage: a status with them is not that of a person's work.
#[rustfmt::skip]
pub(super) const OTHER_THINGS: &[&str] = &[
    "single", "married", "divorced", "widowed", "never married", "domestic partner", "ledig", "verheiratet", "geschieden",
    "verwitwet", "célibataire", "marié", "mariée", "divorcé", "divorcée", "veuf", "veuve", "pacsé", "pacsée", "soltero",
    "soltera", "casado", "casada", "divorciado", "divorciada", "viudo", "viuda", "solteiro", "solteira", "divorciado",
    "viúvo", "viúva", "celibe", "nubile", "coniugato", "coniugata", "divorziato", "vedovo", "gehuwd", "ongehuwd",
    "gescheiden", "citizen", "veteran", "non veteran", "not a veteran",
];
