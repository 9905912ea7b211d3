//! The world: virtual time, and everything that happens in it in one order, from one seed.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;

use crate::actor::What;
use crate::faults::{DAY, Fault, HOUR, MINUTE, ONCE, Plan, SECOND};
use crate::ledger::{Ledger, Violation};
use crate::mautic::Mautic;
use crate::process::{Next, Process};
use crate::site::Site;
use crate::stats::Stats;
use crate::wire::Request;

/// When every simulation begins, in milliseconds.
const BEGINNING: u64 = 1_700_000_000_000;

/// When the site is connected and trouble may begin, in milliseconds from then.
pub(crate) const CONNECTED: u64 = MINUTE;

/// Milliseconds after the last fault at which the first use must settle the matter, or the next one a
/// minute later: nothing is put off by more than an hour (`Retry-After`, backoff, the budget's hour, a
/// lock from a clock that ran ahead), two of these may come one after the other, and a refresh that
/// seems to begin in the future is waited for from the first use on.
const SETTLED: u64 = 2 * HOUR + 5 * MINUTE;

/// Something that happens at a time.
pub(crate) enum Action {
    /// A process goes on.
    Go(u64),
    /// A process is killed.
    Kill(u64),
    Spawn(usize, What),
    /// Somebody opens a page: WP-Cron runs if it is due.
    Visit(usize),
    /// Processes that meet at the moment of renewal, or of expiry.
    Crowd(usize),
    /// The owner has logged in to Mautic and accepted; the state.
    Consent(usize, String),
    /// Something happens once.
    Once(Fault),
    /// The owner mends the settings.
    Mend,
    Arrives(u64),
    CarriedOut(u64),
    Replies(u64),
    /// The trouble is over.
    Over,
    /// The use that settles the matter; and the one after the access token's end.
    Settled,
    End,
}

/// Everything.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) random: Rng,
    /// Milliseconds.
    pub(crate) time: u64,
    queue: BTreeMap<(u64, u64), Action>,
    pub(crate) last: u64,
    pub(crate) sites: Vec<Site>,
    pub(crate) mautic: Mautic,
    /// The address that the owner has confirmed.
    pub(crate) home: String,
    /// The API credential as it is in Mautic.
    pub(crate) credential: (String, String),
    pub(crate) processes: BTreeMap<u64, Process>,
    pub(crate) requests: HashMap<u64, Request>,
    pub(crate) ledger: Ledger,
    pub(crate) violation: Option<Violation>,
    pub(crate) stats: Stats,
    trace: Option<Vec<String>>,
    ended: bool,
}

/// What came of a seed.
pub(crate) struct Life {
    pub(crate) violation: Option<Violation>,
    pub(crate) stats: Stats,
    pub(crate) trace: Vec<String>,
}

/// Lives through one seed.
pub(crate) fn live(seed: u64, traced: bool) -> Life {
    let mut world = World::new(seed, traced);
    world.begin();
    while let Some(((time, _), action)) = world.queue.pop_first() {
        world.time = time;
        world.happen(action);
        if world.violation.is_some() || world.ended && world.processes.is_empty() {
            break;
        }
    }
    if world.violation.is_none() {
        world.judge_life();
    }
    Life {
        violation: world.violation,
        stats: world.stats,
        trace: world.trace.unwrap_or_default(),
    }
}

impl World {
    fn new(seed: u64, traced: bool) -> Self {
        let mut random = Rng::with_seed(seed);
        let plan = Plan::draw(&mut random);
        let mut mautic = Mautic::new(plan.access_lifetime, plan.refresh_lifetime * DAY / SECOND);
        let credential = mautic.create_client();
        let home = "https://site.example".to_owned();
        let site = Site::new(&home, plan.skew.clone());
        Self {
            time: BEGINNING,
            queue: BTreeMap::new(),
            last: 0,
            sites: vec![site],
            mautic,
            home,
            credential,
            processes: BTreeMap::new(),
            requests: HashMap::new(),
            ledger: Ledger::default(),
            violation: None,
            stats: Stats::default(),
            trace: traced.then(Vec::new),
            ended: false,
            plan,
            random,
        }
    }

    /// Puts everything that is known beforehand into the queue.
    fn begin(&mut self) {
        self.note(|| "begins".to_owned());
        self.note_plan();
        let values = self.settings();
        self.later(0, Action::Spawn(0, What::Save(values)));
        self.later(SECOND, Action::Spawn(0, What::Authorize));
        let span = self.plan.span;
        self.later(CONNECTED, Action::Visit(0));
        for _ in 0..self.plan.steady {
            let at = CONNECTED + self.random.u64(0..span);
            let what = self.something();
            self.later(at, Action::Spawn(0, what));
        }
        for size in self.plan.crowds.clone() {
            let at = CONNECTED + self.random.u64(0..span);
            self.later(at, Action::Crowd(size));
        }
        let once: Vec<_> = (self.plan.windows.iter())
            .filter(|window| ONCE.contains(&window.fault))
            .map(|window| (window.from, window.fault))
            .collect();
        for (at, fault) in once {
            self.later(at, Action::Once(fault));
        }
        let over = CONNECTED + span;
        self.later(over, Action::Over);
        for _ in 0..self.random.u32(0..4) {
            let at = over + self.random.u64(0..SETTLED);
            self.later(at, Action::Spawn(0, What::Call));
        }
        self.later(over + SETTLED, Action::Spawn(0, What::Call));
        self.later(over + SETTLED + MINUTE, Action::Settled);
        let expired = over + SETTLED + (self.plan.access_lifetime + 70) * SECOND;
        self.later(expired, Action::Settled);
        self.later(expired + 5 * MINUTE, Action::End);
    }

    pub(crate) fn later(&mut self, delay: u64, action: Action) {
        self.last += 1;
        self.queue.insert((self.time + delay, self.last), action);
    }

    fn happen(&mut self, action: Action) {
        match action {
            Action::Go(id) => self.go(id),
            Action::Kill(id) => {
                if self
                    .processes
                    .get(&id)
                    .is_some_and(|process| process.next == Next::Answer)
                    && let Some(process) = self.processes.remove(&id)
                {
                    self.died(process);
                }
            }
            Action::Spawn(site, what) => self.spawn(site, what),
            Action::Visit(site) => self.visit(site),
            Action::Crowd(size) => self.crowd(size),
            Action::Consent(site, state) => self.consent(site, &state),
            Action::Once(fault) => self.once(fault),
            Action::Mend => self.mend(),
            Action::Arrives(id) => self.arrives(id),
            Action::CarriedOut(id) => self.carried_out(id),
            Action::Replies(id) => self.replies(id),
            Action::Over => {
                self.note(|| "all trouble is over".to_owned());
                self.mend();
            }
            Action::Settled => self.spawn(0, What::Call),
            Action::End => self.ended = true,
        }
    }

    pub(crate) fn spawn(&mut self, site: usize, what: What) {
        self.last += 1;
        let server = self.random.usize(0..self.sites[site].skew.len());
        let process = Process::new(self.last, what, site, server);
        self.stats.count(process.what.name());
        self.note(|| format!("{} begins on server {server}", process.label()));
        let id = process.id;
        self.processes.insert(id, process);
        self.later(0, Action::Go(id));
    }

    fn visit(&mut self, site: usize) {
        if self.ended {
            return;
        }
        // Between half and one and a half of the average.
        let visits = self.plan.visits;
        let next = self.random.u64(visits / 2..=visits + visits / 2);
        self.later(next, Action::Visit(site));
        let elapsed = self.elapsed();
        if self.plan.lasts(Fault::NoVisitors, elapsed) {
            self.stats.count("NoVisitors");
            return;
        }
        let site_now = self.sites[site].now(0, self.time);
        while self.sites[site]
            .cron
            .first()
            .is_some_and(|at| *at <= site_now)
        {
            self.sites[site].cron.pop_first();
            self.spawn(site, What::Tick);
            // WordPress' own guard against running twice is not a lock.
            if self.random.u32(0..20) == 0 {
                self.spawn(site, What::Tick);
            }
        }
    }

    /// Whether all trouble is over for so long that nothing can be put off any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.elapsed() >= CONNECTED + self.plan.span + SETTLED + MINUTE
    }

    /// Milliseconds since the beginning.
    pub(crate) fn elapsed(&self) -> u64 {
        self.time - BEGINNING
    }

    /// Whether one of these faults strikes now.
    pub(crate) fn strikes(&mut self, faults: &[Fault]) -> Option<Fault> {
        let elapsed = self.elapsed();
        let fault = self.plan.strikes(faults, elapsed, &mut self.random)?;
        self.stats.count(&format!("{fault:?}"));
        Some(fault)
    }

    /// A line of the trace.
    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if self.trace.is_some() {
            let elapsed = self.elapsed();
            let line = line();
            if let Some(trace) = &mut self.trace {
                trace.push(format!(
                    "{:>10}.{:03} s  {line}",
                    elapsed / 1000,
                    elapsed % 1000
                ));
            }
        }
    }

    fn note_plan(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:#?}", self.plan));
        }
    }

    pub(crate) fn violate(&mut self, invariant: &'static str, what: String) {
        self.note(|| format!("VIOLATED: {invariant}: {what}"));
        if self.violation.is_none() {
            self.violation = Some(Violation { invariant, what });
        }
    }
}
