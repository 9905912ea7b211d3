//! What instantiation does at run time, as a function like any other: what a module begins with is
//! written into its class wherever that can be known when it is compiled.

use crate::ir::{Expr, Function, Helper, Stmt};
use crate::module::{Element, Module};

/// The function that instantiates a module, unless all is known beforehand. Its start function is
/// called at the end.
pub(crate) fn instantiation(module: &Module<'_>) -> Option<Function> {
    let mut body = Vec::new();
    for (index, global) in (0..).zip(&module.globals) {
        if let Some(value) = &global.value
            && !is_literal(value)
        {
            body.push(Stmt::SetGlobal(index, value.clone()));
        }
    }
    for (index, element) in (0..).zip(&module.elements) {
        let fixed = |(table, _): &(u32, Expr)| module.tables[*table as usize].fixed.is_some();
        if !element.is_declared && !element.target.as_ref().is_some_and(fixed) {
            elements(index, element, &mut body);
        }
    }
    if !module.has_memory_image() {
        for (index, data) in (0..).zip(&module.data) {
            if let Some(offset) = &data.offset {
                let all = [Expr::I32(0), Expr::I32(data.bytes.len() as u32)];
                let arguments = [offset.clone()].into_iter().chain(all);
                body.push(call("memory_init", arguments.chain([Expr::I32(index)])));
                body.push(call("data_drop", [Expr::I32(index)]));
            }
        }
    }
    if body.is_empty() {
        return None;
    }
    body.extend(module.start.map(|function| {
        Stmt::Eval(Expr::Call {
            function,
            arguments: Vec::new(),
        })
    }));
    Some(Function {
        params: Vec::new(),
        results: Vec::new(),
        vars: Vec::new(),
        body,
    })
}

/// Whether PHP has the value as a literal. The bits of a NaN are not to be had in one.
fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::I32(_) | Expr::I64(_) | Expr::RefNull => true,
        Expr::F32(bits) => !f32::from_bits(*bits).is_nan(),
        Expr::F64(bits) => !f64::from_bits(*bits).is_nan(),
        _ => false,
    }
}

/// Makes a segment; an active one is copied and dropped.
fn elements(index: u32, element: &Element, body: &mut Vec<Stmt>) {
    let function = |item: &Expr| match item {
        Expr::RefFunc(function) => Some(Expr::I32(*function)),
        _ => None,
    };
    let functions: Option<Vec<Expr>> = element.items.iter().map(function).collect();
    let items = match functions {
        // A list of numbers is shorter.
        Some(functions) => Expr::Helper("functions", vec![Expr::Tuple(functions)]),
        None => Expr::Tuple(element.items.clone()),
    };
    body.push(call("elements", [items, Expr::I32(index)]));
    if let Some((table, offset)) = &element.target {
        let count = element.items.len() as u32;
        let all = [offset.clone(), Expr::I32(0), Expr::I32(count)];
        let places = [Expr::I32(index), Expr::I32(*table)];
        body.push(call("table_init", all.into_iter().chain(places)));
        body.push(call("elem_drop", [Expr::I32(index)]));
    }
}

fn call(name: Helper, arguments: impl IntoIterator<Item = Expr>) -> Stmt {
    Stmt::Eval(Expr::Helper(name, arguments.into_iter().collect()))
}
