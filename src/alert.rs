//! What the owner is to be told, now or from a time on.

use crate::connection::{Connection, Settings};
use crate::fields::fields;
use crate::method::NEVER;
use crate::problem::Kind;
use crate::view::{self, Status};

/// One thing to tell. A shell keeps it, and so knows on every page whether there is anything to
/// say without asking the core.
#[derive(Default)]
pub(crate) struct Alert {
    pub(crate) code: String,
    /// Since when, if that is known.
    pub(crate) since: Option<u64>,
    /// Told from then on; until then it may pass. 0 is at once.
    pub(crate) from: u64,
    /// What mends it: `authorize`, `refresh`, `test`, `settings` or `site`.
    pub(crate) button: &'static str,
}

fields! { Alert {
    code,
    since if some,
    from,
    button,
} }

/// The alert of a connection that can be read. One that works has an alert for later: that nobody
/// renewed it.
#[inline(never)]
pub(crate) fn of(connection: &Connection, settings: &Settings, status: &Status) -> Option<Alert> {
    let grant = view::usable_grant(connection, settings).filter(|grant| grant.is_issued())?;
    let error = status.last_error.as_ref();
    let Some(error) = error.filter(|error| error.code != view::CRON_SILENT) else {
        let since = status.background_renew_at?;
        return Some(Alert {
            code: view::CRON_SILENT.to_owned(),
            since: Some(since),
            from: since + view::cron_grace(settings),
            button: "refresh",
        });
    };
    let incident = connection.health.incident.as_ref();
    let since = incident.map_or(error.at, |incident| incident.since.min(error.at));
    let sure = error.kind != Kind::Transient || view::is_sure(&connection.health, error);
    if !sure && grant.expires_at == NEVER {
        // Nothing ends by which it must have passed.
        return None;
    }
    let button = if error.code == view::SITE_CHANGED {
        "site"
    } else if connection.health.needs_authorization || grant.is_unrenewable() {
        "authorize"
    } else if error.kind == Kind::User && !mended_in_mautic(&error.code) {
        "settings"
    } else if error.renewal {
        "refresh"
    } else {
        "test"
    };
    Some(Alert {
        code: error.code.clone(),
        // Nobody knows since when the site has had another address.
        since: Some(since).filter(|_| button != "site"),
        from: if sure { 0 } else { grant.expires_at },
        button,
    })
}

/// Whether what is wrong is switched on in Mautic or in its web server, and here only tried again.
fn mended_in_mautic(code: &str) -> bool {
    ["api_disabled", "basic_disabled", "header_stripped"]
        .iter()
        .any(|end| code.ends_with(end))
}

impl Alert {
    /// For a document that cannot be read; since when, it does not say.
    pub(crate) fn unreadable(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            button: "settings",
            ..Self::default()
        }
    }
}
