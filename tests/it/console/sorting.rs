//! Lists from both ends, by links in the heads of their columns (rule 36).

use super::{assert_says, get};
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
username = "key"
"#;

/// In which order the usernames stand on a page.
fn order(page: &str) -> Vec<&str> {
    let main = page.split_once("<tbody>").unwrap().1;
    let mut names: Vec<_> = ["ann", "ben", "cem"].into_iter().filter(|name| main.contains(*name)).collect();
    names.sort_by_key(|name| main.find(name));
    names
}

#[tokio::test]
async fn the_head_of_a_column_turns_a_list_round() {
    let world = World::new(CONFIG).await;
    world.sync("key\nann\nben\ncem\n").await;
    for (path, first, head) in [("/console/accounts", "ann", "Who"), ("/console/waiting", "ben", "Place")] {
        let up = get(&world, path, &[]).await;
        let turn =
            format!("aria-sort=\"ascending\"><a class=\"sort\" href=\"{path}?order=descending\">{head} ");
        assert_says(&up, 200, &[&turn]);
        assert_eq!(order(&up.body).first(), Some(&first), "{path}");
        let down = get(&world, path, &[("order", "descending")]).await;
        let turn = format!("aria-sort=\"descending\"><a class=\"sort\" href=\"{path}\">{head} ");
        assert_says(&down, 200, &[&turn]);
        assert_eq!(order(&down.body), order(&up.body).into_iter().rev().collect::<Vec<_>>(), "{path}");
        assert_says(&get(&world, path, &[("order", "sideways")]).await, 400, &["order"]);
    }
    let filtered = get(&world, "/console/accounts", &[("order", "descending"), ("state", "blocked")]).await;
    assert_says(
        &filtered,
        200,
        &[
            "href=\"/console/accounts?state=blocked\">Who ",
            "name=\"order\" value=\"descending\"",
            "href=\"/console/accounts?reason=no_seat&#38;order=descending\"",
        ],
    );
}

/// The source had to be typed, though there are two.
#[tokio::test]
async fn a_source_is_chosen_from_those_that_there_are() {
    let world = World::new(CONFIG).await;
    world.sync("key\nann\nben\n").await;
    for path in ["/console/accounts", "/console/audit"] {
        let page = get(&world, path, &[]).await;
        let choice =
            ["<option value=\"staff\">staff</option>", "<option value=\"local\">local accounts</option>"];
        assert_says(&page, 200, &choice);
        let page = get(&world, path, &[("source", "local")]).await;
        assert_says(&page, 200, &["<option value=\"local\" selected>local accounts</option>"]);
        // A link may name one that is gone: it can be seen what the list is about.
        let page = get(&world, path, &[("source", "gone")]).await;
        assert_says(&page, 200, &["<option value=\"gone\" selected>gone</option>"]);
    }
}
