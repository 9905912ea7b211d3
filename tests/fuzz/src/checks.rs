//! What holds of every answer, whatever the message was.

use serde_json::{Map, Value};

use super::Target;

/// Effects with the members that each has, and those that it may have (`docs/boundary.md`).
const EFFECTS: [(&str, &[&str], &[&str]); 12] = [
    ("store", &[], &[]),
    (
        "http",
        &[
            "id",
            "method",
            "url",
            "headers",
            "body",
            "caller",
            "timeout",
            "max_bytes",
            "response_headers",
        ],
        &["secrets"],
    ),
    ("redirect", &["url"], &[]),
    ("lock", &["name", "lifetime"], &[]),
    ("unlock", &["name"], &[]),
    ("wait", &["milliseconds"], &[]),
    ("wake", &["at"], &[]),
    ("notify", &["code"], &["error", "since"]),
    ("mail", &["code", "since"], &["error"]),
    (
        "step",
        &["name", "state"],
        &["error", "detail", "value", "milliseconds"],
    ),
    ("log", &["code", "fields"], &[]),
    (
        "answer",
        &["ok", "status"],
        &[
            "error",
            "problems",
            "alert",
            "url",
            "deliver",
            "http_status",
            "settings",
            "actions",
            "normalized",
            "notes",
            "guide",
            "authorize",
            "explained",
        ],
    ),
];

/// Effects that need a reply.
const QUESTIONS: [&str; 3] = ["http", "lock", "wait"];

/// Effects of one answer: the doctor's steps and what else a round ends with.
const MOST_EFFECTS: usize = 32;

/// Bytes of a document (`src/connection.rs`).
const LONGEST_DOCUMENT: usize = 8192;

/// Characters of a foreign text that is shown.
const LONGEST_DETAIL: usize = 200;

/// Settings and tokens that nobody may see.
const SECRETS: [&str; 4] = ["client_secret", "password", "access_token", "refresh_token"];

/// From this length on a text with a digit in it stands nowhere by chance.
const TELLING: usize = 8;

/// Panics unless an answer is one that a shell may get to this message.
pub(crate) fn check(target: Target, message: &[u8], answer: &str) {
    let answer: Value = serde_json::from_str(answer).expect("the answer is JSON");
    let effects = shape(&answer);
    let message = serde_json::from_slice(message).unwrap_or_default();
    no_secret_is_shown(&message, effects);
    // Whoever can write a document or a task has no need of an attack.
    if target == Target::Message {
        return;
    }
    requests(&message, &answer, effects);
    foreign_text_is_short(effects);
    the_document_is_kept(&message, &answer, effects);
    if target == Target::Redirect {
        only_who_is_waited_for(&message, &answer, effects);
    }
    if message["event"]["type"] == "explain" {
        assert!(
            answer["connection"].is_null(),
            "an explanation stores something"
        );
        assert!(
            effects[0]["explained"]["code"].is_string(),
            "no explanation"
        );
    }
}

/// The contract between core and shell.
fn shape(answer: &Value) -> &[Value] {
    only(answer, &["effects"], &["connection", "task"]);
    let effects = answer["effects"].as_array().expect("a list of effects");
    assert!(
        (1..=MOST_EFFECTS).contains(&effects.len()),
        "{} effects",
        effects.len()
    );
    for (index, effect) in effects.iter().enumerate() {
        let kind = effect["type"].as_str().expect("a type");
        let known = EFFECTS.iter().find(|(name, ..)| *name == kind);
        let (_, required, optional) = known.expect(kind);
        only(effect, &[&["type"], *required].concat(), optional);
        let last = index + 1 == effects.len();
        assert_eq!(
            kind == "store",
            index == 0 && answer["connection"].is_object(),
            "store is first"
        );
        assert_eq!(
            last,
            kind == "answer" || QUESTIONS.contains(&kind),
            "{kind} at {index}"
        );
        assert!(
            !last || (kind == "answer") == answer["task"].is_null(),
            "a task until the answer"
        );
    }
    for problem in problems(effects) {
        let kinds = ["transient", "user", "permanent", "misuse"];
        assert!(
            kinds.iter().any(|kind| problem["kind"] == *kind),
            "{problem:?}"
        );
    }
    effects
}

/// Has all of the required members, and beside them only optional ones.
fn only(value: &Value, required: &[&str], optional: &[&str]) {
    let members = value.as_object().expect("an object");
    for name in required {
        assert!(members.contains_key(*name), "no {name} in {value}");
    }
    for name in members.keys() {
        let name = name.as_str();
        assert!(
            required.contains(&name) || optional.contains(&name),
            "{name} in {value}"
        );
    }
}

/// A secret stands in requests, and in the document; not even by its first or last half anywhere else.
fn no_secret_is_shown(message: &Value, effects: &[Value]) {
    let mut rest = message.clone();
    let mut secrets = Vec::new();
    take_secrets(&mut rest, &mut secrets);
    secrets.retain(|secret: &String| {
        secret.len() >= TELLING && secret.bytes().any(|byte| byte.is_ascii_digit())
    });
    for effect in effects.iter().filter(|effect| effect["type"] != "http") {
        for secret in &secrets {
            let shown = texts(effect).any(|text| text.contains(secret.as_str()));
            // Unless it stands in the message as something else, too.
            let known = || texts(&rest).any(|text| text.contains(secret.as_str()));
            assert!(!shown || known(), "a secret in {effect}");
        }
    }
}

fn take_secrets(value: &mut Value, secrets: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if SECRETS.contains(&name.as_str()) {
                    secrets.extend(value.take().as_str().map(str::to_owned));
                } else {
                    take_secrets(value, secrets);
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| take_secrets(item, secrets)),
        _ => {}
    }
}

/// All strings in a value.
fn texts(value: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(items) => Box::new(items.iter().flat_map(texts)),
        Value::Object(members) => Box::new(members.values().flat_map(texts)),
        _ => Box::new(std::iter::empty()),
    }
}

/// All errors in the effects.
fn problems(effects: &[Value]) -> Vec<&Map<String, Value>> {
    fn find<'a>(value: &'a Value, found: &mut Vec<&'a Map<String, Value>>) {
        match value {
            Value::Object(members) => {
                if members.contains_key("code") && members.contains_key("kind") {
                    found.push(members);
                }
                members.values().for_each(|value| find(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| find(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    effects.iter().for_each(|effect| find(effect, &mut found));
    found
}

/// A request is one: nothing in it ends its line, and what is secret goes below the base URL alone.
fn requests(message: &Value, answer: &Value, effects: &[Value]) {
    let http = |effect: &&Value| effect["type"] == "http";
    for request in effects.iter().filter(http) {
        let url = request["url"].as_str().expect("an address");
        assert!(
            url.starts_with("https://") || url.starts_with("http://"),
            "{url}"
        );
        assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
        for header in request["headers"].as_array().expect("headers") {
            let value = header[1].as_str().expect("a value");
            assert!(!value.contains(['\r', '\n', '\0']), "{header}");
        }
        let secrets = request["secrets"].as_array().map_or(0, Vec::len);
        if secrets > 0 || !request["body"].is_null() {
            let document = match &answer["connection"] {
                Value::Null => &message["connection"],
                stored => stored,
            };
            let of = |place: &Value| place["base_url"].as_str().unwrap_or_default().to_owned();
            let bases = [
                of(&message["overrides"]),
                of(&document["settings"]),
                of(&document["grant"]),
            ];
            let below = |base: &String| {
                let rest = url.strip_prefix(base.trim().trim_end_matches('/'));
                !base.is_empty() && rest.is_some_and(|rest| rest.starts_with('/'))
            };
            assert!(bases.iter().any(below), "a secret goes to {url}");
        }
    }
}

/// Of what a server says, 200 characters that end no line.
fn foreign_text_is_short(effects: &[Value]) {
    for problem in problems(effects) {
        let detail = problem
            .get("detail")
            .and_then(Value::as_str)
            .unwrap_or_default();
        assert!(detail.chars().count() <= LONGEST_DETAIL, "{detail}");
        assert!(
            !detail.contains(|letter: char| letter.is_control()),
            "{detail:?}"
        );
    }
}

/// Settings stay; tokens stay unless there are better ones.
fn the_document_is_kept(message: &Value, answer: &Value, effects: &[Value]) {
    let (before, after) = (&message["connection"], &answer["connection"]);
    if after.is_null() {
        return;
    }
    let size = after.to_string().len();
    assert!(size < LONGEST_DOCUMENT, "a document of {size} bytes");
    let revision = before["revision"].as_u64().unwrap_or_default();
    assert_eq!(after["revision"], revision + 1, "a revision each time");
    // Where all settings come from constants, nothing is stored at first.
    if before.is_object() {
        assert_eq!(after["settings"], before["settings"], "settings");
    }
    let renewed = effects.iter().any(|effect| {
        // After new tokens comes a question, or the news.
        effect["id"] == "identity" || effect["code"] == "refreshed" || effect["code"] == "connected"
    });
    let grants = [&before["grant"], &after["grant"]];
    let [had, has] = grants.map(Value::is_object);
    assert!(has || !had, "the grant is gone");
    if !had && after["grant"]["access_token"].is_null() {
        // No grant, or one that the settings are themselves.
        return;
    }
    for token in [
        "access_token",
        "refresh_token",
        "id",
        "generation",
        "issued_at",
    ] {
        let [was, is] = grants.map(|grant| &grant[token]);
        // The settings' own gets its name when it is first used.
        if was == is || token == "id" && was == "" {
            continue;
        }
        assert!(renewed, "another {token} without new tokens");
        let body = message["event"]["body"].as_str().unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        match token {
            "access_token" => assert_eq!(*is, body[token], "nobody has issued this token"),
            "refresh_token" if had && !was.is_null() => {
                assert_eq!(*is, body[token], "a refresh token is lost")
            }
            _ => {}
        }
    }
}

/// A return changes something only with the state that is waited for, and leads nowhere else.
fn only_who_is_waited_for(message: &Value, answer: &Value, effects: &[Value]) {
    let pending = message["connection"]["pending"]
        .as_array()
        .expect("somebody is waited for");
    let query = message["event"]["query"].as_str().unwrap_or_default();
    let parameters: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let values = |wanted: &str| -> Vec<&str> {
        let named = parameters.iter().filter(|(name, _)| name == wanted);
        named.map(|(_, value)| value.as_ref()).collect()
    };
    let states = values("state");
    let awaited = pending
        .iter()
        .find(|pending| states.as_slice() == [&pending["state"]]);
    for effect in effects {
        match effect["type"].as_str() {
            Some("redirect") => assert_eq!(
                effect["url"],
                awaited.expect("an open redirect")["return_to"]
            ),
            Some("http") => {
                let [code] = values("code")[..] else {
                    panic!("an exchange without a code");
                };
                let body = effect["body"].as_str().unwrap_or_default();
                let sent =
                    url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "code");
                assert_eq!(sent.expect("a code").1, code);
            }
            _ => {}
        }
    }
    assert!(
        awaited.is_some() || answer["connection"].is_null(),
        "a forged return changes something"
    );
}
