//! Lines that are one cell and were several: in quotes as a whole, or with another separator.

use super::{by_id, check};

#[test]
fn file_of_lines_in_quotes_is_named() {
    for separator in [",", ";", "\t"] {
        let file = "\"id,user,name\"\n\"1,ann,Ann\"\n\"2,bob,Bob\"\n".replace(',', separator);
        check(
            "lines in quotes",
            &by_id(),
            file.as_bytes(),
            &["refused: each line of the file is in quotes as a whole (line 1 …"],
        );
    }
    check(
        "other headings",
        &by_id(),
        b"\"a,b\"\n\"1,2\"\n",
        &["refused: line 1 has no column \"id\", \"user\"; …"],
    );
}

#[test]
fn row_that_is_one_cell_names_its_account() {
    check(
        "a row in quotes, and one with another separator",
        &by_id(),
        b"id,user,name\n1,ann,Ann\n\"2,bob,Bob\"\n3;cy;Cy\n\"4,dee,\"\"Fox, Dee\"\"\"\n\"5,eve\"\n6\n",
        &[
            "2 1 username=ann",
            "3 2 username=- rejected: the row is one cell that holds 3: it is in quotes as a whole, …",
            "4 3 username=- rejected: the row is one cell that holds 3: …",
            "5 4 username=- rejected: the row is one cell that holds 3: …",
            "6 5,eve username=- rejected: the row has 1 of 3 cells; …",
            "7 6 username=- rejected: the row has 1 of 3 cells; …",
        ],
    );
}
