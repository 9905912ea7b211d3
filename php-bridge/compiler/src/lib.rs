//! Compiles WebAssembly to plain PHP.
//!
//! ```text
//! bytes → module → decode → inline → shape → emit → class → files
//!         (read,   (trees,  (small   (if,    (PHP   (main and
//!          prove)   blocks)  calls)   while)  text)  cold file)
//! ```
//!
//! The output needs PHP 8.1 with 64-bit integers and the runtime in `php-bridge/runtime`, which
//! [`compile`] gives out with it: no extension, no `eval`, no `goto`. The same bytes and options give
//! the same PHP on every machine.
//!
//! ```
//! use wasm2php::{Options, compile};
//!
//! let wasm = b"\0asm\x01\0\0\0";
//! let options = Options {
//!     namespace: "My_Plugin\\Wasm".to_owned(),
//!     guard: Some("ABSPATH".to_owned()),
//!     ..Options::new("Mautic_Core")
//! };
//! let files = compile(wasm, &options)?;
//! assert_eq!(files[0].name, "mautic-core.php");
//! assert!(files[0].text.contains("final class Mautic_Core"));
//! # Ok::<(), wasm2php::Error>(())
//! ```
//!
//! What cannot be compiled is an [`Error`] that says where in the module it is:
//!
//! ```
//! use wasm2php::{ErrorKind, Options, compile};
//!
//! let error = compile(b"\0asm\x01\0\0\0\x01", &Options::new("Cut")).unwrap_err();
//! assert_eq!(error.kind, ErrorKind::Invalid);
//! assert_eq!(error.offset, Some(9));
//! ```

mod analysis;
mod class;
mod decode;
mod effects;
mod emit;
mod error;
mod feature;
mod hot;
mod inline;
mod ir;
mod layout;
mod module;
mod options;
mod php;
mod runtime;
mod shape;

pub use error::{Error, ErrorKind};
pub use options::{DEFAULT_MAX_PAGES, Options};

use std::cell::RefCell;

use sha2::{Digest, Sha256};

use crate::analysis::CallGraph;
use crate::class::PAGE;
use crate::emit::{Shared, Summary};
use crate::ir::Function;
use crate::module::Module;

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

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
    let mut module = Module::parse(wasm)?;
    let hash = hex(&Sha256::digest(wasm));
    let imported = module.imported_functions() as u32;
    let mut functions: Vec<Function> = (0..imported)
        .map(|index| decode::import(&module, index))
        .collect();
    for (index, body) in (imported..).zip(&module.bodies) {
        functions.push(decode::function(&module, index, body)?);
    }
    module.fix_tables(&functions);
    let instantiation = decode::instantiation(&module);
    let runs = match &options.hot {
        Some(recording) => hot::read(recording, &hash, functions.len())?,
        None => vec![1; functions.len()],
    };
    let (mut hot, mut fast) = (hot::hot(&runs), hot::fast(&runs));
    if let Some(instantiation) = instantiation {
        functions.push(instantiation);
        hot.push(true);
        fast.push(false);
    }
    if !options.profile {
        let graph = CallGraph::new(&module, &functions);
        inline::inline(&mut functions, &graph, &fast);
    }
    for function in &mut functions {
        shape::shape(&mut function.body, !function.results.is_empty());
    }
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
    let stem = options.file_stem();
    let mut output = vec![File {
        name: format!("{stem}.php"),
        text: files.main,
    }];
    output.extend(files.cold.map(|text| File {
        name: format!("{stem}-cold.php"),
        text,
    }));
    output.extend(runtime::files(options, module.is_linked));
    Ok(output)
}

/// The largest size of memory in bytes.
fn max_memory(module: &Module<'_>, options: &Options) -> Result<i64, Error> {
    let Some(memory) = module.memory else {
        return Ok(0);
    };
    let mut max = memory.maximum.unwrap_or(65_536);
    if memory.is_imported {
        // Whoever made it may let it grow as far as this module could bear.
        return Ok(max as i64 * i64::from(PAGE));
    }
    max = max.min(options.max_pages.into());
    if memory.initial > max {
        return Err(Error::options(format!(
            "memory begins with {} pages, more than the limit of {max}; allow more with --max-pages",
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
