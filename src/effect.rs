//! What goes out: effects for the shell to perform, as data.

use crate::alert::Alert;
use crate::connection::{Connection, LastError};
use crate::event::RESPONSE_HEADERS;
use crate::fields::{self, Each, Fields, Value, fields};
use crate::json::Json;
use crate::problem::Problem;
use crate::proven::Guide;
use crate::task::Task;
use crate::view::{Action, SettingsView, Status};

/// What a step decided.
///
/// There is no `Debug`: requests carry tokens.
pub(crate) struct Answer {
    /// The document to store, if the effects begin with [`Effect::Store`].
    pub(crate) connection: Option<Connection>,
    /// In order. At most one needs a reply, and it is the last.
    pub(crate) effects: Vec<Effect>,
    /// To be handed back with that reply.
    pub(crate) task: Option<Task>,
}

/// One thing to do.
#[derive(Default)]
pub(crate) enum Effect {
    /// Write the answer's connection, if storage still holds what was read.
    #[default]
    Store,
    /// Send a request and reply with `http_answered`.
    Http(Box<Http>),
    /// Send the browser there.
    Redirect(Redirect),
    /// Try once to take a lock, reply with `lock_acquired` or `lock_busy`.
    Lock(Lock),
    /// Release it.
    Unlock(Unlock),
    /// Sleep, then reply with `waited`.
    Wait(Wait),
    /// Send a `tick` at a time.
    Wake(Wake),
    /// Tell the rest of the site.
    Notify(Notify),
    /// Write an e-mail to the owner.
    Mail(Box<Mail>),
    /// What the doctor has found.
    Check(Box<Check>),
    /// Something for the log. No secret is ever in it.
    Log(Log),
    /// The end.
    Answer(Box<Reply>),
}

/// The fields of an effect that has none.
struct Nothing;

impl Fields for Nothing {
    fn fields(&mut self, _: &mut dyn Each) {}
}

pub(crate) struct Redirect {
    /// Absolute for Mautic, opaque for a return.
    pub(crate) url: String,
}

fields! { Redirect { url } }

pub(crate) struct Lock {
    pub(crate) name: &'static str,
    /// Seconds after which others may take it over.
    pub(crate) lifetime: u32,
}

fields! { Lock { name, lifetime } }

pub(crate) struct Unlock {
    pub(crate) name: &'static str,
}

fields! { Unlock { name } }

pub(crate) struct Wait {
    pub(crate) milliseconds: u32,
}

fields! { Wait { milliseconds } }

pub(crate) struct Wake {
    /// Unix seconds.
    pub(crate) at: u64,
}

fields! { Wake { at } }

pub(crate) struct Notify {
    /// `connected`, `refreshed`, `recovered`, `disconnected` or `connection_lost`.
    pub(crate) code: &'static str,
    /// Why, for `connection_lost`.
    pub(crate) error: Option<&'static str>,
    /// Since when, for `connection_lost`, in Unix seconds: it is told only once it is sure.
    pub(crate) since: Option<u64>,
}

fields! { Notify { code, error if some, since if some } }

pub(crate) struct Mail {
    /// `connection_lost` or `recovered`.
    pub(crate) code: &'static str,
    /// When the incident began, in Unix seconds.
    pub(crate) since: u64,
    /// What is wrong, for `connection_lost`.
    pub(crate) error: Option<LastError>,
}

fields! { Mail { code, since, error if some } }

/// One step of the doctor's.
#[derive(Default)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// `passed`, `failed`, `warned` or `skipped`.
    pub(crate) state: &'static str,
    pub(crate) error: Option<Problem>,
    /// What it was about.
    pub(crate) detail: Option<String>,
    /// Of `clock`: seconds that the server's is ahead.
    pub(crate) value: Option<i64>,
    pub(crate) milliseconds: Option<u64>,
}

fields! { Check {
    name,
    state,
    error if some,
    detail if some,
    value if some,
    milliseconds if some,
} }

pub(crate) struct Log {
    pub(crate) code: &'static str,
    pub(crate) fields: LogFields,
}

fields! { Log { code, fields } }

/// What a log entry may say.
#[derive(Default)]
pub(crate) struct LogFields {
    /// A number that was surprising.
    pub(crate) value: Option<i64>,
    /// An error's code.
    pub(crate) error: Option<&'static str>,
    pub(crate) http_status: Option<u16>,
    /// When it may be tried again, in Unix seconds.
    pub(crate) retry_at: Option<u64>,
}

/// A request.
pub(crate) struct Http {
    /// Comes back with the answer.
    pub(crate) id: &'static str,
    /// `GET`, `POST`, …
    pub(crate) method: String,
    /// Absolute.
    pub(crate) url: String,
    /// Name and value.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body; for a caller's request the shell has it.
    pub(crate) body: Option<String>,
    /// The request is an API caller's: the shell puts in the body and keeps a 2xx answer's.
    pub(crate) caller: bool,
    /// Seconds.
    pub(crate) timeout: u32,
    /// Bytes of the answer's body to read.
    pub(crate) max_bytes: u32,
    /// The answer's headers to bring back.
    pub(crate) response_headers: Vec<&'static str>,
    /// What is in it that must not come back with an error: servers repeat addresses and fields.
    pub(crate) secrets: Vec<String>,
}

/// What will be asked of Mautic.
#[derive(Default)]
pub(crate) struct Preview {
    pub(crate) endpoint: String,
    pub(crate) parameters: Vec<Parameter>,
}

fields! { Preview { endpoint, parameters } }

#[derive(Default)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

fields! { Parameter { name, value } }

/// The end of a piece of work.
#[derive(Default)]
pub(crate) struct Reply {
    /// Whether what was asked for has happened.
    pub(crate) ok: bool,
    /// Why not.
    pub(crate) error: Option<Problem>,
    /// All that is wrong with the form.
    pub(crate) problems: Vec<Problem>,
    /// Where the connection stands now.
    pub(crate) status: Status,
    /// What to tell the owner, now or later.
    pub(crate) alert: Option<Alert>,
    /// The authorize URL.
    pub(crate) url: Option<String>,
    /// Hand the last HTTP answer to the caller.
    pub(crate) deliver: bool,
    /// The status of that answer.
    pub(crate) http_status: Option<u16>,
    /// What the form shows.
    pub(crate) settings: Option<SettingsView>,
    /// Which buttons make sense.
    pub(crate) actions: Vec<Action>,
    /// The base URL as it would be stored.
    pub(crate) normalized: Option<String>,
    /// What would change.
    pub(crate) notes: Vec<Note>,
    /// How far the owner has come.
    pub(crate) guide: Option<Guide>,
    /// What Authorize will ask of Mautic.
    pub(crate) authorize: Option<Preview>,
    /// What a pasted text comes from.
    pub(crate) explained: Option<Problem>,
}

/// A remark on what was entered; not an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    /// Stable code, such as `base_url.scheme_added`.
    pub(crate) code: &'static str,
    /// What it is about.
    pub(crate) detail: Option<String>,
}

fields! { Answer {
    connection if some,
    effects,
    task if some,
} }

fields! { LogFields { value if some, error if some, http_status if some, retry_at if some } }

fields! { Http {
    id,
    method,
    url,
    headers,
    body,
    caller,
    timeout,
    max_bytes,
    response_headers,
    secrets if some,
} }

fields! { Reply {
    ok,
    error if some,
    problems if some,
    status,
    alert if some,
    url if some,
    deliver if some,
    http_status if some,
    settings if some,
    actions if some,
    normalized if some,
    notes if some,
    guide if some,
    authorize if some,
    explained if some,
} }

fields! { Note { code, detail if some } }

/// Only ever written: `type`, then the fields of the kind.
impl Value for Effect {
    fn read(&mut self, _: Json<'_>) -> bool {
        false
    }

    fn write(&mut self) -> Json<'static> {
        let (kind, rest): (&'static str, &mut dyn Fields) = match self {
            Self::Store => ("store", &mut Nothing),
            Self::Http(http) => ("http", &mut **http),
            Self::Redirect(redirect) => ("redirect", redirect),
            Self::Lock(lock) => ("lock", lock),
            Self::Unlock(unlock) => ("unlock", unlock),
            Self::Wait(wait) => ("wait", wait),
            Self::Wake(wake) => ("wake", wake),
            Self::Notify(notify) => ("notify", notify),
            Self::Mail(mail) => ("mail", &mut **mail),
            Self::Check(check) => ("step", &mut **check),
            Self::Log(log) => ("log", log),
            Self::Answer(reply) => ("answer", &mut **reply),
        };
        fields::write(rest, vec![("type".into(), Json::Text(kind.into()))])
    }
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
pub(crate) const MAX_CALLER_BYTES: u32 = 16 * 1024 * 1024;

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
            response_headers: RESPONSE_HEADERS.to_vec(),
            secrets: Vec::new(),
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

    /// Adds the header that says who asks.
    pub(crate) fn authorization(mut self, scheme: &str, credentials: &str) -> Self {
        self.headers
            .push(("Authorization", [scheme, credentials].concat()));
        self.secrets.push(credentials.to_owned());
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
