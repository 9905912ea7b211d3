//! Mautic's own pages that an administrator opens to let somebody in: API settings and new credentials.

use maud::{Markup, html};

use crate::exchange::{self, Incoming, Reply, text};
use crate::mautic::Mautic;
use crate::model::{Settings, User};
use crate::pages::page;
use crate::random;
use crate::redirect_uri;
use crate::seed;
use crate::session::Area;

impl Mautic {
    /// The page that one sees after a login.
    pub(crate) fn dashboard(&mut self, request: &Incoming) -> Reply {
        if self.administrator(request).is_none() {
            return self.demand_login(request, Area::Main, "/s/login");
        }
        exchange::html(200, dashboard(&self.site.url("")))
    }

    /// Settings, Configuration, API Settings.
    pub(crate) fn configuration(&mut self, request: &Incoming) -> Reply {
        if self.administrator(request).is_none() {
            return self.demand_login(request, Area::Main, "/s/login");
        }
        let saved = !request.is_get();
        if saved {
            let number = |name| {
                let given = text(&request.form, name).and_then(|given| given.parse().ok());
                given.filter(|&given: &u32| given > 0)
            };
            let yes = |name| text(&request.form, name).as_deref() == Some("1");
            let settings = &mut self.database.settings;
            settings.api_enabled = yes("api_enabled");
            settings.basic_enabled = yes("api_enable_basic_auth");
            if let Some(minutes) = number("access_token_minutes") {
                settings.access_token_minutes = minutes.into();
            }
            if let Some(days) = number("refresh_token_days") {
                settings.refresh_token_days = days.into();
            }
        }
        let action = self.site.url("/s/config/edit");
        exchange::html(200, configuration(&action, &self.database.settings, saved))
    }

    /// Settings, API Credentials, New.
    pub(crate) fn new_credentials(&mut self, request: &Incoming) -> Reply {
        let Some(creator) = self.administrator(request).map(|user| user.role) else {
            return self.demand_login(request, Area::Main, "/s/login");
        };
        let action = self.site.url("/s/credentials/new");
        if request.is_get() {
            return exchange::html(200, new_credentials(&action, None));
        }
        let field = |name| text(&request.form, name).unwrap_or_default();
        let uris: Vec<String> = field("redirect_uris")
            .split(',')
            .map(|uri| uri.trim().to_owned())
            .collect();
        if let Some(wrong) = uris
            .iter()
            .find(|uri| !redirect_uri::can_be_registered(uri))
        {
            let message = format!("\"{wrong}\" is not a valid redirect URI.");
            return exchange::html(200, new_credentials(&action, Some(&message)));
        }
        let clients = &mut self.database.clients;
        let number = 1 + clients.iter().map(|client| client.id).max().unwrap_or(0);
        let mut client = seed::client(number, random::client_key(), random::client_key(), uris);
        client.name = field("name");
        client.role = Some(creator);
        clients.push(client);
        exchange::redirect(302, &self.site.url("/s/credentials"))
    }

    /// Who is logged in to Mautic's own pages.
    fn administrator(&self, request: &Incoming) -> Option<&User> {
        self.logged_in(&self.sessions.of(request), Area::Main)
    }
}

fn dashboard(site: &str) -> Markup {
    page(
        "Dashboard",
        &html! {
            h1 { "Dashboard" }
            p { "What one needs here to let a site in:" }
            p { a.button href={ (site) "/s/config/edit?tab=apiconfig" } { "API Settings" } }
            p { a.button href={ (site) "/s/credentials" } { "API Credentials" } }
        },
    )
}

fn configuration(action: &str, settings: &Settings, saved: bool) -> Markup {
    let switches = [
        ("api_enabled", "API enabled?", settings.api_enabled),
        (
            "api_enable_basic_auth",
            "Enable HTTP basic auth?",
            settings.basic_enabled,
        ),
    ];
    let lifetimes = [
        (
            "access_token_minutes",
            "Access token lifetime (in minutes)",
            settings.access_token_minutes.to_string(),
        ),
        (
            "refresh_token_days",
            "Refresh token lifetime (in days)",
            settings.refresh_token_days.to_string(),
        ),
    ];
    page(
        "Configuration",
        &html! {
            h1 { "API Settings" }
            @if saved {
                p.alert role="status" { "Configuration successfully updated" }
            }
            form method="post" action=(action) {
                @for (name, label, on) in switches {
                    label for=(name) { (label) }
                    select id=(name) name=(name) {
                        option value="0" selected[!on] { "No" }
                        option value="1" selected[on] { "Yes" }
                    }
                }
                @for (name, label, value) in lifetimes {
                    label for=(name) { (label) }
                    input id=(name) name=(name) type="number" min="1" required value=(value);
                }
                button type="submit" { "Apply" }
            }
        },
    )
}

fn new_credentials(action: &str, message: Option<&str>) -> Markup {
    page(
        "New Credentials",
        &html! {
            h1 { "New Credentials" }
            @if let Some(message) = message {
                p.alert role="alert" { (message) }
            }
            form method="post" action=(action) {
                label for="protocol" { "Authorization Protocol" }
                select id="protocol" { option { "OAuth 2" } }
                label for="name" { "Name" }
                input id="name" name="name" required;
                label for="redirect" { "Redirect URI" }
                input id="redirect" name="redirect_uris" required;
                button type="submit" { "Apply" }
            }
        },
    )
}
