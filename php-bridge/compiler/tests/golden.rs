//! Small modules with the PHP that they give, one beside the other, and what that PHP answers.
//!
//! `REWRITE=1 cargo test` writes the PHP anew; read the difference before it is committed. Lines of a
//! module's text that begin with `;; >` are calls in their order: a function with arguments in PHP's
//! spelling, or an exported global, and what comes of it: a value, or `trap:` with the reason. One that
//! begins with `;; with` has what the module imports, in PHP.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sha2::{Digest, Sha256};
use wasm2php::{Options, compile};

#[test]
fn output_is_what_is_committed() {
    for source in sources() {
        let options = options(&source);
        let wasm = wat::parse_file(&source).unwrap();
        let files = compile(&wasm, &options).unwrap();
        assert_eq!(files[0].name, format!("{}.php", options.file_stem()));
        let golden = source.with_extension("php");
        if env::var_os("REWRITE").is_some() {
            fs::write(&golden, &files[0].text).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(files[0].text, expected, "{}", golden.display());
    }
}

#[test]
fn output_answers_as_the_module_says() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut script = String::from(PRELUDE);
    for source in sources() {
        let options = options(&source);
        let files = compile(&wat::parse_file(&source).unwrap(), &options).unwrap();
        for file in &files {
            fs::write(folder.join(&file.name), &file.text).unwrap();
        }
        let text = fs::read_to_string(&source).unwrap();
        let mut lines = text
            .lines()
            .filter_map(|line| line.strip_prefix(";; > "))
            .peekable();
        assert!(lines.peek().is_some(), "{} calls nothing", source.display());
        let imports = text.lines().find_map(|line| line.strip_prefix(";; with "));
        let _ = writeln!(
            script,
            "require __DIR__ . '/{}';\n$m = new Golden\\{}({});",
            files[0].name,
            options.class,
            imports.unwrap_or_default()
        );
        for line in lines {
            let (call, expected) = line.split_once(" => ").expect(line);
            let run = match call.split_once('(') {
                Some((name, arguments)) => format!("$m->invoke('{name}',{arguments}"),
                None => format!("$m->{{$m::GLOBALS['{call}']}}"),
            };
            let what = format!("{}: {call}", source.file_name().unwrap().display());
            let run = run.replace(",)", ")");
            let _ = writeln!(script, "check(\"{what}\", fn() => {run}, '{expected}');");
        }
    }
    script.push_str("echo $checked;");
    fs::write(folder.join("run.php"), script).unwrap();
    let output = Command::new("php").arg(folder.join("run.php")).output();
    let output = output.expect("these tests need php");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(
        said.parse::<usize>().is_ok_and(|checked| checked >= 60),
        "{said}"
    );
}

/// Written for speed, and for size with all functions in the second file.
#[test]
fn output_passes_the_checks_of_the_plugin_directory() {
    for (name, all_cold) in [("checks-hot", false), ("checks-cold", true)] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for source in sources() {
            let wasm = wat::parse_file(&source).unwrap();
            let hash = Sha256::digest(&wasm);
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let options = Options {
                hot: all_cold.then(|| format!("module {hash}\n")),
                ..options(&source)
            };
            for file in compile(&wasm, &options).unwrap() {
                fs::write(folder.join(&file.name), &file.text).unwrap();
            }
        }
        let files = fs::read_dir(&folder).unwrap();
        let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
        // The second file of a module comes after the first, which has its class.
        files.sort_by_key(|path| {
            path.to_str()
                .is_some_and(|path| path.ends_with("-cold.php"))
        });
        let checks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks.php");
        let output = Command::new("php").arg(checks).args(&files).output();
        let output = output.expect("these tests need php");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
    }
}

const PRELUDE: &str = "<?php
define('ABSPATH', __DIR__);
$checked = 0;
function check($what, $run, $expected) {
    global $checked;
    $show = fn($value) => is_array($value)
        ? '[' . implode(', ', array_map(fn($v) => var_export($v, true), $value)) . ']'
        : str_replace(' - ', '-', var_export($value, true));
    try {
        $got = $show($run());
    } catch (Golden\\Trap $trap) {
        $got = 'trap: ' . $trap->getMessage();
    }
    $checked++;
    if ($got !== $expected) {
        echo \"$what: $got, not $expected\\n\";
        exit(1);
    }
}
";

fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut sources: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "wat"))
        .collect();
    sources.sort();
    assert!(!sources.is_empty());
    sources
}

fn options(source: &Path) -> Options {
    let name = source.file_stem().unwrap().to_str().unwrap();
    let capital = name[..1].to_uppercase() + &name[1..];
    Options {
        namespace: "Golden".to_owned(),
        source: Some(format!("{name}.wasm")),
        guard: Some("ABSPATH".to_owned()),
        ..Options::new(format!("{capital}_Example"))
    }
}
