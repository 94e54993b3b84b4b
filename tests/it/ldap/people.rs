//! What the attributes of people and groups mean, on each kind of server (rules 23 and 50).

use super::server_faults::{people, person, site, states};
use super::{Office, Site, counted};
use crate::fakes::Person;
use crate::fakes::ldap::{BASE, FakeLdap, Flavour, Object};
use rollcall_api::accounts::administer;
use rollcall_core::fields::FieldName;

const GROUP: &str = "CN=everyone,OU=Groups,DC=example,DC=com";
const DISPLAY_NAME: &str = "groups = [\"everyone\"]\n[source.mapping]\ndisplay_name = \"displayName\"";

async fn with(flavour: Flavour, names: &[&str]) -> FakeLdap {
    let fake = FakeLdap::new(flavour).await;
    fake.serve_large_pages();
    fake.fill(&people(names));
    fake
}

async fn office(fake: &FakeLdap, settings: &str) -> Office {
    Office::new(&Site { settings: settings.to_owned(), ..site(fake) }).await
}

async fn field(office: &Office, username: &str) -> String {
    let accounts = administer::all_accounts(&office.world.shell).await.unwrap();
    let account = accounts.into_iter().find(|account| account.username.original() == username).unwrap();
    account.fields.get(&FieldName::parse("display_name").unwrap()).to_owned()
}

#[tokio::test]
async fn an_end_or_a_status_that_is_hidden_is_not_never() {
    let fake = with(Flavour::ActiveDirectory, &["ann", "ben", "cem", "dee"]).await;
    let office = Office::new(&site(&fake)).await;
    fake.set("ben", "accountExpires", &[]);
    fake.set("cem", "accountExpires", &["never"]);
    fake.set("dee", "userAccountControl", &[]);
    assert_eq!(office.counts().await, counted([("created_active", 1), ("error", 3)]));
    for name in ["ann", "ben", "cem", "dee"] {
        fake.set(name, "accountExpires", &[]);
    }
    let why = office.refusal().await;
    assert!(why.contains("nobody has objectGUID, userAccountControl and accountExpires"), "{why}");
    for name in ["ann", "ben", "cem", "dee"] {
        fake.set(name, "userAccountControl", &["512"]);
    }
    for (name, expires) in
        [("ann", "0"), ("ben", "116444736000000000"), ("cem", "9223372036854775807"), ("dee", "soon")]
    {
        fake.set(name, "accountExpires", &[expires]);
    }
    let counts = office.counts().await;
    assert_eq!(
        counts,
        counted([("unchanged", 1), ("skipped_disabled", 1), ("created_active", 1), ("error", 1)])
    );
}

#[tokio::test]
async fn lightweight_services_say_who_is_disabled() {
    let fake = FakeLdap::new(Flavour::Lightweight).await;
    fake.fill(&[person("ann"), Person { is_disabled: true, ..person("ben") }, person("cem")]);
    fake.set("cem", "msDS-UserAccountDisabled", &[]);
    let office = Office::new(&site(&fake)).await;
    let counts = office.counts().await;
    assert_eq!(counts, counted([("created_active", 1), ("skipped_disabled", 1), ("error", 1)]));
    fake.set("ann", "accountExpires", &["116444736000000000"]);
    fake.set("cem", "msDS-UserAccountDisabled", &["FALSE"]);
    assert_eq!(
        office.counts().await,
        counted([("blocked_disabled", 1), ("skipped_disabled", 1), ("created_active", 1)])
    );
}

#[tokio::test]
async fn ends_of_the_usual_schemas_count() {
    for (attribute, over, open, wrong) in [
        ("shadowExpire", &["0", "1", "20000"][..], &["-1", "99999"][..], "soon"),
        (
            "krbPrincipalExpiration",
            &["20200101000000Z"][..],
            &["29990101000000Z", "19700101000000Z"][..],
            "2020",
        ),
        ("pwdEndTime", &["20200101000000Z"][..], &["29990101000000Z"][..], "x"),
        ("nsAccountLock", &["true", "TRUE"][..], &["false"][..], "perhaps"),
    ] {
        let fake = with(Flavour::OpenLdap, &["ann", "ben"]).await;
        let office = Office::new(&site(&fake)).await;
        office.counts().await;
        for value in over {
            fake.set("ben", attribute, &[value]);
            office.counts().await;
            assert_eq!(states(&office).await["ben"], "blocked", "{attribute} {value}");
            fake.set("ben", attribute, &[]);
            office.counts().await;
        }
        for value in open {
            fake.set("ben", attribute, &[value]);
            assert_eq!(office.counts().await, counted([("unchanged", 2)]), "{attribute} {value}");
        }
        fake.set("ben", attribute, &[wrong]);
        assert_eq!(office.counts().await, counted([("unchanged", 1), ("error", 1)]), "{attribute} {wrong}");
        assert_eq!(states(&office).await["ben"], "active", "{attribute} {wrong}");
    }
}

#[tokio::test]
async fn attribute_in_another_language_is_another_attribute() {
    let fake = with(Flavour::OpenLdap, &["ann"]).await;
    fake.set("ann", "displayName", &["Plain Name"]);
    fake.set("ann", "displayName;lang-ja", &["日本"]);
    fake.set("ann", "displayName;lang-de", &["Deutscher Name"]);
    let plain = office(&fake, DISPLAY_NAME).await;
    assert_eq!(plain.counts().await, counted([("created_active", 1)]));
    assert_eq!(field(&plain, "ann").await, "Plain Name");
    for _ in 0..8 {
        assert_eq!(plain.counts().await, counted([("unchanged", 1)]));
    }
    let japanese = office(&fake, &DISPLAY_NAME.replace("displayName", "displayName;lang-JA")).await;
    japanese.counts().await;
    assert_eq!(field(&japanese, "ann").await, "日本");
    // Nobody has a plain one.
    fake.set("ann", "displayName", &[]);
    let run = office(&fake, DISPLAY_NAME).await.sync().await;
    assert_eq!(
        run.read.unwrap().notes,
        ["nobody of 1 has the mapped attribute \"displayName\" (`display_name`, rollcall.toml, line 10)"]
    );
}

#[tokio::test]
async fn of_several_values_the_same_one_always_counts() {
    let fake = with(Flavour::OpenLdap, &["ann", "ben"]).await;
    let office = office(&fake, DISPLAY_NAME).await;
    fake.set("ben", "uid", &["zoe", "ben", "abe"]);
    for values in [["Zed", "Abe", "Mia"], ["Mia", "Zed", "Abe"], ["Abe", "Mia", "Zed"]] {
        fake.set("ann", "displayName", &values);
        office.counts().await;
        assert_eq!(field(&office, "ann").await, "Abe");
    }
    assert_eq!(states(&office).await.keys().collect::<Vec<_>>(), ["abe", "ann"]);
    // The one that names the entry is the person's.
    fake.fill(&[person("ann"), Person { key: format!("uid=ben,OU=People,{BASE}"), ..person("ben") }]);
    fake.change(|objects| {
        let ben = objects.iter_mut().find(|object| object.dn.starts_with("uid=ben")).unwrap();
        ben.set("uid", &["zoe", "BEN", "abe"]);
    });
    office.counts().await;
    assert!(states(&office).await.contains_key("BEN"), "{:?}", states(&office).await);
}

#[tokio::test]
async fn an_attribute_that_nobody_has_is_refused() {
    for (flavour, username) in [(Flavour::ActiveDirectory, "sAMAccountName"), (Flavour::OpenLdap, "uid")] {
        let fake = with(flavour, &["ann", "ben"]).await;
        for (line, name) in [
            (String::from("username = \"samAcountName\""), "samAcountName"),
            (format!("username = {username:?}\nemail = \"maill\""), "maill"),
            (String::from("active = \"employeType\""), "employeType"),
            // The server knows it; but then everybody would be active.
            (String::from("active = \"employeeType\""), "employeeType"),
        ] {
            let office = office(&fake, &format!("groups = [\"everyone\"]\n[source.mapping]\n{line}")).await;
            let why = office.refusal().await;
            assert!(
                why.contains(&format!("nobody of the 2 people has the attribute {name:?}")),
                "{flavour:?}: {why}"
            );
            assert_eq!(states(&office).await.len(), 0);
        }
        let office = office(&fake, "groups = [\"everyone\"]\n[source.mapping]\nemail = \"mail\"").await;
        let run = office.sync().await;
        assert_eq!(
            run.read.unwrap().notes,
            ["nobody of 2 has the mapped attribute \"mail\" (`email`, rollcall.toml, line 10)"]
        );
        // A distinguished name is no username.
        fake.set("ben", username, &[]);
        assert_eq!(office.counts().await, counted([("unchanged", 1), ("error", 1)]));
        assert_eq!(states(&office).await.keys().collect::<Vec<_>>(), ["ann", "ben"]);
    }
}

#[tokio::test]
async fn members_that_are_no_people_or_cannot_be_seen_are_counted() {
    let fake = with(Flavour::ActiveDirectory, &["ann", "ben"]).await;
    fake.change(|objects| {
        for (name, category, class) in [
            ("contact", "person", "contact"),
            ("pc1", "computer", "user"),
            ("S-1-5-21", "foreignSecurityPrincipal", "foreignSecurityPrincipal"),
        ] {
            let attributes: [(&'static str, &[&str]); 3] =
                [("objectCategory", &[category]), ("objectClass", &["top", class]), ("memberOf", &[GROUP])];
            objects.push(Object::new(&format!("CN={name},OU=Things,{BASE}"), &attributes));
        }
    });
    let office = Office::new(&site(&fake)).await;
    let run = office.sync().await;
    assert_eq!(
        run.read.unwrap().notes,
        ["members of the group \"everyone\": 2 are used as people, 3 are no people, or guests"]
    );

    let fake = with(Flavour::OpenLdap, &["ann", "ben", "cem", "dee"]).await;
    fake.change(|objects| {
        objects.retain(|object| !object.dn.starts_with("CN=dee,"));
        let unix = objects.iter_mut().find(|object| object.dn.starts_with("CN=ben,")).unwrap();
        unix.set("objectClass", &["account", "posixAccount"]);
        let device = objects.iter_mut().find(|object| object.dn.starts_with("CN=cem,")).unwrap();
        device.set("objectClass", &["device"]);
    });
    let office = Office::new(&site(&fake)).await;
    let run = office.sync().await;
    assert_eq!(states(&office).await.keys().collect::<Vec<_>>(), ["ann", "ben"]);
    let notes = run.read.unwrap().notes.join("; ");
    assert!(notes.contains("2 are no people or cannot be seen by the account that reads"), "{notes}");
}

#[tokio::test]
async fn a_nested_group_counts_wherever_in_the_domain_it_is() {
    let fake = with(Flavour::ActiveDirectory, &["ann", "ben"]).await;
    fake.set("ben", "memberOf", &[]);
    fake.set("ben", "primaryGroupID", &["1300"]);
    fake.change(|objects| {
        let attributes: [(&'static str, &[&str]); 4] = [
            ("objectCategory", &["group"]),
            ("objectClass", &["top", "group"]),
            ("memberOf", &[GROUP]),
            ("primaryGroupToken", &["1300"]),
        ];
        objects.push(Object::new(&format!("CN=sub,OU=Leavers,{BASE}"), &attributes));
    });
    let base = format!("OU=People,{BASE}");
    let settings = format!("groups = [\"everyone\"]\ngroup_base = \"OU=Groups,{BASE}\"");
    let office = Office::new(&Site { settings, base: &base, ..site(&fake) }).await;
    assert_eq!(office.counts().await, counted([("created_active", 2)]));
}

#[tokio::test]
async fn primary_group_counts_where_it_is_within_a_chosen_group() {
    let names = ["ann", "ben", "cem", "dee", "eve"];
    let fake = with(Flavour::ActiveDirectory, &names).await;
    // Each but Ann is in a group by their primary group only.
    for (name, token) in [("ben", "1301"), ("cem", "1302"), ("dee", "1400"), ("eve", "513")] {
        fake.set(name, "memberOf", &[]);
        fake.set(name, "primaryGroupID", &[token]);
    }
    let sub = format!("CN=sub,OU=Leavers,{BASE}");
    let groups: [(String, &[&str], &str); 4] = [
        (sub.clone(), &[GROUP], "1301"),
        // Two levels below, in a container of the domain itself.
        (format!("CN=deep,CN=Users,{BASE}"), &[&sub, GROUP], "1302"),
        // Right as they are: nobody has chosen them.
        (format!("CN=beside,OU=Leavers,{BASE}"), &[], "1400"),
        (format!("CN=Domain Users,CN=Users,{BASE}"), &[], "513"),
    ];
    fake.change(|objects| {
        for (dn, above, token) in &groups {
            let token = [*token];
            let attributes: [(&'static str, &[&str]); 4] = [
                ("objectCategory", &["group"]),
                ("objectClass", &["top", "group"]),
                ("memberOf", above),
                ("primaryGroupToken", &token),
            ];
            objects.push(Object::new(dn, &attributes));
        }
    });
    let base = format!("OU=People,{BASE}");
    let settings = format!("groups = [\"everyone\"]\ngroup_base = \"OU=Groups,{BASE}\"");
    let office = Office::new(&Site { settings, base: &base, ..site(&fake) }).await;
    assert_eq!(office.counts().await, counted([("created_active", 3)]));
    assert_eq!(states(&office).await.keys().collect::<Vec<_>>(), ["ann", "ben", "cem"]);
    // A person who gets another primary group has left, as one who is taken out of a group.
    fake.set("cem", "primaryGroupID", &["1400"]);
    assert_eq!(office.counts().await, counted([("unchanged", 2), ("blocked_left", 1)]));
}

#[tokio::test]
async fn a_group_that_shows_nobody_or_is_another_one_is_refused() {
    for flavour in [Flavour::ActiveDirectory, Flavour::OpenLdap] {
        let fake = with(flavour, &["ann", "ben", "cem"]).await;
        fake.change(|objects| {
            let others = objects.iter_mut().find(|object| object.dn.starts_with("CN=others,")).unwrap();
            others.set("member", &[&person("cem").key]);
            let dn = others.dn.clone();
            let cem = objects.iter_mut().find(|object| object.dn.starts_with("CN=cem,")).unwrap();
            cem.set("memberOf", &[GROUP, &dn]);
        });
        let office = office(&fake, "groups = [\"everyone\", \"others\"]").await;
        let before = office.sync().await.read.unwrap().groups;
        assert_eq!(before.iter().map(|group| group.people).collect::<Vec<_>>(), [3, 1], "{flavour:?}");
        fake.fill(&people(&["ann", "ben", "cem"]));
        let why = office.refusal().await;
        assert!(
            why.contains("\"others\"") && why.contains("showed 1 in the last complete run"),
            "{flavour:?}: {why}"
        );
        let id = if flavour == Flavour::OpenLdap { "entryUUID" } else { "objectGUID" };
        fake.change(|objects| {
            let group = objects.iter_mut().find(|object| object.dn == GROUP).unwrap();
            group.set(id, &["0123456789abcdef"]);
        });
        let why = office.refusal().await;
        assert!(why.contains("is another group than in the last complete run"), "{flavour:?}: {why}");
    }
}

#[tokio::test]
async fn another_server_is_asked_where_one_cannot_be_reached() {
    let fake = with(Flavour::OpenLdap, &["ann"]).await;
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut office = Office::new(&site(&fake)).await;
    let url = format!("url = {:?}", fake.url);
    for urls in [
        format!("url = [\"ldap://{dead}\", {:?}]", fake.url),
        format!("url = [{:?}, \"ldap://{dead}\"]", fake.url),
    ] {
        let source = fake.source().replace(&url, &urls);
        office.world.configure(&source).await;
        assert!(office.counts().await.contains_key("created_active") || states(&office).await.len() == 1);
    }
    let source = fake.source().replace(&url, &format!("url = [\"ldap://{dead}\", \"ldap://{dead}/\"]"));
    office.world.configure(&source).await;
    assert!(office.refusal().await.contains("could not be read"));
}

#[tokio::test]
async fn people_match_by_an_attribute_where_chosen() {
    let fake = with(Flavour::OpenLdap, &["ann", "ben"]).await;
    fake.set("ann", "employeeNumber", &["7"]);
    let office = office(&fake, "groups = [\"everyone\"]\nmatch_field = \"employeeNumber\"").await;
    assert_eq!(office.counts().await, counted([("created_active", 1), ("skipped_missing_key", 1)]));
    // Who has moved to another place is the same person.
    fake.fill(&[Person { key: format!("CN=ann,OU=Leads,{BASE}"), ..person("ann") }, person("ben")]);
    fake.set("ann", "employeeNumber", &["7"]);
    assert!(!office.counts().await.contains_key("created_active"));
}

#[tokio::test]
async fn what_is_wrong_at_the_door_is_said() {
    let fake = with(Flavour::ActiveDirectory, &["ann"]).await;
    let url = fake.url.replace("ldap://", "ldaps://");
    let why = Office::new(&Site { url: &url, ..site(&fake) }).await.refusal().await;
    assert!(why.contains("write ldap:// and start_tls = true"), "{why}");
    fake.refuse_with(
        "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v4563",
    );
    let why = Office::new(&Site { bind_dn: "svc-sync", ..site(&fake) }).await.refusal().await;
    assert!(why.contains("data 52e") && why.contains("or DOMAIN\\name"), "{why}");
    let why = Office::new(&Site { bind_dn: "EXAMPLE\\svc-sync", ..site(&fake) }).await.refusal().await;
    assert!(why.contains("the password is wrong: store the right one"), "{why}");
}

#[tokio::test]
async fn a_filter_that_nobody_matches_is_named() {
    for flavour in [Flavour::ActiveDirectory, Flavour::OpenLdap] {
        let fake = with(flavour, &["ann"]).await;
        let office = office(&fake, "groups = [\"everyone\"]\nuser_filter = \"(employeeType=nobody)\"").await;
        let why = office.refusal().await;
        assert!(why.contains("`user_filter`"), "{flavour:?}: {why}");
    }
}

#[tokio::test]
async fn a_group_may_be_named_by_its_id_or_with_an_equals_sign() {
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, GROUP.as_bytes());
    let fake = with(Flavour::OpenLdap, &["ann", "ben"]).await;
    for name in [id.to_string(), String::from("R=D"), GROUP.to_owned()] {
        fake.change(|objects| {
            let group = objects.iter_mut().find(|object| object.dn == GROUP).unwrap();
            group.set("cn", &["R=D"]);
        });
        let office = office(&fake, &format!("groups = [{name:?}]")).await;
        assert_eq!(office.counts().await, counted([("created_active", 2)]), "{name}");
    }
}
