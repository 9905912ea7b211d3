//! What real servers answered, judged by the core: by status and type, never by message.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::shell::{Shell, tokens};

/// How a recorded request would have come from the plugin.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    Exchange,
    Refresh,
    /// For a token of the client's own.
    ClientCredentials,
    Call,
    /// With user name and password.
    BasicCall,
}

impl Role {
    fn is_call(self) -> bool {
        matches!(self, Self::Call | Self::BasicCall)
    }
}

fn cases(version: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(format!("tests/recorded/recorded-{version}.json"));
    let text = fs::read_to_string(path).expect("the recording");
    let recording: Value = serde_json::from_str(&text).expect("JSON");
    recording["cases"].as_array().expect("cases").clone()
}

/// Which of the plugin's requests a recorded one stands for. The browser's own pages, and methods
/// that the plugin never sends, cannot reach it.
fn role(case: &Value) -> Option<Role> {
    let target = case["request"]["target"].as_str()?;
    let path = target.split('?').next()?;
    if matches!(case["request"]["method"].as_str()?, "OPTIONS") {
        return None;
    }
    if path.contains("/api") {
        let headers = case["request"]["headers"].to_string();
        return Some(if headers.contains("Basic ") {
            Role::BasicCall
        } else {
            Role::Call
        });
    }
    if path.contains("/oauth/v2/token") {
        let sent = format!("{target} {}", case["request"]["body"]);
        let code =
            sent.contains("grant_type=authorization_code") || sent.contains("\"authorization_code");
        return Some(if code {
            Role::Exchange
        } else if sent.contains("client_credentials") {
            Role::ClientCredentials
        } else {
            Role::Refresh
        });
    }
    // A wrong base URL: the token request lands on some other address of Mautic's.
    (path == "/definitely-not-there" || path == "/oauth/v2/nope").then_some(Role::Refresh)
}

/// The answer as the shell reports it.
fn answered(case: &Value, role: Role, message: Option<&str>) -> Value {
    let response = &case["response"];
    let mut headers = json!({});
    for header in response["headers"].as_array().into_iter().flatten() {
        let name = header[0].as_str().unwrap_or_default().to_ascii_lowercase();
        headers[name] = header[1].clone();
    }
    let status = response["status"].as_u64().unwrap_or_default();
    let mut body = response["body"].as_str().unwrap_or_default().to_owned();
    if let Some(message) = message
        && let Ok(mut parsed) = serde_json::from_str::<Value>(&body)
    {
        if let Some(error) = parsed.pointer_mut("/errors/0/message") {
            *error = json!(message);
        }
        body = parsed.to_string();
    }
    if role.is_call() && (200..300).contains(&status) {
        body.clear();
    }
    json!({"status": status, "headers": headers, "body": body})
}

/// What the core must make of it, from status, type and content type alone.
fn expected(case: &Value, role: Role) -> &'static str {
    let response = &case["response"];
    let body: Value =
        serde_json::from_str(response["body"].as_str().unwrap_or_default()).unwrap_or(Value::Null);
    let kind = body["errors"][0]["type"].as_str().unwrap_or_default();
    let json = !body.is_null();
    let status = response["status"].as_u64().unwrap_or_default();
    if role.is_call() {
        return match (status, kind) {
            (200..=299, _) => "",
            (400 | 404 | 422, _) if json => "",
            (301 | 302, _) => "api.redirected",
            (401, _) if role == Role::BasicCall => "api.basic_refused",
            (401, "invalid_grant") => "api.invalid_grant",
            (401, "access_denied") => "api.header_stripped",
            (401, _) => "api.unauthorized",
            (403, "api_disabled") => "api.api_disabled",
            (403, "access_denied") => "api.basic_disabled",
            (403, _) => "",
            (429, _) => "api.rate_limited",
            (500, _) => "api.server_error",
            other => panic!("{}: no rule for {other:?}", case["id"]),
        };
    }
    match (status, kind) {
        (200, _) => "",
        (301 | 302, _) => "token.redirected",
        (400, "invalid_grant") if role == Role::Exchange => "token.code_invalid",
        (400, "invalid_grant") => "token.invalid_grant",
        (400, "invalid_client") => "token.invalid_client",
        (400, "invalid_request") => "token.invalid_request",
        (400, "invalid_scope") => "token.invalid_scope",
        (400, "redirect_uri_mismatch") => "token.redirect_uri_mismatch",
        (400, "unauthorized_client") => "token.unauthorized_client",
        (403, "api_disabled") => "token.api_disabled",
        (403, "access_denied") => "token.basic_disabled",
        (404, _) if json => "token.not_found",
        (404, _) => "token.not_mautic",
        (500, _) => "token.server_error",
        other => panic!("{}: no rule for {other:?}", case["id"]),
    }
}

fn judged(case: &Value, role: Role, message: Option<&str>) -> Value {
    let answered = answered(case, role, message);
    match role {
        Role::Exchange => {
            let mut shell = Shell::configured("");
            let state = shell.authorize(7);
            shell.answers = [answered, crate::shell::user()].into();
            shell.come_back(7, &format!("state={state}&code=c"))
        }
        Role::Refresh => {
            let mut shell = Shell::connected("");
            let before = shell.stored["grant"]["refresh_token"].clone();
            shell.answers = [answered].into();
            let reply = shell.run(json!({"type": "refresh"}));
            if reply["ok"] != true {
                assert_eq!(
                    shell.stored["grant"]["refresh_token"], before,
                    "{}",
                    case["id"]
                );
            }
            reply
        }
        Role::ClientCredentials => {
            let mut shell = crate::client_credentials::configured("");
            shell.answers = [answered, crate::shell::user()].into();
            shell.run(json!({"type": "refresh"}))
        }
        Role::BasicCall => {
            let mut shell = crate::basic::configured("");
            shell.answers = [answered].into();
            shell.call("GET", "users/self")
        }
        Role::Call => {
            let mut shell = Shell::connected("");
            shell.answers = [answered.clone(), tokens("a", "r", 3600), answered].into();
            shell.call("GET", "users/self")
        }
    }
}

fn judge_all(version: &str) -> usize {
    let mut count = 0;
    let mut clients = 0;
    let mut passwords = 0;
    for case in cases(version) {
        let Some(role) = role(&case) else { continue };
        let expected = expected(&case, role);
        for message in [None, Some("Ganz andere Worte / invalid_grant")] {
            let reply = judged(&case, role, message);
            let code = reply["error"]["code"].as_str().unwrap_or_default();
            assert_eq!(
                code, expected,
                "{version} {} as {role:?}: {reply}",
                case["id"]
            );
        }
        count += 1;
        clients += usize::from(role == Role::ClientCredentials);
        passwords += usize::from(role == Role::BasicCall);
    }
    assert!(clients >= 4 && passwords >= 8, "{clients} {passwords}");
    count
}

#[test]
fn every_answer_of_mautic_5_is_judged() {
    assert_eq!(judge_all("5.1.1"), 164);
}

#[test]
fn every_answer_of_mautic_6_is_judged() {
    assert_eq!(judge_all("6.0.3"), 207);
}

#[test]
fn every_answer_of_mautic_7_is_judged() {
    assert_eq!(judge_all("7.0.0"), 207);
}

/// Whoever the recorded tokens spoke for, the card shows.
#[test]
fn every_account_is_read() {
    let mut count = 0;
    for version in ["5.1.1", "6.0.3", "7.0.0"] {
        for case in cases(version) {
            let target = case["request"]["target"].as_str().unwrap_or_default();
            let status = case["response"]["status"].as_u64();
            if !target.starts_with("/api/users/self") || status != Some(200) {
                continue;
            }
            let Ok(user) = serde_json::from_str::<Value>(
                case["response"]["body"].as_str().unwrap_or_default(),
            ) else {
                continue; // HEAD
            };
            let mut shell = Shell::connected("");
            shell.answers = [answered(&case, Role::Refresh, None)].into();
            let reply = shell.run(json!({"type": "test"}));
            assert_eq!(reply["ok"], true, "{version} {}: {reply}", case["id"]);
            assert_eq!(
                reply["status"]["account_email"], user["email"],
                "{}",
                case["id"]
            );
            assert_eq!(
                reply["status"]["account_role"], user["role"]["name"],
                "{}",
                case["id"]
            );
            assert_eq!(reply["status"]["mautic_version"], version, "{}", case["id"]);
            assert!(
                reply["status"]["account_name"].is_string(),
                "{}",
                case["id"]
            );
            count += 1;
        }
    }
    assert!(count > 40, "only {count}");
}
