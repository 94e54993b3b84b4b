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
