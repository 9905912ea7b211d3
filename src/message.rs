//! What comes in: one message a step.

use crate::connection::{Connection, VERSION};
use crate::event::Event;
use crate::fields::{self, Value as _, fields};
use crate::json::Json;
use crate::secret::Secret;
use crate::task::Task;

/// Everything that a step may know.
#[derive(Default)]
pub(crate) struct Message {
    /// Why the document is none that this core can read: `newer_version` or `damaged`.
    pub(crate) unreadable: Option<&'static str>,
    /// The document as it was last stored.
    pub(crate) connection: Option<Connection>,
    pub(crate) overrides: Overrides,
    /// The site's own address; empty where there is none, as in a browser.
    pub(crate) site: String,
    pub(crate) event: Event,
    pub(crate) task: Option<Task>,
    /// Unix seconds.
    pub(crate) now: u64,
    /// 64 hex digits.
    pub(crate) entropy: String,
}

/// Settings from constants and the environment, and the site's policy. Laid over the stored
/// settings for the step, never written into the connection.
#[derive(Default)]
pub(crate) struct Overrides {
    pub(crate) auth_method: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<Secret>,
    /// As typed.
    pub(crate) refresh_token_lifetime_days: Option<String>,
    pub(crate) token_in_query: Option<bool>,
    /// Plain http to other hosts than loopback ones.
    pub(crate) allow_http: bool,
    /// Private and loopback addresses. Link-local and metadata addresses are never allowed.
    pub(crate) allow_private_hosts: bool,
}

fields! { Overrides {
    auth_method,
    base_url,
    client_id,
    client_secret,
    username,
    password,
    refresh_token_lifetime_days,
    token_in_query,
    allow_http,
    allow_private_hosts,
} }

fields! { Message {
    overrides,
    site,
    event,
    task,
    now,
    entropy,
} }

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// The name of the member that is missing or has the wrong type.
    pub(crate) fn read(mut json: Json<'_>) -> Result<Self, &'static str> {
        let mut message = Self::default();
        let connection = json.take("connection");
        fields::read(&mut message, json)?;
        let mut version = 0_u32;
        let newer = version.read(connection.copy("v")) && version > VERSION;
        if newer {
            message.unreadable = Some("newer_version");
        } else if !message.connection.read(connection) {
            message.unreadable = Some("damaged");
            message.connection = None;
        }
        if message.event.name.is_empty() {
            return Err("event");
        }
        if message.now == 0 {
            return Err("now");
        }
        Ok(message)
    }
}
