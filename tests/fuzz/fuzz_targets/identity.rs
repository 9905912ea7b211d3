//! Answers of the API: who we are, a path, a call.

#![no_main]

use mautic_connector_fuzz::Target;

libfuzzer_sys::fuzz_target!(|input: &[u8]| Target::Identity.attack(input));
