//! What people paste of what Mautic showed them, by what it comes from.

use serde_json::{Value, json};

use crate::shell::{BASE, CLIENT_ID, REDIRECT_URI, Shell};

fn explain(shell: &mut Shell, text: &str) -> Value {
    let reply = shell.run(json!({"type": "explain", "text": text, "redirect_uri": REDIRECT_URI}));
    assert_eq!(reply["ok"], true);
    assert!(shell.saw("store").is_empty() && shell.saw("log").is_empty());
    reply["explained"].clone()
}

#[test]
fn messages_and_pages() {
    let mut shell = Shell::configured("explain_texts");
    let error = |status: u16, kind: Value, message: &str| {
        json!({"errors": [{"message": message, "code": status, "type": kind}]}).to_string()
    };
    for (text, code) in [
        (String::new(), "explain.empty"),
        (error(302, json!("access_denied"), "API-Autorisierung verweigert."), "authorize.access_denied"),
        (error(400, json!("redirect_uri_mismatch"), "The redirect URI provided does not match registered URI(s)."), "token.redirect_uri_mismatch"),
        (error(500, Value::Null, "Looks like I encountered an error (error #500)."), "explain.error_500"),
        (error(404, Value::Null, "Client not found."), "explain.client_not_found"),
        (error(404, Value::Null, "Requested URL not found: /mautic/oauth/v2/authorize"), "token.not_found"),
        (error(403, json!("api_disabled"), "API disabled."), "token.api_disabled"),
        (error(403, json!("access_denied"), "Basic Auth disabled."), "token.basic_disabled"),
        (error(401, json!("access_denied"), "API authorization denied."), "api.unauthorized"),
        (error(400, json!("invalid_client"), "The client credentials are invalid"), "token.invalid_client"),
        (error(400, json!("invalid_grant"), "Code doesn't exist or is invalid for the client"), "token.code_invalid"),
        (error(400, json!("invalid_grant"), "Invalid refresh token"), "token.invalid_grant"),
        (error(429, Value::Null, "You exceeded the rate limit of 2 API calls per hour."), "api.rate_limited"),
        (json!({"errors": [{"code": 403, "message": "You do not have access to the requested area/action.", "details": []}]}).to_string(), "api.forbidden"),
        (json!({"type": "https://tools.ietf.org/html/rfc2616#section-10", "title": "An error occurred", "status": 403, "detail": "Forbidden"}).to_string(), "explain.forbidden"),
        (json!({"message": "Invalid credentials."}).to_string(), "api.v2_refused"),
        (format!("Mautic said:\n{}", error(302, json!("access_denied"), "denied")), "authorize.access_denied"),
        ("Oops! An Error Occurred\nThe server returned a \"403 Forbidden\".".into(), "explain.forbidden"),
        ("Oops! An Error Occurred\nThe server returned a \"500 Internal Server Error\".".into(), "explain.error_500"),
        ("Looks like I encountered an error (error #500). If I do it again, please report me to the system administrator!".into(), "explain.error_500"),
        ("403 Forbidden\nnginx".into(), "explain.blocked"),
        ("Just a moment...\nVerifying you are human".into(), "explain.blocked"),
        ("502 Bad Gateway".into(), "explain.server_error"),
        ("Mautic is down for maintenance".into(), "explain.server_error"),
        ("Your connection is not private\nNET::ERR_CERT_DATE_INVALID".into(), "explain.certificate"),
        ("This site can’t be reached\nDNS_PROBE_FINISHED_NXDOMAIN".into(), "explain.unreachable"),
        ("This page isn’t working\nERR_TOO_MANY_REDIRECTS".into(), "token.redirect_loop"),
        ("404 Not Found".into(), "explain.not_found"),
        ("Invalid credentials.\nUsername or email".into(), "explain.wrong_password"),
        ("Username or email\nPassword\nKeep me logged in".into(), "explain.login"),
        ("Mautic\nWordPress would like access.\nAccept Deny".into(), "explain.consent"),
        ("qwertzuiopasdfghjklyxcvbnm1234567890".into(), "explain.secret"),
        (json!({"access_token": "abc", "refresh_token": "def"}).to_string(), "explain.secret"),
        ("Oops! 403".into(), "explain.forbidden"),
        ("You do not have access to the requested area/action.".into(), "explain.forbidden"),
        ("502 Bad Gateway\ncloudflare".into(), "explain.server_error"),
        ("Error 522 Connection timed out\nCloudflare Ray ID: 1".into(), "explain.server_error"),
        ("Attention Required! | Cloudflare".into(), "explain.blocked"),
        ("MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT".into(), "explain.certificate"),
        ("Server Not Found\nWe’re having trouble finding that site.".into(), "explain.unreachable"),
        ("The page isn’t redirecting properly".into(), "token.redirect_loop"),
        ("This site uses cookies. Accept Deny".into(), "explain.unknown"),
        ("client secret: \"qwertzuiopasdfghjklyxcvbnm1234567890\"".into(), "explain.secret"),
        (json!({"refresh_token": "def"}).to_string(), "explain.secret"),
        (json!({"errors": [{"message": "x", "code": "403", "type": null}]}).to_string(), "explain.forbidden"),
        ("no idea".into(), "explain.unknown"),
    ] {
        assert_eq!(explain(&mut shell, &text)["code"], code, "{text}");
    }
}

#[test]
fn addresses() {
    let mut shell = Shell::configured("explain_addresses");
    let authorize = |base: &str, client: &str, uri: &str| {
        format!("{base}/oauth/v2/authorize?client_id={client}&redirect_uri={uri}&state=cfm1.x")
    };
    let back = format!("{REDIRECT_URI}?state=cfm1.abc");
    for (text, code, detail) in [
        (
            authorize(BASE, CLIENT_ID, REDIRECT_URI),
            "explain.consent",
            "",
        ),
        (
            authorize(
                BASE,
                CLIENT_ID,
                "https://www.site.example/wp-admin/admin.php",
            ),
            "explain.redirect_uri_differs",
            "https://www.site.example/wp-admin/admin.php",
        ),
        (
            authorize(BASE, "2_old", REDIRECT_URI),
            "explain.client_differs",
            "2_old",
        ),
        (
            authorize("https://other.example/m", CLIENT_ID, REDIRECT_URI),
            "explain.server_differs",
            "https://other.example/m",
        ),
        (
            format!("{BASE}/oauth/v2/authorize"),
            "explain.address_only",
            "",
        ),
        (
            format!("{BASE}/oauth/v2/authorize_login"),
            "explain.login",
            "",
        ),
        (
            format!("{BASE}/s/dashboard"),
            "explain.dashboard",
            "/s/dashboard",
        ),
        (format!("{back}&code=s3cr3t"), "explain.returned", ""),
        (
            format!("{back}&error=access_denied"),
            "authorize.access_denied",
            "",
        ),
        (
            "https://old.example/wp-admin/admin.php?state=cfm1.abc&code=s3cr3t".into(),
            "explain.returned_elsewhere",
            "https://old.example/wp-admin/admin.php",
        ),
        (
            format!("{BASE}//oauth/v2/authorize"),
            "explain.address_only",
            "",
        ),
        (
            "https://user:s3cr3t@old.example/wp-admin/admin.php?state=cfm1.a&code=s3cr3t".into(),
            "explain.returned_elsewhere",
            "https://old.example/wp-admin/admin.php",
        ),
        (
            "https://user:s3cr3t@other.example/oauth/v2/authorize".into(),
            "explain.server_differs",
            "https://other.example",
        ),
        (
            authorize(BASE, CLIENT_ID, "https://b.example/admin.php%3Fcode=s3cr3t"),
            "explain.redirect_uri_differs",
            "https://b.example/admin.php",
        ),
        ("https://example.com/".into(), "explain.unknown", ""),
    ] {
        let explained = explain(&mut shell, &text);
        assert_eq!(explained["code"], code, "{text}");
        assert_eq!(
            explained["detail"].as_str().unwrap_or_default(),
            detail,
            "{text}"
        );
        assert!(!explained.to_string().contains("s3cr3t"));
    }
}

#[test]
fn a_token_in_a_message_is_not_shown_again() {
    let mut shell = Shell::configured("explain_token_in_message");
    let message = format!("The token {} is bad", "s3cr3t".repeat(8));
    let text = json!({"errors": [{"message": message, "code": 401, "type": "invalid_grant"}]});
    let explained = explain(&mut shell, &text.to_string());
    assert_eq!(explained["code"], "token.invalid_grant");
    assert!(!explained.to_string().contains("s3cr3t"));
}

/// A browser has no connection, only what the page shows of it.
#[test]
fn in_a_browser() {
    let mut shell = Shell::new("explain_browser");
    let reply = shell.run(json!({"type": "explain", "redirect_uri": REDIRECT_URI,
        "stored_base_url": BASE, "stored_client_id": CLIENT_ID,
        "text": format!("{BASE}/oauth/v2/authorize?client_id=9_other")}));
    assert_eq!(reply["explained"]["code"], "explain.client_differs");
}

/// Whatever is pasted, however long: an answer, and quickly.
#[test]
fn anything_is_answered() {
    let mut shell = Shell::new("");
    for text in [
        "{",
        "{\"errors\":[]}",
        "https://",
        "http://[",
        "}{",
        "\u{0}",
        "ü".repeat(70_000).as_str(),
    ] {
        assert_eq!(
            explain(&mut shell, text)["code"],
            "explain.unknown",
            "{text:.20}"
        );
    }
}
