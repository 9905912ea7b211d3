//! Thousands of random and mutated messages with the answers of the native core, for comparing
//! Node and PHP with it to the byte.
//!
//! `cargo run --example corpus -- 3000 1 > corpus.json` writes 3,000 vectors from seed 1: the
//! messages of `tests/vectors/`, each changed in one to four places.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use mautic_connector::step_json;
use serde_json::{Value, json};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| {
        arguments
            .next()
            .map_or(default, |text| text.parse().expect("a number"))
    };
    let (count, seed) = (number(3000), number(1));
    let mut random = Random(seed);
    let sources = messages();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut separator = "[\n";
    for index in 0..count {
        let mut message = sources[random.below(sources.len())].clone();
        for _ in 0..=random.below(4) {
            message = mutate(message, &sources, &mut random);
        }
        let answer = step_json(&message);
        let vector =
            json!({"name": format!("random {index}"), "message": message, "answer": answer});
        write!(out, "{separator}{vector}").expect("standard output");
        separator = ",\n";
    }
    writeln!(out, "\n]").expect("standard output");
}

fn messages() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the vectors")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let mut messages = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).expect("a readable file");
        let vectors: Vec<Value> = serde_json::from_str(&text).expect("a list");
        messages.extend(
            vectors
                .iter()
                .filter_map(|vector| vector["message"].as_str().map(str::to_owned)),
        );
    }
    messages
}

/// Nine of ten changes keep the message JSON, the others need not; all keep it UTF-8, since JSON
/// files are.
fn mutate(message: String, sources: &[String], random: &mut Random) -> String {
    if random.below(10) > 0
        && let Ok(mut value) = serde_json::from_str::<Value>(&message)
    {
        let other = serde_json::from_str(&sources[random.below(sources.len())]).unwrap_or_default();
        change(&mut value, &other, random);
        return value.to_string();
    }
    let mut chars: Vec<char> = message.chars().collect();
    let at = random.below(chars.len() + 1);
    match random.below(5) {
        0 => chars.truncate(at),
        1 => chars.insert(at, random.character()),
        2 if at < chars.len() => {
            chars.remove(at);
        }
        3 if at < chars.len() => chars[at] = random.character(),
        _ => {
            let end = (at + random.below(40)).min(chars.len());
            let piece: Vec<char> = chars[at..end].to_vec();
            let to = random.below(chars.len() + 1);
            chars.splice(to..to, piece);
        }
    }
    chars.into_iter().collect()
}

/// Walks to a random place and puts something else there: another message's value of that place,
/// a value of another type, an extreme.
fn change(value: &mut Value, other: &Value, random: &mut Random) {
    match value {
        Value::Object(members) if !members.is_empty() && random.below(12) > 0 => {
            let keys: Vec<String> = members.keys().cloned().collect();
            let key = &keys[random.below(keys.len())];
            return change(&mut members[key.as_str()], &other[key.as_str()], random);
        }
        Value::Array(items) if !items.is_empty() && random.below(12) > 0 => {
            let index = random.below(items.len());
            return change(&mut items[index], &other[index], random);
        }
        Value::String(text) if random.below(4) > 0 => {
            let mut chars: Vec<char> = text.chars().collect();
            let at = random.below(chars.len() + 1);
            chars.insert(at, random.character());
            *text = chars.into_iter().collect();
            return;
        }
        Value::Number(number) if random.below(4) > 0 => {
            let near = number.as_i64().unwrap_or_default();
            *value = json!(match random.below(4) {
                0 => near.saturating_add(1),
                1 => near.saturating_sub(1),
                2 => near / 2,
                _ => near.saturating_add(random.below(100_000) as i64),
            });
            return;
        }
        _ => {}
    }
    *value = match random.below(30) {
        0 => Value::Null,
        1 => json!(random.below(2) == 0),
        2 => json!(random.next()),
        3 => json!(-(random.below(1000) as i64)),
        4 => json!(i64::MAX),
        5 => json!(1.5e300),
        6 => json!(""),
        7 => json!(random.character().to_string().repeat(random.below(400))),
        8 => json!([]),
        9 => json!({}),
        _ => other.clone(),
    };
}

/// SplitMix64: the same numbers from the same seed, everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn character(&mut self) -> char {
        let odd = [
            '"', '\\', '{', '}', '[', ']', ':', ',', '\0', '\n', '\u{7f}', 'é', '\u{2028}', '😀',
            '%', '&', '=', '+', '/', '@', '#', '?', '.', '0', '-', 'e', ' ',
        ];
        odd[self.below(odd.len())]
    }
}
