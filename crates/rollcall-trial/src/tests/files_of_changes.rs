//! A file of changes is no file of everybody: whoever is not in it would lose the seat.

use super::{accepted, proposed, settings, tried, wrong};
use crate::Refused;

const OF_CHANGES: [&str; 8] = [
    "action,id,login\nU,1,ann\nD,2,ben\nA,3,cem\n",
    "id,login,Change Type\n1,ann,Update\n2,ben,Delete\n",
    "id,login,Operation\n1,ann,INSERT\n2,ben,update\n",
    "Aktion;id;login\nneu;1;ann\ngelöscht;2;ben\n",
    "op|id|login\nremove|1|ann\n",
    "id,login,Operation\n1,ann,create\n2,ben,deactivate\n",
    "id,login,Txn\n1,ann,ADD\n2,ben,CHG\n3,cem,TRM\n",
    "id,login,diff\n1,ann,added\n2,ben,removed\n3,cem,modified\n",
];
const OF_EVERYBODY: [&str; 8] = [
    // Letters, and two words, below a heading that says nothing.
    "Section,id,login\nI,1,ann\nU,2,ben\nD,3,cem\n",
    "Grade,id,login\nA,1,ann\nC,2,ben\nD,3,cem\n",
    "Remark,id,login\nnew,1,ann\nchanged,2,ben\n",
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

/// Whether `init` refuses a file with this column and these words, or has a word for it.
fn judged(heading: &str, words: &[&str]) -> &'static str {
    let rows: Vec<String> =
        words.iter().enumerate().map(|(at, word)| format!("{at}7,p{at},{word}\n")).collect();
    let file = format!("id,login,{heading}\n{}", rows.concat());
    let blind = settings("match_field = \"id\"", "username = \"login\"");
    let trial = tried(&blind, &file).unwrap();
    match proposed(&file) {
        Err(Refused::Changes { .. }) => {
            assert_eq!(wrong(&trial), ["rows"], "{heading}");
            "refused"
        }
        Err(other) => panic!("{heading}: {other}"),
        Ok(proposal) => {
            assert_eq!(wrong(&trial), [""; 0], "{heading}");
            let is_said = proposal.notes.iter().any(|note| note.contains("file of changes"));
            assert_eq!(
                trial.findings.iter().any(|found| found.what.contains("changes")),
                is_said,
                "{heading}"
            );
            if is_said { "said" } else { "nothing" }
        }
    }
}

#[test]
fn files_of_changes_are_known_by_other_headings_and_words() {
    for (heading, words) in [
        ("Record Type", &["New Hire", "Termination", "Change"][..]),
        ("Event", &["NEW", "DEL", "MOD"]),
        ("eventName", &["INSERT", "MODIFY", "REMOVE"]),
        ("Transaction Type", &["HIR", "TER", "XFR"]),
        ("A/C/D", &["A", "D", "C"]),
        ("I/U/D", &["U", "U", "D"]),
        ("op", &["+", "-", "+"]),
        ("+/-", &["+", "+", "-"]),
        ("op", &["+", "~", "-", "-"]),
        ("Änderungskennzeichen", &["N", "L", "G"]),
        ("sync_action", &["upsert", "delete"]),
        ("SyncAction", &["update", "add"]),
        ("Change Type (Add/Update/Delete)", &["Add", "Delete"]),
        ("RowState", &["Added", "Modified", "Deleted"]),
        ("Mutatiesoort", &["Nieuw", "Gewijzigd", "Verwijderd"]),
        ("Type de mouvement", &["Entrée", "Sortie", "Modification"]),
        ("Tipo de movimiento", &["Alta", "Baja", "Modificación"]),
        ("Tipo operazione", &["Inserimento", "Cancellazione"]),
        ("Typ zmiany", &["Dodano", "Usunięto"]),
        ("Операция", &["Добавлен", "Удалён"]),
        ("変更区分", &["追加", "変更", "削除"]),
    ] {
        assert_eq!(judged(heading, words), "refused", "{heading}");
    }
}

#[test]
fn what_happened_last_is_in_lists_of_everybody_too() {
    for (heading, words, is) in [
        ("Action", &["HIR", "PAY", "TER"][..], "said"),
        ("Action", &["Hire", "Transfer", "Promotion"], "said"),
        ("Event", &["Hire", "Promotion", "Termination"], "said"),
        ("Maßnahme", &["Einstellung", "Versetzung"], "said"),
        ("Last action", &["Hire", "Termination"], "said"),
        ("Record Type", &["D", "D"], "said"),
        // These have other words, or another heading.
        ("Record Type", &["Employee", "Contractor"], "nothing"),
        ("Record Status", &["A", "D"], "nothing"),
        ("Event", &["Summer party", "Picnic"], "nothing"),
        ("Action", &["View", "View"], "nothing"),
        ("Operation", &["North", "South"], "nothing"),
        ("Movimiento", &["A1", "B1"], "nothing"),
        ("Change", &["12", "14"], "nothing"),
        ("Status", &["New", "Active"], "nothing"),
        ("Plan", &["A", "D"], "nothing"),
        ("Vorgang", &["V-17", "V-18"], "nothing"),
    ] {
        assert_eq!(judged(heading, words), is, "{heading} {words:?}");
    }
}
