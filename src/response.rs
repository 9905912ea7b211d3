//! What every answer is judged by first: transport, status, size, content type, JSON.

use crate::api;
use crate::event::Event;
use crate::json::{self, Json};
use crate::problem::{Problem, clean};

/// Who answered; it gives the code its prefix and decides what a status means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Token,
    Api,
}

/// A code for either endpoint.
type Codes = [&'static str; 2];

const REDIRECTED: Codes = ["token.redirected", "api.redirected"];
const API_DISABLED: Codes = ["token.api_disabled", "api.api_disabled"];
const BASIC_DISABLED: Codes = ["token.basic_disabled", "api.basic_disabled"];
const BLOCKED: Codes = ["token.blocked", "api.blocked"];
const NOT_MAUTIC: Codes = ["token.not_mautic", "api.not_mautic"];
const RATE_LIMITED: Codes = ["token.rate_limited", api::RATE_LIMITED];
const SERVER_ERROR: Codes = ["token.server_error", "api.server_error"];
const TOO_LARGE: Codes = ["token.too_large", "api.too_large"];
const HTML: Codes = ["token.html", "api.html"];
const NOT_JSON: Codes = ["token.not_json", "api.not_json"];

impl Endpoint {
    pub(crate) fn code(self, codes: Codes) -> &'static str {
        codes[self as usize]
    }
}

/// What an error body says: its type decides, its message is for display.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) kind: String,
    pub(crate) message: Option<String>,
    /// The body was JSON at all.
    pub(crate) json: bool,
}

/// Reads an error body without trusting any of it. Mautic rewrites RFC 6749's `error` into `errors`
/// (behaviour §2.1), but not always; all that was seen is read.
pub(crate) fn said(body: &str) -> Said {
    let Some(mut body) = json::parse(body) else {
        return Said::default();
    };
    let mut first = body.take("errors").into_first();
    let (kind, message) = if first == Json::Null {
        (body.take("error"), body.take("error_description"))
    } else {
        (first.take("type"), first.take("message"))
    };
    let message = [message, body.take("message"), body.take("detail")]
        .into_iter()
        .find_map(Json::into_text);
    Said {
        kind: kind.into_text().unwrap_or_default(),
        message: message.as_deref().and_then(clean),
        json: true,
    }
}

/// The judgement that is the same for every endpoint, in the order in which an answer can go
/// wrong. `Ok` is left for the endpoint: a 2xx, or a 4xx whose meaning is the endpoint's own.
///
/// # Errors
///
/// No answer; a redirect; API or Basic switched off; a firewall, a page that is not Mautic's, a
/// rate limit, a server error; a body cut at the limit.
pub(crate) fn judge(event: &Event, endpoint: Endpoint, now: u64) -> Result<Said, Problem> {
    if let Some(kind) = &event.error_kind {
        return Err(transport(kind, &event.error_message));
    }
    let html = is_html(event);
    let ok = (200..300).contains(&event.status);
    let said = if ok {
        Said::default()
    } else {
        said(&event.body)
    };
    let user = |codes| Err(at_status(Problem::user(endpoint.code(codes)), event, &said));
    let transient = |codes| {
        let mut problem = at_status(Problem::transient(endpoint.code(codes)), event, &said);
        problem.retry_at = retry_at(event, now);
        Err(problem)
    };
    match event.status {
        300..=399 => {
            let location = event.location();
            let mut problem = Problem::user(endpoint.code(REDIRECTED)).detail(&location);
            problem.http_status = Some(event.status);
            Err(problem)
        }
        403 if said.kind == "api_disabled" => user(API_DISABLED),
        403 if said.kind == "access_denied" => user(BASIC_DISABLED),
        // Mautic's own 403 is JSON; a page is a firewall's.
        401 | 403 | 406 if html => transient(BLOCKED),
        404 | 405 | 410 if html => user(NOT_MAUTIC),
        429 => transient(RATE_LIMITED),
        408 | 500..=599 => transient(SERVER_ERROR),
        _ if event.truncated && (ok || endpoint == Endpoint::Token) => transient(TOO_LARGE),
        _ if html => transient(HTML),
        _ => Ok(said),
    }
}

/// Adds what the status and the body say to a problem.
pub(crate) fn at_status(mut problem: Problem, event: &Event, said: &Said) -> Problem {
    problem.http_status = Some(event.status);
    if problem.detail.is_none() {
        problem.detail = match &said.message {
            Some(message) => Some(message.clone()),
            None => page_title(&event.body),
        };
    }
    problem
}

/// The problem of a 2xx answer whose body is no JSON of the right shape.
pub(crate) fn not_json(event: &Event, endpoint: Endpoint) -> Problem {
    let mut problem = Problem::transient(endpoint.code(NOT_JSON));
    problem.http_status = Some(event.status);
    problem
}

pub(crate) fn is_json_type(event: &Event) -> bool {
    let kind = event.headers.content_type.to_ascii_lowercase();
    kind.contains("json")
}

/// A page, by its content type or, since some firewalls send none, by its first character.
fn is_html(event: &Event) -> bool {
    let kind = event.headers.content_type.to_ascii_lowercase();
    if kind.contains("html") {
        // Mautic 6 and 7 answer a wrong Basic password on /api/v2 with an empty "page".
        return !event.body.trim().is_empty() || (200..300).contains(&event.status);
    }
    event.body.trim_start().starts_with('<')
}

fn page_title(body: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    let from = lower.find("<title")?;
    let from = from + lower[from..].find('>')? + 1;
    let to = from + lower[from..].find("</title")?;
    clean(&body[from..to])
}

/// Reads what WordPress says of a request that had no answer. WordPress hides the cause in its
/// message, `cURL error N`; the numbers are libcurl's.
fn transport(kind: &str, message: &str) -> Problem {
    let number = message
        .split_once("cURL error ")
        .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse::<u32>().ok());
    let problem = match (kind, number) {
        ("address_refused", _) => Problem::user("transport.address_refused"),
        ("http_request_not_executed", _) => Problem::user("transport.blocked"),
        (_, Some(5 | 6)) => Problem::transient("transport.dns"),
        (_, Some(7)) => Problem::transient("transport.refused"),
        (_, Some(28)) => Problem::transient("transport.timeout"),
        (_, Some(35 | 51 | 53 | 54 | 58..=60 | 64 | 66 | 77 | 80 | 82 | 83 | 90 | 91)) => {
            Problem::transient("transport.tls")
        }
        _ => Problem::transient("transport.failed"),
    };
    problem.detail(message)
}

/// Before when the server does not want to be asked again, an hour from now at most:
/// `Retry-After`, or for a rate limit Mautic's `X-RateLimit-Reset` (Unix time; it stands on every
/// answer, and no `Retry-After` comes with it, n3), else a minute from now.
fn retry_at(event: &Event, now: u64) -> Option<u64> {
    let headers = &event.headers;
    let after = headers.retry_after.trim();
    let at = match after.parse::<u64>() {
        Ok(seconds) => Some(now.saturating_add(seconds)),
        Err(_) => http_date(after),
    };
    let at = match event.status {
        429 => at
            .or_else(|| headers.x_ratelimit_reset.trim().parse().ok())
            .or(Some(now + 60)),
        _ => at,
    };
    at.map(|at| at.clamp(now + 1, now + 3600))
}

/// The date of RFC 9110 §5.6.7 that senders must use, `Sun, 06 Nov 1994 08:49:37 GMT`, in Unix
/// seconds.
pub(crate) fn http_date(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut parts = text.get(5..25)?.split([' ', ':']);
    let number = |part: &str| part.parse::<u64>().ok();
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (day, year) = (number(day)?, number(year)?);
    // Years from March, so that the day that some have more is the last one.
    let month = (MONTHS.find(month)? as u64 / 3 + 10) % 12;
    let year = year.checked_sub(1 + 1600)? + u64::from(month < 10);
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    let mut seconds = days.checked_sub(135_081)?;
    for (part, unit) in parts.zip([24, 60, 60]) {
        seconds = seconds * unit + number(part)?;
    }
    Some(seconds)
}

impl Event {
    /// Where a redirect points, without its query and its user, which may carry secrets.
    fn location(&self) -> String {
        let location = self.headers.location.split(['?', '#']).next();
        let location = location.unwrap_or_default();
        let (scheme, rest) = location.split_at(location.find("//").map_or(0, |at| at + 2));
        let host = rest.find('/').unwrap_or(rest.len());
        let user = rest[..host].rfind('@').map_or(0, |at| at + 1);
        [scheme, &rest[user..]].concat()
    }
}
