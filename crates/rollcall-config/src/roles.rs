//! `[roles]`: which values of a claim in a caller's token give which role (section 1 of the rules).

use crate::mistake::Mistakes;
use crate::section::Section;

/// Who may use the HTTP API. Read from one claim of the token, as the issuer writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Name of the claim: `groups`, `roles`, or another name that the issuer uses.
    pub claim: String,
    /// Values of the claim that make somebody a people administrator.
    pub(crate) people_administrator: Vec<String>,
    /// Values of the claim that make somebody a sync administrator.
    pub(crate) sync_administrator: Vec<String>,
    /// Values of the claim that make somebody a sysadmin, who may do everything.
    pub(crate) sysadmin: Vec<String>,
}

/// The three permissions of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Trigger Reset, read, block and unblock: the people administrator's.
    pub may_reset_and_read: bool,
    /// Edit the csv, entra and okta sources: the sync administrator's.
    pub may_edit_sources: bool,
    /// Edit the LDAP source and the rest of the configuration, set the licence: the sysadmin's, who has the others too.
    pub may_edit_everything: bool,
}

impl Permissions {
    /// All three.
    pub const ALL: Self =
        Self { may_reset_and_read: true, may_edit_sources: true, may_edit_everything: true };

    /// Whether there is any.
    #[must_use]
    pub fn are_any(self) -> bool {
        self.may_reset_and_read || self.may_edit_sources || self.may_edit_everything
    }
}

impl Roles {
    /// The permissions of a person with these values of the claim. A value is compared as a whole, with its case:
    /// `hr` is not `HR`, nor `hr eu`.
    #[must_use]
    pub fn permissions(&self, values: &[String]) -> Permissions {
        let has = |names: &[String]| values.iter().any(|value| names.contains(value));
        let is_sysadmin = has(&self.sysadmin);
        Permissions {
            may_reset_and_read: is_sysadmin || has(&self.people_administrator),
            may_edit_sources: is_sysadmin || has(&self.sync_administrator),
            may_edit_everything: is_sysadmin,
        }
    }

    /// A value of the claim for each role that the configuration gives to anybody, by the role's name.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [
            ("sysadmin", &self.sysadmin),
            ("people_administrator", &self.people_administrator),
            ("sync_administrator", &self.sync_administrator),
        ];
        named.into_iter().filter_map(|(role, values)| Some((role, values.first()?.as_str())))
    }
}

/// Reads `[roles]`. Without it, every token that the gateway accepts may use the API.
pub(crate) fn read(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<Roles> {
    let setting = file.optional("roles")?;
    let mut section = setting.section("[roles]", mistakes)?;
    let claim = section.required("claim", "claim = \"groups\"", mistakes);
    let claim = claim.and_then(|claim| claim.text(mistakes)).unwrap_or_default().to_owned();
    let mut names = |role| {
        let setting = section.optional(role)?;
        Some(setting.texts(mistakes)?.iter().map(|item| item.text.to_owned()).collect::<Vec<_>>())
    };
    let people = names("people_administrator");
    let sync = names("sync_administrator");
    let sysadmin = names("sysadmin");
    if people.is_none() && sync.is_none() && sysadmin.is_none() {
        let lack =
            "[roles] gives nobody access; write for example people_administrator = [\"rollcall-admins\"]";
        section.add_missing(lack, mistakes);
    }
    section.finish(mistakes);
    Some(Roles {
        claim,
        people_administrator: people.unwrap_or_default(),
        sync_administrator: sync.unwrap_or_default(),
        sysadmin: sysadmin.unwrap_or_default(),
    })
}
