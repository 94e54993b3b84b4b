//! How known exports are recognised: files that only look like one, and what Active Directory's tools write beside people.

use super::{accepted, tried, wrong};

#[track_caller]
fn export_of(file: &str) -> Option<&'static str> {
    accepted(file).0.export.map(|export| export.name)
}

#[test]
fn other_systems_are_not_taken_for_a_known_one() {
    for (head, known) in [
        ("username,email,firstname,lastname,suspended", Some("moodle")),
        ("username,email,First Name,Last Name,activated", Some("snipe-it-people")),
        ("login,email,firstname,lastname,status", Some("okta")),
    ] {
        let file = |more: &str, cells: [&str; 2]| {
            let [ann, bob] = cells;
            let values = if head.ends_with("status") { ["ACTIVE", "SUSPENDED"] } else { ["False", "False"] };
            format!(
                "{head}{more}\nann,ann@x.test,Ann,Lee,{}{ann}\nbob,bob@x.test,Bob,Ray,{}{bob}\n",
                values[0], values[1]
            )
        };
        assert_eq!(export_of(&file("", ["", ""])), known, "{head}");
        let state = if head.ends_with("status") { "enabled" } else { "state" };
        assert_eq!(export_of(&file(&format!(",{state}"), [",true", ",false"])), None, "{head}");
    }
    // JumpCloud: each column that says who may sign in is asked.
    let file = "username,email,firstname,lastname,activated,suspended,state,_id\n\
                ann,ann@x.test,Ann,Lee,True,False,ACTIVATED,5f01\nbob,bob@x.test,Bob,Ray,True,True,SUSPENDED,5f02\n\
                cy,cy@x.test,Cy,Fox,False,False,STAGED,5f03\ndi,di@x.test,Di,Poe,True,False,ACTIVATED,5f04\n";
    let (proposal, settings) = accepted(file);
    assert!(proposal.export.is_none());
    assert_eq!(tried(&settings, file).unwrap().ends.eligible, 2, "{}", proposal.text);
}

#[test]
fn personnel_file_with_an_account_column_is_asked_for_it() {
    for head in [
        "ID,First name,Last name,Email,Status,Hire date",
        "Employee #,First name,Last name,Work Email,Status,Hire date",
        "Employee_ID,First_Name,Last_Name,Primary_Work_Email,Worker_Status,Hire_Date",
    ] {
        let rows =
            "71,Ann,Lee,ann@x.test,Active,2019-01-01,True\n72,Bob,Ray,bob@x.test,Active,2019-01-01,False\n";
        let file = format!("{head},Account Enabled\n{rows}");
        let (proposal, settings) = accepted(&file);
        assert!(proposal.export.is_none(), "{head}");
        assert_eq!(tried(&settings, &file).unwrap().ends.eligible, 1, "{}", proposal.text);
        assert!(export_of(&file.replace("Account Enabled", "Shoe size")).is_some(), "{head}");
    }
}

#[test]
fn computers_of_active_directory_are_no_people() {
    let dc = "DC=x,DC=test";
    for (user, computer, group) in [
        ("user", "computer", "group"),
        (
            "top;person;organizationalPerson;user",
            "top;person;organizationalPerson;user;computer",
            "top;group",
        ),
        ("inetOrgPerson", "msDS-GroupManagedServiceAccount", "contact"),
    ] {
        let file = format!(
            "DN,objectClass,displayName,userAccountControl,sAMAccountName,mail\n\
             \"CN=a,{dc}\",{user},Ann Lee,512,ann,ann@x.test\n\"CN=b,{dc}\",{user},Bob Ray,514,bob,bob@x.test\n\
             \"CN=p,{dc}\",{computer},PC1,4096,PC1$,\n\"CN=g,{dc}\",{group},All staff,,staff,\n\
             \"CN=e,{dc}\",{user},Eve Poe,66048,eve,eve@x.test\n"
        );
        let (proposal, settings) = accepted(&file);
        let trial = tried(&settings, &file).unwrap();
        assert!(wrong(&trial).is_empty(), "{:#?}", trial.findings);
        assert_eq!(
            (trial.ends.eligible, trial.ends.disabled, trial.ends.out_of_scope),
            (2, 1, 2),
            "{}",
            proposal.text
        );
        // Get-ADObject without the class, and without the number.
        let without = file
            .replace("objectClass", "quux")
            .replace(group, user)
            .replace("staff,", "fay,")
            .replace(",,fay", ",512,fay");
        let (_, settings) = accepted(&without);
        assert_eq!(tried(&settings, &without).unwrap().ends.eligible, 3, "{without}");
        let without = without.replace("userAccountControl", "quax");
        let (_, settings) = accepted(&without);
        let trial = tried(&settings, &without).unwrap();
        assert_eq!((trial.ends.eligible, trial.ends.out_of_scope), (4, 1), "{without}");
    }
    // Exchange watches itself by accounts that are enabled.
    let file = "SamAccountName,Enabled\nann,True\nbob,True\nHealthMailbox0a1b,True\n";
    assert_eq!(tried(&accepted(file).1, file).unwrap().ends.eligible, 2);
    let (proposal, _) = accepted("SamAccountName,Enabled\nPC1$,True\nPC2$,True\n");
    assert!(proposal.notes.iter().any(|note| note.contains("computers")), "{:#?}", proposal.notes);
    // People only: no condition.
    let file = "sAMAccountName,objectClass,Enabled\nann,user,True\nbob,user,True\n";
    assert!(accepted(file).1.mapping.scope.is_empty());
}

#[test]
fn accounts_of_computers_are_never_enabled() {
    let file = "login;userAccountControl\nann;512\nbob;66050\npc;4096\ndc;532480\ntrust;2080\npc2;69632\n";
    let (_, settings) = accepted(file);
    let trial = tried(&settings, file).unwrap();
    assert_eq!((trial.ends.eligible, trial.ends.disabled), (1, 5), "{:#?}", trial.findings);
}
