//! A listing is whole only if it adds up, and one hidden person is one rejected person (rules 23 and 50).

use super::{completed, expected, failure, people, run, states, user, world};
use crate::fakes::FakeDirectory as _;
use crate::fakes::entra::{Entra, Group, User};
use rollcall_sync::store::RunStatus;
use serde_json::json;
use std::collections::BTreeMap;

fn group(id: &str, name: &str, members: &[&str]) -> Group {
    let members = members.iter().map(|name| format!("id-of-{name}")).collect();
    Group { id: id.to_owned(), name: name.to_owned(), members, ..Group::default() }
}

#[tokio::test]
async fn a_listing_with_fewer_users_than_are_counted_is_refused() {
    let entra = Entra::start().await;
    let names: Vec<String> = (0..30).map(|number| format!("u{number:02}")).collect();
    entra.put(names.iter().map(|name| user(name)).collect());
    let world = world(&entra.source()).await;
    completed(&world).await;
    for unseen in [1, 5, 28] {
        entra.tenant.contents().unseen = unseen;
        let error = failure(&world).await;
        let words = format!("Graph counts 30 users in it, and has shown {}", 30 - unseen);
        assert!(error.contains(&words), "{error}");
    }
    // Who has really left is not counted any more.
    entra.tenant.contents().unseen = 0;
    entra.put(names[..25].iter().map(|name| user(name)).collect());
    let counts = completed(&world).await.summary.unwrap().counts;
    assert_eq!((counts["blocked_left"], counts["unchanged"]), (5, 25), "{counts:?}");
}

#[tokio::test]
async fn a_group_that_shows_nobody_any_more_is_refused() {
    let entra = Entra::start().await;
    entra.put(["ann", "ben", "cem", "dot", "eve"].map(user).into());
    entra.tenant.contents().groups.push(group("b0b", "leads", &["dot", "eve"]));
    entra.tenant.contents().groups[0].members.truncate(3);
    let world = world(&entra.source_with(&entra.by_secret(), "[\"staff\", \"leads\"]")).await;
    let read = completed(&world).await.read.unwrap();
    let seen: Vec<(String, u64)> = read.groups.into_iter().map(|group| (group.name, group.people)).collect();
    assert_eq!(seen, [(String::from("staff"), 3), (String::from("leads"), 2)]);
    entra.tenant.contents().groups[1].members.clear();
    let error = failure(&world).await;
    assert!(error.contains("\"leads\"") && error.contains("showed 2 in the last complete run"), "{error}");
    entra.tenant.contents().groups[1].hides_members = true;
    let error = failure(&world).await;
    assert!(error.contains("hides its members (HiddenMembership) and shows nobody"), "{error}");
    // With one person left it is a smaller group.
    entra.tenant.contents().groups[1] = group("b0b", "leads", &["eve"]);
    assert_eq!(completed(&world).await.summary.unwrap().counts["blocked_left"], 1);
}

#[tokio::test]
async fn a_name_that_is_another_group_today_is_refused() {
    let entra = Entra::start().await;
    entra.put(["ann", "ben", "cem"].map(user).into());
    entra.tenant.contents().groups.push(group("b0b", "chosen", &["ann", "ben"]));
    let mut world = world(&entra.source_with(&entra.by_secret(), "[\"chosen\"]")).await;
    completed(&world).await;
    entra.tenant.contents().groups[1].name = String::from("renamed");
    entra.tenant.contents().groups.push(group("c0c", "chosen", &["ann", "cem"]));
    let error = failure(&world).await;
    assert!(error.contains("its id is c0c, it was b0b"), "{error}");
    // A group that has been renamed and is named so is the same one.
    let source = entra.source_with(&entra.by_secret(), "[\"renamed\"]");
    world.configure(&format!("{}{source}", super::LICENCE)).await;
    assert_eq!(completed(&world).await.summary.unwrap().writes, 0);
}

#[tokio::test]
async fn one_person_who_is_hidden_is_one_rejected_person() {
    let entra = Entra::start().await;
    let mut staff: Vec<User> = ["ann", "ben", "cem"].map(user).into();
    entra.put(staff.clone());
    let world = world(&entra.source()).await;
    completed(&world).await;
    staff[1].is_hidden = true;
    staff.push(User { is_hidden: true, ..user("new") });
    // A guest who is left out may hide what they want.
    let more = BTreeMap::from([("accountEnabled", json!(null))]);
    staff.push(User { is_guest: true, more, ..user("gus") });
    entra.put(staff.clone());
    let counts = completed(&world).await.summary.unwrap().counts;
    assert_eq!((counts["error"], counts["unchanged"]), (2, 2), "{counts:?}");
    assert_eq!(states(&world).await, expected(&[("ann", "active"), ("ben", "active"), ("cem", "active")]));
    for user in &mut staff[..3] {
        user.is_hidden = true;
    }
    entra.put(staff);
    let error = failure(&world).await;
    assert!(error.contains("empty for all 4 users; grant the application the permissions"), "{error}");
}

#[tokio::test]
async fn a_person_without_the_mapped_username_is_named() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann"), User { nickname: String::new(), ..user("bob") }]);
    let world = world(&entra.source()).await;
    let run = completed(&world).await;
    assert_eq!(run.summary.unwrap().counts["error"], 1);
    assert_eq!(states(&world).await, expected(&[("ann", "active")]));
    let notes = run.read.unwrap().notes.join("; ");
    assert!(notes.contains("1 of 2 people have no \"mailNickname\""), "{notes}");
    entra.put(vec![User { nickname: String::new(), ..user("bob") }]);
    let error = failure(&world).await;
    assert!(error.contains("nobody of the 1 people has the attribute \"mailNickname\""), "{error}");
}

#[tokio::test]
async fn a_property_that_users_do_not_have_is_named() {
    let entra = Entra::start().await;
    entra.put(vec![user("ann")]);
    for (wrong, words) in [
        ("maill", "users in Graph have no property \"maill\""),
        (
            "onPremisesExtensionAttributes.extensionAttribute3",
            "\"onPremisesExtensionAttributes/extensionAttribute3\"",
        ),
        ("extensionAttribute3", "\"onPremisesExtensionAttributes/extensionAttribute3\""),
        (
            "onPremisesExtensionAttributes/extensionAttribut3",
            "has the attribute \"onPremisesExtensionAttributes/extensionAttribut3\"",
        ),
    ] {
        let world = world(&format!("{}email = {wrong:?}\n", entra.source())).await;
        let error = failure(&world).await;
        assert!(error.contains(words), "{error}");
    }
    // Graph knows these, and nobody has them.
    let world = world(&format!("{}email = \"mail\"\n", entra.source())).await;
    let notes = completed(&world).await.read.unwrap().notes.join("; ");
    assert!(notes.contains("nobody of 1 has the mapped attribute \"mail\""), "{notes}");
}

#[tokio::test]
async fn a_list_of_objects_is_said_to_have_no_text() {
    let entra = Entra::start().await;
    let more = BTreeMap::from([
        ("assignedLicenses", json!([{ "skuId": "1" }])),
        ("proxyAddresses", json!(["smtp:b@x", "SMTP:a@x"])),
        ("otherMails", json!(["z@x", "m@x"])),
    ]);
    entra.put(vec![User { more, ..user("ann") }]);
    let field = |name: &str| format!("{}extra = {name:?}\n", entra.source());
    let error = failure(&world(&field("assignedLicenses")).await).await;
    assert!(error.contains("is a list of values with parts, and has no text"), "{error}");
    for (name, expected) in [("proxyAddresses", "a@x"), ("otherMails", "m@x")] {
        let world = world(&field(name)).await;
        completed(&world).await;
        let field = rollcall_core::fields::FieldName::parse("extra").unwrap();
        assert_eq!(super::account(&world, "ann").await.fields.get(&field), expected);
    }
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_asked_for_in_parts() {
    let entra = Entra::start().await;
    let names: Vec<String> = (0..600).map(|number| format!("u{number}")).collect();
    entra.fill(&people(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    entra.serve_large_pages();
    for (most, status, message) in [
        (500, 504, "Gateway timeout"),
        (500, 400, "Must be between 1 and 500 inclusive."),
        (120, 502, ""),
        (300, 400, "Invalid page size specified: '999'."),
    ] {
        entra.tenant.contents().largest_page = Some((most, status, message));
        let world = world(&entra.source()).await;
        let run = world.reset(true, None).await.unwrap();
        assert_eq!((run.status, run.read_so_far), (RunStatus::DryRun, 600), "{message}: {:?}", run.error);
    }
    let largest = "https://graph.microsoft.com";
    entra.tenant.contents().largest_page = Some((0, 504, largest));
    let world = world(&entra.source()).await;
    assert_eq!(run(&world).await.status, RunStatus::Failed);
}

#[tokio::test]
async fn a_link_into_the_listing_of_another_group_is_refused() {
    let entra = Entra::start().await;
    entra.put(["ann", "ben", "cem", "boss", "chief"].map(user).into());
    entra.tenant.contents().groups[0].members.truncate(3);
    entra.tenant.contents().groups.push(group("b055", "bosses", &["ann", "ben", "boss", "chief"]));
    entra.tenant.contents().strays_to = Some(String::from("b055"));
    let world = world(&entra.source()).await;
    let error = failure(&world).await;
    assert!(error.contains("the link to its next page leads to another listing"), "{error}");
}

#[tokio::test]
async fn people_match_by_what_the_company_chose() {
    let entra = Entra::start().await;
    let more = |name: &str| {
        let number = format!("E-{name}");
        let mail = format!("{name}@mail.example");
        BTreeMap::from([
            ("mail", json!(mail)),
            ("employeeId", json!(number)),
            ("onPremisesImmutableId", json!(format!("im+{name}=="))),
        ])
    };
    entra.put(["ann", "ben"].map(|name| User { more: more(name), ..user(name) }).into());
    for (field, key) in
        [("mail", "ann@mail.example"), ("employeeId", "E-ann"), ("onPremisesImmutableId", "im+ann==")]
    {
        let line = format!("match_field = {field:?}\nlogin_url");
        let world = world(&entra.source().replace("login_url", &line)).await;
        completed(&world).await;
        assert_eq!(super::key(&super::account(&world, "ann").await), key);
    }
}

#[tokio::test]
async fn members_that_are_no_users_are_counted_and_said() {
    let entra = Entra::start().await;
    entra.put(["ann", "ben"].map(user).into());
    entra.tenant.contents().groups.push(group("1223", "inner", &["ben"]));
    entra.tenant.contents().groups[0].members =
        ["id-of-ann", "1223", "a-device", "an-app"].map(String::from).into();
    let world = world(&entra.source()).await;
    let read = completed(&world).await.read.unwrap();
    assert_eq!((read.groups[0].people, read.groups[0].not_people), (2, 2));
    assert_eq!(
        read.notes.last().unwrap(),
        "members of the group \"staff\": 2 are used as people, 2 are no people, or guests"
    );
}

#[tokio::test]
async fn guests_that_are_left_out_are_counted_and_said() {
    let entra = Entra::start().await;
    let guest = |name: &str| User { is_guest: true, ..user(name) };
    entra.put(vec![user("ann"), guest("gus"), guest("gil")]);
    let world = world(&entra.source()).await;
    let read = completed(&world).await.read.unwrap();
    assert_eq!((read.groups[0].seen, read.groups[0].people, read.groups[0].not_people), (3, 1, 2));
    assert_eq!(
        read.notes.last().unwrap(),
        "members of the group \"staff\": 1 is used as a person, 2 are no people, or guests"
    );
}
