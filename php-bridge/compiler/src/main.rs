//! Compiles WebAssembly to plain PHP.

fn main() {}
