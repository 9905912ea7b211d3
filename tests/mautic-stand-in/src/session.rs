//! Browser sessions: one cookie, two logins. The authorize page does not know the login of Mautic's
//! own pages, nor they its.

use std::collections::HashMap;

use crate::exchange::{Incoming, Reply, set_header};
use crate::random;

const COOKIE: &str = "mautic_stand_in_session";

/// Where a login counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Area {
    /// The authorize page.
    OAuth,
    /// Mautic's own pages.
    Main,
}

/// What Mautic remembers of a browser.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    users: HashMap<Area, u32>,
    targets: HashMap<Area, String>,
    /// The user name of a failed login, until it was shown.
    failed_login: Option<String>,
}

impl Session {
    pub(crate) fn user(&self, area: Area) -> Option<u32> {
        self.users.get(&area).copied()
    }

    /// Keeps the address that a login in this area is to lead to.
    pub(crate) fn set_target(&mut self, area: Area, target: String) {
        self.targets.insert(area, target);
    }

    pub(crate) fn log_in(&mut self, area: Area, user: u32) -> Option<String> {
        self.users.insert(area, user);
        self.failed_login = None;
        self.targets.remove(&area)
    }

    pub(crate) fn log_out(&mut self, area: Area) {
        self.users.remove(&area);
    }

    pub(crate) fn fail(&mut self, username: String) {
        self.failed_login = Some(username);
    }

    pub(crate) fn take_failure(&mut self) -> Option<String> {
        self.failed_login.take()
    }
}

/// All sessions by the value of their cookie.
#[derive(Debug, Default)]
pub(crate) struct Sessions(HashMap<String, Session>);

impl Sessions {
    /// The session of a request; an empty one if it has none.
    pub(crate) fn of(&self, request: &Incoming) -> Session {
        request
            .cookie(COOKIE)
            .and_then(|id| self.0.get(id))
            .cloned()
            .unwrap_or_default()
    }

    /// Keeps a changed session under the cookie that the browser sent.
    pub(crate) fn keep(
        &mut self,
        request: &Incoming,
        session: Session,
        path: &str,
        reply: &mut Reply,
    ) {
        match request.cookie(COOKIE) {
            Some(id) if self.0.contains_key(id) => {
                self.0.insert(id.to_owned(), session);
            }
            _ => self.renew(request, session, path, reply),
        }
    }

    /// Keeps a session under a new cookie, as Mautic does at every login.
    pub(crate) fn renew(
        &mut self,
        request: &Incoming,
        session: Session,
        path: &str,
        reply: &mut Reply,
    ) {
        if let Some(id) = request.cookie(COOKIE) {
            self.0.remove(id);
        }
        let id = random::session_id();
        set_header(
            reply,
            "set-cookie",
            &format!("{COOKIE}={id}; path={path}/; httponly; samesite=lax"),
        );
        self.0.insert(id, session);
    }
}
