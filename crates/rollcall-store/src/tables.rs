//! What is kept in the tables of DynamoDB.

// Accounts.
pub(crate) mod account_keys;
pub(crate) mod account_lists;
pub(crate) mod account_pages;
pub(crate) mod accounts;
pub(crate) mod words;

// The audit log.
pub(crate) mod audit;
pub(crate) mod audit_query;
pub(crate) mod audit_stream;
pub(crate) mod audit_views;
pub(crate) mod audit_write;

// The same changes as a feed, in their order.
pub(crate) mod feed;
pub(crate) mod feed_read;

// The seats, and the one way to change an account.
pub(crate) mod commit;
pub(crate) mod ledger;

// Runs, and who may write for one.
pub(crate) mod applied;
pub(crate) mod between_runs;
pub(crate) mod dismissal;
pub(crate) mod examination;
pub(crate) mod held_removals;
pub(crate) mod kept_file;
pub(crate) mod kept_files;
pub(crate) mod lease;
mod run_begin;
pub(crate) mod run_holds;
pub(crate) mod run_list;
pub(crate) mod run_progress;
pub(crate) mod run_people;
pub(crate) mod run_read;
mod run_status;
pub(crate) mod run_tally;
pub(crate) mod runs;
pub(crate) mod schedules;
pub(crate) mod seats_by_day;
pub(crate) mod settled;
pub(crate) mod source_change;
pub(crate) mod undo;
mod undo_read;

// What people asked for, and the answers.
pub(crate) mod exports;
pub(crate) mod health;
pub(crate) mod idempotency;

// What `doctor` compares and repairs.
pub(crate) mod folded;
pub(crate) mod inspect;
pub(crate) mod installation;
pub(crate) mod mend;
