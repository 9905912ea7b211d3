//! What was asked, for tests to look at. Bodies are kept: this is no server for real secrets.

use serde::Serialize;

use crate::exchange::Incoming;

/// How many requests are kept.
const LENGTH: usize = 1000;

/// One request and the status of its answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    method: String,
    path: String,
    uri: String,
    headers: Vec<(String, String)>,
    query_names: Vec<String>,
    body_names: Vec<String>,
    body: String,
    status: u16,
}

impl Entry {
    /// A request that has no answer yet.
    pub(crate) fn new(request: &Incoming) -> Self {
        let names = |params: &crate::exchange::Params| params.keys().cloned().collect();
        let headers = request.headers.iter();
        Self {
            method: request.method.to_string(),
            path: request.path().to_owned(),
            uri: request.request_uri().to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_string(), lossy(value.as_bytes())))
                .collect(),
            query_names: names(&request.query),
            body_names: names(&request.form),
            body: lossy(&request.body),
            status: 0,
        }
    }
}

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Vec<Entry>);

impl RequestLog {
    pub(crate) fn add(&mut self, request: Entry, status: u16) {
        if self.0.len() == LENGTH {
            self.0.remove(0);
        }
        self.0.push(Entry { status, ..request });
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
