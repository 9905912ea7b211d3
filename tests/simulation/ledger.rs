//! What is written down while a life goes on, to judge it by.

use std::fmt;

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
    pub(crate) site: usize,
    pub(crate) token: String,
    pub(crate) sent_at: u64,
    /// The last look before: real milliseconds, and what the site's clock said.
    pub(crate) checked_at: u64,
    pub(crate) checked_now: u64,
    pub(crate) client_waits: bool,
    pub(crate) mautic_works: bool,
    /// Mautic had refused the access token.
    pub(crate) repeats: bool,
    /// Its tokens were stored.
    pub(crate) stored: bool,
}

impl Post {
    /// Milliseconds between the last check and the request.
    pub(crate) fn pause(&self) -> u64 {
        self.sent_at - self.checked_at
    }
}

/// An e-mail.
pub(crate) struct Mail {
    pub(crate) site: usize,
    pub(crate) code: String,
    pub(crate) time: u64,
    /// What the site's clock said when it was decided on.
    pub(crate) now: u64,
}

/// An incident, as one sees it from outside. A success and an hour without a failure end it.
#[derive(Default)]
pub(crate) struct Incident {
    /// A mail said so.
    pub(crate) told: bool,
    /// The action was fired.
    pub(crate) notified: bool,
    pub(crate) healed: bool,
    /// The last failure, in the site's seconds.
    failed_at: u64,
}

impl Incident {
    pub(crate) fn is_over(&self, now: u64) -> bool {
        self.healed && now >= self.failed_at + 3600
    }

    /// A failure goes on with it or begins another one.
    pub(crate) fn failed(&mut self, now: u64) {
        let goes_on = !self.is_over(now);
        self.told &= goes_on;
        // What worked in between can be lost again; the mail is one an incident.
        self.notified &= goes_on && !self.healed;
        self.healed = false;
        self.failed_at = now;
    }
}

/// All that is needed to judge the first site by.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) posts: Vec<Post>,
    /// When the clock was set, in real milliseconds.
    pub(crate) jumps: Vec<u64>,
    pub(crate) mails: Vec<Mail>,
    pub(crate) incident: Incident,
    /// Refreshes that failed in a row.
    pub(crate) failures: u32,
    /// Until when nothing is sent by itself, in the site's seconds.
    pub(crate) held_until: u64,
    /// Since when, in real milliseconds.
    pub(crate) held_at: u64,
    /// The refresh token that Mautic has refused.
    pub(crate) refused: Option<String>,
    /// `connection_lost` was said.
    pub(crate) told: bool,
    /// Of the uses after all trouble: whether it went well, and the status.
    pub(crate) settled: Vec<(bool, String)>,
}

impl Ledger {
    /// The site's clock was set: what an hour is, is not known any more.
    pub(crate) fn jumped(&mut self, time: u64) {
        self.jumps.push(time);
        self.incident = Incident::default();
        self.held_until = 0;
    }

    /// Another grant, or none.
    pub(crate) fn new_grant(&mut self) {
        self.incident = Incident::default();
        self.held_until = 0;
        self.failures = 0;
    }
}
