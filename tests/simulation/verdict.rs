//! What can be said of a run and of a life when it is over.

use serde_json::Value;

use crate::actor::What;
use crate::faults::{Fault, HOUR, SECOND};
use crate::process::Process;
use crate::world::World;

/// Refresh requests in an hour, of all processes.
const BUDGET: usize = 12;

/// What must occur in a run of the usual length, besides every fault.
pub(crate) const OUTCOMES: [&str; 24] = [
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
    "alert: cron.silent",
    "alert: connection.site_changed",
    "alert: token.refresh_answer_lost",
    "alert: token.refresh_unanswered",
    "overlap beyond the time that is covered",
];

impl World {
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
            self.judge_lost(document, &answer["status"], process.checked_now);
        }
        self.judge_alert(process, answer);
        self.judge_fresh(process, &code);
        let refused = ["token.", "lock.", "connection.needs_authorization"]
            .iter()
            .any(|start| code.starts_with(start));
        if process.what == What::Call && !process.called && process.serves() && refused {
            self.violate("API calls go on while the access token serves", code);
        }
        if process.what == What::Call && process.site == 0 && self.is_settled() {
            self.stats.count(&format!("settled: {status}"));
            self.ledger.settled.push((answer["ok"] == true, status));
        }
    }

    /// The owner is told of what only he can mend, and of nothing where all is well. Two servers'
    /// clocks may differ by some seconds.
    fn judge_alert(&mut self, process: &Process, answer: &Value) {
        let alert = &answer["alert"];
        let now = process.checked_now;
        let from = alert["from"].as_u64();
        let shown = from.is_some_and(|from| from <= now);
        let soon = from.is_some_and(|from| from <= now + 10);
        // A site that may be a copy is asked that first.
        let moved = alert["button"] == "site";
        if shown {
            let code = alert["code"].as_str().unwrap_or_default();
            self.stats.count(&format!("alert: {code}"));
        }
        match answer["status"]["status"].as_str().unwrap_or_default() {
            "connected" if shown => {
                self.violate("nothing is told where all is well", alert.to_string());
            }
            "needs_authorization" if !soon || alert["button"] != "authorize" && !moved => {
                self.violate("the owner is told what to press", alert.to_string());
            }
            _ => {}
        }
    }

    /// New tokens are stored by whoever gets them, as long as the old ones are still there.
    fn judge_fresh(&mut self, process: &Process, code: &str) {
        let stored = self.sites[process.site].stored("/grant/refresh_token");
        let stored = stored.and_then(Value::as_str).unwrap_or_default();
        if let Some(fresh) = &process.fresh
            && self.mautic.parent(fresh) == stored
            && code != "store.failed"
            && !self.plan.has(&[Fault::KeyChanged])
        {
            self.violate("new tokens are stored", fresh.clone());
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
    /// a minute after the first use that comes two hours and five minutes later, a use is served or
    /// asks, and the first one after the access token's end finds the connection whole or asks.
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
        let ill = [Fault::Crash, Fault::WakeLost];
        if last == "connected" && self.sites[0].cron.is_empty() && !self.plan.has(&ill) {
            self.violate(
                "a connection is renewed in the background",
                "no event".to_owned(),
            );
        }
        let ill = [
            Fault::Crash,
            Fault::WriteFails,
            Fault::WriteFailsAfterwards,
            Fault::ReadFails,
        ];
        if last == "needs_authorization" && !self.ledger.told && !self.plan.has(&ill) {
            self.violate("who loses a connection is told", String::new());
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
