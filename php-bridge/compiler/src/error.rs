//! Why a module was refused.

use std::fmt;

/// A module that cannot be compiled: what is wrong with it, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// Whose move is next.
    pub kind: ErrorKind,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The byte offset in the module, where there is one.
    pub offset: Option<u64>,
}

/// Whose move is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not a valid WebAssembly module.
    Invalid,
    /// The module is valid, but uses what this compiler does not support.
    Unsupported,
    /// The options do not fit the module.
    Options,
}

impl Error {
    pub(crate) fn unsupported(feature: impl fmt::Display, offset: u64) -> Self {
        Self {
            kind: ErrorKind::Unsupported,
            message: format!("{feature} is not supported"),
            offset: Some(offset),
        }
    }

    pub(crate) fn options(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Options,
            message: message.into(),
            offset: None,
        }
    }
}

impl From<wasmparser::Error> for Error {
    fn from(error: wasmparser::Error) -> Self {
        Self {
            kind: ErrorKind::Invalid,
            // Some messages show bytes as lists of several lines.
            message: error
                .message()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            offset: Some(error.offset()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.offset {
            Some(offset) => write!(f, " (at byte offset {offset:#x})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
