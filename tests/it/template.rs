//! `template.yaml` fits the code: what the functions read from their environment is set, what is built exists.
//!
//! That its tables are the ones the code uses, every other test shows: they are created from it.

use rollcall_config::folders;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn template() -> Value {
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// Every `ROLLCALL_…` in quotes in the crate that only deployed functions use.
fn variables_read() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in ["lib.rs", "settings.rs"] {
        let text = std::fs::read_to_string(root().join("crates/rollcall-aws/src").join(file)).unwrap();
        found.extend(text.split('"').filter(|word| word.starts_with("ROLLCALL_")).map(str::to_owned));
    }
    found
}

#[test]
fn what_the_functions_read_from_their_environment_is_set() {
    let template = template();
    let set = template["Globals"]["Function"]["Environment"]["Variables"].as_object().unwrap();
    let set: BTreeSet<String> = set.keys().cloned().collect();
    assert_eq!(set, variables_read());
}

#[test]
fn what_the_console_reads_from_its_environment_is_set() {
    let template = template();
    let set = template["Resources"]["ConsoleFunction"]["Properties"]["Environment"]["Variables"].as_object();
    let set: BTreeSet<String> = set.unwrap().keys().cloned().collect();
    let text = std::fs::read_to_string(root().join("functions/console/src/settings.rs")).unwrap();
    let read = text.split('"').filter(|word| word.starts_with("ROLLCALL_")).map(str::to_owned);
    assert_eq!(set, read.collect());
}

#[test]
fn only_the_console_needs_no_token_and_it_touches_no_data() {
    let template = template();
    for (name, resource) in template["Resources"].as_object().unwrap() {
        let routes = resource["Properties"]["Events"].as_object().into_iter().flatten();
        let open: BTreeSet<&str> = routes
            .filter(|(_, route)| route["Type"] == "HttpApi" && !route["Properties"]["Auth"].is_null())
            .map(|(_, route)| route["Properties"]["Path"].as_str().unwrap())
            .collect();
        if name == "ConsoleFunction" {
            assert_eq!(open, BTreeSet::from(["/", "/console", "/console/{page+}"]));
            assert_eq!(resource["Properties"]["Policies"], json!([{ "Ref": "ConsolePolicy" }]));
            let policy = &template["Resources"]["ConsolePolicy"]["Properties"]["PolicyDocument"]["Statement"];
            let actions = policy.as_array().unwrap().iter().map(|one| one["Action"].as_str().unwrap());
            let actions: BTreeSet<&str> = actions.collect();
            assert_eq!(actions, BTreeSet::from(["secretsmanager:GetSecretValue", "ssm:GetParameter"]));
        } else {
            assert!(open.is_empty(), "{name}: {open:?}");
        }
    }
}

#[test]
fn every_function_is_built_from_a_crate_of_its_name() {
    let template = template();
    let resources = template["Resources"].as_object().unwrap().values();
    let functions = resources.filter(|resource| resource["Type"] == "AWS::Serverless::Function");
    let built: BTreeSet<String> = functions
        .map(|function| {
            let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap();
            // In its own folder Cargo chooses this package, whose default features have the runtime.
            assert_eq!(function["Properties"]["CodeUri"], format!("functions/{binary}"));
            binary.to_owned()
        })
        .collect();
    let folders = std::fs::read_dir(root().join("functions")).unwrap().map(|folder| folder.unwrap());
    let functions = folders.filter(|folder| folder.path().join("src/main.rs").exists());
    let folders: BTreeSet<String> =
        functions.map(|folder| folder.file_name().into_string().unwrap()).collect();
    assert_eq!(built, folders);
}

#[test]
fn a_failed_message_returns_after_its_function_timed_out() {
    let template = template();
    let timeout = template["Globals"]["Function"]["Timeout"].as_u64().unwrap();
    for queue in ["FetchQueue", "ReconcileQueue"] {
        let properties = &template["Resources"][queue]["Properties"];
        assert!(properties["VisibilityTimeout"].as_u64().unwrap() > timeout, "{queue}");
        assert_eq!(properties["FifoQueue"], true, "{queue}");
        assert_eq!(
            properties["RedrivePolicy"]["maxReceiveCount"],
            rollcall_sync::run::DELIVERIES_MAX,
            "{queue}"
        );
    }
}

#[test]
fn no_function_may_edit_the_audit_log() {
    let template = template();
    for (name, resource) in template["Resources"].as_object().unwrap() {
        let policies = resource["Properties"]["Policies"].as_array().into_iter().flatten();
        for statement in policies.flat_map(|policy| policy["Statement"].as_array().into_iter().flatten()) {
            let may = statement["Effect"] == "Allow" && statement.to_string().contains("AuditTable");
            let actions = statement["Action"].to_string();
            let edits = ["UpdateItem", "DeleteItem", "BatchWriteItem", "dynamodb:*", "PartiQL"];
            assert!(!may || !edits.iter().any(|edit| actions.contains(edit)), "{name}: {statement}");
        }
    }
}

#[test]
fn s3_tells_of_what_is_dropped_where_the_configuration_says() {
    let template = template();
    let notice = &template["Resources"]["Bucket"]["Properties"]["NotificationConfiguration"]["LambdaConfigurations"]
        [0];
    let rules = notice["Filter"]["S3Key"]["Rules"].as_array().unwrap();
    assert_eq!(rules.len(), 1);
    assert_eq!((&rules[0]["Name"], &rules[0]["Value"]), (&"prefix".into(), &folders::INBOX.into()));
}

/// The folder of a key or a prefix.
fn folder_of(key: &str) -> String {
    key.split_inclusive('/').next().unwrap().to_owned()
}

#[test]
fn the_bucket_expires_what_lies_in_our_own_folders() {
    let template = template();
    let rules = &template["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"];
    let prefixes = rules.as_array().unwrap().iter().filter_map(|rule| rule["Prefix"].as_str());
    let prefixes: BTreeSet<&str> = prefixes.collect();
    // The configuration stays; what a dry run tried does not.
    let kept_for_a_time = folders::OWN.into_iter().filter(|own| *own != folders::CONFIG);
    assert_eq!(prefixes, kept_for_a_time.chain([folders::TRIED]).collect());
}

#[test]
fn the_policies_name_the_folders_that_the_code_uses() {
    let template = template();
    let resources = template["Resources"].as_object().unwrap().values();
    let policies: String = resources.map(|resource| resource["Properties"]["Policies"].to_string()).collect();
    let object = regex_lite::Regex::new(r#"s3:::[^/"]*/([^"]*)""#).unwrap();
    let named: BTreeSet<String> = object.captures_iter(&policies).map(|key| folder_of(&key[1])).collect();
    let used = folders::OWN.into_iter().chain([folders::INBOX]);
    assert_eq!(named, used.map(str::to_owned).collect());
}

/// The LDAP source outlives the panics of its library; `cargo lambda` takes that away where nothing is said.
#[test]
fn the_functions_are_built_so_that_a_panic_can_be_caught() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.split("[profile.release]").nth(1).unwrap().contains("\npanic = \"unwind\"\n"));
}
