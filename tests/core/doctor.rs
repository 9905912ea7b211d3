//! "Test connection": which step fails by what.

use serde_json::{Value, json};

use crate::shell::{
    BASE, CLIENT_ID, CLIENT_SECRET, Shell, answer, contacts, error, form, no_answer, page, tokens,
    user,
};

/// What a Mautic says whose API is on.
pub(crate) fn mautic() -> Value {
    error(400, "invalid_request")
}

/// To the client that it knows, with a refresh token that is none.
pub(crate) fn knows_client() -> Value {
    error(400, "invalid_grant")
}

/// To a token that nobody issued.
pub(crate) fn header_arrives() -> Value {
    error(401, "invalid_grant")
}

pub(crate) fn diagnose(shell: &mut Shell, answers: impl IntoIterator<Item = Value>) -> Value {
    shell.answers = answers.into_iter().collect();
    shell.requests.clear();
    let reply = shell.run(json!({"type": "diagnose", "paths": ["contacts"]}));
    assert!(shell.answers.is_empty(), "not asked: {:?}", shell.answers);
    reply
}

/// The steps as `name:state` and the code of what is wrong.
pub(crate) fn steps(shell: &Shell) -> Vec<String> {
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
pub(crate) fn failed(shell: &Shell) -> String {
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
