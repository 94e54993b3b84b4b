//! Who is in scope: the members of the configured groups, and of the groups in them.
//!
//! Active Directory finds them itself, with one filter. On other servers this module reads the groups, each once, so
//! that groups may contain each other, and then looks at every person below the base.

use super::entry::LdapEntry;
use super::person;
use super::server::{Kind, Server};
use super::session::Session;
use crate::error::Error;
use crate::tally::GroupTally;
use ldap3::{Scope as SearchScope, ldap_escape};
use rollcall_config::{Group, LdapSettings};
use rollcall_core::fold::{Digest128, fold};
use rollcall_core::match_key::MatchKey;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use uuid::Uuid;

/// Kinds of groups outside of Active Directory.
const GROUP_CLASSES: &str = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)\
                             (objectClass=groupOfEntries)(objectClass=posixGroup))";

/// Kinds of groups that always have a member (RFC 4519): a group that shows no member hides them.
const NEVER_EMPTY: [&str; 2] = ["groupOfNames", "groupOfUniqueNames"];

/// "Is a member of, or of a group that is" (MS-ADTS 3.1.1.3.4.4.3).
const IN_CHAIN: &str = "memberOf:1.2.840.113556.1.4.1941:";

/// Which people of a search are in scope, and with which priority.
pub(crate) enum Scope {
    /// All of them are members of one group.
    All(Box<One>),
    /// The members that the groups name.
    Members(Members),
}

/// The one group whose members are found by a search.
pub(crate) struct One {
    priority: u16,
    tally: GroupTally,
}

/// The members that groups name.
#[derive(Default)]
pub(crate) struct Members {
    /// The groups, in the order of the settings, and how many people were found in each.
    groups: Vec<GroupTally>,
    by_dn: HashMap<Digest128, Place>,
    /// Unix groups name people by `uid`.
    by_uid: HashMap<String, Place>,
    /// Or people have the number of the group.
    by_gid: HashMap<String, Place>,
}

/// Where a member is named. If several groups name a person, the first priority counts.
struct Place {
    priority: u16,
    groups: BTreeSet<usize>,
    is_found: bool,
}

impl Scope {
    /// The priority of a person who is in scope, and counts them.
    pub(crate) fn take(&mut self, entry: &LdapEntry) -> Option<u16> {
        match self {
            Self::All(one) => {
                one.tally.people += 1;
                one.tally.seen += 1;
                Some(one.priority)
            }
            Self::Members(members) => members.take(entry),
        }
    }

    /// What was found of the groups, at the end of the search.
    ///
    /// # Errors
    /// When none of the named members was found.
    pub(crate) fn finish(self) -> Result<Vec<GroupTally>, Error> {
        let mut members = match self {
            Self::All(one) => return Ok(vec![one.tally]),
            Self::Members(members) => members,
        };
        let places = || members.by_dn.values().chain(members.by_uid.values());
        let is_anybody_found = places().chain(members.by_gid.values()).any(|place| place.is_found);
        let named = places().count();
        if !is_anybody_found && named > 0 {
            let why = format!(
                "none of the {named} members can be seen below `base`; correct it, or what `bind_dn` may read, or \
                 `user_filter` if there is one"
            );
            return Err(Error::NotWhole { of: String::from("the groups' members"), why });
        }
        let lost: Vec<usize> =
            places().filter(|place| !place.is_found).flat_map(|place| place.groups.iter().copied()).collect();
        for group in lost {
            if let Some(group) = members.groups.get_mut(group) {
                group.not_visible += 1;
            }
        }
        Ok(members.groups)
    }
}

impl Members {
    fn take(&mut self, entry: &LdapEntry) -> Option<u16> {
        let (mut priority, mut groups) = (None, BTreeSet::new());
        let mut take = |place: Option<&mut Place>| {
            if let Some(place) = place {
                place.is_found = true;
                priority = Some(priority.map_or(place.priority, |known: u16| known.min(place.priority)));
                groups.extend(place.groups.iter().copied());
            }
        };
        take(dn_digest(entry.dn()).and_then(|dn| self.by_dn.get_mut(&dn)));
        for uid in entry.texts("uid") {
            take(self.by_uid.get_mut(&fold(uid)));
        }
        take(entry.text("gidNumber").and_then(|gid| self.by_gid.get_mut(gid)));
        for group in groups {
            if let Some(group) = self.groups.get_mut(group) {
                group.people += 1;
                group.seen += 1;
            }
        }
        priority
    }

    fn note<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Place>, key: K, priority: u16, group: usize) {
        let new = || Place { priority, groups: BTreeSet::new(), is_found: false };
        let place = map.entry(key).or_insert_with(new);
        place.priority = priority.min(place.priority);
        place.groups.insert(group);
    }
}

/// Active Directory: the filter that finds the people of a group. The primary group is not in `memberOf`; a person
/// has its number.
pub(crate) async fn in_chain(
    session: &mut Session,
    settings: &LdapSettings,
    server: &Server,
    group: &Group,
) -> Result<(Scope, String), Error> {
    let attributes = ["primaryGroupToken", "objectGUID"];
    let name = ldap_escape(group.name.as_str());
    let filter =
        format!("(&(objectCategory=group)(|(cn={name})(sAMAccountName={name})(displayName={name})))");
    let found = find_group(session, settings, server.kind, group, &filter, &attributes).await?;
    let chain = format!("({IN_CHAIN}={})", ldap_escape(found.dn()));
    let nested = format!("(&(objectCategory=group){chain})");
    // A nested group counts wherever in the domain it is, as its members do.
    let root = server.root.as_deref().unwrap_or(&settings.base);
    let nested = session.find(root, SearchScope::Subtree, &nested, &attributes).await?;
    let tokens: BTreeSet<&str> =
        nested.iter().chain([&found]).filter_map(|group| group.text("primaryGroupToken")).collect();
    let by_number: String =
        tokens.iter().map(|token| format!("(primaryGroupID={})", ldap_escape(*token))).collect();
    let groups: Vec<&str> = nested.iter().chain([&found]).map(LdapEntry::dn).collect();
    let (not_people, not_visible) = others(session, root, &settings.base, &groups).await?;
    let tally = GroupTally {
        name: group.name.clone(),
        id: person::id_of(&found, server.kind),
        seen: not_people,
        not_people,
        not_visible,
        ..GroupTally::default()
    };
    // In Active Directory a computer is a user, too; only its category is different.
    let filter = format!("{PEOPLE}(|{chain}{by_number})");
    Ok((Scope::All(Box::new(One { priority: group.priority, tally })), filter))
}

/// People, and nothing else, in Active Directory.
const PEOPLE: &str = "(objectCategory=person)(objectClass=user)";

/// For more groups in a group than this, nothing is said of the members that are no people: the filter would be too long.
const GROUPS_COUNTED_MAX: usize = 200;

/// How many members of these groups are no people (contacts, computers, people of other forests), and how many are people
/// outside of the base. Each group is named: "is a member of a group in" would be asked of every object of the domain.
async fn others(session: &mut Session, root: &str, base: &str, groups: &[&str]) -> Result<(u64, u64), Error> {
    if groups.len() > GROUPS_COUNTED_MAX {
        return Ok((0, 0));
    }
    let of_groups: String = groups.iter().map(|dn| format!("(memberOf={})", ldap_escape(*dn))).collect();
    let filter = format!("(&(|{of_groups})(!(objectCategory=group))(!(&{PEOPLE})))");
    let no_people = session.find(root, SearchScope::Subtree, &filter, &["1.1"]).await?;
    let mut outside = 0;
    if dn_digest(root) != dn_digest(base) {
        let filter = format!("(&{PEOPLE}(|{of_groups}))");
        let ending = format!(",{}", base.to_lowercase());
        let people = session.find(root, SearchScope::Subtree, &filter, &["1.1"]).await?;
        outside = people.iter().filter(|person| !person.dn().to_lowercase().ends_with(&ending)).count();
    }
    Ok((no_people.len() as u64, outside as u64))
}

/// Other servers: all people, and which of them the groups name.
pub(crate) async fn walk(
    session: &mut Session,
    settings: &LdapSettings,
    kind: Kind,
) -> Result<(Scope, String), Error> {
    let mut members = Members::default();
    // Which of the members are groups themselves.
    let base = group_base(settings);
    let all = session.find(base, SearchScope::Subtree, GROUP_CLASSES, &["1.1"]).await?;
    let groups: HashSet<Digest128> = all.iter().filter_map(|group| dn_digest(group.dn())).collect();
    for group in &settings.groups {
        let name = ldap_escape(group.name.as_str());
        let filter = format!("(&{GROUP_CLASSES}(cn={name}))");
        let found = find_group(session, settings, kind, group, &filter, &["entryUUID", "nsUniqueId"]).await?;
        let id = person::id_of(&found, kind);
        members.groups.push(GroupTally { name: group.name.clone(), id, ..GroupTally::default() });
        walk_one(session, group, found.dn(), &groups, &mut members).await?;
    }
    // A Unix account need not be a person to the directory.
    Ok((Scope::Members(members), String::from("(|(objectClass=person)(objectClass=posixAccount))")))
}

fn group_base(settings: &LdapSettings) -> &str {
    settings.group_base.as_deref().unwrap_or(&settings.base)
}

/// Notes the members of the newest of the groups, and of the groups in it.
async fn walk_one(
    session: &mut Session,
    group: &Group,
    dn: &str,
    groups: &HashSet<Digest128>,
    members: &mut Members,
) -> Result<(), Error> {
    let (at, priority) = (members.groups.len().saturating_sub(1), group.priority);
    let mut visited: HashSet<Digest128> = dn_digest(dn).into_iter().collect();
    let mut to_visit = VecDeque::from([dn.to_owned()]);
    while let Some(dn) = to_visit.pop_front() {
        let named = read_members(session, &dn).await?;
        for member in named.dns {
            let Some(digest) = dn_digest(&member) else { continue };
            if !groups.contains(&digest) {
                Members::note(&mut members.by_dn, digest, priority, at);
            } else if visited.insert(digest) {
                to_visit.push_back(member);
            }
        }
        for uid in named.uids {
            Members::note(&mut members.by_uid, fold(&uid), priority, at);
        }
        if let Some(gid) = named.gid {
            Members::note(&mut members.by_gid, gid, priority, at);
        }
    }
    Ok(())
}

/// The members that one group names.
struct Named {
    dns: Vec<String>,
    uids: Vec<String>,
    gid: Option<String>,
}

async fn read_members(session: &mut Session, dn: &str) -> Result<Named, Error> {
    let attributes = ["objectClass", "member", "uniqueMember", "memberUid", "gidNumber"];
    let found = session.find(dn, SearchScope::Base, "(objectClass=*)", &attributes).await?;
    let Some(group) = found.into_iter().next() else {
        let why = format!("the group {dn} existed a moment ago and is now gone");
        return Err(Error::NotWhole { of: String::from("the groups"), why });
    };
    let mut dns: Vec<String> = group.texts("uniqueMember").map(str::to_owned).collect();
    let mut part = group.clone();
    loop {
        dns.extend(part.texts("member").map(str::to_owned));
        let Some(start) = part.goes_on_at("member") else { break };
        let rest = format!("member;range={start}-*");
        let found = session.find(dn, SearchScope::Base, "(objectClass=*)", &[&rest]).await?;
        part = found.into_iter().next().filter(|part| part.has("member")).ok_or_else(|| Error::NotWhole {
            of: format!("the group {dn}"),
            why: format!("its members end at {start}, but the server said that there are more"),
        })?;
    }
    let uids: Vec<String> = group.texts("memberUid").map(str::to_owned).collect();
    let hides = group
        .texts("objectClass")
        .any(|class| NEVER_EMPTY.iter().any(|kind| kind.eq_ignore_ascii_case(class)));
    if hides && dns.is_empty() && !group.has("member") && !group.has("uniqueMember") {
        return Err(Error::Forbidden {
            server: session.server().to_owned(),
            what: "to see the members of a group",
            reply: dn.to_owned(),
            cure: "let `bind_dn` read `member` and `uniqueMember`",
        });
    }
    Ok(Named { dns, uids, gid: group.text("gidNumber").map(str::to_owned) })
}

/// A configured group: by its distinguished name, its id, or a unique name. A name may have a "=" in it.
async fn find_group(
    session: &mut Session,
    settings: &LdapSettings,
    kind: Kind,
    group: &Group,
    filter: &str,
    attributes: &[&str],
) -> Result<LdapEntry, Error> {
    let wrong = |what: String| Error::Group { group: group.name.clone(), what };
    let mut found = Vec::new();
    let dn = match (Uuid::try_parse(&group.name).ok().filter(|_| group.name.len() == 36), kind) {
        (Some(id), Kind::ActiveDirectory | Kind::Lightweight) => Some(format!("<GUID={id}>")),
        (Some(_), Kind::Other) | (None, _) => group.name.contains('=').then(|| group.name.clone()),
    };
    if let Some(dn) = &dn {
        match session.find(dn, SearchScope::Base, "(objectClass=*)", attributes).await {
            // There is no such entry, or it is no distinguished name.
            Err(Error::Settings { .. } | Error::Answer { .. }) => {}
            one => found = one?,
        }
    }
    if found.is_empty() {
        let id = ldap_escape(group.name.as_str());
        let by_id = format!("(&{GROUP_CLASSES}(|(entryUUID={id})(nsUniqueId={id})))");
        let is_id = kind == Kind::Other && Uuid::try_parse(&group.name).is_ok();
        let filter = if is_id { &by_id } else { filter };
        found = session.find(group_base(settings), SearchScope::Subtree, filter, attributes).await?;
    }
    let names: Vec<String> = found.iter().take(5).map(|one| one.dn().to_owned()).collect();
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) if dn.is_some() => Err(wrong(String::from("does not exist, or `bind_dn` may not see it"))),
        (None, _) => {
            let base = if settings.group_base.is_some() { "group_base" } else { "base" };
            Err(wrong(format!("does not exist below `{base}`, or `bind_dn` may not see it")))
        }
        (Some(_), Some(_)) => Err(wrong(format!(
            "exists more than once; write the distinguished name of the right one ({})",
            names.join("; ")
        ))),
    }
}

/// A distinguished name in the form for comparing: by its parts (RFC 4514), not as text.
fn dn_digest(dn: &str) -> Option<Digest128> {
    MatchKey::parse(dn).ok().map(|key| key.digest())
}
