//! Mautic's error answers.

use axum::body::Bytes;
use axum::http::header::{CONNECTION, LOCATION};
use axum::http::{HeaderValue, Version as HttpVersion};
use serde_json::{Value, json};

use crate::exchange::{self, Incoming, Reply};

/// An error of the OAuth2 library, before Mautic rewrites it.
#[derive(Debug)]
pub(crate) struct OAuthError {
    status: u16,
    kind: &'static str,
    description: Option<&'static str>,
    /// Where the library would send the browser.
    location: Option<String>,
    state: Option<String>,
}

impl OAuthError {
    pub(crate) fn new(status: u16, kind: &'static str, description: &'static str) -> Self {
        Self {
            status,
            kind,
            description: Some(description),
            location: None,
            state: None,
        }
    }

    pub(crate) fn bad_request(kind: &'static str, description: &'static str) -> Self {
        Self::new(400, kind, description)
    }

    /// An error that the browser is to carry back to `redirect_uri`.
    pub(crate) fn redirecting(
        redirect_uri: &str,
        kind: &'static str,
        description: Option<&'static str>,
        state: Option<String>,
    ) -> Self {
        let query = [
            ("error", Some(kind)),
            ("error_description", description),
            ("state", state.as_deref()),
        ];
        let location =
            crate::redirect_uri::with_query(redirect_uri, &exchange::build_query(&query));
        Self {
            status: 302,
            kind,
            description,
            location: Some(location),
            state,
        }
    }

    /// The library's own answer.
    pub(crate) fn into_reply(self) -> Reply {
        let mut body = json!({"error": self.kind, "error_description": self.description});
        let mut content_type = "application/json";
        if let Some(state) = self.state {
            body["state"] = state.into();
        }
        if self.location.is_some() {
            content_type = "text/html; charset=UTF-8";
        }
        let mut reply = exchange::reply(self.status, content_type, body.to_string());
        if let Some(location) = self.location {
            exchange::set_header(&mut reply, LOCATION, &location);
        }
        reply
    }
}

/// Mautic's rule for every JSON answer with an `error` to a request that concerns the API: the body
/// takes Mautic's shape, and all headers are dropped, `Location` and `WWW-Authenticate` too. It
/// goes out as HTTP/1.0.
pub(crate) fn rewrite(request: &Incoming, reply: Reply) -> Reply {
    if !request.concerns_api() {
        return reply;
    }
    let body: Value = serde_json::from_slice(reply.body()).unwrap_or_default();
    let Some(kind) = body.get("error").and_then(Value::as_str) else {
        return reply;
    };
    let message = match body.get("error_description").and_then(Value::as_str) {
        _ if kind == "access_denied" && request.basic().is_some() => {
            "Authorization denied, invalid credentials."
        }
        _ if kind == "access_denied" => "API authorization denied.",
        Some(description) => description,
        None => return reply,
    };
    let mut rewritten = error(reply.status().as_u16(), message, Some(kind));
    *rewritten.version_mut() = HttpVersion::HTTP_10;
    rewritten
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    rewritten
}

/// An error in Mautic's own shape.
pub(crate) fn error(status: u16, message: &str, kind: Option<&str>) -> Reply {
    exchange::json(
        status,
        &json!({"errors": [{"message": message, "code": status, "type": kind}]}),
    )
}

/// An error of an API controller, which has `details` instead of a `type`.
pub(crate) fn controller_error(status: u16, message: &str, details: &Value) -> Reply {
    exchange::json(
        status,
        &json!({"errors": [{"code": status, "message": message, "details": details}]}),
    )
}

pub(crate) fn forbidden() -> Reply {
    controller_error(
        403,
        "You do not have access to the requested area/action.",
        &json!([]),
    )
}

/// What Mautic answers when its PHP fails.
pub(crate) fn server_error() -> Reply {
    let message = "Looks like I encountered an error (error #500). If I do it again, please report me to the \
                   system administrator!";
    error(500, message, None)
}

/// No such route: JSON where the request concerns the API, otherwise a page.
pub(crate) fn not_found(request: &Incoming) -> Reply {
    if request.concerns_api() {
        error(
            404,
            &format!("Requested URL not found: {}", request.request_uri()),
            None,
        )
    } else {
        exchange::html(404, crate::pages::not_found())
    }
}

/// Symfony's own answer to an exception that Mautic does not handle.
pub(crate) fn symfony_forbidden(request: &Incoming) -> Reply {
    let accepts_json = request
        .header("accept")
        .is_some_and(|accept| accept.starts_with("application/json"));
    if accepts_json {
        let problem = json!({
            "type": "https://tools.ietf.org/html/rfc2616#section-10",
            "title": "An error occurred", "status": 403, "detail": "Forbidden",
        });
        exchange::json(403, &problem)
    } else {
        exchange::html(403, crate::pages::symfony_error("Forbidden", 403))
    }
}

/// Symfony's refusal of a wrong Basic password.
pub(crate) fn basic_challenge(content_type: &'static str) -> Reply {
    let mut reply = exchange::reply(401, content_type, Bytes::new());
    exchange::set_header(
        &mut reply,
        "www-authenticate",
        "Basic realm=\"Secured Area\"",
    );
    reply
}
