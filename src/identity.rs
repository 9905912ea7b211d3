//! Who the connection speaks for: `GET /api/users/self`, which asks for no permission and exists
//! in every version.

use crate::connection::{Account, Grant, Pending, Settings};
use crate::effect::{Effect, Http};
use crate::event::Event;
use crate::json::{self, Json};
use crate::machine::{Outcome, Step};
use crate::problem::{Problem, clean};
use crate::response::{self, Endpoint};
use crate::task::{Goal, Stage, Task};
use crate::{api, authorize, doctor, exchange, renewal};

pub(crate) fn request(grant: &Grant, settings: &Settings) -> Http {
    api::authenticate(Http::get("identity", url(&grant.base_url)), grant, settings)
}

/// Asks with a token that nobody has issued. If the Authorization header arrives, Mautic says that the
/// token is invalid; if the web server kept it to itself, that there is none (behaviour §6.3).
pub(crate) fn probe(base_url: &str) -> Http {
    Http::get("probe", url(base_url)).authorization("Bearer ", "probe")
}

fn url(base_url: &str) -> String {
    [base_url, "/api/users/self"].concat()
}

/// Reads the account. The user object is the top level, null fields are left out (behaviour §6.1),
/// and a client-credentials token has neither id nor e-mail (g07).
///
/// # Errors
///
/// See [`api::judge`]; `api.not_json` for a 200 that is no user.
pub(crate) fn judge(event: &Event, settings: &Settings, now: u64) -> Result<Account, Problem> {
    api::judge(event, settings, now)?;
    if event.status != 200 {
        return Err(api::unexpected(event));
    }
    let Some(mut body @ Json::Object(_)) = json::parse(&event.body) else {
        return Err(response::not_json(event, Endpoint::Api));
    };
    let text = |json: Json<'_>| json.into_text().as_deref().and_then(clean);
    let email = text(body.take("email"));
    let name = match (text(body.take("firstName")), text(body.take("lastName"))) {
        (Some(first), Some(last)) => Some([&first, " ", &last].concat()),
        (one, other) => one.or(other).or_else(|| text(body.take("username"))),
    };
    if name.is_none() && email.is_none() {
        return Err(response::not_json(event, Endpoint::Api));
    }
    Ok(Account {
        email,
        name,
        role: text(body.take("role").take("name")),
        mautic_version: clean(&event.headers.mautic_version),
        anonymous: false,
    })
}

/// Keeps the account, if the grant that it was asked with is still there.
#[inline(never)]
pub(crate) fn answered(step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let judged = judge(event, &step.settings, step.now);
    if let Err(problem) = &judged
        && let Some(grant) = step.grant().filter(|grant| grant.id == task.grant_id)
    {
        if task.may_repeat(problem) {
            return renewal::repeat(step, task);
        }
        // The doctor has looked before.
        if problem.code == api::BASIC_REFUSED && task.doctor.is_none() {
            task.stage = Stage::Probe;
            let request = probe(&grant.base_url);
            return step.ask(Effect::Http(Box::new(request)), task);
        }
    }
    finish(step, task, judged, event.status)
}

/// Says why user name and password were refused: nobody saw the probe's header either, or they are wrong.
#[inline(never)]
pub(crate) fn probed(step: Box<Step>, task: Task, event: &Event) -> Outcome {
    let stripped = event.status == 401 && response::said(&event.body).kind == "access_denied";
    let mut problem = Problem::user(if stripped {
        api::HEADER_STRIPPED
    } else {
        api::BASIC_REFUSED
    });
    problem.http_status = Some(401);
    finish(step, task, Err(problem), event.status)
}

fn finish(
    mut step: Box<Step>,
    task: Task,
    judged: Result<Account, Problem>,
    status: u16,
) -> Outcome {
    let current = step.grant().is_some_and(|grant| grant.id == task.grant_id);
    let problem = match judged {
        Ok(mut account) if current => {
            let old = step.connection.account.take();
            if old.is_some_and(|old| old.anonymous) {
                account.forget();
            }
            step.change().account = Some(account);
            step.record_success(&task);
            None
        }
        Ok(_) => Some(step.without_grant()),
        Err(problem) => {
            if current {
                step.record(&problem);
            }
            Some(problem)
        }
    };
    if task.goal == Goal::Return {
        if current {
            step.notify("connected");
            if problem.is_none() {
                step.works_again();
            }
        }
        return exchange::back(step, &task, problem);
    }
    if task.doctor.is_some() {
        return doctor::identified(step, task, problem);
    }
    match problem {
        None => {
            let mut reply = step.reply();
            reply.http_status = Some(status);
            step.finish(reply)
        }
        Some(problem) => step.fail(problem),
    }
}

/// Forgets what is stored of a person: the account, if it has that address, and an authorization of
/// that user that is out.
#[inline(never)]
pub(crate) fn forget(mut step: Box<Step>, event: Event) -> Outcome {
    let now = step.now;
    let account = step.connection.account.as_ref();
    let email = account.and_then(|account| account.email.as_ref());
    let has_account = email.is_some_and(|email| email.eq_ignore_ascii_case(&event.email));
    let is_theirs = |pending: &Pending| pending.user == event.user;
    if has_account || step.connection.pending.iter().any(is_theirs) {
        let connection = step.change();
        authorize::expire(connection, now, is_theirs);
        if has_account && let Some(account) = &mut connection.account {
            account.forget();
        }
        step.log("account.forgotten", None);
    }
    step.done()
}

impl Account {
    /// Erases what is known of a person; later answers do not bring it back.
    pub(crate) fn forget(&mut self) {
        self.email = None;
        self.name = None;
        self.anonymous = true;
    }
}
