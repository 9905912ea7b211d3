//! Plays a Mautic server as OAuth2 and Basic-auth API server, for tests and the demo.
//!
//! It answers as Mautic 5.1.1, 6.0.3 and 7.0.0 were recorded to answer; the replay test holds it to
//! that. What each version does otherwise than the others is in [`Version`].

mod administration;
mod api;
mod api_v2;
mod authenticate;
mod authorize;
mod contact_query;
mod contacts;
mod control;
mod errors;
mod exchange;
mod faults;
mod files;
mod front;
mod login;
mod mautic;
mod model;
mod pages;
mod random;
mod rate_limit;
mod redirect_uri;
mod request_log;
mod seed;
mod server;
mod session;
mod site;
mod store;
mod token;
mod version;

pub use seed::Options;
pub use server::{Credential, StandIn};
pub use version::Version;
