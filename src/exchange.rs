//! From a code to a connection: the exchange, and then who Mautic says we are.

use crate::connection::{Fate, Grant, Health, Pending};
use crate::effect::{Effect, Log, LogFields, Redirect};
use crate::event::Event;
use crate::machine::{GRANT_ID_BYTES, Outcome, Step};
use crate::method::Method;
use crate::problem::Problem;
use crate::task::{Goal, Stage, Task};
use crate::token::{self, GrantType, Tokens};
use crate::{due, identity, redirect, renewal, site};

/// Sends the code to the token endpoint. It lives 30 seconds (behaviour §3), so nothing else comes
/// first.
pub(crate) fn send(step: Box<Step>, pending: &Pending, code: &str) -> Outcome {
    let request = token::exchange_request(&step.settings, &pending.redirect_uri, code);
    let mut task = Task::new(Goal::Return, Stage::Exchange);
    task.state.clone_from(&pending.state);
    task.return_to.clone_from(&pending.return_to);
    step.ask(Effect::Http(Box::new(request)), task)
}

/// Stores the grant before anything else is done with it, then asks who it speaks for.
#[inline(never)]
pub(crate) fn answered(mut step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let open = step
        .connection
        .remembered
        .iter()
        .position(|remembered| remembered.state == task.state && remembered.fate == Fate::Open);
    let judged = token::judge(event, GrantType::AuthorizationCode, step.now);
    let tokens = match (judged, open) {
        (Ok(tokens), Some(index)) => {
            step.change().remembered[index].fate = Fate::Used;
            tokens
        }
        // A disconnect or new settings in the meantime win over tokens that come late.
        (Ok(_), None) => {
            return back(
                step,
                &task,
                Some(Problem::user("redirect.settings_changed")),
            );
        }
        (Err(problem), open) => {
            if let Some(index) = open {
                step.change().remembered[index].fate = Fate::Used;
            }
            // A connection that was there before goes on as it was.
            if step.connection.grant.is_none() {
                step.record(&problem);
            }
            return back(step, &task, Some(problem));
        }
    };

    log_odd_lifetime(&mut step, &tokens);
    let now = step.now;
    let id = step.entropy.take(GRANT_ID_BYTES);
    let grant = Grant {
        id: id.clone(),
        method: Method::AuthorizationCode,
        base_url: step.settings.base_url.clone(),
        client_id: step.settings.client_id.clone(),
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token.unwrap_or_default(),
        issued_at: now,
        expires_at: now + tokens.lifetime,
        renew_at: due::renew_at(now, tokens.lifetime),
        background_renew_at: due::background_renew_at(&mut step),
        site: site::kept(&step.site),
        generation: 0,
    };
    let request = identity::request(&grant, &step.settings);
    let connection = step.change();
    connection.account = None;
    connection.grant = Some(grant);
    connection.proven = None;
    let health = std::mem::take(&mut connection.health);
    connection.health = Health {
        last_success_at: Some(now),
        // The owner has mended it; an hour will tell whether it lasts.
        incident: health.incident,
        mailed: health.mailed,
        attempts: health.attempts,
        ..Health::default()
    };
    step.is_copy = false;
    renewal::wake(&mut step);
    task.stage = Stage::Identity;
    task.grant_id = id;
    step.ask(Effect::Http(Box::new(request)), task)
}

/// The end of a return: the browser goes to where it set out.
pub(crate) fn back(mut step: Box<Step>, task: &Task, problem: Option<Problem>) -> Outcome {
    if !task.return_to.is_empty() {
        step.effects.push(Effect::Redirect(Redirect {
            url: task.return_to.clone(),
        }));
    }
    match problem {
        None => step.done(),
        Some(problem) => redirect::refuse(step, problem),
    }
}

/// A lifetime that cannot be used is worth a line in the log: tokens will be renewed every minute.
pub(crate) fn log_odd_lifetime(step: &mut Step, tokens: &Tokens) {
    if let Some(value) = tokens.odd_lifetime {
        step.effects.push(Effect::Log(Log {
            code: "token.odd_lifetime",
            fields: LogFields {
                value: Some(value),
                ..LogFields::default()
            },
        }));
    }
}
