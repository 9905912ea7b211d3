//! Where the site is: the address that redirects are built from, and the folder that it serves.

use url::Url;

/// Mautic's `site_url`, and the path that it is installed at.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    url: String,
    base_path: String,
}

impl Site {
    /// The folder is that of the site URL unless given. A site URL without a folder gets it.
    pub(crate) fn new(site_url: &str, base_path: Option<&str>) -> Result<Self, String> {
        let url: Url = site_url
            .parse()
            .map_err(|error| format!("the site URL \"{site_url}\": {error}"))?;
        let own_path = url.path().trim_end_matches('/');
        let base_path = base_path.unwrap_or(own_path).trim_matches('/');
        let base_path = if base_path.is_empty() {
            String::new()
        } else {
            format!("/{base_path}")
        };
        let mut site_url = site_url.trim_end_matches('/').to_owned();
        if own_path.is_empty() {
            site_url.push_str(&base_path);
        }
        Ok(Self {
            url: site_url,
            base_path,
        })
    }

    /// The absolute address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The path as Mautic sees it; None if it is outside of its folder.
    pub(crate) fn path_inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        let inside = path.strip_prefix(&self.base_path)?;
        match inside {
            "" => Some("/"),
            _ if inside.starts_with('/') => Some(inside),
            _ => None,
        }
    }
}
