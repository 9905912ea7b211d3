//! Names what a module uses that is not supported.
//!
//! The validator says at which byte a module is not what was asked for, in words that change with its
//! versions. If it comes further once a feature is switched on, the module is not invalid: it uses
//! that feature.

use wasmparser::{Parser, Validator, WasmFeatures};

use crate::error::{Error, ErrorKind};
use crate::module::FEATURES;

const FUNCTION_REFERENCES: WasmFeatures = WasmFeatures::FUNCTION_REFERENCES;
const GC: WasmFeatures = FUNCTION_REFERENCES.union(WasmFeatures::GC);
const SIMD: WasmFeatures = WasmFeatures::SIMD;
const THREADS: WasmFeatures = WasmFeatures::THREADS;

/// The features by name, each with those that it stands on.
const REFUSED: [(&str, WasmFeatures); 16] = [
    ("SIMD", SIMD),
    ("relaxed SIMD", SIMD.union(WasmFeatures::RELAXED_SIMD)),
    ("threads", THREADS),
    ("tail calls", WasmFeatures::TAIL_CALL),
    ("exception handling", WasmFeatures::EXCEPTIONS),
    (
        "legacy exception handling",
        WasmFeatures::EXCEPTIONS.union(WasmFeatures::LEGACY_EXCEPTIONS),
    ),
    ("memory64", WasmFeatures::MEMORY64),
    ("multiple memories", WasmFeatures::MULTI_MEMORY),
    ("typed function references", FUNCTION_REFERENCES),
    ("garbage collection", GC),
    ("wide arithmetic", WasmFeatures::WIDE_ARITHMETIC),
    ("custom page sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("memory control", WasmFeatures::MEMORY_CONTROL),
    (
        "stack switching",
        GC.union(WasmFeatures::EXCEPTIONS)
            .union(WasmFeatures::STACK_SWITCHING),
    ),
    (
        "custom descriptors",
        GC.union(WasmFeatures::CUSTOM_DESCRIPTORS),
    ),
    (
        "shared-everything threads",
        GC.union(THREADS)
            .union(WasmFeatures::SHARED_EVERYTHING_THREADS),
    ),
];

/// The error of a module that the validator refuses, or of one that is no module but a component.
pub(crate) fn refused(wasm: &[u8], error: Error) -> Error {
    let (ErrorKind::Invalid, Some(offset)) = (error.kind, error.offset) else {
        return error;
    };
    if Parser::is_component(wasm) {
        return Error::unsupported("the component model", 0);
    }
    let comes_further = |features: WasmFeatures| {
        let mut validator = Validator::new_with_features(FEATURES.union(features));
        match validator.validate_all(wasm) {
            Ok(_) => true,
            Err(error) => error.offset() > offset,
        }
    };
    match REFUSED
        .iter()
        .find(|(_, features)| comes_further(*features))
    {
        Some((name, _)) => Error::unsupported(format!("the feature \"{name}\""), offset),
        None => error,
    }
}
