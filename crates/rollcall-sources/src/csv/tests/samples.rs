//! Twenty-seven files as directories, spreadsheets and people write them.

use super::column;
use super::{check, map, settings, shown, with_fields};
use rollcall_config::{CsvEncoding, CsvSettings};

const HEADINGS: &str = "email,given_name,family_name,preferred_username,DistinguishedName\r\n";
const U1: &str = "u1@rollcall.test,Ada,Ash,u1,\"CN=u1,OU=People,DC=test\"\r\n";
const U2: &str = "u2@rollcall.test,Bo,Birch,u2,\"CN=u2,OU=People,DC=test\"\r\n";
const U1_TOLD: &str = r#"2 u1@rollcall.test username=u1 dn="CN=u1,OU=People,DC=test" given_name="Ada""#;
const U2_TOLD: &str = r#"3 u2@rollcall.test username=u2 dn="CN=u2,OU=People,DC=test" given_name="Bo""#;

fn people() -> CsvSettings {
    let mut settings = settings();
    settings.mapping.username = Some(column("preferred_username"));
    map(&mut settings, "given_name", "given_name", false);
    map(&mut settings, "dn", "DistinguishedName", false);
    settings
}

fn file(rows: &str) -> String {
    format!("{HEADINGS}{rows}")
}

fn utf16(mark: [u8; 2], unit: fn(u16) -> [u8; 2], text: &str) -> Vec<u8> {
    mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect()
}

#[test]
fn encodings() {
    let text = file(&(U1.replace("Ada", "Žofie") + U2));
    let expected = [&*U1_TOLD.replace("Ada", "Žofie"), U2_TOLD];
    check("utf8-bom", &people(), format!("\u{FEFF}{text}").as_bytes(), &expected);
    check("utf16le-bom", &people(), &utf16([0xFF, 0xFE], u16::to_le_bytes, &text), &expected);
    check("utf16be-bom", &people(), &utf16([0xFE, 0xFF], u16::to_be_bytes, &text), &expected);

    let tabs = file(U1).replace(',', "\t").replace("CN=u1\tOU=People\tDC=test", "CN=u1,OU=People,DC=test");
    check(
        "utf16le-tab-excel-unicode-text",
        &people(),
        &utf16([0xFF, 0xFE], u16::to_le_bytes, &tabs),
        &[U1_TOLD],
    );
    check("tab", &people(), tabs.as_bytes(), &[U1_TOLD]);
}

#[test]
fn windows_1252_is_read_where_configured() {
    let (bytes, _, _) =
        encoding_rs::WINDOWS_1252.encode("email,given_name\r\nu1,Bo\r\nu2,René\r\nu3,O’Neil\r\n");
    let mut settings = with_fields(&["given_name"]);
    check(
        "cp1252 as UTF-8",
        &settings,
        &bytes,
        &[
            "refused: line 3 is not UTF-8; save the file as \"CSV UTF-8\", or set encoding = \"windows-1252\"…",
        ],
    );
    settings.encoding = CsvEncoding::Windows1252;
    let expected = [r#"2 u1 given_name="Bo""#, r#"3 u2 given_name="René""#, r#"4 u3 given_name="O’Neil""#];
    check("cp1252", &settings, &bytes, &expected);
    check(
        "a mark goes before the setting",
        &settings,
        "\u{FEFF}email,given_name\na,Zoë\n".as_bytes(),
        &[r#"2 a given_name="Zoë""#],
    );
}

#[test]
fn delimiters_and_line_ends() {
    let semicolons = file(U1).replace(',', ";").replace("CN=u1;OU=People;DC=test", "CN=u1,OU=People,DC=test");
    let with_sep = format!("sep=;\r\n{semicolons}");
    check("plain-crlf", &people(), file(&format!("{U1}{U2}")).as_bytes(), &[U1_TOLD, U2_TOLD]);
    check("semicolon", &people(), semicolons.as_bytes(), &[U1_TOLD]);
    check("sep-line", &people(), with_sep.as_bytes(), &[&*U1_TOLD.replacen('2', "3", 1)]);
    check(
        "cr-only",
        &people(),
        file(&format!("{U1}{U2}")).replace("\r\n", "\r").as_bytes(),
        &[U1_TOLD, U2_TOLD],
    );
    check("no-final-newline", &people(), file(U1).trim_end().as_bytes(), &[U1_TOLD]);
    check("trailing-blank", &people(), file(&format!("{U1}\r\n\r\n,,,,\r\n  \r\n")).as_bytes(), &[U1_TOLD]);
    check(
        "unicode-line-sep",
        &people(),
        file("u1@rollcall.test,Ada\u{2028}Mae,Ash,u1,CN=u1\r\n").as_bytes(),
        &[r#"2 u1@rollcall.test username=u1 dn="CN=u1" given_name="Ada\u{2028}Mae""#],
    );
}

#[test]
fn quotes() {
    let broken_name = file(&format!("u1@rollcall.test,\"Ada\r\nMae\",Ash,u1,\"CN=u1,DC=test\"\r\n{U2}"));
    check(
        "quoted-newline",
        &people(),
        broken_name.as_bytes(),
        &[
            r#"2 u1@rollcall.test username=u1 dn="CN=u1,DC=test" given_name="Ada\r\nMae""#,
            &*U2_TOLD.replacen('3', "4", 1),
        ],
    );
    check(
        "unclosed-quote",
        &people(),
        file(&format!("u1@rollcall.test,\"Ada,Ash,u1,CN=u1\r\n{U2}")).as_bytes(),
        &["refused: a quote that is opened in line 2 (column \"given_name\") is never closed…"],
    );
    check(
        "quote-inside-field",
        &people(),
        file("u1@rollcall.test,Ada \"The\" Ash,Ash,u1,CN=u1\r\nu2@rollcall.test,\"Bo \"The\" B\",Birch,u2,CN=u2\r\n")
            .as_bytes(),
        &[
            r#"2 u1@rollcall.test username=u1 dn="CN=u1" given_name="Ada \"The\" Ash""#,
            r#"3 u2@rollcall.test username=u2 rejected: the cell under "given_name" continues after its closing quote; write…"#,
        ],
    );
    check(
        "backslash-escape",
        &people(),
        file("u1@rollcall.test,\"Ada \\\"The\\\" Ash\",Ash,u1,CN=u1\r\n").as_bytes(),
        &[
            r#"2 u1@rollcall.test username=u1 rejected: the cell under "given_name" continues after its closing quote; …"#,
        ],
    );
}

#[test]
fn headings() {
    let twice = b"email,name,email\r\na@x.test,Ada,b@x.test\r\n";
    check(
        "dup-headers",
        &settings(),
        twice,
        &["refused: line 1 has the heading \"email\" twice, as columns 1 and 3; …"],
    );
    let mut by_name = settings();
    by_name.match_field = column("name");
    check("dup-headers that are not used", &by_name, twice, &["2 Ada"]);

    let aliases = b"E-mail Address , First Name,Last Name,Username,DN\r\nu1@rollcall.test, Ada ,Ash,u1,\"CN=u1,DC=test\"\r\n";
    check(
        "alias-headers",
        &people(),
        aliases,
        &["refused: line 1 has no column \"email\" (did you mean \"E-mail Address\", column 1?), \
           \"preferred_username\" (did you mean \"Username\", column 4?), \"DistinguishedName\" (did you mean \"DN\", \
           column 5?), \"given_name\" (did you mean \"First Name\", column 2?); it has 5 columns, and none of those …"],
    );
    let mut named = settings();
    named.match_field = column("e-mail address");
    map(&mut named, "given_name", "first name", false);
    check("alias-headers, named", &named, aliases, &[r#"2 u1@rollcall.test given_name="Ada""#]);
}

#[test]
fn empty_files_are_refused() {
    check("empty", &people(), b"", &["refused: the file is empty: …"]);
    check(
        "header-only",
        &people(),
        HEADINGS.as_bytes(),
        &["refused: the file has no rows below its headings (line 1), …"],
    );
}

#[test]
fn rows_with_too_few_or_many_cells() {
    check(
        "ragged",
        &people(),
        file("u1@rollcall.test,Ada,Ash\r\nu2@rollcall.test,Bo,Birch,u2,CN=u2,OU=People,DC=test\r\n")
            .as_bytes(),
        &[
            "2 u1@rollcall.test username=- rejected: the row has 3 of 5 cells; add what is missing",
            "3 u2@rollcall.test username=u2 rejected: the row has 7 cells where the headings have 5; \
             put a cell that holds a ',' in quotes",
        ],
    );
}

#[test]
fn damaged_cells() {
    check(
        "nul-bytes",
        &people(),
        file("u1@rollcall.test,A\0da,Ash,u1,x\r\n").as_bytes(),
        &[
            "2 u1@rollcall.test username=u1 rejected: the cell under \"given_name\" holds a control character (U+0000); …",
        ],
    );
    check(
        "zwsp-nbsp",
        &people(),
        file("\u{200B}u1@rollcall.test,Ada\u{A0},Ash,u1@rollcall.test\u{202C},CN=u1\r\n").as_bytes(),
        &[r#"2 u1@rollcall.test dn="CN=u1" given_name="Ada""#],
    );
    let mut by_id = with_fields(&["phone"]);
    by_id.match_field = column("employee_id");
    by_id.mapping.username = Some(column("email"));
    check(
        "excel-mangled",
        &by_id,
        b"email,employee_id,joined,phone\r\nu1,1.23457E+15,1/2/24,4.91512E+11\r\nu2,007,02.01.2024,00491512\r\nu3,#N/A,45293,TRUE\r\n",
        &[
            "2 - username=u1 rejected: the cell under \"employee_id\" was changed by a spreadsheet (…",
            r#"3 007 username=u2 phone="00491512""#,
            "4 - username=u3 rejected: the cell under \"employee_id\" was changed by a spreadsheet (…",
        ],
    );
}

#[test]
fn formulas_are_read_unchanged() {
    check(
        "formula",
        &people(),
        file("u1@rollcall.test,\"=HYPERLINK(\"\"http://x\"\")\",+1,@SUM(A1),-2\r\n").as_bytes(),
        &[r#"2 u1@rollcall.test username=@SUM(A1) dn="-2" given_name="=HYPERLINK(\"http://x\")""#],
    );
}

#[test]
fn two_spellings_of_one_key_are_two_rows() {
    let shown = shown(&settings(), file("u1@rollcall.test,,,,\r\nU1@Rollcall.Test,,,,\r\n").as_bytes());
    assert_eq!(shown, ["2 u1@rollcall.test", "3 U1@Rollcall.Test"], "mixed-case-dup-keys");
}
