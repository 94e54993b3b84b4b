//! Microsoft: the users of the admin centre, the two files of Entra ID, and `Get-ADUser | Export-Csv`.

use super::{says_blocked, yes_or_no};
use crate::export::Export;
use crate::line::Line;

/// The guests of a tenant have it in their sign-in name.
const GUESTS: &str = "not {upn} contains '#EXT#'";

/// The admin centre's "Export users".
pub(super) static ADMIN_CENTRE: Export = Export {
    name: "microsoft-365",
    title: "Microsoft 365 admin centre, Users > Active users > Export users",
    columns: &[
        (
            "upn",
            &[
                "User principal name",
                "Benutzerprinzipalname",
                "Nom d'utilisateur principal",
                "Nom principal de l'utilisateur",
            ],
        ),
        (
            "blocked",
            &[
                "Block credential",
                "Anmeldeinformationen blockieren",
                "Bloquer les informations d'identification",
                "Bloquer les informations d’identification",
            ],
        ),
        ("licences", &["Licenses", "Lizenzen", "Licences"]),
        ("id", &["Object Id", "Objekt-ID", "ID d'objet", "ID de l'objet"]),
        ("deleted", &["Soft deletion time stamp"]),
        ("display", &["Display name", "Anzeigename", "Nom d'affichage", "Nom complet"]),
        ("given", &["First name", "Vorname", "Prénom"]),
        ("family", &["Last name", "Nachname", "Nom", "Nom de famille"]),
        ("department", &["Department", "Abteilung", "Service"]),
        ("title", &["Title", "Position", "Titel", "Fonction", "Titre"]),
        ("proxies", &["Proxy addresses", "Proxyadressen", "Adresses proxy"]),
    ],
    needed: &["upn", "blocked"],
    lines: &[
        Line::text("match_field", "{upn}", "what a person signs in with; everybody has one"),
        Line::text("immutable_id", "{id}", "never changes, so a new name is the same person"),
        Line::only(GUESTS, "guests are no people of this company"),
        Line::only(
            "{licences} != Unlicensed",
            "shared mailboxes, rooms and accounts of programs have no licence",
        ),
        Line::only("{deleted} is empty", "a deleted user stays in the file for a while"),
        Line::text("username", "{upn}", "what a person signs in with"),
        Line::status(
            &[says_blocked("blocked")],
            "it says who is blocked: a yes means that the person must not get in",
        ),
        Line::text(
            "email",
            "{proxies | split + | starting SMTP: | after SMTP: | or upn}",
            "the primary address, or the sign-in name",
        ),
        Line::text("email", "{upn}", "the sign-in name"),
        Line::text("display_name", "{display}", "the name that is shown"),
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

/// Entra ID's "Download users".
pub(super) static ENTRA_DOWNLOAD: Export = Export {
    name: "entra",
    title: "Entra ID, Users > Download users",
    columns: &[
        ("upn", &["userPrincipalName"]),
        ("enabled", &["accountEnabled"]),
        ("id", &["objectId", "id"]),
        ("kind", &["userType"]),
        ("display", &["displayName"]),
        ("given", &["givenName"]),
        ("family", &["surname"]),
        ("mail", &["mail"]),
        ("department", &["department"]),
        ("title", &["jobTitle"]),
        ("creation", &["creationType"]),
        ("synced", &["directorySynced"]),
    ],
    needed: &["upn", "enabled"],
    lines: &[
        Line::text("match_field", "{upn}", "what a person signs in with; everybody has one"),
        Line::text("immutable_id", "{id}", "never changes, so a new name is the same person"),
        Line::only("{kind} != Guest", "guests are no people of this company"),
        Line::only(GUESTS, "guests are no people of this company"),
        Line::text("username", "{upn}", "what a person signs in with"),
        Line::status(
            &[yes_or_no("enabled")],
            "whether the person may sign in; shared mailboxes are switched off here",
        ),
        Line::text("email", "{mail | or upn}", "the address, or the sign-in name where there is none"),
        Line::text("email", "{upn}", "the sign-in name"),
        Line::text("display_name", "{display}", "the name that is shown"),
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

/// Entra ID's template for bulk operations.
pub(super) static ENTRA_TEMPLATE: Export = Export {
    name: "entra-template",
    title: "Entra ID, the template of a bulk operation",
    columns: &[
        ("upn", &["User name [userPrincipalName] Required", "Benutzername [userPrincipalName] Erforderlich"]),
        (
            "blocked",
            &[
                "Block sign in (Yes/No) [accountEnabled] Required",
                "Anmeldung blockieren (Ja/Nein) [accountEnabled] Erforderlich",
            ],
        ),
        ("display", &["Name [displayName] Required", "Name [displayName] Erforderlich"]),
        ("given", &["First name [givenName]", "Vorname [givenName]"]),
        ("family", &["Last name [surname]", "Nachname [surname]"]),
        ("department", &["Department [department]", "Abteilung [department]"]),
        ("title", &["Job title [jobTitle]", "Position [jobTitle]"]),
    ],
    needed: &["upn", "blocked"],
    lines: &[
        Line::text("match_field", "{upn}", "what a person signs in with; everybody has one"),
        Line::only(GUESTS, "guests are no people of this company"),
        Line::only("not {upn} ends with @contoso.com", "the example that the template comes with"),
        Line::text("username", "{upn}", "what a person signs in with"),
        Line::status(
            &[says_blocked("blocked")],
            "it says who is blocked: a yes means that the person must not get in",
        ),
        Line::text("email", "{upn}", "the sign-in name"),
        Line::text("display_name", "{display}", "the name that is shown"),
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

/// Active Directory's people by `PowerShell`.
pub(super) static GET_AD_USER: Export = Export {
    name: "active-directory",
    title: "Active Directory, Get-ADUser | Export-Csv",
    columns: &[
        ("login", &["SamAccountName"]),
        ("dn", &["DistinguishedName"]),
        ("id", &["ObjectGUID"]),
        ("enabled", &["Enabled"]),
        ("upn", &["UserPrincipalName"]),
        ("given", &["GivenName"]),
        ("family", &["Surname"]),
        ("display", &["DisplayName", "Name"]),
        ("mail", &["mail", "EmailAddress"]),
        ("department", &["Department"]),
        ("title", &["Title"]),
        ("ends", &["accountExpires"]),
        ("sid", &["SID"]),
        ("class", &["ObjectClass"]),
    ],
    needed: &["login", "enabled"],
    lines: &[
        Line::text("match_field", "{login}", "the logon name; everybody has one"),
        Line::text("immutable_id", "{id}", "never changes, so a new name is the same person"),
        Line::text("username", "{login}", "the logon name"),
        Line::status(&[yes_or_no("enabled")], "whether the account is enabled"),
        Line::date("ends", "ends", "when the account expires"),
        Line::text("email", "{mail}", ""),
        Line::text("display_name", "{display}", "the name that is shown"),
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};
