//! The state machine: which module takes an event, and what every step has in common.

use crate::alert::Alert;
use crate::connection::{Connection, Grant, Settings, VERSION};
use crate::effect::{Answer, Effect, Log, LogFields, Notify, Reply, Unlock, Wake};
use crate::entropy::Entropy;
use crate::event::Event;
use crate::message::Message;
use crate::problem::Problem;
use crate::proven::Guide;
use crate::renewal::LOCK;
use crate::task::{Stage, Task};
use crate::view::{self, Status};
use crate::{
    alert, api, authorize, doctor, due, exchange, explain, identity, message, permission, redirect,
    refresh, renewal, settings, site,
};

/// Bytes of randomness in a grant's id.
pub(crate) const GRANT_ID_BYTES: usize = 6;

/// Decides what to do about one event. Pure: the same message gives the same answer.
pub(crate) fn step(message: Message) -> Answer {
    let mut connection = message.connection.unwrap_or_default();
    let settings = message.overrides.effective(&connection.settings);
    connection.presume(&settings);
    if let Some(grant) = &mut connection.grant {
        due::presume_background(grant, &settings);
    }
    let Some(entropy) = Entropy::parse(&message.entropy) else {
        return refuse("message.entropy", None);
    };
    let is_copy = connection
        .grant
        .as_ref()
        .is_some_and(|grant| site::differs(&grant.site, &message.site));
    let step = Box::new(Step {
        connection,
        settings,
        overrides: message.overrides,
        site: message.site,
        is_copy,
        now: message.now,
        entropy,
        effects: Vec::new(),
        changed: false,
    });
    let event = message.event;
    if let Some(why) = message.unreadable
        && event.name != "reset"
    {
        return step.unreadable(why).0;
    }
    match message.task {
        None => begin(step, event),
        Some(task) => proceed(step, event, task),
    }
    .0
}

/// The answer to a message that is none.
pub(crate) fn unreadable_message(why: &str) -> Answer {
    refuse("message.invalid", Some(why))
}

fn refuse(code: &'static str, why: Option<&str>) -> Answer {
    let mut problem = Problem::misuse(code);
    if let Some(why) = why {
        problem = problem.detail(why);
    }
    let mut reply = Reply::done(Status::default());
    reply.ok = false;
    reply.error = Some(problem);
    Answer {
        connection: None,
        effects: vec![Effect::Answer(Box::new(reply))],
        task: None,
    }
}

// What takes an event is never inlined: PHP loads the functions that a request needs, and one that
// had them all in it would be needed by each.
fn begin(mut step: Box<Step>, event: Event) -> Outcome {
    match event.name.as_str() {
        "view" => step.view(&event.redirect_uri),
        "settings_saved" => settings::save(step, event),
        "settings_checked" => settings::check(step, event),
        "authorize" => authorize::begin(step, event),
        "returned" => redirect::claim(step, event),
        "api_call" => match api::parse(event) {
            Ok(call) => renewal::for_call(step, call),
            Err(problem) => step.fail(problem),
        },
        "refresh" => renewal::now(step),
        "test" => renewal::for_test(step),
        "diagnose" => doctor::begin(step, event),
        "explain" => explain::explain(step, event),
        "tick" => renewal::tick(step),
        // A page that was open for long, or a copy under the same address: nothing to decide.
        "site_moved" | "site_copied" if !step.is_copy => {
            step.fail(Problem::user("connection.site_unchanged"))
        }
        "site_moved" => {
            step.log("site.moved", None);
            let site = site::kept(&step.site);
            if let Some(grant) = &mut step.change().grant {
                grant.site = site;
            }
            step.is_copy = false;
            let at = step.now;
            step.effects.push(Effect::Wake(Wake { at }));
            step.done()
        }
        // What the original has is its own: nothing is told to Mautic.
        "disconnect" | "site_copied" => {
            let disconnected = !step.settings.auth_method.is_authorized();
            let connection = step.change();
            connection.drop_grant();
            connection.disconnected = disconnected;
            if event.name == "site_copied" {
                step.log("site.copied", None);
            }
            step.notify("disconnected");
            step.done()
        }
        "forget_account" => identity::forget(step, event),
        "reset" => {
            step.log("connection.reset", None);
            let revision = step.connection.revision;
            *step.change() = Connection {
                revision,
                ..Connection::default()
            };
            step.settings = step.overrides.effective(&step.connection.settings);
            step.notify("disconnected");
            step.done()
        }
        "store_failed" => {
            step.fail(Problem::transient("store.failed").detail(&event.error_message))
        }
        "connection_unreadable" => step.unreadable(&event.why),
        _ => step.misused(&event.name),
    }
}

fn proceed(mut step: Box<Step>, event: Event, mut task: Task) -> Outcome {
    if let (Some(round), Some(milliseconds)) = (&mut task.doctor, event.milliseconds) {
        round.milliseconds = milliseconds;
    }
    match (event.name.as_str(), task.stage) {
        ("lock_acquired", Stage::Lock) => renewal::locked(step, task),
        ("lock_busy", Stage::Lock) => renewal::busy(step, task),
        ("waited", Stage::Lock) => renewal::waited(step, task),
        ("http_answered", Stage::Exchange) => exchange::answered(step, task, &event),
        ("http_answered", Stage::Refresh) => refresh::answered(step, task, &event),
        ("http_answered", Stage::Identity) => identity::answered(step, task, &event),
        ("http_answered", Stage::Probe) => identity::probed(step, task, &event),
        ("http_answered", Stage::Reach) => doctor::reached(step, task, &event),
        ("http_answered", Stage::Candidate) => doctor::candidate(step, task, &event),
        ("http_answered", Stage::Client) => doctor::client_answered(step, task, &event),
        ("http_answered", Stage::Header) => doctor::header_answered(step, task, &event),
        ("http_answered", Stage::Permission) => permission::answered(step, task, &event),
        ("http_answered", Stage::Call) => api::answered(step, task, &event),
        // A renewal that cannot be written down is not begun.
        ("store_failed", Stage::Lock) => {
            let problem = Problem::transient("store.failed").detail(&event.error_message);
            renewal::without(step, task, problem)
        }
        // Mautic has answered: a caller who were told of the database would ask for it again.
        ("store_failed", Stage::Call) => {
            let mut reply = step.reply();
            reply.deliver = true;
            reply.error = Some(Problem::transient("store.failed").detail(&event.error_message));
            step.finish(reply)
        }
        ("store_failed", _) => {
            step.release(&mut task);
            step.fail(Problem::transient("store.failed").detail(&event.error_message))
        }
        ("connection_unreadable", _) => {
            step.release(&mut task);
            step.unreadable(&event.why)
        }
        _ => step.misused(&event.name),
    }
}

/// One step under way. Boxed, since what takes an event is handed all of it.
pub(crate) struct Step {
    pub(crate) connection: Connection,
    /// The stored settings with the overrides laid over.
    pub(crate) settings: Settings,
    pub(crate) overrides: message::Overrides,
    /// The site's address, if the shell has one.
    pub(crate) site: String,
    /// The grant was given to another address than the site's.
    pub(crate) is_copy: bool,
    pub(crate) now: u64,
    pub(crate) entropy: Entropy,
    pub(crate) effects: Vec<Effect>,
    changed: bool,
}

/// A step that is over. A type of its own, so that no path forgets to finish.
pub(crate) struct Outcome(Answer);

impl Step {
    /// The connection, to be changed and then stored.
    pub(crate) fn change(&mut self) -> &mut Connection {
        self.changed = true;
        &mut self.connection
    }

    /// The grant, if it belongs to the server and client that the settings name.
    pub(crate) fn grant(&self) -> Option<&Grant> {
        view::usable_grant(&self.connection, &self.settings)
    }

    pub(crate) fn notify(&mut self, code: &'static str) {
        self.effects.push(Effect::Notify(Notify {
            code,
            error: None,
            since: None,
        }));
    }

    /// Writes a line of the log.
    pub(crate) fn log(&mut self, code: &'static str, problem: Option<&Problem>) {
        let fields = problem.map_or_else(LogFields::default, |problem| LogFields {
            error: Some(problem.code),
            http_status: problem.http_status,
            retry_at: problem.retry_at,
            value: None,
        });
        self.effects.push(Effect::Log(Log { code, fields }));
    }

    /// Gives a presumed grant the name by which later answers are told to belong to it.
    pub(crate) fn name_grant(&mut self) {
        if let Some(grant) = &mut self.connection.grant
            && grant.id.is_empty()
        {
            grant.id = self.entropy.take(GRANT_ID_BYTES);
        }
    }

    /// Ends what Disconnect began, for a method that needs no authorization.
    pub(crate) fn resume(&mut self) {
        if self.connection.disconnected {
            self.change().disconnected = false;
            self.connection.presume(&self.settings);
        }
    }

    /// Gives the refresh lock back, if this task holds it.
    pub(crate) fn release(&mut self, task: &mut Task) {
        if std::mem::take(&mut task.locked) {
            self.effects.push(Effect::Unlock(Unlock { name: LOCK }));
        }
    }

    /// Ends with an effect that needs a reply.
    pub(crate) fn ask(mut self: Box<Self>, effect: Effect, task: Task) -> Outcome {
        self.effects.push(effect);
        self.outcome(Some(task))
    }

    /// A reply that says that all is well, to be completed.
    pub(crate) fn reply(&self) -> Box<Reply> {
        Box::new(Reply::done(Status::of(
            &self.connection,
            &self.settings,
            self.is_copy,
            self.now,
        )))
    }

    /// Ends the work with a reply.
    pub(crate) fn finish(mut self: Box<Self>, mut reply: Box<Reply>) -> Outcome {
        if reply.alert.is_none() {
            reply.alert = alert::of(&self.connection, &self.settings, &reply.status);
        }
        self.effects.push(Effect::Answer(reply));
        self.outcome(None)
    }

    /// Why there is no grant.
    pub(crate) fn without_grant(&self) -> Problem {
        Problem::user(if !self.settings.complete() {
            "connection.not_configured"
        } else if self.connection.disconnected {
            "connection.disconnected"
        } else {
            "connection.needs_authorization"
        })
    }

    /// Ends the work well.
    pub(crate) fn done(self: Box<Self>) -> Outcome {
        let reply = self.reply();
        self.finish(reply)
    }

    /// Ends the work with a problem.
    #[inline(never)]
    pub(crate) fn fail(self: Box<Self>, problem: Problem) -> Outcome {
        let mut reply = self.reply();
        reply.ok = false;
        reply.error = Some(problem);
        self.finish(reply)
    }

    fn view(self: Box<Self>, redirect_uri: &str) -> Outcome {
        let mut reply = self.reply();
        reply.authorize = authorize::preview(&self.settings, redirect_uri);
        reply.guide = Some(Guide::of(&self.connection, &self.settings));
        reply.settings = Some(view::settings(&self.settings, &self.overrides));
        reply.problems = self.overrides.problems();
        reply.actions = view::actions(&self.connection, &self.settings, self.is_copy);
        self.finish(reply)
    }

    /// Ends with what is wrong with the form, if anything is.
    pub(crate) fn problems(
        self: Box<Self>,
        judged: settings::Judged,
        redirect_uri: &str,
    ) -> Outcome {
        let mut reply = self.reply();
        let wrong = |name| {
            let mut problems = judged.problems.iter();
            problems.any(|problem| problem.field == Some(name))
        };
        if !wrong("base_url") && !wrong("client_id") {
            let settings = self.overrides.effective(&judged.settings);
            reply.authorize = authorize::preview(&settings, redirect_uri);
        }
        reply.ok = judged.problems.is_empty();
        reply.problems = judged.problems;
        reply.notes = judged.notes;
        reply.normalized = Some(judged.settings.base_url).filter(|url| !url.is_empty());
        self.finish(reply)
    }

    fn unreadable(self: Box<Self>, why: &str) -> Outcome {
        let code = match why {
            "key_missing" => "connection.key_missing",
            "key_changed" => "connection.key_changed",
            "other_site" => "connection.other_site",
            "newer_version" => "connection.newer_version",
            _ => "connection.damaged",
        };
        let problem = Problem::user(code);
        let mut reply = self.reply();
        reply.ok = false;
        reply.status = Status::unreadable(&problem, &self.settings, self.now);
        reply.alert = Some(Alert::unreadable(code));
        reply.error = Some(problem);
        reply.settings = Some(view::settings(&self.settings, &self.overrides));
        reply.actions = view::only_reset();
        self.finish(reply)
    }

    fn misused(self: Box<Self>, event: &str) -> Outcome {
        self.fail(Problem::misuse("message.invalid").detail(event))
    }

    fn outcome(mut self: Box<Self>, task: Option<Task>) -> Outcome {
        if self.changed {
            self.connection.v = VERSION;
            self.connection.revision += 1;
            self.effects.insert(0, Effect::Store);
        }
        Outcome(Answer {
            connection: self.changed.then_some(self.connection),
            effects: self.effects,
            task,
        })
    }
}

impl Reply {
    fn done(status: Status) -> Self {
        Self {
            ok: true,
            status,
            ..Self::default()
        }
    }
}
