//! The ways to authenticate, and what stands for a grant where nobody authorizes.

use crate::connection::{Connection, Grant, Settings};
use crate::fields::{Value as _, names};
use crate::json::Json;
use crate::view::usable_grant;

/// How the site authenticates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    /// A user accepts in Mautic; RFC 6749 §4.1.
    #[default]
    AuthorizationCode,
    /// The API credential speaks for itself; RFC 6749 §4.4.
    ClientCredentials,
    /// A Mautic user's name and password with every call; RFC 7617.
    Basic,
    /// A constant names none of them. Never stored.
    Unknown,
}

names! { Method {
    "authorization_code" => AuthorizationCode,
    "client_credentials" => ClientCredentials,
    "basic" => Basic,
    "unknown" => Unknown,
} }

/// A time that never comes: the largest number that JavaScript knows exactly.
pub(crate) const NEVER: u64 = (1 << 53) - 1;

impl Method {
    /// The method of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let mut method = Self::Unknown;
        method.read(Json::Text(name.into()));
        Some(method).filter(|method| *method != Self::Unknown && !name.is_empty())
    }

    /// Whether a person grants it, in Mautic.
    pub(crate) fn is_authorized(self) -> bool {
        self == Self::AuthorizationCode
    }

    /// Whether client id and secret are needed.
    pub(crate) fn has_client(self) -> bool {
        matches!(self, Self::AuthorizationCode | Self::ClientCredentials)
    }
}

impl Settings {
    /// Who asks: the client id, or the user name.
    pub(crate) fn principal(&self) -> &str {
        if self.auth_method == Method::Basic {
            &self.username
        } else {
            &self.client_id
        }
    }
}

impl Connection {
    /// Where nobody authorizes, the settings are the grant: it begins without tokens, and is issued by
    /// the first good answer. One of another server, client or method makes room for it.
    pub(crate) fn presume(&mut self, settings: &Settings) {
        let method = settings.auth_method;
        if method.is_authorized() {
            // What was presumed for another method, and never used, is nothing to go back to.
            if self.grant.as_ref().is_some_and(|grant| !grant.is_issued()) {
                self.drop_grant();
            }
            return;
        }
        if !settings.complete() || self.disconnected || usable_grant(self, settings).is_some() {
            return;
        }
        self.drop_grant();
        let never_ends = if method == Method::Basic { NEVER } else { 0 };
        self.grant = Some(Grant {
            method,
            base_url: settings.base_url.clone(),
            client_id: settings.principal().to_owned(),
            expires_at: never_ends,
            renew_at: never_ends,
            // Nothing need be kept alive.
            background_renew_at: NEVER,
            ..Grant::default()
        });
    }
}

impl Grant {
    /// Whether Mautic has ever accepted it.
    pub(crate) fn is_issued(&self) -> bool {
        self.issued_at > 0
    }
}
