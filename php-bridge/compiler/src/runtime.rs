//! The runtime that compiled modules stand on: PHP written by hand, given out with each module.

use crate::{File, Options};

/// The namespace in the source of the runtime.
const NAMESPACE: &str = "namespace Wasm2Php;\n";

macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../runtime/", $name)))),*]
    };
}

const SOURCES: [(&str, &str); 8] = sources![
    "class-build-mismatch.php",
    "class-engine.php",
    "class-jit-enabled.php",
    "class-jit-guard.php",
    "class-memory.php",
    "class-module.php",
    "class-numbers.php",
    "class-trap.php",
];

/// The files of the runtime, in the namespace and with the guard that the options ask for.
pub(crate) fn files(options: &Options) -> impl Iterator<Item = File> {
    let mut head = format!("namespace {};\n", options.namespace);
    if let Some(guard) = &options.guard {
        head.push_str(&format!("\ndefined( '{guard}' ) || exit;\n"));
    }
    SOURCES.into_iter().map(move |(name, source)| File {
        name: name.to_owned(),
        text: source.replacen(NAMESPACE, &head, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::{NAMESPACE, SOURCES};

    #[test]
    fn every_file_has_the_namespace_to_replace() {
        for (name, source) in SOURCES {
            assert_eq!(source.matches(NAMESPACE).count(), 1, "{name}");
        }
    }
}
