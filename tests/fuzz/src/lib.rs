//! Hostile input for the core, and what must hold whatever it is.
//!
//! Each [`Target`] makes messages of an input: the bytes themselves, or a hostile text where the stories of
//! `tests/vectors/` have a harmless one, with their documents and tasks around it. The targets of `cargo fuzz`,
//! the replay of the corpus in `cargo test` and the file that PHP and Node replay all stand on this.

mod checks;
mod heap;
mod large;
mod response;
mod situation;

use std::fs;
use std::path::PathBuf;

pub use large::{bodies, whole};
use mautic_connector::step_json;
use situation::SITUATIONS;

/// What is attacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The entry itself, with raw bytes.
    Message,
    /// The return from Mautic: a raw query.
    Redirect,
    /// Answers of the token endpoint.
    Token,
    /// Answers of the API.
    Identity,
    /// Pages for the diagnosis.
    Page,
}

/// Bytes of a body that a shell brings in at most.
const LONGEST_BODY: usize = 65_536;

impl Target {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Message,
        Self::Redirect,
        Self::Token,
        Self::Identity,
        Self::Page,
    ];

    /// The name of its target and of its folder in the corpus.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Redirect => "redirect",
            Self::Token => "token",
            Self::Identity => "identity",
            Self::Page => "page",
        }
    }

    /// The messages that an input stands for.
    #[must_use]
    pub fn messages(self, input: &[u8]) -> Vec<Vec<u8>> {
        if self == Self::Message {
            return vec![input.to_vec()];
        }
        // A shell replaces what is not UTF-8.
        let text = String::from_utf8_lossy(input);
        SITUATIONS
            .iter()
            .filter(|situation| situation.target == self)
            .map(|situation| situation.message(&text).into_bytes())
            .collect()
    }

    /// Gives the core each of them.
    ///
    /// # Panics
    ///
    /// If the core does, or breaks what [`checks`] demand.
    pub fn attack(self, input: &[u8]) {
        for message in self.messages(input) {
            self.step(&message);
        }
    }

    /// One of them.
    ///
    /// # Panics
    ///
    /// As [`Target::attack`].
    pub fn step(self, message: &[u8]) {
        let (answer, bytes) = heap::taken_by(|| answer(message));
        checks::check(self, message, &answer);
        heap::check(message.len(), bytes);
    }

    /// The committed inputs, by name.
    ///
    /// # Panics
    ///
    /// If they cannot be read.
    #[must_use]
    pub fn corpus(self) -> Vec<(String, Vec<u8>)> {
        let folder = folder("tests/fuzz/corpus").join(self.name());
        let mut inputs: Vec<_> = fs::read_dir(folder)
            .expect("the corpus")
            .map(|entry| entry.expect("an entry"))
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                (name, fs::read(entry.path()).expect("a readable file"))
            })
            .collect();
        inputs.sort();
        inputs
    }
}

/// The answer of the compiled core's entry (`src/server.rs`): bytes that are no UTF-8 are no message.
#[must_use]
pub fn answer(message: &[u8]) -> String {
    step_json(std::str::from_utf8(message).unwrap_or_default())
}

/// A folder of the repository, whichever of its crates asks.
fn folder(path: &str) -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .map(|above| above.join(path))
        .find(|folder| folder.is_dir())
        .expect("a folder of the repository")
}
