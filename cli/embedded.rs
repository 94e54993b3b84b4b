//! The embedded stand-ins: DynamoDB (dynoxide on SQLite) and S3 (s3s on a folder), and clients of the AWS SDK that reach
//! them. Shared by the commands, the tests and the benchmarks.
//!
//! The clients call them inside this process: there is no port that anybody else could come in by. Only
//! `rollcall up --expose` opens one (`up/expose.rs`).

mod connector;
mod dynamo;
pub mod tables;
mod tokens;

pub(crate) use dynamo::Tables;

use crate::folder::{Folder, PART_BYTES_MIN};
use anyhow::{Context as _, Result, anyhow, ensure};
use aws_sdk_dynamodb::config::{Credentials, Region};
use axum::http::{Request, Response, Uri};
use connector::Inside;
use dynoxide::Database;
use http_body_util::BodyExt as _;
use rollcall_sync::store::sdk_behavior;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::fmt;
use std::path::Path;

/// What the addresses that the embedded S3 signs begin with. Nothing listens there: who has such a link and can reach this
/// process, or its console, has it opened by [`Link`].
const S3_URL: &str = "http://s3.local";

/// The embedded servers, or those of somebody else.
#[derive(Clone, Debug)]
pub struct Servers {
    keys: Keys,
    at: At,
}

/// Where they are.
#[derive(Clone, Debug)]
enum At {
    /// In this process.
    Here { tables: Tables, buckets: S3Service },
    /// At an address.
    Elsewhere { url: String },
}

/// The access key with which requests are signed.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Keys {
    /// Keys that nobody can guess.
    fn random() -> Self {
        let random = || uuid::Uuid::new_v4().simple().to_string();
        Self { id: random().to_uppercase(), secret: format!("{}{}", random(), random()) }
    }
}

impl Servers {
    /// Serves a database and a folder of buckets to the clients that are made here, with a key made for this start.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn start(database: Database, buckets: &Path) -> Result<Self> {
        Self::start_taking_parts_of(PART_BYTES_MIN, database, buckets)
    }

    /// The same, with uploads whose parts must have so many bytes. For tests: a small file then has several parts, too.
    ///
    /// # Errors
    /// As [`Servers::start`].
    pub fn start_taking_parts_of(part_bytes_min: u64, database: Database, buckets: &Path) -> Result<Self> {
        let keys = Keys::random();
        let mut service = S3ServiceBuilder::new(Folder::open(buckets, part_bytes_min)?);
        service.set_auth(SimpleAuth::from_single(keys.id.clone(), keys.secret.clone()));
        let at = At::Here { tables: Tables::new(database), buckets: service.build() };
        Ok(Self { keys, at })
    }

    /// Servers of somebody else, both at one address, which tell installations apart by the access key.
    #[must_use]
    pub fn elsewhere(url: String, key: String) -> Self {
        Self { keys: Keys { id: key, secret: String::from("local") }, at: At::Elsewhere { url } }
    }

    /// The tables, the buckets, and the key that lets in; none where they are somebody else's.
    pub(crate) fn parts(&self) -> Option<(&Tables, &S3Service, &Keys)> {
        match &self.at {
            At::Here { tables, buckets } => Some((tables, buckets, &self.keys)),
            At::Elsewhere { .. } => None,
        }
    }

    /// The buckets; none where they are somebody else's.
    pub(crate) fn buckets(&self) -> Option<&S3Service> {
        self.parts().map(|(_, buckets, _)| buckets)
    }

    /// What lies behind a link that was signed for a download.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn download(&self, link: &str) -> Result<Response<Vec<u8>>> {
        match &self.at {
            At::Here { buckets, .. } => {
                let link = Link::parse(link).context("the link is not one of the embedded bucket")?;
                let (parts, body) = link.open(buckets).await?.into_parts();
                let body = body.collect().await.map_err(|error| anyhow!("reading the file: {error}"))?;
                Ok(Response::from_parts(parts, body.to_bytes().to_vec()))
            }
            At::Elsewhere { .. } => {
                let answer = reqwest::get(link).await?;
                let response = Response::builder().status(answer.status());
                Ok(response.body(answer.bytes().await?.to_vec())?)
            }
        }
    }

    /// Copies what lies behind a link that was signed for a download, piece by piece.
    ///
    /// # Errors
    /// When there is no such file, the server does not answer, or `to` fails.
    pub(crate) async fn download_to(
        &self,
        link: &str,
        to: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
    ) -> Result<()> {
        let buckets = self.buckets().context("these servers are somebody else's")?;
        let link = Link::parse(link).context("the link is not one of the embedded bucket")?;
        let mut file = link.open(buckets).await?;
        ensure!(file.status().is_success(), "the file of the export cannot be read");
        while let Some(frame) = file.body_mut().frame().await {
            let frame = frame.map_err(|error| anyhow!("reading the file: {error}"))?;
            if let Some(bytes) = frame.data_ref() {
                to(bytes)?;
            }
        }
        Ok(())
    }

    /// The settings of a DynamoDB client that reaches the embedded server.
    #[must_use]
    pub fn dynamo(&self) -> aws_sdk_dynamodb::config::Builder {
        let settings = aws_sdk_dynamodb::Config::builder()
            .behavior_version(sdk_behavior())
            .region(Region::new("local"))
            .credentials_provider(self.credentials());
        match &self.at {
            At::Here { tables, .. } => settings
                .endpoint_url("http://dynamodb.local")
                .http_client(Inside::Dynamo(tables.clone()).client()),
            At::Elsewhere { url } => settings.endpoint_url(url),
        }
    }

    /// The settings of an S3 client that reaches the embedded server.
    #[must_use]
    pub fn s3(&self) -> aws_sdk_s3::config::Builder {
        let settings = aws_sdk_s3::Config::builder()
            .behavior_version(sdk_behavior())
            .region(Region::new("us-east-1"))
            .credentials_provider(self.credentials())
            .force_path_style(true);
        match &self.at {
            At::Here { buckets, .. } => {
                settings.endpoint_url(S3_URL).http_client(Inside::S3(buckets.clone()).client())
            }
            At::Elsewhere { url } => settings.endpoint_url(url),
        }
    }

    fn credentials(&self) -> Credentials {
        Credentials::new(&self.keys.id, &self.keys.secret, None, None, "local")
    }
}

/// A link to one object, which lets in who has it for some minutes: the embedded S3 checks its signature.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    path_and_query: String,
}

impl Link {
    /// A link as the embedded S3 signs it; `None` where it is another address.
    pub(crate) fn parse(address: &str) -> Option<Self> {
        address.strip_prefix(S3_URL).and_then(Self::at)
    }

    /// The link that this path of ours stands for; `None` where it is no signed one.
    pub(crate) fn at(path_and_query: &str) -> Option<Self> {
        let is_signed = path_and_query.starts_with('/') && path_and_query.contains("X-Amz-Signature=");
        is_signed.then(|| Self { path_and_query: path_and_query.to_owned() })
    }

    /// The same link at another address.
    pub(crate) fn under(&self, url: &str) -> String {
        format!("{url}{}", self.path_and_query)
    }

    /// What the embedded S3 answers. It has no name here but the one that was signed.
    ///
    /// # Errors
    /// When it is no address, or the server fails.
    pub(crate) async fn open(&self, buckets: &S3Service) -> Result<Response<s3s::Body>> {
        let uri: Uri = self.under(S3_URL).parse().context("the link is no address")?;
        let host = uri.authority().map(|host| host.as_str().to_owned()).unwrap_or_default();
        let request = Request::get(uri).header("host", host).body(s3s::Body::empty())?;
        buckets.call(request).await.map_err(|error| anyhow!("reading the file: {error:?}"))
    }
}
