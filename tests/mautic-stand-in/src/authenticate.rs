//! Who makes an API call: Bearer tokens in three places, Basic, and what Mautic answers to neither.

use axum::http::Method;
use axum::http::header::AUTHORIZATION;

use crate::errors::{self, OAuthError};
use crate::exchange::{Incoming, Reply, text};
use crate::mautic::Mautic;
use crate::model::{Client, Role, User};

/// The caller of the API.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    User(User),
    /// A client_credentials token: the client itself, with the role of its creator.
    Client(Client),
}

/// A caller, and how they said who they are.
pub(crate) struct Authenticated {
    pub(crate) caller: Caller,
    /// The access token; None with Basic.
    pub(crate) token: Option<String>,
}

impl Caller {
    /// The id that Mautic notes as the creator of a record.
    pub(crate) fn id(&self) -> Option<u32> {
        match self {
            Self::User(user) => Some(user.id),
            Self::Client(_) => None,
        }
    }

    /// First and last name; Mautic makes up a user for a client.
    pub(crate) fn names(&self) -> (String, String) {
        match self {
            Self::User(user) => (user.first_name.clone(), user.last_name.clone()),
            Self::Client(client) => (client.name.clone(), format!("[{}]", client.id)),
        }
    }

    pub(crate) fn full_name(&self) -> String {
        let (first, last) = self.names();
        format!("{first} {last}")
    }
}

impl Mautic {
    /// Authenticates an API call. `content_type` is that of the empty answer to a wrong password.
    pub(crate) fn authenticate(
        &mut self,
        request: &Incoming,
        content_type: &'static str,
    ) -> Result<Authenticated, Box<Reply>> {
        let mut tokens = bearer_tokens(request);
        if tokens.len() > 1 {
            return Err(errors::server_error().into());
        }
        if let Some(token) = tokens.pop() {
            let caller = self.token_caller(&token)?;
            self.note_activity(&caller);
            return Ok(Authenticated {
                caller,
                token: Some(token),
            });
        }
        if let Some((username, password)) = request.basic() {
            if let Some(user) = self.database.user_with_password(&username, &password) {
                let caller = Caller::User(user.clone());
                self.note_activity(&caller);
                return Ok(Authenticated {
                    caller,
                    token: None,
                });
            }
            if self
                .database
                .settings
                .version
                .refuses_basic_with_empty_body()
            {
                return Err(errors::basic_challenge(content_type).into());
            }
        }
        let description = "OAuth2 authentication required";
        Err(OAuthError::new(401, "access_denied", description)
            .into_reply()
            .into())
    }

    fn token_caller(&self, value: &str) -> Result<Caller, Box<Reply>> {
        let refusal =
            |message| Box::new(OAuthError::new(401, "invalid_grant", message).into_reply());
        let token = self
            .database
            .access_tokens
            .iter()
            .find(|token| token.value == value);
        let token = token.ok_or_else(|| refusal("The access token provided is invalid."))?;
        if self.now() > token.expires_at {
            return Err(refusal("The access token provided has expired."));
        }
        let caller = match token.user {
            Some(user) => self.database.user(user).cloned().map(Caller::User),
            None => self
                .database
                .client_by_number(token.client)
                .cloned()
                .map(Caller::Client),
        };
        caller.ok_or_else(|| refusal("The access token provided is invalid."))
    }

    fn note_activity(&mut self, caller: &Caller) {
        let now = self.now();
        for user in self
            .database
            .users
            .iter_mut()
            .filter(|user| Some(user.id) == caller.id())
        {
            user.last_login = Some(now);
        }
    }

    /// The role that decides what a caller may do; a credential may have none.
    pub(crate) fn role_of(&self, caller: &Caller) -> Option<&Role> {
        let role = match caller {
            Caller::User(user) => Some(user.role),
            Caller::Client(client) => client.role,
        };
        role.and_then(|role| self.database.role(role))
    }
}

/// The access tokens of a request. In a body only a form's counts, and not that of a GET.
fn bearer_tokens(request: &Incoming) -> Vec<String> {
    let header = request.header(AUTHORIZATION).and_then(|value| {
        // PHP: /Bearer\s(\S+)/, case-sensitive, one space.
        let (_, rest) = value.split_once("Bearer")?;
        let token: String = rest
            .strip_prefix([' ', '\t'])?
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect();
        (!token.is_empty()).then_some(token)
    });
    let in_form = request.method != Method::GET
        && request.has_content_type("application/x-www-form-urlencoded");
    let form = in_form
        .then(|| text(&request.form, "access_token"))
        .flatten();
    let query = text(&request.query, "access_token");
    [header, form, query]
        .into_iter()
        .flatten()
        .filter(|token| !token.is_empty())
        .collect()
}
