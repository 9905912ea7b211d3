//! Incidents: what is kept of failures and successes, and who is told of trouble, when, and how often.

use crate::api;
use crate::connection::{Grant, Health, Incident, LastError, Logged};
use crate::effect::{Effect, Mail, Notify, Wake};
use crate::machine::Step;
use crate::problem::{Kind, Problem};
use crate::task::Task;
use crate::view;

/// Seconds between two failures that make sure of each other.
const VERIFIED_AFTER: u64 = 600;

/// Seconds without a failure that end an incident: a server that comes and goes is one.
const OVER_AFTER: u64 = 3600;

/// Mails in a day, at most.
const MAX_MAILS: usize = 2;

const DAY: u64 = 86_400;

impl Step {
    /// Writes a line of a call that failed, unless there is one of its kind from the last ten minutes:
    /// calls that fail and succeed by turns would push everything else out of the log.
    fn log_once(&mut self, problem: &Problem) {
        let now = self.now;
        let logged = &mut self.change().health.logged;
        logged.retain(|line| !elapsed(line.at, 600, now));
        if logged.iter().all(|line| line.error != problem.code) {
            logged.push(Logged {
                error: problem.code.to_owned(),
                at: now,
            });
            self.log("api.failed", Some(problem));
        }
    }

    /// Keeps a problem of a call as the last error: at once if it is a new one, else every ten
    /// minutes, so that a server that is down does not cost a write for each call. A refresh
    /// that a person must mend is the greater trouble, and stays.
    pub(crate) fn record(&mut self, problem: &Problem) {
        let now = self.now;
        if problem.code == api::RATE_LIMITED {
            self.change().health.calls_held_until = problem.retry_at;
        }
        let known = self.connection.health.last_error.as_ref();
        if problem.kind != Kind::Misuse
            && !self.connection.health.needs_authorization
            && known.is_none_or(|last| {
                !(last.renewal && last.kind == Kind::User)
                    && (last.code != problem.code || elapsed(last.at, 600, now))
            })
        {
            self.settle();
            self.log_once(problem);
            self.change().health.last_error = Some(LastError::new(problem, now));
            self.failed(problem, false);
        }
    }

    /// Keeps a success: at once if it is the first or ends an error, else once an hour. The trouble of a
    /// refresh goes on until a refresh succeeds, however well the old token does.
    pub(crate) fn record_success(&mut self, task: &Task) {
        let now = self.now;
        let first = self
            .grant()
            .is_some_and(|grant| !grant.is_issued() && task.is_about(grant));
        if first {
            self.name_grant();
            self.change().proven = None;
            if let Some(grant) = &mut self.connection.grant {
                grant.issued_at = now;
            }
            self.notify("connected");
        }
        let health = &self.connection.health;
        let ends_error = health.last_error.as_ref().is_some_and(|last| !last.renewal);
        let recent = health
            .last_success_at
            .is_some_and(|at| !elapsed(at, 3600, now));
        let held = health.calls_held_until.is_some();
        if first || ends_error || held || !recent {
            let health = &mut self.change().health;
            health.calls_held_until = None;
            health.last_success_at = Some(now);
            if ends_error {
                health.last_error = None;
                // Failures verify each other only if nothing succeeded in between.
                let goes_on = health.failures > 0;
                health.incident = health
                    .incident
                    .take()
                    .filter(|incident| incident.told || incident.mailed || goes_on);
                self.works_again();
                self.wake_to_settle();
            }
        }
    }

    /// Notes a failure that has just been kept as the last error, and tells the site once it is
    /// sure: by a second failure ten minutes on, or by a refusal that is final.
    pub(crate) fn failed(&mut self, problem: &Problem, last: bool) {
        let now = self.now;
        // Without a grant nothing is lost, and a copy's troubles are its own.
        if self.is_copy || !self.grant().is_some_and(Grant::is_issued) {
            return;
        }
        let incident = self
            .connection
            .health
            .incident
            .get_or_insert_with(|| Incident {
                since: now,
                ..Incident::default()
            });
        // Of a clock that was set back.
        incident.since = incident.since.min(now);
        // It came back, and is told again once that is sure; the owner has had the mail.
        if incident.recovered {
            incident.since = now;
            incident.told = false;
            incident.recovered = false;
        }
        incident.failed_at = now;
        let sure = last || incident.is_verified();
        let Incident {
            since,
            told,
            mailed,
            ..
        } = *incident;
        // Nobody need know as long as everything works.
        if !sure || (told && mailed) || !view::is_broken(&self.connection, &self.settings, now) {
            return;
        }
        if !told {
            self.effects.push(Effect::Notify(Notify {
                code: "connection_lost",
                error: Some(problem.code),
                since: Some(since),
            }));
        }
        let mailed = mailed
            || !self.settings.mute_lost
                && self.mail("connection_lost", since, Some(LastError::new(problem, now)));
        if let Some(incident) = &mut self.connection.health.incident {
            incident.told = true;
            incident.mailed = mailed;
        }
    }

    /// Says that what was told as lost works again, once.
    pub(crate) fn works_again(&mut self) {
        if let Some(incident) = &mut self.connection.health.incident
            && incident.told
            && !incident.recovered
        {
            incident.recovered = true;
            self.notify("recovered");
        }
    }

    /// Ends an incident that is over. If the site was told that it began, it is told this too.
    pub(crate) fn settle(&mut self) {
        let now = self.now;
        let health = &self.connection.health;
        let Some(incident) = &health.incident else {
            return;
        };
        if !elapsed(incident.failed_at, OVER_AFTER, now) || health.last_error.is_some() {
            return;
        }
        let Incident {
            since,
            told,
            mailed,
            ..
        } = *incident;
        self.works_again();
        self.change().health.incident = None;
        // Who was not told of the loss for want of a mail is not told of its end.
        let known = mailed || (told && self.settings.mute_lost);
        if known && !self.settings.mute_recovered && !self.is_copy {
            self.mail("recovered", since, None);
        }
    }

    /// Asks for the tick that ends the incident, if there is one and it may be over by then.
    pub(crate) fn wake_to_settle(&mut self) {
        if let Some(at) = self.connection.health.settles_at() {
            self.effects.push(Effect::Wake(Wake { at }));
        }
    }

    /// Sends a mail, unless there were too many; says whether it did.
    fn mail(&mut self, code: &'static str, since: u64, error: Option<LastError>) -> bool {
        let now = self.now;
        let mailed = &mut self.change().health.mailed;
        recent(mailed, now, DAY);
        let due = mailed.len() < MAX_MAILS;
        if due {
            mailed.push(now);
            self.effects
                .push(Effect::Mail(Box::new(Mail { code, since, error })));
        }
        due
    }
}

impl Incident {
    /// Whether two failures ten minutes apart have made sure of each other.
    pub(crate) fn is_verified(&self) -> bool {
        self.failed_at >= self.since + VERIFIED_AFTER
    }
}

impl Health {
    /// When the incident is over, if nothing fails any more.
    pub(crate) fn settles_at(&self) -> Option<u64> {
        let incident = self.incident.as_ref()?;
        self.last_error
            .is_none()
            .then_some(incident.failed_at + OVER_AFTER)
    }
}

/// Whether so many seconds have passed since. A time that lies as far ahead was set by another
/// clock; one that is only a little ahead, by that of another server.
pub(crate) fn elapsed(at: u64, seconds: u64, now: u64) -> bool {
    now >= at + seconds || at > now + seconds
}

/// Keeps the times of the last `seconds`. Those of a clock that was set back count as now.
pub(crate) fn recent(times: &mut Vec<u64>, now: u64, seconds: u64) {
    times.retain_mut(|at| {
        *at = now.min(*at);
        now < *at + seconds
    });
}
