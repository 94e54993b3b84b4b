//! Files in other languages than the usual ones: blocked people and shared mailboxes get no seat.

use super::{accepted, tried, wrong};

/// True and false as Excel writes them.
const TRUTHS: [(&str, &str); 18] = [
    ("True", "False"),
    ("WAHR", "FALSCH"),
    ("VRAI", "FAUX"),
    ("VERDADERO", "FALSO"),
    ("VERO", "FALSO"),
    ("VERDADEIRO", "FALSO"),
    ("WAAR", "ONWAAR"),
    ("SAND", "FALSK"),
    ("SANN", "USANN"),
    ("SANT", "FALSKT"),
    ("TOSI", "EPÄTOSI"),
    ("PRAWDA", "FAŁSZ"),
    ("PRAVDA", "NEPRAVDA"),
    ("IGAZ", "HAMIS"),
    ("DOĞRU", "YANLIŞ"),
    ("ADEVĂRAT", "FALS"),
    ("ИСТИНА", "ЛОЖЬ"),
    ("ІСТИНА", "ХИБНІСТЬ"),
];

/// How many people may have a seat, and how many are disabled, by what `init` writes.
#[track_caller]
fn check(file: &str, export: Option<&str>, eligible: u64, disabled: u64) {
    let (proposal, settings) = accepted(file);
    assert_eq!(proposal.export.map(|export| export.name), export, "{file}");
    let trial = tried(&settings, file).unwrap();
    assert_eq!((trial.ends.eligible, trial.ends.disabled), (eligible, disabled), "{file}\n{}", proposal.text);
    assert!(wrong(&trial).is_empty(), "{file}\n{:#?}", trial.findings);
}

#[test]
fn blocked_people_get_no_seat_in_any_language_of_excel() {
    for (yes, no) in TRUTHS {
        let microsoft = format!(
            "Block credential,Licenses,User principal name\n{no},E3,ann@x.test\n{yes},E3,bob@x.test\n{no},E3,cy@x.test\n"
        );
        check(&microsoft, Some("microsoft-365"), 2, 1);
        check(&format!("login,Suspended\nann,{no}\nbob,{yes}\ncy,{no}\n"), None, 2, 1);
    }
}

#[test]
fn blocked_people_get_no_seat_in_any_export_that_names_them() {
    for (yes, no) in TRUTHS.into_iter().step_by(3) {
        let moodle = format!(
            "username,firstname,lastname,email,suspended,deleted\nann,A,B,a@x.test,{no},{no}\nbob,B,C,b@x.test,{yes},{no}\n\
             cy,C,D,c@x.test,{no},{yes}\ndee,D,E,d@x.test,{no},{no}\n"
        );
        check(&moodle, Some("moodle"), 2, 2);
        let template = format!(
            "version:v1.0,\nUser name [userPrincipalName] Required,Block sign in (Yes/No) [accountEnabled] Required\n\
             ann@x.test,{no}\nbob@x.test,{yes}\ncy@x.test,{no}\n"
        );
        check(&template, Some("entra-template"), 2, 1);
        check(&format!("login,Geblokkeerd\nann,{no}\nbob,{yes}\ncy,{no}\n"), None, 2, 1);
    }
}

#[test]
fn unknown_word_of_a_blocked_column_gives_no_seat_and_is_said() {
    for file in [
        "Block credential,Licenses,User principal name\nquux,E3,ann@x.test\nfrob,E3,bob@x.test\n",
        "username,firstname,lastname,email,suspended\nann,A,B,a@x.test,quux\nbob,B,C,b@x.test,0\n",
        "login,Suspended\nann,no\nbob,quux\n",
    ] {
        let (proposal, settings) = accepted(file);
        assert!(!proposal.text.contains("else ="), "{}", proposal.text);
        assert!(proposal.notes.iter().any(|note| note.contains("quux")), "{:#?}", proposal.notes);
        assert!(tried(&settings, file).unwrap().ends.eligible < 2, "{}", proposal.text);
    }
    // Nothing is written, but it is said.
    let (proposal, settings) = accepted("login,Geblokkeerd\nann,quux\nbob,frob\n");
    assert!(proposal.notes.iter().any(|note| note.contains("Geblokkeerd")), "{:#?}", proposal.notes);
    assert!(settings.mapping.active.is_none());
}

#[test]
fn empty_cell_is_a_no_only_where_the_export_leaves_it_empty() {
    let moodle = "username,firstname,lastname,email,suspended\nann,A,B,a@x.test,\nbob,B,C,b@x.test,1\n";
    check(moodle, Some("moodle"), 1, 1);
    check("login,Suspended\nann,\nbob,yes\ncy,\n", None, 2, 1);
    // The admin centre always writes a word.
    let microsoft = "Block credential,Licenses,User principal name\n,E3,ann@x.test\nTrue,E3,bob@x.test\nFalse,E3,cy@x.test\n";
    let (_, settings) = accepted(microsoft);
    let ends = tried(&settings, microsoft).unwrap().ends;
    assert_eq!((ends.eligible, ends.disabled, ends.rejected), (1, 1, 1));
}

#[test]
fn shared_mailboxes_are_out_of_scope_in_every_language() {
    for (heading, word) in [
        ("Licenses", "Unlicensed"),
        ("Lizenzen", "Nicht lizenziert"),
        ("Licences", "Sans licence"),
        ("Licencias", "Sin licencia"),
        ("Licenze", "Senza licenza"),
        ("Licenties", "Zonder licentie"),
        ("Licenças", "Sem licença"),
        ("Licenser", "Olicensierad"),
        ("Licencje", "Bez licencji"),
        ("Lizenzen", ""),
        ("Licenses", "-"),
    ] {
        let file = format!(
            "Block credential,{heading},User principal name\nFalse,E3,ann@x.test\nFalse,E3+Visio,bob@x.test\n\
             False,{word},info@x.test\n"
        );
        let (proposal, settings) = accepted(&file);
        let ends = tried(&settings, &file).unwrap().ends;
        assert_eq!((ends.eligible, ends.out_of_scope), (2, 1), "{heading} {word}\n{}", proposal.text);
        assert!(
            !proposal.notes.iter().any(|note| note.contains("keeps anybody out")),
            "{:#?}",
            proposal.notes
        );
    }
}

#[test]
fn file_in_which_nobody_is_unlicensed_is_said() {
    let file = |word: &str| {
        format!(
            "Block credential,Lizenzen,User principal name\nFalsch,E3,ann@x.test\nFalsch,{word},bob@x.test\n"
        )
    };
    let (proposal, settings) = accepted(file("F3"));
    assert!(proposal.notes.iter().any(|note| note.contains("keeps anybody out")), "{:#?}", proposal.notes);
    for (word, eligible) in [("F3", 2), ("Nicht lizenziert", 1), ("Sans licence", 1), ("", 1)] {
        assert_eq!(tried(&settings, file(word)).unwrap().ends.eligible, eligible, "{word}");
    }
    // Nobody at all has one: the column means something else.
    let nobody = "Block credential,Lizenzen,User principal name\nFalsch,,ann@x.test\nFalsch,,bob@x.test\n";
    let (_, settings) = accepted(nobody);
    assert_eq!(tried(&settings, nobody).unwrap().ends.eligible, 2);
}

#[test]
fn account_control_of_active_directory_says_who_is_disabled() {
    for (heading, rows, eligible, disabled) in [
        ("userAccountControl", &["512", "514", "66048", "66050", "544", "546"][..], 3, 3),
        ("userAccountControl", &["512", "512", "514"], 2, 1),
        ("UserAccountControl", &["0x200", "0x202", "0x10200"], 2, 1),
        ("User Account Control", &["262656", "4194818", "590336"], 2, 1),
        // Nobody is disabled.
        ("userAccountControl", &["512", "66048"], 2, 0),
    ] {
        let people = |columns: &str, head: &str| {
            let rows = rows.iter().enumerate().map(|(at, word)| {
                format!("{}\n", columns.replace('#', &format!("p{at}")).replace('*', word))
            });
            format!("{head}\n{}", rows.collect::<String>())
        };
        check(&people("#,*", &format!("Login,{heading}")), None, eligible, disabled);
        let (head, row) = (format!("SamAccountName,DistinguishedName,{heading}"), "#,\"CN=#,DC=x\",*");
        let file = people(row, &head);
        let (proposal, settings) = accepted(&file);
        let trial = tried(&settings, &file).unwrap();
        assert_eq!((trial.ends.eligible, trial.ends.disabled), (eligible, disabled), "{}", proposal.text);
        assert!(!proposal.text.contains("else ="), "{}", proposal.text);
    }
}

#[test]
fn account_control_without_numbers_is_said() {
    let (proposal, settings) = accepted("Login,userAccountControl\nann,NormalAccount\nbob,Disabled\n");
    assert!(proposal.notes.iter().any(|note| note.contains("has no numbers")), "{:#?}", proposal.notes);
    assert!(settings.mapping.active.is_none());
    let both = "SamAccountName,Enabled,userAccountControl\nann,True,512\nbob,False,514\n";
    check(both, Some("active-directory"), 1, 1);
    assert!(!accepted(both).0.text.contains("userAccountControl"));
    // A number that the file does not have rejects the row.
    let (_, settings) = accepted("Login,userAccountControl\nann,512\nbob,514\n");
    assert_eq!(tried(&settings, "Login,userAccountControl\nann,512\nbob,9999\n").unwrap().ends.rejected, 1);
}
