//! Whether what was read of a directory adds up: among itself, and with what the last complete run has read.
//!
//! Below `directory`. A group that showed people and shows nobody, or a name that means another group today, may be a
//! right that was taken away or a mistake: nothing is published then, and the error says which figure (rule 23).

use crate::error::Error;
use crate::shell::Shell;
use rollcall_config::{SourceConfig, SourceSettings};
use rollcall_sources::directory::Directory;
use rollcall_sources::{Error as SourceError, GroupTally, OddPeople, Oddities, Oddity, Tally};
use rollcall_store::{DirectoryRead, GroupRead, PageTally, Reading};

/// Checks a whole reading, and answers with what is to be kept of it.
pub(super) async fn check(
    shell: &Shell,
    source: &SourceConfig,
    directory: &mut dyn Directory,
    reading: &Reading,
) -> Result<DirectoryRead, Error> {
    let read = total(reading);
    if let Some(last) = last_complete(shell, source).await? {
        let is_ldap = matches!(source.settings, SourceSettings::Ldap(_));
        for group in &read.groups {
            compare(group, &last, is_ldap).map_err(|error| error.placed(source.settings.lines()))?;
        }
    }
    let notes = directory.confirm(&read).await?;
    let groups = read.groups.iter().map(kept).collect();
    Ok(DirectoryRead { groups, notes })
}

/// The groups as the run has read them whose snapshot was applied last.
async fn last_complete(shell: &Shell, source: &SourceConfig) -> Result<Option<Vec<GroupRead>>, Error> {
    let Some(applied) = shell.store.applied_snapshot(&source.name).await? else { return Ok(None) };
    let run = shell.store.run(&applied.run).await?;
    Ok(run.and_then(|run| run.read).map(|read| read.groups))
}

fn compare(group: &GroupTally, last: &[GroupRead], is_ldap: bool) -> Result<(), SourceError> {
    let is_same_id = |known: &GroupRead| match (&known.id, &group.id) {
        (Some(known), Some(id)) => known.eq_ignore_ascii_case(id),
        (_, _) => known.name == group.name,
    };
    let is_by_name = group.id.as_ref().is_some_and(|id| !id.eq_ignore_ascii_case(&group.name))
        && !(is_ldap && group.name.contains('='));
    let of_name = last.iter().find(|known| known.name == group.name);
    if let Some(known) = of_name.filter(|known| is_by_name && !is_same_id(known)) {
        let (then, now) = (known.id.as_deref().unwrap_or_default(), group.id.as_deref().unwrap_or_default());
        let what = format!(
            "is another group than in the last complete run: its id is {now}, it was {then}; write the id of the right one \
             instead of the name"
        );
        return Err(SourceError::Group { group: group.name.clone(), what });
    }
    let Some(known) = last.iter().find(|known| is_same_id(known)) else { return Ok(()) };
    if known.people > 0 && group.people == 0 {
        let why = format!(
            "it shows nobody who is used, and showed {} in the last complete run; if that is meant, take it out of `groups`",
            known.people
        );
        return Err(SourceError::NotWhole { of: format!("the group {:?}", group.name), why });
    }
    Ok(())
}

/// What all pages of a reading have shown.
fn total(reading: &Reading) -> Tally {
    let mut total = Tally::default();
    for page in reading.pages() {
        total.add(&read_tally(&page.tally));
    }
    total
}

/// A tally as it is stored with a page.
pub(super) fn stored_tally(tally: &Tally) -> PageTally {
    let Tally { groups, people, hidden, attributes, oddities, kept: _ } = tally;
    let groups = groups.iter().map(kept).collect();
    let oddities = oddities.iter().map(|(oddity, odd)| {
        let OddPeople { people, example } = odd.clone();
        (oddity.as_str().to_owned(), (people, example))
    });
    let (attributes, oddities) = (attributes.clone(), oddities.collect());
    PageTally { groups, people: *people, hidden: *hidden, attributes, oddities }
}

fn read_tally(tally: &PageTally) -> Tally {
    let PageTally { groups, people, hidden, attributes, oddities: odd } = tally;
    let group = |group: &GroupRead| {
        let GroupRead { name, id, counted, seen, people, not_people, not_visible } = group.clone();
        GroupTally { name, id, counted, seen, people, not_people, not_visible }
    };
    let groups = groups.iter().map(group).collect();
    let mut oddities = Oddities::default();
    for (name, (people, example)) in odd {
        if let Some(oddity) = Oddity::parse(name) {
            oddities.add(oddity, &OddPeople { people: *people, example: example.clone() });
        }
    }
    let (people, hidden, attributes) = (*people, *hidden, attributes.clone());
    Tally { groups, people, hidden, attributes, oddities, kept: None }
}

fn kept(group: &GroupTally) -> GroupRead {
    let GroupTally { name, id, counted, seen, people, not_people, not_visible } = group.clone();
    GroupRead { name, id, counted, seen, people, not_people, not_visible }
}
