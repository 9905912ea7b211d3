//! Why processes are begun.

use serde_json::{Value, json};

const REDIRECT_URI: &str = "https://site.example/wp-admin/admin.php";
const PAGE: &str = "https://site.example/wp-admin/admin.php?page=connector-for-mautic";

/// The address of the simulated Mautic.
pub(crate) const BASE: &str = "https://mautic.example";

/// What a process is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Call,
    Tick,
    Refresh,
    Test,
    Diagnose,
    View,
    Save(Value),
    Disconnect,
    Reset,
    Authorize,
    Return(String),
    Moved,
    Copied,
}

impl What {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Call => "api_call",
            Self::Tick => "tick",
            Self::Refresh => "refresh",
            Self::Test => "test",
            Self::Diagnose => "diagnose",
            Self::View => "view",
            Self::Save(_) => "settings_saved",
            Self::Disconnect => "disconnect",
            Self::Reset => "reset",
            Self::Authorize => "authorize",
            Self::Return(_) => "returned",
            Self::Moved => "site_moved",
            Self::Copied => "site_copied",
        }
    }

    pub(crate) fn event(&self) -> Value {
        let mut event = match self {
            Self::Call => json!({"method": "GET", "path": "contacts"}),
            Self::Diagnose => json!({"paths": ["contacts"]}),
            Self::Save(values) => json!({"values": values}),
            Self::Authorize => json!({"user": 7, "redirect_uri": REDIRECT_URI, "return_to": PAGE}),
            Self::Return(query) => {
                json!({"user": 7, "redirect_uri": REDIRECT_URI, "query": query})
            }
            _ => json!({}),
        };
        event["type"] = json!(self.name());
        event
    }
}
