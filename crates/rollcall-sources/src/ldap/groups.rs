//! Who is in scope: the members of the configured groups, and of the groups in them.
//!
//! Active Directory finds them itself, with one filter. On other servers this module reads the groups, each once, so
//! that groups may contain each other, and then looks at every person below the base.

use super::entry::LdapEntry;
use super::session::Session;
use crate::error::Error;
use ldap3::{Scope as SearchScope, ldap_escape};
use rollcall_config::{Group, LdapSettings};
use rollcall_core::fold::{Digest128, fold};
use rollcall_core::match_key::MatchKey;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

/// Kinds of groups outside of Active Directory.
const GROUP_CLASSES: &str = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)\
                             (objectClass=groupOfEntries)(objectClass=posixGroup))";

/// Kinds of groups that always have a member (RFC 4519): a group that shows no member hides them.
const NEVER_EMPTY: [&str; 2] = ["groupOfNames", "groupOfUniqueNames"];

/// "Is a member of, or of a group that is" (MS-ADTS 3.1.1.3.4.4.3).
const IN_CHAIN: &str = "memberOf:1.2.840.113556.1.4.1941:";

/// Which people of a search are in scope, and with which priority.
pub(crate) enum Scope {
    /// All of them.
    All(u16),
    /// The members that the groups name.
    Members(Members),
}

/// The members that groups name, and their priority. If several groups name a person, the first priority counts.
#[derive(Default)]
pub(crate) struct Members {
    by_dn: HashMap<Digest128, u16>,
    /// Unix groups name people by `uid`.
    by_uid: HashMap<String, u16>,
    /// Or people have the number of the group.
    by_gid: HashMap<String, u16>,
}

impl Scope {
    /// The priority of a person who is in scope.
    pub(crate) fn priority(&self, entry: &LdapEntry) -> Option<u16> {
        match self {
            Self::All(priority) => Some(*priority),
            Self::Members(members) => members.priority(entry),
        }
    }

    /// Checks at the end whether the result can be complete.
    pub(crate) fn check(&self, people: u64) -> Result<(), Error> {
        let Self::Members(members) = self else { return Ok(()) };
        let named = members.by_dn.len() + members.by_uid.len();
        if people == 0 && named > 0 {
            let why = format!(
                "none of the {named} members can be seen below `base`; correct it, or what `bind_dn` may read"
            );
            return Err(Error::NotWhole { of: String::from("the groups' members"), why });
        }
        Ok(())
    }
}

impl Members {
    fn priority(&self, entry: &LdapEntry) -> Option<u16> {
        let by_dn = dn_digest(entry.dn()).and_then(|dn| self.by_dn.get(&dn));
        let by_uid = entry.texts("uid").filter_map(|uid| self.by_uid.get(&fold(uid)));
        let by_gid = entry.text("gidNumber").and_then(|gid| self.by_gid.get(gid));
        by_dn.into_iter().chain(by_uid).chain(by_gid).min().copied()
    }

    fn note<K: std::hash::Hash + Eq>(map: &mut HashMap<K, u16>, key: K, priority: u16) {
        let least = map.entry(key).or_insert(priority);
        *least = priority.min(*least);
    }
}

/// Active Directory: the filter that finds the people of a group. The primary group is not in `memberOf`; a person
/// has its number.
pub(crate) async fn in_chain(
    session: &mut Session,
    settings: &LdapSettings,
    group: &Group,
) -> Result<(Scope, String), Error> {
    let attributes = ["primaryGroupToken"];
    let name = ldap_escape(group.name.as_str());
    let filter =
        format!("(&(objectCategory=group)(|(cn={name})(sAMAccountName={name})(displayName={name})))");
    let found = find_group(session, settings, group, &filter, &attributes).await?;
    let chain = format!("({IN_CHAIN}={})", ldap_escape(found.dn()));
    let nested = format!("(&(objectCategory=group){chain})");
    let nested = session.find(&settings.base, SearchScope::Subtree, &nested, &attributes).await?;
    let tokens: BTreeSet<&str> =
        nested.iter().chain([&found]).filter_map(|group| group.text("primaryGroupToken")).collect();
    let by_number: String =
        tokens.iter().map(|token| format!("(primaryGroupID={})", ldap_escape(*token))).collect();
    // In Active Directory a computer is a user, too; only its category is different.
    let filter = format!("(objectCategory=person)(objectClass=user)(|{chain}{by_number})");
    Ok((Scope::All(group.priority), filter))
}

/// Other servers: all people, and which of them the groups name.
pub(crate) async fn walk(session: &mut Session, settings: &LdapSettings) -> Result<(Scope, String), Error> {
    let mut members = Members::default();
    // Which of the members are groups themselves.
    let all = session.find(&settings.base, SearchScope::Subtree, GROUP_CLASSES, &["1.1"]).await?;
    let groups: HashSet<Digest128> = all.iter().filter_map(|group| dn_digest(group.dn())).collect();
    for group in &settings.groups {
        let name = ldap_escape(group.name.as_str());
        let filter = format!("(&{GROUP_CLASSES}(cn={name}))");
        let found = find_group(session, settings, group, &filter, &["1.1"]).await?;
        walk_one(session, group, found.dn(), &groups, &mut members).await?;
    }
    Ok((Scope::Members(members), String::from("(objectClass=person)")))
}

async fn walk_one(
    session: &mut Session,
    group: &Group,
    dn: &str,
    groups: &HashSet<Digest128>,
    members: &mut Members,
) -> Result<(), Error> {
    let mut visited: HashSet<Digest128> = dn_digest(dn).into_iter().collect();
    let mut to_visit = VecDeque::from([dn.to_owned()]);
    while let Some(dn) = to_visit.pop_front() {
        let named = read_members(session, &dn).await?;
        for member in named.dns {
            let Some(digest) = dn_digest(&member) else { continue };
            if !groups.contains(&digest) {
                Members::note(&mut members.by_dn, digest, group.priority);
            } else if visited.insert(digest) {
                to_visit.push_back(member);
            }
        }
        for uid in named.uids {
            Members::note(&mut members.by_uid, fold(&uid), group.priority);
        }
        if let Some(gid) = named.gid {
            Members::note(&mut members.by_gid, gid, group.priority);
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

/// A configured group: by its distinguished name, or by a unique name.
async fn find_group(
    session: &mut Session,
    settings: &LdapSettings,
    group: &Group,
    filter: &str,
    attributes: &[&str],
) -> Result<LdapEntry, Error> {
    let wrong = |what| Error::Group { group: group.name.clone(), what };
    let found = if group.name.contains('=') {
        match session.find(&group.name, SearchScope::Base, "(objectClass=*)", attributes).await {
            Err(Error::Settings { .. }) => return Err(wrong("does not exist, or `bind_dn` may not see it")),
            found => found?,
        }
    } else {
        session.find(&settings.base, SearchScope::Subtree, filter, attributes).await?
    };
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(wrong("does not exist below `base`, or `bind_dn` may not see it")),
        (Some(_), Some(_)) => {
            Err(wrong("exists more than once; write the distinguished name of the right one"))
        }
    }
}

/// A distinguished name in the form for comparing: by its parts (RFC 4514), not as text.
fn dn_digest(dn: &str) -> Option<Digest128> {
    MatchKey::parse(dn).ok().map(|key| key.digest())
}
