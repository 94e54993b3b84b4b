//! The stage of the whole: a directory of any kind, the three handlers, DynamoDB and S3 embedded, through the AWS SDK.

use super::{Ran, Settings, Stage};
use crate::fakes::Person;
use crate::fakes::ldap::{FakeLdap, Flavour, Trouble};
use crate::fakes::{FakeDirectory, Fault, entra, okta};
use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall_api::accounts::administer;
use rollcall_api::audit;
use rollcall_api::audit::query::AuditFilter;
use rollcall_core::account::Account;
use rollcall_core::fields::Fields;
use rollcall_core::licence::Limit;
use rollcall_core::outcome::Outcome;
use rollcall_core::policy::Trimming;
use rollcall_core::username::Username;
use rollcall_sync::doctor;
use rollcall_sync::run::{Requested, UndoRequest, next_dates, request_for_date, request_undo};
use rollcall_sync::shell::{Limits, Patience};
use rollcall_sync::store::{RUN_REQUESTED, RunId, RunRecord, RunStatus};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// An installation, its directory, and the run that a person may approve.
pub(crate) struct EmbeddedWorld {
    world: World,
    directory: Directory,
    people: Vec<Person>,
    last: Option<RunId>,
}

/// Where the people are.
enum Directory {
    Csv(Vec<u8>),
    Ldap(FakeLdap),
    Asked(Box<dyn FakeDirectory>),
}

/// Kinds of directories.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Csv,
    Ldap,
    Entra,
    Okta,
}

impl Directory {
    async fn of(kind: Kind) -> Self {
        match kind {
            Kind::Csv => Self::Csv(Vec::new()),
            Kind::Ldap => Self::Ldap(FakeLdap::new(Flavour::ActiveDirectory).await),
            Kind::Entra => Self::Asked(Box::new(entra::Entra::start().await)),
            Kind::Okta => Self::Asked(Box::new(okta::Okta::start().await)),
        }
    }

    fn source(&self) -> String {
        match self {
            Self::Csv(_) => CSV.to_owned(),
            Self::Ldap(fake) => fake.source(),
            Self::Asked(fake) => fake.source(),
        }
    }

    fn fill(&mut self, people: &[Person]) {
        match self {
            Self::Csv(file) => *file = csv(people),
            Self::Ldap(fake) => {
                fake.calm();
                fake.fill(people);
            }
            Self::Asked(fake) => {
                fake.faults().clear();
                fake.fill(people);
            }
        }
    }

    /// It breaks off before its end, however often it is read.
    fn cut_off(&mut self) {
        match self {
            Self::Csv(file) => {
                // In the last row, behind its second cell: a row that has all its cells may be whole.
                let rows = file[..file.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap();
                file.truncate(rows + 6);
            }
            Self::Ldap(fake) => fake.plan(1, usize::MAX, Trouble::Cut),
            Self::Asked(fake) => fake.faults().plan(1, usize::MAX, Fault::Cut(10)),
        }
    }
}

/// The configuration that a scenario's settings mean.
fn config(settings: &Settings, source: &str) -> String {
    let mut text = String::from("[licence]\n");
    if let Limit::Seats(seats) = settings.limit {
        writeln!(text, "seats = {seats}").unwrap();
    }
    writeln!(text, "reserve = {}", settings.reserve).unwrap();
    writeln!(text, "trim = {}", settings.trimming == Trimming::On).unwrap();
    if let Some((percent, removals)) = settings.guard {
        writeln!(text, "[guard]\nmax_removal_percent = {percent}\nmin_removals = {removals}").unwrap();
    }
    writeln!(text, "[protect]\nusernames = {:?}", settings.protected).unwrap();
    writeln!(text, "grace = \"{}h\"", settings.grace.as_secs() / 3600).unwrap();
    writeln!(text, "return = \"{}h\"", settings.return_period.as_secs() / 3600).unwrap();
    text.push_str(&mapped(settings, source));
    text
}

/// The source with what the scenario says of its mapping. Each kind has its own names.
fn mapped(settings: &Settings, source: &str) -> String {
    let mut source = source.to_owned();
    let is_entra = source.contains("\"entra\"");
    let title = source.lines().find_map(|line| line.strip_prefix("title = ")).unwrap().to_owned();
    if settings.has_dates {
        let [starts, ends] = if is_entra {
            [
                "onPremisesExtensionAttributes/extensionAttribute2",
                "onPremisesExtensionAttributes/extensionAttribute3",
            ]
        } else {
            ["startDate", "endDate"]
        };
        write!(source, "starts = {starts:?}\nends = {ends:?}\n").unwrap();
    }
    if settings.has_block_credential {
        let column = match source.contains("active = \"active\"\n") {
            true => "Block credential",
            false if is_entra => "onPremisesExtensionAttributes/extensionAttribute4",
            false => "blockCredential",
        };
        source = source.replace("active = \"active\"\n", "");
        writeln!(source, "active = {{ column = {column:?}, false = [\"True\"], else = true }}").unwrap();
    }
    if settings.writes_title_once {
        let once = format!("title = {{ from = {title}, written = \"created\" }}\n");
        source = source.replace(&format!("title = {title}\n"), &once);
    }
    if let Some(only) = &settings.only_title {
        let title = title.trim_matches('"');
        let scope = format!("name = \"staff\"\nwhere = [\"{title} = {only}\"]\n");
        source = source.replace("name = \"staff\"\n", &scope);
    }
    source
}

const CSV: &str = r#"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/the staff+friends.csv"
match_field = "key"
immutable_id = "id"
[source.mapping]
username = "username"
active = "active"
admin = "admin"
title = "title"
"#;

impl EmbeddedWorld {
    pub(crate) async fn new(kind: Kind) -> Self {
        let settings = Settings::default();
        let directory = Directory::of(kind).await;
        let mut world = World::new(&config(&settings, &directory.source())).await;
        let patience = Patience { tries: 2, first_wait: Duration::from_millis(1), ..Patience::default() };
        world.shell = world.shell.clone().with_limits(Limits { patience, ..Limits::default() });
        Self { world, directory, people: Vec::new(), last: None }
    }

    /// Puts the file in its place, where there is one.
    async fn put_file(&self) {
        if let Directory::Csv(file) = &self.directory {
            self.world.put_csv(file.clone()).await;
        }
    }

    async fn ran(&mut self, record: RunRecord) -> Ran {
        let shell = &self.world.shell;
        let summary = record.summary.clone().unwrap_or_default();
        let filter = AuditFilter { run: Some(record.id.clone()), ..AuditFilter::default() };
        let mut ran = Ran {
            status: record.status.as_str().to_owned(),
            used: shell.store.seats().await.unwrap().seats.used.get(),
            ..Ran::default()
        };
        if record.status == RunStatus::Failed {
            assert!(record.error.is_some(), "a failed run says why");
            return ran;
        }
        if record.status == RunStatus::DryRun {
            ran.used = summary.used;
        } else {
            assert_eq!(ran.used, summary.used, "the ledger and the summary");
        }
        // That somebody pressed Reset is no outcome of anybody.
        let mut entries = audit::read(shell, &filter).await.unwrap();
        entries.retain(|entry| entry.outcome != RUN_REQUESTED);
        for entry in entries {
            let outcome = Outcome::from_word(&entry.outcome).unwrap();
            let name = entry.username.or(entry.match_key).unwrap_or_default();
            ran.outcomes.entry(outcome).or_default().push(name);
        }
        ran.outcomes.values_mut().for_each(|names| names.sort());
        let counted: BTreeMap<&str, u64> =
            ran.outcomes.iter().map(|(outcome, names)| (outcome.as_str(), names.len() as u64)).collect();
        let summed: BTreeMap<&str, u64> = summary
            .counts
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(word, count)| (word.as_str(), *count))
            .collect();
        assert_eq!(counted, summed, "the audit log and the summary");
        (ran.waiting, ran.over_by, ran.writes) = (summary.waiting, summary.over_by, summary.writes);
        (ran.freed, ran.taken, ran.next) = (summary.freed, summary.taken, summary.next_waiting);
        self.last = Some(record.id);
        assert_eq!(doctor::examine(shell).await.unwrap().findings, Vec::<String>::new());
        ran
    }
}

/// Futures of whole runs are on the heap: a scenario's step would carry one for each kind of step on its stack, half a
/// megabyte without optimization, and a test's thread has two.
impl Stage for EmbeddedWorld {
    async fn configure(&mut self, settings: &Settings) {
        let text = config(settings, &self.directory.source());
        self.world
            .shell
            .store
            .put_object(rollcall_sync::shell::CONFIG_OBJECT, text.into_bytes())
            .await
            .unwrap();
    }

    async fn directory(&mut self, people: Option<&[Person]>) {
        match people {
            Some(people) => {
                self.people = people.to_vec();
                self.directory.fill(people);
            }
            None => self.directory.cut_off(),
        }
    }

    async fn run(&mut self, is_dry_run: bool) -> Ran {
        let record = if let (Directory::Csv(file), false) = (&self.directory, is_dry_run) {
            Box::pin(self.world.sync(file.clone())).await
        } else {
            self.put_file().await;
            Box::pin(self.world.reset(is_dry_run, None)).await.unwrap()
        };
        Box::pin(self.ran(record)).await
    }

    async fn run_at_once(&mut self) -> Ran {
        self.put_file().await;
        let record = Box::pin(self.world.reset_twice_and_tick_the_timer()).await;
        Box::pin(self.ran(record)).await
    }

    async fn date_passes(&mut self) -> Option<Ran> {
        self.world.tick();
        let shell = self.world.shell.clone();
        let dates = next_dates(&shell).await.unwrap();
        let due = dates.into_iter().find(|date| date.at <= shell.now())?;
        // Nothing is read: it would fail.
        self.directory.cut_off();
        self.put_file().await;
        let Requested::Started(run) = request_for_date(&shell, &due.source).await.unwrap() else {
            panic!("no run is under way")
        };
        let record = Box::pin(self.world.finish(&run)).await;
        self.directory.fill(&self.people);
        Some(Box::pin(self.ran(record)).await)
    }

    async fn approve(&mut self) -> Result<Ran, String> {
        let last = self.last.clone();
        let record =
            Box::pin(self.world.reset(false, last.as_ref())).await.map_err(|error| error.to_string())?;
        Ok(Box::pin(self.ran(record)).await)
    }

    async fn undo(&mut self) -> Ran {
        self.world.tick();
        let run = self.last.clone().unwrap();
        let undo = UndoRequest { run, account: None, dry_run: false, actor: String::from("boss") };
        let Requested::Started(run) = Box::pin(request_undo(&self.world.shell, undo)).await.unwrap() else {
            panic!("no run is under way")
        };
        let record = Box::pin(self.world.finish(&run)).await;
        Box::pin(self.ran(record)).await
    }

    async fn block(&mut self, username: &str) -> Result<(), String> {
        self.world.tick();
        let blocked = Box::pin(administer::block(&self.world.shell, username, "boss", None)).await;
        blocked.map(drop).map_err(|error| error.to_string())
    }

    async fn unblock(&mut self, username: &str) -> Result<(), String> {
        self.world.tick();
        let unblocked = Box::pin(administer::unblock(&self.world.shell, username, "boss")).await;
        unblocked.map(drop).map_err(|error| error.to_string())
    }

    async fn seat(&mut self, username: &str, from: Option<&str>) -> Result<(), String> {
        self.world.tick();
        let given = Box::pin(crate::handlers::seats::give(&self.world, username, from, "boss")).await;
        given.map(drop).map_err(|error| error.to_string())
    }

    async fn add_local(&mut self, username: &str, is_admin: bool) -> Result<(), String> {
        self.world.tick();
        let added = administer::add_local(&self.world.shell, username, is_admin, Fields::new(), "boss");
        let added = Box::pin(added).await;
        added.map(drop).map_err(|error| error.to_string())
    }

    async fn set_limit(&mut self, limit: Limit) {
        self.world.tick();
        Box::pin(administer::set_limit(&self.world.shell, limit, "boss")).await.unwrap();
    }

    async fn edit_title(&mut self, username: &str, title: &str) {
        let username = Username::parse(username).unwrap();
        let account = self.world.shell.store.account_by_username(&username).await.unwrap().unwrap();
        self.world
            .dynamo()
            .update_item()
            .table_name(rollcall_sync::store::Names::local().accounts)
            .key("shard", AttributeValue::N(account.id.shard(self.world.shell.store.shards()).to_string()))
            .key("id", AttributeValue::S(account.id.to_string()))
            .update_expression("SET #fields.title = :title")
            .expression_attribute_names("#fields", "fields")
            .expression_attribute_values(":title", AttributeValue::S(title.to_owned()))
            .send()
            .await
            .unwrap();
    }

    async fn wait(&mut self, time: Duration) {
        self.world.wait(i64::try_from(time.as_millis()).unwrap());
    }

    async fn accounts(&mut self) -> Vec<Account> {
        administer::all_accounts(&self.world.shell).await.unwrap()
    }
}

fn csv(people: &[Person]) -> Vec<u8> {
    let mut text = String::from("key,id,username,active,admin,title,startDate,endDate,Block credential\n");
    for person in people {
        let active = if person.is_disabled { "no" } else { "yes" };
        let admin = if person.is_admin { "yes" } else { "no" };
        let Person { key, id, username, title, starts, ends, block_credential, .. } = person;
        writeln!(text, "{key},{id},{username},{active},{admin},{title},{starts},{ends},{block_credential}")
            .unwrap();
    }
    text.into_bytes()
}
