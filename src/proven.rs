//! How far the owner has come: what is proven of the settings before, and apart from, a connection.

use crate::connection::{Connection, Grant, Proven, Settings};
use crate::fields::fields;
use crate::machine::Step;
use crate::view::usable_grant;

/// The steps of the guide that are done.
#[derive(Default)]
pub(crate) struct Guide {
    /// The base URL answered as a Mautic.
    mautic: bool,
    /// Its API is on.
    api: bool,
    /// Client id and secret, or user name and password, were accepted.
    credentials: bool,
    /// There is a connection.
    connected: bool,
}

fields! { Guide { mautic, api, credentials, connected } }

/// What is known of the settings as they are: what was found out last, else what a connection implies.
fn known(connection: &Connection, settings: &Settings) -> Proven {
    let base_url = &settings.base_url;
    let client = settings.principal();
    match &connection.proven {
        Some(proven) if proven.base_url == *base_url => Proven {
            client: client.to_owned(),
            credentials: proven.credentials && proven.client == client,
            ..proven.clone()
        },
        _ => {
            let connected = is_connected(connection, settings);
            Proven {
                base_url: base_url.clone(),
                client: client.to_owned(),
                mautic: connected,
                api: connected,
                credentials: connected,
            }
        }
    }
}

fn is_connected(connection: &Connection, settings: &Settings) -> bool {
    usable_grant(connection, settings).is_some_and(Grant::is_issued)
}

impl Guide {
    pub(crate) fn of(connection: &Connection, settings: &Settings) -> Self {
        let known = known(connection, settings);
        Self {
            mautic: known.mautic,
            api: known.api,
            credentials: known.credentials,
            connected: is_connected(connection, settings),
        }
    }
}

impl Step {
    /// Keeps what was found out, if it is news.
    pub(crate) fn prove(&mut self, find: impl FnOnce(&mut Proven)) {
        let known = known(&self.connection, &self.settings);
        let mut found = known.clone();
        find(&mut found);
        if found != known {
            self.change().proven = Some(found);
        }
    }
}
