//! Comparing an answer with the recorded one.

use std::collections::HashMap;

use axum::http::{HeaderMap, Version};
use serde_json::Value;

use crate::recording::{Answered, Case, tokens};

/// The headers that a client acts on.
const HEADERS: [&str; 7] = [
    "content-type",
    "location",
    "www-authenticate",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "mautic-version",
];

/// An answer of the stand-in.
pub(crate) struct Answer {
    pub(crate) version: Version,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Recorded codes and tokens, and those of the stand-in that stand for them.
pub(crate) type Known = HashMap<String, String>;

/// What an answer was compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Compared {
    Json,
    Page,
    Empty,
    /// The recorded body is cut, and no page.
    HeadersOnly,
}

/// Compares; new tokens are noted in `known`. The differences are put into words.
pub(crate) fn compare(case: &Case, answer: &Answer, known: &mut Known) -> (Compared, Vec<String>) {
    let recorded = &case.response;
    let mut differences = Vec::new();
    let http = if answer.version == Version::HTTP_10 {
        "1.0"
    } else {
        "1.1"
    };
    note(&mut differences, "HTTP version", http, &recorded.http);
    note(&mut differences, "status", answer.status, recorded.status);
    for name in HEADERS {
        header(name, recorded, answer, known, &mut differences);
    }
    let resets = |reset: Option<&str>| reset.map(|reset| reset.parse::<u64>().is_ok());
    let reset = text(&answer.headers, "x-ratelimit-reset");
    note(
        &mut differences,
        "X-RateLimit-Reset",
        resets(reset),
        resets(recorded.header("x-ratelimit-reset")),
    );
    let compared = body(case, answer, known, &mut differences);
    (compared, differences)
}

fn note<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
    differences: &mut Vec<String>,
    what: &str,
    ours: T,
    recorded: U,
) {
    if ours != recorded {
        differences.push(format!("{what}: {ours:?}, recorded {recorded:?}"));
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn header(
    name: &str,
    recorded: &Answered,
    answer: &Answer,
    known: &mut Known,
    differences: &mut Vec<String>,
) {
    let ours = text(&answer.headers, name);
    let theirs = recorded.header(name);
    match (name, ours, theirs) {
        ("content-type", Some(ours), Some(theirs)) if ours.eq_ignore_ascii_case(theirs) => {}
        ("location", Some(ours), Some(theirs)) => {
            note(
                differences,
                "Location",
                masked(ours, theirs, known),
                theirs.to_owned(),
            );
        }
        _ => note(differences, name, ours, theirs),
    }
}

fn body(
    case: &Case,
    answer: &Answer,
    known: &mut Known,
    differences: &mut Vec<String>,
) -> Compared {
    let recorded = &case.response;
    if recorded.body.trim_start().starts_with('<') {
        page(case, answer, differences);
        return Compared::Page;
    }
    if recorded.body_truncated {
        return Compared::HeadersOnly;
    }
    if recorded.body.is_empty() {
        note(differences, "body", answer.body.as_str(), "");
        return Compared::Empty;
    }
    let theirs: Value =
        serde_json::from_str(&recorded.body).expect("a recorded body is a page, empty or JSON");
    match serde_json::from_str(&answer.body) {
        Ok(ours) => json("", &ours, &theirs, known, differences),
        Err(_) => differences.push(format!("body: not JSON: {}", answer.body)),
    }
    Compared::Json
}

/// A page by its title, where the cut recording still has it, and the form that it must hold.
fn page(case: &Case, answer: &Answer, differences: &mut Vec<String>) {
    if let Some(theirs) = title(&case.response.body) {
        note(differences, "title", title(&answer.body), Some(theirs));
    }
    let (path, query) = case
        .request
        .target
        .split_once('?')
        .unwrap_or((&case.request.target, ""));
    let mut fields: Vec<String> = Vec::new();
    if answer.status == 200 && path == "/oauth/v2/authorize_login" {
        fields.extend([
            "name=\"_username\"".to_owned(),
            "name=\"_password\"".to_owned(),
        ]);
        fields.push("/oauth/v2/authorize_login_check\"".to_owned());
    }
    if answer.status == 200 && path == "/oauth/v2/authorize" {
        let sent: HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).collect();
        for name in [
            "client_id",
            "response_type",
            "redirect_uri",
            "state",
            "scope",
        ] {
            let value = sent.get(name).map_or("", |value| value.as_ref());
            fields.push(format!(
                "name=\"fos_oauth_server_authorize_form[{name}]\" value=\"{value}\""
            ));
        }
        fields.extend([
            "name=\"accepted\"".to_owned(),
            "name=\"rejected\"".to_owned(),
        ]);
    }
    for field in fields
        .iter()
        .filter(|field| !answer.body.contains(field.as_str()))
    {
        differences.push(format!("the page has no {field}"));
    }
}

fn title(page: &str) -> Option<&str> {
    Some(
        page.split_once("<title>")?
            .1
            .split_once("</title>")?
            .0
            .trim(),
    )
}

fn json(
    path: &str,
    ours: &Value,
    theirs: &Value,
    known: &mut Known,
    differences: &mut Vec<String>,
) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for name in theirs.keys().filter(|name| !ours.contains_key(*name)) {
                differences.push(format!("{path}/{name} is missing"));
            }
            for (name, ours) in ours {
                match theirs.get(name) {
                    Some(theirs) => {
                        json(&format!("{path}/{name}"), ours, theirs, known, differences)
                    }
                    None => differences.push(format!("{path}/{name} is too much")),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                json(&format!("{path}/{index}"), ours, theirs, known, differences);
            }
        }
        (Value::String(ours), Value::String(theirs)) if is_date(ours) && is_date(theirs) => {}
        (Value::String(ours), Value::String(theirs)) => {
            note(differences, path, &masked(ours, theirs, known), theirs);
        }
        _ => note(differences, path, ours, theirs),
    }
}

fn is_date(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|character| {
            if character.is_ascii_digit() {
                '0'
            } else {
                character
            }
        })
        .collect();
    shape == "0000-00-00T00:00:00+00:00"
}

/// Our text with the recorded tokens in the place of ours. A recorded token that was not seen
/// before is paired with ours at the same place.
fn masked(ours: &str, theirs: &str, known: &mut Known) -> String {
    let mut masked = ours.to_owned();
    let pairs: Vec<(String, String)> = tokens(ours)
        .into_iter()
        .zip(tokens(theirs))
        .map(|(ours, theirs)| (ours.into(), theirs.into()))
        .collect();
    for (ours, theirs) in pairs {
        let standing_for = known.entry(theirs.clone()).or_insert_with(|| ours.clone());
        if *standing_for == ours {
            masked = masked.replace(&ours, &theirs);
        }
    }
    masked
}
