//! What a module takes from outside, and the references to functions that it hands out.

use std::fmt::Write;

use crate::class::{call, global_letter, letter, number_or_null, signature};
use crate::emit::Shared;
use crate::module::{Item, Module};
use crate::php::string;

/// The imports as the runtime reads them: module, name, kind, and what it must be.
pub(super) fn imports(text: &mut String, module: &Module<'_>) {
    if module.imports.is_empty() {
        return;
    }
    text.push_str("const IMPORTS=[\n");
    for import in &module.imports {
        let wanted = match import.item {
            Item::Function(function) => {
                let ty = module.function_type(function);
                format!("'function','{}'", signature(ty))
            }
            Item::Global(global) => {
                let letter = global_letter(&module.globals[global as usize]);
                format!("'global','{letter}','{}'", module.names.global(global))
            }
            Item::Memory => {
                let memory = module.memory;
                let initial = memory.map_or(0, |memory| memory.initial);
                let maximum = number_or_null(memory.and_then(|memory| memory.maximum));
                format!("'memory',{initial},{maximum}")
            }
            Item::Table(table) => {
                let table = &module.tables[table as usize];
                let maximum = number_or_null(table.maximum);
                format!("'table','{}',{},{maximum}", letter(table.ty), table.initial)
            }
        };
        let (from, name) = (import.module.as_bytes(), import.name.as_bytes());
        let _ = writeln!(text, "[{},{},{wanted}],", string(from), string(name));
    }
    text.push_str("];\n");
}

/// A method that makes the reference to a function, if there are any.
pub(super) fn references(text: &mut String, shared: &Shared<'_>) {
    let mut cases = String::new();
    for (function, referenced) in (0..).zip(&shared.graph.referenced) {
        if *referenced {
            let ty = shared.module.function_type(function);
            let arguments = (0..ty.params().len()).map(|index| format!("$a[{index}]"));
            let call = call(shared, function, arguments, "$d");
            let signature = signature(ty);
            let _ = writeln!(
                cases,
                "{function}=>new Function_Reference('{signature}',fn($d,$a)=>{call},true),"
            );
        }
    }
    if !cases.is_empty() {
        text.push_str("protected function new_reference($index){\n");
        let _ = writeln!(
            text,
            "return match($index){{\n{cases}default=>parent::new_reference($index),\n}};\n}}"
        );
    }
}
