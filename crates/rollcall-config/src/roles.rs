//! `[roles]`: which values of a claim in a caller's token give which role (section 1 of the rules).
//!
//! Above `section.rs`, which takes the names of the roles from here. Promises that [`Role`] is the only list of roles.

use crate::mistake::Mistakes;
use crate::section::Section;
use std::collections::BTreeMap;

/// What a person is to Rollcall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Triggers Reset, reads, blocks and unblocks.
    PeopleAdministrator,
    /// Edits the csv, entra and okta sources.
    SyncAdministrator,
    /// May do everything.
    Sysadmin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::PeopleAdministrator, Self::SyncAdministrator, Self::Sysadmin];

    /// Its name, as `[roles]` has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PeopleAdministrator => "people_administrator",
            Self::SyncAdministrator => "sync_administrator",
            Self::Sysadmin => "sysadmin",
        }
    }

    /// What it permits.
    #[must_use]
    pub const fn permissions(self) -> Permissions {
        match self {
            Self::PeopleAdministrator => Permissions { may_reset_and_read: true, ..Permissions::NONE },
            Self::SyncAdministrator => Permissions { may_edit_sources: true, ..Permissions::NONE },
            Self::Sysadmin => Permissions::ALL,
        }
    }
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

    /// None.
    pub const NONE: Self =
        Self { may_reset_and_read: false, may_edit_sources: false, may_edit_everything: false };

    /// Whether there is any.
    #[must_use]
    pub fn are_any(self) -> bool {
        self.may_reset_and_read || self.may_edit_sources || self.may_edit_everything
    }

    /// These and those.
    const fn and(self, others: Self) -> Self {
        Self {
            may_reset_and_read: self.may_reset_and_read || others.may_reset_and_read,
            may_edit_sources: self.may_edit_sources || others.may_edit_sources,
            may_edit_everything: self.may_edit_everything || others.may_edit_everything,
        }
    }
}

/// Who may use the HTTP API. Read from one claim of the token, as the issuer writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Name of the claim: `groups`, `roles`, or another name that the issuer uses.
    pub claim: String,
    /// Values of the claim that give a role, for each role that the configuration gives to anybody.
    pub(crate) values: BTreeMap<Role, Vec<String>>,
}

impl Roles {
    /// The permissions of a person with these values of the claim. A value is compared as a whole, with its case:
    /// `hr` is not `HR`, nor `hr eu`.
    #[must_use]
    pub fn permissions(&self, values: &[String]) -> Permissions {
        self.values
            .iter()
            .filter(|(_, names)| values.iter().any(|value| names.contains(value)))
            .fold(Permissions::NONE, |permissions, (role, _)| permissions.and(role.permissions()))
    }

    /// A value of the claim for each role that the configuration gives to anybody, by the role's name.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.values.iter().filter_map(|(role, values)| Some((role.as_str(), values.first()?.as_str())))
    }
}

/// Reads `[roles]`. Without it, every token that the gateway accepts may use the API.
pub(crate) fn read(file: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<Roles> {
    let setting = file.optional("roles")?;
    let mut section = setting.section("[roles]", mistakes)?;
    let claim = section.required("claim", "claim = \"groups\"", mistakes);
    let claim = claim.and_then(|claim| claim.text(mistakes)).unwrap_or_default().to_owned();
    let mut values = BTreeMap::new();
    for role in Role::ALL {
        let names = section.optional(role.as_str()).and_then(|setting| setting.texts(mistakes));
        if let Some(names) = names {
            values.insert(role, names.iter().map(|item| item.text.to_owned()).collect());
        }
    }
    if values.is_empty() {
        let example = Role::PeopleAdministrator.as_str();
        let lack =
            format!("[roles] gives nobody access; write for example {example} = [\"rollcall-admins\"]");
        section.add_missing(&lack, mistakes);
    }
    section.finish(mistakes);
    Some(Roles { claim, values })
}
