//! What the site may see: status, settings and buttons, never a secret, token or state.

use crate::connection::{Connection, Grant, LastError, Settings};
use crate::fields::fields;
use crate::message::Overrides;
use crate::problem::{Kind, Problem};

/// The public status object, the same in PHP, REST and WP-CLI.
#[derive(Default)]
pub(crate) struct Status {
    status: &'static str,
    auth_method: String,
    base_url: Option<String>,
    mautic_version: Option<String>,
    account_email: Option<String>,
    account_name: Option<String>,
    account_role: Option<String>,
    access_token_expires_at: Option<u64>,
    renew_at: Option<u64>,
    reconnect_by: Option<u64>,
    last_success_at: Option<u64>,
    last_error: Option<LastError>,
}

/// What the form shows.
#[derive(Default)]
pub(crate) struct SettingsView {
    auth_method: String,
    base_url: String,
    client_id: String,
    client_secret_set: bool,
    refresh_token_lifetime_days: u32,
    overridden: Vec<&'static str>,
}

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
    reconnect_by,
    last_success_at,
    last_error,
} }

fields! { SettingsView {
    auth_method,
    base_url,
    client_id,
    client_secret_set,
    refresh_token_lifetime_days,
    overridden,
} }

fields! { Action { name, enabled } }

/// The grant, if it belongs to the server and client that the settings name: it is never sent
/// elsewhere, also when a constant changes under it.
pub(crate) fn usable_grant<'a>(
    connection: &'a Connection,
    settings: &Settings,
) -> Option<&'a Grant> {
    connection.grant.as_ref().filter(|grant| {
        grant.base_url == settings.base_url && grant.client_id == settings.client_id
    })
}

impl Status {
    pub(crate) fn of(connection: &Connection, settings: &Settings, now: u64) -> Self {
        let grant = usable_grant(connection, settings);
        let account = connection
            .account
            .clone()
            .filter(|_| grant.is_some())
            .unwrap_or_default();
        let lifetime = u64::from(settings.refresh_token_lifetime_days) * 86_400;
        Self {
            status: word(connection, settings, grant, now),
            auth_method: settings.auth_method.clone(),
            base_url: Some(settings.base_url.clone()).filter(|url| !url.is_empty()),
            mautic_version: account.mautic_version,
            account_email: account.email,
            account_name: account.name,
            account_role: account.role,
            access_token_expires_at: grant.map(|grant| grant.expires_at),
            renew_at: grant.map(|grant| grant.renew_at),
            reconnect_by: grant
                .filter(|grant| !grant.refresh_token.is_empty())
                .map(|grant| grant.issued_at + lifetime),
            last_success_at: connection.health.last_success_at,
            last_error: connection.health.last_error.clone(),
        }
    }

    /// For a document that cannot be read.
    pub(crate) fn unreadable(problem: &Problem, settings: &Settings, now: u64) -> Self {
        Self {
            status: "attention",
            last_error: Some(LastError::new(problem, now)),
            ..Self::of(&Connection::default(), settings, now)
        }
    }
}

fn word(
    connection: &Connection,
    settings: &Settings,
    grant: Option<&Grant>,
    now: u64,
) -> &'static str {
    if !settings.complete() {
        return "not_configured";
    }
    let Some(grant) = grant else {
        let waiting = connection
            .pending
            .iter()
            .any(|pending| pending.expires_at > now);
        return if waiting { "pending" } else { "ready" };
    };
    let health = &connection.health;
    let expired = now >= grant.expires_at;
    if health.needs_authorization || (expired && grant.refresh_token.is_empty()) {
        return "needs_authorization";
    }
    match &health.last_error {
        None => "connected",
        Some(error) if error.kind == Kind::Transient && !expired => "connected",
        Some(_) => "attention",
    }
}

pub(crate) fn settings(settings: &Settings, overrides: &Overrides) -> SettingsView {
    SettingsView {
        auth_method: settings.auth_method.clone(),
        base_url: settings.base_url.clone(),
        client_id: settings.client_id.clone(),
        client_secret_set: !settings.client_secret.is_empty(),
        refresh_token_lifetime_days: settings.refresh_token_lifetime_days,
        overridden: overrides.names(),
    }
}

pub(crate) fn actions(connection: &Connection, settings: &Settings) -> Vec<Action> {
    let complete = settings.complete();
    let grant = usable_grant(connection, settings);
    let refreshable = grant.is_some_and(|grant| {
        !grant.refresh_token.is_empty() && !connection.health.needs_authorization
    });
    vec![
        action("authorize", complete),
        action("refresh", refreshable),
        action("test", grant.is_some()),
        action("disconnect", connection.grant.is_some()),
        action("reset", connection.revision > 0),
    ]
}

/// For a document that cannot be read: nothing but a fresh start.
pub(crate) fn only_reset() -> Vec<Action> {
    vec![action("reset", true)]
}

fn action(name: &'static str, enabled: bool) -> Action {
    Action { name, enabled }
}
