//! The rows to mend of a run as one file, over HTTP (rules 3 and 62).

use super::api::{ask, get};
use super::api_queries::id_of;
use crate::world::World;
use rollcall_sync::store::RunStatus;
use serde_json::Value;

const CONFIG: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "number"
[source.mapping]
username = "login"
starts = "begins"
display_name = "name"
"#;

async fn rows(world: &World, run: &str) -> Value {
    let (status, found) = ask(world, get(&format!("/runs/{run}/rejected"), &[])).await;
    assert_eq!(status, 200, "{found}");
    found
}

#[tokio::test]
async fn one_file_has_everything_that_a_person_must_mend() {
    let world = World::new(CONFIG).await;
    let run = world
        .sync(
            "number,login,name,begins,secret\n\
             1,ann,Ann,,x\n\
             ,bob,=Bob,,geheim\n\
             3,cem,Cem,,x\n\
             3,cem3,Cem,,x\n\
             4,dan,Dan,no day,x\n\
             5,ANN,Ann,,x\n\
             6,eva\n",
        )
        .await;
    assert_eq!(run.status, RunStatus::Completed);
    let found = rows(&world, run.id.as_str()).await;
    let file = found["file"].as_str().unwrap().trim_start_matches('\u{FEFF}');
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!((&found["rows"], &found["more"]), (&(lines.len() - 1).into(), &false.into()), "{file}");
    assert_eq!(
        lines[0],
        "line,what is wrong,what to do,match key,username,details,for the administrator of Rollcall: or configure,\
         number,login,name,begins"
    );
    let has = |parts: &[&str]| {
        let found = lines.iter().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(found, "{parts:?} in {file}");
    };
    has(&["3,has no match key,enter the match key", ",bob,'=Bob,"]);
    has(&["is there more than once", "keep one of the rows", "cem"]);
    has(&["6,cannot be read or processed,correct what the details say", "no day", ",4,dan,Dan,"]);
    has(&["7,asks for a username that belongs to another account", "line 2 asks", ",5,ANN,Ann,"]);
    // Each row with what it has under the headings that the configuration names.
    has(&["4,\"is there more than once", ",3,cem,Cem,"]);
    has(&["5,\"is there more than once", ",3,cem3,Cem,"]);
    has(&["8,cannot be read", "the row has 2 of 5 cells", ",,,"]);
    assert!(!file.contains("geheim"), "no cell of a column that nobody named: {file}");
}

#[tokio::test]
async fn a_run_without_anything_to_mend_has_a_heading_only() {
    let world = World::new(CONFIG).await;
    let run = world.sync("number,login,name,begins\n1,ann,Ann,\n").await;
    let found = rows(&world, run.id.as_str()).await;
    assert_eq!(found["rows"], 0, "{found}");
    let (status, _) = ask(&world, get("/runs/00000000/rejected", &[])).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn who_keeps_another_username_has_a_row_with_its_line() {
    let world = World::new(CONFIG).await;
    world.sync("number,login,name,begins\n1,ann,Ann,\n2,bob,Bob,\n3,cem,Cem,\n").await;
    world.tick();
    let run = world.sync("number,login,name,begins\n3,cem,Cem,\n1,ann,Ann,\n2,ANN,Bobby,\n").await;
    let found = rows(&world, run.id.as_str()).await;
    assert_eq!(found["rows"], 1, "{found}");
    let file = found["file"].as_str().unwrap();
    let row = file.lines().nth(1).unwrap();
    assert!(row.starts_with("4,asks for a username that belongs to another account,"), "{row}");
    assert!(row.ends_with(",2,ANN,Bobby,"), "{row}");

    let id = id_of(&world, "bob").await;
    let (_, account) = ask(&world, get(&format!("/accounts/{id}"), &[])).await;
    assert_eq!(account["fields"]["display_name"], "Bobby", "{account}");
    let why = account["explanation"].to_string();
    assert!(why.contains("found them in scope. It could not do all that the directory says: "), "{why}");
    // The next run changes nothing, and says the same.
    world.tick();
    let again = world.sync("number,login,name,begins\n3,cem,Cem,\n1,ann,Ann,\n2,ANN,Bobby,\n").await;
    let file = rows(&world, again.id.as_str()).await["file"].as_str().unwrap().to_owned();
    assert!(file.lines().nth(1).unwrap().starts_with("4,asks for a username"), "{file}");
    let (_, account) = ask(&world, get(&format!("/accounts/{id}"), &[])).await;
    assert!(account["explanation"].to_string().contains("It could not do all"), "{account}");
}

/// The cells of a line of CSV; a quote in a cell is left out.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

/// The file for HR spoke of settings that HR cannot change.
#[tokio::test]
async fn what_could_be_configured_is_told_apart_for_the_administrator() {
    let world = World::new(&CONFIG.replace("display_name = \"name\"", "active = \"name\"")).await;
    let run = world
        .sync("number,login,name,begins\n1,ann,active,\nnumber,x,active,\n2,bob,,\n3,cem,perhaps,\n")
        .await;
    let found = rows(&world, run.id.as_str()).await;
    let file = found["file"].as_str().unwrap().trim_start_matches('\u{FEFF}');
    let mut rows: Vec<Vec<String>> = file.lines().map(cells).collect();
    let headings = rows.remove(0);
    let at = |name: &str| headings.iter().position(|heading| heading.starts_with(name)).unwrap();
    let (details, instead) = (at("details"), at("for the administrator of Rollcall"));
    assert_eq!(rows.len(), 3, "{file}");
    for (row, to_do, setting) in [
        (&rows[0], "remove it, or fill the other cells", "`second_headings = true`"),
        (&rows[1], "fill it in the directory", "active = {"),
        (&rows[2], "write one of ", "add the word to `active`"),
    ] {
        assert!(row[details].contains(to_do), "{}", &row[details]);
        assert!(row[instead].contains(setting), "{}", &row[instead]);
        for word in ["configuration", "second_headings", "active = {", "`active`"] {
            assert!(!row[details].contains(word), "{word} in {}", &row[details]);
        }
    }
}
