//! The settings form.

use serde_json::{Value, json};

use crate::shell::{BASE, CLIENT_ID, CLIENT_SECRET, Shell};

fn codes(reply: &Value) -> Vec<&str> {
    reply["problems"]
        .as_array()
        .map(|list| list.iter().filter_map(|p| p["code"].as_str()).collect())
        .unwrap_or_default()
}

fn save(shell: &mut Shell, values: Value) -> Value {
    shell.run(json!({"type": "settings_saved", "values": values}))
}

#[test]
fn all_problems_are_told_at_once_and_nothing_is_stored() {
    let mut shell = Shell::new("settings_all_problems");
    let reply = save(
        &mut shell,
        json!({"auth_method": "telepathy", "base_url": "", "client_id": "a b",
            "client_secret": "", "refresh_token_lifetime_days": "two weeks"}),
    );
    assert_eq!(
        codes(&reply),
        [
            "auth_method.unknown",
            "base_url.missing",
            "client_id.invalid",
            "client_secret.missing",
            "refresh_token_lifetime_days.invalid",
        ]
    );
    assert!(shell.stored.is_null());
}

#[test]
fn good_settings_are_stored_and_shown_without_the_secret() {
    let mut shell = Shell::new("settings_saved");
    let reply = save(
        &mut shell,
        json!({"base_url": "mautic.example/s/login", "client_id": " 1_abc ",
            "client_secret": "\ts3cret-value\n", "refresh_token_lifetime_days": "30"}),
    );
    assert_eq!(reply["ok"], true);
    assert_eq!(reply["normalized"], BASE);
    assert_eq!(reply["status"]["status"], "ready");
    assert_eq!(shell.stored["revision"], 1);
    assert_eq!(shell.stored["settings"]["client_secret"], CLIENT_SECRET);

    let view = shell.view();
    assert_eq!(
        view["settings"],
        json!({"auth_method": "authorization_code", "base_url": BASE, "client_id": CLIENT_ID,
            "client_secret_set": true, "username": "", "password_set": false,
            "token_in_query": false, "refresh_token_lifetime_days": 30, "notify_lost": true,
            "notify_recovered": true, "overridden": []})
    );
    assert!(!view.to_string().contains(CLIENT_SECRET));
}

#[test]
fn an_empty_secret_keeps_the_stored_one_for_the_same_server_only() {
    let mut shell = Shell::configured("settings_keep_secret");
    let reply = save(
        &mut shell,
        json!({"base_url": "https://mautic.example/sub", "client_id": "1_b", "client_secret": ""}),
    );
    assert_eq!(reply["ok"], true);
    assert_eq!(shell.stored["settings"]["client_secret"], CLIENT_SECRET);
    for elsewhere in [
        "https://other.example",
        "https://mautic.example:8443",
        "https://mautic.example.evil.example",
    ] {
        let reply = save(
            &mut shell,
            json!({"base_url": elsewhere, "client_secret": ""}),
        );
        assert_eq!(codes(&reply), ["client_secret.reenter"], "{elsewhere}");
    }
    assert_eq!(
        shell.stored["settings"]["base_url"],
        "https://mautic.example/sub"
    );
    let reply = save(
        &mut shell,
        json!({"base_url": "https://other.example", "client_secret": "new"}),
    );
    assert_eq!(reply["ok"], true);
}

#[test]
fn another_server_or_client_drops_the_connection_and_says_so_before() {
    for (story, values) in [
        (
            "settings_drop_url",
            json!({"base_url": "https://other.example", "client_secret": "n"}),
        ),
        (
            "settings_drop_path",
            json!({"base_url": "https://mautic.example/sub"}),
        ),
        ("settings_drop_client", json!({"client_id": "2_other"})),
    ] {
        let mut shell = Shell::connected(story);
        let reply = shell.run(json!({"type": "settings_checked", "values": values}));
        assert_eq!(
            reply["notes"],
            json!([{"code": "connection.will_be_dropped"}]),
            "{story}"
        );
        assert_eq!(shell.view()["status"]["status"], "connected", "{story}");
        save(&mut shell, values);
        assert_eq!(shell.notified(), ["disconnected"], "{story}");
        assert!(shell.stored["grant"].is_null(), "{story}");
        assert!(shell.stored["account"].is_null(), "{story}");
        assert_eq!(shell.view()["status"]["status"], "ready", "{story}");
    }
}

#[test]
fn a_new_secret_or_lifetime_keeps_the_connection() {
    let mut shell = Shell::connected("settings_keep_connection");
    let reply = save(
        &mut shell,
        json!({"base_url": "mautic.example", "client_id": CLIENT_ID, "client_secret": "rotated",
            "refresh_token_lifetime_days": "60"}),
    );
    assert_eq!(reply["ok"], true);
    let status = shell.view()["status"].clone();
    assert_eq!(status["status"], "connected");
    assert_eq!(status["reconnect_by"], shell.now + 60 * 86_400);
}

#[test]
fn lifetimes_are_whole_days_from_1_to_3650() {
    let mut shell = Shell::configured("settings_lifetime");
    for (typed, good) in [
        ("1", true),
        (" 14 ", true),
        ("3650", true),
        ("", true),
        ("0", false),
        ("-1", false),
        ("3651", false),
        ("1.5", false),
        ("1e3", false),
        ("99999999999999999999", false),
        ("٣", false),
    ] {
        let reply = save(&mut shell, json!({"refresh_token_lifetime_days": typed}));
        assert_eq!(reply["ok"], good, "{typed}");
    }
}

#[test]
fn keys_are_opaque_visible_ascii() {
    let mut shell = Shell::new("settings_keys");
    for (id, expected) in [
        ("1_AbC-~!\"%&<>", ""),
        ("1_a\u{0}b", "client_id.invalid"),
        ("1_a\nb", "client_id.invalid"),
        ("1_ä", "client_id.invalid"),
        ("", "client_id.missing"),
    ] {
        let reply = shell.run(json!({"type": "settings_checked", "values": {
            "base_url": BASE, "client_id": id, "client_secret": "x",
        }}));
        assert_eq!(
            codes(&reply).first().copied().unwrap_or_default(),
            expected,
            "{id:?}"
        );
    }
    let reply = shell.run(json!({"type": "settings_checked", "values": {
        "base_url": BASE, "client_id": "x".repeat(256), "client_secret": "y".repeat(256),
    }}));
    assert_eq!(
        codes(&reply),
        ["client_id.invalid", "client_secret.invalid"]
    );
}

#[test]
fn a_browser_without_a_connection_judges_the_same() {
    let mut shell = Shell::new("settings_browser");
    let mut check = |base_url: &str| {
        shell.run(
            json!({"type": "settings_checked", "stored_base_url": BASE, "stored_secret": true,
            "values": {"base_url": base_url, "client_id": CLIENT_ID, "client_secret": ""}}),
        )
    };
    assert_eq!(check("mautic.example/sub")["ok"], true);
    assert_eq!(codes(&check("other.example")), ["client_secret.reenter"]);
    assert_eq!(codes(&check("ftp://x")), ["base_url.scheme"]);

    let mut connected = |base_url: &str, client_id: &str| {
        shell.run(
            json!({"type": "settings_checked", "stored_base_url": BASE, "stored_secret": true,
            "stored_client_id": CLIENT_ID, "stored_grant": true, "values": {
            "base_url": base_url, "client_id": client_id, "client_secret": "x"}}),
        )["notes"]
            .clone()
    };
    assert!(connected(BASE, CLIENT_ID).is_null());
    let dropped = json!([{"code": "connection.will_be_dropped"}]);
    assert_eq!(connected(BASE, "2_other"), dropped);
    assert_eq!(connected("https://other.example", CLIENT_ID), dropped);
}

#[test]
fn overrides_are_laid_over_and_never_stored() {
    let mut shell = Shell::new("settings_overrides");
    shell.overrides = json!({"base_url": "https://const.example/", "client_id": "9_const",
        "client_secret": "const-secret", "refresh_token_lifetime_days": "90"});
    assert_eq!(shell.view()["status"]["status"], "ready");
    let reply = save(
        &mut shell,
        json!({"base_url": "https://other.example", "client_id": "1_x"}),
    );
    assert_eq!(reply["ok"], true, "{reply}");
    assert!(
        !shell.stored.to_string().contains("const"),
        "{}",
        shell.stored
    );
    let view = shell.view();
    assert_eq!(view["settings"]["base_url"], "https://const.example");
    assert_eq!(
        view["settings"]["overridden"],
        json!([
            "base_url",
            "client_id",
            "client_secret",
            "refresh_token_lifetime_days"
        ])
    );
    let state = shell.authorize(7);
    assert!(state.starts_with("cfm1."));
}

#[test]
fn a_base_url_from_a_constant_gets_neither_secret_nor_token_of_another_server() {
    let mut shell = Shell::connected("settings_constant_moves");
    shell.overrides = json!({"base_url": "https://evil.example"});
    let view = shell.view();
    assert_eq!(view["status"]["status"], "not_configured");
    assert_eq!(view["settings"]["client_secret_set"], false);
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.not_configured");
    assert!(shell.requests.is_empty());
    // The constant goes, and everything is as it was.
    shell.overrides = json!({});
    assert_eq!(shell.view()["status"]["status"], "connected");
}
