//! What the name section calls functions, globals and locals, as PHP can call them.

use std::collections::BTreeMap;

use wasmparser::{Name, NameMap, NameSectionReader};

use crate::runtime;

/// Longer names are cut: they are often paths, of which the end says most.
const MAX_LENGTH: usize = 40;

/// Names by index, each made of letters, digits and underscores; empty where there is none.
#[derive(Debug, Default)]
pub(crate) struct Names {
    functions: BTreeMap<u32, String>,
    globals: BTreeMap<u32, String>,
    locals: BTreeMap<u32, BTreeMap<u32, String>>,
}

impl Names {
    /// Reads a name section up to where it stops making sense: a custom section is never a reason to
    /// refuse a module.
    pub(super) fn read(&mut self, section: NameSectionReader<'_>) {
        for name in section {
            match name {
                Ok(Name::Function(map)) => read_map(map, &mut self.functions),
                Ok(Name::Global(map)) => read_map(map, &mut self.globals),
                Ok(Name::Local(functions)) => {
                    for function in functions.map_while(Result::ok) {
                        let locals = self.locals.entry(function.index).or_default();
                        read_map(function.names, locals);
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
    }

    /// The method of a function. The index makes it differ from all others, whatever PHP thinks of
    /// upper and lower case.
    pub(crate) fn function(&self, index: u32) -> String {
        let mut name = with_word('f', index, &self.functions);
        if self.functions.contains_key(&index) && runtime::has_method(&name) {
            name.push('_');
        }
        name
    }

    /// The property of a global.
    pub(crate) fn global(&self, index: u32) -> String {
        with_word('g', index, &self.globals)
    }

    /// The words for a function's parameters and locals, by index; they may not differ.
    pub(crate) fn locals(&self, function: u32) -> impl Iterator<Item = (u32, &str)> {
        let locals = self.locals.get(&function).into_iter().flatten();
        locals.map(|(index, word)| (*index, word.as_str()))
    }
}

fn with_word(letter: char, index: u32, words: &BTreeMap<u32, String>) -> String {
    match words.get(&index) {
        Some(word) => format!("{letter}{index}_{word}"),
        None => format!("{letter}{index}"),
    }
}

fn read_map(map: NameMap<'_>, words: &mut BTreeMap<u32, String>) {
    for naming in map.into_iter().map_while(Result::ok) {
        let word = word(naming.name);
        if !word.is_empty() {
            words.insert(naming.index, word);
        }
    }
}

/// The letters and digits of a name, with one underscore for anything between them.
fn word(name: &str) -> String {
    let name = without_hash(name);
    let mut word = String::new();
    for character in name.chars().rev() {
        if character.is_ascii_alphanumeric() {
            word.push(character);
        } else if !word.is_empty() && !word.ends_with('_') {
            word.push('_');
        }
        if word.len() == MAX_LENGTH {
            break;
        }
    }
    let word: String = word.chars().rev().collect();
    word.trim_start_matches('_').to_owned()
}

/// Rust puts a hash behind the paths of functions.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            path
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, word};

    #[test]
    fn words_are_what_php_can_read() {
        for (name, expected) in [
            ("parse_value", "parse_value"),
            (
                "core::fmt::Formatter::pad::h0123456789abcdef",
                "core_fmt_Formatter_pad",
            ),
            ("<impl A for B<C>>::drop", "impl_A_for_B_C_drop"),
            ("__stack_pointer", "stack_pointer"),
            ("größe", "gr_e"),
            ("\"'$?>\\", ""),
            ("", ""),
        ] {
            assert_eq!(word(name), expected, "{name}");
        }
        assert!(word(&"long_path::".repeat(100_000)).len() <= 40);
    }

    #[test]
    fn methods_are_not_those_of_the_runtime() {
        let mut names = Names::default();
        names.functions.insert(32, "Bits".to_owned());
        names.functions.insert(33, "bits".to_owned());
        assert_eq!(names.function(32), "f32_Bits_");
        assert_eq!(names.function(33), "f33_bits");
        assert_eq!(names.function(34), "f34");
    }
}
