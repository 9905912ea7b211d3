//! Values that must not be printed.

use std::fmt;

/// A token, secret or password: opaque bytes, never trimmed, lower-cased or compared.
///
/// `Debug` is redacted and there is no `Display` and no `PartialEq`; whoever needs the value calls
/// [`Secret::expose`], which is easy to find in a review.
#[derive(Clone, Default)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(value: String) -> Self {
        Self(value)
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
