//! Times the native core with the messages that `messages.mjs` writes, for comparing PHP and Node with it.
//!
//! `cargo run --release --example messages -- messages.json 0.2` takes each message of a list for so many
//! seconds, at least nine times, and prints a list: for each message its `answer` and the `nanoseconds` of
//! each call.

use std::env;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use mautic_connector::step_json;
use serde_json::{Value, json};

const LEAST: usize = 9;

fn main() {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().expect("the path of a list of messages");
    let seconds: f64 = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    let text = fs::read_to_string(path).expect("a readable file");
    let messages: Vec<String> = serde_json::from_str(&text).expect("a list of strings");
    let taken: Vec<Value> = messages
        .iter()
        .map(|message| time(message, Duration::from_secs_f64(seconds)))
        .collect();
    println!("{}", Value::from(taken));
}

fn time(message: &str, patience: Duration) -> Value {
    let answer = step_json(message);
    let began = Instant::now();
    let mut nanoseconds = Vec::new();
    while nanoseconds.len() < LEAST || began.elapsed() < patience {
        let started = Instant::now();
        black_box(step_json(black_box(message)));
        nanoseconds.push(u64::try_from(started.elapsed().as_nanos()).expect("less than centuries"));
    }
    json!({"answer": answer, "nanoseconds": nanoseconds})
}
