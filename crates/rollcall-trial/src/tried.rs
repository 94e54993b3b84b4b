//! What is tried, of whatever kind the source is: the settings that say who somebody is and what their values mean.

use rollcall_config::{CsvSettings, Mapping, Template};

/// The settings of a source.
pub(crate) struct Tried<'s> {
    pub(crate) match_field: &'s Template,
    pub(crate) immutable_id: Option<&'s Template>,
    pub(crate) mapping: &'s Mapping,
    /// The columns that it names; of a directory none, because its people have no columns.
    pub(crate) columns: Vec<&'s str>,
    /// Whether the people are of a directory, which has a status of its own beside the mapped one.
    pub(crate) is_directory: bool,
}

impl<'s> Tried<'s> {
    pub(crate) fn of_file(settings: &'s CsvSettings) -> Self {
        Self {
            match_field: &settings.match_field,
            immutable_id: settings.immutable_id.as_ref(),
            mapping: &settings.mapping,
            columns: settings.columns(),
            is_directory: false,
        }
    }
}
