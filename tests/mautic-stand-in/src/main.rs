//! A stand-in for Mautic.

fn main() {}
