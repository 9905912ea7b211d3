//! One WordPress site: the row of the connection, the row of the lock, one WP-Cron event, the
//! clocks of its web servers. What the plugin's Storage, Lock and Cron do with them.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

/// Seconds beyond which a lock's expiry was set by a clock that ran ahead.
const LONGEST_LOCK: u64 = 3600;

/// Seconds around an event in which WordPress takes no second one of the same hook.
const DUPLICATE: u64 = 600;

/// What the connection's row holds.
pub(crate) struct Document {
    /// No two writes have the same: the stored bytes have a fresh nonce each time.
    pub(crate) write: u64,
    pub(crate) text: String,
    pub(crate) json: Value,
}

/// The lock's row.
pub(crate) struct LockRow {
    owner: u64,
    expires_at: u64,
}

/// What a write came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Stored,
    Conflict,
}

/// A site.
pub(crate) struct Site {
    /// `siteurl`.
    pub(crate) url: String,
    pub(crate) row: Option<Rc<Document>>,
    pub(crate) lock: Option<LockRow>,
    /// When WP-Cron's ticks are due, in the site's seconds.
    pub(crate) cron: BTreeSet<u64>,
    /// Milliseconds that all its clocks are ahead.
    pub(crate) ahead: i64,
    /// Milliseconds that each web server's clock is ahead of that.
    pub(crate) skew: Vec<i64>,
    writes: u64,
}

impl Site {
    pub(crate) fn new(url: &str, skew: Vec<i64>) -> Self {
        Self {
            url: url.to_owned(),
            row: None,
            lock: None,
            cron: BTreeSet::new(),
            ahead: 0,
            skew,
            writes: 0,
        }
    }

    /// PHP's `time()` on one of its servers.
    pub(crate) fn now(&self, server: usize, time: u64) -> u64 {
        time.saturating_add_signed(self.ahead + self.skew[server]) / 1000
    }

    /// The real time, in milliseconds, at which the first server's clock will say so.
    pub(crate) fn when(&self, now: u64) -> u64 {
        (now * 1000).saturating_add_signed(-self.ahead - self.skew[0])
    }

    /// Compare-and-swap: stores if the row still holds what was read.
    pub(crate) fn write(&mut self, read: Option<u64>, text: String, json: Value) -> Written {
        if self.row.as_ref().map(|row| row.write) != read {
            return Written::Conflict;
        }
        self.writes += 1;
        self.row = Some(Rc::new(Document {
            write: self.writes,
            text,
            json,
        }));
        Written::Stored
    }

    /// Tries once to take the lock; `true` in the second place if it was somebody else's.
    pub(crate) fn acquire(&mut self, owner: u64, lifetime: u64, now: u64) -> (bool, bool) {
        let taken_over = match &self.lock {
            None => false,
            Some(held) if held.expires_at <= now || held.expires_at > now + LONGEST_LOCK => true,
            Some(_) => return (false, false),
        };
        self.lock = Some(LockRow {
            owner,
            expires_at: now + lifetime,
        });
        (true, taken_over)
    }

    /// Gives the lock back if it is still the owner's.
    pub(crate) fn release(&mut self, owner: u64) {
        if self.lock.as_ref().is_some_and(|held| held.owner == owner) {
            self.lock = None;
        }
    }

    /// Sees to it that a tick comes at that time or before. `fallback` is the event that the tick
    /// which asks has left for the case of its death.
    pub(crate) fn schedule(&mut self, at: u64, fallback: &mut Option<u64>, now: u64) {
        let mut events = self.cron.iter().copied();
        let first = events.next();
        if first.is_some() && first == *fallback {
            if events.next().is_some_and(|behind| behind <= at) {
                self.cron.pop_first();
                *fallback = None;
                return;
            }
        } else if first.is_some_and(|next| next <= at) {
            return;
        }
        if !self.schedule_single(at, now) {
            self.cron.clear();
            self.cron.insert(at);
        } else if let Some(fallback) = fallback {
            self.cron.remove(fallback);
        }
        *fallback = None;
    }

    /// `wp_schedule_single_event()`.
    fn schedule_single(&mut self, at: u64, now: u64) -> bool {
        let from = if at < now + DUPLICATE {
            0
        } else {
            at - DUPLICATE
        };
        let to = at.max(now) + DUPLICATE;
        self.cron.range(from..=to).next().is_none() && self.cron.insert(at)
    }

    /// The same database under another address.
    pub(crate) fn copied(&self, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            row: self.row.clone(),
            lock: None,
            cron: self.cron.clone(),
            skew: self.skew.clone(),
            ..*self
        }
    }

    /// A member of the stored document.
    pub(crate) fn stored(&self, pointer: &str) -> Option<&Value> {
        self.row.as_ref()?.json.pointer(pointer)
    }
}
