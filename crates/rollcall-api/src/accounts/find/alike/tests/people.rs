//! People with names as a large installation has them: few given names, many family names that are spelt alike, some of each
//! far more frequent than others; and usernames of the three usual kinds.

use std::collections::{BTreeMap, BTreeSet};

const GIVEN: &str = "ann anna maria mario mark marc marcus martin martha mary matthew max maya michael michelle miguel \
    mia milan mila monika nadia natalia nathan nicholas nicole nina noah nora olga oliver olivia oscar \
    pablo patricia patrick paul paula peter philip priya rachel rafael ravi rebecca richard robert rosa \
    ruth samuel sara sarah sebastian sofia sophie stefan stephen susan tanja tariq teresa thomas tim \
    tomas ursula valentina vera victor viktor vincent walter wei william xavier yusuf yasmin zoe zofia \
    aaron adam ahmed aisha alan albert alejandro alex alexander alice amelia amir andrea andreas andrew \
    angela anita anton antonio arthur astrid benjamin bernd birgit bruno carla carlos caroline \
    catherine charles charlotte chiara chloe christian christina christopher claire claudia daniel \
    daniela david deborah diana diego dimitri dorothy edward elena elisabeth emeka emily emma eric erik \
    eva fatima felix fernando florian francesca frank franz gabriel george gerhard giulia grace hannah \
    hans harry helen henry hiroshi ibrahim igor ines ingrid irene isabel ivan jack james jan jane \
    jennifer jessica joao johan johannes john jonas jonathan jorge jose joseph julia julian jurgen \
    karen karin karl katarzyna katharina kevin klaus krzysztof lara laura leila leon liam linda lisa \
    lucas lucia ludwig luis lukas magdalena malgorzata manuel";

/// How family names begin and end: each with each.
const BEGINNINGS: &str = "ander ben berg bro bur cal car chan clar col con cor dal dan del do dra ed ei el er fa fer fi fo \
    fra gar ger gil gon gra gru ha hal han har hart hein her hof hol hu ing iva jack jan jo kam kar kel \
    ko kra kuz lan lar le lem lin lo lu mac mal man mar mc mei mo mor mul na new ni no ol or pa par pet \
    pi po pra qui ra ram rei ri ro ros ru sal san sch sha sil smi so sta ste sto su ta tho tor tra va \
    ver vo wal wat we wil win wo wri ya yo za zim";
const ENDINGS: &str = "son sen s er ers ez ova ov ski man mann berg ton ley field wood stein hardt ini elli a o is ic dez \
    ko nen quist strom gaard well ford den ding ster th ng wa moto zaki shi da ra";

/// Somebody, and the words under which they are kept.
pub(super) struct Person {
    pub(super) given: String,
    pub(super) family: String,
    pub(super) words: BTreeSet<String>,
}

/// The same numbers each time.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    /// One of these, the first ones more often: the least of two numbers, or of three.
    fn skewed(&mut self, most: usize) -> usize {
        let two = self.below(most).min(self.below(most));
        if self.below(2) == 0 { two.min(self.below(most)) } else { two }
    }
}

/// So many people.
pub(super) fn people(count: usize) -> Vec<Person> {
    let mut random = Random::new(1);
    let given = shuffled(GIVEN.split_whitespace().map(str::to_owned).collect(), &mut random);
    let families: BTreeSet<String> = BEGINNINGS
        .split_whitespace()
        .flat_map(|beginning| ENDINGS.split_whitespace().map(move |ending| format!("{beginning}{ending}")))
        .filter(|family| family.len() >= 4)
        .collect();
    let families = shuffled(families.into_iter().collect(), &mut random);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let one = |number: usize| {
        let given = given[random.skewed(given.len())].clone();
        let family = families[random.skewed(families.len())].clone();
        let mut username = match random.below(10) {
            0..4 => format!("{given} {family}"),
            4..7 => format!("{}{family}", &given[..1]),
            _ => format!("u{number:06}"),
        };
        let same = taken.entry(username.clone()).or_default();
        *same += 1;
        if *same > 1 {
            username.push_str(&same.to_string());
        }
        let all: BTreeSet<String> = [given.clone(), family.clone()]
            .into_iter()
            .chain(username.split(' ').map(str::to_owned))
            .collect();
        // What another word begins with is found by that one.
        let is_begun =
            |word: &String| all.iter().any(|other| other != word && other.starts_with(word.as_str()));
        let words = all.iter().filter(|word| !is_begun(word)).cloned().collect();
        Person { given, family, words }
    };
    (0..count).map(one).collect()
}

fn shuffled(mut names: Vec<String>, random: &mut Random) -> Vec<String> {
    for at in (1..names.len()).rev() {
        names.swap(at, random.below(at + 1));
    }
    names
}
