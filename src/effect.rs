//! What goes out: effects for the shell to perform, as data.

use serde::Serialize;

use crate::connection::Connection;
use crate::event::RESPONSE_HEADERS;
use crate::problem::Problem;
use crate::task::Task;
use crate::view::{Action, SettingsView, Status};

/// What a step decided.
///
/// There is no `Debug`: requests carry tokens.
#[derive(Serialize)]
pub struct Answer {
    /// The document to store, if the effects begin with [`Effect::Store`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) connection: Option<Connection>,
    /// In order. At most one needs a reply, and it is the last.
    pub effects: Vec<Effect>,
    /// To be handed back with that reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) task: Option<Task>,
}

/// One thing to do.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Effect {
    /// Write the answer's connection, if storage still holds what was read.
    Store,
    /// Send a request and reply with `http_answered`.
    Http(Box<Http>),
    /// Send the browser there.
    Redirect {
        /// Absolute for Mautic, opaque for a return.
        url: String,
    },
    /// Try once to take a lock, reply with `lock_acquired` or `lock_busy`.
    Lock {
        /// Which.
        name: &'static str,
        /// Seconds after which others may take it over.
        lifetime: u32,
    },
    /// Release it.
    Unlock {
        /// Which.
        name: &'static str,
    },
    /// Sleep, then reply with `waited`.
    Wait {
        /// How long.
        seconds: u32,
    },
    /// Send a `tick` at a time.
    Wake {
        /// Unix seconds.
        at: u64,
    },
    /// Tell the rest of the site.
    Notify {
        /// `connected`, `refreshed`, `recovered`, `disconnected` or `connection_lost`.
        code: &'static str,
        /// Why, for `connection_lost`.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'static str>,
    },
    /// Something for the log. No secret is ever in it.
    Log {
        /// What.
        code: &'static str,
        /// With what.
        fields: LogFields,
    },
    /// The end.
    Answer(Box<Reply>),
}

/// What a log entry may say.
#[derive(Default, Serialize)]
pub struct LogFields {
    /// A number that was surprising.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<i64>,
    /// An error's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<&'static str>,
}

/// A request.
#[derive(Serialize)]
pub struct Http {
    /// Comes back with the answer.
    pub id: &'static str,
    /// `GET`, `POST`, …
    pub method: String,
    /// Absolute.
    pub url: String,
    /// Name and value.
    pub headers: Vec<(&'static str, String)>,
    /// The body; for a caller's request the shell has it.
    pub body: Option<String>,
    /// The request is an API caller's: the shell puts in the body and keeps a 2xx answer's.
    pub caller: bool,
    /// Seconds.
    pub timeout: u32,
    /// Bytes of the answer's body to read.
    pub max_bytes: u32,
    /// The answer's headers to bring back.
    pub response_headers: [&'static str; RESPONSE_HEADERS.len()],
}

/// The end of a piece of work.
#[derive(Serialize)]
pub struct Reply {
    /// Whether what was asked for has happened.
    pub ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// All that is wrong with the form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// Where the connection stands now.
    pub status: Status,
    /// The authorize URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Hand the last HTTP answer to the caller.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deliver: bool,
    /// The status of that answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// What the form shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<SettingsView>,
    /// Which buttons make sense.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// The base URL as it would be stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalized: Option<String>,
    /// What would change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// A remark on what was entered; not an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable code, such as `base_url.scheme_added`.
    pub code: &'static str,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Note {
    pub(crate) fn new(code: &'static str) -> Self {
        Self { code, detail: None }
    }
}

/// Seconds that a request of the plugin's own may take.
pub(crate) const HTTP_TIMEOUT: u32 = 15;

/// Bytes of a body that the core judges. Mautic's token answers have 300, its users 2,000.
const MAX_BYTES: u32 = 65_536;

/// Bytes of a body that only passes through to the caller.
const MAX_CALLER_BYTES: u32 = 16 * 1024 * 1024;

impl Http {
    pub(crate) fn get(id: &'static str, url: String) -> Self {
        Self {
            id,
            method: "GET".to_owned(),
            url,
            headers: vec![("Accept", "application/json".to_owned())],
            body: None,
            caller: false,
            timeout: HTTP_TIMEOUT,
            max_bytes: MAX_BYTES,
            response_headers: RESPONSE_HEADERS,
        }
    }

    /// A form post. Client id and secret go into the body, since Mautic answers Basic client
    /// authentication with 403 unless its "HTTP basic auth" is on (m2, m3).
    pub(crate) fn form(id: &'static str, url: String, body: String) -> Self {
        let mut request = Self::get(id, url);
        request.method = "POST".to_owned();
        request.headers.push((
            "Content-Type",
            "application/x-www-form-urlencoded".to_owned(),
        ));
        request.body = Some(body);
        request
    }

    pub(crate) fn bearer(mut self, token: &str) -> Self {
        // Mautic's check is case-sensitive: `bearer` is refused (h08).
        self.headers
            .push(("Authorization", ["Bearer ", token].concat()));
        self
    }

    pub(crate) fn for_caller(mut self, method: &str, content_type: &str, timeout: u32) -> Self {
        self.method = method.to_owned();
        self.caller = true;
        self.timeout = timeout;
        self.max_bytes = MAX_CALLER_BYTES;
        if !content_type.is_empty() {
            self.headers.push(("Content-Type", content_type.to_owned()));
        }
        self
    }
}
