//! An HTTP response in an input, readable as one: a status, headers, an empty line, a body.
//!
//! ```text
//!   200 truncated
//!   content-type: application/json
//!   repeat: 100
//!
//!   {"access_token":"…"}
//! ```
//!
//! `truncated` says that there was more, `repeat` has the body so often, as far as 64 KiB. `error KIND MESSAGE`
//! instead of a status is no answer at all, in the transport's words.

use serde_json::{Map, Value, json};

use super::LONGEST_BODY;

/// Those that a shell brings in (`src/event.rs`).
const HEADERS: [&str; 7] = [
    "cf-mitigated",
    "content-type",
    "date",
    "location",
    "mautic-version",
    "retry-after",
    "x-ratelimit-reset",
];

/// The event that a response is.
pub(crate) fn event(text: &str, id: &Value) -> Value {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    if let Some(error) = first.strip_prefix("error ") {
        let (kind, message) = error.split_once(' ').unwrap_or((error, ""));
        return json!({"type": "http_answered", "id": id, "error_kind": kind, "error_message": message});
    }
    let status = first.split(' ').next().unwrap_or_default();
    let mut headers = Map::new();
    let mut times = 1;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if HEADERS.contains(&name) {
            headers.insert(name.to_owned(), json!(value));
        } else if name == "repeat" {
            times = value.parse().unwrap_or(1);
        }
    }
    let most = LONGEST_BODY.checked_div(body.len()).unwrap_or_default();
    json!({
        "type": "http_answered", "id": id, "status": status.parse::<u16>().unwrap_or(200),
        "headers": headers, "body": body.repeat(times.clamp(1, most.max(1))),
        "truncated": first.contains("truncated"),
    })
}
