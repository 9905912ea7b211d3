//! The recorded cases.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A file of cases.
#[derive(Deserialize)]
pub(crate) struct Recording {
    pub(crate) cases: Vec<Case>,
}

/// A request and what Mautic answered.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) request: Sent,
    pub(crate) response: Answered,
}

#[derive(Deserialize)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<String>,
    /// The fields of a multipart form, `name=value`.
    #[serde(default)]
    pub(crate) multipart: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(crate) struct Answered {
    pub(crate) http: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    #[serde(default)]
    pub(crate) body_truncated: bool,
}

/// The folder of the recordings.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../recorded")
}

impl Recording {
    pub(crate) fn of(version: &str) -> Self {
        let file = folder().join(format!("recorded-{version}.json"));
        let text =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// A parameter in the body of the first case whose id starts so.
    pub(crate) fn sent(&self, id: &str, parameter: &str) -> String {
        let case = self
            .cases
            .iter()
            .find(|case| case.id.starts_with(id))
            .expect("a case of that id");
        let text = case
            .request
            .body
            .as_deref()
            .or_else(|| case.request.target.split('?').nth(1));
        let parameters = url::form_urlencoded::parse(text.expect("parameters").as_bytes());
        let found = parameters.into_iter().find(|(name, _)| name == parameter);
        found
            .unwrap_or_else(|| panic!("{id} has a {parameter}"))
            .1
            .into_owned()
    }
}

impl Answered {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// The codes and tokens in a text: runs of 86 characters of base64url.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || "_-".contains(character)))
        .filter(|run| run.len() == 86)
        .collect()
}
