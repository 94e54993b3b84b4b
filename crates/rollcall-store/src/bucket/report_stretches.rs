//! Which accounts a frame of a report is about: stretches of the accounts table, which a run reads in its order.
//!
//! Below `report_format`. So one account is found without the other frames. Promises that a frame with an entry of an account
//! is never taken for one without: where the stretches would be many, nothing is said, and the frame is read.

use rollcall_core::account::AccountId;
use serde::{Deserialize, Serialize};

/// More stretches than these say little, and make the head of the report long.
const STRETCHES_MAX: usize = 12;

/// Accounts of one shard whose ids begin between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u32, u32)", into = "(u64, u32, u32)")]
struct Stretch {
    shard: u64,
    first: u32,
    last: u32,
}

impl From<(u64, u32, u32)> for Stretch {
    fn from((shard, first, last): (u64, u32, u32)) -> Self {
        Self { shard, first, last }
    }
}

impl From<Stretch> for (u64, u32, u32) {
    fn from(Stretch { shard, first, last }: Stretch) -> Self {
        (shard, first, last)
    }
}

/// The accounts of the entries of a frame. Entries without an account do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Stretches(Option<Vec<Stretch>>);

impl Stretches {
    /// Of no entry yet.
    pub(super) fn begin() -> Self {
        Self(Some(Vec::new()))
    }

    /// Takes in the account of the next entry, in a table of so many shards.
    pub(super) fn see(&mut self, account: AccountId, shards: u64) {
        let Some(stretches) = &mut self.0 else { return };
        let (shard, number) = place(account, shards);
        let is_room = stretches.len() < STRETCHES_MAX;
        match stretches.last_mut().filter(|last| last.shard == shard && last.last <= number) {
            Some(last) => last.last = number,
            None if is_room => stretches.push(Stretch { shard, first: number, last: number }),
            None => self.0 = None,
        }
    }

    /// Whether an entry may be of this account.
    pub(super) fn may_have(&self, account: AccountId, shards: u64) -> bool {
        let (shard, number) = place(account, shards);
        let is_in =
            |stretch: &Stretch| stretch.shard == shard && (stretch.first..=stretch.last).contains(&number);
        self.0.as_ref().is_none_or(|stretches| stretches.iter().any(is_in))
    }

    /// Whether nothing is said: of a report of an earlier version, or where the stretches would be many.
    pub(super) fn is_unknown(&self) -> bool {
        self.0.is_none()
    }
}

/// The shard of an account, and how its id begins. A shard is read in the order of the ids.
fn place(account: AccountId, shards: u64) -> (u64, u32) {
    let [a, b, c, d, ..] = account.to_bytes();
    (account.shard(shards), u32::from_be_bytes([a, b, c, d]))
}

#[cfg(test)]
mod tests {
    use super::Stretches;
    use fastrand::Rng;
    use rollcall_core::account::AccountId;

    #[test]
    fn no_account_of_a_frame_is_missed() {
        let mut random = Rng::with_seed(11);
        for round in 0..400 {
            let shards = random.u64(1..5);
            let mut account = || AccountId::parse(&format!("{:032x}", random.u128(..))).unwrap();
            let mut accounts: Vec<AccountId> = (0..round % 60).map(|_| account()).collect();
            // As a run reads them, and, in every other round, in any order.
            let is_in_order = round % 2 == 0;
            if is_in_order {
                accounts.sort_by_key(|account| (account.shard(shards), account.to_bytes()));
            }
            let mut stretches = Stretches::begin();
            accounts.iter().for_each(|account| stretches.see(*account, shards));
            assert!(accounts.iter().all(|account| stretches.may_have(*account, shards)), "{accounts:?}");
            assert!(!is_in_order || !stretches.is_unknown(), "{accounts:?}");
            let read: Stretches = serde_json::from_str(&serde_json::to_string(&stretches).unwrap()).unwrap();
            assert_eq!(read, stretches);
        }
    }

    #[test]
    fn accounts_of_other_stretches_are_not_looked_for() {
        let id = |begin: &str| AccountId::parse(&format!("{begin:0<32}")).unwrap();
        let mut stretches = Stretches::begin();
        stretches.see(id("2"), 1);
        stretches.see(id("4"), 1);
        assert!(stretches.may_have(id("3"), 1));
        assert!(!stretches.may_have(id("1"), 1) && !stretches.may_have(id("5"), 1));
        assert!(Stretches::default().may_have(id("5"), 1), "a report of an earlier version says nothing");
    }
}
