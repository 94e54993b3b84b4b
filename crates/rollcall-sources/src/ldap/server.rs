//! Which kind of server it is, from its description of itself (the root DSE, RFC 4512, 5.1).
//!
//! This must be known first: filters that only Active Directory understands find nobody on other servers, without an
//! error.

use super::session::Session;
use crate::error::Error;
use ldap3::Scope;

/// The kinds of servers that are read in different ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Active Directory, or Samba in that role.
    ActiveDirectory,
    /// OpenLDAP, 389 Directory Server and others.
    Other,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) kind: Kind,
    /// Its name, for messages.
    pub(crate) name: String,
}

/// The capability of Active Directory (MS-ADTS 3.1.1.3.4.3.1).
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// The capability of Active Directory Lightweight Directory Services (MS-ADTS 3.1.1.3.4.3.8). It has the same users.
const LIGHTWEIGHT: &str = "1.2.840.113556.1.4.1851";

pub(crate) async fn look(session: &mut Session) -> Result<Server, Error> {
    let attributes = ["objectClass", "supportedCapabilities", "vendorName", "vendorVersion"];
    let found = session.find("", Scope::Base, "(objectClass=*)", &attributes).await?;
    let root = found.into_iter().next();
    let capabilities = root.iter().flat_map(|root| root.texts("supportedCapabilities"));
    if capabilities.into_iter().any(|one| one == ACTIVE_DIRECTORY || one == LIGHTWEIGHT) {
        return Ok(Server { kind: Kind::ActiveDirectory, name: String::from("Active Directory") });
    }
    let is_openldap =
        root.iter().flat_map(|root| root.texts("objectClass")).any(|class| class == "OpenLDAProotDSE");
    let vendor = root.as_ref().and_then(|root| root.text("vendorName"));
    let name = if is_openldap { "OpenLDAP" } else { vendor.unwrap_or("an LDAP server") };
    Ok(Server { kind: Kind::Other, name: name.to_owned() })
}
