//! Compiles WebAssembly to plain PHP.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use wasm2php::{DEFAULT_MAX_PAGES, Options, compile};

/// Compiles a WebAssembly module to plain PHP, and writes it with its runtime into a folder.
///
/// The output needs PHP 8.1 with 64-bit integers, and nothing else.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The module, in the binary format.
    module: PathBuf,
    /// The folder for the PHP files; made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Name of the module: of its files, and in WordPress' spelling of its class.
    #[arg(long)]
    name: String,
    /// PHP namespace of the module and of its runtime.
    #[arg(long, default_value = "Wasm2Php")]
    namespace: String,
    /// A constant without which each file ends at once, such as ABSPATH.
    #[arg(long, value_name = "CONSTANT")]
    guard: Option<String>,
    /// A recording of the functions that run, made by a build with --profile. The other functions go
    /// into a second file, which is loaded when one of them is called.
    #[arg(long, value_name = "FILE")]
    hot: Option<PathBuf>,
    /// Make a module that records which of its functions run.
    #[arg(long, conflicts_with = "hot")]
    profile: bool,
    /// Pages of 64 KiB that memory never grows beyond. PHP needs four times as much.
    #[arg(long, value_name = "PAGES", default_value_t = DEFAULT_MAX_PAGES)]
    max_pages: u32,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm2php: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let named = |path: &PathBuf, error: std::io::Error| format!("{}: {error}", path.display());
    let path = &arguments.module;
    let wasm = fs::read(path).map_err(|error| named(path, error))?;
    let read = |path: &PathBuf| fs::read_to_string(path).map_err(|error| named(path, error));
    let options = Options {
        name: arguments.name,
        namespace: arguments.namespace,
        guard: arguments.guard,
        hot: arguments.hot.as_ref().map(read).transpose()?,
        profile: arguments.profile,
        max_pages: arguments.max_pages,
    };
    let files = compile(&wasm, &options).map_err(|error| format!("{}: {error}", path.display()))?;
    fs::create_dir_all(&arguments.out).map_err(|error| named(&arguments.out, error))?;
    for file in files {
        let path = arguments.out.join(file.name);
        fs::write(&path, file.text).map_err(|error| named(&path, error))?;
    }
    Ok(())
}
