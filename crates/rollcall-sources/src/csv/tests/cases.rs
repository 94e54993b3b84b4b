//! Rows: the record of a row, and why a row is rejected.

use super::column;
use super::{check, map, read_all, settings, with_fields};
use rollcall_config::StatusRule;

#[test]
fn words_of_status_and_admin() {
    let mut settings = settings();
    settings.mapping.active = Some(StatusRule::usual(String::from("status")));
    settings.mapping.admin = Some(StatusRule::usual(String::from("admin")));
    check(
        "words",
        &settings,
        b"email,status,admin\na, ACTIVE ,\nb,no,Yes\nc,,no\nd,gone,no\ne,yes,one\n",
        &[
            "2 a",
            "3 b disabled admin=true",
            "4 c rejected: the cell under \"status\" is empty; fill it in the directory. Or, in Rollcall's configuration: say what an empty value means, active…",
            "5 d rejected: the cell under \"status\" is \"gone\"; …",
            "6 e rejected: the cell under \"admin\" is \"one\"; …",
        ],
    );
    let long = format!("email,status,admin\na,{},\n", "x".repeat(60));
    let cut = format!("2 a rejected: the cell under \"status\" is \"{}\"; …", "x".repeat(40));
    check("a long word", &settings, long.as_bytes(), &[&*cut]);
}

#[test]
fn empty_values_clear_only_configured_fields() {
    let mut settings = with_fields(&["team"]);
    map(&mut settings, "phone", "phone", true);
    check(
        "empty",
        &settings,
        b"email,team,phone\n1,,\nb, x , 1 \n",
        &[r#"2 1 phone="""#, r#"3 b phone="1" team="x""#],
    );
}

#[test]
fn keys_ids_and_usernames() {
    let mut settings = settings();
    settings.immutable_id = Some(column("id"));
    settings.mapping.username = Some(column("login"));
    check(
        "identity",
        &settings,
        b"email,id,login\na,1,ann\nb,,\n ,3,cay\n,,\"\t\"\nd\te,5,eve\nf,#REF!,fay\ng,7,1E+15\n",
        &[
            "2 a id=1 username=ann",
            "3 b username=- rejected: the cell under \"email\" is the only one of the used cells that is filled, …",
            "4 - id=3 username=cay rejected: no match key",
            // Line 5 is blank.
            "6 - id=5 username=eve rejected: the cell under \"email\" holds a control character (U+0009); remove it…",
            "7 f username=fay rejected: the cell under \"id\" is the error of a spreadsheet, …",
            "8 g id=7 username=- rejected: the cell under \"login\" is a long number that a spreadsheet cut …",
        ],
    );
    let summary = read_all(&settings, b"email,id,login\na,1,x\n,,#N/A\n,2,\n").expect("is read").1;
    assert_eq!((summary.rows, summary.entries, summary.rejected, summary.unidentified), (3, 1, 2, 1));
    assert_eq!((summary.encoding, summary.delimiter), ("UTF-8", ','));
}

#[test]
fn values_are_trimmed_and_normalised() {
    let composed = "email,name\na,\" Zoe\u{308} \u{200B}\"\nb,\"x\ty\nz\"\n";
    check(
        "values",
        &with_fields(&["name"]),
        composed.as_bytes(),
        &["2 a name=\"Zoë\"", r#"3 b name="x\ty\nz""#],
    );
}

#[test]
fn rows_need_the_cells_of_the_headings() {
    let settings = with_fields(&["name"]);
    check(
        "empty headings at the end",
        &settings,
        b"email,name,,\na,x\nb,x,\nc,x,,\nd,x,y\ne,x,,,\nf\n",
        &[
            "2 a name=\"x\"",
            "3 b name=\"x\"",
            "4 c name=\"x\"",
            "5 d rejected: the row has 3 cells where the headings have 2; …",
            "6 e name=\"x\"",
            "7 f rejected: the row has 1 of 2 cells; add what is missing",
        ],
    );
    let mut by_dn = self::settings();
    by_dn.match_field = column("dn");
    by_dn.mapping.username = Some(column("login"));
    check(
        "a name without quotes still names its account",
        &by_dn,
        b"dn,login,x\nCN=a,OU=b,DC=c,ann,1\nsmith, jo,jo,2\n",
        &[
            "2 CN=a,OU=b,DC=c username=ann rejected: the row has 5 cells where the headings have 3; …",
            "3 smith username=jo rejected: the row has 4 cells where the headings have 3; …",
        ],
    );
}

#[test]
fn reason_says_what_a_spreadsheet_may_have_done() {
    check(
        "a cell that is not asked for is missing, and an empty one is too many",
        &super::by_id(),
        b"id,user,note\n1,ann\n2,,bob,x\n3\n",
        &[
            "2 1 username=- rejected: the row has 2 of 3 cells; add what is missing; if a spreadsheet left out the empty …",
            "3 2 username=bob rejected: the row has 4 cells where the headings have 3; remove an empty cell that is one too \
             many, or put a cell that holds a ',' in quotes",
            "4 3 username=- rejected: the row has 1 of 3 cells; add what is missing",
        ],
    );
}

#[test]
fn row_without_the_separator_behind_its_key_names_its_account() {
    for row in [
        "10008 hal.lee,Ops",
        "10008;hal.lee,Ops",
        "10008\thal.lee,Ops",
        "10008hal.lee,Ops",
        "10008 | hal.lee,Ops",
    ] {
        check(
            row,
            &super::by_id(),
            format!("id,user,team\n10001,ann,Ops\n{row}\n").as_bytes(),
            &["2 10001 username=ann", "3 10008 username=- rejected: the row has 2 of 3 cells; …"],
        );
    }
    // Other keys stay whole: another cell is missing.
    for key in ["CN=Ann Lee", "E1001x", "12b", "10008-7", "10008/1"] {
        let file = format!("id,user,team\n10001,ann,Ops\n{key},hal\n");
        check(
            key,
            &super::by_id(),
            file.as_bytes(),
            &["2 10001 username=ann", &format!("3 {key} username=- rejected: the row has 2 of 3 cells; …")],
        );
    }
}

#[test]
fn delimiters_at_the_end_of_rows_do_no_harm() {
    for (name, settings, file, rows) in [
        (
            "in every row",
            with_fields(&["name"]),
            "email,name\na,x,\nb,y,\n",
            ["2 a name=\"x\"", "3 b name=\"y\""],
        ),
        (
            "several, and spaces",
            with_fields(&["name"]),
            "email,name\na,x,,,,\nb,y, , \n",
            ["2 a name=\"x\"", "3 b name=\"y\""],
        ),
        (
            "semicolons, in one row",
            with_fields(&["name"]),
            "email;name\na;x\nb;y;\n",
            ["2 a name=\"x\"", "3 b name=\"y\""],
        ),
        (
            "quotes",
            with_fields(&["name"]),
            "email,name\na,x,\"\"\nb,y\n",
            ["2 a name=\"x\"", "3 b name=\"y\""],
        ),
        (
            "an empty cell at the end is a cell",
            with_fields(&["name"]),
            "email,name\n1,\nb,y,\n",
            ["2 1", "3 b name=\"y\""],
        ),
        (
            "one is filled",
            with_fields(&["name"]),
            "email,name\na,x,,z\nb,y\n",
            ["2 a rejected: the row has 4 cells …", "3 b name=\"y\""],
        ),
    ] {
        check(name, &settings, file.as_bytes(), &rows);
    }
}

#[test]
fn quoted_cells() {
    check(
        "quotes",
        &with_fields(&["name"]),
        b"\"email\",name\na, \"x\"\nb,\"x\" \nc,\"x\" y\nd,\"\"\"\"\ne,x\"y\"\n\"f\",\"\"\n",
        &[
            "2 a rejected: the cell under \"name\" has a space before its opening quote; remove the space",
            "3 b name=\"x\"",
            "4 c rejected: the cell under \"name\" continues after its closing quote; …",
            r#"5 d name="\"""#,
            r#"6 e name="x\"y\"""#,
            "7 f",
        ],
    );
}

#[test]
fn cell_of_several_lines_stays_in_its_row() {
    check(
        "too few cells, and text after a quote",
        &with_fields(&["name", "note"]),
        b"email,name,note\na,\"x\ny\"\nb,\"x\ny\",\"z\" w\nc,d,\n",
        &[
            "2 a rejected: the row has 2 of 3 cells; add what is missing",
            "4 b rejected: the cell under \"note\" continues after its closing quote; …",
            "6 c name=\"d\"",
        ],
    );
}

#[test]
fn long_cells_and_rows() {
    let settings = with_fields(&["name"]);
    let long = |bytes: usize| "x".repeat(bytes);
    let file = format!("email,name,photo\na,{},\n3,,{}\n{},,\nd,x,\n", long(4097), long(70_000), long(5000));
    check(
        "long cells",
        &settings,
        file.as_bytes(),
        &[
            "2 a rejected: the cell under \"name\" is longer than 4096 bytes; …",
            "3 3",
            "4 - rejected: the cell under \"email\" is longer than 4096 bytes; …",
            "5 d name=\"x\"",
        ],
    );
    let file = format!("email,name\na,x{}\nb,{}\nc,x\n", ",".repeat(2_000_000), long(4096));
    let expected = [
        "2 a rejected: the row is longer than 1 MiB; …",
        &format!("3 b name={:?}", long(4096)),
        "4 c name=\"x\"",
    ];
    check("a long row", &settings, file.as_bytes(), &expected);
}

#[test]
fn line_numbers_count_every_line() {
    let file = "sep=,\n\n , \nemail,\"na\nme\"\r\n\r\na,\"x\r\n\ry\"\rb,z\n";
    let mut settings = settings();
    map(&mut settings, "name", "na me", false);
    check("lines", &settings, file.as_bytes(), &["7 a name=\"x\\r\\n\\ry\"", "10 b name=\"z\""]);
}
