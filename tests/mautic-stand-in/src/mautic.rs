//! The whole of Mautic that answers one request after the other.

use axum::http::Method;

use crate::errors;
use crate::exchange::{self, Incoming, Reply};
use crate::files::Files;
use crate::model::{Database, Time};
use crate::rate_limit::RateLimiter;
use crate::session::Sessions;
use crate::site::Site;

/// A running Mautic.
pub(crate) struct Mautic {
    pub(crate) site: Site,
    pub(crate) database: Database,
    pub(crate) sessions: Sessions,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) files: Files,
    /// How far its clock is ahead of the machine's.
    pub(crate) clock_offset: Time,
}

impl Mautic {
    pub(crate) fn new(site: Site, database: Database) -> Self {
        Self {
            site,
            database,
            sessions: Sessions::default(),
            rate_limiter: RateLimiter::default(),
            files: Files::default(),
            clock_offset: 0,
        }
    }

    pub(crate) fn now(&self) -> Time {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since_1970.map_or(0, |elapsed| elapsed.as_secs() as Time) + self.clock_offset
    }

    /// Answers a request, in the order in which Apache, Mautic's middleware, its subscribers and
    /// its routes get to see it.
    pub(crate) fn answer(&mut self, request: &Incoming) -> Reply {
        let Some(mut path) = self.site.path_inside(request.path()).map(str::to_owned) else {
            return exchange::html(404, crate::pages::not_found());
        };
        let front = self.database.settings.front;
        if let Some(reply) = front.instead(request, &self.site, &path) {
            return reply;
        }
        if let Some(passed_on) = front.passed_on(&path) {
            path = passed_on;
        }
        if let Some(clean) = path.strip_prefix("/index.php/") {
            let location = self.site.url(&format!("/{clean}"));
            let query = request
                .uri
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            return exchange::apache_redirect(&format!("{location}{query}"));
        }
        if request.method == Method::OPTIONS {
            return exchange::no_content();
        }
        let reply = self
            .switched_off(request)
            .unwrap_or_else(|| self.route(request, &path));
        errors::rewrite(request, reply)
    }

    /// The refusal if the API, or Basic for a request that carries it, is switched off.
    fn switched_off(&self, request: &Incoming) -> Option<Reply> {
        let settings = &self.database.settings;
        if !request.concerns_api() {
            return None;
        }
        if !settings.api_enabled {
            let message = "API disabled. You need to enable the API in the API settings of Mautic's Configuration.";
            return Some(errors::error(403, message, Some("api_disabled")));
        }
        let carries_basic = request
            .header("authorization")
            .is_some_and(|value| value.starts_with("Basic"));
        if carries_basic && !settings.basic_enabled {
            let message = "Basic Auth disabled. You need to enable HTTP basic auth in the API settings of Mautic's \
                           Configuration.";
            return Some(errors::error(403, message, Some("access_denied")));
        }
        None
    }

    fn route(&mut self, request: &Incoming, path: &str) -> Reply {
        if path == "/api" || path.starts_with("/api/") {
            return self.api(request, path);
        }
        match (path, request.is_get(), request.method == Method::POST) {
            ("/", true, _) => self.home(),
            ("/oauth/v2/token", true, _) | ("/oauth/v2/token", _, true) => self.token(request),
            ("/oauth/v2/authorize", true, _) | ("/oauth/v2/authorize", _, true) => {
                self.authorize(request)
            }
            ("/oauth/v2/authorize_login", true, _) => self.oauth_login_form(request),
            ("/oauth/v2/authorize_login_check", _, true) => self.oauth_login_check(request),
            ("/s/login", true, _) => self.main_login_form(request),
            ("/s/login", _, true) => self.main_login_check(request),
            ("/s/dashboard", true, _) => self.dashboard(request),
            ("/s/config/edit", true, _) | ("/s/config/edit", _, true) => {
                self.configuration(request)
            }
            ("/s/credentials/new", true, _) | ("/s/credentials/new", _, true) => {
                self.new_credentials(request)
            }
            ("/s/credentials", true, _) => self.credentials(request),
            ("/s/credentials", _, true) => self.save_credentials(request),
            (_, _, true) if path.starts_with("/s/credentials/revoke/") => {
                self.revoke_access(request)
            }
            (_, true, _) if path.starts_with("/media/images/") => {
                self.image(request, path.trim_start_matches("/media/images/"))
            }
            _ => self.no_route(request, path),
        }
    }

    /// A trailing slash is redirected away for GET; all else is not there.
    pub(crate) fn no_route(&self, request: &Incoming, path: &str) -> Reply {
        if request.is_get() && path.ends_with('/') && !path.starts_with("//") {
            let query = request
                .uri
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            let location = self.site.url(path.trim_end_matches('/'));
            return exchange::redirect(301, &format!("{location}{query}"));
        }
        errors::not_found(request)
    }
}
