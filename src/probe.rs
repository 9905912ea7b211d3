//! Whether an address is a Mautic's, told without any credentials: by what the token endpoint says to a
//! request that asks for nothing (behaviour §6.3).

use url::Url;

use crate::base_url::{self, Policy};
use crate::doctor::{API, DNS, MAUTIC, PATH, REACHABLE, REDIRECT};
use crate::effect::Http;
use crate::event::{DOCTORS_HEADERS, Event};
use crate::fields::fields;
use crate::problem::Problem;
use crate::response::{self, Endpoint, at_status};

const TOKEN_ENDPOINT: &str = "/oauth/v2/token";

/// Addresses that are tried beside the one that was entered.
const MAX_CANDIDATES: usize = 3;

/// Codes of what may be wrong with an address.
const CODES: [&str; 5] = [
    "token.redirected",
    "token.redirect_loop",
    "token.rewrite_off",
    "token.not_found",
    "token.not_mautic",
];

/// What is wrong with an address.
pub(crate) struct Found {
    /// Which of the doctor's steps fails by it.
    pub(crate) step: usize,
    pub(crate) problem: Problem,
    /// The base URL that it redirects to.
    target: Option<String>,
}

/// A problem, kept while other addresses are tried.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    code: String,
    detail: Option<String>,
    http_status: Option<u16>,
}

fields! { Kept { code, detail if some, http_status if some } }

/// Asks the token endpoint of a base URL for nothing.
pub(crate) fn request(id: &'static str, base_url: &str) -> Http {
    let mut request = Http::get(id, [base_url, TOKEN_ENDPOINT].concat());
    request.response_headers.extend(DOCTORS_HEADERS);
    request
}

/// Judges the answer; `None` if a Mautic stands there whose API is on.
pub(crate) fn judge(event: &Event, base_url: &str, now: u64) -> Option<Found> {
    let found = |step, problem| {
        Some(Found {
            step,
            problem,
            target: None,
        })
    };
    let judged = response::judge(event, Endpoint::Token, now);
    if event.error_kind.is_some() {
        let problem = judged.err().unwrap_or_default();
        let step = match problem.code {
            "transport.dns" => DNS,
            "transport.tls" => DNS + 1,
            _ => REACHABLE,
        };
        return found(step, problem);
    }
    let said = response::said(&event.body);
    let not_mautic = || {
        let problem = Problem::user("token.not_mautic");
        found(
            MAUTIC,
            at_status(problem, event, &response::said(&event.body)),
        )
    };
    if !event.headers.cf_mitigated.is_empty() {
        let problem = Problem::transient("token.blocked");
        return found(MAUTIC, at_status(problem, event, &said));
    }
    match (event.status, judged) {
        (300..=399, Err(problem)) => Some(redirected(event, base_url, problem)),
        (400, _) if said.kind == "invalid_request" => None,
        (_, Err(problem)) if problem.code == "token.api_disabled" => found(API, problem),
        (404, Ok(said)) if said.json => {
            let problem = Problem::user("token.not_found");
            found(PATH, at_status(problem, event, &said))
        }
        // Some other site's page.
        (200..=299, _) | (_, Ok(_)) => not_mautic(),
        (_, Err(problem)) => found(MAUTIC, problem),
    }
}

fn redirected(event: &Event, base_url: &str, mut problem: Problem) -> Found {
    let asked = [base_url, TOKEN_ENDPOINT].concat();
    let target = Url::parse(&asked)
        .and_then(|asked| asked.join(&event.headers.location))
        .map(|target| target[..url::Position::AfterPath].to_owned())
        .unwrap_or_default();
    let base = target.strip_suffix(TOKEN_ENDPOINT);
    if target == asked {
        // A proxy in front of it takes https, and Mautic sends everybody there who seems to have come by http.
        problem.code = "token.redirect_loop";
    } else if base.is_some_and(|base| base.ends_with("/index.php")) {
        problem.code = REWRITE_OFF;
    }
    Found {
        step: REDIRECT,
        problem,
        target: base.map(str::to_owned),
    }
}

const REWRITE_OFF: &str = "token.rewrite_off";
const INDEX: &str = "/index.php";

impl Found {
    /// Other base URLs at which Mautic may stand: where it redirects to, the folders above, and the two
    /// places where it often is.
    pub(crate) fn candidates(&self, base_url: &str, policy: Policy) -> Vec<String> {
        let mut candidates = Vec::new();
        match self.problem.code {
            "token.redirected" => {
                let target = self.target.as_deref().unwrap_or_default();
                let policy = no_nearer(base_url, policy);
                if let Ok(normalized) = base_url::normalize(target, None, policy)
                    && normalized.url != base_url
                {
                    candidates.push(normalized.url);
                }
            }
            "token.not_found" | "token.not_mautic" => {
                let origin = base_url::origin(base_url);
                let mut folder = base_url;
                while let Some((above, _)) = folder.rsplit_once('/').filter(|_| folder != origin) {
                    candidates.push(above.to_owned());
                    folder = above;
                }
                if self.step == MAUTIC {
                    candidates.insert(0, [base_url, INDEX].concat());
                    if base_url == origin {
                        candidates.push([base_url, "/mautic"].concat());
                    }
                }
            }
            _ => {}
        }
        candidates.truncate(MAX_CANDIDATES);
        candidates
    }
}

/// A server out there leads neither to plain http nor into this site's own network.
fn no_nearer(base_url: &str, policy: Policy) -> Policy {
    let public = Policy {
        allow_http: true,
        allow_private_hosts: false,
    };
    Policy {
        allow_http: policy.allow_http && !base_url.starts_with("https:"),
        allow_private_hosts: policy.allow_private_hosts
            && base_url::normalize(base_url, None, public).is_err(),
    }
}

impl Kept {
    pub(crate) fn of(problem: Problem) -> Self {
        Self {
            code: problem.code.to_owned(),
            detail: problem.detail,
            http_status: problem.http_status,
        }
    }

    /// The problem again, with the base URL at which a Mautic was found instead. One that needs its
    /// `index.php` in the address is none that can be used.
    pub(crate) fn problem(self, suggestion: Option<String>) -> Problem {
        let code = CODES.iter().find(|code| **code == self.code);
        let mut problem = Problem::user(code.copied().unwrap_or("token.not_mautic"));
        problem.detail = self.detail;
        problem.http_status = self.http_status;
        match suggestion {
            Some(url) if url.ends_with(INDEX) => problem.code = REWRITE_OFF,
            other => problem.suggestion = other.map(String::into_boxed_str),
        }
        problem
    }
}
