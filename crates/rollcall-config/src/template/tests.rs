//! Templates: what they make, how they are shown, and what is said of those that are wrong.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The value of a template for a person; several values of an attribute are separated by `+`.
fn value(template: &str, person: &[(&str, &str)]) -> String {
    let template: Template = template.parse().expect(template);
    let person: BTreeMap<&str, &str> = person.iter().copied().collect();
    template
        .value(&|column: &String| several(person.get(column.as_str()).copied().unwrap_or_default()))
        .into_owned()
}

fn several(text: &str) -> Values<'_> {
    Values::several(text.split('\u{1}').map(Cow::Borrowed))
}

fn whole(template: &str, person: &[(&str, &str)]) -> String {
    let template: Template = template.parse().expect(template);
    let person: BTreeMap<&str, &str> = person.iter().copied().collect();
    let look = |column: &String| Values::one(person.get(column.as_str()).copied().unwrap_or_default());
    template.whole_value(&look).into_owned()
}

#[test]
fn plain_name_is_a_column_and_is_not_copied() {
    let template: Template = "First | Name".parse().unwrap();
    assert_eq!(template.as_column().map(String::as_str), Some("First | Name"));
    let cell = String::from("Ann");
    let value = template.value(&|_| Values::one(cell.as_str()));
    assert!(matches!(value, Cow::Borrowed(text) if std::ptr::eq(text, cell.as_str())));
}

#[test]
fn template_of_which_no_column_has_a_value_is_empty() {
    assert_eq!(value("{first}.{last}@x.test", &[]), "");
    assert_eq!(value("{first} {middle} {last}", &[("first", "Ann"), ("last", "Lee")]), "Ann Lee");
    assert_eq!(value("{last}, {first}", &[("last", "Lee")]), "Lee,");
}

#[test]
fn half_a_key_is_no_key() {
    assert_eq!(whole("{site}-{id}", &[("site", "OSL")]), "");
    assert_eq!(whole("{site}-{id}", &[("site", "OSL"), ("id", "7")]), "OSL-7");
    assert_eq!(whole("{site | else HQ}-{id}", &[("id", "7")]), "HQ-7");
    assert_eq!(whole("{first}{middle | else ''}", &[("first", "Ann")]), "Ann");
}

#[test]
fn first_of_several_values_counts() {
    let addresses = [("proxyAddresses", "smtp:a.lee@x.test\u{1}SMTP:ann@x.test")];
    assert_eq!(value("proxyAddresses", &addresses), "smtp:a.lee@x.test");
    assert_eq!(value("{proxyAddresses | starting SMTP: | after SMTP:}", &addresses), "ann@x.test");
    assert_eq!(value("{proxyAddresses | value 3 | else none}", &addresses), "none");
    assert_eq!(value("{proxyAddresses | after : | join ' / '}", &addresses), "a.lee@x.test / ann@x.test");
}

#[test]
fn mistakes_are_named_with_their_position_and_the_cure() {
    for (text, expected) in [
        ("", "at character 1: there is nothing; write the name of a column"),
        ("{", "at character 2: the name of a column is missing; write for example {mail}"),
        ("a {mail", "at character 3: the { is not closed; write } after the column and its filters"),
        ("a}", "at character 2: there is a } without a { before it; write }} for the character itself"),
        ("{{a}}", "at character 1: no column is named; write one in braces: {mail}"),
        ("{mail | lowr}", "at character 9: there is no filter `lowr`; did you mean `lower`?"),
        (
            "{mail|}",
            "at character 7: a filter is missing after the |; a | in the name of a column needs quotes around the name",
        ),
        ("{mail | lower 3}", "at character 15: expected | and a filter, or } after this"),
        ("{mail | before}", "at character 15: a text is missing; write for example: before @"),
        ("{mail | before ''}", "at character 15: the text must not be empty; write for example: before @"),
        ("{id | pad 800 0}", "at character 11: expected a number from 1 to 64, for example: pad 8 0"),
        ("{id | pad 8}", "at character 12: expected one character, for example: pad 8 0"),
        ("{id | first 0}", "at character 13: expected a number from 1 to 1000, for example: first 3"),
        ("{ä | or }", "at character 9: the column is missing; write for example: or userPrincipalName"),
        (
            "{c | map DE}",
            "at character 12: expected = after a value; write for example: map DE=Germany, FR=France",
        ),
        ("{c | map DE=A, de=B}", "at character 16: \"de\" is listed twice; remove one"),
        (
            "{c | replace x}",
            "at character 15: the text in its place is missing; write for example: replace ' ' . (or '' for nothing)",
        ),
        ("{'a}", "at character 2: the quote ' is not closed; write ' at its end"),
        ("{a{b}", "at character 2: there is a { in the name of a column; write the name in quotes: {'a{b'}"),
    ] {
        let said =
            text.parse::<Template>().map(|template| template.to_string()).map_err(|error| error.to_string());
        assert_eq!(said, Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn names_of_columns_with_special_characters_are_quoted() {
    for (text, column) in [
        ("{'a|b'}", "a|b"),
        ("{'a{b}c'}", "a{b}c"),
        ("{\"it's\"}", "it's"),
        ("{'it''s'}", "it's"),
        ("{ Employee's name }", "Employee's name"),
        ("Straße (Haus)", "Straße (Haus)"),
    ] {
        let template: Template = text.parse().unwrap();
        assert_eq!(template.as_column().map(String::as_str), Some(column), "{text}");
        assert_eq!(template.to_string().parse::<Template>().unwrap(), template, "{text}");
    }
}

/// Any filter as it may be written.
fn filter() -> impl Strategy<Value = String> {
    let text = "('[^']{0,4}'|[a-zA-Z0-9@.,:ß-]{1,4})";
    prop_oneof![
        prop::sample::select(vec!["lower", "upper", "title", "trim", "unaccent", "slug", "digits"])
            .prop_map(str::to_owned),
        (prop::sample::select(vec!["else", "join"]), text).prop_map(|(name, text)| format!("{name} {text}")),
        (
            prop::sample::select(vec!["before", "after", "before_last", "after_last", "split", "starting"]),
            "[a@.+ß-]{1,2}"
        )
            .prop_map(|(name, text)| format!("{name} {text}")),
        (prop::sample::select(vec!["first", "last", "word", "value"]), 1..=100_usize)
            .prop_map(|(name, number)| format!("{name} {number}")),
        ("[a-z]{1,2}", text).prop_map(|(from, to)| format!("replace {from} {to}")),
        (1..=64_usize, "[0x_]").prop_map(|(width, with)| format!("pad {width} {with}")),
        "[0x]".prop_map(|with| format!("unpad {with}")),
        ("[a-z]{1,3}", text).prop_map(|(from, to)| format!("map {from}='{}'", to.replace('\'', ""))),
        "[a-c]".prop_map(|column| format!("or {column}")),
    ]
}

fn template() -> impl Strategy<Value = String> {
    let placeholder = ("([a-c]|'[^'{]{1,5}x')", prop::collection::vec(filter(), 0..5))
        .prop_map(|(column, filters)| format!("{{{}}}", [vec![column], filters].concat().join(" | ")));
    let text = "([^{}]|\\{\\{|\\}\\}){0,5}";
    (text, prop::collection::vec((placeholder, text), 1..4))
        .prop_map(|(first, parts)| parts.into_iter().fold(first, |all, (part, text)| all + &part + &text))
}

proptest! {
    #[test]
    fn shown_template_is_read_as_the_same(text in template()) {
        let template: Template = text.parse().unwrap();
        let shown = template.to_string();
        prop_assert_eq!(shown.parse::<Template>(), Ok(template), "{}", shown);
    }

    #[test]
    fn any_text_is_a_template_or_a_mistake_within_it(text in ".{0,60}") {
        match text.parse::<Template>() {
            Ok(template) => prop_assert_eq!(template.to_string().parse::<Template>(), Ok(template)),
            Err(error) => prop_assert!(error.position <= text.chars().count() + 1),
        }
    }

    #[test]
    fn value_is_made_of_any_cells_and_is_bounded(text in template(), cells in prop::collection::vec(".{0,40}", 1..6), times in 1..400_usize) {
        let template: Template = text.parse().unwrap();
        let long = cells.iter().map(|cell| cell.repeat(times)).collect::<Vec<_>>();
        let look = |_: &String| Values::several(long.iter().map(|cell| Cow::Borrowed(cell.as_str())));
        let value = template.value(&look);
        let is_plain = template.as_column().is_some();
        prop_assert!(is_plain || value.len() <= VALUE_BYTES_MAX);
        let whole = template.whole_value(&look);
        prop_assert!(whole.is_empty() || whole == value);
    }
}
