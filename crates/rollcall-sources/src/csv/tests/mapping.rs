//! The mapping language on rows of files: exports as other systems write them, and what each row becomes.

use super::{check, shown};
use crate::error::Error;
use rollcall_config::{Config, CsvSettings, SourceSettings};
use rollcall_core::entry::{EntryStatus, Record};

/// The settings of a source with these lines above its mapping and in it.
fn source(match_field: &str, above: &str, mapping: &str) -> CsvSettings {
    let text = format!(
        "[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\nmatch_field = {match_field:?}\n\
         {above}\n[source.mapping]\n{mapping}\n"
    );
    let config = Config::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}\nin:\n{text}"));
    let SourceSettings::Csv(settings) = config.sources.into_iter().next().expect("a source").settings else {
        panic!("a file")
    };
    settings
}

/// What each row is outside, and from when until when it counts.
fn scopes(settings: &CsvSettings, bytes: &str) -> Vec<String> {
    let mut shown = Vec::new();
    let read = crate::csv::read(settings, bytes.as_bytes(), bytes.len() as u64, &mut |row| {
        shown.push(match row.record {
            Record::Entry(entry) => {
                let status = match &entry.status {
                    EntryStatus::Enabled => String::from("in"),
                    EntryStatus::Disabled => String::from("disabled"),
                    EntryStatus::OutOfScope { condition } => format!("outside {condition}"),
                };
                let days = |at: Option<rollcall_core::time::Timestamp>| {
                    at.map_or(String::from("-"), |at| (at.as_millis() / 86_400_000).to_string())
                };
                let created: Vec<String> =
                    entry.created_fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let parts = [
                    status,
                    days(entry.starts),
                    days(entry.ends),
                    entry.priority.to_string(),
                    created.join(","),
                ];
                format!("{} {}", entry.key.original(), parts.join(" "))
            }
            Record::Rejected(row) => format!("{}: {:?}", row.line, row.reason),
        });
    });
    let _: Result<crate::csv::Summary, Error> = read;
    shown
}

#[test]
fn microsoft_365_blocks_those_who_are_blocked() {
    let file = "\u{FEFF}Block credential,Display name,First name,Last name,User principal name,Proxy addresses,Licenses,Is admin\n\
                False,,Ann,Lee,ann@x.test,smtp:a.lee@x.test+SMTP:ann@x.test,E3,True\n\
                True,Bob,Bob,Gone,bob@x.test,,Unlicensed,False\n\
                False,Info,,,info@x.test,,Unlicensed,False\n\
                ,Cy,Cy,New,cy_y.test#EXT#@x.test,,E3,\n\
                N/A,Di,Di,New,di@x.test,,E3,False\n";
    let settings = source(
        "User principal name",
        "where = [\"not 'User principal name' contains '#EXT#'\", \"Licenses != Unlicensed\"]",
        "active = { column = \"Block credential\", false = [\"True\"], else = true }\n\
         admin = { column = \"Is admin\", true = [\"True\"], false = [\"False\"] }\n\
         display_name = \"{First name} {Last name}\"\n\
         email = \"{Proxy addresses | split + | starting SMTP: | after SMTP: | or User principal name}\"",
    );
    check(
        "Microsoft 365",
        &settings,
        file.as_bytes(),
        &[
            "2 ann@x.test admin=true display_name=\"Ann Lee\" email=\"ann@x.test\"",
            "3 bob@x.test outside",
            "4 info@x.test outside",
            "5 cy_y.test#EXT#@x.test outside",
            "6 di@x.test rejected: the cell under \"Block credential\" is empty; …",
        ],
    );
    assert_eq!(scopes(&settings, file)[1], "bob@x.test outside Licenses != Unlicensed - - 0 ");
}

#[test]
fn columns_that_must_agree_are_all_asked() {
    let settings = source(
        "sourcedId",
        "where = [\"role != parent\"]",
        "username = \"username\"\n\
         active = [{ column = \"enabledUser\", true = [\"true\"], false = [\"false\"] }, \
                   { column = \"status\", false = [\"tobedeleted\"], else = true, empty = true }]",
    );
    let file = "sourcedId,status,enabledUser,role,username\nu1,,true,teacher,ann\nu2,tobedeleted,true,student,bob\n\
                u3,active,false,student,cy\nu4,,true,parent,di\nu5,tobedeleted,what,student,ed\nu6,,,student,flo\n";
    check(
        "OneRoster",
        &settings,
        file.as_bytes(),
        &[
            "2 u1 username=ann",
            "3 u2 username=bob disabled",
            "4 u3 username=cy disabled",
            "5 u4 username=di outside",
            "6 u5 username=ed disabled",
            "7 u6 username=flo rejected: the cell under \"enabledUser\" is empty; …",
        ],
    );
}

#[test]
fn empty_status_means_what_the_configuration_says() {
    let moodle = source(
        "username",
        "",
        "active = [{ column = \"suspended\", true = [\"0\"], false = [\"1\"], empty = true }, \
                   { column = \"deleted\", true = [\"0\"], false = [\"1\"], empty = true }]",
    );
    let file = "username,suspended,deleted\nann,0,0\nbob,1,0\ncy,,\ned,0,1\nflo,2,0\n";
    check(
        "Moodle",
        &moodle,
        file.as_bytes(),
        &[
            "2 ann",
            "3 bob disabled",
            "5 ed disabled",
            "6 flo rejected: the cell under \"suspended\" is \"2\"; write one of 0 or one of 1. Or, …",
            "4 cy",
        ],
    );
}

#[test]
fn words_for_nothing_are_empty_everywhere() {
    let settings = source(
        "id",
        "immutable_id = \"guid\"",
        "username = \"login\"\nemail = \"mail\"\nadmin = \"admin\"\ntitle = \"{title | else none}\"",
    );
    let file = "id,guid,login,mail,admin,title\n\
                1,NULL,ann,NULL,N/A,-\n\
                2,NULL,\\N,n/a,,#REF!\n\
                NULL,x3,cy,,no,\n\
                -,x4,di,,no,\n\
                5,x5,Null,Null@x.test,no,Null\n";
    check(
        "nothing",
        &settings,
        file.as_bytes(),
        &[
            "2 1 username=ann title=\"none\"",
            "3 2 username=- title=\"none\"",
            "4 - id=x3 username=cy rejected: no match key",
            "5 - id=x4 username=di rejected: no match key",
            "6 5 id=x5 username=Null admin=false email=\"Null@x.test\" title=\"Null\"",
        ],
    );
    let own = source("id", "nothing = [\"keine\"]", "email = \"mail\"");
    check("own words", &own, b"id,mail\n1,Keine\n2,NULL\n", &["2 1", "3 2 email=\"NULL\""]);
}

#[test]
fn error_of_a_spreadsheet_is_an_empty_value_in_every_language() {
    let errors =
        ["#REF!", "#N/A", "#ИМЯ?", "#¿NOMBRE?", "#ÜBERLAUF!", "#I/T", "#Н/Д", "#####", "Err:502", "Błąd:508"];
    for above in ["", "nothing = [\"keine\"]"] {
        let settings =
            source("id", above, "username = \"login\"\nemail = \"mail\"\ntitle = \"{title | else none}\"");
        for error in errors {
            let file = format!("id,login,mail,title\n1,ann,{error},{error}\n");
            check(error, &settings, file.as_bytes(), &["2 1 username=ann title=\"none\""]);
            let file = format!("id,login,mail,title\n{error},ann,a@x,\n2,{error},,\n");
            let damaged = |heading: &str| {
                format!("rejected: the cell under {heading:?} is the error of a spreadsheet, …")
            };
            let rows = [
                format!("2 - username=ann {}", damaged("id")),
                format!("3 2 username=- {}", damaged("login")),
            ];
            check(error, &settings, file.as_bytes(), &[&rows[0], &rows[1]]);
        }
        check(
            "chosen",
            &settings,
            b"id,login,mail,title\n1,ann,#YesWeCan!,#1 in sales\n",
            &["2 1 username=ann email=\"#YesWeCan!\" title=\"#1 in sales\""],
        );
    }
}

#[test]
fn key_may_be_made_of_columns() {
    let settings = source(
        "{site}-{id | unpad 0 | pad 5 0}",
        "immutable_id = \"{guid | lower}\"",
        "username = \"{first}.{last | slug}\"",
    );
    check(
        "templates",
        &settings,
        "site,id,guid,first,last\nOSL,00042,AB,Ann,Østby Lee\nOSL,,CD,Bob,Lee\nOSL,7,,Cy,\nOSL,#N/A,EF,Di,Li\nOSL,1.2E+15,GH,Ed,Li\n".as_bytes(),
        &[
            "2 OSL-00042 id=ab username=Ann.ostby-lee",
            "3 - id=cd username=Bob.lee rejected: no match key",
            "4 OSL-00007 username=-",
            "5 - id=ef username=Di.li rejected: the cell under \"id\" is …",
            "6 - id=gh username=Ed.li rejected: the cell under \"id\" is …",
        ],
    );
}

#[test]
fn dates_priority_and_fields_of_the_creation_are_read() {
    let settings = source(
        "id",
        "",
        "priority = \"grade\"\nstarts = { from = \"hired\", format = \"dd.mm.yyyy\" }\nends = \"left\"\n\
         theme = { from = \"theme\", written = \"created\" }\nteam = \"team\"",
    );
    let file = "id,grade,hired,left,theme,team\n1,3,02.01.1970,1970-01-03,dark,a\n2,,,0000-00-00,,b\n3,A,01.01.1970,,,\n\
                4,-1,,,,\n5,1,1970-01-01,,,\n6,1,,soon,,\n7,1.5,,,,\n8,70000,,,,\n";
    let said = scopes(&settings, file);
    assert_eq!(&said[..2], ["1 in 1 3 3 theme=dark", "2 in - - 65535 "]);
    for (row, expected) in [
        (
            2,
            "4: Unreadable(\"the cell under \\\"grade\\\" is \\\"A\\\"; expected a number from 0 to 65535\")",
        ),
        (
            3,
            "5: Unreadable(\"the cell under \\\"grade\\\" is \\\"-1\\\"; expected a number from 0 to 65535\")",
        ),
        (
            4,
            "6: Unreadable(\"the cell under \\\"hired\\\" is \\\"1970-01-01\\\"; expected a date as dd.mm.yyyy\")",
        ),
        (
            5,
            "7: Unreadable(\"the cell under \\\"left\\\" is \\\"soon\\\"; expected a date such as 2026-05-31 (or set `format`)\")",
        ),
        (
            6,
            "8: Unreadable(\"the cell under \\\"grade\\\" is \\\"1.5\\\"; expected a number from 0 to 65535\")",
        ),
        (
            7,
            "9: Unreadable(\"the cell under \\\"grade\\\" is \\\"70000\\\"; expected a number from 0 to 65535\")",
        ),
    ] {
        assert_eq!(said[row], expected);
    }
}

#[test]
fn column_of_a_template_that_is_missing_is_refused() {
    let settings = source("id", "where = [\"Department = Sales\"]", "email = \"{mail | or upn}\"");
    let said = shown(&settings, b"id,mail\n1,a\n");
    assert!(
        said[0].starts_with("refused: ") && said[0].contains("\"upn\"") && said[0].contains("\"Department\""),
        "{said:?}"
    );
}
