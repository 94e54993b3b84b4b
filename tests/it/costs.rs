//! The units on `infra/costs.md`, recomputed: what a run writes is seen on the wire and counted as DynamoDB documents it,
//! and what a run without a change reads, by the size of the records.
//!
//! A write in a transaction counts twice for each KB begun; an index once for each entry that is made or removed.

use crate::template::template;
use crate::world::World;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use rollcall_sync::store::Names;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// How many people are counted: more than a commit holds, so that what all of it shares is shared as it is.
const PEOPLE: usize = 192;

/// Dollars for a million units, as the page says them.
const WRITES: f64 = 0.625;
const READS: f64 = 0.125;

/// Dollars for a million events on the bus, as the page says them.
const EVENTS: f64 = 1.67;

const RUNS_A_MONTH: f64 = 730.0;
const CHANGED_A_MONTH: f64 = 0.3;

/// The bodies of all transactions that a process has sent.
#[derive(Clone, Debug, Default)]
struct Transactions(Arc<Mutex<Vec<Value>>>);

impl Intercept for Transactions {
    fn name(&self) -> &'static str {
        "transactions"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        if request.headers().get("x-amz-target").is_some_and(|target| target.ends_with(".TransactWriteItems"))
        {
            let body = request.body().bytes().ok_or("a request to DynamoDB has a body")?;
            self.0.lock().unwrap().push(serde_json::from_slice(body)?);
        }
        Ok(())
    }
}

/// The size of an attribute's value, as DynamoDB counts it.
fn size_of_value(value: &Value) -> usize {
    let (kind, held) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "S" => held.as_str().unwrap().len(),
        "N" => held.as_str().unwrap().trim_matches(['-', '.']).len().div_ceil(2) + 1,
        "BOOL" | "NULL" => 1,
        "L" => 3 + held.as_array().unwrap().iter().map(|value| size_of_value(value) + 1).sum::<usize>(),
        "M" => 3 + size(held) + held.as_object().unwrap().len(),
        other => panic!("{other} is stored nowhere"),
    }
}

/// The size of an item: its names and values.
fn size(item: &Value) -> usize {
    item.as_object().unwrap().iter().map(|(name, value)| name.len() + size_of_value(value)).sum()
}

/// Units of one write of so many bytes that is in no transaction.
fn units(bytes: usize) -> f64 {
    bytes.div_ceil(1024).max(1) as f64
}

/// A table's own name, as in the template.
fn table_of(name: &str) -> String {
    format!("{}Table", name.strip_prefix("rollcall-").unwrap())
}

/// Every item of a table by its whole key.
type Items = BTreeMap<String, Value>;

/// What is in the tables, to see what an update has made of an item.
struct Seen {
    template: Value,
    tables: BTreeMap<String, Items>,
}

impl Seen {
    fn resource(&self, table: &str) -> &Value {
        let name = table_of(table).to_lowercase();
        let resources = self.template["Resources"].as_object().unwrap();
        let found = resources.iter().find(|(logical, _)| logical.to_lowercase() == name);
        &found.unwrap_or_else(|| panic!("no table {table}")).1["Properties"]
    }

    fn keys(schema: &Value) -> Vec<&str> {
        schema.as_array().unwrap().iter().map(|key| key["AttributeName"].as_str().unwrap()).collect()
    }

    fn place(&self, table: &str, item: &Value) -> String {
        let keys = Self::keys(&self.resource(table)["KeySchema"]);
        keys.iter().fold(String::new(), |mut place, key| {
            write!(place, "{} ", item[*key]).unwrap();
            place
        })
    }

    async fn of(world: &World) -> Self {
        let mut seen = Self { template: template(), tables: BTreeMap::new() };
        let Names { accounts, usernames, words, control, audit, .. } = Names::local();
        for table in [accounts, usernames, words, control, audit] {
            let mut items = world.dynamo().scan().table_name(&table).into_paginator().items().send();
            let mut found = Items::new();
            while let Some(item) = items.next().await {
                let item = crate::bus::image(&item.unwrap());
                let item = Value::Object(item);
                found.insert(seen.place(&table, &item), item);
            }
            seen.tables.insert(table, found);
        }
        seen
    }

    /// What the indexes of a table are written when an item becomes another.
    fn of_indexes(&self, table: &str, before: Option<&Value>, after: Option<&Value>) -> f64 {
        let indexes = self.resource(table)["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
        let written = indexes.iter().map(|index| {
            let keys = Self::keys(&index["KeySchema"]);
            let is_whole = index["Projection"]["ProjectionType"] == "ALL";
            let entry = |item: Option<&Value>| {
                let item = item.filter(|item| keys.iter().all(|key| !item[*key].is_null()))?;
                let key: Map<String, Value> =
                    keys.iter().map(|key| ((*key).to_owned(), item[*key].clone())).collect();
                Some((Value::Object(key.clone()), if is_whole { item.clone() } else { Value::Object(key) }))
            };
            match (entry(before), entry(after)) {
                (Some((_, before)), Some((_, after))) if before == after => 0.0,
                (Some((before, old)), Some((after, new))) if before == after => {
                    units(size(&old).max(size(&new)))
                }
                (before, after) => {
                    [before, after].into_iter().flatten().map(|(_, entry)| units(size(&entry))).sum()
                }
            }
        });
        written.sum()
    }
}

/// The units that these commits cost, between these two states.
fn count(transactions: &Transactions, before: &Seen, after: &Seen) -> f64 {
    let mut all = 0.0;
    let accounts = Names::local().accounts;
    let changes_accounts = |body: &&Value| body.to_string().contains(&format!("\"TableName\":{accounts:?}"));
    // What begins and ends a run is the same for one person and for a million.
    for body in transactions.0.lock().unwrap().iter().filter(changes_accounts) {
        for part in body["TransactItems"].as_array().unwrap() {
            let (_, part) = part.as_object().unwrap().iter().next().unwrap();
            let table = part["TableName"].as_str().unwrap();
            let key = if part["Item"].is_null() { &part["Key"] } else { &part["Item"] };
            let place = before.place(table, key);
            let was = before.tables[table].get(&place);
            let is = after.tables[table].get(&place);
            let larger = [was, is].into_iter().flatten().map(size).max().unwrap_or(0);
            all += 2.0 * units(larger) + if was == is { 0.0 } else { after.of_indexes(table, was, is) };
        }
    }
    all
}

fn config(seats: usize) -> String {
    format!(
        r#"
[licence]
seats = {seats}
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "mail"
immutable_id = "id"
[source.mapping]
username = "mail"
email = "mail"
display_name = "name"
department = "department"
"#
    )
}

fn people(department: &str) -> String {
    let mut csv = String::from("id,mail,name,department\n");
    for person in 0..PEOPLE {
        writeln!(csv, "{person:08},firstname.lastname{person:05}@emea.example.com,Firstname Lastname {person},{department}").unwrap();
    }
    csv
}

/// Units of a run with this file, for each of the people in it.
async fn units_of_a_run(world: &mut World, csv: String) -> f64 {
    let transactions = Transactions::default();
    world.shell = world.process(Some(SharedInterceptor::new(transactions.clone())));
    let before = Seen::of(world).await;
    let run = world.sync(csv).await;
    assert_eq!(run.summary.unwrap().writes, PEOPLE as u64);
    count(&transactions, &before, &Seen::of(world).await) / PEOPLE as f64
}

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("infra/costs.md")).unwrap()
}

/// The cells of the row for so many accounts, as numbers.
fn row(page: &str, accounts: &str) -> Vec<f64> {
    let row = page.lines().find(|line| line.starts_with(&format!("| {accounts} |"))).unwrap();
    let cells = row.split('|').skip(2).map(|cell| cell.trim().trim_matches('*'));
    cells.filter_map(|cell| cell.parse().ok()).collect()
}

/// A figure of the page is right if it is the computed one as it is rounded there: a tenth off at most, or a cent.
#[track_caller]
fn assert_about(what: &str, said: f64, computed: f64) {
    assert!(
        (said - computed).abs() <= (computed * 0.1).max(0.01),
        "{what}: the page says {said}, it is {computed:.3}"
    );
}

#[tokio::test]
async fn the_page_of_costs_counts_what_is_written() {
    let mut world = World::new(&config(PEOPLE)).await;
    let first = units_of_a_run(&mut world, people("Sales")).await;
    let bytes: usize = Seen::of(&world).await.tables[&Names::local().accounts].values().map(size).sum();
    let bytes = bytes as f64 / PEOPLE as f64;
    let change = units_of_a_run(&mut world, people("Marketing")).await;
    let mut full = World::new(&config(0)).await;
    let waiting = units_of_a_run(&mut full, people("Sales")).await;
    let page = page();
    let text = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = format!("{change:.1} units for a change of a field");
    assert!(text.contains(&said), "the page should say: {said}");
    let said = format!("{first:.1} units for somebody with a seat and {waiting:.1} for somebody who waits");
    assert!(text.contains(&said), "the page should say: {said}");
    assert_about("bytes of an account", 450.0, bytes);
    for (accounts, people) in
        [("1,000", 1e3), ("10,000", 1e4), ("100,000", 1e5), ("1,000,000", 1e6), ("10,000,000", 1e7)]
    {
        let row = row(&page, accounts);
        let reads = (people * bytes / 4096.0).max(64.0) * RUNS_A_MONTH * READS / 1e6;
        assert_about(&format!("{accounts}: reads"), row[0], reads);
        let writes = people * CHANGED_A_MONTH * change * WRITES / 1e6;
        assert_about(&format!("{accounts}: writes"), row[1], writes);
        let first_load = people * (first * WRITES + EVENTS) / 1e6;
        assert_about(&format!("{accounts}: first load"), *row.last().unwrap(), first_load);
        let parts: f64 = row[..row.len() - 2].iter().sum();
        assert_about(&format!("{accounts}: together"), row[row.len() - 2], parts);
    }
}

#[test]
fn sizes_are_those_that_dynamodb_documents() {
    let item = json!({ "ab": { "S": "text" }, "n": { "N": "1234" }, "b": { "BOOL": true }, "l": { "L": [{ "S": "x" }] } });
    // Names 2 + 1 + 1 + 1; values 4, 2 + 1, 1, 3 + 1 + 1.
    assert_eq!(size(&item), 5 + 4 + 3 + 1 + 5);
    assert_eq!((units(0), units(1024), units(1025)), (1.0, 1.0, 2.0));
}

#[test]
fn the_page_of_costs_counts_the_alarms_of_the_template() {
    let template = template();
    let resources = template["Resources"].as_object().unwrap().values();
    // The second schedule is the exception.
    let is_usual = |resource: &&Value| resource["Condition"] != "HasSecondSchedule";
    let alarms = resources.filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm").filter(is_usual);
    let metrics = alarms.map(|alarm| alarm.to_string().matches("\"MetricStat\":").count().max(1));
    let metrics: Vec<usize> = metrics.collect();
    let (alarms, metrics) = (metrics.len(), metrics.iter().sum::<usize>());
    let said = format!("The {alarms} alarms use {metrics} metrics, ${:.2}", metrics as f64 * 0.1);
    assert!(page().contains(&said), "the page should say: {said}");
}
