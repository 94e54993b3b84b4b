//! No cell of a column that the configuration does not name is shown (rule 47), whatever is found in it.

use super::{accepted, proposed, settings, tried};
use crate::{Proposal, Trial};

/// Everything that a person or a program can see of both.
fn shown(proposal: &Proposal, trial: &Trial) -> String {
    format!("{proposal:?}{trial:?}")
}

#[test]
fn secrets_beside_people_are_nowhere() {
    let files = [
        "id,login,password,PIN,notes\n1,ann,Geheim-1,4711,Geheim-2\n2,ben,Geheim-3,4712,Geheim-4\n",
        "Username;Kennwort;State;Status\nann;Geheim-1;Geheim-2;Geheim-3\nben;Geheim-4;Geheim-5;Geheim-6\n",
        "id,login,action\n1,ann,Geheim-1\n2,ben,Geheim-2\n",
        "id,login,suspended\n1,ann,Geheim-1\n2,ben,Geheim-2\n",
        "id,login,hire date,end date\n1,ann,Geheim-1,Geheim-2\n2,ben,Geheim-3,Geheim-4\n",
        "Geheim-0\nid,login,x\n1,ann,Geheim-1\n2,ben,Geheim-2\n",
    ];
    for file in files {
        let (proposal, settings) = accepted(file);
        let trial = tried(&settings, file).unwrap();
        let shown = shown(&proposal, &trial);
        assert!(!shown.contains("Geheim"), "{shown}");
    }
}

#[test]
fn secrets_of_a_refused_file_are_nowhere() {
    let keyed = settings("match_field = \"id\"", "username = \"login\"");
    let files = [
        "id,login,pass\n1,ann,\"Geheim-1\n2,ben,Geheim-2\n",
        "login,pass\nann,Geheim-1\n",
        "action,login,pass\nD,ann,Geheim-1\n",
        "1,ann@x.test,Geheim-1\n2,ben@x.test,Geheim-2\n",
        "id,login,pass\n,ann,Geheim-1\n,ben,Geheim-2\n",
        "id,login,pass\n1,ann,Geheim-1,Geheim-2\n2,ben\n3,cem,Geheim-3\n",
    ];
    for file in files {
        let both = format!("{:?}{:?}", proposed(file), tried(&keyed, file));
        let told = |error: &dyn std::fmt::Display| error.to_string();
        let texts = [
            proposed(file).map_or_else(|error| told(&error), |proposal| proposal.text),
            tried(&keyed, file).map_or_else(|error| told(&error), |trial| format!("{trial:?}")),
        ];
        assert!(!texts.iter().any(|text| text.contains("Geheim")), "{texts:?}\n{both}");
    }
}

#[test]
fn file_without_headings_is_refused_without_a_word_of_it() {
    for file in [
        "1,ann@x.test,Ann\n2,ben@x.test,Ben\n",
        "00123;Ann;Lee\n00124;Ben;Kay\n",
        "Ann\tLee\tann.lee@x.test\nBen\tKay\tben.kay@x.test\n",
        "2019-01-01,Ann\n2020-01-01,Ben\n",
    ] {
        let refused = proposed(file).unwrap_err().to_string();
        assert!(refused.contains("line 1") && !refused.contains("nn"), "{refused}");
    }
    // A number may head a column where others are known.
    accepted("#,Employee ID,2026\n1,7,x\n2,8,y\n");
}
