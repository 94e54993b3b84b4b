//! The list of filters, for people: messages and `docs/configuration.md` are held against it.

/// One filter, explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterHelp {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it does.
    pub what: &'static str,
}

/// Every filter. There are no others.
pub const FILTERS: [FilterHelp; 24] = {
    const fn filter(name: &'static str, usage: &'static str, what: &'static str) -> FilterHelp {
        FilterHelp { name, usage, what }
    }
    [
        filter("lower", "lower", "all letters in lower case"),
        filter("upper", "upper", "all letters in upper case"),
        filter("title", "title", "the first letter of each word in upper case, the others in lower case"),
        filter("trim", "trim", "without spaces and invisible characters at both ends"),
        filter("unaccent", "unaccent", "letters without their marks: é becomes e, ß becomes ss"),
        filter("slug", "slug", "lower case without marks, with a hyphen for everything between words"),
        filter("digits", "digits", "only the digits 0 to 9"),
        filter("before", "before @", "what stands before the first such text; everything if there is none"),
        filter("after", "after @", "what stands after the first such text; everything if there is none"),
        filter(
            "before_last",
            "before_last .",
            "what stands before the last such text; everything if there is none",
        ),
        filter(
            "after_last",
            "after_last /",
            "what stands after the last such text; everything if there is none",
        ),
        filter("first", "first 3", "the first characters"),
        filter("last", "last 4", "the last characters"),
        filter("word", "word 2", "one word, counted from 1"),
        filter("replace", "replace ' ' .", "one text in place of another, everywhere; '' for nothing"),
        filter("pad", "pad 8 0", "filled up at the front to this many characters with this one"),
        filter("unpad", "unpad 0", "without this character at the front"),
        filter(
            "map",
            "map DE=Germany, FR=France",
            "the text for a value, compared without case; nothing for a value that is not listed",
        ),
        filter("or", "or userPrincipalName", "another column where there is no value yet"),
        filter("else", "else Other", "this text where there is no value yet"),
        filter("split", "split +", "several values, cut where this text stands"),
        filter("join", "join ', '", "one value of several, with this text between them"),
        filter("value", "value 2", "one of several values, counted from 1"),
        filter("starting", "starting SMTP:", "of several values those that begin with this text"),
    ]
};
