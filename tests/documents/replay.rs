//! The answers of the core beside it, one a line, to messages, one a line.

use std::io::{BufRead, Write, stdin, stdout};

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    for message in stdin().lock().lines() {
        writeln!(out, "{}", mautic_connector::step_json(&message?))?;
    }
    out.flush()
}
