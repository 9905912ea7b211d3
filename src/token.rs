//! The token endpoint: each grant is a request to build and a response to judge.

use url::form_urlencoded::Serializer;

use crate::connection::Settings;
use crate::effect::Http;
use crate::event::Event;
use crate::json::{self, Json};
use crate::problem::Problem;
use crate::response::{self, Endpoint, at_status};
use crate::secret::Secret;

/// Longest token in bytes. Mautic's have 86.
const MAX_TOKEN: usize = 2048;

/// Seconds that a token counts as good for if the server's word on it cannot be used.
const FALLBACK_LIFETIME: u64 = 60;

/// Longest lifetime that is believed: ten years, in seconds.
const MAX_LIFETIME: i64 = 10 * 365 * 24 * 3600;

/// Which request was answered: an `invalid_grant` means the code in one and the connection in
/// another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantType {
    AuthorizationCode,
    RefreshToken,
    ClientCredentials,
}

/// Usable tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) access_token: Secret,
    pub(crate) refresh_token: Option<Secret>,
    /// Seconds.
    pub(crate) lifetime: u64,
    /// What `expires_in` was, if it could not be used.
    pub(crate) odd_lifetime: Option<i64>,
}

/// The exchange of RFC 6749 §4.1.3. Mautic demands the redirect URI again (e08, e09).
pub(crate) fn exchange_request(settings: &Settings, redirect_uri: &str, code: &str) -> Http {
    request("exchange", settings, code, |form| {
        form.append_pair("grant_type", "authorization_code")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code", code);
    })
}

/// The refresh of RFC 6749 §6. Mautic ignores a redirect URI here (f10), so none is sent.
pub(crate) fn refresh_request(settings: &Settings, refresh_token: &Secret) -> Http {
    let refresh_token = refresh_token.expose();
    request("refresh", settings, refresh_token, |form| {
        form.append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", refresh_token);
    })
}

/// The request of RFC 6749 §4.4.2. Mautic knows no scopes and refuses any (g05).
pub(crate) fn client_credentials_request(settings: &Settings) -> Http {
    request("token", settings, "", |form| {
        form.append_pair("grant_type", "client_credentials");
    })
}

/// Asks with a refresh token that nobody has issued: what Mautic says first is whether it knows the client.
pub(crate) fn probe_request(settings: &Settings) -> Http {
    request("client", settings, "", |form| {
        form.append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", "probe");
    })
}

/// Client id and secret go with every request: Mautic 6 answers 500 without the secret (e04).
fn request(
    id: &'static str,
    settings: &Settings,
    grant: &str,
    add_grant: impl FnOnce(&mut Serializer<'_, String>),
) -> Http {
    let mut form = Serializer::new(String::new());
    form.append_pair("client_id", &settings.client_id)
        .append_pair("client_secret", settings.client_secret.expose());
    add_grant(&mut form);
    let url = [&settings.base_url, "/oauth/v2/token"].concat();
    let mut request = Http::form(id, url, form.finish());
    request
        .secrets
        .push(settings.client_secret.expose().to_owned());
    if !grant.is_empty() {
        request.secrets.push(grant.to_owned());
    }
    request
}

/// Judges the answer to any of the requests: RFC 6749 §5.1 and §5.2, in Mautic's shapes.
///
/// # Errors
///
/// See [`response::judge`]; the endpoint's own refusals by their `type`; a 200 without a usable
/// token.
pub(crate) fn judge(event: &Event, grant_type: GrantType, now: u64) -> Result<Tokens, Problem> {
    let said = response::judge(event, Endpoint::Token, now)?;
    if event.status != 200 {
        return Err(at_status(
            refusal(event.status, &said.kind, said.json, grant_type),
            event,
            &said,
        ));
    }
    // The content type is not required to be JSON's if the body is: nothing is gained by dropping
    // the only copy of a fresh token over a header.
    let Some(body @ Json::Object(_)) = json::parse(&event.body) else {
        return Err(response::not_json(event, Endpoint::Token));
    };
    tokens(body).map_err(|code| at_status(Problem::transient(code), event, &said))
}

fn refusal(status: u16, kind: &str, json: bool, grant_type: GrantType) -> Problem {
    match (status, kind) {
        (400 | 401, "invalid_grant") if grant_type == GrantType::AuthorizationCode => {
            Problem::user("token.code_invalid")
        }
        (400 | 401, "invalid_grant") if grant_type == GrantType::RefreshToken => {
            Problem::user("token.invalid_grant")
        }
        (400 | 401, "invalid_client" | "invalid_grant") => Problem::user("token.invalid_client"),
        (400, "unauthorized_client") => Problem::user("token.unauthorized_client"),
        (400, "redirect_uri_mismatch") => Problem::user("token.redirect_uri_mismatch"),
        // The body was lost on the way: a web server's redirect, a proxy (behaviour §9, 8).
        (400, "invalid_request") => Problem::user("token.invalid_request"),
        (400, "invalid_scope") => Problem::user("token.invalid_scope"),
        (404, _) if json => Problem::user("token.not_found"),
        (404, _) => Problem::user("token.not_mautic"),
        _ => Problem::transient("token.unexpected_status"),
    }
}

fn tokens(mut body: Json<'_>) -> Result<Tokens, &'static str> {
    let access_token = match body.take("access_token") {
        Json::Null => return Err("token.missing_field"),
        Json::Text(token) if is_token(&token) => Secret::new(token.into_owned()),
        _ => return Err("token.wrong_type"),
    };
    // RFC 6749 §7.1 forbids to use a token of an unknown type; §5.1 has the name in any case.
    match body.take("token_type") {
        Json::Null => {}
        Json::Text(kind) if kind.eq_ignore_ascii_case("bearer") => {}
        _ => return Err("token.wrong_type"),
    }
    // Anything that is no token keeps the old one, as a missing one does.
    let refresh_token = match body.take("refresh_token") {
        Json::Text(token) if is_token(&token) => Some(Secret::new(token.into_owned())),
        _ => None,
    };
    let seconds = match &body.take("expires_in") {
        Json::Integer(seconds) => *seconds,
        Json::Text(digits) => digits.trim().parse().unwrap_or_default(),
        _ => 0,
    };
    let usable = (1..=MAX_LIFETIME).contains(&seconds);
    Ok(Tokens {
        access_token,
        refresh_token,
        lifetime: if usable {
            seconds.unsigned_abs()
        } else {
            FALLBACK_LIFETIME
        },
        odd_lifetime: (!usable).then_some(seconds),
    })
}

/// A token goes into a header, so no white space and no control character may be in it
/// (RFC 6750 §2.1 has a narrower alphabet; servers do not all keep to it).
fn is_token(token: &str) -> bool {
    (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}
