//! How the dates of a column are written: found among the words of the column (rule 42).

use rollcall_config::{Config, DateRule, Edge, SourceSettings};

/// The formats that exports have, the most likely first.
const FORMATS: [&str; 17] = [
    "iso",
    "dd.mm.yyyy",
    "mm/dd/yyyy",
    "dd/mm/yyyy",
    "dd-mm-yyyy",
    "yyyy/mm/dd",
    "dd-mmm-yyyy",
    "dd mmm yyyy",
    "mmm dd, yyyy",
    "mm/dd/yyyy hh:mm",
    "dd/mm/yyyy hh:mm",
    "dd.mm.yyyy hh:mm",
    "dd.mm.yyyy hh:mm:ss",
    "mm-dd-yyyy",
    "yyyymmdd",
    "generalized",
    "filetime",
];

/// A format, and another one that fits as well.
pub(crate) struct Found {
    pub(crate) format: &'static str,
    pub(crate) also: Option<&'static str>,
}

/// The format that fits all of these words; ISO where there is no word. `has_day_first` decides where both orders fit.
pub(crate) fn format_of<'w>(
    words: impl Iterator<Item = &'w str> + Clone,
    has_day_first: bool,
) -> Option<Found> {
    let fits = |format: &&'static str| {
        let rule = rule(format);
        rule.is_some_and(|rule| words.clone().all(|word| rule.moment(word, Edge::Start).is_ok()))
    };
    let fitting: Vec<&'static str> = FORMATS.into_iter().filter(fits).collect();
    let first = *fitting.first()?;
    let turned = match first {
        "mm/dd/yyyy" => "dd/mm/yyyy",
        "mm/dd/yyyy hh:mm" => "dd/mm/yyyy hh:mm",
        "dd-mm-yyyy" => "mm-dd-yyyy",
        _ => return Some(Found { format: first, also: None }),
    };
    let also = fitting.contains(&turned).then_some(turned);
    Some(match also {
        Some(turned) if has_day_first && first.starts_with('m') => {
            Found { format: turned, also: Some(first) }
        }
        also => Found { format: first, also },
    })
}

/// The rule of a format, made by the parser of the configuration.
fn rule(format: &str) -> Option<DateRule> {
    let text = format!(
        "[[source]]\nname = \"x\"\nkind = \"csv\"\nobject = \"inbox/x.csv\"\nmatch_field = \"k\"\n[source.mapping]\n\
         starts = {{ from = \"d\", format = \"{format}\" }}\n"
    );
    let settings = Config::parse(&text).ok()?.sources.pop()?.settings;
    let SourceSettings::Csv(settings) = settings else { return None };
    settings.mapping.starts
}
