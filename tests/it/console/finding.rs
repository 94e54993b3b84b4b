//! The search box of every page, and the names and addresses beside usernames (rule 67).

use super::{assert_says, get, id_of, location};
use crate::world::World;

const CONFIG: &str = r#"
[licence]
seats = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
display_name = "name"
email = "mail"
"#;

const THREE: &str = "key,username,name,mail\n\
    1,noah.okafor,Noah Okafor,noah@example.com\n\
    2,leila.rahimi,Leila <b>Rahimi</b>,leila@example.com\n\
    3,tom.rahimi,Tom Rahimi,tom@example.com\n";

#[tokio::test]
async fn every_page_has_the_search_box_and_people_have_their_names() {
    let world = World::new(CONFIG).await;
    let run = world.sync(THREE).await.id.to_string();
    let leila = format!("/console/accounts/{}", id_of(&world, "leila.rahimi").await);
    for path in ["/console", "/console/runs", "/console/audit", "/console/licence", "/console/configuration"]
    {
        assert_says(&get(&world, path, &[]).await, 200, &["action=\"/console/find\""]);
    }
    let name = "Leila &#60;b&#62;Rahimi&#60;/b&#62;";
    assert_says(&get(&world, "/console/audit", &[]).await, 200, &[name]);
    for path in ["/console/accounts", "/console/waiting", &leila] {
        assert_says(&get(&world, path, &[]).await, 200, &[name, "leila@example.com"]);
    }
    let run = get(&world, &format!("/console/runs/{run}"), &[]).await;
    assert_says(&run, 200, &["href=\"/console/find?text=leila.rahimi\""]);
}

#[tokio::test]
async fn one_person_is_opened_several_are_listed_and_nobody_is_said() {
    let world = World::new(CONFIG).await;
    world.sync(THREE).await;
    let noah = format!("/console/accounts/{}", id_of(&world, "noah.okafor").await);
    // The whole of one, or how they alone begin.
    for text in ["noah.okafor", "Noah Okafor", "noah@example.com", "okaf"] {
        assert_eq!(location(&get(&world, "/console/find", &[("text", text)]).await), noah);
    }
    let page = get(&world, "/console/find", &[("text", "rahimi")]).await;
    assert_says(&page, 200, &["2 people", "leila.rahimi", "tom.rahimi", "value=\"rahimi\""]);
    let page = get(&world, "/console/find", &[("text", "<i>rahmi")]).await;
    assert_says(&page, 200, &["Nobody has", "&#60;i&#62;rahmi"]);
    let page = get(&world, "/console/find", &[("text", "leila rahmi")]).await;
    assert_says(&page, 200, &["Do you mean one of these?", "leila.rahimi"]);
    assert_says(&get(&world, "/console/find", &[]).await, 200, &["Enter a name"]);
}

#[tokio::test]
async fn the_list_says_how_many_there_are_and_which_it_shows() {
    let world = World::new(CONFIG).await;
    let crowd = (0..120).fold(String::from("key,username,name,mail\n"), |csv, at| {
        csv + &format!("{at},user{at:03},User {at},u{at}@example.com\n")
    });
    world.sync(crowd).await;
    let first = get(&world, "/console/accounts", &[]).await;
    let waiting = "<a href=\"/console/accounts?reason=no_seat\">Waiting for a seat <b>119</b></a>";
    let all = "<a href=\"/console/accounts\" aria-current=\"true\">All <b>120</b></a>";
    assert_says(&first, 200, &["1–50 of 120", waiting, all]);
    assert!(!first.body.contains("reason=left_scope\">"), "nobody has left: {}", first.body);
    let next = first.body.split("href=\"/console/accounts?").find(|part| part.contains("after=")).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let query: Vec<(String, String)> = url::form_urlencoded::parse(next.as_bytes())
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    let query: Vec<(&str, &str)> =
        query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_says(&get(&world, "/console/accounts", &query).await, 200, &["51–100 of 120"]);
    // What somebody writes into a link counts for nothing.
    let mut wrong = query.clone();
    wrong.retain(|(name, _)| *name != "shown");
    wrong.push(("shown", "18446744073709551615"));
    let page = get(&world, "/console/accounts", &wrong).await;
    assert!(page.status == 200 && !page.body.contains(" of 120"), "{}", page.body);
    let waits = get(&world, "/console/accounts", &[("reason", "no_seat"), ("source", "staff")]).await;
    let waiting = "href=\"/console/accounts?reason=no_seat&#38;source=staff\" aria-current=\"true\"";
    assert_says(&waits, 200, &["1–50 of 119", waiting]);
}

/// A username that others have words of led to a list, which asked for a longer text.
#[tokio::test]
async fn an_exact_username_leads_to_its_person_and_the_others_stay() {
    let world = World::new(CONFIG).await;
    world
        .sync(
            "key,username,name,mail\n\
             1,emma.hahn@example.com,Emma Hahn,emma.hahn@example.com\n\
             2,emma.hahn2@example.com,Emma Hahn,emma.hahn2@example.com\n\
             3,emma.hahnemann@example.com,Emma Hahnemann,emma.hahnemann@example.com\n",
        )
        .await;
    let emma = format!("/console/accounts/{}", id_of(&world, "emma.hahn@example.com").await);
    let found = get(&world, "/console/find", &[("text", "emma.hahn@example.com")]).await;
    let (page, query) = location(&found).split_once('?').unwrap();
    assert_eq!((page, query), (emma.as_str(), "found=emma.hahn%40example.com"));
    let page = get(&world, &emma, &[("found", "emma.hahn@example.com")]).await;
    assert_says(&page, 200, &["Others fit what you looked for", "all=1"]);
    let all = get(&world, "/console/find", &[("text", "emma.hahn@example.com"), ("all", "1")]).await;
    assert_says(&all, 200, &["3 people", "is meant by the whole text", "emma.hahnemann"]);
    assert!(!all.body.contains("a longer text"), "{}", all.body);
}
