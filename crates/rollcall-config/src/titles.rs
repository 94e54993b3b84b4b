//! The titles of sections and tables, as messages and `docs/configuration.md` name them. At the bottom of the crate.

/// The section of a mapping.
pub(crate) const MAPPING: &str = "[source.mapping]";
/// A field as a table.
pub(crate) const FIELD: &str = "{ from = \"...\", written = \"created\" }";
/// The words of a status.
pub(crate) const STATUS: &str = "{ column = \"...\", false = [\"...\"], else = true }";
/// A date.
pub(crate) const DATE: &str = "{ from = \"...\", format = \"dd.mm.yyyy\" }";
/// A group with a priority.
pub(crate) const GROUP: &str = "{ name = \"...\", priority = 1 }";
