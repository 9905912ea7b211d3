//! As large as a shell lets it be: what costs most memory for its size, at each place that takes foreign text.

use serde_json::json;

use super::{LONGEST_BODY, Target};

/// Bytes of a message that a shell sends at most (`docs/boundary.md`).
const LONGEST_MESSAGE: usize = 524_288;

/// Pieces, repeated until it is enough: values and lists of a tree, names, escapes, what is decoded or made
/// lower-case, what grows when it is encoded.
const PIECES: [&str; 10] = [
    "{},",
    "{\"a\":[0]},",
    "[\"\\n\"],",
    "[[[[[[[[[[[[[[[[[[[[[[",
    "\n",
    "\u{0}",
    "<TITLE>é",
    "a=%41&",
    "https://a/%C3%A9?",
    "x",
];

/// Those that a whole message is filled with.
const FILLINGS: [&str; 4] = ["{\"a\":[0]},", "\n", "a=%41&", "<TITLE>é"];

/// What a server can bring about: bodies of 64 KiB. Messages with their names.
#[must_use]
pub fn bodies() -> Vec<(String, Vec<u8>)> {
    let mut messages = Vec::new();
    for piece in PIECES {
        let body = piece.repeat(LONGEST_BODY / piece.len());
        let object = format!("{{\"email\":\"a@example.test\",\"access_token\":[{body}0]}}");
        let list = format!("[{body}0]");
        for (status, text) in [(200, object), (400, list), (400, body)] {
            let text = format!("{status}\ncontent-type: application/json\n\n{text}");
            for target in [Target::Token, Target::Identity, Target::Page] {
                let message = target.messages(text.as_bytes()).swap_remove(0);
                messages.push((format!("{} {status} {piece:?}", target.name()), message));
            }
        }
    }
    messages
}

/// What nobody else can: messages of all that a shell sends.
#[must_use]
pub fn whole() -> Vec<(String, Vec<u8>)> {
    let mut messages = Vec::new();
    for piece in FILLINGS {
        for event in [
            json!({"type": "explain", "text": "HERE"}),
            json!({"type": "returned", "user": 1, "query": "HERE"}),
            json!({"type": "settings_saved", "values": {"base_url": "HERE"}}),
            json!({"type": "api_call", "method": "POST", "path": "a", "form_names": "HERE"}),
            json!({"type": "store_failed", "error_message": "HERE"}),
        ] {
            let message = json!({"event": event, "now": 1_700_000_000, "entropy": "0".repeat(64)});
            let message = message.to_string();
            let quoted = |text: &str| json!(text).to_string();
            let times = (LONGEST_MESSAGE - message.len()) / (quoted(piece).len() - 2);
            let message = message.replace("\"HERE\"", &quoted(&piece.repeat(times)));
            messages.push((format!("{} {piece:?}", event["type"]), message.into_bytes()));
        }
        // And a tree of nothing else.
        let times = LONGEST_MESSAGE / piece.len() - 2;
        let tree = format!("{{\"event\":[{}0]}}", piece.repeat(times));
        messages.push((format!("message {piece:?}"), tree.into_bytes()));
    }
    messages
}
