//! `rollcall check --connect`: tries every source, and shows what the configuration makes of a directory's people (rule 48).
//!
//! Above `rollcall_sync::connect`, which reads as a run does and changes nothing; the judgement is the one of `--file`.

use super::shown;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::local::Local;
use crate::show::render;
use rollcall_core::time::Timestamp;
use rollcall_sync::connect::{Seen, survey};
use rollcall_sync::shell::{Limits, Patience};
use rollcall_sync::store::show_time;
use rollcall_trial::{Trial, try_people};
use serde_json::{Value, json};

/// A source that was looked at, and what the configuration makes of its people.
struct Looked {
    found: Result<Option<Seen>, String>,
    trial: Option<Trial>,
}

impl Looked {
    /// Why no run would take the mapping.
    fn refused(&self) -> Option<&str> {
        self.found.as_ref().ok()?.as_ref()?.survey.refused.as_deref()
    }

    fn is_wrong(&self) -> bool {
        self.refused().is_some() || self.trial.as_ref().is_some_and(Trial::is_wrong)
    }
}

pub(super) async fn run(installation: &Installation) -> anyhow::Result<Exit> {
    let local = Local::look(installation).await?;
    // A person waits for it.
    let patience = Patience { tries: 2, ..Patience::default() };
    let shell = local.shell.clone().with_limits(Limits { patience, ..Limits::default() });
    let shell = shell.with_progress(crate::show::progress::tell_waits);
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let mut seen = Vec::new();
    let mut exit = Exit::Done;
    for source in &local.config.sources {
        let found = survey(&shell, source).await.map_err(|error| error.to_string());
        let trial =
            found.as_ref().ok().and_then(Option::as_ref).map(|seen| try_people(&seen.survey.sample, now));
        let looked = Looked { found, trial };
        if looked.found.is_err() {
            exit = Exit::SourceFailed;
        } else if looked.is_wrong() && exit == Exit::Done {
            exit = Exit::Usage;
        }
        if !installation.json {
            say(installation, source.name.as_str(), &looked);
        }
        seen.push(for_programs(source.name.as_str(), &looked)?);
    }
    if installation.json {
        render::json(&json!({ "sources": seen }))?;
    }
    Ok(exit)
}

fn say(installation: &Installation, source: &str, looked: &Looked) {
    render::say(&format!("{source}: {}", in_words(installation, &looked.found)));
    let (Ok(Some(seen)), Some(trial)) = (&looked.found, &looked.trial) else { return };
    if trial.rows == 0 {
        return;
    }
    let people = render::several(trial.rows, "person", "people");
    let of = if seen.survey.sample.is_all { people } else { format!("The first {people}") };
    shown::counts(&of, trial);
    shown::people(trial);
    if let Some(why) = looked.refused() {
        render::say(&format!("Wrong: {why}"));
    }
    if looked.is_wrong() {
        render::say(&format!("The configuration is wrong for {source}; nothing was changed."));
    }
}

fn in_words(installation: &Installation, found: &Result<Option<Seen>, String>) -> String {
    match found {
        Err(why) => format!("cannot be read: {why}"),
        Ok(None) => format!(
            "reads a dropped file; there is nothing to connect to. Try a file: {}",
            installation.command("check --file FILE")
        ),
        Ok(Some(Seen { survey, expiries })) => {
            let groups = survey.groups.iter();
            let groups: Vec<String> = groups
                .map(|(group, people)| {
                    format!("{group:?} has {}", render::several(*people, "person", "people"))
                })
                .collect();
            let missing = if survey.warnings.is_empty() { "" } else { "; but " };
            let expiries = expiries.iter().map(|expiry| {
                format!(
                    "; {} expires on {}",
                    expiry.what,
                    show_time(expiry.at).split('T').next().unwrap_or_default()
                )
            });
            format!(
                "{}, {}{missing}{}{}",
                survey.server,
                groups.join(", "),
                survey.warnings.join("; "),
                expiries.collect::<String>()
            )
        }
    }
}

fn for_programs(source: &str, looked: &Looked) -> anyhow::Result<Value> {
    let seen = looked.found.as_ref().ok().and_then(Option::as_ref);
    let survey = seen.map(|seen| &seen.survey);
    let group = |(group, people): &(String, u64)| json!({ "group": group, "people": people });
    Ok(json!({
        "source": source,
        "server": survey.map(|survey| &survey.server),
        "groups": survey.map(|survey| survey.groups.iter().map(group).collect::<Vec<_>>()),
        "warnings": survey.map(|survey| &survey.warnings),
        "expiries": seen.map(|seen| &seen.expiries),
        "trial": looked.trial.as_ref().map(serde_json::to_value).transpose()?,
        "is_all": survey.map(|survey| survey.sample.is_all),
        "refused": looked.refused(),
        "is_wrong": looked.is_wrong(),
        "error": looked.found.as_ref().err(),
    }))
}
