//! A request as Mautic's PHP sees it, and the answer to it.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use axum::http::request::Parts;
use axum::http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, Version as HttpVersion,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded;

/// An answer with its whole body.
pub(crate) type Reply = Response<Bytes>;

/// Parameters by name. Of one sent twice PHP keeps the last.
pub(crate) type Params = Map<String, Value>;

/// A request with its body read.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) query: Params,
    pub(crate) form: Params,
    pub(crate) files: Vec<Upload>,
}

/// A file in a multipart body.
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) contents: Bytes,
}

impl Incoming {
    pub(crate) async fn read(request: Request) -> Result<Self, String> {
        const LIMIT: usize = 32 << 20;
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, LIMIT)
            .await
            .map_err(|error| error.to_string())?;
        let (form, files) = form(&parts, &body).await;
        let query = decode(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            query,
            form,
            files,
        })
    }

    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Path and query, as PHP's `REQUEST_URI`.
    pub(crate) fn request_uri(&self) -> &str {
        self.uri.path_and_query().map_or("/", |uri| uri.as_str())
    }

    /// A GET, or a HEAD, which Symfony routes like a GET.
    pub(crate) fn is_get(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }

    /// Mautic treats every address that has `/api` or `/oauth` anywhere, even in its query, as one
    /// of its API.
    pub(crate) fn concerns_api(&self) -> bool {
        let uri = self.request_uri();
        uri.contains("/api") || uri.contains("/oauth")
    }

    pub(crate) fn header(&self, name: impl axum::http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// User name and password of `Authorization: Basic`; PHP takes the scheme in any case.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let (scheme, encoded) = self.header(AUTHORIZATION)?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (user, password) = decoded.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.header(COOKIE)?
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    pub(crate) fn has_content_type(&self, expected: &str) -> bool {
        has_content_type(&self.headers, expected)
    }
}

fn has_content_type(headers: &HeaderMap, expected: &str) -> bool {
    let sent = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = sent
        .and_then(|sent| sent.split(';').next())
        .unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case(expected)
}

fn decode(encoded: &[u8]) -> Params {
    form_urlencoded::parse(encoded)
        .map(|(name, value)| (name.into(), Value::String(value.into())))
        .collect()
}

/// The body's parameters in the three encodings that Mautic reads, and the files of a multipart body.
async fn form(head: &Parts, body: &Bytes) -> (Params, Vec<Upload>) {
    let headers = &head.headers;
    let (mut params, mut files) = (Params::new(), Vec::new());
    if has_content_type(headers, "application/x-www-form-urlencoded") {
        params = decode(body);
    } else if has_content_type(headers, "application/json") {
        if let Ok(Value::Object(members)) = serde_json::from_slice(body) {
            params = members;
        }
    } else if has_content_type(headers, "multipart/form-data") {
        // The head has the router's word that a body may be large.
        let request = Request::from_parts(head.clone(), Body::from(body.clone()));
        if let Ok(mut parts) = Multipart::from_request(request, &()).await {
            while let Ok(Some(part)) = parts.next_field().await {
                let name = part.name().unwrap_or_default().to_owned();
                let file = part.file_name().map(str::to_owned);
                let Ok(contents) = part.bytes().await else {
                    continue;
                };
                match file {
                    Some(name) => files.push(Upload { name, contents }),
                    None => {
                        let value = String::from_utf8_lossy(&contents).into_owned();
                        params.insert(name, Value::String(value));
                    }
                }
            }
        }
    }
    (params, files)
}

/// A parameter as text; a number in a JSON body counts as the text that PHP makes of it.
pub(crate) fn text(params: &Params, name: &str) -> Option<String> {
    match params.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An answer with the given status, `Content-Type` and body.
pub(crate) fn reply(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(body.into());
    *reply.status_mut() = StatusCode::from_u16(status).expect("a valid status code");
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// A JSON answer, escaped as Symfony's `JsonResponse` does.
pub(crate) fn json(status: u16, value: &Value) -> Reply {
    let mut escaped = String::new();
    for character in value.to_string().chars() {
        match character {
            '/' => escaped.push_str("\\/"),
            '<' => escaped.push_str("\\u003C"),
            '>' => escaped.push_str("\\u003E"),
            '&' => escaped.push_str("\\u0026"),
            '\'' => escaped.push_str("\\u0027"),
            other => escaped.push(other),
        }
    }
    // A quote inside a string is the only thing that serde_json writes as `\"`, a backslash the
    // only thing it writes as `\\`: the latter is set aside so that it hides no quote.
    let escaped = escaped
        .replace("\\\\", "\u{0}")
        .replace("\\\"", "\\u0022")
        .replace('\u{0}', "\\\\");
    reply(status, "application/json", escaped)
}

/// A page.
pub(crate) fn html(status: u16, page: maud::Markup) -> Reply {
    reply(status, "text/html; charset=UTF-8", page.into_string())
}

/// Symfony's redirect, with its page.
pub(crate) fn redirect(status: u16, location: &str) -> Reply {
    let mut reply = html(status, crate::pages::redirecting(location));
    set_header(&mut reply, LOCATION, location);
    reply
}

/// The redirect of Mautic's rules for Apache.
pub(crate) fn apache_redirect(location: &str) -> Reply {
    let page = crate::pages::moved_permanently(location).into_string();
    let mut reply = reply(301, "text/html; charset=iso-8859-1", page);
    set_header(&mut reply, LOCATION, location);
    reply
}

/// The empty answer that Mautic's CORS middleware gives to every OPTIONS request.
pub(crate) fn no_content() -> Reply {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = StatusCode::NO_CONTENT;
    *reply.version_mut() = HttpVersion::HTTP_10;
    reply
}

/// Sets a header; a value that HTTP cannot carry is left out.
pub(crate) fn set_header(
    reply: &mut Reply,
    name: impl axum::http::header::IntoHeaderName,
    value: &str,
) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// PHP's `http_build_query`: nulls left out, space as `+`, all but letters, digits and `-_.` escaped.
pub(crate) fn build_query(pairs: &[(&str, Option<&str>)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b' ' => "+".to_owned(),
                b'-' | b'_' | b'.' => char::from(byte).to_string(),
                _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let sent = pairs
        .iter()
        .filter_map(|(name, value)| Some((name, (*value)?)));
    sent.map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}
