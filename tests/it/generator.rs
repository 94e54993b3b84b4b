//! Makes companies: who is in the file, what changes from one month to the next, and what is wrong with the file.
//!
//! A company is a pure function of its seed. Who joins, leaves, changes or has a damaged row is drawn so that nobody
//! is two of these: what a run must come to can then be counted from here, without any of Rollcall's code.

use std::fmt::Write as _;

const GIVEN: [&str; 12] =
    ["Ada", "Björn", "Chloé", "Dmitri", "Elif", "Fátima", "Gül", "Hana", "Íris", "Jürgen", "Łucja", "Zoë"];
const FAMILY: [&str; 12] = [
    "Almeida",
    "Brandt",
    "Çelik",
    "Dvořák",
    "Eriksson",
    "Fischer",
    "García",
    "Hwang",
    "Ivanova",
    "Jónsdóttir",
    "Müller",
    "O'Neill",
];
const DEPARTMENTS: [&str; 6] =
    ["Finance", "Field Service", "Legal", "Platform", "Research, Applied", "Sales"];

/// What has become of a person in the second file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Stays,
    Joins,
    Leaves,
    Changes,
    /// Two rows in place of one, the second with the key in other letters.
    Doubled,
    /// The key is missing from the row.
    Keyless,
    /// A cell is missing from the row.
    Short,
    /// The same, written otherwise: letters taken apart, space around.
    Restyled,
}

/// A person of a company.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) number: u64,
    pub(crate) fate: Fate,
    hash: u64,
}

/// How many of a company's people have a fate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Churn {
    pub(crate) each: u16,
    pub(crate) is_dirty: bool,
}

/// The people of a company, those who join last.
pub(crate) fn company(seed: u64, size: u64, churn: Churn) -> Vec<Person> {
    let mut fates = vec![(Fate::Leaves, churn.each), (Fate::Changes, churn.each)];
    if churn.is_dirty {
        let dirt = [Fate::Doubled, Fate::Keyless, Fate::Short, Fate::Restyled];
        fates.extend(dirt.map(|fate| (fate, churn.each)));
    }
    let person = |number| Person { number, fate: Fate::Stays, hash: mix(seed ^ mix(number)) };
    let mut people: Vec<Person> = (0..size).map(person).collect();
    // Whom it meets is decided by another hash, so that fates lie all over the file.
    let mut drawn: Vec<usize> = (0..people.len()).collect();
    drawn.sort_by_key(|at| mix(seed.wrapping_add(people[*at].hash)));
    let fates = fates.into_iter().flat_map(|(fate, count)| std::iter::repeat_n(fate, usize::from(count)));
    for (at, fate) in drawn.into_iter().zip(fates) {
        people[at].fate = fate;
    }
    people.extend(
        (size..size + u64::from(churn.each)).map(|number| Person { fate: Fate::Joins, ..person(number) }),
    );
    people
}

/// The first file: all who are there before anything happens.
pub(crate) fn first_file(people: &[Person]) -> String {
    file(people.iter().filter(|person| person.fate != Fate::Joins).map(|person| person.row().to_vec()))
}

/// The second file: as the fates want it, and upside down.
pub(crate) fn second_file(people: &[Person]) -> String {
    file(people.iter().rev().flat_map(Person::rows_of_fate))
}

fn file(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = String::from("key,id,login,name,department,title\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    text
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

impl Person {
    pub(crate) fn key(&self) -> String {
        format!("p{:06}", self.number)
    }

    fn pick<'a>(&self, from: &[&'a str], shift: u32) -> &'a str {
        from[usize::try_from((self.hash >> shift) % from.len() as u64).unwrap()]
    }

    fn row(&self) -> [String; 6] {
        let name = format!("{} {}", self.pick(&GIVEN, 0), self.pick(&FAMILY, 16));
        let department = self.pick(&DEPARTMENTS, 32).to_owned();
        let login = format!("{}@example.org", self.key());
        [
            self.key(),
            format!("id-{:016x}", self.hash),
            login,
            name,
            department,
            String::from("member \"of\" staff"),
        ]
    }

    fn rows_of_fate(&self) -> Vec<Vec<String>> {
        let row = self.row();
        let [key, id, login, name, department, title] = row.clone();
        match self.fate {
            Fate::Stays | Fate::Joins => vec![row.to_vec()],
            Fate::Leaves => Vec::new(),
            Fate::Changes => vec![vec![key, id, login, name, department, String::from("head,\nacting")]],
            Fate::Doubled => {
                let (id, login) = (format!("{id}-2"), format!("2-{login}"));
                vec![row.to_vec(), vec![key.to_uppercase(), id, login, name, department, title]]
            }
            Fate::Keyless => vec![vec![String::new(), id, login, name, department, title]],
            Fate::Short => vec![vec![key, id, login, name, department]],
            Fate::Restyled => {
                vec![vec![
                    key,
                    id,
                    login,
                    format!("  {}\u{a0}", decomposed(&name)),
                    department,
                    format!(" {title} "),
                ]]
            }
        }
    }
}

/// With some of its letters taken apart.
fn decomposed(name: &str) -> String {
    name.replace('ö', "o\u{308}").replace('ü', "u\u{308}").replace('é', "e\u{301}")
}

/// The finaliser of splitmix64: a hash that is the same everywhere.
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
