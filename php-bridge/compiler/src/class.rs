//! Puts the methods together into the two files of a module.

mod image;

pub(crate) use image::PAGE;

use std::fmt::Write;

use wasmparser::{FuncType, ValType};

use crate::Options;
use crate::analysis::indirect_callees;
use crate::emit::{self, Shared};
use crate::ir::{Expr, Function};
use crate::layout::indent;
use crate::module::Exported;
use crate::php::{Code, string};

/// The 32 bits of an `i32`, by a short name.
const MASK: &str = "const M=0xffffffff;\n";

/// Loads what the class stands on.
const RUNTIME: &str = "require_once __DIR__ . '/class-module.php';\n\n";

/// The source of a module's two files.
pub(crate) struct Files {
    pub(crate) main: String,
    pub(crate) cold: Option<String>,
}

/// How a call through the table is made.
pub(crate) struct Dispatcher {
    /// The first type of this shape: types that are equal share their dispatcher.
    pub(crate) id: u32,
    pub(crate) memory: bool,
    pub(crate) depth: bool,
}

/// What the dispatcher of a function type must be given.
pub(crate) fn dispatcher(shared: &Shared<'_>, ty: u32) -> Dispatcher {
    let types = &shared.module.types;
    let same = types.iter().position(|other| *other == types[ty as usize]);
    let callees = || indirect_callees(shared.module, ty).map(|(_, function)| function);
    Dispatcher {
        id: same.map_or(ty, |id| id as u32),
        memory: callees().any(|function| shared.graph.uses_memory[function as usize]),
        depth: callees().any(|function| shared.recurses(function)),
    }
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
    let mut text = format!("final class {class} extends Module {{\n");
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
    exports(&mut text, shared);
    begin(&mut text, shared);
    dispatchers(&mut text, shared, functions);
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
    Files {
        main: format!("{head}{RUNTIME}{}", indent(&text)),
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

/// One letter for each parameter, as the runtime reads it.
fn letters(ty: &FuncType) -> String {
    let letter = |ty: &ValType| match ty {
        ValType::I32 => 'i',
        ValType::I64 => 'l',
        ValType::F32 => 'f',
        _ => 'd',
    };
    ty.params().iter().map(letter).collect()
}

fn exports(text: &mut String, shared: &Shared<'_>) {
    let module = shared.module;
    let mut signatures = String::new();
    let mut cases = String::new();
    let mut globals = String::new();
    for export in &module.exports {
        let name = string(export.name.as_bytes());
        match export.item {
            Exported::Function(function) => {
                let ty = module.function_type(function);
                let _ = writeln!(signatures, "{name}=>'{}',", letters(ty));
                let arguments = (0..ty.params().len()).map(|index| format!("$arguments[{index}]"));
                let call = call(shared, function, arguments);
                let _ = writeln!(cases, "{name}=>{call},");
            }
            Exported::Global(global) => {
                let property = module.names.global(global);
                let _ = writeln!(globals, "{name}=>'{property}',");
            }
            Exported::Memory | Exported::Table => {}
        }
    }
    for (name, entries) in [("EXPORTS", signatures), ("GLOBALS", globals)] {
        if !entries.is_empty() {
            let _ = writeln!(text, "const {name}=[\n{entries}];");
        }
    }
    for (index, global) in module.globals.iter().enumerate() {
        let name = module.names.global(index as u32);
        let _ = writeln!(text, "public ${name}={};", literal(&global.value).text);
    }
    text.push_str("protected function call_export($name,array $arguments){\n");
    let _ = writeln!(
        text,
        "return match($name){{\n{cases}default=>null,\n}};\n}}"
    );
}

/// A call of a function from a method of the main class, nothing being deeper on the stack.
fn call(shared: &Shared<'_>, function: u32, arguments: impl Iterator<Item = String>) -> String {
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
        list.push("0".to_owned());
    }
    let object = if hot { "$this->" } else { "$this->cold()::" };
    let name = shared.module.names.function(function);
    format!("{object}{name}({})", list.join(","))
}

fn literal(value: &Expr) -> Code {
    match value {
        Expr::I32(value) => Code::int((*value).into()),
        Expr::I64(value) => Code::int(*value),
        Expr::F32(bits) => Code::float(f32::from_bits(*bits).into()),
        Expr::F64(bits) => Code::float(f64::from_bits(*bits)),
        _ => unreachable!("a global begins with a constant"),
    }
}

fn begin(text: &mut String, shared: &Shared<'_>) {
    let module = shared.module;
    text.push_str("protected function begin(){\n");
    for (index, global) in module.globals.iter().enumerate() {
        let name = module.names.global(index as u32);
        // The bits of a NaN are not to be had in a literal.
        match global.value {
            Expr::F32(bits) if f32::from_bits(bits).is_nan() => {
                let _ = writeln!(text, "$this->{name}=$this->f32_from_bits({bits});");
            }
            Expr::F64(bits) if f64::from_bits(bits).is_nan() => {
                let bits = bits.cast_signed();
                let _ = writeln!(text, "$this->{name}=$this->f64_from_bits({bits});");
            }
            _ => {}
        }
    }
    if let Some(memory) = module.memory {
        let image = image::image(module, memory.initial);
        let _ = writeln!(text, "$this->m={};", image.words);
        let _ = writeln!(
            text,
            "$this->size_memory({},{});",
            memory.initial,
            shared.max_memory / i64::from(PAGE)
        );
        if !image.segments.is_empty() {
            let _ = writeln!(text, "$this->segments=[{}];", image.segments);
        }
        if image.out_of_bounds {
            text.push_str("throw new Trap(Trap::OUT_OF_BOUNDS);\n");
        }
    }
    if module
        .table
        .as_ref()
        .is_some_and(|table| table.out_of_bounds)
    {
        text.push_str("throw new Trap(Trap::TABLE_BOUNDS);\n");
    }
    if let Some(start) = module.start {
        let _ = writeln!(text, "{};", call(shared, start, std::iter::empty()));
    }
    text.push_str("}\n");
}

/// One method for each type that is called through the table: it picks the function by its slot.
fn dispatchers(text: &mut String, shared: &Shared<'_>, functions: &[Function]) {
    let module = shared.module;
    let mut used = std::collections::BTreeSet::new();
    for function in functions {
        crate::ir::walk_exprs(&function.body, &mut |expr| {
            if let Expr::CallIndirect { ty, .. } = expr {
                used.insert(dispatcher(shared, *ty).id);
            }
        });
    }
    for ty in used {
        let Dispatcher { memory, depth, .. } = dispatcher(shared, ty);
        let count = module.types[ty as usize].params().len();
        let arguments: Vec<String> = (0..count).map(|index| format!("$a{index}")).collect();
        let mut params = Vec::new();
        if memory {
            params.push("&$m".to_owned());
        }
        params.extend(arguments.iter().cloned());
        params.push("$i".to_owned());
        if depth {
            params.push("$d".to_owned());
        }
        let _ = writeln!(text, "function t{ty}({}){{\nswitch($i){{", params.join(","));
        for (slot, function) in indirect_callees(module, ty) {
            let hot = shared.hot[function as usize];
            let mut list: Vec<&str> = Vec::new();
            if !hot {
                list.push("$this");
            }
            if shared.graph.uses_memory[function as usize] {
                list.push("$m");
            }
            list.extend(arguments.iter().map(String::as_str));
            if shared.recurses(function) {
                list.push("$d");
            }
            let object = if hot { "$this->" } else { "$this->cold()::" };
            let _ = writeln!(
                text,
                "case {slot}:return {object}{}({});",
                module.names.function(function),
                list.join(",")
            );
        }
        text.push_str("}\n");
        let table = module.table.as_ref();
        let size = table.map_or(0, |table| table.size);
        let mut slots: Vec<u32> = table
            .iter()
            .flat_map(|table| table.elements.iter().map(|(slot, _)| *slot))
            .collect();
        slots.sort_unstable();
        let taken = ranges(&slots);
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
