//! LDAP, Entra ID and Okta: the needed settings, all settings, and the text of every mistake.

use super::check;
use crate::{
    Config, EntraCredential, EntraMatchField, Group, OktaCredential, SecretRef, SourceSettings, sources,
};

const LDAP: &str = r#"
[[source]]
name = "ad"
kind = "ldap"
url = "ldaps://dc1.example.com"
ca_file = "ca.pem"
bind_dn = "CN=svc-sync,OU=Services,DC=example,DC=com"
bind_password = "env:LDAP_PASSWORD"
base = "DC=example,DC=com"
groups = ["everyone"]
"#;

const ENTRA: &str = r#"
[[source]]
name = "entra"
kind = "entra"
tenant = "contoso.onmicrosoft.com"
client_id = "0001"
client_secret = "ssm:/rollcall/entra-secret"
groups = ["Intranet users"]
"#;

const OKTA: &str = r#"
[[source]]
name = "okta"
kind = "okta"
url = "https://example.okta.com/"
token = "secretsmanager:rollcall/okta"
groups = ["Intranet users"]
"#;

fn settings(text: &str) -> SourceSettings {
    let config = Config::parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    config.sources.into_iter().next().unwrap().settings
}

/// A good source with one of its lines put differently, or left out where nothing is said after the name.
fn with(good: &str, line: &str) -> String {
    let setting = line.split(' ').next().unwrap();
    let mut text = String::new();
    for kept in good.lines() {
        let is_it = kept.starts_with(&format!("{setting} "));
        if !is_it {
            text.push_str(kept);
        } else if line.contains('=') {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}

fn groups(names: &[(&str, u16)]) -> Vec<Group> {
    names.iter().map(|(name, priority)| Group { name: (*name).to_owned(), priority: *priority }).collect()
}

#[test]
fn needed_settings_are_enough() {
    let SourceSettings::Ldap(ldap) = settings(LDAP) else { panic!() };
    assert_eq!(ldap.bind_password, SecretRef::Env("LDAP_PASSWORD".to_owned()));
    assert_eq!((ldap.page_items, ldap.start_tls, ldap.mapping), (500, false, None));
    assert_eq!(ldap.groups, groups(&[("everyone", 0)]));
    let SourceSettings::Entra(entra) = settings(ENTRA) else { panic!() };
    assert_eq!(
        entra.credential,
        EntraCredential::Secret(SecretRef::Ssm("/rollcall/entra-secret".to_owned()))
    );
    assert_eq!((entra.match_field, entra.guests), (EntraMatchField::Dn, false));
    assert_eq!(entra.login_url, "https://login.microsoftonline.com");
    assert_eq!(entra.graph_url, "https://graph.microsoft.com");
    assert_eq!(entra.mapping.username.map(|name| name.to_string()).as_deref(), Some("userPrincipalName"));
    let SourceSettings::Okta(okta) = settings(OKTA) else { panic!() };
    assert_eq!(okta.url, "https://example.okta.com");
    assert_eq!(okta.credential, OktaCredential::Token(SecretRef::SecretsManager("rollcall/okta".to_owned())));
    assert!(okta.active_statuses.contains(&"LOCKED_OUT".to_owned()));
    let fields: Vec<(&str, String)> =
        okta.mapping.fields.iter().map(|(name, field)| (name.as_str(), field.from.to_string())).collect();
    let usual = [
        ("display_name", "displayName"),
        ("email", "email"),
        ("family_name", "lastName"),
        ("given_name", "firstName"),
    ];
    assert_eq!(fields, usual.map(|(name, column)| (name, column.to_owned())));
}

#[test]
fn mapping_replaces_the_usual_one_except_the_username() {
    let text = format!("{OKTA}clear = [\"team\"]\n[source.mapping]\nteam = \"department\"\n");
    let SourceSettings::Okta(okta) = settings(&text) else { panic!() };
    assert_eq!(okta.mapping.username.as_ref().map(ToString::to_string).as_deref(), Some("login"));
    let fields: Vec<_> = okta.mapping.fields.into_iter().collect();
    assert_eq!(fields.len(), 1);
    assert_eq!(
        fields[0].1,
        sources::FieldMapping { clears: true, ..sources::FieldMapping::column("department".to_owned()) }
    );
    for secret in ["userPassword", "UnicodePwd", "password"] {
        check(
            &format!("{LDAP}[source.mapping]\nemail = \"{secret}\"\n"),
            &["line 12: `email` must not come from a password column: Rollcall never reads passwords"],
        );
    }
}

#[test]
fn groups_without_priority_come_last() {
    let line =
        "groups = [{ name = \"leads\", priority = 1 }, \"everyone\", { name = \" temps \", priority = 7 }]";
    let SourceSettings::Okta(okta) = settings(&with(OKTA, line)) else { panic!() };
    assert_eq!(okta.groups, groups(&[("leads", 1), ("everyone", u16::MAX), ("temps", 7)]));
    check(
        &with(OKTA, "groups = []"),
        &["line 7: `groups` must name at least one group: its members are in scope"],
    );
    check(&with(OKTA, "groups = [\"a\", \"a\"]"), &["line 7: the group \"a\" is listed twice; remove one"]);
    check(
        &with(OKTA, "groups = [{ priority = 70000 }]"),
        &[
            "line 7: `name` is missing in { name = \"...\", priority = 1 }; write for example name = \"leads\"",
            "line 7: `priority` must be a whole number from 0 to 65534; found the number 70000",
        ],
    );
    check(&with(OKTA, "groups = \"a\""), &["line 7: `groups` must be a list; found \"a\""]);
}

#[test]
fn a_secret_is_named_and_never_repeated() {
    let hint = "must say where the secret is stored: env:NAME, file:PATH, ssm:/PATH or secretsmanager:NAME; \
                never write the secret itself here";
    for (good, setting, line) in [(LDAP, "bind_password", 8), (ENTRA, "client_secret", 7), (OKTA, "token", 6)]
    {
        for wrong in ["hunter2", "vault:hunter2", "env:", ":hunter2"] {
            let text = with(good, &format!("{setting} = \"{wrong}\""));
            check(&text, &[&format!("line {line}: `{setting}` {hint}")]);
        }
    }
}

#[test]
fn only_one_credential_is_allowed() {
    check(
        &with(OKTA, "token"),
        &[
            "line 2: `token` is missing in [[source]]; write for example token = \"ssm:/rollcall/okta-token\" \
           (or client_id and private_key)",
        ],
    );
    check(
        &format!("{OKTA}private_key = \"file:key.pem\"\nclient_id = \"0oa\"\n"),
        &[
            "line 6: `token` and `private_key` are two credentials; keep only one",
            "line 9: `client_id` is unknown in [[source]]; the settings here are `name`, `kind`, `credential_expires`, `url`, `token`, \
             `private_key`, `groups`, `active_statuses`, `match_field`, `page_items`, `nothing`, `where`, `clear`, `mapping`",
        ],
    );
    let line = "token = \"env:T\"";
    assert!(matches!(settings(&with(OKTA, line)), SourceSettings::Okta(_)));
    check(
        &format!("{ENTRA}federated_token = \"file:token\"\n"),
        &["line 9: `federated_token` is a second credential; keep only one"],
    );
    let keyed = with(OKTA, "token = 1").replace("token = 1", "private_key = \"file:k\"\nclient_id = \"0oa\"");
    let SourceSettings::Okta(okta) = settings(&keyed) else { panic!() };
    assert_eq!(
        okta.credential,
        OktaCredential::PrivateKey {
            client_id: "0oa".to_owned(),
            private_key: SecretRef::File("k".to_owned()),
            key_id: None
        }
    );
}

const GLOBAL_CATALOG: &str = "is the port of the global catalog, which lacks attributes that say who is active \
                              (accountExpires); write the server's own port: 636 (ldaps://) or 389 (start_tls), or none";

#[test]
fn several_servers_are_tried_in_order() {
    let text = with(LDAP, "url = [\"ldaps://dc1\", \"ldaps://dc2:636\"]");
    let SourceSettings::Ldap(ldap) = settings(&text) else { panic!() };
    assert_eq!(ldap.urls, ["ldaps://dc1", "ldaps://dc2:636"]);
    let exposed = settings(&text);
    assert_eq!(exposed.exposure().unwrap().to, ["ldaps://dc1", "ldaps://dc2:636"]);
    check(&with(LDAP, "url = []"), &["line 5: `url` must name from 1 to 8 servers"]);
    check(
        &with(LDAP, "url = [\"ldaps://dc1\", \"ldaps://dc1\"]"),
        &["line 5: the server \"ldaps://dc1\" is listed twice; remove one"],
    );
    check(
        &with(LDAP, "url = [\"ldaps://dc1\", \"ldap://dc2\"]"),
        &[
            "line 5: `url` would send the password unencrypted; write ldaps://, or add start_tls = true; found \"ldap://dc2\"",
        ],
    );
}

#[test]
fn places_and_match_fields_of_directories_are_read() {
    let text = format!("{LDAP}group_base = \"OU=Groups,DC=example\"\nmatch_field = \"employeeNumber\"\n");
    let SourceSettings::Ldap(ldap) = settings(&text) else { panic!() };
    assert_eq!(ldap.group_base.as_deref(), Some("OU=Groups,DC=example"));
    assert_eq!(ldap.match_field.as_deref(), Some("employeeNumber"));
    let SourceSettings::Ldap(ldap) = settings(&format!("{LDAP}match_field = \"DN\"\n")) else { panic!() };
    assert_eq!(ldap.match_field, None);
    check(
        &with(LDAP, "base = \"rollcall.test\""),
        &[
            "line 9: `base` must be a distinguished name, for example DC=rollcall,DC=test; found \"rollcall.test\"",
        ],
    );
    check(
        &format!("{LDAP}match_field = \"userPassword\"\n"),
        &["line 11: `match_field` must not come from a password column: Rollcall never reads passwords"],
    );
    let SourceSettings::Okta(okta) =
        settings(&format!("{OKTA}match_field = \"employeeNumber\"\npage_items = 1000\n"))
    else {
        panic!()
    };
    assert_eq!((okta.match_field.as_str(), okta.page_items), ("employeeNumber", 1000));
    let SourceSettings::Okta(okta) = settings(OKTA) else { panic!() };
    assert_eq!((okta.match_field.as_str(), okta.page_items), ("login", 200));
    for (name, field) in [
        ("mail", EntraMatchField::Mail),
        ("employeeId", EntraMatchField::EmployeeId),
        ("onPremisesImmutableId", EntraMatchField::OnPremisesImmutableId),
    ] {
        let text = format!("{ENTRA}match_field = \"{name}\"\npage_items = 100\n");
        let SourceSettings::Entra(entra) = settings(&text) else { panic!() };
        assert_eq!((entra.match_field, entra.page_items), (field, 100));
    }
    check(
        &format!("{ENTRA}page_items = 1000\n"),
        &["line 9: `page_items` must be a whole number from 0 to 999; found the number 1000"],
    );
    check(&format!("{OKTA}page_items = 0\n"), &["line 8: `page_items` must be from 1 to 1000"]);
}

#[test]
fn addresses_are_checked() {
    let ldap = |url: &str| with(LDAP, &format!("url = \"{url}\""));
    let found = |url: &str, what: &str| format!("line 5: `url` {what}; found \"{url}\"");
    for (url, what) in [
        ("ldap://dc1", "would send the password unencrypted; write ldaps://, or add start_tls = true"),
        ("https://dc1", "must begin with ldaps:// or ldap://"),
        ("ldaps://dc1/DC=x", "must end after the host or the port; write the rest as `base`"),
        ("dc1.example.com", "must begin with ldaps:// or ldap://; write ldaps://dc1.example.com"),
        ("dc1.example.com:636", "must begin with ldaps:// or ldap://; write ldaps://dc1.example.com:636"),
        ("ldaps://dc1:3269", GLOBAL_CATALOG),
        ("ldap://dc1:3268", GLOBAL_CATALOG),
    ] {
        check(&ldap(url), &[&found(url, what)]);
    }
    assert!(matches!(settings(&ldap("ldap://127.0.0.1:3890")), SourceSettings::Ldap(_)));
    let text = format!("{}start_tls = true\n", ldap("ldap://dc1"));
    assert!(matches!(settings(&text), SourceSettings::Ldap(sources::LdapSettings { start_tls: true, .. })));
    let okta = |url: &str| with(OKTA, &format!("url = \"{url}\""));
    check(&okta("http://example.okta.com"), &[&found("http://example.okta.com", "must begin with https://")]);
    check(
        &okta("https://me:hunter2@example.okta.com"),
        &["line 5: `url` must not contain a user name or a password; remove them"],
    );
    check(
        &okta("dev-123.okta.com"),
        &[&found("dev-123.okta.com", "must begin with https://; write https://dev-123.okta.com")],
    );
    for path in ["/api/v1", "/oauth2/default"] {
        let url = format!("https://example.okta.com{path}");
        let what = "must be the bare organisation, for example https://example.okta.com, without a path";
        check(&okta(&url), &[&found(&url, what)]);
    }
    assert!(matches!(settings(&okta("http://127.0.0.1:80")), SourceSettings::Okta(_)));
}

#[test]
fn clouds_and_match_fields() {
    let SourceSettings::Entra(entra) =
        settings(&format!("{ENTRA}cloud = \"china\"\nmatch_field = \"upn\"\nguests = true\n"))
    else {
        panic!()
    };
    assert_eq!(entra.graph_url, "https://microsoftgraph.chinacloudapi.cn");
    assert_eq!((entra.match_field, entra.guests), (EntraMatchField::Upn, true));
    check(
        &format!("{ENTRA}match_field = \"email\"\nguests = \"yes\"\ncloud = \"us\"\n"),
        &[
            "line 9: `match_field` must be \"dn\", \"upn\", \"mail\", \"employeeId\" or \"onPremisesImmutableId\"; found \"email\"",
            "line 10: `guests` must be true or false; found \"yes\"",
            "line 11: `cloud` must be \"global\", \"us-government\", \"us-defense\" or \"china\"; found \"us\"",
        ],
    );
}

#[test]
fn statuses_filters_files_and_pages() {
    check(
        &format!("{OKTA}active_statuses = [\"active\"]\n"),
        &[
            "line 8: \"active\" is not a status in Okta; use ACTIVE, PROVISIONED, PASSWORD_EXPIRED, LOCKED_OUT, \
           RECOVERY, STAGED, SUSPENDED, DEPROVISIONED",
        ],
    );
    check(
        &format!("{LDAP}user_filter = \"a=b\"\npage_items = 0\n"),
        &[
            "line 11: `user_filter` must be a filter in parentheses, for example (employeeType=staff); found \"a=b\"",
            "line 12: `page_items` must be from 1 to 1000",
        ],
    );
    for name in ["../ca.pem", "/ca.pem", "tried/ca.pem", "..", "config\\\\ca.pem", "rollcall.toml"] {
        let found = name.replace("\\\\", "\\");
        check(
            &with(LDAP, &format!("ca_file = \"{name}\"")),
            &[&format!(
                "line 6: `ca_file` must be the name of a file beside the configuration: letters, digits, '.', '_' and \
                 '-'; found {found:?}"
            )],
        );
    }
}

#[test]
fn another_object_of_graph_is_no_attribute() {
    let mistakes = |mapping: &str| {
        let text = format!(
            "[[source]]\nname = \"e\"\nkind = \"entra\"\ntenant = \"t.example\"\nclient_id = \"1\"\n\
             client_secret = \"env:S\"\ngroups = [\"staff\"]\n[source.mapping]\n{mapping}\n"
        );
        Config::parse(&text).err().unwrap_or_default()
    };
    for (mapping, setting) in [
        ("boss = \"manager/displayName\"", "boss"),
        ("boss = \"{Manager/mail | lower}\"", "boss"),
        ("admin = { column = \"memberOf\", true = [\"x\"], else = false }", "admin"),
    ] {
        let found = mistakes(mapping);
        assert_eq!(found.len(), 1, "{mapping}: {found:?}");
        assert_eq!(found[0].line, Some(9));
        assert!(found[0].what.starts_with(&format!("`{setting}` names")), "{found:?}");
    }
    assert_eq!(mistakes("team = \"employeeOrgData/division\"\nnote = \"managerName\""), []);
}

#[test]
fn lines_are_known_and_are_no_part_of_what_is_said() {
    let text = "[[source]]\nname = \"o\"\nkind = \"okta\"\nurl = \"https://x.okta.com\"\ntoken = \"env:T\"\n\
                groups = [\"staff\"]\nwhere = [\"title = x\"]\n[source.mapping]\nemail = \"email\"\n";
    let read = |text: &str| Config::parse(text).unwrap();
    let (plain, moved) = (read(text), read(&format!("# a comment\n\n{text}")));
    let line = |config: &Config, setting| {
        let SourceSettings::Okta(settings) = &config.sources[0].settings else { panic!() };
        settings.mapping.lines.of(setting)
    };
    assert_eq!(
        (line(&plain, "email"), line(&plain, "where"), line(&plain, "active")),
        (Some(9), Some(7), None)
    );
    assert_eq!((line(&moved, "email"), line(&moved, "where")), (Some(11), Some(9)));
    // Whoever only adds a comment changes no source.
    assert_eq!(plain, moved);
    assert_eq!(format!("{plain:?}"), format!("{moved:?}"));
}
