//! "Test connection": a round of steps, each of which is said as soon as it is known. The first that fails
//! ends the round; the rest is skipped.
//!
//! Up to `credentials` nothing of the connection is used but the settings, so a site that nobody has authorized
//! yet is examined as far as that. From `token` on it is the connection's own test, with a look at the paths
//! that the site wants to read.

use crate::connection::Grant;
use crate::effect::{Check, Effect};
use crate::event::Event;
use crate::fields::fields;
use crate::machine::{Outcome, Step};
use crate::method::Method;
use crate::probe::{self, Kept};
use crate::problem::{Kind, Problem};
use crate::proven::Guide;
use crate::task::{Goal, Stage, Task};
use crate::token::{self, GrantType};
use crate::{api, identity, permission, renewal, response};

/// The steps in their order; the last one comes once for each path, and `clock` behind all.
const STEPS: [&str; 12] = [
    "dns",
    "tls",
    "reachable",
    "redirect",
    "mautic",
    "path",
    "api",
    "credentials",
    "header",
    "token",
    "identity",
    "permission",
];

pub(crate) const DNS: usize = 0;
pub(crate) const REACHABLE: usize = 2;
pub(crate) const REDIRECT: usize = 3;
pub(crate) const MAUTIC: usize = 4;
pub(crate) const PATH: usize = 5;
pub(crate) const API: usize = 6;
const HEADER: usize = 8;
const TOKEN: usize = 9;
const PERMISSION: usize = 11;

/// Paths that are looked at, at most.
const MAX_PATHS: usize = 5;

/// Seconds by which clocks may differ before it is worth a word: less than any margin of ours.
const MAX_SKEW: i64 = 60;

/// A round under way.
#[derive(Clone, Default)]
pub(crate) struct Round {
    /// Only what needs no grant.
    setup: bool,
    /// Below `/api/`; those still to be looked at.
    pub(crate) paths: Vec<String>,
    /// Steps that are said.
    said: u32,
    /// Of the request that was just answered, or zero.
    pub(crate) milliseconds: u64,
    /// Seconds that Mautic's clock is ahead.
    skew: Option<i64>,
    /// Other base URLs at which Mautic may be, while they are tried.
    candidates: Vec<String>,
    /// What was found at the base URL itself.
    found: Kept,
}

fields! { Round {
    setup,
    paths if some,
    said,
    milliseconds,
    skew if some,
    candidates if some,
    found,
} }

#[inline(never)]
pub(crate) fn begin(mut step: Box<Step>, event: Event) -> Outcome {
    if step.settings.base_url.is_empty() {
        return step.fail(Problem::user("base_url.missing").field("base_url"));
    }
    if !event.setup {
        step.resume();
    }
    let mut paths = event.paths;
    paths.truncate(if event.setup { 0 } else { MAX_PATHS });
    let mut task = Task::new(Goal::Test, Stage::Reach);
    task.doctor = Some(Round {
        setup: event.setup,
        paths,
        ..Round::default()
    });
    let request = probe::request("reach", &step.settings.base_url);
    step.ask(Effect::Http(Box::new(request)), task)
}

/// The base URL answered, or did not.
#[inline(never)]
pub(crate) fn reached(mut step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let round = task.round();
    round.skew = response::http_date(&event.headers.date)
        .map(|at| at.cast_signed() - step.now.cast_signed());
    let base_url = step.settings.base_url.clone();
    let secure = base_url.starts_with("https:");
    let total = std::mem::take(&mut round.milliseconds);

    let found = probe::judge(event, &base_url, step.now);
    let failed = found.as_ref().map_or(usize::MAX, |found| found.step);
    for index in DNS..=API {
        if index == failed {
            break;
        }
        let state = match index {
            // Without an answer it is not known how far it came.
            1 if !secure || failed == REACHABLE => "skipped",
            _ => "passed",
        };
        round.milliseconds = match index {
            0 => event.dns_milliseconds.unwrap_or(0),
            1 => event.tls_milliseconds.unwrap_or(0),
            2 => total,
            _ => 0,
        };
        step.say(round, state, None);
    }
    let Some(found) = found else {
        step.prove(|proven| {
            proven.mautic = true;
            proven.api = true;
        });
        return credentials(step, task);
    };
    step.prove(|proven| match failed {
        // What is no Mautic has no API, and knows no client.
        REDIRECT..=PATH if found.problem.kind == Kind::User => {
            proven.mautic = false;
            proven.api = false;
            proven.credentials = false;
        }
        API => {
            proven.mautic = true;
            proven.api = false;
        }
        _ => {}
    });
    round.candidates = found.candidates(&base_url, step.overrides.policy());
    if round.candidates.is_empty() {
        return self::failed(step, task, found.problem);
    }
    round.found = Kept::of(found.problem);
    another(step, task, None)
}

/// Another address answered.
#[inline(never)]
pub(crate) fn candidate(step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    if task.round().candidates.is_empty() {
        return another(step, task, None);
    }
    let url = task.round().candidates.remove(0);
    let answered = probe::judge(event, &url, step.now);
    let is_mautic = answered.is_none_or(|found| found.step == API);
    another(step, task, is_mautic.then_some(url))
}

/// Tries the next address, or ends with what was found at the first.
fn another(step: Box<Step>, mut task: Task, suggestion: Option<String>) -> Outcome {
    let round = task.round();
    if suggestion.is_none()
        && let Some(url) = round.candidates.first()
    {
        let request = probe::request("candidate", url);
        task.stage = Stage::Candidate;
        return step.ask(Effect::Http(Box::new(request)), task);
    }
    let problem = std::mem::take(&mut round.found).problem(suggestion);
    failed(step, task, problem)
}

/// Whether Mautic knows the client: its token endpoint judges client id and secret before it looks at a
/// refresh token that is none (behaviour §6.3).
fn credentials(mut step: Box<Step>, mut task: Task) -> Outcome {
    if step.settings.auth_method.has_client() && step.settings.complete() {
        task.stage = Stage::Client;
        let request = token::probe_request(&step.settings);
        return step.ask(Effect::Http(Box::new(request)), task);
    }
    step.say(task.round(), "skipped", None);
    header(step, task)
}

#[inline(never)]
pub(crate) fn client_answered(mut step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let judged = token::judge(event, GrantType::RefreshToken, step.now);
    let mut problem = match judged {
        Err(problem)
            if !matches!(
                problem.code,
                "token.invalid_grant" | "token.unauthorized_client"
            ) =>
        {
            problem
        }
        _ => {
            step.prove(|proven| proven.credentials = true);
            step.say(task.round(), "passed", None);
            return header(step, task);
        }
    };
    match problem.code {
        "token.invalid_client" => step.prove(|proven| proven.credentials = false),
        // The same address has just answered a GET as a Mautic.
        "token.not_found" | "token.not_mautic" => problem.code = "token.https_only",
        _ => {}
    }
    failed(step, task, problem)
}

/// Whether the Authorization header arrives.
fn header(mut step: Box<Step>, mut task: Task) -> Outcome {
    if task.round().setup {
        return finish(step, task, None);
    }
    if step.settings.token_in_query {
        step.say(task.round(), "skipped", None);
        return token(step, task);
    }
    task.stage = Stage::Header;
    let request = identity::probe(&step.settings.base_url);
    step.ask(Effect::Http(Box::new(request)), task)
}

#[inline(never)]
pub(crate) fn header_answered(mut step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let judged = response::judge(event, response::Endpoint::Api, step.now);
    let problem = match judged {
        Ok(said) if event.status == 401 && said.kind == "invalid_grant" => {
            step.say(task.round(), "passed", None);
            return token(step, task);
        }
        Ok(said) if event.status == 401 && said.kind == "access_denied" => {
            response::at_status(Problem::user(api::HEADER_STRIPPED), event, &said)
        }
        Ok(_) => api::unexpected(event),
        Err(problem) => problem,
    };
    failed(step, task, problem)
}

/// From here on it is the connection's own test.
fn token(step: Box<Step>, mut task: Task) -> Outcome {
    if step.grant().is_some() {
        return renewal::start(step, task);
    }
    task.round().milliseconds = 0;
    let problem = step.without_grant();
    without_token(step, task, problem)
}

/// There is a token that serves.
pub(crate) fn has_token(step: &mut Step, task: &mut Task) {
    let Some(round) = &mut task.doctor else {
        return;
    };
    // After a refusal it comes by a second time.
    if round.said as usize == TOKEN {
        let needed = step.settings.auth_method != Method::Basic;
        step.say(round, if needed { "passed" } else { "skipped" }, None);
    }
}

/// There is none.
#[inline(never)]
pub(crate) fn without_token(mut step: Box<Step>, mut task: Task, problem: Problem) -> Outcome {
    let round = task.round();
    if step.grant().is_some() {
        step.say(round, "failed", Some(problem.clone()));
    } else {
        // Nothing is wrong; somebody has to press a button.
        while (round.said as usize) < PERMISSION || !round.paths.is_empty() {
            step.say(round, "skipped", Some(problem.clone()));
        }
    }
    finish(step, task, Some(problem))
}

/// The connection's test is over.
#[inline(never)]
pub(crate) fn identified(mut step: Box<Step>, mut task: Task, problem: Option<Problem>) -> Outcome {
    if let Some(problem) = problem {
        step.say(task.round(), "failed", Some(problem.clone()));
        return finish(step, task, Some(problem));
    }
    step.prove(|proven| {
        proven.mautic = true;
        proven.api = true;
        proven.credentials = true;
    });
    step.say(task.round(), "passed", None);
    permission::look(step, task)
}

/// A step before `token` has failed. What the connection would meet is noted as its own failure.
fn failed(mut step: Box<Step>, mut task: Task, problem: Problem) -> Outcome {
    let round = task.round();
    step.say(round, "failed", Some(problem.clone()));
    if !round.setup && step.grant().is_some_and(Grant::is_issued) {
        step.record(&problem);
    }
    finish(step, task, Some(problem))
}

/// Skips what is left, compares the clocks, and ends the round.
pub(crate) fn finish(mut step: Box<Step>, mut task: Task, problem: Option<Problem>) -> Outcome {
    let round = task.round();
    let end = if round.setup { HEADER } else { PERMISSION };
    while (round.said as usize) < end || !round.paths.is_empty() {
        step.say(round, "skipped", None);
    }
    step.compare_clocks(round.skew);
    let mut reply = step.reply();
    reply.ok = problem.is_none();
    reply.error = problem;
    reply.guide = Some(Guide::of(&step.connection, &step.settings));
    step.finish(reply)
}

impl Step {
    /// Says the next step.
    pub(crate) fn say(&mut self, round: &mut Round, state: &'static str, error: Option<Problem>) {
        let index = (round.said as usize).min(PERMISSION);
        let mut check = Check {
            name: STEPS[index],
            state,
            error,
            ..Check::default()
        };
        let milliseconds = std::mem::take(&mut round.milliseconds);
        if state != "skipped" && milliseconds > 0 {
            check.milliseconds = Some(milliseconds);
        }
        if index == PERMISSION && !round.paths.is_empty() {
            check.detail = Some(round.paths.remove(0));
        }
        round.said += 1;
        self.effects.push(Effect::Check(Box::new(check)));
    }

    fn compare_clocks(&mut self, skew: Option<i64>) {
        let differ = skew.is_some_and(|skew| skew.abs() > MAX_SKEW);
        self.effects.push(Effect::Check(Box::new(Check {
            name: "clock",
            state: match skew {
                None => "skipped",
                Some(_) if differ => "warned",
                Some(_) => "passed",
            },
            error: differ.then(|| Problem::user("clock.skew")),
            value: skew,
            ..Check::default()
        })));
    }
}

impl Task {
    pub(crate) fn round(&mut self) -> &mut Round {
        self.doctor.get_or_insert_default()
    }
}
