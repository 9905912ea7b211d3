//! Sending the user to Mautic: the authorize URL and the record of who was sent.

use crate::connection::{Connection, Fate, Pending, Remembered, Settings};
use crate::effect::{Effect, Parameter, Preview, Redirect};
use crate::event::Event;
use crate::machine::{Outcome, Step};
use crate::problem::Problem;

/// A state is claimed by its prefix: other plugins return to the same bare `admin.php`.
pub(crate) const STATE_PREFIX: &str = "cfm1.";

/// Bytes of randomness in a state: 192 bits, 32 characters.
const STATE_BYTES: usize = 24;

/// Seconds that a user has for logging in to Mautic and accepting.
const PENDING_SECONDS: u64 = 15 * 60;

/// Seconds for which a state that is no longer good is remembered, so that a reload or a late
/// return gets its true reason.
pub(crate) const REMEMBER_SECONDS: u64 = 24 * 60 * 60;

/// Pending authorizations a connection, one a user.
const MAX_PENDING: usize = 10;

/// Bytes of their addresses; beyond that the oldest goes.
const MAX_PENDING_SIZE: usize = 3000;

/// States remembered.
const MAX_REMEMBERED: usize = 20;

/// Longest redirect URI and return address in bytes, for the document's size.
const MAX_LENGTH: usize = 300;

/// Begins an authorization: records a fresh state and sends the browser to Mautic.
#[inline(never)]
pub(crate) fn begin(mut step: Box<Step>, event: Event) -> Outcome {
    if event.user == 0 {
        return step.fail(Problem::misuse("authorize.user_missing"));
    }
    if !is_redirect_uri(&event.redirect_uri) || event.return_to.len() > MAX_LENGTH {
        return step.fail(Problem::misuse("authorize.redirect_uri_invalid"));
    }
    if !step.settings.complete() {
        return step.fail(Problem::user("settings.incomplete"));
    }
    if !step.settings.auth_method.is_authorized() {
        return step.fail(Problem::misuse("authorize.not_needed"));
    }

    let state = [STATE_PREFIX, &step.entropy.take(STATE_BYTES)].concat();
    let url = authorize_url(
        &step.settings.base_url,
        &step.settings.client_id,
        &event.redirect_uri,
        &state,
    );
    let pending = Pending {
        state,
        user: event.user,
        redirect_uri: event.redirect_uri,
        return_to: event.return_to,
        base_url: step.settings.base_url.clone(),
        client_id: step.settings.client_id.clone(),
        expires_at: step.now + PENDING_SECONDS,
    };
    let now = step.now;
    let connection = step.change();
    forget(connection, now);
    expire(connection, now, |other| other.user == pending.user);
    while connection.pending.len() >= MAX_PENDING
        || connection.pending.iter().map(Pending::size).sum::<usize>() > MAX_PENDING_SIZE
    {
        let oldest = connection.pending[0].state.clone();
        expire(connection, now, |other| other.state == oldest);
    }
    connection.pending.push(pending);

    step.log("authorize.begun", None);
    step.effects
        .push(Effect::Redirect(Redirect { url: url.clone() }));
    let mut reply = step.reply();
    reply.url = Some(url);
    step.finish(reply)
}

/// The parameters of RFC 6749 §4.1.1 that Mautic's own page names and nothing else: any scope is refused,
/// and code challenges are not read (behaviour §1.1).
fn parameters<'a>(
    client_id: &'a str,
    redirect_uri: &'a str,
    state: &'a str,
) -> [(&'static str, &'a str); 5] {
    [
        ("client_id", client_id),
        ("grant_type", "authorization_code"),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("state", state),
    ]
}

fn endpoint(base_url: &str) -> String {
    [base_url, "/oauth/v2/authorize"].concat()
}

fn authorize_url(base_url: &str, client_id: &str, redirect_uri: &str, state: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters(client_id, redirect_uri, state))
        .finish();
    [&endpoint(base_url), "?", &query].concat()
}

/// What will be asked of Mautic once one leaves for it, to be shown before. The state is drawn only then.
pub(crate) fn preview(settings: &Settings, redirect_uri: &str) -> Option<Preview> {
    let usable = settings.auth_method.is_authorized()
        && !settings.base_url.is_empty()
        && !settings.client_id.is_empty()
        && is_redirect_uri(redirect_uri);
    usable.then(|| Preview {
        endpoint: endpoint(&settings.base_url),
        parameters: parameters(&settings.client_id, redirect_uri, "")
            .into_iter()
            .map(|(name, value)| Parameter {
                name,
                value: value.to_owned(),
            })
            .collect(),
    })
}

/// Mautic strips what is not ASCII, splits at commas and refuses dot segments (behaviour §1.3, §1.4).
/// The URI is the host's own address, so its form is all that is checked.
fn is_redirect_uri(uri: &str) -> bool {
    let rest = uri
        .strip_prefix("https://")
        .or_else(|| uri.strip_prefix("http://"));
    uri.len() <= MAX_LENGTH
        && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && uri
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b',' && byte != b'#')
}

impl Pending {
    /// About how many bytes it takes.
    fn size(&self) -> usize {
        self.redirect_uri.len() + self.return_to.len() + self.base_url.len() + self.client_id.len()
    }
}

/// Moves pending authorizations to the remembered states.
pub(crate) fn expire(connection: &mut Connection, now: u64, which: impl Fn(&Pending) -> bool) {
    let mut kept = Vec::new();
    for pending in std::mem::take(&mut connection.pending) {
        if which(&pending) {
            remember(connection, pending.state, Fate::Expired, now);
        } else {
            kept.push(pending);
        }
    }
    connection.pending = kept;
}

/// Keeps a state for its explanation, and for no longer than a day.
pub(crate) fn remember(connection: &mut Connection, state: String, fate: Fate, now: u64) {
    if connection.remembered.len() >= MAX_REMEMBERED {
        connection.remembered.remove(0);
    }
    connection.remembered.push(Remembered {
        state,
        fate,
        until: now + REMEMBER_SECONDS,
    });
}

/// Drops what is over: expired pending records become remembered ones, those in turn go after a
/// day.
pub(crate) fn forget(connection: &mut Connection, now: u64) {
    connection.remembered.retain(|state| state.until > now);
    expire(connection, now, |pending| pending.expires_at <= now);
}
