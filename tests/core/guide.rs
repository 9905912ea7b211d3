//! How far the owner has come: what saving, the doctor and a connection prove, and what is shown before one leaves.

use serde_json::{Value, json};

use crate::doctor::{diagnose, failed, header_arrives, knows_client, mautic, steps};
use crate::shell::{BASE, CLIENT_ID, REDIRECT_URI, Shell, contacts, error, page, user};

#[test]
fn a_site_that_nobody_has_authorized() {
    let mut shell = Shell::configured("doctor_ready");
    let reply = diagnose(&mut shell, [mautic(), knows_client(), header_arrives()]);
    assert_eq!(failed(&shell), "");
    assert_eq!(reply["error"]["code"], "connection.needs_authorization");
    assert_eq!(
        steps(&shell)[9],
        "token:skipped connection.needs_authorization"
    );
    assert_eq!(
        steps(&shell)[11],
        "permission:skipped connection.needs_authorization"
    );
    assert_eq!(reply["status"]["status"], "ready");
    assert_eq!(
        reply["guide"],
        json!({"mautic": true, "api": true, "credentials": true, "connected": false})
    );
}

#[test]
fn with_a_base_url_alone() {
    let mut shell = Shell::new("doctor_base_url_alone");
    shell.overrides = json!({"base_url": BASE});
    let reply = diagnose(&mut shell, [mautic(), header_arrives()]);
    assert_eq!(failed(&shell), "");
    assert_eq!(reply["error"]["code"], "connection.not_configured");
    assert_eq!(reply["guide"]["mautic"], true);
    let mut shell = Shell::new("doctor_nothing");
    assert_eq!(
        shell.run(json!({"type": "diagnose"}))["error"]["code"],
        "base_url.missing"
    );
}

#[test]
fn after_saving() {
    let mut shell = Shell::configured("doctor_setup");
    assert_eq!(
        shell.view()["guide"],
        json!({"mautic": false, "api": false, "credentials": false, "connected": false})
    );
    shell.answers = [mautic(), knows_client()].into();
    let reply = shell.run(json!({"type": "diagnose", "setup": true, "paths": ["contacts"]}));
    assert_eq!(reply["ok"], true);
    assert_eq!(
        steps(&shell),
        [
            "dns:passed",
            "tls:passed",
            "reachable:passed",
            "redirect:passed",
            "mautic:passed",
            "path:passed",
            "api:passed",
            "credentials:passed",
            "clock:skipped"
        ]
    );
    assert_eq!(shell.view()["guide"]["credentials"], true);
    // Another secret is another question; another server all of them.
    shell.run(json!({"type": "settings_saved", "values": {"client_secret": "other"}}));
    assert_eq!(
        shell.view()["guide"],
        json!({"mautic": true, "api": true, "credentials": false, "connected": false})
    );
    shell.run(json!({"type": "settings_saved", "values": {"base_url": "https://b.example", "client_secret": "x"}}));
    assert_eq!(shell.view()["guide"]["mautic"], false);
    shell.answers = [mautic(), error(400, "invalid_client")].into();
    let reply = shell.run(json!({"type": "diagnose", "setup": true}));
    assert_eq!(reply["error"]["code"], "token.invalid_client");
    assert_eq!(
        shell.view()["guide"],
        json!({"mautic": true, "api": true, "credentials": false, "connected": false})
    );
    assert_eq!(shell.view()["status"]["last_error"], Value::Null);
}

#[test]
fn the_api_is_switched_off_under_a_connection() {
    let mut shell = Shell::connected("doctor_guide");
    assert_eq!(
        shell.view()["guide"],
        json!({"mautic": true, "api": true, "credentials": true, "connected": true})
    );
    diagnose(&mut shell, [error(403, "api_disabled")]);
    assert_eq!(
        shell.view()["guide"],
        json!({"mautic": true, "api": false, "credentials": true, "connected": true})
    );
    diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            user(),
            contacts(),
        ],
    );
    assert_eq!(shell.view()["guide"]["api"], true);
    assert_eq!(shell.view()["status"]["status"], "connected");
}

#[test]
fn what_is_tried_after_saving_is_no_trouble_of_the_connection() {
    let mut shell = Shell::connected("guide_setup_connected");
    shell.answers = [error(403, "api_disabled")].into();
    let reply = shell.run(json!({"type": "diagnose", "setup": true}));
    assert_eq!(reply["error"]["code"], "token.api_disabled");
    assert_eq!(reply["status"]["last_error"], Value::Null);
    assert!(shell.saw("log").is_empty());
}

#[test]
fn what_is_no_mautic_any_more_has_no_api() {
    let mut shell = Shell::connected("doctor_gone");
    let nothing = || page(404, "Not found");
    let reply = diagnose(&mut shell, [nothing(), nothing(), nothing()]);
    assert_eq!(
        reply["guide"],
        json!({"mautic": false, "api": false, "credentials": false, "connected": true})
    );
    // One that is only down for a while has.
    let mut shell = Shell::connected("doctor_down");
    let reply = diagnose(&mut shell, [page(503, "Maintenance")]);
    assert_eq!(reply["guide"]["mautic"], true);
}

#[test]
fn what_will_be_asked_of_mautic_is_shown_before() {
    let mut shell = Shell::configured("preview");
    let view = shell.run(json!({"type": "view", "redirect_uri": REDIRECT_URI}));
    assert_eq!(
        view["authorize"],
        json!({"endpoint": "https://mautic.example/oauth/v2/authorize", "parameters": [
            {"name": "client_id", "value": CLIENT_ID},
            {"name": "grant_type", "value": "authorization_code"},
            {"name": "redirect_uri", "value": REDIRECT_URI},
            {"name": "response_type", "value": "code"},
            {"name": "state", "value": ""},
        ]})
    );
    // As the address that one is sent to has them.
    let reply = shell.run(
        json!({"type": "authorize", "user": 7, "redirect_uri": REDIRECT_URI, "return_to": ""}),
    );
    let url = url::Url::parse(reply["url"].as_str().unwrap_or_default()).expect("an address");
    let names: Vec<String> = url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "client_id",
            "grant_type",
            "redirect_uri",
            "response_type",
            "state"
        ]
    );

    let checked = |shell: &mut Shell, values: Value| {
        shell.run(
            json!({"type": "settings_checked", "redirect_uri": REDIRECT_URI, "values": values}),
        )["authorize"]
            .clone()
    };
    let typed = checked(
        &mut shell,
        json!({"base_url": "m.example/s/login", "client_id": " 5_x "}),
    );
    assert_eq!(typed["endpoint"], "https://m.example/oauth/v2/authorize");
    assert_eq!(typed["parameters"][0]["value"], "5_x");
    assert_eq!(
        checked(&mut shell, json!({"base_url": "ftp://x"})),
        Value::Null
    );
    assert_eq!(
        checked(&mut shell, json!({"client_id": "a b"})),
        Value::Null
    );
    assert_eq!(
        checked(&mut shell, json!({"auth_method": "basic"})),
        Value::Null
    );
}
