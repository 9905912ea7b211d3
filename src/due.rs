//! When tokens are to be renewed.

use crate::connection::{Grant, Settings};
use crate::hold::SKEW;
use crate::machine::Step;
use crate::method::{Method, NEVER};

/// Seconds before its expiry that a token is renewed.
const MARGIN: u64 = 300;

/// Seconds between renewals that nobody's use asks for. Mautic counts the life of refresh tokens in
/// days, so twice a day keeps every one of them alive, even if the owner's number is wrong.
const LONGEST_IDLE: u64 = 12 * 3600;

/// When a token issued at `now` for `lifetime` seconds is renewed: ahead by a margin that never
/// exceeds half the lifetime, since owners do set lifetimes of a minute.
pub(crate) fn renew_at(now: u64, lifetime: u64) -> u64 {
    now + lifetime - MARGIN.min(lifetime / 2)
}

/// When a token issued now is renewed though nobody uses it: well before the refresh token's end,
/// and by up to a tenth earlier, so that the sites of a host do not all come at once. Without a refresh
/// token there is nothing to keep alive.
pub(crate) fn background_renew_at(step: &mut Step) -> u64 {
    if !step.settings.auth_method.is_authorized() {
        return NEVER;
    }
    let idle = longest_idle(&step.settings);
    step.now + idle - idle / 10 * u64::from(step.entropy.byte()) / 255
}

/// The same for a grant of a version that knew of no such time: a missing one is not long past.
pub(crate) fn presume_background(grant: &mut Grant, settings: &Settings) {
    if grant.background_renew_at == 0 {
        grant.background_renew_at = grant.issued_at + longest_idle(settings);
    }
}

fn longest_idle(settings: &Settings) -> u64 {
    LONGEST_IDLE.min(settings.refresh_lifetime() / 8)
}

impl Grant {
    /// Whether the tokens are to be renewed: in time before their end, or if they are from the
    /// future, since then their end is not known.
    pub(crate) fn is_due(&self, now: u64) -> bool {
        let is_from_the_future = now + SKEW < self.issued_at;
        self.method != Method::Basic
            && (now >= self.renew_at.min(self.background_renew_at) || is_from_the_future)
    }

    /// Whether there is no token yet, and one is needed.
    pub(crate) fn lacks_token(&self) -> bool {
        self.access_token.is_empty() && self.method != Method::Basic
    }

    /// Whether only a person can get new tokens.
    pub(crate) fn is_unrenewable(&self) -> bool {
        self.method.is_authorized() && self.refresh_token.is_empty()
    }
}
