//! `rollcall up`: everything at once on this machine: the HTTP API and the console on one port, the schedule, and the
//! watched inbox. With `--expose` the embedded DynamoDB and S3 can be reached too, for the AWS CLI.
//!
//! Ends with Ctrl-C, wherever it is; started again it goes on.

mod browser;
mod console;
mod expose;
mod files;
mod gate;
mod http;
mod serving;
mod signature;
mod told;
mod worker;
mod writers;

use crate::api::Person;
use crate::events;
use crate::exit::Exit;
use crate::installation::{Installation, file_in, quoted};
use crate::local::Local;
use crate::served;
use crate::show::render;
use crate::usage_error::{UsageError, refuse};
use anyhow::{Context as _, Result, anyhow};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use expose::Exposed;
use futures::FutureExt as _;
use gate::Gate;
use http::Site;
use rollcall_config::Role;
use rollcall_sync::store::Names;
use serving::{Bodies, Port};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The port where none is asked for.
const PORT: u16 = 8484;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port of the console and the API; 0 for any that is free.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// How often every source is read: 15m, 1h, or `never`.
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = parse_interval)]
    every: Interval,
    /// What people with the token may do, where the configuration has `[roles]`.
    #[arg(long = "as", value_name = "ROLE", default_value = "sysadmin")]
    role: Acting,
    /// Open a port to the embedded DynamoDB and S3 as well, for the AWS CLI; its key can change everything.
    #[arg(long)]
    expose: bool,
    /// Open no browser. It is opened where `up` is started in a terminal of this machine's desktop.
    #[arg(long)]
    no_open: bool,
}

/// What the token is: a role of `[roles]`, or nobody.
#[derive(Debug, Clone, Copy)]
struct Acting(Option<Role>);

impl ValueEnum for Acting {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Acting; Role::ALL.len() + 1] = {
            let mut all = [Acting(None); Role::ALL.len() + 1];
            let mut index = 0;
            while index < Role::ALL.len() {
                all[index] = Acting(Some(Role::ALL[index]));
                index += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let Some(role) = self.0 else { return Some(PossibleValue::new("none").help("Nothing")) };
        let help = match role {
            Role::PeopleAdministrator => "Reset, reading, blocking",
            Role::SyncAdministrator => "The csv, entra and okta sources",
            Role::Sysadmin => "Everything",
        };
        Some(PossibleValue::new(role.as_str()).help(help))
    }
}

/// How often the schedule ticks; none is never.
#[derive(Debug, Clone, Copy)]
struct Interval(Option<Duration>);

fn parse_interval(text: &str) -> Result<Interval> {
    if text == "never" {
        return Ok(Interval(None));
    }
    let span: jiff::Span =
        text.parse().map_err(|_| anyhow!("expected a time such as 15m or 1h, or `never`"))?;
    let interval = Duration::try_from(span).ok().filter(|interval| *interval >= Duration::from_secs(1));
    interval.map(|interval| Interval(Some(interval))).context("expected at least a second")
}

pub(crate) async fn run(installation: &Installation, options: Options) -> Result<Exit> {
    if let Some(served) = installation.served() {
        refuse!("`rollcall up` serves this data already, at {}; end that one first", served.url);
    }
    let local = Local::open(installation).await?;
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.with_context(|| {
        UsageError::new(format!(
            "port {} of this machine cannot be had; choose another with --port",
            options.port
        ))
    })?;
    let port = listener.local_addr()?.port();
    let data = installation.data_folder();
    let gate = Gate::open(&data, port)?;
    served::announce(&data, &gate.url())?;
    let wake = Arc::new(Notify::new());
    let exposed = if options.expose { Some(expose::open(&local.servers).await?) } else { None };
    let mut ctrl_c = pin!(tokio::signal::ctrl_c());
    // It is heard from the first look on: a person may press it as soon as they have read how.
    let at_once = ctrl_c.as_mut().now_or_never();
    tell(installation, &local, &gate, options.every);
    // The browser may ask before the server answers: the port is open.
    if !options.no_open && browser::is_there() && browser::open(&data, &gate) {
        render::say("The console opens in the browser; `--no-open` leaves that out.");
    }
    if let Some((_, exposed)) = &exposed {
        tell_exposed(exposed);
    }
    let url = gate.url();
    let site = Arc::new(Site {
        api: rollcall_api::Api::new(local.shell.clone()),
        gate,
        bodies: Bodies::new(),
        buckets: local.servers.buckets().context("the bucket is not served here")?.clone(),
        person: Person { name: events::person(), role: options.role.0.map(Role::as_str) },
        wake: Arc::clone(&wake),
        installation: installation.clone(),
    });
    let telling = local.shell.clone().with_progress(crate::show::progress::tell_waits);
    let told = told::Told::new(&telling, url);
    let work = tokio::spawn(worker::work(telling, local.config.clone(), Arc::clone(&wake), told));
    let watch = tokio::spawn(files::watch(local.shell.clone(), installation.clone(), Arc::clone(&wake)));
    let dates = tokio::spawn(worker::pass_dates(local.shell.clone(), Arc::clone(&wake)));
    let schedule = tokio::spawn(worker::tick(local.shell.clone(), options.every.0, wake));
    let serving = tokio::spawn(http::serve(Port::new(listener), site));
    let forgetting = tokio::spawn(browser::forget(data.clone()));
    let aside = tokio::spawn(async move {
        if let Some((port, exposed)) = exposed {
            exposed.serve(port).await;
        }
    });
    let ended = match at_once {
        Some(ended) => ended,
        None => ctrl_c.await,
    };
    for task in [&work, &watch, &dates, &schedule, &serving, &forgetting, &aside] {
        task.abort();
    }
    browser::remove(&data);
    served::withdraw(&data);
    ended.context("waiting for Ctrl-C")?;
    render::note("ended; what a run had committed stays, and `rollcall up` goes on from there");
    Ok(Exit::Done)
}

/// Says where everything is.
fn tell(installation: &Installation, local: &Local, gate: &Gate, every: Interval) {
    let schedule = match every.0 {
        Some(interval) => format!("every source is read every {} s", interval.as_secs()),
        None => String::from("no source is read by itself"),
    };
    let inbox: Vec<String> = local
        .config
        .sources
        .iter()
        .filter_map(|source| {
            Some(format!("  {:<9}{}", source.name.as_str(), quoted(&file_in(installation, source.object()?))))
        })
        .collect();
    let inbox = match inbox.is_empty() {
        true => String::new(),
        false => format!("Drop a file there and it is synced:\n{}\n", inbox.join("\n")),
    };
    render::say(&format!(
        "Console  {url}/?token={token}\nAPI      {url}   with the header  Authorization: Bearer {token}\n\
         Schedule {schedule}\n{inbox}\
         The configuration {config} is read again when it changes. End with Ctrl-C.",
        url = gate.url(),
        token = gate.token(),
        config = installation.config.display(),
    ));
}

/// Says how the tables and the bucket are reached, and what that means.
fn tell_exposed(exposed: &Exposed) {
    let names = Names::local();
    let environment = exposed.environment();
    render::say(&format!(
        "Tables and bucket:\n  {environment} aws dynamodb scan --table-name {table}\n  \
         {environment} aws s3 ls s3://{bucket}/",
        table = names.accounts,
        bucket = names.bucket,
    ));
    render::note(
        "warning: with --expose, everybody who has this key and can reach this machine's own ports can change every \
         table, around all rules; the key is good until this program ends",
    );
}
