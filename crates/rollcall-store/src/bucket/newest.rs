//! The newest object of several whose names fit, for a source whose file has another name each time (rule 44).

use crate::error::Error;
use crate::store::Store;

impl Store {
    /// The key of the newest object below this prefix that fits; of several with one time, the last by name. `None` if
    /// there is none.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn newest_object(
        &self,
        prefix: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, Error> {
        let mut newest = None;
        let mut after = None;
        loop {
            let list = self.s3.list_objects_v2().bucket(&self.names.bucket).prefix(prefix);
            let page = list.set_start_after(after.take()).send().await;
            let page = page.map_err(|error| Error::service("listing the bucket", error))?;
            for object in page.contents.unwrap_or_default() {
                let Some(key) = object.key else { continue };
                after = Some(key.clone());
                if fits(&key) {
                    let time = object.last_modified.map(|time| (time.secs(), time.subsec_nanos()));
                    newest = newest.max(Some((time, key)));
                }
            }
            if after.is_none() {
                return Ok(newest.map(|(_, key)| key));
            }
        }
    }
}
