//! Cells of exports that write what a web page shows: `M&uuml;ller` (rule 43).

use super::{by_id, check, map, read_all, settings, with_fields};

#[test]
fn name_with_html_is_taken_as_it_is_and_counted() {
    let file =
        "email,name\na,M&uuml;ller\nb,O&#39;Brien\nc,Smith &amp; Sons\nd,AT&T\ne,AT&T;\nf,Müller & Söhne\n";
    let (rows, summary) = read_all(&with_fields(&["name"]), file.as_bytes()).unwrap();
    assert_eq!((rows.len(), summary.entries, summary.rejected), (6, 6, 0));
    let note = summary.oddities.notes().next().unwrap();
    assert!(
        note.starts_with("3 people have HTML in a field, for example line 2: &uuml; in `name`"),
        "{note}"
    );
    // Nobody has any.
    let right = "email,name\nd,AT&T\ne,R&D; Lab\nf,Ann & Ben\n";
    let (_, summary) = read_all(&with_fields(&["name"]), right.as_bytes()).unwrap();
    assert_eq!((summary.oddities.notes().next(), summary.entries), (None, 3));
    // Of a column that nobody asks for nothing is said.
    let (_, summary) = read_all(&settings(), file.as_bytes()).unwrap();
    assert_eq!(summary.oddities.notes().next(), None);
}

#[test]
fn address_with_more_than_itself_is_counted() {
    let file = "email,mail\na,mailto:a@x.test\nb,Ben Lee <b@x.test>\nc,c@x.test; c@y.test\nd,SMTP:d@x.test\ne,e@x.test\n";
    let (rows, summary) = read_all(&with_fields(&["mail"]), file.as_bytes()).unwrap();
    assert_eq!((rows.len(), summary.entries), (5, 5));
    let note = summary.oddities.notes().next().unwrap();
    assert!(
        note.starts_with(
            "4 people have more than a plain e-mail address in a field, for example line 2: a link in `mail`"
        ),
        "{note}"
    );
    for right in ["e@x.test", "o'neil+tag@x.test", "ann.müller@x.test", "ann", "a b@x.test", "mailto", ""] {
        let file = format!("email,mail\na,\"{right}\"\n");
        let (_, summary) = read_all(&with_fields(&["mail"]), file.as_bytes()).unwrap();
        assert_eq!(summary.oddities.notes().next(), None, "{right}");
    }
    // What else is odd is counted by itself.
    let file = "email,mail\na,mailto:a@x.test\nb,b@x.test</b>\nc,SMTP:c@x.test\n";
    let (_, summary) = read_all(&with_fields(&["mail"]), file.as_bytes()).unwrap();
    let notes: Vec<String> = summary.notes().collect();
    assert!(
        notes[0].starts_with("1 person has HTML in a field, for example line 3: </b> in `mail`"),
        "{notes:?}"
    );
    assert!(
        notes[1].starts_with("2 people have more than a plain e-mail address in a field, for example line 2"),
        "{notes:?}"
    );
    // Another field may name several people.
    let (_, summary) =
        read_all(&with_fields(&["name"]), "email,name\na,b@x.test; c@x.test\n".as_bytes()).unwrap();
    assert_eq!(summary.oddities.notes().next(), None);
}

#[test]
fn username_with_letters_that_look_like_others_is_counted() {
    for (user, is_said) in [
        ("\u{430}nna", true),
        ("anna@x-t\u{435}st.test", true),
        ("ανnα", true),
        ("anna", false),
        ("анна", false),
        ("müller", false),
        ("anna.иванова", false),
        ("山田たろう", false),
        ("anna7", false),
        ("анна7", false),
    ] {
        let (_, summary) = read_all(&by_id(), format!("id,user\n1,{user}\n").as_bytes()).unwrap();
        let note = summary.oddities.notes().next().unwrap_or_default();
        let said = "1 person has letters in the username that look like others, for example line 2: ";
        assert_eq!(note.starts_with(said), is_said, "{user}: {note}");
    }
}

#[test]
fn key_with_html_is_rejected_and_protects_whom_it_was() {
    check(
        "a key",
        &settings(),
        "email,name\nm&uuml;ller@x.test,a\no&#39;brien@x.test,b\nr&d;@x.test,c\nann@x.test,d\n".as_bytes(),
        &[
            "2 müller@x.test username=- rejected: the cell under \"email\" holds &uuml;, as the text of a web page does; …",
            "3 o'brien@x.test username=- rejected: the cell under \"email\" holds &#39;, …",
            "4 r&d;@x.test",
            "5 ann@x.test",
        ],
    );
}

#[test]
fn username_with_html_is_rejected_and_the_key_protects() {
    check(
        "a username",
        &by_id(),
        "id,user\n1,m&uuml;ller\n2,ann&nbsp;lee\n3,at&t\n".as_bytes(),
        &[
            "2 1 username=- rejected: the cell under \"user\" holds &uuml;, …",
            "3 2 username=- rejected: the cell under \"user\" holds &nbsp;, …",
            "4 3 username=at&t",
        ],
    );
}

#[test]
fn nobody_leaves_the_scope_by_html_in_a_condition() {
    let mut settings = with_fields(&["team"]);
    settings.mapping.scope = vec!["team = 'R&D'".parse().unwrap()];
    map(&mut settings, "name", "name", false);
    check(
        "a condition",
        &settings,
        "email,team,name\na,R&amp;D,x\nb,R&D,y\nc,Sales,z\nd,Q&amp;A,v\n".as_bytes(),
        &[
            "2 a rejected: the cell under \"team\" holds &amp;, as the text of a web page does; without that the person is \
             within `where`",
            "3 b name=\"y\" team=\"R&D\"",
            "4 c outside",
            // Outside with and without it.
            "5 d outside",
        ],
    );
}

#[test]
fn word_of_a_program_is_no_number_of_a_person() {
    for word in ["NA", "nan", "None", "Null"] {
        let file = format!("id,user\n1,ann\n2,ben\n{word},cem\n4,dan\n");
        let (rows, summary) = read_all(&by_id(), file.as_bytes()).unwrap();
        assert_eq!((rows.len(), summary.rejected), (4, 1), "{word}");
    }
    // Where keys are names, it may be one.
    let (_, summary) = read_all(&by_id(), b"id,user\nann,a\nNA,b\nNull,c\n").unwrap();
    assert_eq!(summary.rejected, 0);
}

#[test]
fn what_a_program_put_around_a_key_or_username_rejects_the_row() {
    check(
        "keys",
        &settings(),
        "email\n“ann@x.test”\nmailto:ben@x.test\nCem Fox <cem@x.test>\ndan%40x.test\n['eve@x.test']\nf?y@x.test\n\
         [object Object]\nann@x.test; ben@x.test\nd’arcy@x.test\n"
            .as_bytes(),
        &[
            "2 ann@x.test username=- rejected: the cell under \"email\" is in quotes of a word processor; …",
            "3 ben@x.test username=- rejected: …",
            "4 cem@x.test username=- rejected: the cell under \"email\" is a link, and not only an address; correct the export",
            "5 dan@x.test username=- rejected: the cell under \"email\" has letters that are written as numbers, …",
            "6 eve@x.test username=- rejected: …",
            "7 - rejected: the cell under \"email\" holds a '?' in the place of a letter that was lost; correct the export",
            "8 - rejected: the cell under \"email\" is the error of a spreadsheet, or of a program, …",
            "9 - rejected: the cell under \"email\" holds more than one address; correct the export",
            "10 d’arcy@x.test",
        ],
    );
    check(
        "usernames",
        &by_id(),
        "id,user\n1,m?ller\n2,<b>ann</b>\n3,System.Object[]\n4,o'neil\n".as_bytes(),
        &[
            "2 1 username=- rejected: the cell under \"user\" holds a '?' …",
            "3 2 username=- rejected: the cell under \"user\" holds </b>, as the text of a web page does; …",
            "4 3 username=- rejected: the cell under \"user\" is the error of a spreadsheet, …",
            "5 4 username=o'neil",
        ],
    );
}
