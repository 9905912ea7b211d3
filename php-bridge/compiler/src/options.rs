//! How to compile a module, and which names PHP has for it.

use crate::error::Error;
use crate::runtime;

/// Memory that a module may have, in pages of 64 KiB, unless the options say otherwise. PHP needs four
/// times as much, 8.1 eight times.
pub const DEFAULT_MAX_PAGES: u32 = 256;

/// Words that PHP keeps to itself, in lower case: none of them names a class or a part of a namespace.
const RESERVED: &[&str] = &[
    "__class__",
    "__dir__",
    "__file__",
    "__function__",
    "__halt_compiler",
    "__line__",
    "__method__",
    "__namespace__",
    "__property__",
    "__trait__",
    "abstract",
    "and",
    "array",
    "as",
    "bool",
    "break",
    "callable",
    "case",
    "catch",
    "class",
    "clone",
    "const",
    "continue",
    "declare",
    "default",
    "die",
    "do",
    "echo",
    "else",
    "elseif",
    "empty",
    "enddeclare",
    "endfor",
    "endforeach",
    "endif",
    "endswitch",
    "endwhile",
    "enum",
    "eval",
    "exit",
    "extends",
    "false",
    "final",
    "finally",
    "float",
    "fn",
    "for",
    "foreach",
    "function",
    "global",
    "goto",
    "if",
    "implements",
    "include",
    "include_once",
    "instanceof",
    "insteadof",
    "int",
    "interface",
    "isset",
    "iterable",
    "list",
    "match",
    "mixed",
    "namespace",
    "never",
    "new",
    "null",
    "numeric",
    "object",
    "or",
    "parent",
    "print",
    "private",
    "protected",
    "public",
    "readonly",
    "require",
    "require_once",
    "resource",
    "return",
    "self",
    "static",
    "string",
    "switch",
    "throw",
    "trait",
    "true",
    "try",
    "unset",
    "use",
    "var",
    "void",
    "while",
    "xor",
    "yield",
];

/// How to compile a module.
#[derive(Debug, Clone)]
pub struct Options {
    /// Class of the module, such as `Mautic_Core`. Its files are named after it: `mautic-core.php`.
    pub class: String,
    /// PHP namespace of the module and its runtime.
    pub namespace: String,
    /// What the head of the files says that they were compiled from: the name of the module's file.
    pub source: Option<String>,
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
    /// Options for a class in the namespace `Wasm2Php`, with nothing else asked for.
    pub fn new(class: impl Into<String>) -> Self {
        Self {
            class: class.into(),
            namespace: "Wasm2Php".to_owned(),
            source: None,
            guard: None,
            hot: None,
            profile: false,
            max_pages: DEFAULT_MAX_PAGES,
        }
    }

    /// The name of the module's file without its extension: `mautic-core` for `Mautic_Core`.
    pub fn file_stem(&self) -> String {
        self.class.to_ascii_lowercase().replace('_', "-")
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let class = &self.class;
        name("class", class, class)?;
        let taken =
            |class: &str| runtime::classes().any(|runtime| runtime == class.to_ascii_lowercase());
        if taken(class) || taken(&format!("{class}_Cold")) {
            return Err(Error::options(format!(
                "the class {class} is one of the runtime's; take another"
            )));
        }
        let file = format!("{}.php", self.file_stem());
        if runtime::names().any(|name| name == file) {
            return Err(Error::options(format!(
                "the class {class} would go into {file}, which is a file of the runtime; take another"
            )));
        }
        for word in self.namespace.split('\\') {
            name("namespace", &self.namespace, word)?;
        }
        if let Some(guard) = &self.guard
            && !is_word(guard)
        {
            return Err(Error::options(format!(
                "{guard:?} is not the name of a constant, such as ABSPATH"
            )));
        }
        Ok(())
    }
}

/// Checks a class, or one word of a namespace.
fn name(what: &str, whole: &str, word: &str) -> Result<(), Error> {
    if !is_word(word) {
        let example = match what {
            "class" => "Mautic_Core: letters, digits and _, with no digit first",
            _ => "My_Plugin\\Wasm: words of letters, digits and _, with \\ between them",
        };
        return Err(Error::options(format!(
            "the {what} {whole:?} is not like {example}"
        )));
    }
    if RESERVED.contains(&word.to_ascii_lowercase().as_str()) {
        return Err(Error::options(format!(
            "{word} is a word that PHP keeps to itself; the {what} needs another"
        )));
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
