//! Mautic's API rate limiter: calls per hour and token.

use std::collections::HashMap;

use crate::model::Time;

const WINDOW: Time = 3600;

/// The counts of the running hour, by token; calls with Basic share one.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter(HashMap<String, Count>);

#[derive(Debug)]
struct Count {
    calls: u32,
    resets_at: Time,
}

/// What one call may know about its limit.
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) resets_at: Time,
    pub(crate) exceeded: bool,
}

impl RateLimiter {
    pub(crate) fn count(&mut self, key: &str, limit: u32, now: Time) -> Allowance {
        let fresh = || Count {
            calls: 0,
            resets_at: now + WINDOW,
        };
        let count = self.0.entry(key.to_owned()).or_insert_with(fresh);
        if count.resets_at <= now {
            *count = fresh();
        }
        count.calls += 1;
        Allowance {
            limit,
            remaining: limit.saturating_sub(count.calls),
            resets_at: count.resets_at,
            exceeded: count.calls > limit,
        }
    }

    /// Forgets all counts, as clearing Mautic's cache does.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
