//! A copy of a site must not renew the tokens of the original: two that rotate one token end each
//! other.

use serde_json::json;

use crate::shell::{Shell, contacts, tokens, user};

#[test]
fn a_copy_pauses_and_asks() {
    let mut shell = Shell::connected("copy_pauses");
    shell.site = "https://staging.example";
    shell.now += 3400;
    shell.answers = [contacts()].into();
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["ok"], true);
    assert_eq!(reply["status"]["status"], "attention");
    assert_eq!(reply["alert"]["button"], "site");
    for event in ["refresh", "tick"] {
        shell.run(json!({"type": event}));
    }
    assert_eq!(shell.requests.len(), 1);
    assert_eq!(shell.saw("wake")[0]["at"], shell.now + 86_400);
    let view = shell.view();
    assert_eq!(
        view["status"]["last_error"]["code"],
        "connection.site_changed"
    );
    assert_eq!(
        view["status"]["last_error"]["detail"],
        "https://site.example"
    );
    let names: Vec<_> = view["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|action| action["enabled"] == true)
        .map(|action| action["name"].clone())
        .collect();
    assert_eq!(
        names,
        [
            "authorize",
            "test",
            "disconnect",
            "reset",
            "site_moved",
            "site_copied"
        ]
    );
    // When the access token is over, calls end here.
    shell.now += 3600;
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["error"]["code"], "connection.site_changed");
    assert_eq!(shell.requests.len(), 1);
    assert!(shell.saw("mail").is_empty() && shell.notified().is_empty());
}

#[test]
fn a_site_that_has_moved_goes_on() {
    let mut shell = Shell::connected("copy_moved");
    shell.site = "https://new.example";
    shell.now += 4000;
    let reply = shell.run(json!({"type": "site_moved"}));
    assert_eq!(reply["status"]["status"], "connected");
    assert_eq!(shell.saw("wake")[0]["at"], shell.now);
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.stored["grant"]["refresh_token"], "refresh-2");
    // The old address is the copy now.
    shell.site = "https://site.example";
    assert_eq!(shell.view()["status"]["status"], "attention");
}

#[test]
fn a_copy_lets_go_of_what_is_the_originals() {
    let mut shell = Shell::connected("copy_copied");
    shell.site = "https://staging.example";
    let reply = shell.run(json!({"type": "site_copied"}));
    assert_eq!(reply["status"]["status"], "ready");
    assert!(shell.stored["grant"].is_null());
    assert!(shell.requests.is_empty());
    // It can have a connection of its own.
    let state = shell.authorize(7);
    shell.answers = [tokens("access-9", "refresh-9", 3600), user()].into();
    let reply = shell.come_back(7, &format!("state={state}&code=c"));
    assert_eq!(reply["status"]["status"], "connected");
}

#[test]
fn authorizing_on_a_copy_makes_it_a_site_of_its_own() {
    let mut shell = Shell::connected("copy_authorized");
    shell.site = "https://staging.example/";
    let state = shell.authorize(7);
    shell.answers = [tokens("access-9", "refresh-9", 3600), user()].into();
    let reply = shell.come_back(7, &format!("state={state}&code=c"));
    assert_eq!(reply["status"]["status"], "connected");
    shell.now += 3600;
    shell.answers = [tokens("access-10", "refresh-10", 3600)].into();
    assert_eq!(shell.run(json!({"type": "tick"}))["ok"], true);
}

#[test]
fn scheme_port_and_www_make_no_other_site() {
    for (granted, address, same) in [
        ("https://site.example", "http://site.example", true),
        ("https://site.example", "https://www.site.example/", true),
        (
            "https://www.site.example",
            "https://site.example:8443",
            true,
        ),
        ("http://127.0.0.1:8080", "http://127.0.0.1:9090", true),
        ("http://[::1]:8080", "http://[::1]", true),
        ("http://[::1]", "http://[::2]", false),
        ("https://Site.Example", "https://site.example", true),
        (
            "https://site.example/blog",
            "https://site.example/blog/",
            true,
        ),
        ("https://site.example/blog", "https://site.example", false),
        (
            "https://site.example/Blog",
            "https://site.example/blog",
            false,
        ),
        ("https://site.example", "https://site.example.org", false),
        (
            "https://site.example",
            "https://staging.site.example",
            false,
        ),
        // What is not known differs from nothing.
        ("https://site.example", "", true),
        ("", "https://site.example", true),
    ] {
        let mut shell = Shell::configured("");
        shell.site = granted;
        let state = shell.authorize(7);
        shell.answers = [tokens("a", "r", 3600), user()].into();
        shell.come_back(7, &format!("state={state}&code=c"));
        shell.site = address;
        let expected = if same { "connected" } else { "attention" };
        assert_eq!(
            shell.view()["status"]["status"],
            expected,
            "{granted} {address}"
        );
    }
}

#[test]
fn an_address_without_a_host_is_none() {
    for address in ["https://", "http:///", "https:///wp", "/", " "] {
        let mut shell = Shell::connected("");
        shell.site = address;
        assert_eq!(shell.view()["status"]["status"], "connected", "{address:?}");
    }
}

#[test]
fn a_late_copy_answer_does_not_drop_a_connection_that_was_said_to_have_moved() {
    let mut shell = Shell::connected("copy_late");
    shell.site = "https://new.example";
    shell.run(json!({"type": "site_moved"}));
    shell.run(json!({"type": "site_copied"}));
    assert!(!shell.stored["grant"].is_null());
}
