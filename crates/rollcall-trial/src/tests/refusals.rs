//! What would surely be wrong is refused with its cure; what may be right is not (rule 48).

use super::{settings, tried, wrong};

const KEYED: &str = "match_field = \"id\"";

/// The findings of this weight for a source of these lines and a file.
#[track_caller]
fn check(source: &str, mapping: &str, file: &str, expected: &[&str]) {
    let trial = tried(&settings(source, mapping), file).unwrap();
    assert_eq!(wrong(&trial), expected, "{:#?}", trial.findings);
    for finding in &trial.findings {
        assert!(!finding.what.is_empty() && !finding.cure.is_empty(), "{finding:?}");
    }
}

/// A table with this heading row, and these rows.
fn table(rows: &[&str]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

#[test]
fn key_that_many_do_not_have_is_refused() {
    let mapping = "username = \"login\"";
    check(KEYED, mapping, &table(&["id,login", ",ann", ",ben", "3,cem", "4,dee"]), &["match_field"]);
    check(KEYED, mapping, &table(&["id,login", "-,ann", "N/A,ben", "NULL,cem"]), &["match_field"]);
    check(
        "match_field = \"{site}-{id}\"",
        mapping,
        &table(&["site,id,login", ",1,ann", ",2,ben", "x,3,cem"]),
        &["match_field"],
    );
}

#[test]
fn key_that_one_of_many_does_not_have_is_only_said() {
    let file = table(&["id,login", "1,ann", "2,ben", "3,cem", "4,dee", "5,eli", ",fay"]);
    let trial = tried(&settings(KEYED, "username = \"login\""), &file).unwrap();
    assert_eq!(wrong(&trial), [""; 0]);
    assert!(trial.findings.iter().any(|finding| finding.what.contains("1 of 6")), "{:#?}", trial.findings);
}

#[test]
fn key_that_many_share_is_refused() {
    let rows = ["dept,login", "Sales,ann", "Sales,ben", "Sales,cem", "Legal,dee"];
    check("match_field = \"dept\"", "username = \"login\"", &table(&rows), &["match_field"]);
    let rows = ["name,login", "Lee,ann", "LEE,ben", " lee ,cem", "Kay,dee"];
    check("match_field = \"name\"", "username = \"login\"", &table(&rows), &["match_field"]);
    let rows = ["id,login", "1,ann", "1,ben", "2,cem", "2,dee", "3,eli", "4,fay"];
    check(KEYED, "username = \"login\"", &table(&rows), &["match_field"]);
}

#[test]
fn rows_alike_are_one_person_and_no_shared_key() {
    // The position is not mapped: both rows say the same.
    let rows = ["id,login,position", "1,ann,a", "1,ann,b", "2,ben,a", "2,ben,b"];
    check(KEYED, "username = \"login\"", &table(&rows), &[]);
}

#[test]
fn username_that_many_share_is_refused() {
    let rows = ["id,site", "1,oslo", "2,oslo", "3,oslo", "4,bergen"];
    check(KEYED, "username = \"site\"", &table(&rows), &["username"]);
}

#[test]
fn status_that_is_turned_round_is_refused() {
    // A plain yes below such a heading is refused by the configuration itself.
    let blocked = ["id,Block credential", "1,open", "2,open", "3,blocked", "4,open"];
    let turned = "active = { column = \"Block credential\", true = [\"blocked\"], else = false }";
    check(KEYED, turned, &table(&blocked), &["active"]);
    let states = ["id,Status", "1,Active", "2,On Leave", "3,Terminated", "4,Active"];
    let turned =
        "active = { column = \"Status\", true = [\"Terminated\"], false = [\"Active\", \"On Leave\"] }";
    check(KEYED, turned, &table(&states), &["active"]);
    let enabled = ["id,Enabled", "1,TRUE", "2,TRUE", "3,FALSE"];
    check(
        KEYED,
        "active = { column = \"Enabled\", true = [\"false\"], false = [\"true\"] }",
        &table(&enabled),
        &["active"],
    );
    let german = ["id,Zustand", "1,aktiv", "2,beurlaubt", "3,gesperrt"];
    check(
        KEYED,
        "active = { column = \"Zustand\", true = [\"gesperrt\"], else = false }",
        &table(&german),
        &["active"],
    );
    let other = "active = { column = \"Status\", false = [\"aktiv\"], else = true }";
    check(KEYED, other, &table(&["id,Status", "1,aktiv", "2,aktiv", "3,ausgeschieden"]), &["active"]);
}

#[test]
fn status_that_is_the_right_way_round_is_not_refused() {
    let blocked = ["id,Block credential", "1,False", "2,False", "3,True", "4,False"];
    check(
        KEYED,
        "active = { column = \"Block credential\", false = [\"True\"], else = true }",
        &table(&blocked),
        &[],
    );
    // On leave may mean no access: a person's decision.
    let states = ["id,Status", "1,Active", "2,On Leave", "3,Terminated", "4,Active", "5,Active"];
    let strict =
        "active = { column = \"Status\", true = [\"Active\"], false = [\"On Leave\", \"Terminated\"] }";
    check(KEYED, strict, &table(&states), &[]);
    check(KEYED, "active = \"ok\"", &table(&["id,ok", "1,yes", "2,no", "3,yes"]), &[]);
}

#[test]
fn status_by_which_most_are_disabled_is_refused() {
    check(KEYED, "active = \"ok\"", &table(&["id,ok", "1,no", "2,no", "3,no", "4,yes"]), &["active"]);
    let kinds = ["id,Type", "1,Full-time", "2,Part-time", "3,Full-time", "4,Manager"];
    check(
        KEYED,
        "active = { column = \"Type\", true = [\"Manager\"], else = false }",
        &table(&kinds),
        &["active"],
    );
    check(KEYED, "active = \"ok\"", &table(&["id,ok", "1,0", "2,0"]), &["active"]);
}

#[test]
fn status_of_a_small_file_may_disable_some() {
    check(KEYED, "active = \"ok\"", &table(&["id,ok", "1,no", "2,no", "3,yes"]), &[]);
    check(KEYED, "active = \"ok\"", &table(&["id,ok", "1,no", "2,no", "3,yes", "4,yes"]), &[]);
    check(KEYED, "active = \"ok\"", &table(&["id,ok", "1,no"]), &[]);
}

#[test]
fn admin_mark_that_is_turned_round_is_refused() {
    let rows = ["id,Is admin", "1,no", "2,no", "3,yes", "4,no"];
    let turned = "admin = { column = \"Is admin\", true = [\"no\"], false = [\"yes\"] }";
    check(KEYED, turned, &table(&rows), &["admin"]);
    check(KEYED, "admin = \"Is admin\"", &table(&rows), &[]);
    let roles = ["id,Role", "1,user", "2,user", "3,user", "4,user"];
    let all = "admin = { column = \"Role\", false = [\"Owner\"], else = true }";
    check(KEYED, all, &table(&roles), &["admin"]);
    check(KEYED, "admin = { column = \"Role\", true = [\"Owner\"], else = false }", &table(&roles), &[]);
}

#[test]
fn missing_column_is_refused_by_the_setting_that_names_it() {
    let file = table(&["id,login,mail", "1,ann,ann@x.test"]);
    check(KEYED, "email = \"E-Mail\"", &file, &["email"]);
    check(KEYED, "active = { column = \"Enabled\", false = [\"no\"], else = true }", &file, &["active"]);
    check("match_field = \"number\"", "email = \"mail\"", &file, &["match_field"]);
    check(&format!("{KEYED}\nwhere = [\"site = Oslo\"]"), "email = \"mail\"", &file, &["where"]);
    check(KEYED, "starts = \"hired\"\nends = \"left\"", &file, &["starts", "ends"]);
    check(KEYED, "username = \"{first}.{last}\"", &file, &["username", "username"]);
    check("match_field = \"nr\"\nimmutable_id = \"guid\"", "", &file, &["match_field", "immutable_id"]);
    // Headings are compared as keys are.
    check(KEYED, "email = \"MAIL\"", &file, &[]);
}

#[test]
fn column_that_is_there_twice_is_refused() {
    check(KEYED, "email = \"mail\"", &table(&["id,mail,mail", "1,a@x.test,b@x.test"]), &["email"]);
    check(KEYED, "email = \"mail\"", &table(&["id,mail,x,x", "1,a@x.test,b,c"]), &[]);
}

#[test]
fn date_that_cannot_be_read_is_refused() {
    let german = table(&["id,hired", "1,01.03.2019", "2,15.08.2015", "3,"]);
    check(KEYED, "starts = \"hired\"", &german, &["starts", "rows"]);
    check(KEYED, "starts = { from = \"hired\", format = \"dd.mm.yyyy\" }", &german, &[]);
    let american = table(&["id,left", "1,05/31/2026", "2,12/31/2025", "3,01/02/2026", "4,"]);
    check(KEYED, "ends = { from = \"left\", format = \"dd/mm/yyyy\" }", &american, &["ends"]);
    check(KEYED, "ends = { from = \"left\", format = \"mm/dd/yyyy\" }", &american, &[]);
    check(KEYED, "starts = \"name\"", &table(&["id,name", "1,Ann", "2,Ben"]), &["starts", "rows"]);
    check(KEYED, "starts = \"hired\"", &table(&["id,hired", "1,0000-00-00", "2,2019-01-01", "3,"]), &[]);
}

#[test]
fn dates_that_leave_nobody_a_time_are_refused() {
    let rows = ["id,hired,left", "1,2012-01-01,2099-01-01", "2,2013-01-01,2099-01-01", "3,2014-01-01,"];
    check(KEYED, "starts = \"left\"\nends = \"hired\"", &table(&rows), &["starts", "ends"]);
    check(KEYED, "starts = \"hired\"\nends = \"left\"", &table(&rows), &[]);
    let rows = ["id,born", "1,1980-01-01", "2,1990-01-01", "3,2000-01-01"];
    check(KEYED, "ends = \"born\"", &table(&rows), &["ends"]);
}

#[test]
fn attribute_that_nobody_has_is_refused() {
    let file = table(&["id,mail,phone,guid", "1,a@x.test,,", "2,b@x.test,N/A,-"]);
    check(KEYED, "email = \"mail\"\nphone = \"phone\"", &file, &["phone"]);
    check(&format!("{KEYED}\nimmutable_id = \"guid\""), "email = \"mail\"", &file, &["immutable_id"]);
    check(KEYED, "username = \"phone\"", &file, &["username"]);
    check(KEYED, "admin = \"phone\"", &file, &["admin"]);
    // A text stands in; and nobody has left.
    check(KEYED, "phone = \"{phone | else none}\"\nends = \"phone\"", &file, &[]);
}

#[test]
fn conditions_that_leave_nobody_are_refused() {
    let file = table(&["id,dept", "1,Sales", "2,Legal"]);
    check(&format!("{KEYED}\nwhere = [\"dept = Plant\"]"), "department = \"dept\"", &file, &["where"]);
    check(&format!("{KEYED}\nwhere = [\"dept = Sales\"]"), "department = \"dept\"", &file, &[]);
}

#[test]
fn shape_that_the_file_does_not_have_is_refused_by_its_setting() {
    let letters = "id;name\n1;Jürgen\n2;Zoë\n";
    let titled = "Staff list\n\nid;name\n1;Ann\n2;Ben\n";
    check(&format!("{KEYED}\nencoding = \"windows-1252\""), "name = \"name\"", letters, &["encoding"]);
    check(&format!("{KEYED}\ndelimiter = \",\""), "name = \"name\"", letters, &["delimiter"]);
    check(KEYED, "name = \"name\"", titled, &["skip_lines"]);
    check(&format!("{KEYED}\nskip_lines = 1"), "name = \"name\"", letters, &["skip_lines"]);
    let address = "id;mail\n1;ann@x.test\n2;ben@x.test\n";
    check(&format!("{KEYED}\nsecond_headings = true"), "email = \"mail\"", address, &["second_headings"]);
    let western = b"id;name\n1;J\xfcrgen\n2;Zo\xeb\n3;Andr\xe9\n";
    let trial = tried(&settings(KEYED, "name = \"name\""), western).unwrap();
    assert_eq!(wrong(&trial), ["encoding"], "{:#?}", trial.findings);
    let wide: Vec<u8> = "id;name\n1;Ann\n2;Ben\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let trial = tried(&settings(KEYED, "name = \"name\""), &wide).unwrap();
    assert_eq!(wrong(&trial), ["encoding"], "{:#?}", trial.findings);
}

#[test]
fn damaged_file_is_its_own_fault() {
    for file in ["id,name\n1,\"Ann\n2,Ben\n", "", "id,name\n", "%PDF-1.7\n1 0 obj\n", "id,name\n1,Ann\n2"] {
        let refused = tried(&settings(KEYED, "name = \"name\""), file);
        assert!(refused.is_err(), "{file:?}: {refused:#?}");
    }
}
