//! `[roles]`: which values of a claim in a caller's token make them what (product section 1).

use crate::mistake::Mistakes;
use crate::section::Section;

/// Who may use the HTTP API. Read from one claim of the token, as the issuer writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Name of the claim: `groups`, `roles`, or what the issuer calls it.
    pub claim: String,
    /// Values of the claim that make somebody a people administrator.
    pub(crate) people_administrator: Vec<String>,
    /// Values of the claim that make somebody a sysadmin, who may do everything.
    pub(crate) sysadmin: Vec<String>,
}

impl Roles {
    /// Whether somebody with these values of the claim may trigger Reset, and read. A value counts whole and as it is
    /// spelt: `hr` is not `HR`, nor `hr eu`.
    #[must_use]
    pub fn may_reset_and_read(&self, values: &[String]) -> bool {
        let granted = self.people_administrator.iter().chain(&self.sysadmin);
        values.iter().any(|value| granted.clone().any(|name| name == value))
    }
}

/// Reads `[roles]`; without it every token that the gateway accepts may use the API.
pub(crate) fn read(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<Roles> {
    let setting = file.optional("roles")?;
    let mut section = setting.section("[roles]", mistakes)?;
    let claim = section.required("claim", "claim = \"groups\"", mistakes);
    let claim = claim.and_then(|claim| claim.text(mistakes)).unwrap_or_default().to_owned();
    let mut names = |role| {
        let setting = section.optional(role)?;
        Some(setting.texts(mistakes)?.iter().map(|item| item.text.to_owned()).collect::<Vec<_>>())
    };
    let (people_administrator, sysadmin) = (names("people_administrator"), names("sysadmin"));
    if people_administrator.is_none() && sysadmin.is_none() {
        let lack = "[roles] lets nobody in; write for example people_administrator = [\"rollcall-admins\"]";
        section.note_lack(lack, mistakes);
    }
    section.finish(mistakes);
    let (people_administrator, sysadmin) =
        (people_administrator.unwrap_or_default(), sysadmin.unwrap_or_default());
    Some(Roles { claim, people_administrator, sysadmin })
}
