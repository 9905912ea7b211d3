//! What the crate `url` asks of the crate `idna`, for hosts that are ASCII already.
//!
//! The published crate decodes and checks Punycode even without its Unicode tables, which is a
//! seventh of the compiled core and of no use to it: a host with other characters is answered by
//! `base_url.host_not_ascii` before `url` sees it, and a Punycode label is for the DNS to judge.

use std::borrow::Cow;

/// The host is no ASCII host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Errors;

/// Which ASCII characters a host may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsciiDenyList;

impl AsciiDenyList {
    /// The forbidden domain code points of the [URL Standard].
    ///
    /// [URL Standard]: https://url.spec.whatwg.org/#forbidden-domain-code-point
    pub const URL: Self = Self;

    fn denies(self, byte: u8) -> bool {
        byte <= b' ' || byte >= 0x7f || b"#%/:<>?@[\\]^|".contains(&byte)
    }
}

/// A host in lower case.
///
/// # Errors
///
/// If it has a character that is not ASCII or on the list.
pub fn domain_to_ascii_from_cow(
    domain: Cow<'_, [u8]>,
    deny_list: AsciiDenyList,
) -> Result<Cow<'_, str>, Errors> {
    if domain.iter().any(|byte| deny_list.denies(*byte)) {
        return Err(Errors);
    }
    let lower = domain.to_ascii_lowercase();
    String::from_utf8(lower).map(Cow::Owned).map_err(|_| Errors)
}

/// A host for display: as it is, since decoding Punycode is what this crate leaves out.
pub fn domain_to_unicode(domain: &str) -> (String, Result<(), Errors>) {
    (domain.to_owned(), Ok(()))
}
