//! Compares what PHP makes of compiled modules with what wasmtime makes of the modules.

mod generate;
mod host;
mod minimize;
mod oracle;
mod program;
mod random;
mod record;
#[path = "../../compiler/tests/fuzzed/replay.rs"]
mod replay;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Differential fuzzing of wasm2php: modules of wasm-smith, compiled to PHP, against wasmtime.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make modules, run them in both, and compare.
    Run(run::Options),
    /// Print the module of a seed as text.
    Show {
        /// The seed.
        seed: u64,
    },
    /// Choose modules, and write them with wasmtime's answers into a corpus.
    Record(record::Options),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Show { seed } => {
            let wasm = generate::module(seed);
            println!("{}", wasmprinter::print_bytes(wasm).expect("it is valid"));
            ExitCode::SUCCESS
        }
        Command::Record(options) => record::record(&options),
    }
}
