//! Runs many seeds on all cores, and says how it goes.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use clap::Args;

use crate::generate;
use crate::minimize::minimize;
use crate::oracle::Oracle;
use crate::replay::{Case, Php, replay};

/// Modules that one process of PHP runs.
const BATCH: u64 = 50;

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// The first and the last seed.
    #[arg(long, value_name = "FROM-TO", value_parser = seeds, default_value = "0-9999")]
    seeds: (u64, u64),
    /// The command that is PHP.
    #[arg(long, default_value = "php")]
    php: String,
    /// Folder for compiled modules, and for what fails: each of it in a folder of its own.
    #[arg(long, value_name = "FOLDER", default_value = "target/fuzz")]
    out: PathBuf,
    /// Make each module that fails as small as can be. That takes minutes for each.
    #[arg(long)]
    minimize: bool,
}

fn seeds(text: &str) -> Result<(u64, u64), String> {
    let parse = |text: &str| text.parse::<u64>().ok();
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (parse(from), parse(to)) {
        (Some(from), Some(to)) if from <= to => Ok((from, to)),
        _ => Err("give two numbers such as 0-9999, or one".to_owned()),
    }
}

/// What was seen so far.
#[derive(Default)]
struct Report {
    done: u64,
    failed: Vec<u64>,
    /// Modules of which a call returned.
    returned: u64,
    /// How often each kind of answer was given.
    answers: BTreeMap<String, u64>,
}

impl Report {
    fn add(&mut self, case: &Case) {
        for answer in &case.answers {
            *self.answers.entry(kind(answer).to_owned()).or_default() += 1;
        }
        self.returned += u64::from(returns(case));
    }
}

/// What kind of answer it is.
fn kind(answer: &str) -> &str {
    match answer {
        "" => "no result",
        trap if trap.starts_with("trap: ") => trap,
        state if state.contains("pages:") => "an instance ends",
        _ => "a result",
    }
}

/// Whether a call gives a result.
pub(crate) fn returns(case: &Case) -> bool {
    case.answers.iter().any(|answer| kind(answer) == "a result")
}

/// Runs all seeds.
pub(crate) fn run(options: &Options) -> ExitCode {
    let (from, to) = options.seeds;
    let next = AtomicU64::new(from);
    let report = Mutex::new(Report::default());
    let started = Instant::now();
    thread::scope(|scope| {
        for worker in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (next, report) = (&next, &report);
            let folder = options.out.join(format!("worker-{worker}"));
            scope.spawn(move || {
                let oracle = Oracle::new();
                loop {
                    let first = next.fetch_add(BATCH, Ordering::Relaxed);
                    if first > to {
                        break;
                    }
                    let last = to.min(first + BATCH - 1);
                    batch(&oracle, first..=last, &folder, options, report);
                    progress(report, to - from + 1, started);
                }
            });
        }
    });
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    let report = report.into_inner().expect("no worker panics");
    finish(&report)
}

fn batch(
    oracle: &Oracle,
    seeds: std::ops::RangeInclusive<u64>,
    folder: &Path,
    options: &Options,
    report: &Mutex<Report>,
) {
    // Half of all batches run with OPcache, whose optimiser may be wrong where PHP alone is not.
    let php = Php {
        command: options.php.clone(),
        opcache: seeds.start() / BATCH % 2 == 1,
    };
    let count = seeds.end() - seeds.start() + 1;
    let mut cases = Vec::new();
    let mut refused = Vec::new();
    for seed in seeds {
        match oracle.case(seed, generate::module(seed)) {
            Ok(case) => cases.push(case),
            Err(error) => refused.push((seed, format!("wasmtime: {error:?}"))),
        }
    }
    let differences = replay(&cases, folder, &php);
    let mut failed = refused;
    for (index, case) in cases.iter().enumerate() {
        let Some(difference) = differences.iter().find(|d| d.case == index) else {
            continue;
        };
        failed.push((
            case.seed,
            format!("{}: {}", difference.writing, difference.what),
        ));
        let folder = options.out.join(format!("seed-{}", case.seed));
        dump(case, &folder, &php);
        if options.minimize {
            let wasm = minimize(case, &folder.join("small"), &php);
            let case = oracle.case(case.seed, wasm).expect("it was run before");
            dump(&case, &folder.join("small"), &php);
        }
    }
    let mut report = report.lock().expect("no worker panics");
    cases.iter().for_each(|case| report.add(case));
    report.done += count;
    for (seed, what) in failed {
        println!("seed {seed}: {what}");
        report.failed.push(seed);
    }
}

/// Writes a case that fails: the module, what was called, what differs, and the PHP.
fn dump(case: &Case, folder: &Path, php: &Php) {
    let differences = replay(std::slice::from_ref(case), folder, php);
    let wat = wasmprinter::print_bytes(&case.wasm).unwrap_or_else(|error| error.to_string());
    let mut text = format!("seed {}\n", case.seed);
    for difference in differences {
        text += &format!("{}: {}\n", difference.writing, difference.what);
    }
    text += "\n";
    for call in &case.calls {
        text += &format!("call {:?} {}\n", call.name, call.arguments.join(" "));
    }
    for (index, answer) in case.answers.iter().enumerate() {
        text += &format!("answer {index}: {answer}\n");
    }
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes);
    write("module.wasm", &case.wasm)
        .and_then(|()| write("module.wat", wat.as_bytes()))
        .and_then(|()| write("difference.txt", text.as_bytes()))
        .expect("the folder can be written to");
}

fn progress(report: &Mutex<Report>, total: u64, started: Instant) {
    let report = report.lock().expect("no worker panics");
    let done = report.done;
    let elapsed = started.elapsed();
    let left = elapsed.mul_f64((total - done) as f64 / done.max(1) as f64);
    let minutes = |time: Duration| format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60);
    let failed = report.failed.len();
    let line = format!(
        "{done} of {total} modules, {failed} failed, {} gone, {} left",
        minutes(elapsed),
        minutes(left)
    );
    if std::io::stderr().is_terminal() {
        eprint!("\r{line}  ");
    } else if done % 1000 < BATCH {
        eprintln!("{line}");
    }
}

fn finish(report: &Report) -> ExitCode {
    println!(
        "modules with a call that returned: {} of {}",
        report.returned, report.done
    );
    for (answer, count) in &report.answers {
        println!("{count:8} {answer}");
    }
    let mut failed = report.failed.clone();
    failed.sort_unstable();
    if !failed.is_empty() {
        println!("seeds that failed: {failed:?}");
    }
    let passed = report.done - failed.len() as u64;
    println!("{passed} passed, {} failed", failed.len());
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
