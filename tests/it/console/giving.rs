//! A seat that is given by hand: who is meant is certain, and nothing that was written is lost (rules 60 and 67).

use super::{assert_says, get, id_of, location, post};
use crate::handlers::people;
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
    let form = [("why", "exam week"), ("other", "Noah Okafor")];
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
    let ask = async |other| post(&world, &seat, &[("why", "exam week"), ("other", other)]).await;
    for (from, says) in [
        ("zoe", "Nobody has “zoe”"),
        ("Leila Rahimy", "leila.rahimi (Leila Rahimi)"),
        ("tom.rahimi", "has no seat that could be given"),
        ("rahimi", "fits several people"),
    ] {
        let value = format!("name=\"other\" value=\"{from}\"");
        assert_says(&ask(from).await, 400, &[says, kept, &value, "Give a seat</button>"]);
    }
    // Without anybody: no seat is free, and the page says whose it could be.
    let full = ask("").await;
    assert_says(
        &full,
        409,
        &["No seat is free. Choose whose seat", "<b><bdi>Noah Okafor</bdi></b> <bdi>noah.okafor</bdi>", kept],
    );
    assert!(!full.body.contains("--from"), "{}", full.body);
    assert_says(&get(&world, &tom, &[]).await, 200, &["Waiting for a seat"]);
}

/// It took five steps: search, why, from, a button, and a page that asked.
#[tokio::test]
async fn seat_is_given_in_four_steps_from_any_page() {
    let world = World::new(CONFIG).await;
    world.sync(THREE).await;
    // One: the search box of every page leads to the person.
    let found = get(&world, "/console/find", &[("text", "tom rahimi")]).await;
    let tom = location(&found).to_owned();
    let page = get(&world, &tom, &[]).await;
    let noah = id_of(&world, "noah.okafor").await;
    let choice = format!("<input type=\"radio\" name=\"from\" value=\"{noah}\">");
    let says = [
        "Whose seat is it to be?",
        &choice,
        "<b><bdi>Noah Okafor</bdi></b> <bdi>noah.okafor</bdi>",
        "got their seats last",
        "name=\"other\"",
    ];
    assert_says(&page, 200, &says);
    assert!(
        !page.body.contains(&format!("value=\"{}\"> <", id_of(&world, "tom.rahimi").await)),
        "not his own"
    );
    // Two: whose seat; three: why; four: the button. Nothing more is asked, since the person was chosen by name.
    let given = post(&world, &format!("{tom}/seat"), &[("from", &noah), ("why", "exam week")]).await;
    assert_eq!(location(&given), format!("{tom}?notice=seated"));
    let now = people(&world).await;
    assert_eq!((now["tom.rahimi"], now["noah.okafor"]), ("active", "no_seat"));
    assert_says(
        &get(&world, &tom, &[("notice", "seated")]).await,
        200,
        &["Take the last change back</button>"],
    );
}

#[tokio::test]
async fn a_free_seat_is_given_without_naming_anybody() {
    let world = World::new(CONFIG).await;
    world.sync(THREE).await;
    post(&world, "/console/licence", &[("limit", "4")]).await;
    let tom = format!("/console/accounts/{}", id_of(&world, "tom.rahimi").await);
    let page = get(&world, &tom, &[]).await;
    assert_says(&page, 200, &["2 seats are free. The seat is given at once"]);
    assert!(!page.body.contains("type=\"radio\""), "{}", page.body);
    let given = post(&world, &format!("{tom}/seat"), &[("why", "exam week")]).await;
    assert!(location(&given).ends_with("?notice=seated"));
}

/// Where the licence was full there was only the advice to block somebody, in another part of the console.
#[tokio::test]
async fn a_local_account_gets_a_chosen_seat_in_three_steps() {
    let world = World::new(CONFIG).await;
    world.sync(THREE).await;
    // Accounts; its button; the form, which is sent.
    assert_says(&get(&world, "/console/accounts", &[]).await, 200, &["href=\"/console/accounts/new\""]);
    let noah = id_of(&world, "noah.okafor").await;
    let page = get(&world, "/console/accounts/new", &[]).await;
    assert_says(&page, 200, &["Whose seat is it to be?", &format!("name=\"from\" value=\"{noah}\"")]);
    let path = "/console/accounts/new";
    let form = [("username", "root"), ("is_admin", "1"), ("from", noah.as_str())];
    let chosen = format!("value=\"{noah}\" checked");
    let without = post(&world, path, &form).await;
    assert_says(&without, 400, &["Enter why the seat is given away", &chosen, "value=\"root\""]);
    let made = post(&world, path, &[&form[..], &[("why", "audit week")]].concat()).await;
    assert!(location(&made).ends_with("?notice=made"));
    let now = people(&world).await;
    assert_eq!((now["root"], now["noah.okafor"]), ("active", "no_seat"));
    // Who is typed is asked for first, by name.
    let typed = [("username", "kim"), ("other", "Leila Rahimi"), ("why", "audit week")];
    let asks = post(&world, path, &typed).await;
    let leila = id_of(&world, "leila.rahimi").await;
    let sent = format!("name=\"from\" value=\"{leila}\"");
    assert_says(
        &asks,
        200,
        &["kim gets the seat of leila.rahimi (Leila Rahimi)", "cannot log in from then on", &sent],
    );
    let sure = [&typed[..], &[("from", leila.as_str()), ("sure", "1")]].concat();
    assert!(location(&post(&world, path, &sure).await).ends_with("?notice=made"));
    assert_eq!(people(&world).await["leila.rahimi"], "no_seat");
}

/// From the overview it took six steps with a full licence: Accounts, the button, the name, whose seat, why, and the button.
#[tokio::test]
async fn a_local_administrator_takes_four_steps_from_the_overview() {
    let world = World::new(CONFIG).await;
    world.sync(THREE).await;
    // One: the link of the overview. The form has the box ticked and the reason written.
    let path = "/console/accounts/new";
    let link = "href=\"/console/accounts/new?admin=1\"";
    assert_says(&get(&world, "/console", &[]).await, 200, &[link, "Create a local administrator"]);
    let page = get(&world, path, &[("admin", "1")]).await;
    let reason = "A local administrator needs a seat";
    assert_says(
        &page,
        200,
        &[&format!("name=\"why\" value=\"{reason}\""), "name=\"is_admin\" value=\"1\" checked"],
    );
    // Two: the name; three: whose seat; four: the button. What else is sent is what stands in the form.
    let noah = id_of(&world, "noah.okafor").await;
    let form = [("username", "root"), ("is_admin", "1"), ("from", noah.as_str()), ("why", reason)];
    assert!(location(&post(&world, path, &form).await).ends_with("?notice=made"));
    let now = people(&world).await;
    assert_eq!((now["root"], now["noah.okafor"]), ("active", "no_seat"));
    let noah = get(&world, &format!("/console/accounts/{noah}"), &[]).await;
    assert_says(&noah, 200, &[reason, "root"]);
    // Somebody's seat for an account that administers nothing has no reason that could be known.
    assert!(!get(&world, path, &[]).await.body.contains(reason));
    // A reason that was taken out is not put back.
    let without = [("username", "kim"), ("is_admin", "1"), ("other", "Leila Rahimi")];
    let refused = post(&world, path, &without).await;
    assert_says(&refused, 400, &["Enter why the seat is given away"]);
    assert!(!refused.body.contains(reason), "{}", refused.body);
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
