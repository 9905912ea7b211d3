//! The runtime that compiled modules stand on: PHP written by hand, given out with each module.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::{File, Options};

/// The namespace in the source of the runtime.
const NAMESPACE: &str = "namespace Wasm2Php;\n";

macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../runtime/", $name)))),*]
    };
}

/// What every module needs.
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

/// The names of the runtime's files.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SOURCES.into_iter().chain(LINKED).map(|(name, _)| name)
}

/// The names of the runtime's classes in lower case, which is how PHP compares them.
pub(crate) fn classes() -> impl Iterator<Item = String> {
    let class = |name: &str| {
        let name = name.strip_prefix("class-").unwrap_or(name);
        name.trim_end_matches(".php").replace('-', "_")
    };
    names().map(class)
}

/// Whether a method of the runtime has this name, in whatever case.
pub(crate) fn has_method(name: &str) -> bool {
    static METHODS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let sources = SOURCES.into_iter().chain(LINKED);
        let methods = sources.flat_map(|(_, source)| {
            let after = source.split("function ").skip(1);
            after.filter_map(|text| text.split('(').next())
        });
        methods.map(str::to_ascii_lowercase).collect()
    });
    METHODS.contains(&name.to_ascii_lowercase())
}

/// What a module needs beside that which takes something from outside or refers to functions.
const LINKED: [(&str, &str); 7] = sources![
    "class-exports.php",
    "class-function-reference.php",
    "class-global-variable.php",
    "class-linear-memory.php",
    "class-link-error.php",
    "class-linked-module.php",
    "class-table.php",
];

/// The files of the runtime, in the namespace and with the guard that the options ask for.
pub(crate) fn files(options: &Options, is_linked: bool) -> impl Iterator<Item = File> {
    let mut head = format!("namespace {};\n", options.namespace);
    if let Some(guard) = &options.guard {
        head.push_str(&format!("\ndefined( '{guard}' ) || exit;\n"));
    }
    let linked = LINKED.into_iter().filter(move |_| is_linked);
    SOURCES
        .into_iter()
        .chain(linked)
        .map(move |(name, source)| File {
            name: name.to_owned(),
            text: source.replacen(NAMESPACE, &head, 1),
        })
}

#[cfg(test)]
mod tests {
    use super::{LINKED, NAMESPACE, SOURCES};

    #[test]
    fn every_file_has_the_namespace_to_replace() {
        for (name, source) in SOURCES.into_iter().chain(LINKED) {
            assert_eq!(source.matches(NAMESPACE).count(), 1, "{name}");
        }
    }

    #[test]
    fn every_file_has_the_class_that_its_name_says() {
        let sources = SOURCES.into_iter().chain(LINKED);
        for ((name, source), class) in sources.zip(super::classes()) {
            assert!(
                source.to_lowercase().contains(&format!("class {class}")),
                "{name}"
            );
        }
    }
}
