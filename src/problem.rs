//! What went wrong, in a form that decides retry, notice, exit status and sentence.

use crate::fields::{fields, names};

/// Whose move is next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nobody's: it may pass by itself, try again.
    Transient,
    /// A person must mend something, in WordPress or in Mautic.
    #[default]
    User,
    /// It will not get better.
    Permanent,
    /// The caller asked for something that cannot be.
    Misuse,
}

names! { Kind {
    "transient" => Transient,
    "user" => User,
    "permanent" => Permanent,
    "misuse" => Misuse,
} }

/// One thing that went wrong. Its `code` is stable; sentences are the shell's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Stable code, such as `token.invalid_grant`.
    pub(crate) code: &'static str,
    /// Whose move is next.
    pub(crate) kind: Kind,
    /// The settings field that it belongs to.
    pub(crate) field: Option<&'static str>,
    /// Foreign text (Mautic's message, a page's title), at most 200 characters, no control
    /// characters. For display only: nothing is ever decided by it.
    pub(crate) detail: Option<String>,
    /// The host as it was typed, for `base_url.host_not_ascii`.
    pub(crate) host: Option<Box<str>>,
    /// The HTTP status that was judged.
    pub(crate) http_status: Option<u16>,
    /// When a retry makes sense, in Unix seconds.
    pub(crate) retry_at: Option<u64>,
    /// A base URL at which a Mautic was found.
    pub(crate) suggestion: Option<Box<str>>,
}

fields! { Problem {
    code,
    kind,
    field if some,
    detail if some,
    host if some,
    http_status if some,
    retry_at if some,
    suggestion if some,
} }

impl Problem {
    pub(crate) fn new(code: &'static str, kind: Kind) -> Self {
        Self {
            code,
            kind,
            ..Self::default()
        }
    }

    pub(crate) fn transient(code: &'static str) -> Self {
        Self::new(code, Kind::Transient)
    }

    pub(crate) fn user(code: &'static str) -> Self {
        Self::new(code, Kind::User)
    }

    pub(crate) fn misuse(code: &'static str) -> Self {
        Self::new(code, Kind::Misuse)
    }

    pub(crate) fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    pub(crate) fn detail(mut self, text: &str) -> Self {
        self.detail = clean(text);
        self
    }
}

/// Characters of a foreign text that are shown.
const MAX_DETAIL: usize = 200;

/// Makes foreign text harmless to show: white space folded, control characters (line breaks and
/// the invisible ones that reorder text included) gone, at most 200 characters.
pub(crate) fn clean(text: &str) -> Option<String> {
    let mut clean = String::new();
    let mut gap = false;
    let mut count = 0;
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = true;
        } else if !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        {
            if gap && count > 0 {
                if count == MAX_DETAIL - 1 {
                    break;
                }
                clean.push(' ');
                count += 1;
            }
            gap = false;
            clean.push(character);
            count += 1;
        }
        if count == MAX_DETAIL {
            break;
        }
    }
    (!clean.is_empty()).then_some(clean)
}
