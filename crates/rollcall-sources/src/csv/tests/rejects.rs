//! The file of rejected rows.

use super::{read_all, with_fields};
use crate::csv::RejectsWriter;

#[test]
fn rejected_rows_open_in_a_spreadsheet() {
    let file = b"email,secret,name\n,s1,\"=1+1\"\n,s2,\"say \"\"hi\"\"\"\nb,s3,@x,y\nc,s4,ok\n";
    let (rows, _) = read_all(&with_fields(&["name"]), file).expect("is read");
    let mut writer = RejectsWriter::new(Vec::new());
    for row in &rows {
        writer.write(row).expect("is written");
    }
    let text = String::from_utf8(writer.finish().expect("is written")).expect("is text");
    assert_eq!(
        text,
        "\u{FEFF}\"line\",\"reason\",\"email\",\"name\"\r\n\
         \"2\",\"no match key: the cell under \"\"email\"\" is empty\",\"\",\"'=1+1\"\r\n\
         \"3\",\"no match key: the cell under \"\"email\"\" is empty\",\"\",\"say \"\"hi\"\"\"\r\n\
         \"4\",\"the row has 4 cells where the headings have 3; put a cell that holds a ',' in quotes\"\r\n"
    );
}

#[test]
fn file_without_rejected_rows_has_only_headings() {
    let bytes = RejectsWriter::new(Vec::new()).finish().expect("is written");
    assert_eq!(bytes, "\u{FEFF}\"line\",\"reason\"\r\n".as_bytes());
}
