//! Renewal: when a token is refreshed, by whom, and what its failure means.

use crate::connection::{Connection, Grant, Health, LastError};
use crate::effect::{Effect, HTTP_TIMEOUT, Lock, Notify, Wait, Wake};
use crate::event::Event;
use crate::exchange::log_odd_lifetime;
use crate::machine::{Outcome, Step};
use crate::problem::{Kind, Problem};
use crate::task::{Call, Goal, Stage, Task};
use crate::token::{self, GrantType};
use crate::{api, identity};

/// The lock under which one process at a time refreshes.
pub(crate) const LOCK: &str = "refresh";

/// Seconds after which a lock may be taken over: twice the HTTP timeout and 30, so that its holder
/// cannot be sending any more.
const LOCK_LIFETIME: u32 = 2 * HTTP_TIMEOUT + 30;

/// Seconds after which a holder that has not sent anything gives the lock up: a process that was
/// stopped for long may find it taken over.
const LOCK_PATIENCE: u64 = 10;

/// Seconds before its expiry that a token is renewed.
const MARGIN: u64 = 300;

/// Seconds until the next look at a connection at the latest, whatever the clock said before.
const LONGEST_SLEEP: u64 = 24 * 3600;

/// Seconds that retries are ever put off by; a later time was set by a clock that ran ahead.
const LONGEST_RETRY: u64 = 3600;

/// Seconds that a process waits for another's refresh, one at a time.
const MAX_WAITS: u32 = 20;

/// When a token issued at `now` for `lifetime` seconds is renewed: ahead by a margin that never
/// exceeds half the lifetime, since owners do set lifetimes of a minute.
pub(crate) fn renew_at(now: u64, lifetime: u64) -> u64 {
    now + lifetime - MARGIN.min(lifetime / 2)
}

pub(crate) fn for_call(step: Box<Step>, call: Call) -> Outcome {
    let mut task = Task::new(Goal::Call, Stage::Call);
    task.call = Some(call);
    start(step, task)
}

pub(crate) fn for_test(step: Box<Step>) -> Outcome {
    start(step, Task::new(Goal::Test, Stage::Identity))
}

/// Renews whatever the clock says.
pub(crate) fn now(step: Box<Step>) -> Outcome {
    let mut task = Task::new(Goal::Refresh, Stage::Lock);
    task.forced = true;
    start(step, task)
}

/// Renews if it is time, else asks to be woken when it is.
#[inline(never)]
pub(crate) fn tick(mut step: Box<Step>) -> Outcome {
    let Some(grant) = step.grant() else {
        return step.done();
    };
    let health = &step.connection.health;
    let at = match health.retry_at(step.now) {
        Some(at) => at,
        None if grant.is_due(step.now) => step.now,
        None => grant.renew_at,
    };
    if grant.refresh_token.is_empty() || health.needs_authorization {
        return step.done();
    }
    if at > step.now {
        let at = at.min(step.now + LONGEST_SLEEP);
        step.effects.push(Effect::Wake(Wake { at }));
        return step.done();
    }
    start(step, Task::new(Goal::Refresh, Stage::Lock))
}

fn start(step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return step.no_grant();
    };
    task.grant_id.clone_from(&grant.id);
    task.generation = grant.generation;
    if task.forced || task.goal == Goal::Refresh || is_due(grant, &step.connection, step.now) {
        return lock(step, task);
    }
    go_on(step, task)
}

/// Whether the token is to be renewed before it is used. While a retry is not due, a token that
/// still serves is used as it is.
fn is_due(grant: &Grant, connection: &Connection, now: u64) -> bool {
    let health = &connection.health;
    let held_back = health.needs_authorization
        || grant.refresh_token.is_empty()
        || health.retry_at(now).is_some();
    if held_back {
        now >= grant.expires_at
    } else {
        grant.is_due(now)
    }
}

fn lock(mut step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return step.no_grant();
    };
    let health = &step.connection.health;
    if health.needs_authorization || grant.refresh_token.is_empty() {
        step.release(&task);
        return step.fail(Problem::user("connection.needs_authorization"));
    }
    // The owner's buttons go through; everybody else waits for the time that the last failure set.
    let button = task.goal == Goal::Test || task.goal == Goal::Refresh && task.forced;
    if let Some(at) = health.retry_at(step.now)
        && !button
    {
        let mut problem = Problem::transient("token.retry_later");
        problem.retry_at = Some(at);
        return step.fail(problem);
    }
    task.stage = Stage::Lock;
    task.asked_at = step.now;
    step.ask(
        Effect::Lock(Lock {
            name: LOCK,
            lifetime: LOCK_LIFETIME,
        }),
        task,
    )
}

/// The lock is ours and the connection is fresh: refresh, unless somebody else just did.
#[inline(never)]
pub(crate) fn locked(mut step: Box<Step>, mut task: Task) -> Outcome {
    task.locked = true;
    let Some(grant) = step.grant() else {
        step.release(&task);
        return step.no_grant();
    };
    if !task.is_about(grant) {
        step.release(&task);
        task.locked = false;
        return go_on(step, task);
    }
    if step.now > task.asked_at + LOCK_PATIENCE {
        step.release(&task);
        return step.fail(Problem::transient("lock.busy"));
    }
    let request = token::refresh_request(&step.settings, &grant.refresh_token);
    step.change().health.refresh_started_at = Some(step.now);
    task.stage = Stage::Refresh;
    step.ask(Effect::Http(Box::new(request)), task)
}

/// Somebody else refreshes: use what they got, or the token that still serves, or wait.
#[inline(never)]
pub(crate) fn busy(step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return step.no_grant();
    };
    let serves = !task.forced && task.goal != Goal::Refresh && step.now < grant.expires_at;
    if serves || !task.is_about(grant) {
        return go_on(step, task);
    }
    if task.waits >= MAX_WAITS {
        return step.fail(Problem::transient("lock.busy"));
    }
    task.waits += 1;
    step.ask(Effect::Wait(Wait { seconds: 1 }), task)
}

pub(crate) fn waited(step: Box<Step>, task: Task) -> Outcome {
    match step.grant() {
        Some(grant) if task.is_about(grant) => lock(step, task),
        Some(_) => go_on(step, task),
        None => step.no_grant(),
    }
}

/// Judges the answer to a refresh. Tokens are merged only into the grant that they were asked for
/// and only in place of the refresh token that was sent: a disconnect or a new authorization in
/// the meantime wins.
#[inline(never)]
pub(crate) fn answered(mut step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let judged = token::judge(event, GrantType::RefreshToken, step.now);
    let Some(grant) = step.grant().filter(|grant| task.is_about(grant)).cloned() else {
        step.release(&task);
        task.locked = false;
        return go_on(step, task);
    };
    match judged {
        Ok(tokens) => {
            log_odd_lifetime(&mut step, &tokens);
            let now = step.now;
            let recovered = step.connection.health.failures > 0;
            let connection = step.change();
            let renewed = Grant {
                access_token: tokens.access_token,
                // Mautic always rotates; a server that does not leaves the old one good.
                refresh_token: tokens.refresh_token.unwrap_or(grant.refresh_token),
                issued_at: now,
                expires_at: now + tokens.lifetime,
                renew_at: renew_at(now, tokens.lifetime),
                generation: grant.generation + 1,
                ..grant
            };
            let wake = renewed.renew_at;
            connection.grant = Some(renewed);
            connection.health.refresh_started_at = None;
            step.succeeded();
            step.release(&task);
            task.locked = false;
            step.effects.push(Effect::Wake(Wake { at: wake }));
            step.notify("refreshed");
            if recovered {
                step.notify("recovered");
            }
            go_on(step, task)
        }
        Err(problem) => failed(step, task, problem, grant.expires_at),
    }
}

#[inline(never)]
fn failed(mut step: Box<Step>, mut task: Task, mut problem: Problem, expires_at: u64) -> Outcome {
    let now = step.now;
    let lost = problem.code == "token.invalid_grant";
    let health = &mut step.change().health;
    health.refresh_started_at = None;
    health.failures += 1;
    if lost {
        health.needs_authorization = true;
        health.retry_at = None;
    } else {
        let at = problem
            .retry_at
            .unwrap_or_else(|| now + backoff(health.failures));
        health.retry_at = Some(at);
        if problem.kind == Kind::Transient {
            problem.retry_at = Some(at);
        }
    }
    let retry_at = health.retry_at;
    health.last_error = Some(LastError {
        renewal: true,
        ..LastError::new(&problem, now)
    });
    step.release(&task);
    task.locked = false;
    if let Some(at) = retry_at {
        step.effects.push(Effect::Wake(Wake { at }));
    }
    if lost {
        step.effects.push(Effect::Notify(Notify {
            code: "connection_lost",
            error: Some(problem.code),
        }));
    }
    // Nobody need notice as long as the old access token serves.
    if task.goal != Goal::Refresh && !task.forced && now < expires_at {
        return go_on(step, task);
    }
    step.fail(problem)
}

/// Seconds until the next automatic attempt: 30, 60, 120, … up to an hour.
fn backoff(failures: u32) -> u64 {
    (30 << failures.saturating_sub(1).min(7)).min(LONGEST_RETRY)
}

impl Health {
    /// Before when nothing is to be sent by itself, if that is yet to come.
    fn retry_at(&self, now: u64) -> Option<u64> {
        self.retry_at
            .filter(|at| now < *at && *at <= now + LONGEST_RETRY)
    }
}

impl Grant {
    /// Whether the tokens are to be renewed: in time before their end, or if they are from the
    /// future, since then their end is not known.
    fn is_due(&self, now: u64) -> bool {
        now >= self.renew_at || now < self.issued_at
    }
}

/// With a token that serves: does what it was wanted for.
fn go_on(step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return step.no_grant();
    };
    task.grant_id.clone_from(&grant.id);
    task.generation = grant.generation;
    let request = match (&task.goal, &task.call) {
        (Goal::Call, Some(call)) => {
            task.stage = Stage::Call;
            api::request(grant, call)
        }
        // A refresh asks who we are only if that is not known.
        (Goal::Refresh, _) if step.connection.account.is_some() => return step.done(),
        _ => {
            task.stage = Stage::Identity;
            identity::request(grant)
        }
    };
    step.ask(Effect::Http(Box::new(request)), task)
}

/// Judges the answer to a caller's request: what speaks of the connection is handled here, the
/// rest is the caller's.
#[inline(never)]
pub(crate) fn call_answered(mut step: Box<Step>, task: Task, event: &Event) -> Outcome {
    match api::judge(event, step.now) {
        Ok(()) => {
            step.record_success();
            let mut reply = step.reply();
            reply.deliver = true;
            reply.http_status = Some(event.status);
            step.finish(reply)
        }
        Err(problem) => {
            if task.may_repeat(&problem) {
                return repeat(step, task);
            }
            step.record(&problem);
            step.fail(problem)
        }
    }
}

/// Renews a token that died before its time, and then asks again. The answer was Mautic's own, so
/// the request was not carried out.
pub(crate) fn repeat(step: Box<Step>, mut task: Task) -> Outcome {
    task.repeated = true;
    task.forced = true;
    lock(step, task)
}

impl Task {
    /// Whether a refresh and one repetition may help: after a 401 `invalid_grant`, exactly once.
    pub(crate) fn may_repeat(&self, problem: &Problem) -> bool {
        problem.code == "api.invalid_grant" && !self.repeated && self.goal != Goal::Return
    }

    /// Whether the tokens are still those that the work began with.
    fn is_about(&self, grant: &Grant) -> bool {
        self.grant_id == grant.id && self.generation == grant.generation
    }
}

impl Step {
    fn no_grant(self: Box<Self>) -> Outcome {
        let code = if self.settings.complete() {
            "connection.needs_authorization"
        } else {
            "connection.not_configured"
        };
        self.fail(Problem::user(code))
    }

    /// A refresh that Mautic answered with tokens ends whatever was wrong.
    fn succeeded(&mut self) {
        let now = self.now;
        let health = &mut self.change().health;
        health.last_success_at = Some(now);
        health.last_error = None;
        health.failures = 0;
        health.retry_at = None;
        health.needs_authorization = false;
    }
}
