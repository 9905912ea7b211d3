//! API calls of the rest of the site: below `/api/`, authenticated, judged by whether they say
//! something of the connection.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::connection::{Grant, Settings};
use crate::effect::{Http, MAX_CALLER_BYTES};
use crate::event::Event;
use crate::machine::{Outcome, Step};
use crate::method::Method;
use crate::problem::Problem;
use crate::renewal;
use crate::response::{self, Endpoint, Said, at_status};
use crate::task::{Call, Task};

/// Mautic refused user name and password, or never saw them.
pub(crate) const BASIC_REFUSED: &str = "api.basic_refused";

/// Mautic saw no credentials: the web server in front of it kept the header to itself.
pub(crate) const HEADER_STRIPPED: &str = "api.header_stripped";

/// Mautic refused the call without a word that says more.
const UNAUTHORIZED: &str = "api.unauthorized";

/// Mautic counts too many calls.
pub(crate) const RATE_LIMITED: &str = "api.rate_limited";

/// Longest path and query in bytes.
const MAX_LENGTH: usize = 8192;

/// Longest body of a caller's request, in bytes: as much as an answer may have.
const MAX_BODY: u64 = MAX_CALLER_BYTES as u64;

/// The parameter that carries a token in an address (RFC 6750 §2.3).
const ACCESS_TOKEN: &str = "access_token";

/// Seconds that a caller may ask for.
const MAX_TIMEOUT: u32 = 300;

/// Seconds that a call may take if the caller does not say.
const DEFAULT_TIMEOUT: u32 = 30;

/// Reads a caller's request.
///
/// # Errors
///
/// `api_call.method_unknown`, `api_call.path_invalid` (a URL, a way out of `/api/`, anything that
/// would change the address), `api_call.query_invalid`, `api_call.form_invalid`, `api_call.content_type_invalid`,
/// `api_call.body_not_allowed`, `api_call.body_too_large`, `api_call.body_not_utf8`.
#[inline(never)]
pub(crate) fn parse(event: Event) -> Result<Call, Problem> {
    let method = event.method.to_ascii_uppercase();
    if !matches!(
        method.as_str(),
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"
    ) {
        return Err(Problem::misuse("api_call.method_unknown"));
    }
    if event.has_body && matches!(method.as_str(), "GET" | "HEAD") {
        // RFC 9110 §9.3.1 gives it no meaning, and WordPress cannot send it.
        return Err(Problem::misuse("api_call.body_not_allowed"));
    }
    let Some(path) = clean_path(&event.path) else {
        return Err(Problem::misuse("api_call.path_invalid"));
    };
    // As people copy it out of an address.
    let query = event.query.strip_prefix('?').unwrap_or(&event.query);
    let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if query.len() > MAX_LENGTH || !printable(query) || query.contains('#') {
        return Err(Problem::misuse("api_call.query_invalid"));
    }
    if has_token(query) {
        return Err(Problem::misuse("api_call.query_invalid").detail(ACCESS_TOKEN));
    }
    if has_token(&event.form_names) {
        return Err(Problem::misuse("api_call.form_invalid").detail(ACCESS_TOKEN));
    }
    if !event
        .content_type
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    {
        return Err(Problem::misuse("api_call.content_type_invalid"));
    }
    if event.body_bytes > MAX_BODY {
        return Err(Problem::misuse("api_call.body_too_large"));
    }
    let is_json = event.content_type.to_ascii_lowercase().contains("json");
    if event.has_body && is_json && !event.body_utf8 {
        // RFC 8259 §8.1.
        return Err(Problem::misuse("api_call.body_not_utf8"));
    }
    let timeout = match event.timeout {
        0 => DEFAULT_TIMEOUT,
        seconds => seconds.min(MAX_TIMEOUT),
    };
    Ok(Call {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        content_type: if event.has_body {
            event.content_type
        } else {
            String::new()
        },
        timeout,
    })
}

/// A path below `/api/` without the slash that may begin it, if it is one.
pub(crate) fn clean_path(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    is_path(path).then_some(path)
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
                // Nor one that only shows when it is decoded twice.
                && !["%252e", "%252f", "%255c"].iter().any(|twice| segment.contains(twice))
        })
}

/// Whether a query or form brings a token of its own, in any spelling that PHP takes for it: beside ours it
/// would be a second one, which Mautic answers with 500 (h10).
fn has_token(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| {
        let name = name.trim_start().replace(['.', ' '], "_");
        name.split(['[', '\0']).next() == Some(ACCESS_TOKEN)
    })
}

/// Says who asks: by a header, or where the owner has said so by the address; never by both, since two
/// tokens are none to Mautic (h10). Its check is case-sensitive: `bearer` is refused (h08).
pub(crate) fn authenticate(mut request: Http, grant: &Grant, settings: &Settings) -> Http {
    if grant.method == Method::Basic {
        let pair = [&settings.username, ":", settings.password.expose()].concat();
        return request.authorization("Basic ", &STANDARD.encode(pair));
    }
    let token = grant.access_token.expose();
    if !settings.token_in_query {
        return request.authorization("Bearer ", token);
    }
    let separator = if request.url.contains('?') { '&' } else { '?' };
    request.url.push(separator);
    let start = request.url.len();
    let url = std::mem::take(&mut request.url);
    request.url = form_urlencoded::Serializer::for_suffix(url, start)
        .append_pair(ACCESS_TOKEN, token)
        .finish();
    let sent = &request.url[start + ACCESS_TOKEN.len() + 1..];
    if sent != token {
        request.secrets.push(sent.to_owned());
    }
    request.secrets.push(token.to_owned());
    request
}

pub(crate) fn request(grant: &Grant, settings: &Settings, call: &Call) -> Http {
    // Mautic redirects a trailing slash away (h33) and answers a POST to it with 404.
    let path = call.path.trim_end_matches('/');
    let mut url = [&grant.base_url, "/api/", path].concat();
    if !call.query.is_empty() {
        url.push('?');
        url.push_str(&call.query);
    }
    authenticate(Http::get("call", url), grant, settings).for_caller(
        &call.method,
        &call.content_type,
        call.timeout,
    )
}

/// Judges an answer of the API. `Ok` is an answer for the caller, whatever its status: a record
/// that is missing, a validation error and a missing permission say nothing of the connection.
///
/// # Errors
///
/// See [`response::judge`], and the 401s, by their type (behaviour §2.5).
pub(crate) fn judge(event: &Event, settings: &Settings, now: u64) -> Result<(), Problem> {
    let said = response::judge(event, Endpoint::Api, now)?;
    if event.status == 401 {
        let code = match said.kind.as_str() {
            // Up to 5 with `access_denied`, from 6 on without a word (h06).
            _ if settings.auth_method == Method::Basic => BASIC_REFUSED,
            "invalid_grant" => "api.invalid_grant",
            "access_denied" if !settings.token_in_query => HEADER_STRIPPED,
            _ => UNAUTHORIZED,
        };
        return Err(at_status(Problem::user(code), event, &said));
    }
    let empty = event.status == 204 || event.body.is_empty();
    // Of a long refusal the shell shows the beginning; it is the caller's all the same.
    let cut = event.truncated && response::is_json_type(event);
    if !(200..300).contains(&event.status) && !said.json && !empty && !cut {
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
    match judge(event, &step.settings, step.now) {
        Ok(()) => {
            step.record_success(&task);
            let mut reply = step.reply();
            reply.deliver = true;
            reply.http_status = Some(event.status);
            step.finish(reply)
        }
        Err(mut problem) => {
            if task.may_repeat(&problem) {
                return renewal::repeat(step, task);
            }
            if problem.code == UNAUTHORIZED && task.call.is_some_and(|call| call.is_v2()) {
                problem.code = "api.v2_refused";
            } else {
                step.record(&problem);
            }
            step.fail(problem)
        }
    }
}

impl Call {
    /// Whether it is one of API Platform, which up to Mautic 7.1.2 refuses every bearer token and later
    /// still those of client credentials, however good they are (h01-v2 to h15-v2).
    fn is_v2(&self) -> bool {
        self.path == "v2" || self.path.starts_with("v2/")
    }
}

/// A status other than 200 where only 200 will do.
pub(crate) fn unexpected(event: &Event) -> Problem {
    let said: Said = response::said(&event.body);
    at_status(Problem::transient("api.unexpected_status"), event, &said)
}
