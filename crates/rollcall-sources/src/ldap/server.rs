//! Which kind of server it is, from its description of itself (the root DSE, RFC 4512, 5.1).
//!
//! This must be known first: filters that only Active Directory understands find nobody on other servers, without an
//! error.

use super::session::Session;
use crate::error::Error;
use ldap3::Scope;
use std::collections::HashMap;

/// The kinds of servers that are read in different ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Active Directory, or Samba in that role.
    ActiveDirectory,
    /// Active Directory Lightweight Directory Services: the same filters and ids, other attributes of the status.
    Lightweight,
    /// OpenLDAP, 389 Directory Server and others.
    Other,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) kind: Kind,
    /// Its name, for messages.
    pub(crate) name: String,
    /// The distinguished name of the whole domain, where there is one.
    pub(crate) root: Option<String>,
    /// Where it describes its schema.
    pub(crate) schema: Option<String>,
}

/// The capability of Active Directory (MS-ADTS 3.1.1.3.4.3.1).
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// The capability of Active Directory Lightweight Directory Services (MS-ADTS 3.1.1.3.4.3.8). It has such users, but
/// another attribute says who is disabled.
const LIGHTWEIGHT: &str = "1.2.840.113556.1.4.1851";

pub(crate) async fn look(session: &mut Session) -> Result<Server, Error> {
    let attributes = [
        "objectClass",
        "supportedCapabilities",
        "vendorName",
        "vendorVersion",
        "defaultNamingContext",
        "subschemaSubentry",
    ];
    let found = session.find("", Scope::Base, "(objectClass=*)", &attributes).await?;
    let root = found.into_iter().next();
    let text = |name: &str| root.as_ref().and_then(|root| root.text(name)).map(str::to_owned);
    let (domain, schema) = (text("defaultNamingContext"), text("subschemaSubentry"));
    let has = |capability| {
        root.iter().flat_map(|root| root.texts("supportedCapabilities")).any(|one| one == capability)
    };
    let is_openldap =
        root.iter().flat_map(|root| root.texts("objectClass")).any(|class| class == "OpenLDAProotDSE");
    let (kind, name) = if has(LIGHTWEIGHT) {
        (Kind::Lightweight, String::from("Active Directory Lightweight Directory Services"))
    } else if has(ACTIVE_DIRECTORY) {
        (Kind::ActiveDirectory, String::from("Active Directory"))
    } else if is_openldap {
        (Kind::Other, String::from("OpenLDAP"))
    } else {
        (Kind::Other, text("vendorName").unwrap_or_else(|| String::from("an LDAP server")))
    };
    Ok(Server { kind, name, root: domain, schema })
}

/// The attributes that the server knows (RFC 4512, 4.2): their names, by those in lower case; `None` if it does not say.
pub(crate) async fn known_attributes(
    session: &mut Session,
    server: &Server,
) -> Option<HashMap<String, String>> {
    let schema = server.schema.as_ref()?;
    let found = session.find(schema, Scope::Base, "(objectClass=*)", &["attributeTypes"]).await.ok()?;
    let names = found.iter().flat_map(|entry| entry.texts("attributeTypes")).flat_map(names_of);
    let names: HashMap<_, _> = names.map(|name| (name.to_ascii_lowercase(), name)).collect();
    (!names.is_empty()).then_some(names)
}

/// The names in a description: `( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )`.
fn names_of(description: &str) -> Vec<String> {
    let Some((_, after)) = description.split_once(" NAME ") else { return Vec::new() };
    let after = after.trim_start();
    let names = match after.strip_prefix('(') {
        Some(list) => list.split(')').next().unwrap_or_default(),
        None => after.split_ascii_whitespace().next().unwrap_or_default(),
    };
    names.split('\'').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::names_of;

    #[test]
    fn names_are_found_in_a_description() {
        assert_eq!(names_of("( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )"), ["cn", "commonName"]);
        assert_eq!(names_of("( 0.9.2342.19200300.100.1.1 NAME 'uid' DESC 'x' )"), ["uid"]);
        assert_eq!(names_of("( 1.2 DESC 'no name' )"), Vec::<String>::new());
    }
}
