//! API calls for the rest of the site.

use serde_json::{Value, json};

use crate::shell::{Shell, answer, contacts, error, no_answer, page, tokens};

fn delivered(status: u16) -> Value {
    json!({"status": status, "headers": {"content-type": "application/json"}, "body": ""})
}

#[test]
fn a_call_is_sent_below_the_api_with_the_token() {
    let mut shell = Shell::connected("api_call");
    shell.answers = [delivered(201)].into();
    let reply = shell.run(
        json!({"type": "api_call", "method": "post", "path": "/contacts/new",
        "query": "a=1&b=%20", "has_body": true, "body_bytes": 2, "body_utf8": true, "content_type": "application/json", "timeout": 12}),
    );
    assert_eq!(reply["ok"], true);
    assert_eq!(reply["deliver"], true);
    assert_eq!(reply["http_status"], 201);
    assert_eq!(
        shell.requests[0],
        json!({"type": "http", "id": "call", "method": "POST",
            "url": "https://mautic.example/api/contacts/new?a=1&b=%20",
            "headers": [["Accept", "application/json"], ["Authorization", "Bearer access-1"],
                ["Content-Type", "application/json"]],
            "body": null, "caller": true, "timeout": 12, "max_bytes": 16_777_216,
            "response_headers": ["content-type", "location", "mautic-version", "retry-after",
                "x-ratelimit-reset"],
            "secrets": ["access-1"]})
    );
    assert!(shell.saw("store").is_empty(), "a call costs no write");
}

#[test]
fn what_speaks_of_a_record_is_the_callers() {
    let mut shell = Shell::connected("api_call_delivered");
    for (answered, status) in [
        (error(400, ""), 400),
        (
            answer(
                404,
                &json!({"errors": [{"code": 404, "message": "Item was not found."}]}),
            ),
            404,
        ),
        (
            answer(
                403,
                &json!({"errors": [{"code": 403, "message": "No access", "details": []}]}),
            ),
            403,
        ),
        (answer(409, &json!({})), 409),
        (
            json!({"status": 400, "headers": {"content-type": "application/json"},
                "body": "{\"errors\":[{\"message\":\"aaaa", "truncated": true}),
            400,
        ),
        (delivered(204), 204),
        (
            json!({"status": 200, "headers": {"content-type": "text/csv"}, "body": ""}),
            200,
        ),
    ] {
        shell.answers = [answered].into();
        let reply = shell.call("GET", "contacts/5");
        assert_eq!(reply["deliver"], true, "{reply}");
        assert_eq!(reply["http_status"], status);
        assert_eq!(reply["status"]["status"], "connected");
    }
}

#[test]
fn what_speaks_of_the_connection_is_an_error() {
    for (answered, expected, status) in [
        (
            error(401, "access_denied"),
            "api.header_stripped",
            "attention",
        ),
        (
            answer(401, &json!({"message": "Invalid credentials."})),
            "api.unauthorized",
            "attention",
        ),
        (
            json!({"status": 401, "headers": {}, "body": ""}),
            "api.unauthorized",
            "attention",
        ),
        (error(403, "api_disabled"), "api.api_disabled", "attention"),
        (
            error(403, "access_denied"),
            "api.basic_disabled",
            "attention",
        ),
        (page(403, "Blocked"), "api.blocked", "connected"),
        (page(404, "Not found"), "api.not_mautic", "attention"),
        (error(429, ""), "api.rate_limited", "connected"),
        (error(500, ""), "api.server_error", "connected"),
        (page(200, "Login"), "api.html", "connected"),
        (
            json!({"status": 302, "headers": {"location": "https://evil.example/"}}),
            "api.redirected",
            "attention",
        ),
        (
            no_answer("cURL error 7: refused"),
            "transport.refused",
            "connected",
        ),
    ] {
        let mut shell = Shell::connected("");
        shell.answers = [answered].into();
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["error"]["code"], expected, "{reply}");
        assert!(reply["deliver"].is_null());
        assert_eq!(reply["status"]["status"], status, "{expected}");
        assert_eq!(reply["status"]["last_error"]["code"], expected);
        assert_eq!(shell.stored["grant"]["access_token"], "access-1");
        // The next good answer ends it; after a rate limit, the one that is sent.
        shell.now += 60;
        shell.answers = [delivered(200)].into();
        assert!(shell.call("GET", "contacts")["status"]["last_error"].is_null());
    }
}

#[test]
fn a_server_that_is_down_does_not_cost_a_write_for_each_call() {
    let mut shell = Shell::connected("api_call_writes");
    let mut writes = 0;
    for _ in 0..20 {
        shell.now += 60;
        shell.answers = [error(500, "")].into();
        shell.call("GET", "contacts");
        writes += shell.saw("store").len();
    }
    assert_eq!(writes, 2);
}

#[test]
fn success_is_noted_once_an_hour() {
    let mut shell = Shell::connected("api_call_success");
    let at = shell.now;
    for (now, noted) in [(at + 100, at), (at + 3599, at), (at + 3600, at + 3600)] {
        shell.now = now;
        shell.stored["grant"]["renew_at"] = json!(now + 1000);
        shell.stored["grant"]["expires_at"] = json!(now + 2000);
        shell.answers = [delivered(200)].into();
        assert_eq!(
            shell.call("GET", "contacts")["status"]["last_success_at"],
            noted
        );
    }
}

#[test]
fn a_dead_token_is_refreshed_and_the_call_repeated_exactly_once() {
    let mut shell = Shell::connected("api_call_repeated");
    shell.answers = [
        error(401, "invalid_grant"),
        tokens("access-2", "refresh-2", 3600),
        delivered(200),
    ]
    .into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["deliver"], true, "{reply}");
    let tokens_used: Vec<_> = shell
        .requests
        .iter()
        .map(|r| r["headers"][1][1].clone())
        .collect();
    assert_eq!(
        tokens_used,
        [
            "Bearer access-1",
            "application/x-www-form-urlencoded",
            "Bearer access-2"
        ]
    );

    shell.answers = [
        error(401, "invalid_grant"),
        tokens("access-3", "refresh-3", 3600),
        error(401, "invalid_grant"),
    ]
    .into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "api.invalid_grant");
    assert_eq!(shell.requests.len(), 6);
}

#[test]
fn a_test_mends_a_dead_token_too() {
    let mut shell = Shell::connected("api_call_test_repeated");
    shell.answers = [
        error(401, "invalid_grant"),
        tokens("access-2", "refresh-2", 3600),
        crate::shell::user(),
    ]
    .into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["ok"], true, "{reply}");
    assert_eq!(shell.requests.len(), 3);
    shell.answers = [error(401, "invalid_grant"), error(400, "invalid_grant")].into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["error"]["code"], "token.invalid_grant");
    assert_eq!(reply["status"]["status"], "needs_authorization");
}

#[test]
fn an_api_error_ends_with_the_next_success_also_while_a_refresh_is_failing() {
    let mut shell = Shell::connected("api_call_error_ends");
    shell.now += 3400;
    shell.answers = [error(500, ""), error(403, "api_disabled")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["status"]["status"], "attention", "{reply}");
    shell.answers = [delivered(200)].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["status"]["status"], "connected");
    assert!(reply["status"]["last_error"].is_null());
}

#[test]
fn a_dead_token_that_another_process_replaced_needs_no_refresh() {
    let mut shell = Shell::connected("api_call_replaced");
    shell.meanwhile = Some(Box::new(|stored| {
        stored["grant"]["access_token"] = json!("access-2");
        stored["grant"]["generation"] = json!(1);
    }));
    shell.answers = [error(401, "invalid_grant"), delivered(200)].into();
    assert_eq!(shell.call("GET", "contacts")["deliver"], true);
    assert_eq!(shell.requests[1]["headers"][1][1], "Bearer access-2");
}

#[test]
fn without_a_grant_nothing_is_sent() {
    let mut shell = Shell::new("api_call_not_configured");
    assert_eq!(
        shell.call("GET", "contacts")["error"]["code"],
        "connection.not_configured"
    );
    let mut shell = Shell::configured("api_call_not_authorized");
    assert_eq!(
        shell.call("GET", "contacts")["error"]["code"],
        "connection.needs_authorization"
    );
    assert_eq!(
        shell.run(json!({"type": "test"}))["error"]["code"],
        "connection.needs_authorization"
    );
    assert_eq!(
        shell.run(json!({"type": "refresh"}))["error"]["code"],
        "connection.needs_authorization"
    );
}

#[test]
fn misuse_sends_nothing() {
    let mut shell = Shell::connected("api_call_misuse");
    for (event, expected) in [
        (
            json!({"method": "TRACE", "path": "contacts"}),
            "api_call.method_unknown",
        ),
        (
            json!({"method": "GET\r\nX: y", "path": "contacts"}),
            "api_call.method_unknown",
        ),
        (
            json!({"method": "GET", "path": ""}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "/"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "https://evil.example/"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "//evil.example/x"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "../oauth/v2/token"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts/../../s/config"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts/%2e%2E/x"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts/.%2e/x"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts/%252e%252e/x"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts%2f..%2fx"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts\\..\\x"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts?access_token=x"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts#x"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "con tacts"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts\r\nHost: evil"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contäcts"}),
            "api_call.path_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts", "query": "a=b#c"}),
            "api_call.query_invalid",
        ),
        (
            json!({"method": "GET", "path": "contacts", "query": "a=b c"}),
            "api_call.query_invalid",
        ),
        (
            json!({"method": "POST", "path": "contacts", "has_body": true, "content_type": "a\r\nX: y"}),
            "api_call.content_type_invalid",
        ),
    ] {
        let mut event = event;
        event["type"] = json!("api_call");
        let reply = shell.run(event.clone());
        assert_eq!(reply["error"]["code"], expected, "{event}");
        assert_eq!(reply["error"]["kind"], "misuse");
    }
    assert!(shell.requests.is_empty());
}

#[test]
fn what_mautic_has_done_is_delivered_though_it_cannot_be_noted() {
    let mut shell = Shell::connected("api_call_unnoted");
    shell.stored["health"]["last_success_at"] = json!(shell.now - 4000);
    let connection = shell.stored.clone();
    let call = json!({"type": "api_call", "method": "POST", "path": "contacts/new"});
    let asked = shell.step(&connection, &call, &Value::Null);
    let mut answered = contacts();
    answered["type"] = json!("http_answered");
    answered["id"] = json!("call");
    let answer = shell.step(&connection, &answered, &asked["task"]);
    assert_eq!(answer["effects"][0]["type"], "store");
    // As the runner says it when the database refuses: the same task, and the event replaced.
    let failed = json!({"type": "store_failed", "error_message": "disk full", "status": 201});
    let answer = shell.step(&connection, &failed, &asked["task"]);
    let reply = answer["effects"]
        .as_array()
        .and_then(|all| all.last())
        .expect("a reply");
    assert_eq!(reply["deliver"], true, "{reply}");
}
