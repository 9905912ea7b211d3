//! Where else Mautic may be, as the doctor finds out: what is tried, and what is offered.

use serde_json::{Value, json};

use crate::doctor::{diagnose, failed, mautic};
use crate::shell::{BASE, CLIENT_ID, CLIENT_SECRET, Shell, answer, error, page};

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
