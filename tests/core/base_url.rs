//! Whatever people paste as base URL.

use serde_json::{Value, json};

use crate::shell::Shell;

fn check(shell: &mut Shell, typed: &str) -> Value {
    shell.run(json!({"type": "settings_checked", "values": {
        "base_url": typed, "client_id": "1_a", "client_secret": "b",
    }}))
}

fn code(reply: &Value) -> &str {
    reply["problems"][0]["code"].as_str().unwrap_or_default()
}

#[test]
fn pasted_addresses_are_normalised() {
    let mut shell = Shell::new("base_url_pasted");
    shell.overrides = json!({"allow_private_hosts": true});
    for (typed, expected) in [
        ("https://mautic.example", "https://mautic.example"),
        ("  https://mautic.example/ \n", "https://mautic.example"),
        ("mautic.example", "https://mautic.example"),
        ("//mautic.example", "https://mautic.example"),
        ("MAUTIC.Example/Sub", "https://mautic.example/Sub"),
        ("https:/mautic.example", "https://mautic.example"),
        ("HTTPS://mautic.example:443/", "https://mautic.example"),
        ("mautic.example:8443", "https://mautic.example:8443"),
        (
            "https://mautic.example/sub/folder/",
            "https://mautic.example/sub/folder",
        ),
        (
            "https://mautic.example//sub//",
            "https://mautic.example/sub",
        ),
        ("https://mautic.example/index.php", "https://mautic.example"),
        (
            "https://mautic.example/sub/index.php/s/login",
            "https://mautic.example/sub",
        ),
        ("https://mautic.example/s/login", "https://mautic.example"),
        (
            "https://mautic.example/s/config/edit?x=1#tab",
            "https://mautic.example",
        ),
        ("https://mautic.example/api", "https://mautic.example"),
        (
            "https://mautic.example/api/contacts?limit=1",
            "https://mautic.example",
        ),
        (
            "https://mautic.example/oauth/v2/authorize",
            "https://mautic.example",
        ),
        ("https://mautic.example/shop", "https://mautic.example/shop"),
        ("https://mautic.example/a/../b", "https://mautic.example/b"),
        (
            "https:\\\\mautic.example\\sub",
            "https://mautic.example/sub",
        ),
        ("https://xn--exmple-cua.org", "https://xn--exmple-cua.org"),
        ("http://localhost:8081", "http://localhost:8081"),
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("http://[::1]:8081/", "http://[::1]:8081"),
        ("https://10.0.0.5/mautic", "https://10.0.0.5/mautic"),
    ] {
        let reply = check(&mut shell, typed);
        assert_eq!(reply["ok"], true, "{typed}: {reply}");
        assert_eq!(reply["normalized"], expected, "{typed}");
        // A normalised address is one that stays as it is.
        let again = check(&mut shell, expected);
        assert_eq!(again["normalized"], expected, "{expected}");
        assert!(again["notes"].is_null(), "{expected}: {again}");
    }
}

#[test]
fn what_cannot_be_a_base_url_is_refused_with_its_reason() {
    let mut shell = Shell::new("base_url_refused");
    for (typed, expected) in [
        ("", "base_url.missing"),
        (" \t ", "base_url.missing"),
        ("ftp://mautic.example", "base_url.scheme"),
        ("javascript://mautic.example/%0aalert(1)", "base_url.scheme"),
        ("https://", "base_url.invalid"),
        ("https://mau tic.example", "base_url.invalid"),
        ("mailto:me@mautic.example", "base_url.credentials"),
        ("https://mautic.example:99999", "base_url.invalid"),
        ("https://user:pass@mautic.example", "base_url.credentials"),
        ("http://mautic.example", "base_url.http_not_allowed"),
        ("https://169.254.169.254/latest", "base_url.address_refused"),
        ("https://[fe80::1]", "base_url.address_refused"),
        (
            "https://[::ffff:169.254.169.254]",
            "base_url.address_refused",
        ),
        ("https://2852039166", "base_url.address_refused"),
        ("https://0.0.0.0", "base_url.address_refused"),
        ("https://[::]", "base_url.address_refused"),
        (
            "https://metadata.google.internal",
            "base_url.address_refused",
        ),
        ("https://100.100.100.200", "base_url.address_refused"),
        ("https://[fd00:ec2::254]", "base_url.address_refused"),
        ("https://239.1.2.3", "base_url.address_refused"),
        // Not allowed by this site's policy.
        ("https://10.0.0.5", "base_url.address_refused"),
        ("https://192.168.1.1", "base_url.address_refused"),
        ("https://100.64.0.1", "base_url.address_refused"),
        ("https://[fd12::1]", "base_url.address_refused"),
        ("http://127.0.0.1:8081", "base_url.address_refused"),
        ("http://localhost:8081", "base_url.address_refused"),
    ] {
        let reply = check(&mut shell, typed);
        assert_eq!(code(&reply), expected, "{typed}: {reply}");
        assert_eq!(reply["problems"][0]["field"], "base_url");
        assert_eq!(reply["ok"], false);
    }
    let long = format!("https://mautic.example/{}", "x".repeat(300));
    assert_eq!(code(&check(&mut shell, &long)), "base_url.too_long");
    let grows = format!("https://mautic.example/{}", "ä".repeat(100));
    assert_eq!(code(&check(&mut shell, &grows)), "base_url.too_long");
}

/// The shell's policy, which judges what names lead to, has the same list: `php/AddressPolicyTest.php`.
#[test]
fn an_address_that_is_typed_is_judged_as_one_that_a_name_leads_to() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/addresses.json");
    let text = std::fs::read_to_string(path).expect("the list is there");
    let known: Value = serde_json::from_str(&text).expect("JSON");
    let mut shell = Shell::new("");
    for (kind, addresses) in known.as_object().expect("an object") {
        for address in addresses.as_array().expect("a list") {
            let address = address.as_str().expect("a text");
            let typed = if address.contains(':') {
                format!("https://[{address}]")
            } else {
                format!("https://{address}")
            };
            for private in [false, true] {
                shell.overrides = json!({"allow_private_hosts": private});
                let allowed = kind == "public" || (private && kind == "private");
                let reply = check(&mut shell, &typed);
                assert_eq!(reply["ok"], allowed, "{typed}, {private}: {reply}");
            }
        }
    }
}

#[test]
fn link_local_addresses_stay_refused_where_private_ones_are_allowed() {
    let mut shell = Shell::new("base_url_link_local");
    shell.overrides = json!({"allow_private_hosts": true, "allow_http": true});
    for typed in [
        "http://169.254.169.254",
        "http://[fe80::1]",
        "http://0.0.0.0",
    ] {
        assert_eq!(
            code(&check(&mut shell, typed)),
            "base_url.address_refused",
            "{typed}"
        );
    }
    assert_eq!(check(&mut shell, "http://mautic.example")["ok"], true);
}

#[test]
fn a_host_that_is_not_ascii_comes_back_with_its_punycode() {
    let mut shell = Shell::new("base_url_not_ascii");
    for (typed, host) in [
        ("https://exämple.org/sub", "exämple.org"),
        ("exämple.org:8443", "exämple.org"),
        ("https://me@exämple.org", "exämple.org"),
        ("https://пример.испытание?x#y", "пример.испытание"),
    ] {
        let reply = check(&mut shell, typed);
        assert_eq!(code(&reply), "base_url.host_not_ascii", "{typed}: {reply}");
        assert_eq!(reply["problems"][0]["host"], host, "{typed}");
    }
    let mut again = |ascii: &str| {
        shell.run(json!({"type": "settings_checked", "ascii_host": ascii, "values": {
            "base_url": "https://exämple.org:8443/sub", "client_id": "1_a", "client_secret": "b",
        }}))
    };
    let reply = again("xn--exmple-cua.org");
    assert_eq!(reply["normalized"], "https://xn--exmple-cua.org:8443/sub");
    assert_eq!(reply["notes"][0]["code"], "base_url.host_ascii");
    // The shell's help is checked like anything else.
    assert_eq!(code(&again("evil.example/x")), "base_url.host_not_ascii");
    assert_eq!(code(&again("exämple.org")), "base_url.host_not_ascii");
    assert_eq!(code(&again("")), "base_url.host_not_ascii");
}

#[test]
fn what_was_done_is_said() {
    let mut shell = Shell::new("base_url_notes");
    let reply = check(&mut shell, "mautic.example/sub/s/login?x=1");
    assert_eq!(
        reply["notes"],
        json!([
            {"code": "base_url.scheme_added"},
            {"code": "base_url.path_removed", "detail": "/s/login?x=1"},
        ])
    );
}
