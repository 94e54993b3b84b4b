//! Where account records lie that a plan needs again: outside of the planner, so that their number costs no memory.
//!
//! In memory for tests and small tools (`Vec`); in a file beside the snapshot in `rollcall-store`.

use crate::account::Account;
use alloc::vec::Vec;
use core::convert::Infallible;

/// A store of account records for the length of one plan.
pub trait AccountSpill {
    /// Why a record could not be put away or found again.
    type Error;

    /// Puts a record away and answers with its place.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn put(&mut self, account: &Account) -> Result<usize, Self::Error>;

    /// The record at a place that [`AccountSpill::put`] gave.
    ///
    /// # Errors
    /// When it cannot be read.
    fn get(&self, position: usize) -> Result<Account, Self::Error>;
}

impl AccountSpill for Vec<Account> {
    type Error = Infallible;

    fn put(&mut self, account: &Account) -> Result<usize, Infallible> {
        self.push(account.clone());
        Ok(self.len() - 1)
    }

    fn get(&self, position: usize) -> Result<Account, Infallible> {
        Ok(self[position].clone())
    }
}
