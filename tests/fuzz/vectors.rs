//! The corpus as vectors: each message with the native core's answer, for comparing Node and PHP with it to the
//! byte. `cargo run --example hostile > hostile.json` writes the committed inputs and the largest bodies, `cargo
//! run --example hostile -- whole > whole.json` messages of half a megabyte.

#[path = "src/lib.rs"]
#[allow(dead_code, unreachable_pub)]
mod fuzz;

use std::collections::HashSet;
use std::io::{BufWriter, Write as _};

use fuzz::{Target, answer, bodies, whole};
use serde_json::{Value, json};

fn main() {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut separator = "[\n";
    let vectors = match std::env::args().nth(1).as_deref() {
        None => [corpus(), bodies()].concat(),
        Some("whole") => whole(),
        Some(_) => panic!("usage: hostile [whole]"),
    };
    for (name, message) in vectors {
        let vector = vector(&name, &message);
        write!(out, "{separator}{vector}").expect("standard output");
        separator = ",\n";
    }
    writeln!(out, "\n]").expect("standard output");
}

/// Of those that come in at the same moment and have the same answer, the first.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut answers = HashSet::new();
    let mut messages = Vec::new();
    for target in Target::ALL {
        for (name, input) in target.corpus() {
            for (moment, message) in target.messages(&input).into_iter().enumerate() {
                if answers.insert((target, moment, answer(&message))) {
                    messages.push((format!("{}/{name} {moment}", target.name()), message));
                }
            }
        }
    }
    messages
}

/// JSON is text: bytes that are none stand there in hexadecimal digits.
fn vector(name: &str, message: &[u8]) -> Value {
    let answer = answer(message);
    match std::str::from_utf8(message) {
        Ok(text) => json!({"name": name, "message": text, "answer": answer}),
        Err(_) => {
            let digits: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({"name": name, "hexadecimal": digits, "answer": answer})
        }
    }
}
