//! Which column is the key of a file that nobody has described: what is filled in every row and different everywhere.
//!
//! Beside `guess`. Promises that a name of a person, the number of a row and a secret are no key while there is another, and
//! that a secret never is one.

use crate::addresses;
use crate::dates;
use crate::find::{find_where, is_nameable, why};
use crate::heading_words::{is_others, joined};
use crate::line::column_text as quoted;
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use crate::spellings::spaced;
use crate::usual_headings::{self, EMAILS, GUIDS, IDS, USERNAMES};
use crate::words::plain;

/// A key must be filled in so many rows of a hundred.
pub(crate) const KEY_PERCENT: u64 = 95;

/// A column that is named as a key, and filled so far, is better than a name.
const MOSTLY_PERCENT: u64 = 60;
/// Of so many rows in a hundred the keys differ where some people have several rows.
const REPEATED_PERCENT: u64 = 60;
/// The rank of a column of names.
const OF_NAMES: u8 = 2;

/// Headings of a column that may only count the rows, as `heading_words::joined` leaves them.
const COUNTERS: &[&str] = &[
    "no",
    "nr",
    "n",
    "num",
    "number",
    "nummer",
    "numéro",
    "numero",
    "número",
    "lfdnr",
    "laufendenummer",
    "laufnr",
    "pos",
    "position",
    "row",
    "rowno",
    "rownumber",
    "rownum",
    "rowid",
    "line",
    "lineno",
    "linenumber",
    "index",
    "idx",
    "sno",
    "srno",
    "slno",
    "serialno",
    "serialnumber",
    "seq",
    "seqno",
    "sequence",
    "zeile",
    "zeilennr",
    "zeilennummer",
    "ligne",
    "fila",
    "riga",
    "rang",
    "rank",
    "lp",
    "sıra",
    "sırano",
    "key",
    "code",
    "unnamed0",
    "item",
    "№",
    "пп",
    "序号",
    "連番",
    "项次",
    "순번",
];

/// Words of headings of what nobody else must see: secrets, official numbers, accounts of a bank.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwort",
    "passwd",
    "pwd",
    "kennwort",
    "passphrase",
    "pin",
    "puk",
    "token",
    "secret",
    "apikey",
    "ssn",
    "nino",
    "tin",
    "itin",
    "iban",
    "bic",
    "cvv",
    "pesel",
    "bsn",
    "cpf",
    "cpr",
    "ahv",
    "steuerid",
    "sozialversicherungsnummer",
    "svnr",
    "svnummer",
    "rvnummer",
    "steuernummer",
    "steueridentifikationsnummer",
    "contraseña",
    "senha",
    "wachtwoord",
    "hasło",
    "heslo",
    "lösenord",
    "passord",
    "salasana",
    "пароль",
    "снилс",
    "инн",
    "パスワード",
    "密码",
    "密碼",
    "身份证号",
    "身份证",
    "personnummer",
    "fødselsnummer",
    "henkilötunnus",
    "nif",
    "curp",
    "rfc",
    "codicefiscale",
    "passport",
    "reisepass",
    "otp",
];
/// Words that say it together, one after the other.
const SECRET_PHRASES: &[&str] = &[
    "api key",
    "private key",
    "secret key",
    "access key",
    "activation code",
    "recovery code",
    "mot de passe",
    "social security",
    "social insurance",
    "national insurance",
    "ni number",
    "national id",
    "tax id",
    "tax number",
    "tax file number",
    "steuer id",
    "sv nummer",
    "sécurité sociale",
    "securite sociale",
    "seguridad social",
    "codice fiscale",
    "bank account",
    "account number iban",
    "credit card",
    "card number",
    "driver s license",
    "driving licence",
];

/// Whether a heading names what nobody else must see.
pub(crate) fn is_secret(heading: &str) -> bool {
    let plain = plain(&spaced(heading));
    let is_word = plain.split(' ').any(|word| SECRET_WORDS.contains(&word));
    let padded = format!(" {plain} ");
    is_word || SECRET_PHRASES.iter().any(|phrase| padded.contains(&format!(" {phrase} ")))
}

/// Whether a heading says no more than that there is a number: it may be that of the row.
pub(crate) fn may_count_rows(heading: &str) -> bool {
    COUNTERS.contains(&joined(heading).as_str())
}

/// Whether a column only counts the rows: 1, 2, 3 under a heading that says no more.
fn counts_rows(column: &Column, profile: &Profile) -> bool {
    column.is_counting(profile.rows) && may_count_rows(&column.heading)
}

/// How well a column that nobody knows is suited to be the key: names of people are not, they change and are shared.
fn rank(column: &Column, profile: &Profile) -> u8 {
    let has_date_sign = |word: &str| word.contains(['-', '/', '.', ':']);
    let is_of_days = || {
        column.words.iter().all(|(word, _)| has_date_sign(word))
            && dates::format_of(column, profile).is_some()
    };
    let is_private = || column.is_of_addresses() && is_others(&column.heading);
    if usual_headings::is_shared(&column.heading) || is_of_days() || is_private() || is_phone(&column.heading)
    {
        3
    } else if usual_headings::is_of_name(&column.heading) || column.is_of_names() {
        OF_NAMES
    } else {
        u8::from(counts_rows(column, profile))
    }
}

/// Whether a heading is that of a telephone: nobody signs in with it, and it changes.
fn is_phone(heading: &str) -> bool {
    let plain = plain(&spaced(heading));
    let stems = [
        "phone",
        "telephone",
        "telefon",
        "téléphone",
        "teléfono",
        "mobile",
        "mobil",
        "handy",
        "cell",
        "tel",
        "gsm",
        "fax",
    ];
    plain
        .split(' ')
        .any(|word| stems.contains(&word) || word.starts_with("telefon") || word.starts_with("phone"))
}

/// The columns whose headings say that people are known by them, the best first.
fn named(profile: &Profile) -> Vec<&Column> {
    // Below "Employee" some systems write the whole name of a person.
    let is_good = |column: &Column| !column.is_of_names() && !counts_rows(column, profile);
    let mut named: Vec<&Column> = Vec::new();
    for names in [IDS, GUIDS, USERNAMES] {
        named.extend(names.iter().filter_map(|name| find_where(profile, &[name], &is_good)));
    }
    let is_own = |column: &Column| !is_others(&column.heading);
    named.extend(EMAILS.iter().filter_map(|name| find_where(profile, &[name], &is_own)));
    named.extend(addresses::columns(profile));
    let mut seen = Vec::new();
    named.retain(|column| {
        let is_new = !seen.contains(&column.heading.as_str());
        seen.push(column.heading.as_str());
        is_new
    });
    named
}

/// Adds the key: what is filled in every row and different everywhere, by the best heading. Gives its column.
pub(crate) fn add<'p>(profile: &'p Profile, settings: &mut Settings) -> Option<&'p Column> {
    let named = named(profile);
    let is_key = |column: &&Column| is_key(column, profile);
    let best = named.iter().copied().find(is_key);
    let column = best.or_else(|| best_of_others(&named, profile))?;
    for other in named.iter().take_while(|other| !is_key(other) && other.heading != column.heading) {
        settings.notes.push(format!("{:?} {}: it is not the key", other.heading, lacks(other, profile)));
    }
    let reason = if best.is_some() {
        "the key"
    } else {
        settings.notes.push(doubt(column, &named, profile));
        "the best there is"
    };
    settings.add("match_field", quoted(&column.heading), why(reason, column, profile));
    Some(column)
}

fn is_key(column: &Column, profile: &Profile) -> bool {
    column.is_unique() && column.percent(profile.rows) >= KEY_PERCENT
}

/// Why a column that is named as one is no key.
fn lacks(column: &Column, profile: &Profile) -> String {
    let rows = profile.rows;
    if column.percent(rows) < KEY_PERCENT {
        format!("is empty in {} of {rows} rows", rows - column.filled)
    } else {
        format!("has {} different values in {} rows", column.distinct, column.compared)
    }
}

/// The best key where none of the columns that are named as one is filled and different in every row.
fn best_of_others<'p>(named: &[&'p Column], profile: &'p Profile) -> Option<&'p Column> {
    let nameable = || {
        let columns = profile.columns.iter();
        columns.filter(|column| is_nameable(profile, column) && !is_secret(&column.heading))
    };
    let named = || named.iter().copied();
    let worth = |column: &&Column| {
        (column.distinct.min(column.filled), column.filled, std::cmp::Reverse(rank(column, profile)))
    };
    // A person may have a row for each position: their own number is better than that of the position.
    let repeated = named().filter(|column| is_repeated(column, profile)).max_by_key(|column| column.distinct);
    // A number that some rows lack is better than a name: notes below the table have none either.
    let mostly = named().filter(|column| {
        column.is_unique() && column.filled > 1 && column.percent(profile.rows) >= MOSTLY_PERCENT
    });
    let unknown =
        || nameable().filter(|column| is_key(column, profile)).min_by_key(|column| rank(column, profile));
    repeated
        .or_else(|| unknown().filter(|column| rank(column, profile) < OF_NAMES))
        .or_else(|| mostly.max_by_key(|column| column.filled))
        .or_else(unknown)
        .or_else(|| named().max_by_key(worth))
        .or_else(|| nameable().max_by_key(worth))
}

/// Whether a column is the number of a person of whom some have several rows.
fn is_repeated(column: &Column, profile: &Profile) -> bool {
    column.percent(profile.rows) >= KEY_PERCENT
        && !column.is_unique()
        && column.distinct * 100 >= column.compared * REPEATED_PERCENT
        && IDS.iter().any(|name| name.replace(' ', "") == joined(&column.heading))
}

/// What a person should look at where the key is doubtful.
fn doubt(column: &Column, named: &[&Column], profile: &Profile) -> String {
    let heading = &column.heading;
    if counts_rows(column, profile) {
        return format!(
            "{heading:?} is taken as the key, but it may only count the rows: in the next file another person would have the \
             number; add a column that stays with a person, such as the employee id or the e-mail address"
        );
    }
    if named.iter().any(|other| other.heading == *heading) {
        return format!(
            "{heading:?} {}, and is taken as the key all the same; rows without it change nobody, and rows of one person must \
             be alike in what is used",
            lacks(column, profile)
        );
    }
    format!(
        "no column with a heading such as \"employee id\" is filled and different in every row; {heading:?} is taken as the \
         key: check that it tells people apart and stays the same"
    )
}
