//! Perhaps the same person, naively (rule 54).

use super::beneath::would_lose_beneath;
use super::matching::is_duplicate;
use super::names::{is_same_name, names_of};
use super::scope::{Says, asks_for_account, is_outside, says};
use super::{Case, count, is_matched, name_of_newcomer, would_lose};
use crate::account::{Account, Beneath};
use crate::entry::{Entry, Record};
use crate::fields::{FieldName, Fields};
use crate::fold::fold;
use crate::match_key::MatchKey;
use crate::outcome::Outcome;
use crate::plan::{Judgement, PlanInput};
use std::string::String;
use std::vec::Vec;

/// Keeps what accounts have whose person a record may be. Answers with the lines of such records.
pub(super) fn hold_perhaps_same(input: &PlanInput, records: &[Record], cases: &mut [Case<'_>]) -> Vec<u64> {
    let lines_of: Vec<Vec<u64>> = cases.iter().map(|case| lines_like(input, case, records, cases)).collect();
    let is_elsewhere: Vec<bool> = cases.iter().map(|case| is_asked_elsewhere(input, case)).collect();
    let loses = |case: &Case<'_>| {
        let is_exempt = input.policy.exemptions.contains(&case.before.username);
        would_lose(input, case) && !is_exempt || would_lose_beneath(input, case)
    };
    let has_sign = |at: usize| !lines_of[at].is_empty() || is_elsewhere[at];
    let losing: Vec<usize> = (0..cases.len()).filter(|at| has_sign(*at) && loses(&cases[*at])).collect();
    if let Judgement::Approved { at_most } = input.decided.perhaps_same
        && count(losing.iter()) <= at_most
    {
        return Vec::new();
    }
    for at in losing {
        let case = &mut cases[at];
        if would_lose(input, case) {
            case.word = Some(Outcome::Held);
        }
        case.is_perhaps_same = true;
        case.is_kept_beneath = true;
    }
    lines_of.into_iter().flatten().collect()
}

/// The lines of the records that may be the person of an account with something to lose.
fn lines_like(input: &PlanInput, case: &Case<'_>, records: &[Record], cases: &[Case<'_>]) -> Vec<u64> {
    if !is_going(input, case) {
        return Vec::new();
    }
    let others = || records.iter().filter(|record| Some(record.line()) != case.entry.map(|entry| entry.line));
    // A record of their own says which address is theirs.
    let address = case.entry.map_or_else(|| address_of(&case.before.fields), address_of_entry);
    let has_address = |record: &Record| match record {
        Record::Entry(entry) => !is_outside(entry) && address.is_some() && address_of_entry(entry) == address,
        Record::Rejected(_) => false,
    };
    let is_shared = others().any(|record| is_entry_matched(record, cases) && has_address(record));
    let is_like = |record: &&Record| {
        let asks = !is_renamed(case) && asks_for_name_of(case.before, record, cases);
        let has_its_address = has_address(record) && !is_shared && !is_entry_matched(record, cases);
        let has_its_number =
            !has_other_key(case) && !is_entry_matched(record, cases) && is_number_of(case.before, record);
        may_be_somebody(input, record, records) && (asks || has_its_address || has_its_number)
    };
    others().filter(is_like).map(Record::line).collect()
}

/// The person logs in with their key, and the keys of the account and of the record are the same number, written in another
/// way.
fn is_number_of(account: &Account, record: &Record) -> bool {
    let number = |key: &MatchKey| {
        let text = key.folded().trim_start_matches('+');
        text.trim_end_matches(".0").parse::<u64>().ok()
    };
    let key = match record {
        Record::Entry(entry) => Some(&entry.key),
        Record::Rejected(row) => row.key.as_ref(),
    };
    let (Some(one), Some(other)) = (account.key(), key) else { return false };
    account.username.folded() == one.folded()
        && one.folded() != other.folded()
        && number(one).is_some()
        && number(one) == number(other)
}

fn is_asked_elsewhere(input: &PlanInput, case: &Case<'_>) -> bool {
    let mut asked = input.asked_elsewhere.iter().filter(|asked| asked.source != input.source);
    is_going(input, case)
        && !is_renamed(case)
        && asked.any(|asked| is_same_name(&asked.username, &case.before.username))
}

/// The snapshot does not show the person as eligible, and there is a seat or a place to lose.
fn is_going(input: &PlanInput, case: &Case<'_>) -> bool {
    let state = &case.before.state;
    let beneath = state.admin_block().map(|block| block.beneath);
    let has_something = state.holds_seat()
        || state.waiting_since().is_some()
        || matches!(beneath, Some(Beneath::Active | Beneath::NoSeat(_)));
    has_something && case.entry.is_none_or(|entry| says(input, entry) != Says::Eligible)
}

/// The account's own record gives it another name, which is not held.
fn is_renamed(case: &Case<'_>) -> bool {
    let name = case.entry.and_then(|entry| entry.username.as_ref());
    !case.is_login_held && name.is_some_and(|name| !is_same_name(name, &case.before.username))
}

/// The account's own record, found by the immutable id, gives it another key.
fn has_other_key(case: &Case<'_>) -> bool {
    let is_same = |entry: &Entry, key: &MatchKey| entry.key.folded() == key.folded();
    case.entry.zip(case.before.key()).is_some_and(|(entry, key)| !is_same(entry, key))
}

fn asks_for_name_of(account: &Account, record: &Record, cases: &[Case<'_>]) -> bool {
    if let Record::Entry(entry) = record
        && !is_entry_matched(record, cases)
    {
        return is_same_name(&name_of_newcomer(entry), &account.username);
    }
    names_of(record).2.is_some_and(|name| is_same_name(name, &account.username))
}

fn is_entry_matched(record: &Record, cases: &[Case<'_>]) -> bool {
    match record {
        Record::Entry(entry) => is_matched(entry, cases),
        Record::Rejected(_) => false,
    }
}

fn may_be_somebody(input: &PlanInput, record: &Record, records: &[Record]) -> bool {
    match record {
        Record::Rejected(_) => true,
        Record::Entry(entry) if is_outside(entry) => false,
        Record::Entry(entry) => asks_for_account(input, entry) || is_duplicate(entry, records),
    }
}

fn address_of_entry(entry: &Entry) -> Option<String> {
    address_of(&entry.fields).or_else(|| address_of(&entry.created_fields))
}

fn address_of(fields: &Fields) -> Option<String> {
    let names = ["email", "e_mail", "email_address", "mail", "mail_address"];
    let named = names.iter().map(|name| fields.get(&FieldName::parse(name).unwrap()));
    named.filter(|value| !value.is_empty()).map(fold).next()
}
