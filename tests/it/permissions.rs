//! `template.yaml` gives each function the permissions that it needs, and no others: what a function is seen to ask
//! of DynamoDB and S3 is compared with its policy.

mod exports;
mod files;

use crate::fakes::FakeDirectory as _;
use crate::fakes::Person;
use crate::fakes::okta::{EVERYBODY, Group, Okta};
use crate::handlers::api::{get, send};
use crate::handlers::counts::forget_counts;
use crate::handlers::doctored::Harm;
use crate::template::template;
use crate::world::World;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use rollcall::events;
use rollcall_api::Api;
use rollcall_sync::Shell;
use rollcall_sync::shell::Limits;
use rollcall_sync::store::{Names, QueueName, RunId, RunStatus};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// A bit longer than a lease lasts.
const LEASE_RUNS_OUT_MILLIS: i64 = 21 * 60 * 1000;

const CONFIG: &str = r#"
[licence]
seats = 6
[guard]
min_removals = 1
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
immutable_id = "id"
[source.mapping]
username = "username"
title = "title"
"#;

const EIGHT: &str =
    "key,id,username,title\na,1,a,x\nb,2,b,x\nc,3,c,x\nd,4,d,x\ne,5,e,x\nf,6,f,x\ng,7,g,x\nh,8,h,x\n";

/// One is renamed, one has another title, one row is short, three are gone: more than the guard lets go.
const FIVE: &str = "key,id,username,title\na,1,ann,x\nb,2,b,y\nc,3,c\nd,4,d,x\nh,8,h,x\n";

/// `action resource`, as in `dynamodb:PutItem accounts` or `s3:GetObject config/*`.
type Permissions = BTreeSet<String>;

/// Writes down what is asked for, in the words of a policy.
#[derive(Debug, Default)]
struct Witness(Arc<Mutex<Permissions>>);

impl Intercept for Witness {
    fn name(&self) -> &'static str {
        "witness"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let needed = match request.headers().get("x-amz-target") {
            Some(target) => {
                let body = request.body().bytes().ok_or("a request to DynamoDB has a body")?;
                of_dynamodb(target, &serde_json::from_slice(body)?)
            }
            None => vec![of_s3(request.method(), request.uri())],
        };
        self.0.lock().unwrap().extend(needed);
        Ok(())
    }
}

fn of_dynamodb(target: &str, body: &Value) -> Vec<String> {
    let (_, operation) = target.split_once('.').unwrap();
    if let Some(tables) = body["RequestItems"].as_object() {
        return tables.keys().map(|name| format!("dynamodb:{operation} {}", unprefixed(name))).collect();
    }
    if operation != "TransactWriteItems" {
        return vec![format!("dynamodb:{operation} {}", table(body))];
    }
    let items = body["TransactItems"].as_array().unwrap().iter();
    let part = |item: &Value| {
        let (kind, part) = item.as_object().unwrap().iter().next().unwrap();
        let action =
            if kind == "ConditionCheck" { "ConditionCheckItem".to_owned() } else { format!("{kind}Item") };
        format!("dynamodb:{action} {}", table(part))
    };
    items.map(part).collect()
}

/// The table's name without our prefix, with its index where it is asked.
fn table(body: &Value) -> String {
    let name = unprefixed(body["TableName"].as_str().unwrap());
    body["IndexName"].as_str().map_or(name.to_owned(), |index| format!("{name}/index/{index}"))
}

fn unprefixed(table: &str) -> &str {
    table.strip_prefix("rollcall-").unwrap()
}

fn of_s3(method: &str, uri: &str) -> String {
    let is_of_upload = uri.contains("uploadId=");
    let action = match method {
        "GET" if is_of_upload => "ListMultipartUploadParts",
        "GET" | "HEAD" => "GetObject",
        // A part, the beginning and the end of an upload need the right to put the object.
        "PUT" | "POST" => "PutObject",
        "DELETE" if is_of_upload => "AbortMultipartUpload",
        "DELETE" => "DeleteObject",
        other => panic!("{other} {uri}"),
    };
    let bucket = format!("/{}/", Names::local().bucket);
    if uri.contains("list-type=2") {
        return format!("s3:ListBucket {}", Names::local().bucket);
    }
    let (_, key) = uri.split_once(&bucket).unwrap_or_else(|| panic!("{uri} is not in the bucket"));
    format!("s3:{action} {}/*", key.split_once('/').unwrap().0)
}

/// A function as it runs in AWS: a process of its own.
struct Function {
    shell: Shell,
    needed: Arc<Mutex<Permissions>>,
}

impl Function {
    fn of(world: &World) -> Self {
        let witness = Witness::default();
        let needed = Arc::clone(&witness.0);
        Self { shell: world.process(Some(SharedInterceptor::new(witness))), needed }
    }

    fn api(&self) -> Api {
        Api::new(self.shell.clone())
    }
}

struct Functions {
    fetch: Function,
    reconcile: Function,
    reset: Function,
    read: Function,
}

impl Functions {
    fn of(world: &World) -> Self {
        let [fetch, reconcile, reset, read] = [(); 4].map(|()| Function::of(world));
        Self { fetch, reconcile, reset, read }
    }

    /// Delivers a message, as SQS does. `false`: there is none.
    async fn deliver(&self) -> bool {
        let functions = [&self.fetch, &self.reconcile, &self.reset];
        let Some(message) = functions.into_iter().find_map(|function| function.shell.queues.take()) else {
            return false;
        };
        let event = events::queue_event(&message);
        // On the heap, as in AWS: a test's thread has 2 MiB of stack for all of its steps.
        let answer = match message.queue {
            QueueName::Fetch => Box::pin(rollcall_fetch::handle(event, &self.fetch.shell)).await.unwrap(),
            QueueName::Reconcile => {
                Box::pin(rollcall_reconcile::handle(event, &self.reconcile.shell)).await.unwrap()
            }
        };
        assert_eq!(answer["batchItemFailures"], json!([]));
        true
    }

    async fn drain(&self) {
        while self.deliver().await {}
    }

    async fn drop_file(&self) {
        let dropped = events::s3_event(&["inbox/staff.csv"], None);
        rollcall_fetch::handle(dropped, &self.fetch.shell).await.unwrap();
    }

    async fn post_reset(&self, body: Value) -> RunId {
        let answer =
            rollcall_reset::handle(events::http_event(&body, "boss"), &self.reset.shell).await.unwrap();
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        RunId::parse(body["run"].as_str().unwrap_or_else(|| panic!("{body}"))).unwrap()
    }
}

/// Everything that functions do: first load, a Reset behind a dry run that fails, a hold and its approval, a drop during a run, a run that died.
async fn a_life(world: &World, functions: &Functions) {
    world.put_csv(EIGHT).await;
    functions.drop_file().await;
    functions.drain().await;
    world.put_csv("key").await;
    functions.post_reset(json!({ "dry_run": true })).await;
    functions.post_reset(json!({})).await;
    // The dry run fails over the file, and the function that reads begins what was asked for behind it.
    functions.drain().await;
    world.put_csv(FIVE).await;
    let held = functions.post_reset(json!({})).await;
    assert!(functions.deliver().await, "the file is read");
    functions.drop_file().await;
    rollcall_fetch::handle(events::tick_of("rate(1 hour)"), &functions.fetch.shell).await.unwrap();
    functions.drain().await;
    let newest = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap().remove(0);
    assert_ne!(newest.id, held, "the drop was followed by a run");
    let leave = send("POST", &format!("/runs/{}/leave", newest.id), &json!({}));
    let left = rollcall_reset::handle(leave, &functions.reset.shell).await.unwrap();
    assert_eq!(left["statusCode"], 200, "{left}");
    functions.post_reset(json!({ "approve": newest.id.to_string() })).await;
    functions.drain().await;
    world.put_csv(EIGHT).await;
    functions.drop_file().await;
    drop(functions.fetch.shell.queues.take().unwrap());
    for _ in 0..2 {
        // Each finds the lease of a run that died, and the second dies itself.
        world.wait(LEASE_RUNS_OUT_MILLIS);
        functions.post_reset(json!({ "dry_run": true })).await;
    }
    drop(functions.reset.shell.queues.take().unwrap());
    world.wait(LEASE_RUNS_OUT_MILLIS);
    functions.drop_file().await;
    functions.drain().await;
    files::try_and_send(functions, EIGHT).await;
    functions.post_reset(json!({ "previous": true })).await;
    functions.drain().await;
    // In a table of an earlier version those who wait are counted by their keys.
    forget_counts(world).await;
    people_at_work(functions).await;
    world.tick();
    exports::make_and_delete(functions).await;
}

/// What administrators do over the API, and look at.
async fn people_at_work(functions: &Functions) {
    let read = async |path: &str, query: &[(&str, &str)]| {
        let answer = rollcall_read::handle(get(path, query), &functions.read.api()).await.unwrap();
        assert!(answer["statusCode"] == 200 || answer["statusCode"] == 303, "{path}: {answer}");
        serde_json::from_str::<Value>(answer["body"].as_str().unwrap_or("null")).unwrap()
    };
    let act = async |method: &str, path: &str, body: Value| {
        let mut event = send(method, path, &body);
        event["headers"]["idempotency-key"] = json!(format!("{method}-{path}"));
        let answer = rollcall_reset::handle(event, &functions.reset.shell).await.unwrap();
        assert!(answer["statusCode"].as_i64().unwrap() < 300, "{path}: {answer}");
    };
    let ann = read("/accounts", &[("text", "a")]).await["accounts"][0]["id"].clone();
    let ann = format!("/accounts/{}", ann.as_str().unwrap());
    act("POST", &format!("{ann}/block"), json!({ "why": "lost laptop" })).await;
    act("POST", &format!("{ann}/unblock"), json!({})).await;
    let ben = read("/accounts", &[("text", "b")]).await["accounts"][0]["id"].clone();
    let rekey = format!("/accounts/{}/rekey", ben.as_str().unwrap());
    act("POST", &rekey, json!({ "match_key": "another" })).await;
    act("PUT", "/licence", json!({ "limit": 8 })).await;
    act("POST", "/accounts", json!({ "username": "root" })).await;
    // Again, with another key: a commit that finds its account there looks whether it has written that itself.
    let again = rollcall_reset::handle(
        send("POST", "/accounts", &json!({ "username": "root" })),
        &functions.reset.shell,
    );
    assert_eq!(again.await.unwrap()["statusCode"], 409);
    // So does a run's.
    functions.reconcile.needed.lock().unwrap().insert(String::from("dynamodb:GetItem audit"));
    // With a second source: a run looks for what its last report says of people who are in both.
    functions.reconcile.needed.lock().unwrap().insert(String::from("s3:GetObject reports/*"));
    let run = read("/runs", &[]).await["runs"][0]["id"].as_str().unwrap().to_owned();
    drop(read("/find", &[("text", "ann")]).await);
    let run_path = format!("/runs/{run}");
    let lists = ["/waiting", "/licence", "/audit", "/events", "/sources", "/accounts/by-username/Root"];
    for path in lists.into_iter().chain([ann.as_str(), run_path.as_str()]) {
        read(path, &[]).await;
    }
    // Who is sent to an export downloads it with the right of the function that signs the link; here of both.
    functions.read.needed.lock().unwrap().insert(String::from("s3:GetObject exports/*"));
    functions.reset.needed.lock().unwrap().insert(String::from("s3:GetObject exports/*"));
    read("/audit", &[("run", &run)]).await;
    read("/audit", &[("user", "a")]).await;
    let configuration = read("/configuration", &[]).await;
    let mut event = send("PUT", "/configuration", &Value::Null);
    event["headers"]["if-match"] = configuration["version"].clone();
    event["body"] = json!(format!("# Ours.\n{}", configuration["text"].as_str().unwrap()));
    let answer = rollcall_reset::handle(event, &functions.reset.shell).await.unwrap();
    assert_eq!(answer["statusCode"], 200, "{answer}");
}

/// One thing of each kind is torn, and a run repairs it.
async fn an_examination(world: &World, functions: &Functions) {
    for harm in [
        Harm::SetNumber("licence", "used", "9"),
        Harm::SetControl("health#staff", "crossings", "{"),
        Harm::ClaimForNobody("zed"),
        Harm::RemoveOfAccount("root", "standing"),
    ] {
        harm.do_to(world).await;
    }
    let body = send("POST", "/doctor", &json!({ "repair": true }));
    let answer = rollcall_reset::handle(body, &functions.reset.shell).await.unwrap();
    assert_eq!(answer["statusCode"], 202, "{answer}");
    functions.drain().await;
    let newest = rollcall_api::newest_run::all_runs(&world.shell).await.unwrap().remove(0);
    let result = newest.examination.unwrap().result.unwrap();
    assert!(result.findings.is_empty(), "{result:?}");
}

/// A directory of several pages, each read by another invocation.
async fn a_directory(world: &mut World, functions: &mut Functions) {
    let okta = Okta::start().await;
    let person = |name: &str| Person { username: name.to_owned(), key: name.to_owned(), ..Person::default() };
    okta.fill(&["ann", "ben", "cem"].map(person));
    // Somebody who is named by the key is looked up in the snapshot: the account has its id from the immutable one.
    let groups = format!("{{ name = {EVERYBODY:?}, priority = 2 }}, {{ name = \"leads\", priority = 1 }}");
    okta.add_group(Group::new("leads", Vec::new()));
    let source = okta.source_of(&okta.by_key("rsa.pem"), &groups);
    world.configure(&source.replacen("staff", "people", 1)).await;
    let limits = Limits { pages: Some(1), ..Limits::default() };
    functions.fetch.shell = functions.fetch.shell.clone().with_limits(limits);
    let run = functions.post_reset(json!({})).await;
    functions.drain().await;
    let run = events::run_record(&world.shell, &run).await.unwrap();
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    let log = get("/audit", &[("user", "nobody")]);
    assert_eq!(rollcall_read::handle(log, &functions.read.api()).await.unwrap()["statusCode"], 200);
}

/// What a function's policy allows of DynamoDB and of objects in S3.
fn allowed(function: &str) -> Permissions {
    let template = template();
    let policies = template["Resources"][function]["Properties"]["Policies"].as_array().unwrap().clone();
    let statements = policies.iter().flat_map(|policy| policy["Statement"].as_array().unwrap());
    let mut allowed = Permissions::new();
    for statement in statements.filter(|statement| statement["Effect"] == "Allow") {
        for action in several(&statement["Action"]) {
            let action = action.as_str().unwrap();
            if action.starts_with("dynamodb:") || (action.starts_with("s3:") && action != "s3:ListBucket") {
                let resources = several(&statement["Resource"]);
                allowed.extend(resources.iter().map(|resource| format!("{action} {}", short(resource))));
            }
        }
    }
    allowed
}

fn several(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

/// A resource as [`Witness`] names it. Where a parameter may name another, both are the same to a policy.
fn short(resource: &Value) -> String {
    let of_table = |name: &str| name.strip_suffix("Table").unwrap_or_else(|| panic!("{name}")).to_lowercase();
    if let Some(either) = resource["Fn::If"].as_array() {
        let [made, given] = [&either[1], &either[2]].map(short);
        assert_eq!(made, given, "{resource}");
        return made;
    }
    if let Some(name) = resource["Fn::GetAtt"][0].as_str() {
        return of_table(name);
    }
    let text = resource["Fn::Sub"].as_str().unwrap_or_else(|| panic!("{resource}"));
    if let Some((name, rest)) = text.strip_prefix("${").and_then(|text| text.split_once(".Arn}")) {
        return of_table(name) + rest;
    }
    if let Some((name, rest)) =
        text.split_once(":table/${").and_then(|(_, text)| text.split_once("TableName}"))
    {
        return name.to_lowercase() + rest;
    }
    text.rsplit_once("}/").unwrap_or_else(|| panic!("{text}")).1.to_owned()
}

#[tokio::test]
async fn every_function_may_do_what_it_does_and_nothing_else() {
    let mut world = World::new(CONFIG).await;
    let mut functions = Functions::of(&world);
    a_life(&world, &functions).await;
    an_examination(&world, &functions).await;
    a_directory(&mut world, &mut functions).await;
    let named = [
        ("FetchFunction", &functions.fetch),
        ("ReconcileFunction", &functions.reconcile),
        ("ResetFunction", &functions.reset),
        ("ReadFunction", &functions.read),
    ];
    for (name, function) in named {
        let needed = function.needed.lock().unwrap().clone();
        let allowed = allowed(name);
        // Each may list the bucket: else S3 does not tell what is missing from what is forbidden.
        let lacks = needed.difference(&allowed);
        let lacks: Vec<_> = lacks.filter(|lack| !lack.starts_with("s3:ListBucket ")).collect();
        let never_used: Vec<_> = allowed.difference(&needed).collect();
        assert!(lacks.is_empty(), "{name} lacks {lacks:#?}");
        assert!(never_used.is_empty(), "{name} never uses {never_used:#?}");
    }
}
