//! What a process does with an effect, as the plugin's Runner, Lock, Cron and Mailer do it.

use serde_json::{Value, json};

use crate::actor::What;
use crate::faults::{Fault, SECOND};
use crate::process::{Next, Process};
use crate::world::{Action, World};

impl World {
    /// Performs one effect.
    pub(crate) fn effect(&mut self, process: &mut Process) -> Option<u64> {
        let effect = process.answer["effects"][process.effect].clone();
        process.effect += 1;
        let number = |name: &str| effect[name].as_u64();
        match effect["type"].as_str().unwrap_or_default() {
            "store" | "redirect" | "log" | "step" => {}
            "notify" => process.lost |= effect["code"] == "connection_lost",
            "mail" => process.mails.push((effect, process.checked_now)),
            "wake" => self.wake(process, number("at").unwrap_or_default()),
            "unlock" => self.unlock(process),
            "wait" => {
                let wait = number("milliseconds").unwrap_or_default();
                self.stats.count("wait");
                process.waited += wait;
                self.judge_wait(process);
                process.event = json!({"type": "waited"});
                process.next = Next::Read;
                return Some(wait);
            }
            "lock" => {
                let lifetime = number("lifetime").unwrap_or_default();
                let Some(taken) = self.lock(process, lifetime) else {
                    process.effect -= 1;
                    return self.patiently(process);
                };
                let name = if taken { "lock_acquired" } else { "lock_busy" };
                process.event = json!({"type": name});
                process.next = Next::Read;
            }
            "http" => {
                process.next = Next::Answer;
                self.send(process, &effect);
                return None;
            }
            "answer" => {
                self.ended(process, &effect);
                return None;
            }
            other => {
                self.violate("every run ends", format!("no such effect: {other}"));
                return None;
            }
        }
        Some(0)
    }

    fn wake(&mut self, process: &mut Process, at: u64) {
        if self.strikes(&[Fault::WakeLost]).is_some() {
            return;
        }
        let site = &mut self.sites[process.site];
        let now = site.now(process.server, self.time);
        site.schedule(at, &mut process.fallback, now);
    }

    /// Tries once to take the lock; `None` if the database fails, be it that it took it or not.
    fn lock(&mut self, process: &mut Process, lifetime: u64) -> Option<bool> {
        let fails = self.strikes(&[Fault::LockFails]).is_some();
        let site = &mut self.sites[process.site];
        let now = site.now(process.server, self.time);
        if fails {
            if self.random.bool() {
                // The next attempt has another owner's name.
                site.acquire(0, lifetime, now);
            }
            return None;
        }
        let (taken, taken_over) = site.acquire(process.id, lifetime, now);
        if taken_over {
            self.stats.count("lock taken over");
        }
        process.locked |= taken;
        if taken || process.waited == 0 {
            self.note(|| format!("{} lock: {taken}", process.label()));
        }
        Some(taken)
    }

    fn unlock(&mut self, process: &mut Process) {
        if process.locked && self.strikes(&[Fault::LockFails]).is_none() {
            self.sites[process.site].release(process.id);
        }
        process.locked = false;
    }

    pub(crate) fn ended(&mut self, process: &mut Process, answer: &Value) {
        self.unlock(process);
        let site = &mut self.sites[process.site];
        if let Some(fallback) = process.fallback
            && answer["ok"] == true
        {
            site.cron.remove(&fallback);
        }
        if process.what == What::View
            && let Some(at) = answer["status"]["background_renew_at"].as_u64()
            && site.cron.is_empty()
        {
            let now = site.now(process.server, self.time);
            site.schedule(at.max(now), &mut None, now);
        }
        if process.lost {
            self.lost(process);
        }
        for (mail, now) in std::mem::take(&mut process.mails) {
            self.mailed(process, &mail, now);
        }
        self.judge_end(process, answer);
        if let (What::Authorize, Some(url)) = (&process.what, answer["url"].as_str()) {
            let state = url.split_once("state=").map_or("", |(_, state)| state);
            let at = self.random.u64(3 * SECOND..20 * SECOND);
            self.later(at, Action::Consent(process.site, state.to_owned()));
        }
    }
}
