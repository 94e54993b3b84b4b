//! What would surely be wrong (rule 48): the figures of a trial against what no right configuration gives.
//!
//! Small files are judged mildly: of three people two may be disabled. Each finding has its cure.

mod dates;

use crate::changes::{self, Suspicion};
use crate::doubles::Most;
use crate::finding::{Finding, Weight};
use crate::people::Samples;
use crate::senses::senses;
use crate::tally::{Status, Tally};
use crate::tried::Tried;
use crate::without_effect;
use rollcall_core::fold::fold;

/// A share of people that is too many for an accident, in percent.
const MANY_PERCENT: u64 = 20;
/// Fewer people than this show nothing by their share.
const FEW: u64 = 4;

/// Everything that was found.
pub(crate) fn judge(settings: &Tried<'_>, samples: &Samples, tally: &Tally<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    keys(settings, samples, &mut found);
    if tally.counts_rows() {
        let what = format!("{:?}, which is the key, only counts the rows", settings.match_field.to_string());
        let cure = "in the next file another person may have the number: set match_field to what stays with a person, such as \
                    the employee id or the e-mail address";
        found.push(Finding::look("match_field", what, cure));
    }
    ids(settings, samples, &mut found);
    usernames(settings, samples, &mut found);
    nobody(settings, samples, &mut found);
    status(settings, samples, tally, &mut found);
    dates::unreadable(tally, &mut found);
    dates::in_order(samples, tally, &mut found);
    without_effect::signs(settings, &mut found);
    without_effect::addresses(settings, samples, &mut found);
    for doubt in &settings.mapping.doubts {
        found.push(Finding::look(&doubt.field, &doubt.what, &doubt.cure));
    }
    if settings.is_directory {
        // Who has which attribute is what the reading itself judges, as in a run (rule 50).
        let mut rows = Vec::new();
        rejected(samples, &mut rows);
        found.extend(rows.into_iter().filter(|finding| finding.weight == Weight::Wrong));
    } else {
        changes(settings, tally, &mut found);
        without_effect::conditions(tally, &mut found);
        attributes(tally, &mut found);
        rejected(samples, &mut found);
    }
    found
}

fn is_many(part: u64, whole: u64) -> bool {
    part.saturating_mul(100) > whole.saturating_mul(MANY_PERCENT)
}

fn keys(settings: &Tried<'_>, samples: &Samples, found: &mut Vec<Finding>) {
    let key = settings.match_field.to_string();
    let rows = samples.in_scope() + samples.ends.without_key;
    let empty = samples.ends.without_key;
    if empty > 0 {
        let what = format!("{empty} of {rows} people have no value in {key:?}, which is the key");
        if empty >= 2 && is_many(empty, rows) || empty == rows {
            let cure =
                "set match_field to a column that everybody has, such as the number or the sign-in name";
            found.push(Finding::wrong("match_field", what, cure));
        } else {
            let cure = "they are skipped at every run; fill the column, or keep them out with a condition of `where`";
            found.push(Finding::look("match_field", what, cure));
        }
    }
    let (doubled, people, most) = (samples.keys.doubled(), samples.in_scope(), samples.keys.most());
    // Rows that are alike are one person; but a key that most rows have tells nobody apart.
    let is_one = people >= FEW && most.rows * 2 > people;
    if doubled > 0 || is_one {
        let what = if doubled > 0 {
            format!(
                "{doubled} of {people} rows share their {key:?}, which is the key, with a row that says something else{}",
                with_value(samples.keys.most_shared())
            )
        } else {
            format!("{} of {people} rows have {:?} in {key:?}, which is the key", most.rows, most.text)
        };
        if is_one || doubled >= 3 && is_many(doubled, people) || doubled == people {
            let cure = "set match_field to a column that is different for everybody";
            found.push(Finding::wrong("match_field", what, cure));
        } else {
            found.push(Finding::look(
                "match_field",
                what,
                "they are skipped until the file has one row for each",
            ));
        }
    }
}

/// The value that most of them share.
fn with_value(most: &Most) -> String {
    format!("; {} rows have {:?}", most.rows, most.text)
}

/// Rows with one immutable id are duplicates (rule 2a): a run changes none of them.
fn ids(settings: &Tried<'_>, samples: &Samples, found: &mut Vec<Finding>) {
    let Some(from) = settings.immutable_id else { return };
    let (doubled, people) = (samples.ids.doubled(), samples.in_scope());
    if doubled == 0 {
        return;
    }
    let what = format!(
        "{doubled} of {people} rows share their immutable id ({:?}) with somebody else{}",
        from.to_string(),
        with_value(samples.ids.most_shared())
    );
    found.push(if doubled >= 3 && is_many(doubled, people) || doubled == people {
        let cure = "set immutable_id to a column that is different for everybody, or take it out";
        Finding::wrong("immutable_id", what, cure)
    } else {
        Finding::look(
            "immutable_id",
            what,
            "they are skipped as duplicates until each has an id of their own",
        )
    });
}

fn usernames(settings: &Tried<'_>, samples: &Samples, found: &mut Vec<Finding>) {
    let Some(from) = &settings.mapping.username else { return };
    let (from, people) = (from.to_string(), samples.in_scope());
    let doubled = samples.usernames.doubled();
    if doubled > 0 {
        let what = format!(
            "{doubled} of {people} people ask for a username ({from:?}) that another person asks for{}",
            with_value(samples.usernames.most_shared())
        );
        if doubled >= 3 && is_many(doubled, people) {
            found.push(Finding::wrong(
                "username",
                what,
                "make the username of a column that is different for everybody",
            ));
        } else {
            found.push(Finding::look(
                "username",
                what,
                "none of them gets it: a new person with it is not created, and an account keeps the username that it has; give \
                 each a username of their own",
            ));
        }
    }
    let empty = samples.without_username;
    if empty > 0 && empty < people {
        let what = format!(
            "{empty} of {people} people have no username ({from:?}); a new account of theirs gets the key as its name"
        );
        found.push(Finding::look(
            "username",
            what,
            "fill the column, or write another one after it: {mail | or login}",
        ));
    }
}

fn nobody(settings: &Tried<'_>, samples: &Samples, found: &mut Vec<Finding>) {
    let ends = samples.ends;
    if samples.in_scope() == 0 && ends.out_of_scope > 0 {
        let conditions: Vec<&str> =
            settings.mapping.scope.iter().map(rollcall_config::Condition::text).collect();
        let what =
            format!("all {} people are outside `where` ({})", ends.out_of_scope, conditions.join("; "));
        found.push(Finding::wrong("where", what, "correct the conditions: a run would find nobody"));
    }
}

fn status(settings: &Tried<'_>, samples: &Samples, tally: &Tally<'_>, found: &mut Vec<Finding>) {
    let mut is_turned = false;
    for status in &tally.statuses {
        if without_effect::status(status, &settings.mapping.nothing, samples.in_scope(), found) {
            continue;
        }
        is_turned |= turned(status, settings, found) && status.name == "active";
    }
    let (people, disabled) = (samples.in_scope(), samples.ends.disabled);
    if settings.mapping.admin.is_some() && people >= FEW && samples.admins * 2 > people {
        let what = format!("{} of {people} people would administer the application", samples.admins);
        let cure = "correct the words of `admin`: only those who administer it may have a word of `true`";
        found.push(if samples.admins == people {
            Finding::wrong("admin", what, cure)
        } else {
            Finding::look("admin", what, cure)
        });
    }
    if settings.is_directory {
        own_status(disabled, tally.disabled, people, found);
    }
    if is_turned || settings.mapping.active.is_none() {
        return;
    }
    let disabled = if settings.is_directory { tally.disabled } else { disabled };
    if people >= 2 && disabled == people || people >= FEW && disabled * 2 > people {
        let what = format!("{disabled} of {people} people are disabled by their status");
        let cure = "correct the words of `active`; if so many have really left, keep them out of scope with a condition of \
                    `where`, or export only those who are there";
        found.push(Finding::wrong("active", what, cure));
    }
}

/// Directories disable people themselves, and keep those who have left for years: many are no mistake, but worth a look.
fn own_status(disabled: u64, by_mapping: u64, people: u64, found: &mut Vec<Finding>) {
    if people >= FEW && disabled > by_mapping && disabled * 2 > people {
        let what =
            format!("{disabled} of {people} people are disabled, most of them in the directory itself");
        let cure = "they get no seat; if they have not left, see what the directory says of one of them";
        found.push(Finding::look("active", what, cure));
    }
}

/// Whether the words of a column are read the other way round by most; says so.
fn turned(status: &Status<'_>, settings: &Tried<'_>, found: &mut Vec<Finding>) -> bool {
    let Status { name, column, words } = status;
    let senses = senses(name, column, words, &settings.mapping.nothing);
    let Some((word, read)) = senses.turned_words.first() else { return false };
    let meaning = match (*name, read) {
        ("admin", true) => "administrators",
        ("admin", false) => "no administrators",
        (_, true) => "enabled",
        (_, false) => "disabled",
    };
    let from = column.from.to_string();
    let is_turned = senses.turned > senses.right;
    found.push(if is_turned {
        let what = format!("`{name}` of {from:?} is turned round: people with {word:?} would be {meaning}");
        let turned = if *read { "false" } else { "true" };
        let cure = format!("exchange the words of `{name}`: {word:?} belongs to `{turned}`");
        Finding::wrong(name, what, cure)
    } else {
        let what = format!("people with {word:?} in {from:?} would be {meaning}");
        Finding::look(name, what, "if that is not meant, put the word into the other list")
    });
    is_turned
}

/// A file of changes would remove everybody who has not changed.
fn changes(settings: &Tried<'_>, tally: &Tally<'_>, found: &mut Vec<Finding>) {
    let Some((heading, suspicion)) = tally.change_column() else { return };
    // Whoever reads the column has thought of what it says.
    let is_named = settings.columns.iter().any(|column| fold(column) == fold(heading));
    found.push(match suspicion {
        Suspicion::Sure if !is_named => Finding::wrong("rows", changes::told(heading), changes::CURE),
        Suspicion::Sure | Suspicion::Doubtful => {
            let what = format!("{heading:?} looks like the column of a file of changes");
            Finding::look("rows", what, format!("if it is one, {}", changes::CURE))
        }
    });
}

/// An attribute that nobody has (rule 50 says the same of directories).
fn attributes(tally: &Tally<'_>, found: &mut Vec<Finding>) {
    for fill in tally.fills() {
        // Nobody has left, or is to leave: that is usual. The key is judged above.
        let may_be_empty = ["ends", "starts", "active", "match_field"].contains(&fill.setting.as_str());
        if fill.filled > 0 || fill.of == 0 || may_be_empty {
            continue;
        }
        let what = format!("nobody of {} people has a value in {:?}", fill.of, fill.from);
        let cure = format!("map `{}` to another column, or take it out", fill.setting);
        found.push(if fill.of >= 2 {
            Finding::wrong(&fill.setting, what, cure)
        } else {
            Finding::look(&fill.setting, what, cure)
        });
    }
}

fn rejected(samples: &Samples, found: &mut Vec<Finding>) {
    let rejected = samples.ends.rejected;
    let Some((why, _)) = samples.reasons.iter().max_by_key(|(_, number)| *number) else { return };
    let rows = samples.in_scope() + samples.ends.out_of_scope + rejected;
    let what = format!("{rejected} of {rows} rows cannot be used; most often: {why}");
    let cure = "correct the setting or the file; rejected rows change nobody";
    if rejected == rows || rejected >= 2 && rejected * 2 > rows {
        found.push(Finding::wrong("rows", what, cure));
    } else {
        found.push(Finding::look("rows", what, cure));
    }
}
