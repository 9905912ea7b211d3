//! Basic: a Mautic user's name and password with every call.

use serde_json::{Value, json};

use crate::shell::{BASE, Shell, contacts, error, no_answer, page, user};

const PASSWORD: &str = " p\u{e4}ss:word ";
/// Of `ada:` and the password, in UTF-8.
const HEADER: &str = "Basic YWRhOiBww6Rzczp3b3JkIA==";

pub(crate) fn configured(story: &'static str) -> Shell {
    let mut shell = Shell::new(story);
    let reply = shell.run(json!({"type": "settings_saved", "values": {
        "auth_method": "basic", "base_url": BASE, "username": " ada ", "password": PASSWORD,
    }}));
    assert_eq!(reply["status"]["status"], "ready", "{reply}");
    shell
}

fn connected(story: &'static str) -> Shell {
    let mut shell = configured(story);
    shell.answers = [user()].into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["status"]["status"], "connected", "{reply}");
    shell.requests.clear();
    shell
}

/// From Mautic 6 on (h06): nothing but the status.
fn refused() -> Value {
    json!({"status": 401, "headers": {"content-type": "application/json"}, "body": ""})
}

#[test]
fn the_first_good_answer_connects() {
    let mut shell = configured("basic");
    shell.answers = [contacts()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["deliver"], true, "{reply}");
    assert_eq!(shell.notified(), ["connected"]);
    let request = &shell.requests[0];
    assert_eq!(request["headers"][1], json!(["Authorization", HEADER]));
    assert_eq!(request["secrets"], json!([HEADER.replace("Basic ", "")]));
    let status = shell.view()["status"].clone();
    assert_eq!(status["status"], "connected");
    for none in [
        "access_token_expires_at",
        "renew_at",
        "background_renew_at",
        "reconnect_by",
    ] {
        assert!(status[none].is_null(), "{none}");
    }
    shell.answers = [user()].into();
    let status = shell.run(json!({"type": "test"}))["status"].clone();
    assert_eq!(status["account_email"], "admin@example.test");
    // The next call costs no write.
    shell.answers = [contacts()].into();
    shell.call("GET", "contacts");
    assert!(shell.saw("store").is_empty());
    assert!(!shell.view().to_string().contains(PASSWORD));
}

#[test]
fn no_token_is_asked_for() {
    let mut shell = connected("basic_no_token");
    shell.now += 30 * 86_400;
    shell.run(json!({"type": "tick"}));
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "refresh.not_needed");
    assert!(shell.requests.is_empty());
    let view = shell.view();
    assert_eq!(view["status"]["status"], "connected");
    let actions = view["actions"].to_string();
    assert!(!actions.contains("authorize") && !actions.contains("refresh"));
    // A clock that was set back changes nothing.
    shell.now -= 90 * 86_400;
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.requests.len(), 1);
}

#[test]
fn a_wrong_password_and_a_stripped_header_are_told_apart() {
    for (answered, probed, code) in [
        (refused(), error(401, "invalid_grant"), "api.basic_refused"),
        // Up to Mautic 5 both look alike at first.
        (
            error(401, "access_denied"),
            error(401, "invalid_grant"),
            "api.basic_refused",
        ),
        (
            error(401, "access_denied"),
            error(401, "access_denied"),
            "api.header_stripped",
        ),
        (
            error(401, "access_denied"),
            page(502, "Gone"),
            "api.basic_refused",
        ),
    ] {
        let mut shell = connected("");
        shell.answers = [answered, probed].into();
        let reply = shell.run(json!({"type": "test"}));
        assert_eq!(reply["error"]["code"], code, "{reply}");
        assert_eq!(reply["status"]["status"], "attention");
        assert_eq!(shell.requests[1]["headers"][1][1], "Bearer probe");
        // Nothing is dropped, and the next good answer is good.
        shell.answers = [contacts()].into();
        assert_eq!(
            shell.call("GET", "contacts")["status"]["status"],
            "connected"
        );
    }
}

#[test]
fn a_call_does_not_probe() {
    let mut shell = connected("basic_refused");
    shell.answers = [refused()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "api.basic_refused");
    assert_eq!(reply["alert"]["button"], "settings");
    assert_eq!(shell.requests.len(), 1);
}

#[test]
fn switched_off_in_mautic_is_said() {
    let mut shell = configured("basic_disabled");
    shell.answers = [error(403, "access_denied")].into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["error"]["code"], "api.basic_disabled");
    assert_eq!(reply["status"]["status"], "ready");
    assert!(reply["alert"].is_null(), "it has never worked");
}

#[test]
fn a_failure_that_may_pass_is_nobodys_business_at_first() {
    let mut shell = connected("basic_trouble");
    shell.answers = [no_answer("cURL error 28: timed out")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["status"]["status"], "connected");
    assert!(reply["alert"].is_null());
    shell.now += 700;
    shell.answers = [no_answer("cURL error 28: timed out")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["status"]["status"], "attention");
    assert_eq!(shell.notified(), ["connection_lost"]);
    assert_eq!(reply["alert"]["from"], 0);
    shell.now += 60;
    shell.answers = [contacts()].into();
    shell.call("GET", "contacts");
    assert_eq!(shell.notified(), ["recovered"]);
}

#[test]
fn the_token_in_the_address_is_not_for_basic() {
    let mut shell = connected("basic_no_query");
    shell.run(json!({"type": "settings_saved", "values": {"token_in_query": "1"}}));
    shell.answers = [contacts()].into();
    shell.call("GET", "contacts");
    let request = &shell.requests[0];
    assert_eq!(request["headers"][1][1], HEADER);
    assert_eq!(request["url"], "https://mautic.example/api/contacts");
}

#[test]
fn disconnect_holds_until_somebody_tests_or_saves() {
    let mut shell = connected("basic_disconnect");
    shell.run(json!({"type": "disconnect"}));
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.disconnected");
    assert!(shell.requests.is_empty());
    // Not whatever is saved: only what a connection is made of.
    shell.run(json!({"type": "settings_saved", "values": {"notify_lost": "0"}}));
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.disconnected");
    shell.run(json!({"type": "settings_saved", "values": {"password": "another"}}));
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert_eq!(shell.notified(), ["connected"]);
}

#[test]
fn the_form_says_what_is_wrong_with_name_and_password() {
    let mut shell = Shell::new("basic_form");
    for (name, password, codes) in [
        ("", "", vec!["username.missing", "password.missing"]),
        ("a:b", "p", vec!["username.invalid"]),
        (
            "a\u{fffd}b",
            "\u{fffd}",
            vec!["username.invalid", "password.invalid"],
        ),
        (
            "a\nb",
            "p\u{0}",
            vec!["username.invalid", "password.invalid"],
        ),
        (
            &"x".repeat(256),
            &"y".repeat(256),
            vec!["username.invalid", "password.invalid"],
        ),
    ] {
        let reply = shell.run(json!({"type": "settings_saved", "values": {
            "auth_method": "basic", "base_url": BASE, "username": name, "password": password,
        }}));
        let found: Vec<&str> = reply["problems"]
            .as_array()
            .expect("problems")
            .iter()
            .filter_map(|problem| problem["code"].as_str())
            .collect();
        assert_eq!(found, codes);
    }
    assert!(shell.stored.is_null());
}

#[test]
fn a_password_is_never_sent_to_a_server_that_it_was_not_entered_for() {
    let mut shell = connected("basic_password_stays");
    let elsewhere = "https://other.example";
    let reply = shell.run(json!({"type": "settings_saved", "values": {"base_url": elsewhere}}));
    assert_eq!(reply["problems"][0]["code"], "password.reenter");
    // Nor by way of a constant, nor of the other method.
    shell.overrides = json!({"base_url": elsewhere});
    assert_eq!(
        shell.call("GET", "contacts")["error"]["code"],
        "connection.not_configured"
    );
    shell.overrides = json!({});
    shell.run(json!({"type": "settings_saved", "values": {
        "auth_method": "client_credentials", "base_url": elsewhere,
        "client_id": "1_x", "client_secret": "s",
    }}));
    let reply = shell.run(json!({"type": "settings_saved", "values": {"auth_method": "basic"}}));
    assert_eq!(reply["problems"][0]["code"], "password.reenter");
    assert!(shell.requests.is_empty());
}

#[test]
fn one_address_of_a_person_can_be_forgotten() {
    let mut shell = connected("basic_forget_account");
    let stored = shell.stored.clone();
    shell.run(json!({"type": "forget_account", "email": "someone@example.test"}));
    assert_eq!(shell.stored, stored);
    shell.run(json!({"type": "forget_account", "email": "Admin@Example.test"}));
    assert!(!shell.stored.to_string().contains("admin@example.test"));
    assert!(!shell.stored.to_string().contains("Ada"));
    shell.answers = [user()].into();
    let status = shell.run(json!({"type": "test"}))["status"].clone();
    assert!(status["account_email"].is_null() && status["account_name"].is_null());
    assert_eq!(status["account_role"], "Administrator");
}
