//! The file of rejected rows.

use super::{read_all, with_fields};
use crate::csv::RejectsWriter;
use rollcall_core::entry::Record;

#[test]
fn rejected_rows_open_in_a_spreadsheet() {
    let file = b"email,name\n,\"=1+1\"\nb,@x,\"say \"\"hi\"\"\"\nc,ok\n";
    let (rows, _) = read_all(&with_fields(&["name"]), file).expect("is read");
    let mut writer = RejectsWriter::new(Vec::new());
    for row in &rows {
        if let Record::Rejected(rejected) = &row.record {
            writer.write(rejected, &row.cells).expect("is written");
        }
    }
    let text = String::from_utf8(writer.finish().expect("is written")).expect("is text");
    assert_eq!(
        text,
        "\u{FEFF}\"line\",\"reason\",\"the row as it was read\"\r\n\
         \"2\",\"no match key\",\"\",\"'=1+1\"\r\n\
         \"3\",\"the row has 3 cells where the headings have 2; put a cell that holds a ',' in quotes\",\
         \"b\",\"'@x\",\"say \"\"hi\"\"\"\r\n"
    );
}

#[test]
fn file_without_rejected_rows_has_only_headings() {
    let bytes = RejectsWriter::new(Vec::new()).finish().expect("is written");
    assert_eq!(bytes, "\u{FEFF}\"line\",\"reason\",\"the row as it was read\"\r\n".as_bytes());
}
