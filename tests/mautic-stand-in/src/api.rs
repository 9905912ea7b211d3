//! The routes of `/api`, version 1.

use axum::http::Method;
use serde_json::{Value, json};

use crate::authenticate::{Authenticated, Caller};
use crate::errors;
use crate::exchange::{self, Incoming, Reply, set_header};
use crate::mautic::Mautic;
use crate::model::{Role, Time};

impl Mautic {
    pub(crate) fn api(&mut self, request: &Incoming, path: &str) -> Reply {
        let in_v2 = path == "/api/v2" || path.starts_with("/api/v2/");
        if in_v2 && self.database.settings.version.has_api_v2() {
            return self.api_v2(request, path);
        }
        // Only the routes of version 1 say that they answer with JSON.
        let content_type = if in_v2 {
            "text/html; charset=UTF-8"
        } else {
            "application/json"
        };
        let authenticated = match self.authenticate(request, content_type) {
            Ok(authenticated) => authenticated,
            Err(refusal) => return *refusal,
        };
        if self.role_of(&authenticated.caller).is_none() {
            // Mautic takes for granted that a credential has a role.
            return errors::server_error();
        }
        let mut reply = match self.controller(request, path, &authenticated.caller) {
            Some(mut reply) => {
                // Only what Mautic's own controllers answer carries the version.
                set_header(
                    &mut reply,
                    "mautic-version",
                    &self.database.settings.version.to_string(),
                );
                reply
            }
            None => self.no_route(request, path),
        };
        self.limit_rate(&authenticated, &mut reply);
        reply
    }

    /// The answer of the controller that a path leads to.
    fn controller(&mut self, request: &Incoming, path: &str, caller: &Caller) -> Option<Reply> {
        match path {
            "/api/users/self" if request.is_get() => {
                Some(exchange::json(200, &self.self_json(caller)))
            }
            "/api/contacts" if request.is_get() => Some(self.contact_list(request, caller)),
            "/api/contacts/new" if request.method == Method::POST => {
                Some(self.new_contact(request, caller))
            }
            "/api/emails" if request.is_get() => Some(self.emails(caller)),
            _ if path.starts_with("/api/files/") => {
                self.files_api(request, path.trim_start_matches("/api/files/"))
            }
            _ if request.is_get() => {
                let id = path.strip_prefix("/api/contacts/")?.parse().ok()?;
                Some(self.one_contact(id, caller))
            }
            _ => None,
        }
    }

    pub(crate) fn may(&self, caller: &Caller, permission: &str, levels: &[&str]) -> bool {
        self.role_of(caller)
            .is_some_and(|role| role.grants(permission, levels))
    }

    fn emails(&self, caller: &Caller) -> Reply {
        if self.may(caller, "email:emails", &["view", "viewown", "viewother"]) {
            exchange::json(200, &json!({"total": 0, "emails": {}}))
        } else {
            errors::forbidden()
        }
    }

    /// `/api/users/self`: nulls are left out.
    fn self_json(&self, caller: &Caller) -> Value {
        let version = &self.database.settings.version;
        let mut body = json!({"isPublished": true});
        let (first, last) = caller.names();
        let role = self.role_of(caller).map(|role| self.role_json(role));
        match caller {
            Caller::Client(_) => {
                body["username"] = caller.full_name().into();
                body["firstName"] = first.into();
                body["lastName"] = last.into();
                body["role"] = role.into();
                body["timezone"] = "".into();
                body["locale"] = "".into();
            }
            Caller::User(user) => {
                body["isPublished"] = user.published.into();
                add_creation(
                    &mut body,
                    user.added,
                    &self.creator(),
                    version.fills_modified_at_creation(),
                );
                body["id"] = user.id.into();
                body["username"] = user.username.as_str().into();
                body["firstName"] = first.into();
                body["lastName"] = last.into();
                body["email"] = user.email.as_str().into();
                body["role"] = role.into();
                if user.added.is_none() {
                    body["timezone"] = "".into();
                    body["locale"] = "".into();
                }
                if let Some(last_login) = user.last_login {
                    body["lastLogin"] = date(last_login).into();
                    body["lastActive"] = date(last_login).into();
                }
            }
        }
        body
    }

    fn role_json(&self, role: &Role) -> Value {
        let version = &self.database.settings.version;
        let mut body = json!({"isPublished": true});
        add_creation(
            &mut body,
            role.added,
            &self.creator(),
            version.fills_modified_at_creation(),
        );
        body["id"] = role.id.into();
        body["name"] = role.name.as_str().into();
        if let Some(description) = &role.description {
            body["description"] = description.as_str().into();
        }
        body["isAdmin"] = role.admin.into();
        if !role.permissions.is_empty() {
            body["rawPermissions"] = json!(role.permissions);
        }
        body
    }

    /// The first user, who made all others.
    fn creator(&self) -> (u32, String) {
        let first = self.database.users.first();
        first.map_or((1, String::new()), |user| {
            (user.id, format!("{} {}", user.first_name, user.last_name))
        })
    }

    /// Counts a call, and refuses it if there were too many.
    fn limit_rate(&mut self, authenticated: &Authenticated, reply: &mut Reply) {
        let settings = &self.database.settings;
        if settings.rate_limit == 0 || !settings.version.limits_rate() {
            return;
        }
        let limit = settings.rate_limit;
        let now = self.now();
        let key = authenticated.token.as_deref().unwrap_or("basic");
        let allowance = self.rate_limiter.count(key, limit, now);
        if allowance.exceeded {
            let body = format!(
                "{{ \"errors\": [ {{ \"code\": 429, \"message\": \"You exceeded the rate limit of {limit} API calls \
                 per hour.\", \"details\": [] }} ]}}"
            );
            *reply = exchange::reply(429, "application/json", body);
        }
        set_header(reply, "x-ratelimit-limit", &allowance.limit.to_string());
        set_header(
            reply,
            "x-ratelimit-remaining",
            &allowance.remaining.to_string(),
        );
        set_header(reply, "x-ratelimit-reset", &allowance.resets_at.to_string());
    }
}

/// When and by whom a record was made; nothing for what the installer made.
fn add_creation(body: &mut Value, added: Option<Time>, (id, name): &(u32, String), modified: bool) {
    let Some(added) = added else { return };
    let mut note = |date_key, id_key, name_key| {
        body[date_key] = date(added).into();
        body[id_key] = (*id).into();
        body[name_key] = name.as_str().into();
    };
    note("dateAdded", "createdBy", "createdByUser");
    if modified {
        note("dateModified", "modifiedBy", "modifiedByUser");
    }
}

/// ISO 8601 in UTC, as Mautic writes dates.
pub(crate) fn date(time: Time) -> String {
    let (days, seconds) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    // Howard Hinnant's civil_from_days.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+00:00")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_written_in_utc() {
        assert_eq!(date(0), "1970-01-01T00:00:00+00:00");
        assert_eq!(date(951_782_399), "2000-02-28T23:59:59+00:00");
        assert_eq!(date(951_782_400), "2000-02-29T00:00:00+00:00");
        assert_eq!(date(1_795_313_274), "2026-11-22T02:07:54+00:00");
    }
}
