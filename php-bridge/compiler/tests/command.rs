//! The command: what it writes, what it says, how it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ANSWER: &str = "(module (func (export \"answer\") (result i32) i32.const 42))";

#[test]
fn writes_what_it_is_asked_for() {
    let folder = folder("asked", &[("module.wasm", ANSWER)]);
    let arguments =
        "module.wasm --class Mautic_Core --namespace My_Plugin\\Wasm -o build --guard ABSPATH";
    let output = run(&folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let build = folder.join("build");
    let main = fs::read_to_string(build.join("mautic-core.php")).unwrap();
    assert!(main.contains("namespace My_Plugin\\Wasm;\n"));
    assert!(main.contains("final class Mautic_Core extends Module {"));
    assert!(main.contains("defined( 'ABSPATH' ) || exit;"));
    assert!(main.contains(" * Compiled from module.wasm by wasm2php "));
    let runtime = fs::read_to_string(build.join("class-module.php")).unwrap();
    assert!(runtime.contains("namespace My_Plugin\\Wasm;\n"));
    assert!(runtime.contains("defined( 'ABSPATH' ) || exit;"));
    assert_reports(&output, &build);
}

#[test]
fn needs_nothing_but_the_module() {
    let folder = folder("defaults", &[("the-answer.wasm", ANSWER)]);
    let output = run(&folder, "the-answer.wasm");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let main = fs::read_to_string(folder.join("the-answer/the-answer.php")).unwrap();
    assert!(main.contains("namespace Wasm2Php;\n"));
    assert!(main.contains("final class The_Answer extends Module {"));
    assert!(!main.contains("defined("));
    assert_reports(&output, &folder.join("the-answer"));
}

#[test]
fn records_what_runs_and_puts_the_rest_into_a_second_file() {
    // The global begins with what no literal says, so there is a function for it too.
    let two =
        "(module (global f32 (f32.const nan:0x1)) (func (export \"a\")) (func (export \"b\")))";
    let folder = folder("hot", &[("two.wasm", two)]);
    assert_eq!(run(&folder, "two.wasm --profile").status.code(), Some(0));
    let recorded = "require 'two/two.php'; $m = new Wasm2Php\\Two(); $m->invoke('b');
        echo 'module ', $m::MODULE, \"\\n\"; foreach ($m->ran as $f => $n) echo \"$f $n\\n\";";
    let recording = php(&folder, &["-r", recorded]);
    assert!(recording.starts_with("module "), "{recording}");
    fs::write(folder.join("recording"), recording).unwrap();
    let output = run(&folder, "two.wasm --hot recording -o build");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let main = fs::read_to_string(folder.join("build/two.php")).unwrap();
    let cold = fs::read_to_string(folder.join("build/two-cold.php")).unwrap();
    assert!(cold.contains("function f0(") && !main.contains("function f0("));
    assert!(main.contains("function f1(") && !cold.contains("function f1("));
}

#[test]
fn gives_the_same_bytes_in_any_process_and_folder() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/control.wat");
    let text = fs::read_to_string(golden).unwrap();
    let written = ["same-1", "same-2"].map(|name| {
        let folder = folder(name, &[("control.wasm", &text)]);
        assert_eq!(run(&folder, "control.wasm -o out").status.code(), Some(0));
        let mut files: Vec<_> = fs::read_dir(folder.join("out"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                (
                    path.file_name().unwrap().to_owned(),
                    fs::read(&path).unwrap(),
                )
            })
            .collect();
        files.sort();
        files
    });
    assert_eq!(written[0], written[1]);
}

#[test]
fn says_what_is_wrong_and_what_to_do() {
    let folder = folder(
        "wrong",
        &[
            ("answer.wasm", ANSWER),
            ("list.wasm", ANSWER),
            ("module.wasm", ANSWER),
            ("2fa.wasm", ANSWER),
            ("big.wasm", "(module (memory 300))"),
            ("simd.wasm", "(module (func v128.const i64x2 0 0 drop))"),
        ],
    );
    fs::write(folder.join("cut.wasm"), b"\0asm\x01\0\0\0\x01\x05").unwrap();
    fs::write(folder.join("text.wasm"), "no module").unwrap();
    fs::write(folder.join("file"), "").unwrap();
    fs::write(folder.join("recording"), "module 00\n").unwrap();
    for (arguments, code, words) in [
        ("", 2, "<MODULE>"),
        ("answer.wasm --name answer", 2, "--name"),
        ("answer.wasm --max-pages many", 2, "many"),
        (
            "answer.wasm --profile --hot recording",
            2,
            "cannot be used with",
        ),
        ("none.wasm", 1, "none.wasm: "),
        ("cut.wasm --class Cut", 1, "(at byte offset 0xa)"),
        ("text.wasm", 1, "expected=[ 0x0, 0x61, 0x73, 0x6d, ]"),
        ("simd.wasm", 1, "simd.wasm: the feature \"SIMD\""),
        (
            "big.wasm",
            1,
            "more than the limit of 256; allow more with --max-pages",
        ),
        ("answer.wasm --hot none", 1, "none: "),
        ("answer.wasm --hot recording", 1, "record again"),
        (
            "answer.wasm --class class",
            1,
            "class is a word that PHP keeps to itself",
        ),
        (
            "answer.wasm --class 1st",
            1,
            "\"1st\" is not like Mautic_Core",
        ),
        (
            "answer.wasm --class A-B",
            1,
            "\"A-B\" is not like Mautic_Core",
        ),
        ("answer.wasm --class jit_guard", 1, "one of the runtime's"),
        (
            "answer.wasm --class Class_Module",
            1,
            "class-module.php, which is a file of the runtime",
        ),
        (
            "answer.wasm --namespace My\\List",
            1,
            "List is a word that PHP keeps to itself",
        ),
        (
            "answer.wasm --namespace \\My",
            1,
            "is not like My_Plugin\\Wasm",
        ),
        (
            "answer.wasm --guard A.B",
            1,
            "\"A.B\" is not the name of a constant",
        ),
        ("list.wasm", 1, "List is a word that PHP keeps to itself"),
        ("module.wasm", 1, "one of the runtime's"),
        ("2fa.wasm", 1, "say --class"),
        ("answer.wasm -o file", 1, "file: "),
    ] {
        let output = run(&folder, arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments}: {said}");
        assert!(said.contains(words), "{arguments}: {said}");
        assert!(output.stdout.is_empty(), "{arguments}");
    }
}

#[test]
fn helps() {
    let folder = folder("help", &[]);
    for flag in ["-h", "--help"] {
        let output = run(&folder, flag);
        assert_eq!(output.status.code(), Some(0));
        let said = String::from_utf8(output.stdout).unwrap();
        for words in [
            "Usage: wasm2php",
            "--max-pages <PAGES>",
            "Examples:\n",
            "--namespace 'My_Plugin\\Wasm'",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(
            said.lines().all(|line| line.chars().count() <= 100),
            "{said}"
        );
    }
    let version = run(&folder, "--version").stdout;
    assert_eq!(
        String::from_utf8(version).unwrap(),
        format!("wasm2php {}\n", env!("CARGO_PKG_VERSION"))
    );
}

/// The command's answer has each file of the folder with its size, and their sum.
fn assert_reports(output: &Output, folder: &Path) {
    let said = String::from_utf8_lossy(&output.stdout);
    let mut total = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let size = entry.metadata().unwrap().len();
        let line = format!(" {size}  {}\n", entry.file_name().to_str().unwrap());
        assert!(said.contains(&line), "{line:?} in {said}");
        total += size;
    }
    assert!(said.contains(&format!(" {total} bytes")), "{said}");
}

fn run(folder: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wasm2php"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap()
}

fn php(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("php");
    let output = command.args(arguments).current_dir(folder).output();
    let output = output.expect("these tests need php");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A new folder with modules in it, given as text.
fn folder(name: &str, modules: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("command")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in modules {
        fs::write(folder.join(name), wat::parse_str(text).unwrap()).unwrap();
    }
    folder
}
