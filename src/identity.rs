//! Who the connection speaks for: `GET /api/users/self`, which asks for no permission and exists
//! in every version.

use crate::api;
use crate::connection::{Account, Grant};
use crate::effect::Http;
use crate::event::Event;
use crate::json::{self, Json};
use crate::problem::{Problem, clean};
use crate::response::{self, Endpoint};

pub(crate) fn request(grant: &Grant) -> Http {
    let url = [&grant.base_url, "/api/users/self"].concat();
    Http::get("identity", url).bearer(grant.access_token.expose())
}

/// Reads the account. The user object is the top level, null fields are left out (behaviour §6.1),
/// and a client-credentials token has neither id nor e-mail (g07).
///
/// # Errors
///
/// See [`api::judge`]; `api.not_json` for a 200 that is no user.
pub(crate) fn judge(event: &Event, now: u64) -> Result<Account, Problem> {
    api::judge(event, now)?;
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
    })
}
