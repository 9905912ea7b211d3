//! Until when nothing is sent: what a server has asked for, what a failure has cost, and how often it
//! was tried.

use crate::connection::Health;
use crate::effect::HTTP_TIMEOUT;
use crate::incident::recent;

/// Seconds that retries are ever put off by.
const LONGEST: u64 = 3600;

/// Seconds that the clocks of a site's servers may differ. A time further off than it can be was
/// set by a clock that ran ahead.
pub(crate) const SKEW: u64 = 60;

/// Refreshes in an hour that may fail, all processes together.
const MAX_ATTEMPTS: usize = 12;

const HOUR: u64 = 3600;

/// Seconds from its start after which a refresh without an answer is over for sure: the HTTP
/// timeout, and 30 in which a server may still finish what nobody waits for.
const OVER_AFTER: u64 = HTTP_TIMEOUT as u64 + 30;

/// Seconds until the next automatic attempt: 30, 60, 120, … up to an hour.
pub(crate) fn backoff(failures: u32) -> u64 {
    (30 << failures.saturating_sub(1).min(7)).min(LONGEST)
}

/// A time that a server has set, if it is yet to come. One that is further off than any is was set by
/// a clock that ran ahead.
fn still_to_come(at: Option<u64>, now: u64) -> Option<u64> {
    at.filter(|at| now < *at && *at <= now + LONGEST + SKEW)
}

impl Health {
    /// Before when no refresh is to be sent by itself, if that is yet to come.
    pub(crate) fn retry_at(&self, now: u64) -> Option<u64> {
        still_to_come(self.retry_at, now)
    }

    /// Until when no refresh is sent: the time that the last failure set, which does not hold for a
    /// `button`, and the end of an hour with too many attempts.
    pub(crate) fn held_until(&self, now: u64, button: bool) -> Option<u64> {
        let retry_at = if button { None } else { self.retry_at(now) };
        let mut attempts = self.attempts.clone();
        recent(&mut attempts, now, HOUR);
        let oldest = attempts.len().checked_sub(MAX_ATTEMPTS);
        retry_at.max(oldest.map(|index| attempts[index] + HOUR))
    }

    /// Notes that a refresh is sent.
    pub(crate) fn attempt(&mut self, now: u64) {
        recent(&mut self.attempts, now, HOUR);
        self.attempts.push(now);
    }

    /// Until when a refresh may still be under way whose end is not known. One that a fast clock
    /// began is taken for one that begins now.
    pub(crate) fn running_until(&self, now: u64) -> Option<u64> {
        let at = self.refresh_started_at?.min(now) + OVER_AFTER;
        (now < at).then_some(at)
    }

    /// Until when Mautic takes no calls, since it counts too many.
    pub(crate) fn calls_held_until(&self, now: u64) -> Option<u64> {
        still_to_come(self.calls_held_until, now)
    }
}
