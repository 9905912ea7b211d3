//! What must hold whatever happens: each function is a sentence.

use std::fmt;

use mautic_connector::step_json;
use serde_json::{Value, json};

use crate::faults::{DAY, HOUR, SECOND};
use crate::process::{BASE, Process, What};
use crate::site::Document;
use crate::world::World;

/// In every secret of this world.
pub(crate) const SECRET: &str = "Zq7Zq7";

/// Milliseconds between the last check and the request up to which nothing may overlap.
const PAUSE: u64 = 10 * SECOND;

/// Seconds for which a refresh without an answer may still be running: the HTTP timeout and 30.
const RUNNING: u64 = 45;

/// Refresh requests in an hour, of all processes.
const BUDGET: usize = 12;

/// Milliseconds that a process waits for another's refresh at most.
const LONGEST_WAIT: u64 = 20 * SECOND + 300;

/// What must occur in a run of the usual length, besides every fault.
pub(crate) const OUTCOMES: [&str; 19] = [
    "conflict",
    "store failed",
    "lock taken over",
    "wait",
    "crash while holding the lock",
    "crash without the lock",
    "crash before Write",
    "crash before Effect",
    "crash before Answer",
    "tokens stored",
    "refresh failed",
    "the same token again",
    "settled: connected",
    "settled: needs_authorization",
    "ended: token.invalid_grant",
    "ended: token.refresh_answer_lost",
    "ended: token.retry_later",
    "mail: connection_lost",
    "mail: recovered",
];

/// An invariant that did not hold.
pub(crate) struct Violation {
    pub(crate) invariant: &'static str,
    pub(crate) what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.what)
    }
}

/// A refresh request.
pub(crate) struct Post {
    site: usize,
    token: String,
    sent_at: u64,
    /// The last look before: real milliseconds, and what the site's clock said.
    checked_at: u64,
    checked_now: u64,
    pub(crate) client_waits: bool,
    pub(crate) mautic_works: bool,
    /// Mautic had refused the access token.
    repeats: bool,
    /// Its tokens were stored.
    stored: bool,
}

/// An e-mail.
struct Mail {
    site: usize,
    code: String,
    time: u64,
    now: u64,
}

/// An incident, as one sees it from outside. A success and an hour without a failure end it.
#[derive(Default)]
struct Incident {
    told: bool,
    healed: bool,
    /// The last failure, in the site's seconds.
    failed_at: u64,
}

impl Incident {
    fn is_over(&self, now: u64) -> bool {
        self.healed && now >= self.failed_at + 3600
    }

    /// A failure goes on with it or begins another one.
    fn failed(&mut self, now: u64) {
        self.told &= !self.is_over(now);
        self.healed = false;
        self.failed_at = now;
    }
}

/// All that is needed to judge.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) posts: Vec<Post>,
    jumps: Vec<u64>,
    mails: Vec<Mail>,
    incident: Incident,
    /// Of the uses after all trouble: whether it went well, and the status.
    settled: Vec<(bool, String)>,
}

impl Ledger {
    pub(crate) fn jumped(&mut self, time: u64) {
        self.jumps.push(time);
        // What an hour is, is not known any more.
        self.incident = Incident::default();
    }
}

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
        let skew = self.sites[post.site].skew.iter().max().unwrap_or(&0)
            - self.sites[post.site].skew.iter().min().unwrap_or(&0);
        if post.site > 0 {
            self.violate("a copy renews nothing", String::new());
        }
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

    /// Settings and identity are never lost, tokens neither, and nothing old takes the place of
    /// something newer: each part of the document is changed only by the events it belongs to.
    pub(crate) fn stored(&mut self, process: &Process, before: Option<&Document>) {
        let Some(after) = self.sites[process.site].row.clone() else {
            return;
        };
        let (before, after) = (before.map_or(&Value::Null, |read| &read.json), &after.json);
        let event = process.event["type"].as_str().unwrap_or_default();
        let owner = |events: &[&str]| events.contains(&event);
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
        if !old.is_null() && new.is_null() && !forgets {
            self.violate("no grant is dropped", format!("by {event}"));
        }
        if process.site == 0 {
            let error = |document: &Value| document["health"]["last_error"].clone();
            let incident = &mut self.ledger.incident;
            match error(after) {
                _ if old["id"] != new["id"] => {
                    *incident = Incident::default();
                    self.ledger.mails.clear();
                }
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
        }
        self.judge_status(process.site, process.server);
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
        let status = &answer["effects"][0]["status"]["status"];
        self.judge_lost(&row, status);
    }

    fn judge_lost(&mut self, document: &Document, status: &Value) {
        let token = document.json["grant"]["refresh_token"].as_str();
        if status == "needs_authorization"
            && token.is_some_and(|token| self.mautic.honours(token, self.time))
        {
            self.violate(
                "no connection is lost while Mautic honours its refresh token",
                token.unwrap_or_default().to_owned(),
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

    /// A process waits for another's refresh for at most 20 seconds in all.
    pub(crate) fn judge_wait(&mut self, process: &Process) {
        if process.waited > LONGEST_WAIT {
            self.violate("nobody waits for long", format!("{} ms", process.waited));
        }
    }

    /// At most one mail an incident says that the connection is lost, and at most two mails of any
    /// kind are sent in 24 hours.
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
        if let [.., first, _, third] = mails[..]
            && third.time - first.time < DAY
            && third.now.abs_diff(first.now) < DAY / SECOND
        {
            self.violate("at most two mails in 24 hours", third.code.clone());
        }
    }

    /// API calls go on with the stored access token, whatever became of a refresh. And what comes
    /// out of a run agrees with what Mautic would say.
    pub(crate) fn judge_end(&mut self, process: &Process, answer: &Value) {
        let code = answer["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let status = answer["status"]["status"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if !code.is_empty() {
            self.stats.count(&format!("ended: {code}"));
        }
        self.stats.count(&format!("status: {status}"));
        if code.starts_with("message.") {
            self.violate("the core understands its shell", code);
            return;
        }
        if self.plan.is_calm() && answer["ok"] != true {
            self.violate("nothing fails where nothing is wrong", code);
            return;
        }
        if let Some(document) = &process.document {
            self.judge_lost(document, &answer["status"]["status"]);
        }
        let grant = process.document.as_ref().map(|read| &read.json["grant"]);
        let number = |name: &str| grant.and_then(|grant| grant[name].as_u64());
        let serves = number("issued_at").is_some_and(|at| process.checked_now >= at)
            && number("expires_at").is_some_and(|at| process.checked_now < at);
        let refused = ["token.", "lock.", "connection.needs_authorization"]
            .iter()
            .any(|start| code.starts_with(start));
        if process.what == What::Call && !process.called && serves && refused {
            self.violate("API calls go on while the access token serves", code);
        }
        if process.what == What::Call && process.site == 0 && self.is_settled() {
            self.stats.count(&format!("settled: {status}"));
            self.ledger.settled.push((answer["ok"] == true, status));
        }
    }

    /// What can be said only of a whole life.
    pub(crate) fn judge_life(&mut self) {
        if !self.processes.is_empty() {
            self.violate(
                "every run ends",
                format!("{} did not", self.processes.len()),
            );
        }
        self.judge_budget();
        self.judge_recovery();
        if self.plan.is_calm() {
            self.judge_calm();
        }
    }

    /// The budget of attempts is never exceeded: at most twelve refresh requests in any hour, all
    /// processes together, not counting those that succeeded and were not asked for by a 401. An
    /// hour counts if it is one by real time and by the site's clock.
    fn judge_budget(&mut self) {
        let counted: Vec<_> = (self.ledger.posts.iter())
            .filter(|post| post.site == 0 && (post.repeats || !post.stored))
            .collect();
        let broken = counted.windows(BUDGET + 1).find(|window| {
            let (first, last) = (window[0], window[BUDGET]);
            last.checked_at - first.checked_at < HOUR
                && last.checked_now.abs_diff(first.checked_now) < HOUR / SECOND
        });
        if let Some(window) = broken {
            let what = format!("from {} on", window[0].sent_at / SECOND);
            self.violate("the budget of attempts is never exceeded", what);
        }
    }

    /// After faults stop, the connection recovers or asks for authorization within a bounded time:
    /// the first use after two hours and five minutes is served or asks, and the first one after
    /// the access token's end finds the connection whole or asks.
    fn judge_recovery(&mut self) {
        let asks = |status: &str| {
            let statuses = ["needs_authorization", "ready", "pending", "not_configured"];
            statuses.contains(&status)
        };
        let settled = std::mem::take(&mut self.ledger.settled);
        let (Some((served, first)), Some((whole, last))) = (settled.first(), settled.last()) else {
            self.violate("every run ends", "no use after all trouble".to_owned());
            return;
        };
        if !served && !asks(first) {
            self.violate(
                "after faults stop, it recovers or asks",
                format!("then {first}"),
            );
        }
        let whole = *whole && last == "connected";
        if !whole && !asks(last) {
            self.violate(
                "after faults stop, it recovers or asks",
                format!("at last {last}"),
            );
        }
    }

    /// Where nothing goes wrong, however many ask: one request for each token, nobody is told
    /// anything, and the connection is there in the end.
    fn judge_calm(&mut self) {
        let posts = &self.ledger.posts;
        let twice = posts
            .iter()
            .enumerate()
            .any(|(index, post)| posts[..index].iter().any(|first| first.token == post.token));
        if twice {
            self.violate("one refresh, however many ask", String::new());
        }
        if !self.ledger.mails.is_empty() {
            self.violate(
                "nobody is told anything where nothing is wrong",
                String::new(),
            );
        }
    }
}

impl Post {
    fn pause(&self) -> u64 {
        self.sent_at - self.checked_at
    }
}
