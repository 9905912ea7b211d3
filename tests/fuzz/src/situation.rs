//! The moments at which hostile text comes in, taken from the stories of `tests/vectors/`: a document, a task
//! and the harmless event that the hostile one replaces.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Target, response};

/// A message without its event.
pub(crate) struct Situation {
    pub(crate) target: Target,
    /// The message up to where the event stands.
    before: String,
    event: Value,
    /// States that an input can name: `{state}` is one that is waited for, `{used}` one that was.
    states: [String; 2],
}

/// One of each kind.
pub(crate) static SITUATIONS: LazyLock<Vec<Situation>> = LazyLock::new(|| {
    let mut paths: Vec<_> = fs::read_dir(super::folder("tests/vectors"))
        .expect("the vectors")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let mut kinds = BTreeSet::new();
    let mut situations = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).expect("a readable file");
        let vectors: Vec<Value> = serde_json::from_str(&text).expect("a list");
        for vector in vectors {
            let message = vector["message"].as_str().unwrap_or_default();
            let Ok(message) = serde_json::from_str::<Value>(message) else {
                continue;
            };
            if let Some((target, kind)) = kind(&message)
                && kinds.insert(kind)
            {
                situations.push(Situation::of(target, message));
            }
        }
    }
    assert!(
        situations.len() > 40,
        "only {} situations",
        situations.len()
    );
    situations
});

/// Whom a message is for, and what tells it from others.
fn kind(message: &Value) -> Option<(Target, String)> {
    let (event, task, connection) = (&message["event"], &message["task"], &message["connection"]);
    let method = &connection["settings"]["auth_method"];
    let target = match (event["type"].as_str()?, task["stage"].as_str()) {
        ("returned", _) => {
            // Somebody is waited for.
            let waits =
                connection["pending"][0]["expires_at"].as_u64()? > message["now"].as_u64()?;
            let grant = connection["grant"].is_object();
            let used = connection["remembered"].is_array();
            return waits.then(|| (Target::Redirect, format!("returned {grant} {used}")));
        }
        ("explain", _) => {
            let browser = event["stored_base_url"].is_string();
            return Some((Target::Page, format!("explain {browser} {method}")));
        }
        ("http_answered", Some("exchange" | "refresh" | "client")) => Target::Token,
        ("http_answered", Some("reach" | "candidate")) => Target::Page,
        ("http_answered", Some(_)) => Target::Identity,
        _ => return None,
    };
    let kind = format!(
        "{} {} {method} {} {}",
        task["stage"],
        task["goal"],
        task["repeated"],
        task["doctor"].is_object()
    );
    Some((target, kind))
}

impl Situation {
    fn of(target: Target, mut message: Value) -> Self {
        let state = |list: &str| {
            let state = message["connection"][list][0]["state"].as_str();
            state.unwrap_or_default().to_owned()
        };
        let states = [state("pending"), state("remembered")];
        let members = message.as_object_mut().expect("an object");
        let event = members.remove("event").unwrap_or_default();
        let mut before = message.to_string();
        before.pop();
        Self {
            target,
            before,
            event,
            states,
        }
    }

    /// The message with the hostile text in it.
    pub(crate) fn message(&self, text: &str) -> String {
        let mut event = self.event.clone();
        match event["type"].as_str() {
            Some("returned") => {
                let [state, used] = &self.states;
                event["query"] = json!(text.replace("{state}", state).replace("{used}", used));
            }
            // A page, or all that there is.
            Some("explain") => {
                event["text"] = json!(text.split_once("\n\n").map_or(text, |(_, body)| body))
            }
            _ => event = response::event(text, &event["id"]),
        }
        format!("{},\"event\":{event}}}", self.before)
    }
}
