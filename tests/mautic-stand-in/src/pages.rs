//! The pages: login, consent, API credentials, errors.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::authorize::FORM;
use crate::exchange::{Params, text};
use crate::model::Client;

const STYLE: &str = include_str!("pages.css");

pub(crate) fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="UTF-8";
                title { (title) }
                meta name="robots" content="noindex, nofollow";
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    p.brand { span aria-hidden="true" { "M" } "Mautic stand-in" }
                    (content)
                }
            }
        }
    }
}

/// The first page, which says what this server is.
pub(crate) fn home(site: &str, version: &str) -> Markup {
    page(
        "Mautic stand-in",
        &html! {
            h1 { "This is a stand-in for Mautic" }
            p { "It answers as Mautic " (version) " does, for tests and demonstrations. Nothing here is a real Mautic." }
            p { a.button href={ (site) "/s/dashboard" } { "Log in" } }
        },
    )
}

/// The login form, of the authorize page or of Mautic's own pages.
pub(crate) fn login(action: &str, failed: bool, username: &str) -> Markup {
    page(
        "Mautic",
        &html! {
            h1 { "Log in" }
            @if failed {
                p.alert role="alert" { "Invalid credentials." }
            }
            form method="post" action=(action) {
                label for="username" { "Username or email" }
                input id="username" name="_username" value=(username) autocomplete="username" required autofocus;
                label for="password" { "Password" }
                input id="password" name="_password" type="password" autocomplete="current-password" required;
                button type="submit" { "Login" }
            }
        },
    )
}

/// The consent page. It carries the query on in hidden fields, as Mautic's does.
pub(crate) fn consent(action: &str, client: &str, user: &str, query: &Params) -> Markup {
    page(
        "Mautic",
        &html! {
            h1 { "Authorize application" }
            p { "Logged in as " strong { (user) } "." }
            p { strong { (client) } " asks to act in Mautic on your behalf." }
            form method="post" action=(action) {
                @for name in ["client_id", "response_type", "redirect_uri", "state", "scope"] {
                    input type="hidden" name={ (FORM) "[" (name) "]" } value=(text(query, name).unwrap_or_default());
                }
                div.actions {
                    button type="submit" name="accepted" value="Accept" { "Accept" }
                    button.quiet type="submit" name="rejected" value="Deny" { "Deny" }
                }
            }
        },
    )
}

/// The list of API credentials, where the redirect URI can be changed.
pub(crate) fn credentials(action: &str, clients: &[Client], message: Option<&str>) -> Markup {
    page(
        "API Credentials",
        &html! {
            h1 { "API Credentials" }
            p { a href={ (action) "/new" } { "New" } }
            @if let Some(message) = message {
                p.alert role="status" { (message) }
            }
            @for client in clients {
                section {
                    h2 { (client.name) }
                    dl {
                        dt { "Client ID" } dd { code { (client.public_id()) } }
                        dt { "Client Secret" } dd { code { (client.secret) } }
                    }
                    form method="post" action=(action) {
                        input type="hidden" name="client" value=(client.id);
                        label for={ "redirect-" (client.id) } { "Redirect URI" }
                        input id={ "redirect-" (client.id) } name="redirect_uris" required
                            value=(client.redirect_uris.join(", "));
                        button type="submit" { "Save" }
                    }
                }
            }
        },
    )
}

/// The page that goes with a redirect.
pub(crate) fn redirecting(location: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="UTF-8"; title { "Redirecting to " (location) } }
            body { "Redirecting to " a href=(location) { (location) } "." }
        }
    }
}

/// Apache's page that goes with a redirect.
pub(crate) fn moved_permanently(location: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { title { "301 Moved Permanently" } }
            body {
                h1 { "Moved Permanently" }
                p { "The document has moved " a href=(location) { "here" } "." }
            }
        }
    }
}

/// Mautic's page for an address that it does not know.
pub(crate) fn not_found() -> Markup {
    page(
        "Not Found",
        &html! { h1 { "404 Not Found" } p { "Requested URL not found." } },
    )
}

/// Symfony's plain error page.
pub(crate) fn symfony_error(title: &str, status: u16) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="UTF-8"; title { "An Error Occurred: " (title) } }
            body {
                h1 { "Oops! An Error Occurred" }
                h2 { "The server returned a \"" (status) " " (title) "\"." }
                p {
                    "Something is broken. Please let us know what you were doing when this error occurred. "
                    "We will fix it as soon as possible. Sorry for any inconvenience caused."
                }
            }
        }
    }
}
