//! A file of changes is no file of everybody: whoever is not in it would lose the seat.

use super::{accepted, proposed, settings, tried, wrong};
use crate::Refused;

const OF_CHANGES: [&str; 5] = [
    "action,id,login\nU,1,ann\nD,2,ben\nA,3,cem\n",
    "id,login,Change Type\n1,ann,Update\n2,ben,Delete\n",
    "id,login,Operation\n1,ann,INSERT\n2,ben,update\n",
    "Aktion;id;login\nneu;1;ann\ngelöscht;2;ben\n",
    "op|id|login\nremove|1|ann\n",
];
const OF_EVERYBODY: [&str; 5] = [
    // An import of everybody; a column of that name with other words; one that few have; no such column.
    "action,id,login\nA,1,ann\nA,2,ben\n",
    "action,id,login\ncall back,1,ann\nD,2,ben\n",
    "action,id,login\n,1,ann\n,2,ben\nD,3,cem\n",
    "grade,id,login\nA,1,ann\nD,2,ben\n",
    "transaction,id,login\n17,1,ann\n18,2,ben\n",
];

#[test]
fn nothing_is_written_for_a_file_of_changes() {
    for file in OF_CHANGES {
        let refused = proposed(file);
        assert!(matches!(refused, Err(Refused::Changes { .. })), "{file:?}: {refused:?}");
    }
    for file in OF_EVERYBODY {
        accepted(file);
    }
}

#[test]
fn file_of_changes_is_refused_unless_its_column_is_read() {
    let blind = settings("match_field = \"id\"", "username = \"login\"");
    for file in OF_CHANGES {
        assert_eq!(wrong(&tried(&blind, file).unwrap()), ["rows"], "{file:?}");
    }
    for file in OF_EVERYBODY {
        assert_eq!(wrong(&tried(&blind, file).unwrap()), [""; 0], "{file:?}");
    }
    let reading = settings("match_field = \"id\"\nwhere = [\"action != D\"]", "username = \"login\"");
    let trial = tried(&reading, OF_CHANGES[0]).unwrap();
    assert_eq!(wrong(&trial), [""; 0]);
    assert!(trial.findings.iter().any(|finding| finding.what.contains("changes")), "{:#?}", trial.findings);
}
