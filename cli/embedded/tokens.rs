//! Transactions that the embedded DynamoDB has made lately, by the token of the client: one that is sent again, because
//! its answer was lost, is not made again.
//!
//! Below `dynamo`. dynoxide has this too, but keeps some kilobytes of each transaction, and puts each into canonical JSON
//! and looks through all that it keeps before it makes one. Promises what DynamoDB promises for `ClientRequestToken`: ten
//! minutes.

use dynoxide::DynoxideError;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a token is known (DynamoDB, `TransactWriteItems`: ten minutes).
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);

/// The tokens of the last ten minutes.
#[derive(Default)]
pub(super) struct Tokens(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    made: HashMap<String, Made>,
    /// The same tokens, the oldest first.
    by_age: VecDeque<(Instant, String)>,
    hasher: RandomState,
}

/// A transaction that was made.
struct Made {
    /// The hash of the request's body.
    request: u64,
    answer: String,
}

impl Tokens {
    /// Makes a transaction, unless this token has made it. What fails is not remembered. Another with the same token
    /// waits.
    ///
    /// # Errors
    /// Those of `make`, and where the token has made another transaction.
    pub(super) fn once(
        &self,
        token: &str,
        body: &[u8],
        now: Instant,
        make: impl FnOnce() -> Result<String, DynoxideError>,
    ) -> Result<String, DynoxideError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget(now);
        let request = kept.hasher.hash_one(body);
        match kept.made.get(token) {
            Some(made) if made.request == request => return Ok(made.answer.clone()),
            Some(_) => return Err(of_another()),
            None => {}
        }
        let answer = make()?;
        kept.made.insert(token.to_owned(), Made { request, answer: answer.clone() });
        kept.by_age.push_back((now, token.to_owned()));
        Ok(answer)
    }
}

impl Kept {
    fn forget(&mut self, now: Instant) {
        while let Some((_, token)) =
            self.by_age.pop_front_if(|(made, _)| now.saturating_duration_since(*made) >= KEPT_FOR)
        {
            self.made.remove(&token);
        }
    }
}

fn of_another() -> DynoxideError {
    DynoxideError::IdempotentParameterMismatchException(String::from(
        "this ClientRequestToken has made another transaction",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a transaction with this token and body, and says what came of it and how many were made.
    struct Server {
        tokens: Tokens,
        begun: Instant,
        made: u32,
    }

    impl Server {
        fn new() -> Self {
            Self { tokens: Tokens::default(), begun: Instant::now(), made: 0 }
        }

        fn ask(&mut self, token: &str, body: &str, after: Duration) -> Result<String, DynoxideError> {
            let made = &mut self.made;
            self.tokens.once(token, body.as_bytes(), self.begun + after, || {
                *made += 1;
                Ok(format!("answer {made}"))
            })
        }
    }

    #[test]
    fn what_is_sent_again_is_made_once_for_ten_minutes() {
        let mut server = Server::new();
        for after in [Duration::ZERO, Duration::from_secs(1), KEPT_FOR.saturating_sub(Duration::from_secs(1))]
        {
            assert_eq!(server.ask("one", "body", after).unwrap(), "answer 1", "{after:?}");
        }
        assert_eq!(server.ask("two", "body", Duration::from_secs(5)).unwrap(), "answer 2");
        assert_eq!(server.ask("one", "body", KEPT_FOR).unwrap(), "answer 3");
        assert_eq!(server.ask("two", "body", KEPT_FOR).unwrap(), "answer 2", "it came later");
        assert_eq!(server.made, 3);
    }

    #[test]
    fn a_token_that_made_another_transaction_is_refused() {
        let mut server = Server::new();
        server.ask("one", "body", Duration::ZERO).unwrap();
        let refused = server.ask("one", "other", Duration::ZERO).unwrap_err();
        assert!(matches!(refused, DynoxideError::IdempotentParameterMismatchException(_)), "{refused}");
        assert_eq!(server.made, 1);
    }

    #[test]
    fn what_failed_is_made_when_it_is_sent_again() {
        let mut server = Server::new();
        let failing = || Err(DynoxideError::InternalServerError(String::from("no room")));
        server.tokens.once("one", b"body", server.begun, failing).unwrap_err();
        assert_eq!(server.ask("one", "body", Duration::ZERO).unwrap(), "answer 1");
    }

    #[test]
    fn nothing_is_kept_of_what_is_forgotten() {
        let mut server = Server::new();
        for number in 0..100 {
            server.ask(&number.to_string(), "body", Duration::ZERO).unwrap();
        }
        server.ask("last", "body", KEPT_FOR).unwrap();
        let kept = server.tokens.0.into_inner().unwrap();
        assert_eq!((kept.made.len(), kept.by_age.len()), (1, 1));
    }
}
