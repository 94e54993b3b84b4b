//! The front door: the text of a `rollcall.toml` becomes a [`Config`], or the list of everything that is wrong in it.

use crate::folders::INBOX;
use crate::mistake::{Mistake, Mistakes};
use crate::roles::Roles;
use crate::section::Section;
use crate::sources::SourceConfig;
use crate::{licence, policy, roles, source, syntax};
use rollcall_core::licence::Limit;
use rollcall_core::policy::Policy;
use rollcall_core::warn_at::WarnAt;

/// Everything that a `rollcall.toml` says, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How many seats were bought (rule 17).
    pub licence: Limit,
    /// When people are told that seats run short (rule 65).
    pub warn_at: Vec<WarnAt>,
    /// The guard, the reserve, trimming, who is never removed, and the grace of leavers (rules 16, 18, 20, 21, 24).
    pub policy: Policy,
    /// The mapping file beside the configuration (rule 8): `config/` and this name, in the bucket.
    pub adoptions: Option<String>,
    /// Who may use the HTTP API. Without it, everybody with a token that the gateway accepts.
    pub roles: Option<Roles>,
    /// The sources, in the order of the file. At least one, and no two of one name or one object.
    pub sources: Vec<SourceConfig>,
}

impl Config {
    /// Parses the text of a `rollcall.toml`.
    ///
    /// # Errors
    /// Every mistake in it, by line, so that the person can correct all of them at once.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Mistakes::new(text);
        let Some(table) = syntax::parse(text, &mut mistakes) else { return Err(mistakes.into_sorted()) };
        let config = read(Section::new("", 0, &table), &mut mistakes);
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes.into_sorted()) }
    }

    /// Reads only `[roles]`. Mistakes in the rest of the text do not matter.
    ///
    /// # Errors
    /// The mistakes in `[roles]`, or the mistakes of syntax if the text is not TOML.
    pub fn roles_of(text: &str) -> Result<Option<Roles>, Vec<Mistake>> {
        let mut mistakes = Mistakes::new(text);
        let Some(table) = syntax::parse(text, &mut mistakes) else { return Err(mistakes.into_sorted()) };
        let roles = roles::read(&mut Section::new("", 0, &table), &mut mistakes);
        if mistakes.is_empty() { Ok(roles) } else { Err(mistakes.into_sorted()) }
    }

    /// Settings that are allowed but do not work everywhere, or are perhaps not meant, in sentences.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let is_outside = |source: &&SourceConfig| source.object().is_some_and(|key| !key.starts_with(INBOX));
        let outside = self.sources.iter().filter(is_outside);
        let doubts = self
            .sources
            .iter()
            .filter_map(|source| source.settings.mapping())
            .flat_map(|mapping| &mapping.doubts);
        let doubts = doubts.map(|doubt| format!("{}; {}", doubt.what, doubt.cure));
        outside
            .map(|source| {
                format!(
                    "the object of source {:?} is outside {INBOX}; on AWS Rollcall notices and reads only files \
                     in {INBOX}",
                    source.name.as_str()
                )
            })
            .chain(doubts)
            .collect()
    }

    /// The source of this name.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&SourceConfig> {
        self.sources.iter().find(|source| source.name.as_str() == name)
    }
}

/// Reads all sections. If there are mistakes, the result is not used.
fn read(mut file: Section<'_>, mistakes: &mut Mistakes) -> Config {
    let licence = licence::read(&mut file, mistakes);
    let guard = policy::read_guard(&mut file, mistakes);
    let protection = policy::read_protection(&mut file, mistakes);
    let adoptions = read_adopt(&mut file, mistakes);
    let roles = roles::read(&mut file, mistakes);
    let sources = source::read_all(&mut file, mistakes);
    file.finish(mistakes);
    let policy = Policy {
        guard,
        reserve: licence.reserve,
        trimming: licence.trimming,
        exemptions: protection.exemptions,
        grace: protection.grace,
        return_period: protection.return_period,
        keep_seat: protection.keep_seat,
    };
    Config { licence: licence.limit, warn_at: licence.warn_at, policy, adoptions, roles, sources }
}

/// Reads `[adopt]`. Without it, no account gets another owner.
fn read_adopt(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let mut section = file.optional("adopt")?.section("[adopt]", mistakes)?;
    let name = section.required("file", "file = \"adoptions.csv\"", mistakes);
    let name = name.and_then(|name| name.file_beside(mistakes));
    section.finish(mistakes);
    name
}
