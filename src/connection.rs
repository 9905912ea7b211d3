//! The document: everything there is to know of one link to one Mautic.

use crate::fields::{fields, names};
use crate::method::Method;
use crate::problem::{Kind, Problem};
use crate::secret::Secret;

/// The version of the document that this core writes. It reads every earlier one.
pub(crate) const VERSION: u32 = 1;

/// The stored document. A host keeps it whole and encrypted; it stays under 8 KB with
/// tokens of Mautic's size.
#[derive(Clone, Default)]
pub(crate) struct Connection {
    pub(crate) v: u32,
    /// Grows by one at each store.
    pub(crate) revision: u64,
    pub(crate) settings: Settings,
    pub(crate) pending: Vec<Pending>,
    pub(crate) remembered: Vec<Remembered>,
    pub(crate) grant: Option<Grant>,
    pub(crate) account: Option<Account>,
    pub(crate) health: Health,
    /// The owner has disconnected a method that needs no authorization: it is not used until they test,
    /// or save something that a connection is made of.
    pub(crate) disconnected: bool,
    /// What was found out of the settings without a connection, or in spite of one.
    pub(crate) proven: Option<Proven>,
}

/// What is known of a base URL and a client.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Proven {
    pub(crate) base_url: String,
    /// The client id; for Basic the user name.
    pub(crate) client: String,
    /// The base URL answered as a Mautic.
    pub(crate) mautic: bool,
    /// Its API is on.
    pub(crate) api: bool,
    /// The client and its secret were accepted.
    pub(crate) credentials: bool,
}

/// What the owner entered, normalised.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) auth_method: Method,
    pub(crate) base_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    /// Scheme, host and port that the secret was entered for; it is never sent elsewhere.
    pub(crate) client_secret_origin: String,
    pub(crate) username: String,
    pub(crate) password: Secret,
    /// As `client_secret_origin`.
    pub(crate) password_origin: String,
    /// The access token goes into the address of API calls, since the web server in front of Mautic
    /// keeps the header to itself.
    pub(crate) token_in_query: bool,
    pub(crate) refresh_token_lifetime_days: u32,
    /// No mail when the connection is lost. Kept the other way round than it is asked, since a
    /// member that is missing reads as false.
    pub(crate) mute_lost: bool,
    /// No mail when it works again.
    pub(crate) mute_recovered: bool,
}

/// An authorization that is out: the user was sent to Mautic and is not back.
#[derive(Clone, Default)]
pub(crate) struct Pending {
    pub(crate) state: String,
    pub(crate) user: u64,
    pub(crate) redirect_uri: String,
    pub(crate) return_to: String,
    pub(crate) base_url: String,
    pub(crate) client_id: String,
    pub(crate) expires_at: u64,
}

/// A state that is no longer good for anything but a true explanation.
#[derive(Clone, Default)]
pub(crate) struct Remembered {
    pub(crate) state: String,
    pub(crate) fate: Fate,
    /// Forgotten from then on.
    pub(crate) until: u64,
}

/// What became of a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Claimed; its code is being exchanged. A disconnect in the meantime makes it `used`.
    Open,
    /// Claimed and done with.
    #[default]
    Used,
    /// Never claimed in time, or replaced by a newer one of the same user.
    Expired,
}

/// What Mautic granted. It belongs to one method, base URL and client, and is never sent elsewhere.
#[derive(Clone, Default)]
pub(crate) struct Grant {
    /// New at each authorization.
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) base_url: String,
    /// The client id; for Basic the user name.
    pub(crate) client_id: String,
    pub(crate) access_token: Secret,
    pub(crate) refresh_token: Secret,
    /// When this pair of tokens was issued. The refresh token's life counts from here.
    pub(crate) issued_at: u64,
    pub(crate) expires_at: u64,
    /// From then on the next use renews.
    pub(crate) renew_at: u64,
    /// Then it is renewed though nobody used it.
    pub(crate) background_renew_at: u64,
    /// The site that it was given to: host and path. Another one is a copy, or has moved.
    pub(crate) site: String,
    /// How often it has been refreshed. Together with `id` it names one pair of tokens.
    pub(crate) generation: u32,
}

/// Who the grant speaks for.
#[derive(Clone, Default)]
pub(crate) struct Account {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) mautic_version: Option<String>,
    /// Name and address were erased, and are not asked for again.
    pub(crate) anonymous: bool,
}

/// How it goes.
#[derive(Clone, Default)]
pub(crate) struct Health {
    pub(crate) last_success_at: Option<u64>,
    pub(crate) last_error: Option<LastError>,
    /// Failed refreshes in a row.
    pub(crate) failures: u32,
    /// No automatic refresh before.
    pub(crate) retry_at: Option<u64>,
    /// A refresh is under way since, or ended without an answer that tells what became of it.
    pub(crate) refresh_started_at: Option<u64>,
    /// The refresh token was sent at least once without such an answer: Mautic may have replaced it.
    pub(crate) answer_lost: bool,
    /// Mautic refused the refresh token: only a new authorization helps.
    pub(crate) needs_authorization: bool,
    /// When the refreshes of the last hour were sent, but for those that succeeded.
    pub(crate) attempts: Vec<u64>,
    pub(crate) incident: Option<Incident>,
    /// When the mails of the last day were sent.
    pub(crate) mailed: Vec<u64>,
    /// Failures of calls that the log has a line of, in the last ten minutes.
    pub(crate) logged: Vec<Logged>,
    /// Mautic counts too many calls: none is sent before.
    pub(crate) calls_held_until: Option<u64>,
}

/// A line of the log.
#[derive(Clone, Default)]
pub(crate) struct Logged {
    pub(crate) error: String,
    pub(crate) at: u64,
}

/// Trouble that goes on, or was over less than an hour ago.
#[derive(Clone, Default)]
pub(crate) struct Incident {
    pub(crate) since: u64,
    /// When it failed last.
    pub(crate) failed_at: u64,
    /// The site has been told.
    pub(crate) told: bool,
    /// So has the owner.
    pub(crate) mailed: bool,
    /// The site has been told that it works again.
    pub(crate) recovered: bool,
}

/// The last thing that went wrong and has not been mended since.
#[derive(Clone, Default)]
pub(crate) struct LastError {
    pub(crate) code: String,
    pub(crate) kind: Kind,
    pub(crate) detail: Option<String>,
    pub(crate) http_status: Option<u16>,
    pub(crate) retry_at: Option<u64>,
    pub(crate) at: u64,
    /// It was a refresh that failed: API calls that succeed with the old token do not end it.
    pub(crate) renewal: bool,
}

fields! { Connection {
    v,
    revision,
    settings,
    pending if some,
    remembered if some,
    grant if some,
    account if some,
    health,
    disconnected if some,
    proven if some,
} }

fields! { Proven {
    base_url,
    client,
    mautic,
    api,
    credentials,
} }

fields! { Settings {
    auth_method,
    base_url,
    client_id,
    client_secret,
    client_secret_origin,
    username if some,
    password if some,
    password_origin if some,
    token_in_query if some,
    refresh_token_lifetime_days,
    mute_lost if some,
    mute_recovered if some,
} }

fields! { Pending {
    state,
    user,
    redirect_uri,
    return_to,
    base_url,
    client_id,
    expires_at,
} }

fields! { Remembered { state, fate, until } }

names! { Fate {
    "open" => Open,
    "used" => Used,
    "expired" => Expired,
} }

fields! { Grant {
    id,
    method,
    base_url,
    client_id,
    access_token if some,
    refresh_token if some,
    issued_at,
    expires_at,
    renew_at,
    background_renew_at,
    site if some,
    generation,
} }

fields! { Account {
    email,
    name,
    role,
    mautic_version,
    anonymous if some,
} }

fields! { Health {
    last_success_at if some,
    last_error if some,
    failures,
    retry_at if some,
    refresh_started_at if some,
    answer_lost if some,
    needs_authorization,
    attempts if some,
    incident if some,
    mailed if some,
    logged if some,
    calls_held_until if some,
} }

fields! { Logged { error, at } }

fields! { Incident {
    since,
    failed_at,
    told,
    mailed,
    recovered,
} }

fields! { LastError {
    code,
    kind,
    detail if some,
    http_status if some,
    retry_at if some,
    at,
    renewal if some,
} }

impl Connection {
    /// Ends every authorization that is out, including one whose code is just being exchanged.
    pub(crate) fn drop_pending(&mut self) {
        self.pending.clear();
        for remembered in &mut self.remembered {
            if remembered.fate == Fate::Open {
                remembered.fate = Fate::Used;
            }
        }
    }

    /// Forgets the grant and all that came of it, keeps the settings.
    pub(crate) fn drop_grant(&mut self) {
        self.drop_pending();
        self.grant = None;
        self.account = None;
        // The ceilings are not the grant's.
        self.health = Health {
            attempts: std::mem::take(&mut self.health.attempts),
            mailed: std::mem::take(&mut self.health.mailed),
            ..Health::default()
        };
    }
}

impl LastError {
    pub(crate) fn new(problem: &Problem, now: u64) -> Self {
        Self {
            code: problem.code.to_owned(),
            kind: problem.kind,
            detail: problem.detail.clone(),
            http_status: problem.http_status,
            retry_at: problem.retry_at,
            at: now,
            renewal: false,
        }
    }
}
