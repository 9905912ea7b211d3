//! Compiles WebAssembly to plain PHP.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use wasm2php::{DEFAULT_MAX_PAGES, File, Options, compile};

const EXAMPLES: &str = "\
Examples:
  wasm2php mautic-core.wasm
      writes the class Wasm2Php\\Mautic_Core, and the runtime, into ./mautic-core/

  wasm2php module.wasm --class Mautic_Core --namespace 'My_Plugin\\Wasm' -o build --guard ABSPATH
      writes build/mautic-core.php, and the runtime, for WordPress only

  wasm2php module.wasm --class Mautic_Core --profile -o profile
  wasm2php module.wasm --class Mautic_Core --hot recording -o build
      makes a module that records what runs, then one that has all else in a second file

And in PHP:
  require 'build/mautic-core.php';
  $module = new My_Plugin\\Wasm\\Mautic_Core();
  echo $module->invoke( 'add', 1, 2 );";

/// Compiles a WebAssembly module to plain PHP.
///
/// It writes the module as a PHP class, and the runtime that the class stands on, into one folder.
/// Both need PHP 8.1 or later with 64-bit integers, and nothing else.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES, next_line_help = true, verbatim_doc_comment)]
struct Arguments {
    /// The module, in the binary format
    module: PathBuf,
    /// The PHP class, whose file is named after it: Mautic_Core is in mautic-core.php
    /// [default: the name of the module's file in this spelling]
    #[arg(long, verbatim_doc_comment)]
    class: Option<String>,
    /// The PHP namespace of the class and the runtime
    #[arg(long, default_value = "Wasm2Php")]
    namespace: String,
    /// Where the files go; made if it is not there
    /// [default: a folder in the current one, named after the class]
    #[arg(short, long, value_name = "FOLDER", verbatim_doc_comment)]
    output: Option<PathBuf>,
    /// A constant without which each file ends at once, such as ABSPATH in WordPress
    #[arg(long, value_name = "CONSTANT")]
    guard: Option<String>,
    /// The most pages of 64 KiB that memory has; PHP needs four times as much,
    /// 8.1 eight times
    #[arg(long, value_name = "PAGES", default_value_t = DEFAULT_MAX_PAGES, verbatim_doc_comment)]
    max_pages: u32,
    /// Record which functions run
    #[arg(long)]
    profile: bool,
    /// What a module made with --profile recorded: functions that did not run go into a second
    /// file, which is loaded when one of them is called
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "profile",
        verbatim_doc_comment
    )]
    hot: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("wasm2php: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Compiles and writes; says what was written.
fn run(arguments: Arguments) -> Result<String, Box<dyn Error>> {
    let path = &arguments.module;
    let named = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let wasm = fs::read(path).map_err(|error| named(path, error))?;
    let hot = match &arguments.hot {
        Some(path) => Some(fs::read_to_string(path).map_err(|error| named(path, error))?),
        None => None,
    };
    let options = Options {
        class: arguments.class.map_or_else(|| class_of(path), Ok)?,
        namespace: arguments.namespace,
        source: path.file_name().map(|name| name.to_string_lossy().into()),
        guard: arguments.guard,
        hot,
        profile: arguments.profile,
        max_pages: arguments.max_pages,
    };
    let files = compile(&wasm, &options).map_err(|error| format!("{}: {error}", path.display()))?;
    let folder = arguments
        .output
        .unwrap_or_else(|| options.file_stem().into());
    fs::create_dir_all(&folder).map_err(|error| named(&folder, error))?;
    for file in &files {
        let path = folder.join(&file.name);
        fs::write(&path, &file.text).map_err(|error| named(&path, error))?;
    }
    Ok(report(&folder, &options, &files))
}

/// The class for a module's file: `mautic-core.wasm` holds `Mautic_Core`.
fn class_of(path: &Path) -> Result<String, String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let words = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    let class = words.map(capital).collect::<Vec<_>>().join("_");
    if class.is_empty() || class.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!(
            "{stem:?} does not give the name of a class; say --class"
        ));
    }
    Ok(class)
}

fn report(folder: &Path, options: &Options, files: &[File]) -> String {
    let total: usize = files.iter().map(|file| file.text.len()).sum();
    let mut text = format!(
        "{}\\{} in {}, {} bytes:\n",
        options.namespace,
        options.class,
        folder.display(),
        total
    );
    for file in files {
        let _ = writeln!(text, "{:>10}  {}", file.text.len(), file.name);
    }
    text
}
