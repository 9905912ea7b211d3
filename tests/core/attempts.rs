//! How often a refresh may fail: a ceiling that no number of processes, buttons or calls exceeds.

use serde_json::json;

use crate::shell::{Shell, contacts, error, page, tokens};

#[test]
fn twelve_failures_an_hour_are_enough_for_buttons_too() {
    let mut shell = Shell::connected("attempts_spent");
    let first = shell.now;
    for _ in 0..12 {
        shell.answers = [page(403, "Forbidden by firewall")].into();
        let reply = shell.run(json!({"type": "refresh"}));
        assert_eq!(reply["error"]["code"], "token.blocked");
        shell.now += 60;
    }
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "token.retry_later");
    assert_eq!(reply["error"]["retry_at"], first + 3600);
    // The access token goes on meanwhile.
    shell.answers = [contacts()].into();
    assert_eq!(shell.call("GET", "contacts")["ok"], true);

    shell.now = first + 3599;
    shell.run(json!({"type": "refresh"}));
    assert_eq!(shell.requests.len(), 13);
    shell.now += 1;
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    assert_eq!(shell.run(json!({"type": "refresh"}))["ok"], true);
}

#[test]
fn a_clock_that_is_set_back_neither_gives_attempts_nor_takes_them_for_long() {
    let mut shell = Shell::connected("attempts_clock");
    shell.now += 1_000_000;
    for _ in 0..12 {
        shell.answers = [page(403, "Forbidden by firewall")].into();
        shell.run(json!({"type": "refresh"}));
    }
    shell.now -= 1_000_000;
    let reply = shell.run(json!({"type": "refresh"}));
    assert_eq!(reply["error"]["code"], "token.retry_later");
    assert_eq!(reply["error"]["retry_at"], shell.now + 3600);
}

#[test]
fn an_api_that_refuses_every_token_rotates_them_twelve_times_an_hour_at_most() {
    let mut shell = Shell::connected("attempts_rotation");
    let mut refreshes = 0;
    for call in 0..20 {
        shell.requests.clear();
        let (access, refresh) = (format!("access-{call}"), format!("refresh-{call}"));
        shell.answers = [
            error(401, "invalid_grant"),
            tokens(&access, &refresh, 3600),
            error(401, "invalid_grant"),
        ]
        .into();
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["ok"], false);
        refreshes += shell
            .requests
            .iter()
            .filter(|request| request["id"] == "refresh")
            .count();
        shell.now += 10;
    }
    assert_eq!(refreshes, 12);
}

#[test]
fn what_succeeds_is_no_attempt() {
    let mut shell = Shell::connected("attempts_success");
    for call in 0..20 {
        shell.now += 10;
        shell.answers = [tokens(&format!("access-{call}"), "refresh", 3600)].into();
        assert_eq!(shell.run(json!({"type": "refresh"}))["ok"], true);
    }
}

#[test]
fn a_mended_secret_is_tried_at_once() {
    let mut shell = Shell::connected("attempts_secret");
    shell.now += 3600;
    for _ in 0..8 {
        shell.answers = [error(400, "invalid_client")].into();
        shell.run(json!({"type": "refresh"}));
        shell.now += 1;
    }
    shell.run(json!({"type": "settings_saved", "values": {"client_secret": "mended"}}));
    shell.answers = [tokens("access-2", "refresh-2", 3600), contacts()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["ok"], true, "{reply}");
}
