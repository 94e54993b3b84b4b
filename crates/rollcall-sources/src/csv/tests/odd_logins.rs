//! Usernames that are nobody's beside the others, and such as look so (rule 43a).

use super::{by_id, map, shown};
use std::fmt::Write as _;

/// Whether a username is rejected beside others, by the name of its person.
fn is_rejected(others: &[&str], login: &str, name: &str) -> bool {
    let mut file = String::from("id,user,name\n");
    for (number, other) in others.iter().enumerate() {
        writeln!(file, "{number},{other},Some Body").expect("is written");
    }
    writeln!(file, "77,{login},{name}").expect("is written");
    let mut settings = by_id();
    map(&mut settings, "name", "name", false);
    let said = shown(&settings, file.as_bytes());
    assert_eq!(said.len(), others.len() + 1, "{said:?}");
    let row = said.iter().find(|row| row.contains(" 77 ")).expect("the row comes out");
    row.contains("77 username=- rejected: the cell under \"user\" ")
}

#[test]
fn username_that_is_nobodys_is_rejected() {
    let others = ["ann", "eve1", "fay.k@x.test"];
    for login in [
        "01-Mar",
        "1-Mar",
        "Oct-12",
        "01-mars",
        "1. Mrz",
        "Mrz 26",
        "2026-12-05",
        "05.12.2026",
        "12/5/2026",
        "TRUE",
        "FALSE",
        "WAHR",
        "True",
        "ИСТИНА",
        "VRAI",
        "none",
        "None",
        "(blank)",
        "(none)",
        "TBD",
        "tbd",
        "keine",
        "unknown",
        "?",
        ".",
        "0",
        "000",
        "no login",
        "k.A.",
        "p03_x000D_",
        "p07\\n",
        "jo\\r\\n",
        "@{mail=gil@x.test}",
        "1001.0",
    ] {
        assert!(is_rejected(&others, login, "Jo Kim"), "{login}");
    }
}

#[test]
fn username_that_may_be_somebodys_stays() {
    let others = ["ann", "eve1", "fay.k@x.test"];
    for (login, name) in [
        ("none", "Ann None"),
        ("None", "None Lee"),
        ("tbd", "Tom Bo Dee"),
        ("mai", "Mai Lee"),
        ("Mai", "Mai Lee"),
        ("jo.true", "Jo True"),
        ("true", "Jo Kim"),
        ("jan.12", "Jan Kim"),
        ("jan-12", "Jan Kim"),
        ("mar01", "Mar Kim"),
        ("Marc-12", "Marc Kim"),
        ("12E5", "Jo Kim"),
        ("VERO", "Vero Kim"),
        ("2024-001", "Jo Kim"),
        ("nonet", "Jo Kim"),
        ("1001", "Jo Kim"),
        ("CORP\\n", "Jo Kim"),
        ("ann_x0020_b", "Jo Kim"),
    ] {
        assert!(!is_rejected(&others, login, name), "{login}");
    }
    for (others, login) in [
        (&["2001-05-03", "2002-04-11", "ann"][..], "2003-01-02"),
        (&["abc", "xyz", "tck"], "tbd"),
        (&["SMITH", "VOGEL"], "WAHR"),
        (&["Ann-12", "Bob-11"], "Jan-12"),
        (&["1", "2", "3"], "0"),
        (&[], "none"),
    ] {
        assert!(!is_rejected(others, login, "Jo Kim"), "{login}");
    }
}

#[test]
fn sign_that_no_other_username_has_is_damage() {
    let names: Vec<String> = (0..40).map(|number| format!("p{number}.lee")).collect();
    let others: Vec<&str> = names.iter().map(String::as_str).collect();
    for login in [
        "\"hal,lee\"",
        "hal.lee;",
        "10:07",
        "0.5",
        "50%",
        "hal.\u{2026}",
        "{login:hal}",
        "[hal.lee]",
        "~~hal~~",
        "'hal.lee",
        "@x.test",
        "hal\u{200b}.lee",
        "hal\u{ad}.lee",
        "hal\u{a0}lee",
        "j\u{b3}rgen",
        "null.null",
        "None.None",
    ] {
        assert!(is_rejected(&others, login, "Hal Lee"), "{login}");
    }
    for login in [
        "o'neil",
        "hal_lee",
        "hal-lee",
        "CORP\\hal",
        "hal@x.test",
        "hal+1",
        "hal#2",
        "jürgen",
        "hal lee",
        "ann&co",
        "10.lee",
    ] {
        assert!(!is_rejected(&others, login, "Hal Lee"), "{login}");
    }
    // Few others show nothing, and neither do others that have one.
    assert!(!is_rejected(&others[..10], "acme:hal", "Hal Lee"));
    let named: Vec<String> = names.iter().map(|name| format!("acme:{name}")).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    assert!(!is_rejected(&named, "acme:hal", "Hal Lee"));
}

#[test]
fn word_as_the_key_beside_its_number_is_a_row_that_has_moved() {
    let mut settings = by_id();
    map(&mut settings, "display_name", "name", false);
    let others = "Ann Lee,10001,ann,Ops\nBob Ray,10002,bob,Ops\nCy Poe,10003,cy,Ops\n";
    for (row, whose) in [("Lee, Eve,10005,eve.lee", "10005"), ("10005,eve.lee,Ops,", "10005")] {
        let said = shown(&settings, format!("name,id,user,team\n{others}{row}\n").as_bytes());
        let last = said.iter().find(|line| line.starts_with("5 ")).unwrap();
        assert!(last.starts_with(&format!("5 {whose} username=- rejected: ")), "{row}: {last}");
    }
    // A person with a word for a key, and keys of both kinds.
    for rows in ["Eve Lee,admin,eve,Ops\n", "Room 12,svc,12,Ops\n", "Eve Lee,E10005,eve,Ops\n"] {
        let said = shown(&settings, format!("name,id,user,team\n{others}{rows}").as_bytes());
        assert!(!said.iter().any(|line| line.contains("rejected")), "{rows}: {said:?}");
    }
}

#[test]
fn address_that_says_there_is_none_takes_nobodys_away() {
    let mut settings = by_id();
    map(&mut settings, "email", "mail", false);
    for word in [
        "none",
        "TBD",
        "0",
        "(blank)",
        "no email",
        "k.A.",
        "keine",
        "?",
        "ann(at)x.test",
        "java.lang.Object@1b6d3586",
        "Microsoft.Graph.PowerShell.Models.X",
    ] {
        let file = format!("id,user,mail\n1,ann,{word}\n2,eve,eve@x.test\n");
        let said = shown(&settings, file.as_bytes());
        assert_eq!(said, ["2 1 username=ann", "3 2 username=eve email=\"eve@x.test\""], "{word}");
    }
    for value in ["none@x.test", "ann", "CN=Ann", "X400:c=DE;s=Lee"] {
        let file = format!("id,user,mail\n1,ann,{value}\n");
        assert_eq!(shown(&settings, file.as_bytes()), [format!("2 1 username=ann email={value:?}")]);
    }
}
