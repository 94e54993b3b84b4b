//! Accounts: listing them, what people do to single ones, who waits for a seat, and why one is as it is.

pub mod administer;
pub mod explain;
pub mod find;
pub mod list;
pub mod local_seat;
pub mod names;
pub mod place;
pub mod seat;
pub mod seated;
pub mod undo;
pub mod waiting;
