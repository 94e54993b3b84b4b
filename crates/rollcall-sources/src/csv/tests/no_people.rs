//! Rows that are no people, and people who look like such rows (rule 41).

use super::{by_id, check, read_all, settings, with_fields};

#[test]
fn headings_dashes_and_totals_are_passed_over() {
    let file = "id,user,name\n--,----,-----\n1,ann,Ann\nid,user,name\nID, User ,Name\n2,bob,Bob\n-----------\n======,,\n\
        ___,___,\nTotal: 2,,\n,,Total: 2\nSumme,,2\nGesamt: 2,,\n(2 rows affected)\n2 records,,\nTotal users: 2,,\n,,Total 1'234\n";
    check("a report", &by_id(), file.as_bytes(), &["3 1 username=ann", "6 2 username=bob"]);
    let (_, summary) = read_all(&by_id(), file.as_bytes()).expect("is read");
    assert_eq!((summary.rows, summary.entries, summary.rejected, summary.passed_over), (2, 2, 0, 14));
}

#[test]
fn rows_that_may_be_no_people_are_rejected_with_their_key() {
    check(
        "doubtful",
        &by_id(),
        b"id,user,name\n1,ann,Ann\nid,Login,Full name\nTotal,,\nSumme,2,\nMade by Ann,,\n9,,Nine\n",
        &[
            "2 1 username=ann",
            "3 id username=Login rejected: the cell under \"id\" repeats its heading, so the row …",
            "4 Total username=- rejected: the cell under \"id\" is the word of a total, …",
            "5 Summe username=2 rejected: the cell under \"id\" is the word of a total, …",
            "6 Made by Ann username=- rejected: the cell under \"id\" is the only one of the used cells …",
            "7 9 username=- rejected: the cell under \"id\" is the only one …",
        ],
    );
}

#[test]
fn people_with_the_name_of_a_total_are_people() {
    check(
        "names",
        &by_id(),
        b"id,user,name\n12,Sum,\n13,total,Jean Total\nTotal,jtotal,Jean Total\n14,summe,14\nsum,asum,\n",
        &[
            "2 12 username=Sum",
            "3 13 username=total",
            "4 Total username=jtotal",
            "5 14 username=summe",
            "6 sum username=asum",
        ],
    );
    let only_keys = settings();
    check("one column", &only_keys, b"email\nann\ntotal\nsumme\n", &["2 ann", "3 total", "4 summe"]);
    check(
        "a key and a name",
        &with_fields(&["name"]),
        b"email,name\ntotal,Jean Total\nsum,Li Sum\nname,Ann Name\n",
        &["2 total name=\"Jean Total\"", "3 sum name=\"Li Sum\"", "4 name name=\"Ann Name\""],
    );
}

#[test]
fn numbers_of_pages_and_ends_are_passed_over() {
    let footers = [
        "Page 1 of 2",
        "page 3",
        "Seite 1 von 3",
        "Seite 1/3",
        "Página 2 de 4",
        "- Page 7 -",
        "EOF",
        "*** End of report ***",
        "=== Ende der Liste ===",
        "<EOF>",
    ];
    for footer in footers {
        for row in [format!("{footer},,"), format!(",,{footer}"), footer.to_owned()] {
            let file = format!("email,name,note\na,x,\n{row}\nb,y,\n");
            check(&row, &with_fields(&["name"]), file.as_bytes(), &["2 a name=\"x\"", "4 b name=\"y\""]);
        }
    }
    for person in ["Page", "Page 1a", "Jimmy Page", "page7", "eof1", "End", "Seite 3 von x", "Page 1 2"] {
        let file = format!("email,name,note\n{person},,\n");
        check(person, &with_fields(&["name"]), file.as_bytes(), &[&format!("2 {person}")]);
    }
    check(
        "a name",
        &with_fields(&["name"]),
        b"email,name,note\nPage 1,Ann Page,\n",
        &["2 Page 1 name=\"Ann Page\""],
    );
    check("one column", &settings(), b"email\nPage 1\nEOF\n", &["2 Page 1", "3 EOF"]);
}

#[test]
fn row_with_an_empty_field_is_a_person() {
    check(
        "no username is mapped",
        &with_fields(&["name"]),
        b"email,name\na@x,\nb,x\n7,\n",
        &["2 a@x", "3 b name=\"x\"", "4 7"],
    );
    check("dashes in a key", &settings(), b"email\na-b\n-a\n", &["2 a-b", "3 -a"]);
}

#[test]
fn last_row_that_is_cut_is_no_rule() {
    check(
        "cut",
        &by_id(),
        b"id,user,name\n1,ann,Ann\n--",
        &["refused: the file is cut off in its last row, line 3: 1 of 3 cells, …"],
    );
}

#[test]
fn lines_above_the_headings_are_skipped() {
    let mut settings = by_id();
    settings.skip_lines = 3;
    for file in [
        "Staff, today\n\"made by ann\n\nid,user\n1,ann\n",
        "version:v1.0\r\n\r\n\r\nid,user\r\n1,ann\r\n",
        "a\rb\rc\rid;user\r1;ann\r",
        "sep=;\nTitle\n\nid;user\n1;ann\n",
        "a\r\nb\r\nc\r\nsep=|\r\nid|user\r\n1|ann\r\n",
    ] {
        let (rows, summary) =
            read_all(&settings, file.as_bytes()).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!((rows.len(), summary.entries), (1, 1), "{file}");
    }
    check("too many", &settings, b"id,user\n1,ann\n", &["refused: the file is empty: …"]);
}

#[test]
fn headings_further_down_are_named() {
    check(
        "a title",
        &by_id(),
        b"Staff\nas of today\n\nid;user\n1;ann\n",
        &[
            "refused: line 1 has none of the headings that the configuration names, but line 4 has all of them; set \
           skip_lines = 3 if these lines are always above the headings, or remove what is above them",
        ],
    );
    check(
        "not there",
        &by_id(),
        b"Staff\na;b\n1;ann\n",
        &["refused: line 1 has no column \"id\", \"user\"; …"],
    );
}

#[test]
fn second_line_of_headings_is_passed_over() {
    let mut settings = by_id();
    settings.second_headings = true;
    check("labels", &settings, b"id,user,mail\nUser ID,Username,E-mail\n1,ann,\n", &["3 1 username=ann"]);
    check("the same", &settings, b"id,user\nid,user\n1,ann\n", &["3 1 username=ann"]);
    check(
        "it is gone, and a person is in its place",
        &settings,
        b"id,user\n1,ann\n2,bob\n",
        &[
            "refused: line 2 should be the second line of headings (second_headings = true), but its cell under \"id\" looks …",
        ],
    );
    check(
        "likewise, without a digit",
        &settings,
        b"id,user,name\nann,alee,Ann Lee\nbob,bray,Bob Ray\n",
        &["refused: line 2 should be the second line of headings …"],
    );
    check(
        "in another language",
        &settings,
        "STATUS,id,user\nStatus,Benutzer-Kennung,Anmeldename\nactive,1,ann\n".as_bytes(),
        &["3 1 username=ann"],
    );
    check(
        "likewise, by an address",
        &settings,
        b"id,user\nann,ann@x.test\n",
        &["refused: line 2 should be the second line of headings …"],
    );
}

/// A note below a list, with the other rows of the list.
fn below(headings: &str, others: &[&str], note: &str) -> Vec<String> {
    let file = format!("{headings}\n{}\n{note}\n", others.join("\n"));
    let mut settings = with_fields(&["name"]);
    settings.match_field = super::column(headings.split(',').next().expect("a heading"));
    super::shown(&settings, file.as_bytes()).split_off(others.len())
}

#[test]
fn note_below_a_list_is_no_person_where_the_key_logs_in() {
    let mails = ["ann@x.test,Ann", "eve@x.test,Eve", "fay@x.test,Fay"];
    for note in [
        "Generated on 2026-11-30 by HR,",
        "Confidential,",
        "Report end: 30.11.2026,",
        "Copyright 2026 ACME,",
        "Stand: 30.11.2026,",
        "No more data,",
        "<end>,",
        "* contractors excluded,",
        "Sales,",
        "Vertraulich,",
        "Не для печати,",
        "Generated by:,HR",
        "Stand:,30.11.2026",
    ] {
        let said = below("email,name", &mails, note);
        assert!(said[0].contains(" rejected: the cell under \"email\" "), "{note}: {said:?}");
    }
    let logins = ["ann,Ann,Ops", "eve,Eve,Ops", "fay2,Fay,"];
    for note in ["Generated by HR,,", "Confidential,,", "Stand: heute,,", "Stand:,,30.11.2026", "Intern!,,"] {
        let said = below("login,name,team", &logins, note);
        assert!(said[0].contains(" rejected: the cell under \"login\" "), "{note}: {said:?}");
    }
    let full = ["ann,Ann,Ops", "eve,Eve,Ops", "fay,Fay,Law"];
    let said = below("login,name,team", &full, "Ops,,");
    assert!(said[0].contains(" rejected: the cell under \"login\" stands alone"), "{said:?}");
    let numbers = ["1,Ann,a", "2,Eve,b"];
    for note in ["Headcount,,4", "as of,,2026-11-30 08:00"] {
        let said = below("id,name,team", &numbers, note);
        assert!(said[0].contains(" rejected: the cell under \"id\" "), "{note}: {said:?}");
    }
}

#[test]
fn note_with_an_address_takes_nobodys_account_away() {
    for note in ["Exported by Ann Lee <ann@x.test>", "Kontakt: Ann Lee (ann@x.test)"] {
        let file = format!("email,name\nann@x.test,Ann\n{note},\n");
        check(note, &with_fields(&["name"]), file.as_bytes(), &["2 ann@x.test name=\"Ann\""]);
    }
    check(
        "a person",
        &with_fields(&["name"]),
        b"email,name\nann@x.test,Ann\nBo Lee <bo@x.test>,\n",
        &[
            "2 ann@x.test name=\"Ann\"",
            "3 bo@x.test username=- rejected: the cell under \"email\" is a link, …",
        ],
    );
}

#[test]
fn count_in_another_column_is_no_person() {
    let mut settings = by_id();
    super::map(&mut settings, "name", "name", false);
    check(
        "a count below numbers",
        &settings,
        b"id,user,name\n1,ann,Ann\n2,bob,Bob\nHeadcount,,2\n",
        &[
            "2 1 username=ann name=\"Ann\"",
            "3 2 username=bob name=\"Bob\"",
            "4 Headcount username=- rejected: the cell under \"id\" is no number, as the others are, …",
        ],
    );
}

#[test]
fn person_with_nothing_but_a_login_is_a_person() {
    for (headings, others, row, login) in [
        ("email,name", &["ann@x.test,Ann", "eve@x.test,Eve"][..], "bob@x.test,", "bob@x.test"),
        ("login,name", &["ann,Ann", "eve,Eve"], "bob,", "bob"),
        ("login,name", &["ann@x.test,Ann", "eve,Eve"], "bob,", "bob"),
        ("login,name,team", &["ann,Ann,Ops", "eve,Eve,Law"], "bob2,,", "bob2"),
        ("login,name,team", &["ann,Ann,Ops", "eve,,"], "bob,,", "bob"),
        ("login,name", &["Ann Lee,Ann", "Eve Poe,Eve"], "Bob Ray,", "Bob Ray"),
        ("id,name", &["1,Ann", "2,Eve"], "3,", "3"),
        ("login,name", &["cn=a;dc=x,Ann", "cn=b;dc=x,Bob"], "cn=c;dc=x,", "cn=c;dc=x"),
        ("login,name", &["ann,1", "bob@x.test,2", "cy@x.test,3"], "dee,4", "dee name=\"4\""),
    ] {
        let said = below(headings, others, row);
        assert!(said[0].ends_with(login), "{row}: {said:?}");
    }
}

#[test]
fn lines_about_the_columns_are_no_people() {
    for line in [
        "Required,Required,Optional",
        "required,,REQUIRED",
        "varchar(100),varchar2(20),text",
        "(text),[string],<Date>",
        "Pflichtfeld,Pflichtfeld,",
        "e_mail,user-name,fullName",
        "E-Mail,USERNAME,full name",
        "Obligatorio,Opcional,Opcional",
    ] {
        let file = format!("E-Mail,User Name,Full name\n{line}\nann@x.test,ann,Ann\n");
        let mut settings = settings();
        settings.match_field = super::column("E-Mail");
        check(line, &settings, file.as_bytes(), &["3 ann@x.test"]);
    }
    let people = "text,Ann Text\ndate,Jo Date\nemail,Email\nname,Ann Name\nrequired,Bob\n";
    let shown = super::shown(&with_fields(&["name"]), format!("email,name\n{people}").as_bytes());
    let keys: Vec<&str> = shown.iter().filter_map(|row| row.split(' ').nth(1)).collect();
    assert_eq!(keys, ["text", "date", "name", "required"], "only `email,Email` speaks of columns");
}

#[test]
fn headings_in_another_order_refuse_the_file() {
    let refused = |file: &str| read_all(&by_id(), file.as_bytes()).expect_err(file).to_string();
    for below in ["user,id,name", "Name,ID,User", "user_,Id,mail", "name,user,id"] {
        let file = format!("id,user,name\n1,ann,Ann\n{below}\nbob,2,Bob\n");
        assert!(refused(&file).starts_with("line 3 has headings in another order"), "{below}");
    }
    let shown = super::shown(&by_id(), b"id,user,name\n1,ann,Ann\nuser,bob,Bob\nname,ida,Ida Name\n");
    assert_eq!(shown.len(), 3, "people who are called as a heading stay: {shown:#?}");
}
