//! OpenLDAP: 2,000 people, one in forty locked for good, groups in groups and in circles, odd names, a referral.

use super::super::{Office, Site, counted};
use super::setting;

use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_sync::store::RunStatus;

/// Read once per test, so that it can be changed by one.
struct Server {
    url: String,
    tls_url: String,
    ca: String,
    base: String,
    bind_dn: String,
    password: String,
}

impl Server {
    fn new() -> Self {
        Self {
            url: setting("LDAP_URL"),
            tls_url: setting("LDAPS_URL"),
            ca: std::fs::read_to_string(setting("LDAP_CA")).unwrap(),
            base: setting("LDAP_BASE"),
            bind_dn: setting("LDAP_BIND_DN"),
            password: setting("LDAP_BIND_PW"),
        }
    }

    fn site(&self, settings: &str) -> Site<'_> {
        Site {
            url: &self.tls_url,
            ca: Some(&self.ca),
            bind_dn: &self.bind_dn,
            password: &self.password,
            base: &self.base,
            settings: settings.to_owned(),
            request: super::REQUEST,
        }
    }

    fn groups(&self, names: &[&str]) -> Site<'_> {
        self.site(&format!("groups = {names:?}"))
    }

    /// Who may write.
    async fn root(&self) -> ldap3::Ldap {
        let (connection, mut ldap) = ldap3::LdapConnAsync::new(&self.url).await.unwrap();
        tokio::spawn(connection.drive());
        let bound = ldap.simple_bind(&setting("LDAP_ROOT_DN"), &setting("LDAP_ROOT_PW")).await;
        bound.unwrap().success().unwrap();
        ldap
    }
}

#[tokio::test]
#[ignore = "needs slapd: tests/outside/directories"]
async fn two_thousand_members_are_read_without_the_locked_ones() {
    let server = Server::new();
    let office = Office::new(&server.groups(&["everyone"])).await;
    assert_eq!(office.counts().await, counted([("created_active", 1950), ("skipped_disabled", 50)]));
    assert_eq!(office.counts().await, counted([("unchanged", 1950), ("skipped_disabled", 50)]));
    let account = administer::all_accounts(&office.world.shell).await.unwrap().into_iter().next().unwrap();
    assert!(account.username.original().starts_with('u'), "{account:?}");
    let key = account.key().unwrap().original().to_owned();
    assert!(key.starts_with("uid=u") && key.ends_with(",ou=people,dc=rollcall,dc=test"), "{key}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/outside/directories"]
async fn the_connection_is_encrypted_and_its_certificate_checked() {
    let server = Server::new();
    let mut office =
        Office::new(&Site { url: &server.url, ..server.site("start_tls = true\ngroups = [\"cycle-a\"]") })
            .await;
    assert_eq!(office.counts().await, counted([("created_active", 2)]));
    let run = all_runs(&office.world.shell).await.unwrap().remove(0);
    let what: Vec<_> = run.expiries.iter().map(|expiry| expiry.what.as_str()).collect();
    assert_eq!(what, ["a certificate in `ca_file`", "the certificate of 127.0.0.1"]);
    assert!(run.expiries.iter().all(|expiry| expiry.at > office.world.shell.now()), "{run:?}");
    office.visit(&Site { ca: None, ..server.groups(&["cycle-a"]) }).await;
    let why = office.refusal().await;
    assert!(why.contains("certificate of localhost is not trusted") && why.contains("`ca_file`"), "{why}");
    office.visit(&Site { ca: Some("nothing"), ..server.groups(&["cycle-a"]) }).await;
    let why = office.refusal().await;
    assert!(why.contains("there is no certificate in it"), "{why}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/outside/directories"]
async fn groups_in_groups_count_and_groups_in_a_circle_do_no_harm() {
    let server = Server::new();
    for (group, people, locked) in
        [("nested-top", 52, 2), ("cycle-a", 2, 0), ("odd-names", 7, 0), ("dangling", 1, 0)]
    {
        let office = Office::new(&server.groups(&[group])).await;
        let mut expected = counted([("created_active", people - locked)]);
        if locked > 0 {
            expected.insert(String::from("skipped_disabled"), locked);
        }
        assert_eq!(office.counts().await, expected, "{group}");
    }
}

#[tokio::test]
#[ignore = "needs slapd: tests/outside/directories"]
async fn several_groups_are_one_account_with_the_first_priority() {
    let server = Server::new();
    let settings = "groups = [{ name = \"team-04\", priority = 2 }, { name = \"cycle-a\", priority = 1 }]\n[licence]\nseats = 3";
    let office = Office::new(&server.site(settings)).await;
    // Of team-04's 200 nobody is locked; u000004 and u000005 are in the circle, the former in both.
    assert_eq!(office.counts().await, counted([("created_active", 3), ("created_blocked", 198)]));
    let accounts = administer::all_accounts(&office.world.shell).await.unwrap();
    let active: Vec<_> = accounts.iter().filter(|account| account.state.holds_seat()).collect();
    let mut names: Vec<_> = active.iter().map(|account| account.username.original()).collect();
    names.sort_unstable();
    assert_eq!(names, ["u000004", "u000005", "u000014"]);
}

#[tokio::test]
#[ignore = "needs slapd: tests/outside/directories"]
async fn a_partial_list_is_refused_with_the_cure() {
    let server = Server::new();
    let mut office = Office::new(&server.groups(&["everyone"])).await;
    office.counts().await;
    let capped = server.bind_dn.replace("svc-sync", "svc-capped");
    office.visit(&Site { bind_dn: &capped, ..server.groups(&["everyone"]) }).await;
    let why = office.refusal().await;
    assert!(why.contains("olcLimits with size.prtotal=unlimited"), "{why}");
}

#[tokio::test]
#[ignore = "needs slapd: tests/outside/directories"]
async fn wrong_settings_are_told_with_their_cure_and_change_nothing() {
    let server = Server::new();
    let mut office = Office::new(&server.groups(&["cycle-a"])).await;
    office.counts().await;
    let table: [(Site<'_>, &[&str]); 6] = [
        (
            Site { password: "wrong-secret-7", ..server.groups(&["cycle-a"]) },
            &["LDAP result 49", "`bind_password`"],
        ),
        (Site { base: "dc=elsewhere,dc=test", ..server.groups(&["cycle-a"]) }, &["LDAP result 32"]),
        (server.groups(&["nobody"]), &["the group \"nobody\" does not exist below `base`"]),
        (
            server.groups(&["cn=nobody,ou=groups,dc=rollcall,dc=test"]),
            &["does not exist, or `bind_dn` may not see it"],
        ),
        (server.site("groups = [\"cycle-a\"]\nuser_filter = \"(((\\\")\""), &["`user_filter`"]),
        (
            Site { base: "ou=groups,dc=rollcall,dc=test", ..server.groups(&["cycle-a"]) },
            &["none of the 2 members can be seen"],
        ),
    ];
    for (site, words) in table {
        office.visit(&site).await;
        let why = office.refusal().await;
        assert!(words.iter().all(|word| why.contains(word)), "{words:?} in {why}");
        assert!(!why.contains(site.password), "{why}");
    }
    office.visit(&server.groups(&["cycle-a"])).await;
    assert_eq!(office.counts().await, counted([("unchanged", 2)]));
}

/// Scenario l, and a move to another unit.
#[tokio::test]
#[ignore = "needs slapd: tests/outside/directories"]
async fn who_is_renamed_or_moved_keeps_the_account() {
    let server = Server::new();
    let mut root = server.root().await;
    let unit = "ou=moving,dc=rollcall,dc=test";
    let group = "cn=moving,ou=moving,dc=rollcall,dc=test";
    let set = |value: &'static str| [value].into_iter().collect::<std::collections::HashSet<_>>();
    root.add(unit, vec![("objectClass", set("organizationalUnit"))]).await.unwrap().success().unwrap();
    let person = vec![
        ("objectClass", set("inetOrgPerson")),
        ("cn", set("Mo")),
        ("sn", set("Ving")),
        ("uid", set("mo")),
        ("mail", set("mo@rollcall.test")),
    ];
    root.add(&format!("uid=mo,{unit}"), person).await.unwrap().success().unwrap();
    let members =
        vec![("objectClass", set("groupOfNames")), ("member", set("uid=mo,ou=moving,dc=rollcall,dc=test"))];
    root.add(group, members).await.unwrap().success().unwrap();
    let office = Office::new(&server.groups(&["moving"])).await;
    assert_eq!(office.counts().await, counted([("created_active", 1)]));
    let before = administer::all_accounts(&office.world.shell).await.unwrap();
    let dn = format!("uid=mo,{unit}");
    let moved = root.modifydn(&dn, "uid=maureen", true, Some("ou=people,dc=rollcall,dc=test")).await;
    moved.unwrap().success().unwrap();
    let run = office.sync().await;
    for dn in ["uid=maureen,ou=people,dc=rollcall,dc=test", group, unit] {
        root.delete(dn).await.unwrap().success().unwrap();
    }
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    assert_eq!(run.summary.unwrap().counts["updated"], 1);
    let after = administer::all_accounts(&office.world.shell).await.unwrap();
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].id, before[0].id);
    assert_eq!(after[0].username.original(), "maureen");
    assert_eq!(after[0].key().unwrap().original(), "uid=maureen,ou=people,dc=rollcall,dc=test");
}
