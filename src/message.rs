//! What comes in: one message a step.

use crate::connection::Connection;
use crate::event::Event;
use crate::json::{self, Json, Wrong, from_json};
use crate::secret::Secret;
use crate::task::Task;

/// Everything that a step may know.
pub struct Message {
    /// The document as it was last stored.
    pub(crate) connection: Option<Connection>,
    pub(crate) overrides: Overrides,
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
pub struct Overrides {
    pub(crate) auth_method: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) refresh_token_lifetime_days: Option<u32>,
    /// Plain http to other hosts than loopback ones.
    pub(crate) allow_http: bool,
    /// Private and loopback addresses. Link-local and metadata addresses are never allowed.
    pub(crate) allow_private_hosts: bool,
}

from_json!(Overrides {
    auth_method,
    base_url,
    client_id,
    client_secret,
    refresh_token_lifetime_days,
    allow_http,
    allow_private_hosts,
});

impl Message {
    /// Reads a message from JSON text.
    ///
    /// # Errors
    ///
    /// The name of the member that is missing or has the wrong type, or `JSON`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        Self::read(json::parse(text).ok_or("JSON")?).map_err(|Wrong(name)| name)
    }

    pub(crate) fn read(mut json: Json) -> Result<Self, Wrong> {
        let message = Self {
            connection: json.field("connection")?,
            overrides: json.field("overrides")?,
            event: json.field("event")?,
            task: json.field("task")?,
            now: json.field("now")?,
            entropy: json.field("entropy")?,
        };
        if message.event.name.is_empty() {
            return Err(Wrong("event"));
        }
        if message.now == 0 {
            return Err(Wrong("now"));
        }
        Ok(message)
    }
}
