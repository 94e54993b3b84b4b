//! DynamoDB's JSON, read in one pass with borrowed texts: for whole pages, of which the SDK would make maps of texts.
//!
//! It reads JSON as DynamoDB writes it, and gives up (`None`) where anything is otherwise. Promises that what it does read is
//! JSON, and means what every other reader of JSON finds in it.

use serde::de::IgnoredAny;
use std::borrow::Cow;

/// What is left of a body.
pub(crate) struct Json<'a> {
    text: &'a str,
    at: usize,
}

/// The value of an attribute.
#[derive(Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// `S`.
    Text(Cow<'a, str>),
    /// `N`.
    Number(Cow<'a, str>),
    /// `BOOL`.
    Bool(bool),
    /// Any other kind, which is passed over.
    Other,
}

impl<'a> Json<'a> {
    /// Begins a body. One with line breaks or other controls is none of DynamoDB's.
    pub(crate) fn of(body: &'a [u8]) -> Option<Self> {
        // Every byte is looked at, which takes less than to stop at one.
        let is_plain = body.iter().fold(true, |all, byte| all & (*byte >= b' '));
        let text = std::str::from_utf8(body).ok().filter(|_| is_plain)?;
        Some(Self { text, at: 0 })
    }

    /// Whether everything was read.
    pub(crate) fn is_over(&self) -> bool {
        self.at == self.text.len()
    }

    /// An object: `member` reads the value of each name.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Option<()>,
    ) -> Option<()> {
        self.expect("{")?;
        if self.has("}") {
            return Some(());
        }
        loop {
            let name = self.text()?;
            self.expect(":")?;
            member(self, name)?;
            if self.has("}") {
                return Some(());
            }
            self.expect(",")?;
        }
    }

    /// An array: `element` reads each.
    pub(crate) fn array(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect("[")?;
        if self.has("]") {
            return Some(());
        }
        loop {
            element(self)?;
            if self.has("]") {
                return Some(());
            }
            self.expect(",")?;
        }
    }

    /// The value of an attribute: an object with its kind.
    pub(crate) fn value(&mut self) -> Option<Value<'a>> {
        let value = if self.has("{\"S\":") {
            Value::Text(self.text()?)
        } else if self.has("{\"N\":") {
            Value::Number(self.text()?)
        } else if self.has("{\"BOOL\":true") {
            Value::Bool(true)
        } else if self.has("{\"BOOL\":false") {
            Value::Bool(false)
        } else {
            self.skip()?;
            return Some(Value::Other);
        };
        self.expect("}")?;
        Some(value)
    }

    /// Passes over any value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(())
    }

    /// A text, borrowed where nothing in it is escaped.
    pub(crate) fn text(&mut self) -> Option<Cow<'a, str>> {
        self.expect("\"")?;
        let rest = self.rest();
        let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
        if rest.as_bytes()[end] == b'"' {
            self.at += end + 1;
            return Some(Cow::Borrowed(&rest[..end]));
        }
        self.at -= 1;
        let mut texts = serde_json::Deserializer::from_str(self.rest()).into_iter::<String>();
        let text = texts.next()?.ok()?;
        self.at += texts.byte_offset();
        Some(Cow::Owned(text))
    }

    /// Reads this mark, which must be there.
    pub(crate) fn expect(&mut self, mark: &str) -> Option<()> {
        self.has(mark).then_some(())
    }

    /// Reads this mark if it is there.
    fn has(&mut self, mark: &str) -> bool {
        let is_there = self.rest().as_bytes().starts_with(mark.as_bytes());
        self.at += if is_there { mark.len() } else { 0 };
        is_there
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Value};

    /// The value that is written so, where all of it is one.
    #[track_caller]
    fn check(json: &str, expected: Option<&Value<'_>>) {
        let mut read = Json::of(json.as_bytes()).unwrap();
        let value = read.value().filter(|_| read.is_over());
        assert_eq!(value.as_ref(), expected, "{json}");
    }

    #[test]
    fn values_are_read_as_they_are_written() {
        check(r#"{"S":""}"#, Some(&Value::Text("".into())));
        check(r#"{"S":"é {\"}"}"#, Some(&Value::Text("é {\"}".into())));
        check(r#"{"S":"a\\"}"#, Some(&Value::Text("a\\".into())));
        check(r#"{"S":"\ud83d\ude00\u0000\/"}"#, Some(&Value::Text("😀\0/".into())));
        check(r#"{"N":"-1.5"}"#, Some(&Value::Number("-1.5".into())));
        check(r#"{"BOOL":true}"#, Some(&Value::Bool(true)));
        check(r#"{"BOOL":false}"#, Some(&Value::Bool(false)));
        check(r#"{"L":[{"S":"}]"},{"NULL":true}]}"#, Some(&Value::Other));
    }

    #[test]
    fn what_is_no_value_is_not_read() {
        for json in [
            "",
            "{",
            r#"{"S":"a""#,
            r#"{"S":"a\"}"#,
            r#"{"S":"\ud800"}"#,
            r#"{"S":"\x"}"#,
            r#"{"S":1}"#,
            r#"{"S":null}"#,
            r#"{"S":"a","N":"1"}"#,
            r#"{"BOOL":truest}"#,
            r#"{"L":[}"#,
            r#"{"M":{"a"}}"#,
            r#"{"S":"a"}}"#,
        ] {
            check(json, None);
        }
    }

    #[test]
    fn bodies_that_are_no_text_are_not_begun() {
        assert!(Json::of(b"{\"S\":\"\xff\"}").is_none());
        assert!(Json::of(b"{\"S\":\"\n\"}").is_none());
    }
}
