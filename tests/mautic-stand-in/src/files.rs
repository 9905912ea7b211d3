//! `/api/files`: uploads into Mautic's folders of images and assets, and the images' public addresses.
//!
//! Not recorded: after Mautic's own sources and documentation.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::Method;
use serde_json::{Value, json};

use crate::errors;
use crate::exchange::{self, Incoming, Reply};
use crate::mautic::Mautic;
use crate::random;

/// Mautic's `allowed_extensions`.
const EXTENSIONS: [&str; 23] = [
    "csv", "doc", "docx", "epub", "gif", "jpg", "jpeg", "mpg", "mpeg", "mp3", "odt", "odp", "ods",
    "pdf", "png", "ppt", "pptx", "tif", "tiff", "txt", "xls", "xlsx", "wav",
];

/// The files by folder and name. They do not survive a restart.
pub(crate) type Files = BTreeMap<(String, String), Bytes>;

impl Mautic {
    /// What a path below `/api/files/` leads to.
    pub(crate) fn files_api(&mut self, request: &Incoming, path: &str) -> Option<Reply> {
        let (folder, rest) = path.split_once('/').unwrap_or((path, ""));
        match rest {
            "" if request.is_get() => {}
            "new" if request.method == Method::POST => {}
            _ => return None,
        }
        Some(if !matches!(folder, "images" | "assets") {
            not_acceptable(&format!(
                "{folder} not found. Only assets or images options are possible."
            ))
        } else if request.is_get() {
            self.list_files(folder)
        } else {
            self.upload(request, folder)
        })
    }

    fn list_files(&self, folder: &str) -> Reply {
        let names: Vec<&String> = self
            .files
            .keys()
            .filter(|(of, _)| of == folder)
            .map(|(_, name)| name)
            .collect();
        exchange::json(200, &json!({"files": names}))
    }

    /// Takes all files of the request, and names the last one. Each gets a name of Mautic's own.
    fn upload(&mut self, request: &Incoming, folder: &str) -> Reply {
        let mut answer = json!({"file": {}});
        for file in &request.files {
            let extension = file.name.rsplit_once('.').map_or("", |(_, end)| end);
            if !EXTENSIONS.contains(&extension) {
                let message = "The uploaded file can have only these extensions:";
                return not_acceptable(&format!("{message} {}.", EXTENSIONS.join(",")));
            }
            let name = format!("{}.{extension}", random::session_id());
            if folder == "images" {
                let link = self.site.url(&format!("/media/images/{name}"));
                answer["file"]["link"] = link.into();
            }
            answer["file"]["name"] = Value::String(name.clone());
            self.files
                .insert((folder.to_owned(), name), file.contents.clone());
        }
        exchange::json(200, &answer)
    }

    /// A public image.
    pub(crate) fn image(&self, request: &Incoming, name: &str) -> Reply {
        match self.files.get(&("images".to_owned(), name.to_owned())) {
            Some(contents) => exchange::reply(200, "application/octet-stream", contents.clone()),
            None => errors::not_found(request),
        }
    }
}

fn not_acceptable(message: &str) -> Reply {
    errors::controller_error(406, message, &json!([]))
}
