//! Mautic behind HTTP: faults and the log around it, the state file behind it.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{AUTHORIZATION, DATE};
use axum::http::{Method, Response};

use crate::control;
use crate::exchange::{Incoming, Reply};
use crate::faults::{Faults, Kind};
use crate::mautic::Mautic;
use crate::model::Database;
use crate::request_log::{Entry, RequestLog};
use crate::seed::{self, Options};
use crate::site::Site;
use crate::store::Store;

/// A stand-in, ready to be served.
#[derive(Clone)]
pub struct StandIn(Arc<Mutex<Inner>>);

/// Everything behind the lock.
pub(crate) struct Inner {
    pub(crate) mautic: Mautic,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    store: Store,
    seed: Database,
    control: bool,
}

/// One line of what there is to log in and to connect with.
pub struct Credential {
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

impl StandIn {
    /// Sets up a stand-in, or takes up the one that the state file keeps.
    ///
    /// # Errors
    ///
    /// If an option is wrong, or the state file cannot be read or written; the text says which.
    pub fn new(options: &Options) -> Result<Self, String> {
        let site = Site::new(&options.site_url, options.base_path.as_deref())?;
        let mut store = Store::new(options.state.clone());
        let database = match store.load()? {
            Some(mut kept) => {
                seed::configure(&mut kept, options)?;
                kept
            }
            None => seed::database(options)?,
        };
        store.save(&database)?;
        let inner = Inner {
            mautic: Mautic::new(site, database.clone()),
            faults: Faults::default(),
            log: RequestLog::new(options.log.as_deref())?,
            store,
            seed: database,
            control: options.control,
        };
        Ok(Self(Arc::new(Mutex::new(inner))))
    }

    /// Its service.
    pub fn router(&self) -> Router {
        let mut router = Router::new();
        if self.lock().control {
            router = router.nest("/_stand-in", control::router());
        }
        router
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(self.clone())
    }

    /// Address, logins and the first client's credentials, to print at the start.
    pub fn credentials(&self) -> Vec<Credential> {
        let inner = self.lock();
        let database = &inner.mautic.database;
        let line = |name, value: String| Credential { name, value };
        let mut lines = vec![line("address", inner.mautic.site.url("/"))];
        if let Some(admin) = database.users.first() {
            lines.push(line("user", admin.username.clone()));
            lines.push(line("password", admin.password.clone()));
        }
        if let Some(client) = database.clients.first() {
            lines.push(line("client id", client.public_id()));
            lines.push(line("client secret", client.secret.clone()));
            lines.extend(
                client
                    .redirect_uris
                    .iter()
                    .map(|uri| line("redirect URI", uri.clone())),
            );
        }
        lines
    }

    /// The state. A panic under the lock leaves it usable: each request stands for itself.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Inner {
    /// Back to the state at the start.
    pub(crate) fn reset(&mut self) {
        self.mautic = Mautic::new(self.mautic.site.clone(), self.seed.clone());
        self.faults.clear();
        self.log.clear();
    }

    /// Keeps the state if there is a file for it.
    pub(crate) fn save(&mut self) {
        if let Err(error) = self.store.save(&self.mautic.database) {
            eprintln!("mautic-stand-in: {error}");
        }
    }

    /// Asks Mautic. The log has the request as it arrived; `strip` keeps its `Authorization` from Mautic.
    fn ask(&mut self, mut request: Incoming, strip: bool) -> Reply {
        let arrived = Entry::new(&request);
        if strip || self.mautic.database.settings.strips_authorization {
            request.headers.remove(AUTHORIZATION);
        }
        self.mautic.database.settings.front.spoil(&mut request);
        let mut reply = self.mautic.answer(&request);
        if self.mautic.clock_offset != 0 {
            let seconds = self.mautic.now().unsigned_abs();
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            crate::exchange::set_header(&mut reply, DATE, &date);
        }
        if request.method == Method::HEAD {
            reply.body_mut().clear();
        }
        self.log.add(arrived, reply.status().as_u16());
        self.save();
        reply
    }
}

async fn answer(State(stand_in): State<StandIn>, request: Request) -> Response<Body> {
    let request = match Incoming::read(request).await {
        Ok(request) => request,
        Err(error) => {
            eprintln!("mautic-stand-in: a request body could not be read: {error}");
            return crate::exchange::reply(413, "text/plain", error).map(Body::from);
        }
    };
    let fault = {
        let mut inner = stand_in.lock();
        let fault = inner
            .faults
            .take(request.method.as_str(), request.request_uri());
        if let Some(instead) = fault.as_ref().and_then(Kind::instead) {
            inner
                .log
                .add(Entry::new(&request), instead.status().as_u16());
            return instead;
        }
        fault
    };
    let Some(fault) = fault else {
        return stand_in.lock().ask(request, false).map(Body::from);
    };
    fault.wait().await;
    let strip = matches!(fault, Kind::StripAuthorization);
    let reply = stand_in.lock().ask(request, strip);
    fault.spoil(reply)
}
