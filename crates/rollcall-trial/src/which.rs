//! Which source of a configuration a file is for.

use rollcall_config::object_pattern::{folder_of, is_read_by};
use rollcall_config::{Config, CsvSettings, SourceConfig, SourceSettings};

/// Why no source can be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhichSource {
    /// The configuration has no such source.
    #[error("there is no source {name:?} of kind csv")]
    None {
        /// As it was asked for.
        name: String,
    },
    /// Only directories are read.
    #[error(
        "no source of the configuration reads a file; a directory is tried with: rollcall check --connect"
    )]
    NoFiles,
    /// Several fit.
    #[error("several sources read files; say which one is meant (`source`, or --source NAME at the command line): {}", names.join(", "))]
    Several {
        /// Their names.
        names: Vec<String>,
    },
}

/// The csv source with this name; without one, the only one, or the only one that reads a file of this name.
///
/// # Errors
/// When it is not certain.
pub fn source_for<'c>(
    config: &'c Config,
    wanted: Option<&str>,
    file_name: Option<&str>,
) -> Result<(&'c SourceConfig, &'c CsvSettings), WhichSource> {
    let of_files = config.sources.iter().filter_map(|source| match &source.settings {
        SourceSettings::Csv(settings) => Some((source, settings)),
        SourceSettings::Ldap(_) | SourceSettings::Entra(_) | SourceSettings::Okta(_) => None,
    });
    let of_files: Vec<(&SourceConfig, &CsvSettings)> = of_files.collect();
    if let Some(name) = wanted {
        let found = of_files.iter().find(|(source, _)| source.name.as_str() == name).copied();
        return found.ok_or_else(|| WhichSource::None { name: name.to_owned() });
    }
    let reads = |(_, settings): &&(&SourceConfig, &CsvSettings)| {
        file_name.is_some_and(|name| {
            is_read_by(&settings.object, &format!("{}{name}", folder_of(&settings.object)))
        })
    };
    match of_files.as_slice() {
        [] => Err(WhichSource::NoFiles),
        [one] => Ok(*one),
        several => match several.iter().filter(reads).collect::<Vec<_>>().as_slice() {
            [one] => Ok(**one),
            _ => Err(WhichSource::Several {
                names: several.iter().map(|(source, _)| source.name.as_str().to_owned()).collect(),
            }),
        },
    }
}
