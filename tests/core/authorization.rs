//! From the Authorize button to a connection, and every way in which the return can be wrong.

use serde_json::{Value, json};

use crate::shell::{
    BASE, CLIENT_ID, CLIENT_SECRET, PAGE, REDIRECT_URI, Shell, answer, error, form, no_answer,
    page, tokens, user,
};

#[test]
fn the_whole_story() {
    let mut shell = Shell::configured("authorization_story");
    let state = shell.authorize(7);
    assert_eq!(
        shell.saw("redirect")[0]["url"],
        format!(
            "https://mautic.example/oauth/v2/authorize?client_id=1_abc&grant_type=authorization_code\
             &redirect_uri=https%3A%2F%2Fsite.example%2Fwp-admin%2Fadmin.php&response_type=code\
             &state={state}"
        )
    );
    assert!(
        state.starts_with("cfm1.") && state.len() == 5 + 32,
        "{state}"
    );
    assert_eq!(shell.view()["status"]["status"], "pending");

    shell.answers = [tokens("access-1", "refresh-1", 3600), user()].into();
    let reply = shell.come_back(7, &format!("state={state}&code=The-Code_1"));
    assert_eq!(reply["ok"], true, "{reply}");
    assert_eq!(shell.saw("redirect")[0]["url"], PAGE);
    assert_eq!(shell.notified(), ["connected"]);
    let now = shell.now;
    assert_eq!(
        reply["status"],
        json!({"status": "connected", "auth_method": "authorization_code", "base_url": BASE,
            "mautic_version": "7.0.0", "account_email": "admin@example.test",
            "account_name": "Ada Admin", "account_role": "Administrator",
            "access_token_expires_at": now + 3600, "renew_at": now + 3300,
            "background_renew_at": shell.stored["grant"]["background_renew_at"],
            "reconnect_by": now + 14 * 86_400, "last_success_at": now, "last_error": null})
    );

    // The exact requests.
    let exchange = &shell.requests[0];
    assert_eq!(exchange["method"], "POST");
    assert_eq!(exchange["url"], "https://mautic.example/oauth/v2/token");
    assert_eq!(
        exchange["headers"],
        json!([
            ["Accept", "application/json"],
            ["Content-Type", "application/x-www-form-urlencoded"]
        ])
    );
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        form(exchange),
        [
            pair("client_id", CLIENT_ID),
            pair("client_secret", CLIENT_SECRET),
            pair("grant_type", "authorization_code"),
            pair("redirect_uri", REDIRECT_URI),
            pair("code", "The-Code_1"),
        ]
    );
    let identity = &shell.requests[1];
    assert_eq!(identity["method"], "GET");
    assert_eq!(identity["url"], "https://mautic.example/api/users/self");
    assert_eq!(
        identity["headers"],
        json!([
            ["Accept", "application/json"],
            ["Authorization", "Bearer access-1"]
        ])
    );
    assert!(identity["body"].is_null());
}

#[test]
fn authorizing_needs_settings_a_user_and_a_usable_redirect_uri() {
    let mut shell = Shell::new("authorization_preconditions");
    let press = |shell: &mut Shell, user: u64, uri: &str| {
        shell.run(json!({"type": "authorize", "user": user, "redirect_uri": uri}))["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(press(&mut shell, 1, REDIRECT_URI), "settings.incomplete");
    let mut shell = Shell::configured("authorization_misuse");
    assert_eq!(press(&mut shell, 0, REDIRECT_URI), "authorize.user_missing");
    for uri in [
        "",
        "admin.php",
        "https://site.example/a,b",
        "https://site.example/#x",
        "https://sité.example/",
        "ftp://site.example/",
        "https://site.example/a b",
    ] {
        assert_eq!(
            press(&mut shell, 1, uri),
            "authorize.redirect_uri_invalid",
            "{uri}"
        );
    }
}

#[test]
fn pressing_again_replaces_ones_own_and_ten_at_most_are_out() {
    let mut shell = Shell::configured("authorization_pending");
    let first = shell.authorize(1);
    let second = shell.authorize(1);
    assert_ne!(first, second);
    assert_eq!(shell.stored["pending"].as_array().map(Vec::len), Some(1));
    let late = shell.come_back(1, &format!("state={first}&code=c"));
    assert_eq!(late["error"]["code"], "redirect.state_expired");
    for user in 2..=14 {
        shell.authorize(user);
    }
    assert_eq!(shell.stored["pending"].as_array().map(Vec::len), Some(10));
}

#[test]
fn a_return_that_is_not_awaited_changes_nothing() {
    let mut shell = Shell::configured("authorization_foreign_return");
    let state = shell.authorize(7);
    let before = shell.stored.clone();
    let other = state.replace(&state[8..12], "AAAA");
    for (user, query, expected) in [
        (7, "code=c".to_owned(), "redirect.state_missing"),
        (7, String::new(), "redirect.state_missing"),
        (7, format!("state={other}&code=c"), "redirect.state_unknown"),
        (7, "state=cfm1.&code=c".to_owned(), "redirect.state_unknown"),
        (
            8,
            format!("state={state}&code=c"),
            "redirect.state_other_user",
        ),
        (
            0,
            format!("state={state}&code=c"),
            "redirect.state_other_user",
        ),
        (
            7,
            format!("state={state}&code=c&code=d"),
            "redirect.duplicate_parameter",
        ),
        (
            7,
            format!("state={state}&state={state}&code=c"),
            "redirect.duplicate_parameter",
        ),
        (
            7,
            format!("state={state}&code=c&%63ode=d"),
            "redirect.duplicate_parameter",
        ),
        (
            7,
            format!("state={state}&error=a&error=b"),
            "redirect.duplicate_parameter",
        ),
        (
            7,
            format!("state={state}&code={}", "x".repeat(5000)),
            "redirect.too_long",
        ),
        (7, format!("state={state}"), "redirect.code_missing"),
        (7, format!("state={state}&code="), "redirect.code_invalid"),
        (
            7,
            format!("state={state}&code={}", "x".repeat(600)),
            "redirect.code_invalid",
        ),
        (
            7,
            format!("state={state}&code=a%0d%0ab"),
            "redirect.code_invalid",
        ),
        (
            7,
            format!("state={state}&code=%ff%fe"),
            "redirect.code_invalid",
        ),
    ] {
        let reply = shell.come_back(user, &query);
        assert_eq!(reply["error"]["code"], expected, "{query}");
        assert_eq!(shell.stored, before, "{query}");
    }
    assert!(shell.requests.is_empty());

    // And the right one still goes through, with parameters that mean nothing to us.
    shell.answers = [tokens("a", "r", 3600), user()].into();
    let query = format!("utm=1&utm=2&state={state}&code=c&session_state=x");
    assert_eq!(shell.come_back(7, &query)["ok"], true);
}

#[test]
fn a_reload_of_the_return_address_exchanges_nothing_twice() {
    let mut shell = Shell::configured("authorization_reload");
    let state = shell.authorize(7);
    shell.answers = [tokens("a", "r", 3600), user()].into();
    let query = format!("state={state}&code=c");
    assert_eq!(shell.come_back(7, &query)["ok"], true);
    let before = shell.stored.clone();
    let reply = shell.come_back(7, &query);
    assert_eq!(reply["error"]["code"], "redirect.state_used");
    assert_eq!(reply["status"]["status"], "connected");
    assert_eq!(shell.stored, before);
    assert_eq!(shell.requests.len(), 2);
    // A day later nobody remembers.
    shell.now += 86_400;
    assert_eq!(
        shell.come_back(7, &query)["error"]["code"],
        "redirect.state_unknown"
    );
}

#[test]
fn a_late_return_is_told_that_it_is_late() {
    let mut shell = Shell::configured("authorization_late");
    let state = shell.authorize(7);
    let query = format!("state={state}&code=c");
    shell.now += 900;
    assert_eq!(shell.view()["status"]["status"], "ready");
    let reply = shell.come_back(7, &query);
    assert_eq!(reply["error"]["code"], "redirect.state_expired");
    assert_eq!(shell.saw("redirect")[0]["url"], PAGE);
    // Also after another authorization swept it up.
    shell.authorize(8);
    assert_eq!(
        shell.come_back(7, &query)["error"]["code"],
        "redirect.state_expired"
    );
}

#[test]
fn an_error_in_the_return_is_believed_only_with_the_state() {
    for (story, query, expected, detail) in [
        (
            "authorization_denied",
            "error=access_denied&error_description=The+user+said+no",
            "authorize.access_denied",
            "The user said no",
        ),
        (
            "authorization_response_type",
            "error=unsupported_response_type",
            "authorize.unsupported_response_type",
            "unsupported_response_type",
        ),
        (
            "authorization_error",
            "error=%3Cb%3Eodd&code=ignored",
            "authorize.error",
            "<b>odd",
        ),
    ] {
        let mut shell = Shell::configured(story);
        let state = shell.authorize(7);
        assert_eq!(
            shell.come_back(7, query)["error"]["code"],
            "redirect.state_missing"
        );
        let reply = shell.come_back(7, &format!("{query}&state={state}"));
        assert_eq!(reply["error"]["code"], expected);
        assert_eq!(reply["error"]["detail"], detail);
        assert_eq!(reply["status"]["status"], "ready");
        assert!(shell.requests.is_empty());
    }
}

#[test]
fn settings_that_changed_in_the_meantime_end_the_authorization() {
    for (story, changed) in [
        (
            "authorization_settings_changed",
            json!({"client_id": "2_const"}),
        ),
        // A second server would get the first one's code (RFC 9700 §4.4).
        (
            "authorization_server_changed",
            json!({"base_url": "https://other.example.org"}),
        ),
    ] {
        let mut shell = Shell::configured(story);
        let state = shell.authorize(7);
        shell.overrides = changed;
        let reply = shell.come_back(7, &format!("state={state}&code=c"));
        assert_eq!(reply["error"]["code"], "redirect.settings_changed");
        assert!(shell.requests.is_empty());
    }
}

#[test]
fn a_refused_exchange_says_why_and_keeps_the_settings() {
    for (answered, expected) in [
        (error(400, "invalid_grant"), "token.code_invalid"),
        (error(400, "invalid_client"), "token.invalid_client"),
        (
            error(400, "unauthorized_client"),
            "token.unauthorized_client",
        ),
        (
            error(400, "redirect_uri_mismatch"),
            "token.redirect_uri_mismatch",
        ),
        (error(400, "invalid_request"), "token.invalid_request"),
        (error(400, "invalid_scope"), "token.invalid_scope"),
        (error(403, "api_disabled"), "token.api_disabled"),
        (error(403, "access_denied"), "token.basic_disabled"),
        (error(429, ""), "token.rate_limited"),
        (error(500, ""), "token.server_error"),
        (
            answer(
                404,
                &json!({"errors": [{"message": "Requested URL not found: /x", "code": 404, "type": null}]}),
            ),
            "token.not_found",
        ),
        (page(404, "Not here"), "token.not_mautic"),
        (page(403, "Attention Required!"), "token.blocked"),
        (page(503, "Maintenance"), "token.server_error"),
        (page(200, "Welcome"), "token.html"),
        (answer(200, &json!([1])), "token.not_json"),
        (answer(200, &json!({})), "token.missing_field"),
        (answer(200, &json!({"access_token": 5})), "token.wrong_type"),
        (
            answer(200, &json!({"access_token": "a b"})),
            "token.wrong_type",
        ),
        (
            answer(200, &json!({"access_token": "a", "token_type": "mac"})),
            "token.wrong_type",
        ),
        (answer(418, &json!({})), "token.unexpected_status"),
        (
            json!({"status": 200, "headers": {"content-type": "application/json"}, "body": "{\"access_"}),
            "token.not_json",
        ),
        (
            json!({"status": 200, "truncated": true, "headers": {"content-type": "application/json"}, "body": "{"}),
            "token.too_large",
        ),
        (
            json!({"status": 301, "headers": {"location": "https://www.mautic.example/oauth/v2/token?secret=1"}}),
            "token.redirected",
        ),
        (
            no_answer("cURL error 6: Could not resolve host: mautic.example"),
            "transport.dns",
        ),
        (
            no_answer("cURL error 7: Failed to connect"),
            "transport.refused",
        ),
        (
            no_answer("cURL error 28: Operation timed out"),
            "transport.timeout",
        ),
        (
            no_answer("cURL error 60: SSL certificate problem"),
            "transport.tls",
        ),
        (no_answer("cURL error 56: Recv failure"), "transport.failed"),
        (no_answer("Something else"), "transport.failed"),
        (
            json!({"error_kind": "http_request_not_executed", "error_message": "User has blocked requests"}),
            "transport.blocked",
        ),
        (
            json!({"error_kind": "address_refused", "error_message": "169.254.169.254"}),
            "transport.address_refused",
        ),
    ] {
        let mut shell = Shell::configured("");
        let settings = shell.stored["settings"].clone();
        let state = shell.authorize(7);
        shell.answers = [answered].into();
        let reply = shell.come_back(7, &format!("state={state}&code=c"));
        assert_eq!(reply["error"]["code"], expected, "{reply}");
        assert_eq!(reply["ok"], false);
        assert_eq!(shell.saw("redirect")[0]["url"], PAGE, "{expected}");
        assert_eq!(shell.stored["settings"], settings, "{expected}");
        assert_eq!(reply["status"]["status"], "ready", "{expected}");
        assert_eq!(reply["status"]["last_error"]["code"], expected);
        assert!(!reply.to_string().contains("secret=1"), "{reply}");
        // New settings clear the error of the old ones.
        let reply = shell.run(json!({"type": "settings_saved", "values": {"client_secret": "n"}}));
        assert!(reply["status"]["last_error"].is_null());
    }
}

#[test]
fn a_failed_second_authorization_leaves_the_first_connection_alone() {
    let mut shell = Shell::connected("authorization_second_fails");
    let state = shell.authorize(7);
    assert_eq!(shell.view()["status"]["status"], "connected");
    shell.answers = [error(400, "invalid_client")].into();
    let reply = shell.come_back(7, &format!("state={state}&code=c"));
    assert_eq!(reply["error"]["code"], "token.invalid_client");
    assert_eq!(reply["status"]["status"], "connected");
    assert_eq!(shell.stored["grant"]["access_token"], "access-1");
}

#[test]
fn a_second_authorization_is_a_new_grant() {
    let mut shell = Shell::connected("authorization_second");
    let first = shell.stored["grant"]["id"].clone();
    let state = shell.authorize(7);
    shell.answers = [tokens("access-2", "refresh-2", 3600), user()].into();
    shell.come_back(7, &format!("state={state}&code=c"));
    assert_ne!(shell.stored["grant"]["id"], first);
    assert_eq!(shell.stored["grant"]["access_token"], "access-2");
}

#[test]
fn tokens_are_kept_even_if_nobody_says_who_we_are() {
    for (answered, expected, status) in [
        (
            error(401, "access_denied"),
            "api.header_stripped",
            "attention",
        ),
        (error(403, "api_disabled"), "api.api_disabled", "attention"),
        (page(200, "Login"), "api.html", "connected"),
        (answer(200, &json!({})), "api.not_json", "connected"),
        (
            no_answer("cURL error 28: timed out"),
            "transport.timeout",
            "connected",
        ),
    ] {
        let mut shell = Shell::configured("");
        let state = shell.authorize(7);
        shell.answers = [tokens("a", "r", 3600), answered].into();
        let reply = shell.come_back(7, &format!("state={state}&code=c"));
        assert_eq!(reply["error"]["code"], expected, "{reply}");
        assert_eq!(reply["status"]["status"], status, "{expected}");
        assert_eq!(shell.stored["grant"]["access_token"], "a");
        // A later test fills the card.
        shell.answers = [user()].into();
        let reply = shell.run(json!({"type": "test"}));
        assert_eq!(reply["status"]["account_email"], "admin@example.test");
        assert!(reply["status"]["last_error"].is_null());
    }
}

#[test]
fn accounts_are_read_as_mautic_gives_them() {
    for (body, email, name, role) in [
        (
            json!({"username": "WordPress [1]", "firstName": "WordPress", "lastName": "[1]", "role": {"name": "R"}}),
            json!(null),
            json!("WordPress [1]"),
            json!("R"),
        ),
        (
            json!({"username": "ada", "email": "a@b.c"}),
            json!("a@b.c"),
            json!("ada"),
            json!(null),
        ),
        (
            json!({"email": "a@b.c", "firstName": "Ada", "role": null}),
            json!("a@b.c"),
            json!("Ada"),
            json!(null),
        ),
        (
            json!({"email": "a\u{202e}@b\n.c", "firstName": 5, "lastName": "L"}),
            json!("a@b .c"),
            json!("L"),
            json!(null),
        ),
    ] {
        let mut shell = Shell::configured("");
        let state = shell.authorize(7);
        shell.answers = [tokens("a", "r", 3600), answer(200, &body)].into();
        let reply = shell.come_back(7, &format!("state={state}&code=c"));
        let status = &reply["status"];
        assert_eq!(
            (
                &status["account_email"],
                &status["account_name"],
                &status["account_role"]
            ),
            (&email, &name, &role),
            "{body}"
        );
        assert_eq!(status["mautic_version"], Value::Null);
    }
}

#[test]
fn a_disconnect_while_the_code_is_exchanged_wins() {
    let mut shell = Shell::configured("authorization_disconnect_wins");
    let state = shell.authorize(7);
    let event = json!({"type": "returned", "user": 7, "query": format!("state={state}&code=c")});
    let connection = shell.stored.clone();
    let sent = shell.step(&connection, &event, &Value::Null);
    assert_eq!(sent["effects"][1]["type"], "http");
    shell.stored = sent["connection"].clone();
    shell.run(json!({"type": "disconnect"}));
    let mut answered = tokens("a", "r", 3600);
    answered["type"] = json!("http_answered");
    // The compare-and-swap fails, so the shell sends the same event with what is stored now.
    let connection = shell.stored.clone();
    let late = shell.step(&connection, &answered, &sent["task"]);
    assert_eq!(
        late["effects"][2]["error"]["code"], "redirect.settings_changed",
        "{late}"
    );
    assert!(late["connection"].is_null());
}

#[test]
fn disconnect_keeps_settings_and_reset_keeps_nothing() {
    let mut shell = Shell::connected("authorization_disconnect");
    let reply = shell.run(json!({"type": "disconnect"}));
    assert_eq!(shell.notified(), ["disconnected"]);
    assert_eq!(reply["status"]["status"], "ready");
    assert_eq!(reply["status"]["account_email"], Value::Null);
    assert!(!shell.stored.to_string().contains("access-1"));
    assert!(shell.stored.to_string().contains(CLIENT_SECRET));
    let revision = shell.stored["revision"].as_u64();
    let reply = shell.run(json!({"type": "reset"}));
    assert_eq!(reply["status"]["status"], "not_configured");
    assert!(!shell.stored.to_string().contains(CLIENT_SECRET));
    assert!(!shell.stored.to_string().contains(BASE));
    assert_eq!(shell.stored["revision"].as_u64(), revision.map(|r| r + 1));
}
