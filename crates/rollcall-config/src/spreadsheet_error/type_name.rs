//! What programs write in the place of a list or an object: the name of its type, or the object as their own text
//! (rule 43a): `System.Object[]`, `[object Object]`, `java.lang.Object@1b6d3586`, `@{mail=ann@x.test}`,
//! `<Person object at 0x7f3b>`.
//!
//! Below `spreadsheet_error`. Strict: an address, a name with a dot and a word in brackets are none. Promises that a usual value
//! is dismissed by its first and its last character.

/// Types of .NET that stand for a value by their bare name.
const BARE: [&str; 7] = ["Object", "String", "DBNull", "__ComObject", "Byte", "Array", "RuntimeType"];

/// What the types of Microsoft's programs begin with, behind `Microsoft.`.
const OF_MICROSOFT: [&str; 10] = [
    "ActiveDirectory.",
    "Graph.",
    "Online.",
    "Open.",
    "Exchange.",
    "Azure.",
    "PowerShell.",
    "Management.",
    "SharePoint.",
    "Rtc.",
];

/// What the names of packages begin with in Java.
const PACKAGES: [&str; 9] =
    ["java.", "javax.", "com.", "org.", "net.", "io.", "kotlin.", "scala.", "groovy."];

/// What Perl and PHP call the kinds of things.
const OF_PERL: [&str; 6] = ["HASH(0x", "ARRAY(0x", "SCALAR(0x", "CODE(0x", "REF(0x", "GLOB(0x"];

/// What Python writes around the name of a type.
const OF_PYTHON: [&str; 5] = ["<class '", "<bound method ", "<function ", "<generator ", "<module '"];

/// Whether a text is the name of a type, or a thing as a program writes it for itself.
pub(super) fn is(text: &str) -> bool {
    let [first, .., last] = text.as_bytes() else { return false };
    match (first, last) {
        (b'[', b']') => text.starts_with("[object "),
        (b'[', _) => is_of_java(text),
        (b'@', b'}') => text.starts_with("@{") && (text == "@{}" || text.contains('=')),
        (b'{', b'}') => text.starts_with("{'") && text.contains("': "),
        (b'<', b'>') => {
            text.contains(" object at 0x") || OF_PYTHON.iter().any(|begin| text.starts_with(begin))
        }
        (b'S' | b'M' | b'D', _) if is_of_dot_net(text) => true,
        (b'A' | b'C' | b'G' | b'H' | b'R' | b'S', b')') => {
            OF_PERL.iter().any(|begin| text.starts_with(begin))
        }
        (b'j' | b'c' | b'o' | b'n' | b'i' | b'k' | b's' | b'g', b'0'..=b'9' | b'a'..=b'f') => {
            is_of_java(text)
        }
        (b'm', b']') => text.starts_with("map[") && text.contains(':'),
        (b'%', b')') => text.starts_with("%!") && text.contains('('),
        _ => false,
    }
}

/// `#<User:0x000055d1>`, `#<User id: 1>`, without the `#`.
pub(super) fn is_of_ruby(rest: &str) -> bool {
    let inner = rest.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.is_some_and(|inner| inner.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// `System.Object[]`, `Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser`, and the same behind `Deserialized.`.
fn is_of_dot_net(text: &str) -> bool {
    let text = text.strip_prefix("Deserialized.").unwrap_or(text);
    let is_plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".`[]_,+ ".contains(&byte));
    if let Some(rest) = text.strip_prefix("System.") {
        return is_plain(text) && (rest.ends_with(']') || rest.contains('.') || BARE.contains(&rest));
    }
    text.strip_prefix("Microsoft.").is_some_and(|rest| {
        is_plain(text)
            && rest.contains('.')
            && OF_MICROSOFT.iter().any(|begin| rest.starts_with(begin))
            && rest.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()))
    })
}

/// `java.lang.Object@1b6d3586`, `[Ljava.lang.String;@4e25154f`, `[B@1b6d3586`: a class, and a number of its own. A host without
/// a dot stands behind few addresses, and no such name before them.
fn is_of_java(text: &str) -> bool {
    let Some((name, number)) = text.rsplit_once('@') else { return false };
    let is_number = (5..=8).contains(&number.len())
        && number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && number.bytes().any(|byte| byte.is_ascii_digit());
    let element = name.trim_start_matches('[');
    let is_list = element.len() < name.len();
    let is_class = |name: &str| {
        PACKAGES.iter().any(|begin| name.starts_with(begin))
            && name
                .rsplit(['.', '$'])
                .next()
                .is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    is_number
        && match element.strip_prefix('L').and_then(|rest| rest.strip_suffix(';')) {
            Some(class) if is_list => !class.is_empty(),
            Some(_) | None => is_list && element.len() == 1 || is_class(element),
        }
}

#[cfg(test)]
mod tests {
    use super::super::is_spreadsheet_error as is;

    #[test]
    fn things_of_programs_are_no_values() {
        for text in [
            "System.Object[]",
            "System.String",
            "System.DBNull",
            "System.__ComObject",
            "System.Collections.Hashtable",
            "System.Collections.Generic.List`1[System.String]",
            "Deserialized.System.Collections.ArrayList",
            "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection",
            "Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser",
            "Microsoft.Graph.PowerShell.Models.X",
            "Microsoft.Online.Administration.User",
            "Microsoft.Exchange.Data.Directory.ADObjectId",
            "Deserialized.Microsoft.Exchange.Data.ProxyAddressCollection",
            "@{mail=gil@x.test}",
            "@{n=1; m=2}",
            "@{}",
            "[Ljava.lang.String;@4e25154f",
            "[B@1b6d3586",
            "[[I@1b6d3586",
            "java.lang.Object@1b6d3586",
            "java.util.ArrayList$Itr@5e9f23b4",
            "com.acme.hr.Person@3a71f4dd",
            "<Person object at 0x7f3b>",
            "<__main__.User object at 0x7f3b2c>",
            "<class 'str'>",
            "<bound method User.name of <User>>",
            "{'a': 1}",
            "[object Object]",
            "[object Promise]",
            "#<User:0x000055d1>",
            "#<User id: 1>",
            "HASH(0x55d1c2)",
            "ARRAY(0x55d1c2)",
            "map[mail:ann@x.test]",
            "%!s(<nil>)",
        ] {
            assert!(is(text), "{text}");
        }
    }

    #[test]
    fn values_that_look_like_types_are_values() {
        for text in [
            "System.Admin",
            "System",
            "system.object",
            "Systems.Europe",
            "Microsoft",
            "Microsoft.com",
            "Microsoft.Support",
            "microsoft.graph.user",
            "Dan.System",
            "java",
            "java.dev@x.test",
            "com.lee@abcdef",
            "john.Smith@decade",
            "org.chart@cafe",
            "io@12345",
            "ann@4e25154f",
            "[B@x.test",
            "[ann]",
            "[1001]",
            "@ann",
            "{ann}",
            "{0f8fad5b-d9cb-469f-a165-70867728950e}",
            "{\"a\": 1}",
            "<ann@x.test>",
            "<none>",
            "<Person>",
            "Array",
            "HASH",
            "Ann (Sales)",
            "Rita (0x)",
            "map[x]",
            "50%",
            "#<3",
            "#<x>",
            "None",
            "True",
        ] {
            assert!(!is(text), "{text}");
        }
    }
}
