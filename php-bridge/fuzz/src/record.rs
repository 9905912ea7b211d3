//! Records the corpus that the tests of wasm2php replay: few small modules that show much.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use clap::Args;
use serde_json::json;
use wasmparser::{Parser, Payload};

use crate::generate;
use crate::oracle::Oracle;
use crate::replay::Case;
use crate::run::returns;

/// A larger case is not worth its bytes.
const MAX_LINE: usize = 1500;

/// What to record.
#[derive(Args)]
pub(crate) struct Options {
    /// The corpus.
    file: PathBuf,
    /// How many modules it has.
    #[arg(long, default_value_t = 320)]
    modules: usize,
    /// How many seeds they are chosen from.
    #[arg(long, default_value_t = 20_000)]
    seeds: u64,
}

struct Candidate {
    line: String,
    seed: u64,
    shows: HashSet<String>,
}

/// Chooses one module after the other: the one that shows most that is new for its size.
pub(crate) fn record(options: &Options) -> ExitCode {
    let mut candidates = candidates(options.seeds);
    let mut seen: HashSet<String> = HashSet::new();
    let mut chosen = Vec::new();
    while chosen.len() < options.modules && !candidates.is_empty() {
        let worth = |candidate: &Candidate| {
            let new = candidate.shows.iter().filter(|what| !seen.contains(*what));
            new.count() as f64 / candidate.line.len() as f64
        };
        let (best, worth) = candidates
            .iter()
            .map(worth)
            .enumerate()
            .max_by(|(_, a), (_, b)| a.total_cmp(b))
            .expect("there are candidates");
        if worth == 0.0 {
            break;
        }
        let best = candidates.swap_remove(best);
        seen.extend(best.shows.iter().cloned());
        chosen.push(best);
    }
    chosen.sort_by_key(|candidate| candidate.seed);
    let text: String = chosen.iter().map(|c| format!("{}\n", c.line)).collect();
    let pairs = seen.iter().filter(|what| what.contains(' ')).count();
    println!(
        "{} modules, {} bytes, {} instructions and answers, {pairs} pairs of instructions",
        chosen.len(),
        text.len(),
        seen.len() - pairs
    );
    match fs::write(&options.file, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", options.file.display());
            ExitCode::FAILURE
        }
    }
}

fn candidates(seeds: u64) -> Vec<Candidate> {
    let next = AtomicU64::new(0);
    let candidates = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let oracle = Oracle::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    let Ok(case) = oracle.case(seed, generate::module(seed)) else {
                        continue;
                    };
                    let line = line(&case);
                    if line.len() <= MAX_LINE {
                        let shows = shows(&case);
                        let candidate = Candidate { line, seed, shows };
                        candidates.lock().expect("no worker panics").push(candidate);
                    }
                }
            });
        }
    });
    let mut candidates = candidates.into_inner().expect("no worker panics");
    // As if one worker had made them.
    candidates.sort_by_key(|candidate: &Candidate| candidate.seed);
    candidates
}

fn line(case: &Case) -> String {
    let wasm = BASE64.encode(&case.wasm);
    json!([
        case.seed,
        wasm,
        case.calls(),
        case.globals,
        case.tables,
        case.answers
    ])
    .to_string()
}

/// What a case shows: instructions, pairs of instructions that follow each other, and traps.
fn shows(case: &Case) -> HashSet<String> {
    let mut shows: HashSet<String> = case
        .answers
        .iter()
        .filter_map(|answer| answer.strip_prefix("trap: "))
        .map(|reason| reason.replace(' ', "_"))
        .collect();
    // Instructions of a module that returns nothing may never have run.
    if !returns(case) {
        return shows;
    }
    for payload in Parser::new(0).parse_all(&case.wasm) {
        let Ok(Payload::CodeSectionEntry(body)) = payload else {
            continue;
        };
        let Ok(reader) = body.get_operators_reader() else {
            continue;
        };
        let mut last = String::new();
        for operator in reader.into_iter().flatten() {
            let name = format!("{operator:?}");
            let name = name.split([' ', '(']).next().unwrap_or_default().to_owned();
            shows.insert(format!("{last} {name}"));
            shows.insert(name.clone());
            last = name;
        }
    }
    shows
}
