//! A seat that is given by hand: who is meant is certain before anything is asked, and nothing that was written is lost
//! (rules 60 and 67).

use super::{assert_says, get, id_of, location, post};
use crate::world::World;

const CONFIG: &str = r#"
[licence]
seats = 2
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
display_name = "name"
"#;

const THREE: &str =
    "key,username,name\n1,noah.okafor,Noah Okafor\n2,leila.rahimi,Leila Rahimi\n3,tom.rahimi,Tom Rahimi\n";

#[tokio::test]
async fn whole_name_says_whose_seat_it_is() {
    let world = World::new(CONFIG).await;
    world.sync(THREE).await;
    let seat = format!("/console/accounts/{}/seat", id_of(&world, "tom.rahimi").await);
    let form = [("why", "exam week"), ("from", "Noah Okafor")];
    let noah = id_of(&world, "noah.okafor").await;
    let asks = post(&world, &seat, &form).await;
    let sent = format!("name=\"from\" value=\"{noah}\"");
    let says =
        ["gets the seat of noah.okafor (Noah Okafor)", "noah.okafor cannot log in from then on", &sent];
    assert_says(&asks, 200, &says);
    let given = post(&world, &seat, &[("why", "exam week"), ("from", &noah), ("sure", "1")]).await;
    assert!(location(&given).ends_with("?notice=seated"));
}

#[tokio::test]
async fn seat_of_nobody_is_refused_and_form_is_kept() {
    let world = World::new(CONFIG).await;
    world.sync(THREE).await;
    let tom = format!("/console/accounts/{}", id_of(&world, "tom.rahimi").await);
    let seat = format!("{tom}/seat");
    let kept = "name=\"why\" value=\"exam week\"";
    let ask = async |from| post(&world, &seat, &[("why", "exam week"), ("from", from)]).await;
    for (from, says) in [
        ("zoe", "Nobody has “zoe”"),
        ("Leila Rahimy", "leila.rahimi (Leila Rahimi)"),
        ("tom.rahimi", "has no seat that could be given"),
        ("rahimi", "fits several people"),
    ] {
        let value = format!("name=\"from\" value=\"{from}\"");
        assert_says(&ask(from).await, 400, &[says, kept, &value, "Give a seat</button>"]);
    }
    // Without anybody: no seat is free, and that is said before anything is asked.
    let full = ask("").await;
    assert_says(&full, 400, &["No seat is free.", "noah.okafor (Noah Okafor)", kept]);
    assert!(!full.body.contains("--from"), "{}", full.body);
    let sure = post(&world, &seat, &[("why", "exam week"), ("sure", "1")]).await;
    assert_says(&sure, 409, &["No seat is free.", "leila.rahimi", kept]);
    assert!(!sure.body.contains("--from"), "{}", sure.body);
    assert_says(&get(&world, &tom, &[]).await, 200, &["Waiting for a seat"]);
}

/// The only link to the form was below all accounts, and a refusal of a full licence did not say how to keep a seat.
#[tokio::test]
async fn a_local_account_is_made_from_the_top_of_the_list() {
    let world = World::new(super::CONFIG).await;
    world.sync(super::FIVE).await;
    let page = get(&world, "/console/accounts", &[]).await;
    let (link, table) = (page.body.find("/console/accounts/new"), page.body.find("<table"));
    assert!(link.is_some() && link < table, "{}", page.body);
    let form = [("username", "root"), ("email", "root@example.com"), ("is_admin", "1")];
    let refused = post(&world, "/console/accounts/new", &form).await;
    let says =
        ["`reserve` in [licence]", "value=\"root\"", "value=\"root@example.com\"", "value=\"1\" checked"];
    assert_says(&refused, 409, &says);
}
