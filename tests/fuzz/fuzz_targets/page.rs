//! Pages and addresses for the diagnosis: what stands at the base URL, what somebody pasted.

#![no_main]

use mautic_connector_fuzz::Target;

libfuzzer_sys::fuzz_target!(|input: &[u8]| Target::Page.attack(input));
