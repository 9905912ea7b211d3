//! What stands between the network and Mautic, and gets in its way: a proxy that ends TLS, a firewall, a
//! web server that does not rewrite addresses.

use axum::body::Bytes;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Method};

use maud::html;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::exchange::{self, Incoming, Reply};
use crate::pages;
use crate::site::Site;

/// One of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Front {
    /// Nothing that is in the way.
    #[default]
    None,
    /// Takes https and asks Mautic by http, which Mautic, whose routes want https, does not know: a GET is
    /// sent to the address that it came to, a POST finds no route.
    TlsProxy,
    /// The same, but only a POST meets it.
    HttpsOnly,
    /// Apache without `mod_rewrite`: Mautic's .htaccess sends everything to `/index.php`.
    IndexRedirect,
    /// nginx without `try_files`: only `/index.php` leads to Mautic.
    NoRewrite,
    /// Sends a POST on without its body, as a redirect does.
    LosesBodies,
    /// A web application firewall, which takes WordPress for an attacker.
    Firewall,
    /// Cloudflare, which asks for a sign of a person.
    Cloudflare,
    /// The page of a server that is being worked on.
    Maintenance,
}

impl Front {
    /// The path as Mautic sees it, if the address came through with `/index.php`.
    pub(crate) fn passed_on(self, path: &str) -> Option<String> {
        let clean = path.strip_prefix("/index.php/")?;
        matches!(self, Self::IndexRedirect | Self::NoRewrite).then(|| format!("/{clean}"))
    }

    /// What reaches Mautic.
    pub(crate) fn spoil(self, request: &mut Incoming) {
        if self == Self::LosesBodies {
            request.body = Bytes::new();
            request.form.clear();
            request.files.clear();
        }
    }

    /// The answer, if Mautic is not asked.
    pub(crate) fn instead(self, request: &Incoming, site: &Site, path: &str) -> Option<Reply> {
        let query = request
            .uri
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let post = request.method == Method::POST;
        let needs_index = path != "/" && !path.starts_with("/index.php");
        match self {
            Self::TlsProxy if request.is_get() => Some(exchange::redirect(
                301,
                &format!("{}{query}", site.url(path)),
            )),
            Self::TlsProxy | Self::HttpsOnly if post => Some(errors::not_found(request)),
            Self::IndexRedirect if needs_index => {
                let location = site.url(&format!("/index.php{path}{query}"));
                Some(exchange::redirect(302, &location))
            }
            Self::NoRewrite if needs_index => Some(exchange::html(404, pages::not_found())),
            Self::Firewall => Some(exchange::html(403, firewall())),
            Self::Cloudflare => Some(cloudflare()),
            Self::Maintenance => {
                let mut reply = exchange::html(503, maintenance());
                reply
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from_static("300"));
                Some(reply)
            }
            _ => None,
        }
    }
}

fn firewall() -> maud::Markup {
    html! {
        html { head { title { "Request Rejected" } } body {
            "The requested URL was rejected. Please consult with your administrator. Your support ID is: 4711"
        } }
    }
}

fn cloudflare() -> Reply {
    let page = html! {
        html { head { title { "Just a moment..." } } body {
            h1 { "Checking if the site connection is secure" }
            noscript { "Enable JavaScript and cookies to continue" }
        } }
    };
    let mut reply = exchange::html(403, page);
    exchange::set_header(&mut reply, "cf-mitigated", "challenge");
    exchange::set_header(&mut reply, "cf-ray", "8f00000000000000-FRA");
    exchange::set_header(&mut reply, "server", "cloudflare");
    reply
}

fn maintenance() -> maud::Markup {
    html! {
        html { head { title { "Down for maintenance" } } body {
            h1 { "We will be back soon" }
        } }
    }
}
