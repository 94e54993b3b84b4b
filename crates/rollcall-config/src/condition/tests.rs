//! Conditions: who fulfils them, how they are shown, and what is said of those that are wrong.

use super::*;
use proptest::prelude::*;
use std::borrow::Cow;

fn holds(condition: &str, person: &[(&str, &[&str])]) -> bool {
    let condition: Condition = condition.parse().unwrap_or_else(|error| panic!("{condition}: {error}"));
    condition.holds(&|column: &String| {
        let found = person.iter().find(|(name, _)| name == column).map_or(&[][..], |(_, values)| values);
        Values::several(found.iter().map(|value| Cow::Borrowed(*value)))
    })
}

#[test]
fn conditions_compare_folded_values() {
    let ann: &[(&str, &[&str])] = &[
        ("Department", &["Sales"]),
        ("Works in EU", &["yes"]),
        ("mail", &["Ann@X.test"]),
        ("memberOf", &["CN=Staff", "CN=Vpn"]),
        ("Größe", &["STRASSE"]),
    ];
    for (condition, expected) in [
        ("Department = Sales", true),
        ("department = Sales", false),
        ("Department = sales", true),
        ("Department=Sales", true),
        ("Department != Sales", false),
        ("Department in HR, SALES", true),
        ("Department not in HR, Legal", true),
        ("not Department in HR, Legal", true),
        ("not Department != Sales", true),
        ("Department contains ale", true),
        ("not Department contains ale", false),
        ("Department begins with sa", true),
        ("Department ends with es", true),
        ("Department is empty", false),
        ("Department IS NOT EMPTY", true),
        ("Room is empty", true),
        ("Room != 3", true),
        ("'Works in EU' = yes", true),
        ("{mail | after @} = x.test", true),
        ("{Room | or Department} = sales", true),
        ("memberOf = cn=vpn", true),
        ("memberOf != CN=Other", true),
        ("memberOf != CN=Vpn", false),
        ("Größe = straße", true),
        ("Department = 'Sales'", true),
    ] {
        assert_eq!(holds(condition, ann), expected, "{condition}");
    }
}

#[test]
fn condition_is_shown_in_one_way() {
    for (text, shown) in [
        ("Department=Sales", "Department = Sales"),
        ("not Department = Sales", "Department != Sales"),
        ("Department in Sales", "Department = Sales"),
        ("not  Department is  not empty", "Department is empty"),
        ("'Works in EU' = yes", "'Works in EU' = yes"),
        ("a in 'x,y', z", "a in 'x,y', z"),
        ("a = 'is empty'", "a = 'is empty'"),
        ("{mail|after @} in x.test,y.test", "{mail | after @} in x.test, y.test"),
    ] {
        let condition: Condition = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(condition.to_string(), shown);
        assert_eq!(shown.parse::<Condition>().unwrap(), condition);
    }
}

#[test]
fn mistakes_are_named_with_their_position_and_the_cure() {
    for (text, expected) in [
        ("", "at character 1: there is no condition in it; "),
        ("Department", "at character 1: there is no condition in it; "),
        ("= Sales", "at character 1: the name of a column is missing; "),
        ("not in A, B", "at character 1: the name of a column is missing; "),
        (
            "Department = ",
            "at character 14: a value is missing; for a column without a value write: Department is empty",
        ),
        ("Department == Sales", "at character 13: there is one = too many; "),
        ("Department in A,, B", "at character 17: a value is missing; "),
        ("Works in EU = yes", "at character 1: this can be read in two ways; "),
        ("Works in EU is empty", "at character 1: this can be read in two ways; "),
        ("'Department' like Sales", "at character 14: expected =, !=, in, "),
        ("Department is empty now", "at character 21: the condition has ended here; "),
        ("Department = 'Sales' or HR", "at character 22: the condition has ended here; "),
        ("{mail | aftr @} = x", "at character 9: there is no filter `aftr`; did you mean `after`?"),
    ] {
        let said = text
            .parse::<Condition>()
            .map(|condition| condition.to_string())
            .map_err(|error| error.to_string());
        assert!(said.as_ref().is_err_and(|said| said.starts_with(expected)), "{text}: {said:?}");
    }
}

proptest! {
    #[test]
    fn shown_condition_is_read_as_the_same(
        not in prop::sample::select(vec!["", "not ", "not not "]),
        column in "('[^']{0,8}x'|[a-z]{1,3}|\\{[a-z]{1,3} \\| lower\\})",
        operator in prop::sample::select(vec!["=", "!=", "in", "not in", "contains", "begins with", "ends with"]),
        values in "('[^']{0,8}x'|[a-z]{1,6})",
        more in "(, '[^']{0,8}x'|, [a-z]{1,6}){0,2}",
    ) {
        let more = if operator.contains("in") && !operator.contains("with") && operator != "contains" { more } else { String::new() };
        let text = format!("{not}{column} {operator} {values}{more}");
        let Ok(condition) = text.parse::<Condition>() else { return Ok(()) };
        prop_assert_eq!(condition.to_string().parse::<Condition>(), Ok(condition.clone()), "{}", condition);
    }

    #[test]
    fn any_text_is_a_condition_or_a_mistake_within_it(text in ".{0,60}", cell in ".{0,30}") {
        match text.parse::<Condition>() {
            Ok(condition) => {
                condition.holds(&|_: &String| Values::one(cell.as_str()));
                prop_assert_eq!(condition.to_string().parse::<Condition>(), Ok(condition));
            }
            Err(error) => prop_assert!(error.position <= text.chars().count() + 1),
        }
    }

    #[test]
    fn texts_that_look_like_conditions_are_shown_as_the_same(
        words in prop::collection::vec(prop::sample::select(vec![
            "not", "in", "is", "empty", "=", "!=", "a", "'", "''", "'x'", "{a}", "{", ",", "contains", "with", "begins", " ", "é",
        ]), 0..9),
    ) {
        let text = words.join(" ");
        if let Ok(condition) = text.parse::<Condition>() {
            prop_assert_eq!(condition.to_string().parse::<Condition>(), Ok(condition.clone()), "{} from {}", condition, text);
        }
    }
}
