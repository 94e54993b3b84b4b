//! What an undo gave back, naively (rule 58).

use super::beneath::would_lose_beneath;
use super::{Case, count, would_lose};
use crate::outcome::Outcome;
use crate::plan::{Judgement, PlanInput};

/// Keeps what an undo gave back to people whom the snapshot lacks. Answers with how many there are.
pub(super) fn hold_undone(input: &PlanInput, cases: &mut [Case<'_>]) -> u64 {
    let is_held = |case: &Case<'_>| {
        let is_exempt = input.policy.exemptions.contains(&case.before.username);
        let loses =
            would_lose(input, case) && !is_exempt || would_lose_beneath(input, case) && !case.is_perhaps_same;
        case.before.history.given_back_at.is_some() && loses
    };
    let held = count(cases.iter().filter(|case| is_held(case)));
    if let Judgement::Approved { at_most } = input.decided.undone
        && held <= at_most
    {
        return 0;
    }
    for case in cases.iter_mut().filter(|case| is_held(case)) {
        if would_lose(input, case) {
            case.word = Some(Outcome::Held);
        }
        case.is_kept_beneath = true;
    }
    held
}
