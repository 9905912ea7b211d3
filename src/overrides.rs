//! Settings from outside the database, laid over the stored ones.

use crate::base_url::{self, Policy};
use crate::connection::Settings;
use crate::message::Overrides;
use crate::method::Method;
use crate::problem::Problem;
use crate::secret::Secret;
use crate::settings::{
    CLIENT_ID, CLIENT_SECRET, DEFAULT_LIFETIME_DAYS, Form, LIFETIME_INVALID, PASSWORD, USERNAME,
    key, lifetime_days, password, username,
};

impl Overrides {
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            allow_http: self.allow_http,
            allow_private_hosts: self.allow_private_hosts,
        }
    }

    /// The settings that count: the stored ones with these laid over. What is unusable counts as none,
    /// and [`Self::problems`] says why.
    pub(crate) fn effective(&self, stored: &Settings) -> Settings {
        let mut settings = stored.clone();
        if let Some(name) = &self.auth_method {
            settings.auth_method = Method::parse(name).unwrap_or(Method::Unknown);
        }
        if let Some(typed) = &self.base_url {
            settings.base_url = base_url::normalize(typed, None, self.policy())
                .map(|normalized| normalized.url)
                .unwrap_or_default();
        }
        if let Some(id) = &self.client_id {
            settings.client_id = key(id).unwrap_or_default().to_owned();
        }
        if let Some(name) = &self.username {
            settings.username = username(name).unwrap_or_default().to_owned();
        }
        // A secret whose base URL comes from a constant that changed stays at home.
        let origin = base_url::origin(&settings.base_url);
        if let Some(secret) = &self.client_secret {
            settings.client_secret =
                Secret::new(key(secret.expose()).unwrap_or_default().to_owned());
        } else if settings.client_secret_origin != origin {
            settings.client_secret = Secret::default();
        }
        if let Some(secret) = &self.password {
            settings.password =
                Secret::new(password(secret.expose()).unwrap_or_default().to_owned());
        } else if settings.password_origin != origin {
            settings.password = Secret::default();
        }
        if let Some(typed) = &self.refresh_token_lifetime_days {
            settings.refresh_token_lifetime_days = lifetime_days(typed).unwrap_or_default();
        }
        if settings.refresh_token_lifetime_days == 0 {
            settings.refresh_token_lifetime_days = DEFAULT_LIFETIME_DAYS;
        }
        if let Some(on) = self.token_in_query {
            settings.token_in_query = on;
        }
        settings
    }

    /// What is wrong with them, field by field.
    #[inline(never)]
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut form = Form::default();
        if let Some(name) = &self.auth_method
            && Method::parse(name).is_none()
        {
            form.refuse("auth_method.unknown", "auth_method");
        }
        if let Some(typed) = &self.base_url
            && let Err(problem) = base_url::normalize(typed, None, self.policy())
        {
            form.problems.push(problem);
        }
        let exposed =
            |secret: &'_ Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        for (field, typed) in [
            (&CLIENT_ID, self.client_id.clone()),
            (&CLIENT_SECRET, exposed(&self.client_secret)),
            (&USERNAME, self.username.clone()),
            (&PASSWORD, exposed(&self.password)),
        ] {
            if typed.is_some() {
                form.name(field, typed, true, &mut String::new());
            }
        }
        if let Some(typed) = &self.refresh_token_lifetime_days
            && lifetime_days(typed).is_none()
        {
            form.refuse(LIFETIME_INVALID, "refresh_token_lifetime_days");
        }
        form.problems
    }

    /// Names of the fields that are set outside the database.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        [
            ("auth_method", self.auth_method.is_some()),
            ("base_url", self.base_url.is_some()),
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
            ("username", self.username.is_some()),
            ("password", self.password.is_some()),
            (
                "refresh_token_lifetime_days",
                self.refresh_token_lifetime_days.is_some(),
            ),
            ("token_in_query", self.token_in_query.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect()
    }
}
