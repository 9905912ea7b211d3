//! Compiles WebAssembly to plain PHP.
//!
//! ```text
//! bytes → module → decode → shape → emit → class → files
//!         (read,   (trees,  (if,    (PHP   (main and
//!          prove)   blocks)  while)  text)  cold file)
//! ```
//!
//! The output needs PHP 8.1 with 64-bit integers and the runtime in `php-bridge/runtime`, which
//! [`compile`] gives out with it: no extension, no `eval`, no `goto`. The same bytes and options give
//! the same PHP on every machine.

mod analysis;
mod class;
mod decode;
mod effects;
mod emit;
mod error;
mod hot;
mod ir;
mod module;
mod php;
mod runtime;
mod shape;

pub use error::{Error, ErrorKind};

use std::cell::RefCell;

use sha2::{Digest, Sha256};

use crate::analysis::CallGraph;
use crate::class::PAGE;
use crate::emit::{Shared, Summary};
use crate::module::Module;

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Memory that a module may have, in pages of 64 KiB, unless the options say otherwise. PHP needs four
/// times as much.
pub const DEFAULT_MAX_PAGES: u32 = 256;

/// How to compile a module.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the module: that of its files, and in WordPress' spelling that of its class.
    pub name: String,
    /// PHP namespace of the module and its runtime.
    pub namespace: String,
    /// A constant without which each file ends at once, such as `ABSPATH`.
    pub guard: Option<String>,
    /// A recording of the functions that ran; the others go into a second file.
    pub hot: Option<String>,
    /// The module records which functions run.
    pub profile: bool,
    /// Pages that memory never grows beyond.
    pub max_pages: u32,
}

impl Options {
    /// The class of the module: `mautic-core` is `Mautic_Core`.
    pub fn class_name(&self) -> String {
        let words = self.name.split(['-', '_']).filter(|word| !word.is_empty());
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        words.map(capital).collect::<Vec<_>>().join("_")
    }

    fn check(&self) -> Result<(), Error> {
        let is_word = |text: &str| {
            !text.starts_with(|c: char| c.is_ascii_digit())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !text.is_empty()
        };
        if !is_word(&self.name.replace('-', "_")) || self.class_name().is_empty() {
            return Err(Error::options(
                "a name has letters, digits, - and _, and no digit first",
            ));
        }
        if !self.namespace.split('\\').all(is_word) {
            return Err(Error::options("a namespace is words with \\ between them"));
        }
        if !self.guard.as_deref().is_none_or(is_word) {
            return Err(Error::options("a guard is the name of a constant"));
        }
        Ok(())
    }
}

/// A file of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Name, without a folder.
    pub name: String,
    /// Contents.
    pub text: String,
}

/// Compiles a module: gives its one or two files, and those of the runtime.
///
/// # Errors
///
/// If the module is not valid, uses what is not supported, or does not fit the options.
pub fn compile(wasm: &[u8], options: &Options) -> Result<Vec<File>, Error> {
    options.check()?;
    let module = Module::parse(wasm)?;
    let hash = hex(&Sha256::digest(wasm));
    let mut functions = Vec::with_capacity(module.bodies.len());
    for (index, body) in (0..).zip(&module.bodies) {
        let mut function = decode::function(&module, index, body)?;
        shape::shape(&mut function.body, function.result.is_some());
        functions.push(function);
    }
    let runs = match &options.hot {
        Some(recording) => hot::read(recording, &hash, functions.len())?,
        None => vec![1; functions.len()],
    };
    let (hot, fast) = (hot::hot(&runs), hot::fast(&runs));
    let build = build_id(&hash, &hot, &fast, options);
    let graph = CallGraph::new(&module, &functions);
    let shared = Shared {
        summary: RefCell::new(Summary::new(&module, &graph, &functions)),
        graph,
        max_memory: max_memory(&module, options)?,
        module: &module,
        hot,
        fast,
        profile: options.profile,
    };
    emit::summarize(&shared, &functions);
    let files = class::files(&shared, &functions, options, &hash, &build);
    let mut output = vec![File {
        name: format!("{}.php", options.name),
        text: files.main,
    }];
    output.extend(files.cold.map(|text| File {
        name: format!("{}-cold.php", options.name),
        text,
    }));
    output.extend(runtime::files(options));
    Ok(output)
}

/// The largest size of memory in bytes.
fn max_memory(module: &Module<'_>, options: &Options) -> Result<i64, Error> {
    let Some(memory) = module.memory else {
        return Ok(0);
    };
    let max = memory
        .maximum
        .unwrap_or(65_536)
        .min(options.max_pages.into());
    if memory.initial > max {
        return Err(Error::options(format!(
            "memory begins with {} pages, which is more than the limit of {max}",
            memory.initial
        )));
    }
    Ok(max as i64 * i64::from(PAGE))
}

/// Names the output: the module, this compiler, and what goes into which file.
fn build_id(hash: &str, hot: &[bool], fast: &[bool], options: &Options) -> String {
    let mut digest = Sha256::new();
    digest.update(hash);
    digest.update(VERSION);
    for list in [hot, fast] {
        digest.update(list.iter().map(|flag| u8::from(*flag)).collect::<Vec<_>>());
    }
    digest.update([u8::from(options.profile)]);
    digest.update(options.max_pages.to_le_bytes());
    hex(&digest.finalize())[..16].to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
