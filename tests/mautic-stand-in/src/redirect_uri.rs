//! How Mautic compares redirect URIs.

use axum::http::Uri;

/// The OAuth2 library's rule: a sent URI must begin with a known one, case aside, and have exactly
/// its host and port. A path that climbs is refused.
pub(crate) fn matches(sent: &str, known: &str) -> bool {
    let path = percent_decoded(path(sent));
    let climbs = path.contains("/../") || path.contains("/./");
    let begins = sent
        .get(..known.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(known));
    !climbs && begins && authority(sent).is_some() && authority(sent) == authority(known)
}

/// Appends a query, behind the one that the URI may have.
pub(crate) fn with_query(uri: &str, query: &str) -> String {
    let (uri, fragment) = uri
        .split_once('#')
        .map_or((uri, None), |(uri, fragment)| (uri, Some(fragment)));
    let glue = if uri.contains('?') { '&' } else { '?' };
    let fragment = fragment
        .map(|fragment| format!("#{fragment}"))
        .unwrap_or_default();
    format!("{uri}{glue}{query}{fragment}")
}

/// PHP's `FILTER_SANITIZE_URL`: characters that no URL may have are dropped.
pub(crate) fn sanitized(uri: &str) -> String {
    uri.chars()
        .filter(|character| character.is_ascii_graphic())
        .collect()
}

/// What the credential form takes as a redirect URI.
pub(crate) fn can_be_registered(uri: &str) -> bool {
    let uri_parts = uri.split_once("://");
    let starts_well = uri.starts_with(|character: char| character.is_ascii_alphanumeric());
    starts_well && uri_parts.is_some_and(|(_, rest)| !rest.is_empty()) && !uri.contains([',', ' '])
}

/// Host and port as PHP's `parse_url` gives them: None where it sees no URL.
fn authority(uri: &str) -> Option<(String, Option<u16>)> {
    let uri: Uri = uri.split('#').next()?.parse().ok()?;
    let authority = uri.authority()?.as_str();
    let (_, port) = authority.split_at(authority.find(uri.host()?)? + uri.host()?.len());
    let port = port.strip_prefix(':').map(str::parse).transpose().ok()?;
    Some((uri.host()?.to_owned(), port))
}

fn path(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |start| &rest[start..]);
    path.split(['?', '#']).next().unwrap_or_default()
}

fn percent_decoded(text: &str) -> String {
    let escaped = text
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    url::form_urlencoded::parse(escaped.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_longer_uri_on_the_same_host_and_port_matches() {
        let known = "http://127.0.0.1:9999/callback";
        for sent in [
            known,
            "HTTP://127.0.0.1:9999/CALLBACK",
            "http://127.0.0.1:9999/callback/extra?x=1",
        ] {
            assert!(matches(sent, known), "{sent}");
        }
        for sent in [
            "https://127.0.0.1:9999/callback",
            "http://127.0.0.1:9999/other",
            "http://127.0.0.1:9999/callback/../x",
            "http://127.0.0.1:9999/callback/%2e%2e/x",
        ] {
            assert!(!matches(sent, known), "{sent}");
        }
    }

    #[test]
    fn a_host_alone_opens_its_paths_but_no_other_port_or_host() {
        let known = "http://site.example";
        assert!(matches("http://site.example/any?x=1", known));
        for sent in [
            "http://site.example:8080/",
            "http://site.example:99990/",
            "http://site.example.evil.test/",
            "http://Site.example/",
        ] {
            assert!(!matches(sent, known), "{sent}");
        }
    }
}
