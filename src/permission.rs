//! Whether the account may read what the site wants to read: the last steps of the doctor's round. A
//! permission that is missing breaks nothing by itself.

use crate::api;
use crate::connection::Grant;
use crate::doctor::finish;
use crate::effect::{Effect, Http};
use crate::event::Event;
use crate::machine::{Outcome, Step};
use crate::problem::Problem;
use crate::task::{Stage, Task};

/// Looks at the next path.
pub(crate) fn look(mut step: Box<Step>, mut task: Task) -> Outcome {
    while let Some(path) = task.round().paths.first() {
        let Some(grant) = step.grant() else {
            let problem = step.without_grant();
            return finish(step, task, Some(problem));
        };
        if let Some(request) = request(grant, &step, path) {
            task.stage = Stage::Permission;
            return step.ask(Effect::Http(Box::new(request)), task);
        }
        let problem = Problem::misuse("api_call.path_invalid");
        step.say(task.round(), "warned", Some(problem));
    }
    finish(step, task, None)
}

fn request(grant: &Grant, step: &Step, path: &str) -> Option<Http> {
    let path = api::clean_path(path)?;
    let url = [&grant.base_url, "/api/", path, "?limit=1&minimal=1"].concat();
    let request = Http::get("permission", url);
    Some(api::authenticate(request, grant, &step.settings))
}

#[inline(never)]
pub(crate) fn answered(mut step: Box<Step>, mut task: Task, event: &Event) -> Outcome {
    let problem = match api::judge(event, &step.settings, step.now) {
        Ok(()) if (200..300).contains(&event.status) => None,
        Ok(()) if event.status == 403 => {
            let mut problem = Problem::user("api.forbidden");
            problem.http_status = Some(403);
            problem.detail = task.round().paths.first().cloned();
            Some(problem)
        }
        Ok(()) => Some(api::unexpected(event)),
        // It came, and was too long to be looked at.
        Err(problem) if problem.code == "api.too_large" => None,
        Err(problem) => Some(problem),
    };
    let state = if problem.is_some() {
        "warned"
    } else {
        "passed"
    };
    step.say(task.round(), state, problem);
    look(step, task)
}
