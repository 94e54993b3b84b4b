//! Files that are refused as a whole, and the messages.

use super::column;
use super::{check, map, settings, shown, with_fields};
use crate::csv::read;
use crate::error::Error;
use rollcall_config::{CsvEncoding, CsvSettings};
use std::io;

#[test]
fn open_quotes_are_refused() {
    let settings = with_fields(&["name", "note"]);
    let open = "refused: a quote that is opened in line 2 (column \"name\") is never closed…";
    let lines = format!("email,name,note\na,\"{}\",\n", "x\n".repeat(100) + "x");
    let bytes = format!("email,name,note\na,\"\n{}\",\n", "x".repeat(70_000));
    let cases = [
        ("to the end", "email,name,note\na,\"x,y\nb,z,w\n"),
        ("text follows", "email,name,note\na,\"x,y\nb,\"z\",w\n"),
        ("closed by the next cell that begins with a comma", "email,name,note\na,\"x,y\nb,\",z\",w\n"),
        ("closed by the next cell that begins with a quote", "email,name,note\na,\"x,y\nb,\"\"\",z\",w\n"),
        ("closed by a stray quote, too few cells", "email,name,note\na,\"x,y\nb,z\"\nc,,\n"),
        ("closed by a stray quote, too many cells", "email,name,note\na,\"x,y\nb,z\",,,,\nc,,\n"),
        ("another flaw in the row", "email,name,note\na,\"x,y\nb,z\",\"z\" w\nc,,\n"),
        ("more than 100 lines", &lines),
        ("several lines and more than 64 KiB", &bytes),
    ];
    for (name, file) in cases {
        check(name, &settings, file.as_bytes(), &[open]);
    }
    check(
        "in the headings",
        &settings,
        b"email,\"name,note\na,b,c\n",
        &["refused: a quote that is opened in line 1 is never closed…"],
    );
    check(
        "in the key",
        &settings,
        b"email,name,note\n\"a\nb\",,\n",
        &["refused: the cell under \"email\" in the row of line 2 goes over several lines; …"],
    );
}

#[test]
fn encodings() {
    let settings = settings();
    check(
        "UTF-8 with a bad byte",
        &settings,
        b"email\nb\n\"c\nd\xFF\"\n",
        &["refused: line 4 is not UTF-8; …"],
    );
    check(
        "odd UTF-16",
        &settings,
        b"\xFF\xFEe\0m\0a\0i\0l\0\n\0a\0\n",
        &["refused: line 2 is not whole UTF-16, …"],
    );
    let half = b"\xFF\xFEe\0m\0a\0i\0l\0\n\0\x00\xD8\n\0";
    check("half a character", &settings, half, &["refused: line 2 is not whole UTF-16, …"]);
    let text = "email\na\n";
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
        check(
            "UTF-16 without a mark",
            &settings,
            &bytes,
            &["refused: the file looks like UTF-16 without a …"],
        );
    }
}

#[test]
fn headings() {
    let mut settings = with_fields(&["name"]);
    check(
        "none of them",
        &settings,
        b"a@x.test;Ann\n",
        &[
            "refused: line 1 has no column \"email\", \"name\"; it has 2 columns, and none of those that the …",
        ],
    );
    check("only blank lines", &settings, b"\r\n  \r\n\r\n", &["refused: the file is empty: …"]);
    check(
        "only blank rows",
        &settings,
        b"\nemail,name\r\n\r\n,\r\n",
        &["refused: the file has no rows below its headings (line 2), …"],
    );
    settings.delimiter = Some(b';');
    check(
        "another delimiter than the setting",
        &settings,
        b"email,name\na,b\n",
        &[
            "refused: line 1 has no headings that are separated by \";\", as `delimiter` says, but it has them separated by \",\"; set delimiter = \",\"",
        ],
    );
    check("a sep= line goes before the setting", &settings, b"SEP=|\remail|name\ra|b\r", &["3 a name=\"b\""]);
    check(
        "the setting goes before what could be found",
        &settings,
        b"email;name\na;b,c\n",
        &["2 a name=\"b,c\""],
    );
}

#[test]
fn separator_that_is_not_configured_is_named_with_its_setting() {
    let mut unset = settings();
    map(&mut unset, "given_name", "given name", false);
    let set = CsvSettings { delimiter: Some(b';'), ..unset.clone() };
    let set_to = |found: &str| format!("separated by {found}; set delimiter = {found}");
    let several =
        |found: &str| format!("separated by {found}, and several characters cannot be a delimiter; …");
    for (name, separator, said, is_found_unset) in [
        ("tab", "\t", set_to("\"tab\""), true),
        ("bar", "|", set_to("\"|\""), true),
        ("two bars, which leave an empty column", "||", set_to("\"|\""), true),
        ("caret", "^", set_to("\"^\""), false),
        ("tilde", "~", set_to("\"~\""), false),
        ("backslash", "\\", set_to("\"\\\\\""), false),
        ("unit separator", "\u{1F}", set_to("\"\\u001F\""), false),
        ("broken bar", "¦", String::from("separated by '¦', which cannot be a delimiter; …"), false),
        ("two colons", "::", several("\"::\""), false),
        ("an arrow", "=>", several("\"=>\""), false),
        ("signs between spaces", " ~^ ", several("\"~^\""), false),
        ("fixed width", "      ", String::from("in columns of a fixed width, …"), false),
    ] {
        let file = ["email,given name,id", "ann,Ann,1"].map(|line| line.replace(',', separator)).join("\n");
        let last = said.trim_end_matches('…');
        let refusal = shown(&set, file.as_bytes()).concat();
        assert!(refusal.starts_with("refused: ") && refusal.contains(last), "{name}: {refusal}");
        let refusal = shown(&unset, file.as_bytes()).concat();
        assert_eq!(refusal.contains(last), !is_found_unset, "{name}: {refusal}");
    }
    check(
        "the setting that the message names reads the file",
        &CsvSettings { delimiter: Some(0x1F), ..unset.clone() },
        b"email\x1Fgiven name\nann\x1FAnn\n",
        &["2 ann given_name=\"Ann\""],
    );
    check(
        "a wrong sep= line",
        &unset,
        b"sep=;\nemail,given name\na,b\n",
        &["refused: line 2 has no headings that are separated by \";\", as the file's sep= line says, …"],
    );
    check(
        "a heading with a point is no separator",
        &unset,
        b"mail;user.given name\na;b\n",
        &["refused: line 1 has no column \"email\" (did you mean \"mail\", column 1?), …"],
    );
    check(
        "another delimiter, and a column is missing",
        &set,
        b"email,first\na,b\n",
        &["refused: line 1 has no headings that are separated by \";\", as `delimiter` says, …"],
    );
}

#[test]
fn cells_are_not_quoted_without_known_headings() {
    let secrets = ["hunter2", "Ann", "ann@x.test", "active,", "Surname"];
    let mut settings = with_fields(&["name"]);
    map(&mut settings, "status", "active", false);
    settings.mapping.username = Some(column("username"));
    let files: [&[u8]; 12] = [
        b"ann@x.test,Ann Surname,hunter2\n",
        // A value that is a configured heading makes no headings of its neighbours.
        b"ann@x.test,Ann,hunter2,active\nben@x.test,Ben,hunter3,active\n",
        b"hunter2email;Ann Surname;hunter2username\n",
        b"username,hunter2 email,hunter2\nann,Ann,x\n",
        b"{\"email\":\"ann@x.test\",\"password\":\"hunter2\"}\n",
        b"[{\"email\":\"ann@x.test\",\n\"name\":\"hunter2\"}]\n",
        b"<html><body>hunter2</body></html>\n",
        b"Ann;\"hunter2\nben;x;y\n",
        b"Ann,\"hunter2\"x,\xFF\n",
        b"\xFF\xFEA\0n\0n\0,\0h\0u\0n\0t\0e\0r\x002\0\n\0",
        b"PK\x03\x04hunter2,Ann\n",
        b"sep=;\nann@x.test;hunter2\n",
    ];
    for delimiter in [None, Some(b';')] {
        for encoding in [CsvEncoding::UTF_8, CsvEncoding::parse("windows-1252").expect("is known")] {
            (settings.delimiter, settings.encoding) = (delimiter, encoding);
            for file in files {
                let error = read(&settings, file, file.len() as u64, &mut |_| {}).expect_err("is refused");
                for shown in [error.to_string(), format!("{error:?}")] {
                    assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
                }
            }
        }
    }
}

#[test]
fn missing_columns_are_named_with_those_found() {
    let mut settings = with_fields(&["family_name"]);
    settings.mapping.username = Some(column("user-name"));
    check(
        "some are there",
        &settings,
        b"E-Mail,Last Name,usrname,Secret stuff\na,b,c,d\n",
        &[
            "refused: line 1 has no column \"email\" (did you mean \"E-Mail\", column 1?), \"user-name\" (did you \
           mean column 3?), \"family_name\" (did you mean \"Last Name\", column 2?); it has 4 columns, and none …",
        ],
    );
    check(
        "the key is there",
        &settings,
        b"email\na\n",
        &[
            "refused: line 1 has no column \"user-name\", \"family_name\"; it has 1 column, \"email\" among them. Its …",
        ],
    );
}

#[test]
fn cut_or_changed_files_are_refused() {
    let settings = with_fields(&["name"]);
    check(
        "the last row",
        &settings,
        b"email,name\na,b\nc",
        &["refused: the file is cut off in its last row, line 3: 1 of 2 cells, …"],
    );
    let of_length = |bytes: &[u8], expected: u64| read(&settings, bytes, expected, &mut |_| {});
    let file = b"email,name\na,\xC3\xA9\n";
    let error = of_length(&file[..14], 16).expect_err("is cut off");
    assert!(matches!(error, Error::CutOff { read: 14, expected: 16 }), "not {error}");
    assert!(matches!(of_length(b"", 16), Err(Error::CutOff { read: 0, expected: 16 })));
    assert!(matches!(of_length(file, 15), Err(Error::Grew { expected: 15 })));
    assert!(matches!(of_length(file, 16), Ok(summary) if summary.entries == 1));
}

#[test]
fn failing_reader_refuses_the_file() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let input = io::Read::chain(&b"email\na\n"[..], Broken);
    let error = read(&settings(), input, 1000, &mut |_| {}).expect_err("fails");
    assert!(matches!(&error, Error::Read(cause) if cause.to_string() == "gone"));
    fn is_portable<T: Send + Sync + 'static>(_: &T) {}
    is_portable(&error);
}

#[test]
fn file_that_ends_inside_a_letter_is_cut_off() {
    for (name, text) in [
        ("two bytes", "email\nann\nzo\u{eb}"),
        ("three bytes", "email\n\u{eb}ve\nann\u{20ac}"),
        ("four bytes", "email\nann\u{1f600}"),
    ] {
        let cut = &text.as_bytes()[..text.len() - 1];
        let error = super::read_all(&settings(), cut).expect_err(name).to_string();
        let last = text.lines().count();
        assert!(
            error.contains(&format!("line {last}, the last one, ends inside a letter: the file is cut off")),
            "{name}: {error}"
        );
    }
    let error =
        super::read_all(&settings(), b"email\nann\xe9\nbob\n").expect_err("another encoding").to_string();
    assert!(error.contains("line 2 is not UTF-8"), "{error}");
}
