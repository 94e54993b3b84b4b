//! Any file at all: `init` and `check --file` end without a panic, and what `init` writes is read without a mistake.
//!
//! The long ones are ignored at home; `.ci/run` runs them with a fixed seed.

use super::{proposed, settings, settings_of, tried};
use proptest::prelude::*;

/// Headings and cells that exports have, and what harms.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Employee ID",
        "Login",
        "Status",
        "Suspended",
        "Gesperrt",
        "Hire date",
        "End date",
        "E-Mail",
        "First name",
        "Last name",
        "action",
        "id",
        "sourcedId",
        "enabledUser",
        "username",
        "User principal name",
        "Block credential",
        "Licenses",
        "Object Id",
        "Proxy addresses",
        "Active",
        "Terminated",
        "ja",
        "no",
        "True",
        "01.02.2020",
        "2020-01-02",
        "12/31/2020",
        "133000000000000000",
        "ann@x.test",
        "NULL",
        "-",
        "Unlicensed",
        "{id}",
        "a|b",
        "it's",
        "\"",
        "\\",
        "''",
        "{{",
        "}",
        "in",
        "is empty",
        "contains x",
        "#",
        "sep=;",
        "version:v1.0",
        "\u{feff}",
        "\u{0}",
        "\u{fffd}",
        "Total: 3",
        "D",
        "A",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => any::<String>(), 1 => "[ -~]{0,12}"]
}

/// A table that may be one of people.
fn table() -> impl Strategy<Value = Vec<u8>> {
    let rows = prop::collection::vec(prop::collection::vec(piece(), 1..8), 1..8);
    let separators = prop::sample::select(vec![",", ";", "\t", "|"]);
    (rows, separators, any::<bool>(), 0..4_u8).prop_map(|(rows, separator, is_quoted, encoding)| {
        let cell = |cell: &String| {
            if is_quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        };
        let lines = rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(separator) + "\n");
        let text: String = lines.collect();
        match encoding {
            0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
            _ => text.into_bytes(),
        }
    })
}

/// What must hold for any bytes.
fn holds(file: &[u8]) {
    if let Ok(proposal) = proposed(file) {
        // It panics where the text has a mistake.
        let settings = settings_of(&proposal.text);
        let _ = tried(&settings, file);
    }
    let other = "username = \"Login\"\nactive = \"Status\"\nstarts = \"Hire date\"\nemail = \"{E-Mail | or Login | lower}\"";
    let _ = tried(
        &settings("match_field = \"{id | or Employee ID}\"\nwhere = [\"Status != Left\"]", other),
        file,
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_table_gives_a_configuration_that_is_read(file in table()) {
        holds(&file);
    }

    #[test]
    fn any_bytes_give_an_answer(file in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&file);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    #[ignore = "long: run by .ci/run"]
    fn any_table_gives_a_configuration_that_is_read_for_long(file in table()) {
        holds(&file);
    }
}
