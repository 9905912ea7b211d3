//! Renewal: in time, once, and without losing anything.

use serde_json::{Value, json};

use crate::shell::{
    CLIENT_ID, CLIENT_SECRET, Shell, answer, contacts, error, form, no_answer, page, tokens, user,
};

#[test]
fn a_token_is_renewed_ahead_of_its_end_and_not_before() {
    // Lifetime, seconds ahead: 300, but never more than half the lifetime.
    for (lifetime, margin) in [
        (3600, 300),
        (600, 300),
        (599, 299),
        (60, 30),
        (2, 1),
        (1, 0),
    ] {
        let mut shell = Shell::configured("");
        let state = shell.authorize(7);
        shell.answers = [tokens("access-1", "refresh-1", lifetime), user()].into();
        shell.come_back(7, &format!("state={state}&code=c"));
        let due = shell.now + lifetime - margin;
        shell.requests.clear();

        shell.now = due - 1;
        shell.answers = [contacts()].into();
        assert_eq!(shell.call("GET", "contacts")["ok"], true);
        assert_eq!(shell.requests.len(), 1, "{lifetime}");

        shell.now = due;
        shell.answers = [tokens("access-2", "refresh-2", lifetime), contacts()].into();
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["ok"], true, "{reply}");
        assert_eq!(shell.notified(), ["refreshed"]);
        assert_eq!(shell.requests.len(), 3, "{lifetime}");
        assert_eq!(
            shell.requests[2]["headers"][1],
            json!(["Authorization", "Bearer access-2"])
        );
    }
}

#[test]
fn the_refresh_request_is_exact_and_the_new_pair_is_stored_first() {
    let mut shell = Shell::connected("renewal_refresh");
    shell.now += 10;
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["ok"], true, "{reply}");
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        form(&shell.requests[0]),
        [
            pair("client_id", CLIENT_ID),
            pair("client_secret", CLIENT_SECRET),
            pair("grant_type", "refresh_token"),
            pair("refresh_token", "refresh-1"),
        ]
    );
    let order: Vec<_> = shell.effects.iter().map(|e| e["type"].clone()).collect();
    assert_eq!(
        order,
        [
            "lock", "store", "http", "store", "unlock", "notify", "wake", "answer"
        ]
    );
    assert_eq!(shell.stored["grant"]["refresh_token"], "refresh-2");
    assert_eq!(shell.stored["grant"]["generation"], 1);
    assert_eq!(reply["status"]["reconnect_by"], shell.now + 14 * 86_400);
}

#[test]
fn odd_lifetimes_count_as_a_minute_and_the_pair_is_still_stored() {
    for (expires_in, lifetime, odd) in [
        (json!("3600"), 3600, false),
        (json!(" 90 "), 90, false),
        (json!(0), 60, true),
        (json!(-1), 60, true),
        (json!(null), 60, true),
        (json!("soon"), 60, true),
        (json!(1.5), 60, true),
        (json!([3600]), 60, true),
        (json!(i64::MAX), 60, true),
        (json!(u64::MAX), 60, true),
    ] {
        let mut shell = Shell::connected("");
        shell.answers = [answer(
            200,
            &json!({"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": expires_in}),
        )]
        .into();
        let reply = shell.run(json!({"type": "refresh"}));
        assert_eq!(reply["ok"], true, "{expires_in}");
        assert_eq!(
            shell.stored["grant"]["refresh_token"], "refresh-2",
            "{expires_in}"
        );
        assert_eq!(
            reply["status"]["access_token_expires_at"],
            shell.now + lifetime,
            "{expires_in}"
        );
        assert_eq!(!shell.saw("log").is_empty(), odd, "{expires_in}");
    }
}

#[test]
fn a_missing_refresh_token_keeps_the_old_one() {
    for refresh in [json!(null), json!(5), json!(""), json!("a b")] {
        let mut shell = Shell::connected("");
        shell.answers = [answer(
            200,
            &json!({"access_token": "access-2", "expires_in": 60, "refresh_token": refresh}),
        )]
        .into();
        shell.run(json!({"type": "refresh"}));
        assert_eq!(shell.stored["grant"]["access_token"], "access-2");
        assert_eq!(
            shell.stored["grant"]["refresh_token"], "refresh-1",
            "{refresh}"
        );
    }
}

#[test]
fn failures_that_may_pass_keep_everything_and_are_retried_later_and_later() {
    for answered in [
        no_answer("cURL error 28: timed out"),
        no_answer("cURL error 6: no host"),
        no_answer("cURL error 60: certificate"),
        page(502, "Bad gateway"),
        page(200, "Just a moment..."),
        page(403, "Forbidden by firewall"),
        error(429, ""),
        error(500, ""),
        answer(200, &json!({})),
    ] {
        let mut shell = Shell::connected("");
        let grant = shell.stored["grant"].clone();
        shell.now += 3400;
        shell.answers = [answered.clone(), contacts()].into();
        // The old token still serves: the caller notices nothing, nor does the card.
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["ok"], true, "{answered}");
        assert_eq!(shell.stored["grant"], grant);
        assert_eq!(shell.stored["health"]["failures"], 1);
        let retry_at = shell.stored["health"]["retry_at"]
            .as_u64()
            .unwrap_or_default();
        assert!(retry_at > shell.now, "{answered}");

        // Until then nothing is sent for it.
        shell.now = retry_at - 1;
        shell.answers = [contacts()].into();
        assert_eq!(shell.call("GET", "contacts")["ok"], true);
        // When the token is over, the call fails at once and says when to come back.
        shell.now = grant["expires_at"].as_u64().unwrap_or_default() + 5;
        shell.stored["health"]["retry_at"] = json!(shell.now + 20);
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["error"]["code"], "token.retry_later");
        assert_eq!(reply["error"]["retry_at"], shell.now + 20);
        assert_eq!(reply["status"]["status"], "attention");

        // Mautic is back.
        shell.now += 20;
        shell.answers = [tokens("access-2", "refresh-2", 3600), contacts()].into();
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["ok"], true);
        // Nothing was told, so nothing is taken back.
        assert_eq!(shell.notified(), ["refreshed"]);
        assert_eq!(reply["status"]["status"], "connected");
        assert!(reply["status"]["last_error"].is_null());
    }
}

#[test]
fn a_test_does_not_wait_for_the_next_retry() {
    let mut shell = Shell::connected("renewal_test_button");
    shell.now += 3600;
    shell.answers = [no_answer("cURL error 7: refused")].into();
    assert_eq!(
        shell.call("GET", "contacts")["error"]["code"],
        "transport.refused"
    );
    shell.answers = [tokens("access-2", "refresh-2", 3600), user()].into();
    assert_eq!(shell.run(json!({"type": "test"}))["ok"], true);
}

#[test]
fn the_retries_grow_to_an_hour() {
    let mut shell = Shell::connected("renewal_backoff");
    let mut waits = Vec::new();
    for _ in 0..10 {
        // The owner's button goes through as soon as the last one is over for sure.
        shell.now += 45;
        shell.answers = [page(503, "Maintenance")].into();
        let reply = shell.run(json!({"type": "refresh"}));
        assert_eq!(reply["error"]["code"], "token.server_error");
        let retry_at = shell.stored["health"]["retry_at"]
            .as_u64()
            .unwrap_or_default();
        waits.push(retry_at - shell.now);
    }
    assert_eq!(waits, [45, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
}

#[test]
fn a_rate_limit_says_when() {
    for (header, value, wait) in [
        ("retry-after", "120", 120),
        ("retry-after", "99999", 3600),
        ("retry-after", "0", 1),
        ("retry-after", "Tue, 14 Nov 2023 22:20:00 GMT", 400),
        ("retry-after", "Thu, 29 Feb 2024 00:00:00 GMT", 3600),
        ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT", 1),
        ("retry-after", "in a while", 60),
        ("retry-after", "Tue, 14 Nov 2023 22h20m00 GMT", 60),
        ("retry-after", "", 60),
        ("x-ratelimit-reset", "1700000500", 500),
        ("x-ratelimit-reset", "5", 1),
    ] {
        let mut shell = Shell::connected("");
        let mut limited = error(429, "");
        limited["headers"][header] = json!(value);
        shell.answers = [limited].into();
        shell.run(json!({"type": "refresh"}));
        assert_eq!(
            shell.stored["health"]["retry_at"],
            shell.now + wait,
            "{header}: {value}"
        );
    }
}

#[test]
fn a_refused_refresh_token_asks_for_authorization_and_keeps_identity_and_settings() {
    let mut shell = Shell::connected("renewal_invalid_grant");
    shell.answers = [error(400, "invalid_grant")].into();
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "token.invalid_grant");
    assert_eq!(shell.notified(), ["connection_lost"]);
    assert_eq!(reply["status"]["status"], "needs_authorization");
    assert_eq!(reply["status"]["account_email"], "admin@example.test");
    // The access token goes on for its time, and no refresh is tried any more.
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    shell.now += 3600;
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.needs_authorization");
    assert_eq!(shell.requests.len(), 2);
    // A new authorization mends it.
    let state = shell.authorize(7);
    shell.answers = [tokens("access-3", "refresh-3", 3600), user()].into();
    let reply = shell.come_back(7, &format!("state={state}&code=c"));
    assert_eq!(reply["status"]["status"], "connected");
}

#[test]
fn refusals_that_the_owner_can_mend_keep_the_tokens() {
    for (answered, expected, button) in [
        (
            error(400, "invalid_client"),
            "token.invalid_client",
            "settings",
        ),
        (error(403, "api_disabled"), "token.api_disabled", "refresh"),
        (
            error(403, "access_denied"),
            "token.basic_disabled",
            "refresh",
        ),
        (page(404, "nothing"), "token.not_mautic", "settings"),
    ] {
        let mut shell = Shell::connected("");
        let grant = shell.stored["grant"].clone();
        shell.answers = [answered].into();
        let reply = shell.run(json!({"type": "refresh"}));
        assert_eq!(reply["error"]["code"], expected);
        assert_eq!(reply["alert"]["button"], button);
        assert_eq!(reply["status"]["status"], "attention");
        assert_eq!(shell.stored["grant"], grant);
        shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
        assert_eq!(
            shell.run(json!({"type": "refresh"}))["status"]["status"],
            "connected"
        );
    }
}

#[test]
fn one_of_many_refreshes_and_the_others_use_what_it_got() {
    let mut shell = Shell::connected("renewal_waiter");
    shell.now += 3600;
    shell.locks = [false, false].into();
    let mut calls = 0;
    shell.meanwhile = Some(Box::new(move |stored| {
        calls += 1;
        // Lock, wait, lock, wait: the other process is done by then.
        if calls == 4 {
            stored["grant"]["access_token"] = json!("access-2");
            stored["grant"]["refresh_token"] = json!("refresh-2");
            stored["grant"]["generation"] = json!(1);
            stored["grant"]["expires_at"] = json!(1_700_009_999_u64);
            stored["revision"] = json!(9);
        }
    }));
    shell.answers = [contacts()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["ok"], true, "{reply}");
    assert_eq!(shell.requests.len(), 1);
    assert_eq!(shell.requests[0]["headers"][1][1], "Bearer access-2");
    assert!(shell.saw("unlock").is_empty());
}

#[test]
fn who_gets_the_lock_late_does_not_refresh_again() {
    let mut shell = Shell::connected("renewal_late_lock");
    shell.meanwhile = Some(Box::new(|stored| {
        stored["grant"]["access_token"] = json!("access-2");
        stored["grant"]["generation"] = json!(1);
    }));
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["ok"], true);
    assert!(shell.requests.is_empty());
    assert_eq!(shell.saw("unlock").len(), 1);
    // The next time is named all the same: whoever asks may have no other one.
    assert_eq!(shell.saw("wake").len(), 1);
}

#[test]
fn a_busy_lock_does_not_hold_up_a_token_that_serves() {
    let mut shell = Shell::connected("renewal_busy_serves");
    shell.now += 3400;
    shell.locks = [false].into();
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert!(shell.saw("wait").is_empty());
}

#[test]
fn waiting_ends() {
    let mut shell = Shell::connected("renewal_busy");
    shell.now += 4000;
    shell.locks = vec![false; 60].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "lock.busy");
    let waits: u64 = shell
        .saw("wait")
        .iter()
        .filter_map(|wait| wait["milliseconds"].as_u64())
        .sum();
    assert_eq!(waits, 19_800);
}

#[test]
fn a_holder_that_was_stopped_for_long_sends_nothing() {
    let mut shell = Shell::connected("renewal_lock_patience");
    let connection = shell.stored.clone();
    let asked = shell.step(&connection, &json!({"type": "refresh"}), &Value::Null);
    let acquired = json!({"type": "lock_acquired"});
    shell.now += 10;
    let sent = shell.step(&connection, &acquired, &asked["task"]);
    assert_eq!(sent["effects"][1]["type"], "http");
    shell.now += 1;
    let late = shell.step(&connection, &acquired, &asked["task"]);
    assert_eq!(late["effects"][0]["type"], "unlock");
    // It asks once more, and again, and then gives up.
    assert_eq!(late["effects"][1]["type"], "lock");
    shell.now += 11;
    let late = shell.step(&connection, &acquired, &late["task"]);
    assert_eq!(late["effects"][1]["type"], "lock");
    shell.now += 11;
    let late = shell.step(&connection, &acquired, &late["task"]);
    assert_eq!(late["effects"][2]["error"]["code"], "lock.busy");
}

#[test]
fn a_disconnect_during_a_refresh_wins() {
    for (story, during) in [
        ("renewal_disconnect_wins", json!({"type": "disconnect"})),
        ("renewal_reset_wins", json!({"type": "reset"})),
    ] {
        let mut shell = Shell::connected(story);
        let sent = shell.begin_refresh();
        shell.run(during);
        let mut answered = tokens("access-2", "refresh-2", 3600);
        answered["type"] = json!("http_answered");
        let connection = shell.stored.clone();
        let late = shell.step(&connection, &answered, &sent["task"]);
        assert!(late["connection"].is_null(), "{late}");
        let types: Vec<_> = late["effects"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|e| e["type"].clone())
            .collect();
        assert_eq!(types, ["unlock", "answer"]);
    }
}

#[test]
fn a_new_authorization_during_a_refresh_wins() {
    let mut shell = Shell::connected("renewal_authorization_wins");
    let sent = shell.begin_refresh();
    let state = shell.authorize(7);
    shell.answers = [tokens("access-9", "refresh-9", 3600), user()].into();
    shell.come_back(7, &format!("state={state}&code=c"));
    let mut answered = error(400, "invalid_grant");
    answered["type"] = json!("http_answered");
    let connection = shell.stored.clone();
    let late = shell.step(&connection, &answered, &sent["task"]);
    assert!(late["connection"].is_null(), "{late}");
}

#[test]
fn a_tick_renews_what_is_due_and_otherwise_asks_to_be_woken() {
    let mut shell = Shell::connected("renewal_tick");
    let reply = shell.run(json!({"type": "tick"}));
    assert_eq!(reply["ok"], true);
    let wake = shell.saw("wake")[0]["at"].as_u64().unwrap_or_default();
    // Twice a day, and up to a tenth earlier.
    let half_a_day = 12 * 3600;
    let times = shell.now + half_a_day * 9 / 10..=shell.now + half_a_day;
    assert!(times.contains(&wake), "{wake}");
    assert_eq!(reply["status"]["background_renew_at"], wake);
    assert!(shell.requests.is_empty());
    // One that comes for another reason renews what is due.
    shell.now += 3300;
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.stored["grant"]["access_token"], "access-2");
    // Nothing to renew: nothing to do.
    let mut shell = Shell::configured("renewal_tick_idle");
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.effects.len(), 1);
}

#[test]
fn a_clock_that_jumps_breaks_nothing() {
    let mut shell = Shell::connected("renewal_clock");
    // Set back: the tokens are from the future, so nobody knows their end.
    shell.now -= 500_000;
    shell.answers = [tokens("access-1", "refresh-1", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    shell.now += 50_000_000;
    shell.answers = [tokens("access-2", "refresh-2", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    shell.now = 1;
    shell.answers = [tokens("access-3", "refresh-3", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
}

#[test]
fn a_retry_that_a_fast_clock_set_is_not_waited_for() {
    let mut shell = Shell::connected("renewal_clock_retry");
    shell.now += 8_640_000;
    shell.answers = [page(503, "Maintenance")].into();
    shell.run(json!({"type": "refresh"}));
    shell.now -= 8_640_000 - 3600;
    // It may have begun just now, for all that this clock knows.
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["retry_at"], shell.now + 45);
    shell.now += 45;
    shell.answers = [tokens("access-2", "refresh-2", 3600), contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);
    assert_eq!(shell.stored["grant"]["access_token"], "access-2");
}

#[test]
fn a_tick_sleeps_a_day_at_most() {
    let mut shell = Shell::configured("renewal_tick_day");
    let state = shell.authorize(7);
    shell.answers = [tokens("a", "r", 30_000_000), user()].into();
    shell.come_back(7, &format!("state={state}&code=c"));
    // A clock that is set back makes any time a far one.
    shell.stored["grant"]["background_renew_at"] = json!(shell.now + 90_000);
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.saw("wake")[0]["at"], shell.now + 86_400);
}

#[test]
fn a_store_that_fails_is_told_and_the_lock_goes() {
    let mut shell = Shell::connected("renewal_store_failed");
    let connection = shell.stored.clone();
    let asked = shell.step(&connection, &json!({"type": "refresh"}), &Value::Null);
    let sent = shell.step(
        &connection,
        &json!({"type": "lock_acquired"}),
        &asked["task"],
    );
    let failed = json!({"type": "store_failed", "error_message": "disk full"});
    let end = shell.step(&connection, &failed, &sent["task"]);
    assert_eq!(end["effects"][0]["type"], "unlock");
    assert_eq!(end["effects"][1]["error"]["code"], "store.failed");
    assert_eq!(end["effects"][1]["error"]["detail"], "disk full");
}

#[test]
fn servers_whose_clocks_differ_by_a_second_renew_once() {
    let mut shell = Shell::connected("renewal_skew");
    shell.now += 3600;
    shell.answers = [tokens("access-2", "refresh-2", 3600), contacts()].into();
    shell.call("GET", "contacts");
    assert_eq!(shell.requests.len(), 2);
    // Another server, a second behind.
    shell.now -= 1;
    shell.answers = [contacts()].into();
    shell.requests.clear();
    shell.call("GET", "contacts");
    assert_eq!(shell.requests.len(), 1, "{:?}", shell.requests);
}
