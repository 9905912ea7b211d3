//! Puts the methods together into the two files of a module.

mod image;
mod links;

pub(crate) use image::PAGE;

use std::collections::BTreeMap;
use std::fmt::Write;

use wasmparser::{FuncType, ValType};

use crate::Options;
use crate::emit::{self, Shared};
use crate::ir::{Expr, Function};
use crate::layout::indent;
use crate::module::{Global, Item};
use crate::php::{Code, string};

/// The 32 bits of an `i32`, by a short name.
const MASK: &str = "const M=0xffffffff;\n";

/// The source of a module's two files.
pub(crate) struct Files {
    pub(crate) main: String,
    pub(crate) cold: Option<String>,
}

/// Writes both files.
pub(crate) fn files(
    shared: &Shared<'_>,
    functions: &[Function],
    options: &Options,
    hash: &str,
    build: &str,
) -> Files {
    let mut main = Vec::new();
    let mut cold = Vec::new();
    for (index, function) in (0..).zip(functions) {
        if !shared.summary.borrow().is_reached(index) {
            continue;
        }
        let text = emit::function(shared, index, function);
        if shared.hot[index as usize] {
            &mut main
        } else {
            &mut cold
        }
        .push(text);
    }
    let class = &options.class;
    let head = head(options, hash);
    let parent = if shared.module.is_linked {
        "Linked_Module"
    } else {
        "Module"
    };
    let mut text = format!("final class {class} extends {parent} {{\n");
    let _ = writeln!(text, "const BUILD='{build}';");
    text.push_str(MASK);
    if shared.profile {
        let _ = writeln!(text, "const MODULE='{hash}';");
    }
    if !cold.is_empty() {
        let _ = writeln!(
            text,
            "const COLD_FILE=__DIR__.'/{}-cold.php';",
            options.file_stem()
        );
    }
    links::imports(&mut text, shared.module);
    exports(&mut text, shared);
    begin(&mut text, shared, functions.len());
    links::references(&mut text, shared);
    dispatchers(&mut text, shared);
    text.extend(main);
    text.push_str("}\n");
    let cold = (!cold.is_empty()).then(|| {
        let mut text = format!("final class {class}_Cold {{\n");
        let _ = writeln!(text, "const BUILD='{build}';");
        text.push_str(MASK);
        text.extend(cold);
        text.push_str("}\n");
        format!("{head}{}", indent(&text))
    });
    // What the class stands on.
    let runtime = parent.to_lowercase().replace('_', "-");
    let runtime = format!("require_once __DIR__ . '/class-{runtime}.php';\n\n");
    Files {
        main: format!("{head}{runtime}{}", indent(&text)),
        cold,
    }
}

fn head(options: &Options, hash: &str) -> String {
    let mut text = String::from("<?php\n/**\n");
    let from = options
        .source
        .as_ref()
        .map(|source| format!(" from {}", comment(source)));
    let _ = writeln!(
        text,
        " * Compiled{} by wasm2php {}.",
        from.unwrap_or_default(),
        crate::VERSION
    );
    let _ = writeln!(text, " *");
    let _ = writeln!(
        text,
        " * Not written by hand and not meant to be changed: the source is compiled to"
    );
    let _ = writeln!(text, " * WebAssembly, and that to PHP.");
    let _ = writeln!(text, " *");
    let _ = writeln!(text, " * SHA-256 of the module: {hash}");
    let _ = writeln!(text, " *");
    let _ = writeln!(text, " * phpcs:ignoreFile");
    text.push_str(" */\n\n");
    let _ = writeln!(text, "namespace {};\n", options.namespace);
    if let Some(guard) = &options.guard {
        let _ = writeln!(text, "defined( '{guard}' ) || exit;\n");
    }
    text
}

/// A name as it can stand in a comment.
fn comment(name: &str) -> String {
    name.replace(char::is_control, " ").replace("*/", "* /")
}

/// A type as the runtime reads it: one letter each for the parameters, and for the results.
pub(crate) fn signature(ty: &FuncType) -> String {
    let letters = |types: &[ValType]| types.iter().map(|ty| letter(*ty)).collect::<String>();
    format!("{}>{}", letters(ty.params()), letters(ty.results()))
}

fn letter(ty: ValType) -> char {
    match ty {
        ValType::I32 => 'i',
        ValType::I64 => 'l',
        ValType::F32 => 'f',
        ValType::F64 => 'd',
        ValType::FUNCREF => 'c',
        _ => 'e',
    }
}

/// The letter of a global's type, a capital if it is mutable.
fn global_letter(global: &Global) -> char {
    let letter = letter(global.ty);
    if global.mutable {
        letter.to_ascii_uppercase()
    } else {
        letter
    }
}

fn exports(text: &mut String, shared: &Shared<'_>) {
    let module = shared.module;
    let (mut signatures, mut cases) = (String::new(), String::new());
    let (mut globals, mut types) = (String::new(), BTreeMap::new());
    let (mut memories, mut tables) = (String::new(), String::new());
    for export in &module.exports {
        let name = string(export.name.as_bytes());
        match export.item {
            Item::Function(function) => {
                let ty = module.function_type(function);
                let _ = writeln!(signatures, "{name}=>'{}',", signature(ty));
                let arguments = (0..ty.params().len()).map(|index| format!("$arguments[{index}]"));
                let call = call(shared, function, arguments, "$depth");
                let _ = writeln!(cases, "{name}=>{call},");
            }
            Item::Global(index) => {
                let property = module.names.global(index);
                let _ = writeln!(globals, "{name}=>'{property}',");
                types.insert(index, global_letter(&module.globals[index as usize]));
            }
            Item::Memory => {
                let maximum = module.memory.and_then(|memory| memory.maximum);
                let _ = writeln!(memories, "{name}=>{},", number_or_null(maximum));
            }
            Item::Table(table) => {
                let _ = writeln!(tables, "{name}=>{table},");
            }
        }
    }
    let types: String = types
        .iter()
        .map(|(index, letter)| format!("'{}'=>'{letter}',\n", module.names.global(*index)))
        .collect();
    for (constant, entries) in [
        ("EXPORTS", signatures),
        ("GLOBALS", globals),
        ("GLOBAL_TYPES", types),
        ("MEMORIES", memories),
        ("TABLES", tables),
    ] {
        if !entries.is_empty() {
            let _ = writeln!(text, "const {constant}=[\n{entries}];");
        }
    }
    global_properties(text, shared);
    text.push_str("public function call_export($name,array $arguments,$depth=0){\n");
    let _ = writeln!(
        text,
        "return match($name){{\n{cases}default=>null,\n}};\n}}"
    );
}

fn number_or_null(value: Option<u64>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| value.to_string())
}

/// The properties of globals. Those without a literal get their value at instantiation.
fn global_properties(text: &mut String, shared: &Shared<'_>) {
    for (index, global) in (0..).zip(&shared.module.globals) {
        let name = shared.module.names.global(index);
        let value = global.value.as_ref().and_then(literal);
        let value = value.map_or_else(String::new, |value| format!("={}", value.text));
        let _ = writeln!(text, "public ${name}{value};");
    }
}

/// A call of a function from a method of the main class, as deep as `depth` says.
fn call(
    shared: &Shared<'_>,
    function: u32,
    arguments: impl Iterator<Item = String>,
    depth: &str,
) -> String {
    let mut list = Vec::new();
    let hot = shared.hot[function as usize];
    if !hot {
        list.push("$this".to_owned());
    }
    if shared.graph.uses_memory[function as usize] {
        list.push("$this->m".to_owned());
    }
    list.extend(arguments);
    if shared.recurses(function) {
        list.push(depth.to_owned());
    }
    let object = if hot { "$this->" } else { "$this->cold()::" };
    let name = shared.module.names.function(function);
    format!("{object}{name}({})", list.join(","))
}

fn literal(value: &Expr) -> Option<Code> {
    match value {
        Expr::I32(value) => Some(Code::int((*value).into())),
        Expr::I64(value) => Some(Code::int(*value)),
        Expr::F32(bits) => Some(Code::float(f32::from_bits(*bits).into())),
        Expr::F64(bits) => Some(Code::float(f64::from_bits(*bits))),
        _ => None,
    }
}

fn begin(text: &mut String, shared: &Shared<'_>, functions: usize) {
    let module = shared.module;
    text.push_str("protected function begin(){\n");
    if let Some(memory) = module.memory.filter(|memory| !memory.is_imported) {
        let _ = writeln!(text, "$this->m={};", image::words(module, memory.initial));
        let _ = writeln!(
            text,
            "$this->size_memory({},{});",
            memory.initial,
            shared.max_memory / i64::from(PAGE)
        );
    }
    let segments = image::segments(module);
    if !segments.is_empty() {
        let _ = writeln!(text, "$this->segments=[{segments}];");
    }
    for (index, table) in module.tables.iter().enumerate() {
        if !table.is_imported && table.fixed.is_none() {
            let maximum = number_or_null(table.maximum);
            let (ty, initial) = (letter(table.ty), table.initial);
            let _ = writeln!(
                text,
                "$this->tables[{index}]=new Table('{ty}',{initial},{maximum});"
            );
        }
    }
    // Behind the functions of the module may be the one that instantiates it.
    let instantiation = module.functions.len() as u32;
    let first = if functions > module.functions.len() {
        Some(instantiation)
    } else {
        module.start
    };
    if let Some(first) = first {
        let depth = if module.is_linked {
            "Function_Reference::$depth"
        } else {
            "0"
        };
        let call = call(shared, first, std::iter::empty(), depth);
        let _ = writeln!(text, "{call};");
    }
    text.push_str("}\n");
}

/// The method that calls functions of a type through a table.
pub(crate) fn dispatcher_name(table: u32, ty: u32) -> String {
    match table {
        0 => format!("t{ty}"),
        _ => format!("t{ty}_{table}"),
    }
}

/// One method for each type that is called through a table: it picks the function by its slot.
fn dispatchers(text: &mut String, shared: &Shared<'_>) {
    let module = shared.module;
    for ((table, ty), dispatcher) in shared.graph.dispatchers() {
        let count = module.types[ty as usize].params().len();
        let arguments: Vec<String> = (0..count).map(|index| format!("$a{index}")).collect();
        let mut params = Vec::new();
        if dispatcher.memory {
            params.push("&$m".to_owned());
        }
        params.extend(arguments.iter().cloned());
        params.push("$i".to_owned());
        if dispatcher.depth {
            params.push("$d".to_owned());
        }
        let name = dispatcher_name(table, ty);
        let _ = writeln!(
            text,
            "function {name}({}){{\nswitch($i){{",
            params.join(",")
        );
        for (slot, function) in &dispatcher.slots {
            let hot = shared.hot[*function as usize];
            let mut list: Vec<&str> = Vec::new();
            if !hot {
                list.push("$this");
            }
            if shared.graph.uses_memory[*function as usize] {
                list.push("$m");
            }
            list.extend(arguments.iter().map(String::as_str));
            if shared.recurses(*function) {
                list.push("$d");
            }
            let object = if hot { "$this->" } else { "$this->cold()::" };
            let _ = writeln!(
                text,
                "case {slot}:return {object}{}({});",
                module.names.function(*function),
                list.join(",")
            );
        }
        text.push_str("}\n");
        let table = &module.tables[table as usize];
        let taken: Vec<u32> = table
            .fixed
            .iter()
            .flatten()
            .map(|(slot, _)| *slot)
            .collect();
        let (size, taken) = (table.initial, ranges(&taken));
        let _ = writeln!(text, "$this->no_callee($i,{size},{taken});\n}}");
    }
}

/// The slots that hold a function, as the runtime is told: pairs of the first and the one behind the last.
fn ranges(slots: &[u32]) -> String {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for slot in slots {
        match pairs.last_mut() {
            Some((_, end)) if *end == *slot => *end += 1,
            _ => pairs.push((*slot, slot + 1)),
        }
    }
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(start, end)| format!("[{start},{end}]"))
        .collect();
    format!("[{}]", pairs.join(","))
}
