//! "Test connection": which step fails by what.

use serde_json::{Value, json};

use crate::shell::{
    BASE, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Shell, answer, contacts, error, form, no_answer,
    page, tokens, user,
};

/// What a Mautic says whose API is on.
fn mautic() -> Value {
    error(400, "invalid_request")
}

/// To the client that it knows, with a refresh token that is none.
fn knows_client() -> Value {
    error(400, "invalid_grant")
}

/// To a token that nobody issued.
fn header_arrives() -> Value {
    error(401, "invalid_grant")
}

fn diagnose(shell: &mut Shell, answers: impl IntoIterator<Item = Value>) -> Value {
    shell.answers = answers.into_iter().collect();
    shell.requests.clear();
    let reply = shell.run(json!({"type": "diagnose", "paths": ["contacts"]}));
    assert!(shell.answers.is_empty(), "not asked: {:?}", shell.answers);
    reply
}

/// The steps as `name:state` and the code of what is wrong.
fn steps(shell: &Shell) -> Vec<String> {
    shell
        .saw("step")
        .iter()
        .map(|step| {
            let code = step["error"]["code"]
                .as_str()
                .map(|code| [" ", code].concat());
            [
                step["name"].as_str().unwrap_or_default(),
                ":",
                step["state"].as_str().unwrap_or_default(),
                &code.unwrap_or_default(),
            ]
            .concat()
        })
        .collect()
}

/// The first that did not pass.
fn failed(shell: &Shell) -> String {
    let steps = steps(shell);
    let first = steps.iter().find(|step| step.contains(":failed"));
    let names: Vec<&str> = steps
        .iter()
        .filter_map(|step| step.split(':').next())
        .collect();
    assert_eq!(
        names,
        [
            "dns",
            "tls",
            "reachable",
            "redirect",
            "mautic",
            "path",
            "api",
            "credentials",
            "header",
            "token",
            "identity",
            "permission",
            "clock"
        ],
        "every step is said once, in order"
    );
    first.cloned().unwrap_or_default()
}

#[test]
fn all_is_well() {
    let mut shell = Shell::connected("doctor_well");
    let mut reach = mautic();
    reach["headers"]["date"] = json!("Tue, 14 Nov 2023 22:13:25 GMT");
    reach["milliseconds"] = json!(120);
    reach["dns_milliseconds"] = json!(7);
    reach["tls_milliseconds"] = json!(40);
    let reply = diagnose(
        &mut shell,
        [reach, knows_client(), header_arrives(), user(), contacts()],
    );
    assert_eq!(reply["ok"], true, "{reply}");
    assert!(
        steps(&shell).iter().all(|step| step.ends_with(":passed")),
        "{:?}",
        steps(&shell)
    );
    let said = shell.saw("step");
    assert_eq!(said[0]["milliseconds"], 7);
    assert_eq!(said[1]["milliseconds"], 40);
    assert_eq!(said[2]["milliseconds"], 120);
    assert_eq!(said[11]["detail"], "contacts");
    assert_eq!(said[12]["value"], 5);
    assert_eq!(
        reply["guide"],
        json!({"mautic": true, "api": true, "credentials": true, "connected": true})
    );
    let urls: Vec<&str> = shell
        .requests
        .iter()
        .filter_map(|request| request["url"].as_str())
        .collect();
    assert_eq!(
        urls,
        [
            "https://mautic.example/oauth/v2/token",
            "https://mautic.example/oauth/v2/token",
            "https://mautic.example/api/users/self",
            "https://mautic.example/api/users/self",
            "https://mautic.example/api/contacts?limit=1&minimal=1",
        ]
    );
    assert_eq!(
        shell.requests[0]["headers"],
        json!([["Accept", "application/json"]])
    );
    assert_eq!(
        form(&shell.requests[1])[3],
        ("refresh_token".into(), "probe".into())
    );
}

#[test]
fn before_anything_is_known_of_the_connection() {
    for (story, answers, expected) in [
        (
            "doctor_dns",
            vec![no_answer("cURL error 6: Could not resolve host")],
            "dns:failed transport.dns",
        ),
        (
            "doctor_tls",
            vec![no_answer("cURL error 60: certificate has expired")],
            "tls:failed transport.tls",
        ),
        (
            "doctor_refused",
            vec![no_answer("cURL error 7: refused")],
            "reachable:failed transport.refused",
        ),
        (
            "doctor_timeout",
            vec![no_answer("cURL error 28: timed out")],
            "reachable:failed transport.timeout",
        ),
        (
            "doctor_blocked_by_wordpress",
            vec![
                json!({"error_kind": "http_request_not_executed", "error_message": "User has blocked requests through HTTP."}),
            ],
            "reachable:failed transport.blocked",
        ),
        (
            "doctor_api_off",
            vec![error(403, "api_disabled")],
            "api:failed token.api_disabled",
        ),
        (
            "doctor_waf",
            vec![page(403, "Attention Required! | Cloudflare")],
            "mautic:failed token.blocked",
        ),
        (
            "doctor_maintenance",
            vec![page(503, "Maintenance")],
            "mautic:failed token.server_error",
        ),
        (
            "doctor_wrong_client",
            vec![mautic(), error(400, "invalid_client")],
            "credentials:failed token.invalid_client",
        ),
        (
            "doctor_body_lost",
            vec![mautic(), error(400, "invalid_request")],
            "credentials:failed token.invalid_request",
        ),
        (
            "doctor_https_only",
            vec![
                mautic(),
                answer(
                    404,
                    &json!({"errors": [{"message": "Requested URL not found: /oauth/v2/token", "code": 404, "type": null}]}),
                ),
            ],
            "credentials:failed token.https_only",
        ),
        (
            "doctor_post_redirected",
            vec![
                mautic(),
                json!({"status": 301, "headers": {"location": "https://www.mautic.example/oauth/v2/token"}, "body": ""}),
            ],
            "credentials:failed token.redirected",
        ),
        (
            "doctor_header_stripped",
            vec![mautic(), knows_client(), error(401, "access_denied")],
            "header:failed api.header_stripped",
        ),
        (
            "doctor_header_waf",
            vec![mautic(), knows_client(), page(406, "Not Acceptable")],
            "header:failed api.blocked",
        ),
    ] {
        let mut shell = Shell::connected(story);
        let reply = diagnose(&mut shell, answers);
        assert_eq!(failed(&shell), expected);
        assert_eq!(reply["ok"], false);
        let code = expected.split(' ').next_back();
        assert_eq!(reply["error"]["code"].as_str(), code);
        // The connection has met it too.
        assert_eq!(
            reply["status"]["last_error"]["code"].as_str(),
            code,
            "{story}"
        );
        assert_eq!(reply["guide"]["connected"], true);
    }
}

#[test]
fn another_address_is_offered_only_if_a_mautic_is_there() {
    let redirect = |to: &str| json!({"status": 301, "headers": {"location": to}, "body": ""});
    let wrong_path = || {
        answer(
            404,
            &json!({"errors": [{"message": "Requested URL not found: /x/oauth/v2/token", "code": 404, "type": null}]}),
        )
    };
    let nothing = || page(404, "Not found");
    for (story, base, answers, expected, suggestion) in [
        (
            "doctor_moved",
            BASE,
            vec![
                redirect("https://www.mautic.example/oauth/v2/token"),
                mautic(),
            ],
            "redirect:failed token.redirected",
            "https://www.mautic.example",
        ),
        (
            "doctor_moved_away",
            BASE,
            vec![
                redirect("https://parking.example/oauth/v2/token"),
                nothing(),
            ],
            "redirect:failed token.redirected",
            "",
        ),
        (
            "doctor_to_login",
            BASE,
            vec![redirect("/login")],
            "redirect:failed token.redirected",
            "",
        ),
        (
            "doctor_loop",
            BASE,
            vec![redirect("https://mautic.example/oauth/v2/token")],
            "redirect:failed token.redirect_loop",
            "",
        ),
        (
            "doctor_rewrite_redirect",
            BASE,
            vec![redirect("/index.php/oauth/v2/token")],
            "redirect:failed token.rewrite_off",
            "",
        ),
        (
            "doctor_rewrite_off",
            BASE,
            vec![nothing(), mautic()],
            "mautic:failed token.rewrite_off",
            "",
        ),
        (
            "doctor_folder",
            BASE,
            vec![nothing(), nothing(), error(403, "api_disabled")],
            "mautic:failed token.not_mautic",
            "https://mautic.example/mautic",
        ),
        (
            "doctor_no_mautic",
            BASE,
            vec![nothing(), nothing(), nothing()],
            "mautic:failed token.not_mautic",
            "",
        ),
        (
            "doctor_above",
            "https://mautic.example/a/x",
            vec![wrong_path(), wrong_path(), mautic()],
            "path:failed token.not_found",
            "https://mautic.example",
        ),
    ] {
        let mut shell = Shell::new(story);
        shell.run(json!({"type": "settings_saved", "values": {"base_url": base, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}));
        let reply = diagnose(&mut shell, answers);
        assert_eq!(failed(&shell), expected, "{story}");
        assert_eq!(
            reply["error"]["suggestion"].as_str().unwrap_or_default(),
            suggestion,
            "{story}"
        );
        // Nobody has used it yet, so nothing is wrong with a connection.
        assert_eq!(reply["status"]["last_error"], Value::Null);
        for request in &shell.requests {
            assert!(
                !request.to_string().contains(CLIENT_SECRET),
                "no secret goes to an address that is only tried"
            );
        }
    }
}

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
fn tokens_are_renewed_if_it_is_time() {
    let mut shell = Shell::connected("doctor_renews");
    shell.now += 4000;
    let mut renewed = tokens("access-2", "refresh-2", 3600);
    renewed["milliseconds"] = json!(90);
    let reply = diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            renewed,
            user(),
            contacts(),
        ],
    );
    assert_eq!(reply["ok"], true);
    assert_eq!(shell.notified(), ["refreshed"]);
    assert_eq!(shell.saw("step")[9]["milliseconds"], 90);

    let mut shell = Shell::connected("doctor_refused_refresh");
    shell.now += 4000;
    let reply = diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            error(400, "invalid_grant"),
        ],
    );
    assert_eq!(failed(&shell), "token:failed token.invalid_grant");
    assert_eq!(reply["status"]["status"], "needs_authorization");

    // It died before its time, and is renewed once.
    let mut shell = Shell::connected("doctor_repeats");
    let dead = error(401, "invalid_grant");
    let reply = diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            dead,
            tokens("access-2", "refresh-2", 3600),
            user(),
            contacts(),
        ],
    );
    assert_eq!(
        (failed(&shell).as_str(), reply["ok"].as_bool()),
        ("", Some(true))
    );
}

#[test]
fn what_the_account_may_read() {
    let mut shell = Shell::connected("doctor_forbidden");
    let forbidden = answer(
        403,
        &json!({"errors": [{"code": 403, "message": "You do not have access to the requested area/action.", "details": []}]}),
    );
    let reply = diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            user(),
            forbidden,
        ],
    );
    assert_eq!(reply["ok"], true, "nothing is broken");
    let said = shell.saw("step")[11].clone();
    assert_eq!(
        (
            &said["state"],
            &said["error"]["code"],
            &said["error"]["detail"]
        ),
        (
            &json!("warned"),
            &json!("api.forbidden"),
            &json!("contacts")
        )
    );
    shell.answers = [
        mautic(),
        knows_client(),
        header_arrives(),
        user(),
        contacts(),
        contacts(),
        contacts(),
        contacts(),
    ]
    .into();
    let reply = shell.run(json!({"type": "diagnose", "paths": ["/contacts", "../x", "forms", "segments", "emails", "pages"]}));
    assert_eq!(reply["ok"], true);
    let said: Vec<String> = steps(&shell)[11..].to_vec();
    assert_eq!(
        said,
        [
            "permission:passed",
            "permission:warned api_call.path_invalid",
            "permission:passed",
            "permission:passed",
            "permission:passed",
            "clock:skipped"
        ]
    );
}

#[test]
fn no_password_of_a_redirect_is_shown() {
    for location in [
        "https://user:s3cr3t@b.example/x?y=s3cr3t",
        "//s3cr3t@b.example",
        "https://s3cr3t:s3cr3t@",
    ] {
        let mut shell = Shell::new("");
        shell.run(json!({"type": "settings_saved", "values": {"base_url": BASE, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}));
        let reply = diagnose(
            &mut shell,
            [json!({"status": 302, "headers": {"location": location}, "body": ""})],
        );
        assert_eq!(reply["error"]["code"], "token.redirected");
        assert!(!reply.to_string().contains("s3cr3t"), "{reply}");
    }
}

#[test]
fn no_server_out_there_leads_into_the_sites_own_network() {
    for location in [
        "http://mautic.example/oauth/v2/token",
        "http://127.0.0.1:8080/oauth/v2/token",
        "https://192.168.1.1/oauth/v2/token",
        "https://localhost/oauth/v2/token",
    ] {
        let mut shell = Shell::new("");
        shell.overrides = json!({"allow_private_hosts": true, "allow_http": true});
        shell.run(json!({"type": "settings_saved", "values": {"base_url": BASE, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}));
        let reply = diagnose(
            &mut shell,
            [json!({"status": 302, "headers": {"location": location}, "body": ""})],
        );
        assert_eq!(shell.requests.len(), 1, "{location}");
        assert_eq!(reply["error"]["suggestion"], Value::Null);
    }
    // Within it, it may.
    let mut shell = Shell::new("doctor_private");
    shell.overrides = json!({"allow_private_hosts": true});
    shell.run(json!({"type": "settings_saved", "values": {"base_url": "https://192.168.1.1", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}));
    let to = json!({"status": 302, "headers": {"location": "https://192.168.1.2/oauth/v2/token"}, "body": ""});
    let reply = diagnose(&mut shell, [to, mautic()]);
    assert_eq!(reply["error"]["suggestion"], "https://192.168.1.2");
}

#[test]
fn clocks_that_differ() {
    let mut shell = Shell::connected("doctor_clock");
    let mut reach = mautic();
    reach["headers"]["date"] = json!("Tue, 14 Nov 2023 22:08:20 GMT");
    let reply = diagnose(
        &mut shell,
        [reach, knows_client(), header_arrives(), user(), contacts()],
    );
    assert_eq!(reply["ok"], true);
    let clock = shell.saw("step")[12].clone();
    assert_eq!(
        (&clock["state"], &clock["error"]["code"], &clock["value"]),
        (&json!("warned"), &json!("clock.skew"), &json!(-300))
    );
}

#[test]
fn the_other_methods() {
    let mut shell = Shell::new("doctor_client_credentials");
    shell.run(json!({"type": "settings_saved", "values": {"auth_method": "client_credentials", "base_url": BASE, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}));
    let reply = diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            error(400, "unauthorized_client"),
        ],
    );
    assert_eq!(failed(&shell), "token:failed token.unauthorized_client");
    assert_eq!(reply["guide"]["credentials"], true);
    shell.now += 60;
    let reply = diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            answer(
                200,
                &json!({"access_token": "a", "expires_in": 3600, "token_type": "bearer", "scope": null}),
            ),
            user(),
            contacts(),
        ],
    );
    assert_eq!(
        (failed(&shell).as_str(), reply["ok"].as_bool()),
        ("", Some(true))
    );
    assert_eq!(reply["status"]["status"], "connected");
    // The owner disconnects, and tests to connect again.
    shell.run(json!({"type": "disconnect"}));
    let reply = diagnose(
        &mut shell,
        [
            mautic(),
            knows_client(),
            header_arrives(),
            answer(
                200,
                &json!({"access_token": "b", "expires_in": 3600, "token_type": "bearer", "scope": null}),
            ),
            user(),
            contacts(),
        ],
    );
    assert_eq!(reply["status"]["status"], "connected");

    let mut shell = Shell::new("doctor_basic");
    shell.run(json!({"type": "settings_saved", "values": {"auth_method": "basic", "base_url": BASE, "username": "ada", "password": "p"}}));
    diagnose(
        &mut shell,
        [mautic(), header_arrives(), error(401, "access_denied")],
    );
    assert_eq!(failed(&shell), "identity:failed api.basic_refused");
    diagnose(
        &mut shell,
        [mautic(), header_arrives(), error(403, "access_denied")],
    );
    assert_eq!(failed(&shell), "identity:failed api.basic_disabled");
    let reply = diagnose(&mut shell, [mautic(), header_arrives(), user(), contacts()]);
    assert_eq!(
        (failed(&shell).as_str(), reply["ok"].as_bool()),
        ("", Some(true))
    );
    assert_eq!(steps(&shell)[7], "credentials:skipped");
    assert_eq!(steps(&shell)[9], "token:skipped");

    let mut shell = Shell::connected("doctor_query_token");
    shell.run(json!({"type": "settings_saved", "values": {"token_in_query": "1"}}));
    diagnose(&mut shell, [mautic(), knows_client(), user(), contacts()]);
    assert_eq!(failed(&shell), "");
    assert_eq!(steps(&shell)[8], "header:skipped");
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
