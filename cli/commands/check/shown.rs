//! What a trial has shown, in words: of a file as of a directory (rule 48).

use crate::show::render;
use rollcall_trial::{Finding, Trial, Weight};

/// How many people would become what, how many have a value, and what was not used.
pub(super) fn counts(of: &str, trial: &Trial) {
    let ends = trial.ends;
    render::say(&format!(
        "{of}: {} may have a seat, {}, {} disabled, {} past their last day, {} out of scope, {} without a key, {} \
         rejected",
        ends.eligible,
        render::several(ends.not_started, "starts later", "start later"),
        ends.disabled,
        ends.ended,
        ends.out_of_scope,
        ends.without_key,
        ends.rejected
    ));
    let fills = trial.fills.iter().map(|fill| {
        vec![format!("  {}", fill.setting), fill.from.clone(), format!("{} of {}", fill.filled, fill.of)]
    });
    render::table(&["  setting", "from", "filled"], fills, "");
}

/// Some people, before and after the mapping, and what was found.
pub(super) fn people(trial: &Trial) {
    let pairs = |pairs: &[(String, String)]| {
        pairs.iter().map(|(name, value)| format!("{name} = {value:?}")).collect::<Vec<_>>().join(", ")
    };
    for person in &trial.people {
        let (before, after) = (pairs(&person.before), pairs(&person.after));
        let who = match (&person.line, &person.who) {
            (Some(line), _) => format!("Line {line}"),
            (None, Some(who)) => format!("{who:?}"),
            (None, None) => String::from("Somebody"),
        };
        render::say(&format!("{who}: {before}\n  becomes {after}\n  and {}", person.end));
    }
    for finding in &trial.findings {
        render::say(&in_words(finding));
    }
}

fn in_words(finding: &Finding) -> String {
    let weight = match finding.weight {
        Weight::Wrong => "Wrong",
        Weight::Look => "Look",
    };
    let setting = finding.setting.as_deref().unwrap_or_default();
    format!("{weight} ({setting}): {}; {}", finding.what, finding.cure)
}
