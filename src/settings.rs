//! The settings form: judged as a whole, all problems at once, stored only if there are none.

use crate::base_url::{self, Policy};
use crate::connection::{Connection, Settings};
use crate::effect::Note;
use crate::event::Event;
use crate::message::Overrides;
use crate::problem::Problem;
use crate::secret::Secret;

/// The one method of this version.
pub(crate) const AUTHORIZATION_CODE: &str = "authorization_code";

/// Mautic's default, in days; it is not told to clients.
pub(crate) const DEFAULT_LIFETIME_DAYS: u32 = 14;

/// Longest client id and secret in bytes; Mautic's have about 52.
const MAX_KEY_LENGTH: usize = 255;

/// What came of judging the form.
pub(crate) struct Judged {
    pub(crate) settings: Settings,
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<Note>,
    /// Grant, account and pending authorizations belong to another server or client now.
    pub(crate) drops_grant: bool,
}

/// Judges the form against what is stored.
///
/// A field that is left out keeps its value, and so does an empty secret, unless the base URL now
/// points to another server (scheme, host or port): a secret is never sent to a server that it
/// was not entered for.
pub(crate) fn judge(event: Event, stored: &Connection, overrides: &Overrides) -> Judged {
    let mut settings = stored.settings.clone();
    let mut problems = Vec::new();
    let mut notes = Vec::new();
    let values = event.values;
    if let Some(base_url) = event.stored_base_url {
        // A browser has no connection, only what the page shows of it.
        base_url::origin(&base_url).clone_into(&mut settings.client_secret_origin);
        settings.base_url = base_url;
        settings.client_id = event.stored_client_id;
    }
    let has_grant = event.stored_grant || stored.grant.is_some() || !stored.pending.is_empty();
    let (old_url, old_id) = (settings.base_url.clone(), settings.client_id.clone());
    let has_secret = event.stored_secret || !settings.client_secret.is_empty();
    let mut origin = None;

    match values.auth_method.as_deref() {
        None => {}
        Some(AUTHORIZATION_CODE) => settings.auth_method = AUTHORIZATION_CODE.to_owned(),
        Some(_) => problems.push(Problem::user("auth_method.unknown").field("auth_method")),
    }

    if overrides.base_url.is_none() {
        let typed = values.base_url.as_deref().unwrap_or(&settings.base_url);
        let ascii_host = event.ascii_host.as_deref();
        match base_url::normalize(typed, ascii_host, overrides.policy()) {
            Ok(normalized) => {
                origin = Some(base_url::origin(&normalized.url).to_owned());
                settings.base_url = normalized.url;
                notes = normalized.notes;
            }
            Err(problem) => problems.push(problem),
        }
    } else {
        let base_url = overrides.effective(&settings).base_url;
        origin = Some(base_url::origin(&base_url).to_owned());
    }

    if overrides.client_id.is_none() {
        let typed = values.client_id.as_deref().unwrap_or(&settings.client_id);
        match key(typed) {
            Ok("") => problems.push(Problem::user("client_id.missing").field("client_id")),
            Ok(id) => settings.client_id = id.to_owned(),
            Err(()) => problems.push(Problem::user("client_id.invalid").field("client_id")),
        }
    }

    if overrides.client_secret.is_none() {
        let moved = origin
            .as_ref()
            .is_some_and(|origin| *origin != settings.client_secret_origin);
        let typed = values.client_secret.unwrap_or_default();
        match key(typed.expose()) {
            Ok("") if moved && has_secret => {
                problems.push(Problem::user("client_secret.reenter").field("client_secret"));
            }
            Ok("") if !has_secret => {
                problems.push(Problem::user("client_secret.missing").field("client_secret"));
            }
            Ok("") => {}
            Ok(secret) => {
                settings.client_secret = Secret::new(secret.to_owned());
                settings.client_secret_origin = origin.unwrap_or_default();
            }
            Err(()) => {
                problems.push(Problem::user("client_secret.invalid").field("client_secret"));
            }
        }
    }

    if let Some(typed) = values.refresh_token_lifetime_days {
        match lifetime_days(&typed) {
            Some(days) => settings.refresh_token_lifetime_days = days,
            None => problems.push(
                Problem::user("refresh_token_lifetime_days.invalid")
                    .field("refresh_token_lifetime_days"),
            ),
        }
    }

    for (typed, mute) in [
        (&values.notify_lost, &mut settings.mute_lost),
        (&values.notify_recovered, &mut settings.mute_recovered),
    ] {
        if let Some(typed) = typed {
            *mute = typed != "1";
        }
    }

    let drops_grant = has_grant && (settings.base_url != old_url || settings.client_id != old_id);
    if drops_grant {
        notes.push(Note::new("connection.will_be_dropped"));
    }
    Judged {
        settings,
        problems,
        notes,
        drops_grant,
    }
}

/// Cuts the white space that pasting brings around a client id or secret. Within, RFC 6749
/// appendix A allows the visible ASCII characters; a space among them is a paste of two things.
fn key(typed: &str) -> Result<&str, ()> {
    let key = typed.trim();
    if key.len() <= MAX_KEY_LENGTH && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(key)
    } else {
        Err(())
    }
}

fn lifetime_days(typed: &str) -> Option<u32> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(DEFAULT_LIFETIME_DAYS);
    }
    if !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    typed.parse().ok().filter(|days| (1..=3650).contains(days))
}

impl Overrides {
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            allow_http: self.allow_http,
            allow_private_hosts: self.allow_private_hosts,
        }
    }

    /// The settings that count: the stored ones with these laid over. An unusable base URL from a
    /// constant counts as none.
    pub(crate) fn effective(&self, stored: &Settings) -> Settings {
        let mut settings = stored.clone();
        if let Some(method) = &self.auth_method {
            settings.auth_method.clone_from(method);
        }
        if settings.auth_method.is_empty() {
            settings.auth_method = AUTHORIZATION_CODE.to_owned();
        }
        if let Some(typed) = &self.base_url {
            settings.base_url = base_url::normalize(typed, None, self.policy())
                .map(|normalized| normalized.url)
                .unwrap_or_default();
        }
        if let Some(id) = &self.client_id {
            settings.client_id = key(id).unwrap_or_default().to_owned();
        }
        if let Some(secret) = &self.client_secret {
            settings.client_secret =
                Secret::new(key(secret.expose()).unwrap_or_default().to_owned());
        } else if settings.client_secret_origin != base_url::origin(&settings.base_url) {
            // The base URL comes from a constant that changed: the secret stays at home.
            settings.client_secret = Secret::default();
        }
        if let Some(days) = self.refresh_token_lifetime_days {
            settings.refresh_token_lifetime_days = days;
        }
        if settings.refresh_token_lifetime_days == 0 {
            settings.refresh_token_lifetime_days = DEFAULT_LIFETIME_DAYS;
        }
        settings
    }

    /// Names of the fields that are set outside the database.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        [
            ("auth_method", self.auth_method.is_some()),
            ("base_url", self.base_url.is_some()),
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
            (
                "refresh_token_lifetime_days",
                self.refresh_token_lifetime_days.is_some(),
            ),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect()
    }
}

impl Settings {
    /// Seconds that a refresh token lives, as far as the owner knows.
    pub(crate) fn refresh_lifetime(&self) -> u64 {
        u64::from(self.refresh_token_lifetime_days) * 86_400
    }

    /// Whether an authorization can be begun.
    pub(crate) fn complete(&self) -> bool {
        !self.base_url.is_empty() && !self.client_id.is_empty() && !self.client_secret.is_empty()
    }
}
