//! Documents that earlier versions have written, in `tests/documents/`: each is read as the version that wrote it
//! did, loses nothing when it is written again, and the connection goes on with its tokens.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::shell::{Shell, answer, form, tokens, user};

/// What a version stored, and what it said of it.
struct Stored {
    /// The version, and where the document comes from.
    name: String,
    now: u64,
    status: String,
    document: Value,
}

impl Stored {
    /// A site that finds it.
    fn shell(&self) -> Shell {
        let mut shell = Shell::new("");
        shell.stored = self.document.clone();
        shell.now = self.now;
        shell
    }

    /// What is renewed by a request of its own, with the token or the secret that stands in the document.
    fn grant(&self) -> Option<&Value> {
        let works = ["connected", "attention"].contains(&self.status.as_str());
        Some(&self.document["grant"]).filter(|grant| works && !grant.is_null())
    }

    fn method(&self) -> &str {
        let method = self.document["settings"]["auth_method"].as_str();
        method
            .filter(|name| !name.is_empty())
            .unwrap_or("authorization_code")
    }
}

/// Of every version, in the order of their names.
fn stored() -> Vec<Stored> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    assert!(files.len() >= 4, "{} versions", files.len());
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        let states: Vec<Value> = serde_json::from_str(&text).expect("a list");
        for state in &states {
            let text = |name: &str| state[name].as_str().expect("a text").to_owned();
            all.push(Stored {
                name: format!("{} {}", file.display(), text("name")),
                now: state["now"].as_u64().expect("a time"),
                status: text("status"),
                document: serde_json::from_str(&text("document")).expect("a document"),
            });
        }
    }
    all
}

#[test]
fn a_document_of_every_version_is_read_as_that_version_did() {
    let mut statuses = BTreeSet::new();
    for earlier in stored() {
        let mut shell = earlier.shell();
        let reply = shell.view();
        assert_eq!(reply["ok"], true, "{}: {reply}", earlier.name);
        assert_eq!(
            reply["status"]["status"], earlier.status,
            "{}: {reply}",
            earlier.name
        );
        assert_eq!(
            reply["settings"]["auth_method"],
            earlier.method(),
            "{}",
            earlier.name
        );
        assert_eq!(shell.stored, earlier.document, "a look writes nothing");
        statuses.insert(earlier.status);
    }
    let all = [
        "attention",
        "connected",
        "needs_authorization",
        "not_configured",
        "pending",
        "ready",
    ];
    assert!(
        all.iter().all(|status| statuses.contains(*status)),
        "{statuses:?}"
    );
}

#[test]
fn what_every_version_stored_is_kept_when_it_is_written_again() {
    for earlier in stored() {
        let mut shell = earlier.shell();
        let muted = earlier.document["settings"]["mute_recovered"] == true;
        let said = if muted { "1" } else { "0" };
        let reply =
            shell.run(json!({"type": "settings_saved", "values": {"notify_recovered": said}}));
        if reply["ok"] == false {
            // Without complete settings there is nothing to save.
            assert_eq!(shell.stored, earlier.document, "{}: {reply}", earlier.name);
            continue;
        }
        assert_eq!(
            reply["status"]["status"], earlier.status,
            "{}: {reply}",
            earlier.name
        );
        assert_eq!(shell.stored["v"], 1);
        assert_eq!(shell.stored["settings"]["mute_recovered"] == true, !muted);
        let mut before = earlier.document.clone();
        before["settings"]["mute_recovered"].take();
        // What is known of its trouble may end with a form that was saved.
        for member in ["settings", "pending", "remembered", "grant", "account"] {
            lost_nothing(&earlier.name, &before[member], &shell.stored[member]);
        }
    }
}

#[test]
fn a_connection_of_every_version_goes_on_with_its_tokens() {
    let mut methods = BTreeSet::new();
    for earlier in stored() {
        let Some(grant) = earlier.grant() else {
            continue;
        };
        let mut shell = earlier.shell();
        // Whatever was held back until then.
        shell.now += 3600;
        shell.server = Some(Box::new(|request, _| {
            if request["url"]
                .as_str()
                .is_some_and(|url| url.ends_with("/token"))
            {
                tokens("new-access", "new-refresh", 3600)
            } else if request["url"]
                .as_str()
                .is_some_and(|url| url.contains("/users/self"))
            {
                user()
            } else {
                answer(200, &json!({}))
            }
        }));
        if earlier.method() != "basic" {
            let reply = shell.run(json!({"type": "refresh"}));
            assert_eq!(reply["ok"], true, "{}: {reply}", earlier.name);
        }
        let reply = shell.run(json!({"type": "test"}));
        assert_eq!(reply["ok"], true, "{}: {reply}", earlier.name);
        assert_eq!(
            reply["status"]["status"], "connected",
            "{}: {reply}",
            earlier.name
        );
        let sent: Vec<_> = shell.requests.iter().flat_map(form).collect();
        for (name, value) in &sent {
            let expected = match name.as_str() {
                "client_id" | "client_secret" => &earlier.document["settings"][name],
                "refresh_token" => &grant["refresh_token"],
                _ => continue,
            };
            assert_eq!(
                value.as_str(),
                expected.as_str().unwrap_or_default(),
                "{}: {name}",
                earlier.name
            );
        }
        if earlier.method() != "basic" {
            assert!(
                sent.iter().any(|(name, _)| name == "grant_type"),
                "{}: {sent:?}",
                earlier.name
            );
            assert_eq!(
                shell.stored["grant"]["access_token"], "new-access",
                "{}",
                earlier.name
            );
        }
        methods.insert(earlier.method().to_owned());
    }
    assert_eq!(
        Vec::from_iter(methods),
        ["authorization_code", "basic", "client_credentials"]
    );
}

#[test]
fn an_authorization_that_began_before_an_update_ends_after_it() {
    let mut ended = 0;
    for earlier in stored() {
        let pending = &earlier.document["pending"][0];
        let Some(user_id) = pending["user"]
            .as_u64()
            .filter(|_| earlier.status == "pending")
        else {
            continue;
        };
        let mut shell = earlier.shell();
        shell.answers = [tokens("new-access", "new-refresh", 3600), user()].into();
        let state = pending["state"].as_str().expect("a state");
        let reply = shell.come_back(user_id, &format!("state={state}&code=a-code"));
        assert_eq!(
            reply["status"]["status"], "connected",
            "{}: {reply}",
            earlier.name
        );
        ended += 1;
    }
    assert!(ended >= 4, "{ended}");
}

/// Fails unless all that `before` says stands in `after` too. What is empty may be left out.
fn lost_nothing(name: &str, before: &Value, after: &Value) {
    match before {
        Value::Object(members) => {
            for (member, value) in members {
                lost_nothing(&format!("{name}.{member}"), value, &after[member]);
            }
        }
        Value::Null => {}
        // The first version had one method, and did not name it.
        Value::String(text) if text.is_empty() => {}
        _ => assert_eq!(after, before, "{name}"),
    }
}
