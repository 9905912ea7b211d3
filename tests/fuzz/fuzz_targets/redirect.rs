//! Queries that somebody comes back with.

#![no_main]

use mautic_connector_fuzz::Target;

libfuzzer_sys::fuzz_target!(|input: &[u8]| Target::Redirect.attack(input));
