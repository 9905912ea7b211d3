//! The world: virtual time, and everything that happens in it in one order, from one seed.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::faults::{DAY, Fault, HOUR, MINUTE, NETWORK, ONCE, Plan, SECOND, pick};
use crate::invariants::{Ledger, Violation};
use crate::mautic::{Found, Mautic};
use crate::network::{self, Course, Reply};
use crate::process::{BASE, Next, Process, What};
use crate::site::Site;
use crate::stats::Stats;

/// When every simulation begins, in milliseconds.
const BEGINNING: u64 = 1_700_000_000_000;

/// When the site is connected and trouble may begin, in milliseconds from then.
const CONNECTED: u64 = MINUTE;

/// Milliseconds after the last fault at which the first use must settle the matter: nothing is put
/// off by more than an hour (`Retry-After`, backoff, the budget's hour, a lock from a clock that ran
/// ahead), and two of these may come one after the other.
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
    /// The first use after that; and the one after the access token's end.
    Settled,
    End,
}

/// A request under way.
pub(crate) struct Request {
    process: u64,
    id: String,
    url: String,
    bearer: String,
    body: String,
    deadline: u64,
    course: Course,
    found: Option<Found>,
    answer: Option<Value>,
    /// Its place in the ledger, if it is a refresh.
    pub(crate) post: Option<usize>,
}

/// Everything.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) random: Rng,
    /// Milliseconds.
    pub(crate) time: u64,
    queue: BTreeMap<(u64, u64), Action>,
    last: u64,
    pub(crate) sites: Vec<Site>,
    pub(crate) mautic: Mautic,
    /// The address that the owner has confirmed.
    home: String,
    /// The API credential as it is in Mautic.
    pub(crate) credential: (String, String),
    pub(crate) processes: BTreeMap<u64, Process>,
    requests: HashMap<u64, Request>,
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
        self.later(over + SETTLED, Action::Settled);
        let expired = over + SETTLED + (self.plan.access_lifetime + 70) * SECOND;
        self.later(expired, Action::Settled);
        self.later(expired + 5 * MINUTE, Action::End);
    }

    fn settings(&self) -> Value {
        let (id, secret) = &self.credential;
        json!({"base_url": BASE, "client_id": id, "client_secret": secret,
            "refresh_token_lifetime_days": self.plan.refresh_lifetime.to_string()})
    }

    /// What a process may be for at any time.
    fn something(&mut self) -> What {
        match self.random.u32(0..20) {
            0..13 => What::Call,
            13..16 => What::Refresh,
            16 => What::Test,
            17 => What::Tick,
            _ => What::View,
        }
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
            if !self.plan.is_calm() && self.random.u32(0..20) == 0 {
                self.spawn(site, What::Tick);
            }
        }
    }

    fn crowd(&mut self, size: usize) {
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

    fn consent(&mut self, site: usize, state: &str) {
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

    fn once(&mut self, fault: Fault) {
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
    fn mend(&mut self) {
        if self.sites[0].url != self.home {
            self.home.clone_from(&self.sites[0].url);
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

    /// Sends a request: draws what will happen to it and lets the process wait.
    pub(crate) fn send(&mut self, process: &mut Process, effect: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let headers = effect["headers"].as_array();
        let bearer = headers
            .into_iter()
            .flatten()
            .filter(|header| header[0] == "Authorization")
            .find_map(|header| header[1].as_str()?.strip_prefix("Bearer "))
            .unwrap_or_default();
        let timeout = effect["timeout"].as_u64().unwrap_or_default() * SECOND;
        let fault = self.strikes(&NETWORK);
        let course = network::course(fault, timeout, self.time, &mut self.random);
        let mut request = Request {
            process: process.id,
            id: text(&effect["id"]),
            url: text(&effect["url"]),
            bearer: bearer.to_owned(),
            body: text(&effect["body"]),
            deadline: self.time + timeout,
            course,
            found: None,
            answer: None,
            post: None,
        };
        process.called |= request.id == "call";
        if request.id == "refresh" {
            request.post = Some(self.posted(process, &request.body));
        }
        self.stats.count(&format!("request {}", request.id));
        self.note(|| format!("{} sends {} ({fault:?})", process.label(), request.id));
        self.last += 1;
        let id = self.last;
        process.request = Some(id);
        match &request.course.reply {
            Reply::Other { after, .. } => {
                let after = *after;
                self.later(after, Action::Replies(id));
            }
            Reply::Mautics { .. } => self.later(timeout, Action::Replies(id)),
        }
        if let Some(arrives) = request.course.arrives {
            self.later(arrives, Action::Arrives(id));
        } else if let Some(post) = request.post {
            self.ledger.posts[post].mautic_works = false;
        }
        self.requests.insert(id, request);
        if self.strikes(&[Fault::Crash]).is_some() {
            let at = self.random.u64(0..timeout);
            self.later(at, Action::Kill(process.id));
        }
    }

    fn arrives(&mut self, id: u64) {
        self.mautic.api_enabled = !self.plan.lasts(Fault::ApiDisabled, self.elapsed());
        if !self.mautic.api_enabled {
            self.stats.count("ApiDisabled");
        }
        let Some(request) = self.requests.get_mut(&id) else {
            return;
        };
        request.found = Some(if request.id == "refresh" || request.id == "exchange" {
            self.mautic.look_up(&request.body, self.time)
        } else {
            Found::Answer(self.mautic.api(&request.bearer, &request.url, self.time))
        });
        let works = request.course.works;
        self.later(works, Action::CarriedOut(id));
    }

    fn carried_out(&mut self, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else {
            return;
        };
        let answer = match request.found.take() {
            Some(Found::Good { client, spent }) => {
                self.note(|| format!("Mautic issues a pair for {spent}"));
                self.mautic.issue(&client, &spent, self.time)
            }
            Some(Found::Answer(answer)) => {
                self.note(|| format!("Mautic answers {}", answer["status"]));
                answer
            }
            None => return,
        };
        if let Some(post) = request.post {
            self.ledger.posts[post].mautic_works = false;
        }
        if let Reply::Mautics { after, altered } = request.course.reply {
            let answer = match altered {
                Some(fault) => network::altered(answer, fault, &mut self.random),
                None => answer,
            };
            if self.time + after < request.deadline {
                request.answer = Some(answer);
                self.later(after, Action::Replies(id));
            }
        }
        self.requests.insert(id, request);
    }

    fn replies(&mut self, id: u64) {
        let Some(request) = self.requests.get(&id) else {
            return;
        };
        let mut event = match &request.course.reply {
            Reply::Other { event, .. } => event.clone(),
            Reply::Mautics { .. } => request.answer.clone().unwrap_or_else(network::timed_out),
        };
        event["type"] = json!("http_answered");
        event["id"] = json!(request.id);
        let caller = request.id == "call";
        if caller
            && event["status"]
                .as_u64()
                .is_some_and(|status| status / 100 == 2)
        {
            event["body"] = json!("");
        }
        let waits = self
            .processes
            .get(&request.process)
            .is_some_and(|process| process.request == Some(id) && process.next == Next::Answer);
        if waits {
            let process = request.process;
            if let Some(post) = request.post {
                self.ledger.posts[post].client_waits = false;
            }
            self.deliver(process, event);
        }
    }

    /// A process that waited for an answer is gone.
    pub(crate) fn client_left(&mut self, request: u64) {
        if let Some(post) = self.requests.get(&request).and_then(|request| request.post) {
            self.ledger.posts[post].client_waits = false;
        }
    }

    /// The ledger's entry for the refresh that a process has under way.
    pub(crate) fn post_of(&self, process: &Process) -> Option<usize> {
        self.requests.get(&process.request?)?.post
    }

    /// Whether all trouble is over for so long that nothing can be put off any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.elapsed() >= CONNECTED + self.plan.span + SETTLED
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
