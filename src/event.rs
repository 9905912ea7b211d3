//! What happened.

use crate::fields::fields;
use crate::method::Method;
use crate::secret::Secret;

/// One event, with the members of all of them: a flat structure compiles to far less code than a
/// type for each, and which members a type uses is checked where it is handled.
#[derive(Default)]
pub(crate) struct Event {
    pub(crate) name: String,

    // settings_saved, settings_checked
    pub(crate) values: Values,
    pub(crate) ascii_host: Option<String>,
    pub(crate) stored_base_url: Option<String>,
    pub(crate) stored_auth_method: Method,
    pub(crate) stored_client_id: String,
    pub(crate) stored_secret: bool,
    pub(crate) stored_username: String,
    pub(crate) stored_password: bool,
    pub(crate) stored_grant: bool,

    // authorize, returned, forget_account, view and settings_checked
    pub(crate) user: u64,
    pub(crate) redirect_uri: String,
    pub(crate) return_to: String,

    // returned (raw), api_call (encoded)
    pub(crate) query: String,

    // api_call
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) has_body: bool,
    pub(crate) body_bytes: u64,
    pub(crate) body_utf8: bool,
    /// Names of a form's fields, encoded as a query without values.
    pub(crate) form_names: String,
    pub(crate) content_type: String,
    pub(crate) timeout: u32,

    // http_answered
    pub(crate) status: u16,
    pub(crate) headers: ResponseHeaders,
    pub(crate) body: String,
    pub(crate) truncated: bool,
    pub(crate) error_kind: Option<String>,
    pub(crate) error_message: String,
    /// How long it took, if that is known; of a secure connection the handshake alone.
    pub(crate) milliseconds: Option<u64>,
    pub(crate) dns_milliseconds: Option<u64>,
    pub(crate) tls_milliseconds: Option<u64>,

    // diagnose
    pub(crate) setup: bool,
    /// Paths below `/api/`.
    pub(crate) paths: Vec<String>,

    // explain
    pub(crate) text: String,

    // connection_unreadable
    pub(crate) why: String,

    // forget_account
    pub(crate) email: String,
}

/// The settings form, as typed. A member left out keeps what is stored.
#[derive(Default)]
pub(crate) struct Values {
    pub(crate) auth_method: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) refresh_token_lifetime_days: Option<String>,
    /// `1` or `0`, as the two that follow.
    pub(crate) token_in_query: Option<String>,
    pub(crate) notify_lost: Option<String>,
    pub(crate) notify_recovered: Option<String>,
}

/// The headers that an answer is judged by.
#[derive(Default)]
pub(crate) struct ResponseHeaders {
    pub(crate) cf_mitigated: String,
    pub(crate) content_type: String,
    pub(crate) date: String,
    pub(crate) location: String,
    pub(crate) mautic_version: String,
    pub(crate) retry_after: String,
    pub(crate) x_ratelimit_reset: String,
}

/// Those that every answer is judged by, for the `http` effect.
pub(crate) const RESPONSE_HEADERS: [&str; 5] = [
    "content-type",
    "location",
    "mautic-version",
    "retry-after",
    "x-ratelimit-reset",
];

/// Those that only the doctor reads: Cloudflare's word that it stepped in, and the server's clock.
pub(crate) const DOCTORS_HEADERS: [&str; 2] = ["cf-mitigated", "date"];

fields! { Event {
    name: "type",
    values,
    ascii_host,
    stored_base_url,
    stored_auth_method,
    stored_client_id,
    stored_secret,
    stored_username,
    stored_password,
    stored_grant,
    user,
    redirect_uri,
    return_to,
    query,
    method,
    path,
    has_body,
    body_bytes,
    body_utf8,
    form_names,
    content_type,
    timeout,
    status,
    headers,
    body,
    truncated,
    error_kind,
    error_message,
    milliseconds,
    dns_milliseconds,
    tls_milliseconds,
    setup,
    paths,
    text,
    why,
    email,
} }

fields! { Values {
    auth_method,
    base_url,
    client_id,
    client_secret,
    username,
    password,
    refresh_token_lifetime_days,
    token_in_query,
    notify_lost,
    notify_recovered,
} }

fields! { ResponseHeaders {
    cf_mitigated: "cf-mitigated",
    date,
    content_type: "content-type",
    location,
    mautic_version: "mautic-version",
    retry_after: "retry-after",
    x_ratelimit_reset: "x-ratelimit-reset",
} }
