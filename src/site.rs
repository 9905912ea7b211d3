//! Which site this is: a copy of it, or one that has moved, must not renew another one's tokens.

/// Longest address that is compared, in bytes, for the document's size.
const MAX_LENGTH: usize = 300;

/// The address as a grant keeps it.
pub(crate) fn kept(address: &str) -> String {
    if address.len() <= MAX_LENGTH {
        address.to_owned()
    } else {
        String::new()
    }
}

/// Whether a grant that was given to one address is used at another. What is not known differs
/// from nothing: a site that takes its host from the request has none on the command line.
pub(crate) fn differs(granted: &str, address: &str) -> bool {
    if granted == address || address.len() > MAX_LENGTH {
        return false;
    }
    let (granted, address) = (identity(granted), identity(address));
    let has_host = |identity: &str| !identity.is_empty() && !identity.starts_with('/');
    granted != address && has_host(&granted) && has_host(&address)
}

/// What makes two addresses the same site: host and path. Scheme, port and `www.` change with
/// certificates and proxies.
fn identity(address: &str) -> String {
    let address = address.trim();
    let rest = address
        .split_once("://")
        .map_or(address, |(_, rest)| rest)
        .trim_end_matches('/');
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => &authority,
    };
    [host.strip_prefix("www.").unwrap_or(host), path].concat()
}
