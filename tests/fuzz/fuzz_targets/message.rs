//! Raw bytes to the core's entry.

#![no_main]

use mautic_connector_fuzz::Target;

libfuzzer_sys::fuzz_target!(|input: &[u8]| Target::Message.attack(input));
