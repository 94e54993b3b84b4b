//! Rows in which a separator without quotes has moved the cells, and rows that only look so (rule 43b).

use super::{by_id, check, map, read_all, settings, shown};
use rollcall_config::CsvSettings;

/// A file with a name, an id, a username and an address, and one column that is mostly empty.
fn people() -> CsvSettings {
    let mut settings = by_id();
    map(&mut settings, "email", "mail", false);
    map(&mut settings, "display_name", "name", false);
    settings
}

const ANN: &str = "Ann Lee,1,ann,ann@x.test,\n\"Ray, Bob\",2,bob,bob@x.test,\nCy Poe,3,cy,cy@x.test,new\n";

#[test]
fn row_that_is_moved_is_rejected_and_names_its_account() {
    for (name, row, whose) in [
        ("the empty cell at the end was left out", "Fox, Dee,4,dee,dee@x.test", "5 4"),
        ("likewise, without a space", "Fox,Dee,4,dee,dee@x.test", "5 4"),
        ("there is one cell too many", "Fox, Dee,4,dee,dee@x.test,", "5 4"),
        ("likewise, without a space", "Fox,Dee,4,dee,dee@x.test,new", "5 4"),
    ] {
        let shown = shown(&people(), format!("name,id,user,mail,note\n{ANN}{row}\n").as_bytes());
        assert_eq!(shown.len(), 4, "{name}: {shown:#?}");
        assert!(shown[3].starts_with(&format!("{whose} username=- rejected: the ")), "{name}: {}", shown[3]);
        assert!(shown[3].contains("put ") && shown[3].contains("in quotes"), "{name}: {}", shown[3]);
    }
    let file = format!("name,id,user,mail,note\n{ANN}Fox, Dee,4,dee,dee@x.test\n");
    check(
        "the reason",
        &people(),
        file.as_bytes(),
        &[
            "2 1 username=ann display_name=\"Ann Lee\" email=\"ann@x.test\"",
            "3 2 username=bob display_name=\"Ray, Bob\" email=\"bob@x.test\"",
            "4 3 username=cy display_name=\"Cy Poe\" email=\"cy@x.test\"",
            "5 4 username=- rejected: the address is one cell right of \"mail\": a cell before it is one too many, or holds a ',' and is not in quotes; remove it, or put it in quotes",
        ],
    );
    // Nothing of such a row is kept: a password may have come under another heading.
    let rows = read_all(&people(), file.as_bytes()).expect("is read").0;
    assert!(rows[3].cells.is_empty());
}

#[test]
fn moved_row_is_found_anywhere_whatever_the_key_is() {
    let mut by_mail = settings();
    by_mail.match_field = super::column("mail");
    map(&mut by_mail, "title", "title", false);
    let rows = |moved_at: usize, count: usize| {
        let mut rows: Vec<String> = (0..count).map(|n| format!("p{n} x,p{n}@x.test,boss")).collect();
        rows[moved_at] = format!("p{moved_at}, x,p{moved_at}@x.test");
        format!("name,mail,title\n{}\n", rows.join("\n"))
    };
    for (moved_at, count) in [(0, 4), (3, 4), (0, 40), (10, 40), (39, 40), (2500, 3000)] {
        let shown = shown(&by_mail, rows(moved_at, count).as_bytes());
        assert_eq!(shown.len(), count);
        let rejected: Vec<&String> = shown.iter().filter(|row| row.contains("rejected")).collect();
        let whose = format!("{} p{moved_at}@x.test rejected: the address is one cell right", moved_at + 2);
        assert!(rejected.len() == 1 && rejected[0].starts_with(&whose), "{rejected:#?}");
    }
    let mut by_name = by_mail.clone();
    by_name.match_field = super::column("name");
    let shown = shown(&by_name, rows(1, 4).as_bytes());
    assert!(
        shown[3].starts_with("3 p1, x rejected: ") || shown[3].starts_with("3 p1 rejected: "),
        "{shown:#?}"
    );
}

#[test]
fn row_that_only_looks_moved_is_a_person() {
    let people = people();
    for (name, rows) in [
        ("somebody without an address", "Dee Fox,4,dee,,\nEve Fox,5,eve,none,\n"),
        (
            "somebody whose other column has a second address",
            "Dee Fox,4,dee,dee@x.test,dee@y.test\nEve Fox,5,eve,none,eve@y.test\nFlo Kim,6,flo,flo@x.test,new\nGus Nye,7,gus,gus@x.test,old\n",
        ),
        (
            "somebody whose only address is their private one",
            "Dee Fox,4,dee,-,dee@y.test\nEve Fox,5,eve,n/a,eve@y.test\n",
        ),
        (
            "somebody with a comma in quotes",
            "\"Fox, Dee\",4,dee,dee@x.test,\n\"Fox, Eve\",5,eve,eve@x.test,\n",
        ),
        (
            "somebody with a note about an address",
            "Dee Fox,4,dee,by phone,see dee@x.test\nEve Fox,5,eve,eve@x.test,\n",
        ),
    ] {
        let shown = shown(&people, format!("name,id,user,mail,note\n{ANN}{rows}").as_bytes());
        assert!(
            shown.len() == 3 + rows.lines().count() && !shown.concat().contains("rejected"),
            "{name}: {shown:#?}"
        );
    }
    // More have something else in the one column and an address in the other than have it in the first.
    let mut many: Vec<String> = (0..16).map(|n| format!("p{n},{n},p{n},p{n}@x.test,new")).collect();
    many.extend((16..40).map(|n| format!("p{n},{n},p{n},by post,p{n}@x.test")));
    let file = format!("name,id,user,mail,note\n{}\n", many.join("\n"));
    assert!(!shown(&people, file.as_bytes()).concat().contains("rejected"));
    let mut only_keys = settings();
    only_keys.match_field = super::column("mail");
    check(
        "addresses come first",
        &only_keys,
        b"mail,name\na@x.test,Ann\nb,b@x.test\nc@x.test,Cy\n",
        &["2 a@x.test", "3 b", "4 c@x.test"],
    );
}

#[test]
fn row_with_a_cell_too_many_names_its_account() {
    let mut settings = settings();
    settings.match_field = super::column("id");
    for (name, row, key) in [
        ("a name and a title", "Lee, Ann,7,Head, Sales", "7"),
        ("a name", "Lee, Ann,7,Head", "7"),
        ("a title", "Ann Lee,7,Head, Sales", "7"),
    ] {
        let shown = shown(&settings, format!("name,id,title\n{row}\n").as_bytes());
        assert!(shown[0].starts_with(&format!("2 {key} rejected: the row has ")), "{name}: {shown:?}");
    }
    // A space after every separator is the program's way to write.
    let shown = shown(&settings, b"name, id, title\nAnn Lee, 7, Head\n");
    assert_eq!(shown, ["2 7"]);
}

/// The id first, then a username and an address; the status is always there.
fn by_number() -> CsvSettings {
    let mut settings = by_id();
    map(&mut settings, "email", "mail", false);
    settings
}

const STAFF: &str = "1001,ann,ann@x.test,yes,\n1002,bob,bob@x.test,yes,\n1003,cy,cy@x.test,no,\n";

#[test]
fn cell_too_many_before_the_key_is_no_part_of_it() {
    for (name, row, whose) in [
        ("an empty cell, and the last one is gone", ",1004,dee,dee@x.test,yes", "5 1004 username=- "),
        ("an empty cell", ",1004,dee,dee@x.test,yes,", "5 1004 username=- "),
        ("the key twice", "1004,1004,dee,dee@x.test,yes", "5 1004 username=- "),
        ("the key twice, and a cell too many", "1004,1004,dee,dee@x.test,yes,", "5 1004 username=- "),
        ("the username twice", "1004,dee,dee,dee@x.test,yes", "5 1004 username=- "),
    ] {
        let shown = shown(&by_number(), format!("id,user,mail,active,note\n{STAFF}{row}\n").as_bytes());
        assert!(shown[3].starts_with(whose) && shown[3].contains("rejected"), "{name}: {shown:#?}");
    }
    // A name that somebody has not, beside a title with a comma.
    for row in
        [",4,dee,Head,Sales,dee@x.test", ",4,dee,Head, Sales,dee@x.test", ",4,dee,Head,Sales,dee@x.test,"]
    {
        let staff = "Ann Lee,1,ann,Boss,ann@x.test,\nBob Ray,2,bob,Clerk,bob@x.test,\nCy Poe,3,cy,Clerk,cy@x.test,new\n";
        let shown = shown(&by_number(), format!("name,id,user,title,mail,note\n{staff}{row}\n").as_bytes());
        assert!(shown[3].starts_with("5 4 username=- rejected"), "{row}: {shown:#?}");
    }
    let mut without_address = settings();
    without_address.match_field = super::column("id");
    for row in [",7,Head", "7,7,Head", ", 7,Head", "7 ,7,Head"] {
        let shown = shown(&without_address, format!("id,title\n1,Clerk\n{row}\n").as_bytes());
        assert!(shown[1].starts_with("3 7 rejected: the row has 3 cells"), "{row}: {shown:#?}");
    }
}

#[test]
fn row_with_a_deleted_cell_is_rejected_and_names_its_account() {
    for (name, row, whose) in [
        (
            "the key was deleted",
            "dee,dee@x.test,yes,,",
            "5 - username=dee rejected: the address is one cell left",
        ),
        (
            "the username was deleted",
            "1004,dee@x.test,yes,,",
            "5 1004 username=- rejected: the address is one cell left",
        ),
        (
            "likewise, and the key is longer than the others",
            "10004,dee@x.test,yes,,",
            "5 10004 username=- rejected: the address is one cell left",
        ),
    ] {
        let shown = shown(&by_number(), format!("id,user,mail,active,note\n{STAFF}{row}\n").as_bytes());
        assert!(shown[3].starts_with(whose), "{name}: {shown:#?}");
    }
    // A key and a username of letters and digits are told by their letters.
    for (row, whose) in
        [("p05,p05@x.test,yes,,", "5 - username=p05 "), ("E11,p05@x.test,yes,,", "5 E11 username=- ")]
    {
        let staff = STAFF.replace("100", "E100");
        let shown = shown(&by_number(), format!("id,user,mail,active,note\n{staff}{row}\n").as_bytes());
        assert!(shown[3].starts_with(whose), "{row}: {shown:#?}");
    }
    for (name, row) in [
        ("the username is an address, and there is no other", "1004,dee@x.test,,yes,"),
        ("likewise, and a word says so", "1004,dee@x.test,none,yes,"),
        ("likewise, and a note", "1004,dee@x.test,by post,yes,new"),
    ] {
        let shown = shown(&by_number(), format!("id,user,mail,active,note\n{STAFF}{row}\n").as_bytes());
        assert!(!shown[3].contains("rejected"), "{name}: {shown:#?}");
    }
}

#[test]
fn one_row_that_is_damaged_otherwise_hides_no_moved_row() {
    let rows: String = (1..=40).map(|id| format!("P {id},{id},p{id},p{id}@x.test,new\n")).collect();
    for (other, is_hidden) in
        [("P 41,41,p41,,p41@x.test\n", false), (&*rows.replace("@x.test,new", "@x.test,q@x.test"), true)]
    {
        let file = format!("name,id,user,mail,note\n{rows}{other}77,p77,p77@x.test,new,\n");
        let said = shown(&people(), file.as_bytes());
        let last = said.iter().find(|row| row.contains("p77")).expect("the row comes out");
        assert_eq!(!last.contains("rejected: the address is one cell left"), is_hidden, "{last}");
    }
}

#[test]
fn login_and_address_that_are_exchanged_are_rejected() {
    let mut by_mail = settings();
    by_mail.match_field = super::column("mail");
    let rows: String = (1..=30).map(|id| format!("{id},p{id},p{id}@x.test,Ops\n")).collect();
    for (settings, whose) in [(&by_mail, "p77@x.test"), (&by_id(), "77")] {
        let file = format!("id,user,mail,team\n{rows}77,p77@x.test,p77,Ops\n");
        let said = shown(settings, file.as_bytes());
        let last = said.iter().find(|row| row.starts_with("32 ")).expect("the row comes out");
        let begins = format!("32 {whose} ");
        assert!(last.starts_with(&begins) && last.contains("the two are exchanged"), "{last}");
    }
    // Somebody who logs in with an address, with another word in its place; and some who do.
    for (rows, mail) in [(rows.clone(), "by post"), (rows.replace("p5,", "p5@x.test,"), "p77")] {
        let file = format!("id,user,mail,team\n{rows}77,p77@x.test,{mail},Ops\n");
        assert!(!shown(&by_id(), file.as_bytes()).iter().any(|row| row.contains("rejected")), "{mail}");
    }
}
