//! The settings form: judged as a whole, all problems at once, stored only if there are none.

use crate::base_url;
use crate::connection::{Connection, Grant, Settings};
use crate::effect::Note;
use crate::event::Event;
use crate::machine::{Outcome, Step};
use crate::message::Overrides;
use crate::method::Method;
use crate::problem::{Kind, Problem};
use crate::renewal;
use crate::secret::Secret;

/// Mautic's default, in days; it is not told to clients.
pub(crate) const DEFAULT_LIFETIME_DAYS: u32 = 14;

/// Longest client id, user name, secret and password in bytes; Mautic's ids and secrets have about 52.
const MAX_LENGTH: usize = 255;

/// What came of judging the form.
pub(crate) struct Judged {
    pub(crate) settings: Settings,
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<Note>,
    /// Grant, account and pending authorizations belong to another server, client or method now.
    pub(crate) drops_grant: bool,
    /// Something has changed that a connection is made of, its secret included.
    connects: bool,
}

/// Stores the form, if nothing is wrong with it.
#[inline(never)]
pub(crate) fn save(mut step: Box<Step>, event: Event) -> Outcome {
    let judged = judge(event, &step.connection, &step.overrides);
    if !judged.problems.is_empty() {
        return step.problems(judged, "");
    }
    let ends = judged.drops_grant && step.connection.grant.as_ref().is_some_and(Grant::is_issued);
    let connection = step.change();
    if judged.drops_grant {
        connection.drop_grant();
    } else if !connection.grant.as_ref().is_some_and(Grant::is_issued) {
        // Without a connection, an old error speaks of settings that may just have been mended.
        connection.health.last_error = None;
    }
    // What the owner had to mend may be mended now.
    let health = &mut connection.health;
    if health
        .last_error
        .as_ref()
        .is_some_and(|last| last.kind == Kind::User)
    {
        health.retry_at = None;
    }
    let connects = judged.connects;
    if connects {
        connection.disconnected = false;
    }
    connection.settings = judged.settings;
    step.settings = step.overrides.effective(&step.connection.settings);
    step.connection.presume(&step.settings);
    step.name_grant();
    if connects {
        step.prove(|proven| proven.credentials = false);
    }
    step.log("settings.saved", None);
    if ends {
        step.notify("disconnected");
    }
    if step.connection.health.failures > 0 {
        renewal::wake(&mut step);
    }
    let normalized = step.settings.base_url.clone();
    let mut reply = step.reply();
    reply.notes = judged.notes;
    reply.normalized = Some(normalized);
    step.finish(reply)
}

/// Says what is wrong with the form, and what would change.
#[inline(never)]
pub(crate) fn check(step: Box<Step>, event: Event) -> Outcome {
    let redirect_uri = event.redirect_uri.clone();
    let judged = judge(event, &step.connection, &step.overrides);
    step.problems(judged, &redirect_uri)
}

/// Judges the form against what is stored.
///
/// A field that is left out keeps its value, and so does an empty secret, unless the base URL now
/// points to another server (scheme, host or port): a secret is never sent to a server that it
/// was not entered for. Only the fields of the chosen method are required; those of the others are
/// kept for the day when it is chosen again.
pub(crate) fn judge(event: Event, stored: &Connection, overrides: &Overrides) -> Judged {
    let mut settings = stored.settings.clone();
    let mut form = Form::default();
    let values = event.values;
    let mut has_secret = !settings.client_secret.is_empty();
    let mut has_password = !settings.password.is_empty();
    if let Some(base_url) = event.stored_base_url {
        // A browser has no connection, only what the page shows of it.
        base_url::origin(&base_url).clone_into(&mut settings.client_secret_origin);
        settings
            .password_origin
            .clone_from(&settings.client_secret_origin);
        settings.base_url = base_url;
        settings.auth_method = event.stored_auth_method;
        settings.client_id = event.stored_client_id;
        settings.username = event.stored_username;
        has_secret = event.stored_secret;
        has_password = event.stored_password;
    }
    let has_grant = event.stored_grant
        || stored.grant.as_ref().is_some_and(Grant::is_issued)
        || !stored.pending.is_empty();
    let before = Grantee::of(&settings);

    if overrides.auth_method.is_none()
        && let Some(name) = &values.auth_method
    {
        match Method::parse(name) {
            Some(method) => settings.auth_method = method,
            None => form.refuse("auth_method.unknown", "auth_method"),
        }
    }
    let method = match &overrides.auth_method {
        Some(name) => Method::parse(name).unwrap_or(Method::Unknown),
        None => settings.auth_method,
    };

    if overrides.base_url.is_none() {
        let typed = values.base_url.as_deref().unwrap_or(&settings.base_url);
        let ascii_host = event.ascii_host.as_deref();
        match base_url::normalize(typed, ascii_host, overrides.policy()) {
            Ok(normalized) => {
                form.origin = Some(base_url::origin(&normalized.url).to_owned());
                settings.base_url = normalized.url;
                form.notes = normalized.notes;
            }
            Err(problem) => form.problems.push(problem),
        }
    } else {
        let base_url = overrides.effective(&settings).base_url;
        form.origin = Some(base_url::origin(&base_url).to_owned());
    }

    if overrides.client_id.is_none() {
        let required = method.has_client();
        form.name(
            &CLIENT_ID,
            values.client_id,
            required,
            &mut settings.client_id,
        );
    }
    if overrides.client_secret.is_none() {
        form.secret(
            &CLIENT_SECRET,
            values.client_secret,
            method.has_client(),
            has_secret,
            &mut settings.client_secret,
            &mut settings.client_secret_origin,
        );
    }
    if overrides.username.is_none() {
        let required = method == Method::Basic;
        form.name(&USERNAME, values.username, required, &mut settings.username);
    }
    if overrides.password.is_none() {
        form.secret(
            &PASSWORD,
            values.password,
            method == Method::Basic,
            has_password,
            &mut settings.password,
            &mut settings.password_origin,
        );
    }

    if overrides.refresh_token_lifetime_days.is_none()
        && let Some(typed) = values.refresh_token_lifetime_days
    {
        match lifetime_days(&typed) {
            Some(days) => settings.refresh_token_lifetime_days = days,
            None => form.refuse(LIFETIME_INVALID, "refresh_token_lifetime_days"),
        }
    }

    let token_in_query = values
        .token_in_query
        .filter(|_| overrides.token_in_query.is_none());
    for (typed, switch, on) in [
        (&values.notify_lost, &mut settings.mute_lost, "0"),
        (&values.notify_recovered, &mut settings.mute_recovered, "0"),
        (&token_in_query, &mut settings.token_in_query, "1"),
    ] {
        if let Some(typed) = typed {
            *switch = typed == on;
        }
    }

    let moves = Grantee::of(&settings) != before;
    let old = &stored.settings;
    let connects = moves
        || settings.client_secret.expose() != old.client_secret.expose()
        || settings.password.expose() != old.password.expose();
    let drops_grant = has_grant && moves;
    if drops_grant {
        form.notes.push(Note::new("connection.will_be_dropped"));
    }
    Judged {
        settings,
        problems: form.problems,
        notes: form.notes,
        drops_grant,
        connects,
    }
}

/// What a grant belongs to.
#[derive(PartialEq, Eq)]
struct Grantee(Method, String, String);

impl Grantee {
    fn of(settings: &Settings) -> Self {
        Self(
            settings.auth_method,
            settings.base_url.clone(),
            settings.principal().to_owned(),
        )
    }
}

/// A field with its codes, and what may be in it.
pub(crate) struct Field {
    name: &'static str,
    missing: &'static str,
    invalid: &'static str,
    reenter: &'static str,
    read: fn(&str) -> Result<&str, ()>,
}

pub(crate) const CLIENT_ID: Field = Field {
    name: "client_id",
    missing: "client_id.missing",
    invalid: "client_id.invalid",
    reenter: "",
    read: key,
};

pub(crate) const CLIENT_SECRET: Field = Field {
    name: "client_secret",
    missing: "client_secret.missing",
    invalid: "client_secret.invalid",
    reenter: "client_secret.reenter",
    read: key,
};

pub(crate) const USERNAME: Field = Field {
    name: "username",
    missing: "username.missing",
    invalid: "username.invalid",
    reenter: "",
    read: username,
};

pub(crate) const PASSWORD: Field = Field {
    name: "password",
    missing: "password.missing",
    invalid: "password.invalid",
    reenter: "password.reenter",
    read: password,
};

pub(crate) const LIFETIME_INVALID: &str = "refresh_token_lifetime_days.invalid";

/// The form while it is judged.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) problems: Vec<Problem>,
    notes: Vec<Note>,
    /// Of the base URL, if that is one.
    origin: Option<String>,
}

impl Form {
    pub(crate) fn refuse(&mut self, code: &'static str, field: &'static str) {
        self.problems.push(Problem::user(code).field(field));
    }

    /// A client id or user name.
    pub(crate) fn name(
        &mut self,
        field: &Field,
        typed: Option<String>,
        required: bool,
        kept: &mut String,
    ) {
        let typed = typed.unwrap_or_else(|| kept.clone());
        match (field.read)(&typed) {
            Ok("") if required => self.refuse(field.missing, field.name),
            Ok(name) => name.clone_into(kept),
            Err(()) => self.refuse(field.invalid, field.name),
        }
    }

    /// A client secret or password, with the origin that it was entered for.
    fn secret(
        &mut self,
        field: &Field,
        typed: Option<Secret>,
        required: bool,
        known: bool,
        kept: &mut Secret,
        kept_origin: &mut String,
    ) {
        let moved = self
            .origin
            .as_ref()
            .is_some_and(|origin| origin != kept_origin);
        let typed = typed.unwrap_or_default();
        match (field.read)(typed.expose()) {
            Ok("") if required && known && moved => self.refuse(field.reenter, field.name),
            Ok("") if required && !known => self.refuse(field.missing, field.name),
            Ok("") => {}
            Ok(secret) => {
                *kept = Secret::new(secret.to_owned());
                *kept_origin = self.origin.clone().unwrap_or_default();
            }
            Err(()) => self.refuse(field.invalid, field.name),
        }
    }
}

/// Cuts the white space that pasting brings around a client id or secret. Within, RFC 6749
/// appendix A allows the visible ASCII characters; a space among them is a paste of two things.
pub(crate) fn key(typed: &str) -> Result<&str, ()> {
    let key = typed.trim();
    if key.len() <= MAX_LENGTH && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(key)
    } else {
        Err(())
    }
}

/// A user name or e-mail address, without the white space around it. RFC 7617 §2 ends it at a colon.
pub(crate) fn username(typed: &str) -> Result<&str, ()> {
    let name = typed.trim();
    password(name).and_then(|name| {
        if name.contains(':') {
            Err(())
        } else {
            Ok(name)
        }
    })
}

/// Every byte of a password counts, but control characters cannot be in it (RFC 7617 §2), and the
/// character that stands for what was no UTF-8 never was.
pub(crate) fn password(typed: &str) -> Result<&str, ()> {
    if typed.len() <= MAX_LENGTH && !typed.contains(|c: char| c.is_control() || c == '\u{fffd}') {
        Ok(typed)
    } else {
        Err(())
    }
}

pub(crate) fn lifetime_days(typed: &str) -> Option<u32> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(DEFAULT_LIFETIME_DAYS);
    }
    if !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    typed.parse().ok().filter(|days| (1..=3650).contains(days))
}

impl Settings {
    /// Seconds that a refresh token lives, as far as the owner knows.
    pub(crate) fn refresh_lifetime(&self) -> u64 {
        u64::from(self.refresh_token_lifetime_days) * 86_400
    }

    /// Whether the method has all that it needs.
    pub(crate) fn complete(&self) -> bool {
        let (who, secret) = match self.auth_method {
            Method::Unknown => return false,
            Method::Basic => (&self.username, &self.password),
            Method::AuthorizationCode | Method::ClientCredentials => {
                (&self.client_id, &self.client_secret)
            }
        };
        !self.base_url.is_empty() && !who.is_empty() && !secret.is_empty()
    }
}
