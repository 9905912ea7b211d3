//! What a module wants more of than a host has: stack and memory. PHP must never end the request.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm2php::{Options, compile};

/// Recursion of a small frame, of a large one, through a table and between two functions; memory that
/// grows by pages and by leaps.
const MODULE: &str = "(module
  (memory 1)
  (table funcref (elem $table))
  (func $small (export \"small\") (param i32) (result i32)
    (i32.add (call $small (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $table (export \"table\") (param i32) (result i32)
    (i32.add (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)) (i32.const 1)))
  (func $ping (export \"ping\") (param i64) (result i64) (i64.add (call $pong (local.get 0)) (i64.const 1)))
  (func $pong (param i64) (result i64) (i64.sub (call $ping (local.get 0)) (i64.const 1)))
  (func $large (export \"large\") (param i32) (result i32) LOCALS
    SETS
    (i32.add (call $large (local.get 0)) (i32.add SUM)))
  (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export \"size\") (result i32) (memory.size))
  (func (export \"store\") (param i32) (i32.store (local.get 0) (i32.const 7)))
  (func (export \"load\") (param i32) (result i32) (i32.load (local.get 0))))";

#[test]
fn recursion_ends_in_a_trap() {
    let folder = module("recursion", 256);
    let script = "
        foreach (['small', 'table', 'ping', 'large'] as $name) {
            for ($round = 0; $round < 2; $round++) {
                try {
                    $module->invoke($name, 0);
                    echo \"$name ended\\n\";
                } catch (Wasm2Php\\Trap $trap) {
                    echo $name, ': ', $trap->getMessage(), \"\\n\";
                }
            }
        }
        echo memory_get_peak_usage() < 100 << 20 ? 'done' : 'too much memory';";
    let trap = |name| format!("{name}: call stack exhausted\n").repeat(2);
    let expected = ["small", "table", "ping", "large"].map(trap).concat() + "done";
    assert_eq!(php(&folder, "128M", script), expected);
}

#[test]
fn memory_grows_to_its_ceiling() {
    let folder = module("ceiling", 40);
    let script = "
        echo $module->invoke('grow', 0), ' ', $module->invoke('grow', 39), ' ', $module->invoke('grow', 1), ' ',
            $module->invoke('grow', 0xffffffff), ' ', $module->invoke('size');";
    assert_eq!(php(&folder, "128M", script), "1 1 4294967295 4294967295 40");
}

#[test]
fn memory_grows_as_far_as_php_has_room() {
    let folder = module("room", 65_536);
    for (limit, step, least) in [
        ("32M", 1, 32),
        ("128M", 1, 128),
        ("128M", 100, 101),
        ("1G", 300, 601),
    ] {
        let script = format!(
            "while (0xffffffff !== $module->invoke('grow', {step}));
            $pages = $module->invoke('size');
            $module->invoke('store', $pages * 65536 - 4);
            echo $pages, ' ', $module->invoke('load', $pages * 65536 - 4), ' ';
            try {{
                $module->invoke('store', $pages * 65536);
            }} catch (Wasm2Php\\Trap $trap) {{
                echo $trap->getMessage();
            }}"
        );
        let said = php(&folder, limit, &script);
        let (pages, rest) = said.split_once(' ').unwrap();
        assert_eq!(rest, "7 out of bounds memory access", "{limit}");
        assert!(
            pages.parse::<u32>().unwrap() >= least,
            "{limit} by {step}: {pages} pages"
        );
    }
    let script = "$module->invoke('grow', 1000); echo $module->invoke('size');";
    assert_eq!(php(&folder, "-1", script), "1001");
}

fn module(name: &str, max_pages: u32) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("limits")
        .join(name);
    fs::create_dir_all(&folder).unwrap();
    let (mut locals, mut sets, mut sum) =
        (String::new(), String::new(), "(local.get 1)".to_owned());
    for local in 1..=500 {
        locals.push_str("(local i32)");
        sets.push_str(&format!(
            "(local.set {local} (i32.add (local.get 0) (i32.const {local})))"
        ));
        sum = format!("(i32.add {sum} (local.get {local}))");
    }
    let text = MODULE.replace("LOCALS", &locals).replace("SETS", &sets);
    let wasm = wat::parse_str(text.replace("(i32.add SUM)", &sum)).unwrap();
    let options = Options {
        max_pages,
        ..Options::new("Limits")
    };
    for file in compile(&wasm, &options).unwrap() {
        fs::write(folder.join(file.name), file.text).unwrap();
    }
    folder
}

/// What a script with an instance in `$module` prints under a `memory_limit`.
fn php(folder: &Path, limit: &str, script: &str) -> String {
    let script = format!("require 'limits.php'; $module = new Wasm2Php\\Limits(); {script}");
    let output = Command::new("php")
        .args(["-d", &format!("memory_limit={limit}"), "-r", &script])
        .current_dir(folder)
        .output()
        .expect("these tests need php");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{limit}: {said}");
    said
}
