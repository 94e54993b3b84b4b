//! What a form sends: fields, and with `multipart/form-data` files too. The hosts read it with this.
//!
//! Promises that a body that cannot be read has no fields and no files, which forms then miss.

use futures::stream;
use std::convert::Infallible;

/// The fields and files of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Name and value of each field.
    pub fields: Vec<(String, String)>,
    /// Name of the field and bytes of each file.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Reads a form as a browser sends it, by the content type of the request.
pub async fn read_form(content_type: Option<&str>, body: &[u8]) -> Form {
    match content_type.and_then(|kind| multer::parse_boundary(kind).ok()) {
        Some(boundary) => read_parts(boundary, body.to_vec()).await.unwrap_or_default(),
        None => Form { fields: url::form_urlencoded::parse(body).into_owned().collect(), ..Form::default() },
    }
}

async fn read_parts(boundary: String, body: Vec<u8>) -> Result<Form, multer::Error> {
    let once = stream::once(async move { Ok::<_, Infallible>(body) });
    let mut parts = multer::Multipart::new(once, boundary);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            form.files.push((name, part.bytes().await?.to_vec()));
        } else {
            form.fields.push((name, part.text().await?));
        }
    }
    Ok(form)
}
