//! What Mautic, or something on the way to it, showed in a browser that did not come back: an address, a
//! message or a page's text that somebody pasted, made into a cause.
//!
//! Nothing is decided by it. Mautic sends nobody back after Deny, after a wrong redirect URI or for a role
//! without API access (behaviour §2.4), so a person has to bring what they saw.

use url::{Position, Url};

use crate::authorize::STATE_PREFIX;
use crate::connection::Settings;
use crate::event::Event;
use crate::json::{self, Json};
use crate::machine::{Outcome, Step};
use crate::problem::Problem;
use crate::response;

/// Bytes of a text that are looked at.
const MAX_TEXT: usize = 65_536;

/// From this length on letters and digits without a gap are a token or a secret: Mautic's have 50 and more.
const SECRET_LENGTH: usize = 32;

/// Explains a text, and stores nothing.
#[inline(never)]
pub(crate) fn explain(step: Box<Step>, event: Event) -> Outcome {
    let mut settings = step.settings.clone();
    if let Some(base_url) = event.stored_base_url {
        // A browser has no connection, only what the page shows of it.
        settings.base_url = base_url;
        settings.client_id = event.stored_client_id;
    }
    let problem = cause(&event.text, &settings, &event.redirect_uri);
    let mut reply = step.reply();
    reply.explained = Some(problem);
    step.finish(reply)
}

fn cause(text: &str, settings: &Settings, redirect_uri: &str) -> Problem {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text[..end].trim();
    if text.is_empty() {
        return Problem::user("explain.empty");
    }
    if let Some(problem) = message(text).or_else(|| words(text)) {
        return problem;
    }
    let address = text
        .split_whitespace()
        .find(|word| word.starts_with("https://") || word.starts_with("http://"))
        .and_then(|word| Url::parse(word).ok());
    if let Some(address) = address {
        return of_address(&address, settings, redirect_uri);
    }
    Problem::user(if has_secret(text) { SECRET } else { UNKNOWN })
}

/// Whether a text has a word as long as a token or a secret.
fn has_secret(text: &str) -> bool {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')))
        .any(|word| word.len() >= SECRET_LENGTH)
}

const UNKNOWN: &str = "explain.unknown";
const SECRET: &str = "explain.secret";
const ERROR_500: &str = "explain.error_500";
const FORBIDDEN: &str = "explain.forbidden";
const CLIENT_NOT_FOUND: &str = "explain.client_not_found";
const DENIED: &str = "authorize.access_denied";
const RESPONSE_TYPE: &str = "authorize.unsupported_response_type";
const WRONG_ADDRESS: &str = "token.not_found";
const REDIRECT_URI: &str = "token.redirect_uri_mismatch";
const BLOCKED: &str = "explain.blocked";
const CERTIFICATE: &str = "explain.certificate";
const UNREACHABLE: &str = "explain.unreachable";
const SERVER_ERROR: &str = "explain.server_error";

/// A JSON message of Mautic's, whatever stands around it.
fn message(text: &str) -> Option<Problem> {
    let text = text.get(text.find('{')?..=text.rfind('}')?)?;
    let mut body = json::parse(text)?;
    for name in ["access_token", "refresh_token", "client_secret"] {
        if body.take(name) != Json::Null {
            return Some(Problem::user(SECRET));
        }
    }
    let said = response::said(text);
    let mut first = body.take("errors").into_first();
    let details = first.take("details") != Json::Null;
    let status = match (first.take("code"), body.take("status")) {
        (Json::Integer(code), _) | (_, Json::Integer(code)) => code,
        (Json::Text(digits), _) => digits.parse().unwrap_or_default(),
        _ => 0,
    };
    let says = |word| {
        said.message
            .as_ref()
            .is_some_and(|message| message.contains(word))
    };
    let code = match (status, said.kind.as_str()) {
        (403, "access_denied") => "token.basic_disabled",
        (401, "access_denied") => "api.unauthorized",
        (_, "access_denied") => DENIED,
        (_, "api_disabled") => "token.api_disabled",
        (_, "redirect_uri_mismatch") => REDIRECT_URI,
        (_, "invalid_client") => "token.invalid_client",
        // oauth2-php's messages are not translated (behaviour §2.1).
        (400, "invalid_grant") if says("ode ") => "token.code_invalid",
        (_, "invalid_grant") => "token.invalid_grant",
        (_, "unauthorized_client") => "token.unauthorized_client",
        (_, "unsupported_response_type") => RESPONSE_TYPE,
        (_, "invalid_request") => "token.invalid_request",
        (_, "invalid_scope") => "token.invalid_scope",
        (404, _) if says("Client") => CLIENT_NOT_FOUND,
        (404, _) => WRONG_ADDRESS,
        (403, _) if details => "api.forbidden",
        (403, _) => FORBIDDEN,
        (429, _) => "api.rate_limited",
        (500, _) => ERROR_500,
        (501..=599, _) => SERVER_ERROR,
        (0, "") if says("Invalid credentials") => "api.v2_refused",
        _ => return None,
    };
    let mut problem = Problem::user(code);
    problem.detail = said.message.filter(|message| !has_secret(message));
    Some(problem)
}

/// Words by which pages are known, in lower case; all of a line must be there, and the first line that is
/// wins. Browsers and proxies say more in other languages, but the codes in capitals are the same in all.
const PAGES: &[(&[&str], &str)] = &[
    (&["error #500"], ERROR_500),
    (&["oops", "403"], FORBIDDEN),
    (&["an error occurred: forbidden"], FORBIDDEN),
    (&["not have access to the requested"], FORBIDDEN),
    (&["oops", "500"], ERROR_500),
    (&["an error occurred: internal server"], ERROR_500),
    (&["client not found"], CLIENT_NOT_FOUND),
    (&["api authorization denied"], DENIED),
    (&["redirect_uri_mismatch"], REDIRECT_URI),
    (&["redirect uri provided does not match"], REDIRECT_URI),
    (&["redirect uri is mandatory"], REDIRECT_URI),
    (&["api disabled"], "token.api_disabled"),
    (&["basic auth disabled"], "token.basic_disabled"),
    (&["client credentials are invalid"], "token.invalid_client"),
    (&["requested url not found"], WRONG_ADDRESS),
    // Browsers, before the word of a proxy that may stand behind theirs.
    (&["err_cert"], CERTIFICATE),
    (&["err_ssl"], CERTIFICATE),
    (&["sec_error"], CERTIFICATE),
    (&["ssl_error"], CERTIFICATE),
    (&["pkix_error"], CERTIFICATE),
    (&["not private"], CERTIFICATE),
    (&["security risk"], CERTIFICATE),
    (&["too_many_redirects"], REDIRECT_LOOP),
    (&["redirected you too many"], REDIRECT_LOOP),
    (&["redirecting properly"], REDIRECT_LOOP),
    (&["err_name"], UNREACHABLE),
    (&["err_connection"], UNREACHABLE),
    (&["err_timed_out"], UNREACHABLE),
    (&["err_address"], UNREACHABLE),
    (&["err_empty"], UNREACHABLE),
    (&["err_internet"], UNREACHABLE),
    (&["dns_probe"], UNREACHABLE),
    (&["pr_connect"], UNREACHABLE),
    (&["pr_end_of_file"], UNREACHABLE),
    (&["be reached"], UNREACHABLE),
    (&["server not found"], UNREACHABLE),
    (&["connect to the server"], UNREACHABLE),
    (&["unable to connect"], UNREACHABLE),
    (&["finding that site"], UNREACHABLE),
    (&["find the server"], UNREACHABLE),
    (&["connection was reset"], UNREACHABLE),
    (&["connection has timed out"], UNREACHABLE),
    // A server that is down, also where a proxy says so.
    (&["bad gateway"], SERVER_ERROR),
    (&["service unavailable"], SERVER_ERROR),
    (&["gateway time"], SERVER_ERROR),
    (&["web server is down"], SERVER_ERROR),
    (&["error 52"], SERVER_ERROR),
    (&["handshake failed"], SERVER_ERROR),
    (&["maintenance"], SERVER_ERROR),
    (&["internal server error"], SERVER_ERROR),
    (&["cloudflare"], BLOCKED),
    (&["just a moment"], BLOCKED),
    (&["captcha"], BLOCKED),
    (&["verify you are human"], BLOCKED),
    (&["you have been blocked"], BLOCKED),
    (&["mod_security"], BLOCKED),
    (&["not acceptable"], BLOCKED),
    (&["access denied"], BLOCKED),
    (&["403 forbidden"], BLOCKED),
    (&["not found"], "explain.not_found"),
    (&["invalid credentials"], WRONG_PASSWORD),
    (&["bad credentials"], WRONG_PASSWORD),
    (&["username or email"], LOGIN),
    (&["mautic", "accept", "deny"], CONSENT),
];

const REDIRECT_LOOP: &str = "token.redirect_loop";
const WRONG_PASSWORD: &str = "explain.wrong_password";
const CONSENT: &str = "explain.consent";
const LOGIN: &str = "explain.login";

fn words(text: &str) -> Option<Problem> {
    let is_address = !text.contains(char::is_whitespace);
    if is_address && text.contains("://") {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let (_, code) = PAGES
        .iter()
        .find(|(words, _)| words.iter().all(|word| text.contains(word)))?;
    Some(Problem::user(code))
}

fn of_address(address: &Url, settings: &Settings, redirect_uri: &str) -> Problem {
    let parameter = |wanted: &str| {
        address
            .query_pairs()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let bare = bare(address);
    let is_return = parameter("state").is_some_and(|state| state.starts_with(STATE_PREFIX));
    if is_return && bare == redirect_uri {
        return Problem::user(match parameter("error").as_deref() {
            Some("access_denied") => DENIED,
            Some("unsupported_response_type") => RESPONSE_TYPE,
            Some(_) => "authorize.error",
            None => "explain.returned",
        });
    }
    let path = address.path();
    if let Some((folder, rest)) = path.split_once("/oauth/v2/authorize") {
        let base = bare[..bare.len() - path.len() + folder.len()].trim_end_matches('/');
        if !settings.base_url.is_empty() && base != settings.base_url {
            return Problem::user("explain.server_differs").detail(base);
        }
        if rest.starts_with("_login") {
            return Problem::user(LOGIN);
        }
        let Some(client_id) = parameter("client_id") else {
            return Problem::user("explain.address_only");
        };
        if client_id != settings.client_id {
            return Problem::user("explain.client_differs").detail(&client_id);
        }
        return match parameter("redirect_uri") {
            Some(uri) if uri != redirect_uri => {
                let uri = Url::parse(&uri).map(|uri| self::bare(&uri));
                Problem::user("explain.redirect_uri_differs").detail(&uri.unwrap_or_default())
            }
            _ => Problem::user(CONSENT),
        };
    }
    if is_return && parameter("code").is_some() {
        return Problem::user("explain.returned_elsewhere").detail(&bare);
    }
    if path.split('/').any(|segment| segment == "s") {
        return Problem::user("explain.dashboard").detail(path);
    }
    Problem::user(UNKNOWN)
}

/// An address without what may be a secret in it: user, password, query and fragment.
fn bare(address: &Url) -> String {
    [
        address.scheme(),
        "://",
        &address[Position::BeforeHost..Position::AfterPath],
    ]
    .concat()
}
