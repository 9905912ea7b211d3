//! Proof by simulation that a connection ends only when Mautic or the site's owner ends it.
//!
//! Many copies of the shell's loop, their shared store and a simulated Mautic live through a plan of
//! faults in virtual time. One seed decides everything: `SEED=1234 cargo test --test simulation`
//! replays one life with its trace, `SEEDS=50000` lives through that many.

mod actor;
mod effects;
mod faults;
mod invariants;
mod ledger;
mod mautic;
mod network;
mod people;
mod process;
mod site;
mod stats;
mod trace;
mod verdict;
mod wire;
mod world;

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use faults::{LASTING, LOCAL, NETWORK, ONCE};
use stats::Stats;
use world::live;

/// Seeds of an ordinary test run.
const SEEDS: u64 = 6000;

/// Traces that are printed in full, at most.
const TRACES: usize = 3;

/// Lines of a trace that are printed.
const LINES: usize = 120;

/// What came of all lives.
#[derive(Default)]
struct Lives {
    seeds: u64,
    failed: Vec<(u64, String)>,
    stats: Stats,
}

static LIVES: LazyLock<Lives> = LazyLock::new(|| {
    let seeds = number("SEEDS").unwrap_or(SEEDS);
    let first = number("FIRST").unwrap_or(1);
    let next = AtomicU64::new(first);
    let lives = Mutex::new(Lives {
        seeds,
        ..Lives::default()
    });
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut stats = Stats::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds {
                        break;
                    }
                    let life = live(seed, false);
                    stats.merge(life.stats);
                    if let Some(violation) = life.violation {
                        let mut lives = lives.lock().expect("no thread panics");
                        lives.failed.push((seed, violation.to_string()));
                    }
                }
                lives.lock().expect("no thread panics").stats.merge(stats);
            });
        }
    });
    let mut lives = lives.into_inner().expect("no thread panics");
    lives.failed.sort();
    report(&lives, begun.elapsed().as_secs_f64());
    lives
});

fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name}={value} is no number")),
    )
}

/// Past the test harness, which keeps what a test prints to itself.
fn report(lives: &Lives, seconds: f64) {
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").expect("standard output");
    say(String::new());
    for (name, count) in &lives.stats.counts {
        say(format!("{count:>10}  {name}"));
    }
    say(format!(
        "{:>10}  steps, in {seconds:.1} s",
        lives.stats.steps
    ));
    for (seed, violation) in &lives.failed {
        say(format!("SEED={seed}: {violation}"));
    }
    for (seed, _) in lives.failed.iter().take(TRACES) {
        let trace = live(*seed, true).trace;
        say(format!(
            "\nSEED={seed}, the last {LINES} lines of {}:",
            trace.len()
        ));
        for line in trace.iter().skip(trace.len().saturating_sub(LINES)) {
            say(line.clone());
        }
    }
    say(format!(
        "simulation: {} seeds, {} failed",
        lives.seeds,
        lives.failed.len()
    ));
}

#[test]
fn no_seed_breaks_an_invariant() {
    if let Some(seed) = number("SEED") {
        let life = live(seed, true);
        println!("{}", life.trace.join("\n"));
        if let Some(violation) = life.violation {
            panic!("SEED={seed}: {violation}");
        }
        return;
    }
    assert!(
        LIVES.failed.is_empty(),
        "{} seeds failed",
        LIVES.failed.len()
    );
}

/// A simulation that no longer sees what it is there for would still pass.
#[test]
fn every_fault_and_every_outcome_occurs() {
    if number("SEED").is_some() {
        return;
    }
    let mut missing = Vec::new();
    for fault in NETWORK.iter().chain(&LOCAL).chain(&ONCE).chain(&LASTING) {
        missing.push(format!("{fault:?}"));
    }
    missing.extend(verdict::OUTCOMES.map(str::to_owned));
    missing.retain(|name| !LIVES.stats.counts.contains_key(name));
    assert!(
        missing.is_empty() || LIVES.seeds < SEEDS,
        "never seen: {missing:?}"
    );
}
