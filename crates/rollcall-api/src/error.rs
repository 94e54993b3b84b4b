//! Why a request is refused, and with which HTTP status: this is the one place that decides it.

use rollcall_config::Mistake;
use rollcall_core::account::AccountId;
use rollcall_core::give_seat;
use rollcall_core::limit_change::LimitRefusal;
use rollcall_core::seat_gate::Refusal;
use rollcall_sync::Kind;
use rollcall_sync::store::{self, LimitError, RunId};

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be understood.
    #[error("{0}")]
    BadRequest(String),
    /// The gateway names nobody.
    #[error("send a bearer token with a `sub` claim")]
    Unauthorized,
    /// The caller's roles do not allow it.
    #[error(
        "only {roles} may do this; the claim `{claim}` of your token has no value to which `[roles]` of the configuration gives that role; ask a sysadmin"
    )]
    Forbidden {
        /// The roles that may.
        roles: &'static str,
        /// The claim that has the roles.
        claim: String,
    },
    /// No route has this path.
    #[error("there is nothing at {path}")]
    NotFound {
        /// As it was asked for.
        path: String,
    },
    /// The path has other methods.
    #[error("use {allowed}")]
    MethodNotAllowed {
        /// Those that it has.
        allowed: String,
    },
    /// The body is too long.
    #[error("the body has more than {bytes_max} bytes")]
    TooLarge {
        /// How many it may have.
        bytes_max: usize,
    },
    /// A file that is too long to be sent.
    #[error(
        "a file that is sent has at most 4 MB, because a function takes no more; put this one into the bucket: aws s3 cp FILE s3://BUCKET/{object}"
    )]
    FileTooLarge {
        /// Where it belongs.
        object: String,
    },
    /// A change that does not say of which version.
    #[error("send `If-Match` with the version that you have read, so that nobody's change is lost")]
    PreconditionRequired,
    /// The request with this key has not been answered yet.
    #[error("the request with this `Idempotency-Key` is being answered; ask again in a moment")]
    StillAnswering,
    /// The key belongs to another request.
    #[error("another request had this `Idempotency-Key`; give each request a key of its own")]
    KeyTaken,
    /// The configuration in the request has mistakes.
    #[error("the configuration has mistakes and was not changed; `mistakes` lists them with their lines")]
    Mistakes(Vec<Mistake>),
    /// The removals of the run cannot be dismissed: nobody has to decide about them.
    #[error("the removals of run {run} cannot be left: {why}")]
    NothingToDismiss {
        /// The run.
        run: RunId,
        /// Why not, and what to do.
        why: &'static str,
    },
    /// The newest change of the account cannot be taken back by itself.
    #[error("the newest change of the account cannot be undone: {why}")]
    NothingToUndo {
        /// Why not, and what to do.
        why: String,
    },
    /// No account has this username.
    #[error("there is no account with the username {username:?}; `rollcall accounts` lists them")]
    NoSuchAccount {
        /// As it was asked for.
        username: String,
    },
    /// No account has this id.
    #[error("there is no account with the id {id}; look it up by its username")]
    NoSuchAccountId {
        /// The id.
        id: AccountId,
    },
    /// The configuration is not the one that the new one was made from.
    #[error(
        "the configuration has changed since you read it; read it again, and make your change in that one"
    )]
    ConfigurationChanged,
    /// A change of the configuration that needs another role.
    #[error(
        "this changes more than the csv, entra and okta sources; a sysadmin may change the LDAP source, the licence, the guard, the roles, which secret goes to which server, and the rest"
    )]
    NotYours,
    /// No export has this id, or its file is gone.
    #[error("there is no export {id:?}; the file of an export is kept for a day, ask for another")]
    NoSuchExport {
        /// As it was asked for.
        id: String,
    },
    /// More than S3 takes as one object.
    #[error("the file would be larger than S3 takes; narrow the period, or ask for one run")]
    TooMany,
    /// Each part of the request is as it may be, and they do not go together.
    #[error("{0}")]
    Contradiction(String),
    /// A sample of a file that nothing can be said of.
    #[error("{0}")]
    Sample(String),
    /// A file was to be sent, and there is none.
    #[error("the body is empty; send the file, or name one with `tried`")]
    NoFile,
    /// The file of an export was lost again and again while it was made.
    #[error("what was uploaded of the file was deleted again and again; ask for the export again")]
    FileLost,
    /// A place in a list that the list does not have.
    #[error("this is not a place in this list; begin again without it")]
    NoSuchPlace,
    /// The username is taken.
    #[error("the username {username:?} belongs to another account; choose another")]
    UsernameTaken {
        /// As it was asked for.
        username: String,
    },
    /// The username that an account is to get is another's.
    #[error("the username {username:?} belongs to {holder}; choose another")]
    NameTaken {
        /// As it was asked for.
        username: String,
        /// The other account, in words.
        holder: String,
    },
    /// How the account is known cannot be changed.
    #[error(transparent)]
    Naming(#[from] rollcall_core::naming::Refusal),
    /// A text that cannot be a username.
    #[error("the username {0}")]
    InvalidUsername(#[from] rollcall_core::match_key::InvalidMatchKey),
    /// The seat gate refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A seat cannot be given to this account, or not from that one.
    #[error(transparent)]
    Seat(give_seat::Refusal),
    /// No seat is free for a local account.
    #[error("{refusal}. {}", way_out(.refusal))]
    NoSeatForLocal {
        /// The gate's refusal, with its figures.
        refusal: Refusal,
    },
    /// No seat is free to be given.
    #[error("{refusal}; {}", could_give_theirs(.could_give, *.are_all))]
    NoSeatToGive {
        /// The gate's refusal, with its figures.
        refusal: Refusal,
        /// Usernames of people of the same source who have a seat.
        could_give: Vec<String>,
        /// Whether these are all of them.
        are_all: bool,
    },
    /// Nobody would be left who can administer the application (rule 20).
    #[error(
        "{username:?} is the last active administrator: without it nobody could administer the application. Make \
         another administrator first, with `rollcall local add NAME --admin`. If it must be blocked all the same, a sysadmin \
         says so: `--even-last-admin`, or `\"even_last_admin\": true` over the API"
    )]
    LastAdmin {
        /// The administrator's username.
        username: String,
    },
    /// The limit stays as it is: the wish must be asked again.
    #[error(transparent)]
    Limit(#[from] LimitRefusal),
    /// Two things were asked for at once that are two requests.
    #[error("{0}; ask for one of them")]
    Together(&'static str),
    /// The storage does not take the record as it would be.
    #[error("the storage does not take the account's record: {why}; make it smaller")]
    NotTaken {
        /// What it said.
        why: String,
    },
    /// A step of a run, or what it needs, failed.
    #[error(transparent)]
    Sync(#[from] rollcall_sync::Error),
}

impl From<LimitError> for Error {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::Refused(refusal) => Self::Limit(refusal),
            LimitError::Store(error) => error.into(),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Sync(error.into())
    }
}

impl Error {
    /// A request that cannot be understood, for this reason.
    pub(crate) fn bad_request(why: impl Into<String>) -> Self {
        Self::BadRequest(why.into())
    }

    /// What was wrong with one part of a request is wrong beside another part of it only.
    pub(crate) fn into_contradiction(self) -> Self {
        if let Self::BadRequest(why) = self { Self::Contradiction(why) } else { self }
    }

    /// The HTTP status, and what it says in three words.
    #[must_use]
    pub fn status(&self) -> (i64, &'static str) {
        match self {
            Self::BadRequest(_) | Self::InvalidUsername(_) | Self::NoSuchPlace => {
                (400, "The request cannot be understood")
            }
            Self::Unauthorized => (401, "No identity"),
            Self::Forbidden { .. } | Self::NotYours => (403, "Not allowed"),
            Self::NotFound { .. } => (404, "No such resource"),
            Self::NoSuchAccount { .. } | Self::NoSuchAccountId { .. } | Self::NoSuchExport { .. } => {
                (404, "No such thing")
            }
            Self::MethodNotAllowed { .. } => (405, "Method not allowed"),
            Self::StillAnswering => (409, "Not answered yet"),
            Self::NothingToUndo { .. } => (409, "Not possible as things stand"),
            Self::NothingToDismiss { .. } => (409, "There is nothing to decide about"),
            Self::UsernameTaken { .. } | Self::NameTaken { .. } => (409, "The username is taken"),
            Self::Refused(_)
            | Self::Naming(_)
            | Self::LastAdmin { .. }
            | Self::Seat(_)
            | Self::NoSeatToGive { .. }
            | Self::NoSeatForLocal { .. }
            | Self::Limit(_)
            | Self::Together(_)
            | Self::NotTaken { .. } => (409, "Not possible as things stand"),
            Self::ConfigurationChanged => (412, "Somebody was quicker"),
            Self::TooLarge { .. } | Self::FileTooLarge { .. } => (413, "Too large"),
            Self::Mistakes(_) => (422, "The configuration has mistakes"),
            Self::KeyTaken => (422, "The key is taken"),
            Self::NoFile => (422, "There is no file"),
            Self::FileLost => (503, "Try again later"),
            Self::TooMany => (422, "Too much for one file"),
            Self::Sample(_) => (422, "The sample cannot be used"),
            Self::Contradiction(_) => (422, "The request contradicts itself"),
            Self::PreconditionRequired => (428, "Which version?"),
            Self::Sync(error) => status_of(error),
        }
    }

    /// The text for the caller. What only operators may know stays in the log.
    pub(crate) fn detail(&self) -> String {
        let Self::Sync(error) = self else { return self.to_string() };
        match error.kind() {
            Kind::Retry | Kind::Replaced => {
                String::from("the storage did not answer; nothing is lost, ask again")
            }
            Kind::Deployment if !error.is_of_lost_data() => String::from(
                "AWS refuses what this needs; nothing was started, the function's log says what to mend",
            ),
            Kind::Deployment | Kind::Usage | Kind::SourceRefused | Kind::Refused | Kind::Bug => {
                error.to_string()
            }
        }
    }

    /// The seat gate's refusal, if it is one.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        let (Self::Refused(refusal)
        | Self::NoSeatToGive { refusal, .. }
        | Self::NoSeatForLocal { refusal }
        | Self::Seat(give_seat::Refusal::NoSeat(refusal))) = self
        else {
            return None;
        };
        Some(refusal)
    }
}

/// How a local account gets a seat of a full licence, now or the next time.
fn way_out(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoSeat { reserve, .. } if reserve.get() > 0 => {
            "Only a local account with the administrator mark may have one of the seats that are kept"
        }
        Refusal::NoSeat { .. } | Refusal::NotByAdmin { .. } | Refusal::Already { .. } => {
            "So that a local administrator finds a seat the next time, keep some: `reserve` in [licence] of the configuration; \
             no sync gives these to anybody"
        }
    }
}

fn could_give_theirs(people: &[String], are_all: bool) -> String {
    let more = if are_all { "" } else { ", among others" };
    let has = if are_all && people.len() == 1 { "has" } else { "have" };
    match people {
        [] => String::from("nobody of the same source has one that could be given"),
        people => format!(
            "or give it somebody's seat, with `--from USERNAME` or `\"from\"` over the API: {}{more} {has} one",
            people.join(", ")
        ),
    }
}

fn status_of(error: &rollcall_sync::Error) -> (i64, &'static str) {
    use rollcall_sync::Error as E;
    match error.kind() {
        Kind::Usage if matches!(error, E::NotApprovable { .. }) => (409, "The run cannot be approved"),
        Kind::Usage if matches!(error, E::Configuration(_) | E::NoConfiguration) => {
            (500, "The configuration must be mended")
        }
        Kind::Usage if matches!(error, E::WhichSource { .. }) => (400, "The request cannot be understood"),
        Kind::Usage if matches!(error, E::NoSources) => (500, "The configuration must be mended"),
        Kind::Usage => (404, "No such thing"),
        Kind::Refused if matches!(error, E::NoRoles) => (403, "Not allowed"),
        Kind::Refused => (409, "Not possible as things stand"),
        Kind::SourceRefused | Kind::Retry | Kind::Replaced => (503, "Try again later"),
        Kind::Deployment if error.is_of_lost_data() => (500, "The data must be restored"),
        Kind::Deployment => (500, "The deployment must be mended"),
        Kind::Bug => (500, "A bug in Rollcall"),
    }
}
