//! What people do: the owner, in WordPress and in Mautic, and everybody who makes the site ask Mautic.

use serde_json::{Value, json};

use crate::actor::{BASE, What};
use crate::faults::{Fault, HOUR, SECOND, pick};
use crate::world::{Action, CONNECTED, World};

impl World {
    pub(crate) fn settings(&self) -> Value {
        let (id, secret) = &self.credential;
        json!({"base_url": BASE, "client_id": id, "client_secret": secret,
            "refresh_token_lifetime_days": self.plan.refresh_lifetime.to_string()})
    }

    /// What a process may be for at any time.
    pub(crate) fn something(&mut self) -> What {
        match self.random.u32(0..20) {
            0..13 => What::Call,
            13..16 => What::Refresh,
            16 => What::Test,
            17 => What::Tick,
            18 => What::Diagnose,
            _ => What::View,
        }
    }

    pub(crate) fn crowd(&mut self, size: usize) {
        let site = &self.sites[0];
        let member = if self.random.bool() {
            "renew_at"
        } else {
            "expires_at"
        };
        let Some(moment) = site
            .stored(&format!("/grant/{member}"))
            .and_then(Value::as_u64)
        else {
            return;
        };
        let delay = site.when(moment).saturating_sub(self.time);
        let spread = *pick(&mut self.random, &[50, 2000, 10_000, 60_000]);
        for _ in 0..size {
            let at = delay + self.random.u64(0..spread);
            if self.elapsed() + at < CONNECTED + self.plan.span {
                let what = self.something();
                self.later(at, Action::Spawn(0, what));
            }
        }
    }

    pub(crate) fn consent(&mut self, site: usize, state: &str) {
        let client = self.sites[site]
            .stored("/settings/client_id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let code = self.mautic.authorize(client, self.time);
        let query = format!("state={state}&code={code}");
        // Now and then the owner is slower than the code lives.
        let delay = if self.plan.is_calm() || self.random.u32(0..10) > 0 {
            self.random.u64(50..2000)
        } else {
            self.random.u64(0..60_000)
        };
        self.later(delay, Action::Spawn(site, What::Return(query)));
    }

    pub(crate) fn once(&mut self, fault: Fault) {
        self.stats.count(&format!("{fault:?}"));
        self.note(|| format!("{fault:?}"));
        let client = self.credential.0.clone();
        let soon = self.random.u64(0..6 * HOUR);
        match fault {
            Fault::JumpForward | Fault::JumpBack => {
                let longest = *pick(&mut self.random, &[20, 60, 600, 7200, 40 * 86_400]);
                let jump = self.random.i64(1..=longest) * 1000;
                let forward = fault == Fault::JumpForward;
                self.sites[0].ahead += if forward { jump } else { -jump };
                self.ledger.jumped(self.time);
                let ahead = self.sites[0].ahead;
                self.note(|| format!("the site's clock is {ahead} ms ahead"));
            }
            Fault::Revoked => {
                self.mautic.revoke(&client);
                if self.random.bool() {
                    self.later(soon, Action::Spawn(0, What::Authorize));
                }
            }
            Fault::SecretReplaced => {
                self.credential.1 = self.mautic.replace_secret(&client);
                self.later(soon, Action::Mend);
            }
            Fault::ClientDeleted => {
                self.mautic.delete_client(&client);
                self.credential = self.mautic.create_client();
                self.later(soon, Action::Mend);
            }
            Fault::Disconnect => {
                self.spawn(0, What::Disconnect);
                self.later(soon / 6, Action::Spawn(0, What::Authorize));
            }
            Fault::ResetAll => {
                self.spawn(0, What::Reset);
                self.later(soon, Action::Mend);
            }
            Fault::Reauthorize => self.spawn(0, What::Authorize),
            Fault::Moved => {
                let same = "http://www.site.example:8080";
                let urls = [same, "https://new.example", "https://site.example/blog"];
                self.sites[0].url = (*pick(&mut self.random, &urls)).to_owned();
                if self.sites[0].url != same {
                    self.later(soon, Action::Mend);
                }
            }
            Fault::Copied => {
                let site = self.sites.len();
                let copy = self.sites[0].copied("https://staging.example");
                self.sites.push(copy);
                self.later(0, Action::Visit(site));
                for _ in 0..self.random.u32(0..6) {
                    let at = self.random.u64(0..self.plan.span);
                    let what = self.something();
                    self.later(at, Action::Spawn(site, what));
                }
                if self.random.bool() {
                    self.later(soon, Action::Spawn(site, What::Copied));
                }
            }
            _ => {
                let mut values = self.settings();
                values["client_secret"] = json!("");
                self.spawn(0, What::Save(values));
            }
        }
    }

    /// The owner says that the site has moved, if it has, and enters the credential as it is in
    /// Mautic.
    pub(crate) fn mend(&mut self) {
        if self.sites[0].url != self.home {
            self.spawn(0, What::Moved);
        }
        let (id, secret) = self.credential.clone();
        let stored = |name: &str| self.sites[0].stored(&format!("/settings/{name}")).cloned();
        if stored("client_id") == Some(json!(id)) && stored("client_secret") == Some(json!(secret))
        {
            return;
        }
        let values = self.settings();
        self.spawn(0, What::Save(values));
        self.later(10 * SECOND, Action::Spawn(0, What::Authorize));
    }
}
