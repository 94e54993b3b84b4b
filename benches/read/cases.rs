//! What is read: every kind of source with people of its own making, each served by another process.

use crate::it::fakes::entra::Entra;
use crate::it::fakes::ldap::{FakeLdap, Flavour};
use crate::it::fakes::okta::Okta;
use crate::it::fakes::{FakeDirectory, Person};
use crate::rows;
use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A source of this many people: its configuration, and what else it needs in the bucket.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Site {
    /// `rollcall.toml`.
    pub(crate) config: String,
    /// What lies in the bucket besides: keys, and the files that hold them.
    pub(crate) objects: Vec<(String, String)>,
}

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Csv,
    /// The same file: the fields come from templates, and a condition is asked of each row.
    CsvTemplates,
    ActiveDirectory,
    OpenLdap,
    Entra,
    Okta,
    /// A server that somebody else has started, as the environment says.
    ForeignLdap,
}

impl Case {
    pub(crate) const PLAYED: [Self; 6] =
        [Self::Csv, Self::CsvTemplates, Self::ActiveDirectory, Self::OpenLdap, Self::Entra, Self::Okta];

    /// A file, which no server gives.
    pub(crate) fn is_file(self) -> bool {
        matches!(self, Self::Csv | Self::CsvTemplates)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::CsvTemplates => "csv, templates and a condition",
            Self::ActiveDirectory => "ldap, played Active Directory",
            Self::OpenLdap => "ldap, played OpenLDAP",
            Self::Entra => "entra, played",
            Self::Okta => "okta, played",
            Self::ForeignLdap => "ldap, the server of LDAP_URL",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::PLAYED.into_iter().chain([Self::ForeignLdap]).find(|case| case.name() == name)
    }

    /// Serves so many people until `until` is over, once `tell` knows where.
    pub(crate) async fn serve(
        self,
        people: u64,
        folder: &Path,
        tell: impl FnOnce(&Site) -> Result<()>,
        until: impl Future<Output = ()>,
    ) -> Result<()> {
        let of = |source: String| Site { config: source, objects: Vec::new() };
        match self {
            Self::Csv => tell(&csv(people, folder, rows::plain())?)?,
            Self::CsvTemplates => tell(&csv(people, folder, rows::templates())?)?,
            Self::ForeignLdap => tell(&foreign_ldap(folder)?)?,
            Self::ActiveDirectory | Self::OpenLdap => {
                let is_ad = self == Self::ActiveDirectory;
                let fake =
                    FakeLdap::new(if is_ad { Flavour::ActiveDirectory } else { Flavour::OpenLdap }).await;
                fake.fill(&everybody(people, |name| format!("CN={name},OU=People,DC=example,DC=com")));
                fake.serve_large_pages();
                tell(&of(fake.source().replace("page_items = 2\n", "")))?;
                until.await;
                return Ok(());
            }
            Self::Entra => {
                let fake = Entra::start().await;
                fake.fill(&everybody(people, str::to_owned));
                fake.serve_large_pages();
                tell(&of(fake.source()))?;
                until.await;
                return Ok(());
            }
            Self::Okta => {
                let fake = Okta::start().await;
                fake.fill(&everybody(people, |name| format!("{name}@example.com")));
                fake.serve_large_pages();
                tell(&of(fake.source()))?;
                until.await;
                return Ok(());
            }
        }
        until.await;
        Ok(())
    }
}

fn everybody(people: u64, key: impl Fn(&str) -> String) -> Vec<Person> {
    let person = |number: u64| {
        // As far apart as the order of the keys can be from that of the pages.
        let name = format!("user{:07}", number.wrapping_mul(7_368_787) % 10_000_000);
        Person {
            key: key(&name),
            id: format!("{number:020x}"),
            title: String::from("Senior Consultant, Customer Operations"),
            username: name,
            is_disabled: number % 40 == 39,
            is_admin: false,
            starts: String::new(),
            ends: String::new(),
            block_credential: String::new(),
        }
    };
    (0..people).map(person).collect()
}

fn csv(people: u64, folder: &Path, config: String) -> Result<Site> {
    let file = folder.join("staff.csv");
    let mut text = String::from(rows::HEADINGS);
    (0..people).for_each(|number| rows::push_row(&mut text, number));
    std::fs::write(&file, text)?;
    Ok(Site { config, objects: vec![(String::from("inbox/staff.csv"), file.display().to_string())] })
}

/// The group `everyone` of a server whose address and credentials are in the environment.
fn foreign_ldap(folder: &Path) -> Result<Site> {
    let setting = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
    let password = folder.join("password");
    std::fs::write(&password, setting("LDAP_BIND_PW")?)?;
    let ca = setting("LDAP_CA")?;
    if !Path::new(&ca).exists() {
        bail!("LDAP_CA: there is no {ca}");
    }
    let config = format!(
        "[[source]]\nname = \"staff\"\nkind = \"ldap\"\nurl = {:?}\nca_file = \"ca.pem\"\nbind_dn = {:?}\n\
         bind_password = \"file:{}\"\nbase = {:?}\ngroups = [\"everyone\"]\n",
        setting("LDAPS_URL")?,
        setting("LDAP_BIND_DN")?,
        password.display(),
        setting("LDAP_BASE")?,
    );
    Ok(Site { config, objects: vec![(String::from("config/ca.pem"), ca)] })
}
