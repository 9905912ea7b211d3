//! Random lives of a site that changes its mind: methods, servers and clients come and go, Mautic
//! fails and recovers. Whatever happens, a request carries the credentials of the method, server and
//! client that the settings name, and no others.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::shell::{PAGE, REDIRECT_URI, Shell, answer, error, form, no_answer, page, user};

const METHODS: [&str; 3] = ["authorization_code", "client_credentials", "basic"];

#[derive(Clone, Debug)]
enum Act {
    /// Method, server and client or user, of two each.
    Save(usize, bool, bool),
    /// A constant names the method, or does not any more.
    Constant(Option<usize>),
    TokenInQuery(bool),
    Authorize,
    Call,
    Test,
    Refresh,
    Tick,
    Disconnect,
    /// Seconds.
    Pass(u64),
    /// What the next requests are answered by, whatever they are.
    Trouble(u8, u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..3_usize, any::<bool>(), any::<bool>()).prop_map(|(m, s, c)| Act::Save(m, s, c)),
        1 => prop::option::of(0..3_usize).prop_map(Act::Constant),
        1 => any::<bool>().prop_map(Act::TokenInQuery),
        2 => Just(Act::Authorize),
        6 => Just(Act::Call),
        2 => Just(Act::Test),
        1 => Just(Act::Refresh),
        2 => Just(Act::Tick),
        1 => Just(Act::Disconnect),
        3 => prop_oneof![1..120_u64, 3000..5000_u64, 40_000..100_000_u64].prop_map(Act::Pass),
        2 => (0..6_u8, 1..4_u8).prop_map(|(kind, times)| Act::Trouble(kind, times)),
    ]
}

/// What the owner has entered so far.
#[derive(Clone, Debug, Default)]
struct Entered {
    method: usize,
    /// A method that a constant names.
    constant: Option<usize>,
    server: String,
    /// Client and secret, user and password, each with the server that it was entered for.
    pairs: [Option<(String, [String; 2])>; 2],
}

impl Entered {
    fn chosen(&self) -> Option<Chosen> {
        let method = self.constant.unwrap_or(self.method);
        let (server, [who, secret]) = self.pairs[usize::from(method == 2)].clone()?;
        (server == self.server).then_some(Chosen {
            method,
            server,
            who,
            secret,
        })
    }

    /// What an authorization belongs to.
    fn grantee(&self) -> (usize, &str, Option<&String>) {
        let pair = self.pairs[usize::from(self.method == 2)].as_ref();
        (self.method, &self.server, pair.map(|(_, [who, _])| who))
    }
}

/// What counts.
#[derive(Clone, Debug, PartialEq)]
struct Chosen {
    method: usize,
    server: String,
    /// Client id, or user name.
    who: String,
    secret: String,
}

/// Two Mautics, and what they have issued: token, and to whom until when.
#[derive(Default)]
struct Mautic {
    chosen: Option<Chosen>,
    token_in_query: bool,
    issued: HashMap<String, (Chosen, u64)>,
    count: u64,
    trouble: Option<(u8, u8)>,
    /// Times of the refreshes that were not answered well.
    failed: Vec<u64>,
}

impl Mautic {
    fn answer(&mut self, request: &Value, now: u64) -> Value {
        let url = request["url"].as_str().expect("an address").to_owned();
        let headers: HashMap<_, _> = (request["headers"].as_array().into_iter().flatten())
            .map(|header| (header[0].as_str().unwrap_or_default(), header[1].clone()))
            .collect();
        let authorization = headers.get("Authorization").and_then(Value::as_str);
        let chosen = self.chosen.clone().expect("a request without settings");
        assert!(url.starts_with(&chosen.server), "{url} for {chosen:?}");
        let is_token = url.ends_with("/oauth/v2/token");
        if is_token {
            self.judge_token_request(&chosen, request, authorization);
        } else if authorization != Some("Bearer probe") {
            self.judge_api_request(&chosen, &url, authorization);
        }
        if let Some((kind, times)) = &mut self.trouble {
            *times -= 1;
            let answered = trouble(*kind, now);
            if *times == 0 {
                self.trouble = None;
            }
            if is_token && !request["body"].to_string().contains("a-code") {
                self.failed.push(now);
            }
            return answered;
        }
        if !is_token {
            return self.api(&url, authorization, now);
        }
        self.issue(&chosen, request, now)
    }

    fn judge_token_request(&self, chosen: &Chosen, request: &Value, authorization: Option<&str>) {
        assert_eq!(authorization, None, "never Basic, never two at once");
        assert!(!request["url"].to_string().contains("access_token"));
        let form: HashMap<_, _> = form(request).into_iter().collect();
        let allowed: &[&str] = match chosen.method {
            0 => &["authorization_code", "refresh_token"],
            1 => &["client_credentials"],
            _ => panic!("Basic asks for no token"),
        };
        assert!(allowed.contains(&form["grant_type"].as_str()), "{form:?}");
        assert_eq!(form["client_id"], chosen.who);
        assert_eq!(form["client_secret"], chosen.secret);
        if let Some(token) = form.get("refresh_token") {
            let (owner, _) = &self.issued[token.as_str()];
            assert_eq!(owner, chosen, "another's refresh token");
        }
    }

    fn judge_api_request(&self, chosen: &Chosen, url: &str, authorization: Option<&str>) {
        let query = url.split_once("access_token=").map(|(_, token)| token);
        if chosen.method == 2 {
            let pair = format!("{}:{}", chosen.who, chosen.secret);
            let header = format!("Basic {}", STANDARD.encode(pair));
            assert_eq!((authorization, query), (Some(header.as_str()), None));
            return;
        }
        let header = authorization.and_then(|header| header.strip_prefix("Bearer "));
        assert_ne!(header.is_some(), query.is_some(), "one token, {url}");
        assert_eq!(query.is_some(), self.token_in_query);
        let token = header.or(query).unwrap_or_default();
        let (owner, _) = self.issued.get(token).expect("a token that Mautic issued");
        assert_eq!(owner, chosen, "another's access token");
    }

    fn api(&self, url: &str, authorization: Option<&str>, now: u64) -> Value {
        if authorization == Some("Bearer probe") {
            return error(401, "invalid_grant");
        }
        let token = url.split_once("access_token=").map(|(_, token)| token);
        let token = token.or_else(|| authorization?.strip_prefix("Bearer "));
        if token.is_some_and(|token| self.issued[token].1 < now) {
            return error(401, "invalid_grant");
        }
        if url.contains("/users/self") {
            user()
        } else {
            let mut answer = answer(200, &json!({}));
            answer["body"] = json!("");
            answer
        }
    }

    fn issue(&mut self, chosen: &Chosen, request: &Value, now: u64) -> Value {
        let form: HashMap<_, _> = form(request).into_iter().collect();
        self.count += 1;
        let (access, refresh) = (
            format!("access-{}", self.count),
            format!("refresh-{}", self.count),
        );
        self.issued
            .insert(access.clone(), (chosen.clone(), now + 3600));
        let mut body = json!({"access_token": access, "expires_in": 3600, "token_type": "bearer"});
        if form["grant_type"] != "client_credentials" {
            self.issued
                .insert(refresh.clone(), (chosen.clone(), u64::MAX));
            body["refresh_token"] = json!(refresh);
        }
        answer(200, &body)
    }
}

fn trouble(kind: u8, now: u64) -> Value {
    match kind {
        0 => page(503, "Down"),
        1 => no_answer("cURL error 28: timed out"),
        2 => no_answer("cURL error 7: refused"),
        3 => error(401, "access_denied"),
        4 => error(403, "api_disabled"),
        _ => {
            let mut limited = error(429, "");
            limited["headers"]["x-ratelimit-reset"] = json!((now + 900).to_string());
            limited
        }
    }
}

/// One life; the last use, after all trouble, is judged too.
fn live(acts: Vec<Act>) {
    let mautic = Rc::new(RefCell::new(Mautic::default()));
    let mut shell = Shell::new("");
    let server = Rc::clone(&mautic);
    shell.server = Some(Box::new(move |request, now| {
        server.borrow_mut().answer(request, now)
    }));
    let mut authorized = false;
    let mut replaced = false;
    let mut entered = Entered::default();
    for act in acts {
        match act {
            Act::Save(method, server, client) => {
                let server = format!("https://{}.example", if server { "a" } else { "b" });
                let pair = [
                    format!("{}_{client}", if method == 2 { "user" } else { "1" }),
                    format!("secret-of-{client}-{server}"),
                ];
                let names = match method {
                    2 => ["username", "password"],
                    _ => ["client_id", "client_secret"],
                };
                // While a constant names the method, the form's is not taken.
                shell.overrides = json!({});
                entered.constant = None;
                let before = entered.clone();
                entered.method = method;
                entered.server.clone_from(&server);
                entered.pairs[usize::from(method == 2)] = Some((server.clone(), pair.clone()));
                authorized &= entered.grantee() == before.grantee();
                mautic.borrow_mut().chosen = entered.chosen();
                let values = json!({"auth_method": METHODS[method], "base_url": server,
                    names[0]: pair[0], names[1]: pair[1]});
                let reply = shell.run(json!({"type": "settings_saved", "values": values}));
                assert_eq!(reply["ok"], true, "{reply}");
            }
            Act::Constant(method) => {
                entered.constant = method;
                shell.overrides = match method {
                    Some(method) => json!({"auth_method": METHODS[method]}),
                    None => json!({}),
                };
                mautic.borrow_mut().chosen = entered.chosen();
                // What another method fetches takes the place of what was authorized.
                replaced |= entered.chosen().is_some_and(|chosen| chosen.method > 0);
            }
            Act::TokenInQuery(on) => {
                let saved = json!({"token_in_query": if on { "1" } else { "0" }});
                let reply = shell.run(json!({"type": "settings_saved", "values": saved}));
                if reply["ok"] == true {
                    mautic.borrow_mut().token_in_query = on;
                }
            }
            Act::Authorize => {
                let reply = shell.run(json!({"type": "authorize", "user": 7,
                    "redirect_uri": REDIRECT_URI, "return_to": PAGE}));
                let Some((_, state)) = reply["url"]
                    .as_str()
                    .and_then(|url| url.split_once("state="))
                else {
                    continue;
                };
                let query = format!("state={state}&code=a-code");
                let issued = mautic.borrow().count;
                shell.come_back(7, &query);
                if mautic.borrow().count > issued {
                    authorized = true;
                    replaced = false;
                }
            }
            Act::Call => _ = shell.call("GET", "contacts"),
            Act::Test => _ = shell.run(json!({"type": "test"})),
            Act::Refresh => _ = shell.run(json!({"type": "refresh"})),
            Act::Tick => _ = shell.run(json!({"type": "tick"})),
            Act::Disconnect => {
                shell.run(json!({"type": "disconnect"}));
                authorized = false;
                let requests = shell.requests.len();
                assert_ne!(
                    shell.call("GET", "contacts")["ok"],
                    true,
                    "Disconnect holds"
                );
                assert_eq!(shell.requests.len(), requests);
            }
            Act::Pass(seconds) => shell.now += seconds,
            Act::Trouble(kind, times) => mautic.borrow_mut().trouble = Some((kind, times)),
        }
        let view = shell.view().to_string();
        assert!(
            !view.contains("secret-of") && !view.contains("access-") && !view.contains("refresh-")
        );
        let mautic = mautic.borrow();
        let failed = &mautic.failed;
        let hour = failed.iter().filter(|at| **at + 3600 > shell.now).count();
        assert!(hour <= 12, "{hour} refreshes failed within an hour");
    }
    // All trouble is over, also what was put off by it.
    mautic.borrow_mut().trouble = None;
    shell.now += 4000;
    let reply = shell.run(json!({"type": "test"}));
    match entered.chosen() {
        Some(chosen) if chosen.method == 0 && replaced => (),
        Some(chosen) if chosen.method != 0 || authorized => {
            assert_eq!(reply["ok"], true, "{reply}");
            assert_eq!(reply["status"]["status"], "connected", "{reply}");
            assert_eq!(shell.call("GET", "contacts")["ok"], true);
        }
        _ => assert_ne!(reply["ok"], true, "{reply}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_falls_through_from_one_method_to_another(acts in prop::collection::vec(act(), 1..60)) {
        live(acts);
    }
}
