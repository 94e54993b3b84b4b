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
