//! The return from Mautic: a query that anybody can forge, judged before anything is believed.

use url::form_urlencoded;

use crate::authorize::{forget, remember};
use crate::connection::{Fate, Pending};
use crate::effect::{Effect, Redirect};
use crate::event::Event;
use crate::exchange;
use crate::machine::{Outcome, Step};
use crate::problem::Problem;

/// Longest query that is looked at, in bytes. Mautic's have about 200.
const MAX_QUERY: usize = 4096;

/// Longest authorization code in bytes. Mautic's have 86.
const MAX_CODE: usize = 512;

/// The parameters that RFC 6749 §4.1.2 gives a meaning; it demands that others be ignored, and
/// that none of these be repeated (§3.1).
const MEANT: [&str; 4] = ["state", "code", "error", "error_description"];

/// Judges the return and, if it is the one that this user was sent out for, claims its state and
/// exchanges its code.
#[inline(never)]
pub(crate) fn claim(mut step: Box<Step>, event: Event) -> Outcome {
    let [state, code, error, description] = match parameters(&event.query) {
        Ok(parameters) => parameters,
        Err(problem) => return refuse(step, problem),
    };
    let Some(state) = state else {
        return refuse(step, Problem::user("redirect.state_missing"));
    };
    let found = step
        .connection
        .pending
        .iter()
        .position(|pending| same(&pending.state, &state));
    let Some(index) = found else {
        let code = fate(&step, &state);
        return refuse(step, Problem::user(code));
    };
    let pending = step.connection.pending[index].clone();
    if pending.user != event.user {
        return refuse(step, Problem::user("redirect.state_other_user"));
    }

    // From here on the browser goes back to where it set out.
    if !pending.return_to.is_empty() {
        step.effects.push(Effect::Redirect(Redirect {
            url: pending.return_to.clone(),
        }));
    }
    if pending.expires_at <= step.now {
        return refuse(step, Problem::user("redirect.state_expired"));
    }
    if pending.base_url != step.settings.base_url
        || pending.client_id != step.settings.client_id
        || !step.settings.auth_method.is_authorized()
    {
        return refuse(step, Problem::user("redirect.settings_changed"));
    }
    if let Some(error) = error {
        spend(&mut step, index, &pending, Fate::Used);
        return refuse(step, refusal(&error, description.as_deref()));
    }
    match code {
        None => refuse(step, Problem::user("redirect.code_missing")),
        Some(code) if !is_code(&code) => refuse(step, Problem::user("redirect.code_invalid")),
        Some(code) => {
            spend(&mut step, index, &pending, Fate::Open);
            step.effects.clear();
            exchange::send(step, &pending, &code)
        }
    }
}

/// The end of a return that connects nothing.
pub(crate) fn refuse(mut step: Box<Step>, problem: Problem) -> Outcome {
    step.log("return.refused", Some(&problem));
    step.fail(problem)
}

fn parameters(query: &str) -> Result<[Option<String>; MEANT.len()], Problem> {
    if query.len() > MAX_QUERY {
        return Err(Problem::user("redirect.too_long"));
    }
    let mut values = [const { None }; MEANT.len()];
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if let Some(index) = MEANT.iter().position(|meant| *meant == name) {
            if values[index].is_some() {
                return Err(Problem::user("redirect.duplicate_parameter").detail(MEANT[index]));
            }
            values[index] = Some(value.into_owned());
        }
    }
    Ok(values)
}

/// A state is good once: whoever stores first has it, and the same return a second time finds it
/// among the remembered ones.
fn spend(step: &mut Step, index: usize, pending: &Pending, fate: Fate) {
    let now = step.now;
    let connection = step.change();
    connection.pending.remove(index);
    forget(connection, now);
    remember(connection, pending.state.clone(), fate, now);
}

fn fate(step: &Step, state: &str) -> &'static str {
    let remembered = step
        .connection
        .remembered
        .iter()
        .find(|remembered| same(&remembered.state, state) && remembered.until > step.now);
    match remembered.map(|remembered| remembered.fate) {
        Some(Fate::Expired) => "redirect.state_expired",
        Some(Fate::Used | Fate::Open) => "redirect.state_used",
        None => "redirect.state_unknown",
    }
}

/// The error codes of RFC 6749 §4.1.2.1. Mautic sends only the second one (c14b): Deny never
/// comes back (c01), but a proxy or a later version may well send it.
fn refusal(error: &str, description: Option<&str>) -> Problem {
    let code = match error {
        "access_denied" => "authorize.access_denied",
        "unsupported_response_type" => "authorize.unsupported_response_type",
        _ => "authorize.error",
    };
    Problem::user(code).detail(description.unwrap_or(error))
}

/// Appendix A.11 of RFC 6749: visible ASCII.
fn is_code(code: &str) -> bool {
    (1..=MAX_CODE).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Compares in a time that does not depend on where two states differ.
fn same(ours: &str, theirs: &str) -> bool {
    ours.len() == theirs.len()
        && ours
            .bytes()
            .zip(theirs.bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}
