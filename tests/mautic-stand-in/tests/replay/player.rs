//! Replaying: the stand-in, a browser, and the actions of the table.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use mautic_stand_in::{Options, StandIn};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::compare::{Answer, Known};
use crate::recording::{Recording, Sent, tokens};

const ADMIN_PASSWORD: &str = "Maut1c!Orac1e-2024";
const PASSWORD: &str = "Str0ng!Pass-2024";
const CALLBACK: &str = "http://127.0.0.1:9999/callback";
const WP_CALLBACK: &str = "http://127.0.0.1:8085/wp-admin/admin.php?page=mautic&action=callback";

/// A stand-in as the recorded server was, and the one browser of the recording.
pub(crate) struct Player {
    router: Router,
    cookie: Option<String>,
    /// Name in the table and client id.
    clients: [(&'static str, String); 4],
    pub(crate) known: Known,
    /// Recorded values that were planted as they are.
    planted: Vec<String>,
}

impl Player {
    pub(crate) async fn new(version: &str, site_url: &str, recording: &Recording) -> Self {
        let client_id = |case| recording.sent(case, "client_id");
        let authorize_form = "fos_oauth_server_authorize_form[client_id]";
        let clients = [
            ("main", client_id("a06")),
            ("wp", client_id("l3")),
            ("nonadmin", client_id("g10")),
            ("hostonly", recording.sent("l5", authorize_form)),
        ];
        let stand_in = StandIn::new(&Options {
            version: version.parse().expect("a version"),
            site_url: site_url.to_owned(),
            base_path: None,
            admin_password: ADMIN_PASSWORD.to_owned(),
            client_id: Some(clients[0].1.clone()),
            client_secret: Some(recording.sent("a06", "client_secret")),
            redirect_uris: vec![CALLBACK.to_owned()],
            control: true,
            state: None,
            log: None,
        });
        let router = stand_in.expect("a stand-in").router();
        let player = Self {
            router,
            cookie: None,
            clients,
            known: Known::new(),
            planted: Vec::new(),
        };
        player.seed(recording).await;
        player
    }

    async fn seed(&self, recording: &Recording) {
        let own_grants = ["authorization_code", "refresh_token"];
        let admin_grants = ["authorization_code", "refresh_token", "client_credentials"];
        let client = |name: &str, case: &str, redirect_uri: &str, grants: &[&str]| {
            json!({
                "client_id": self.client_id(name), "secret": recording.sent(case, "client_secret"),
                "redirect_uris": [redirect_uri], "grants": grants,
            })
        };
        self.control(
            "POST",
            "clients",
            &client("wp", "l3", WP_CALLBACK, &admin_grants),
        )
        .await;
        self.control(
            "POST",
            "clients",
            &client("nonadmin", "g10", CALLBACK, &own_grants),
        )
        .await;
        self.control(
            "POST",
            "clients",
            &client("hostonly", "o2", "http://127.0.0.1:9999", &admin_grants),
        )
        .await;
        let name = json!({"name": "WordPress (oracle)"});
        self.control(
            "PATCH",
            &format!("clients/{}", self.client_id("main")),
            &name,
        )
        .await;
        let leads = ["viewown", "viewother", "create"];
        let all = ["view", "create", "edit", "delete"];
        for (id, name, permissions) in [
            (2, "NoApi", json!({"lead:leads": leads})),
            (3, "ApiOnly", json!({"api:access": ["full"]})),
            (
                4,
                "ApiLeads",
                json!({"api:access": ["full"], "lead:leads": leads, "api:clients": all}),
            ),
        ] {
            let role = json!({"id": id, "name": name, "admin": false, "permissions": permissions});
            self.control("POST", "roles", &role).await;
        }
        for (username, role) in [("noapi", 2), ("apionly", 3), ("apileads", 4), ("gone", 4)] {
            let user = json!({"username": username, "password": PASSWORD, "role": role});
            self.control("POST", "users", &user).await;
        }
    }

    fn client_id(&self, name: &str) -> &str {
        let client = self.clients.iter().find(|(known, _)| *known == name);
        &client
            .unwrap_or_else(|| panic!("there is no client {name}"))
            .1
    }

    /// Does what a row of the table says. `request` is what comes after it.
    pub(crate) async fn act(&mut self, action: &str, request: &Sent) {
        let words: Vec<&str> = action.split_whitespace().collect();
        match words.as_slice() {
            ["browser"] => self.cookie = None,
            ["login", user] => {
                self.cookie = None;
                self.open().await;
                let target = self
                    .log_in("/oauth/v2/authorize_login_check", user, password(user))
                    .await;
                assert!(
                    target.contains("/oauth/v2/authorize?"),
                    "{user} cannot log in: {target}"
                );
            }
            ["open"] => self.open().await,
            ["wrong-passwords", times] => {
                for _ in 0..times.parse().expect("a number") {
                    self.log_in("/oauth/v2/authorize_login_check", "admin", "wrong")
                        .await;
                }
            }
            ["ui-login", user] => {
                self.cookie = None;
                let target = self.log_in("/s/login", user, password(user)).await;
                assert!(
                    target.ends_with("/s/dashboard"),
                    "{user} cannot log in: {target}"
                );
            }
            ["consent", user, client] => self.consent("POST", user, client).await,
            ["no-consent", user, client] => self.consent("DELETE", user, client).await,
            [kind @ ("code" | "access" | "refresh"), user, client] => {
                self.plant(kind, user, client, request).await
            }
            ["gone"] => {
                self.new_token(request);
            }
            ["set", setting] => {
                let (name, value) = setting.split_once('=').expect("NAME=VALUE");
                let value: Value = serde_json::from_str(value).expect("a JSON value");
                self.control("PATCH", "settings", &json!({name: value}))
                    .await;
            }
            ["advance", seconds] => {
                let seconds: i64 = seconds.parse().expect("seconds");
                self.control("POST", "clock", &json!({"advance": seconds}))
                    .await;
            }
            ["role", user, id] => {
                self.control(
                    "PATCH",
                    &format!("users/{user}"),
                    &json!({"role": number(id)}),
                )
                .await;
            }
            ["client-role", client, id] => {
                let path = format!("clients/{}", self.client_id(client));
                self.control("PATCH", &path, &json!({"role": number(id)}))
                    .await;
            }
            ["published", user, published] => {
                self.control(
                    "PATCH",
                    &format!("users/{user}"),
                    &json!({"published": number(published)}),
                )
                .await;
            }
            ["delete-user", user] => {
                self.control("DELETE", &format!("users/{user}"), &Value::Null)
                    .await
            }
            ["delete-client", client] => {
                self.control(
                    "DELETE",
                    &format!("clients/{}", self.client_id(client)),
                    &Value::Null,
                )
                .await;
            }
            _ => panic!("states.txt has an unknown action: {action}"),
        }
    }

    async fn open(&mut self) {
        let client = self.client_id("main");
        let target = format!(
            "/oauth/v2/authorize?client_id={client}&grant_type=authorization_code\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&response_type=code&state=st-123"
        );
        self.browse(Request::get(target), Body::empty()).await;
    }

    /// Submits a login form; gives where it leads.
    async fn log_in(&mut self, path: &str, user: &str, password: &str) -> String {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("_username", user), ("_password", password)])
            .finish();
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self.browse(request, Body::from(form)).await;
        answer
            .headers
            .get(LOCATION)
            .and_then(|target| target.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    async fn consent(&self, method: &str, user: &str, client: &str) {
        let consent = json!({"user": user, "client_id": self.client_id(client)});
        self.control(method, "consents", &consent).await;
    }

    /// The one code or token in a request that no recorded case issued.
    fn new_token(&mut self, request: &Sent) -> String {
        let text = request.text();
        let mut new = tokens(&text);
        new.retain(|token| !self.known.contains_key(*token));
        let [value] = new.as_slice() else {
            panic!("not one new token in {text}")
        };
        self.planted.push((*value).to_owned());
        (*value).to_owned()
    }

    /// Makes the new token of a request.
    async fn plant(&mut self, kind: &str, user: &str, client: &str, request: &Sent) {
        let value = self.new_token(request);
        let user = Some(user).filter(|user| *user != "-");
        let token = json!({"kind": kind, "client_id": self.client_id(client), "user": user, "value": value});
        self.control("POST", "tokens", &token).await;
    }

    async fn control(&self, method: &str, path: &str, body: &Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/_stand-in/{path}"));
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        let answer = self.send(request.expect("a request")).await;
        assert!(
            answer.status < 300,
            "{method} {path} {body}: {} {}",
            answer.status,
            answer.body
        );
    }

    /// Sends a recorded request, with our tokens in the place of the recorded ones.
    pub(crate) async fn replay(&mut self, recorded: &Sent) -> Answer {
        let text = recorded.text();
        let issued = |token: &&str| {
            self.known.contains_key(*token) || self.planted.iter().any(|known| known == token)
        };
        if let Some(unknown) = tokens(&text).iter().find(|token| !issued(token)) {
            panic!("states.txt does not say where the token {unknown} comes from: {text}");
        }
        let mut request = Request::builder()
            .method(recorded.method.as_str())
            .uri(self.ours(&recorded.target));
        for (name, value) in recorded
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("cookie"))
        {
            request = request.header(name, self.ours(value));
        }
        let mut body = self.ours(recorded.body.as_deref().unwrap_or_default());
        if let Some(fields) = &recorded.multipart {
            const BOUNDARY: &str = "------------------------d74496d66958873e";
            request = request.header(
                CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            );
            for (name, value) in fields.iter().filter_map(|field| field.split_once('=')) {
                let value = self.ours(value);
                body += &format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                );
            }
            body += &format!("--{BOUNDARY}--\r\n");
        }
        // The cookies of the authorize page were not recorded; elsewhere only those that were.
        let authorizes = recorded.target.starts_with("/oauth/v2/authorize");
        if authorizes || recorded.headers.contains_key("Cookie") {
            self.browse(request, Body::from(body)).await
        } else {
            self.send(request.body(Body::from(body)).expect("a request"))
                .await
        }
    }

    fn ours(&self, text: &str) -> String {
        let replace = |text: String, token: &str| match self.known.get(token) {
            Some(ours) => text.replace(token, ours),
            None => text,
        };
        tokens(text).into_iter().fold(text.to_owned(), replace)
    }

    /// Sends a request of the browser, with its cookie.
    async fn browse(&mut self, mut request: axum::http::request::Builder, body: Body) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let answer = self.send(request.body(body).expect("a request")).await;
        let set = answer
            .headers
            .get(SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok());
        if let Some((pair, _)) = set.and_then(|cookie| cookie.split_once(';')) {
            self.cookie = Some(pair.to_owned());
        }
        answer
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            version: parts.version,
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body.into()).expect("UTF-8"),
        }
    }
}

impl Sent {
    /// Everything in which a token can stand.
    fn text(&self) -> String {
        let headers: Vec<&str> = self.headers.values().map(String::as_str).collect();
        let fields = self
            .multipart
            .as_ref()
            .map(|fields| fields.join(" "))
            .unwrap_or_default();
        format!(
            "{} {} {} {fields}",
            self.target,
            headers.join(" "),
            self.body.as_deref().unwrap_or_default()
        )
    }
}

fn password(user: &str) -> &'static str {
    if user == "admin" {
        ADMIN_PASSWORD
    } else {
        PASSWORD
    }
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a number, true, false or null")
}
