//! Generated modules, the calls that are made of them, and whether PHP answers as wasmtime did.
//!
//! This file is shared: the test beside it replays a recorded corpus, and the crate `wasm2php-fuzz` makes
//! new cases without end.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wasm2php::{Options, compile};

/// Pages that memory may have here, in PHP and in wasmtime.
pub(crate) const MAX_PAGES: u32 = 16;

/// PHP that says nothing for so long is taken to loop without end.
const SILENCE: Duration = Duration::from_secs(120);

/// A module, what is done with it, and what wasmtime answered.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// What the module was made from.
    pub(crate) seed: u64,
    /// The module.
    pub(crate) wasm: Vec<u8>,
    /// The calls, in order.
    pub(crate) calls: Vec<Call>,
    /// Exported globals: name, and its type as a letter.
    pub(crate) globals: Vec<(String, String)>,
    /// Names of exported tables.
    pub(crate) tables: Vec<String>,
    /// What is seen from outside: the result or trap of each call, and the state where an instance ends.
    pub(crate) answers: Vec<String>,
}

/// A call of an exported function.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Name of the export.
    pub(crate) name: String,
    /// Arguments as type and bits, such as `i32:7`.
    pub(crate) arguments: Vec<String>,
    /// Types of the results, a letter each.
    pub(crate) results: String,
}

impl Case {
    /// The calls in JSON.
    pub(crate) fn calls(&self) -> Value {
        let calls = self.calls.iter();
        calls
            .map(|call| json!([call.name, call.arguments, call.results]))
            .collect()
    }

    /// Where PHP answers otherwise: what was expected, and what came. Recursion may end earlier in one of
    /// both, after which nothing can be compared.
    fn difference(&self, answers: &[String]) -> Option<String> {
        for index in 0..self.answers.len().max(answers.len()) {
            let expected = self.answers.get(index).map_or("nothing", String::as_str);
            let got = answers.get(index).map_or("nothing", String::as_str);
            if [expected, got].contains(&EXHAUSTED) {
                return None;
            }
            if normal(expected) != normal(got) {
                return Some(format!(
                    "answer {index} should be \"{expected}\", but is \"{got}\""
                ));
            }
        }
        None
    }
}

const EXHAUSTED: &str = "trap: call stack exhausted";

/// Wasmtime has one word for what PHP, like the specification's tests, has two for.
fn normal(answer: &str) -> &str {
    match answer {
        "trap: out of bounds table access" => "trap: undefined element",
        other => other,
    }
}

/// A way in which functions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    /// All in the main file, for speed.
    Speed,
    /// All in the second file, for size.
    Size,
    /// Each by chance: in the main file for speed or for size, or in the second file.
    Mixed,
}

impl Writing {
    /// All there are.
    pub(crate) const ALL: [Self; 3] = [Self::Speed, Self::Size, Self::Mixed];

    /// The recording of what runs that has functions written so.
    fn recording(self, case: &Case, functions: usize) -> Option<String> {
        let hash = Sha256::digest(&case.wasm);
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let head = format!("module {hash}\n");
        match self {
            Self::Speed => None,
            Self::Size => Some(head),
            Self::Mixed => {
                let line = |(index, byte): (usize, &u8)| {
                    let runs = [0, 1, 1_000_000][usize::from(*byte) % 3];
                    format!("{index} {runs}\n")
                };
                let chance = Sha256::digest(case.seed.to_le_bytes());
                let lines = chance.iter().cycle().take(functions).enumerate().map(line);
                Some(head + &lines.collect::<String>())
            }
        }
    }
}

impl fmt::Display for Writing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Speed => "speed",
            Self::Size => "size",
            Self::Mixed => "mixed",
        })
    }
}

/// A case that PHP does not answer as wasmtime does.
#[derive(Debug)]
pub(crate) struct Difference {
    /// Which of the cases.
    pub(crate) case: usize,
    /// How it was written.
    pub(crate) writing: Writing,
    /// What differs.
    pub(crate) what: String,
}

/// How PHP is called.
#[derive(Debug, Clone)]
pub(crate) struct Php {
    /// The command; options may follow it.
    pub(crate) command: String,
    /// Whether OPcache is on, and with it its optimiser.
    pub(crate) opcache: bool,
}

/// Compiles the cases into a folder, runs them all in PHP, and tells what differs.
pub(crate) fn replay(cases: &[Case], folder: &Path, php: &Php) -> Vec<Difference> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("the folder can be made");
    let mut differences = Vec::new();
    let mut tasks = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        for writing in Writing::ALL {
            match write(case, index, writing, folder) {
                Ok(task) => tasks.push((index, writing, task)),
                Err(what) => differences.push(Difference {
                    case: index,
                    writing,
                    what,
                }),
            }
        }
    }
    let mut rest = tasks.as_slice();
    while !rest.is_empty() {
        let list: String = rest.iter().map(|(.., task)| format!("{task}\n")).collect();
        let file = folder.join("tasks.jsonl");
        fs::write(&file, list).expect("the folder can be written to");
        let (answers, end) = run(&file, php);
        for ((index, writing, _), answers) in rest.iter().zip(&answers) {
            differences.extend(cases[*index].difference(answers).map(|what| Difference {
                case: *index,
                writing: *writing,
                what,
            }));
        }
        rest = &rest[answers.len()..];
        // The one that ended PHP is not tried again.
        if let Some(((index, writing, _), others)) = rest.split_first() {
            differences.push(Difference {
                case: *index,
                writing: *writing,
                what: format!("PHP stopped: {end}"),
            });
            rest = others;
        }
    }
    differences
}

/// Compiles a case; gives the task for PHP.
fn write(case: &Case, index: usize, writing: Writing, folder: &Path) -> Result<Value, String> {
    let options = Options {
        hot: writing.recording(case, functions(&case.wasm)),
        max_pages: MAX_PAGES,
        ..Options::new(format!("M{index}_{writing}"))
    };
    let files = panic::catch_unwind(|| compile(&case.wasm, &options))
        .map_err(|_| "not compiled: panicked".to_owned())?
        .map_err(|error| format!("not compiled: {error}"))?;
    for file in files {
        fs::write(folder.join(file.name), file.text).expect("the folder can be written to");
    }
    Ok(json!({
        "file": format!("{}.php", options.file_stem()),
        "class": format!("{}\\{}", options.namespace, options.class),
        "calls": case.calls(),
        "globals": case.globals,
        "tables": case.tables,
    }))
}

/// How many functions a module defines.
fn functions(wasm: &[u8]) -> usize {
    wasmparser::Parser::new(0)
        .parse_all(wasm)
        .filter(|payload| matches!(payload, Ok(wasmparser::Payload::CodeSectionEntry(_))))
        .count()
}

/// The answers, as far as PHP came, and how it ended if it did not come to the end.
fn run(tasks: &Path, php: &Php) -> (Vec<Vec<String>>, String) {
    let driver =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../compiler/tests/fuzzed/driver.php");
    let mut words = php.command.split_whitespace();
    let mut child = Command::new(words.next().unwrap_or("php"))
        .args(["-d", "memory_limit=2G", "-d", "display_errors=1"])
        .args(["-d", "opcache.jit_buffer_size=0"])
        .args(["-d", "opcache.file_update_protection=0"])
        .args([
            "-d",
            if php.opcache {
                "opcache.enable_cli=1"
            } else {
                "opcache.enable_cli=0"
            },
        ])
        .args(words)
        .arg(driver)
        .arg(tasks)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot run {}: {error}", php.command));
    let (sender, lines) = mpsc::channel();
    let stdout = child.stdout.take().expect("it is a pipe");
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let mut answers = Vec::new();
    let mut other = String::new();
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) => match serde_json::from_str(&line) {
                Ok(answer) => answers.push(answer),
                Err(_) => other += &line,
            },
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                child.kill().expect("it is ours");
                other += "no answer for two minutes";
                break;
            }
        }
    }
    let status = child.wait().expect("it is ours");
    (answers, format!("{status}: {other}"))
}
