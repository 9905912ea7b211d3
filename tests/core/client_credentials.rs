//! Client credentials: no human, no refresh token.

use serde_json::{Value, json};

use crate::shell::{
    BASE, CLIENT_ID, CLIENT_SECRET, Shell, answer, contacts, error, form, no_answer, page,
};

/// The answer to `grant_type=client_credentials` (g01).
fn token(access: &str, lifetime: u64) -> Value {
    answer(
        200,
        &json!({"access_token": access, "expires_in": lifetime, "token_type": "bearer", "scope": null}),
    )
}

/// Who such a token speaks for (g07): no id, no e-mail address.
fn robot() -> Value {
    let mut answer = answer(
        200,
        &json!({"isPublished": true, "username": "WordPress [1]", "firstName": "WordPress",
            "lastName": "[1]", "role": {"name": "Administrator", "isAdmin": true},
            "timezone": "", "locale": ""}),
    );
    answer["headers"]["mautic-version"] = json!("6.0.3");
    answer
}

pub(crate) fn configured(story: &'static str) -> Shell {
    let mut shell = Shell::new(story);
    let reply = shell.run(json!({"type": "settings_saved", "values": {
        "auth_method": "client_credentials", "base_url": BASE, "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }}));
    assert_eq!(reply["status"]["status"], "ready", "{reply}");
    shell
}

fn connected(story: &'static str) -> Shell {
    let mut shell = configured(story);
    shell.answers = [token("access-1", 3600), robot()].into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["status"]["status"], "connected", "{reply}");
    shell.requests.clear();
    shell
}

fn grant_types(shell: &Shell) -> Vec<String> {
    shell
        .requests
        .iter()
        .flat_map(form)
        .filter(|(name, _)| name == "grant_type")
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn the_first_use_fetches_a_token_and_connects() {
    let mut shell = configured("client_credentials");
    assert!(shell.view()["alert"].is_null());
    shell.answers = [token("access-1", 3600), contacts()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["deliver"], true, "{reply}");
    assert_eq!(shell.notified(), ["connected"]);
    let sent = form(&shell.requests[0]);
    let expected = [
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("grant_type", "client_credentials"),
    ];
    assert_eq!(
        sent,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert_eq!(shell.requests[0]["secrets"], json!([CLIENT_SECRET]));
    assert!(
        shell.requests[1]["headers"]
            .to_string()
            .contains("Bearer access-1")
    );

    let status = shell.view()["status"].clone();
    assert_eq!(status["status"], "connected");
    assert_eq!(status["access_token_expires_at"], shell.now + 3600);
    assert_eq!(status["renew_at"], shell.now + 3300);
    assert!(status["reconnect_by"].is_null());
    assert!(status["background_renew_at"].is_null());

    // The test finds out who it is.
    shell.answers = [robot()].into();
    let status = shell.run(json!({"type": "test"}))["status"].clone();
    assert_eq!(status["account_name"], "WordPress [1]");
    assert_eq!(status["account_role"], "Administrator");
    assert!(status["account_email"].is_null());
    assert_eq!(status["mautic_version"], "6.0.3");
}

#[test]
fn a_token_near_its_end_is_replaced_by_the_next_use() {
    let mut shell = connected("client_credentials_renewed");
    shell.now += 3400;
    shell.answers = [token("access-2", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert_eq!(shell.notified(), ["refreshed"]);
    assert_eq!(grant_types(&shell), ["client_credentials"]);
    // Nothing is kept alive that nobody uses.
    shell.now += 14 * 86_400;
    shell.requests.clear();
    let view = shell.view();
    assert_eq!(view["status"]["status"], "connected", "{view}");
    assert!(view["alert"].is_null());
    shell.answers = [token("access-3", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    // And the button gets one now.
    shell.answers = [token("access-4", 3600)].into();
    assert_eq!(shell.run(json!({"type": "refresh"}))["ok"], true);
    assert_eq!(shell.stored["grant"]["access_token"], "access-4");
}

#[test]
fn a_token_that_died_early_is_replaced_and_the_call_repeated() {
    let mut shell = connected("client_credentials_401");
    shell.answers = [
        error(401, "invalid_grant"),
        token("access-2", 3600),
        contacts(),
    ]
    .into();
    assert_eq!(shell.call("GET", "contacts")["deliver"], true);
    assert_eq!(shell.requests.len(), 3);
}

#[test]
fn a_refused_client_gets_the_reason_and_recovers_without_authorizing() {
    for (answered, code) in [
        (error(400, "invalid_client"), "token.invalid_client"),
        (
            error(400, "unauthorized_client"),
            "token.unauthorized_client",
        ),
        // No server should say so of a client; it is no loss of a connection.
        (error(400, "invalid_grant"), "token.invalid_client"),
        (error(403, "api_disabled"), "token.api_disabled"),
    ] {
        let mut shell = connected("");
        shell.now += 4000;
        shell.answers = [answered].into();
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["error"]["code"], code, "{reply}");
        assert_eq!(reply["error"]["kind"], "user");
        assert_eq!(reply["status"]["status"], "attention");
        assert_eq!(reply["status"]["last_error"]["code"], code);
        assert_eq!(shell.saw("log")[0]["fields"]["error"], code);
        // Mended in Mautic: the button goes through, whatever the back-off says.
        shell.answers = [token("access-2", 3600), robot()].into();
        let reply = shell.run(json!({"type": "test"}));
        assert_eq!(reply["status"]["status"], "connected", "{reply}");
    }
}

#[test]
fn a_first_test_that_fails_loses_nothing_and_tells_nobody() {
    let mut shell = configured("client_credentials_first_fails");
    shell.answers = [error(400, "unauthorized_client")].into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["status"]["status"], "ready");
    assert_eq!(
        reply["status"]["last_error"]["code"],
        "token.unauthorized_client"
    );
    assert!(reply["alert"].is_null());
    shell.now += 700;
    shell.answers = [error(400, "unauthorized_client")].into();
    shell.run(json!({"type": "test"}));
    assert!(shell.saw("mail").is_empty());
    assert!(shell.notified().is_empty());
}

#[test]
fn an_answer_that_is_lost_costs_nothing() {
    let mut shell = connected("client_credentials_lost_answer");
    shell.now += 4000;
    shell.answers = [no_answer("cURL error 28: timed out")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "transport.timeout");
    assert_eq!(reply["status"]["status"], "attention");
    // No single-use token may have been spent: the wait is the back-off's alone.
    shell.now += 31;
    shell.answers = [token("access-2", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
}

#[test]
fn one_process_at_a_time_fetches() {
    let mut shell = connected("client_credentials_lock");
    shell.now += 4000;
    shell.locks = [false].into();
    shell.meanwhile = Some(Box::new(|stored| {
        stored["grant"]["access_token"] = json!("access-2");
        stored["grant"]["generation"] = json!(2);
        stored["grant"]["expires_at"] = json!(1_800_000_000_u64);
        stored["grant"]["renew_at"] = json!(1_800_000_000_u64);
    }));
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert!(shell.requests[0].to_string().contains("Bearer access-2"));
    assert_eq!(shell.requests.len(), 1);
}

#[test]
fn disconnect_holds_until_somebody_tests() {
    let mut shell = connected("client_credentials_disconnect");
    assert_eq!(shell.run(json!({"type": "disconnect"}))["ok"], true);
    assert_eq!(shell.notified(), ["disconnected"]);
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.disconnected");
    assert_eq!(reply["status"]["status"], "ready");
    shell.now += 7 * 86_400;
    shell.run(json!({"type": "tick"}));
    // It may stand in a crontab: only a person connects again.
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "connection.disconnected");
    assert!(shell.requests.is_empty(), "no token is fetched");
    shell.answers = [token("access-2", 3600), robot()].into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["status"]["status"], "connected", "{reply}");
    assert_eq!(shell.notified(), ["connected"]);
}

#[test]
fn a_disconnect_while_a_token_is_fetched_wins() {
    let mut shell = connected("client_credentials_disconnect_wins");
    shell.now += 4000;
    let connection = shell.stored.clone();
    let event = json!({"type": "api_call", "method": "GET", "path": "contacts"});
    let asked = shell.step(&connection, &event, &Value::Null);
    let acquired = json!({"type": "lock_acquired"});
    let sent = shell.step(&connection, &acquired, &asked["task"]);
    shell.stored = sent["connection"].clone();
    shell.run(json!({"type": "disconnect"}));
    let mut answered = token("access-2", 3600);
    answered["type"] = json!("http_answered");
    let connection = shell.stored.clone();
    let late = shell.step(&connection, &answered, &sent["task"]);
    assert!(late["connection"].is_null(), "{late}");
    assert!(!late.to_string().contains("access-2"));
}

#[test]
fn new_settings_while_a_token_is_fetched_win() {
    let mut shell = configured("client_credentials_settings_win");
    let connection = shell.stored.clone();
    let asked = shell.step(&connection, &json!({"type": "refresh"}), &Value::Null);
    let acquired = json!({"type": "lock_acquired"});
    let sent = shell.step(&connection, &acquired, &asked["task"]);
    shell.stored = sent["connection"].clone();
    shell.run(json!({"type": "settings_saved", "values": {"client_id": "2_other"}}));
    let mut answered = token("access-of-the-first", 3600);
    answered["type"] = json!("http_answered");
    let connection = shell.stored.clone();
    let late = shell.step(&connection, &answered, &sent["task"]);
    // A token for the new ones is fetched first.
    assert_eq!(late["effects"][1]["type"], "lock");
    assert!(
        !late["connection"]
            .to_string()
            .contains("access-of-the-first"),
        "{late}"
    );
}

#[test]
fn the_buttons_fit_the_method() {
    let mut shell = connected("client_credentials_buttons");
    let view = shell.view();
    let names: Vec<&str> = view["actions"]
        .as_array()
        .expect("actions")
        .iter()
        .filter_map(|action| action["name"].as_str())
        .collect();
    assert_eq!(names, ["refresh", "test", "disconnect", "reset"]);
    let reply = shell.run(json!({"type": "authorize", "user": 7,
        "redirect_uri": "https://site.example/wp-admin/admin.php"}));
    assert_eq!(reply["error"]["code"], "authorize.not_needed");
    assert!(shell.stored["pending"].is_null());
}

#[test]
fn a_site_is_told_of_trouble_like_any_other() {
    let mut shell = connected("client_credentials_trouble");
    shell.now += 4000;
    shell.answers = [page(503, "Down")].into();
    shell.call("GET", "contacts");
    assert!(shell.saw("mail").is_empty());
    let wake = shell.saw("wake")[0]["at"].as_u64().expect("a time");
    assert!(wake > shell.now && wake < shell.now + 120);
    shell.now += 700;
    shell.answers = [page(503, "Down")].into();
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.notified(), ["connection_lost"]);
    assert_eq!(shell.saw("mail").len(), 1);
    shell.now += 700;
    shell.answers = [token("access-2", 3600), robot()].into();
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.notified(), ["refreshed", "recovered"]);
}

#[test]
fn a_grant_of_the_authorization_code_is_not_used() {
    let mut shell = Shell::connected("client_credentials_from_constant");
    shell.overrides = json!({"auth_method": "client_credentials"});
    assert_eq!(shell.view()["status"]["status"], "ready");
    shell.answers = [token("access-cc", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert_eq!(grant_types(&shell), ["client_credentials"]);
    assert!(shell.requests[1].to_string().contains("Bearer access-cc"));
    // The tokens of one are never those of the other.
    shell.overrides = json!({});
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.needs_authorization");
}
