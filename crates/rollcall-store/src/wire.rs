//! Values of the core as text: times (RFC 3339), ids and names. For serde and for DynamoDB.

use rollcall_core::account::AccountId;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

/// A time as RFC 3339 in UTC with three decimals, so that texts sort like times: `2026-11-23T09:00:00.000Z`.
#[must_use]
pub fn show_time(time: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(time.as_millis()) {
        Ok(time) => format!("{time:.3}"),
        // Outside the years -9999 to 9999, which no clock shows.
        Err(_) => time.as_millis().to_string(),
    }
}

/// Reads a time as [`show_time`] writes it, or any RFC 3339 time.
#[must_use]
pub fn read_time(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(time.as_millisecond()))
}

pub(crate) mod time {
    use super::{Deserialize as _, Deserializer, Serializer, Timestamp, read_time, show_time};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&show_time(*time))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        read_time(&text).ok_or_else(|| D::Error::custom("expected a time as RFC 3339"))
    }
}

pub(crate) mod optional_time {
    use super::{Deserialize as _, Deserializer, Serializer, Timestamp, read_time, show_time};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => to.serialize_str(&show_time(*time)),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        read_time(&text).map(Some).ok_or_else(|| D::Error::custom("expected a time as RFC 3339"))
    }
}

pub(crate) mod optional_account {
    use super::{AccountId, Deserialize as _, Deserializer, Serializer};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(id: &Option<AccountId>, to: S) -> Result<S::Ok, S::Error> {
        match id {
            Some(id) => to.collect_str(id),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<AccountId>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        AccountId::parse(&text).map(Some).map_err(D::Error::custom)
    }
}

pub(crate) mod source_name {
    use super::{Deserialize as _, Deserializer, Serializer, SourceName};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(name: &SourceName, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(name.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SourceName, D::Error> {
        SourceName::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// The version of items and documents without one.
pub(crate) fn first_schema_version() -> u64 {
    1
}
