//! People one below the other with one e-mail address, as a spreadsheet makes them where a cell is filled down.
//!
//! Beside `logins`. Says it and changes nothing: a shop may have one mailbox.

/// Fewer may be a family, or the mailbox of a small office.
const PEOPLE_MIN: u64 = 5;

/// The longest run of people with one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SameAddress {
    last: String,
    run: Run,
    longest: Run,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    people: u64,
    line: u64,
}

impl SameAddress {
    /// Looks at the address of the next person.
    pub(super) fn see(&mut self, line: u64, address: Option<&str>) {
        let Some(address) = address else {
            self.last.clear();
            return;
        };
        if address != self.last {
            address.clone_into(&mut self.last);
            self.run = Run { people: 0, line };
        }
        self.run.people += 1;
        if self.run.people > self.longest.people {
            self.longest = self.run;
        }
    }

    /// What is to be said of it.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let Run { people, line } = self.longest;
        (people >= PEOPLE_MIN).then(|| {
            format!(
                "{people} people one below the other, from line {line} on, have one e-mail address; if a cell was filled down, \
                 export the file again"
            )
        })
    }
}
