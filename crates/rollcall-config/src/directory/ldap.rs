//! A `[[source]]` of kind `ldap`.

use super::{is_this_machine, need_text, read_groups};
use crate::mapping;
use crate::mistake::Mistakes;
use crate::secret::SecretRef;
use crate::section::Section;
use crate::sources::LdapSettings;
use crate::value::{Setting, quoted};
use url::Url;

/// Active Directory allows at most 1,000. This is enough for few round trips.
const PAGE_ITEMS: u32 = 500;

/// Reads the settings that follow the name and the kind.
pub(crate) fn read(mut section: Section<'_>, mistakes: &mut Mistakes) -> Option<LdapSettings> {
    let start_tls = section.optional("start_tls");
    let start_tls = start_tls.and_then(|setting| setting.truth(mistakes)).unwrap_or(false);
    let url = section
        .required("url", "url = \"ldaps://dc1.example.com\"", mistakes)
        .and_then(|setting| read_url(&setting, start_tls, mistakes));
    let ca_file = section.optional("ca_file").and_then(|setting| setting.file_beside(mistakes));
    let bind_dn = need_text(
        &mut section,
        "bind_dn",
        "bind_dn = \"CN=svc-sync,OU=Services,DC=example,DC=com\"",
        mistakes,
    );
    let bind_password = section
        .required("bind_password", "bind_password = \"ssm:/rollcall/ldap-password\"", mistakes)
        .and_then(|setting| SecretRef::read(&setting, mistakes));
    let base = need_text(&mut section, "base", "base = \"DC=example,DC=com\"", mistakes);
    let groups = read_groups(&mut section, mistakes);
    let user_filter = section.optional("user_filter").and_then(|setting| read_filter(&setting, mistakes));
    let page_items = section.optional("page_items").and_then(|setting| read_page_items(&setting, mistakes));
    let mapping = mapping::read_of_directory(&mut section, mistakes);
    section.finish(mistakes);
    Some(LdapSettings {
        url: url?,
        start_tls,
        ca_file,
        bind_dn: bind_dn?,
        bind_password: bind_password?,
        base: base?,
        groups,
        user_filter,
        page_items: page_items.unwrap_or(PAGE_ITEMS),
        mapping,
    })
}

fn read_url(setting: &Setting<'_>, start_tls: bool, mistakes: &mut Mistakes) -> Option<String> {
    let text = setting.text(mistakes)?.trim();
    let objection = match Url::parse(text) {
        Err(error) => format!("is not an address ({error})"),
        Ok(url) if url.host_str().is_none_or(str::is_empty) => String::from("has no host"),
        Ok(url) if !matches!(url.path(), "" | "/") => {
            String::from("must end after the host or the port; write the rest as `base`")
        }
        Ok(url) if url.scheme() == "ldaps" && start_tls => {
            String::from("is already encrypted with ldaps://; remove `start_tls`")
        }
        Ok(url) if url.scheme() == "ldaps" => return Some(text.to_owned()),
        Ok(url) if url.scheme() == "ldap" && (start_tls || is_this_machine(&url)) => {
            return Some(text.to_owned());
        }
        Ok(url) if url.scheme() == "ldap" => {
            String::from("would send the password unencrypted; write ldaps://, or add start_tls = true")
        }
        Ok(_) => String::from("must begin with ldaps:// or ldap://"),
    };
    mistakes.add(setting.at, format!("`{}` {objection}; found {}", setting.name, quoted(text)));
    None
}

fn read_filter(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let filter = setting.text(mistakes)?.trim();
    let is_enclosed = filter.starts_with('(') && filter.ends_with(')');
    if !is_enclosed {
        let what = "must be a filter in parentheses, for example (employeeType=staff)";
        mistakes.add(setting.at, format!("`{}` {what}; found {}", setting.name, quoted(filter)));
        return None;
    }
    Some(filter.to_owned())
}

fn read_page_items(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<u32> {
    let items = setting.whole_number(1000, mistakes)?;
    if items == 0 {
        mistakes.add(setting.at, "`page_items` must be from 1 to 1000");
        return None;
    }
    u32::try_from(items).ok()
}
