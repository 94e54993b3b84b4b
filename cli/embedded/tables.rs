//! Creates the tables in the embedded DynamoDB from `template.yaml`, the same text that AWS is deployed from.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use rollcall_sync::store::Names;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEMPLATE: &str = include_str!("../../template.yaml");

/// As much of the template as the embedded tables need. Names in AWS's own spelling.
#[derive(Debug, Deserialize)]
struct Template {
    #[serde(rename = "Resources")]
    resources: BTreeMap<String, Resource>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Properties", default)]
    properties: serde_json::Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Table {
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<Key>,
    #[serde(default)]
    global_secondary_indexes: Vec<Index>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    attribute_name: String,
    attribute_type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    attribute_name: String,
    key_type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Index {
    index_name: String,
    key_schema: Vec<Key>,
    projection: Projected,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Projected {
    projection_type: String,
}

/// Creates the tables that are not there yet.
///
/// # Errors
/// When the template cannot be read or the server refuses.
pub async fn create_missing(client: &Client) -> Result<()> {
    let existing = client.list_tables().limit(100).send().await.context("listing the tables")?;
    let names = Names::local();
    let missing = |name: &String| !existing.table_names().contains(name);
    if ![&names.accounts, &names.usernames, &names.words, &names.control, &names.audit]
        .into_iter()
        .any(missing)
    {
        return Ok(());
    }
    let template = template()?;
    for (logical, name) in [
        ("AccountsTable", &names.accounts),
        ("UsernamesTable", &names.usernames),
        ("WordsTable", &names.words),
        ("ControlTable", &names.control),
        ("AuditTable", &names.audit),
    ] {
        if missing(name) {
            create(client, name, table(template, logical)?)
                .await
                .with_context(|| format!("creating {name}"))?;
        }
    }
    Ok(())
}

/// The template, read once in a process: that takes longer than to create the tables.
fn template() -> Result<&'static Template> {
    static TEMPLATE_READ: OnceLock<Template> = OnceLock::new();
    if let Some(template) = TEMPLATE_READ.get() {
        return Ok(template);
    }
    let template = serde_saphyr::from_str(TEMPLATE).context("reading template.yaml")?;
    Ok(TEMPLATE_READ.get_or_init(|| template))
}

fn table(template: &Template, logical: &str) -> Result<Table> {
    let resource =
        template.resources.get(logical).with_context(|| format!("template.yaml has no {logical}"))?;
    anyhow::ensure!(resource.kind == "AWS::DynamoDB::Table", "{logical} in template.yaml is not a table");
    serde_json::from_value(resource.properties.clone())
        .with_context(|| format!("reading {logical} in template.yaml"))
}

async fn create(client: &Client, name: &str, table: Table) -> Result<()> {
    let mut request = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for attribute in table.attribute_definitions {
        let definition = AttributeDefinition::builder()
            .attribute_name(attribute.attribute_name)
            .attribute_type(ScalarAttributeType::from(attribute.attribute_type.as_str()));
        request = request.attribute_definitions(definition.build()?);
    }
    request = request.set_key_schema(Some(key_schema(table.key_schema)?));
    for index in table.global_secondary_indexes {
        let index = GlobalSecondaryIndex::builder()
            .index_name(index.index_name)
            .set_key_schema(Some(key_schema(index.key_schema)?))
            .projection(
                Projection::builder()
                    .projection_type(ProjectionType::from(index.projection.projection_type.as_str()))
                    .build(),
            );
        request = request.global_secondary_indexes(index.build()?);
    }
    request.send().await?;
    Ok(())
}

fn key_schema(keys: Vec<Key>) -> Result<Vec<KeySchemaElement>> {
    keys.into_iter()
        .map(|key| {
            let element = KeySchemaElement::builder()
                .attribute_name(key.attribute_name)
                .key_type(KeyType::from(key.key_type.as_str()));
            Ok(element.build()?)
        })
        .collect()
}
