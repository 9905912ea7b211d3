//! What must hold whatever happens: each function is a sentence.

use mautic_connector::step_json;
use serde_json::{Value, json};

use crate::actor::{BASE, What};
use crate::faults::{DAY, Fault, SECOND};
use crate::ledger::{Ledger, Mail, Post};
use crate::process::Process;
use crate::site::Document;
use crate::world::World;

/// In every secret of this world.
pub(crate) const SECRET: &str = "Zq7Zq7";

/// Milliseconds between the last check and the request up to which nothing may overlap.
const PAUSE: u64 = 10 * SECOND;

/// Seconds for which a refresh without an answer may still be running: the HTTP timeout and 30.
const RUNNING: u64 = 45;

/// Milliseconds that a process waits for another's refresh at most.
const LONGEST_WAIT: u64 = 20 * SECOND;

impl World {
    /// No second POST of a token starts while a first one could be under way, given no pause of
    /// more than ten seconds between the holder's last check and its send. Under way: the client
    /// waits or Mautic works, for as long as the HTTP timeout and 30 seconds from the check. Where
    /// the site's clock was set in between, what it says decides.
    pub(crate) fn posted(&mut self, process: &Process, body: &str) -> usize {
        let token = url::form_urlencoded::parse(body.as_bytes())
            .find_map(|(name, value)| (name == "refresh_token").then(|| value.into_owned()))
            .unwrap_or_default();
        let post = Post {
            site: process.site,
            token,
            sent_at: self.time,
            checked_at: process.checked_at,
            checked_now: process.checked_now,
            repeats: process.refused,
            client_waits: true,
            mautic_works: true,
            stored: false,
        };
        if post.site > 0 {
            self.violate("a copy renews nothing", String::new());
        }
        let skew = self.sites[post.site].skew.iter().max().unwrap_or(&0)
            - self.sites[post.site].skew.iter().min().unwrap_or(&0);
        self.judge_hold(process);
        let mut broken = None;
        for first in self
            .ledger
            .posts
            .iter()
            .filter(|first| first.token == post.token)
        {
            if !first.client_waits && !first.mautic_works {
                continue;
            }
            if first.pause() > PAUSE || post.pause() > PAUSE {
                self.stats.count("overlap after a long pause");
                continue;
            }
            let jumped = (self.ledger.jumps.iter())
                .any(|jump| (first.checked_at..=post.sent_at).contains(jump));
            let running = if jumped {
                post.checked_now < first.checked_now + RUNNING
            } else {
                let age = post.sent_at - first.checked_at;
                age < ((RUNNING - 1) * SECOND).saturating_add_signed(-skew)
            };
            if running {
                let age = post.sent_at - first.checked_at;
                broken = Some(format!("{age} ms after the check for the first one"));
            } else {
                self.stats.count("overlap beyond the time that is covered");
            }
        }
        if let Some(what) = broken {
            self.violate(
                "no second POST of a token while a first one could be under way",
                what,
            );
        }
        if self
            .ledger
            .posts
            .iter()
            .any(|first| first.token == post.token)
        {
            self.stats.count("the same token again");
        }
        self.ledger.posts.push(post);
        self.ledger.posts.len() - 1
    }

    /// What Mautic asks for is waited for, up to an hour; where it does not say, each failure
    /// doubles the time. Only the owner's buttons go through.
    fn judge_hold(&mut self, process: &Process) {
        let button = matches!(process.what, What::Refresh | What::Test | What::Diagnose);
        let Ledger {
            held_until,
            held_at,
            ..
        } = self.ledger;
        let known = process.site == 0 && process.checked_at >= held_at;
        if known && !button && process.checked_now < held_until {
            let early = held_until - process.checked_now;
            self.violate(
                "what Mautic asks for is waited for",
                format!("{early} s early"),
            );
        }
    }

    /// Settings and identity are never lost, tokens neither, and nothing old takes the place of
    /// something newer: each part of the document is changed only by the events it belongs to.
    pub(crate) fn stored(&mut self, process: &Process, before: Option<&Document>) {
        let Some(after) = self.sites[process.site].row.clone() else {
            return;
        };
        // Mautic's tokens are longer than the ones here.
        if after.text.len() + 300 > 8192 {
            self.violate("the document stays small", after.text.len().to_string());
        }
        let (before, after) = (before.map_or(&Value::Null, |read| &read.json), &after.json);
        let event = process.event["type"].as_str().unwrap_or_default();
        let owner = |events: &[&str]| events.contains(&event);
        if event == "reset" && process.site == 0 {
            // The owner wants everything forgotten.
            self.ledger.mails.clear();
        }
        if event == "settings_saved" && before["health"]["last_error"]["kind"] == "user" {
            // What a person had to mend may be mended now: a button too.
            self.ledger.held_until = 0;
        }
        if event == "site_moved" {
            self.home.clone_from(&self.sites[0].url);
        }
        let exchanged = matches!(process.what, What::Return(_)) && event == "http_answered";
        let refresh_token = |document: &Value| {
            let token = document.pointer("/grant/refresh_token");
            token.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let (old, new) = (&before["grant"], &after["grant"]);

        if !before.is_null()
            && before["settings"] != after["settings"]
            && !owner(&["settings_saved", "reset"])
        {
            self.violate("settings are never lost", format!("changed by {event}"));
        }
        let forgets = owner(&["disconnect", "reset", "site_copied"])
            || event == "settings_saved" && before["settings"] != after["settings"];
        if !before["account"].is_null() && after["account"].is_null() && !forgets && !exchanged {
            self.violate("identity is never lost", format!("by {event}"));
        }
        if owner(&["disconnect", "reset", "site_copied"]) && !new.is_null() {
            self.violate("the owner's word holds", format!("a grant after {event}"));
        }
        if !old.is_null() && new.is_null() && !forgets {
            self.violate("no grant is dropped", format!("by {event}"));
        }
        if process.site == 0 {
            let error = |document: &Value| document["health"]["last_error"].clone();
            let incident = &mut self.ledger.incident;
            match error(after) {
                _ if old["id"] != new["id"] => self.ledger.new_grant(),
                Value::Null => incident.healed = true,
                failure if failure != error(before) => incident.failed(process.checked_now),
                _ => {}
            }
        }
        if old["id"] != new["id"] {
            if !new.is_null() && !exchanged {
                self.violate("a grant comes from Mautic", format!("by {event}"));
            }
        } else if refresh_token(before) != refresh_token(after) {
            self.ledger.failures = 0;
            self.ledger.held_until = 0;
            self.stats.count("tokens stored");
            if self.mautic.parent(&refresh_token(after)) != refresh_token(before) {
                let what = format!("{} by {}", refresh_token(before), refresh_token(after));
                self.violate("nothing old replaces something newer", what);
            }
            if let Some(post) = self.post_of(process) {
                self.ledger.posts[post].stored = true;
            }
        } else if event == "http_answered" && process.event["id"] == "refresh" {
            self.stats.count("refresh failed");
            self.refresh_failed(
                process,
                &after["health"]["last_error"]["code"],
                &refresh_token(before),
            );
        }
        self.judge_status(process.site, process.server);
    }

    /// An answer that was lost is not called a refusal.
    fn refresh_failed(&mut self, process: &Process, code: &Value, token: &str) {
        if code == "token.invalid_grant" && self.mautic.has_replaced(token) {
            self.violate("a lost answer is told as one", token.to_owned());
        }
        if process.site > 0 {
            return;
        }
        if process.event["status"] == 400 && self.is_refusal(process) {
            let sent = self
                .post_of(process)
                .map(|post| &self.ledger.posts[post].token);
            if sent.is_some_and(|sent| sent == token) {
                self.ledger.refused = Some(token.to_owned());
            }
            return;
        }
        self.ledger.failures += 1;
        let event = &process.event;
        let headers = &event["headers"];
        let after = headers["retry-after"].as_str().unwrap_or_default();
        let seconds = match (headers["simulated-at"].as_u64(), after.parse::<u64>()) {
            (Some(at), _) => at.saturating_sub(process.checked_now).clamp(1, 3600),
            (_, Ok(seconds)) => seconds.clamp(1, 3600),
            // X-RateLimit-Reset, or nothing.
            _ if event["status"] == 429 => 1,
            _ => (30 << (self.ledger.failures - 1).min(7)).min(3600),
        };
        self.ledger.held_until = process.checked_now + seconds;
        self.ledger.held_at = self.time;
    }

    fn is_refusal(&self, process: &Process) -> bool {
        let body = process.event["body"].as_str().unwrap_or_default();
        body.contains("invalid_grant")
    }

    /// No connection is lost while Mautic would still honour its stored refresh token.
    fn judge_status(&mut self, site: usize, server: usize) {
        let Some(row) = self.sites[site].row.clone() else {
            return;
        };
        let now = self.sites[site].now(server, self.time);
        let message = json!({"event": {"type": "view"}, "now": now,
            "entropy": "0".repeat(64), "site": self.sites[site].url});
        let message = format!(
            "{{\"connection\":{},{}",
            row.text,
            &message.to_string()[1..]
        );
        let answer: Value = serde_json::from_str(&step_json(&message)).unwrap_or_default();
        self.judge_lost(&row, &answer["effects"][0]["status"], now);
    }

    /// No connection is lost while Mautic would still honour its stored refresh token, and none
    /// whose answer was lost while the access token still serves. But what Mautic has refused is not
    /// called connected.
    pub(crate) fn judge_lost(&mut self, document: &Document, status: &Value, now: u64) {
        let grant = &document.json["grant"];
        let token = grant["refresh_token"].as_str().unwrap_or_default();
        // What a process has read may be older than the refusal.
        let row = self.sites[0].row.as_ref();
        let refused = self.ledger.refused.as_deref() == Some(token)
            && row.is_some_and(|row| row.write == document.write);
        if status["status"] == "connected" && refused {
            self.violate("a refusal is not forgotten", token.to_owned());
        }
        if status["status"] != "needs_authorization" {
            return;
        }
        if self.mautic.honours(token, self.time) {
            let what = token.to_owned();
            self.violate(
                "no connection is lost while Mautic honours its refresh token",
                what,
            );
        }
        let unsure = status["last_error"]["code"] == "token.refresh_answer_lost";
        if unsure && grant["expires_at"].as_u64().is_some_and(|at| now < at) {
            self.violate(
                "a lost answer may be found while the access token serves",
                String::new(),
            );
        }
    }

    /// No secret is in any log line, notice, mail, alert, status, answer, error or address.
    pub(crate) fn judge_answer(&mut self, process: &Process) {
        for effect in process.answer["effects"].as_array().into_iter().flatten() {
            let kind = effect["type"].as_str().unwrap_or_default();
            let text = match kind {
                "http" => effect["url"].to_string(),
                _ => effect.to_string(),
            };
            if text.contains(SECRET) {
                self.violate("no secret is ever shown", text);
                return;
            }
            if matches!(kind, "log" | "notify" | "mail" | "answer")
                && process.what != What::Authorize
                && text.contains("cfm1.")
            {
                self.violate("no state is ever shown", text);
                return;
            }
            let url = effect["url"].as_str().unwrap_or_default();
            if kind == "http" && !url.starts_with(BASE) {
                self.violate("a secret goes where it was entered for", url.to_owned());
            }
            if kind == "notify" {
                self.stats.count(&format!(
                    "notify: {}",
                    effect["code"].as_str().unwrap_or_default()
                ));
            }
        }
    }

    /// A process waits for another's refresh for at most 20 seconds in all, and not at all for what
    /// the access token serves.
    pub(crate) fn judge_wait(&mut self, process: &Process) {
        if process.waited > LONGEST_WAIT {
            self.violate("nobody waits for long", format!("{} ms", process.waited));
        }
        if process.what == What::Call && !process.refused && process.serves() {
            self.violate("nobody waits while the access token serves", String::new());
        }
    }

    /// Whatever is answered, a run sends the same request twice at most.
    pub(crate) fn judge_repeats(&mut self, process: &mut Process, id: &str) {
        if process.sent.iter().filter(|sent| *sent == id).count() >= 2 {
            self.violate("nothing is repeated more than once", id.to_owned());
        }
        process.sent.push(id.to_owned());
    }

    /// `connection_lost` is fired once, unless it worked again in between.
    pub(crate) fn lost(&mut self, process: &Process) {
        if process.site > 0 {
            self.violate("a copy tells nobody", String::new());
        }
        self.ledger.told = true;
        let incident = &mut self.ledger.incident;
        let again = incident.notified && !incident.is_over(process.checked_now);
        incident.notified = true;
        if again {
            self.violate("a loss is told once", String::new());
        }
    }

    /// At most one mail an incident says that the connection is lost, at most two mails of any kind
    /// are sent in 24 hours, and only a loss that was told is said to be over (unless the process
    /// that was to tell it died, or gave way to its own write that was said to have failed).
    pub(crate) fn mailed(&mut self, process: &Process, effect: &Value, now: u64) {
        let code = effect["code"].as_str().unwrap_or_default().to_owned();
        self.stats.count(&format!("mail: {code}"));
        let mail = Mail {
            site: process.site,
            code,
            time: self.time,
            now,
        };
        if mail.site > 0 {
            self.violate("a copy tells nobody", mail.code.clone());
        }
        if mail.code == "connection_lost" {
            let incident = &mut self.ledger.incident;
            let again = incident.told && !incident.is_over(mail.now);
            incident.told = true;
            if again {
                self.violate("one mail an incident", mail.code.clone());
            }
        }
        self.ledger.mails.push(mail);
        let mails: Vec<_> = (self.ledger.mails.iter())
            .filter(|mail| mail.site == process.site)
            .collect();
        let count = |code: &str| mails.iter().filter(|mail| mail.code == code).count();
        let lossy = [Fault::Crash, Fault::WriteFailsAfterwards];
        if count("recovered") > count("connection_lost") && !self.plan.has(&lossy) {
            self.violate(
                "only a loss that was told is said to be over",
                String::new(),
            );
        } else if let [.., first, _, third] = mails[..]
            && third.time - first.time < DAY
            && third.now.abs_diff(first.now) < DAY / SECOND
        {
            self.violate("at most two mails in 24 hours", third.code.clone());
        }
    }
}
