//! Faults: answers that a test orders, for the next requests to a path.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::exchange::Reply;

/// What goes wrong, when, and how often.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Fault {
    /// A part of the path and query that it concerns.
    path: String,
    #[serde(default)]
    method: Option<String>,
    /// How many requests it still concerns.
    #[serde(default = "once")]
    times: u32,
    #[serde(flatten)]
    pub(crate) kind: Kind,
}

fn once() -> u32 {
    1
}

/// What goes wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Mautic is not asked; this is the answer.
    Respond {
        #[serde(default = "ok")]
        status: u16,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        body: String,
        /// Repeats the body until it is this long.
        #[serde(default)]
        bytes: usize,
    },
    /// Mautic is asked, and members of its JSON answer are replaced.
    Patch { members: Map<String, Value> },
    /// Mautic is asked later.
    Delay { milliseconds: u64 },
    /// The connection ends without an answer; Mautic is not asked.
    Drop,
    /// Mautic is asked, but the connection ends before its answer arrives.
    LoseAnswer,
    /// The web server does not pass the `Authorization` header on.
    StripAuthorization,
}

fn ok() -> u16 {
    200
}

/// The ordered faults, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn order(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.0
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault for a request, which is counted off.
    pub(crate) fn take(&mut self, method: &str, uri: &str) -> Option<Kind> {
        let concerns = |fault: &Fault| {
            uri.contains(&fault.path)
                && fault
                    .method
                    .as_ref()
                    .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
        };
        let position = self.0.iter().position(concerns)?;
        let fault = &mut self.0[position];
        let kind = fault.kind.clone();
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            self.0.remove(position);
        }
        Some(kind)
    }
}

impl Kind {
    /// Waits, for a delay.
    pub(crate) async fn wait(&self) {
        if let Self::Delay { milliseconds } = self {
            tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
        }
    }

    /// The answer of a fault for which Mautic is not asked.
    pub(crate) fn instead(&self) -> Option<Response<Body>> {
        match self {
            Self::Respond {
                status,
                headers,
                body,
                bytes,
            } => Some(ordered(*status, headers, body, *bytes)),
            Self::Drop => Some(broken()),
            _ => None,
        }
    }

    /// What becomes of Mautic's answer.
    pub(crate) fn spoil(&self, reply: Reply) -> Response<Body> {
        match self {
            Self::Patch { members } => patched(reply, members).map(Body::from),
            Self::LoseAnswer => broken(),
            _ => reply.map(Body::from),
        }
    }
}

fn ordered(
    status: u16,
    headers: &BTreeMap<String, String>,
    body: &str,
    bytes: usize,
) -> Response<Body> {
    let body = if bytes > body.len() {
        filled(body, bytes)
    } else {
        Bytes::from(body.to_owned())
    };
    let mut reply = Response::new(Body::from(body));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            reply.headers_mut().insert(name, value);
        }
    }
    reply
}

fn filled(unit: &str, bytes: usize) -> Bytes {
    let unit = if unit.is_empty() { "x" } else { unit };
    unit.as_bytes()
        .iter()
        .copied()
        .cycle()
        .take(bytes)
        .collect()
}

/// Promises a body and fails to send it, which makes the server close the connection.
fn broken() -> Response<Body> {
    let failure = std::io::Error::other("a fault was ordered");
    let mut reply = Response::new(Body::new(FailingBody(Some(failure))));
    reply
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from_static("1"));
    reply
}

struct FailingBody(Option<std::io::Error>);

impl axum::body::HttpBody for FailingBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        std::task::Poll::Ready(self.0.take().map(Err))
    }
}

fn patched(reply: Reply, members: &Map<String, Value>) -> Reply {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(reply.body()) else {
        return reply;
    };
    body.extend(members.clone());
    let (parts, _) = reply.into_parts();
    Response::from_parts(parts, Bytes::from(Value::Object(body).to_string()))
}
