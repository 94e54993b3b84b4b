//! Where notices go: a bus of EventBridge.

use async_trait::async_trait;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use rollcall_store::{Error, NoticeService};

/// The sender, as rules and policies name it.
const SOURCE: &str = "rollcall";

/// The kind of event, as rules name it.
const DETAIL_TYPE: &str = "Rollcall Notice";

/// A bus of EventBridge.
#[derive(Debug)]
pub(crate) struct EventBridge {
    pub(crate) client: aws_sdk_eventbridge::Client,
    pub(crate) name: String,
}

#[async_trait]
impl NoticeService for EventBridge {
    async fn send(&self, notice: String) -> Result<(), Error> {
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(DETAIL_TYPE)
            .detail(notice)
            .build();
        let response = self.client.put_events().entries(entry).send().await;
        let response = response.map_err(|error| Error::service("sending a notice", error))?;
        match response.entries().iter().find_map(|entry| entry.error_code()) {
            None => Ok(()),
            Some(code) => Err(Error::NotSent { code: code.to_owned() }),
        }
    }
}
