//! The shape of a file is found, whatever program wrote it: the same people, the same configuration.

use super::{accepted, settings_of, tried};

const PEOPLE: &str = "Employee ID;Username;E-Mail;Status\n1;jürgen;j@x.test;active\n2;zoë;z@x.test;active\n3;ann;a@x.test;left\n";

/// The same file as other programs write it.
fn siblings() -> Vec<(&'static str, Vec<u8>)> {
    let wide = |mark: bool, text: &str, to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        text.encode_utf16().flat_map(to_bytes).collect()
    };
    let western =
        |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
    vec![
        ("a mark", format!("\u{feff}{PEOPLE}").into_bytes()),
        ("line ends of Windows", PEOPLE.replace('\n', "\r\n").into_bytes()),
        ("line ends of the first Macs", PEOPLE.replace('\n', "\r").into_bytes()),
        ("commas", PEOPLE.replace(';', ",").into_bytes()),
        ("tabs", PEOPLE.replace(';', "\t").into_bytes()),
        ("bars", PEOPLE.replace(';', "|").into_bytes()),
        ("carets", PEOPLE.replace(';', "^").into_bytes()),
        ("tildes", PEOPLE.replace(';', "~").into_bytes()),
        ("unit separators", PEOPLE.replace(';', "\u{1F}").into_bytes()),
        ("sep=", format!("sep=;\n{PEOPLE}").into_bytes()),
        ("a title", format!("All people\n\n{PEOPLE}").into_bytes()),
        ("a title with separators", format!("All people;;;\n;;;\n{PEOPLE}").into_bytes()),
        ("blank lines", format!("\n\n{PEOPLE}").into_bytes()),
        ("UTF-16 of Excel", wide(true, &PEOPLE.replace(';', "\t"), u16::to_le_bytes)),
        ("UTF-16 the other way", wide(true, PEOPLE, u16::to_be_bytes)),
        ("UTF-16 without a mark", wide(false, PEOPLE, u16::to_le_bytes)),
        ("Western European", western(PEOPLE)),
        (
            "quotes",
            PEOPLE
                .lines()
                .map(|line| format!("\"{}\"\r\n", line.replace(';', "\";\"")))
                .collect::<String>()
                .into_bytes(),
        ),
        ("no line end at the end", PEOPLE.trim_end().as_bytes().to_vec()),
        (
            "other columns",
            PEOPLE
                .lines()
                .map(|line| format!("{line};x;y\n"))
                .collect::<String>()
                .replacen(";x;y", ";Badge;Room", 1)
                .into_bytes(),
        ),
    ]
}

#[test]
fn people_are_the_same_in_every_shape() {
    let (_, settings) = accepted(PEOPLE);
    let expected = tried(&settings, PEOPLE).unwrap();
    assert_eq!((expected.ends.eligible, expected.ends.disabled), (2, 1));
    for (name, file) in siblings() {
        let (_, settings) = accepted(&file);
        let trial = tried(&settings, &file).unwrap();
        assert_eq!(trial.ends, expected.ends, "{name}");
        let after =
            |people: &[crate::Person]| people.iter().map(|person| person.after.clone()).collect::<Vec<_>>();
        assert_eq!(after(&trial.people), after(&expected.people), "{name}");
        assert!(!trial.is_wrong(), "{name}: {:#?}", trial.findings);
    }
}

#[test]
fn second_headings_are_found_and_people_are_not_taken_for_them() {
    for (second, is_found) in [
        ("STATUS,USERID,Username,Custom 01", true),
        ("Status,User ID,User Name,Custom 01", true),
        ("active,1000,ann,x", false),
        ("active,anna,ann,Custom", false),
    ] {
        let file =
            format!("STATUS,USERID,USERNAME,CUSTOM01\n{second}\nactive,1001,ben,y\nactive,1002,cem,z\n");
        let (proposal, _) = accepted(&file);
        assert_eq!(proposal.text.contains("second_headings = true"), is_found, "{second}\n{}", proposal.text);
        let trial = tried(&settings_of(&proposal.text), &file).unwrap();
        assert_eq!(trial.ends.eligible, if is_found { 2 } else { 3 }, "{second}: {:#?}", trial.findings);
    }
}
