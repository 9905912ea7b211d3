//! Switching between methods, settings from outside, the token in the address, and rate limits.

use serde_json::{Value, json};

use crate::shell::{
    BASE, CLIENT_ID, CLIENT_SECRET, Shell, answer, contacts, error, form, page, tokens, user,
};

fn save(shell: &mut Shell, values: Value) -> Value {
    shell.run(json!({"type": "settings_saved", "values": values}))
}

#[test]
fn switching_keeps_the_others_settings_and_drops_the_grant() {
    let mut shell = Shell::connected("method_switched");
    let checked = shell.run(json!({"type": "settings_checked", "values": {
        "auth_method": "basic", "username": "ada", "password": "pw",
    }}));
    assert_eq!(
        checked["notes"],
        json!([{"code": "connection.will_be_dropped"}])
    );
    let reply = save(
        &mut shell,
        json!({"auth_method": "basic", "username": "ada", "password": "pw"}),
    );
    assert_eq!(reply["status"]["status"], "ready", "{reply}");
    assert!(!shell.stored.to_string().contains("access-1"));
    shell.answers = [user()].into();
    shell.run(json!({"type": "test"}));
    assert!(!shell.requests[0].to_string().contains("Bearer"));

    let reply = save(&mut shell, json!({"auth_method": "authorization_code"}));
    assert_eq!(reply["ok"], true, "{reply}");
    assert_eq!(reply["status"]["status"], "ready");
    let view = shell.view();
    assert_eq!(view["settings"]["client_id"], CLIENT_ID);
    assert_eq!(view["settings"]["client_secret_set"], true);
    assert_eq!(view["settings"]["username"], "ada");
    assert_eq!(view["settings"]["password_set"], true);
    // Basic's credentials do not serve the authorization code.
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.needs_authorization");
    assert_eq!(shell.requests.len(), 1);
}

#[test]
fn a_method_without_its_settings_is_not_complete_whatever_the_others_have() {
    let mut shell = Shell::configured("method_incomplete");
    let reply = save(&mut shell, json!({"auth_method": "basic"}));
    let problems = reply["problems"].to_string();
    assert!(problems.contains("username.missing") && problems.contains("password.missing"));
    // By a constant nobody is asked.
    shell.overrides = json!({"auth_method": "basic"});
    assert_eq!(shell.view()["status"]["status"], "not_configured");
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.not_configured");
    assert!(shell.requests.is_empty());
}

#[test]
fn a_return_to_another_method_connects_nothing() {
    let mut shell = Shell::configured("method_return");
    let state = shell.authorize(7);
    shell.overrides = json!({"auth_method": "client_credentials"});
    let reply = shell.come_back(7, &format!("state={state}&code=c"));
    assert_ne!(reply["ok"], true);
    assert!(shell.requests.is_empty());
}

#[test]
fn an_unknown_method_is_nobodys() {
    let mut shell = Shell::connected("method_unknown");
    for name in ["oauth1", "unknown", "Basic", ""] {
        let reply = save(&mut shell, json!({"auth_method": name}));
        assert_eq!(
            reply["problems"][0]["code"], "auth_method.unknown",
            "{name}"
        );
        shell.overrides = json!({"auth_method": name});
        let view = shell.view();
        assert_eq!(view["status"]["status"], "not_configured", "{name}");
        assert_eq!(view["problems"][0]["code"], "auth_method.unknown");
        assert_eq!(view["ok"], true);
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["error"]["code"], "connection.not_configured");
        shell.overrides = json!({});
    }
    assert!(shell.requests.is_empty());
    assert_eq!(shell.view()["status"]["status"], "connected");
}

#[test]
fn constants_that_cannot_be_used_say_why() {
    let mut shell = Shell::new("method_bad_constants");
    shell.overrides = json!({"base_url": "ftp://x", "client_id": "a b", "client_secret": "",
        "username": "a:b", "password": "\u{1}", "refresh_token_lifetime_days": "a fortnight"});
    let view = shell.view();
    let problems: Vec<(&str, &str)> = view["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|problem| {
            (
                problem["field"].as_str().unwrap_or_default(),
                problem["code"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        problems,
        [
            ("base_url", "base_url.scheme"),
            ("client_id", "client_id.invalid"),
            ("client_secret", "client_secret.missing"),
            ("username", "username.invalid"),
            ("password", "password.invalid"),
            (
                "refresh_token_lifetime_days",
                "refresh_token_lifetime_days.invalid"
            ),
        ]
    );
    assert_eq!(view["settings"]["refresh_token_lifetime_days"], 14);
}

#[test]
fn constants_for_everything_are_never_stored() {
    let mut shell = Shell::new("method_all_constants");
    shell.overrides = json!({"auth_method": "basic", "base_url": "https://const.example",
        "client_id": "9_const", "client_secret": "const-secret", "username": "const-user",
        "password": "const-password", "refresh_token_lifetime_days": "30", "token_in_query": true});
    let view = shell.view();
    assert_eq!(
        view["settings"]["overridden"].as_array().map(Vec::len),
        Some(8)
    );
    shell.answers = [user()].into();
    assert_eq!(shell.run(json!({"type": "test"}))["ok"], true);
    // What is typed all the same is not kept for the day when the constants go.
    let all = [
        "auth_method",
        "base_url",
        "client_id",
        "client_secret",
        "username",
        "password",
    ];
    let mut values =
        json!({"notify_lost": "0", "refresh_token_lifetime_days": "77", "token_in_query": "1"});
    for name in all {
        values[name] = json!("typed");
    }
    let reply = save(&mut shell, values);
    assert_eq!(reply["ok"], true, "{reply}");
    let settings = shell.stored["settings"].to_string();
    assert!(
        !settings.contains("typed") && !settings.contains("77"),
        "{settings}"
    );
    assert!(shell.stored["settings"]["token_in_query"].is_null());
    let settings = shell.stored["settings"].to_string();
    assert!(
        !settings.contains("const") && !settings.contains("basic"),
        "{settings}"
    );
    assert!(!shell.stored.to_string().contains("const-password"));
}

#[test]
fn the_token_goes_into_the_address_only_if_the_owner_says_so_and_never_twice() {
    let mut shell = Shell::connected("method_token_in_query");
    shell.answers = [error(401, "access_denied")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "api.header_stripped");
    save(&mut shell, json!({"token_in_query": "1"}));
    shell.requests.clear();
    shell.answers = [contacts(), user()].into();
    let event =
        json!({"type": "api_call", "method": "GET", "path": "contacts", "query": "?limit=1"});
    let reply = shell.run(event);
    assert_eq!(reply["status"]["status"], "connected", "{reply}");
    shell.run(json!({"type": "test"}));
    let urls = [
        "/contacts?limit=1&access_token=access-1",
        "/users/self?access_token=access-1",
    ];
    for (request, url) in shell.requests.iter().zip(urls) {
        assert_eq!(request["url"], format!("{BASE}/api{url}"));
        assert!(!request["headers"].to_string().contains("Authorization"));
        assert_eq!(request["secrets"], json!(["access-1"]));
    }
    // Never for /oauth.
    shell.requests.clear();
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    shell.run(json!({"type": "refresh"}));
    assert_eq!(shell.requests[0]["url"], format!("{BASE}/oauth/v2/token"));
    assert!(
        form(&shell.requests[0])
            .iter()
            .all(|(name, _)| name != "access_token")
    );
    // A token that is refused all the same is not told as a header that was stripped.
    shell.answers = [error(401, "access_denied")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "api.unauthorized");
}

#[test]
fn a_refusal_by_the_second_api_says_nothing_of_the_connection() {
    let mut shell = Shell::connected("method_v2");
    let refused = answer(401, &json!({"message": "Invalid credentials."}));
    shell.answers = [refused.clone(), refused].into();
    let reply = shell.call("GET", "v2/companies");
    assert_eq!(reply["error"]["code"], "api.v2_refused");
    assert_eq!(reply["status"]["status"], "connected");
    assert!(reply["status"]["last_error"].is_null());
    let reply = shell.call("GET", "companies");
    assert_eq!(reply["status"]["status"], "attention");
}

#[test]
fn a_callers_own_token_is_refused() {
    let mut shell = Shell::connected("method_callers_token");
    for query in [
        "access_token=x",
        "a=1&access_token",
        "access%5Ftoken=x",
        "access.token=x",
        "+access_token%5B%5D=x",
        "access_token%00z=1",
    ] {
        let reply = shell.run(
            json!({"type": "api_call", "method": "GET", "path": "contacts",
            "query": query}),
        );
        assert_eq!(reply["error"]["code"], "api_call.query_invalid", "{query}");
        assert_eq!(reply["error"]["detail"], "access_token");
        // Mautic reads it from a form too (behaviour §5).
        let names = query.replace("=x", "").replace("=1", "");
        let form = json!({"type": "api_call", "method": "POST", "path": "contacts/new",
            "has_body": true, "content_type": "application/x-www-form-urlencoded",
            "form_names": names});
        let reply = shell.run(form);
        assert_eq!(reply["error"]["code"], "api_call.form_invalid", "{names}");
    }
    assert!(shell.requests.is_empty());
}

#[test]
fn bodies_are_bounded_and_json_is_utf8() {
    let mut shell = Shell::connected("method_bodies");
    let event = |kind: &str, bytes: u64, utf8: bool| {
        json!({"type": "api_call", "method": "POST", "path": "contacts/new", "has_body": true,
            "content_type": kind, "body_bytes": bytes, "body_utf8": utf8})
    };
    let code = |reply: Value| reply["error"]["code"].clone();
    let too_large = event("text/csv", 16_777_217, true);
    assert_eq!(code(shell.run(too_large)), "api_call.body_too_large");
    let latin = event("application/json; charset=latin1", 9, false);
    assert_eq!(code(shell.run(latin)), "api_call.body_not_utf8");
    for method in ["GET", "HEAD"] {
        let mut with_body = event("application/json", 2, true);
        with_body["method"] = json!(method);
        assert_eq!(code(shell.run(with_body)), "api_call.body_not_allowed");
    }
    shell.answers = [contacts()].into();
    let binary = event("multipart/form-data; boundary=x", 16_777_216, false);
    assert_eq!(shell.run(binary)["ok"], true);
}

#[test]
fn a_rate_limit_holds_the_calls_back_until_it_says() {
    let mut shell = Shell::connected("method_rate_limit");
    let mut limited = error(429, "");
    limited["headers"]["x-ratelimit-reset"] = json!((shell.now + 1800).to_string());
    shell.answers = [limited.clone()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["retry_at"], shell.now + 1800);
    shell.now += 900;
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "api.rate_limited");
    assert_eq!(reply["error"]["retry_at"], shell.now + 900);
    assert_eq!(shell.requests.len(), 1, "nothing was sent");
    assert!(shell.saw("store").is_empty());
    // The owner has raised the limit: the button looks, and frees the others.
    shell.answers = [user(), contacts()].into();
    assert_eq!(shell.run(json!({"type": "test"}))["ok"], true);
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    // Else it is over when it says.
    limited["headers"]["x-ratelimit-reset"] = json!((shell.now + 60).to_string());
    shell.answers = [limited, contacts()].into();
    shell.call("GET", "contacts");
    shell.now += 60;
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
}

#[test]
fn what_happens_is_worth_a_line() {
    let mut shell = Shell::new("method_log");
    let codes = |shell: &Shell| -> Vec<String> {
        let logs = shell.saw("log");
        logs.iter()
            .map(|log| log["code"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    save(
        &mut shell,
        json!({"base_url": BASE, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}),
    );
    assert_eq!(codes(&shell), ["settings.saved"]);
    let state = shell.authorize(7);
    assert_eq!(codes(&shell), ["authorize.begun"]);
    shell.come_back(7, "state=cfm1.other&code=c");
    assert_eq!(codes(&shell), ["return.refused"]);
    assert_eq!(
        shell.saw("log")[0]["fields"],
        json!({"error": "redirect.state_unknown"})
    );
    shell.answers = [error(400, "invalid_client")].into();
    shell.come_back(7, &format!("state={state}&code=c"));
    assert!(codes(&shell).contains(&"return.refused".to_owned()));
    shell.run(json!({"type": "forget_account", "user": 7}));
    assert!(codes(&shell).is_empty(), "there was nothing");
    shell.authorize(7);
    shell.run(json!({"type": "forget_account", "user": 7}));
    assert_eq!(codes(&shell), ["account.forgotten"]);
    assert!(shell.stored["pending"].is_null());
    shell.run(json!({"type": "reset"}));
    assert_eq!(codes(&shell), ["connection.reset"]);

    let mut shell = Shell::connected("method_log_failures");
    shell.answers = [page(503, "Down")].into();
    shell.call("GET", "contacts");
    assert_eq!(codes(&shell), ["api.failed"]);
    let fields = json!({"error": "api.server_error", "http_status": 503});
    assert_eq!(shell.saw("log")[0]["fields"], fields);
    shell.answers = [page(503, "Down")].into();
    shell.call("GET", "contacts");
    assert!(codes(&shell).is_empty(), "once in ten minutes");
    let mut lines = 0;
    for _ in 0..20 {
        for answered in [page(503, "Down"), contacts(), page(404, "Not found")] {
            shell.answers = [answered].into();
            shell.now += 5;
            shell.call("GET", "contacts");
            lines += codes(&shell).len();
        }
    }
    assert_eq!(lines, 1, "one of each kind, whatever happens in between");
    shell.now += 600;
    shell.answers = [page(503, "Down")].into();
    shell.run(json!({"type": "refresh"}));
    assert_eq!(codes(&shell), ["token.failed"]);
}
