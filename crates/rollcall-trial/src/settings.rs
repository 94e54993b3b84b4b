//! The settings that are proposed for a file, each with its reason, in the order in which they are written.

use crate::line::toml_text;

/// A setting that is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposed {
    pub(crate) name: String,
    /// Its value as TOML.
    pub(crate) value: String,
    pub(crate) why: String,
}

/// What is proposed for a file.
#[derive(Default)]
pub(crate) struct Settings {
    /// Settings of the source and of its mapping, in the order in which they are written.
    pub(crate) all: Vec<Proposed>,
    pub(crate) notes: Vec<String>,
}

impl Settings {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all.iter().any(|setting| setting.name == name)
    }

    pub(crate) fn add(&mut self, name: &str, value: String, why: impl Into<String>) {
        self.all.push(Proposed { name: name.to_owned(), value, why: why.into() });
    }

    /// Whether a setting names a column.
    pub(crate) fn uses(&self, heading: &str) -> bool {
        let written = [
            toml_text(heading),
            format!("{{{heading}}}"),
            format!("{{{heading} |"),
            format!("'{}'", heading.replace('\'', "''")),
        ];
        self.all.iter().any(|setting| written.iter().any(|written| setting.value.contains(written)))
    }

    /// Whether something is said of a column already.
    pub(crate) fn mentions(&self, heading: &str) -> bool {
        let quoted = format!("{heading:?}");
        self.notes.iter().any(|note| note.contains(&quoted))
    }

    /// Says which words of a status are in no list.
    pub(crate) fn note_unknown(&mut self, heading: &str, words: &[&str]) {
        let listed = words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        self.notes.push(format!(
            "{heading:?} also has {listed}: add each word to `true` or to `false` of `active`; until then such a row is \
             rejected and changes nobody"
        ));
    }

    /// Takes out what cannot be written in this way, and says so: a heading may have signs of which no description thinks.
    pub(crate) fn keep(&mut self, is_good: &dyn Fn(&Self) -> bool) {
        if is_good(self) {
            return;
        }
        for setting in std::mem::take(&mut self.all) {
            let name = setting.name.clone();
            self.all.push(setting);
            if !is_good(self) {
                self.all.pop();
                self.notes.push(format!(
                    "`{name}` is left out: its column cannot be written down; give it a plain heading"
                ));
            }
        }
    }
}
