//! The two logins, and Mautic's page of API credentials.

use serde_json::json;

use crate::exchange::{self, Incoming, Reply, text};
use crate::mautic::Mautic;
use crate::model::User;
use crate::pages;
use crate::redirect_uri;
use crate::session::{Area, Session};

impl Mautic {
    pub(crate) fn home(&self) -> Reply {
        exchange::html(
            200,
            pages::home(
                &self.site.url(""),
                &self.database.settings.version.to_string(),
            ),
        )
    }

    /// The user logged in to an area, unless deleted or deactivated since.
    pub(crate) fn logged_in(&self, session: &Session, area: Area) -> Option<&User> {
        session
            .user(area)
            .and_then(|id| self.database.user(id))
            .filter(|user| user.published)
    }

    /// Sends a browser to the login, and remembers where it wanted to go.
    pub(crate) fn demand_login(&mut self, request: &Incoming, area: Area, login: &str) -> Reply {
        let mut session = self.sessions.of(request);
        session.log_out(area);
        if request.is_get() {
            // The request's address as Mautic's own site URL has it.
            let inside = request
                .request_uri()
                .strip_prefix(self.site.base_path())
                .unwrap_or_default();
            session.set_target(area, self.site.url(inside));
        }
        let mut reply = exchange::redirect(302, &self.site.url(login));
        self.sessions
            .keep(request, session, self.site.base_path(), &mut reply);
        reply
    }

    pub(crate) fn oauth_login_form(&mut self, request: &Incoming) -> Reply {
        self.login_form(request, "/oauth/v2/authorize_login_check")
    }

    pub(crate) fn main_login_form(&mut self, request: &Incoming) -> Reply {
        self.login_form(request, "/s/login")
    }

    fn login_form(&mut self, request: &Incoming, action: &str) -> Reply {
        let mut session = self.sessions.of(request);
        let failure = session.take_failure();
        let username = failure.as_deref().unwrap_or_default();
        let mut reply = exchange::html(
            200,
            pages::login(&self.site.url(action), failure.is_some(), username),
        );
        self.sessions
            .keep(request, session, self.site.base_path(), &mut reply);
        reply
    }

    pub(crate) fn oauth_login_check(&mut self, request: &Incoming) -> Reply {
        self.login_check(request, Area::OAuth, "/oauth/v2/authorize_login", "/")
    }

    pub(crate) fn main_login_check(&mut self, request: &Incoming) -> Reply {
        self.login_check(request, Area::Main, "/s/login", "/s/dashboard")
    }

    fn login_check(
        &mut self,
        request: &Incoming,
        area: Area,
        form: &str,
        default_target: &str,
    ) -> Reply {
        let field = |name| text(&request.form, name).unwrap_or_default();
        let (username, password) = (field("_username"), field("_password"));
        let mut session = self.sessions.of(request);
        let Some(user) = self
            .database
            .user_with_password(&username, &password)
            .map(|user| user.id)
        else {
            session.fail(username);
            let mut reply = exchange::redirect(302, &self.site.url(form));
            self.sessions
                .keep(request, session, self.site.base_path(), &mut reply);
            return reply;
        };
        let now = self.now();
        for known in self
            .database
            .users
            .iter_mut()
            .filter(|known| known.id == user)
        {
            known.last_login = Some(now);
        }
        let target = session
            .log_in(area, user)
            .unwrap_or_else(|| self.site.url(default_target));
        let mut reply = exchange::redirect(302, &target);
        self.sessions
            .renew(request, session, self.site.base_path(), &mut reply);
        reply
    }

    pub(crate) fn credentials(&mut self, request: &Incoming) -> Reply {
        self.credentials_page(request, None)
    }

    /// Changes a client's redirect URIs: several are separated by commas.
    pub(crate) fn save_credentials(&mut self, request: &Incoming) -> Reply {
        if self
            .logged_in(&self.sessions.of(request), Area::Main)
            .is_none()
        {
            return self.credentials_page(request, None);
        }
        let list = text(&request.form, "redirect_uris").unwrap_or_default();
        let uris: Vec<String> = list.split(',').map(|uri| uri.trim().to_owned()).collect();
        if let Some(wrong) = uris
            .iter()
            .find(|uri| !redirect_uri::can_be_registered(uri))
        {
            return self.credentials_page(
                request,
                Some(&format!("\"{wrong}\" is not a valid redirect URI.")),
            );
        }
        let id = text(&request.form, "client").unwrap_or_default();
        for client in self
            .database
            .clients
            .iter_mut()
            .filter(|client| client.id.to_string() == id)
        {
            client.redirect_uris.clone_from(&uris);
        }
        self.credentials_page(request, Some("The redirect URI was saved."))
    }

    /// "Revoke access" in the profile: the button does not work, and the consent stays.
    pub(crate) fn revoke_access(&mut self, request: &Incoming) -> Reply {
        if self
            .logged_in(&self.sessions.of(request), Area::Main)
            .is_none()
        {
            return self.demand_login(request, Area::Main, "/s/login");
        }
        let error =
            json!({"code": 500, "text": "Internal Server Error", "exception": "", "trace": ""});
        exchange::json(
            500,
            &json!({"error": error, "route": request.request_uri()}),
        )
    }

    fn credentials_page(&mut self, request: &Incoming, message: Option<&str>) -> Reply {
        if self
            .logged_in(&self.sessions.of(request), Area::Main)
            .is_none()
        {
            return self.demand_login(request, Area::Main, "/s/login");
        }
        let action = self.site.url("/s/credentials");
        exchange::html(
            200,
            pages::credentials(&action, &self.database.clients, message),
        )
    }
}
