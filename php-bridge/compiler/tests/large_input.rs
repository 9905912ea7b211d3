//! Modules of absurd size and depth: the command refuses them with an offset or compiles them, in
//! bounded time and memory, and what it writes is PHP.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// For a debug build on a busy machine; none takes a tenth of it alone.
const MAX_TIME: Duration = Duration::from_secs(60);

/// Address space in KiB.
const MAX_MEMORY: u32 = 2_000_000;

const GET_0: &[u8] = &[0x20, 0];
const SET_1: &[u8] = &[0x21, 1];
const BR_IF_0: &[u8] = &[0x0d, 0];
const BLOCK: &[u8] = &[0x02, 0x40];
const LOOP: &[u8] = &[0x03, 0x40];
const IF: &[u8] = &[0x04, 0x40];
const END: &[u8] = &[0x0b];

#[test]
fn many_functions_exports_imports_segments() {
    compiles("functions", &Module::new().functions(300_000, &[]));
    let calls = |index: u32| [&[0x10], &leb(index + 1)[..]].concat();
    let mut chain = Module::new().functions(0, &[]).memory();
    for index in 0..100_000 {
        chain = chain.function(&calls(index), 0);
    }
    compiles(
        "call chain",
        &chain.function(&[0x41, 0, 0x41, 0, 0x36, 0, 0], 0),
    );
    let mut exports = Module::new().function(&[], 0);
    let mut imports = Module::new().function(&[], 0);
    for index in 0..100_000 {
        exports = exports.export(format!("e{index}").as_bytes());
        imports.imports.push(
            [
                &name(b"m")[..],
                &name(format!("n{index}").as_bytes()),
                &[0, 0],
            ]
            .concat(),
        );
    }
    compiles("exports", &exports);
    compiles("imports", &imports);
    let mut segments = Module::new().memory().function(&[], 0);
    segments.data = vec![[&[0, 0x41, 0, 0x0b], &name(b"a")[..]].concat(); 100_000];
    compiles("data segments", &segments);
    segments.data = vec![[&[1], &name(b"a")[..]].concat(); 100_001];
    refuses("too many data segments", &segments);
    let mut elements = Module::new().function(&[], 0);
    elements.table = Some(1_000_000);
    elements.elements = vec![[&[0, 0x41, 0, 0x0b], &vec(&vec![leb(0); 1_000_000])[..]].concat()];
    compiles("element segment", &elements);
}

#[test]
fn names_of_any_length_and_kind() {
    let long = "é\"'$?>\\\n\0*/ {".repeat(6_000);
    let mut module = Module::new().function(&[], 0);
    for index in 0..10 {
        module = module.export(format!("{long}{index}").as_bytes());
    }
    let function = [&[0], &name("x\"$".repeat(300_000).as_bytes())[..]].concat();
    let section = [&name(b"name")[..], &section(1, &vec(&[function]))].concat();
    module.after = self::section(0, &section);
    compiles("names", &module);
    // A name section is never a reason to refuse a module.
    module.after = self::section(0, &[&name(b"name")[..], &[1, 0xff, 0xff]].concat());
    compiles("broken name section", &module);
}

#[test]
fn long_bodies() {
    let body = [GET_0, SET_1].concat().repeat(250_000);
    compiles("long body", &Module::new().function(&body, 1));
    let tables = [
        BLOCK,
        BLOCK,
        GET_0,
        &[0x0e],
        &leb(1_000_000),
        &[0, 1].repeat(500_000),
        &[0],
        END,
        END,
    ];
    compiles("br_table", &Module::new().function(&tables.concat(), 0));
    let switch = [BLOCK, GET_0, &[0x0e, 1, 0, 1], END].concat();
    compiles(
        "many switches",
        &Module::new().function(&switch.repeat(5_000), 0),
    );
    let mut calls = Module::new().functions(20_000, &[]);
    calls.table = Some(20_000);
    let slots: Vec<_> = (0..20_000).map(leb).collect();
    calls.elements = vec![[&[0, 0x41, 0, 0x0b], &vec(&slots)[..]].concat()];
    for _ in 0..50 {
        calls = calls.function(&[0x41, 0, 0x11, 0, 0].repeat(1000), 0);
    }
    compiles("indirect calls", &calls);
    // Each round of learning moves what is known of the parameters by one.
    let shift: Vec<u8> = (0..199)
        .flat_map(|index| [&[0x20], &leb(index)[..]].concat())
        .collect();
    let shift = [GET_0, &[0x41, 1, 0x6a], &shift, &[0x10, 0]].concat();
    let mut shifting = Module::new().function(&shift.repeat(200), 0).export(b"f");
    shifting.params = 200;
    compiles("shifted parameters", &shifting);
    refuses(
        "body over the limit",
        &Module::new().function(&[0x01].repeat(7_700_000), 0),
    );
}

#[test]
fn many_locals() {
    let branches = [BLOCK, &[GET_0, BR_IF_0].concat().repeat(1_000_000), END].concat();
    refuses(
        "locals and branches",
        &Module::new().function(&branches, 49_000),
    );
    let ifs = [GET_0, IF, GET_0, SET_1, END].concat();
    compiles(
        "locals and ifs",
        &Module::new().function(&ifs.repeat(200), 49_000),
    );
    refuses("too many locals", &Module::new().function(&[], 60_000));
}

#[test]
fn deep_nesting_and_a_high_stack() {
    let nested = |open: &[u8], inside: &[u8], count: usize| {
        [&open.repeat(count)[..], inside, &END.repeat(count)].concat()
    };
    let sets = [GET_0, SET_1].concat();
    refuses(
        "10,000 blocks",
        &Module::new().function(&nested(BLOCK, &[], 10_000), 1),
    );
    for (what, open) in [
        ("blocks", [BLOCK, GET_0, BR_IF_0].concat()),
        ("loops", [LOOP, GET_0, BR_IF_0].concat()),
        ("ifs", [GET_0, IF].concat()),
    ] {
        let module = Module::new().function(&nested(&open, &sets.repeat(2_000), 900), 1);
        compiles(&format!("900 {what}"), &module);
        let module = Module::new().function(&nested(&open, &sets.repeat(1_500_000), 900), 1);
        refuses(&format!("900 {what} around much"), &module);
    }
    let mut outward = Vec::new();
    for label in 0..20_000 {
        outward.extend([GET_0, &[0x0d], &leb(label % 900)].concat());
    }
    compiles(
        "branches out of 900 blocks",
        &Module::new().function(&nested(BLOCK, &outward, 900), 1),
    );
    let cases: Vec<u8> = (0..901).flat_map(|label| leb(label % 900)).collect();
    let each = [END, &sets.repeat(10), GET_0, &[0x0e, 3, 0, 0, 0, 0]].concat();
    let switch = [
        &BLOCK.repeat(900),
        GET_0,
        &[0x0e],
        &leb(900),
        &cases,
        &each.repeat(900),
    ]
    .concat();
    compiles("a switch of 900 cases", &Module::new().function(&switch, 1));
    let height = |change: &[u8]| {
        let body = [GET_0, change, &[0x1a]].map(|code| code.repeat(400_000));
        Module::new().memory().function(&body.concat(), 1)
    };
    refuses("a high stack and sets", &height(&[0x41, 0, 0x21, 1]));
    refuses(
        "a high stack and stores",
        &height(&[0x41, 0, 0x41, 0, 0x36, 0, 0]),
    );
    refuses("a high stack and branches", &height(&[0x20, 0, 0x0d, 0]));
    let sum = [
        GET_0,
        &[GET_0, &[0x67, 0x6a]].concat().repeat(50_000),
        SET_1,
    ]
    .concat();
    compiles("a deep expression", &Module::new().function(&sum, 1));
}

fn compiles(what: &str, module: &Module) {
    let (code, said) = run(what, module);
    assert_eq!(code, Some(0), "{what}: {said}");
}

fn refuses(what: &str, module: &Module) {
    let (code, said) = run(what, module);
    assert_eq!(code, Some(1), "{what}: {said}");
    assert!(said.contains("(at byte offset 0x"), "{what}: {said}");
}

/// Runs the command within its bounds; what it wrote is parsed by PHP. Gives how it ended.
fn run(what: &str, module: &Module) -> (Option<i32>, String) {
    let name = what.replace([' ', ','], "-");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("large_input")
        .join(&name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("large.wasm"), module.encode()).unwrap();
    let started = Instant::now();
    let command = format!("ulimit -v {MAX_MEMORY} && exec \"$0\" large.wasm -o .");
    let output = Command::new("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_wasm2php")])
        .current_dir(&folder)
        .output()
        .unwrap();
    let time = started.elapsed();
    println!("{what}: {time:?}");
    assert!(time < MAX_TIME, "{what} took {time:?}");
    if output.status.success() {
        // PHP needs some hundred bytes for each of its own.
        let size = fs::metadata(folder.join("large.php")).unwrap().len();
        if size < 4_000_000 {
            let mut php = Command::new("php");
            let php = php.args(["-d", "memory_limit=4G", "-l", "large.php"]);
            let lint = php
                .current_dir(&folder)
                .output()
                .expect("these tests need php");
            assert!(
                lint.status.success(),
                "{what}: {}",
                String::from_utf8_lossy(&lint.stdout)
            );
        }
    }
    let _ = fs::remove_dir_all(&folder);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A module whose functions have one type, of `params` parameters.
struct Module {
    params: u32,
    imports: Vec<Vec<u8>>,
    bodies: Vec<Vec<u8>>,
    table: Option<u32>,
    memory: bool,
    exports: Vec<Vec<u8>>,
    elements: Vec<Vec<u8>>,
    data: Vec<Vec<u8>>,
    after: Vec<u8>,
}

impl Module {
    fn new() -> Self {
        Self {
            params: 1,
            imports: Vec::new(),
            bodies: Vec::new(),
            table: None,
            memory: false,
            exports: Vec::new(),
            elements: Vec::new(),
            data: Vec::new(),
            after: Vec::new(),
        }
    }

    fn memory(self) -> Self {
        Self {
            memory: true,
            ..self
        }
    }

    fn function(mut self, code: &[u8], locals: u32) -> Self {
        let locals = [&leb(1)[..], &leb(locals), &[0x7f]].concat();
        let body = [&locals, code, END].concat();
        self.bodies
            .push([&leb(body.len() as u32)[..], &body].concat());
        self
    }

    fn functions(mut self, count: usize, code: &[u8]) -> Self {
        self.params = 0;
        let one = Self::new().function(code, 0).bodies.remove(0);
        self.bodies.extend(vec![one; count]);
        self
    }

    /// Exports the first function.
    fn export(mut self, name: &[u8]) -> Self {
        self.exports.push([&self::name(name)[..], &[0, 0]].concat());
        self
    }

    fn encode(&self) -> Vec<u8> {
        let params = vec![0x7f; self.params as usize];
        let ty = [&[0x60], &leb(self.params)[..], &params, &leb(0)].concat();
        let functions = vec![leb(0); self.bodies.len()];
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend(section(1, &vec(&[ty])));
        wasm.extend(section(2, &vec(&self.imports)));
        wasm.extend(section(3, &vec(&functions)));
        if let Some(size) = self.table {
            wasm.extend(section(4, &vec(&[[&[0x70, 0], &leb(size)[..]].concat()])));
        }
        if self.memory {
            wasm.extend(section(5, &vec(&[vec![0, 1]])));
        }
        wasm.extend(section(7, &vec(&self.exports)));
        wasm.extend(section(9, &vec(&self.elements)));
        wasm.extend(section(10, &vec(&self.bodies)));
        wasm.extend(section(11, &vec(&self.data)));
        wasm.extend(&self.after);
        wasm
    }
}

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [&[id], &leb(contents.len() as u32)[..], contents].concat()
}

fn vec(items: &[Vec<u8>]) -> Vec<u8> {
    [leb(items.len() as u32), items.concat()].concat()
}

fn name(bytes: &[u8]) -> Vec<u8> {
    [&leb(bytes.len() as u32)[..], bytes].concat()
}

fn leb(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}
