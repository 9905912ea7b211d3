//! The simulated Mautic: the rules of the token endpoint and of the API that a connection lives by,
//! as `tests/mautic-stand-in` has them from the recorded answers.
//!
//! A refresh token is good once; nobody notices if it comes a second time; the old access token
//! lives on. Mautic works without a transaction: it looks the token up, and later issues the new pair and
//! deletes the old token, so two requests that overlap may both be served.

use std::collections::HashMap;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::invariants::SECRET;

/// Milliseconds that an authorization code lives.
const CODE_LIFETIME: u64 = 30_000;

/// A token or code.
struct Token {
    client: String,
    /// Milliseconds.
    expires_at: u64,
    /// The refresh token that it was issued for; empty for an authorization.
    parent: String,
}

/// The server.
pub(crate) struct Mautic {
    pub(crate) api_enabled: bool,
    /// Seconds.
    pub(crate) access_lifetime: u64,
    /// Seconds.
    pub(crate) refresh_lifetime: u64,
    /// Client id and secret.
    clients: HashMap<String, String>,
    codes: HashMap<String, Token>,
    access: HashMap<String, Token>,
    refresh: HashMap<String, Token>,
    /// Of every refresh token ever issued, the one that it replaced.
    parents: HashMap<String, String>,
    issued: u64,
}

/// What Mautic found when it looked a request up, before it does anything.
pub(crate) enum Found {
    /// Tokens are to be issued to this client for this code or refresh token.
    Good { client: String, spent: String },
    /// An answer that is ready.
    Answer(Value),
}

impl Mautic {
    pub(crate) fn new(access_lifetime: u64, refresh_lifetime: u64) -> Self {
        Self {
            api_enabled: true,
            access_lifetime,
            refresh_lifetime,
            clients: HashMap::new(),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            parents: HashMap::new(),
            issued: 0,
        }
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.issued += 1;
        format!("{kind}{}{SECRET}", self.issued)
    }

    /// A new API credential: id and secret.
    pub(crate) fn create_client(&mut self) -> (String, String) {
        let secret = self.fresh("secret");
        let id = format!("{}_client", self.issued);
        self.clients.insert(id.clone(), secret.clone());
        (id, secret)
    }

    pub(crate) fn replace_secret(&mut self, client: &str) -> String {
        let secret = self.fresh("secret");
        self.clients.insert(client.to_owned(), secret.clone());
        secret
    }

    /// Deletes a credential, and with it all its tokens.
    pub(crate) fn delete_client(&mut self, client: &str) {
        self.clients.remove(client);
        self.revoke(client);
    }

    /// Deletes all tokens of a credential, as deleting the user does.
    pub(crate) fn revoke(&mut self, client: &str) {
        for tokens in [&mut self.codes, &mut self.access, &mut self.refresh] {
            tokens.retain(|_, token| token.client != client);
        }
    }

    /// The owner logs in and accepts.
    pub(crate) fn authorize(&mut self, client: &str, now: u64) -> String {
        let code = self.fresh("code");
        let token = Token {
            client: client.to_owned(),
            expires_at: now + CODE_LIFETIME,
            parent: String::new(),
        };
        self.codes.insert(code.clone(), token);
        code
    }

    /// Whether a refresh with this token would be served now.
    pub(crate) fn honours(&self, refresh_token: &str, now: u64) -> bool {
        self.refresh
            .get(refresh_token)
            .is_some_and(|token| now / 1000 <= token.expires_at / 1000)
    }

    /// The refresh token that this one was issued for.
    pub(crate) fn parent(&self, refresh_token: &str) -> &str {
        self.parents.get(refresh_token).map_or("", String::as_str)
    }

    /// Whether it has issued another one for this refresh token.
    pub(crate) fn has_replaced(&self, refresh_token: &str) -> bool {
        self.parents.values().any(|parent| parent == refresh_token)
    }

    /// The first half of a token request: the library's checks in its order.
    pub(crate) fn look_up(&self, body: &str, now: u64) -> Found {
        if !self.api_enabled {
            return Found::Answer(error(403, "api_disabled"));
        }
        let form: HashMap<_, _> = form_urlencoded::parse(body.as_bytes()).collect();
        let field = |name: &str| form.get(name).map_or("", AsRef::as_ref);
        let (tokens, spent) = match field("grant_type") {
            "authorization_code" => (&self.codes, field("code")),
            "refresh_token" => (&self.refresh, field("refresh_token")),
            _ => return Found::Answer(error(400, "invalid_request")),
        };
        let client = field("client_id");
        if self
            .clients
            .get(client)
            .is_none_or(|secret| secret != field("client_secret"))
        {
            return Found::Answer(error(400, "invalid_client"));
        }
        match tokens.get(spent) {
            Some(token) if token.client == client && now / 1000 <= token.expires_at / 1000 => {
                Found::Good {
                    client: client.to_owned(),
                    spent: spent.to_owned(),
                }
            }
            _ => Found::Answer(error(400, "invalid_grant")),
        }
    }

    /// The second half: issues a pair and deletes what it was issued for.
    pub(crate) fn issue(&mut self, client: &str, spent: &str, now: u64) -> Value {
        let (access, refresh) = (self.fresh("access"), self.fresh("refresh"));
        let parent = match self.codes.remove(spent) {
            Some(_) => "",
            None => spent,
        };
        self.refresh.remove(spent);
        let token = |lifetime: u64| Token {
            client: client.to_owned(),
            expires_at: now + lifetime * 1000,
            parent: parent.to_owned(),
        };
        // A credential that was deleted in between takes its tokens along.
        if self.clients.contains_key(client) {
            let pair = (token(self.access_lifetime), token(self.refresh_lifetime));
            self.access.insert(access.clone(), pair.0);
            self.parents.insert(refresh.clone(), pair.1.parent.clone());
            self.refresh.insert(refresh.clone(), pair.1);
        }
        answer(
            200,
            &json!({"access_token": access, "expires_in": self.access_lifetime,
                "token_type": "bearer", "scope": null, "refresh_token": refresh}),
        )
    }

    /// An API call or the question who we are.
    pub(crate) fn api(&self, bearer: &str, url: &str, now: u64) -> Value {
        if !self.api_enabled {
            return error(403, "api_disabled");
        }
        let good = self
            .access
            .get(bearer)
            .is_some_and(|token| now / 1000 <= token.expires_at / 1000);
        if !good {
            return error(401, "invalid_grant");
        }
        let mut answer = if url.ends_with("/users/self") {
            answer(
                200,
                &json!({"id": 1, "username": "admin", "firstName": "Ada", "lastName": "Admin",
                    "email": "admin@example.test", "role": {"name": "Administrator"}}),
            )
        } else {
            answer(200, &json!({"total": "0", "contacts": {}}))
        };
        answer["headers"]["mautic-version"] = json!("7.0.0");
        answer
    }
}

/// An answer in JSON, as the core gets it.
pub(crate) fn answer(status: u16, body: &Value) -> Value {
    json!({"status": status, "headers": {"content-type": "application/json"},
        "body": body.to_string()})
}

/// Mautic's error.
pub(crate) fn error(status: u16, kind: &str) -> Value {
    answer(
        status,
        &json!({"errors": [{"message": "Words in some language.", "code": status, "type": kind}]}),
    )
}
