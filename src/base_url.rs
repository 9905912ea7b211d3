//! The base URL: whatever people paste, made into the one address that everything is below.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::effect::Note;
use crate::problem::{Problem, clean};

/// Longest base URL in bytes: ten pending authorizations carry it and the document stays small.
const MAX_LENGTH: usize = 300;

/// What the site allows.
#[derive(Clone, Copy, Default)]
pub(crate) struct Policy {
    pub(crate) allow_http: bool,
    pub(crate) allow_private_hosts: bool,
}

/// A normalised base URL, `scheme://host[:port][/path]` without a trailing slash, and what was
/// done to get there.
#[derive(Debug)]
pub(crate) struct Normalized {
    pub(crate) url: String,
    pub(crate) notes: Vec<Note>,
}

/// Normalises what was typed.
///
/// A missing scheme becomes https; query, fragment and the paths that Mautic itself shows in a
/// browser's address line (`/s/login`, `/index.php`, `/api`, `/oauth/v2/…`) are cut off, a
/// sub-folder and a port stay. A host that is not ASCII must come with its punycode form, since
/// the core has no Unicode tables.
///
/// # Errors
///
/// One problem with the field `base_url`: `missing`, `too_long`, `invalid`, `scheme`,
/// `http_not_allowed`, `credentials`, `host_not_ascii`, `address_refused`.
pub(crate) fn normalize(
    typed: &str,
    ascii_host: Option<&str>,
    policy: Policy,
) -> Result<Normalized, Problem> {
    let refuse = |code| Err(Problem::user(code).field("base_url"));
    let typed = typed.trim();
    if typed.is_empty() {
        return refuse("base_url.missing");
    }
    if typed.len() > MAX_LENGTH {
        return refuse("base_url.too_long");
    }
    let mut notes = Vec::new();
    let mut text = with_scheme(typed, &mut notes);

    let host = host_range(&text);
    if !text[host.clone()].is_ascii() {
        let Some(ascii) = ascii_host.filter(|ascii| is_plain_host(ascii)) else {
            let mut problem = Problem::user("base_url.host_not_ascii").field("base_url");
            problem.host = clean(&text[host]).map(String::into_boxed_str);
            return Err(problem);
        };
        notes.push(Note {
            code: "base_url.host_ascii",
            detail: Some(ascii.to_owned()),
        });
        text.replace_range(host, ascii);
    }

    let Ok(url) = Url::parse(&text) else {
        return refuse("base_url.invalid");
    };
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return refuse("base_url.scheme"),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("base_url.credentials");
    }
    let Some(host) = url.host() else {
        return refuse("base_url.invalid");
    };
    let reach = reach(&host);
    if reach == Reach::Refused || (reach != Reach::Public && !policy.allow_private_hosts) {
        return refuse("base_url.address_refused");
    }
    if !secure && reach != Reach::Loopback && !policy.allow_http {
        return refuse("base_url.http_not_allowed");
    }

    let mut result = url[..url::Position::BeforePath].to_owned();
    let path = install_path(url.path());
    result.push_str(&path);
    if result.len() > MAX_LENGTH {
        // Percent-encoding made it longer.
        return refuse("base_url.too_long");
    }
    let cut = url[url::Position::BeforePath..]
        .strip_prefix(path.as_str())
        .unwrap_or_default();
    if !matches!(cut, "" | "/") {
        notes.push(Note {
            code: "base_url.path_removed",
            detail: clean(cut),
        });
    }
    Ok(Normalized { url: result, notes })
}

/// Scheme, host and port of a normalised base URL: two with the same origin are the same server.
pub(crate) fn origin(base_url: &str) -> &str {
    let host = base_url.find("://").map_or(0, |at| at + 3);
    base_url[host..]
        .find('/')
        .map_or(base_url, |path| &base_url[..host + path])
}

fn with_scheme(typed: &str, notes: &mut Vec<Note>) -> String {
    let named = |scheme: &str| {
        typed
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    // `http:/host` is a slip that `url` mends; `host:8080` has a port, not a scheme.
    if typed.contains("://") || named("http:") || named("https:") {
        return typed.to_owned();
    }
    notes.push(Note::new("base_url.scheme_added"));
    ["https://", typed.trim_start_matches('/')].concat()
}

/// Where in `text` the host stands, found the way `url` finds it: between the slashes, without
/// user and port.
fn host_range(text: &str) -> std::ops::Range<usize> {
    let start = text.find(':').map_or(0, |colon| {
        let slashes = text[colon + 1..]
            .bytes()
            .take_while(|b| is_slash(*b))
            .count();
        colon + 1 + slashes
    });
    let end = text[start..]
        .bytes()
        .position(|byte| is_slash(byte) || byte == b'?' || byte == b'#')
        .map_or(text.len(), |at| start + at);
    let start = text[start..end]
        .rfind('@')
        .map_or(start, |at| start + at + 1);
    let end = match text[start..end].rfind(':') {
        Some(colon) if !text[start..end].ends_with(']') => start + colon,
        _ => end,
    };
    start..end
}

fn is_slash(byte: u8) -> bool {
    byte == b'/' || byte == b'\\'
}

fn is_plain_host(host: &str) -> bool {
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

/// The folder that Mautic is installed in: the path up to the first segment that belongs to
/// Mautic's own addresses.
fn install_path(path: &str) -> String {
    let mut install = String::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        if matches!(
            segment,
            "index.php" | "index_dev.php" | "s" | "api" | "oauth"
        ) {
            break;
        }
        install.push('/');
        install.push_str(segment);
    }
    install
}

/// How far away a host is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Public,
    Private,
    Loopback,
    /// Link-local, metadata, documentation, multicast and unspecified addresses: never a Mautic. The shell
    /// judges so what a name leads to.
    Refused,
}

fn reach(host: &Host<&str>) -> Reach {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            if name == "localhost" || name.ends_with(".localhost") {
                Reach::Loopback
            } else if name == "metadata.google.internal" || name == "metadata" {
                Reach::Refused
            } else {
                Reach::Public
            }
        }
        Host::Ipv4(address) => reach_v4(*address),
        Host::Ipv6(address) => match embedded_v4(*address) {
            Some(address) => reach_v4(address),
            None => reach_v6(*address),
        },
    }
}

/// The IPv4 address behind an IPv6 one: mapped, compatible, translated, NAT64, 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [high, low] = match address.segments() {
        // Unspecified and loopback.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => return None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => [high, low],
        _ => return None,
    };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [first, second, ..] = address.octets();
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_link_local()
        || address.is_documentation()
        || first == 0
        || first >= 224
        // Protocol assignments, and relays of 6to4.
        || matches!(address.octets(), [192, 0, 0, _] | [192, 88, 99, _])
        // The metadata addresses of Alibaba Cloud and Azure, the only ones outside 169.254.0.0/16.
        || matches!(address.octets(), [100, 100, 100, 200] | [168, 63, 129, 16])
    {
        Reach::Refused
    } else if address.is_private()
        || (first == 100 && second & 0xc0 == 64)
        // For benchmarks.
        || (first == 198 && second & 0xfe == 18)
    {
        Reach::Private
    } else {
        Reach::Public
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let [first, second, third, ..] = address.segments();
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_unspecified()
        || first & 0xffc0 == 0xfe80
        || first & 0xff00 == 0xff00
        // Teredo, documentation, discarded, and NAT64 of a network's own, which hides an IPv4 address anywhere.
        || matches!(
            (first, second, third),
            (0x2001, 0 | 0xdb8, _) | (0x3fff, 0..=0xfff, _) | (0x100, 0, 0) | (0x64, 0xff9b, 1)
        )
        // The metadata addresses of Amazon's instances and of Google's.
        || matches!((first, second), (0xfd00, 0xec2) | (0xfd20, 0xce))
    {
        Reach::Refused
    } else if first & 0xfe00 == 0xfc00
        // What was private before, and for benchmarks.
        || first & 0xffc0 == 0xfec0
        || (first, second, third) == (0x2001, 2, 0)
    {
        Reach::Private
    } else {
        Reach::Public
    }
}
