//! The decisions of an OAuth2 client for Mautic, as one pure function.
//!
//! ```text
//!   message { connection, overrides, site, event, task, now, entropy }
//!      │
//!      ▼
//!    step ──► answer { connection', effects, task }
//! ```
//!
//! The crate's contract: no clock, no randomness, no network, no storage. Time and entropy come with
//! the message, everything to be done goes out as data, and the same message gives the same answer
//! to the byte, in native programs, in the browser and in PHP. `docs/boundary.md` describes every
//! event and effect; this crate is its implementation.
//!
//! OAuth2 is RFC 6749; where Mautic differs, the rule names the fact it stands on.

#![deny(unsafe_code)]

mod alert;
mod api;
mod authorize;
mod base_url;
#[cfg(feature = "browser")]
pub mod browser;
mod connection;
mod doctor;
mod due;
mod effect;
mod entropy;
mod event;
mod exchange;
mod explain;
mod fields;
mod hold;
mod identity;
mod incident;
mod json;
mod machine;
mod message;
mod method;
mod overrides;
mod permission;
mod probe;
mod problem;
mod proven;
mod redirect;
mod refresh;
mod renewal;
mod response;
mod secret;
#[cfg(all(feature = "server", target_arch = "wasm32"))]
pub mod server;
mod settings;
mod site;
mod task;
mod token;
mod view;

use fields::Value as _;
use json::Json;
use message::Message;

/// One step, from JSON to JSON.
///
/// A message that is no JSON of the right shape gives an answer with the error `message.invalid`;
/// nothing panics on foreign input.
#[must_use]
pub fn step_json(message: &str) -> String {
    String::from_utf8(step_bytes(message)).unwrap_or_default()
}

/// [`step_json`] without a second look at the answer's bytes, which are UTF-8.
fn step_bytes(message: &str) -> Vec<u8> {
    let message = json::parse(message).ok_or("JSON").and_then(Message::read);
    json::print(answer(message))
}

/// The answer to a message, or to what could not be read as one.
fn answer(message: Result<Message, &'static str>) -> Json<'static> {
    match message {
        Ok(message) => machine::step(message),
        Err(what) => machine::unreadable_message(what),
    }
    .write()
}
