//! The operations of S3 that Rollcall and the AWS CLI use, on a folder of buckets.
//!
//! Objects are read and replaced here; what makes no statement about an object's bytes is passed on to `s3s-fs`.

use super::{Conditions, Folder, Look, Object, chunks, path_in, trouble};
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use std::io::{Seek as _, SeekFrom};

impl Folder {
    /// The object that a copy is made from, if its conditions are met.
    async fn copied(&self, source: &CopySource, conditions: Conditions) -> S3Result<Object> {
        let CopySource::Bucket { bucket, key, .. } = source else { return Err(s3_error!(NotImplemented)) };
        let object = self.object(bucket, key).await?;
        if conditions.are_met(Some(&object.tag)) { Ok(object) } else { Err(s3_error!(PreconditionFailed)) }
    }

    /// The objects of a list as they lie there: what is no plain file is none.
    fn listed(&self, bucket: &str, contents: Option<ObjectList>) -> Option<ObjectList> {
        let as_it_lies = |object: s3s::dto::Object| {
            let look = Look::at(&path_in(&self.root.join(bucket), object.key.as_deref()?)?)?;
            let (size, last_modified) =
                (i64::try_from(look.bytes).ok(), Some(Timestamp::from(look.modified)));
            Some(s3s::dto::Object { size, last_modified, ..object })
        };
        contents.map(|contents| contents.into_iter().filter_map(as_it_lies).collect())
    }
}

/// Whether an object may be sent to who asks for it under these conditions.
fn check(object: &Object, is: Option<ETagCondition>, is_not: Option<ETagCondition>) -> S3Result<()> {
    if !(Conditions { is, is_not: None }).are_met(Some(&object.tag)) {
        return Err(s3_error!(PreconditionFailed));
    }
    if !(Conditions { is: None, is_not }).are_met(Some(&object.tag)) {
        return Err(s3_error!(NotModified));
    }
    Ok(())
}

fn length(bytes: u64) -> S3Result<Option<i64>> {
    i64::try_from(bytes).map(Some).map_err(s3s::S3Error::internal_error)
}

#[async_trait::async_trait]
impl S3 for Folder {
    async fn get_object(&self, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let input = req.input;
        let mut object = self.object(&input.bucket, &input.key).await?;
        check(&object, input.if_match, input.if_none_match)?;
        let whole = object.look.bytes;
        let bytes = match input.range {
            Some(range) => range.check(whole)?,
            None => 0..whole,
        };
        let content_range =
            input.range.map(|_| format!("bytes {}-{}/{whole}", bytes.start, bytes.end.saturating_sub(1)));
        let sought = object.file.seek(SeekFrom::Start(bytes.start));
        sought.map_err(|error| trouble("reading", &self.root.join(&input.bucket), &error))?;
        let left = bytes.end - bytes.start;
        let output = GetObjectOutput {
            accept_ranges: Some(String::from("bytes")),
            content_length: length(left)?,
            content_range,
            content_disposition: input.response_content_disposition,
            last_modified: Some(Timestamp::from(object.look.modified)),
            e_tag: Some(ETag::Strong(object.tag)),
            body: Some(StreamingBlob::wrap(chunks(object.file, left, object.look))),
            ..Default::default()
        };
        Ok(S3Response::new(output))
    }

    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = req.input;
        let object = self.object(&input.bucket, &input.key).await?;
        check(&object, input.if_match, input.if_none_match)?;
        let output = HeadObjectOutput {
            accept_ranges: Some(String::from("bytes")),
            content_length: length(object.look.bytes)?,
            last_modified: Some(Timestamp::from(object.look.modified)),
            e_tag: Some(ETag::Strong(object.tag)),
            ..Default::default()
        };
        Ok(S3Response::new(output))
    }

    async fn put_object(&self, req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let PutObjectInput { bucket, key, body, if_match, if_none_match, .. } = req.input;
        let body = body.ok_or_else(|| s3_error!(IncompleteBody))?;
        let conditions = Conditions { is: if_match, is_not: if_none_match };
        let tag = self.put((&bucket, &key), body, conditions).await?;
        Ok(S3Response::new(PutObjectOutput { e_tag: Some(ETag::Strong(tag)), ..Default::default() }))
    }

    async fn copy_object(&self, req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        let input = req.input;
        let conditions =
            Conditions { is: input.copy_source_if_match, is_not: input.copy_source_if_none_match };
        let object = self.copied(&input.copy_source, conditions).await?;
        let body = StreamingBlob::wrap(chunks(object.file, object.look.bytes, object.look));
        let tag = self.put((&input.bucket, &input.key), body, Conditions::default()).await?;
        let look = Look::at(&self.path(&input.bucket, &input.key)?);
        let result = CopyObjectResult {
            e_tag: Some(ETag::Strong(tag)),
            last_modified: look.map(|look| Timestamp::from(look.modified)),
            ..Default::default()
        };
        let output = CopyObjectOutput { copy_object_result: Some(result), ..Default::default() };
        Ok(S3Response::new(output))
    }

    async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.path(&req.input.bucket, &req.input.key)?;
        self.parts()?.delete_object(req).await
    }

    async fn delete_objects(
        &self,
        req: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        for object in &req.input.delete.objects {
            self.path(&req.input.bucket, &object.key)?;
        }
        self.parts()?.delete_objects(req).await
    }

    async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.parts()?.get_bucket_location(req).await
    }

    async fn head_bucket(&self, req: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.parts()?.head_bucket(req).await
    }

    async fn list_buckets(
        &self,
        req: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        self.parts()?.list_buckets(req).await
    }

    async fn list_objects(
        &self,
        req: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let bucket = req.input.bucket.clone();
        let listed = self.parts()?.list_objects(req).await?;
        Ok(listed.map_output(|output| {
            let contents = self.listed(&bucket, output.contents);
            ListObjectsOutput { contents, ..output }
        }))
    }

    async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let bucket = req.input.bucket.clone();
        let listed = self.parts()?.list_objects_v2(req).await?;
        Ok(listed.map_output(|output| {
            let contents = self.listed(&bucket, output.contents);
            ListObjectsV2Output { contents, ..output }
        }))
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.path(&req.input.bucket, &req.input.key)?;
        self.parts()?.create_multipart_upload(req).await
    }

    async fn upload_part(&self, req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        self.need_upload(&req.input.upload_id)?;
        self.parts()?.upload_part(req).await
    }

    async fn upload_part_copy(
        &self,
        req: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        self.copied(&req.input.copy_source, Conditions::default()).await?;
        self.parts()?.upload_part_copy(req).await
    }

    async fn list_parts(&self, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        self.need_upload(&req.input.upload_id)?;
        self.parts()?.list_parts(req).await
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.need_upload(&req.input.upload_id)?;
        let CompleteMultipartUploadInput { bucket, key, upload_id, multipart_upload, if_match, .. } =
            req.input.clone();
        let conditions = Conditions { is: if_match, is_not: req.input.if_none_match.clone() };
        let body = self.bytes_of_parts(&upload_id, multipart_upload)?;
        let tag = self.put((&bucket, &key), body, conditions).await?;
        let parts = AbortMultipartUploadInput {
            bucket: bucket.clone(),
            key: key.clone(),
            upload_id,
            ..Default::default()
        };
        self.parts()?.abort_multipart_upload(req.map_input(|_| parts)).await?;
        self.sweep(|name| name.starts_with(".bucket-") && !name.contains(".upload-"));
        let output = CompleteMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            e_tag: Some(ETag::Strong(tag)),
            ..Default::default()
        };
        Ok(S3Response::new(output))
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.need_upload(&req.input.upload_id)?;
        self.parts()?.abort_multipart_upload(req).await
    }
}
