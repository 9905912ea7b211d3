//! Modules that were generated, with what wasmtime answered: PHP answers the same, in each way of writing.
//!
//! `fuzzed/corpus.jsonl` is made by `wasm2php-fuzz record`, never by hand. WASM2PHP_PHP names another
//! command that is PHP, and WASM2PHP_PART=3/10 takes every tenth module.

#[path = "fuzzed/replay.rs"]
mod replay;

use std::path::Path;
use std::{env, fs, thread};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use replay::{Call, Case, Php, replay};

/// Modules that one process of PHP runs.
const BATCH: usize = 50;

#[test]
fn corpus() {
    run("fuzzed", false);
}

/// OPcache's optimiser changes code, and must not change what it does.
#[test]
fn corpus_with_opcache() {
    run("fuzzed-opcache", true);
}

fn run(folder: &str, opcache: bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed/corpus.jsonl");
    let (part, parts) = part();
    let cases: Vec<Case> = fs::read_to_string(path)
        .unwrap()
        .lines()
        .skip(part)
        .step_by(parts)
        .map(case)
        .collect();
    assert!(cases.len() * parts >= 300, "only {} modules", cases.len());
    let php = Php {
        command: env::var("WASM2PHP_PHP").unwrap_or_else(|_| "php".to_owned()),
        opcache,
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let wrong: Vec<String> = thread::scope(|scope| {
        let batches: Vec<_> = cases
            .chunks(BATCH)
            .enumerate()
            .map(|(index, batch)| {
                let (folder, php) = (folder.join(index.to_string()), &php);
                scope.spawn(move || {
                    let differences = replay(batch, &folder, php);
                    let text = |d: &replay::Difference| {
                        format!("seed {}, {}: {}", batch[d.case].seed, d.writing, d.what)
                    };
                    differences.iter().map(text).collect::<Vec<_>>()
                })
            })
            .collect();
        let join = |batch: thread::ScopedJoinHandle<'_, Vec<String>>| batch.join().unwrap();
        batches.into_iter().flat_map(join).collect()
    });
    println!("{} modules, {} answers differ", cases.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The case in a line of the corpus.
fn case(line: &str) -> Case {
    let (seed, wasm, calls, globals, tables, answers) = serde_json::from_str(line).unwrap();
    let (wasm, calls): (String, Vec<(String, Vec<String>, String)>) = (wasm, calls);
    let call = |(name, arguments, results)| Call {
        name,
        arguments,
        results,
    };
    Case {
        seed,
        wasm: BASE64.decode(wasm).unwrap(),
        calls: calls.into_iter().map(call).collect(),
        globals,
        tables,
        answers,
    }
}

/// Which part of how many.
fn part() -> (usize, usize) {
    let Ok(part) = env::var("WASM2PHP_PART") else {
        return (0, 1);
    };
    let parsed = part.split_once('/').and_then(|(part, parts)| {
        let (part, parts): (usize, usize) = (part.parse().ok()?, parts.parse().ok()?);
        (1 <= part && part <= parts).then_some((part - 1, parts))
    });
    parsed.unwrap_or_else(|| panic!("WASM2PHP_PART is \"{part}\", which is not like 3/10"))
}
