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

#[test]
fn signs_of_other_languages_are_refused_with_their_cure() {
    for (text, position, cure) in [
        ("login != svc-*", 14, "* is no wildcard here"),
        ("not login = svc*", 16, "* is no wildcard here"),
        ("login != ^svc.*", 15, "* is no wildcard here"),
        ("login != ^svc", 10, "a pattern cannot be used here"),
        ("login =~ svc", 8, "a pattern cannot be used here"),
        ("login != %svc%", 10, "% is no wildcard here"),
        ("not login begins with svc%", 23, "% is no wildcard here"),
        ("Department not in (Ops, Legal)", 19, "a list has no brackets"),
        ("Department in ['Ops', 'Legal']", 15, "a list has no brackets"),
        ("Department not in (Ops)", 19, "a list has no brackets"),
        ("Department != Sales, Legal", 20, "several values are written with in"),
        ("Status != Terminated, On Leave", 21, "several values are written with in"),
        ("Department != Sales; Legal", 20, "several values are written with in"),
        ("Department = Sales|Legal", 19, "several values are written with in"),
        ("Department in Sales; Legal", 20, "values are separated by commas"),
        ("Department in Sales | Legal, HR", 21, "values are separated by commas"),
        ("not login contains svc, adm", 23, "one text is compared"),
        ("Department = Sales and Status = Active", 20, "one condition is one text"),
        ("Department = Sales AND Status is not empty", 20, "one condition is one text"),
        ("Department != Sales or Legal", 21, "one condition is one text"),
        ("Department in Sales or Legal", 21, "one condition is one text"),
        ("Department = Sales && Status = Active", 20, "one condition is one text"),
        ("Department != Sales || Department = HR", 21, "one condition is one text"),
        ("Grade >= 5", 7, "there is no >="),
        ("Grade <= 5", 7, "there is no <="),
        ("Department := Sales", 12, "write = alone"),
        ("!Department = Sales", 1, "not is written as a word"),
        ("Manager = NULL", 11, "an empty value is written as"),
        ("Manager != null", 12, "an empty value is written as"),
        ("mail = {login}@x.test", 8, "a column is compared with a text"),
    ] {
        let error = text.parse::<Condition>().expect_err(text);
        assert!(error.what.starts_with(cure), "{text}: {error}");
        assert_eq!(error.position, position, "{text}: {error}");
        assert!(error.what.contains("in quotes"), "{text}: {error}");
    }
}

#[test]
fn signs_that_are_values_are_read() {
    for (text, value, is_so) in [
        ("Department = Research and Development", "Research and Development", true),
        ("Department = Sales & Marketing", "sales & marketing", true),
        ("Department != Grand Orchard", "Grand Orchard", false),
        ("FTE = 100%", "100%", true),
        ("sAMAccountName ends with $", "PC1$", true),
        ("cost = $5", "$5", true),
        ("Kind = (none)", "(none)", true),
        ("Kind in (External), (Guest)", "(guest)", true),
        ("org begins with /Staff/", "/Staff/Sales", true),
        ("memberOf = CN=Vpn,DC=x", "cn=vpn,dc=x", true),
        ("memberOf = CN=Lee\\, Ann,OU=a-b,DC=x", "CN=Lee\\, Ann,OU=a-b,DC=x", true),
        ("'dn' contains ,OU=Staff,", "CN=Ann,OU=Staff,DC=x", true),
        ("'dn' ends with OU=Staff,DC=x", "CN=Ann,OU=Staff,DC=x", true),
        ("groups contains ;staff;", ";staff;vpn;", true),
        ("id = {3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", true),
        ("grade = A+", "A+", true),
        ("name = O'Neil", "o'neil", true),
        ("note = C#", "c#", true),
        ("login != 'svc-*'", "svc-*", false),
        ("Department = 'Sales, EU'", "Sales, EU", true),
        ("Department in 'Sales or Legal', \"(Ops\"", "(Ops", true),
        ("Name = 'Null'", "Null", true),
        ("Department = '%x%'", "%x%", true),
        ("'Grade >' = 5", "5", true),
    ] {
        let condition: Condition = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let value = value.replace("\\\\", "\\");
        assert_eq!(condition.holds(&|_: &String| Values::one(value.as_str())), is_so, "{text}");
        assert_eq!(condition.to_string().parse::<Condition>(), Ok(condition.clone()), "{condition}");
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
            "not", "in", "is", "empty", "=", "!=", "a", "'", "''", "'x'", "{a}", "{", ",", "contains", "with", "begins", " ", "é", "*", "(", ")", "[x]",
            "and", "or", "%", "^", "~", ";", "|", "||", "&&", "{b}", "null", "a=b", ">", "!", "'(x'", "\\",
        ]), 0..9),
    ) {
        let text = words.join(" ");
        if let Ok(condition) = text.parse::<Condition>() {
            prop_assert_eq!(condition.to_string().parse::<Condition>(), Ok(condition.clone()), "{} from {}", condition, text);
        }
    }
}
