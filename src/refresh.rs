//! What came of a refresh: new tokens, a refusal, or nobody knows.

use crate::connection::{Grant, LastError};
use crate::due::{background_renew_at, renew_at};
use crate::event::Event;
use crate::exchange::log_odd_lifetime;
use crate::hold::backoff;
use crate::machine::{Outcome, Step};
use crate::problem::{Kind, Problem};
use crate::renewal::{self, go_on};
use crate::task::{Goal, Task};
use crate::token::{self, GrantType, Tokens};

/// Judges the answer to a refresh. Tokens are merged only into the grant that they were asked for
/// and only in place of the refresh token that was sent: a disconnect or a new authorization in
/// the meantime wins, and so does another process that was faster.
#[inline(never)]
pub(crate) fn answered(mut step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let grant_type = if step.settings.auth_method.is_authorized() {
        GrantType::RefreshToken
    } else {
        GrantType::ClientCredentials
    };
    let judged = token::judge(event, grant_type, step.now);
    let Some(grant) = step.grant().filter(|grant| task.is_about(grant)).cloned() else {
        step.release(&mut task);
        return renewal::replaced(step, task);
    };
    match judged {
        Ok(tokens) => renewed(step, task, grant, tokens),
        Err(problem) => {
            let unknown = is_unknown(event, &problem);
            failed(step, task, problem, unknown)
        }
    }
}

fn renewed(mut step: Box<Step>, mut task: Task, grant: Grant, tokens: Tokens) -> Outcome {
    log_odd_lifetime(&mut step, &tokens);
    let now = step.now;
    let first = !grant.is_issued();
    let renewed = Grant {
        access_token: tokens.access_token,
        // Mautic always rotates; a server that does not leaves the old one good.
        refresh_token: tokens.refresh_token.unwrap_or(grant.refresh_token),
        issued_at: now,
        expires_at: now + tokens.lifetime,
        renew_at: renew_at(now, tokens.lifetime),
        background_renew_at: background_renew_at(&mut step),
        generation: grant.generation + 1,
        ..grant
    };
    let connection = step.change();
    connection.grant = Some(renewed);
    if first {
        connection.proven = None;
    }
    let health = &mut connection.health;
    // A refresh that succeeds is no attempt; but if every token is refused at once, calls alone
    // could rotate tokens without end.
    if !task.repeated {
        health.attempts.pop();
    }
    health.last_success_at = Some(now);
    // What ails the API is not mended by new tokens.
    health.last_error = health.last_error.take().filter(|last| !last.renewal);
    health.failures = 0;
    health.retry_at = None;
    health.refresh_started_at = None;
    health.answer_lost = false;
    health.needs_authorization = false;
    let works = health.last_error.is_none();
    step.release(&mut task);
    step.notify(if first { "connected" } else { "refreshed" });
    if works {
        step.works_again();
    }
    step.settle();
    renewal::wake(&mut step);
    go_on(step, task)
}

/// Keeps everything, and says when to go on or whose move it is.
///
/// An `invalid_grant` is believed here: storing this judgement is a compare-and-swap, so if there
/// were newer tokens, the core would be asked again and would find them.
#[inline(never)]
fn failed(mut step: Box<Step>, mut task: Task, mut problem: Problem, unknown: bool) -> Outcome {
    let now = step.now;
    let refused = problem.code == "token.invalid_grant";
    if step.connection.health.needs_authorization && !refused {
        // Another process has been refused in the meantime: nothing can be worse news.
        step.release(&mut task);
        return renewal::without(step, task, problem);
    }
    step.settle();
    step.log("token.failed", Some(&problem));
    // What can be asked for again and again is not lost with an answer.
    let unknown = unknown && step.settings.auth_method.is_authorized();
    let health = &mut step.change().health;
    health.failures += 1;
    if unknown {
        health.answer_lost = true;
    } else {
        health.refresh_started_at = None;
    }
    if refused {
        health.needs_authorization = true;
        health.retry_at = None;
        if health.answer_lost {
            problem.code = "token.refresh_answer_lost";
        }
    } else {
        let at = problem
            .retry_at
            .unwrap_or_else(|| now + backoff(health.failures))
            .max(health.running_until(now).unwrap_or(0));
        health.retry_at = Some(at);
        if problem.kind == Kind::Transient {
            problem.retry_at = Some(at);
        }
    }
    health.last_error = Some(LastError {
        renewal: true,
        ..LastError::new(&problem, now)
    });
    step.release(&mut task);
    if task.goal != Goal::Refresh {
        renewal::wake(&mut step);
    }
    step.failed(&problem, refused);
    renewal::without(step, task, problem)
}

/// Whether the token may have been replaced without our having learnt it: the answer never came,
/// a gateway gave up on the server, or what came holds no token. A connection that was refused, a
/// name that was not found and a handshake that failed brought nothing to the server.
fn is_unknown(event: &Event, problem: &Problem) -> bool {
    match event.status {
        _ if event.error_kind.is_some() => {
            matches!(problem.code, "transport.timeout" | "transport.failed")
        }
        408 | 500..=599 | 200..=299 => true,
        _ => false,
    }
}
