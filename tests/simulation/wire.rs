//! Requests under way: from a process to Mautic and back.

use serde_json::{Value, json};

use crate::faults::{Fault, NETWORK, SECOND};
use crate::mautic::{self, Found};
use crate::network::{self, Course, Reply};
use crate::process::{Next, Process};
use crate::world::{Action, World};

/// A request under way.
pub(crate) struct Request {
    process: u64,
    id: String,
    url: String,
    bearer: String,
    body: String,
    deadline: u64,
    course: Course,
    found: Option<Found>,
    answer: Option<Value>,
    /// Its place in the ledger, if it is a refresh.
    pub(crate) post: Option<usize>,
}

impl World {
    /// Sends a request: draws what will happen to it and lets the process wait.
    pub(crate) fn send(&mut self, process: &mut Process, effect: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let headers = effect["headers"].as_array();
        let bearer = headers
            .into_iter()
            .flatten()
            .filter(|header| header[0] == "Authorization")
            .find_map(|header| header[1].as_str()?.strip_prefix("Bearer "))
            .unwrap_or_default();
        let timeout = effect["timeout"].as_u64().unwrap_or_default() * SECOND;
        let fault = self.strikes(&NETWORK);
        let course = network::course(fault, timeout, self.time, &mut self.random);
        let mut request = Request {
            process: process.id,
            id: text(&effect["id"]),
            url: text(&effect["url"]),
            bearer: bearer.to_owned(),
            body: text(&effect["body"]),
            deadline: self.time + timeout,
            course,
            found: None,
            answer: None,
            post: None,
        };
        process.called |= request.id == "call";
        self.judge_repeats(process, &request.id);
        if request.id == "refresh" {
            request.post = Some(self.posted(process, &request.body));
        }
        self.stats.count(&format!("request {}", request.id));
        self.note(|| format!("{} sends {} ({fault:?})", process.label(), request.id));
        self.last += 1;
        let id = self.last;
        process.request = Some(id);
        match &request.course.reply {
            Reply::Other { after, .. } => {
                let after = *after;
                self.later(after, Action::Replies(id));
            }
            Reply::Mautics { .. } => self.later(timeout, Action::Replies(id)),
        }
        if let Some(arrives) = request.course.arrives {
            self.later(arrives, Action::Arrives(id));
        } else if let Some(post) = request.post {
            self.ledger.posts[post].mautic_works = false;
        }
        self.requests.insert(id, request);
        if self.strikes(&[Fault::Crash]).is_some() {
            let at = self.random.u64(0..timeout);
            self.later(at, Action::Kill(process.id));
        }
    }

    pub(crate) fn arrives(&mut self, id: u64) {
        self.mautic.api_enabled = !self.plan.lasts(Fault::ApiDisabled, self.elapsed());
        if !self.mautic.api_enabled {
            self.stats.count("ApiDisabled");
        }
        let refuses = self.strikes(&[Fault::TokenRefused]).is_some();
        let Some(request) = self.requests.get_mut(&id) else {
            return;
        };
        request.found = Some(if request.url.contains("/oauth/") {
            self.mautic.look_up(&request.body, self.time)
        } else if refuses {
            Found::Answer(mautic::error(401, "invalid_grant"))
        } else {
            Found::Answer(self.mautic.api(&request.bearer, &request.url, self.time))
        });
        let works = request.course.works;
        self.later(works, Action::CarriedOut(id));
    }

    pub(crate) fn carried_out(&mut self, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else {
            return;
        };
        let answer = match request.found.take() {
            Some(Found::Good { client, spent }) => {
                self.note(|| format!("Mautic issues a pair for {spent}"));
                self.mautic.issue(&client, &spent, self.time)
            }
            Some(Found::Answer(answer)) => {
                self.note(|| format!("Mautic answers {}", answer["status"]));
                answer
            }
            None => return,
        };
        if let Some(post) = request.post {
            self.ledger.posts[post].mautic_works = false;
        }
        if let Reply::Mautics { after, altered } = request.course.reply {
            let answer = match altered {
                Some(fault) => network::altered(answer, fault, &mut self.random),
                None => answer,
            };
            if self.time + after < request.deadline {
                request.answer = Some(answer);
                self.later(after, Action::Replies(id));
            }
        }
        self.requests.insert(id, request);
    }

    pub(crate) fn replies(&mut self, id: u64) {
        let Some(request) = self.requests.get(&id) else {
            return;
        };
        let mut event = match &request.course.reply {
            Reply::Other { event, .. } => event.clone(),
            Reply::Mautics { .. } => request.answer.clone().unwrap_or_else(network::timed_out),
        };
        event["type"] = json!("http_answered");
        event["id"] = json!(request.id);
        let caller = request.id == "call";
        if caller
            && event["status"]
                .as_u64()
                .is_some_and(|status| status / 100 == 2)
        {
            event["body"] = json!("");
        }
        let waits = self
            .processes
            .get(&request.process)
            .is_some_and(|process| process.request == Some(id) && process.next == Next::Answer);
        if waits {
            let process = request.process;
            if let Some(post) = request.post {
                self.ledger.posts[post].client_waits = false;
            }
            self.deliver(process, event);
        }
    }

    /// A process that waited for an answer is gone.
    pub(crate) fn client_left(&mut self, request: u64) {
        if let Some(post) = self.requests.get(&request).and_then(|request| request.post) {
            self.ledger.posts[post].client_waits = false;
        }
    }

    /// The ledger's entry for the refresh that a process has under way.
    pub(crate) fn post_of(&self, process: &Process) -> Option<usize> {
        self.requests.get(&process.request?)?.post
    }
}
