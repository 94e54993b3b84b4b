//! Where the headings are found, and that no person is taken for them.

use super::{accepted, proposed, settings_of, tried, wrong};

const SECOND: &str = "second_headings = true";

#[test]
fn second_line_of_headings_is_found_by_its_key_or_status() {
    let first = "STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,MI,EMAIL,HR,ADDR1,BIZ_PHONE,EMPID,HIREDATE";
    for second in [
        "STATUS,USERID,Username,First Name,Last Name,Middle Name,Email,Human Resource,Address 1,Business Phone,Employee Id,Hire Date",
        "STATUS,USERID,Benutzername,Vorname,Nachname,Zweiter Vorname,E-Mail,Personalabteilung,Adresse 1,Telefon,Personalnummer,Eintritt",
        "Status,User ID,Nom d'utilisateur,Prénom,Nom,Initiale,Courriel,RH,Adresse 1,Téléphone,Matricule,Date d'embauche",
        "Statut,User-ID,Username,Prénom,Nom,Initiale,Courriel,RH,Adresse 1,Téléphone,Matricule,Embauche",
        "status,,Benutzer,Vorname,Nachname,,,,,,,",
    ] {
        let file = format!(
            "{first}\n{second}\nactive,1001,alee,Ann,Lee,,alee@x.test,NO_HR,,,,04/01/2014\n\
             inactive,1002,bkay,Ben,Kay,,bkay@x.test,NO_HR,,,,05/17/2016\nactive,1003,cmay,Cy,May,,cmay@x.test,NO_HR,,,,02/01/2099\n"
        );
        let (proposal, settings) = accepted(&file);
        assert_eq!(proposal.export.map(|export| export.name), Some("successfactors"), "{second}");
        assert!(proposal.text.contains(SECOND), "{second}\n{}", proposal.text);
        assert!(
            proposal.text.contains("starts = { from = \"HIREDATE\", format = \"mm/dd/yyyy\" }"),
            "{}",
            proposal.text
        );
        let trial = tried(&settings, &file).unwrap();
        let ends = trial.ends;
        assert_eq!((ends.eligible, ends.disabled, ends.not_started, ends.rejected), (1, 1, 1, 0), "{second}");
        assert!(wrong(&trial).is_empty(), "{:#?}", trial.findings);
    }
}

#[test]
fn person_is_not_taken_for_a_second_line_of_headings() {
    for file in [
        // A person with the name of the column.
        "user,name\nuser,User Account\nann,Ann Lee\n",
        "Active,Login\nactive,ann\nactive,ben\n",
        "Status,Login,Mail\nStatus,ann,ann@x.test\nactive,bob,bob@x.test\n",
        "STATUS,USERID,CODE\nactive,anna,Custom\nactive,ben,Custom\n",
        "Employee ID,Name\n1,Ann Lee\n2,Ben Kay\n",
    ] {
        let (proposal, _) = accepted(file);
        assert!(!proposal.text.contains(SECOND), "{file}\n{}", proposal.text);
        assert_eq!(proposal.rows, 2, "{file}");
    }
}

#[test]
fn person_with_a_separator_in_a_cell_is_not_taken_for_headings() {
    for (file, key) in [
        ("user,name\nann,Ann\nbob,Lee, Bob, Secretpw\ncy,Cy\n", "user"),
        ("user;name\nann;Ann\nbob;Lee; Bob; Secretpw\n", "user"),
        ("Login\tName\nann\tAnn\nbob\tLee\tBob\tSecretpw\ncy\tCy\n", "Login"),
        ("kurz,voll\nann,Ann\nbob,Lee, Bob, Secretpw\ncy,Cy\ndee,Dee\n", "kurz"),
        ("user,name\nbob,Lee, Bob, Secretpw\ncy,May, Cy, Secretpw\ndee,Dee\n", "user"),
        ("Staff\nuser,name\nann,Ann\nbob,Lee, Bob, Secretpw\ncy,Cy\n", "user"),
    ] {
        let (proposal, settings) = accepted(file);
        assert_eq!(settings.match_field.to_string(), key, "{file}\n{}", proposal.text);
        let shown = format!("{proposal:?}{:?}", tried(&settings, file));
        assert!(!shown.contains("Secretpw"), "{shown}");
    }
}

#[test]
fn headings_below_a_title_are_found() {
    for (file, skip) in [
        ("All people\nLogin,Name\nann,Ann\nbob,Bob\n", "skip_lines = 1"),
        ("All people;;\n;;\nLogin;Name;Mail\nann;Ann;a@x.test\nbob;Bob;b@x.test\n", "skip_lines = 2"),
        ("Run on,11/28/2026\nBadge,Team,Floor\n17a,red,EG\n18b,blue,OG\n", "skip_lines = 1"),
        ("Report,of,\nKennung,Etage,Raum,Platz\nann,EG,a,b\nbob,OG,c,d\n", "skip_lines = 1"),
    ] {
        let (proposal, settings) = accepted(file);
        assert!(proposal.text.contains(skip), "{file}\n{}", proposal.text);
        assert_eq!(tried(&settings, file).unwrap().rows, 2, "{file}");
    }
}

#[test]
fn file_of_another_kind_is_named() {
    for (file, kind) in [
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML"),
        ("<html>\n<body>\n<p>Sign in, please</p>\n</body>\n</html>\n", "HTML"),
        ("<?xml version=\"1.0\"?>\n<users>\n<user id=\"1\"/>\n</users>\n", "XML"),
        ("{\"error\": \"expired\"}\n", "JSON"),
        ("[\n  {\"id\": 1},\n  {\"id\": 2}\n]\n", "JSON"),
    ] {
        let refused = proposed(file).unwrap_err().to_string();
        assert!(refused.contains(kind), "{file}: {refused}");
        assert!(!refused.contains("no rows"), "{refused}");
    }
    // Headings may begin so.
    for file in ["{mail},login\na@x.test,ann\nb@x.test,ben\n", "[mail],[name]\na@x.test,Ann\nb@x.test,Ben\n"]
    {
        let (proposal, _) = accepted(file);
        assert!(tried(&settings_of(&proposal.text), file).is_ok(), "{file}");
    }
}
