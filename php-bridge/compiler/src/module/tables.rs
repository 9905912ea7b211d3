//! Which tables nothing can change, and what of the runtime the module needs.
//!
//! A table that is not imported, exported or touched by an instruction, and that is filled from
//! constant offsets, is known when the module is compiled: what most compilers emit. Calls through it
//! become a `switch`. Any other table is an object at run time.

use std::collections::BTreeMap;

use wasmparser::ValType;

use super::{Item, Module};
use crate::ir::{Expr, Function, walk_exprs};

impl Module<'_> {
    /// Finds the tables that nothing can change.
    pub(crate) fn fix_tables(&mut self, functions: &[Function]) {
        let mut has_references = false;
        let mut fixed: Vec<Option<BTreeMap<u32, u32>>> = self
            .tables
            .iter()
            .map(|table| (!table.is_imported && table.ty == ValType::FUNCREF).then(BTreeMap::new))
            .collect();
        for export in &self.exports {
            if let Item::Table(table) = export.item {
                fixed[table as usize] = None;
            }
        }
        for function in functions {
            walk_exprs(&function.body, &mut |expr| {
                has_references |= matches!(expr, Expr::RefFunc(_));
                if let Expr::Helper(name, arguments) = expr {
                    for table in touched(name, arguments) {
                        fixed[table as usize] = None;
                    }
                }
            });
        }
        for element in &self.elements {
            let Some((table, offset)) = &element.target else {
                continue;
            };
            let size = self.tables[*table as usize].initial;
            let slots = &mut fixed[*table as usize];
            if let Some(filled) = slots
                && fill(filled, offset, &element.items, size).is_none()
            {
                *slots = None;
            }
        }
        for (table, fixed) in self.tables.iter_mut().zip(fixed) {
            table.fixed = fixed;
        }
        let is_reference = |global: &super::Global| matches!(global.ty, ValType::Ref(_));
        self.is_linked = has_references
            || !self.imports.is_empty()
            || self.tables.iter().any(|table| table.fixed.is_none())
            || self.globals.iter().any(is_reference)
            || self.elements.iter().any(|element| element.target.is_none());
    }
}

/// The tables that an instruction reads or writes.
fn touched(name: &str, arguments: &[Expr]) -> Vec<u32> {
    let immediates = match name {
        "table_get" | "table_set" | "table_size" | "table_grow" | "table_fill" | "table_init" => 1,
        "table_copy" => 2,
        _ => 0,
    };
    let table = |argument: &Expr| match argument {
        Expr::I32(table) => *table,
        _ => unreachable!("the last arguments of these helpers are tables"),
    };
    arguments[arguments.len() - immediates..]
        .iter()
        .map(table)
        .collect()
}

/// Puts a segment into the slots, unless that needs more than is known now.
fn fill(slots: &mut BTreeMap<u32, u32>, offset: &Expr, items: &[Expr], size: u64) -> Option<()> {
    let Expr::I32(offset) = offset else {
        return None;
    };
    if u64::from(*offset) + items.len() as u64 > size {
        return None;
    }
    for (slot, item) in (*offset..).zip(items) {
        match item {
            Expr::RefFunc(function) => slots.insert(slot, *function),
            Expr::RefNull => slots.remove(&slot),
            _ => return None,
        };
    }
    Some(())
}
