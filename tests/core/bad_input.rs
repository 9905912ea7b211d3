//! Messages and documents that are none.

use mautic_connector::step_json;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::shell::Shell;

fn code(message: &str) -> String {
    let answer: Value = serde_json::from_str(&step_json(message)).expect("JSON");
    answer["effects"][0]["error"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn what_is_no_message_is_said_so() {
    let entropy = "0".repeat(64);
    for message in [
        "",
        "null",
        "[]",
        "5",
        "\"x\"",
        "{",
        "{\"event\":5}",
        "{\"now\":\"x\"}",
        "{\"now\":-1}",
        "{\"now\":1.5}",
        "{\"connection\":[]}",
        "{\"connection\":{\"grant\":5}}",
        "\u{0}",
        "{\"task\":{\"goal\":\"x\"}}",
        "{\"overrides\":5}",
    ] {
        assert_eq!(code(message), "message.invalid", "{message}");
    }
    assert_eq!(
        code("{\"event\":{\"type\":\"view\"},\"now\":1}"),
        "message.entropy"
    );
    for bad in [
        "0",
        "zz",
        &entropy[1..],
        &format!("{entropy}0"),
        &"g".repeat(64),
    ] {
        let message = json!({"event": {"type": "view"}, "now": 1, "entropy": bad}).to_string();
        assert_eq!(code(&message), "message.entropy", "{bad}");
    }
    for event in [
        "",
        "no_such_event",
        "http_answered",
        "lock_acquired",
        "waited",
    ] {
        let message = json!({"event": {"type": event}, "now": 1, "entropy": entropy}).to_string();
        assert_eq!(code(&message), "message.invalid", "{event}");
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(code(&format!("{{\"event\":{deep}}}")), "message.invalid");
}

/// The compiled core's stack is small: as a vector this is read in PHP and in a browser, too.
#[test]
fn an_answer_nested_deep_is_judged_as_any_other() {
    let mut shell = Shell::connected("deep_answers");
    for depth in [24, 25, 127, 128, 500] {
        for body in ["[".repeat(depth), "{\"errors\":[".repeat(depth)] {
            shell.answers =
                [json!({"status": 400, "headers": {"content-type": "application/json"}, "body": body})]
                    .into();
            let reply = shell.run(json!({"type": "test"}));
            assert_eq!(reply["error"]["code"], "api.not_json", "{depth}");
        }
    }
}

/// Two bytes are a value: of 64 KiB of them the compiled core's memory would run out.
#[test]
fn an_answer_of_very_many_values_is_judged_as_any_other() {
    let mut shell = Shell::connected("");
    for value in ["{}", "[]", "0", "{\"a\":0}"] {
        let many = format!("{value}{}", format!(",{value}").repeat(5000));
        let body = format!("{{\"email\":\"ada@example.test\",\"many\":[{many}]}}");
        shell.answers =
            [json!({"status": 200, "headers": {"content-type": "application/json"}, "body": body})]
                .into();
        let reply = shell.run(json!({"type": "test"}));
        assert_eq!(reply["error"]["code"], "api.not_json", "{value}");
    }
}

/// Far more than Mautic has: 15 bundles with some 30 kinds of things.
#[test]
fn a_user_with_all_permissions_is_read() {
    let mut shell = Shell::connected("");
    let permissions: Vec<_> = (0..300)
        .map(|n| json!({format!("bundle:{n}"): ["viewown", "viewother", "full"]}))
        .collect();
    let mut answer = crate::shell::user();
    let role = json!({"name": "Everything", "rawPermissions": permissions});
    answer["body"] = json!(json!({"email": "ada@example.test", "role": role}).to_string());
    shell.answers = [answer].into();
    let reply = shell.run(json!({"type": "test"}));
    assert_eq!(reply["ok"], true, "{reply}");
    assert_eq!(reply["status"]["account_role"], "Everything");
}

#[test]
fn a_document_that_cannot_be_read_is_left_alone() {
    let mut shell = Shell::connected("unreadable");
    for (why, expected) in [
        ("key_missing", "connection.key_missing"),
        ("key_changed", "connection.key_changed"),
        ("other_site", "connection.other_site"),
        ("newer_version", "connection.newer_version"),
        ("damaged", "connection.damaged"),
        ("anything", "connection.damaged"),
    ] {
        let message = json!({"type": "connection_unreadable", "why": why});
        let answer = shell.step(&Value::Null, &message, &Value::Null);
        let reply = &answer["effects"][0];
        assert_eq!(reply["error"]["code"], expected);
        assert_eq!(reply["status"]["status"], "attention");
        assert_eq!(reply["status"]["last_error"]["code"], expected);
        assert_eq!(
            reply["actions"],
            json!([{"name": "reset", "enabled": true}])
        );
        assert!(answer["connection"].is_null());
    }
}

#[test]
fn a_document_of_another_shape_is_named_and_can_be_reset() {
    let mut shell = Shell::new("unreadable_shape");
    for (document, expected) in [
        (
            json!({"v": 2, "settings": {"base_url": 1}}),
            "connection.newer_version",
        ),
        (json!({"v": 1, "grant": 5}), "connection.damaged"),
        (json!({"v": "x"}), "connection.damaged"),
        (json!([]), "connection.damaged"),
    ] {
        shell.stored = document;
        let reply = shell.run(json!({"type": "authorize", "user": 1}));
        assert_eq!(reply["error"]["code"], expected, "{reply}");
        let reply = shell.run(json!({"type": "reset"}));
        assert_eq!(reply["ok"], true, "{reply}");
    }
}

/// No version has written one, but the core must come to an end with it.
#[test]
fn a_grant_that_lasts_and_has_no_token_is_none_that_serves() {
    let mut shell = Shell::connected("no_token");
    shell.stored["grant"]["access_token"] = json!("");
    shell.stored["health"]["needs_authorization"] = json!(true);
    for event in [
        json!({"type": "test"}),
        json!({"type": "api_call", "method": "GET", "path": "contacts"}),
    ] {
        let reply = shell.run(event);
        assert_eq!(reply["error"]["code"], "connection.needs_authorization");
    }
}

/// Nor a task with such a round.
#[test]
fn a_round_without_the_address_that_answered_ends() {
    let mut shell = Shell::connected("no_candidate");
    let connection = shell.stored.clone();
    let event = json!({"type": "http_answered", "id": "candidate", "status": 200, "body": ""});
    let task = json!({"goal": "test", "stage": "candidate", "doctor": {}});
    let answer = shell.step(&connection, &event, &task);
    let last = answer["effects"]
        .as_array()
        .and_then(|effects| effects.last());
    assert_eq!(last.expect("an effect")["type"], "answer");
}

/// A gap is a character, too.
#[test]
fn foreign_text_has_200_characters_at_most() {
    let mut shell = Shell::connected("long_text");
    for (text, length) in [
        ("x".repeat(199) + " y", 199),
        ("x".repeat(198) + " yz", 200),
    ] {
        shell.answers =
            [json!({"error_kind": "http_request_failed", "error_message": text})].into();
        let reply = shell.run(json!({"type": "test"}));
        let detail = reply["error"]["detail"].as_str().unwrap_or_default();
        assert_eq!(detail.chars().count(), length, "{detail}");
    }
}

#[test]
fn a_document_of_a_newer_version_is_not_touched() {
    let mut shell = Shell::connected("newer_version");
    shell.stored["v"] = json!(2);
    let before = shell.stored.clone();
    for event in ["view", "tick", "refresh", "test", "disconnect"] {
        let reply = shell.run(json!({"type": event}));
        assert_eq!(
            reply["error"]["code"], "connection.newer_version",
            "{event}"
        );
    }
    assert_eq!(shell.stored, before);
    assert_eq!(shell.run(json!({"type": "reset"}))["ok"], true);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is typed, the form is judged, and a URL that is accepted has a fixed point.
    #[test]
    fn any_base_url_is_judged(typed in "\\PC{0,60}") {
        let mut shell = Shell::new("");
        let check = |shell: &mut Shell, typed: &str| shell.run(json!({"type": "settings_checked",
            "values": {"base_url": typed, "client_id": "a", "client_secret": "b"}}));
        let reply = check(&mut shell, &typed);
        if reply["ok"] == true {
            let url = reply["normalized"].as_str().unwrap_or_default();
            prop_assert!(url.starts_with("https://"), "{url}");
            prop_assert!(!url.ends_with('/') && !url.contains(['?', '#', ' ']), "{url}");
            prop_assert_eq!(&check(&mut shell, url)["normalized"], url);
        } else {
            prop_assert!(reply["problems"][0]["code"].is_string());
        }
    }

    /// No return whatever is believed without the state.
    #[test]
    fn any_query_without_the_state_changes_nothing(query in "\\PC{0,80}") {
        let mut shell = Shell::configured("");
        shell.authorize(7);
        let before = shell.stored.clone();
        let reply = shell.come_back(7, &query);
        prop_assert_eq!(&reply["ok"], false);
        prop_assert_eq!(&shell.stored, &before);
    }

    /// Whatever the token endpoint answers, the old tokens stay unless there are new ones.
    #[test]
    fn any_answer_to_a_refresh_keeps_a_usable_grant(status in 100_u16..600, body in "\\PC{0,80}",
        html in any::<bool>(), truncated in any::<bool>()) {
        let mut shell = Shell::connected("");
        let kind = if html { "text/html" } else { "application/json" };
        shell.answers = [json!({"status": status, "headers": {"content-type": kind},
            "body": body, "truncated": truncated})].into();
        let reply = shell.run(json!({"type": "refresh"}));
        prop_assert_eq!(&reply["ok"], false);
        prop_assert_eq!(&shell.stored["grant"]["access_token"], "access-1");
        prop_assert_eq!(&shell.stored["grant"]["refresh_token"], "refresh-1");
    }

    /// The margin never exceeds half the lifetime nor 300 seconds.
    #[test]
    fn any_lifetime_is_renewed_in_time(lifetime in 1_u64..100_000_000) {
        let mut shell = Shell::configured("");
        let state = shell.authorize(7);
        shell.answers = [crate::shell::tokens("a", "r", lifetime), crate::shell::user()].into();
        let reply = shell.come_back(7, &format!("state={state}&code=c"));
        let status = &reply["status"];
        let renew = status["renew_at"].as_u64().unwrap_or_default();
        let expires = status["access_token_expires_at"].as_u64().unwrap_or_default();
        prop_assert_eq!(expires, shell.now + lifetime);
        let margin = expires - renew;
        prop_assert!(margin <= 300 && margin * 2 <= lifetime);
        prop_assert!(margin == 300 || lifetime - margin * 2 <= 1);
    }

    /// Bytes that are no message never stop the core.
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        prop_assert_eq!(code(&text), "message.invalid");
    }
}
