//! What is kept of rejected rows: nothing that the configuration does not name (rule 47).

use super::{by_id, read_all, with_fields};

#[test]
fn no_cell_of_another_column_is_kept_whatever_its_heading() {
    for heading in ["pwd", "PIN", "pass", "hasło", "wachtwoord", "senha", "пароль", "パスワード", "note", ""]
    {
        let file = format!(
            "id,user,{heading},name\n,ann,geheim1,Ann\n2,bob,Lee,Bob,geheim2\n3,cy,geheim3\n4,\"dan\"x,geheim4,Dan\n#N/A,eve,geheim5,Eve\n"
        );
        let (rows, summary) = read_all(&by_id(), file.as_bytes()).expect("is read");
        assert_eq!(summary.rejected, 5, "{heading}");
        let shown = format!("{rows:?}");
        assert!(!shown.contains("geheim") && !shown.contains("Ann"), "{heading}: {shown}");
    }
}

#[test]
fn username_that_may_be_another_cell_is_not_kept() {
    // The second cell is half a password, the third the username.
    let (rows, _) = read_all(&by_id(), b"id,pwd,user\n1,Som,mer2026,ann\n2,mer2026\n").expect("is read");
    assert!(!format!("{rows:?}").contains("mer2026"), "{rows:?}");
}

#[test]
fn cells_of_used_columns_are_kept_where_the_form_is_right() {
    let headings = ["Password never expires", "Last password change", "PasswordLastSet"];
    for heading in headings {
        let file = format!("email,{heading},name\na,x,y\n ,x,\"y \"\nb,c\n");
        let (rows, _) = read_all(&with_fields(&["name"]), file.as_bytes()).expect("is read");
        let cells: Vec<&[String]> = rows.iter().map(|row| row.cells.as_slice()).collect();
        assert_eq!(cells[1], [String::from(" "), String::from("y ")]);
        assert!(cells[2].is_empty(), "the form is wrong");
        assert_eq!(rows[1].headings.as_ref(), ["email", "name"]);
    }
}
