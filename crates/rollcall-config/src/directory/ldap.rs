//! A `[[source]]` of kind `ldap`.

use super::{is_this_machine, need_text, read_groups, read_page_items};
use crate::column::read_attribute;
use crate::mapping;
use crate::mistake::Mistakes;
use crate::secret::SecretRef;
use crate::section::Section;
use crate::sources::LdapSettings;
use crate::value::{Setting, quoted};
use url::Url;

/// Active Directory allows at most 1,000. This is enough for few round trips.
const PAGE_ITEMS: u32 = 500;

/// The largest page that Active Directory allows.
const PAGE_ITEMS_MAX: u32 = 1000;

/// More servers than this are not plausible: each that does not answer takes its time.
const URLS_MAX: usize = 8;

/// Reads the settings that follow the name and the kind.
pub(crate) fn read(mut section: Section<'_>, mistakes: &mut Mistakes) -> Option<LdapSettings> {
    let lines = section.lines(mistakes);
    let start_tls = section.optional("start_tls");
    let start_tls = start_tls.and_then(|setting| setting.truth(mistakes)).unwrap_or(false);
    let urls = section
        .required("url", "url = \"ldaps://dc1.example.com\"", mistakes)
        .and_then(|setting| read_urls(&setting, start_tls, mistakes));
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
    let base = section
        .required("base", "base = \"DC=example,DC=com\"", mistakes)
        .and_then(|setting| read_dn(&setting, mistakes));
    let group_base = section.optional("group_base").and_then(|setting| read_dn(&setting, mistakes));
    let match_field = section.optional("match_field");
    let match_field = match_field.and_then(|setting| read_attribute(&setting, mistakes));
    let groups = read_groups(&mut section, mistakes);
    let user_filter = section.optional("user_filter").and_then(|setting| read_filter(&setting, mistakes));
    let page_items = read_page_items(&mut section, PAGE_ITEMS, PAGE_ITEMS_MAX, mistakes);
    let mapping = mapping::read_of_directory(&mut section, mistakes);
    section.finish(mistakes);
    Some(LdapSettings {
        urls: urls?,
        start_tls,
        ca_file,
        bind_dn: bind_dn?,
        bind_password: bind_password?,
        base: base?,
        group_base,
        match_field: match_field.filter(|name| !name.eq_ignore_ascii_case("dn")),
        groups,
        user_filter,
        page_items,
        mapping,
        lines,
    })
}

/// One server, or a list of servers of one directory.
fn read_urls(setting: &Setting<'_>, start_tls: bool, mistakes: &mut Mistakes) -> Option<Vec<String>> {
    if setting.value.as_array().is_none() {
        return read_url(setting, start_tls, mistakes).map(|url| vec![url]);
    }
    let items = setting.items(mistakes);
    if items.is_empty() || items.len() > URLS_MAX {
        mistakes.add(setting.at, format!("`{}` must name from 1 to {URLS_MAX} servers", setting.name));
        return None;
    }
    let urls: Option<Vec<String>> = items.iter().map(|item| read_url(item, start_tls, mistakes)).collect();
    let urls = urls?;
    for (at, url) in urls.iter().enumerate() {
        if urls[..at].contains(url) {
            mistakes.add(setting.at, format!("the server {} is listed twice; remove one", quoted(url)));
        }
    }
    Some(urls)
}

/// A distinguished name. A bare domain is a common mistake, which the server answers with "no such object".
fn read_dn(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let text = setting.text(mistakes)?.trim();
    if text.contains('=') {
        return Some(text.to_owned());
    }
    let parts: Vec<String> = text.split('.').map(|part| format!("DC={part}")).collect();
    let what = format!(
        "`{}` must be a distinguished name, for example {}; found {}",
        setting.name,
        if text.contains('.') { parts.join(",") } else { String::from("DC=example,DC=com") },
        quoted(text)
    );
    mistakes.add(setting.at, what);
    None
}

fn read_url(setting: &Setting<'_>, start_tls: bool, mistakes: &mut Mistakes) -> Option<String> {
    let text = setting.text(mistakes)?.trim();
    let objection = match Url::parse(text) {
        _ if !text.contains("://") => format!("must begin with ldaps:// or ldap://; write ldaps://{text}"),
        Err(error) => format!("is not an address ({error})"),
        Ok(url) if matches!(url.port(), Some(3268 | 3269)) => String::from(
            "is the port of the global catalog, which lacks attributes that say who is active (accountExpires); write the \
             server's own port: 636 (ldaps://) or 389 (start_tls), or none",
        ),
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
