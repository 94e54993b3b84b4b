//! Addresses that stand beside other people, and those that only look so (rule 43c).

use super::{by_id, map, shown, with_fields};
use rollcall_config::CsvSettings;
use std::fmt::Write as _;

const PEOPLE: [(&str, &str); 9] = [
    ("Ann Lee", "alee"),
    ("Bob Ray", "bray"),
    ("Cy Poe", "cpoe"),
    ("Dee Fox", "dfox"),
    ("Eve Orr", "eorr"),
    ("Flo Kim", "fkim"),
    ("Gus Øst", "gost"),
    ("Hal Nye", "hnye"),
    ("Ida Utt", "iutt"),
];

/// A file in which the address of each row is another's: that of the row so many further on.
fn file(count: usize, address: impl Fn(usize) -> String) -> String {
    let mut file = String::from("id,name,user,mail\n");
    for row in 0..count {
        let (name, user) = PEOPLE[row % PEOPLE.len()];
        writeln!(file, "{row},{name} {row},{user}{row},{}", address(row)).expect("is written");
    }
    file
}

fn address(row: usize) -> String {
    let (name, _) = PEOPLE[row % PEOPLE.len()];
    format!("{}{row}@x.test", name.to_lowercase().replace(' ', ".").replace('ø', "o"))
}

fn settings(fields: &[(&str, &str)]) -> CsvSettings {
    let mut settings = by_id();
    for (field, column) in fields {
        map(&mut settings, field, column, false);
    }
    settings
}

#[test]
fn addresses_beside_other_people_are_refused() {
    let named = settings(&[("email", "mail"), ("display_name", "name")]);
    let mut by_login = settings(&[("mail", "mail")]);
    by_login.match_field = super::column("user");
    let logins = |row: usize| format!("{}{row}@x.test", PEOPLE[row % PEOPLE.len()].1);
    for count in [7, 9, 64, 200] {
        for settings in [&named, &by_login] {
            let address =
                |row| if std::ptr::eq(settings, &raw const named) { address(row) } else { logins(row) };
            let down = file(count, |row| row.checked_sub(1).map(address).unwrap_or_default());
            let said = shown(settings, down.as_bytes());
            assert!(said[0].contains("one row lower than their people"), "{count}: {said:?}");
            let up = file(count, |row| if row + 1 < count { address(row + 1) } else { String::new() });
            let said = shown(settings, up.as_bytes());
            assert!(said[0].contains("one row higher than their people"), "{count}: {said:?}");
            let right = shown(settings, file(count, address).as_bytes());
            assert_eq!(right.len(), count, "{right:?}");
            assert!(!right.concat().contains("refused"), "{right:?}");
        }
    }
}

/// A file in which the addresses of some rows are those of the rows before or behind them.
fn moved(count: usize, rows: std::ops::Range<usize>, is_down: bool) -> String {
    let of = |row: usize| match (rows.contains(&row), is_down) {
        (false, _) => row,
        (true, true) => row - 1,
        (true, false) => row + 1,
    };
    file(count, |row| address(of(row)))
}

#[test]
fn addresses_moved_from_some_row_on_are_refused() {
    let named = settings(&[("email", "mail"), ("display_name", "name")]);
    for (name, file, line) in [
        ("from the middle on", moved(50, 25..50, true), 27),
        ("the same, upwards", moved(50, 25..50, false), 27),
        ("the last ones", moved(50, 45..50, true), 47),
        ("some in the middle", moved(60, 20..26, true), 22),
        ("of a file of a thousand", moved(1000, 990..1000, true), 992),
        ("of a long file", moved(3000, 1500..3000, true), 1502),
        ("far behind", moved(9000, 5000..9000, true), 5123),
    ] {
        let said = shown(&named, file.as_bytes());
        assert!(said[0].starts_with(&format!("refused: from line {line} on, ")), "{name}: {:?}", said[0]);
    }
    // One who has no address is among them.
    let blank = file(20, |row| match row {
        0..8 => address(row),
        8 | 12 => String::new(),
        _ => address(row - 1),
    });
    let said = shown(&named, blank.as_bytes());
    assert!(said[0].starts_with("refused: from line 11 on, "), "{:?}", said[0]);
}

#[test]
fn addresses_that_fit_nobody_are_left_alone() {
    let named = settings(&[("email", "mail"), ("display_name", "name")]);
    for (name, file) in [
        ("one address for all", file(20, |_| String::from("staff@x.test"))),
        ("numbers", file(20, |row| format!("{}@x.test", 9000 + row))),
        ("few rows", file(5, |row| address(row + 1))),
        ("four are moved", moved(30, 20..24, true)),
        ("every other address is the neighbour's", file(40, |row| address(row - row % 2))),
    ] {
        assert!(!shown(&named, file.as_bytes()).concat().contains("refused"), "{name}");
    }
    // A family, one below the other.
    let mut family = String::from("email,name\n");
    for given in ["ann", "bob", "cy", "dee", "eve", "flo", "gus", "hal"] {
        writeln!(family, "{given}.lee@x.test,{given} Lee").expect("is written");
    }
    let mut by_mail = with_fields(&["name"]);
    map(&mut by_mail, "mail", "email", false);
    assert_eq!(shown(&by_mail, family.as_bytes()).len(), 8);
}

#[test]
fn addresses_that_were_sorted_alone_are_refused() {
    let named = settings(&[("email", "mail"), ("display_name", "name")]);
    let mut by_login = settings(&[("mail", "mail")]);
    by_login.match_field = super::column("user");
    let login = |row: usize| format!("{}{row}@x.test", PEOPLE[row % PEOPLE.len()].1);
    for count in [12, 40, 500, 2500] {
        for (settings, of) in [(&named, &address as &dyn Fn(usize) -> String), (&by_login, &login)] {
            let mut sorted: Vec<String> = (0..count).map(of).collect();
            sorted.sort();
            let said = shown(settings, file(count, |row| sorted[row].clone()).as_bytes());
            assert!(said[0].contains("those of people in other rows"), "{count}: {:?}", &said[..1]);
            assert_eq!(shown(settings, file(count, of).as_bytes()).len(), count);
        }
    }
    for (name, mixed) in [
        ("the order is turned round", file(20, |row| address(19 - row))),
        ("two by two", file(40, |row| address(row ^ 1))),
        ("three are turned", file(42, |row| address(if row % 3 == 2 { row - 2 } else { row + 1 }))),
    ] {
        assert!(shown(&named, mixed.as_bytes())[0].contains("those of people in other rows"), "{name}");
    }
    // A few people who write under the name of somebody else, and addresses that are made of numbers.
    let few = |row: usize| if row < 4 { address(row + 6) } else { address(row) };
    let numbers = |row: usize| format!("e{}@x.test", (row * 7) % 40);
    for right in [file(40, few), file(40, numbers)] {
        assert_eq!(shown(&named, right.as_bytes()).len(), 40);
    }
}
