//! The embedded S3 serves what lies in its folder, whatever people have done to the files there.

use crate::world::{World, is_emulated};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use std::fs::{self, File, FileTimes};
use std::path::PathBuf;

const KEY: &str = "inbox/staff.csv";
const BUCKET: &str = "rollcall";

/// A bucket on a folder of this machine.
struct Bucket {
    s3: Client,
    folder: PathBuf,
    _world: World,
}

impl Bucket {
    /// None where the servers are somebody else's.
    async fn new() -> Option<Self> {
        if is_emulated() {
            return None;
        }
        let world = World::new(super::STAFF).await;
        let s3 = Client::from_conf(world.servers.s3().build());
        let folder = world.folder().join("s3").join(BUCKET);
        Some(Self { s3, folder, _world: world })
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    /// Answers with the tag.
    async fn put(&self, key: &str, text: &str) -> String {
        let put = self.s3.put_object().bucket(BUCKET).key(key).body(text.as_bytes().to_vec().into());
        put.send().await.unwrap().e_tag.unwrap()
    }

    async fn get(&self, key: &str) -> (String, String) {
        let object = self.s3.get_object().bucket(BUCKET).key(key).send().await.unwrap();
        let tag = object.e_tag.unwrap();
        (String::from_utf8(object.body.collect().await.unwrap().to_vec()).unwrap(), tag)
    }

    /// Tag and length.
    async fn head(&self, key: &str) -> (String, i64) {
        let head = self.s3.head_object().bucket(BUCKET).key(key).send().await.unwrap();
        (head.e_tag.unwrap(), head.content_length.unwrap())
    }

    /// The code of the error that asking for an object gives.
    async fn refused(&self, key: &str) -> String {
        let error = self.s3.get_object().bucket(BUCKET).key(key).send().await.unwrap_err();
        error.code().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn an_object_is_the_file_that_lies_there_however_it_came() {
    let Some(bucket) = Bucket::new().await else { return };
    let first = bucket.put(KEY, "one").await;
    assert_eq!(bucket.head(KEY).await, (first.clone(), 3));
    // In place, of the same length and with the same time.
    let time = fs::metadata(bucket.file(KEY)).unwrap().modified().unwrap();
    fs::write(bucket.file(KEY), "two").unwrap();
    let file = File::options().write(true).open(bucket.file(KEY)).unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
    let (text, second) = bucket.get(KEY).await;
    assert_eq!((text.as_str(), second != first), ("two", true));
    assert_eq!(bucket.head(KEY).await, (second.clone(), 3));
    // By another file of another length, and again by none.
    let beside = bucket.file("beside");
    fs::write(&beside, "three").unwrap();
    fs::rename(&beside, bucket.file(KEY)).unwrap();
    assert_eq!(bucket.get(KEY).await.0, "three");
    fs::remove_file(bucket.file(KEY)).unwrap();
    assert_eq!(bucket.refused(KEY).await, "NoSuchKey");
    fs::write(bucket.file(KEY), "one").unwrap();
    assert_eq!(bucket.get(KEY).await, (String::from("one"), first), "the tag is that of the bytes");
}

#[tokio::test]
async fn a_write_under_the_tag_of_a_file_edited_since_is_refused() {
    let Some(bucket) = Bucket::new().await else { return };
    let put = |tag: String| {
        let put = bucket.s3.put_object().bucket(BUCKET).key(KEY).body(b"ours".to_vec().into());
        put.if_match(tag).send()
    };
    let before = bucket.put(KEY, "one").await;
    fs::write(bucket.file(KEY), "two").unwrap();
    let error = put(before).await.unwrap_err();
    assert_eq!(error.code(), Some("PreconditionFailed"));
    assert_eq!(bucket.get(KEY).await.0, "two");
    put(bucket.head(KEY).await.0).await.unwrap();
    assert_eq!(bucket.get(KEY).await.0, "ours");
    let create = bucket.s3.put_object().bucket(BUCKET).key(KEY).body(b"new".to_vec().into());
    assert!(create.if_none_match("*").send().await.is_err());
}

#[tokio::test]
async fn ranges_copies_and_listings_are_of_the_current_file() {
    let Some(bucket) = Bucket::new().await else { return };
    bucket.put(KEY, "0123456789").await;
    fs::write(bucket.file(KEY), "abcdefghij").unwrap();
    let range = bucket.s3.get_object().bucket(BUCKET).key(KEY).range("bytes=2-4").send().await.unwrap();
    assert_eq!(range.content_range.as_deref(), Some("bytes 2-4/10"));
    assert_eq!(range.body.collect().await.unwrap().to_vec(), b"cde");
    let copy = bucket.s3.copy_object().bucket(BUCKET).key("copy").copy_source(format!("{BUCKET}/{KEY}"));
    let copied = copy.send().await.unwrap().copy_object_result.unwrap().e_tag.unwrap();
    assert_eq!(bucket.get("copy").await, (String::from("abcdefghij"), copied));
    fs::write(bucket.file(KEY), "shorter").unwrap();
    let listed = bucket.s3.list_objects_v2().bucket(BUCKET).prefix("inbox/").send().await.unwrap();
    let sizes: Vec<_> = listed.contents().iter().map(|object| (object.key(), object.size())).collect();
    assert_eq!(sizes, [(Some(KEY), Some(7))]);
    // A file of the AWS CLI that is large comes in parts.
    let begun = bucket.s3.create_multipart_upload().bucket(BUCKET).key(KEY).send().await.unwrap();
    let part = bucket.s3.upload_part().bucket(BUCKET).key(KEY).part_number(1).body(b"parts".to_vec().into());
    let part = part.upload_id(begun.upload_id.as_deref().unwrap()).send().await.unwrap();
    let part = aws_sdk_s3::types::CompletedPart::builder().part_number(1).e_tag(part.e_tag.unwrap()).build();
    let parts = aws_sdk_s3::types::CompletedMultipartUpload::builder().parts(part).build();
    let done = bucket.s3.complete_multipart_upload().bucket(BUCKET).key(KEY).multipart_upload(parts);
    let done = done.upload_id(begun.upload_id.unwrap()).send().await.unwrap();
    assert_eq!(bucket.get(KEY).await, (String::from("parts"), done.e_tag.unwrap()));
    let root = bucket.folder.parent().unwrap();
    let left: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [BUCKET], "nothing is kept beside the files");
}

#[tokio::test]
async fn a_key_leads_nowhere_else_and_what_is_no_file_is_no_object() {
    let Some(bucket) = Bucket::new().await else { return };
    bucket.put(KEY, "one").await;
    fs::write(bucket.folder.with_file_name("secret"), "secret").unwrap();
    for key in [
        "../secret",
        "inbox/../../secret",
        "inbox/../inbox/staff.csv",
        "inbox/./staff.csv",
        "inbox//staff.csv",
    ] {
        let code = bucket.refused(key).await;
        assert!(!code.is_empty(), "{key}");
        let put = bucket.s3.put_object().bucket(BUCKET).key(key).body(b"x".to_vec().into()).send().await;
        assert!(put.is_err(), "{key}");
    }
    assert_eq!(fs::read_to_string(bucket.folder.with_file_name("secret")).unwrap(), "secret");
    assert_eq!(bucket.refused("inbox").await, "NoSuchKey", "a folder is no object");
    let pipe = bucket.file("inbox/pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(bucket.refused("inbox/pipe.csv").await, "NoSuchKey", "and nobody waits for a pipe");
}
