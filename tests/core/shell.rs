//! A shell for tests: performs effects against a script instead of the world.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;

use mautic_connector::step_json;
use serde_json::{Value, json};

pub(crate) const BASE: &str = "https://mautic.example";
pub(crate) const CLIENT_ID: &str = "1_abc";
pub(crate) const CLIENT_SECRET: &str = "s3cret-value";
pub(crate) const SITE: &str = "https://site.example";
pub(crate) const REDIRECT_URI: &str = "https://site.example/wp-admin/admin.php";
pub(crate) const PAGE: &str = "https://site.example/wp-admin/admin.php?page=connector-for-mautic";

/// What another process does to the stored document.
type Meanwhile = Box<dyn FnMut(&mut Value)>;

/// What answers a request at a time.
pub(crate) type Server = Box<dyn FnMut(&Value, u64) -> Value>;

/// One site: what it has stored, what its clock says, and what Mautic will answer.
pub(crate) struct Shell {
    story: &'static str,
    /// What storage holds. The core sees what was last read of it.
    pub(crate) stored: Value,
    pub(crate) now: u64,
    pub(crate) overrides: Value,
    /// The site's address.
    pub(crate) site: &'static str,
    /// Answers of the far side, in order.
    pub(crate) answers: VecDeque<Value>,
    /// The far side where it decides for itself, by request and time.
    pub(crate) server: Option<Server>,
    /// Whether locks are free; each attempt takes one, and an empty list means free.
    pub(crate) locks: VecDeque<bool>,
    /// Run when the shell waits or takes a lock: what another process does in the meantime.
    pub(crate) meanwhile: Option<Meanwhile>,
    /// All requests that were sent.
    pub(crate) requests: Vec<Value>,
    /// All effects of the last piece of work, in order.
    pub(crate) effects: Vec<Value>,
    transcript: Vec<Value>,
    steps: u64,
    /// Milliseconds that are not yet a second of the clock.
    waited: u64,
}

impl Shell {
    pub(crate) fn new(story: &'static str) -> Self {
        Self {
            story,
            stored: Value::Null,
            now: 1_700_000_000,
            overrides: json!({}),
            site: SITE,
            answers: VecDeque::new(),
            server: None,
            locks: VecDeque::new(),
            meanwhile: None,
            requests: Vec::new(),
            effects: Vec::new(),
            transcript: Vec::new(),
            steps: 0,
            waited: 0,
        }
    }

    /// With complete settings.
    pub(crate) fn configured(story: &'static str) -> Self {
        let mut shell = Self::new(story);
        let reply = shell.run(json!({"type": "settings_saved", "values": {
            "base_url": BASE, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        }}));
        assert_eq!(reply["ok"], true);
        shell
    }

    /// Connected, with a token of an hour.
    pub(crate) fn connected(story: &'static str) -> Self {
        let mut shell = Self::configured(story);
        let state = shell.authorize(7);
        shell.answers = [tokens("access-1", "refresh-1", 3600), user()].into();
        let reply = shell.come_back(7, &format!("state={state}&code=a-code"));
        assert_eq!(reply["ok"], true, "{reply}");
        shell.requests.clear();
        shell
    }

    /// Presses Authorize; returns the state.
    pub(crate) fn authorize(&mut self, user: u64) -> String {
        let reply = self.run(json!({
            "type": "authorize", "user": user, "redirect_uri": REDIRECT_URI, "return_to": PAGE,
        }));
        assert_eq!(reply["ok"], true, "{reply}");
        let url = reply["url"].as_str().unwrap_or_default();
        let (_, state) = url.split_once("state=").expect("a state");
        state.to_owned()
    }

    pub(crate) fn come_back(&mut self, user: u64, query: &str) -> Value {
        self.run(json!({
            "type": "returned", "user": user, "redirect_uri": REDIRECT_URI, "query": query,
        }))
    }

    pub(crate) fn call(&mut self, method: &str, path: &str) -> Value {
        self.run(json!({"type": "api_call", "method": method, "path": path}))
    }

    /// Another process begins a refresh, and its request is out; returns its last answer.
    pub(crate) fn begin_refresh(&mut self) -> Value {
        let connection = self.stored.clone();
        let asked = self.step(&connection, &json!({"type": "refresh"}), &Value::Null);
        let acquired = json!({"type": "lock_acquired"});
        let sent = self.step(&connection, &acquired, &asked["task"]);
        self.stored = sent["connection"].clone();
        sent
    }

    pub(crate) fn view(&mut self) -> Value {
        self.run(json!({"type": "view"}))
    }

    /// Performs the whole piece of work that an event begins; returns the reply.
    pub(crate) fn run(&mut self, event: Value) -> Value {
        self.effects.clear();
        let mut read = self.stored.clone();
        let mut event = event;
        let mut task = Value::Null;
        for _ in 0..300 {
            let answer = self.step(&read, &event, &task);
            task = answer["task"].clone();
            let effects = answer["effects"].as_array().expect("effects").clone();
            let mut next = Value::Null;
            for (index, effect) in effects.iter().enumerate() {
                let last = index + 1 == effects.len();
                self.effects.push(effect.clone());
                match effect["type"].as_str().expect("a type") {
                    "store" => {
                        assert_eq!(index, 0, "store is first");
                        self.stored = answer["connection"].clone();
                        let size = self.stored.to_string().len();
                        assert!(size < 8192, "the document has {size} bytes");
                        read = self.stored.clone();
                    }
                    "http" => {
                        assert!(last, "what needs a reply is last");
                        self.requests.push(effect.clone());
                        let mut answered = match &mut self.server {
                            Some(server) => server(effect, self.now),
                            None => self.answers.pop_front().unwrap_or_else(|| {
                                panic!("{}: an unexpected request {effect}", self.story)
                            }),
                        };
                        answered["type"] = json!("http_answered");
                        answered["id"] = effect["id"].clone();
                        next = answered;
                    }
                    "lock" => {
                        assert!(last, "what needs a reply is last");
                        self.others();
                        let free = self.locks.pop_front().unwrap_or(true);
                        read = self.stored.clone();
                        next = json!({"type": if free { "lock_acquired" } else { "lock_busy" }});
                    }
                    "wait" => {
                        assert!(last, "what needs a reply is last");
                        self.waited += effect["milliseconds"].as_u64().expect("milliseconds");
                        self.now += self.waited / 1000;
                        self.waited %= 1000;
                        self.others();
                        read = self.stored.clone();
                        next = json!({"type": "waited"});
                    }
                    "answer" => {
                        assert!(last && task.is_null(), "an answer is the end");
                        return effect.clone();
                    }
                    _ => assert!(!last, "the last effect needs a reply or is the answer"),
                }
            }
            assert!(!task.is_null(), "unfinished work has a task");
            event = next;
        }
        panic!("{}: no end", self.story);
    }

    /// One step, for the record and as native bytes.
    pub(crate) fn step(&mut self, connection: &Value, event: &Value, task: &Value) -> Value {
        self.steps += 1;
        let mut message = json!({
            "connection": connection, "overrides": self.overrides, "site": self.site, "event": event,
            "now": self.now, "entropy": entropy(self.steps),
        });
        if !task.is_null() {
            message["task"] = task.clone();
        }
        let message = message.to_string();
        let answer = step_json(&message);
        assert_eq!(step_json(&message), answer, "the core is pure");
        let parsed = serde_json::from_str(&answer).expect("the answer is JSON");
        let name = format!("{} {}", self.steps, event["type"].as_str().unwrap_or("?"));
        self.transcript
            .push(json!({"name": name, "message": message, "answer": answer}));
        parsed
    }

    pub(crate) fn saw(&self, kind: &str) -> Vec<&Value> {
        self.effects
            .iter()
            .filter(|effect| effect["type"] == kind)
            .collect()
    }

    pub(crate) fn notified(&self) -> Vec<&str> {
        self.saw("notify")
            .iter()
            .filter_map(|effect| effect["code"].as_str())
            .collect()
    }

    fn others(&mut self) {
        if let Some(mut meanwhile) = self.meanwhile.take() {
            meanwhile(&mut self.stored);
            self.meanwhile = Some(meanwhile);
        }
    }
}

/// At the end of its test, a story's transcript must be the one in `tests/vectors/`.
impl Drop for Shell {
    fn drop(&mut self) {
        if std::thread::panicking() || self.story.is_empty() {
            return;
        }
        let mut lines: Vec<String> = Vec::new();
        for vector in &self.transcript {
            lines.push(vector.to_string());
        }
        let text = format!("[\n{}\n]\n", lines.join(",\n"));
        let path = vectors_folder().join(format!("{}.json", self.story));
        if std::env::var_os("VECTORS").is_some_and(|value| value == "write") {
            fs::write(&path, text).expect("the vectors can be written");
            return;
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            known == text,
            "{} differs from what the core answers now; if that is meant, run with VECTORS=write",
            path.display()
        );
    }
}

pub(crate) fn vectors_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// 64 hex digits that look random and are the same in every run.
fn entropy(step: u64) -> String {
    (1..5)
        .map(|part| {
            let mut bits = (step * 4 + part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            format!("{:016x}", bits ^ (bits >> 27))
        })
        .collect()
}

/// A JSON answer.
pub(crate) fn answer(status: u16, body: &Value) -> Value {
    json!({"status": status, "headers": {"content-type": "application/json"}, "body": body.to_string()})
}

/// A good answer to a call, of which the core sees no body.
pub(crate) fn contacts() -> Value {
    let mut answer = answer(200, &json!({}));
    answer["body"] = json!("");
    answer
}

/// Mautic's error body.
pub(crate) fn error(status: u16, kind: &str) -> Value {
    answer(
        status,
        &json!({"errors": [{"message": "Words in some language.", "code": status, "type": kind}]}),
    )
}

pub(crate) fn page(status: u16, title: &str) -> Value {
    json!({"status": status, "headers": {"content-type": "text/html; charset=UTF-8"},
        "body": format!("<!DOCTYPE html><html><head><title>{title}</title></head></html>")})
}

pub(crate) fn tokens(access: &str, refresh: &str, lifetime: u64) -> Value {
    answer(
        200,
        &json!({"access_token": access, "expires_in": lifetime, "token_type": "bearer",
            "scope": null, "refresh_token": refresh}),
    )
}

pub(crate) fn user() -> Value {
    let mut answer = answer(
        200,
        &json!({"isPublished": true, "id": 1, "username": "admin", "firstName": "Ada",
            "lastName": "Admin", "email": "admin@example.test",
            "role": {"name": "Administrator", "isAdmin": true}}),
    );
    answer["headers"]["mautic-version"] = json!("7.0.0");
    answer
}

/// No answer, in WordPress' words.
pub(crate) fn no_answer(message: &str) -> Value {
    json!({"error_kind": "http_request_failed", "error_message": message})
}

/// What a request has in its form body.
pub(crate) fn form(request: &Value) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request["body"].as_str().unwrap_or_default().as_bytes())
        .into_owned()
        .collect()
}
