//! The username of a file without a usual heading of one.

use super::accepted;

fn file(heading: &str, names: [&str; 4]) -> String {
    let [ann, ben, cem, dee] = names;
    format!(
        "Employee ID,First Name,Last Name,{heading},Department\n1001,Ann,Lee,{ann},Ops\n1002,Ben,Ray,{ben},Ops\n\
         1003,Cem,Poe,{cem},Law\n1004,Dee,Fox,{dee},Law\n"
    )
}

#[test]
fn sign_in_name_is_known_by_other_headings() {
    for heading in [
        "uid",
        "User ID",
        "UserID",
        "user_id",
        "AD Username",
        "AD account",
        "Windows login",
        "Logon",
        "Network ID",
        "NetID",
        "Benutzerkennung",
        "Kürzel",
        "Nom utilisateur",
        "Compte",
        "Inlognaam",
        "SSO ID",
        "Federation ID",
        "Alias",
        "RACF ID",
        "Short name",
        "Handle",
    ] {
        for names in [
            ["ann", "ben", "cem", "dee"],
            ["ALEE", "BRAY", "CPOE", "DFOX"],
            ["ann.lee", "ben.ray", "c-poe", "dee7"],
        ] {
            let (proposal, settings) = accepted(file(heading, names));
            let username = settings.mapping.username.map(|from| from.to_string());
            assert_eq!(username.as_deref(), Some(heading), "{}", proposal.text);
        }
    }
}

#[test]
fn column_that_only_looks_so_is_said() {
    let (proposal, settings) = accepted(file("Zugang", ["alee", "bray", "cpoe", "dfox"]));
    assert_eq!(settings.mapping.username, None);
    assert!(
        proposal.notes.iter().any(|note| note.contains("\"Zugang\" looks like sign-in names")),
        "{:#?}",
        proposal.notes
    );
}

#[test]
fn other_columns_are_no_sign_in_names() {
    for (heading, names) in [
        ("User ID", ["17", "18", "19", "20"]),
        ("Handle", ["ann", "ann", "cem", "dee"]),
        ("Alias", ["Ann Lee", "Ben Ray", "Cem Poe", "Dee Fox"]),
        ("City", ["Oslo", "Rome", "Paris", "Bonn"]),
        ("Phone", ["+47 1", "+47 2", "+47 3", "+47 4"]),
        ("Password", ["geheim", "sesam", "hemmelig", "secret"]),
    ] {
        let (proposal, settings) = accepted(file(heading, names));
        assert_eq!(settings.mapping.username, None, "{heading}");
        assert!(
            !proposal.notes.iter().any(|note| note.contains("sign-in names")),
            "{heading}: {:#?}",
            proposal.notes
        );
    }
}
