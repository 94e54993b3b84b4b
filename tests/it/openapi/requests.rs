//! What a request may hold: the description's texts against the parsers that read them.

use rollcall_core::username::Username;

use super::{description, follow};

#[test]
fn a_username_is_described_as_it_is_read() {
    let pattern = description()["components"]["schemas"]["Username"]["pattern"].clone();
    let pattern = regex_lite::Regex::new(pattern.as_str().unwrap()).unwrap();
    let is_described = |text: &str| pattern.is_match(text);
    // At each end and within, every character of the basic plane, and of the blocks beyond it in which some cannot be seen.
    let beyond =
        ('\u{1BC00}'..='\u{1BCFF}').chain('\u{1D100}'..='\u{1D1FF}').chain('\u{DFFF0}'..='\u{E1010}');
    for c in ('\0'..='\u{FFFF}').chain(beyond) {
        for text in [format!("{c}"), format!("{c}ann"), format!("ann{c}"), format!("a{c}n")] {
            assert_eq!(is_described(&text), Username::parse(&text).is_ok(), "{text:?}");
        }
    }
    for (chars, is_good) in [(0, false), (1, true), (2, true), (255, true), (256, false)] {
        let text = format!(" {}\t", "é".repeat(chars));
        assert_eq!(is_described(&text), is_good, "{chars}");
        assert_eq!(Username::parse(&text).is_ok(), is_good, "{chars}");
    }
}

#[test]
fn a_text_in_a_query_is_described_as_not_empty() {
    let description = description();
    let paths = description["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
    let parameters =
        operations.flat_map(|operation| operation["parameters"].as_array().into_iter().flatten());
    let in_query = parameters.map(|it| follow(&description, it)).filter(|it| it["in"] == "query");
    let mut seen = 0;
    for parameter in in_query {
        let schema = follow(&description, &parameter["schema"]);
        let is_text = schema["type"] == "string";
        let is_filled = ["pattern", "enum"].iter().any(|it| schema.get(it).is_some())
            || schema["minLength"].as_u64() > Some(0);
        assert!(!is_text || is_filled, "{parameter}");
        seen += usize::from(is_text);
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn whoever_is_named_by_username_is_described_so() {
    let description = description();
    let schemas = &description["components"]["schemas"];
    let named = [
        &schemas["NewAccount"]["properties"]["username"],
        &schemas["Rename"]["properties"]["username"],
        &schemas["GiveSeat"]["properties"]["from"]["oneOf"][0],
        &description["components"]["parameters"]["UsernamePath"]["schema"],
    ];
    for schema in named {
        assert_eq!(schema["$ref"], "#/components/schemas/Username", "{schema}");
    }
}
