//! What the site may see: status, settings and buttons, never a secret, token or state.

use crate::connection::{Connection, Grant, Health, Incident, LastError, Settings};
use crate::fields::fields;
use crate::message::Overrides;
use crate::method::Method;
use crate::problem::{Kind, Problem};

/// The public status object, the same in PHP, REST and WP-CLI.
#[derive(Default)]
pub(crate) struct Status {
    status: &'static str,
    auth_method: Method,
    base_url: Option<String>,
    mautic_version: Option<String>,
    account_email: Option<String>,
    account_name: Option<String>,
    account_role: Option<String>,
    access_token_expires_at: Option<u64>,
    renew_at: Option<u64>,
    pub(crate) background_renew_at: Option<u64>,
    reconnect_by: Option<u64>,
    last_success_at: Option<u64>,
    pub(crate) last_error: Option<LastError>,
}

/// What the form shows.
#[derive(Default)]
pub(crate) struct SettingsView {
    auth_method: Method,
    base_url: String,
    client_id: String,
    client_secret_set: bool,
    username: String,
    password_set: bool,
    token_in_query: bool,
    refresh_token_lifetime_days: u32,
    notify_lost: bool,
    notify_recovered: bool,
    overridden: Vec<&'static str>,
}

/// WP-Cron has not run for long.
pub(crate) const CRON_SILENT: &str = "cron.silent";

/// The grant was given to another address.
pub(crate) const SITE_CHANGED: &str = "connection.site_changed";

/// A refresh was begun and never ended.
const REFRESH_UNANSWERED: &str = "token.refresh_unanswered";

/// A button.
#[derive(Default)]
pub(crate) struct Action {
    name: &'static str,
    enabled: bool,
}

fields! { Status {
    status,
    auth_method,
    base_url,
    mautic_version,
    account_email,
    account_name,
    account_role,
    access_token_expires_at,
    renew_at,
    background_renew_at,
    reconnect_by,
    last_success_at,
    last_error,
} }

fields! { SettingsView {
    auth_method,
    base_url,
    client_id,
    client_secret_set,
    username,
    password_set,
    token_in_query,
    refresh_token_lifetime_days,
    notify_lost,
    notify_recovered,
    overridden,
} }

fields! { Action { name, enabled } }

/// The grant, if it belongs to the method, server and client that the settings name: it is never sent
/// elsewhere, also when a constant changes under it.
pub(crate) fn usable_grant<'a>(
    connection: &'a Connection,
    settings: &Settings,
) -> Option<&'a Grant> {
    connection.grant.as_ref().filter(|grant| {
        grant.method == settings.auth_method
            && grant.base_url == settings.base_url
            && grant.client_id == settings.principal()
    })
}

impl Status {
    pub(crate) fn of(
        connection: &Connection,
        settings: &Settings,
        is_copy: bool,
        now: u64,
    ) -> Self {
        let grant = usable_grant(connection, settings);
        let account = connection
            .account
            .clone()
            .filter(|_| grant.is_some())
            .unwrap_or_default();
        let refreshed = grant.filter(|grant| !grant.refresh_token.is_empty());
        let trouble = trouble(connection, settings, is_copy, now);
        let with_token = grant.filter(|grant| !grant.access_token.is_empty());
        Self {
            status: word(connection, settings, trouble.as_ref(), now),
            auth_method: settings.auth_method,
            base_url: Some(settings.base_url.clone()).filter(|url| !url.is_empty()),
            mautic_version: account.mautic_version,
            account_email: account.email,
            account_name: account.name,
            account_role: account.role,
            access_token_expires_at: with_token.map(|grant| grant.expires_at),
            renew_at: with_token.map(|grant| grant.renew_at),
            background_renew_at: refreshed
                .filter(|_| !connection.health.needs_authorization && !is_copy)
                .map(|grant| grant.background_renew_at),
            reconnect_by: refreshed.map(|grant| grant.issued_at + settings.refresh_lifetime()),
            last_success_at: connection.health.last_success_at,
            last_error: trouble,
        }
    }

    /// For a document that cannot be read.
    pub(crate) fn unreadable(problem: &Problem, settings: &Settings, now: u64) -> Self {
        Self {
            status: "attention",
            last_error: Some(LastError::new(problem, now)),
            ..Self::of(&Connection::default(), settings, false, now)
        }
    }
}

/// Whether calls have failed for long enough to make sure that it does not pass.
pub(crate) fn is_sure(health: &Health, error: &LastError) -> bool {
    !error.renewal && health.incident.as_ref().is_some_and(Incident::is_verified)
}

/// Whether the owner of a site that is no copy would see that something is wrong.
pub(crate) fn is_broken(connection: &Connection, settings: &Settings, now: u64) -> bool {
    let trouble = trouble(connection, settings, false, now);
    word(connection, settings, trouble.as_ref(), now) != "connected"
}

/// What is wrong: the last error, or what can be told without one.
fn trouble(
    connection: &Connection,
    settings: &Settings,
    is_copy: bool,
    now: u64,
) -> Option<LastError> {
    let health = &connection.health;
    let Some(grant) = usable_grant(connection, settings) else {
        return health.last_error.clone();
    };
    if is_copy {
        let mut trouble = found(SITE_CHANGED, Kind::User, grant.issued_at);
        trouble.detail = Some(grant.site.clone());
        return Some(trouble);
    }
    if health.last_error.is_some() {
        return health.last_error.clone();
    }
    // Its process died.
    if let Some(at) = health.refresh_started_at
        && health.running_until(now).is_none()
    {
        return Some(found(REFRESH_UNANSWERED, Kind::Transient, at));
    }
    let silent =
        !grant.refresh_token.is_empty() && now >= grant.background_renew_at + cron_grace(settings);
    silent.then(|| found(CRON_SILENT, Kind::User, grant.background_renew_at))
}

fn found(code: &str, kind: Kind, at: u64) -> LastError {
    LastError {
        code: code.to_owned(),
        kind,
        at,
        renewal: true,
        ..LastError::default()
    }
}

/// Seconds after the time of the renewal in the background from which WP-Cron counts as silent: a
/// quarter of the refresh token's life, so that more than half of it is left to do something.
pub(crate) fn cron_grace(settings: &Settings) -> u64 {
    settings.refresh_lifetime() / 4
}

fn word(
    connection: &Connection,
    settings: &Settings,
    trouble: Option<&LastError>,
    now: u64,
) -> &'static str {
    if !settings.complete() {
        return "not_configured";
    }
    let grant = usable_grant(connection, settings).filter(|grant| grant.is_issued());
    let Some(grant) = grant else {
        let waiting = connection
            .pending
            .iter()
            .any(|pending| pending.expires_at > now);
        let waiting = waiting && settings.auth_method.is_authorized();
        return if waiting { "pending" } else { "ready" };
    };
    let health = &connection.health;
    let expired = now >= grant.expires_at;
    // A lost answer may still be found as long as there is no hurry.
    let refused = health.needs_authorization && (expired || !health.answer_lost);
    if refused || (expired && grant.is_unrenewable()) {
        return "needs_authorization";
    }
    match trouble {
        None => "connected",
        // For a call that fails no token serves, once that is sure.
        Some(error) if error.kind == Kind::Transient && !expired && !is_sure(health, error) => {
            "connected"
        }
        Some(_) => "attention",
    }
}

pub(crate) fn settings(settings: &Settings, overrides: &Overrides) -> SettingsView {
    SettingsView {
        auth_method: settings.auth_method,
        base_url: settings.base_url.clone(),
        client_id: settings.client_id.clone(),
        client_secret_set: !settings.client_secret.is_empty(),
        username: settings.username.clone(),
        password_set: !settings.password.is_empty(),
        token_in_query: settings.token_in_query,
        refresh_token_lifetime_days: settings.refresh_token_lifetime_days,
        notify_lost: !settings.mute_lost,
        notify_recovered: !settings.mute_recovered,
        overridden: overrides.names(),
    }
}

pub(crate) fn actions(connection: &Connection, settings: &Settings, is_copy: bool) -> Vec<Action> {
    let complete = settings.complete();
    let method = settings.auth_method;
    let grant = usable_grant(connection, settings);
    let mut actions = Vec::new();
    if method.is_authorized() {
        let refreshable = grant.is_some_and(|grant| {
            !is_copy && !grant.is_unrenewable() && !connection.health.needs_authorization
        });
        actions.push(action("authorize", complete));
        actions.push(action("refresh", refreshable));
    } else {
        if method != Method::Basic {
            let connected = complete && !connection.disconnected;
            actions.push(action("refresh", connected));
        }
    }
    // What the doctor can look at without a connection is worth a look.
    actions.push(action("test", !settings.base_url.is_empty()));
    let issued = connection.grant.as_ref().is_some_and(Grant::is_issued);
    actions.push(action("disconnect", issued));
    actions.push(action("reset", connection.revision > 0));
    if is_copy {
        actions.push(action("site_moved", true));
        actions.push(action("site_copied", true));
    }
    actions
}

/// For a document that cannot be read: nothing but a fresh start.
pub(crate) fn only_reset() -> Vec<Action> {
    vec![action("reset", true)]
}

fn action(name: &'static str, enabled: bool) -> Action {
    Action { name, enabled }
}
