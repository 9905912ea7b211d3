//! `/oauth/v2/authorize`: consent, and the redirect back to the client.

use axum::http::header::LOCATION;

use crate::errors::{self, OAuthError};
use crate::exchange::{self, Incoming, Params, Reply, text};
use crate::mautic::Mautic;
use crate::model::{CODE_LIFETIME, Code, Token};
use crate::session::Area;
use crate::{pages, random, redirect_uri};

/// The name of the consent form.
pub(crate) const FORM: &str = "fos_oauth_server_authorize_form";

impl Mautic {
    pub(crate) fn authorize(&mut self, request: &Incoming) -> Reply {
        let session = self.sessions.of(request);
        let Some(user) = self.logged_in(&session, Area::OAuth).cloned() else {
            return self.demand_login(request, Area::OAuth, "/oauth/v2/authorize_login");
        };
        let form = consent_form(&request.form);
        let Some(client_id) =
            text(&request.query, "client_id").or_else(|| text(&form, "client_id"))
        else {
            if self.database.settings.version.crashes_without_client_id() {
                return errors::server_error();
            }
            return errors::error(404, "Client not found.", None);
        };
        let Some(client) = self.database.client(&client_id).cloned() else {
            return errors::error(404, "Client not found.", None);
        };
        let checks = self.database.settings.version.checks_before_consent();
        if checks
            && !self
                .database
                .role(user.role)
                .is_some_and(crate::model::Role::has_api_access)
        {
            return errors::symfony_forbidden(request);
        }
        if checks && self.database.consents.contains(&(user.id, client.id)) {
            // Nothing catches the library's errors here. A posted form has no query, so it fails.
            let scope = text(&request.query, "scope");
            return self
                .finish(&request.query, true, user.id, scope)
                .unwrap_or_else(|_| errors::server_error());
        }
        if request.is_get() {
            let action = self.site.url("/oauth/v2/authorize");
            let name = format!("{} {}", user.first_name, user.last_name);
            return exchange::html(
                200,
                pages::consent(&action, &client.name, &name, &request.query),
            );
        }
        let accepted = request.form.contains_key("accepted");
        if checks && accepted {
            // Before anything is judged: even an Accept that fails is remembered.
            self.database.consents.insert((user.id, client.id));
        }
        self.finish(&form, accepted, user.id, None)
            .unwrap_or_else(OAuthError::into_reply)
    }

    /// Judges the parameters as the OAuth2 library does, and leads back to the client.
    fn finish(
        &mut self,
        params: &Params,
        accepted: bool,
        user: u32,
        scope: Option<String>,
    ) -> Result<Reply, OAuthError> {
        let param = |name| text(params, name).filter(|value: &String| !value.is_empty());
        let client_id = param("client_id")
            .ok_or_else(|| OAuthError::bad_request("invalid_client", "No client id supplied"))?;
        let client = self
            .database
            .client(&client_id)
            .ok_or_else(|| OAuthError::bad_request("invalid_client", "Unknown client"))?;
        let mismatch = |message| OAuthError::bad_request("redirect_uri_mismatch", message);
        let redirect_uri = param("redirect_uri")
            .map(|uri| redirect_uri::sanitized(&uri))
            .ok_or_else(|| mismatch("The redirect URI is mandatory and was not supplied."))?;
        if !client
            .redirect_uris
            .iter()
            .any(|known| redirect_uri::matches(&redirect_uri, known))
        {
            return Err(mismatch(
                "The redirect URI provided does not match registered URI(s).",
            ));
        }
        let state = param("state");
        let error = |kind, description| {
            OAuthError::redirecting(&redirect_uri, kind, description, state.clone())
        };
        let implicit = match param("response_type").as_deref() {
            Some("code") => false,
            Some("token") => true,
            Some(_) => return Err(error("unsupported_response_type", None)),
            None => return Err(error("invalid_request", Some("Invalid response type."))),
        };
        if param("scope").is_some() {
            return Err(error(
                "invalid_scope",
                Some("An unsupported scope was requested."),
            ));
        }
        if !accepted {
            return Err(error(
                "access_denied",
                Some("The user denied access to your application"),
            ));
        }
        let client = client.id;
        let value = random::token();
        let location = if implicit {
            let lifetime = self.database.settings.access_token_lifetime();
            let expires_at = self.now() + lifetime;
            let token = Token {
                value: value.clone(),
                client,
                user: Some(user),
                expires_at,
                scope: scope.clone(),
            };
            self.database.access_tokens.push(token);
            let lifetime = lifetime.to_string();
            let fragment = [
                ("state", state.as_deref()),
                ("access_token", Some(&value)),
                ("expires_in", Some(&lifetime)),
                ("token_type", Some("bearer")),
                ("scope", scope.as_deref()),
            ];
            format!("{redirect_uri}#{}", exchange::build_query(&fragment))
        } else {
            let expires_at = self.now() + CODE_LIFETIME;
            let redirect = redirect_uri.clone();
            let code = Code {
                value: value.clone(),
                client,
                user,
                redirect_uri: redirect,
                expires_at,
                scope,
            };
            self.database.codes.push(code);
            let query = [("state", state.as_deref()), ("code", Some(value.as_str()))];
            redirect_uri::with_query(&redirect_uri, &exchange::build_query(&query))
        };
        let mut reply = exchange::reply(302, "text/html; charset=UTF-8", "");
        exchange::set_header(&mut reply, LOCATION, &location);
        Ok(reply)
    }
}

/// The fields of the consent form, out of the names that PHP would nest.
fn consent_form(form: &Params) -> Params {
    let inner = |name: &str| {
        let name = name
            .strip_prefix(FORM)?
            .strip_prefix('[')?
            .strip_suffix(']')?;
        Some(name.to_owned())
    };
    form.iter()
        .filter_map(|(name, value)| Some((inner(name)?, value.clone())))
        .collect()
}
