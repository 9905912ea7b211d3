//! `/oauth/v2/token`: codes, refresh tokens and client credentials for access tokens.

use serde_json::json;

use crate::errors::{self, OAuthError};
use crate::exchange::{self, Incoming, Params, Reply, text};
use crate::mautic::Mautic;
use crate::model::{Client, Token};
use crate::{random, redirect_uri};

const GRANTS: [&str; 4] = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "password",
];

/// Why there is no token.
enum Refusal {
    OAuth(OAuthError),
    /// Mautic's own PHP fails.
    Crash,
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl Mautic {
    /// POST reads the body only, GET the query only.
    pub(crate) fn token(&mut self, request: &Incoming) -> Reply {
        let params = if request.is_get() {
            &request.query
        } else {
            &request.form
        };
        match self.grant(request, params) {
            Ok(reply) => reply,
            Err(Refusal::OAuth(error)) => error.into_reply(),
            Err(Refusal::Crash) => errors::server_error(),
        }
    }

    /// The library's checks, in its order: grant type, client, secret, what the client may, grant.
    fn grant(&mut self, request: &Incoming, params: &Params) -> Result<Reply, Refusal> {
        let param = |name| text(params, name).filter(|value: &String| !value.is_empty());
        let grant = param("grant_type")
            .filter(|grant| GRANTS.contains(&grant.as_str()))
            .ok_or_else(|| {
                OAuthError::bad_request(
                    "invalid_request",
                    "Invalid grant_type parameter or parameter missing",
                )
            })?;
        let client = self.authenticated_client(request, params)?;
        if !client.grants.contains(&grant) {
            let message = "The grant type is unauthorized for this client_id";
            return Err(OAuthError::bad_request("unauthorized_client", message).into());
        }
        let (user, scope, spent) = match grant.as_str() {
            "authorization_code" => self.judged_code(&client, params)?,
            "refresh_token" => self.judged_refresh_token(&client, params)?,
            _ => (None, None, None),
        };
        if param("scope").is_some() {
            return Err(OAuthError::bad_request(
                "invalid_scope",
                "An unsupported scope was requested.",
            )
            .into());
        }
        // Each of them is good for one time only.
        self.database
            .codes
            .retain(|code| Some(&code.value) != spent.as_ref());
        self.database
            .refresh_tokens
            .retain(|token| Some(&token.value) != spent.as_ref());
        Ok(self.issue(&client, user, scope, grant != "client_credentials"))
    }

    /// HTTP Basic wins over `client_id` and `client_secret` in the parameters.
    fn authenticated_client(&self, request: &Incoming, params: &Params) -> Result<Client, Refusal> {
        let (client_id, secret) = match request.basic() {
            Some((client_id, secret)) => (Some(client_id), Some(secret)),
            None => (text(params, "client_id"), text(params, "client_secret")),
        };
        let client_id = client_id.filter(|id| !id.is_empty()).ok_or_else(|| {
            OAuthError::bad_request(
                "invalid_client",
                "Client id was not found in the headers or body",
            )
        })?;
        let invalid =
            || OAuthError::bad_request("invalid_client", "The client credentials are invalid");
        let client = self.database.client(&client_id).ok_or_else(invalid)?;
        if secret.is_none() && self.database.settings.version.crashes_without_secret() {
            return Err(Refusal::Crash);
        }
        if secret.as_ref() != Some(&client.secret) {
            return Err(invalid().into());
        }
        Ok(client.clone())
    }

    fn judged_code(&self, client: &Client, params: &Params) -> Result<Judged, OAuthError> {
        let value = text(params, "code").ok_or_else(|| {
            OAuthError::bad_request("invalid_request", "Missing parameter. \"code\" is required")
        })?;
        let uri = text(params, "redirect_uri")
            .map(|uri| redirect_uri::sanitized(&uri))
            .ok_or_else(|| {
                OAuthError::bad_request(
                    "invalid_request",
                    "The redirect URI parameter is required.",
                )
            })?;
        let codes = &self.database.codes;
        let code = codes
            .iter()
            .find(|code| code.value == value && code.client == client.id)
            .ok_or_else(|| {
                OAuthError::bad_request(
                    "invalid_grant",
                    "Code doesn't exist or is invalid for the client",
                )
            })?;
        if !redirect_uri::matches(&uri, &code.redirect_uri) {
            let message = "The redirect URI is missing or do not match";
            return Err(OAuthError::bad_request("redirect_uri_mismatch", message));
        }
        if self.now() > code.expires_at {
            return Err(OAuthError::bad_request(
                "invalid_grant",
                "The authorization code has expired",
            ));
        }
        Ok((Some(code.user), code.scope.clone(), Some(value)))
    }

    fn judged_refresh_token(&self, client: &Client, params: &Params) -> Result<Judged, OAuthError> {
        let value = text(params, "refresh_token").ok_or_else(|| {
            OAuthError::bad_request("invalid_request", "No \"refresh_token\" parameter found")
        })?;
        let tokens = &self.database.refresh_tokens;
        let token = tokens
            .iter()
            .find(|token| token.value == value && token.client == client.id)
            .ok_or_else(|| OAuthError::bad_request("invalid_grant", "Invalid refresh token"))?;
        if self.now() > token.expires_at {
            return Err(OAuthError::bad_request(
                "invalid_grant",
                "Refresh token has expired",
            ));
        }
        Ok((token.user, token.scope.clone(), Some(value)))
    }

    fn issue(
        &mut self,
        client: &Client,
        user: Option<u32>,
        scope: Option<String>,
        with_refresh: bool,
    ) -> Reply {
        let settings = &self.database.settings;
        let now = self.now();
        let lifetime = settings.access_token_lifetime();
        let token = |expires_at| Token {
            value: random::token(),
            client: client.id,
            user,
            expires_at,
            scope: scope.clone(),
        };
        let access = token(now + lifetime);
        let refresh = with_refresh.then(|| token(now + settings.refresh_token_lifetime()));
        let mut body = json!({
            "access_token": access.value, "expires_in": lifetime, "token_type": "bearer", "scope": access.scope,
        });
        self.database.access_tokens.push(access);
        if let Some(refresh) = refresh {
            body["refresh_token"] = refresh.value.as_str().into();
            self.database.refresh_tokens.push(refresh);
        }
        let mut reply = exchange::reply(200, "application/json", body.to_string());
        exchange::set_header(&mut reply, "cache-control", "no-store, private");
        exchange::set_header(&mut reply, "pragma", "no-cache");
        reply
    }
}

/// User, scope and spent value of an accepted code or refresh token.
type Judged = (Option<u32>, Option<String>, Option<String>);
