//! What Mautic keeps in its database: users, roles, clients, codes, tokens, consents, contacts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::front::Front;
use crate::version::Version;

/// Seconds since 1970.
pub(crate) type Time = i64;

/// How long an authorization code is good for; Mautic has no setting for it.
pub(crate) const CODE_LIFETIME: Time = 30;

/// Mautic's configuration, as far as its API depends on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) version: Version,
    pub(crate) api_enabled: bool,
    pub(crate) basic_enabled: bool,
    /// Mautic itself knows whole minutes only.
    pub(crate) access_token_minutes: f64,
    pub(crate) refresh_token_days: i64,
    /// API calls per hour and token; 0 is no limit.
    pub(crate) rate_limit: u32,
    /// Whether the web server in front keeps every `Authorization` header to itself.
    #[serde(default)]
    pub(crate) strips_authorization: bool,
    /// What gets in the way before Mautic.
    #[serde(default)]
    pub(crate) front: Front,
}

impl Settings {
    /// The API switched on, all else as Mautic is installed.
    pub(crate) fn new(version: Version) -> Self {
        Self {
            version,
            api_enabled: true,
            basic_enabled: false,
            access_token_minutes: 60.0,
            refresh_token_days: 14,
            rate_limit: 0,
            strips_authorization: false,
            front: Front::None,
        }
    }

    pub(crate) fn access_token_lifetime(&self) -> Time {
        (self.access_token_minutes * 60.0).round() as Time
    }

    pub(crate) fn refresh_token_lifetime(&self) -> Time {
        self.refresh_token_days * 86_400
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) admin: bool,
    /// As Mautic names them: `{"lead:leads": ["viewown", "create"]}`.
    #[serde(default)]
    pub(crate) permissions: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// None for the role that the installer made.
    #[serde(default)]
    pub(crate) added: Option<Time>,
}

impl Role {
    pub(crate) fn grants(&self, permission: &str, levels: &[&str]) -> bool {
        let granted = self.permissions.get(permission);
        self.admin
            || granted.is_some_and(|granted| {
                granted
                    .iter()
                    .any(|level| level == "full" || levels.contains(&level.as_str()))
            })
    }

    pub(crate) fn has_api_access(&self) -> bool {
        self.grants("api:access", &[])
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) role: u32,
    pub(crate) published: bool,
    /// None for the user that the installer made.
    pub(crate) added: Option<Time>,
    pub(crate) last_login: Option<Time>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Client {
    pub(crate) id: u32,
    pub(crate) random_id: String,
    pub(crate) secret: String,
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) grants: Vec<String>,
    /// The role of its creator, which tokens without a user get.
    pub(crate) role: Option<u32>,
}

impl Client {
    /// What Mautic shows as "Client ID" or "Public Key".
    pub(crate) fn public_id(&self) -> String {
        format!("{}_{}", self.id, self.random_id)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) value: String,
    pub(crate) client: u32,
    pub(crate) user: u32,
    pub(crate) redirect_uri: String,
    pub(crate) expires_at: Time,
    pub(crate) scope: Option<String>,
}

/// An access or a refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) client: u32,
    /// None for a client_credentials token.
    pub(crate) user: Option<u32>,
    pub(crate) expires_at: Time,
    pub(crate) scope: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Contact {
    pub(crate) id: u32,
    pub(crate) added: Time,
    pub(crate) created_by: Option<u32>,
    pub(crate) created_by_user: String,
    pub(crate) fields: Map<String, Value>,
    pub(crate) tags: Vec<String>,
}

/// Everything that survives a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Database {
    pub(crate) settings: Settings,
    pub(crate) roles: Vec<Role>,
    pub(crate) users: Vec<User>,
    pub(crate) clients: Vec<Client>,
    pub(crate) codes: Vec<Code>,
    pub(crate) access_tokens: Vec<Token>,
    pub(crate) refresh_tokens: Vec<Token>,
    /// User and client of each consent given on the consent page.
    pub(crate) consents: BTreeSet<(u32, u32)>,
    pub(crate) contacts: Vec<Contact>,
}

impl Database {
    pub(crate) fn user(&self, id: u32) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The user that a login names, by user name or e-mail address.
    pub(crate) fn user_named(&self, login: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.username == login || user.email == login)
    }

    /// The user whose password this is, unless deactivated.
    pub(crate) fn user_with_password(&self, login: &str, password: &str) -> Option<&User> {
        self.user_named(login)
            .filter(|user| user.published && user.password == password)
    }

    pub(crate) fn role(&self, id: u32) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    pub(crate) fn client(&self, public_id: &str) -> Option<&Client> {
        self.clients
            .iter()
            .find(|client| client.public_id() == public_id)
    }

    pub(crate) fn client_by_number(&self, id: u32) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// Deletes a client with its codes, tokens and consents, as Mautic's foreign keys do.
    pub(crate) fn delete_client(&mut self, id: u32) {
        self.clients.retain(|client| client.id != id);
        self.codes.retain(|code| code.client != id);
        self.access_tokens.retain(|token| token.client != id);
        self.refresh_tokens.retain(|token| token.client != id);
        self.consents.retain(|(_, client)| *client != id);
    }

    /// Deletes a user with their codes, tokens and consents.
    pub(crate) fn delete_user(&mut self, id: u32) {
        self.users.retain(|user| user.id != id);
        self.codes.retain(|code| code.user != id);
        self.access_tokens.retain(|token| token.user != Some(id));
        self.refresh_tokens.retain(|token| token.user != Some(id));
        self.consents.retain(|(user, _)| *user != id);
    }
}
