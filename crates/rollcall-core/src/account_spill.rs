//! Account records that a plan needs again, stored outside of the planner, so that they use no memory.
//!
//! In memory for tests and small tools (`Vec`); in a file beside the snapshot in `rollcall-store`.

use crate::account::Account;
use alloc::vec::Vec;
use core::convert::Infallible;

/// A store of account records, used for one plan.
pub trait AccountSpill {
    /// Why a record could not be stored or read.
    type Error;

    /// Stores a record and returns its position, which is greater than those before. The planner keeps one for each account
    /// that matters: in 32 bits.
    ///
    /// # Errors
    /// When it cannot be stored.
    fn put(&mut self, account: &Account) -> Result<u32, Self::Error>;

    /// The record at a position that [`AccountSpill::put`] returned.
    ///
    /// # Errors
    /// When it cannot be read.
    fn get(&self, position: u32) -> Result<Account, Self::Error>;
}

impl AccountSpill for Vec<Account> {
    type Error = Infallible;

    fn put(&mut self, account: &Account) -> Result<u32, Infallible> {
        // So many accounts do not fit into any memory.
        let position = u32::try_from(self.len()).unwrap_or(u32::MAX);
        self.push(account.clone());
        Ok(position)
    }

    fn get(&self, position: u32) -> Result<Account, Infallible> {
        Ok(self[position as usize].clone())
    }
}
