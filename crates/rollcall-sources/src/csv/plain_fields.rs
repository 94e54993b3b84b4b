//! The fields of a row whose mapping has no templates: each is a column as it is, found once for the file.
//!
//! Beside `Mapped::fields`, which makes the fields of every other row. Promises the same fields.

use super::cells::Cells;
use super::heading::Columns;
use super::signs::Signs;
use crate::mapped::{MappedFields, is_no_address};
use crate::one_form::in_one_form;
use rollcall_config::{Nothing, Written};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::fold::trimmed;
use rollcall_core::person::is_email;
use std::borrow::Cow;

/// The fields of a mapping, in the order of their names.
pub(super) struct PlainFields(Vec<PlainField>);

struct PlainField {
    name: FieldName,
    position: usize,
    /// Whether it is one of e-mail addresses.
    is_email: bool,
    clears: bool,
    written: Written,
}

impl PlainFields {
    /// Those of a mapping; none where one of them is made by a template.
    pub(super) fn new(columns: &Columns) -> Option<Self> {
        let fields = columns.mapping.fields.iter().map(|(name, field)| {
            Some(PlainField {
                name: name.clone(),
                position: field.from.as_column()?.position,
                is_email: is_email(name.as_str()),
                clears: field.clears,
                written: field.written,
            })
        });
        fields.collect::<Option<_>>().map(Self)
    }

    /// The fields of a row.
    pub(super) fn of(&self, cells: &Cells, nothing: &Nothing) -> MappedFields {
        let (mut always, mut created) = (Fields::with_room_for(self.0.len()), Fields::new());
        for field in &self.0 {
            let value = trimmed(cells.get(field.position).unwrap_or_default());
            let is_empty = nothing.is(value) || field.is_email && is_no_address(field.name.as_str(), value);
            let value = if is_empty {
                Cow::Borrowed("")
            } else if cells.signs(field.position).has(Signs::BEYOND) {
                Cow::Owned(in_one_form(Cow::Borrowed(value)))
            } else {
                Cow::Borrowed(value)
            };
            if field.clears || !value.is_empty() {
                let into = match field.written {
                    Written::Always => &mut always,
                    Written::Created => &mut created,
                };
                into.append(field.name.clone(), &value);
            }
        }
        MappedFields { always, created }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells::Cells;
    use super::super::heading::{Column, Columns};
    use super::super::rows::Header;
    use super::super::tests::settings;
    use super::PlainFields;
    use crate::mapped::{Mapped, Wording};
    use proptest::prelude::*;
    use rollcall_config::{CsvSettings, FieldMapping, Mapping, Template, Values, Written};
    use rollcall_core::fields::FieldName;
    use rollcall_core::fold::trimmed;

    /// The columns of a file with a key and fields: always written, cleared, written once, and an address.
    fn columns(first: Template) -> Columns {
        let column = |name: &str| Template::column(name.to_owned());
        let mut mapping = Mapping::default();
        let mut add = |name: &str, from: Template, clears, written| {
            let field = FieldMapping { clears, written, ..FieldMapping::column(String::new()) };
            mapping.fields.insert(FieldName::parse(name).unwrap(), FieldMapping { from, ..field });
        };
        add("title", first, false, Written::Always);
        add("city", column("city"), true, Written::Always);
        add("locale", column("locale"), false, Written::Created);
        add("email", column("mail"), false, Written::Always);
        let settings = CsvSettings { match_field: column("key"), mapping, ..settings() };
        let headings = ["key", "title", "city", "locale", "mail"].map(str::to_owned).to_vec();
        Columns::find(&Header { line: 1, headings }, &settings).unwrap()
    }

    #[test]
    fn a_template_goes_the_long_way() {
        assert!(PlainFields::new(&columns(Template::column(String::from("title")))).is_some());
        let template: Template = "{title | lower}".parse().unwrap();
        assert!(PlainFields::new(&columns(template)).is_none());
    }

    proptest! {
        #[test]
        fn fields_are_those_of_the_long_way(
            cells in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(&["", " ", "NULL", "n/a", "none", "0", "#N/A", "ann@x.test", "e\u{301}", "\u{200b}a", "-", "(at)"][..])
                        .prop_map(str::to_owned),
                    "[ -~é\u{301}]{0,6}",
                ],
                0..6,
            ),
        ) {
            let columns = columns(Template::column(String::from("title")));
            let cells: Cells = cells.iter().map(String::as_str).collect();
            let fields = PlainFields::new(&columns).unwrap().of(&cells, &columns.mapping.nothing);
            let look = |column: &Column| Values::one(trimmed(cells.get(column.position).unwrap_or_default()));
            let long = Mapped::new(&columns.mapping, Wording::Cell, look).fields();
            prop_assert_eq!((fields.always, fields.created), (long.always, long.created));
        }
    }
}
