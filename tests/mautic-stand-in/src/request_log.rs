//! What was asked, for tests to look at. Bodies are kept: this is no server for real secrets.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

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

/// The latest requests, oldest first, and a file that has them all.
#[derive(Debug)]
pub(crate) struct RequestLog {
    latest: Vec<Entry>,
    file: Option<File>,
}

impl RequestLog {
    pub(crate) fn new(file: Option<&Path>) -> Result<Self, String> {
        let open = |path: &Path| {
            let file = OpenOptions::new().create(true).append(true).open(path);
            file.map_err(|error| format!("the log {}: {error}", path.display()))
        };
        Ok(Self {
            latest: Vec::new(),
            file: file.map(open).transpose()?,
        })
    }

    /// Keeps a request. It stands in the file before its answer leaves, so that who kills the server loses none.
    pub(crate) fn add(&mut self, request: Entry, status: u16) {
        let entry = Entry { status, ..request };
        if let Some(file) = &mut self.file {
            let line = serde_json::to_string(&entry).unwrap_or_default() + "\n";
            if let Err(error) = file.write_all(line.as_bytes()) {
                eprintln!("mautic-stand-in: the log: {error}");
            }
        }
        if self.latest.len() == LENGTH {
            self.latest.remove(0);
        }
        self.latest.push(entry);
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.latest
    }

    /// Forgets them; the file stays.
    pub(crate) fn clear(&mut self) {
        self.latest.clear();
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
