//! What is not a module of the supported language is refused with a reason and a place, and never
//! makes the compiler panic or write PHP that does not parse.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use wasm2php::{Error, ErrorKind, File, Options, compile};

#[test]
fn every_truncation_is_refused() {
    for wasm in modules() {
        for length in 0..wasm.len() {
            if let Err(error) = compile(&wasm[..length], &options()) {
                assert!(error.offset.is_some(), "{error}");
            }
        }
    }
}

/// Bytes changed, put in, left out, repeated, and taken from another module; compiled for speed, with
/// a recording, and with all in the second file. Whatever is accepted must be PHP.
#[test]
fn changed_modules_never_panic_and_never_give_broken_php() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad_input");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let modules = modules();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut texts = BTreeSet::new();
    for round in 0..20_000 {
        let other = random.below(modules.len());
        let mut wasm = modules[random.below(modules.len())].clone();
        for _ in 0..=random.below(3) {
            change(&mut wasm, &modules[other], &mut random);
        }
        let mut options = options();
        match round % 3 {
            0 => {}
            1 => options.profile = true,
            _ => options.hot = Some(format!("module {}\n", sha256(&wasm))),
        }
        match compile(&wasm, &options) {
            Ok(output) => {
                let own = |file: &File| file.name.starts_with("bad-input");
                texts.extend(output.into_iter().filter(own).map(|file| file.text));
            }
            Err(error) => {
                assert!(
                    error.offset.is_some() || error.kind == ErrorKind::Options,
                    "{error}"
                );
            }
        }
    }
    assert!(texts.len() > 1000, "only {} files to parse", texts.len());
    let texts: Vec<String> = texts.into_iter().collect();
    for (part, texts) in texts.chunks(500).enumerate() {
        let mut files = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            files.push(folder.join(format!("m{part}-{index}.php")));
            fs::write(files.last().unwrap(), text).unwrap();
        }
        let compile = "foreach (array_slice($argv, 1) as $f) { opcache_compile_file($f) || exit(\"$f\n\"); } echo 'all';";
        let output = Command::new("php")
            .args([
                "-d",
                "opcache.enable_cli=1",
                "-d",
                "opcache.memory_consumption=256",
            ])
            .args([
                "-d",
                "opcache.max_accelerated_files=4000",
                "-r",
                compile,
                "--",
            ])
            .args(&files)
            .output()
            .expect("these tests need php");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "all");
    }
}

fn change(wasm: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    // Behind the header, which is the same in all.
    let start = 8 + random.below(wasm.len().saturating_sub(8).max(1));
    let start = start.min(wasm.len());
    let end = (start + random.below(12)).min(wasm.len());
    match random.below(8) {
        0 => wasm.insert(start, random.below(256) as u8),
        1 => drop(wasm.drain(start..end)),
        2 => {
            let copy = wasm[start..end].to_vec();
            wasm.splice(start..start, copy);
        }
        3 => {
            let from = random.below(other.len());
            let to = (from + random.below(12)).min(other.len());
            wasm.splice(start..end, other[from..to].iter().copied());
        }
        _ if start < wasm.len() => wasm[start] = random.below(256) as u8,
        _ => {}
    }
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_is_not_supported_is_named() {
    for (wat, name) in [
        ("(module (func v128.const i64x2 0 0 drop))", "SIMD"),
        ("(module (import \"a\" \"b\" (global v128)))", "SIMD"),
        (
            "(module (func (param v128) local.get 0 local.get 0 i8x16.relaxed_swizzle drop))",
            "SIMD",
        ),
        ("(module (memory 1 1 shared))", "threads"),
        ("(module (func atomic.fence))", "threads"),
        ("(module (func return_call 0))", "tail calls"),
        ("(module (tag))", "exception handling"),
        ("(module (func try_table end))", "exception handling"),
        (
            "(module (func try catch_all end))",
            "legacy exception handling",
        ),
        ("(module (memory i64 1))", "memory64"),
        ("(module (table i64 1 funcref))", "memory64"),
        ("(module (memory 1) (memory 1))", "multiple memories"),
        (
            "(module (type $t (func)) (func (param (ref $t)) local.get 0 call_ref $t))",
            "typed function references",
        ),
        ("(module (type (struct)))", "garbage collection"),
        ("(module (func (param anyref)))", "garbage collection"),
        (
            "(module (func (param i64 i64) local.get 0 local.get 1 i64.mul_wide_s drop drop))",
            "wide arithmetic",
        ),
        ("(module (memory 1 (pagesize 1)))", "custom page sizes"),
        (
            "(module (type $f (func)) (type $c (cont $f)))",
            "stack switching",
        ),
        ("(component)", "the component model"),
    ] {
        let error = refused(&wat::parse_str(wat).unwrap());
        assert_eq!(error.kind, ErrorKind::Unsupported, "{wat}: {error}");
        let named = [
            format!("the feature \"{name}\" is not supported"),
            format!("{name} is not supported"),
        ];
        assert!(named.contains(&error.message), "{wat}: {error}");
        assert!(error.offset.is_some(), "{wat}: {error}");
    }
}

#[test]
fn depth_is_refused_or_survived() {
    let blocks = format!(
        "(module (func {} {}))",
        "block ".repeat(20_000),
        "end ".repeat(20_000)
    );
    assert!(
        refused(&wat::parse_str(blocks).unwrap())
            .message
            .contains("nesting")
    );
    let blocks = format!(
        "(module (func {} {}))",
        "block br 0 ".repeat(900),
        "end ".repeat(900)
    );
    assert!(compile(&wat::parse_str(blocks).unwrap(), &options()).is_ok());
    let nested = format!(
        "(module (func (param i32) (local.set 0 (i32.const 1)) {} {}))",
        "block local.get 0 br_if 0 loop local.get 0 br_if 1 ".repeat(450),
        "end end ".repeat(450)
    );
    assert!(compile(&wat::parse_str(nested).unwrap(), &options()).is_ok());
    let sum = format!(
        "(module (func (param i32) (result i32) local.get 0 {}))",
        "local.get 0 i32.clz i32.add ".repeat(100_000)
    );
    assert!(compile(&wat::parse_str(sum).unwrap(), &options()).is_ok());
    let ifs = format!(
        "(module (func (param i32) block {} nop end))",
        "local.get 0 br_if 0 i32.const 1 local.set 0 ".repeat(10_000)
    );
    assert!(compile(&wat::parse_str(ifs).unwrap(), &options()).is_ok());
}

#[test]
fn options_that_do_not_fit() {
    let wasm = wat::parse_str("(module (memory 100))").unwrap();
    let small = Options {
        max_pages: 10,
        ..options()
    };
    assert_eq!(compile(&wasm, &small).unwrap_err().kind, ErrorKind::Options);
    let other = Options {
        hot: Some("module 00\n".to_owned()),
        ..options()
    };
    assert_eq!(compile(&wasm, &other).unwrap_err().kind, ErrorKind::Options);
}

fn refused(wasm: &[u8]) -> Error {
    compile(wasm, &options()).expect_err("this should be refused")
}

/// The modules of the golden tests.
fn modules() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wat"));
    paths
        .iter()
        .map(|path| wat::parse_file(path).unwrap())
        .collect()
}

fn options() -> Options {
    Options {
        namespace: "Bad".to_owned(),
        ..Options::new("Bad_Input")
    }
}

/// Marsaglia's xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
