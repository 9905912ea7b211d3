//! Bugs that others have had, where no test of another file is about them already: `tests/README.md`
//! names the test of each.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::shell::{
    BASE, CLIENT_ID, Shell, answer, error, form, no_answer, page, tokens, user, vectors_folder,
};

/// Each story's steps, as (name, message, answer).
fn stories() -> Vec<Vec<(String, Value, Value)>> {
    let parse = |text: &Value| -> Option<Value> { serde_json::from_str(text.as_str()?).ok() };
    let mut stories = Vec::new();
    for entry in fs::read_dir(vectors_folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a readable file");
        let vectors: Vec<Value> = serde_json::from_str(&text).expect("a list");
        let steps = vectors.iter().filter_map(|vector| {
            let name = format!("{}: {}", path.display(), vector["name"]);
            // Some messages are no JSON on purpose.
            Some((name, parse(&vector["message"])?, parse(&vector["answer"])?))
        });
        stories.push(steps.collect());
    }
    assert!(stories.len() > 30, "only {} stories", stories.len());
    stories
}

fn effects<'a>(answer: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    let effects = answer["effects"].as_array().into_iter().flatten();
    effects.filter(move |effect| effect["type"] == kind)
}

/// Every secret that a step brings in or stores.
fn secrets(message: &Value, answer: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut add = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        // What is a word, or shorter, stands elsewhere too.
        if text.len() >= 6 && !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            found.insert(text.to_owned());
        }
    };
    let event = &message["event"];
    let body = event["body"].as_str().unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    for place in [
        &message["connection"]["settings"],
        &answer["connection"]["settings"],
        &message["connection"]["grant"],
        &answer["connection"]["grant"],
        &message["overrides"],
        &event["values"],
        &body,
    ] {
        for name in ["client_secret", "password", "access_token", "refresh_token"] {
            add(&place[name]);
        }
    }
    let query = event["query"].as_str().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name == "code" {
            add(&json!(value));
        }
    }
    found
}

/// A setting as it counts for a message.
fn setting<'a>(message: &'a Value, name: &str) -> &'a Value {
    match &message["overrides"][name] {
        Value::Null => &message["connection"]["settings"][name],
        set => set,
    }
}

#[test]
fn no_token_secret_or_code_stands_in_a_url_a_log_or_an_answer_of_any_story() {
    let mut looked_for = BTreeSet::new();
    for steps in stories() {
        let mut known = BTreeSet::new();
        for (name, message, answer) in steps {
            known.append(&mut secrets(&message, &answer));
            for effect in answer["effects"].as_array().into_iter().flatten() {
                // A request carries secrets in its headers and its body, and nowhere else.
                let shown = match effect["type"].as_str() {
                    // But for the token where the owner has put it, and never for /oauth.
                    Some("http") => {
                        let url = effect["url"].as_str().unwrap_or_default();
                        let (address, token) = url.split_once("access_token=").unwrap_or((url, ""));
                        let switched_on = setting(&message, "token_in_query") == true;
                        assert!(token.is_empty() || (switched_on && !url.contains("/oauth")));
                        address.to_owned()
                    }
                    _ => effect.to_string(),
                };
                for secret in &known {
                    assert!(!shown.contains(secret.as_str()), "{name}: {shown}");
                }
            }
        }
        looked_for.append(&mut known);
    }
    assert!(looked_for.len() > 10, "only {looked_for:?}");
}

#[test]
fn no_request_of_any_story_falls_back_on_empty_or_other_credentials() {
    let mut to_the_api = 0;
    let mut for_tokens = 0;
    for (name, message, answer) in stories().into_iter().flatten() {
        let grant = match &answer["connection"]["grant"] {
            Value::Null => &message["connection"]["grant"],
            stored => stored,
        };
        for request in effects(&answer, "http") {
            let headers = request["headers"].as_array().into_iter().flatten();
            let sent: Vec<_> = headers
                .filter(|header| header[0] == "Authorization")
                .map(|header| header[1].as_str().unwrap_or_default())
                .collect();
            // Asks whether a Mautic is there, and has nothing to say of anybody.
            if request["id"] == "reach" || request["id"] == "candidate" {
                assert!(sent.is_empty() && request["body"].is_null(), "{name}");
            } else if request["url"]
                .as_str()
                .is_some_and(|url| url.ends_with("/oauth/v2/token"))
            {
                for_tokens += 1;
                assert!(sent.is_empty(), "{name}: {request}");
                let form = form(request);
                let names: Vec<_> = form.iter().map(|(name, _)| name.as_str()).collect();
                assert_eq!(names[..3], ["client_id", "client_secret", "grant_type"]);
                assert!(form.iter().all(|(_, value)| !value.is_empty()), "{name}");
            } else {
                to_the_api += 1;
                let token = grant["access_token"].as_str().unwrap_or_default();
                if request["id"] == "probe" {
                    assert_eq!(sent, ["Bearer probe"], "{name}");
                } else if setting(&message, "auth_method") == "basic" {
                    assert_eq!(token, "", "{name}");
                    assert!(sent.len() == 1 && sent[0].starts_with("Basic "), "{name}");
                } else if setting(&message, "token_in_query") == true {
                    assert!(sent.is_empty(), "{name}: {request}");
                    assert!(!token.is_empty(), "{name}: {request}");
                    let url = request["url"].as_str().unwrap_or_default();
                    assert!(url.ends_with(&format!("access_token={token}")), "{name}");
                } else {
                    assert!(!token.is_empty(), "{name}: {request}");
                    assert_eq!(sent, [format!("Bearer {token}")], "{name}");
                }
            }
        }
    }
    assert!(to_the_api > 20 && for_tokens > 20);
}

#[test]
fn codes_and_secrets_are_opaque_bytes() {
    let id = "1_AbC~!\"%&<>";
    let secret = "S3cRet+/=%26&~<b>'\\";
    let mut shell = Shell::new("peers_opaque");
    let saved = shell.run(json!({"type": "settings_saved", "values": {
        "base_url": BASE, "client_id": id, "client_secret": secret,
    }}));
    assert_eq!(saved["ok"], true, "{saved}");
    let state = shell.authorize(7);
    shell.answers = [tokens("Acc+/=%26", "Ref+/=%26", 3600), user()].into();
    shell.come_back(7, &format!("state={state}&code=ZmFr%2B%2F%3D%3Cb%3E%26aA"));
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    shell.run(json!({"type": "refresh"}));

    let value = |request: usize, name: &str| {
        let form = form(&shell.requests[request]);
        let pair = form.into_iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value).unwrap_or_default()
    };
    for request in [0, 2] {
        assert_eq!(value(request, "client_id"), id);
        assert_eq!(value(request, "client_secret"), secret);
    }
    assert_eq!(value(0, "code"), "ZmFr+/=<b>&aA");
    assert_eq!(shell.requests[1]["headers"][1][1], "Bearer Acc+/=%26");
    assert_eq!(value(2, "refresh_token"), "Ref+/=%26");
}

/// What a refresh may get instead of tokens, and the kind of error that it is.
fn failures() -> Vec<(Value, &'static str)> {
    vec![
        (no_answer("cURL error 28: timed out"), "transient"),
        (no_answer("cURL error 6: no host"), "transient"),
        (no_answer("cURL error 7: refused"), "transient"),
        (no_answer("cURL error 35: TLS"), "transient"),
        (page(502, "Bad gateway"), "transient"),
        (page(503, "Maintenance"), "transient"),
        (page(200, "Log in"), "transient"),
        (error(429, ""), "transient"),
        (answer(200, &json!({})), "transient"),
        (answer(200, &json!({"access_token": null})), "transient"),
        (
            answer(200, &json!({"access_token": "", "refresh_token": null})),
            "transient",
        ),
        (error(400, "invalid_client"), "user"),
        (error(403, "api_disabled"), "user"),
        (error(400, "invalid_grant"), "user"),
    ]
}

#[test]
fn a_failed_refresh_never_shortens_what_is_stored() {
    for (failure, _) in failures() {
        for event in [
            json!({"type": "refresh"}),
            json!({"type": "tick"}),
            json!({"type": "test"}),
            json!({"type": "api_call", "method": "GET", "path": "contacts"}),
        ] {
            let mut shell = Shell::connected("");
            let before = shell.stored.clone();
            shell.now += 4000;
            shell.answers = [failure.clone()].into();
            let reply = shell.run(event);
            assert_eq!(reply["ok"], false, "{failure}: {reply}");
            for kept in ["settings", "account"] {
                assert_eq!(shell.stored[kept], before[kept], "{failure}");
            }
            for kept in ["access_token", "refresh_token", "expires_at", "generation"] {
                assert_eq!(shell.stored["grant"][kept], before["grant"][kept]);
            }
        }
    }
}

#[test]
fn a_network_error_is_not_taken_for_a_refusal() {
    for (failure, kind) in failures() {
        let mut shell = Shell::connected("");
        shell.now += 4000;
        shell.answers = [failure.clone()].into();
        let reply = shell.run(json!({"type": "refresh"}));
        assert_eq!(reply["error"]["kind"], kind, "{failure}");
        let lost = reply["status"]["status"] == "needs_authorization";
        let refused = reply["error"]["code"] == "token.invalid_grant";
        assert_eq!(lost, refused, "{failure}: {reply}");
    }
}

#[test]
fn the_call_that_renews_answers_like_the_next_one() {
    let mut shell = Shell::connected("peers_same_answer");
    let mut contacts = answer(200, &json!({}));
    contacts["body"] = json!("");
    shell.now += 4000;
    shell.answers = [tokens("access-2", "refresh-2", 3600), contacts.clone()].into();
    let first = shell.call("GET", "contacts");
    shell.answers = [contacts].into();
    let second = shell.call("GET", "contacts");
    assert_eq!(first["deliver"], true, "{first}");
    assert_eq!(first, second);
    assert_eq!(shell.requests.len(), 3);
    assert_eq!(form(&shell.requests[0])[0].1, CLIENT_ID);
}

/// The table of `tests/README.md` names tests as `file: name`, below `tests/`.
#[test]
fn every_test_that_the_readme_names_exists() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    let readme = fs::read_to_string(folder.join("README.md")).expect("tests/README.md");
    let mut named = 0;
    for code in readme.split('`').skip(1).step_by(2) {
        let Some((file, name)) = code.split_once(": ") else {
            continue;
        };
        let text = fs::read_to_string(folder.join(file)).expect(file);
        let defined = [
            format!("fn {name}("),
            format!("function {name}("),
            // JavaScript may say more at the end of a name.
            format!("test('{name}"),
            format!("test(`{name}"),
            format!("story('{name}"),
        ];
        assert!(
            defined.iter().any(|start| text.contains(start)),
            "no test {name} in {file}"
        );
        named += 1;
    }
    assert!(named >= 18, "only {named} tests are named");
}
