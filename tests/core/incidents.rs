//! Who is told of trouble, when, and how often.

use serde_json::{Value, json};

use crate::shell::{Shell, contacts, error, no_answer, page, tokens, user};

/// Connected, with a token that is over.
fn expired(story: &'static str) -> Shell {
    let mut shell = Shell::connected(story);
    shell.now += 3600;
    shell
}

fn fail(shell: &mut Shell) -> Value {
    shell.answers = [page(403, "Forbidden by firewall")].into();
    shell.run(json!({"type": "refresh"}))
}

/// The web server keeps the Authorization header to itself: the token endpoint works, the API does
/// not.
fn stripped() -> Value {
    error(401, "access_denied")
}

fn mails(shell: &Shell) -> Vec<String> {
    shell
        .saw("mail")
        .iter()
        .filter_map(|mail| mail["code"].as_str())
        .map(str::to_owned)
        .collect()
}

#[test]
fn one_failure_is_no_loss_and_ten_minutes_of_them_are_told_once() {
    let mut shell = expired("incident_story");
    let since = shell.now;
    for (later, told) in [
        (0, false),
        (300, false),
        (599, false),
        (600, true),
        (900, false),
    ] {
        shell.now = since + later;
        fail(&mut shell);
        assert_eq!(mails(&shell).is_empty(), !told, "{later}");
        assert_eq!(shell.notified().is_empty(), !told, "{later}");
        if told {
            let mail = shell.saw("mail")[0];
            assert_eq!(mail["since"], since);
            assert_eq!(mail["error"]["code"], "token.blocked");
            assert_eq!(shell.notified(), ["connection_lost"]);
        }
    }

    // It works again; an hour later that is believed.
    shell.now += 60;
    shell.answers = [tokens("access-2", "refresh-2", 7200)].into();
    shell.run(json!({"type": "refresh"}));
    assert_eq!(shell.notified(), ["refreshed", "recovered"]);
    assert!(mails(&shell).is_empty());
    let at = since + 900 + 3600;
    assert_eq!(shell.saw("wake")[0]["at"], at);
    shell.now = at - 1;
    shell.run(json!({"type": "tick"}));
    assert!(mails(&shell).is_empty());
    shell.now = at;
    shell.run(json!({"type": "tick"}));
    assert_eq!(mails(&shell), ["recovered"]);
    assert_eq!(shell.saw("mail")[0]["since"], since);
    shell.run(json!({"type": "tick"}));
    assert!(mails(&shell).is_empty());
}

#[test]
fn a_refusal_that_is_final_is_told_at_once() {
    let mut shell = Shell::connected("incident_final");
    shell.answers = [error(400, "invalid_grant")].into();
    shell.run(json!({"type": "refresh"}));
    assert_eq!(shell.notified(), ["connection_lost"]);
    assert_eq!(mails(&shell), ["connection_lost"]);
    // Mended by the owner; after an hour that is told too.
    let state = shell.authorize(7);
    shell.answers = [tokens("access-2", "refresh-2", 3600), user()].into();
    shell.come_back(7, &format!("state={state}&code=c"));
    shell.now += 3600;
    shell.answers = [tokens("access-3", "refresh-3", 3600)].into();
    shell.run(json!({"type": "tick"}));
    assert_eq!(mails(&shell), ["recovered"]);
}

#[test]
fn nobody_is_told_while_everything_works() {
    let mut shell = Shell::connected("incident_serves");
    for _ in 0..3 {
        fail(&mut shell);
        shell.now += 900;
    }
    assert!(shell.now < 1_700_003_600);
    assert!(mails(&shell).is_empty());
    assert_eq!(shell.view()["status"]["status"], "connected");
    // It is shown from the access token's end on.
    assert_eq!(shell.view()["alert"]["from"], 1_700_003_600);
    assert_eq!(shell.view()["alert"]["since"], 1_700_000_000);
    shell.now = 1_700_003_600;
    fail(&mut shell);
    assert_eq!(mails(&shell), ["connection_lost"]);
}

#[test]
fn a_server_that_comes_and_goes_is_one_incident() {
    let mut shell = expired("incident_flapping");
    let mut told = Vec::new();
    for round in 0..5 {
        fail(&mut shell);
        told.extend(mails(&shell));
        shell.now += 700;
        fail(&mut shell);
        told.extend(mails(&shell));
        shell.now += 60;
        let access = format!("access-{round}");
        shell.answers = [tokens(&access, "refresh", 60)].into();
        shell.run(json!({"type": "refresh"}));
        shell.now += 1700;
    }
    assert_eq!(told, ["connection_lost"]);
}

#[test]
fn two_mails_a_day_at_most() {
    let mut shell = expired("incident_mails");
    let mut told = 0;
    for round in 0..6 {
        fail(&mut shell);
        shell.now += 600;
        fail(&mut shell);
        told += mails(&shell).len();
        assert_eq!(shell.notified(), ["connection_lost"], "{round}");
        shell.now += 60;
        shell.answers = [tokens("access", "refresh", 60)].into();
        shell.run(json!({"type": "refresh"}));
        shell.now += 3600;
        shell.answers = [tokens("access", "refresh", 60)].into();
        shell.run(json!({"type": "tick"}));
        told += mails(&shell).len();
        shell.now += 60;
    }
    assert_eq!(told, 2);

    // A loss that there was no mail for is told when there is one; so much for its end.
    for (later, mail) in [(0, false), (600, false), (43_200, false), (86_400, true)] {
        shell.now += later;
        fail(&mut shell);
        assert_eq!(!mails(&shell).is_empty(), mail, "{later}");
    }
}

#[test]
fn who_was_not_told_of_a_loss_is_not_told_of_its_end() {
    let mut shell = expired("incident_untold");
    shell.stored["health"]["mailed"] = json!([shell.now - 82_000, shell.now - 82_000]);
    fail(&mut shell);
    shell.now += 600;
    fail(&mut shell);
    assert_eq!(shell.notified(), ["connection_lost"]);
    assert!(mails(&shell).is_empty());
    shell.now += 60;
    shell.answers = [tokens("access-2", "refresh-2", 7200)].into();
    shell.run(json!({"type": "refresh"}));
    shell.now += 3600;
    shell.run(json!({"type": "tick"}));
    assert!(mails(&shell).is_empty());
}

#[test]
fn mails_can_be_switched_off_and_the_site_is_still_told() {
    let mut shell = expired("incident_muted");
    shell.run(json!({"type": "settings_saved", "values": {"notify_lost": "0"}}));
    let view = shell.view();
    assert_eq!(view["settings"]["notify_lost"], false);
    assert_eq!(view["settings"]["notify_recovered"], true);
    fail(&mut shell);
    shell.now += 600;
    fail(&mut shell);
    assert_eq!(shell.notified(), ["connection_lost"]);
    assert!(mails(&shell).is_empty());

    shell.run(json!({"type": "settings_saved", "values":
        {"notify_lost": "1", "notify_recovered": "0"}}));
    shell.now += 60;
    shell.answers = [tokens("access-2", "refresh-2", 7200)].into();
    shell.run(json!({"type": "refresh"}));
    shell.now += 3600;
    shell.run(json!({"type": "tick"}));
    assert!(mails(&shell).is_empty());
    assert!(shell.stored["health"]["incident"].is_null());
}

#[test]
fn trouble_that_only_calls_see_is_told_too() {
    let mut shell = Shell::connected("incident_calls");
    for (later, told) in [(0, false), (599, false), (600, true), (1300, false)] {
        shell.now = 1_700_000_000 + later;
        shell.answers = [error(403, "api_disabled")].into();
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["alert"]["since"], 1_700_000_000);
        assert_eq!(reply["alert"]["button"], "test");
        assert_eq!(mails(&shell).is_empty(), !told, "{later}");
    }
    shell.answers = [contacts()].into();
    shell.call("GET", "contacts");
    assert_eq!(shell.saw("wake")[0]["at"], 1_700_001_300 + 3600);
}

#[test]
fn what_was_never_connected_cannot_be_lost() {
    let mut shell = Shell::configured("incident_none");
    for _ in 0..3 {
        let state = shell.authorize(7);
        shell.answers = [error(400, "invalid_client")].into();
        let reply = shell.come_back(7, &format!("state={state}&code=c"));
        assert_eq!(reply["error"]["code"], "token.invalid_client");
        assert!(shell.notified().is_empty() && mails(&shell).is_empty());
        assert!(reply["alert"].is_null());
        shell.now += 700;
    }
}

#[test]
fn a_connection_that_works_has_an_alert_for_when_nobody_renews_it() {
    let mut shell = Shell::connected("alert_cron");
    let alert = shell.view()["alert"].clone();
    let due = shell.stored["grant"]["background_renew_at"].clone();
    let from = due.as_u64().unwrap_or_default() + 14 * 86_400 / 4;
    assert_eq!(
        alert,
        json!({"code": "cron.silent", "since": due, "from": from, "button": "refresh"})
    );
    shell.now = from - 1;
    assert_eq!(shell.view()["status"]["status"], "connected");
    shell.now = from;
    let reply = shell.view();
    assert_eq!(reply["status"]["status"], "attention");
    assert_eq!(reply["status"]["last_error"]["code"], "cron.silent");
    assert_eq!(reply["alert"], alert);
    // There is time left.
    assert!(from < reply["status"]["reconnect_by"].as_u64().unwrap_or_default() - 8 * 86_400);
    shell.answers = [tokens("access-2", "refresh-2", 3600)].into();
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.view()["status"]["status"], "connected");
}

#[test]
fn a_renewal_does_not_end_the_trouble_of_api_calls() {
    let mut shell = Shell::connected("incident_renewal");
    shell.answers = [stripped()].into();
    shell.call("GET", "contacts");
    assert_eq!(shell.view()["status"]["status"], "attention");
    // It asks whether calls work again.
    shell.answers = [tokens("access-2", "refresh-2", 3600), stripped()].into();
    shell.now += 3400;
    shell.run(json!({"type": "tick"}));
    let view = shell.view();
    assert_eq!(view["status"]["status"], "attention", "{view}");
}

#[test]
fn an_api_that_never_worked_again_is_not_said_to_work_again() {
    let mut shell = Shell::connected("incident_never_again");
    let mut told = Vec::new();
    for _ in 0..3 {
        shell.answers = [stripped()].into();
        shell.call("GET", "contacts");
        told.extend(mails(&shell));
        shell.now += 900;
    }
    assert_eq!(told, ["connection_lost"]);
    // Nobody calls for a while; the tick renews.
    for round in 0..3 {
        shell.now += 3600;
        let access = format!("a{round}");
        shell.answers = [tokens(&access, "refresh", 3600), stripped()].into();
        shell.run(json!({"type": "tick"}));
        told.extend(mails(&shell));
    }
    assert_eq!(told, ["connection_lost"]);
}

#[test]
fn an_api_that_fails_every_hour_is_told() {
    let mut shell = Shell::connected("incident_hourly");
    let mut told = Vec::new();
    for round in 0..6 {
        shell.now += 3700;
        let access = format!("a{round}");
        shell.answers = [tokens(&access, "refresh", 3600), stripped()].into();
        shell.call("GET", "contacts");
        told.extend(mails(&shell));
    }
    assert_eq!(told, ["connection_lost"]);
}

#[test]
fn a_callers_wrong_address_is_no_lost_connection() {
    let mut shell = Shell::connected("incident_wrong_path");
    let mut told = Vec::new();
    for _ in 0..3 {
        shell.answers = [contacts(), page(404, "Not found"), contacts()].into();
        shell.call("GET", "contacts");
        shell.call("GET", "nosuch.html");
        told.extend(mails(&shell));
        shell.call("GET", "contacts");
        shell.now += 700;
    }
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn trouble_of_the_api_that_was_mended_ends_by_itself() {
    let mut shell = Shell::connected("incident_mended");
    shell.answers = [error(403, "api_disabled")].into();
    shell.call("GET", "contacts");
    assert_eq!(shell.view()["alert"]["code"], "api.api_disabled");
    // The owner has switched it on. Nobody calls; ticks renew.
    shell.now += 13 * 3600;
    shell.answers = [tokens("access-2", "refresh-2", 3600), user()].into();
    shell.run(json!({"type": "tick"}));
    assert_eq!(shell.view()["status"]["status"], "connected");
}

#[test]
fn a_good_call_does_not_end_the_incident_of_refreshes() {
    let mut shell = Shell::connected("incident_good_call");
    shell.now += 3400;
    let since = shell.now;
    shell.answers = [page(403, "Forbidden")].into();
    shell.run(json!({"type": "tick"}));
    shell.now += 10;
    shell.answers = [no_answer("cURL error 28: slow"), contacts()].into();
    shell.call("GET", "contacts");
    shell.call("GET", "contacts");
    shell.now = since + 610;
    shell.answers = [page(403, "Forbidden")].into();
    shell.run(json!({"type": "refresh"}));
    assert_eq!(mails(&shell), ["connection_lost"]);
}

#[test]
fn what_was_told_as_lost_is_told_as_recovered() {
    let mut shell = Shell::connected("incident_back");
    shell.answers = [stripped(), stripped(), contacts()].into();
    shell.call("GET", "contacts");
    shell.now += 700;
    shell.call("GET", "contacts");
    assert_eq!(shell.notified(), ["connection_lost"]);
    shell.now += 10;
    let reply = shell.call("GET", "contacts");
    assert_eq!(reply["ok"], true);
    assert_eq!(shell.notified(), ["recovered"]);
}

#[test]
fn authorized_anew_it_has_recovered() {
    let mut shell = Shell::connected("incident_authorized");
    shell.answers = [error(400, "invalid_grant")].into();
    shell.run(json!({"type": "refresh"}));
    assert_eq!(shell.notified(), ["connection_lost"]);
    let state = shell.authorize(7);
    shell.answers = [tokens("access-2", "refresh-2", 3600), user()].into();
    shell.come_back(7, &format!("state={state}&code=c"));
    let told: Vec<_> = shell.notified();
    assert!(told.contains(&"recovered"), "{told:?}");
}

#[test]
fn a_firewall_before_the_api_alone_is_told() {
    let mut shell = Shell::connected("incident_firewall");
    let mut told = Vec::new();
    let mut words = Vec::new();
    for round in 0..10 {
        shell.now += 1800;
        let access = format!("a{round}");
        shell.answers = [tokens(&access, "refresh", 3600), page(403, "Blocked")].into();
        if shell.now
            < shell.stored["grant"]["renew_at"]
                .as_u64()
                .unwrap_or_default()
        {
            shell.answers.pop_front();
        }
        let reply = shell.call("GET", "contacts");
        assert_eq!(reply["ok"], false);
        told.extend(mails(&shell));
        words.push(shell.view()["status"]["status"].to_string());
    }
    words.dedup();
    assert_eq!(told, ["connection_lost"], "{words:?}");
}

#[test]
fn what_was_told_is_taken_back_also_when_an_hour_has_passed_since() {
    let mut shell = expired("incident_hours");
    fail(&mut shell);
    shell.now += 600;
    fail(&mut shell);
    assert_eq!(shell.notified(), ["connection_lost"]);
    shell.now += 4000;
    shell.answers = [tokens("access-2", "refresh-2", 7200)].into();
    shell.run(json!({"type": "refresh"}));
    assert_eq!(shell.notified(), ["refreshed", "recovered"]);
    assert_eq!(mails(&shell), ["recovered"]);
}

#[test]
fn what_fails_again_after_it_has_recovered_is_told_to_plugins_again() {
    let mut shell = Shell::connected("incident_again");
    shell.now += 3600;
    let mut told: Vec<String> = Vec::new();
    let mut run = |shell: &mut Shell, answer: Value| {
        shell.answers = [answer].into();
        shell.run(json!({"type": "refresh"}));
        let notified = shell.notified().into_iter();
        told.extend(
            notified
                .filter(|code| *code != "refreshed")
                .map(str::to_owned),
        );
    };
    run(&mut shell, page(403, "Forbidden"));
    shell.now += 700;
    run(&mut shell, page(403, "Forbidden"));
    shell.now += 60;
    run(&mut shell, tokens("access-2", "refresh-2", 60));
    // Half an hour later it fails for good.
    for _ in 0..4 {
        shell.now += 1800;
        run(&mut shell, page(403, "Forbidden"));
    }
    assert_eq!(told, ["connection_lost", "recovered", "connection_lost"]);
}
