//! One PHP process: the shell's loop as `docs/boundary.md` has it and as the plugin's Runner does it,
//! cut into the moments between which anything may happen to it and to everybody else.

use std::panic::catch_unwind;
use std::rc::Rc;

use mautic_connector::step_json;
use serde_json::{Value, json};

use crate::actor::What;
use crate::faults::{Fault, SECOND};
use crate::site::{Document, Written};
use crate::trace::told;
use crate::world::{Action, World};

/// Writes of other processes that a run gives way to.
const CONFLICTS: u32 = 20;

/// Milliseconds before each further attempt at what the database refused.
const AGAIN: [u64; 4] = [50, 200, 1000, 2000];

/// Messages that a run may have.
const STEPS: u32 = 300;

/// What a process does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Read,
    Step,
    Write,
    Effect,
    /// Waits for the answer to a request.
    Answer,
}

/// A process.
pub(crate) struct Process {
    pub(crate) id: u64,
    pub(crate) what: What,
    pub(crate) site: usize,
    pub(crate) server: usize,
    pub(crate) next: Next,
    pub(crate) event: Value,
    pub(crate) task: Value,
    /// The document as it was last read or written.
    pub(crate) document: Option<Rc<Document>>,
    /// What the row held then.
    pub(crate) row: Option<u64>,
    /// What it wrote though the database said that it failed.
    pub(crate) mine: Option<u64>,
    /// The core's last answer.
    pub(crate) answer: Value,
    pub(crate) effect: usize,
    pub(crate) steps: u32,
    pub(crate) conflicts: u32,
    pub(crate) attempts: usize,
    pub(crate) locked: bool,
    /// For a tick: the event that it leaves behind should it die.
    pub(crate) fallback: Option<u64>,
    /// Real milliseconds of the last step, and what the site's clock said.
    pub(crate) checked_at: u64,
    pub(crate) checked_now: u64,
    /// Told when the run is over that the connection is lost.
    pub(crate) lost: bool,
    /// Sent when the run is over, with what the site's clock said when each was decided on.
    pub(crate) mails: Vec<(Value, u64)>,
    /// Milliseconds that it has waited for others.
    pub(crate) waited: u64,
    /// The caller's own request was sent.
    pub(crate) called: bool,
    /// The requests of this run, by their ids.
    pub(crate) sent: Vec<String>,
    /// The refresh token that it was given.
    pub(crate) fresh: Option<String>,
    /// Mautic has refused the access token.
    pub(crate) refused: bool,
    /// The request under way.
    pub(crate) request: Option<u64>,
}

impl Process {
    pub(crate) fn new(id: u64, what: What, site: usize, server: usize) -> Self {
        Self {
            id,
            event: what.event(),
            what,
            site,
            server,
            next: Next::Read,
            task: Value::Null,
            document: None,
            row: None,
            mine: None,
            answer: Value::Null,
            effect: 0,
            steps: 0,
            conflicts: 0,
            attempts: 0,
            locked: false,
            fallback: None,
            checked_at: 0,
            checked_now: 0,
            lost: false,
            mails: Vec::new(),
            waited: 0,
            called: false,
            sent: Vec::new(),
            fresh: None,
            refused: false,
            request: None,
        }
    }

    pub(crate) fn label(&self) -> String {
        format!("{:>3} {}", self.id, self.what.name())
    }

    /// Whether the access token that it knows of is good by the site's clock.
    pub(crate) fn serves(&self) -> bool {
        let grant = self.document.as_ref().map(|read| &read.json["grant"]);
        let number = |name: &str| grant.and_then(|grant| grant[name].as_u64());
        number("issued_at").is_some_and(|at| self.checked_now >= at)
            && number("expires_at").is_some_and(|at| self.checked_now < at)
    }

    /// Whether the next request is a refresh that was decided on and not yet sent.
    fn is_sending(&self) -> bool {
        let last = self.answer["effects"].as_array().and_then(|all| all.last());
        matches!(self.next, Next::Write | Next::Effect)
            && last.is_some_and(|effect| effect["id"] == "refresh")
    }
}

impl World {
    /// Lets a process do one thing.
    pub(crate) fn go(&mut self, id: u64) {
        let Some(mut process) = self.processes.remove(&id) else {
            return;
        };
        if self.strikes(&[Fault::Crash]).is_some() {
            self.died(process);
            return;
        }
        let delay = match process.next {
            Next::Read => self.read(&mut process),
            Next::Step => self.step(&mut process),
            Next::Write => self.write(&mut process),
            Next::Effect => self.effect(&mut process),
            Next::Answer => None,
        };
        if let Some(delay) = delay {
            let delay = delay + self.hop(&process);
            self.later(delay, Action::Go(id));
        } else if process.next != Next::Answer {
            return;
        }
        self.processes.insert(id, process);
    }

    /// Ends a process without its `finally`.
    pub(crate) fn died(&mut self, process: Process) {
        self.stats.count(if process.locked {
            "crash while holding the lock"
        } else {
            "crash without the lock"
        });
        self.stats
            .count(&format!("crash before {:?}", process.next));
        self.note(|| format!("{} DIES before {:?}", process.label(), process.next));
        if let Some(request) = process.request {
            self.client_left(request);
        }
    }

    /// Milliseconds until a process goes on.
    fn hop(&mut self, process: &Process) -> u64 {
        let usual = self.random.u64(0..6);
        let long = match self.strikes(&[Fault::Pause, Fault::LongPause]) {
            None => 0,
            // With the attempts at a write that fails it stays below ten seconds.
            Some(Fault::Pause) if process.is_sending() => self.random.u64(0..=3 * SECOND),
            Some(Fault::LongPause) if process.is_sending() => {
                self.random.u64(8 * SECOND..=90 * SECOND)
            }
            Some(_) => self.random.u64(0..=90 * SECOND),
        };
        if long > SECOND {
            self.note(|| format!("{} pauses for {long} ms", process.label()));
        }
        usual + long
    }

    fn read(&mut self, process: &mut Process) -> Option<u64> {
        let site = &mut self.sites[process.site];
        if process.what == What::Tick && process.steps == 0 && process.fallback.is_none() {
            let now = site.now(process.server, self.time);
            site.schedule(now + 3600, &mut None, now);
            process.fallback = Some(now + 3600);
        }
        process.row = site.row.as_ref().map(|row| row.write);
        process.document = site.row.clone();
        match self.strikes(&[Fault::ReadFails, Fault::KeyChanged]) {
            Some(Fault::ReadFails) => {
                self.note(|| format!("{} cannot read", process.label()));
                return self.patiently(process);
            }
            Some(_) if process.event["type"] != "reset" => {
                process.document = None;
                process.event = json!({"type": "connection_unreadable", "why": "key_changed"});
            }
            _ => {}
        }
        process.next = Next::Step;
        Some(0)
    }

    /// Does it again later, or ends the run: the core is not asked any more.
    pub(crate) fn patiently(&mut self, process: &mut Process) -> Option<u64> {
        process.attempts += 1;
        if let Some(delay) = AGAIN.get(process.attempts - 1) {
            return Some(*delay);
        }
        let answer = json!({"ok": false, "error": {"code": "store.failed"}});
        self.ended(process, &answer);
        None
    }

    fn step(&mut self, process: &mut Process) -> Option<u64> {
        process.steps += 1;
        if process.steps > STEPS {
            self.violate("every run ends", format!("{STEPS} messages"));
            return None;
        }
        process.checked_at = self.time;
        process.checked_now = self.sites[process.site].now(process.server, self.time);
        let message = self.message(process);
        let Ok(answer) = catch_unwind(|| step_json(&message)) else {
            self.violate("every run ends", format!("the core panics on {message}"));
            return None;
        };
        process.answer = serde_json::from_str(&answer).expect("the core answers in JSON");
        process.effect = 0;
        process.attempts = 0;
        self.stats.steps += 1;
        // Twenty that wait would fill the trace.
        if process.event["type"] != "lock_busy" || process.answer["effects"][0]["type"] != "wait" {
            self.note(|| told(process));
        }
        self.judge_answer(process);
        process.next = if process.answer["connection"].is_null() {
            self.take_task(process);
            Next::Effect
        } else {
            Next::Write
        };
        Some(0)
    }

    fn take_task(&mut self, process: &mut Process) {
        process.task = process.answer["task"].take();
        if process.event["type"] == "http_answered" {
            process.request = None;
        }
    }

    fn message(&mut self, process: &Process) -> String {
        let connection = process.document.as_ref().map_or("null", |read| &read.text);
        let entropy: String = (0..4)
            .map(|_| format!("{:016x}", self.random.u64(..)))
            .collect();
        let message = json!({"overrides": {}, "event": process.event, "task": process.task,
            "now": process.checked_now, "entropy": entropy, "site": self.sites[process.site].url});
        // The document as it is.
        format!(
            "{{\"connection\":{connection},{}",
            &message.to_string()[1..]
        )
    }

    fn write(&mut self, process: &mut Process) -> Option<u64> {
        let fault = self.strikes(&[Fault::WriteFails, Fault::WriteFailsAfterwards]);
        let mut written = None;
        if fault != Some(Fault::WriteFails) {
            let document = process.answer["connection"].clone();
            let before = self.sites[process.site].row.clone();
            let outcome =
                self.sites[process.site].write(process.row, document.to_string(), document);
            if outcome == Written::Stored {
                self.stored(process, before.as_deref());
            }
            written = Some(outcome);
        }
        let row = self.sites[process.site].row.as_ref().map(|row| row.write);
        if written == Some(Written::Conflict) && process.mine.is_some() && process.mine == row {
            // The attempt before was written after all.
            written = Some(Written::Stored);
        } else if written == Some(Written::Stored) {
            process.mine = row;
        }
        if fault.is_some() && written != Some(Written::Conflict) {
            self.note(|| format!("{} the write fails ({fault:?})", process.label()));
            process.attempts += 1;
            if let Some(delay) = AGAIN.get(process.attempts - 1) {
                return Some(*delay);
            }
            return Some(self.give_up(process));
        }
        if written == Some(Written::Conflict) {
            self.stats.count("conflict");
            self.note(|| format!("{} another process wrote first", process.label()));
            process.conflicts += 1;
            if process.conflicts <= CONFLICTS {
                process.attempts = 0;
                process.next = Next::Read;
                return Some(0);
            }
            return Some(self.give_up(process));
        }
        let site = &self.sites[process.site];
        process.row = row;
        process.mine = None;
        process.attempts = 0;
        process.document = site.row.clone();
        process.next = Next::Effect;
        self.take_task(process);
        Some(0)
    }

    fn give_up(&mut self, process: &mut Process) -> u64 {
        self.stats.count("store failed");
        process.event = json!({"type": "store_failed", "error_message": "the database is away"});
        process.next = Next::Step;
        0
    }

    /// Gives a process the answer that it waits for.
    pub(crate) fn deliver(&mut self, id: u64, event: Value) {
        if let Some(process) = self.processes.get_mut(&id) {
            // A probe's header is meant to be refused.
            process.refused |= event["status"] == 401 && event["id"] != "probe";
            if event["id"] == "refresh" && event["status"] == 200 {
                let body = event["body"].as_str().unwrap_or_default();
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                process.fresh = body["refresh_token"].as_str().map(str::to_owned);
            }
            process.event = event;
            process.next = Next::Step;
            self.go(id);
        }
    }
}
