//! LDAP, played as whole runs: against servers that nobody here wrote, where they can be had (`tests/outside/directories`).

mod foreign;
mod people;
mod server_faults;

use crate::world::World;
use rollcall_sync::shell::{Limits, Patience};
use rollcall_sync::store::{RunRecord, RunStatus};
use std::collections::BTreeMap;
use std::time::Duration;

/// An installation whose only source is an LDAP directory.
pub(crate) struct Office {
    pub(crate) world: World,
}

/// What a test says of a directory.
pub(crate) struct Site<'a> {
    pub(crate) url: &'a str,
    pub(crate) ca: Option<&'a str>,
    pub(crate) bind_dn: &'a str,
    pub(crate) password: &'a str,
    pub(crate) base: &'a str,
    /// Further settings of the source, as they stand in the file; the mapping last.
    pub(crate) settings: String,
    /// How long one request may take.
    pub(crate) request: Duration,
}

impl Office {
    pub(crate) async fn new(site: &Site<'_>) -> Self {
        let mut office = Self { world: World::new(&config(site, "env:NOBODY")).await };
        office.visit(site).await;
        office
    }

    /// Another directory, or another way to it, from now on.
    pub(crate) async fn visit(&mut self, site: &Site<'_>) {
        let secret = self.world.folder().join("password");
        std::fs::write(&secret, format!("{}\n", site.password)).unwrap();
        self.world.configure(&config(site, &format!("file:{}", secret.display()))).await;
        if let Some(ca) = site.ca {
            self.world.shell.store.put_object("config/ca.pem", ca.as_bytes().to_vec()).await.unwrap();
        }
        let patience = Patience { tries: 3, first_wait: Duration::from_millis(1), request: site.request };
        let limits = Limits { patience, ..Limits::default() };
        self.world.shell = self.world.shell.clone().with_limits(limits);
    }

    pub(crate) async fn sync(&self) -> RunRecord {
        self.world.reset(false, None).await.unwrap()
    }

    /// The outcomes of a run that must have been completed.
    pub(crate) async fn counts(&self) -> BTreeMap<String, u64> {
        let run = self.sync().await;
        assert_eq!(run.status, RunStatus::Completed, "{run:?}");
        let counts = run.summary.unwrap().counts;
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// Why a run was refused, which must have changed nothing.
    pub(crate) async fn refusal(&self) -> String {
        let run = self.sync().await;
        assert_eq!(run.status, RunStatus::Failed, "{run:?}");
        assert!(run.summary.is_none_or(|summary| summary.writes == 0));
        run.error.unwrap()
    }
}

fn config(site: &Site<'_>, password: &str) -> String {
    let ca = if site.ca.is_some() { "ca_file = \"ca.pem\"\n" } else { "" };
    format!(
        "[[source]]\nname = \"staff\"\nkind = \"ldap\"\nurl = {:?}\n{ca}bind_dn = {:?}\nbind_password = {password:?}\n\
         base = {:?}\n{}\n",
        site.url, site.bind_dn, site.base, site.settings
    )
}

/// Counts as they are written in a test.
pub(crate) fn counted<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(outcome, count)| (outcome.to_owned(), count)).collect()
}
