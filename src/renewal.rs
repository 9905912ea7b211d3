//! Renewal: when a token is refreshed, and by whom.

use crate::connection::Grant;
use crate::effect::{Effect, HTTP_TIMEOUT, Lock, Wait, Wake};
use crate::machine::{Outcome, Step};
use crate::method::{Method, NEVER};
use crate::problem::Problem;
use crate::task::{Call, Goal, Stage, Task};
use crate::view::SITE_CHANGED;
use crate::{api, doctor, identity, token};

/// The lock under which one process at a time refreshes.
pub(crate) const LOCK: &str = "refresh";

/// Seconds after which a lock may be taken over: twice the HTTP timeout and 30, so that its holder
/// cannot be sending any more.
const LOCK_LIFETIME: u32 = 2 * HTTP_TIMEOUT + 30;

/// Seconds after which a holder that has not sent anything gives the lock up: a process that was
/// stopped for long may find it taken over.
const LOCK_PATIENCE: u64 = 10;

/// Seconds until the next look at a connection at the latest, whatever the clock said before.
const LONGEST_SLEEP: u64 = 24 * 3600;

/// How often a process looks whether another's refresh is done: for 20 seconds in all, since
/// [`wait_milliseconds`] grows.
const MAX_WAITS: u32 = 56;

pub(crate) fn for_call(step: Box<Step>, call: Call) -> Outcome {
    let mut task = Task::new(Goal::Call, Stage::Call);
    task.call = Some(call);
    start(step, task)
}

/// Without a grant, or without a token that serves.
fn give_up(step: Box<Step>, task: Task, problem: Problem) -> Outcome {
    if task.doctor.is_some() {
        return doctor::without_token(step, task, problem);
    }
    step.fail(problem)
}

fn no_grant(step: Box<Step>, task: Task) -> Outcome {
    let problem = step.without_grant();
    give_up(step, task, problem)
}

pub(crate) fn for_test(mut step: Box<Step>) -> Outcome {
    step.resume();
    start(step, Task::new(Goal::Test, Stage::Identity))
}

/// Renews whatever the clock says.
pub(crate) fn now(step: Box<Step>) -> Outcome {
    if step.settings.auth_method == Method::Basic {
        return step.fail(Problem::misuse("refresh.not_needed"));
    }
    let mut task = Task::new(Goal::Refresh, Stage::Lock);
    task.forced = true;
    start(step, task)
}

/// Renews if it is time, and says when to look again.
#[inline(never)]
pub(crate) fn tick(mut step: Box<Step>) -> Outcome {
    step.settle();
    let task = Task::new(Goal::Refresh, Stage::Lock);
    if let Some(grant) = step.grant()
        && (grant.is_due(step.now) || step.connection.health.failures > 0)
        && obstacle(&step, grant, &task).is_none()
    {
        return start(step, task);
    }
    wake(&mut step);
    step.done()
}

/// Asks for the next tick, if there will be something to do.
pub(crate) fn wake(step: &mut Step) {
    let Some(grant) = step.grant() else { return };
    let now = step.now;
    let health = &step.connection.health;
    let idle = grant.background_renew_at == NEVER && health.failures == 0;
    let at = if health.needs_authorization || grant.is_unrenewable() || idle {
        None
    } else if step.is_copy {
        // It may move back.
        Some(now + LONGEST_SLEEP)
    } else {
        let due = if health.failures > 0 {
            now
        } else {
            grant.background_renew_at
        };
        let held = health.held_until(now, false);
        held.max(health.running_until(now)).max(Some(due))
    };
    let settles_at = health.settles_at();
    if let Some(at) = at.into_iter().chain(settles_at).min() {
        let at = at.min(now + LONGEST_SLEEP);
        step.effects.push(Effect::Wake(Wake { at }));
    }
}

pub(crate) fn start(step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return no_grant(step, task);
    };
    task.grant_id.clone_from(&grant.id);
    task.generation = grant.generation;
    if task.forced || task.goal == Goal::Refresh || is_due(grant, &step) {
        return lock(step, task);
    }
    go_on(step, task)
}

/// Whether the token is to be renewed before it is used. While that cannot be, one that still
/// serves is used as it is.
fn is_due(grant: &Grant, step: &Step) -> bool {
    let now = step.now;
    let health = &step.connection.health;
    grant.is_due(now)
        && (now >= grant.expires_at
            || !(step.is_copy
                || health.needs_authorization
                || grant.is_unrenewable()
                || health.running_until(now).is_some()
                || health.held_until(now, false).is_some()))
}

/// What forbids to send the refresh token now.
fn obstacle(step: &Step, grant: &Grant, task: &Task) -> Option<Problem> {
    if step.is_copy {
        return Some(Problem::user(SITE_CHANGED));
    }
    let health = &step.connection.health;
    if health.needs_authorization || grant.is_unrenewable() {
        return Some(Problem::user("connection.needs_authorization"));
    }
    // Who waits for the lock finds out by it whether the one that was begun still runs.
    let running = if task.locked {
        health.running_until(step.now)
    } else {
        None
    };
    // The owner's buttons go through; everybody else waits for the time that the last failure set.
    let button =
        !task.repeated && (task.goal == Goal::Test || task.goal == Goal::Refresh && task.forced);
    let at = running.max(health.held_until(step.now, button))?;
    let mut problem = Problem::transient("token.retry_later");
    problem.retry_at = Some(at);
    Some(problem)
}

fn lock(step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return no_grant(step, task);
    };
    if let Some(problem) = obstacle(&step, grant, &task) {
        return without(step, task, problem);
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

/// The lock is ours and the connection is fresh: refresh, unless somebody else just did, or began
/// to and did not come back.
#[inline(never)]
pub(crate) fn locked(mut step: Box<Step>, mut task: Task) -> Outcome {
    task.locked = true;
    let now = step.now;
    let Some(grant) = step.grant() else {
        step.release(&mut task);
        return no_grant(step, task);
    };
    if !task.is_about(grant) {
        step.release(&mut task);
        return replaced(step, task);
    }
    if now > task.asked_at + LOCK_PATIENCE {
        let enough = task.waits >= MAX_WAITS || serves(grant, &task, now);
        step.release(&mut task);
        if enough {
            return without(step, task, Problem::transient("lock.busy"));
        }
        // A database that was held up for long: once more, and then once again.
        task.waits += MAX_WAITS / 2;
        return lock(step, task);
    }
    if let Some(problem) = obstacle(&step, grant, &task) {
        let health = &step.connection.health;
        if health.refresh_started_at > Some(now) {
            // The clock was set back: counted from now, or it would seem to run for ever.
            step.change().health.refresh_started_at = Some(now);
        }
        step.release(&mut task);
        return without(step, task, problem);
    }
    let is_single_use = !grant.refresh_token.is_empty();
    let request = if is_single_use {
        token::refresh_request(&step.settings, &grant.refresh_token)
    } else {
        token::client_credentials_request(&step.settings)
    };
    // The tokens will be merged into the grant that they were asked for and no other.
    step.name_grant();
    if let Some(grant) = &step.connection.grant {
        task.grant_id.clone_from(&grant.id);
    }
    let health = &mut step.change().health;
    if is_single_use {
        // One that was begun and never ended may have reached Mautic.
        health.answer_lost |= health.refresh_started_at.is_some();
        health.refresh_started_at = Some(now);
    }
    health.attempt(now);
    task.stage = Stage::Refresh;
    step.ask(Effect::Http(Box::new(request)), task)
}

/// Somebody else refreshes: use what they got, or the token that still serves, or wait.
#[inline(never)]
pub(crate) fn busy(step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return no_grant(step, task);
    };
    if !task.is_about(grant) {
        return replaced(step, task);
    }
    if serves(grant, &task, step.now) || task.waits >= MAX_WAITS {
        return without(step, task, Problem::transient("lock.busy"));
    }
    task.waits += 1;
    let milliseconds = wait_milliseconds(task.waits);
    step.ask(Effect::Wait(Wait { milliseconds }), task)
}

/// Short at first, since a refresh takes a fraction of a second.
fn wait_milliseconds(waits: u32) -> u32 {
    (90 + 10 * waits).min(500)
}

/// Looks before it asks for the lock again: a look is a read, and twenty that wait would keep a
/// database busy with writing.
pub(crate) fn waited(step: Box<Step>, task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return no_grant(step, task);
    };
    if !task.is_about(grant) {
        return replaced(step, task);
    }
    let health = &step.connection.health;
    if health.running_until(step.now).is_some() && health.retry_at(step.now).is_none() {
        return busy(step, task);
    }
    lock(step, task)
}

/// Somebody else has renewed: their tokens do.
pub(crate) fn replaced(mut step: Box<Step>, task: Task) -> Outcome {
    if task.goal == Goal::Refresh {
        wake(&mut step);
    }
    go_on(step, task)
}

/// Without new tokens: the old one may still do, else the work ends here.
pub(crate) fn without(mut step: Box<Step>, task: Task, problem: Problem) -> Outcome {
    match step.grant() {
        Some(grant) if serves(grant, &task, step.now) => go_on(step, task),
        _ => {
            if task.goal == Goal::Refresh {
                wake(&mut step);
            }
            give_up(step, task, problem)
        }
    }
}

/// Whether the access token is as good for the work as a new one.
fn serves(grant: &Grant, task: &Task, now: u64) -> bool {
    let wanted = task.forced || task.goal == Goal::Refresh;
    !wanted && now < grant.expires_at && !grant.lacks_token()
}

/// With a token that serves: does what it was wanted for.
pub(crate) fn go_on(mut step: Box<Step>, mut task: Task) -> Outcome {
    let Some(grant) = step.grant() else {
        return no_grant(step, task);
    };
    task.grant_id.clone_from(&grant.id);
    task.generation = grant.generation;
    if grant.lacks_token() {
        // New settings came in between, and nobody has fetched a token for them yet.
        return lock(step, task);
    }
    if task.goal == Goal::Call
        && let Some(at) = step.connection.health.calls_held_until(step.now)
    {
        let mut problem = Problem::transient(api::RATE_LIMITED);
        problem.retry_at = Some(at);
        return step.fail(problem);
    }
    let request = match (&task.goal, &task.call) {
        (Goal::Call, Some(call)) => {
            task.stage = Stage::Call;
            api::request(grant, &step.settings, call)
        }
        // A refresh asks who we are only if that is not known, or whether calls work again.
        (Goal::Refresh, _)
            if step.connection.account.is_some() && step.connection.health.last_error.is_none() =>
        {
            return step.done();
        }
        _ => {
            task.stage = Stage::Identity;
            let request = identity::request(grant, &step.settings);
            doctor::has_token(&mut step, &mut task);
            request
        }
    };
    step.ask(Effect::Http(Box::new(request)), task)
}

/// Renews a token that died before its time, and then asks again. The answer was Mautic's own, so
/// the request was not carried out.
pub(crate) fn repeat(mut step: Box<Step>, mut task: Task) -> Outcome {
    task.repeated = true;
    if !step.grant().is_some_and(|grant| task.is_about(grant)) {
        return replaced(step, task);
    }
    // Nobody else need find out, and if there will be no other token, this is how it stands.
    let now = step.now;
    if let Some(grant) = &mut step.change().grant {
        grant.renew_at = now;
        grant.expires_at = now;
    }
    task.forced = true;
    lock(step, task)
}

impl Task {
    /// Whether a refresh and one repetition may help: after a 401 `invalid_grant`, exactly once.
    pub(crate) fn may_repeat(&self, problem: &Problem) -> bool {
        problem.code == "api.invalid_grant" && !self.repeated && self.goal != Goal::Return
    }

    /// Whether the tokens are still those that the work began with.
    pub(crate) fn is_about(&self, grant: &Grant) -> bool {
        self.grant_id == grant.id && self.generation == grant.generation
    }
}
