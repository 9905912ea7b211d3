//! Which Mautic is played, and where the versions part.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Mautic version such as `7.0.0`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    text: String,
    numbers: (u32, u32, u32),
}

impl Version {
    fn major(&self) -> u32 {
        self.numbers.0
    }

    /// 6 and 7 redirect a user who accepted this client before without asking again, and refuse
    /// users whose role lacks API access. 5 listens to an event that is no longer sent.
    pub(crate) fn checks_before_consent(&self) -> bool {
        self.major() != 5
    }

    /// 6 answers a token request without `client_secret` with a type error.
    pub(crate) fn crashes_without_secret(&self) -> bool {
        self.major() == 6
    }

    /// Up to 6, authorize without `client_id` is a type error; 7 says "Client not found."
    pub(crate) fn crashes_without_client_id(&self) -> bool {
        self.major() < 7
    }

    /// 6 and 7 leave a wrong Basic password to Symfony, which answers with an empty body.
    pub(crate) fn refuses_basic_with_empty_body(&self) -> bool {
        self.major() > 5
    }

    /// The API rate limiter is gone in 7.
    pub(crate) fn limits_rate(&self) -> bool {
        self.major() < 7
    }

    /// API Platform came with 7.
    pub(crate) fn has_api_v2(&self) -> bool {
        self.major() > 6
    }

    /// Before 7.1.3 API Platform refused every valid Bearer token.
    pub(crate) fn api_v2_takes_user_tokens(&self) -> bool {
        self.numbers >= (7, 1, 3)
    }

    /// From 6 on "modified" is filled when a record is created.
    pub(crate) fn fills_modified_at_creation(&self) -> bool {
        self.major() > 5
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refusal = || format!("\"{text}\" is not a Mautic version from 4 to 7, such as 7.0.0");
        let plain = text.split('-').next().unwrap_or_default();
        let mut numbers = plain.split('.').map(str::parse::<u32>);
        let mut next = || numbers.next().and_then(Result::ok).ok_or_else(refusal);
        let numbers = (next()?, next()?, next()?);
        if !(4..=7).contains(&numbers.0) {
            return Err(refusal());
        }
        Ok(Self {
            text: text.to_owned(),
            numbers,
        })
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.text
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
