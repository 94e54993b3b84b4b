//! Cells that a spreadsheet or a wrong encoding has damaged (rules 43, 44).

use super::{by_id, check, read_all, settings, shown, with_fields};
use crate::error::Error;
use rollcall_config::{CsvEncoding, CsvSettings};

fn encoded(name: &str) -> CsvSettings {
    let mut settings = with_fields(&["name"]);
    settings.encoding = CsvEncoding::parse(name).expect("is known");
    settings
}

/// The file in this encoding.
fn bytes(name: &str, text: &str) -> Vec<u8> {
    let encoding = CsvEncoding::parse(name).expect("is known").encoding();
    match name {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let (bytes, _, has_lost) = encoding.encode(text);
            assert!(!has_lost, "{name} does not have {text}");
            bytes.into_owned()
        }
    }
}

#[test]
fn every_encoding_is_read_by_its_name() {
    for (encoding, name) in [
        ("windows-1250", "Łukasz Źdźbło"),
        ("iso-8859-2", "Čapek"),
        ("windows-1251", "Пётр"),
        ("koi8-r", "Иван"),
        ("windows-1252", "Jürgen"),
        ("windows-1253", "Γιάννης"),
        ("windows-1254", "Işık"),
        ("windows-1257", "Šarūnas"),
        ("iso-8859-15", "Œuvre"),
        ("macintosh", "Zoë"),
        ("shift_jis", "山田 太郎"),
        ("euc-jp", "山田"),
        ("gbk", "王伟"),
        ("gb18030", "王伟"),
        ("big5", "陳小明"),
        ("euc-kr", "김철수"),
        ("utf-16le", "Zoë"),
        ("utf-16be", "山田"),
    ] {
        let file = bytes(encoding, &format!("email,name\na,{name}\n"));
        check(encoding, &encoded(encoding), &file, &[&format!("2 a name={name:?}")]);
    }
}

#[test]
fn long_file_is_decoded_by_blocks() {
    let mut text = String::from("email,name\n");
    for line in 0..20_000 {
        text += &format!("u{line},山田 太郎\n");
    }
    let (rows, summary) = read_all(&encoded("shift_jis"), &bytes("shift_jis", &text)).expect("is read");
    assert_eq!((summary.rows, summary.entries, rows.len()), (20_000, 20_000, 20_000));
}

#[test]
fn utf8_is_not_read_in_another_encoding() {
    for encoding in ["windows-1252", "windows-1250", "iso-8859-2", "koi8-r", "macintosh", "shift_jis", "gbk"]
    {
        for file in
            ["email,name\na,Jürgen Groß\nb,Ann\n", "email,náme,ö\na,b,c\n", "email,name\na,山田 太郎\n"]
        {
            let shown = shown(&encoded(encoding), file.as_bytes()).join("\n");
            assert!(
                shown.starts_with("refused: the file is UTF-8, but `encoding` says"),
                "{encoding}: {shown}"
            );
            assert!(shown.contains("take `encoding` out"), "{shown}");
        }
    }
    for encoding in ["utf-16le", "utf-16be"] {
        let shown = shown(&encoded(encoding), b"email,name\na,Ann\n").join("\n");
        assert!(shown.starts_with("refused: the file is UTF-8, but"), "{encoding}: {shown}");
    }
}

#[test]
fn file_without_letters_beyond_ascii_is_good_in_any_encoding() {
    for encoding in ["windows-1252", "windows-1250", "shift_jis", "gbk"] {
        check(encoding, &encoded(encoding), b"email,name\na,Ann\n", &["2 a name=\"Ann\""]);
    }
    // A byte order mark goes before the setting.
    check("a mark", &encoded("windows-1250"), "\u{FEFF}email,name\na,Łu\n".as_bytes(), &["2 a name=\"Łu\""]);
    // One letter of another encoding among many that look like UTF-8.
    let mixed = [&b"email,name\na,"[..], "J\u{fc}rgen".as_bytes(), b"\nb,J\xFCrgen\n"].concat();
    let twice = "2 a rejected: the cell under \"name\" holds letters such as Ã¼, as UTF-8 does …";
    check("mixed", &encoded("windows-1252"), &mixed, &[twice, "3 b name=\"Jürgen\""]);
    let key = "2 jürgen username=- rejected: …";
    check("a key", &with_fields(&["name"]), "email,name\njÃ¼rgen,x\n".as_bytes(), &[key]);
    check(
        "encoded twice",
        &with_fields(&["name"]),
        "email,name\na,JÃ¼rgen\nb,Ñandú\n".as_bytes(),
        &[twice, "3 b name=\"Ñandú\""],
    );
}

#[test]
fn refusal_of_another_encoding_names_several() {
    let shown = shown(&settings(), b"email\n\xB3ukasz\n").join("\n");
    assert!(shown.starts_with("refused: line 2 is not UTF-8; "), "{shown}");
    for part in ["windows-1250 in Poland", "windows-1252 in Western Europe", "shift_jis", "dry run"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let error = read_all(&encoded("shift_jis"), b"email,name\na,\x80\xFF\n").expect_err("is refused");
    assert!(error.to_string().starts_with("line 2 is not Shift_JIS, as `encoding` says; "), "{error}");
    assert!(matches!(error, Error::File(_)));
}

#[test]
fn lost_letters_reject_the_row_where_the_cell_is_used() {
    check(
        "U+FFFD",
        &with_fields(&["name"]),
        "email,name,note\nj\u{FFFD}rgen,x,\nb,J\u{FFFD}rgen,\nc,Jürgen,\u{FFFD}\n".as_bytes(),
        &[
            "2 - rejected: the cell under \"email\" holds U+FFFD, which stands where a letter was lost; …",
            "3 b rejected: the cell under \"name\" holds U+FFFD, …",
            "4 c name=\"Jürgen\"",
        ],
    );
    check(
        "C1 in windows-1252",
        &encoded("windows-1252"),
        b"email,name,note\na,\x8Dx,\xFC\nb,x,\x8D\n",
        &[
            "2 a rejected: the cell under \"name\" holds the control character U+008D, as text does …",
            "3 b name=\"x\"",
        ],
    );
}

#[test]
fn damage_in_a_key_rejects_the_row() {
    let file = "email,name\n1e+05,a\n\"1,2E+15\",b\n'00123,c\n=00125,d\n#N/A,e\n#BEZUG!,f\n1.5e15,g\n#¿NOMBRE?,h\n#Н/Д,i\n"
        .as_bytes();
    let shown = shown(&with_fields(&["name"]), file);
    assert_eq!(shown.len(), 9);
    assert!(shown.iter().all(|row| row.contains(" rejected: the cell under \"email\" ")), "{shown:#?}");
    // Which number it was protects its account, where that is certain.
    let keys: Vec<&str> = shown.iter().filter_map(|row| row.split(' ').nth(1)).collect();
    assert_eq!(keys, ["100000", "-", "00123", "00125", "-", "-", "-", "-", "-"]);
    check(
        "real keys",
        &with_fields(&["name"]),
        b"email,name\nE123,a\n1E5A,b\n12e,c\n1E5,d\n0e0,e\n",
        &[
            "2 E123 name=\"a\"",
            "3 1E5A name=\"b\"",
            "4 12e name=\"c\"",
            "5 1E5 name=\"d\"",
            "6 0e0 name=\"e\"",
        ],
    );
}

#[test]
fn text_in_a_formula_is_its_text() {
    check(
        "quoted and not",
        &with_fields(&["name"]),
        b"email,name\n\"=\"\"00123\"\"\",x\n=\"00124\",y\n",
        &["2 00123 name=\"x\"", "3 00124 name=\"y\""],
    );
}

#[test]
fn date_among_digits_is_damage_and_among_others_is_not() {
    let settings = settings();
    check(
        "among digits",
        &settings,
        b"email\n1001\n01-Mar\n1002\n2026-03-02\n1003\n1004.0\n1005\n1e5\n1006\n",
        &[
            "2 1001",
            "4 1002",
            "6 1003",
            "8 1005",
            "10 1006",
            "3 01-Mar rejected: the cell under \"email\" is a date, …",
            "5 2026-03-02 rejected: the cell under \"email\" is a date, …",
            "7 1004 username=1004.0 rejected: the cell under \"email\" is a date, a time, a number with a fraction, …",
            "9 100000 username=1e5 rejected: …",
        ],
    );
    check(
        "among others",
        &settings,
        b"email\n1001\n01-Mar\nann\n2026-03-02\n",
        &["2 1001", "3 01-Mar", "4 ann", "5 2026-03-02"],
    );
    check(
        "signs and times",
        &settings,
        "email\n1001\n$1002\n1003\n10:04\n1005\nTRUE\n1006\n(1007)\n1008\n".as_bytes(),
        &[
            "2 1001",
            "4 1003",
            "6 1005",
            "8 1006",
            "10 1008",
            "3 1002 username=$1002 rejected: …",
            "5 10:04 rejected: …",
            "7 TRUE rejected: …",
            "9 1007 username=(1007) rejected: …",
        ],
    );
    check("people with signs", &settings, b"email\n1001\n$cash\nann\n", &["2 1001", "3 $cash", "4 ann"]);
    check(
        "groups of digits",
        &settings,
        b"email;name\n999;a\n1,001;b\n998;c\n12.345.678;d\n997;e\n",
        &[
            "2 999",
            "4 998",
            "6 997",
            "3 1001 username=1,001 rejected: …",
            "5 12345678 username=12.345.678 rejected: …",
        ],
    );
    check("all of them", &settings, b"email\n2026-03-01\n2026-03-02\n", &["2 2026-03-01", "3 2026-03-02"]);
    check(
        "codes",
        &settings,
        b"email\n1001\n2024-001\n1002\n1003\n",
        &["2 1001", "3 2024-001", "4 1002", "5 1003"],
    );
}

#[test]
fn number_that_a_spreadsheet_wrote_is_nobody_s_login() {
    let mut settings = by_id();
    check(
        "usernames",
        &settings,
        "id,user\n1,1001.0\n2,\"1,002\"\n3,1\u{a0}003\n4,\"1004,00\"\n5,1005\n6,1.006\n7,10.5\n8,ann.0\n"
            .as_bytes(),
        &[
            "2 1 username=- rejected: the cell under \"user\" is a number with a fraction or separators, …",
            "3 2 username=- rejected: …",
            "4 3 username=- rejected: …",
            "5 4 username=- rejected: …",
            "6 5 username=1005",
            "9 8 username=ann.0",
            // These have waited.
            "7 6 username=1.006",
            "8 7 username=10.5",
        ],
    );
    // The username is the key: the other keys judge it.
    settings.mapping.username = Some(settings.match_field.clone());
    check("keys", &settings, b"id,user\n1.0,x\n2.0,y\n", &["2 1.0", "3 2.0"]);
}

#[test]
fn long_numbers_that_all_end_in_zeros_refuse_the_file() {
    let shown = |keys: &[&str]| super::shown(&settings(), format!("email\n{}\n", keys.join("\n")).as_bytes());
    let cut = [
        "123456789012345000",
        "123456789012346000",
        "4556737586899850",
        "4556737586899860",
        "1234567890123470000",
    ];
    assert!(
        shown(&cut)[0].starts_with("refused: from line 2 on, all 5 numbers of more than 15 digits"),
        "{:?}",
        shown(&cut)
    );
    for whole in [
        &[
            "123456789012345000",
            "123456789012346001",
            "4556737586899850",
            "4556737586899860",
            "1234567890123470000",
        ][..],
        &cut[..4],
        &["100000000000000", "200000000000000", "300000000000000", "400000000000000", "500000000000000"],
        &[
            "a23456789012345000",
            "b23456789012345000",
            "c23456789012345000",
            "d2345678901234500",
            "e2345678901234500",
        ],
    ] {
        assert_eq!(shown(whole).len(), whole.len(), "{:?}", shown(whole));
    }
}
