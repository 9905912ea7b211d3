//! Answers of the token endpoint.

#![no_main]

use mautic_connector_fuzz::Target;

libfuzzer_sys::fuzz_target!(|input: &[u8]| Target::Token.attack(input));
