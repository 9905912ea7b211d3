//! The core from outside: whole stories through `step_json`, as a shell would drive them.
//!
//! Every story's messages and answers stand in `tests/vectors/`, where Node and PHP find them; run
//! with `VECTORS=write` to write them anew.

mod addresses;
mod api_calls;
mod attempts;
mod authorization;
mod bad_input;
mod base_url;
mod basic;
mod client_credentials;
mod copies;
mod doctor;
mod earlier;
mod explain;
mod guide;
mod incidents;
mod lives;
mod lost_answers;
mod methods;
mod peers;
mod recorded;
mod renewal;
mod settings;
mod shell;
mod vectors;
