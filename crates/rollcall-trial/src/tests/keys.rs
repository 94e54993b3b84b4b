//! Which column `init` takes as the key, the username and the e-mail address, in the languages of the headings.

use super::{accepted, tried, wrong};

/// The key and the e-mail address that are proposed.
#[track_caller]
fn check(file: &str, export: Option<&str>, key: &str, email: &str) {
    let (proposal, settings) = accepted(file);
    assert_eq!(proposal.export.map(|export| export.name), export, "{file}");
    assert_eq!(settings.match_field.to_string(), key, "{file}\n{}", proposal.text);
    let fields = &settings.mapping.fields;
    let found =
        fields.iter().find(|(name, _)| name.as_str() == "email").map(|(_, field)| field.from.to_string());
    assert_eq!(found.as_deref().unwrap_or_default(), email, "{file}\n{}", proposal.text);
    let trial = tried(&settings, file).unwrap();
    assert!(wrong(&trial).is_empty(), "{file}\n{:#?}", trial.findings);
}

#[test]
fn google_workspace_is_known_in_other_languages() {
    for (given, family, email, status, org, active) in [
        (
            "Nombre [Obligatorio]",
            "Apellidos [Obligatorio]",
            "Dirección de correo electrónico [Obligatorio]",
            "Estado [SOLO LECTURA]",
            "Ruta de la unidad organizativa [Obligatorio]",
            "Activo",
        ),
        ("Nome", "Cognome", "Indirizzo email", "Stato", "Percorso unità organizzativa", "Attivo"),
        ("Voornaam", "Achternaam", "E-mailadres", "Status", "Pad van organisatie-eenheid", "Actief"),
        ("Vorname", "Nachname", "E-Mail-Adresse", "Status", "Pfad der Organisationseinheit", "Aktiv"),
    ] {
        let file = format!(
            "{given},{family},{email},{status},{org}\nAnn,Lee,ann@x.test,{active},/\nBob,Kay,bob@x.test,{active},/\n"
        );
        check(&file, Some("google-workspace"), email, email);
    }
    // The path is unknown: the address is the key all the same, and not the name.
    let file = "Nombre [Obligatorio],Dirección de correo electrónico [Obligatorio],Ubicación\nAnn,ann@x.test,a\nBob,bob@x.test,a\n";
    let email = "Dirección de correo electrónico [Obligatorio]";
    check(file, None, email, email);
}

#[test]
fn microsoft_365_is_known_in_other_languages() {
    for (upn, blocked, display, id, no) in [
        ("Benutzerprinzipalname", "Anmeldung blockieren", "Anzeigename", "Objekt-ID", "Falsch"),
        (
            "Nombre principal de usuario",
            "Bloquear credenciales",
            "Nombre para mostrar",
            "Id. de objeto",
            "Falso",
        ),
        ("Nome principal do usuário", "Bloquear credencial", "Nome de exibição", "ID do Objeto", "Falso"),
        (
            "Nom d'utilisateur principal",
            "Bloquer les informations d'identification",
            "Nom d'affichage",
            "ID d'objet",
            "Faux",
        ),
    ] {
        let file = format!(
            "{display};{upn};{blocked};{id}\nAnn Lee;ann@x.test;{no};g-1\nBob Kay;bob@x.test;{no};g-2\nCy May;cy@x.test;{no};g-3\n"
        );
        check(&file, Some("microsoft-365"), upn, upn);
        assert_eq!(accepted(&file).1.immutable_id.map(|id| id.to_string()).as_deref(), Some(id));
        // Without the column that is needed it is a guess, and the name is not the key.
        let guessed = file.replace(blocked, "Büro").replace(&format!(";{no}"), ";EG");
        let (_, settings) = accepted(&guessed);
        assert!([upn, id].contains(&settings.match_field.to_string().as_str()), "{}", settings.match_field);
        assert_eq!(settings.mapping.username.map(|name| name.to_string()).as_deref(), Some(upn));
    }
}

#[test]
fn headings_of_addresses_are_known_in_the_usual_languages() {
    for heading in [
        "E-mailadres",
        "E-post",
        "Adres e-mail",
        "Correo electrónico",
        "Geschäftliche E-Mail",
        "primaryWorkEmail",
        "primaryEmail",
        "Indirizzo e-mail",
        "Endereço de e-mail",
        "E-mailová adresa",
        "メールアドレス",
        "Электронная почта",
        "Sähköposti",
        "E-posta",
    ] {
        // One has no address: the heading says it.
        let file = format!("Nr;Name;{heading}\n1;Ann Lee;ann@x.test\n2;Bob Kay;\n3;Cy May;cy@x.test\n");
        check(&file, None, "Nr", heading);
        let file = format!("Voller Name;{heading}\nAnn Lee;ann@x.test\nBob Kay;bob@x.test\n");
        check(&file, None, heading, heading);
    }
}

#[test]
fn column_of_addresses_is_an_address_whatever_its_heading() {
    check("Name,Kontakt\nAnn Lee,ann@x.test\nBob Kay,bob@x.test\n", None, "Kontakt", "Kontakt");
    check(
        "Name,Manager mail,Contact\nAnn Lee,cy@x.test,ann@x.test\nBob Kay,dee@x.test,bob@x.test\n",
        None,
        "Contact",
        "Contact",
    );
    check("Login,Name,Quux\nann,Ann,ann@x.test\nbob,Bob,bob@x.test\n", None, "Login", "Quux");
    // Some cells are something else.
    check("Login,Quux\nann,ann@x.test\nbob,see below\n", None, "Login", "");
    // A known heading goes first.
    check("Login,Quux,Mail\nann,q1@x.test,ann@x.test\nbob,q2@x.test,bob@x.test\n", None, "Login", "Mail");
}

#[test]
fn name_is_the_key_only_where_nothing_else_is() {
    for (file, key) in [
        ("Person,Badge\nAnn Lee,17a\nBob Kay,18b\n", "Badge"),
        ("Quux,Badge\nAnn Lee,17a\nBob Kay,18b\n", "Badge"),
        ("Nombre,Tarjeta\nAnn,17a\nBob,18b\n", "Tarjeta"),
        ("Quux,Badge\nLee  Ann,17a\n\"Kay, Bob\",18b\n", "Badge"),
        ("Imię i nazwisko,Karta\nAnn Lee,17a\nBob Kay,18b\n", "Karta"),
        // Nothing else is different for everybody.
        ("Person,Team\nAnn Lee,red\nBob Kay,red\n", "Person"),
        // A day or a department tells nobody apart, though all differ.
        ("Person,Hire date,Department\nAnn Lee,2019-01-01,Sales\nBob Kay,2020-01-01,Legal\n", "Person"),
    ] {
        let (proposal, settings) = accepted(file);
        assert_eq!(settings.match_field.to_string(), key, "{file}\n{}", proposal.text);
    }
}

/// The key, the username and the notes that are proposed.
fn names_of(file: &str) -> (String, Option<String>, Vec<String>) {
    let (proposal, settings) = accepted(file);
    (settings.match_field.to_string(), settings.mapping.username.map(|name| name.to_string()), proposal.notes)
}

#[test]
fn name_is_no_key_whatever_its_heading() {
    for (heading, export) in [
        ("Employee", None),
        ("User", None),
        ("Account", None),
        ("Gebruiker", None),
        ("Employee #", Some("bamboohr")),
    ] {
        let file = format!("{heading},Work Email\nAnn Lee,ann@x.test\nBob Ray,bob@x.test\n");
        let numbers = file.replace("Ann Lee", "A17").replace("Bob Ray", "B18");
        if export.is_none() {
            check(&file, None, "Work Email", "Work Email");
            let (_, settings) = accepted(&file);
            assert_eq!(
                settings.mapping.fields.iter().filter(|(name, _)| name.as_str() == "display_name").count(),
                1,
                "{file}"
            );
        }
        check(&numbers, export, heading, "Work Email");
    }
    // Two columns: the one that is no name.
    let file = "User,Login\nAnn Lee,ann\nBob Ray,bob\n";
    assert_eq!(names_of(file).1.as_deref(), Some("Login"));
}

#[test]
fn number_of_the_row_is_no_key() {
    for heading in ["Nr", "No.", "Number", "Lfd. Nr.", "S.No", "Row", "Unnamed: 0"] {
        for begin in [0, 1] {
            let rows: Vec<String> = (0..4).map(|at| format!("{},p{at}@x.test,P{at}\n", at + begin)).collect();
            check(&format!("{heading},Email,Name\n{}", rows.concat()), None, "Email", "Email");
        }
    }
    // It does not count the rows, or says more than a number.
    for (heading, numbers) in [
        ("Nr", ["11", "12", "13"]),
        ("Nr", ["1", "3", "2"]),
        ("Nr", ["1", "2", "4"]),
        ("Employee ID", ["1", "2", "3"]),
        ("ID", ["1", "2", "3"]),
        ("Nr", ["001", "003", "002"]),
    ] {
        let [a, b, c] = numbers;
        check(
            &format!("{heading},Email\n{a},a@x.test\n{b},b@x.test\n{c},c@x.test\n"),
            None,
            heading,
            "Email",
        );
    }
    // There is nothing else: it is said.
    let (key, _, notes) = names_of("Nr,Team\n1,red\n2,red\n3,blue\n");
    assert_eq!(key, "Nr");
    let trial =
        tried(&accepted("Nr,Team\n1,red\n2,red\n3,blue\n").1, "Nr,Team\n1,red\n2,red\n3,blue\n").unwrap();
    assert!(
        trial.findings.iter().any(|found| found.what.contains("counts the rows")),
        "{:#?}",
        trial.findings
    );
    assert!(notes.iter().any(|note| note.contains("count the rows")), "{notes:#?}");
}

#[test]
fn private_address_is_no_login() {
    for private in [
        "Personal Contact: Personal Email",
        "personalEmail",
        "Personal Email",
        "Private E-Mail",
        "E-Mail (privat)",
        "E-Mail [privat]",
        "Email perso",
        "E-mail personnel",
        "Correo personal",
        "E-mail particular",
        "Emergency contact email",
        "Home Email",
        "Spouse email",
        "Личная почта",
    ] {
        for (work, others) in
            [("Work Contact: Work Email", true), ("Email", true), ("Dienstliche E-Mail", true), ("", false)]
        {
            let file = if others {
                format!(
                    "ID,{private},{work}\n1,a@home.test,ann@x.test\n2,b@home.test,bob@x.test\n3,c@home.test,\n"
                )
            } else {
                format!("ID,{private}\n1,a@home.test\n2,b@home.test\n3,c@home.test\n")
            };
            check(&file, None, "ID", work);
            let wanted = others.then(|| work.to_owned());
            assert_eq!(names_of(&file).1, wanted, "{file}");
        }
    }
    // The one that says that it is at work goes before one that says nothing.
    check(
        "ID,Email,Work Email\n1,a@home.test,ann@x.test\n2,b@home.test,bob@x.test\n",
        None,
        "ID",
        "Work Email",
    );
    check("ID,Personnel e-mail\n1,ann@x.test\n2,bob@x.test\n", None, "ID", "Personnel e-mail");
    check("ID,Person email\n1,ann@x.test\n2,bob@x.test\n", None, "ID", "Person email");
}

#[test]
fn secret_is_never_the_key() {
    for heading in [
        "SSN",
        "Social Security Number",
        "API token",
        "apiToken",
        "Password",
        "Passwort",
        "Mot de passe",
        "PIN",
        "IBAN",
        "National Insurance Number",
        "Steuer-ID",
        "Sozialversicherungsnummer",
        "Tax ID",
        "Codice fiscale",
        "Credit card",
    ] {
        let file = format!("{heading},Badge\ns-11,B1\ns-12,B2\ns-13,B3\n");
        assert_eq!(names_of(&file).0, "Badge", "{heading}");
        let file = format!("Name,{heading},Team\nAnn Lee,s-11,Ops\nBob Ray,s-12,Ops\nAnn Lee,s-13,Ops\n");
        assert_eq!(names_of(&file).0, "Name", "{heading}");
    }
    for heading in ["Pinboard", "Token ring id", "Taxi", "Secretary code", "Spin"] {
        let is_kept = heading != "Token ring id";
        let file = format!("{heading},Team\ns-11,Ops\ns-12,Ops\n");
        assert_eq!(names_of(&file).0 == heading, is_kept, "{heading}");
    }
    assert_eq!(names_of("Mobile,Badge\n+1 555 01,B1\n+1 555 02,B2\n").0, "Badge");
}

#[test]
fn heading_that_is_there_twice_is_said() {
    for heading in ["Email", "Username", "Department", "First name", "Exit date"] {
        let file = format!("Employee ID,{heading},{heading}\n17,a@x.test,b@x.test\n18,c@x.test,d@x.test\n");
        let (key, _, notes) = names_of(&file);
        assert_eq!(key, "Employee ID");
        let said = notes.iter().filter(|note| note.contains("is there twice")).count();
        assert_eq!(said, 1, "{heading}: {notes:#?}");
    }
    // Nobody would have used them.
    let (_, _, notes) = names_of("Employee ID,Quux,Quux\n17,a,b\n18,c,d\n");
    assert!(notes.is_empty(), "{notes:#?}");
}

#[test]
fn number_that_notes_lack_is_better_than_a_name() {
    let file = "Worker,Employee ID\nAnn Lee (On Leave),17\nBob Ray,18\nCy Fox,19\nGenerated today,\n";
    assert_eq!(names_of(file).0, "Employee ID");
}
