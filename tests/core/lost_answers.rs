//! Refreshes that nobody knows the end of.

use serde_json::json;

use crate::shell::{Shell, contacts, error, no_answer, page, tokens, user};

/// Connected, and a refresh at `now` timed out, ten minutes before the access token's end.
fn timed_out(story: &'static str) -> Shell {
    let mut shell = Shell::connected(story);
    shell.now += 3000;
    shell.answers = [no_answer("cURL error 28: timed out")].into();
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "transport.timeout");
    assert_eq!(reply["error"]["retry_at"], shell.now + 45);
    shell.requests.clear();
    shell
}

#[test]
fn nothing_is_sent_while_the_first_one_may_still_be_running() {
    let mut shell = timed_out("lost_answer_wait");
    shell.now += 44;
    for event in ["refresh", "tick"] {
        let reply = shell.run(json!({"type": event}));
        if event == "refresh" {
            assert_eq!(reply["error"]["code"], "token.retry_later");
            assert_eq!(reply["error"]["retry_at"], shell.now + 1);
        }
        assert_eq!(shell.saw("wake")[0]["at"], shell.now + 1, "{event}");
    }
    // The access token goes on.
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert_eq!(shell.requests.len(), 1);
    assert_eq!(shell.requests[0]["headers"][1][1], "Bearer access-1");

    // Then the same token again.
    shell.now += 1;
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    let reply = shell.run(json!({"type": "tick"}));
    assert_eq!(reply["status"]["status"], "connected");
    let body = shell.requests[1]["body"].as_str().unwrap_or_default();
    assert!(body.ends_with("refresh_token=refresh-1"));
    assert!(shell.stored["health"]["answer_lost"].is_null());
}

#[test]
fn a_refusal_of_the_repeat_is_said_as_what_it_is_and_is_no_hurry() {
    let mut shell = timed_out("lost_answer_refused");
    shell.now += 45;
    shell.answers = [error(400, "invalid_grant")].into();
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "token.refresh_answer_lost");
    assert_eq!(reply["status"]["status"], "attention");
    assert_eq!(reply["alert"]["button"], "authorize");
    assert_eq!(shell.notified(), ["connection_lost"]);
    shell.answers = [contacts()].into();
    assert_eq!(
        shell.call("GET", "contacts")["status"]["status"],
        "attention"
    );

    shell.now += 600;
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.needs_authorization");
    assert_eq!(reply["status"]["status"], "needs_authorization");
    assert_eq!(
        reply["status"]["last_error"]["code"],
        "token.refresh_answer_lost"
    );
    assert_eq!(reply["status"]["account_email"], "admin@example.test");
}

#[test]
fn a_401_ends_the_access_token_that_was_left() {
    let mut shell = timed_out("lost_answer_401");
    shell.now += 45;
    shell.answers = [error(400, "invalid_grant")].into();
    shell.run(json!({"type": "refresh"}));
    shell.answers = [error(401, "invalid_grant")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.needs_authorization");
    assert_eq!(reply["status"]["status"], "needs_authorization");
    // No second request for a token that is known to be dead.
    shell.call("GET", "contacts");
    assert_eq!(shell.requests.len(), 2);
}

#[test]
fn a_401_before_the_refusal_leaves_nothing_that_serves() {
    let mut shell = timed_out("lost_answer_revoked");
    shell.now += 45;
    shell.answers = [error(401, "invalid_grant"), error(400, "invalid_grant")].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "token.refresh_answer_lost");
    assert_eq!(reply["status"]["status"], "needs_authorization");
}

#[test]
fn an_answer_that_comes_late_is_still_good() {
    let mut shell = Shell::connected("lost_answer_late");
    shell.now += 3000;
    let sent = shell.begin_refresh();
    // Another process waits as long as it must, repeats, and is refused.
    shell.now += 61;
    shell.answers = [error(400, "invalid_grant")].into();
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "token.refresh_answer_lost");
    let mut answered = tokens("access-2", "refresh-2", 3600);
    answered["type"] = json!("http_answered");
    let connection = shell.stored.clone();
    let late = shell.step(&connection, &answered, &sent["task"]);
    assert_eq!(late["connection"]["grant"]["refresh_token"], "refresh-2");
    shell.stored = late["connection"].clone();
    assert_eq!(shell.view()["status"]["status"], "connected");
}

#[test]
fn a_failure_that_comes_late_does_not_hide_a_refusal() {
    let mut shell = Shell::connected("lost_answer_late_failure");
    let sent = shell.begin_refresh();
    shell.now += 61;
    shell.answers = [error(400, "invalid_grant")].into();
    shell.run(json!({"type": "refresh"}));
    let mut answered = page(403, "Forbidden by firewall");
    answered["type"] = json!("http_answered");
    let connection = shell.stored.clone();
    let late = shell.step(&connection, &answered, &sent["task"]);
    assert!(late["connection"].is_null(), "{late}");
    // Nor does what calls see.
    for answered in [error(403, "api_disabled"), contacts()] {
        shell.answers = [answered].into();
        let reply = shell.call("GET", "contacts");
        let error = &reply["status"]["last_error"];
        assert_eq!(error["code"], "token.refresh_answer_lost");
        assert_eq!(reply["alert"]["button"], "authorize");
    }
}

#[test]
fn what_did_not_reach_mautic_or_was_refused_by_it_is_not_lost() {
    for (answered, lost) in [
        (no_answer("cURL error 6: no host"), false),
        (no_answer("cURL error 7: refused"), false),
        (no_answer("cURL error 60: certificate"), false),
        (error(429, ""), false),
        (page(403, "Forbidden by firewall"), false),
        (error(400, "invalid_client"), false),
        (no_answer("cURL error 28: timed out"), true),
        (no_answer("cURL error 52: empty reply"), true),
        (no_answer("something else"), true),
        (page(504, "Gateway timeout"), true),
        (error(500, ""), true),
        (page(200, "Just a moment..."), true),
    ] {
        let mut shell = Shell::connected("");
        shell.answers = [answered.clone()].into();
        shell.run(json!({"type": "refresh"}));
        let health = &shell.stored["health"];
        assert_eq!(health["answer_lost"] == true, lost, "{answered}");
        assert_eq!(health["refresh_started_at"].is_u64(), lost, "{answered}");
        // What was lost once stays so, whatever is answered in between.
        shell.now += 3600;
        shell.answers = [error(429, "")].into();
        shell.run(json!({"type": "refresh"}));
        assert_eq!(shell.stored["health"]["answer_lost"] == true, lost);
    }
}

#[test]
fn a_process_that_dies_in_the_middle_is_explained_and_followed_up() {
    let mut shell = Shell::connected("lost_answer_died");
    shell.now += 4000;
    shell.begin_refresh();
    assert!(shell.view()["status"]["last_error"].is_null());
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "token.retry_later");
    assert_eq!(reply["error"]["retry_at"], shell.now + 45);

    shell.now += 45;
    let status = shell.view()["status"].clone();
    assert_eq!(status["last_error"]["code"], "token.refresh_unanswered");
    assert_eq!(status["last_error"]["at"], shell.now - 45);
    assert_eq!(status["status"], "attention");
    shell.answers = [tokens("access-2", "refresh-2", 3600), contacts()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["status"]["status"], "connected");
}

#[test]
fn a_call_does_not_wait_for_the_dead_while_its_token_serves() {
    let mut shell = Shell::connected("lost_answer_serves");
    shell.now += 3400;
    shell.stored["health"]["refresh_started_at"] = json!(shell.now - 5);
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert!(shell.saw("lock").is_empty());
    shell.answers = [user()].into();
    assert_eq!(shell.run(json!({"type": "test"}))["ok"], true);
}
