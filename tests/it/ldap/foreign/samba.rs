//! Samba as a domain controller: 2,000 people, one in forty disabled, groups in groups, the primary group.

use super::super::{Office, Site, counted};
use super::setting;

use rollcall_api::accounts::administer;

struct Server {
    url: String,
    ca: String,
    base: String,
    bind_dn: String,
    upn: String,
    password: String,
}

impl Server {
    fn new() -> Self {
        Self {
            url: setting("AD_LDAPS_URL"),
            ca: std::fs::read_to_string(setting("AD_CA")).unwrap(),
            base: setting("AD_BASE"),
            bind_dn: setting("AD_BIND_DN"),
            upn: setting("AD_BIND_UPN"),
            password: setting("AD_BIND_PW"),
        }
    }

    fn groups(&self, names: &[&str]) -> Site<'_> {
        Site {
            url: &self.url,
            ca: Some(&self.ca),
            bind_dn: &self.bind_dn,
            password: &self.password,
            base: &self.base,
            settings: format!("groups = {names:?}"),
            request: super::REQUEST,
        }
    }
}

#[tokio::test]
#[ignore = "needs Samba: tests/outside/directories"]
async fn everybody_in_a_group_is_read_and_the_disabled_are_left_out() {
    let server = Server::new();
    let mut office = Office::new(&server.groups(&["everyone"])).await;
    assert_eq!(office.counts().await, counted([("created_active", 1950), ("skipped_disabled", 50)]));
    office.visit(&Site { bind_dn: &server.upn, ..server.groups(&["everyone"]) }).await;
    assert_eq!(office.counts().await, counted([("unchanged", 1950), ("skipped_disabled", 50)]));
    let account = administer::all_accounts(&office.world.shell).await.unwrap().into_iter().next().unwrap();
    let key = account.key().unwrap().original().to_owned();
    assert!(key.starts_with("CN=User ") && key.ends_with(",OU=People,DC=rollcall,DC=test"), "{key}");
}

#[tokio::test]
#[ignore = "needs Samba: tests/outside/directories"]
async fn groups_in_groups_and_the_primary_group_count() {
    let server = Server::new();
    let office = Office::new(&server.groups(&["nested-top"])).await;
    let counts = office.counts().await;
    assert_eq!(counts["created_active"] + counts["skipped_disabled"], 52, "{counts:?}");
    let office = Office::new(&server.groups(&["Domain Users"])).await;
    let counts = office.counts().await;
    // The people, and the accounts that every domain has.
    assert!(counts["created_active"] + counts["skipped_disabled"] >= 2000, "{counts:?}");
}

#[tokio::test]
#[ignore = "needs Samba: tests/outside/directories"]
async fn a_wrong_password_is_told_apart_from_a_wrong_name() {
    let server = Server::new();
    let office = Office::new(&Site { password: "Wrong-secret-7", ..server.groups(&["everyone"]) }).await;
    let why = office.refusal().await;
    assert!(why.contains("LDAP result 49") && why.contains("the password is wrong"), "{why}");
}
