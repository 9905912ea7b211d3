//! API calls of the rest of the site: below `/api/`, with the bearer token, judged by whether they
//! say something of the connection.

use crate::connection::Grant;
use crate::effect::Http;
use crate::event::Event;
use crate::machine::{Outcome, Step};
use crate::problem::Problem;
use crate::renewal;
use crate::response::{self, Endpoint, Said, at_status};
use crate::task::{Call, Task};

/// Longest path and query in bytes.
const MAX_LENGTH: usize = 8192;

/// Seconds that a caller may ask for.
const MAX_TIMEOUT: u32 = 300;

/// Seconds that a call may take if the caller does not say.
const DEFAULT_TIMEOUT: u32 = 30;

/// Reads a caller's request.
///
/// # Errors
///
/// `api_call.method_unknown`, `api_call.path_invalid` (a URL, a way out of `/api/`, anything that
/// would change the address), `api_call.query_invalid`, `api_call.content_type_invalid`.
#[inline(never)]
pub(crate) fn parse(event: Event) -> Result<Call, Problem> {
    let method = event.method.to_ascii_uppercase();
    if !matches!(
        method.as_str(),
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"
    ) {
        return Err(Problem::misuse("api_call.method_unknown"));
    }
    let path = event.path.strip_prefix('/').unwrap_or(&event.path);
    if !is_path(path) {
        return Err(Problem::misuse("api_call.path_invalid"));
    }
    let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if event.query.len() > MAX_LENGTH || !printable(&event.query) || event.query.contains('#') {
        return Err(Problem::misuse("api_call.query_invalid"));
    }
    if !event
        .content_type
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    {
        return Err(Problem::misuse("api_call.content_type_invalid"));
    }
    let timeout = match event.timeout {
        0 => DEFAULT_TIMEOUT,
        seconds => seconds.min(MAX_TIMEOUT),
    };
    Ok(Call {
        method,
        path: path.to_owned(),
        query: event.query,
        content_type: if event.has_body {
            event.content_type
        } else {
            String::new()
        },
        timeout,
    })
}

/// A path is segments of visible ASCII, none of them empty or a dot segment in any spelling, and
/// no query, fragment, backslash, scheme or user in it.
fn is_path(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() || path.len() > MAX_LENGTH {
        return false;
    }
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\' | b':' | b'@'));
    plain
        && path.split('/').all(|segment| {
            let segment = segment.to_ascii_lowercase();
            let segment = segment.replace("%2e", ".");
            !matches!(segment.as_str(), "" | "." | "..")
                && !segment.contains("%2f")
                && !segment.contains("%5c")
        })
}

pub(crate) fn request(grant: &Grant, call: &Call) -> Http {
    // Mautic redirects a trailing slash away (h33) and answers a POST to it with 404.
    let path = call.path.trim_end_matches('/');
    let mut url = [&grant.base_url, "/api/", path].concat();
    if !call.query.is_empty() {
        url.push('?');
        url.push_str(&call.query);
    }
    Http::get("call", url)
        .bearer(grant.access_token.expose())
        .for_caller(&call.method, &call.content_type, call.timeout)
}

/// Judges an answer of the API. `Ok` is an answer for the caller, whatever its status: a record
/// that is missing, a validation error and a missing permission say nothing of the connection.
///
/// # Errors
///
/// See [`response::judge`], and the 401s, by their type (behaviour §2.5).
pub(crate) fn judge(event: &Event, now: u64) -> Result<(), Problem> {
    let said = response::judge(event, Endpoint::Api, now)?;
    if event.status == 401 {
        let code = match said.kind.as_str() {
            "invalid_grant" => "api.invalid_grant",
            // Mautic saw no token at all: the web server kept the header to itself.
            "access_denied" => "api.header_stripped",
            _ => "api.unauthorized",
        };
        return Err(at_status(Problem::user(code), event, &said));
    }
    let empty = event.status == 204 || event.body.is_empty();
    if !(200..300).contains(&event.status) && !said.json && !empty {
        return Err(response::not_json(event, Endpoint::Api));
    }
    if (200..300).contains(&event.status) && !empty && !response::is_json_type(event) {
        return Err(response::not_json(event, Endpoint::Api));
    }
    Ok(())
}

/// What the answer to a caller's request says of the connection is handled here, the rest is the
/// caller's.
#[inline(never)]
pub(crate) fn answered(mut step: Box<Step>, task: Task, event: &Event) -> Outcome {
    match judge(event, step.now) {
        Ok(()) => {
            step.record_success();
            let mut reply = step.reply();
            reply.deliver = true;
            reply.http_status = Some(event.status);
            step.finish(reply)
        }
        Err(problem) => {
            if task.may_repeat(&problem) {
                return renewal::repeat(step, task);
            }
            step.record(&problem);
            step.fail(problem)
        }
    }
}

/// A status other than 200 where only 200 will do.
pub(crate) fn unexpected(event: &Event) -> Problem {
    let said: Said = response::said(&event.body);
    at_status(Problem::transient("api.unexpected_status"), event, &said)
}
