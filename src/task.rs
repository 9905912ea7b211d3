//! Where an unfinished piece of work stands.

use crate::doctor::Round;
use crate::fields::{fields, names};

/// What the shell hands back unchanged with the reply to the last effect. Never stored, and
/// without a secret.
#[derive(Clone, Default)]
pub(crate) struct Task {
    pub(crate) goal: Goal,
    pub(crate) stage: Stage,
    /// Whether this process holds the refresh lock.
    pub(crate) locked: bool,
    /// When it asked for the lock.
    pub(crate) asked_at: u64,
    /// Refresh even if the clock says that the token serves.
    pub(crate) forced: bool,
    /// The one repetition after a 401 is spent.
    pub(crate) repeated: bool,
    /// How often it has waited for another process.
    pub(crate) waits: u32,
    /// Which token was in use: the grant and how often it had been refreshed.
    pub(crate) grant_id: String,
    pub(crate) generation: u32,
    /// The state that a return brought.
    pub(crate) state: String,
    pub(crate) return_to: String,
    pub(crate) call: Option<Call>,
    /// A doctor's round.
    pub(crate) doctor: Option<Round>,
}

/// Why the work was begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Answer an API call.
    #[default]
    Call,
    /// Finish an authorization.
    Return,
    /// Renew the access token.
    Refresh,
    /// Ask Mautic who we are.
    Test,
}

/// What it waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The refresh lock.
    #[default]
    Lock,
    /// The token endpoint's answer to a code.
    Exchange,
    /// The token endpoint's answer to a refresh token.
    Refresh,
    /// The answer to `users/self`.
    Identity,
    /// The answer to a header that only shows whether it arrives.
    Probe,
    /// The answer to the caller's request.
    Call,
    /// The doctor's: the answer of an address that may be a Mautic's.
    Reach,
    /// … of another one that may be it.
    Candidate,
    /// … to a header that only shows whether it arrives.
    Header,
    /// … of the token endpoint to the client.
    Client,
    /// … of the API to a path.
    Permission,
}

/// An API call without its body, which never enters the core.
#[derive(Clone, Default)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) content_type: String,
    pub(crate) timeout: u32,
}

fields! { Task {
    goal,
    stage,
    locked,
    asked_at,
    forced,
    repeated,
    waits,
    grant_id,
    generation,
    state if some,
    return_to if some,
    call if some,
    doctor if some,
} }

fields! { Call {
    method,
    path,
    query,
    content_type,
    timeout,
} }

names! { Goal {
    "call" => Call,
    "return" => Return,
    "refresh" => Refresh,
    "test" => Test,
} }

names! { Stage {
    "lock" => Lock,
    "exchange" => Exchange,
    "refresh" => Refresh,
    "identity" => Identity,
    "probe" => Probe,
    "call" => Call,
    "reach" => Reach,
    "candidate" => Candidate,
    "header" => Header,
    "client" => Client,
    "permission" => Permission,
} }

impl Task {
    pub(crate) fn new(goal: Goal, stage: Stage) -> Self {
        Self {
            goal,
            stage,
            ..Self::default()
        }
    }
}
