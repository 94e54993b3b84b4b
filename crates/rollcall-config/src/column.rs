//! A column or template as the value of a setting. Below `mapping`, `status` and `dates`.
//!
//! Promises that no attribute in which a directory keeps passwords is read (section 1 of the rules).

use crate::mistake::Mistakes;
use crate::template::Template;
use crate::value::{Setting, quoted};

/// Attributes in which directories keep passwords.
const PASSWORDS: [&str; 7] = [
    "password",
    "userPassword",
    "unicodePwd",
    "passwordProfile",
    "credentials",
    "sambaNTPassword",
    "sambaLMPassword",
];

/// A column or template. A column of passwords is refused.
pub(crate) fn read_template(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<Template> {
    if setting.value.as_str().is_none() {
        setting.add(mistakes, "must name a column or attribute, in quotes");
        return None;
    }
    let text = setting.text(mistakes)?;
    let template = match text.parse::<Template>() {
        Ok(template) => template,
        Err(error) => {
            mistakes.add(setting.at, format!("`{}` {}: {error}", setting.name, quoted(text)));
            return None;
        }
    };
    if setting.name != "password" && template.columns().into_iter().any(|name| is_password(name)) {
        mistakes.add(setting.at, password(setting.name));
        return None;
    }
    Some(template)
}

/// One attribute, as it is. One of passwords is refused, and so is a template.
pub(crate) fn read_attribute(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let template = read_template(setting, mistakes)?;
    if template.as_column().is_none() {
        let what = format!(
            "`{}` must be one attribute; found the template {}",
            setting.name,
            quoted(&template.to_string())
        );
        mistakes.add(setting.at, what);
    }
    template.as_column().cloned()
}

/// Whether it is an attribute in which a directory keeps passwords.
pub(crate) fn is_password(heading: &str) -> bool {
    PASSWORDS.iter().any(|name| heading.eq_ignore_ascii_case(name))
}

/// What is said of a setting that names a column of passwords.
pub(crate) fn password(setting: &str) -> String {
    format!("`{setting}` must not come from a password column: Rollcall never reads passwords")
}
